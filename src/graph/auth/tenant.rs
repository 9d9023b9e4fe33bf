//! What anybody may know of a tenant: the id behind one of its domain names, and the cloud that it lives in.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>. The document is public; no credential is sent.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use serde_json::Value as Json;

use crate::graph::exchange::guid;
use crate::graph::{CLOUDS, Cloud, Origin, Runtime, json, url};

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks a tenant's id up.
///
/// # Errors
/// Half a sentence.
pub(super) async fn id_of(
    domain: &str,
    login: &Origin,
    user_agent: &str,
    runtime: &Runtime,
) -> Result<String, String> {
    let document = document(domain, login, user_agent, runtime).await?;
    let issuer = document.get("issuer").and_then(Json::as_str).unwrap_or_default();
    let id = issuer.split('/').find(|part| uuid::Uuid::try_parse(part).is_ok());
    id.map(str::to_owned).ok_or_else(|| format!("{login} names no tenant id"))
}

/// The cloud that a tenant lives in, if it is another one than that of `login`. The public cloud knows of most, so it is asked where
/// another one does not know; the clouds without a way to it are not.
pub(super) async fn cloud_of(
    tenant: &str,
    login: &Origin,
    user_agent: &str,
    runtime: &Runtime,
) -> Option<&'static str> {
    let public = CLOUDS.first().map(|cloud| Origin::https(cloud.login_host))?;
    let connected =
        |cloud: &&Cloud| ["usgovernment", "usgovernmentdod", "china"].contains(&cloud.name);
    let is_connected =
        CLOUDS.iter().filter(connected).any(|cloud| *login == Origin::https(cloud.login_host));
    let document = match document(tenant, login, user_agent, runtime).await {
        Ok(document) => document,
        Err(_) if is_connected => document(tenant, &public, user_agent, runtime).await.ok()?,
        Err(_) => return None,
    };
    let name = named(&document)?;
    let own =
        CLOUDS.iter().any(|cloud| cloud.name == name && *login == Origin::https(cloud.login_host));
    (!own).then_some(name)
}

/// The cloud that a document names, as `environment` has it.
fn named(document: &Json) -> Option<&'static str> {
    let text = |name: &str| document.get(name).and_then(Json::as_str).unwrap_or_default();
    Some(match text("cloud_instance_name") {
        "microsoftonline.com" => "public",
        "microsoftonline.us" if text("tenant_region_sub_scope") == "DOD" => "usgovernmentdod",
        "microsoftonline.us" => "usgovernment",
        "partner.microsoftonline.cn" | "chinacloudapi.cn" => "china",
        _ => return None,
    })
}

async fn document(
    tenant: &str,
    login: &Origin,
    user_agent: &str,
    runtime: &Runtime,
) -> Result<Json, String> {
    let path = format!("/{}/v2.0/.well-known/openid-configuration", url::encode_segment(tenant));
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
    json::parse(response.body())
}
