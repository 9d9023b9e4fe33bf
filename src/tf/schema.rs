//! Schemas: what may stand in a block, and how each attribute behaves in a plan.
//!
//! The first half of an attribute is what Terraform is told; [`PlanRules`] is what only the framework reads.

use std::borrow::Cow;

use super::{Type, Value};

mod check;
mod implied;
#[cfg(test)]
mod tests;

pub use check::Role;

/// A schema of a provider, resource, data source, ephemeral resource, list resource or action.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Version of the stored state; raised when its shape changes.
    pub version: i64,
    /// The content.
    pub block: Block,
}

/// Attributes and nested blocks of one level.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Attributes, sorted by name.
    pub attributes: Vec<Attribute>,
    /// Nested blocks. Our own entities use nested attributes instead.
    pub blocks: Vec<NestedBlock>,
    /// What it is, in Markdown.
    pub description: Cow<'static, str>,
    /// Why not to use it any more, when it is deprecated.
    pub deprecated: Option<Cow<'static, str>>,
}

/// How the elements of a nested attribute or block are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects.
    Map,
    /// One object that is never null. Blocks only.
    Group,
}

/// A nested block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// The block's type name.
    pub name: Cow<'static, str>,
    /// How its elements are held.
    pub nesting: Nesting,
    /// The content of each element.
    pub block: Block,
    /// Least number of blocks, zero for none.
    pub min_items: i64,
    /// Greatest number of blocks, zero for no limit.
    pub max_items: i64,
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The configuration must.
    Required,
    /// The configuration may.
    Optional,
    /// Only the provider does.
    Computed,
    /// The configuration may, else the provider does.
    OptionalComputed,
}

impl Mode {
    /// Whether the provider may give a value that the configuration left out.
    pub const fn is_computed(self) -> bool {
        matches!(self, Mode::Computed | Mode::OptionalComputed)
    }

    /// Whether the configuration may set it.
    pub const fn is_configurable(self) -> bool {
        !matches!(self, Mode::Computed)
    }
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A plain type.
    Type(Type),
    /// Objects whose attributes have rules of their own. Never [`Nesting::Group`].
    Nested(Nesting, Vec<Attribute>),
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Terraform name, `[a-z0-9_]+`.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
    /// Who gives it its value.
    pub mode: Mode,
    /// Whether Terraform hides the value in its output.
    pub sensitive: bool,
    /// Whether the value is never stored: it is null in plans and states.
    pub write_only: bool,
    /// What it is, in Markdown.
    pub description: Cow<'static, str>,
    /// Why not to use it any more, when it is deprecated.
    pub deprecated: Option<Cow<'static, str>>,
    /// How it behaves in a plan.
    pub plan: PlanRules,
}

/// Tells when two spellings are one value, so that the user's can stay. A plain function of two values is one too.
pub trait Equality: Send + Sync {
    /// Whether two known values of an attribute mean the same to the service.
    fn same(&self, a: &Value, b: &Value) -> bool;
}

impl<F: Fn(&Value, &Value) -> bool + Send + Sync> Equality for F {
    fn same(&self, a: &Value, b: &Value) -> bool {
        self(a, b)
    }
}

impl std::fmt::Debug for dyn Equality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Equality")
    }
}

/// How an attribute behaves in a plan. Terraform is not told; the framework acts on it.
#[derive(Clone, Debug, Default)]
pub struct PlanRules {
    /// Value for a configuration that leaves it out. Only for attributes that the provider may compute.
    pub default: Option<Value>,
    /// A computed value that an update does not change: the prior value is kept instead of becoming unknown.
    pub stable: bool,
    /// A change replaces the object.
    pub requires_replace: bool,
    /// Whether null and the empty text or collection are one value to the service: a change of the one to the other needs no new object.
    pub empty_is_null: bool,
    /// When two spellings are one value. `None`: only equal values are.
    pub equality: Option<&'static dyn Equality>,
}

impl Attribute {
    /// An attribute without description, rules or marks.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: Kind, mode: Mode) -> Self {
        Attribute {
            name: name.into(),
            kind,
            mode,
            sensitive: false,
            write_only: false,
            description: Cow::Borrowed(""),
            deprecated: None,
            plan: PlanRules::default(),
        }
    }

    /// The same attribute with a Markdown description.
    #[must_use]
    pub fn described(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }
}

/// The identity schema of a resource: what names one object for ever (protocol 6.9).
#[derive(Clone, Debug)]
pub struct Identity {
    /// Version of the stored identity.
    pub version: i64,
    /// Its attributes.
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity: a primitive, or a list of them.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its type.
    pub r#type: Type,
    /// Whether an import must give it; otherwise it may.
    pub required_for_import: bool,
    /// What it is.
    pub description: Cow<'static, str>,
}
