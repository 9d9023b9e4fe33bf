//! Every flow as a client sees it, over a scripted wire and paused time.

mod cached;
mod certificate;
mod command_line;
mod federated;
mod hosts;
mod identity;
mod on_behalf_of;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::{Credential, Host, ManagedIdentity};
use crate::graph::scripted::{Answer, Script, Seen, token};
use crate::graph::{Client, ClientConfig, Endpoints, Error, Request, Secret, Version};

const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const APP: &str = "a1b7c3d9-5e2f-4680-9c1d-3f4e5a6b7c32";
/// The scripted wall clock's start.
const START: i64 = 1_772_528_400;

fn client_with(script: &Arc<Script>, credential: Credential) -> Client {
    Client::new(ClientConfig::new(credential), script.runtime())
}

/// Sends one read to Graph.
async fn read(client: &Client) -> Result<(), Error> {
    let cx = client.context(Duration::from_secs(100_000), CancellationToken::new());
    let request = Request::get(Version::Beta, "/deviceManagement/roleDefinitions", &[]);
    client.send(&cx, &request).await.map(drop)
}

fn is_token_request(request: &Seen) -> bool {
    request.path.ends_with("/oauth2/v2.0/token")
}

fn is_graph(request: &Seen) -> bool {
    request.url.starts_with("https://graph.microsoft.com/")
}

/// The fields of a form.
fn form(request: &Seen) -> BTreeMap<String, String> {
    let mut url = reqwest::Url::parse("http://localhost").unwrap();
    url.set_query(Some(&request.text));
    url.query_pairs().into_owned().collect()
}

/// The header and the claims of a JSON web token.
fn decoded(token: &str) -> (Json, Json) {
    use base64::Engine as _;
    let part = |text: &str| {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let mut parts = token.split('.');
    (part(parts.next().unwrap()), part(parts.next().unwrap()))
}

fn issued(access_token: &str) -> Answer {
    Answer::json(
        200,
        json!({"token_type": "Bearer", "expires_in": 3600, "access_token": access_token}),
    )
}

fn refused(error: &str, number: i64, text: &str) -> Answer {
    Answer::json(
        400,
        json!({
            "error": error, "error_description": format!("AADSTS{number}: {text}\r\nTrace ID: x"),
            "error_codes": [number], "trace_id": "the-trace", "correlation_id": "the-correlation",
            "timestamp": "2026-03-03 09:00:00Z",
        }),
    )
}

fn ok() -> Answer {
    Answer::json(200, json!({"value": []}))
}

/// A script whose token endpoint gives one answer and whose Graph accepts everything.
fn script(token: Answer) -> Arc<Script> {
    Script::new(move |request| if is_token_request(request) { token.clone() } else { ok() })
}
