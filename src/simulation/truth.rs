//! Whether a state tells the truth: what the service says, or what was written and confirmed.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::engine::names;
use crate::spec::{Entity, Presence};
use crate::tf::Value;

/// Whether everything that a configuration sets is the same in a state.
pub(super) fn covers(config: &Value, state: &Value) -> bool {
    match (config, state) {
        (Value::Null, _) => true,
        (Value::Object(set), Value::Object(_)) => {
            set.iter().all(|(name, value)| covers(value, state.get(name)))
        }
        (Value::List(set), Value::List(have)) => {
            set.len() == have.len() && set.iter().zip(have).all(|(a, b)| covers(a, b))
        }
        (Value::Set(set), Value::Set(have)) => {
            set.len() == have.len()
                && set.iter().all(|one| have.iter().any(|other| covers(one, other)))
        }
        _ => config == state,
    }
}

/// Where two values differ, for people.
pub(super) fn difference(before: &Value, after: &Value) -> String {
    let (Some(a), Some(b)) = (before.entries(), after.entries()) else {
        return format!("{before:?} -> {after:?}");
    };
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differing = names.into_iter().filter(|name| before.get(name) != after.get(name));
    differing
        .map(|name| format!("{name}: {:?} -> {:?}", before.get(name), after.get(name)))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Names of the attributes of a state that are neither what a read shows nor what `other` has, nor null: that says no more than that the
/// value was not seen in time.
pub(super) fn untrue(state: &Value, read: &Value, other: &Value) -> Vec<String> {
    let entries = state.entries().into_iter().flatten();
    let differing = entries.filter(|(name, value)| !seen(value, read.get(name), other.get(name)));
    differing.map(|(name, _)| name.clone()).collect()
}

fn seen(value: &Value, read: &Value, other: &Value) -> bool {
    match (value, read) {
        (Value::Null, _) => true,
        (Value::Object(entries), Value::Object(_)) => {
            entries.iter().all(|(name, value)| seen(value, read.get(name), other.get(name)))
        }
        _ => value == read || value == other,
    }
}

/// Whether the service itself changes an attribute, and an object once had this value: time passes between a read and the next.
pub(super) fn was(entity: &Entity, name: &str, value: &Value, history: &[Json]) -> bool {
    let named = |it: &&crate::spec::Attribute| names::attribute_name(it) == name;
    let Some(attribute) = entity.attributes.iter().find(named) else { return false };
    let had = |body: &Json| match (body.get(attribute.property), value.as_str()) {
        (Some(Json::String(text)), Some(value)) => same(text, value),
        (Some(Json::Bool(had)), _) => value.as_bool() == Some(*had),
        // What holds more than one value is not looked into.
        (Some(had), _) => had.is_object() || had.is_array(),
        (None, _) => false,
    };
    attribute.presence == Presence::ReadOnly && history.iter().any(had)
}

/// Whether two texts are the same, or the same moment.
fn same(one: &str, other: &str) -> bool {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    one == other || moment(one).is_some_and(|one| moment(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(a: &str, b: Value) -> Value {
        Value::object([("a", Value::from(a)), ("b", b)])
    }

    #[test]
    fn only_what_was_seen_is_true() {
        let read = object("1", Value::from("2"));
        let untrue = |state: &Value, other: &Value| untrue(state, &read, other);
        assert!(untrue(&read, &Value::Null).is_empty());
        assert!(untrue(&object("1", Value::Null), &Value::Null).is_empty(), "not seen in time");
        assert_eq!(untrue(&object("3", Value::from("2")), &Value::Null), ["a"]);
        assert!(untrue(&object("3", Value::from("2")), &object("3", Value::Null)).is_empty());
    }

    #[test]
    fn what_the_service_changes_may_be_what_it_was() {
        static ENTITY: Entity = Entity::collection("test", "test", "/tests").attributes(&[
            crate::spec::date_time("changed").read_only().doc("When."),
            crate::spec::string("name").doc("Its name."),
        ]);
        let history = [json!({ "changed": "2026-03-03T09:00:00.5000Z", "name": "old" })];
        let was = |name: &str, value: &str| was(&ENTITY, name, &Value::from(value), &history);
        assert!(was("changed", "2026-03-03T09:00:00.5Z"));
        assert!(!was("changed", "2001-01-01T00:00:00Z"));
        assert!(!was("name", "old"), "what is configured is never older");
    }
}
