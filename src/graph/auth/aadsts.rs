//! Entra's error numbers that deserve a text of their own.
//!
//! Numbers choose wording only: Microsoft says that they change. What happens next is decided by the HTTP status and `error`, and by the
//! two short lists below, where a wrong guess costs some time and nothing else.
//! Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

/// Passing faults that do not look like ones.
pub(super) const TRANSIENT: [i64; 3] = [90033, 90024, 50033];
/// Throttling that does not look like it.
pub(super) const THROTTLED: [i64; 2] = [90055, 50196];

/// What to do about each number, in the order of Entra's subjects: tenant, app, credential, consent, policy, request, load.
const ADVICE: [(&[i64], &str); 16] = [
    (
        &[90002],
        "The tenant does not exist in this cloud. Check `tenant_id` and `environment`: a tenant of a government cloud is unknown to the public one.",
    ),
    (
        &[90038, 900_382, 900_432],
        "The tenant is in another cloud. Set `environment` to the cloud of the tenant.",
    ),
    (
        &[900_023, 900_021],
        "`tenant_id` is neither a GUID nor a domain name; often a variable of the pipeline is not set.",
    ),
    (
        &[700_016, 7_000_229],
        "The app is not in this tenant. Check `client_id`, `tenant_id` and `environment`. An app of another tenant must first be consented to here by an administrator. An app that was registered moments ago needs a few minutes.",
    ),
    (&[7_000_112], "The app is disabled in this tenant. Enable it under Enterprise applications."),
    (
        &[7_000_215],
        "The client secret is wrong. Check that it is the secret's value and not its id, and that no shell changed its special characters. A secret that was made moments ago may need a minute.",
    ),
    (&[7_000_222], "The client secret has expired. Make a new one in the app registration."),
    (
        &[7_000_218],
        "The app wants a credential. Set `client_secret`, or allow public client flows in the app registration.",
    ),
    (
        &[700_025],
        "The app is a public client and takes no secret. Remove `client_secret`, or register the app as a Web app.",
    ),
    (
        &[65001, 650_056, 650_057, 90094, 90095],
        "An administrator has not consented to what the app asks for. Grant consent in the app registration, under API permissions.",
    ),
    (
        &[500_011, 650_052],
        "Microsoft Graph is not known in this tenant under the audience asked for. Check `environment` and `graph_audience`.",
    ),
    (
        &[50194, 9_001_023],
        "Tokens for this app are not issued for `common` or `organizations`. Set `tenant_id` to the tenant itself.",
    ),
    (
        &[53000, 53001, 53003, 530_032, 530_033, 530_034],
        "A conditional-access policy of the tenant blocked the sign-in. The sign-in log shows the policy under the correlation id.",
    ),
    (
        &[70011, 1_002_012, 700_022],
        "The audience is wrong. Check `graph_audience`; without it, this is a mistake of ours.",
    ),
    (
        &[90055, 50196],
        "Entra throttles this app. Parallel jobs share its quota; try again in a few minutes.",
    ),
    (&[90033, 90024, 50033], "Entra had a passing fault. Try again."),
];

/// The text for the first number that has one.
pub(super) fn advice(numbers: &[i64]) -> Option<&'static str> {
    numbers.iter().find_map(|number| {
        ADVICE.iter().find(|(known, _)| known.contains(number)).map(|(_, advice)| *advice)
    })
}

/// The number at the beginning of a description: `AADSTS7000215: …`.
pub(super) fn number_in(description: &str) -> Option<i64> {
    let rest = description.trim_start().strip_prefix("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_one_text() {
        let mut seen = std::collections::BTreeSet::new();
        for (numbers, advice) in ADVICE {
            assert!(!advice.is_empty());
            for number in numbers {
                assert!(seen.insert(number), "{number} is there twice");
            }
        }
        assert!(advice(&[1, 7_000_222]).is_some_and(|text| text.contains("expired")));
        assert_eq!(advice(&[1]), None);
    }

    #[test]
    fn the_number_is_read_off_the_description() {
        assert_eq!(number_in("AADSTS7000215: no"), Some(7_000_215));
        assert_eq!(number_in("AADSTS"), None);
        assert_eq!(number_in("no"), None);
    }
}
