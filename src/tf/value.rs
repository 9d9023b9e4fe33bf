//! A value with three states at every node: known, null and unknown.

use std::collections::BTreeMap;

use super::{Number, Type};

mod conform;
mod order;
#[cfg(test)]
mod tests;
mod walk;

/// A Terraform value. Which type it has is told by the schema beside it, except inside [`Value::Dynamic`].
///
/// Equality is Terraform's: sets compare without order, refinements of unknowns are ignored, numbers compare as decimals.
/// The order agrees with it and has no other meaning; it lets values stand in sorted collections.
#[derive(Clone, Debug)]
pub enum Value {
    /// Absent, of any type.
    Null,
    /// Not known before apply. Allowed in plans and configurations only.
    Unknown(Refinement),
    /// A boolean.
    Bool(bool),
    /// An exact number.
    Number(Number),
    /// Text.
    String(String),
    /// Elements in order.
    List(Vec<Value>),
    /// Elements without order or duplicates; the vector's order carries no meaning.
    Set(Vec<Value>),
    /// Elements by key.
    Map(BTreeMap<String, Value>),
    /// A fixed sequence.
    Tuple(Vec<Value>),
    /// Attributes by name; every attribute of the type is present.
    Object(BTreeMap<String, Value>),
    /// A value in a place of type dynamic, with the type it brought.
    Dynamic(Box<Dynamic>),
}

/// A value together with its own type, for places whose type is dynamic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dynamic {
    /// The type that the value brought; never [`Type::Dynamic`] at the top.
    pub r#type: Type,
    /// The value itself: null, unknown or known of `type`.
    pub value: Value,
}

/// What is known of an unknown value. Ignored by equality; dropped when a value is echoed, which the protocol allows.
#[derive(Clone, Debug, Default)]
pub struct Refinement(pub Option<Box<Bounds>>);

/// The facts that Terraform sends along with an unknown value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// `Some(false)`: certainly not null. `Some(true)`: certainly null.
    pub null: Option<bool>,
    /// A string starts with this.
    pub prefix: Option<String>,
    /// A number is at least this; the flag tells whether the bound itself is allowed.
    pub number_min: Option<(Number, bool)>,
    /// A number is at most this.
    pub number_max: Option<(Number, bool)>,
    /// A collection has at least so many elements.
    pub length_min: Option<u64>,
    /// A collection has at most so many elements.
    pub length_max: Option<u64>,
}

impl Value {
    /// An unknown value without refinement.
    pub const fn unknown() -> Self {
        Value::Unknown(Refinement(None))
    }

    /// An object from its attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Value)>) -> Self {
        Value::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// A set of the elements, without the duplicates. Elements that hold unknowns stay apart: they may turn out to differ.
    pub fn set(elements: impl IntoIterator<Item = Value>) -> Self {
        order::distinct(elements.into_iter().collect())
    }

    /// A value for a place of type dynamic.
    pub fn dynamic(r#type: Type, value: Value) -> Self {
        Value::Dynamic(Box::new(Dynamic { r#type, value }))
    }

    /// Whether this is null; a dynamic null counts.
    pub fn is_null(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Dynamic(dynamic) => dynamic.value.is_null(),
            _ => false,
        }
    }

    /// Whether this node is unknown; unknowns further down do not count.
    pub fn is_unknown(&self) -> bool {
        match self {
            Value::Unknown(_) => true,
            Value::Dynamic(dynamic) => dynamic.value.is_unknown(),
            _ => false,
        }
    }

    /// Whether this node is neither null nor unknown.
    pub fn is_known(&self) -> bool {
        !self.is_null() && !self.is_unknown()
    }

    /// Whether no node in the whole value is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown(_) => false,
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
                elements.iter().all(Value::is_wholly_known)
            }
            Value::Map(entries) | Value::Object(entries) => {
                entries.values().all(Value::is_wholly_known)
            }
            Value::Dynamic(dynamic) => dynamic.value.is_wholly_known(),
            _ => true,
        }
    }

    /// The attribute of an object, or the entry of a map. `None` when this is neither, or has no such name.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(entries) | Value::Map(entries) => entries.get(name),
            _ => None,
        }
    }

    /// The attribute of an object, null where the object is null or lacks it.
    pub fn get(&self, name: &str) -> &Value {
        self.attribute(name).unwrap_or(&Value::Null)
    }

    /// The elements of a list, set or tuple.
    pub fn elements(&self) -> Option<&[Value]> {
        match self {
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The attributes of an object or the entries of a map.
    pub fn entries(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Value::Object(entries) | Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a known boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The value of a known number.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(Number::from(number))
    }
}
