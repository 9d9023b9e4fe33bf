//! What the health checks of a network connection look at, and what they say.
//!
//! Names of the checks are those of the Windows 365 page "Azure network connection health checks"; kinds of errors and what they belong
//! to are those of the Graph page "cloudpconpremisesconnectionhealthcheck".

use jiff::Timestamp;
use serde_json::{Value, json};

use super::store::Body;
use super::switches::Switches;
use super::time;

/// A check: its name, the beginning of the kinds of errors that it reports, whether it is for hybrid join only, and what it recommends.
struct Kind(&'static str, &'static str, bool, &'static str);

const KINDS: &[Kind] = &[
    Kind(
        "DNS can resolve Active Directory domain",
        "dnsCheck",
        true,
        "Check that the DNS servers of the virtual network resolve the Active Directory domain.",
    ),
    Kind(
        "Active Directory domain join",
        "adJoinCheck",
        true,
        "Check the account that joins computers to the domain, its password and its rights on the organizational unit.",
    ),
    Kind(
        "Microsoft Entra device sync",
        "azureAdDeviceSyncCheck",
        true,
        "Check that Microsoft Entra Connect syncs the organizational unit at least every 60 minutes.",
    ),
    Kind(
        "Endpoint connectivity",
        "endpointConnectivityCheck",
        false,
        "Allow the required addresses in the firewall of the virtual network.",
    ),
    Kind(
        "Azure tenant and subnet readiness",
        "resourceAvailabilityCheck",
        false,
        "Check the subscription, the resource group, the virtual network and the free addresses of the subnet.",
    ),
    Kind(
        "First party app permissions on subscription, resource group and virtual network",
        "permissionCheck",
        false,
        "Grant the Windows 365 service principal the roles that it needs.",
    ),
    Kind(
        "UDP connection check",
        "udpConnectivityCheck",
        false,
        "Allow UDP to the STUN and TURN servers.",
    ),
    Kind(
        "Single sign-on configuration check",
        "ssoCheck",
        true,
        "Configure the Kerberos server object.",
    ),
    Kind(
        "Environment and configuration is ready",
        "internalServer",
        false,
        "Run the checks again; if it goes on, ask Microsoft's support.",
    ),
];

/// The properties of a connection whose checks have just ended.
pub(crate) fn ended(switches: &Switches, body: &Body, start: Timestamp, end: Timestamp) -> Body {
    let hybrid = text(body, "connectionType") == "hybridAzureADJoin";
    let wrong_password = hybrid
        && !switches.domain_password.is_empty()
        && text(body, "adDomainPassword") != switches.domain_password;
    let result = if wrong_password { "failed" } else { switches.health_check_result.as_str() };
    let errors: Vec<&str> = match (wrong_password, result) {
        (true, _) => vec!["adJoinCheckIncorrectCredentials"],
        (false, "failed" | "warning") => {
            switches.health_check_error.split(',').map(str::trim).collect()
        }
        (false, _) => Vec::new(),
    };
    let checks = KINDS.iter().filter(|kind| hybrid || !kind.2).map(|kind| {
        let error = errors.iter().find(|error| error.starts_with(kind.1));
        json!({
            "displayName": kind.0,
            "status": if error.is_some() { result } else { "passed" },
            "startDateTime": moment(start),
            "endDateTime": moment(end),
            "errorType": error,
            "recommendedAction": error.map(|_| kind.3),
            "additionalDetail": Value::Null,
            "correlationId": error.map(|_| "4a6b8c0d-1e2f-4a3b-9c5d-6e7f8a9b0c14"),
        })
    });
    let detail = json!({
        "startDateTime": moment(start),
        "endDateTime": moment(end),
        "healthChecks": checks.collect::<Vec<_>>(),
    });
    Body::from_iter([
        ("healthCheckStatus".to_owned(), json!(result)),
        ("healthCheckStatusDetail".to_owned(), detail),
    ])
}

/// A moment with all its digits: runs follow one upon the other when they take no time, and are told apart by when they began.
fn moment(at: Timestamp) -> String {
    let seconds = time::graph_text(at);
    format!("{}.{:07}Z", seconds.trim_end_matches('Z'), at.subsec_nanosecond() / 100)
}

fn text<'a>(body: &'a Body, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}
