//! Configurations: JSON in a test, filled up the way Terraform fills up a block.

use serde_json::{Value as Json, json};

use super::schema::{Block, NestedBlock, Nesting};
use super::value::{MARK, Val};

/// A value that comes from another resource: unknown in the plan, `value` in the apply.
pub(crate) fn unknown(value: impl Into<Json>) -> Json {
    json!({ MARK: value.into() })
}

/// The configuration as it is once everything is known.
pub(crate) fn resolved(config: &Json) -> Json {
    match config {
        Json::Array(elements) => elements.iter().map(resolved).collect(),
        Json::Object(entries) => match entries.get(MARK) {
            Some(value) => resolved(value),
            None => entries.iter().map(|(name, it)| (name.clone(), resolved(it))).collect(),
        },
        other => other.clone(),
    }
}

/// The object of a block, with nulls and empty collections of blocks for what the JSON leaves out.
pub(crate) fn build(block: &Block, json: &Json) -> Result<Val, String> {
    let entries = json.as_object().ok_or_else(|| format!("{json} is no block"))?;
    if let Some(stray) = entries
        .keys()
        .find(|name| !block.attributes.contains_key(*name) && !block.blocks.contains_key(*name))
    {
        return Err(format!("An argument or block named {stray:?} is not expected here."));
    }
    let mut value = block.empty();
    for (name, json) in entries {
        let content = match (block.attributes.get(name), block.blocks.get(name)) {
            (Some(attribute), _) => Val::from_json(json, &attribute.ty),
            (None, Some(nested)) => build_blocks(nested, json),
            (None, None) => continue,
        };
        value.put(name, content.map_err(|error| format!("{name}: {error}"))?);
    }
    Ok(value)
}

fn build_blocks(nested: &NestedBlock, json: &Json) -> Result<Val, String> {
    let element = |json: &Json| build(&nested.block, json);
    Ok(match (nested.nesting, json) {
        (_, Json::Null) => nested.none(),
        (_, Json::Object(entries)) if entries.contains_key(MARK) => Val::Unknown,
        (Nesting::Single | Nesting::Group, json) => element(json)?,
        (Nesting::List, Json::Array(blocks)) => {
            Val::List(blocks.iter().map(element).collect::<Result<_, _>>()?)
        }
        (Nesting::Set, Json::Array(blocks)) => {
            Val::set(blocks.iter().map(element).collect::<Result<Vec<_>, _>>()?)
        }
        (Nesting::Map, Json::Object(blocks)) => Val::Map(
            blocks
                .iter()
                .map(|(key, json)| Ok((key.clone(), element(json)?)))
                .collect::<Result<_, String>>()?,
        ),
        (_, json) => return Err(format!("{json} are no blocks")),
    })
}
