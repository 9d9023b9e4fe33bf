//! Whether a schema is one that Terraform loads without an error, a crash or a surprise later on.
//!
//! Source: the checks of `internal/configs/configschema/internal_validate.go` in hashicorp/terraform, and what its plugin
//! protocol says about nesting modes. Our own planning rules are checked along with them.

use std::collections::BTreeSet;

use super::{Attribute, Block, Identity, Kind, Mode, NestedBlock, Nesting, Schema};
use crate::tf::{Path, Type};

/// What a schema describes. Decides which root names are taken by the language, and whether write-only attributes are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The provider block.
    Provider,
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// An ephemeral resource.
    Ephemeral,
    /// The `config` block of a list resource.
    ListResource,
    /// The `config` block of an action.
    Action,
}

impl Role {
    /// Root names that have a meaning of their own in the language.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Role::Provider => &[
                "alias",
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "locals",
                "source",
                "version",
            ],
            Role::Resource => &[
                "_",
                "connection",
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "locals",
                "provider",
                "provisioner",
            ],
            Role::DataSource | Role::Ephemeral => {
                &["_", "count", "depends_on", "for_each", "lifecycle", "locals", "provider"]
            }
            Role::ListResource | Role::Action => &[],
        }
    }
}

impl Schema {
    /// Every rule that the schema breaks, as a sentence with the place in front. Empty for a good schema.
    pub fn check(&self, role: Role) -> Vec<String> {
        let mut faults = Faults(Vec::new());
        if self.version < 0 {
            faults.add(&Path::root(), "the version is negative");
        }
        let names = self.block.attributes.iter().map(|it| &it.name);
        for name in names.chain(self.block.blocks.iter().map(|it| &it.name)) {
            if role.reserved().contains(&name.as_ref()) {
                faults.add(&Path::attribute(name.as_ref()), "the name is taken by the language");
            }
        }
        let inside = Inside { write_only: role == Role::Resource, set: false };
        faults.block(&self.block, &Path::root(), inside);
        faults.0
    }
}

impl Identity {
    /// Every rule that the identity schema breaks, as a sentence with the place in front. Empty for a good one.
    pub fn check(&self) -> Vec<String> {
        let mut faults = Faults(Vec::new());
        if self.version < 0 {
            faults.add(&Path::root(), "the version is negative");
        }
        if self.attributes.is_empty() {
            faults.add(&Path::root(), "an identity without attributes names nothing");
        }
        let mut seen = BTreeSet::new();
        for attribute in &self.attributes {
            let path = Path::attribute(attribute.name.as_ref());
            faults.name(&attribute.name, &path, &mut seen);
            let primitive = |it: &Type| matches!(it, Type::String | Type::Number | Type::Bool);
            let fits = match &attribute.r#type {
                Type::List(element) => primitive(element),
                other => primitive(other),
            };
            if !fits {
                faults.add(&path, "an identity holds primitives and lists of them only");
            }
        }
        faults.0
    }
}

/// Where in a schema the check stands.
#[derive(Clone, Copy)]
struct Inside {
    write_only: bool,
    set: bool,
}

struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, path: &Path, what: &str) {
        self.0.push(if path.is_root() { what.to_owned() } else { format!("{path}: {what}") });
    }

    fn name<'n>(&mut self, name: &'n str, path: &Path, seen: &mut BTreeSet<&'n str>) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            self.add(path, "a name consists of a-z, 0-9 and _");
        }
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            self.add(path, "a name does not start with a digit");
        }
        if !seen.insert(name) {
            self.add(path, "the name is given twice");
        }
    }

    fn block(&mut self, block: &Block, path: &Path, inside: Inside) {
        let mut seen = BTreeSet::new();
        self.attributes(&block.attributes, path, inside, &mut seen);
        for nested in &block.blocks {
            let path = path.child(nested.name.as_ref());
            self.name(&nested.name, &path, &mut seen);
            self.nested_block(nested, &path, inside);
        }
    }

    fn nested_block(&mut self, nested: &NestedBlock, path: &Path, inside: Inside) {
        let (min, max) = (nested.min_items, nested.max_items);
        match nested.nesting {
            Nesting::Single if min != max || !(0..=1).contains(&min) => {
                self.add(path, "a single block has 0 as both bounds, or 1 when it is required");
            }
            Nesting::Group | Nesting::Map if (min, max) != (0, 0) => {
                self.add(path, "grouped blocks and maps of blocks have no bounds");
            }
            Nesting::List | Nesting::Set if min < 0 || max < 0 || max != 0 && min > max => {
                self.add(path, "the bounds exclude each other");
            }
            _ => {}
        }
        if nested.nesting != Nesting::Single && nested.block.implied_type().has_dynamic() {
            self.add(
                path,
                "a dynamic type inside a collection of blocks makes Terraform crash or guess",
            );
        }
        let set = inside.set || nested.nesting == Nesting::Set;
        self.block(&nested.block, path, Inside { set, ..inside });
    }

    fn attributes<'n>(
        &mut self,
        attributes: &'n [Attribute],
        path: &Path,
        inside: Inside,
        seen: &mut BTreeSet<&'n str>,
    ) {
        if !attributes.is_sorted_by(|a, b| a.name <= b.name) {
            self.add(path, "the attributes are not sorted by name");
        }
        for attribute in attributes {
            let path = path.child(attribute.name.as_ref());
            self.name(&attribute.name, &path, seen);
            self.attribute(attribute, &path, inside);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, path: &Path, inside: Inside) {
        if attribute.write_only {
            if attribute.mode.is_computed() {
                self.add(path, "a write-only attribute is never computed");
            }
            if !inside.write_only {
                self.add(path, "only managed resources have write-only attributes");
            }
            if inside.set {
                self.add(path, "no attribute inside a set is write-only");
            }
        }
        match &attribute.kind {
            Kind::Type(r#type) => {
                if collection_of_dynamic(r#type) || inside.set && r#type.has_dynamic() {
                    self.add(
                        path,
                        "a dynamic type inside a collection makes Terraform crash or guess",
                    );
                }
            }
            Kind::Nested(Nesting::Group, _) => self.add(path, "an attribute is never grouped"),
            Kind::Nested(nesting, attributes) => {
                if *nesting != Nesting::Single
                    && attributes.iter().any(|it| it.implied_type().has_dynamic())
                {
                    self.add(
                        path,
                        "a dynamic type inside a collection makes Terraform crash or guess",
                    );
                }
                let set = inside.set || *nesting == Nesting::Set;
                self.attributes(attributes, path, Inside { set, ..inside }, &mut BTreeSet::new());
            }
        }
        self.plan_rules(attribute, path);
    }

    fn plan_rules(&mut self, attribute: &Attribute, path: &Path) {
        if let Some(default) = &attribute.plan.default {
            if attribute.mode != Mode::OptionalComputed {
                self.add(
                    path,
                    "only an attribute that is optional and computed can have a default",
                );
            }
            if !default.is_wholly_known() || default.is_null() {
                self.add(path, "a default is a known value");
            }
            if let Err(error) = default.conforms(&attribute.implied_type()) {
                self.add(path, &format!("the default does not fit: {error}"));
            }
        }
        if attribute.plan.stable && !attribute.mode.is_computed() {
            self.add(path, "only a computed attribute can be stable");
        }
    }
}

/// Whether the elements of a collection may differ in type.
fn collection_of_dynamic(r#type: &Type) -> bool {
    match r#type {
        Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_dynamic(),
        Type::Tuple(types) => types.iter().any(collection_of_dynamic),
        Type::Object(attributes) => attributes.values().any(collection_of_dynamic),
        _ => false,
    }
}
