//! The token endpoint: each grant, and the answer that all of them share.

use serde_json::{Value, json};

use super::app::App;
use super::claims::{Claims, issue};
use super::form::{Demands, Form};
use super::proof::{self, Proven};
use super::refused::{Outcome, Refused};
use super::{Asked, Authority, authorize, device, person, resource};
use crate::mock::answer::Answer;
use crate::mock::switches::LifetimeStyle;
use crate::mock::world::World;

/// Answers POST `/{tenant}/oauth2/v2.0/token` and its older twin.
pub(super) fn answer(
    world: &mut World,
    authority: Authority,
    tenant: &str,
    asked: &Asked<'_>,
) -> Answer {
    let answer = Form::read(asked).and_then(|form| {
        let ask =
            Ask { authority, tenant, form: &form, url: format!("{}{}", world.origin, asked.path) };
        grant(world, &ask)
    });
    shaped(world, answer.map(|body| Answer::json(200, body)), asked.correlation)
}

/// An answer with the headers that all of the token service's have.
pub(super) fn shaped(world: &mut World, answer: Outcome<Answer>, correlation: &str) -> Answer {
    answer
        .unwrap_or_else(|refused| refused.answer(world, correlation))
        .with("Content-Type", "application/json; charset=utf-8")
        .with("Cache-Control", "no-store, no-cache")
        .with("Pragma", "no-cache")
}

/// One request to the token endpoint.
pub(super) struct Ask<'a> {
    pub(super) authority: Authority,
    pub(super) tenant: &'a str,
    pub(super) form: &'a Form,
    /// The address as it was asked, which assertions are made for.
    pub(super) url: String,
}

impl Ask<'_> {
    /// The app, and how it proved to be itself.
    pub(super) fn app(&self, world: &mut World) -> Outcome<(App, Proven)> {
        let app = proof::app(world, self.tenant, self.form)?;
        let proven = proof::proven(world, &app, self.form, &self.url)?;
        Ok((app, proven))
    }
}

/// Fields by which an app proves to be itself.
pub(super) const PROOF: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

fn grant(world: &mut World, ask: &Ask<'_>) -> Outcome<Value> {
    match ask.form.get("grant_type") {
        Some("client_credentials") => client_credentials(world, ask),
        Some("authorization_code") => authorize::redeem(world, ask),
        Some("refresh_token") => person::refresh(world, ask),
        Some("urn:ietf:params:oauth:grant-type:device_code") => device::poll(world, ask),
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => person::on_behalf_of(world, ask),
        Some(other) => Err(Refused::new(
            "unsupported_grant_type",
            70_003,
            format!("The app requested an unsupported grant type '{other}'."),
        )),
        None => Err(Refused::missing("grant_type")),
    }
}

/// The app itself (identity platform page "OAuth 2.0 client credentials flow").
fn client_credentials(world: &mut World, ask: &Ask<'_>) -> Outcome<Value> {
    if ["common", "organizations", "consumers"].contains(&ask.tenant) {
        return Err(Refused::new(
            "invalid_request",
            9_001_023,
            "The grant type 'client_credentials' isn't supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
        ));
    }
    let (app, proven) = ask.app(world)?;
    proof::is_confidential(proven)?;
    let field = if ask.authority == Authority::V1 { "resource" } else { "scope" };
    ask.form.only(&[&PROOF[..], &[field]].concat())?;
    let audience = resource::app_only(world, ask.authority, ask.tenant, ask.form)?;
    let demands = ask.form.demands()?;
    let claims = Claims {
        roles: resource::roles(world, &app, &audience),
        audience,
        object_id: "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171".to_owned(),
        ..Claims::default()
    };
    Ok(reply(world, &app, proven, demands, claims, ask.authority))
}

/// A token and what is said beside it.
pub(super) fn reply(
    world: &mut World,
    app: &App,
    proven: Proven,
    demands: Demands,
    claims: Claims,
    authority: Authority,
) -> Value {
    let lifetime = world.switches.token_lifetime_seconds;
    let claims = Claims {
        tenant_id: app.tenant_id.clone(),
        client_id: app.client_id.clone(),
        expires_at: world.now().as_second().saturating_add(lifetime),
        can_be_challenged: demands.can_be_challenged,
        answers_challenge: demands.answers_challenge,
        proof: proven.number(),
        ..claims
    };
    let (audience, scopes) = (claims.audience.clone(), claims.scopes.join(" "));
    let expires_at = claims.expires_at;
    let token = issue(world, claims);
    world.tokens.count += 1;
    let mut reply = json!({ "token_type": "Bearer", "access_token": token });
    if !scopes.is_empty() {
        reply["scope"] = json!(scopes);
    }
    let style = match authority {
        // The older endpoint writes every number as a text.
        Authority::V1 => LifetimeStyle::Text,
        Authority::V2 => world.switches.token_lifetime_style,
    };
    match style {
        LifetimeStyle::Missing => return reply,
        LifetimeStyle::Text => reply["expires_in"] = json!(lifetime.to_string()),
        LifetimeStyle::Number => reply["expires_in"] = json!(lifetime),
        LifetimeStyle::WithRefresh => {
            reply["expires_in"] = json!(lifetime);
            reply["refresh_in"] = json!(lifetime / 2);
        }
    }
    reply["ext_expires_in"] = reply["expires_in"].clone();
    if authority == Authority::V1 {
        reply["expires_on"] = json!(expires_at.to_string());
        reply["not_before"] = json!(world.now().as_second().to_string());
        reply["resource"] = json!(audience);
    }
    reply
}
