//! Microsoft's clouds: which host issues tokens, which is Graph, and what a token must be for.
//!
//! Sources: <https://learn.microsoft.com/graph/deployments> (which services a cloud has stands on each API's page) and <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>.

use std::time::Duration;

use serde_json::Value as Json;

use super::origin::Origin;
use super::{Runtime, Version, json};

/// How long a metadata service may take.
const DISCOVERY: Duration = Duration::from_secs(10);

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
    /// Audience of tokens that stand in for an app's credential (workload identity federation).
    pub exchange_audience: &'static str,
    /// Whether it offers Windows 365.
    pub has_windows_365: bool,
    /// Whether it offers Intune.
    pub has_intune: bool,
}

/// Other names of the token services, which are Microsoft's too.
const ALIASES: [&str; 5] = [
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
    "login.usgovcloudapi.net",
    "login.chinacloudapi.cn",
];

/// All clouds, the default first.
pub static CLOUDS: [Cloud; 8] = [
    Cloud {
        name: "public",
        spellings: &["global", "gcc"],
        login_host: "login.microsoftonline.com",
        graph_host: "graph.microsoft.com",
        exchange_audience: "api://AzureADTokenExchange",
        has_windows_365: true,
        has_intune: true,
    },
    Cloud {
        name: "usgovernment",
        spellings: &["usgovernmentl4", "gcchigh"],
        login_host: "login.microsoftonline.us",
        graph_host: "graph.microsoft.us",
        exchange_audience: "api://AzureADTokenExchangeUSGov",
        has_windows_365: true,
        has_intune: true,
    },
    Cloud {
        name: "usgovernmentdod",
        spellings: &["usgovernmentl5", "dod"],
        login_host: "login.microsoftonline.us",
        graph_host: "dod-graph.microsoft.us",
        exchange_audience: "api://AzureADTokenExchangeUSGov",
        has_windows_365: false,
        has_intune: true,
    },
    Cloud {
        name: "china",
        spellings: &["azurechina", "azurechinacloud"],
        login_host: "login.partner.microsoftonline.cn",
        graph_host: "microsoftgraph.chinacloudapi.cn",
        exchange_audience: "api://AzureADTokenExchangeChina",
        has_windows_365: false,
        has_intune: true,
    },
    Cloud {
        name: "bleu",
        spellings: &[],
        login_host: "login.sovcloud-identity.fr",
        graph_host: "graph.svc.sovcloud.fr",
        exchange_audience: "api://AzureADTokenExchange",
        has_windows_365: false,
        has_intune: true,
    },
    Cloud {
        name: "delos",
        spellings: &[],
        login_host: "login.sovcloud-identity.de",
        graph_host: "graph.svc.sovcloud.de",
        exchange_audience: "api://AzureADTokenExchange",
        has_windows_365: false,
        has_intune: true,
    },
    Cloud {
        name: "usnat",
        spellings: &["ex"],
        login_host: "login.microsoftonline.eaglex.ic.gov",
        graph_host: "graph.eaglex.ic.gov",
        exchange_audience: "api://AzureADTokenExchangeUSNat",
        has_windows_365: false,
        has_intune: false,
    },
    Cloud {
        name: "ussec",
        spellings: &["rx"],
        login_host: "login.microsoftonline.scloud",
        graph_host: "graph.microsoft.scloud",
        exchange_audience: "api://AzureADTokenExchangeUSSec",
        has_windows_365: false,
        has_intune: false,
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
    /// Audience of tokens that stand in for an app's credential.
    pub(super) exchange: String,
    /// Permissions to ask for a person; without any all that were consented to.
    pub(super) scopes: Vec<String>,
    /// Whether tokens are for another service than Graph.
    pub(super) elsewhere: bool,
    /// What requests go below in place of a version of Graph, without slashes at its ends.
    pub(super) base: Option<String>,
    /// Whether tokens come from the older (v1.0) endpoint.
    pub(super) uses_v1: bool,
}

impl Endpoints {
    /// Those of a cloud.
    pub fn of(cloud: Cloud) -> Self {
        Endpoints {
            login: Origin::https(cloud.login_host),
            graph: Origin::https(cloud.graph_host),
            audience: format!("https://{}", cloud.graph_host),
            exchange: cloud.exchange_audience.to_owned(),
            scopes: Vec::new(),
            elsewhere: false,
            base: None,
            uses_v1: false,
        }
    }

    /// What tokens are for.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The same with tokens for another service than Graph. Nothing can be asked of Graph with them.
    ///
    /// # Errors
    /// As [`Endpoints::with_audience`].
    pub fn for_audience(self, audience: &str) -> Result<Self, String> {
        let elsewhere = self.elsewhere || !same_audience(&self.audience, audience);
        Ok(Endpoints { elsewhere, ..self.with_audience(audience)? })
    }

    /// The same with the permissions to ask for a person, instead of all that were consented to.
    #[must_use]
    pub fn with_scopes(mut self, scopes: Vec<String>) -> Self {
        self.scopes = scopes;
        self
    }

    /// The same for another service than Graph: requests go below `address`, whatever version they name, and tokens are for `audience`.
    /// `uses_v1`: they come from the older (v1.0) endpoint of Entra.
    ///
    /// # Errors
    /// Half a sentence: the address or the audience cannot be used.
    pub fn for_service(self, address: &str, audience: &str, uses_v1: bool) -> Result<Self, String> {
        let (graph, base) = Origin::with_path(address)?;
        Ok(Endpoints { graph, base: Some(base), uses_v1, ..self.for_audience(audience)? })
    }

    /// The first segments of every path, e.g. `/beta`.
    pub(super) fn root(&self, version: Version) -> String {
        match self.base.as_deref() {
            None => format!("/{}", version.segment()),
            Some("") => String::new(),
            Some(base) => format!("/{base}"),
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

    /// The same with another audience for tokens that stand in for an app's credential (`oidc_audience`).
    #[must_use]
    pub fn with_exchange_audience(mut self, audience: &str) -> Self {
        self.exchange = audience.to_owned();
        self
    }

    /// Addresses that belong to none of Microsoft's clouds (and are not loopback): tokens or secrets go there, so that a warning is due.
    pub fn foreign(&self) -> Vec<String> {
        let known = |origin: &Origin| {
            origin.is_loopback()
                || CLOUDS.iter().any(|cloud| {
                    *origin == Origin::https(cloud.login_host)
                        || *origin == Origin::https(cloud.graph_host)
                })
                || ALIASES.iter().any(|host| *origin == Origin::https(host))
        };
        [&self.login, &self.graph]
            .into_iter()
            .filter(|o| !known(o))
            .map(Origin::to_string)
            .collect()
    }
}

/// Whether two texts name the same resource.
fn same_audience(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}

impl Default for Endpoints {
    fn default() -> Self {
        let [public, ..] = CLOUDS;
        Endpoints::of(public)
    }
}

/// What a metadata service tells of a cloud.
pub struct Discovered {
    login: Origin,
    graph: Origin,
    audience: String,
}

impl Discovered {
    /// The same as endpoints; what was not told is taken from `usual`, the audience too if the user set it.
    pub fn over(self, usual: &Endpoints, keeps_audience: bool) -> Endpoints {
        Endpoints {
            login: self.login,
            graph: self.graph,
            audience: if keeps_audience { usual.audience.clone() } else { self.audience },
            ..usual.clone()
        }
    }
}

impl Endpoints {
    /// Asks a metadata service (`host` or `https://host`).
    ///
    /// # Errors
    /// Half a sentence.
    pub async fn discover(
        host: &str,
        user_agent: &str,
        runtime: &Runtime,
    ) -> Result<Discovered, String> {
        let address =
            if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
        let address =
            Origin::parse(&address)?.join("/metadata/endpoints?api-version=2022-09-01")?;
        let request = http::Request::get(address.as_str())
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::USER_AGENT, user_agent)
            .body(bytes::Bytes::new())
            .map_err(|error| error.to_string())?;
        let response = tokio::select! {
            response = runtime.transport.send(request) => response.map_err(|error| error.message)?,
            () = runtime.clock.sleep(DISCOVERY) => return Err("it did not answer in time".to_owned()),
        };
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status().as_u16()));
        }
        let document = json::parse(response.body())?;
        // Newer versions give one object, older ones a list of clouds.
        let cloud = document.as_array().map_or(Some(&document), |clouds| clouds.first());
        let text = |cloud: &Json, path: &[&str]| {
            path.iter().try_fold(cloud, |at, name| at.get(name))?.as_str().map(str::to_owned)
        };
        let cloud = cloud.ok_or("it names no cloud")?;
        if text(cloud, &["authentication", "identityProvider"])
            .is_some_and(|provider| provider.eq_ignore_ascii_case("adfs"))
        {
            return Err("its cloud signs in with AD FS, which is not supported".to_owned());
        }
        let login = text(cloud, &["authentication", "loginEndpoint"]);
        let login = login.ok_or("it names no token service")?;
        let graph = text(cloud, &["microsoftGraphResourceId"]).ok_or("it names no Graph")?;
        Ok(Discovered {
            login: Origin::parse(&login).map_err(|why| format!("its token service: {why}"))?,
            audience: graph.trim_end_matches('/').to_owned(),
            graph: Origin::parse(&graph).map_err(|why| format!("its Graph: {why}"))?,
        })
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
