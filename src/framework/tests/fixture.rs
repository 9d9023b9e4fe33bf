//! Shorthand: values as JSON, in which the text `"?"` is an unknown value of any type and absent attributes are null.

use serde_json::{Value as Json, json};

use crate::tf::schema::Equality;
use crate::tf::{Attribute, Block, Kind, Mode, NestedBlock, Nesting, Number, Schema, Type, Value};

/// A complete value of a block. JSON null is the null object.
pub(super) fn value(block: &Block, json: Json) -> Value {
    block.with_blocks(read(&json, &block.implied_type()))
}

fn read(json: &Json, r#type: &Type) -> Value {
    match (json, r#type) {
        (Json::Null, _) => Value::Null,
        (Json::String(text), _) if text == "?" => Value::unknown(),
        (Json::String(text), Type::String) => Value::from(text.as_str()),
        (Json::Number(number), Type::Number) => {
            Value::Number(number.to_string().parse::<Number>().expect("a number"))
        }
        (Json::Bool(flag), Type::Bool) => Value::Bool(*flag),
        (Json::Array(all), Type::List(element)) => {
            Value::List(all.iter().map(|json| read(json, element)).collect())
        }
        (Json::Array(all), Type::Set(element)) => {
            Value::Set(all.iter().map(|json| read(json, element)).collect())
        }
        (Json::Object(all), Type::Map(element)) => {
            Value::Map(all.iter().map(|(key, json)| (key.clone(), read(json, element))).collect())
        }
        (Json::Object(all), Type::Object(attributes)) => {
            if let Some(name) = all.keys().find(|name| !attributes.contains_key(*name)) {
                panic!("the fixture has no attribute {name}");
            }
            Value::object(attributes.iter().map(|(name, r#type)| {
                (name.clone(), read(all.get(name).unwrap_or(&Json::Null), r#type))
            }))
        }
        // Lists are tuples here, as Terraform reads `[…]`.
        (Json::Array(all), Type::Dynamic) => {
            let elements: Vec<Value> = all.iter().map(|json| read(json, &Type::String)).collect();
            Value::dynamic(Type::Tuple(vec![Type::String; all.len()]), Value::Tuple(elements))
        }
        (Json::String(text), Type::Dynamic) => Value::dynamic(Type::String, text.as_str().into()),
        (json, r#type) => panic!("{json} is no {type:?}"),
    }
}

/// Back to shorthand, without what is null or an empty collection.
pub(super) fn shorthand(value: &Value) -> Json {
    let all = |values: &[Value]| Json::Array(values.iter().map(shorthand).collect());
    match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => json!("?"),
        Value::Bool(flag) => json!(flag),
        Value::Number(number) => serde_json::from_str(&number.to_string()).expect("a number"),
        Value::String(text) => json!(text),
        Value::List(values) | Value::Tuple(values) => all(values),
        Value::Set(values) => {
            let mut values = values.clone();
            values.sort();
            all(&values)
        }
        Value::Map(entries) | Value::Object(entries) => entries
            .iter()
            .map(|(name, value)| (name.clone(), shorthand(value)))
            .filter(|(_, value)| !(value.is_null() || *value == json!([]) || *value == json!({})))
            .collect(),
        Value::Dynamic(dynamic) => shorthand(&dynamic.value),
    }
}

/// One line of shorthand.
pub(super) fn text(value: &Value) -> String {
    shorthand(value).to_string()
}

/// Shorthand, one attribute or block a line.
pub(super) fn lines(value: &Value) -> String {
    let Json::Object(entries) = shorthand(value) else { return text(value) };
    entries.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

/// A schema of attributes and blocks.
pub(super) fn schema(mut attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Schema {
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Schema { version: 2, block: Block { attributes, blocks, ..Block::default() } }
}

pub(super) fn string(name: &'static str, mode: Mode) -> Attribute {
    Attribute::new(name, Kind::Type(Type::String), mode)
}

pub(super) fn number(name: &'static str, mode: Mode) -> Attribute {
    Attribute::new(name, Kind::Type(Type::Number), mode)
}

pub(super) fn nested(
    name: &'static str,
    nesting: Nesting,
    mode: Mode,
    mut attributes: Vec<Attribute>,
) -> Attribute {
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Attribute::new(name, Kind::Nested(nesting, attributes), mode)
}

pub(super) fn block(
    name: &'static str,
    nesting: Nesting,
    attributes: Vec<Attribute>,
) -> NestedBlock {
    let block = schema(attributes, Vec::new()).block;
    NestedBlock { name: name.into(), nesting, block, min_items: 0, max_items: 0 }
}

/// Marks that read well after an attribute.
pub(super) trait Marks: Sized {
    fn stable(self) -> Self;
    fn replaces(self) -> Self;
    fn write_only(self) -> Self;
    fn default(self, value: impl Into<Value>) -> Self;
    /// Upper and lower case are the same.
    fn caseless(self) -> Self;
    fn equal_by(self, rule: &'static dyn Equality) -> Self;
    fn deprecated(self) -> Self;
}

impl Marks for Attribute {
    fn stable(mut self) -> Self {
        self.plan.stable = true;
        self
    }

    fn replaces(mut self) -> Self {
        self.plan.requires_replace = true;
        self
    }

    fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    fn default(mut self, value: impl Into<Value>) -> Self {
        self.plan.default = Some(value.into());
        self
    }

    fn caseless(self) -> Self {
        self.equal_by(&caseless)
    }

    fn equal_by(mut self, rule: &'static dyn Equality) -> Self {
        self.plan.equality = Some(rule);
        self
    }

    fn deprecated(mut self) -> Self {
        self.deprecated = Some("use another one".into());
        self
    }
}

fn caseless(left: &Value, right: &Value) -> bool {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    }
}
