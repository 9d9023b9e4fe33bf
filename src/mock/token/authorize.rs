//! Signing in in a browser, and the code that comes of it (identity platform page "OAuth 2.0 authorization code flow"; RFC 6749 section
//! 4.1, RFC 7636 for the verifier, RFC 8252 section 7.3 for the port of loopback addresses).

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::app::{App, Person};
use super::form::{Demands, Form};
use super::grant::{Ask, PROOF};
use super::refused::{Outcome, Refused};
use super::resource::{self, Wanted};
use super::{Asked, Authority, person, proof};
use crate::mock::answer::Answer;
use crate::mock::switches::PersonDoes;
use crate::mock::world::World;

/// How long a code is good for, in seconds.
const LIFE: i64 = 600;

/// A code that was given to a browser.
#[derive(Clone, Debug)]
pub(super) struct Code {
    client_id: String,
    tenant_id: String,
    redirect: String,
    web: bool,
    challenge: Option<String>,
    nonce: Option<String>,
    wanted: Wanted,
    demands: Demands,
    person: Person,
    expires_at: i64,
    used: bool,
}

/// What cannot be told to the app, because nobody knows whether the address is its own, is told to the person.
fn page(refused: &Refused) -> Answer {
    let text = format!("AADSTS{}: {}", refused.number, escaped(&refused.text));
    Answer { status: 400, headers: Vec::new(), body: Some(Value::String(format!("<html><body><h1>Sign in</h1><p>Sorry, but we're having trouble signing you in.</p><p>{text}</p></body></html>"))) }
        .with("Content-Type", "text/html; charset=utf-8")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Answers GET `/{tenant}/oauth2/v2.0/authorize`: the person is signed in at once, or refuses.
pub(super) fn answer(
    world: &mut World,
    authority: Authority,
    tenant: &str,
    asked: &Asked<'_>,
) -> Answer {
    let options = asked.options();
    let (app, redirect, web) = match target(world, tenant, &options) {
        Ok(found) => found,
        Err(refused) => return page(&refused),
    };
    let mut fields: Vec<(&str, String)> =
        match begin(world, (authority, tenant), &app, &redirect, web, &options) {
            Ok(code) => vec![("code", code)],
            Err(refused) => vec![
                ("error", refused.error.to_owned()),
                ("error_description", format!("AADSTS{}: {}", refused.number, refused.text)),
            ],
        };
    if let Some(state) = options.get("state") {
        let state = if world.switches.wrong_state { "0".repeat(43) } else { state.clone() };
        fields.push(("state", state));
    }
    if options.get("response_mode").is_some_and(|mode| mode == "form_post") {
        let inputs: String = fields
            .iter()
            .map(|(name, value)| {
                format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\"/>", escaped(value))
            })
            .collect();
        let html = format!(
            "<html><head><title>Working...</title></head><body><form method=\"POST\" name=\"hiddenform\" action=\"{}\">{inputs}</form><script>document.forms[0].submit();</script></body></html>",
            escaped(&redirect)
        );
        return Answer { status: 200, headers: Vec::new(), body: Some(Value::String(html)) }
            .with("Content-Type", "text/html; charset=utf-8");
    }
    let query: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mark = if redirect.contains('?') { '&' } else { '?' };
    Answer::empty(302).with("Location", format!("{redirect}{mark}{}", query.join("&")))
}

/// RFC 3986, section 2.3.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// The app, and an address that belongs to it; whether that is one of a Web app.
fn target(
    world: &World,
    tenant: &str,
    options: &BTreeMap<String, String>,
) -> Outcome<(App, String, bool)> {
    let form = Form::of(options.clone().into_iter().collect())?;
    let app = proof::app(world, tenant, &form)?;
    let redirect = form.required("redirect_uri")?.to_owned();
    let known = |list: &[String]| list.iter().any(|known| same_redirect(known, &redirect));
    let web = known(&app.web_redirects);
    if !web && !known(&app.desktop_redirects) {
        return Err(Refused::new(
            "invalid_client",
            50_011,
            format!(
                "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the application '{}'.",
                app.client_id
            ),
        ));
    }
    Ok((app, redirect, web))
}

/// Whether an address is the registered one. The port is ignored for `localhost`.
fn same_redirect(known: &str, given: &str) -> bool {
    let parts = |text: &str| -> Option<(String, String)> {
        let rest = text.strip_prefix("http://localhost")?;
        let (port, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let fits = port.is_empty()
            || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        fits.then(|| ("localhost".to_owned(), path.trim_end_matches('/').to_owned()))
    };
    known == given || parts(known).is_some_and(|known| parts(given) == Some(known))
}

fn begin(
    world: &mut World,
    (authority, tenant): (Authority, &str),
    app: &App,
    redirect: &str,
    web: bool,
    options: &BTreeMap<String, String>,
) -> Outcome<String> {
    let get = |name: &str| options.get(name).map(String::as_str);
    if get("response_type") != Some("code") {
        return Err(Refused::new(
            "unsupported_response_type",
            700_051,
            "The response type is not enabled for the application.",
        ));
    }
    if let Some(challenge) = get("code_challenge")
        && (get("code_challenge_method") != Some("S256") || challenge.len() != 43)
    {
        return Err(Refused::new(
            "invalid_request",
            501_491,
            "The size of 'code_challenge', or its method, is not valid.",
        ));
    }
    let wanted = resource::delegated(
        world,
        authority,
        tenant,
        app,
        get("scope").unwrap_or_default(),
        get("resource"),
    )?;
    match world.switches.person {
        PersonDoes::Declines => {
            return Err(Refused::new(
                "access_denied",
                65_004,
                "User declined to consent to access the app.",
            ));
        }
        PersonDoes::Approves | PersonDoes::Waits => {}
    }
    let person = person::who(world, tenant, get("login_hint"))?;
    let demands = Form::of(options.clone().into_iter().collect())?.demands()?;
    let secret = format!("0.{}.{}", world.request_ids.guid(), world.request_ids.guid());
    let code = Code {
        client_id: app.client_id.clone(),
        tenant_id: app.tenant_id.clone(),
        redirect: redirect.to_owned(),
        web,
        challenge: get("code_challenge").map(str::to_owned),
        nonce: get("nonce").map(str::to_owned),
        wanted,
        demands,
        person,
        expires_at: world.now().as_second().saturating_add(LIFE),
        used: false,
    };
    world.tokens.codes.insert(secret.clone(), code);
    Ok(secret)
}

/// `grant_type=authorization_code`.
pub(super) fn redeem(world: &mut World, ask: &Ask<'_>) -> Outcome<Value> {
    let (app, proven) = ask.app(world)?;
    ask.form.only(
        &[&PROOF[..], &["code", "redirect_uri", "code_verifier", "scope", "resource"]].concat(),
    )?;
    let secret = ask.form.required("code")?.to_owned();
    let now = world.now().as_second();
    let invalid = |number: u64, text: &str| Err(Refused::new("invalid_grant", number, text));
    let known = world
        .tokens
        .codes
        .get(&secret)
        .filter(|code| code.client_id == app.client_id && code.tenant_id == app.tenant_id)
        .cloned();
    let Some(code) = known else {
        return invalid(
            9_002_313,
            "Invalid request. Request is malformed or invalid: the code is not known.",
        );
    };
    match code.web {
        true => proof::is_confidential(proven)?,
        false => proof::is_public(proven)?,
    }
    if code.used {
        return invalid(
            54_005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        );
    }
    if now >= code.expires_at {
        return invalid(
            70_008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
        );
    }
    if ask.form.required("redirect_uri")? != code.redirect {
        return invalid(
            500_112,
            "The reply address does not match the reply address provided when requesting Authorization code.",
        );
    }
    if let Some(challenge) = &code.challenge {
        let verifier = ask.form.get("code_verifier").unwrap_or_default();
        let made = digest::digest(&digest::SHA256, verifier.as_bytes());
        if URL_SAFE_NO_PAD.encode(made) != *challenge {
            return invalid(
                501_481,
                "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
            );
        }
    }
    if let Some(known) = world.tokens.codes.get_mut(&secret) {
        known.used = true;
    }
    let wanted = match ask.form.get("scope") {
        Some(scope) if ask.authority == Authority::V2 => {
            let asked = resource::delegated(world, ask.authority, ask.tenant, &app, scope, None)?;
            if asked.audience != code.wanted.audience {
                return invalid(
                    70_000,
                    "The provided value for scope is not what the code was given for.",
                );
            }
            asked
        }
        _ => code.wanted.clone(),
    };
    let demands = match ask.form.get("claims") {
        Some(_) => ask.form.demands()?,
        None => code.demands,
    };
    let nonce = code.nonce.as_deref();
    let mut body =
        person::tokens(world, &app, proven, demands, &code.person, &wanted, (ask.authority, nonce));
    if wanted.openid {
        body["client_info"] = json!(
            URL_SAFE_NO_PAD
                .encode(json!({ "uid": code.person.object_id, "utid": app.tenant_id }).to_string())
        );
    }
    Ok(body)
}
