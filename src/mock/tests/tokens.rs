//! The token service.

use base64::Engine as _;
use serde_json::{Value, json};

use super::Tenant;
use super::harness::{ORIGIN, POLICIES, Reply};
use crate::mock::{App, Effect, Fault, LifetimeStyle, Scripted};

const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const CLIENT: &str = "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21";
const SECRET: &str = "mock~Secret+with/odd=characters&more%";

/// A good form, with fields replaced or added.
pub(super) fn form(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let scope = format!("{ORIGIN}/.default");
    let mut fields = vec![
        ("grant_type".to_owned(), "client_credentials".to_owned()),
        ("client_id".to_owned(), CLIENT.to_owned()),
        ("client_secret".to_owned(), SECRET.to_owned()),
        ("scope".to_owned(), scope),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

fn encoded(form: &[(String, String)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    form.iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn send(tenant: &Tenant, directory: &str, content_type: &str, body: String) -> Reply {
    let request = http::Request::builder()
        .method("POST")
        .uri(format!("{ORIGIN}/{directory}/oauth2/v2.0/token"))
        .header("content-type", content_type)
        .header("client-request-id", "6a2d1f3b-4c5e-4d6f-9071-8293a4b5c600")
        .body(body.into())
        .expect("a request");
    tenant.send(request).expect("an answer")
}

/// Asks for a token with a form.
pub(super) fn ask(tenant: &Tenant, form: &[(String, String)]) -> Reply {
    send(tenant, TENANT, "application/x-www-form-urlencoded", encoded(form))
}

#[track_caller]
fn refused(reply: &Reply, error: &str, number: u64) {
    assert_eq!(reply.body["error"], error, "{}", reply.body);
    assert_eq!(reply.body["error_codes"], json!([number]));
    let text = reply.body["error_description"].as_str().expect("a description");
    assert!(text.starts_with(&format!("AADSTS{number}: ")), "{text}");
    assert!(text.contains("Correlation ID: 6a2d1f3b-4c5e-4d6f-9071-8293a4b5c600"), "{text}");
    assert_eq!(reply.status, if error == "invalid_client" { 401 } else { 400 });
}

#[test]
fn a_secret_buys_a_token_with_the_claims_of_the_app() {
    let mut tenant = Tenant::new();
    let reply = ask(&tenant, &form(&[])).ok(200);
    assert_eq!(
        (&reply.body["token_type"], &reply.body["expires_in"]),
        (&json!("Bearer"), &json!(3599))
    );
    assert_eq!(reply.header("cache-control"), "no-store, no-cache");
    let token = reply.body["access_token"].as_str().expect("a token").to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3);
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    for (name, value) in [
        ("aud", json!(ORIGIN)),
        ("iss", json!(format!("https://sts.windows.net/{TENANT}/"))),
        ("tid", json!(TENANT)),
        ("appid", json!(CLIENT)),
        ("idtyp", json!("app")),
        ("ver", json!("1.0")),
        ("exp", json!(tenant.mock.now().as_second() + 3599)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert!(
        claims["roles"]
            .as_array()
            .is_some_and(|roles| roles.contains(&json!("CloudPC.ReadWrite.All")))
    );
    tenant.token = token;
    tenant.get(POLICIES).ok(200);
    assert_eq!(tenant.mock.tokens_given(), 1);
    tenant.mock.revoke_tokens();
    tenant.get(POLICIES).refused(401, "not well formed");
}

#[test]
fn a_tenant_is_known_by_its_domain_too() {
    let tenant = Tenant::new();
    let form = encoded(&form(&[]));
    let kind = "application/x-www-form-urlencoded;charset=UTF-8";
    send(&tenant, "northgate.onmicrosoft.com", kind, form.clone()).ok(200);
    refused(
        &send(&tenant, "contoso.onmicrosoft.com", kind, form.clone()),
        "invalid_request",
        90_002,
    );
    refused(&send(&tenant, "common", kind, form), "invalid_request", 9_001_023);
}

#[test]
fn every_wrong_field_has_its_number() {
    let tenant = Tenant::new();
    let two = format!("{ORIGIN}/.default https://graph.microsoft.com/.default");
    for (name, value, error, number) in [
        ("client_secret", "wrong", "invalid_client", 7_000_215),
        ("client_secret", "mock~Secret with/odd=characters&more%", "invalid_client", 7_000_215),
        ("client_id", "11111111-2222-3333-4444-555555555555", "unauthorized_client", 700_016),
        ("client_id", "", "invalid_request", 900_144),
        ("grant_type", "password", "unsupported_grant_type", 70_003),
        ("scope", "https://graph.microsoft.com/CloudPC.Read.All", "invalid_scope", 1_002_012),
        ("scope", &two, "invalid_scope", 700_022),
        ("scope", "https://nothing.example/.default", "invalid_resource", 500_011),
        ("resource", "https://graph.microsoft.com", "invalid_request", 90_014),
        ("claims", "{", "invalid_request", 50_146),
    ] {
        refused(&ask(&tenant, &form(&[(name, value)])), error, number);
    }
    let without =
        |name: &str| form(&[]).into_iter().filter(|(known, _)| known != name).collect::<Vec<_>>();
    refused(&ask(&tenant, &without("client_secret")), "invalid_client", 7_000_218);
    refused(&ask(&tenant, &without("grant_type")), "invalid_request", 900_144);
    let mut doubled = form(&[]);
    doubled.push(("scope".to_owned(), format!("{ORIGIN}/.default")));
    refused(&ask(&tenant, &doubled), "invalid_request", 9_000_411);
    let json = send(&tenant, TENANT, "application/json", encoded(&form(&[])));
    refused(&json, "invalid_request", 900_144);
    tenant.mock.app(|app| app.secret_expired = true);
    refused(&ask(&tenant, &form(&[])), "invalid_client", 7_000_222);
    assert_eq!(tenant.mock.tokens_given(), 0);
}

#[test]
fn an_app_without_permissions_gets_a_token_without_roles() {
    let mut tenant = Tenant::new();
    tenant.mock.app(|app| app.roles.clear());
    let reply = ask(&tenant, &form(&[])).ok(200);
    tenant.token = reply.body["access_token"].as_str().expect("a token").to_owned();
    tenant.get(POLICIES).refused(403, "Access is denied");
}

#[test]
fn a_client_that_can_be_challenged_says_so_and_its_token_repeats_it() {
    let tenant = Tenant::new();
    let claims = r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#;
    for (form, expected) in
        [(form(&[("claims", claims)]), json!(["CP1"])), (form(&[]), Value::Null)]
    {
        let body = ask(&tenant, &form).ok(200).body;
        let token = body["access_token"].as_str().expect("a token");
        let payload = token.split('.').nth(1).expect("three parts");
        let payload =
            base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).expect("base64");
        let payload: Value = serde_json::from_slice(&payload).expect("JSON");
        assert_eq!(payload["xms_cc"], expected);
    }
}

#[test]
fn several_tenants_are_kept_apart() {
    let tenant = Tenant::new();
    tenant.mock.add_app(App {
        tenant_id: "11111111-2222-3333-4444-555555555555".to_owned(),
        domain: "contoso.onmicrosoft.com".to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: "another".to_owned(),
        roles: vec!["CloudPC.Read.All".to_owned()],
        ..App::default()
    });
    let kind = "application/x-www-form-urlencoded";
    let reply = |secret: &str| {
        send(&tenant, "contoso.onmicrosoft.com", kind, encoded(&form(&[("client_secret", secret)])))
    };
    reply("another").ok(200);
    refused(&reply(SECRET), "invalid_client", 7_000_215);
}

#[test]
fn the_lifetime_comes_in_each_of_its_spellings() {
    let tenant = Tenant::with(|switches| switches.token_lifetime_seconds = 60);
    for (style, expires, refresh) in [
        (LifetimeStyle::Number, json!(60), Value::Null),
        (LifetimeStyle::Text, json!("60"), Value::Null),
        (LifetimeStyle::Missing, Value::Null, Value::Null),
        (LifetimeStyle::WithRefresh, json!(60), json!(30)),
    ] {
        tenant.mock.switch(|switches| switches.token_lifetime_style = style);
        let body = ask(&tenant, &form(&[])).ok(200).body;
        assert_eq!((&body["expires_in"], &body["refresh_in"]), (&expires, &refresh));
    }
}

#[test]
fn the_token_service_fails_on_request() {
    let tenant = Tenant::new();
    let text = Scripted {
        status: 429,
        headers: vec![("Retry-After".into(), "60".into())],
        body: json!("Too many requests"),
    };
    tenant.mock.fault(Fault::once("POST", "/{tenant}/oauth2/v2.0/token", Effect::Reply(text)));
    let reply = ask(&tenant, &form(&[]));
    assert_eq!(
        (reply.status, &reply.body, reply.header("retry-after")),
        (429, &json!("Too many requests"), "60")
    );
    ask(&tenant, &form(&[])).ok(200);
}
