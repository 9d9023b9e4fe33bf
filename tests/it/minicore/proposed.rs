//! Terraform's merge of the prior state and the configuration, which a provider is given as the proposed new state.
//!
//! Source: `internal/plans/objchange/objchange.go` in hashicorp/terraform.

use std::collections::BTreeMap;

use super::schema::{Attribute, Block, NestedBlock, Nesting};
use super::value::Val;

/// The proposed new state of a resource.
pub(crate) fn proposed_new(block: &Block, prior: &Val, config: &Val) -> Val {
    if config.is_null() && prior.is_null() {
        return Val::Null;
    }
    let empty = block.empty();
    let prior = if prior.is_null() { &empty } else { prior };
    if config.is_null() || config.is_unknown() {
        return prior.clone();
    }
    let mut entries = merge_attributes(&block.attributes, prior, config);
    for (name, nested) in &block.blocks {
        entries.insert(name.clone(), merge_block(nested, &prior.get(name), &config.get(name)));
    }
    Val::Map(entries)
}

fn merge_attributes(
    attributes: &BTreeMap<String, Attribute>,
    prior: &Val,
    config: &Val,
) -> BTreeMap<String, Val> {
    attributes
        .iter()
        .map(|(name, attribute)| {
            (name.clone(), merge_attribute(attribute, &prior.get(name), &config.get(name)))
        })
        .collect()
}

fn merge_attribute(attribute: &Attribute, prior: &Val, config: &Val) -> Val {
    if attribute.computed && config.is_null() {
        // What holds something that only a configuration can have set must have come from one.
        return if attribute.optional && holds_configured(attribute, prior) {
            config.clone()
        } else {
            prior.clone()
        };
    }
    let Some((nesting, attributes)) = &attribute.nested else { return config.clone() };
    if config.is_null() || config.is_unknown() {
        return config.clone();
    }
    let merge = |prior: &Val, config: &Val| {
        if config.is_null() || config.is_unknown() {
            config.clone()
        } else {
            Val::Map(merge_attributes(attributes, prior, config))
        }
    };
    merge_elements(*nesting, prior, config, &merge, &|prior, config| {
        prior_suits_attributes(attributes, prior, config)
    })
}

fn merge_block(nested: &NestedBlock, prior: &Val, config: &Val) -> Val {
    if config.is_unknown() || nested.nesting == Nesting::Single && config.is_null() {
        return config.clone();
    }
    let merge = |prior: &Val, config: &Val| proposed_new(&nested.block, prior, config);
    merge_elements(nested.nesting, prior, config, &merge, &|prior, config| {
        prior_suits_block(&nested.block, prior, config)
    })
}

/// Merges element by element: lists by position, maps by key, sets by what the configuration says of an element.
fn merge_elements(
    nesting: Nesting,
    prior: &Val,
    config: &Val,
    merge: &dyn Fn(&Val, &Val) -> Val,
    suits: &dyn Fn(&Val, &Val) -> bool,
) -> Val {
    if let Val::Dynamic(inner) = config {
        let merged = merge_elements(nesting, prior, &inner.1, merge, suits);
        return Val::Dynamic(Box::new((inner.0.clone(), merged)));
    }
    match (nesting, config) {
        (Nesting::List, Val::List(elements)) => {
            let element =
                |(index, config)| merge(prior.elements().get(index).unwrap_or(&Val::Null), config);
            Val::List(elements.iter().enumerate().map(element).collect())
        }
        (Nesting::Map, Val::Map(entries)) => Val::Map(
            entries
                .iter()
                .map(|(key, config)| (key.clone(), merge(&prior.get(key), config)))
                .collect(),
        ),
        (Nesting::Set, Val::Set(elements)) => {
            let mut unused: Vec<&Val> = prior.elements().iter().collect();
            Val::set(elements.iter().map(|config| {
                match unused.iter().position(|prior| suits(prior, config)) {
                    Some(index) => merge(unused.remove(index), config),
                    None => merge(&Val::Null, config),
                }
            }))
        }
        (_, config) => merge(prior, config),
    }
}

fn holds_configured(attribute: &Attribute, value: &Val) -> bool {
    let Some((nesting, attributes)) = &attribute.nested else { return false };
    let object_holds = |object: &Val| {
        attributes.iter().any(|(name, attribute)| {
            let value = object.get(name);
            !value.is_null() && (!attribute.computed || holds_configured(attribute, &value))
        })
    };
    match nesting {
        Nesting::Single | Nesting::Group => object_holds(value),
        Nesting::List | Nesting::Set => value.elements().iter().any(object_holds),
        Nesting::Map => value.entries().any(|(_, value)| object_holds(value)),
    }
}

/// Whether a set element of the configuration may be the continuation of a prior one: they differ in computed attributes only,
/// where the configuration says nothing.
fn prior_suits_attributes(
    attributes: &BTreeMap<String, Attribute>,
    prior: &Val,
    config: &Val,
) -> bool {
    attributes.iter().all(|(name, attribute)| {
        prior_suits_attribute(attribute, &prior.get(name), &config.get(name))
    })
}

fn prior_suits_attribute(attribute: &Attribute, prior: &Val, config: &Val) -> bool {
    if prior == config {
        return true;
    }
    match &attribute.nested {
        Some((_, attributes)) if !prior.is_null() && !config.is_null() => {
            same_shape(prior, config, &|prior, config| {
                prior_suits_attributes(attributes, prior, config)
            })
        }
        _ => attribute.computed && config.is_null(),
    }
}

fn prior_suits_block(block: &Block, prior: &Val, config: &Val) -> bool {
    prior_suits_attributes(&block.attributes, prior, config)
        && block.blocks.iter().all(|(name, nested)| {
            let (prior, config) = (prior.get(name), config.get(name));
            prior == config
                || same_shape(&prior, &config, &|prior, config| {
                    prior_suits_block(&nested.block, prior, config)
                })
        })
}

fn same_shape(prior: &Val, config: &Val, suits: &dyn Fn(&Val, &Val) -> bool) -> bool {
    match (prior, config) {
        (Val::List(prior), Val::List(config)) => {
            prior.len() == config.len() && prior.iter().zip(config).all(|(a, b)| suits(a, b))
        }
        // Nothing inside a set can be told apart, so it had to be equal.
        (Val::Set(_), _) => false,
        (Val::Map(_), Val::Map(_)) => suits(prior, config),
        _ => false,
    }
}
