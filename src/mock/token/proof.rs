//! How an app proves to be itself: by its secret, by an assertion that it signed itself, or by one of somebody whom it trusts
//! (identity platform pages "Certificate credentials" and "Workload identity federation"; RFC 7523, section 3).

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::app::App;
use super::form::Form;
use super::keys;
use super::refused::{Outcome, Refused};
use crate::mock::world::World;

/// The only type of assertion (RFC 7523, section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// By how many seconds the clock of an app may be wrong.
const TOLERANCE: i64 = 300;

/// How it was proven, as `appidacr` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proven {
    Not,
    Secret,
    Assertion,
}

impl Proven {
    pub(super) fn number(self) -> u8 {
        match self {
            Proven::Not => 0,
            Proven::Secret => 1,
            Proven::Assertion => 2,
        }
    }
}

/// The app of a request, in a tenant.
pub(super) fn app(world: &World, tenant: &str, form: &Form) -> Outcome<App> {
    if let Some(cloud) = world.tokens.elsewhere.get(&tenant.to_ascii_lowercase()) {
        return Err(Refused::new(
            "invalid_request",
            90_038,
            format!(
                "Tenant '{tenant}' request is being redirected to the National Cloud '{}'.",
                super::cloud::named(cloud).instance
            ),
        ));
    }
    if !world.tokens.apps.iter().any(|app| app.is_in(tenant)) {
        return Err(Refused::new(
            "invalid_request",
            90_002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            ),
        ));
    }
    let client_id = form.required("client_id")?;
    let app = world
        .tokens
        .apps
        .iter()
        .filter(|app| app.is_in(tenant))
        .find(|app| app.client_id.eq_ignore_ascii_case(client_id))
        .cloned()
        .ok_or_else(|| {
            Refused::new(
                "unauthorized_client",
                700_016,
                format!("Application with identifier '{client_id}' was not found in the directory '{tenant}'."),
            )
        })?;
    if app.disabled {
        return Err(Refused::new(
            "unauthorized_client",
            7_000_112,
            format!("Application '{client_id}' is disabled."),
        ));
    }
    Ok(app)
}

/// How the app of a request proves to be itself, if it tries to.
pub(super) fn proven(world: &mut World, app: &App, form: &Form, url: &str) -> Outcome<Proven> {
    if let Some(assertion) = form.get("client_assertion") {
        if form.get("client_assertion_type") != Some(JWT_BEARER) {
            return Err(Refused::missing("client_assertion_type"));
        }
        check_assertion(world, app, assertion, url)?;
        return Ok(Proven::Assertion);
    }
    let Some(secret) = form.get("client_secret") else { return Ok(Proven::Not) };
    if secret != app.client_secret {
        return Err(Refused::new(
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{}'.",
                app.client_id
            ),
        ));
    }
    if app.secret_expired {
        return Err(Refused::new(
            "invalid_client",
            7_000_222,
            format!("The provided client secret keys for app '{}' are expired.", app.client_id),
        ));
    }
    Ok(Proven::Secret)
}

/// What an app must do that cannot keep a secret.
pub(super) fn is_public(proven: Proven) -> Outcome<()> {
    match proven {
        Proven::Not => Ok(()),
        _ => Err(Refused::new(
            "invalid_client",
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        )),
    }
}

/// What an app must do that can.
pub(super) fn is_confidential(proven: Proven) -> Outcome<()> {
    match proven {
        Proven::Not => Err(Refused::new(
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )),
        _ => Ok(()),
    }
}

/// A JSON web token, taken apart.
pub(super) struct Parts<'a> {
    signed: &'a str,
    header: Value,
    pub(super) claims: Value,
    signature: Vec<u8>,
}

impl Parts<'_> {
    pub(super) fn of(token: &str) -> Option<Parts<'_>> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
        };
        Some(Parts {
            signed,
            header: json(header)?,
            claims: json(claims)?,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.claims[name].as_str().unwrap_or_default()
    }
}

fn check_assertion(world: &mut World, app: &App, assertion: &str, url: &str) -> Outcome<()> {
    let Some(parts) = Parts::of(assertion) else {
        return Err(Refused::new("invalid_request", 50_027, "JWT token is invalid or malformed."));
    };
    if parts.text("iss").eq_ignore_ascii_case(&app.client_id) {
        own(world, app, &parts, url)
    } else {
        federated(world, app, &parts)
    }
}

/// An assertion that the app signed with the key of a certificate.
fn own(world: &mut World, app: &App, parts: &Parts<'_>, url: &str) -> Outcome<()> {
    let certificates: Vec<Vec<u8>> = app
        .certificates
        .iter()
        .filter_map(|text| pem::parse(text).ok())
        .map(|pem| pem.contents().to_vec())
        .collect();
    let sha256 = |der: &[u8]| digest::digest(&digest::SHA256, der);
    let sha1 = |der: &[u8]| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der);
    let named = |name: &str| parts.header[name].as_str().unwrap_or_default().to_owned();
    let (new, old) = (named("x5t#S256"), named("x5t"));
    let found = certificates.iter().find(|der| {
        new == URL_SAFE_NO_PAD.encode(sha256(der)) || old == URL_SAFE_NO_PAD.encode(sha1(der))
    });
    let unknown = |reason: &str| {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let keys = certificates.iter().map(|der| hex(sha1(der).as_ref())).collect::<Vec<_>>();
        let seen = URL_SAFE_NO_PAD.decode(if new.is_empty() { &old } else { &new });
        Refused::new(
            "invalid_client",
            700_027,
            format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {reason}, Thumbprint of key used by client: '{}', Configured keys: [{}]]",
                hex(&seen.unwrap_or_default()),
                keys.join(", ")
            ),
        )
    };
    let Some(der) = found else { return Err(unknown("The key was not found.")) };
    let invalid = |what: &str| {
        Refused::new("invalid_client", 50_013, format!("Assertion is not valid: {what}."))
    };
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return Err(unknown("The key cannot be read."));
    };
    let algorithm = match parts.header["alg"].as_str() {
        Some("PS256") => &RSA_PSS_2048_8192_SHA256,
        Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(invalid("the algorithm is not supported")),
    };
    let key = UnparsedPublicKey::new(
        algorithm,
        certificate.public_key().subject_public_key.data.as_ref(),
    );
    if key.verify(parts.signed.as_bytes(), &parts.signature).is_err() {
        return Err(unknown(
            "The provided signature value did not match the expected signature value.",
        ));
    }
    if let Some(chain) = parts.header.get("x5c") {
        let leaf = chain.get(0).and_then(Value::as_str).unwrap_or_default();
        if STANDARD.decode(leaf).ok().as_ref() != Some(der) {
            return Err(invalid("the first certificate of x5c is not the one that signed"));
        }
    }
    if parts.text("aud") != url {
        return Err(Refused::new(
            "invalid_client",
            700_023,
            "Client assertion audience claim does not match Realm issuer.",
        ));
    }
    if parts.text("sub") != parts.text("iss") {
        return Err(invalid("subject and issuer differ"));
    }
    in_time(world, parts)?;
    let id = parts.text("jti");
    if id.is_empty() || !world.tokens.assertions.insert(id.to_owned()) {
        return Err(invalid("it has no jti, or one that was used before"));
    }
    Ok(())
}

fn in_time(world: &World, parts: &Parts<'_>) -> Outcome<()> {
    let now = world.now().as_second();
    let moment = |name: &str| parts.claims[name].as_i64();
    let begins = moment("nbf").unwrap_or(now);
    let ends = moment("exp").unwrap_or(i64::MIN);
    if now + TOLERANCE >= begins && now - TOLERANCE < ends {
        return Ok(());
    }
    let text = |second: i64| Timestamp::from_second(second).unwrap_or_default();
    Err(Refused::new(
        "invalid_client",
        700_024,
        format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry time of assertion {}.",
            text(now),
            text(begins),
            text(ends)
        ),
    ))
}

/// An assertion of somebody else.
fn federated(world: &mut World, app: &App, parts: &Parts<'_>) -> Outcome<()> {
    let seen = [parts.text("iss"), parts.text("sub"), parts.text("aud")];
    let refused = |number: u64, text: String| {
        Refused::new(
            "invalid_client",
            number,
            format!(
                "{text} Assertion Issuer: '{}'. Assertion Subject: '{}'. Assertion Audience: '{}'.",
                seen[0], seen[1], seen[2]
            ),
        )
    };
    if parts.header["alg"] != "RS256" || !keys::is_signed(parts.signed, &parts.signature) {
        return Err(refused(50_013, "Assertion failed signature validation.".to_owned()));
    }
    if parts.claims["idtyp"] == "user" {
        return Err(refused(
            700_229,
            "Only app-only tokens can be used as federated identity credentials.".to_owned(),
        ));
    }
    if world.switches.federation_lag > 0 {
        world.switches.federation_lag -= 1;
        return Err(refused(
            70_021,
            "No matching federated identity record found for presented assertion.".to_owned(),
        ));
    }
    let exchange = super::cloud::of(world).exchange;
    if app.federated.is_empty() {
        return Err(refused(
            70_021,
            "No matching federated identity record found for presented assertion.".to_owned(),
        ));
    }
    let audience_of = |known: &super::Federated| match known.audience.as_str() {
        "" => exchange.to_owned(),
        audience => audience.to_owned(),
    };
    let fits = |known: &&super::Federated, how_many: usize| {
        let wanted = [&known.issuer, &known.subject];
        (how_many < 1 || wanted[0] == seen[0])
            && (how_many < 2 || wanted[1] == seen[1])
            && (how_many < 3 || audience_of(known) == seen[2])
    };
    let matches = |how_many: usize| app.federated.iter().any(|known| fits(&known, how_many));
    let what = if !matches(1) {
        Some((700_211, "issuer"))
    } else if !matches(2) {
        Some((700_213, "subject"))
    } else if !matches(3) {
        Some((700_212, "audience"))
    } else {
        None
    };
    if let Some((number, what)) = what {
        return Err(refused(
            number,
            format!("No matching federated identity record found for presented assertion {what}."),
        ));
    }
    in_time(world, parts)
}
