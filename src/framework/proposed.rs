//! What Terraform does before it asks for a plan, for whoever plays Terraform: tests and simulations.
//!
//! Source: `internal/plans/objchange/objchange.go` in hashicorp/terraform.

use super::level::{Level, Member, NULL, nested};
use crate::tf::{Attribute, Block, Nesting, Value};

/// The proposed new state: the configuration, with prior values where the provider may give them.
pub fn proposed(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() { Value::Null } else { object(block.into(), prior, config) }
}

fn object(level: Level<'_>, prior: &Value, config: &Value) -> Value {
    level.change(config.clone(), |member, config| {
        let prior = prior.get(member.name());
        match (member, member.nested()) {
            (Member::Attribute(attribute), _)
                if attribute.mode.is_computed() && config.is_null() =>
            {
                if user_had_set(attribute, prior) { config } else { prior.clone() }
            }
            (_, None) => config,
            (_, Some((nesting, level))) => elements(nesting, level, prior, config),
        }
    })
}

/// Whether an optional nested value holds something that only a configuration can have put there.
fn user_had_set(attribute: &Attribute, prior: &Value) -> bool {
    let Some((_, level)) = nested(attribute) else { return false };
    attribute.mode.is_configurable() && holds_configured(level, prior)
}

fn holds_configured(level: Level<'_>, value: &Value) -> bool {
    let holds = |object: &Value| {
        level.members().any(|member| {
            let value = object.get(member.name());
            let computed = matches!(member, Member::Attribute(it) if it.mode.is_computed());
            !value.is_null()
                && (!computed
                    || member.nested().is_some_and(|(_, below)| holds_configured(below, value)))
        })
    };
    match value {
        Value::Object(_) => holds(value),
        Value::Map(entries) => entries.values().any(holds),
        other => other.elements().unwrap_or_default().iter().any(holds),
    }
}

fn elements(nesting: Nesting, level: Level<'_>, prior: &Value, config: Value) -> Value {
    match (nesting, config) {
        (Nesting::Single | Nesting::Group, config) => object(level, prior, &config),
        (_, Value::List(all)) => Value::List(
            all.iter()
                .enumerate()
                .map(|(index, config)| {
                    let prior = prior.elements().and_then(|all| all.get(index)).unwrap_or(&NULL);
                    object(level, prior, config)
                })
                .collect(),
        ),
        (_, Value::Map(all)) => Value::Map(
            all.iter()
                .map(|(key, config)| (key.clone(), object(level, prior.get(key), config)))
                .collect(),
        ),
        (_, Value::Set(all)) => {
            let mut unused: Vec<&Value> = prior.elements().unwrap_or_default().iter().collect();
            Value::set(all.iter().map(|config| {
                match unused.iter().position(|prior| could_come_from(level, prior, config)) {
                    Some(at) => object(level, unused.remove(at), config),
                    None => object(level, &NULL, config),
                }
            }))
        }
        (_, config) => config,
    }
}

/// Whether an element of a set may be the continuation of a prior one.
fn could_come_from(level: Level<'_>, prior: &Value, config: &Value) -> bool {
    level.members().all(|member| {
        let (prior, config) = (prior.get(member.name()), config.get(member.name()));
        let free = matches!(member, Member::Attribute(attribute) if attribute.mode.is_computed());
        config.is_null() && free
            || prior == config
            || match (member.nested(), prior, config) {
                (Some((_, below)), Value::Object(_), Value::Object(_)) => {
                    could_come_from(below, prior, config)
                }
                _ => false,
            }
    })
}
