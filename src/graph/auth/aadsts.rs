//! Entra's error numbers that deserve a text of their own.
//!
//! Numbers choose wording only: Microsoft says that they change. What happens next is decided by the HTTP status and `error`, and by the
//! two short lists below, where a wrong guess costs some time and nothing else.
//! Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

/// Passing faults that do not look like ones.
pub(super) const TRANSIENT: [i64; 3] = [90033, 90024, 50033];
/// Throttling that does not look like it.
pub(super) const THROTTLED: [i64; 2] = [90055, 50196];
/// What the service may not know of yet: an app, a federated credential.
pub(super) const REPLICATION: [i64; 3] = [700_016, 70021, 700_213];
/// A secret that is wrong, or that the service may not know of yet.
pub(super) const FRESH_SECRET: [i64; 1] = [7_000_215];
/// A tenant that this cloud does not have.
pub(super) const ELSEWHERE: [i64; 4] = [90002, 90038, 900_382, 900_432];
/// An assertion whose times the service does not like.
pub(super) const TIME: [i64; 1] = [700_024];
/// What an administrator's consent puts right.
const CONSENT: [i64; 9] = [700_016, 7_000_229, 65001, 650_056, 650_057, 65004, 90094, 90095, 90099];

/// What to do about each number, in the order of Entra's subjects: tenant, app, credential, consent, policy, request, load.
const ADVICE: &[(&[i64], &str)] = &[
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
        &[700_027, 50012],
        "Entra does not know the certificate, or its signature does not fit. Upload the certificate (the public part) to the app registration and compare the thumbprints.",
    ),
    (
        &[700_024],
        "The assertion's time is not accepted: it has expired, or the clock of this machine is wrong. Set the clock, or get a fresh federated token.",
    ),
    (
        &[50013, 50027],
        "The assertion cannot be read: the token is cut off, has quotes around it, or is not meant for this app.",
    ),
    (
        &[70021, 700_211, 700_212, 700_213, 7_002_137, 7_002_138],
        "No federated credential of the app matches the token. Issuer, subject and audience must be exactly as in the credential, capital letters included; copy them from below. A credential that was made moments ago needs a few minutes.",
    ),
    (
        &[700_229],
        "The federated token belongs to a person, and only tokens of apps and workloads can stand in for a credential. Check where the token comes from.",
    ),
    (
        &[700_030, 100_007],
        "Entra does not trust this app by subject name and issuer. Set `send_certificate_chain` to false.",
    ),
    (
        &[7_000_218],
        "The app wants a credential. Set `client_secret`, or allow public client flows in the app registration.",
    ),
    (
        &[700_025],
        "The app is a public client and takes no secret. Remove `client_secret`, or register the app as a Web app.",
    ),
    (
        &[50011],
        "The redirect address is not registered. Add it to the app registration: `http://localhost` under Mobile and desktop applications, or the exact address of `redirect_url` under Web.",
    ),
    (
        &[501_481, 54005, 70018, 70019],
        "The sign-in was not finished in time or was used already. Start it again.",
    ),
    (
        &[65002],
        "This app is one of Microsoft's own and cannot be given these permissions. Register an app of your own and set `client_id`.",
    ),
    (&[65004, 90094, 90095], "Consent was declined, or an administrator has yet to give it."),
    (
        &[65001, 650_056, 650_057],
        "An administrator has not consented to what the app asks for. Grant consent in the app registration, under API permissions.",
    ),
    (
        &[90099, 530_034],
        "The partner's app is not authorized in the customer's tenant, or delegated administration is blocked there. Consent to the app in that tenant, by an administrator or through Partner Center.",
    ),
    (
        &[500_011, 650_052],
        "The service is not known in this tenant under the audience asked for. Check `environment` and `graph_audience`.",
    ),
    (
        &[50194, 9_001_023],
        "Tokens for this app are not issued for `common` or `organizations`. Set `tenant_id` to the tenant itself.",
    ),
    (
        &[50020, 50034, 51004, 90072],
        "The account is not in this tenant. Sign in with another one, or have it invited as a guest.",
    ),
    (
        &[500_212, 500_213],
        "A cross-tenant access policy blocks the sign-in. The administrators of both tenants can change it.",
    ),
    (
        &[50105],
        "The app is for assigned users only. Assign the person or a group under Enterprise applications.",
    ),
    (
        &[50076, 50078, 50079, 50173, 700_082, 70008, 70043, 50133, 700_084],
        "The earlier sign-in is no longer valid, or a second factor is wanted. Sign in again.",
    ),
    (
        &[530_033],
        "A policy of the tenant blocks the sign-in with a device code, or from this device. Sign in with a browser on a managed device, or as an app.",
    ),
    (
        &[53000, 53001, 53003, 530_032],
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

/// The text for an error that has none by number. `person`: whether somebody could sign in again.
pub(super) fn advice_on_error(error: &str, person: bool) -> Option<&'static str> {
    match (error, person) {
        ("interaction_required", true) => Some("The service wants the person to sign in again."),
        ("interaction_required", false) => Some(
            "The service accepts no token of this app for now: a policy blocks it, or the app was disabled.",
        ),
        ("authorization_declined" | "access_denied", _) => Some("The sign-in was declined."),
        ("expired_token" | "bad_verification_code", _) => {
            Some("The code was not entered in time. Start the sign-in again.")
        }
        _ => None,
    }
}

/// Whether an administrator's consent would help.
pub(super) fn wants_consent(numbers: &[i64]) -> bool {
    numbers.iter().any(|number| CONSENT.contains(number))
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
            for number in *numbers {
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
