//! The admin interface under `/_mock/`, for people and for tests in other processes. It is no part of Graph and asks for no token.
//!
//! | request | does |
//! |---|---|
//! | `GET /_mock/objects` | all objects by path |
//! | `GET /_mock/objects/{collection}` | the objects of a collection, with their assignments |
//! | `PUT /_mock/objects/{collection}/{id}` | makes or replaces an object, past all checks |
//! | `PATCH /_mock/objects/{collection}/{id}` | changes properties, past all checks |
//! | `DELETE /_mock/objects/{collection}/{id}` | removes an object, past all checks |
//! | `GET /_mock/requests` | the request log; `DELETE` forgets it |
//! | `GET /_mock/switches`, `PATCH /_mock/switches` | the switches |
//! | `POST /_mock/faults`, `DELETE /_mock/faults` | adds a fault; removes all |
//! | `POST /_mock/clock` `{"advanceSeconds": n}` | moves the clock |
//! | `POST /_mock/groups` `{"id","displayName","members","hiddenSeconds","refusals"}` | makes a group |
//! | `DELETE /_mock/groups/{id}` | removes a group |
//! | `POST /_mock/tokens` `{"kind","permissions"}` or claims | a token that nobody signed in for |
//! | `DELETE /_mock/tokens` | every token so far is invalid |
//! | `POST /_mock/foreignTokens` `{"issuer","subject","audience","seconds"}` | a token of somebody whom an app may trust |
//! | `POST /_mock/codes/{userCode}` `{"decision","name"}` | somebody enters a code on another device |
//! | `DELETE /_mock/signIns` `{"number"}` | every refresh token so far is useless |
//! | `GET`, `PUT /_mock/apps`, `people`, `identities`, `pipelines`, `arcAgent` | who can ask for tokens |
//! | `GET /_mock/gracePeriods` | the Cloud PCs that ever entered their grace period |
//! | `GET /_mock/rules` | what the mock holds to, with the source of each rule |
//! | `POST /_mock/reset` | the tenant as it was at the start |

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::{Armed, Fault};
use super::rules::{SETS, Set};
use super::store::Body;
use super::token;
use super::world::World;
use super::{seed, view};

/// Answers a request of the admin interface.
pub(crate) fn answer(world: &mut World, method: &str, path: &str, body: &[u8]) -> Answer {
    let parts: Vec<&str> = path.trim_start_matches("/_mock/").split('/').collect();
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    match act(world, method, &parts, body) {
        Ok(Value::Null) => Answer::empty(204),
        Ok(value) => Answer::json(200, value),
        Err(message) => Answer::json(400, json!({ "error": message })),
    }
}

fn act(world: &mut World, method: &str, parts: &[&str], body: Value) -> Result<Value, String> {
    let text = |error: serde_json::Error| error.to_string();
    match (method, parts) {
        ("GET", ["objects"]) => Ok(view::everything(world)),
        ("GET", ["objects", path @ ..]) => {
            Ok(Value::Array(view::objects(world, &format!("/{}", path.join("/")))))
        }
        ("PUT" | "PATCH" | "DELETE", ["objects", path @ .., id]) => {
            let path = format!("/{}", path.join("/"));
            match (method, body) {
                ("DELETE", _) => remove(world, &path, id),
                ("PUT", body @ Value::Object(_)) => put(world, &path, id, body),
                ("PATCH", Value::Object(changes)) => change(world, &path, id, changes),
                _ => return Err("the body is a JSON object".to_owned()),
            }
            Ok(Value::Null)
        }
        ("GET", ["requests"]) => serde_json::to_value(&world.ledger).map_err(text),
        ("DELETE", ["requests"]) => {
            world.ledger.clear();
            Ok(Value::Null)
        }
        ("GET", ["switches"]) => serde_json::to_value(&world.switches).map_err(text),
        ("PATCH", ["switches"]) => {
            let mut all = serde_json::to_value(&world.switches).map_err(text)?;
            let changes = body.as_object().ok_or("the body is a JSON object")?;
            for (name, value) in changes {
                all[name.as_str()] = value.clone();
            }
            world.switches = serde_json::from_value(all).map_err(text)?;
            serde_json::to_value(&world.switches).map_err(text)
        }
        ("POST", ["faults"]) => {
            let fault: Fault = serde_json::from_value(body).map_err(text)?;
            world.faults.push(Armed { fault, met: 0 });
            Ok(Value::Null)
        }
        ("DELETE", ["faults"]) => {
            world.faults.clear();
            Ok(Value::Null)
        }
        ("POST", ["clock"]) => {
            let seconds =
                body["advanceSeconds"].as_i64().ok_or("advanceSeconds is a whole number")?;
            world.clock.advance(SignedDuration::from_secs(seconds));
            Ok(json!({ "now": world.now().to_string() }))
        }
        ("POST", ["groups"]) => group(world, &body),
        ("DELETE", ["groups", id]) => {
            remove_group(world, id);
            Ok(Value::Null)
        }
        ("GET", ["gracePeriods"]) => Ok(json!(world.grace_periods)),
        ("GET", ["rules"]) => Ok(rules()),
        ("POST", ["reset"]) => {
            world.reset();
            Ok(Value::Null)
        }
        _ if let Some(done) = token::admin::act(world, method, parts, &body) => done,
        _ => Err("the admin interface has no such request".to_owned()),
    }
}

/// Every rule with its source.
fn rules() -> Value {
    let of = |set: &Set| -> Vec<Value> {
        set.rules
            .iter()
            .map(|rule| json!({ "rule": rule.words(), "source": rule.source }))
            .collect()
    };
    SETS.iter().map(|set| (set.path.to_owned(), Value::Array(of(set)))).collect()
}

/// Makes or replaces an object.
pub(crate) fn put(world: &mut World, path: &str, id: &str, body: Value) {
    world.place(path, id, body);
    world.settle_cloud_pcs(id);
}

/// Changes properties of an object; `assignments` replaces its assignments.
pub(crate) fn change(world: &mut World, path: &str, id: &str, mut changes: Body) {
    let now = world.now();
    if let Some(Value::Array(items)) = changes.remove("assignments")
        && let Some(object) = world.store.get_mut(path, id)
    {
        object.assignments.write(now, items);
    }
    if !changes.is_empty() {
        world.merge(path, id, changes);
    }
    world.settle_cloud_pcs(id);
}

/// Removes an object.
pub(crate) fn remove(world: &mut World, path: &str, id: &str) {
    let now = world.now();
    world.store.delete(path, id, now);
    world.settle_cloud_pcs(id);
}

fn group(world: &mut World, body: &Value) -> Result<Value, String> {
    let id = body["id"].as_str().ok_or("id is a GUID")?;
    let name = body["displayName"].as_str().unwrap_or(id);
    let members = body["members"].as_array().into_iter().flatten();
    let members = members.filter_map(Value::as_str).map(str::to_owned).collect();
    seed::add_group(world, id, name, members);
    let hidden = body["hiddenSeconds"].as_i64().unwrap_or(0);
    let visible_from = world.now().saturating_add(SignedDuration::from_secs(hidden)).ok();
    if let Some(group) = world.groups.get_mut(&id.to_ascii_lowercase()) {
        group.visible_from = visible_from.filter(|_| hidden > 0);
        group.refusals = body["refusals"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    }
    Ok(Value::Null)
}

/// Removes a group. With the switch for zombies, role assignments that are left without a member group turn into some (seen in public
/// issue threads).
pub(crate) fn remove_group(world: &mut World, id: &str) {
    let now = world.now();
    world.groups.remove(&id.to_ascii_lowercase());
    world.store.delete("/groups", id, now);
    if !world.switches.zombies {
        return;
    }
    let known: Vec<String> = world.groups.keys().cloned().collect();
    for object in world.store.all_mut("/deviceManagement/roleAssignments") {
        let members = object.live().and_then(|body| body.get("members")).and_then(Value::as_array);
        let mut ids = members.into_iter().flatten().filter_map(Value::as_str);
        let named = members.is_some_and(|members| {
            members.iter().filter_map(Value::as_str).any(|member| member.eq_ignore_ascii_case(id))
        });
        if named && !ids.any(|member| known.contains(&member.to_ascii_lowercase())) {
            object.zombie = true;
        }
    }
}
