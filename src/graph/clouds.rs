//! Microsoft's clouds: which host issues tokens, which is Graph, and what a token must be for.
//!
//! Sources: <https://learn.microsoft.com/graph/deployments> and <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>.

use super::origin::Origin;

/// One of Microsoft's separate clouds. Tenants, apps and tokens never cross from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Name in the `environment` attribute.
    pub name: &'static str,
    /// Other spellings of the name, as peers use them.
    pub spellings: &'static [&'static str],
    /// Host of the token service.
    pub login_host: &'static str,
    /// Host of Graph.
    pub graph_host: &'static str,
}

/// All clouds, the default first.
pub static CLOUDS: [Cloud; 4] = [
    Cloud {
        name: "public",
        spellings: &["global", "gcc"],
        login_host: "login.microsoftonline.com",
        graph_host: "graph.microsoft.com",
    },
    Cloud {
        name: "usgovernment",
        spellings: &["usgovernmentl4", "gcchigh"],
        login_host: "login.microsoftonline.us",
        graph_host: "graph.microsoft.us",
    },
    Cloud {
        name: "usgovernmentdod",
        spellings: &["usgovernmentl5", "dod"],
        login_host: "login.microsoftonline.us",
        graph_host: "dod-graph.microsoft.us",
    },
    Cloud {
        name: "china",
        spellings: &[],
        login_host: "login.partner.microsoftonline.cn",
        graph_host: "microsoftgraph.chinacloudapi.cn",
    },
];

impl Cloud {
    /// The cloud with this name or spelling, in any case.
    pub fn named(name: &str) -> Option<Cloud> {
        CLOUDS.into_iter().find(|cloud| {
            std::iter::once(&cloud.name)
                .chain(cloud.spellings)
                .any(|spelling| spelling.eq_ignore_ascii_case(name))
        })
    }
}

/// Where tokens come from, where requests go, and what the tokens are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    pub(super) login: Origin,
    pub(super) graph: Origin,
    pub(super) audience: String,
}

impl Endpoints {
    /// Those of a cloud.
    pub fn of(cloud: Cloud) -> Self {
        Endpoints {
            login: Origin::https(cloud.login_host),
            graph: Origin::https(cloud.graph_host),
            audience: format!("https://{}", cloud.graph_host),
        }
    }

    /// The same with another token service, e.g. `https://login.microsoftonline.com`.
    ///
    /// # Errors
    /// One sentence when the address is no plain origin, or http to something else than a loopback address.
    pub fn with_authority_host(mut self, address: &str) -> Result<Self, String> {
        self.login = Origin::parse(address)?;
        Ok(self)
    }

    /// The same with Graph at another address. Tokens stay those for the cloud's Graph: whatever stands at the address (a gateway, a
    /// mock) stands for Graph, and Entra issues no tokens for other names. [`Endpoints::with_audience`] says otherwise where needed.
    ///
    /// # Errors
    /// As [`Endpoints::with_authority_host`].
    pub fn with_graph_endpoint(mut self, address: &str) -> Result<Self, String> {
        self.graph = Origin::parse(address)?;
        Ok(self)
    }

    /// The same with tokens for another audience (`graph_audience`); `/.default` is added when a token is asked for.
    ///
    /// # Errors
    /// One sentence when it is empty or holds blanks or control characters.
    pub fn with_audience(mut self, audience: &str) -> Result<Self, String> {
        if audience.is_empty() || audience.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("it is empty or holds blanks".to_owned());
        }
        self.audience = audience.to_owned();
        Ok(self)
    }

    /// Addresses that belong to none of Microsoft's clouds (and are not loopback): tokens or secrets go there, so that a warning is due.
    pub fn foreign(&self) -> Vec<String> {
        let known = |origin: &Origin| {
            origin.is_loopback()
                || CLOUDS.iter().any(|cloud| {
                    *origin == Origin::https(cloud.login_host)
                        || *origin == Origin::https(cloud.graph_host)
                })
        };
        [&self.login, &self.graph]
            .into_iter()
            .filter(|o| !known(o))
            .map(Origin::to_string)
            .collect()
    }
}

impl Default for Endpoints {
    fn default() -> Self {
        let [public, ..] = CLOUDS;
        Endpoints::of(public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_its_cloud() {
        for (spelling, name) in [
            ("Global", "public"),
            ("gcc", "public"),
            ("USGovernmentL4", "usgovernment"),
            ("gcchigh", "usgovernment"),
            ("dod", "usgovernmentdod"),
            ("china", "china"),
        ] {
            assert_eq!(Cloud::named(spelling).map(|cloud| cloud.name), Some(name), "{spelling}");
        }
        assert_eq!(Cloud::named("moon"), None);
    }

    #[test]
    fn an_override_of_graph_keeps_the_audience_of_the_cloud() {
        let endpoints = Endpoints::default().with_graph_endpoint("http://127.0.0.1:8080/").unwrap();
        assert_eq!(endpoints.audience, "https://graph.microsoft.com");
        assert!(endpoints.foreign().is_empty());
        let endpoints = endpoints.with_authority_host("https://login.example").unwrap();
        assert_eq!(endpoints.foreign(), ["https://login.example"]);
    }
}
