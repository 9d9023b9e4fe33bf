//! Values as JSON: how Terraform stores states and identities.
//!
//! Reading is lenient, because a stored state may come from another version of the provider: attributes that the type lacks are
//! ignored, and those that the JSON lacks are null. Numbers keep all their digits. JSON cannot say "unknown".

use serde_json::Value as Json;

use super::{Error, Path, Step, Type, Value};

#[cfg(test)]
mod tests;

/// Reads JSON text as a value of `type`. No bytes at all mean null.
///
/// # Errors
/// What is no JSON, or does not fit the type. The error names the place in the value.
pub fn decode(bytes: &[u8], r#type: &Type) -> Result<Value, Error> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let json = serde_json::from_slice(bytes)
        .map_err(|error| Error::new(Path::root(), format!("not JSON: {error}")))?;
    from_json(&json, r#type)
}

/// Reads parsed JSON as a value of `type`.
///
/// # Errors
/// What does not fit the type. The error names the place in the value.
pub fn from_json(json: &Json, r#type: &Type) -> Result<Value, Error> {
    read(json, r#type, &Path::root())
}

fn read(json: &Json, r#type: &Type, path: &Path) -> Result<Value, Error> {
    let number = |text: &str| {
        text.parse().map(Value::Number).map_err(|error| {
            Error::new(path.clone(), format!("a number is required, {text:?} given: {error}"))
        })
    };
    Ok(match (json, r#type) {
        (Json::Null, _) => Value::Null,
        (Json::String(text), Type::String) => Value::String(text.clone()),
        (Json::Number(number), Type::String) => Value::String(number.to_string()),
        (Json::Bool(flag), Type::String) => Value::String(flag.to_string()),
        (Json::Number(json), Type::Number) => number(json.as_str())?,
        (Json::String(text), Type::Number) => number(text)?,
        (Json::Bool(flag), Type::Bool) => Value::Bool(*flag),
        (Json::String(text), Type::Bool) if matches!(text.as_str(), "true" | "false") => {
            Value::Bool(text == "true")
        }
        (Json::Array(elements), Type::List(element)) => {
            Value::List(read_elements(elements.iter().map(|json| (json, element.as_ref())), path)?)
        }
        (Json::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            Value::Tuple(read_elements(elements.iter().zip(types), path)?)
        }
        (Json::Array(elements), Type::Tuple(types)) => {
            let (required, given) = (types.len(), elements.len());
            return Err(Error::new(
                path.clone(),
                format!("a tuple of {required} elements is required ({given} given)"),
            ));
        }
        (Json::Array(elements), Type::Set(element)) => {
            let elements: Result<Vec<Value>, Error> = elements
                .iter()
                .map(|json| {
                    read(json, element, &Path::root()).map_err(|error| {
                        Error::new(path.clone(), format!("in an element of the set: {error}"))
                    })
                })
                .collect();
            Value::set(elements?)
        }
        (Json::Object(entries), Type::Map(element)) => Value::Map(
            entries
                .iter()
                .map(|(key, json)| {
                    Ok((key.clone(), read(json, element, &path.then(Step::Key(key.clone())))?))
                })
                .collect::<Result<_, Error>>()?,
        ),
        (Json::Object(entries), Type::Object(attributes)) => Value::Object(
            attributes
                .iter()
                .map(|(name, r#type)| {
                    let json = entries.get(name).unwrap_or(&Json::Null);
                    Ok((name.clone(), read(json, r#type, &path.child(name.as_str()))?))
                })
                .collect::<Result<_, Error>>()?,
        ),
        (Json::Object(wrapper), Type::Dynamic) => {
            let (Some(json), Some(json_type)) = (wrapper.get("value"), wrapper.get("type")) else {
                return Err(Error::new(path.clone(), "a value with its type is required"));
            };
            let r#type = Type::from_json(json_type.to_string().as_bytes())
                .map_err(|error| Error::new(path.clone(), error.to_string()))?;
            let value = read(json, &r#type, path)?;
            match r#type {
                Type::Dynamic => value,
                r#type => Value::dynamic(r#type, value),
            }
        }
        (json, r#type) => {
            let given = match json {
                Json::Null => "null",
                Json::Bool(_) => "a bool",
                Json::Number(_) => "a number",
                Json::String(_) => "a string",
                Json::Array(_) => "an array",
                Json::Object(_) => "an object",
            };
            return Err(Error::new(
                path.clone(),
                format!("{} is required ({given} given)", r#type.noun()),
            ));
        }
    })
}

fn read_elements<'j>(
    elements: impl Iterator<Item = (&'j Json, &'j Type)>,
    path: &Path,
) -> Result<Vec<Value>, Error> {
    elements
        .enumerate()
        .map(|(index, (json, r#type))| read(json, r#type, &path.index(index)))
        .collect()
}

/// The JSON form of a value of `type`, with every attribute of every object type.
///
/// # Errors
/// A value that is not of the type, or not wholly known.
pub fn to_json(value: &Value, r#type: &Type) -> Result<Json, Error> {
    value.conforms(r#type)?;
    let mut unknown = None;
    value.walk(&mut |path, node| {
        if unknown.is_none() && matches!(node, Value::Unknown(_)) {
            unknown = Some(path.clone());
        }
    });
    match unknown {
        Some(path) => Err(Error::new(path, "the value is unknown, which JSON cannot say")),
        None => Ok(write(value)),
    }
}

/// The shape of a wholly known value does not depend on its type, but for the wrapper that it carries itself.
fn write(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or(Json::Null),
        Value::String(text) => Json::String(text.clone()),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(write).collect()
        }
        Value::Map(entries) | Value::Object(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), write(value))).collect()
        }
        Value::Dynamic(dynamic) => {
            let r#type = serde_json::from_slice(&dynamic.r#type.to_json()).unwrap_or(Json::Null);
            serde_json::json!({ "value": write(&dynamic.value), "type": r#type })
        }
    }
}
