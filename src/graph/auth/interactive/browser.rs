//! The authorization code grant with PKCE: the person signs in in the browser of this machine, which brings the code to a listener of
//! ours (RFC 8252).
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.

use std::time::Duration;

use oauth2::{CsrfToken, PkceCodeChallenge};
use reqwest::Url;

use super::listener::{Brought, Listener};
use super::{SignIn, SignedIn};
use crate::graph::auth::claims;
use crate::graph::auth::entra::{Refusal, Wanted, merged_claims};
use crate::graph::{Runtime, Secret, origin};

/// How long the person may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// How the browser is reached.
pub struct Browser<'a> {
    /// Redirect address of the app registration, which must lead to this machine; usually `http://localhost`. Without a port any free
    /// one is used, which Entra allows for `localhost`.
    pub redirect: Option<String>,
    /// Opens an address in the browser, or shows it to the person.
    pub open: &'a mut (dyn FnMut(&str) + Send),
}

/// Signs a person in in the browser.
///
/// # Errors
/// A text for people, without secrets: nobody signed in within five minutes, the person declined, a policy forbids it, and so on.
pub async fn browser(
    sign_in: &SignIn,
    runtime: &Runtime,
    browser: Browser<'_>,
) -> Result<SignedIn, String> {
    let (app, service) = (sign_in.app(), sign_in.service(runtime));
    let redirect = browser.redirect.as_deref().unwrap_or("http://localhost");
    let mut redirect = origin::endpoint(redirect, false)
        .map_err(|why| format!("`redirect_url` cannot be used: {why}"))?;
    if redirect.scheme() != "http"
        || !origin::is_loopback_host(redirect.host_str().unwrap_or_default())
    {
        return Err("`redirect_url` must begin with http://localhost".to_owned());
    }
    let listener = Listener::bind(redirect.port().unwrap_or(0), redirect.path())
        .await
        .map_err(|error| format!("no address to bring the code to could be opened: {error}"))?;
    let _ = redirect.set_port(Some(listener.port()));
    // As registered: `http://localhost` has no slash at its end.
    let redirect = redirect.as_str().trim_end_matches('/').to_owned();

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let verifier = Secret::new(verifier.secret().clone());
    let state = Secret::new(CsrfToken::new_random().secret().clone());
    let nonce = Secret::new(CsrfToken::new_random().secret().clone());
    for secret in [&verifier, &state, &nonce] {
        service.filter.learn(secret.reveal());
    }
    let address = app.address(&service, "authorize").map_err(|failure| failure.message)?;
    let mut address = Url::parse(&address).map_err(|error| error.to_string())?;
    {
        let mut query = address.query_pairs_mut();
        query
            .append_pair("client_id", &sign_in.client_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &redirect)
            .append_pair("response_mode", "form_post")
            .append_pair("scope", &sign_in.scopes().join(" "))
            .append_pair("state", state.reveal())
            .append_pair("nonce", nonce.reveal())
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256")
            .append_pair("claims", &merged_claims(None));
        match &sign_in.login_hint {
            Some(hint) => query.append_pair("login_hint", hint),
            None => query.append_pair("prompt", "select_account"),
        };
    }
    (browser.open)(address.as_str());

    let brought = tokio::select! {
        brought = listener.wait(&state) => brought.map_err(|error| error.to_string())?,
        () = runtime.clock.sleep(PATIENCE) => {
            return Err(format!("nobody signed in within {} minutes", PATIENCE.as_secs() / 60));
        }
    };
    let code = match brought {
        Brought::Code(code) => code,
        Brought::Error { error, description } => {
            let refusal = Refusal::of(&error, &description);
            return Err(app
                .sort(
                    &service,
                    Err(oauth2::RequestTokenError::ServerResponse(refusal)),
                    None,
                    None,
                    None,
                )
                .err()
                .map(|failure| failure.message)
                .unwrap_or_default());
        }
    };
    service.filter.learn(code.reveal());
    let wanted = Wanted::Code { code: &code, verifier: &verifier, redirect: &redirect };
    let issued = app
        .ask(&service, &wanted, &sign_in.scopes(), None)
        .await
        .map_err(|failure| failure.message)?;
    check_id_token(sign_in, issued.id_token.as_ref(), &nonce, runtime)?;
    sign_in.signed_in(&service, issued)
}

/// The ID token came over TLS from the token service itself, so its signature adds nothing; that it answers to our request does.
/// Source: OpenID Connect Core 1.0, section 3.1.3.7.
fn check_id_token(
    sign_in: &SignIn,
    token: Option<&Secret>,
    nonce: &Secret,
    runtime: &Runtime,
) -> Result<(), String> {
    let claims = token
        .and_then(|token| claims::of(token.reveal()))
        .ok_or("the answer holds no ID token that can be read")?;
    let text = |name: &str| claims.get(name).and_then(serde_json::Value::as_str);
    if text("aud") != Some(sign_in.client_id.as_str()) {
        return Err("the ID token is for another app".to_owned());
    }
    if text("nonce") != Some(nonce.reveal()) {
        return Err("the ID token answers to another sign-in".to_owned());
    }
    let expires = claims.get("exp").and_then(claims::seconds);
    if expires.is_some_and(|expires| expires <= runtime.clock.wall().as_second() - 300) {
        return Err("the ID token has expired; check the clock of this machine".to_owned());
    }
    Ok(())
}
