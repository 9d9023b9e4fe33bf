//! From schemas to types: what Terraform sends and expects for a value of a block.

use std::collections::BTreeMap;

use super::{Attribute, Block, Identity, Kind, NestedBlock, Nesting, Schema};
use crate::tf::{Type, Value};

impl Schema {
    /// The type of a value of this schema: an object of all attributes and blocks. Built anew at each call.
    pub fn implied_type(&self) -> Type {
        self.block.implied_type()
    }
}

impl Block {
    /// The type of a value of this block. Attributes and nested blocks share one object.
    pub fn implied_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|it| (it.name.to_string(), it.implied_type()));
        let blocks = self.blocks.iter().map(|it| (it.name.to_string(), it.implied_type()));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// A value of this block in which nothing is set: attributes null, collections of blocks empty.
    pub fn empty_value(&self) -> Value {
        self.with_blocks(Value::Object(BTreeMap::new()))
    }

    /// The value with everything present that Terraform insists on: attributes that are missing are null, collections of blocks
    /// empty instead of null, grouped blocks never null. Null itself stays null.
    #[must_use]
    pub fn with_blocks(&self, value: Value) -> Value {
        let mut entries = match value {
            Value::Object(entries) => entries,
            other => return other,
        };
        for attribute in &self.attributes {
            entries.entry(attribute.name.to_string()).or_insert(Value::Null);
        }
        for nested in &self.blocks {
            let value = entries.remove(nested.name.as_ref()).unwrap_or(Value::Null);
            entries.insert(nested.name.to_string(), nested.completed(value));
        }
        Value::Object(entries)
    }
}

impl NestedBlock {
    /// The type of the value that stands for all blocks of this name.
    pub fn implied_type(&self) -> Type {
        let content = self.block.implied_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => content,
            // Blocks whose types may differ from one to the next cannot share a list or map: they travel as one tuple or object.
            Nesting::List | Nesting::Map if content.has_dynamic() => Type::Dynamic,
            Nesting::List => Type::list(content),
            Nesting::Set => Type::set(content),
            Nesting::Map => Type::map(content),
        }
    }

    fn completed(&self, value: Value) -> Value {
        let each =
            |values: Vec<Value>| values.into_iter().map(|it| self.block.with_blocks(it)).collect();
        match (self.nesting, value) {
            (Nesting::Single, value) => self.block.with_blocks(value),
            (Nesting::Group, Value::Null) => self.block.empty_value(),
            (Nesting::Group, value) => self.block.with_blocks(value),
            (Nesting::List, Value::Null) if self.block.implied_type().has_dynamic() => {
                Value::dynamic(Type::Tuple(Vec::new()), Value::Tuple(Vec::new()))
            }
            (Nesting::Map, Value::Null) if self.block.implied_type().has_dynamic() => {
                Value::dynamic(Type::Object(BTreeMap::new()), Value::Object(BTreeMap::new()))
            }
            (Nesting::List, Value::Null) => Value::List(Vec::new()),
            (Nesting::Set, Value::Null) => Value::Set(Vec::new()),
            (Nesting::Map, Value::Null) => Value::Map(BTreeMap::new()),
            (_, Value::List(blocks)) => Value::List(each(blocks)),
            (_, Value::Set(blocks)) => Value::set(each(blocks)),
            (_, Value::Map(blocks)) => Value::Map(
                blocks.into_iter().map(|(key, it)| (key, self.block.with_blocks(it))).collect(),
            ),
            (_, value) => value,
        }
    }
}

impl Attribute {
    /// The type of a value of this attribute.
    pub fn implied_type(&self) -> Type {
        self.kind.implied_type()
    }
}

impl Kind {
    /// The type of a value of this kind.
    pub fn implied_type(&self) -> Type {
        match self {
            Kind::Type(r#type) => r#type.clone(),
            Kind::Nested(nesting, attributes) => {
                let content =
                    Type::object(attributes.iter().map(|it| (it.name.as_ref(), it.implied_type())));
                match nesting {
                    Nesting::Single | Nesting::Group => content,
                    Nesting::List => Type::list(content),
                    Nesting::Set => Type::set(content),
                    Nesting::Map => Type::map(content),
                }
            }
        }
    }
}

impl Identity {
    /// The type of an identity: an object of its attributes.
    pub fn implied_type(&self) -> Type {
        Type::object(self.attributes.iter().map(|it| (it.name.as_ref(), it.r#type.clone())))
    }
}
