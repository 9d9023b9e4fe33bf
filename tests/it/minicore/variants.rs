//! Configurations with unknowns in every place where Terraform can have one.

use serde_json::{Map, Value as Json, json};

use super::config::unknown;
use super::schema::{Block, Nesting};

/// The configuration with one place unknown, for each place that it fills; the place comes first.
pub(crate) fn one_unknown(block: &Block, config: &Json) -> Vec<(String, Json)> {
    let mut variants = Vec::new();
    in_block(block, config, "", &mut variants);
    variants
}

/// The configuration with everything unknown, left-out attributes included.
pub(crate) fn all_unknown(block: &Block, config: &Json) -> Json {
    let mut entries = Map::new();
    for (name, attribute) in &block.attributes {
        if attribute.optional || attribute.required {
            entries.insert(name.clone(), unknown(config[name].clone()));
        }
    }
    for (name, nested) in &block.blocks {
        let value = match (nested.nesting, &config[name]) {
            (Nesting::Single, Json::Null) => continue,
            (Nesting::Single | Nesting::Group, inner) => all_unknown(&nested.block, inner),
            (Nesting::List | Nesting::Set, Json::Null) => unknown(json!([])),
            (Nesting::Map, Json::Null) => unknown(json!({})),
            (_, blocks) => unknown(blocks.clone()),
        };
        entries.insert(name.clone(), value);
    }
    Json::Object(entries)
}

/// A child of a JSON value put in place of the old one.
fn with(parent: &Json, key: &str, child: Json) -> Json {
    let mut parent = parent.clone();
    match (&mut parent, key.parse::<usize>()) {
        (Json::Array(elements), Ok(index)) => elements[index] = child,
        (parent, _) => parent[key] = child,
    }
    parent
}

fn children(json: &Json) -> Vec<(String, &Json)> {
    match json {
        Json::Object(entries) => entries.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Json::Array(elements) => {
            elements.iter().enumerate().map(|(index, it)| (index.to_string(), it)).collect()
        }
        _ => Vec::new(),
    }
}

fn in_block(block: &Block, config: &Json, place: &str, variants: &mut Vec<(String, Json)>) {
    for (name, value) in children(config) {
        let place = format!("{place}.{name}");
        let mut inside = Vec::new();
        match block.blocks.get(&name) {
            None => in_value(value, &place, &mut inside),
            Some(nested) if matches!(nested.nesting, Nesting::Single | Nesting::Group) => {
                in_block(&nested.block, value, &place, &mut inside);
            }
            Some(nested) => {
                // A dynamic block of unknown number, and known blocks with unknown content; a block itself is never unknown.
                inside.push((place.clone(), unknown(value.clone())));
                for (key, element) in children(value) {
                    let mut within = Vec::new();
                    in_block(&nested.block, element, &format!("{place}.{key}"), &mut within);
                    inside.extend(
                        within.into_iter().map(|(place, it)| (place, with(value, &key, it))),
                    );
                }
            }
        }
        variants.extend(inside.into_iter().map(|(place, it)| (place, with(config, &name, it))));
    }
}

fn in_value(value: &Json, place: &str, variants: &mut Vec<(String, Json)>) {
    variants.push((place.to_owned(), unknown(value.clone())));
    for (key, child) in children(value) {
        let mut within = Vec::new();
        in_value(child, &format!("{place}.{key}"), &mut within);
        variants.extend(within.into_iter().map(|(place, it)| (place, with(value, &key, it))));
    }
}
