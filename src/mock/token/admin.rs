//! The admin interface's part of the token service: who is there, what they do, and tokens for the asking.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::claims::{Claims, issue};
use super::{device, keys};
use crate::mock::world::World;

fn text(error: serde_json::Error) -> String {
    error.to_string()
}

/// Answers a request, if it is for this part.
pub(crate) fn act(
    world: &mut World,
    method: &str,
    parts: &[&str],
    body: &Value,
) -> Option<Result<Value, String>> {
    Some(match (method, parts) {
        ("POST", ["tokens"]) => mint(world, body),
        ("POST", ["foreignTokens"]) => {
            let text = |name: &str| body[name].as_str().unwrap_or_default();
            let seconds = body["seconds"].as_i64().unwrap_or(600);
            let (issuer, subject, audience) = (text("issuer"), text("subject"), text("audience"));
            Ok(json!({ "token": keys::foreign(world, issuer, subject, audience, seconds) }))
        }
        ("POST", ["codes", user_code]) => {
            let decision = serde_json::from_value(body["decision"].clone()).map_err(text);
            let name = body["name"].as_str();
            decision
                .and_then(|decision| device::decide(world, user_code, decision, name))
                .map(|()| Value::Null)
        }
        ("DELETE", ["tokens"]) => {
            world.tokens.issued.clear();
            Ok(Value::Null)
        }
        ("DELETE", ["signIns"]) => {
            world.tokens.end_sign_ins(body["number"].as_u64().unwrap_or(50_173));
            Ok(Value::Null)
        }
        ("GET" | "PUT", ["apps"]) => replace(method, &mut world.tokens.apps, body),
        ("GET" | "PUT", ["people"]) => replace(method, &mut world.tokens.people, body),
        ("GET" | "PUT", ["identities"]) => replace(method, &mut world.tokens.identities, body),
        ("GET" | "PUT", ["pipelines"]) => replace(method, &mut world.tokens.pipelines, body),
        ("GET" | "PUT", ["arcAgent"]) => replace(method, &mut world.tokens.arc, body),
        _ => return None,
    })
}

/// Shows something, or puts something else in its place.
fn replace<T: DeserializeOwned + serde::Serialize>(
    method: &str,
    place: &mut T,
    body: &Value,
) -> Result<Value, String> {
    if method == "PUT" {
        *place = serde_json::from_value(body.clone()).map_err(text)?;
    }
    serde_json::to_value(place).map_err(text)
}

/// A token that nobody signed in for. `kind` is `application` or `delegated`, `permissions` what it holds; without them it is what the
/// first app was granted of that kind. Any of [`Claims`] may be set besides.
fn mint(world: &mut World, body: &Value) -> Result<Value, String> {
    let mut claims = body.as_object().cloned().ok_or("the body is a JSON object")?;
    let kind = claims.remove("kind");
    let permissions = claims.remove("permissions");
    let named = claims.contains_key("expiresAt");
    let mut claims: Claims = serde_json::from_value(Value::Object(claims)).map_err(text)?;
    if !named && kind.is_some() {
        claims.expires_at = world.now().as_second().saturating_add(3599);
    }
    let app = world.tokens.apps.first().cloned().unwrap_or_default();
    let permissions = permissions.map(serde_json::from_value::<Vec<String>>).transpose();
    let permissions = permissions.map_err(text)?;
    match kind.as_ref().and_then(Value::as_str) {
        None => {}
        Some("application") => claims.roles = permissions.unwrap_or(app.roles),
        Some("delegated") => {
            claims.scopes = permissions.unwrap_or(app.scopes);
            if let Some(person) = world.tokens.people.first() {
                claims.object_id.clone_from(&person.object_id);
                claims.name.clone_from(&person.name);
                claims.directory_roles.clone_from(&person.directory_roles);
            }
        }
        Some(_) => return Err("kind is \"application\" or \"delegated\"".to_owned()),
    }
    if claims.tenant_id.is_empty() {
        claims.tenant_id = app.tenant_id;
    }
    if claims.client_id.is_empty() {
        claims.client_id = app.client_id;
    }
    Ok(json!({ "access_token": issue(world, claims) }))
}
