//! Terraform types, as they stand in schemas and beside dynamic values: the type constraint JSON of the plugin protocol.

use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// A Terraform type constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// Unicode text, NFC on the wire.
    String,
    /// An exact decimal number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Any type; the value brings its own.
    Dynamic,
    /// An ordered collection of one element type.
    List(Box<Type>),
    /// An unordered collection of distinct elements of one type.
    Set(Box<Type>),
    /// A collection keyed by strings, of one element type.
    Map(Box<Type>),
    /// A fixed sequence of types.
    Tuple(Vec<Type>),
    /// Named attributes, each with its own type.
    Object(BTreeMap<String, Type>),
}

/// Why a text is no type. Holds a few words for a bug report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeError(String);

impl std::fmt::Display for TypeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a type: {}", self.0)
    }
}

impl std::error::Error for TypeError {}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Self {
        Type::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Self {
        Type::Set(Box::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Type) -> Self {
        Type::Map(Box::new(element))
    }

    /// An object from its attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Type)>) -> Self {
        Type::Object(attributes.into_iter().map(|(name, r#type)| (name.into(), r#type)).collect())
    }

    /// Whether a value of this type brings a type of its own somewhere.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Type::Dynamic => true,
            Type::String | Type::Number | Type::Bool => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_dynamic(),
            Type::Tuple(types) => types.iter().any(Type::has_dynamic),
            Type::Object(attributes) => attributes.values().any(Type::has_dynamic),
        }
    }

    /// What a value of this type is called in a message: `a list`, `a string`.
    pub fn noun(&self) -> &'static str {
        match self {
            Type::String => "a string",
            Type::Number => "a number",
            Type::Bool => "a bool",
            Type::Dynamic => "a value with its type",
            Type::List(_) => "a list",
            Type::Set(_) => "a set",
            Type::Map(_) => "a map",
            Type::Tuple(_) => "a tuple",
            Type::Object(_) => "an object",
        }
    }

    /// The type constraint as Terraform writes it: compact JSON, attributes sorted by name.
    pub fn to_json(&self) -> Vec<u8> {
        let mut text = String::new();
        self.write(&mut text);
        text.into_bytes()
    }

    fn write(&self, text: &mut String) {
        match self {
            Type::String => text.push_str("\"string\""),
            Type::Number => text.push_str("\"number\""),
            Type::Bool => text.push_str("\"bool\""),
            Type::Dynamic => text.push_str("\"dynamic\""),
            Type::List(element) => write_collection("list", element, text),
            Type::Set(element) => write_collection("set", element, text),
            Type::Map(element) => write_collection("map", element, text),
            Type::Tuple(types) => {
                text.push_str("[\"tuple\",[");
                for (index, element) in types.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "," });
                    element.write(text);
                }
                text.push_str("]]");
            }
            Type::Object(attributes) => {
                text.push_str("[\"object\",{");
                for (index, (name, attribute)) in attributes.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "," });
                    text.push_str(&serde_json::Value::from(name.as_str()).to_string());
                    text.push(':');
                    attribute.write(text);
                }
                text.push_str("}]");
            }
        }
    }

    /// Reads a type constraint. The list of optional attributes that an object type may have is accepted and left out: values
    /// always hold every attribute.
    ///
    /// # Errors
    /// What is no type constraint, or nested over a hundred levels deep.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        let json = serde_json::from_slice(bytes).map_err(|error| TypeError(error.to_string()))?;
        Type::read(&json)
    }

    fn read(json: &serde_json::Value) -> Result<Self, TypeError> {
        use serde_json::Value as Json;
        let unknown = || TypeError(json.to_string());
        match json {
            Json::String(name) => match name.as_str() {
                "string" => Ok(Type::String),
                "number" => Ok(Type::Number),
                "bool" => Ok(Type::Bool),
                "dynamic" => Ok(Type::Dynamic),
                _ => Err(unknown()),
            },
            Json::Array(parts) => {
                let kind = parts.first().and_then(Json::as_str).ok_or_else(unknown)?;
                match (kind, parts.get(1..).unwrap_or_default()) {
                    ("list", [element]) => Ok(Type::list(Type::read(element)?)),
                    ("set", [element]) => Ok(Type::set(Type::read(element)?)),
                    ("map", [element]) => Ok(Type::map(Type::read(element)?)),
                    ("tuple", [Json::Array(types)]) => {
                        Ok(Type::Tuple(types.iter().map(Type::read).collect::<Result<_, _>>()?))
                    }
                    ("object", [Json::Object(attributes)]) => object(attributes),
                    ("object", [Json::Object(attributes), Json::Array(optional)])
                        if optional.iter().all(|name| {
                            name.as_str().is_some_and(|name| attributes.contains_key(name))
                        }) =>
                    {
                        object(attributes)
                    }
                    _ => Err(unknown()),
                }
            }
            _ => Err(unknown()),
        }
    }
}

fn write_collection(kind: &str, element: &Type, text: &mut String) {
    text.push_str("[\"");
    text.push_str(kind);
    text.push_str("\",");
    element.write(text);
    text.push(']');
}

fn object(attributes: &serde_json::Map<String, serde_json::Value>) -> Result<Type, TypeError> {
    let read = |(name, json): (&String, _)| Ok((name.clone(), Type::read(json)?));
    Ok(Type::Object(attributes.iter().map(read).collect::<Result<_, TypeError>>()?))
}
