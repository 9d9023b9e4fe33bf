//! Objects as replies show them: the version's properties, gated enum members, types where they are not the declared ones.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::metadata::{Kind, Property, UNKNOWN_FUTURE_VALUE, Version, metadata};
use super::random::Random;
use super::rules::Set;
use super::store::Body;
use super::switches::{DateDigits, Nothing, Switches, TypeStyle};
use super::time;

/// Lists of texts that stay in order whatever else is shuffled: what a program is started with.
const IN_ORDER: [&str; 1] = ["installParameters"];

/// How a reply shows things.
pub(crate) struct Show<'a> {
    pub(crate) version: Version,
    /// The caller asked for members that it may not know.
    pub(crate) unknown_members: bool,
    pub(crate) switches: &'a Switches,
    pub(crate) random: &'a mut Random,
}

impl Show<'_> {
    /// A whole object.
    pub(crate) fn entity(
        &mut self,
        set: &Set,
        body: &Body,
        select: Option<&BTreeSet<String>>,
    ) -> Map<String, Value> {
        let type_name = actual(body).unwrap_or(set.type_name);
        let mut shown = Map::new();
        if type_name != set.type_name {
            shown.insert("@odata.type".into(), self.type_text(type_name));
        }
        for (name, property) in metadata().properties(type_name, self.version) {
            let selected = select.map(|names| names.contains(name));
            let hidden = match selected {
                Some(selected) => !selected && name != "id",
                None => property.select_only,
            };
            if hidden {
                continue;
            }
            let value = if set.write_only(name) { None } else { body.get(name) };
            self.put(&mut shown, name, property, value);
        }
        shown
    }

    /// A value of a declared complex type, or of an entity inside another reply.
    pub(crate) fn complex(&mut self, declared: &str, body: &Body) -> Map<String, Value> {
        let type_name = actual(body).unwrap_or(declared);
        let mut shown = Map::new();
        let found = metadata().get(declared);
        if type_name != declared || found.is_some_and(|found| found.is_abstract) {
            shown.insert("@odata.type".into(), self.type_text(type_name));
        }
        for (name, property) in metadata().properties(type_name, self.version) {
            self.put(&mut shown, name, property, body.get(name));
        }
        if found.is_some_and(|found| found.open) {
            for (name, value) in body.iter().filter(|(name, _)| !name.starts_with('@')) {
                shown.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        shown
    }

    /// `@odata.type` as this reply spells it.
    pub(crate) fn type_text(&self, name: &str) -> Value {
        Value::from(match self.switches.type_style {
            TypeStyle::Hash => format!("#microsoft.graph.{name}"),
            TypeStyle::NoHash => format!("microsoft.graph.{name}"),
            TypeStyle::OtherCase => format!("#microsoft.graph.{}", name.to_ascii_uppercase()),
        })
    }

    fn put(
        &mut self,
        shown: &mut Map<String, Value>,
        name: &str,
        property: &Property,
        value: Option<&Value>,
    ) {
        let empty = match value {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        let value = match (self.switches.nothing, value) {
            (Nothing::Absent, _) if empty => return,
            (Nothing::Empty, _) if empty && property.collection => Value::Array(Vec::new()),
            (Nothing::Empty, _) if empty && property.type_name == "Edm.String" => Value::from(""),
            (_, None) => Value::Null,
            (_, Some(value)) if IN_ORDER.contains(&name) => value.clone(),
            (_, Some(value)) => self.value(property, value),
        };
        shown.insert(name.to_owned(), value);
    }

    /// A value of a declared type, as a property has it or a function returns it.
    pub(crate) fn value(&mut self, property: &Property, value: &Value) -> Value {
        let type_name = property.type_in(self.version);
        match value {
            Value::Array(items) => {
                let mut items: Vec<Value> =
                    items.iter().map(|item| self.one(type_name, item)).collect();
                if self.switches.shuffle && type_name == "Edm.String" {
                    self.random.shuffle(&mut items);
                }
                Value::Array(items)
            }
            value => self.one(type_name, value),
        }
    }

    fn one(&mut self, type_name: &str, value: &Value) -> Value {
        if let ("Edm.DateTimeOffset", Value::String(kept)) = (type_name, value) {
            let digits = match self.switches.date_digits {
                DateDigits::Varying => self.random.below(8),
                DateDigits::Zero => 0,
                DateDigits::Seven => 7,
            };
            return Value::from(time::respelled(kept, digits));
        }
        let found = metadata().get(type_name);
        match (found.map(|found| found.kind), value) {
            (Some(Kind::Complex | Kind::Entity), Value::Object(body)) => {
                Value::Object(self.complex(type_name, body))
            }
            (Some(Kind::Enum), Value::String(text)) => {
                let Some(found) = found else { return value.clone() };
                let shown: Vec<&str> = text
                    .split(',')
                    .map(|member| {
                        let gated = !self.unknown_members && found.is_gated(member, self.version);
                        if gated { UNKNOWN_FUTURE_VALUE } else { member }
                    })
                    .collect();
                Value::from(shown.join(","))
            }
            (_, value) => value.clone(),
        }
    }
}

/// The type that a stored value says it is of.
fn actual(body: &Body) -> Option<&str> {
    body.get("@odata.type").and_then(Value::as_str)
}
