//! Schemas as Terraform takes them from the wire: checked by its rules, with the types that they imply.

use std::collections::BTreeMap;

use windows365::plugin::proto;
use windows365::plugin::proto::schema::nested_block::NestingMode;
use windows365::plugin::proto::schema::object::NestingMode as ObjectNesting;

use super::types::Ty;
use super::value::Val;

/// How elements are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    Single,
    List,
    Set,
    Map,
    Group,
}

#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub version: i64,
    pub block: Block,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub attributes: BTreeMap<String, Attribute>,
    pub blocks: BTreeMap<String, NestedBlock>,
}

#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub required: bool,
    pub optional: bool,
    pub computed: bool,
    pub write_only: bool,
    pub deprecated: bool,
    pub ty: Ty,
    /// Present when the attribute is made of attributes with rules of their own.
    pub nested: Option<(Nesting, BTreeMap<String, Attribute>)>,
}

#[derive(Clone, Debug)]
pub(crate) struct NestedBlock {
    pub nesting: Nesting,
    pub block: Block,
}

/// What a schema is for; the names that the language keeps for itself depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Provider,
    Resource,
    Data,
    Other,
}

impl Schema {
    /// Takes a schema from the wire. Every broken rule is added to `faults`.
    pub(crate) fn read(
        schema: &proto::Schema,
        role: Role,
        what: &str,
        faults: &mut Vec<String>,
    ) -> Schema {
        let mut reader = Reader { role, faults: Vec::new() };
        reader.check(schema.version >= 0, "", "negative version");
        let block = match &schema.block {
            Some(block) => reader.block(block, "", false),
            None => {
                reader.fault("", "has no block, which crashes Terraform");
                Block::default()
            }
        };
        let reserved: &[&str] = match role {
            Role::Provider => &[
                "alias",
                "version",
                "count",
                "depends_on",
                "for_each",
                "source",
                "lifecycle",
                "locals",
            ],
            Role::Resource => &[
                "count",
                "for_each",
                "provider",
                "depends_on",
                "lifecycle",
                "connection",
                "provisioner",
                "locals",
                "_",
            ],
            Role::Data => {
                &["count", "for_each", "provider", "depends_on", "lifecycle", "locals", "_"]
            }
            Role::Other => &[],
        };
        for name in block.attributes.keys().chain(block.blocks.keys()) {
            reader.check(!reserved.contains(&name.as_str()), name, "the name is reserved");
        }
        faults.extend(reader.faults.into_iter().map(|fault| format!("schema of {what}: {fault}")));
        Schema { version: schema.version, block }
    }

    pub(crate) fn ty(&self) -> Ty {
        self.block.ty()
    }
}

impl Block {
    pub(crate) fn ty(&self) -> Ty {
        let attributes = self.attributes.iter().map(|(name, it)| (name.clone(), it.ty.clone()));
        let blocks = self.blocks.iter().map(|(name, it)| (name.clone(), it.ty()));
        Ty::Object(attributes.chain(blocks).collect())
    }

    /// The object that an empty block in the configuration gives.
    pub(crate) fn empty(&self) -> Val {
        let attributes = self.attributes.keys().map(|name| (name.clone(), Val::Null));
        let blocks = self.blocks.iter().map(|(name, it)| (name.clone(), it.none()));
        Val::Map(attributes.chain(blocks).collect())
    }
}

impl NestedBlock {
    pub(crate) fn ty(&self) -> Ty {
        let content = self.block.ty();
        match self.nesting {
            Nesting::Single | Nesting::Group => content,
            Nesting::List | Nesting::Map if content.has_dynamic() => Ty::Dynamic,
            Nesting::List => Ty::List(Box::new(content)),
            Nesting::Set => Ty::Set(Box::new(content)),
            Nesting::Map => Ty::Map(Box::new(content)),
        }
    }

    /// The value for a configuration without such blocks.
    pub(crate) fn none(&self) -> Val {
        let dynamic = self.ty() == Ty::Dynamic;
        match self.nesting {
            Nesting::Single => Val::Null,
            Nesting::Group => self.block.empty(),
            Nesting::List if dynamic => {
                Val::Dynamic(Box::new((Ty::Tuple(vec![]), Val::List(vec![]))))
            }
            Nesting::Map if dynamic => {
                Val::Dynamic(Box::new((Ty::Object(BTreeMap::new()), Val::Map(BTreeMap::new()))))
            }
            Nesting::List => Val::List(vec![]),
            Nesting::Set => Val::Set(vec![]),
            Nesting::Map => Val::Map(BTreeMap::new()),
        }
    }
}

struct Reader {
    role: Role,
    faults: Vec<String>,
}

impl Reader {
    fn fault(&mut self, place: &str, what: &str) {
        self.faults.push(format!("{place} {what}").trim().to_owned());
    }

    fn check(&mut self, holds: bool, place: &str, what: &str) {
        if !holds {
            self.fault(place, what);
        }
    }

    fn block(&mut self, block: &proto::schema::Block, place: &str, in_set: bool) -> Block {
        self.check(
            block.deprecated || block.deprecation_message.is_empty(),
            place,
            "has a deprecation message without being deprecated",
        );
        let attributes = self.attributes(&block.attributes, place, in_set);
        let mut blocks = BTreeMap::new();
        for nested in &block.block_types {
            let name = &nested.type_name;
            let place = format!("{place}.{name}");
            self.name(name, &place);
            self.check(!attributes.contains_key(name), &place, "is both an attribute and a block");
            if blocks.insert(name.clone(), self.nested_block(nested, &place, in_set)).is_some() {
                self.fault(&place, "is given twice");
            }
        }
        Block { attributes, blocks }
    }

    fn nested_block(
        &mut self,
        nested: &proto::schema::NestedBlock,
        place: &str,
        in_set: bool,
    ) -> NestedBlock {
        let (min, max) = (nested.min_items, nested.max_items);
        let (nesting, bounds_hold) = match nested.nesting() {
            NestingMode::Single => (Nesting::Single, min == max && (0..=1).contains(&min)),
            NestingMode::Group => (Nesting::Group, (min, max) == (0, 0)),
            NestingMode::Map => (Nesting::Map, (min, max) == (0, 0)),
            NestingMode::List => (Nesting::List, min >= 0 && max >= 0 && (max == 0 || min <= max)),
            NestingMode::Set => (Nesting::Set, min >= 0 && max >= 0 && (max == 0 || min <= max)),
            NestingMode::Invalid => (Nesting::Single, false),
        };
        self.check(bounds_hold, place, "has a bad nesting mode or bounds");
        let block = match &nested.block {
            Some(block) => self.block(block, place, in_set || nesting == Nesting::Set),
            None => {
                self.fault(place, "has no block, which crashes Terraform");
                Block::default()
            }
        };
        let collection = matches!(nesting, Nesting::List | Nesting::Set | Nesting::Map);
        self.check(
            !(collection && block.ty().has_dynamic()),
            place,
            "holds dynamic types in a collection of blocks",
        );
        NestedBlock { nesting, block }
    }

    fn name(&mut self, name: &str, place: &str) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        self.check(!name.is_empty() && name.chars().all(plain), place, "has a bad name");
    }

    fn attributes(
        &mut self,
        attributes: &[proto::schema::Attribute],
        place: &str,
        in_set: bool,
    ) -> BTreeMap<String, Attribute> {
        let mut read = BTreeMap::new();
        for attribute in attributes {
            let place = format!("{place}.{}", attribute.name);
            self.name(&attribute.name, &place);
            let value = self.attribute(attribute, &place, in_set);
            if read.insert(attribute.name.clone(), value).is_some() {
                self.fault(&place, "is given twice");
            }
        }
        read
    }

    fn attribute(&mut self, it: &proto::schema::Attribute, place: &str, in_set: bool) -> Attribute {
        self.check(
            it.optional || it.required || it.computed,
            place,
            "is neither required, optional nor computed",
        );
        self.check(!(it.optional && it.required), place, "is both optional and required");
        self.check(!(it.computed && it.required), place, "is both computed and required");
        self.check(
            it.deprecated || it.deprecation_message.is_empty(),
            place,
            "has a deprecation message without being deprecated",
        );
        if it.write_only {
            self.check(!it.computed, place, "is both write-only and computed");
            self.check(!in_set, place, "is write-only inside a set");
            self.check(
                self.role == Role::Resource,
                place,
                "is write-only outside of a managed resource",
            );
        }
        self.check(
            it.r#type.is_empty() == it.nested_type.is_some(),
            place,
            "needs exactly one of type and nested type",
        );
        let nested = it.nested_type.as_ref().map(|object| {
            let nesting = match object.nesting() {
                ObjectNesting::Single => Nesting::Single,
                ObjectNesting::List => Nesting::List,
                ObjectNesting::Set => Nesting::Set,
                ObjectNesting::Map => Nesting::Map,
                ObjectNesting::Invalid => {
                    self.fault(place, "has no nesting mode");
                    Nesting::Single
                }
            };
            (nesting, self.attributes(&object.attributes, place, in_set || nesting == Nesting::Set))
        });
        let ty = match &nested {
            Some((nesting, attributes)) => {
                let object = Ty::Object(
                    attributes.iter().map(|(name, it)| (name.clone(), it.ty.clone())).collect(),
                );
                self.check(
                    *nesting == Nesting::Single || !object.has_dynamic(),
                    place,
                    "holds dynamic types in a collection",
                );
                match nesting {
                    Nesting::Single | Nesting::Group => object,
                    Nesting::List => Ty::List(Box::new(object)),
                    Nesting::Set => Ty::Set(Box::new(object)),
                    Nesting::Map => Ty::Map(Box::new(object)),
                }
            }
            None => Ty::parse(&it.r#type).unwrap_or_else(|error| {
                self.fault(place, &format!("has a type that crashes Terraform: {error}"));
                Ty::Dynamic
            }),
        };
        if let Ty::List(inner) | Ty::Set(inner) | Ty::Map(inner) = &ty {
            self.check(!inner.has_dynamic(), place, "holds dynamic types in a collection");
        }
        Attribute {
            required: it.required,
            optional: it.optional,
            computed: it.computed,
            write_only: it.write_only,
            deprecated: it.deprecated,
            ty,
            nested,
        }
    }
}
