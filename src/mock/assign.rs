//! Assignments: the `assign` action replaces the whole set (Graph pages "cloudpcprovisioningpolicy-assign", "cloudpcusersetting-assign";
//! that it replaces is verified by other clients and seen in public issue threads).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem};
use super::call::Call;
use super::check::Check;
use super::rules::{Assign, Set};
use super::show::Show;
use super::switches::UnknownGroups;
use super::time;
use super::world::World;
use super::write;

/// POST of `assign`.
pub(crate) fn assign(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    (path, id): (&str, &str),
    rule: &'static Assign,
) -> Result<Answer, Problem> {
    let before = write::existing(world, set, path, id)?.clone();
    let mut body = call.json_body()?;
    let items = body.remove(rule.parameter).ok_or_else(|| {
        Problem::bad_request(format!("The parameter '{}' is missing.", rule.parameter))
    })?;
    if let Some(unknown) = body.keys().next()
        && !world.switches.lax_bodies
    {
        return Err(Problem::bad_request(format!(
            "The parameter '{unknown}' does not belong to the action."
        )));
    }
    let Value::Array(items) = items else {
        return Err(Problem::bad_request(format!(
            "The parameter '{}' is a collection.",
            rule.parameter
        )));
    };
    let mut wanted: Vec<Value> = Vec::new();
    let mut seen = BTreeSet::new();
    for item in items {
        let item = checked(world, call, rule, item)?;
        let target = item.get("target").cloned().unwrap_or(Value::Null);
        known_target(world, rule, &target)?;
        // Two entries for one target: the second is dropped without an error (seen in public issue threads).
        let part = |name: &str| target.get(name).unwrap_or(&Value::Null).to_string();
        if seen.insert((part("groupId"), part("servicePlanId"))) {
            wanted.push(item);
        }
    }
    let now = world.now();
    let dated = rule.dated.then(|| time::graph_text(now));
    let old = before.assignments.latest().clone();
    let known: BTreeMap<&str, &Value> =
        old.iter().filter_map(|old| Some((old.get("id")?.as_str()?, old))).collect();
    let set_to: Vec<Value> = wanted
        .into_iter()
        .map(|item| completed(&before.id, item, &known, dated.as_deref()))
        .collect();
    note_unassigned(world, &before.id, old.is_empty(), set_to.is_empty(), now);
    if let Some(object) = world.store.get_mut(path, &before.id) {
        object.assignments.write(now, set_to);
    }
    write::then(world, set, &before.id);
    Ok(Answer::empty(204))
}

fn note_unassigned(world: &mut World, id: &str, was_empty: bool, is_empty: bool, now: Timestamp) {
    if is_empty && !was_empty {
        world.unassigned.insert(id.to_owned(), now);
    } else if !is_empty {
        world.unassigned.remove(id);
    }
}

/// One item of the body against the metadata.
fn checked(world: &World, call: &Call, rule: &Assign, item: Value) -> Result<Value, Problem> {
    let check = Check {
        version: call.address.version,
        set: None,
        lax: world.switches.lax_bodies,
        any_case: world.switches.any_case_properties,
    };
    // The id of an assignment comes back in replies and may be sent again.
    let Value::Object(mut fields) = item else {
        return Err(Problem::bad_request("An assignment is an object."));
    };
    fields.remove("id");
    if fields.get("target").is_none_or(Value::is_null) {
        return Err(Problem::bad_request("The target of an assignment cannot be null."));
    }
    check.value(rule.parameter, rule.item_type, Value::Object(fields))
}

fn known_target(world: &mut World, rule: &Assign, target: &Value) -> Result<(), Problem> {
    let kind = target.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
    if !rule.targets.contains(&kind) {
        return Err(Problem::bad_request(format!("The target type '{kind}' is not supported.")));
    }
    if target.get("groupId").is_none() {
        return Err(Problem::bad_request("The target names no group."));
    }
    let group = target.get("groupId").and_then(Value::as_str).unwrap_or_default();
    accept_group(world, group, rule.refuses_unknown_groups)
}

/// Whether a group can be a target now. Groups that were just made are refused for a while (seen in public issue threads).
pub(crate) fn accept_group(
    world: &mut World,
    id: &str,
    refuses_unknown: bool,
) -> Result<(), Problem> {
    let invalid = || {
        Problem::bad_request(format!(
            "The group '{id}' was not found. A valid group id is expected."
        ))
    };
    if uuid::Uuid::parse_str(id).is_err() {
        return Err(invalid());
    }
    let now = world.now();
    let refuse = match world.switches.unknown_groups {
        UnknownGroups::ByType => refuses_unknown,
        UnknownGroups::Accept => false,
        UnknownGroups::Refuse => true,
    };
    match world.groups.get_mut(&id.to_ascii_lowercase()) {
        None if refuse => Err(invalid()),
        Some(group) if group.visible_from.is_some_and(|from| now < from) => Err(invalid()),
        Some(group) if group.refusals > 0 => {
            group.refusals -= 1;
            Err(invalid())
        }
        _ => Ok(()),
    }
}

/// An item as it is kept: with its id, `{object}_{group}` as the pages show it.
fn completed(
    owner: &str,
    item: Value,
    known: &BTreeMap<&str, &Value>,
    dated: Option<&str>,
) -> Value {
    let Value::Object(mut item) = item else { return item };
    let group = item
        .get("target")
        .and_then(|target| target.get("groupId"))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let id = format!("{owner}_{group}");
    if let Some(now) = dated {
        let created = known.get(id.as_str()).and_then(|old| old.get("createdDateTime")).cloned();
        item.insert("createdDateTime".into(), created.unwrap_or_else(|| json!(now)));
    }
    item.insert("id".into(), json!(id));
    Value::Object(item)
}

/// The assignments of an object as a read sees them.
pub(crate) fn shown(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    id: &str,
) -> Vec<Value> {
    let Some(rule) = set.assign() else { return Vec::new() };
    let mut look = super::store::Look {
        now: world.clock.now(),
        lag: world.switches.assignment_lag,
        flapping: world.switches.flapping,
        random: &mut world.choices,
    };
    let mut items = world
        .store
        .get_mut(path, id)
        .and_then(|object| object.assignments.seen("read", &mut look).cloned())
        .unwrap_or_default();
    if world.switches.shuffle {
        world.choices.shuffle(&mut items);
    }
    let mut show = Show {
        version: call.address.version,
        unknown_members: call.wants_unknown_members(),
        switches: &world.switches,
        random: &mut world.choices,
    };
    items
        .iter()
        .filter_map(Value::as_object)
        .map(|item| Value::Object(shown_item(&mut show, rule, item)))
        .collect()
}

fn shown_item(show: &mut Show<'_>, rule: &Assign, item: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = show.complex(rule.item_type, item);
    if rule.item_names_type {
        shown.insert("@odata.type".into(), show.type_text(rule.item_type));
    }
    if let (Some(spelling), Some(Value::Object(target))) =
        (rule.target_spelling, shown.get_mut("target"))
    {
        target.insert("@odata.type".into(), show.type_text(spelling));
    }
    shown
}
