//! Apps: assertions by a certificate or by somebody whom they trust.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use aws_lc_rs::{digest, encoding::Pkcs8V1Der};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;
use crate::mock::{Federated, TokenForm};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key, and a certificate of it.
struct Owned {
    key: KeyPair,
    der: Vec<u8>,
    pem: String,
}

impl Owned {
    fn new() -> Owned {
        let key = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let pkcs8: Pkcs8V1Der<'_> = key.as_der().expect("a key");
        let pair = rcgen::KeyPair::try_from(pkcs8.as_ref()).expect("a key");
        let certificate = rcgen::CertificateParams::new(Vec::new())
            .and_then(|params| params.self_signed(&pair))
            .expect("a certificate");
        Owned { key, der: certificate.der().to_vec(), pem: certificate.pem() }
    }

    fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &self.der))
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let algorithm: &'static dyn RsaEncoding =
            if header["alg"] == "RS256" { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(algorithm, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn prove(tenant: &Tenant, assertion: &str) -> Reply {
    let scope = format!("{ORIGIN}/.default");
    ask(
        tenant,
        &[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion),
            ("scope", &scope),
        ],
    )
}

#[test]
fn an_assertion_is_checked_in_all_its_parts() {
    let tenant = Tenant::new();
    let (mine, other) = (Owned::new(), Owned::new());
    tenant.mock.app(|app| app.certificates = vec![mine.pem.clone()]);
    let now = tenant.mock.now().as_second();
    let header = json!({ "typ": "JWT", "alg": "PS256", "x5t#S256": mine.thumbprint() });
    let good = json!({
        "aud": format!("{ORIGIN}/{TENANT}/oauth2/v2.0/token"),
        "iss": CLIENT, "sub": CLIENT, "jti": "1", "nbf": now, "exp": now + 600,
    });
    let with = |value: &Value, name: &str, new: Value| {
        let mut changed = value.clone();
        changed[name] = new;
        changed
    };
    let reply = prove(&tenant, &mine.signed(&header, &good)).ok(200);
    assert_eq!(claims(&reply.body["access_token"])["appidacr"], "2");
    refused(&prove(&tenant, &mine.signed(&header, &good)), "invalid_client", 50_013);
    let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &mine.der);
    let old = json!({ "typ": "JWT", "alg": "RS256", "x5t": URL_SAFE_NO_PAD.encode(sha1) });
    prove(&tenant, &mine.signed(&old, &with(&good, "jti", json!("2")))).ok(200);
    let chained = with(&header, "x5c", json!([STANDARD.encode(&mine.der)]));
    prove(&tenant, &mine.signed(&chained, &with(&good, "jti", json!("3")))).ok(200);
    for (signer, header, claims, number) in [
        (&other, with(&header, "x5t#S256", json!(other.thumbprint())), good.clone(), 700_027),
        (&other, header.clone(), good.clone(), 700_027),
        (&mine, with(&header, "alg", json!("none")), good.clone(), 50_013),
        (&mine, with(&header, "x5c", json!([STANDARD.encode(&other.der)])), good.clone(), 50_013),
        (&mine, header.clone(), with(&good, "aud", json!("https://elsewhere.example")), 700_023),
        (&mine, header.clone(), with(&good, "sub", json!("somebody")), 50_013),
        (&mine, header.clone(), with(&good, "jti", Value::Null), 50_013),
        (&mine, header.clone(), with(&good, "exp", json!(now - 301)), 700_024),
        (&mine, header.clone(), with(&good, "nbf", json!(now + 301)), 700_024),
    ] {
        let claims = with(
            &claims,
            "jti",
            if claims["jti"].is_null() {
                Value::Null
            } else {
                json!(format!("{number}-{header}-{claims}"))
            },
        );
        refused(&prove(&tenant, &signer.signed(&header, &claims)), "invalid_client", number);
    }
    refused(&prove(&tenant, "no.token"), "invalid_request", 50_027);
    let text = prove(&tenant, &other.signed(&header, &good)).body["error_description"].to_string();
    assert!(text.contains("Configured keys: ["), "{text}");
}

#[test]
fn a_federated_token_must_match_exactly_and_may_be_too_new() {
    let tenant = Tenant::new();
    let known = Federated {
        issuer: "https://cluster.example".to_owned(),
        subject: "system:serviceaccount:ops:terraform".to_owned(),
        audience: "api://AzureADTokenExchange".to_owned(),
    };
    let token = |issuer: &str, subject: &str, audience: &str, seconds: i64| {
        tenant.mock.foreign_token(issuer, subject, audience, seconds)
    };
    let [issuer, subject, audience] = [&known.issuer, &known.subject, &known.audience];
    let good = token(issuer, subject, audience, 600);
    refused(&prove(&tenant, &good), "invalid_client", 70_021);
    tenant.mock.app(|app| app.federated = vec![known.clone()]);
    prove(&tenant, &good).ok(200);
    prove(&tenant, &good).ok(200);
    tenant.mock.switch(|switches| switches.federation_lag = 1);
    refused(&prove(&tenant, &good), "invalid_client", 70_021);
    prove(&tenant, &good).ok(200);
    for (token, number) in [
        (token("https://cluster.example/", subject, audience, 600), 700_211),
        (token(issuer, "system:serviceaccount:ops:Terraform", audience, 600), 700_213),
        (token(issuer, subject, "api://AzureADTokenExchangeChina", 600), 700_212),
        (token(issuer, subject, audience, -301), 700_024),
        (Owned::new().signed(&json!({ "alg": "RS256" }), &json!({ "iss": issuer })), 50_013),
    ] {
        refused(&prove(&tenant, &token), "invalid_client", number);
    }
    let seen = prove(&tenant, &token(issuer, "other", audience, 600));
    let text = seen.body["error_description"].to_string();
    assert!(text.contains("Assertion Subject: 'other'"), "{text}");
}

#[test]
fn tokens_come_in_every_look_and_graph_knows_them_all() {
    let mut tenant = Tenant::new();
    let secret = "mock~Secret+with/odd=characters&more%";
    for form in [
        TokenForm::WithoutKind,
        TokenForm::V2,
        TokenForm::Opaque,
        TokenForm::Encrypted,
        TokenForm::Huge,
    ] {
        tenant.mock.switch(|switches| switches.token_form = form);
        let scope = format!("{ORIGIN}/.default");
        let reply = ask(
            &tenant,
            &[("grant_type", "client_credentials"), ("client_secret", secret), ("scope", &scope)],
        );
        let token = reply.ok(200).body["access_token"].clone();
        let text = token.as_str().expect("a token").to_owned();
        match form {
            TokenForm::Opaque => assert!(!text.contains('.')),
            TokenForm::Encrypted => assert_eq!(text.split('.').count(), 5),
            TokenForm::Huge => assert!(text.len() > 70_000, "{}", text.len()),
            TokenForm::V2 => assert_eq!(claims(&token)["azp"], CLIENT),
            _ => assert_eq!(claims(&token)["idtyp"], Value::Null),
        }
        tenant.token = text;
        tenant.get(crate::mock::tests::harness::POLICIES).ok(200);
    }
}

#[test]
fn a_cloud_knows_no_other_clouds_graph_and_says_where_a_tenant_lives() {
    let tenant = Tenant::with(|switches| switches.cloud = "usgovernment".to_owned());
    let secret = "mock~Secret+with/odd=characters&more%";
    let ask_for = |scope: &str| {
        ask(
            &tenant,
            &[("grant_type", "client_credentials"), ("client_secret", secret), ("scope", scope)],
        )
    };
    ask_for("https://graph.microsoft.us/.default").ok(200);
    refused(&ask_for("https://graph.microsoft.com/.default"), "invalid_resource", 500_011);
    let away = "22222222-3333-4444-5555-666666666666";
    tenant.mock.add_tenant_elsewhere(away, "china");
    let path = |tenant: &str| format!("/{tenant}/v2.0/.well-known/openid-configuration");
    let document = get(&tenant, &path(TENANT), &[]).ok(200).body;
    assert_eq!(document["msgraph_host"], "graph.microsoft.us");
    let document = get(&tenant, &path(away), &[]).ok(200).body;
    assert_eq!(document["cloud_instance_name"], "partner.microsoftonline.cn");
    assert_eq!(get(&tenant, &path("nobody.example"), &[]).status, 400);
    let form = [("client_id", CLIENT), ("grant_type", "client_credentials")];
    let reply = post(&tenant, &format!("/{away}/oauth2/v2.0/token"), &form);
    refused(&reply, "invalid_request", 90_038);
    let metadata = get(&tenant, "/metadata/endpoints?api-version=2022-09-01", &[]).ok(200);
    let text = metadata.body.as_str().expect("a text with a byte-order mark");
    assert!(text.starts_with("\u{feff}{") && text.contains(ORIGIN), "{text}");
}
