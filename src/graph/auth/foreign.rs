//! Tokens of others that an app trusts: where they come from. They prove the app only in the moment of the exchange, so they are
//! fetched or read anew for each.
//!
//! Sources: <https://docs.github.com/actions/reference/security/oidc>,
//! <https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create>,
//! <https://azure.github.io/azure-workload-identity/docs/>.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value as Json;

use super::claims;
use super::entra::{Again, Failure, Service, class_of};
use super::managed_identity::ManagedIdentity;
use crate::graph::{Clock, Head, Secret, json, origin, retry_after};

/// Longest token that is read from a file, in bytes.
const LONGEST: u64 = 256 * 1024;

/// Where a foreign token comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ForeignToken {
    /// It was given, and cannot be renewed.
    Given(Secret),
    /// A file holds it; whoever owns the file renews it (Kubernetes, HCP Terraform, other CI).
    File(PathBuf),
    /// GitHub Actions issues it to the running job.
    GitHub {
        /// Where to ask.
        url: String,
        /// What to ask with.
        token: Secret,
    },
    /// Azure DevOps issues it to the running pipeline.
    AzureDevOps {
        /// Where to ask.
        url: String,
        /// What to ask with.
        token: Secret,
        /// Id of the service connection.
        connection: String,
        /// Whether to name the audience; by default the service connection decides.
        names_audience: bool,
    },
    /// The machine's identity in Azure vouches for the app.
    ManagedIdentity(Box<ManagedIdentity>),
}

impl ForeignToken {
    /// A token for the exchange that is about to happen.
    pub(super) async fn token(&self, service: &Service) -> Result<Secret, Failure> {
        let token = match self {
            ForeignToken::Given(token) => {
                check_life(token, &*service.runtime.clock)?;
                token.clone()
            }
            ForeignToken::File(path) => from_file(path, "oidc_token_file_path")?,
            ForeignToken::GitHub { url, token } => {
                let who = "GitHub's token service";
                let mut address = address(url, who)?;
                address.query_pairs_mut().append_pair("audience", &service.endpoints.exchange);
                let request = http::Request::get(address.as_str());
                let answer = ask(service, request, token, who, |status| match status {
                    401 | 403 => "The job may not ask for a token. Give it `permissions: id-token: write`; pull requests from forks cannot have it.",
                    _ => "",
                })
                .await?;
                member(service, &answer, "value", who)?
            }
            ForeignToken::AzureDevOps { url, token, connection, names_audience } => {
                let who = "Azure DevOps' token service";
                let mut address = address(url, who)?;
                {
                    let mut query = address.query_pairs_mut();
                    query.append_pair("api-version", "7.1");
                    query.append_pair("serviceConnectionId", connection);
                    if *names_audience {
                        query.append_pair("audience", &service.endpoints.exchange);
                    }
                }
                let request = http::Request::post(address.as_str())
                    .header(CONTENT_TYPE, "application/json")
                    // Without it an expired token is answered by a page to sign in on.
                    .header("x-tfs-fedauthredirect", "Suppress");
                let answer = ask(service, request, token, who, |status| match status {
                    401 | 203 | 302 => "The pipeline's token was refused. Map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into the step's environment.",
                    400 | 403 | 404 => "Check `ado_pipeline_service_connection_id`, and that the pipeline is authorized to use that service connection.",
                    _ => "",
                })
                .await?;
                member(service, &answer, "oidcToken", who)?
            }
            ForeignToken::ManagedIdentity(identity) => {
                identity.token(service, &service.endpoints.exchange).await?.secret
            }
        };
        service.filter.learn(token.reveal());
        Ok(token)
    }
}

/// A token from a file, without the line break at its end.
pub(super) fn from_file(path: &Path, attribute: &str) -> Result<Secret, Failure> {
    let failure = |why: String| {
        Failure::new(format!(
            "The file of `{attribute}` ({}) cannot be used: {why}",
            path.display()
        ))
    };
    let length = std::fs::metadata(path).map_err(|error| failure(error.to_string()))?.len();
    if length > LONGEST {
        return Err(failure(format!("it is larger than {LONGEST} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failure(error.to_string()))?;
    let token = Secret::new(text.trim());
    if token.is_empty() {
        return Err(failure("it is empty".to_owned()));
    }
    Ok(token)
}

/// A given token that has ended cannot be exchanged, and nobody renews it.
fn check_life(token: &Secret, clock: &dyn Clock) -> Result<(), Failure> {
    let ends = claims::of(token.reveal())
        .and_then(|claims| claims.get("exp").and_then(claims::seconds))
        .filter(|ends| *ends <= clock.wall().as_second());
    match ends {
        None => Ok(()),
        Some(_) => Err(Failure::new(format!(
            "`oidc_token` has expired, and a token that is given as text cannot be renewed. For runs that last longer than it, give a \
             file (`oidc_token_file_path`) or let the provider ask for tokens itself (`oidc_request_url`, `oidc_request_token`). {}",
            facts(token, clock)
        ))),
    }
}

/// What a foreign token says of itself: exactly what must stand in the federated credential, and when it ends. Not secret.
pub(super) fn facts(token: &Secret, clock: &dyn Clock) -> String {
    let Some(claims) = claims::of(token.reveal()) else {
        return "The federated token is no JSON web token: it may be cut off or have quotes around it"
            .to_owned();
    };
    let text = |name: &str| match claims.get(name) {
        Some(Json::String(text)) => format!("{text:?}"),
        Some(Json::Array(items)) => items
            .iter()
            .filter_map(Json::as_str)
            .map(|text| format!("{text:?}"))
            .collect::<Vec<_>>()
            .join(", "),
        _ => "none".to_owned(),
    };
    let mut facts = format!(
        "Federated token: issuer {}, subject {}, audience {}",
        text("iss"),
        text("sub"),
        text("aud")
    );
    let ends = claims.get("exp").and_then(claims::seconds);
    if let Some(ends) = ends.and_then(|ends| Timestamp::from_second(ends).ok()) {
        let word = if ends <= clock.wall() { "expired" } else { "expires" };
        facts.push_str(&format!(", {word} at {ends}"));
    }
    facts
}

fn address(text: &str, who: &str) -> Result<Url, Failure> {
    origin::endpoint(text, false)
        .map_err(|why| Failure::new(format!("The address of {who} cannot be used: {why}")))
}

async fn ask(
    service: &Service,
    request: http::request::Builder,
    token: &Secret,
    who: &str,
    advice: impl Fn(u16) -> &'static str,
) -> Result<http::Response<Bytes>, Failure> {
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.reveal()))
        .map_err(|_| Failure::new("`oidc_request_token` holds characters that no token has"))?;
    bearer.set_sensitive(true);
    service.filter.learn(token.reveal());
    let request = request
        .header(AUTHORIZATION, bearer)
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, &service.user_agent)
        .body(Bytes::new())
        .map_err(|error| Failure::new(error.to_string()))?;
    let response = service.exchange(request, who).await?;
    let status = response.status().as_u16();
    if status == 200 {
        return Ok(response);
    }
    let head = Head { status: response.status(), headers: response.headers().clone() };
    let mut message =
        format!("{who} gave no token: {}", service.garbled(&head, response.body(), "token"));
    for name in ["x-vss-e2eid", "x-msedge-ref"] {
        if let Some(value) = head.headers.get(name).and_then(|value| value.to_str().ok()) {
            message.push_str(&format!("; {name} {}", service.clean(value)));
        }
    }
    let advice = advice(status);
    if !advice.is_empty() {
        message = format!("{advice} {message}");
    }
    Err(Failure {
        again: class_of(status).map(Again::Class),
        wait: retry_after::stated(&head.headers, None, service.runtime.clock.wall()),
        ..Failure::new(message)
    })
}

fn member(
    service: &Service,
    response: &http::Response<Bytes>,
    name: &str,
    who: &str,
) -> Result<Secret, Failure> {
    let body = json::parse(response.body()).ok();
    let token = body.as_ref().and_then(|body| body.get(name)).and_then(Json::as_str);
    match token.map(str::trim).filter(|token| !token.is_empty()) {
        Some(token) => Ok(Secret::new(token)),
        None => {
            let head = Head { status: response.status(), headers: response.headers().clone() };
            let why = service.garbled(&head, response.body(), "token");
            Err(Failure::new(format!("{who} gave no token: {why}")))
        }
    }
}
