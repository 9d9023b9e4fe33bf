//! Tokens for people: who signs in, what they get, and how it is renewed (identity platform pages "OAuth 2.0 authorization code flow",
//! "OAuth 2.0 On-Behalf-Of flow", "Refresh tokens").

use serde_json::{Value, json};

use super::app::{App, Person};
use super::claims::Claims;
use super::form::Demands;
use super::grant::{Ask, PROOF, reply};
use super::proof::{self, Proven};
use super::refused::{Outcome, Refused};
use super::resource::{self, Wanted};
use super::{Authority, cloud};
use crate::mock::jwt;
use crate::mock::world::World;

/// How long a refresh token lives without being used, in seconds.
const SLIDING: i64 = 90 * 86_400;

/// A refresh token: bound to a person and an app, not to a tenant or resource.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    client_id: String,
    person: Person,
    confidential: bool,
    expires_at: i64,
    /// Why it is of no use any more, as a number.
    pub(crate) ended: Option<u64>,
}

/// Who signs in: the one who is hinted at, or the first.
pub(super) fn who(world: &World, tenant: &str, hint: Option<&str>) -> Outcome<Person> {
    let hint = hint.filter(|hint| !hint.is_empty());
    let mut people = world.tokens.people.iter();
    let person = match hint {
        Some(hint) => people.find(|person| person.name.eq_ignore_ascii_case(hint)),
        None => people.next(),
    };
    let person = person.cloned().ok_or_else(|| {
        Refused::new(
            "invalid_grant",
            50_034,
            format!(
                "The user account {} does not exist in the {tenant} directory.",
                hint.unwrap_or("{EUII Hidden}")
            ),
        )
    })?;
    check_tenant(world, &person, tenant)?;
    Ok(person)
}

fn check_tenant(world: &World, person: &Person, tenant: &str) -> Outcome<()> {
    let id = world.tokens.apps.iter().find(|app| app.is_in(tenant)).map(|app| &app.tenant_id);
    if id.is_some_and(|id| person.tenants.contains(id)) {
        return Ok(());
    }
    Err(Refused::new(
        "invalid_grant",
        50_020,
        format!(
            "User account '{}' from identity provider 'https://sts.windows.net/{}/' does not exist in tenant '{tenant}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first.",
            person.name,
            person.tenants.first().map(String::as_str).unwrap_or_default()
        ),
    ))
}

/// Everything that a person gets: access token, and refresh and ID token if they are wanted.
pub(super) fn tokens(
    world: &mut World,
    app: &App,
    proven: Proven,
    demands: Demands,
    person: &Person,
    wanted: &Wanted,
    (authority, nonce): (Authority, Option<&str>),
) -> Value {
    let claims = Claims {
        audience: wanted.audience.clone(),
        scopes: wanted.scopes.clone(),
        object_id: person.object_id.clone(),
        name: person.name.clone(),
        directory_roles: person.directory_roles.clone(),
        ..Claims::default()
    };
    let mut body = reply(world, app, proven, demands, claims, authority);
    if wanted.offline {
        let secret = format!("0.{}.{}", world.request_ids.guid(), world.request_ids.guid());
        let refresh = Refresh {
            client_id: app.client_id.clone(),
            person: person.clone(),
            confidential: proven != Proven::Not,
            expires_at: world.now().as_second().saturating_add(SLIDING),
            ended: None,
        };
        world.tokens.refresh.insert(secret.clone(), refresh);
        body["refresh_token"] = json!(secret);
    }
    if wanted.openid {
        let now = world.now().as_second();
        let mut claims = json!({
            "aud": app.client_id,
            "iss": format!("https://login.{}/{}/v2.0", cloud::of(world).instance, app.tenant_id),
            "iat": now, "nbf": now, "exp": now + 3600,
            "oid": person.object_id,
            "sub": person.object_id,
            "preferred_username": person.name,
            "tid": app.tenant_id,
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        body["id_token"] = json!(jwt::signed(&claims, world.seed));
    }
    body
}

/// `grant_type=refresh_token`.
pub(super) fn refresh(world: &mut World, ask: &Ask<'_>) -> Outcome<Value> {
    let (app, proven) = ask.app(world)?;
    ask.form.only(&[&PROOF[..], &["refresh_token", "scope", "resource"]].concat())?;
    let secret = ask.form.required("refresh_token")?;
    let dead = |number: u64, text: &str| {
        Refused::new("invalid_grant", number, text).with_suberror("bad_token")
    };
    let known = world.tokens.refresh.get(secret).cloned().ok_or_else(|| {
        Refused::new(
            "invalid_grant",
            9_002_313,
            "Invalid request. Request is malformed or invalid.",
        )
    })?;
    if !known.client_id.eq_ignore_ascii_case(&app.client_id) {
        return Err(dead(700_005, "The refresh token was issued to another client."));
    }
    match known.confidential {
        true => proof::is_confidential(proven)?,
        false => proof::is_public(proven)?,
    }
    if let Some(number) = known.ended {
        return Err(dead(
            number,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
        ));
    }
    if world.now().as_second() >= known.expires_at {
        return Err(dead(
            700_082,
            "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00.",
        ));
    }
    check_tenant(world, &known.person, ask.tenant)?;
    let wanted = Wanted {
        // Each use gives a new one; the old one stays good for now.
        offline: true,
        ..resource::delegated(
            world,
            ask.authority,
            ask.tenant,
            &app,
            ask.form.get("scope").unwrap_or_default(),
            ask.form.get("resource"),
        )?
    };
    let demands = ask.form.demands()?;
    Ok(tokens(world, &app, proven, demands, &known.person, &wanted, (ask.authority, None)))
}

/// `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer`, an app for the person who called it.
pub(super) fn on_behalf_of(world: &mut World, ask: &Ask<'_>) -> Outcome<Value> {
    let (app, proven) = ask.app(world)?;
    proof::is_confidential(proven)?;
    ask.form.only(&[&PROOF[..], &["assertion", "requested_token_use", "scope"]].concat())?;
    if ask.form.required("requested_token_use")? != "on_behalf_of" {
        return Err(Refused::new(
            "invalid_request",
            90_014,
            "The required field 'requested_token_use' is missing from the credential.",
        ));
    }
    let assertion = ask.form.required("assertion")?;
    let invalid = |what: &str| {
        Refused::new(
            "invalid_grant",
            50_013,
            format!("Assertion failed signature validation. [Reason - {what}.]"),
        )
    };
    let known = world.tokens.issued.get(assertion).cloned();
    let known = known.ok_or_else(|| invalid("The key was not found"))?;
    let audience = known.audience.strip_prefix("api://").unwrap_or(&known.audience);
    if !audience.eq_ignore_ascii_case(&app.client_id) {
        return Err(invalid("The audience of the assertion is not this application"));
    }
    if known.scopes.is_empty() {
        return Err(invalid("The assertion is no token of a user"));
    }
    if world.now().as_second() >= known.expires_at {
        return Err(Refused::new(
            "invalid_grant",
            500_133,
            "Assertion is not within its valid time range.",
        ));
    }
    let person = Person {
        object_id: known.object_id,
        name: known.name,
        tenants: vec![app.tenant_id.clone()],
        directory_roles: known.directory_roles,
    };
    let wanted = resource::delegated(
        world,
        ask.authority,
        ask.tenant,
        &app,
        ask.form.required("scope")?,
        None,
    )?;
    let demands = ask.form.demands()?;
    Ok(tokens(world, &app, proven, demands, &person, &wanted, (ask.authority, None)))
}
