//! One object, and what is behind it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem};
use super::call::Call;
use super::metadata::metadata;
use super::rules::{Related, SETS, Set};
use super::show::Show;
use super::store::Body;
use super::switches::Mode;
use super::world::World;

/// What `$select` and `$expand` ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) select: Option<BTreeSet<String>>,
    pub(crate) expand: Vec<String>,
}

/// Reads `$select` and `$expand` and refuses names that the type does not have.
pub(crate) fn wanted(world: &World, call: &Call, set: &Set) -> Result<Wanted, Problem> {
    let mut wanted = Wanted::default();
    let version = call.address.version;
    let known = [
        "$select",
        "$expand",
        "$filter",
        "$top",
        "$skip",
        "$skiptoken",
        "$orderby",
        "$count",
        "$search",
        "$format",
    ];
    if let Some(unknown) =
        call.options.keys().find(|name| name.starts_with('$') && !known.contains(&name.as_str()))
    {
        return Err(Problem::bad_request(format!(
            "The query parameter '{unknown}' is not supported."
        )));
    }
    let refused =
        |option: &str| Problem::bad_request(format!("Query option '{option}' is not allowed."));
    if let Some(text) = call.options.get("$select") {
        match world.switches.select {
            Mode::Refuse => return Err(refused("Select")),
            Mode::Ignore => {}
            Mode::Honour => {
                let names: BTreeSet<String> =
                    text.split(',').map(|name| name.trim().to_owned()).collect();
                let unknown = names.iter().find(|name| {
                    metadata().property(set.type_name, name, version).is_none()
                        && metadata().navigation(set.type_name, name, version).is_none()
                });
                if let Some(name) = unknown {
                    return Err(no_property(set, name));
                }
                wanted.select = Some(names);
            }
        }
    }
    if let Some(text) = call.options.get("$expand") {
        match world.switches.expand {
            Mode::Refuse => return Err(refused("Expand")),
            Mode::Ignore => {}
            Mode::Honour => {
                for name in
                    text.split(',').map(|item| item.split('(').next().unwrap_or(item).trim())
                {
                    if metadata().navigation(set.type_name, name, version).is_none() {
                        return Err(no_property(set, name));
                    }
                    wanted.expand.push(name.to_owned());
                }
            }
        }
    }
    Ok(wanted)
}

fn no_property(set: &Set, name: &str) -> Problem {
    Problem::bad_request(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
        set.type_name
    ))
}

/// GET of one object.
pub(crate) fn item(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    id: &str,
) -> Result<Answer, Problem> {
    let wanted = wanted(world, call, set)?;
    let (id, body) = seen(world, set, path, id)?;
    let shown = object(world, call, set, path, (&id, &body), &wanted);
    Ok(Answer::json(200, with_context(world, call, path, &wanted, !set.singleton, shown)))
}

/// The object as a read by its id sees it.
fn seen(world: &mut World, set: &Set, path: &str, id: &str) -> Result<(String, Body), Problem> {
    let lag = world.switches.get_lag;
    let not_found = || Problem::not_found(set.noun, id);
    let mut look = super::store::Look {
        now: world.clock.now(),
        lag,
        flapping: world.switches.flapping,
        random: &mut world.choices,
    };
    let object =
        world.store.get_mut(path, id).filter(|object| !object.zombie).ok_or_else(not_found)?;
    let body = object.body.seen("get", &mut look).cloned().flatten().ok_or_else(not_found)?;
    Ok((object.id.clone(), body))
}

/// The object in the reply to its own write, which is never late.
pub(crate) fn written(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    id: &str,
) -> Result<Value, Problem> {
    let body = world
        .store
        .get(path, id)
        .and_then(|object| object.live().cloned())
        .ok_or_else(|| Problem::not_found(set.noun, id))?;
    let wanted = Wanted::default();
    let shown = object(world, call, set, path, (id, &body), &wanted);
    Ok(with_context(world, call, path, &wanted, true, shown))
}

/// An object with what is expanded.
pub(crate) fn object(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    (id, body): (&str, &Body),
    wanted: &Wanted,
) -> Map<String, Value> {
    let mut shown = Show {
        version: call.address.version,
        unknown_members: call.wants_unknown_members(),
        switches: &world.switches,
        random: &mut world.choices,
    }
    .entity(set, body, wanted.select.as_ref());
    for name in &wanted.expand {
        if name == "assignments" && set.assign().is_some() {
            let items = super::assign::shown(world, call, set, path, id);
            let context = format!(
                "{}#{}('{id}')/assignments",
                metadata_address(world, call),
                path.trim_start_matches('/')
            );
            shown.insert("assignments@odata.context".into(), json!(context));
            shown.insert("assignments".into(), Value::Array(items));
        } else if let Some((leads, true)) = set.leads(name)
            && let Some(object) = world.store.get(path, id)
        {
            let related = leads(world, object);
            let value = related_value(world, call, &related, true);
            shown.insert(name.clone(), value);
        }
    }
    shown
}

/// GET of what is behind an object.
pub(crate) fn behind(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    id: &str,
    (name, key): (&str, Option<&str>),
) -> Result<Answer, Problem> {
    let no_route = || Problem::no_route(&call.method, &call.address.path);
    if name == "assignments" && set.assign().is_some() {
        let (id, _) = seen(world, set, path, id)?;
        let items = super::assign::shown(world, call, set, path, &id);
        return match key {
            None => Ok(super::list::page(world, call, items)),
            Some(key) => items
                .into_iter()
                .find(|item| item.get("id").and_then(Value::as_str) == Some(key))
                .map(|item| Answer::json(200, item))
                .ok_or_else(|| Problem::not_found("assignment", key)),
        };
    }
    let (leads, _) = set.leads(name).ok_or_else(no_route)?;
    let (id, _) = seen(world, set, path, id)?;
    let object = world.store.get(path, &id).ok_or_else(|| Problem::not_found(set.noun, &id))?;
    let mut related = leads(world, object);
    if let Some(key) = key {
        related.ids.retain(|id| id.eq_ignore_ascii_case(key));
        related.collection = false;
        if related.ids.is_empty() {
            return Err(Problem::not_found("related object", key));
        }
    }
    let value = related_value(world, call, &related, false);
    match value {
        Value::Array(items) => Ok(super::list::page(world, call, items)),
        Value::Null => Err(Problem::not_found("related object", name)),
        value => Ok(Answer::json(200, value)),
    }
}

fn related_value(world: &mut World, call: &Call, related: &Related, expanded: bool) -> Value {
    let Some(set) = SETS.iter().copied().find(|set| set.path == related.path) else {
        return Value::Null;
    };
    let mut items = Vec::new();
    for id in &related.ids {
        let Some(body) =
            world.store.get(related.path, id).and_then(|object| object.live().cloned())
        else {
            continue;
        };
        let mut shown = object(world, call, set, related.path, (id, &body), &Wanted::default());
        if expanded {
            shown.retain(|name, _| !related.leaves_out.contains(&name.as_str()));
        }
        items.push(Value::Object(shown));
    }
    if related.collection { Value::Array(items) } else { items.pop().unwrap_or(Value::Null) }
}

fn metadata_address(world: &World, call: &Call) -> String {
    format!("{}/{}/$metadata", world.origin, call.address.version.segment())
}

/// `@odata.context` of a reply (OData JSON format 4.01, section 10).
pub(crate) fn context(
    world: &World,
    call: &Call,
    path: &str,
    wanted: &Wanted,
    entity: bool,
) -> Value {
    let mut names: Vec<String> = wanted.select.iter().flatten().cloned().collect();
    names.extend(wanted.expand.iter().map(|name| format!("{name}()")));
    let projection =
        if names.is_empty() { String::new() } else { format!("({})", names.join(",")) };
    let suffix = if entity { "/$entity" } else { "" };
    json!(format!(
        "{}#{}{projection}{suffix}",
        metadata_address(world, call),
        path.trim_start_matches('/')
    ))
}

fn with_context(
    world: &World,
    call: &Call,
    path: &str,
    wanted: &Wanted,
    entity: bool,
    mut shown: Map<String, Value>,
) -> Value {
    shown.insert("@odata.context".into(), context(world, call, path, wanted, entity));
    Value::Object(shown)
}
