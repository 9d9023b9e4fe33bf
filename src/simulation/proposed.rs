//! What Terraform does before it asks for a plan: the configuration, with prior values where the provider may give them.
//!
//! Source: `internal/plans/objchange/objchange.go` in hashicorp/terraform. Nested blocks are left out: no entity has any.

use std::collections::BTreeMap;

use crate::tf::{Attribute, Kind, Nesting, Value};

/// The proposed new state.
pub(super) fn proposed(attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    let Value::Object(entries) = config else { return config.clone() };
    let proposed = attributes.iter().map(|attribute| {
        let name = attribute.name.as_ref();
        let config = entries.get(name).unwrap_or(&Value::Null);
        (name.to_owned(), merged(attribute, prior.get(name), config))
    });
    Value::Object(proposed.collect::<BTreeMap<_, _>>())
}

fn merged(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if attribute.mode.is_computed() && config.is_null() {
        let set = attribute.mode.is_configurable() && holds_configured(attribute, prior);
        return if set { Value::Null } else { prior.clone() };
    }
    let Kind::Nested(nesting, below) = &attribute.kind else { return config.clone() };
    let all = prior.elements().unwrap_or_default();
    match (nesting, config) {
        (Nesting::List, Value::List(elements)) => Value::List(
            elements
                .iter()
                .enumerate()
                .map(|(at, config)| proposed(below, all.get(at).unwrap_or(&Value::Null), config))
                .collect(),
        ),
        (Nesting::Map, Value::Map(entries)) => Value::Map(
            entries
                .iter()
                .map(|(key, config)| (key.clone(), proposed(below, prior.get(key), config)))
                .collect(),
        ),
        (Nesting::Set, Value::Set(elements)) => {
            let mut unused: Vec<&Value> = all.iter().collect();
            Value::set(elements.iter().map(|config| {
                match unused.iter().position(|prior| suits(below, prior, config)) {
                    Some(at) => proposed(below, unused.remove(at), config),
                    None => proposed(below, &Value::Null, config),
                }
            }))
        }
        (_, config) => proposed(below, prior, config),
    }
}

/// Whether an optional nested value holds something that only a configuration can have put there.
fn holds_configured(attribute: &Attribute, value: &Value) -> bool {
    let Kind::Nested(_, below) = &attribute.kind else { return false };
    let holds = |object: &Value| {
        below.iter().any(|attribute| {
            let value = object.get(&attribute.name);
            !value.is_null()
                && (!attribute.mode.is_computed() || holds_configured(attribute, value))
        })
    };
    match value {
        Value::Map(entries) => entries.values().any(holds),
        Value::Object(_) => holds(value),
        other => other.elements().unwrap_or_default().iter().any(holds),
    }
}

/// Whether an element of a set may be the continuation of a prior one.
fn suits(below: &[Attribute], prior: &Value, config: &Value) -> bool {
    below.iter().all(|attribute| {
        let (prior, config) = (prior.get(&attribute.name), config.get(&attribute.name));
        prior == config
            || match (&attribute.kind, prior, config) {
                (Kind::Nested(_, below), Value::Object(_), Value::Object(_)) => {
                    suits(below, prior, config)
                }
                _ => attribute.mode.is_computed() && config.is_null(),
            }
    })
}
