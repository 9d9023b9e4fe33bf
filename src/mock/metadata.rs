//! The types of Graph, read from `metadata.json`.
//!
//! That file is an excerpt of Microsoft's published metadata (`microsoftgraph/msgraph-metadata`, MIT licence) and of the type tables of
//! Microsoft's own generated clients, brought into one line per type: everything reachable from `virtualEndpoint`, the role types, and
//! the parts of Intune that the mock serves or will serve. A flag that is absent is false or not known; a member without `versions` is
//! in every version of its type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

/// One of Graph's two endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Version {
    /// `/v1.0`.
    #[serde(rename = "v1.0")]
    V1,
    /// `/beta`.
    #[serde(rename = "beta")]
    Beta,
}

impl Version {
    /// As it stands in an address.
    pub fn segment(self) -> &'static str {
        match self {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
        }
    }
}

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Has an id.
    Entity,
    /// A value made of others.
    Complex,
    /// A choice.
    Enum,
}

/// A property, a navigation property, a parameter, or what an operation returns.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// `Edm.…`, or the name of a type without prefix.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Whether it is a collection.
    #[serde(default)]
    pub collection: bool,
    /// As the metadata has it; `None` where no source tells.
    pub nullable: Option<bool>,
    /// The reference says that it cannot be written.
    #[serde(default)]
    pub read_only: bool,
    /// The metadata says that the service computes it.
    #[serde(default)]
    pub computed: bool,
    /// The reference says that it cannot be changed after the create.
    #[serde(default)]
    pub create_only: bool,
    /// It comes only when `$select` names it.
    #[serde(default)]
    pub select_only: bool,
    /// The type that beta gives, where it differs.
    pub beta_type: Option<String>,
    versions: Option<BTreeSet<Version>>,
}

impl Property {
    /// Whether the version has it.
    pub fn is_in(&self, version: Version) -> bool {
        self.versions.as_ref().is_none_or(|versions| versions.contains(&version))
    }

    /// Its type in a version.
    pub fn type_in(&self, version: Version) -> &str {
        match (version, &self.beta_type) {
            (Version::Beta, Some(beta)) => beta,
            _ => &self.type_name,
        }
    }
}

/// An action or a function.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// Whether it is called on the set and not on one object.
    #[serde(default)]
    pub on_collection: bool,
    /// Its parameters.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// What it returns.
    pub returns: Option<Property>,
    versions: Option<BTreeSet<Version>>,
}

impl Operation {
    /// Whether the version has it.
    pub fn is_in(&self, version: Version) -> bool {
        self.versions.as_ref().is_none_or(|versions| versions.contains(&version))
    }
}

/// A parameter of an action or function.
#[derive(Clone, Debug, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(flatten)]
    pub property: Property,
}

/// A type.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Type {
    /// What it is.
    pub kind: Kind,
    versions: BTreeSet<Version>,
    base: Option<String>,
    /// Whether no object is of this very type.
    #[serde(default, rename = "abstract")]
    pub is_abstract: bool,
    /// Whether undeclared properties are allowed.
    #[serde(default)]
    pub open: bool,
    /// Whether several members can be given at once, joined by commas.
    #[serde(default)]
    pub flags: bool,
    /// The members of an enum, in the order of the metadata.
    #[serde(default)]
    pub members: Vec<String>,
    #[serde(default)]
    beta_members: BTreeSet<String>,
    #[serde(default)]
    properties: BTreeMap<String, Property>,
    #[serde(default)]
    navigation: BTreeMap<String, Property>,
    #[serde(default)]
    actions: Vec<Operation>,
    #[serde(default)]
    functions: Vec<Operation>,
}

/// The sentinel of evolvable enums (Graph guide "Handling future members in evolvable enumerations").
pub const UNKNOWN_FUTURE_VALUE: &str = "unknownFutureValue";

impl Type {
    /// Whether the version has the type.
    pub fn is_in(&self, version: Version) -> bool {
        self.versions.contains(&version)
    }

    /// The member of an enum in its canonical spelling; services take any casing.
    pub fn member(&self, text: &str, version: Version) -> Option<&str> {
        self.members
            .iter()
            .find(|member| member.eq_ignore_ascii_case(text))
            .filter(|member| version == Version::Beta || !self.beta_members.contains(*member))
            .map(String::as_str)
    }

    /// Whether a member is shown only to callers that ask for unknown members: it was declared after the sentinel, or only beta has it.
    pub fn is_gated(&self, member: &str, version: Version) -> bool {
        let sentinel = self.members.iter().position(|m| m == UNKNOWN_FUTURE_VALUE);
        let place = self.members.iter().position(|m| m == member);
        match (sentinel, place) {
            (Some(sentinel), Some(place)) if place > sentinel => true,
            (Some(_), Some(_)) => version == Version::V1 && self.beta_members.contains(member),
            _ => false,
        }
    }
}

/// All types of the excerpt.
#[derive(Debug)]
pub struct Metadata {
    types: BTreeMap<String, Type>,
}

/// The excerpt, parsed once.
pub fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| Metadata {
        types: serde_json::from_str(include_str!("metadata.json"))
            .expect("metadata.json is part of the program and a test reads it"),
    })
}

impl Metadata {
    /// A type by its exact name.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// The canonical name for what stands in `@odata.type`: with or without `#` and namespace, in any casing (all are seen in replies
    /// and in the examples of the reference).
    pub fn resolve(&self, odata_type: &str) -> Option<&str> {
        let text = odata_type.strip_prefix('#').unwrap_or(odata_type);
        let namespace = "microsoft.graph.";
        let name = match text.get(..namespace.len()) {
            Some(start) if start.eq_ignore_ascii_case(namespace) => &text[namespace.len()..],
            _ => text,
        };
        self.types.keys().find(|key| key.eq_ignore_ascii_case(name)).map(String::as_str)
    }

    /// A type and its bases, the type first.
    pub fn lineage(&self, name: &str) -> Vec<&Type> {
        let mut found = Vec::new();
        let mut next = self.types.get(name);
        while let Some(current) = next {
            found.push(current);
            next = current.base.as_deref().and_then(|base| self.types.get(base));
        }
        found
    }

    /// Whether one type is, or descends from, another.
    pub fn is_a(&self, name: &str, base: &str) -> bool {
        let mut current = Some(name);
        while let Some(candidate) = current {
            if candidate == base {
                return true;
            }
            current = self.types.get(candidate).and_then(|found| found.base.as_deref());
        }
        false
    }

    /// Whether other types descend from this one in a version.
    pub fn has_subtypes(&self, name: &str, version: Version) -> bool {
        self.types.values().any(|other| other.base.as_deref() == Some(name) && other.is_in(version))
    }

    /// A structural property, looked up through the bases.
    pub fn property(&self, type_name: &str, property: &str, version: Version) -> Option<&Property> {
        self.lineage(type_name)
            .into_iter()
            .find_map(|found| found.properties.get(property))
            .filter(|found| found.is_in(version))
    }

    /// A navigation property, looked up through the bases.
    pub fn navigation(
        &self,
        type_name: &str,
        property: &str,
        version: Version,
    ) -> Option<&Property> {
        self.lineage(type_name)
            .into_iter()
            .find_map(|found| found.navigation.get(property))
            .filter(|found| found.is_in(version))
    }

    /// All structural properties of a type in a version, those of the bases first.
    pub fn properties(&self, type_name: &str, version: Version) -> Vec<(&str, &Property)> {
        let mut lineage = self.lineage(type_name);
        lineage.reverse();
        lineage
            .into_iter()
            .flat_map(|found| &found.properties)
            .filter(|(_, property)| property.is_in(version))
            .map(|(name, property)| (name.as_str(), property))
            .collect()
    }

    /// An action, looked up through the bases.
    pub fn action(&self, type_name: &str, name: &str, version: Version) -> Option<&Operation> {
        self.operation(type_name, name, version, |found| &found.actions)
    }

    /// A function, looked up through the bases.
    pub fn function(&self, type_name: &str, name: &str, version: Version) -> Option<&Operation> {
        self.operation(type_name, name, version, |found| &found.functions)
    }

    fn operation<'a>(
        &'a self,
        type_name: &str,
        name: &str,
        version: Version,
        list: impl Fn(&'a Type) -> &'a Vec<Operation>,
    ) -> Option<&'a Operation> {
        self.lineage(type_name)
            .into_iter()
            .flat_map(list)
            .find(|operation| operation.name == name && operation.is_in(version))
    }
}
