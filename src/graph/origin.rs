//! The security gate: the one place that decides whether an address may be sent a token.
//!
//! Graph hands out addresses (next links, redirects) that a client is meant to follow with its token. A link to another host is a
//! token given away, so everything but the very origin and version that the request was made for is refused, before any byte is sent.

use reqwest::Url;

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    /// As the URL standard writes it: lower case, punycode, brackets around IPv6.
    host: String,
    port: u16,
}

impl Origin {
    pub(super) fn https(host: &str) -> Self {
        Origin { https: true, host: host.to_owned(), port: 443 }
    }

    /// Reads an origin: `https`, or `http` for a loopback address; no path, query, user or fragment.
    pub(super) fn parse(address: &str) -> Result<Self, String> {
        let url = strict(address)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err("it must be an address without a path or a query".to_owned());
        }
        let origin = Origin::of(&url)?;
        if !origin.https && !origin.is_loopback() {
            return Err("plain http is allowed for loopback addresses only; use https".to_owned());
        }
        Ok(origin)
    }

    /// Reads an origin and the path below it, without slashes at its ends.
    pub(super) fn with_path(address: &str) -> Result<(Self, String), String> {
        let url = endpoint(address, false)?;
        if url.query().is_some() {
            return Err("it must be an address without a query".to_owned());
        }
        Ok((Origin::of(&url)?, url.path().trim_matches('/').to_owned()))
    }

    fn of(url: &Url) -> Result<Self, String> {
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err("it must begin with https://".to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?;
        let port = url.port_or_known_default().ok_or("it names no port")?;
        Ok(Origin { https, host: host.to_owned(), port })
    }

    /// The host, as the URL standard writes it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(&self.host)
    }

    /// Puts a path and query made by ourselves below this origin, and makes sure that nothing in it moved on the way.
    pub(super) fn join(&self, path_and_query: &str) -> Result<Address, String> {
        let text = format!("{self}{path_and_query}");
        let url = strict(&text)?;
        if url.as_str() != text || Origin::of(&url).as_ref() != Ok(self) {
            return Err(format!("`{path_and_query}` is not a plain path"));
        }
        Ok(Address(url))
    }

    /// Admits an address that the service gave, if a token may go there: below `root`, e.g. `/beta`, of this origin.
    ///
    /// `base` is what a relative address would be relative to; without it only absolute addresses are admitted.
    ///
    /// # Errors
    /// One sentence that names the host in the way, and nothing else of the address: it may hold tokens of its own.
    pub(super) fn admit(
        &self,
        link: &str,
        root: &str,
        base: Option<&Address>,
    ) -> Result<Address, String> {
        let url = match base {
            Some(base) if !link.contains("://") => base
                .0
                .join(link)
                .map_err(|_| "it is no address".to_owned())
                .and_then(|url| strict(url.as_str()))
                .and_then(|url| {
                    if has_tricks(link) {
                        Err("it holds odd characters".to_owned())
                    } else {
                        Ok(url)
                    }
                }),
            _ => strict(link),
        }?;
        let origin = Origin::of(&url)?;
        if origin != *self {
            return Err(format!("it leads to {origin} instead of {self}"));
        }
        if !url.path().strip_prefix(root).is_some_and(|rest| rest.starts_with('/')) {
            return Err(format!("it leaves {root}"));
        }
        Ok(Address(url))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (scheme, default) = if self.https { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == default { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// An address that passed the gate. Nothing else is ever given a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address(Url);

impl Address {
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Whether a host, as the URL standard writes it, is this machine.
pub(super) fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a secret may be sent to an address besides Entra and Graph: https, or http to this machine, or with `link_local` http to a
/// link-local address.
///
/// # Errors
/// Half a sentence.
pub fn check_endpoint(address: &str, link_local: bool) -> Result<(), String> {
    endpoint(address, link_local).map(drop)
}

/// An address that a secret may be sent to besides Entra and Graph, e.g. a token service of a pipeline: https, or http to this machine.
/// `link_local`: or http to a link-local address, where Azure hands out tokens to its machines.
pub(super) fn endpoint(text: &str, link_local: bool) -> Result<Url, String> {
    let url = strict(text)?;
    let origin = Origin::of(&url)?;
    let near = origin.is_loopback() || (link_local && is_link_local_host(&origin.host));
    if !origin.https && !near {
        return Err("plain http is allowed for loopback addresses only; use https".to_owned());
    }
    Ok(url)
}

/// Whether a host is an address of `169.254.0.0/16`, which no router passes on.
pub(super) fn is_link_local_host(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_link_local())
}

/// Characters that parsers of addresses disagree about.
fn has_tricks(text: &str) -> bool {
    text.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace())
}

/// Parses an absolute address that every parser would read the same way.
fn strict(text: &str) -> Result<Url, String> {
    if has_tricks(text) {
        return Err("it holds a backslash, a blank or a control character".to_owned());
    }
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if !lower.starts_with("https://") && !lower.starts_with("http://") {
        return Err("it must begin with https://".to_owned());
    }
    // What stands before the next slash, whoever reads it. Where nothing does, some parsers go on behind that slash.
    let authority = text.split(['/', '?', '#']).nth(2).unwrap_or_default();
    if authority.is_empty() {
        return Err("it names no host".to_owned());
    }
    if authority.contains('@') {
        return Err("it names a user".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("it is no address ({error})"))?;
    if url.fragment().is_some() {
        return Err("it has a fragment".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f87_an_origin_is_https_or_loopback_and_nothing_more() {
        for (text, shown) in [
            ("https://Graph.Microsoft.com/", "https://graph.microsoft.com"),
            ("https://graph.microsoft.com:443", "https://graph.microsoft.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:1/", "http://[::1]:1"),
            ("http://localhost", "http://localhost"),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!(origin.to_string(), shown);
            assert!(shown.split("//").nth(1).unwrap().starts_with(origin.host()));
            assert!(origin.host().len() >= "[::1]".len(), "{}", origin.host());
        }
        for bad in [
            "http://graph.microsoft.com",
            "http://localhost.evil.test",
            "http://127.0.0.1.evil.test",
            "https://a@graph.microsoft.com",
            "https://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com?x",
            "https://graph.microsoft.com#x",
            "ftp://graph.microsoft.com",
            "graph.microsoft.com",
            "https://",
            "https:/\\graph.microsoft.com",
            "https:///graph.microsoft.com",
            "",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn f58_only_the_own_origin_and_version_are_admitted() {
        let graph = Origin::https("graph.microsoft.com");
        for good in [
            "https://graph.microsoft.com/beta/things?$skiptoken=x",
            "https://GRAPH.microsoft.com:443/beta/things?$skip=2",
        ] {
            assert!(graph.admit(good, "/beta", None).is_ok(), "{good}");
        }
        for bad in [
            "http://graph.microsoft.com/beta/things",
            "https://graph.microsoft.com:444/beta/things",
            "https://graph.microsoft.com/v1.0/things",
            "https://graph.microsoft.com/beta/../v1.0/things",
            "https://graph.microsoft.com/beta/%2e%2e/v1.0/things",
            "https://graph.microsoft.com/betamax/things",
            "https://graph.microsoft.com@evil.test/beta/things",
            "https://@graph.microsoft.com/beta/things",
            "https://a:b@graph.microsoft.com/beta/things",
            "https://graph.microsoft.com.evil.test/beta/things",
            "https://graph.microsoft.us/beta/things",
            "https://evil.test/https://graph.microsoft.com/beta/things",
            "https://grаph.microsoft.com/beta/things",
            "https://xn--grph-6cd.microsoft.com/beta/things",
            "//evil.test/beta/things",
            "https:\\\\evil.test/beta/things",
            "https://evil.test\\@graph.microsoft.com/beta/things",
            "https:///evil.test/beta/things",
            "https:///graph.microsoft.com/beta/things",
            "https:////a@graph.microsoft.com/beta/things",
            "https:////:b@graph.microsoft.com/beta/things",
            "https://graph.microsoft.com/beta\\things",
            "https://graph.microsoft.com/beta/th\tings",
            "https://graph.microsoft.com/beta/th\u{1}ings",
            "https://graph.microsoft.com/beta/th ings",
            "https://graph.microsoft.com\t/beta/things",
            " https://graph.microsoft.com/beta/things",
            "https://graph.microsoft.com/beta/things#x",
            "javascript:alert(1)",
            "/beta/things",
            "",
        ] {
            assert!(graph.admit(bad, "/beta", None).is_err(), "{bad} was admitted");
        }
    }

    #[test]
    fn f59_a_relative_redirect_stays_below_the_version() {
        let graph = Origin::https("graph.microsoft.com");
        let base = graph.join("/beta/things/1").unwrap();
        let admit = |link| graph.admit(link, "/beta", Some(&base)).map(|a| a.as_str().to_owned());
        assert_eq!(
            admit("/beta/others/1").as_deref(),
            Ok("https://graph.microsoft.com/beta/others/1")
        );
        assert_eq!(admit("2").as_deref(), Ok("https://graph.microsoft.com/beta/things/2"));
        for bad in [
            "//evil.test/beta/x",
            "/v1.0/x",
            "\\\\evil.test\\beta",
            "/\\evil.test/beta/x",
            "../../x",
            "/beta\\x",
            "/beta/x\ty",
            "/beta/x\u{1}y",
            "/beta/x y",
            "https://@graph.microsoft.com/beta/x",
            "https:///graph.microsoft.com/beta/x",
        ] {
            assert!(admit(bad).is_err(), "{bad} was admitted");
        }
    }

    #[test]
    fn an_endpoint_that_gets_a_secret_is_https_or_this_machine_or_next_to_it() {
        for (address, without, with_link_local) in [
            ("https://token.pipeline.test/x?y=z", true, true),
            ("http://127.0.0.1:40342/x", true, true),
            ("http://localhost/x", true, true),
            ("http://169.254.169.254/metadata", false, true),
            ("http://169.254.169.254.evil.test/metadata", false, false),
            ("http://token.pipeline.test/x", false, false),
            ("http://10.0.0.1/x", false, false),
            ("https://a:b@token.pipeline.test/x", false, false),
        ] {
            assert_eq!(check_endpoint(address, false).is_ok(), without, "{address}");
            assert_eq!(check_endpoint(address, true).is_ok(), with_link_local, "{address}");
        }
        assert_eq!(
            check_endpoint("http://token.pipeline.test/x", true),
            Err("plain http is allowed for loopback addresses only; use https".to_owned())
        );
    }

    #[test]
    fn a_path_of_our_own_must_come_through_unchanged() {
        let graph = Origin::https("graph.microsoft.com");
        assert!(graph.join("/beta/things/a%20b?$filter=x%20eq%20%27y%27").is_ok());
        assert!(graph.join("/beta/../v1.0/things").is_err());
        assert!(graph.join("@evil.test/").is_err());
        assert!(graph.join("/beta/things#x").is_err());
    }
}
