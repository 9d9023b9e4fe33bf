//! People: device codes, browsers, refresh tokens, and apps that act for somebody.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;
use crate::mock::tests::harness::POLICIES;
use crate::mock::{Claims, Person, PersonDoes};

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const OBO: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SECRET: &str = "mock~Secret+with/odd=characters&more%";

fn scope() -> String {
    format!("{ORIGIN}/.default openid profile offline_access")
}

fn begin(tenant: &Tenant) -> (String, String) {
    let path = format!("/{TENANT}/oauth2/v2.0/devicecode");
    let reply = post(tenant, &path, &[("client_id", CLIENT), ("scope", &scope())]).ok(200);
    assert_eq!((&reply.body["expires_in"], &reply.body["interval"]), (&json!(900), &json!(5)));
    let text = |name: &str| reply.body[name].as_str().expect("a text").to_owned();
    assert!(text("message").contains(&text("user_code")));
    (text("device_code"), text("user_code"))
}

fn poll(tenant: &Tenant, code: &str) -> Reply {
    ask(tenant, &[("grant_type", DEVICE), ("device_code", code)])
}

/// Signs in by a code; the answer of the token endpoint.
fn signed_in(tenant: &Tenant) -> Reply {
    let (code, user_code) = begin(tenant);
    tenant.mock.enter_code(&user_code, PersonDoes::Approves, None).expect("a code");
    poll(tenant, &code).ok(200)
}

#[test]
fn a_code_is_asked_for_at_its_pace_until_the_person_is_done_and_serves_once() {
    let mut tenant = Tenant::new();
    let (code, _) = begin(&tenant);
    refused(&poll(&tenant, &code), "authorization_pending", 70_016);
    refused(&poll(&tenant, &code), "slow_down", 90_055);
    tenant.mock.advance(Duration::from_secs(6));
    // Five seconds more since it was asked too early.
    refused(&poll(&tenant, &code), "slow_down", 90_055);
    tenant.mock.advance(Duration::from_secs(60));
    let reply = poll(&tenant, &code).ok(200);
    let said = claims(&reply.body["access_token"]);
    assert_eq!((&said["idtyp"], &said["appidacr"]), (&json!("user"), &json!("0")));
    assert!(said["wids"].as_array().is_some_and(|roles| roles.len() == 2));
    assert!(said["scp"].as_str().is_some_and(|scopes| scopes.contains("CloudPC.ReadWrite.All")));
    assert_eq!(said["roles"], Value::Null);
    let id = claims(&reply.body["id_token"]);
    assert_eq!((&id["aud"], &id["tid"]), (&json!(CLIENT), &json!(TENANT)));
    tenant.token = reply.body["access_token"].as_str().expect("a token").to_owned();
    tenant.get(POLICIES).ok(200);
    refused(&poll(&tenant, &code), "bad_verification_code", 70_018);
}

#[test]
fn a_code_can_be_declined_run_out_or_wait_for_ever() {
    let tenant = Tenant::with(|switches| switches.person = PersonDoes::Waits);
    let (code, user_code) = begin(&tenant);
    for _ in 0..3 {
        refused(&poll(&tenant, &code), "authorization_pending", 70_016);
        tenant.mock.advance(Duration::from_secs(5));
    }
    tenant.mock.enter_code(&user_code, PersonDoes::Declines, None).expect("a code");
    refused(&poll(&tenant, &code), "authorization_declined", 70_020);
    let (code, _) = begin(&tenant);
    tenant.mock.advance(Duration::from_secs(900));
    refused(&poll(&tenant, &code), "expired_token", 70_019);
    assert!(tenant.mock.enter_code("NOBODYS", PersonDoes::Approves, None).is_err());
}

#[test]
fn only_a_public_client_without_a_secret_signs_in_by_code() {
    let tenant = Tenant::new();
    let (code, _) = begin(&tenant);
    let with_secret = [("grant_type", DEVICE), ("device_code", &code), ("client_secret", SECRET)];
    refused(&ask(&tenant, &with_secret), "invalid_client", 700_025);
    tenant.mock.app(|app| app.public_client = false);
    refused(&poll(&tenant, &code), "invalid_client", 7_000_218);
}

#[test]
fn a_refresh_token_is_bound_to_person_and_app_and_each_use_gives_a_new_one() {
    let tenant = Tenant::new();
    let mail = "https://customerapi.example";
    tenant.mock.app(|app| {
        app.resources.insert(mail.to_owned(), vec!["MWaaSDevice.Read".to_owned()]);
    });
    let reply = signed_in(&tenant);
    let first = reply.body["refresh_token"].as_str().expect("a token").to_owned();
    let refresh = |token: &str, scope: &str| {
        ask(&tenant, &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    };
    let second = refresh(&first, &scope()).ok(200);
    assert_ne!(second.body["refresh_token"], json!(first));
    // The old one stays good for now, and serves other resources that were consented to, one at a time.
    let other = refresh(&first, &format!("{mail}/MWaaSDevice.Read")).ok(200);
    assert_eq!(claims(&other.body["access_token"])["aud"], mail);
    refused(&refresh(&first, &format!("{mail}/Other.Read")), "invalid_grant", 65_001);
    refused(
        &refresh(&first, &format!("{mail}/.default {ORIGIN}/.default")),
        "invalid_grant",
        28_000,
    );
    refused(&refresh(&first, "https://nothing.example/.default"), "invalid_resource", 500_011);
    tenant.mock.end_sign_ins(50_173);
    let ended = refresh(&first, &scope());
    refused(&ended, "invalid_grant", 50_173);
    assert_eq!(ended.body["suberror"], "bad_token");
    let reply = signed_in(&tenant);
    tenant.mock.advance(Duration::from_secs(90 * 86_400));
    let token = reply.body["refresh_token"].as_str().expect("a token");
    refused(&refresh(token, &scope()), "invalid_grant", 700_082);
}

#[test]
fn somebody_whom_the_tenant_does_not_know_cannot_sign_in() {
    let tenant = Tenant::new();
    tenant.mock.people(|people| {
        *people = vec![Person {
            tenants: vec!["11111111-2222-3333-4444-555555555555".to_owned()],
            ..Person::default()
        }];
    });
    let (code, _) = begin(&tenant);
    poll(&tenant, &code);
    tenant.mock.advance(Duration::from_secs(5));
    refused(&poll(&tenant, &code), "invalid_grant", 50_020);
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What a browser is sent to with.
fn authorize(tenant: &Tenant, changes: &[(&str, &str)]) -> Reply {
    let challenge = digest::digest(&digest::SHA256, VERIFIER.as_bytes());
    let challenge = URL_SAFE_NO_PAD.encode(challenge);
    let scope = scope();
    let mut fields = vec![
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:49152"),
        ("scope", &scope),
        ("state", "state-1"),
        ("nonce", "nonce-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    get(tenant, &format!("/{TENANT}/oauth2/v2.0/authorize?{}", encoded(&fields)), &[])
}

/// The code in a redirect.
fn code(reply: &Reply) -> String {
    assert_eq!(reply.status, 302, "{}", reply.body);
    let location = reply.header("location");
    assert!(location.starts_with("http://localhost:49152?"), "{location}");
    assert!(location.ends_with("&state=state-1"), "{location}");
    let code = location.split("code=").nth(1).and_then(|rest| rest.split('&').next());
    code.expect("a code").to_owned()
}

fn redeem(tenant: &Tenant, code: &str, changes: &[(&str, &str)]) -> Reply {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "http://localhost:49152"),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    ask(tenant, &fields)
}

#[test]
fn a_code_from_a_browser_serves_once_with_its_verifier_and_address() {
    let tenant = Tenant::new();
    let given = code(&authorize(&tenant, &[]));
    let wrong = |changes: &[(&str, &str)]| redeem(&tenant, &given, changes);
    refused(&wrong(&[("code_verifier", &"x".repeat(43))]), "invalid_grant", 501_481);
    refused(&wrong(&[("redirect_uri", "http://localhost:1")]), "invalid_grant", 500_112);
    refused(&wrong(&[("client_secret", SECRET)]), "invalid_client", 700_025);
    let reply = redeem(&tenant, &given, &[]).ok(200);
    assert_eq!(claims(&reply.body["id_token"])["nonce"], "nonce-1");
    refused(&redeem(&tenant, &given, &[]), "invalid_grant", 54_005);
    let given = code(&authorize(&tenant, &[]));
    tenant.mock.advance(Duration::from_secs(600));
    refused(&redeem(&tenant, &given, &[]), "invalid_grant", 70_008);
}

#[test]
fn a_web_app_needs_its_secret_and_its_exact_address() {
    let tenant = Tenant::new();
    let address = "https://desk.example/back";
    tenant.mock.app(|app| app.web_redirects = vec![address.to_owned()]);
    let reply = authorize(&tenant, &[("redirect_uri", address)]);
    let given = reply.header("location").to_owned();
    let given = given.split("code=").nth(1).and_then(|rest| rest.split('&').next());
    let given = given.expect("a code").to_owned();
    let at = ("redirect_uri", address);
    refused(&redeem(&tenant, &given, &[at]), "invalid_client", 7_000_218);
    let reply = redeem(&tenant, &given, &[at, ("client_secret", SECRET)]).ok(200);
    let token = reply.body["refresh_token"].as_str().expect("a token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token)];
    refused(&ask(&tenant, &refresh), "invalid_client", 7_000_218);
    // An address that is not registered is told to nobody but the person.
    let reply = authorize(&tenant, &[("redirect_uri", "https://evil.example")]);
    assert_eq!((reply.status, reply.header("location")), (400, ""));
    assert!(reply.body.as_str().is_some_and(|text| text.contains("AADSTS50011")));
}

#[test]
fn a_browser_brings_back_a_refusal_a_form_or_a_wrong_state() {
    let tenant = Tenant::new();
    let form = authorize(&tenant, &[("response_mode", "form_post")]);
    let page = form.body.as_str().expect("a page");
    for part in ["action=\"http://localhost:49152\"", "name=\"code\"", "value=\"state-1\""] {
        assert!(page.contains(part), "{page}");
    }
    tenant.mock.switch(|switches| switches.wrong_state = true);
    assert!(!authorize(&tenant, &[]).header("location").contains("state-1"));
    tenant.mock.switch(|switches| switches.person = PersonDoes::Declines);
    let reply = authorize(&tenant, &[]);
    assert!(reply.header("location").contains("error=access_denied"));
    assert!(reply.header("location").contains("AADSTS65004"));
}

#[test]
fn an_app_acts_for_a_person_only_with_that_persons_token_for_the_app_itself() {
    let tenant = Tenant::new();
    let token = |claims: Claims| tenant.mock.token(claims);
    let scopes = vec!["access_as_user".to_owned()];
    let user = Claims { audience: CLIENT.to_owned(), scopes, ..Claims::default() };
    let scope = format!("{ORIGIN}/.default");
    let ask = |assertion: &str, changes: &[(&str, &str)]| {
        let mut fields = vec![
            ("grant_type", OBO),
            ("assertion", assertion),
            ("requested_token_use", "on_behalf_of"),
            ("scope", &scope),
            ("client_secret", SECRET),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        super::ask(&tenant, &fields)
    };
    let good = token(user.clone());
    let reply = ask(&good, &[]).ok(200);
    assert_eq!(claims(&reply.body["access_token"])["upn"], "operator@mock.example");
    let for_graph = token(Claims { scopes: vec!["User.Read".to_owned()], ..Claims::default() });
    refused(&ask(&for_graph, &[]), "invalid_grant", 50_013);
    let of_an_app = token(Claims { scopes: Vec::new(), ..user.clone() });
    refused(&ask(&of_an_app, &[]), "invalid_grant", 50_013);
    refused(&ask("made-up", &[]), "invalid_grant", 50_013);
    let ended = token(Claims { expires_at: 1, ..user });
    refused(&ask(&ended, &[]), "invalid_grant", 500_133);
    refused(&ask(&good, &[("requested_token_use", "other")]), "invalid_request", 90_014);
    refused(&ask(&good, &[("client_secret", "x")]), "invalid_client", 7_000_215);
    tenant.mock.app(|app| app.scopes.clear());
    let reply = ask(&good, &[]);
    refused(&reply, "invalid_grant", 65_001);
    assert_eq!(reply.body["suberror"], "consent_required");
}

#[test]
fn the_older_endpoints_name_a_resource_and_write_numbers_as_texts() {
    let tenant = Tenant::new();
    let fields = [
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("grant_type", "client_credentials"),
        ("resource", ORIGIN),
    ];
    let reply = post(&tenant, &format!("/{TENANT}/oauth2/token"), &fields).ok(200);
    assert_eq!(
        (&reply.body["expires_in"], &reply.body["resource"]),
        (&json!("3599"), &json!(ORIGIN))
    );
}
