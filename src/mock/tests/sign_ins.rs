//! Signing in: people, assertions, machines and pipelines, each against what the service checks.

mod apps;
mod machines;
mod people;

use base64::Engine as _;
use serde_json::Value;

use super::Tenant;
use super::harness::{ORIGIN, Reply};

const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const CLIENT: &str = "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21";

/// Percent-encodes.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Posts a form.
fn post(tenant: &Tenant, path: &str, fields: &[(&str, &str)]) -> Reply {
    let request = http::Request::post(format!("{ORIGIN}{path}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(fields).into())
        .expect("a request");
    tenant.send(request).expect("an answer")
}

/// Asks for a token; `client_id` is added.
fn ask(tenant: &Tenant, fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("client_id", CLIENT)];
    all.extend_from_slice(fields);
    post(tenant, &format!("/{TENANT}/oauth2/v2.0/token"), &all)
}

/// Gets something with headers.
fn get(tenant: &Tenant, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = http::Request::get(format!("{ORIGIN}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    tenant.send(request.body(bytes::Bytes::new()).expect("a request")).expect("an answer")
}

#[track_caller]
fn refused(reply: &Reply, error: &str, number: u64) {
    assert_eq!(
        (&reply.body["error"], &reply.body["error_codes"]),
        (&Value::from(error), &Value::from(vec![number])),
        "{}",
        reply.body
    );
}

/// What a token says.
fn claims(token: &Value) -> Value {
    let payload = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a token");
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    serde_json::from_slice(&payload.expect("base64")).expect("JSON")
}
