//! The identity that Azure gives to a machine: each kind of host has its own endpoint for tokens.
//!
//! Nothing of it goes through a proxy: the addresses are link-local or loopback, which the wire knows.
//! Source: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>.

mod arc;
pub(super) mod reply;

use std::path::PathBuf;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::Url;

use super::entra::{Again, Failure, Service, class_of};
use super::token::Issued;
use crate::graph::retry::Class;
use crate::graph::{Head, Secret, origin, retry_after, url};

/// Where virtual machines ask.
pub const IMDS: &str = "http://169.254.169.254";
/// Where machines of Azure Arc ask.
pub const ARC: &str = "http://127.0.0.1:40342";

/// An identity of the machine.
#[derive(Clone, Debug)]
pub struct ManagedIdentity {
    /// Who hands out its tokens.
    pub host: Host,
    /// Which identity, where the machine has several: a client id (GUID) or the id of an Azure resource. `None`: the machine's own.
    pub id: Option<String>,
}

/// Who hands out tokens to the machine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Host {
    /// App Service, Functions, Container Apps.
    /// Source: <https://learn.microsoft.com/azure/app-service/overview-managed-identity>.
    AppService {
        /// `IDENTITY_ENDPOINT`.
        endpoint: String,
        /// `IDENTITY_HEADER`.
        header: Secret,
    },
    /// Azure Machine Learning, and Functions of long ago.
    MachineLearning {
        /// `MSI_ENDPOINT`.
        endpoint: String,
        /// `MSI_SECRET`.
        secret: Secret,
    },
    /// Cloud Shell, whose tokens are those of the person in it.
    CloudShell {
        /// `MSI_ENDPOINT`.
        endpoint: String,
    },
    /// A machine outside Azure with the Connected Machine agent.
    /// Source: <https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication>.
    Arc {
        /// Origin of the agent, usually [`ARC`].
        endpoint: String,
        /// The folder that the agent lays its keys in.
        keys: PathBuf,
    },
    /// A virtual machine, a scale set, a cluster node.
    Imds {
        /// Origin, usually [`IMDS`].
        endpoint: String,
    },
}

impl Host {
    fn name(&self) -> &'static str {
        match self {
            Host::AppService { .. } => "App Service's identity endpoint",
            Host::MachineLearning { .. } => "Azure Machine Learning's identity endpoint",
            Host::CloudShell { .. } => "Cloud Shell's identity endpoint",
            Host::Arc { .. } => "Azure Arc's agent",
            Host::Imds { .. } => "the instance metadata service",
        }
    }
}

impl ManagedIdentity {
    /// A token for a resource. The platform caches tokens for a day, so there is no use in asking for a fresher one, nor in claims.
    pub(super) async fn token(&self, service: &Service, resource: &str) -> Result<Issued, Failure> {
        let who = self.host.name();
        let request = self.request(service, resource)?;
        let request = match &self.host {
            Host::Arc { keys, .. } => {
                let challenge = service.exchange(arc::copy(&request), who).await?;
                arc::answer(request, &challenge, keys)?
            }
            _ => request,
        };
        let response = service.exchange(request, who).await?;
        if response.status().is_success() {
            return reply::read(service, &response, who);
        }
        Err(self.refused(service, &response))
    }

    fn request(&self, service: &Service, resource: &str) -> Result<http::Request<Bytes>, Failure> {
        let who = self.host.name();
        let bad = |why: String| Failure::new(format!("The address of {who} cannot be used: {why}"));
        let address = |endpoint: &str, path: &str| {
            let text = format!(
                "{}{path}",
                if path.is_empty() { endpoint } else { endpoint.trim_end_matches('/') }
            );
            origin::endpoint(&text, true).map_err(bad)
        };
        let with = |mut address: Url, pairs: &[(&str, &str)]| {
            address.query_pairs_mut().extend_pairs(pairs);
            address
        };
        let id = |client: &'static str, resource: &'static str| {
            let id = self.id.as_deref()?;
            Some((if id.starts_with('/') { resource } else { client }, id))
        };
        let get = |address: Url, pairs: &[(&str, &str)], id: Option<(&str, &str)>| {
            let mut address = with(address, pairs);
            if let Some((name, value)) = id {
                address.query_pairs_mut().append_pair(name, value);
            }
            http::Request::get(address.as_str())
        };
        let builder = match &self.host {
            Host::AppService { endpoint, header } => get(
                address(endpoint, "")?,
                &[("api-version", "2019-08-01"), ("resource", resource)],
                id("client_id", "mi_res_id"),
            )
            .header("x-identity-header", secret_header(service, header)?),
            Host::MachineLearning { endpoint, secret } => get(
                address(endpoint, "")?,
                &[("api-version", "2017-09-01"), ("resource", resource)],
                id("clientid", "mi_res_id"),
            )
            .header("secret", secret_header(service, secret)?),
            Host::CloudShell { endpoint } => {
                if self.id.is_some() {
                    return Err(Failure::new(
                        "Cloud Shell has no managed identities of its own: its tokens are those of the person in it. Remove \
                         `managed_identity_id` and `client_id`, or sign in in another way.",
                    ));
                }
                let address = address(endpoint, "")?;
                let body = format!("resource={}", url::encode_segment(resource));
                return http::Request::post(address.as_str())
                    .header("metadata", "true")
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header(USER_AGENT, &service.user_agent)
                    .body(Bytes::from(body))
                    .map_err(|error| bad(error.to_string()));
            }
            Host::Arc { endpoint, .. } => {
                if self.id.is_some() {
                    return Err(Failure::new(
                        "A machine of Azure Arc has one identity, its own. Remove `managed_identity_id`.",
                    ));
                }
                get(
                    address(endpoint, "/metadata/identity/oauth2/token")?,
                    &[("api-version", "2020-06-01"), ("resource", resource)],
                    None,
                )
                .header("metadata", "true")
            }
            Host::Imds { endpoint } => get(
                address(endpoint, "/metadata/identity/oauth2/token")?,
                &[("api-version", "2018-02-01"), ("resource", resource)],
                id("client_id", "msi_res_id"),
            )
            .header("metadata", "true"),
        };
        builder
            .header(USER_AGENT, &service.user_agent)
            .body(Bytes::new())
            .map_err(|error| bad(error.to_string()))
    }

    fn refused(&self, service: &Service, response: &http::Response<Bytes>) -> Failure {
        let status = response.status().as_u16();
        let head = Head { status: response.status(), headers: response.headers().clone() };
        let said = service.garbled(&head, response.body(), "token");
        let unreachable = said.contains("unreachable");
        let advice = match (status, &self.host) {
            (403, Host::Imds { .. }) if unreachable => {
                "A proxy of the container engine intercepts the request to the instance metadata service. "
            }
            (400, _) if self.id.is_none() => {
                "This machine has no identity of its own, or several and none is named. Assign one, or set `managed_identity_id`. "
            }
            (400, _) => {
                "This machine does not have the identity of `managed_identity_id`. Assign it to the machine. "
            }
            (401 | 403, _) => "The endpoint refuses this process. ",
            (404, Host::Imds { .. }) => "The instance metadata service knows no identities here. ",
            _ => "",
        };
        let again = match status {
            // While the service is updated (410, up to 70 s) or an identity is being assigned (404).
            404 | 410 => Some(Again::Class(Class::Transient { timeout: false })),
            _ => class_of(status).map(Again::Class),
        };
        Failure {
            again,
            wait: retry_after::stated(&head.headers, None, service.runtime.clock.wall())
                .or((status == 410).then_some(std::time::Duration::from_secs(15))),
            ..Failure::new(format!("{advice}{} gave no token: {said}", self.host.name()))
        }
    }
}

fn secret_header(service: &Service, secret: &Secret) -> Result<http::HeaderValue, Failure> {
    service.filter.learn(secret.reveal());
    let mut value = http::HeaderValue::try_from(secret.reveal()).map_err(|_| {
        Failure::new("The secret of the identity endpoint cannot be sent in a header.")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
