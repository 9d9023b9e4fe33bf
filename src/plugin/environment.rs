//! What Terraform tells a plugin through its environment.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Name of the variable that tells a host from a person.
const COOKIE_KEY: &str = "TF_PLUGIN_MAGIC_COOKIE";

/// What a host sets it to. The value is the same for every host of Terraform's plugin protocol and is no secret.
const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The environment of the process, read once.
///
/// `PLUGIN_PROTOCOL_VERSIONS` is not here: a plugin that speaks one version answers with that version whatever is asked for, and
/// the host reports the mismatch.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    /// Whether a plugin host started this process, not a person.
    pub started_by_host: bool,
    /// The host's certificate as PEM. Present: both sides prove themselves. Absent: plaintext.
    pub client_certificate: Option<String>,
    /// Ports that a TCP listener may take; any, when not told.
    pub ports: Option<RangeInclusive<u16>>,
    /// Where the socket goes instead of the directory for temporary files.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no socket"))]
    pub socket_directory: Option<PathBuf>,
    /// Group, by name or number, that may use the socket.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no socket"))]
    pub socket_group: Option<String>,
    /// Whether the host wants to hear if connections can be multiplexed.
    pub asks_for_multiplexing: bool,
}

impl Environment {
    /// Reads the environment of this process.
    pub(super) fn of_process() -> Self {
        Environment::read(|name| std::env::var_os(name))
    }

    /// Reads an environment through `lookup`. Empty variables count as absent.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let os = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let text = |name: &str| os(name).and_then(|value| value.into_string().ok());
        let port = |name: &str| text(name).and_then(|value| value.parse::<u16>().ok());
        Environment {
            started_by_host: text(COOKIE_KEY).as_deref() == Some(COOKIE_VALUE),
            client_certificate: text("PLUGIN_CLIENT_CERT"),
            ports: match (port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT")) {
                (Some(least), Some(greatest)) if least <= greatest => Some(least..=greatest),
                _ => None,
            },
            socket_directory: os("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            socket_group: text("PLUGIN_UNIX_SOCKET_GROUP"),
            asks_for_multiplexing: os("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn only_the_right_cookie_counts_as_a_host() {
        assert!(environment(&[(COOKIE_KEY, COOKIE_VALUE)]).started_by_host);
        assert!(!environment(&[(COOKIE_KEY, "d602")]).started_by_host);
        assert!(!environment(&[]).started_by_host);
    }

    #[test]
    fn an_empty_certificate_means_plaintext() {
        assert_eq!(environment(&[("PLUGIN_CLIENT_CERT", "")]).client_certificate, None);
    }

    #[test]
    fn ports_need_both_ends_in_order() {
        let ports = |least, greatest| {
            environment(&[("PLUGIN_MIN_PORT", least), ("PLUGIN_MAX_PORT", greatest)]).ports
        };
        assert_eq!(ports("10000", "25000"), Some(10000..=25000));
        assert_eq!(ports("25000", "10000"), None);
        assert_eq!(ports("10000", "many"), None);
    }
}
