//! A configuration written from a state: what contradicts itself is resolved.

use super::schema;
use crate::spec::{Entity, Rule};
use crate::tf::Value;

/// The configuration without values that the rules of the entity forbid beside each other. Of several that exclude each other the first
/// stays. What only steers the provider is left out. Conditions are judged by the state, for a configuration leaves defaults out.
pub(super) fn without_contradictions(entity: &Entity, state: &Value, config: Value) -> Value {
    let Value::Object(mut attributes) = config else { return config };
    for name in schema::own_names(entity) {
        if let Some(value) = attributes.get_mut(name) {
            *value = Value::Null;
        }
    }
    let mut config = Value::Object(attributes);
    for rule in entity.rules {
        match rule {
            Rule::Conflicts(names) | Rule::ExactlyOne(names) => {
                let mut set = names.iter().filter(|name| is_set(&config, name));
                set.next();
                let surplus: Vec<&str> = set.copied().collect();
                for name in surplus {
                    config = cleared(config, name);
                }
            }
            Rule::ForbiddenWhen { attribute, values, forbids } => {
                if has(state, attribute, values) {
                    config = cleared(config, forbids);
                }
            }
            Rule::OnlyWhen { attribute, with, values } => {
                if !has(state, with, values) {
                    config = cleared(config, attribute);
                }
            }
            Rule::AtLeastOne(_) | Rule::RequiredWhen { .. } | Rule::Demands { .. } => {}
        }
    }
    config
}

fn at<'v>(config: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(config, |value, name| value.get(name))
}

fn is_set(config: &Value, path: &str) -> bool {
    at(config, path).is_known()
}

fn has(state: &Value, path: &str, values: &[&str]) -> bool {
    at(state, path).as_str().is_some_and(|value| values.contains(&value))
}

fn cleared(config: Value, path: &str) -> Value {
    let Value::Object(mut attributes) = config else { return config };
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    if let Some(value) = attributes.remove(name) {
        let value = if rest.is_empty() { Value::Null } else { cleared(value, rest) };
        attributes.insert(name.to_owned(), value);
    }
    Value::Object(attributes)
}
