//! Short words for schemas.

use windows365::tf::schema::Equality;
use windows365::tf::{Attribute, Block, Kind, Mode, NestedBlock, Nesting, Schema, Type, Value};

/// A schema of attributes and blocks.
pub(crate) fn schema(
    description: &'static str,
    attributes: Vec<Attribute>,
    blocks: Vec<NestedBlock>,
) -> Schema {
    let attributes = sorted(attributes);
    let block = Block { attributes, blocks, description: description.into(), deprecated: None };
    Schema { version: 0, block }
}

fn sorted(mut attributes: Vec<Attribute>) -> Vec<Attribute> {
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    attributes
}

/// An attribute of a plain type.
pub(crate) fn plain(
    name: &'static str,
    r#type: Type,
    mode: Mode,
    description: &'static str,
) -> Attribute {
    Attribute::new(name, Kind::Type(r#type), mode).described(description)
}

/// A text.
pub(crate) fn string(name: &'static str, mode: Mode, description: &'static str) -> Attribute {
    plain(name, Type::String, mode, description)
}

/// A number.
pub(crate) fn number(name: &'static str, mode: Mode, description: &'static str) -> Attribute {
    plain(name, Type::Number, mode, description)
}

/// An optional nested attribute.
pub(crate) fn nested(
    name: &'static str,
    nesting: Nesting,
    description: &'static str,
    attributes: Vec<Attribute>,
) -> Attribute {
    Attribute::new(name, Kind::Nested(nesting, sorted(attributes)), Mode::Optional)
        .described(description)
}

/// A nested block.
pub(crate) fn block(
    name: &'static str,
    nesting: Nesting,
    description: &'static str,
    attributes: Vec<Attribute>,
) -> NestedBlock {
    let block = schema(description, attributes, Vec::new()).block;
    NestedBlock { name: name.into(), nesting, block, min_items: 0, max_items: 0 }
}

/// How attributes behave in a plan.
pub(crate) trait Rules {
    fn default(self, value: impl Into<Value>) -> Self;
    fn stable(self) -> Self;
    fn replaces(self) -> Self;
    fn equal_by(self, rule: &'static dyn Equality) -> Self;
    fn sensitive(self) -> Self;
    fn write_only(self) -> Self;
}

impl Rules for Attribute {
    fn default(mut self, value: impl Into<Value>) -> Self {
        self.plan.default = Some(value.into());
        self
    }

    fn stable(mut self) -> Self {
        self.plan.stable = true;
        self
    }

    fn replaces(mut self) -> Self {
        self.plan.requires_replace = true;
        self
    }

    fn equal_by(mut self, rule: &'static dyn Equality) -> Self {
        self.plan.equality = Some(rule);
        self
    }

    fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }
}
