//! Values in and out: bytes to complete values, and what a provider gave back to bytes that Terraform accepts.
//!
//! Terraform refuses a whole answer for one missing attribute or one leftover unknown, and then forgets an object that exists. So
//! nothing here fails on the way out: what does not fit becomes null, is reported as a fault of the provider, and the rest is kept.

use super::call::{Raw, Stored};
use super::level::{Level, Member};
use crate::tf::{Block, Diagnostic, Diagnostics, Error, Path, Type, Value, json, msgpack};

/// The encoding of null.
pub(super) fn nil() -> Vec<u8> {
    vec![0xc0]
}

/// Reads a value from the wire.
pub(super) fn decode(raw: &Raw, r#type: &Type) -> Result<Value, Error> {
    if raw.msgpack.is_empty() {
        json::decode(&raw.json, r#type)
    } else {
        msgpack::decode(&raw.msgpack, r#type)
    }
}

/// Reads a value from the wire. `what` names it in the error: "the configuration", "the prior state".
///
/// # Errors
/// A diagnostic that names the thing and the place in it.
pub(super) fn read(
    raw: &Raw,
    r#type: &Type,
    what: &str,
    type_name: &str,
) -> Result<Value, Diagnostics> {
    decode(raw, r#type).map_err(|error| unreadable(what, type_name, &error).into())
}

/// Reads a configuration. One that was left out altogether is one with nothing set.
pub(super) fn read_config(raw: &Raw, block: &Block, type_name: &str) -> Result<Value, Diagnostics> {
    let config = read(raw, &block.implied_type(), "the configuration", type_name)?;
    Ok(if config.is_null() { block.empty_value() } else { config })
}

/// Reads a stored JSON document, without looking at its shape.
pub(super) fn read_stored(
    stored: &Stored,
    what: &str,
    type_name: &str,
) -> Result<serde_json::Value, Diagnostics> {
    if stored.flatmap {
        return Err(Diagnostic::error(
            format!("Cannot read {what} of {type_name}"),
            "It was written by Terraform 0.11 or earlier, in a format that this provider does not read. \
             Bring the state up to date with Terraform 0.12 first, or remove the object from the state and import it.",
        )
        .into());
    }
    serde_json::from_slice(&stored.json).map_err(|error| {
        unreadable(what, type_name, &Error::new(Path::root(), format!("not JSON: {error}"))).into()
    })
}

/// The error for something that does not fit its schema.
pub(super) fn unreadable(what: &str, type_name: &str, error: &Error) -> Diagnostic {
    Diagnostic::error(
        format!("Cannot read {what} of {type_name}"),
        format!(
            "It does not fit the schema of this version of the provider: {}.\n\nIf the provider was changed or downgraded a moment \
             ago, run init again; otherwise please report this to the provider's developers.",
            error.what
        ),
    )
    .at(error.path.clone())
}

/// Adds to an object the attributes that its level asks for and that are missing, as null.
fn complete(level: Level<'_>, object: Value) -> Value {
    let Value::Object(mut entries) = object else { return object };
    for member in level.members() {
        let value = entries.remove(member.name()).unwrap_or(Value::Null);
        let value = match member.nested() {
            Some((_, below)) => complete_elements(below, value),
            None => value,
        };
        entries.insert(member.name().to_owned(), value);
    }
    Value::Object(entries)
}

fn complete_elements(level: Level<'_>, value: Value) -> Value {
    let each = |elements: Vec<Value>| -> Vec<Value> {
        elements.into_iter().map(|element| complete(level, element)).collect()
    };
    match value {
        Value::Object(_) => complete(level, value),
        Value::List(elements) => Value::List(each(elements)),
        Value::Set(elements) => Value::Set(each(elements)),
        Value::Map(entries) => Value::Map(
            entries.into_iter().map(|(key, entry)| (key, complete(level, entry))).collect(),
        ),
        other => other,
    }
}

/// Makes a value that a provider gave fit its block exactly, so that Terraform accepts it. Sets lose their duplicates. What is of the
/// wrong type becomes null and is reported.
pub(super) fn fit(block: &Block, value: Value, diags: &mut Diagnostics) -> Value {
    let r#type = block.implied_type();
    let mut value = complete(block.into(), block.with_blocks(value));
    value.walk_mut(&mut |_, node| {
        if let Value::Set(elements) = node {
            *node = Value::set(std::mem::take(elements));
        }
    });
    while let Err(error) = value.conforms(&r#type) {
        diags.push(
            Diagnostic::bug(format!(
                "The provider made a value that does not fit its schema: {error}."
            ))
            .at(error.path.clone()),
        );
        let path = replaceable(&value, error.path);
        let emptied = path.is_root() || value.at(&path).is_none();
        match value.at_mut(&path) {
            Some(node) if !emptied => *node = Value::Null,
            _ => return Value::Null,
        }
        value = block.with_blocks(value);
    }
    value
}

/// The closest place at or above a path that nulling would change.
fn replaceable(value: &Value, mut path: Path) -> Path {
    while !path.is_root() && value.at(&path).is_none_or(Value::is_null) {
        path.0.pop();
    }
    path
}

/// Replaces what is unknown by null, and tells where it was.
pub(super) fn known(mut value: Value) -> (Value, Vec<Path>) {
    let mut unknown = Vec::new();
    value.walk_mut(&mut |path, node| {
        if let Value::Unknown(_) = node {
            unknown.push(path.clone());
            *node = Value::Null;
        }
    });
    unknown.dedup();
    (value, unknown)
}

/// Reports values that a finished operation left unknown.
pub(super) fn left_unknown(paths: &[Path], operation: &str, diags: &mut Diagnostics) {
    for path in paths {
        diags.push(
            Diagnostic::bug(format!(
                "After {operation} the value of {path} is still unknown. It was stored as null."
            ))
            .at(path.clone()),
        );
    }
}

/// Makes every write-only value null.
pub(super) fn without_write_only(level: Level<'_>, object: Value) -> Value {
    level.change(object, |member, value| match (member, member.nested()) {
        (Member::Attribute(attribute), _) if attribute.write_only => Value::Null,
        (_, Some((nesting, below))) => super::level::change_elements(
            nesting,
            value,
            [&Value::Null, &Value::Null],
            [&|elements, _| vec![None; elements.len()]; 2],
            |element, _| without_write_only(below, element),
        ),
        _ => value,
    })
}
