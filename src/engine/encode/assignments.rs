//! Assignments: the whole set at once, or one by one.

use serde_json::Value as Json;

use super::{Object, Sides, TYPE, type_name, value};
use crate::engine::target::{self, Unpaired};
use crate::spec::{Assignments, Entity, Targets};
use crate::tf::Value;

/// The wanted assignments as the whole request parameter: an array.
pub fn assignments(entity: &Entity, planned: &Value) -> Json {
    let Some(described) = &entity.assignments else { return Json::Array(Vec::new()) };
    let wanted = planned.elements().unwrap_or_default();
    Json::Array(wanted.iter().map(|assignment| one(described, assignment)).collect())
}

fn one(described: &Assignments, assignment: &Value) -> Json {
    let sides = Sides { prior: &Value::Null, planned: assignment, config: &Value::Null };
    let mut target = Object::new();
    for attribute in target::inside(&described.targets) {
        if let Some(value) = sides.json(attribute) {
            target.insert(attribute.property.to_owned(), value);
        }
    }
    let kind = assignment.get("type").as_str();
    let kind = kind.unwrap_or(target::default_kind(&described.targets));
    target.insert(TYPE.to_owned(), Json::String(type_name(kind)));

    let mut body = value::object(described.extra, sides);
    if let Targets::Named { .. } = described.targets {
        body.extend(target);
        return Json::Object(body);
    }
    body.insert("target".to_owned(), Json::Object(target));
    if let Some(item_type) = described.item_type {
        body.insert(TYPE.to_owned(), Json::String(type_name(item_type)));
    }
    Json::Object(body)
}

/// Differences between assignments, for services that take them one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssignmentChanges {
    /// Bodies to post.
    pub add: Vec<Json>,
    /// Ids to delete.
    pub remove: Vec<String>,
}

/// What must be added and removed, so that `have` (assignments as the service gave them) becomes `want` (the attribute's value).
///
/// Assignments are told apart by what they say, never by their ids, which change along with the target. Those that come from policy
/// sets are not ours to remove.
pub fn assignment_changes(entity: &Entity, have: &[Json], want: &Value) -> AssignmentChanges {
    let Some(described) = &entity.assignments else { return AssignmentChanges::default() };
    let present: Vec<(&Json, Value)> = have
        .iter()
        .filter(|item| target::is_direct(item))
        .map(|item| (item, crate::engine::decode::assignment(described, item)))
        .collect();
    let mut unwanted = Unpaired::new(described, present.iter().map(|(item, value)| (value, *item)));
    let mut changes = AssignmentChanges::default();
    for wanted in want.elements().unwrap_or_default() {
        if unwanted.take(wanted).is_none() {
            changes.add.push(one(described, wanted));
        }
    }
    let ids = unwanted.left().filter_map(|item| item.get("id").and_then(Json::as_str));
    changes.remove = ids.map(str::to_owned).collect();
    changes
}
