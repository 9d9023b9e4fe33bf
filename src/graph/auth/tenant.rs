//! The id of a tenant that is known by one of its domain names.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>. The document is public; no credential is sent.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use serde_json::Value as Json;

use crate::graph::exchange::guid;
use crate::graph::{Origin, Runtime, json, url};

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks the tenant up.
///
/// # Errors
/// Half a sentence.
pub(super) async fn id_of(
    domain: &str,
    login: &Origin,
    user_agent: &str,
    runtime: &Runtime,
) -> Result<String, String> {
    let path = format!("/{}/v2.0/.well-known/openid-configuration", url::encode_segment(domain));
    let request = http::Request::get(login.join(&path)?.as_str())
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, user_agent)
        .header("client-request-id", guid(&*runtime.random))
        .body(Bytes::new())
        .map_err(|error| error.to_string())?;
    let response = tokio::select! {
        response = runtime.transport.send(request) => response.map_err(|error| error.message)?,
        () = runtime.clock.sleep(PATIENCE) => return Err(format!("{login} did not answer in time")),
    };
    if !response.status().is_success() {
        return Err(format!("{login} answered {}", response.status().as_u16()));
    }
    let document = json::parse(response.body())?;
    let issuer = document.get("issuer").and_then(Json::as_str).unwrap_or_default();
    let id = issuer.split('/').find(|part| uuid::Uuid::try_parse(part).is_ok());
    id.map(str::to_owned).ok_or_else(|| format!("{login} names no tenant id"))
}
