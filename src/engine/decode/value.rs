//! Single values, kind by kind.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{is_services, known};
use crate::engine::{encode, equal, names};
use crate::spec::{Attribute, Choice, Element, Kind, Scalar, Secret, Variant};
use crate::tf::{Diagnostic, Diagnostics, Number, Path, Value};

/// Reads the answers of one entity and collects what is odd about them.
pub(super) struct Reader<'d> {
    /// Terraform type, for messages.
    pub(super) entity: &'static str,
    /// Where findings go.
    pub(super) diags: &'d mut Diagnostics,
}

impl Reader<'_> {
    /// A property that the answer has. `old` is its value in the reference.
    pub(super) fn value(
        &mut self,
        attribute: &Attribute,
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Value {
        let value = match json {
            // Services answer null as an empty text and the other way round. It is no GUID, member or date, and of the plain texts only
            // those who wrote an empty one are shown it.
            Json::Null if old.as_str() == Some("") => return old.clone(),
            // A collection of OData is empty, never null: an answer that says null means the one that was written.
            Json::Null if old.elements().is_some_and(<[Value]>::is_empty) => return old.clone(),
            Json::Null => Value::Null,
            Json::String(text) if text.is_empty() && old.as_str() != Some("") => Value::Null,
            json => match self.known_kind(attribute, json, old, path) {
                Some(value) => value,
                None => return known(old),
            },
        };
        if attribute.empty_is_null && equal::is_empty(&value) {
            // An empty text or collection is only shown to those who wrote one.
            let wrote_empty = old.is_known() && equal::is_empty(old);
            return if wrote_empty { old.clone() } else { Value::Null };
        }
        value
    }

    /// A value that is not null. `None`: it was reported, and the old value stays.
    fn known_kind(
        &mut self,
        attribute: &Attribute,
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        match &attribute.kind {
            Kind::Scalar(scalar) => self.scalar(attribute, scalar, json, old, path),
            Kind::Flags(choice) => self.flags(attribute, choice, json, old, path),
            Kind::Object(fields) => self.object(fields.attributes, json, old, path),
            Kind::Union(variants) => self.union(variants, json, old, path),
            Kind::List(element) => {
                let elements = self.array(json, path)?;
                let at = |index: usize| old.elements().and_then(|old| old.get(index));
                let read = elements.iter().enumerate().filter_map(|(index, json)| {
                    let old = at(index).unwrap_or(&Value::Null);
                    self.element(attribute, element, json, old, &path.index(index))
                });
                Some(Value::List(read.collect()))
            }
            Kind::Set(element) => {
                let elements = self.array(json, path)?;
                Some(self.set(attribute, element, elements, old, path))
            }
        }
    }

    /// Elements of a set have no names: each is read once to see which old one it continues, and then again in its light.
    fn set(
        &mut self,
        attribute: &Attribute,
        element: &Element,
        elements: &[Json],
        old: &Value,
        path: &Path,
    ) -> Value {
        let alone = |json| {
            let mut unheard = Diagnostics::new();
            let mut first = Reader { entity: self.entity, diags: &mut unheard };
            first.element(attribute, element, json, &Value::Null, path)
        };
        let alone: Vec<Option<Value>> = elements.iter().map(alone).collect();
        // Most are spelt as before, and then each need not be compared with each.
        let mut unpaired: BTreeMap<&Value, usize> = BTreeMap::new();
        for old in old.elements().unwrap_or_default() {
            *unpaired.entry(old).or_default() += 1;
        }
        let mut take = |old: &Value| -> bool {
            let Some(left) = unpaired.get_mut(old) else { return false };
            *left -= 1;
            if *left == 0 {
                unpaired.remove(old);
            }
            true
        };
        let exact: Vec<bool> =
            alone.iter().map(|alone| alone.as_ref().is_some_and(&mut take)).collect();
        let mut read = Vec::with_capacity(elements.len());
        for ((json, alone), exact) in elements.iter().zip(&alone).zip(exact) {
            let partner = match alone {
                Some(alone) if exact => Some(alone),
                Some(alone) => {
                    let mut left = unpaired.keys().copied();
                    left.find(|old| same_element(attribute, element, alone, old))
                }
                None => None,
            };
            if !exact && let Some(partner) = partner {
                unpaired.remove(partner);
            }
            read.extend(self.element(
                attribute,
                element,
                json,
                partner.unwrap_or(&Value::Null),
                path,
            ));
        }
        Value::set(read)
    }

    fn element(
        &mut self,
        attribute: &Attribute,
        element: &Element,
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        match element {
            _ if json.is_null() => None,
            Element::Scalar(scalar) => self.scalar(attribute, scalar, json, old, path),
            Element::Object(fields) => self.object(fields.attributes, json, old, path),
            Element::Union(variants) => self.union(variants, json, old, path),
        }
    }

    fn array<'j>(&mut self, json: &'j Json, path: &Path) -> Option<&'j [Json]> {
        match json {
            Json::Array(elements) => Some(elements),
            _ => self.strange("a collection", json, path),
        }
    }

    /// A complex value comes whole: what it lacks is null.
    pub(super) fn object(
        &mut self,
        attributes: &[Attribute],
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        let Json::Object(properties) = json else { return self.strange("an object", json, path) };
        let mut object = BTreeMap::new();
        for attribute in attributes {
            let name = names::attribute_name(attribute);
            let old_value = old.get(&name);
            let json = properties.get(attribute.property).unwrap_or(&Json::Null);
            let value = match attribute.secret {
                Secret::Unreadable => known(old_value),
                Secret::No | Secret::Readable => {
                    self.value(attribute, json, old_value, &path.child(name.as_ref()))
                }
            };
            object.insert(name.into_owned(), value);
            if let Some(twin) = names::twin(attribute) {
                object.insert(twin.version.clone(), known(old.get(&twin.version)));
                object.insert(twin.write_only, Value::Null);
            }
        }
        Some(Value::Object(object))
    }

    fn union(
        &mut self,
        variants: &[Variant],
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        if !json.is_object() {
            return self.strange("an object", json, path);
        }
        let variant = self.subtype(variants, json.get(encode::TYPE), old, path)?;
        let inner = self.object(
            variant.attributes,
            json,
            old.get(variant.name),
            &path.child(variant.name),
        )?;
        Some(Value::object(variants.iter().map(|other| {
            let chosen = other.name == variant.name;
            (other.name, if chosen { inner.clone() } else { Value::Null })
        })))
    }

    /// The subtype that an answer names; the old one where it names none, as it may where that says nothing new.
    pub(super) fn subtype<'s>(
        &mut self,
        variants: &'s [Variant],
        named: Option<&Json>,
        old: &Value,
        path: &Path,
    ) -> Option<&'s Variant> {
        let named = named.and_then(Json::as_str);
        let found = match named {
            Some(name) => variants.iter().find(|variant| is_type(name, variant.graph_type)),
            None => variants.iter().find(|variant| old.get(variant.name).is_known()),
        };
        match found {
            None if !variants.is_empty() => {
                self.unknown("an object of the type", named.unwrap_or("(none given)"), path)
            }
            found => found,
        }
    }

    fn scalar(
        &mut self,
        attribute: &Attribute,
        scalar: &Scalar,
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        match (scalar, json) {
            (Scalar::Boolean, Json::Bool(flag)) => Some(Value::from(*flag)),
            (Scalar::Boolean, _) => self.strange("true or false", json, path),
            (Scalar::Int32 | Scalar::Int64 | Scalar::Double, Json::Number(number)) => {
                self.number(number.as_str(), json, path)
            }
            // OData may write long integers, and doubles that are no numbers, as text.
            (Scalar::Int64 | Scalar::Double, Json::String(text)) => self.number(text, json, path),
            (Scalar::Int32 | Scalar::Int64 | Scalar::Double, _) => {
                self.strange("a number", json, path)
            }
            (Scalar::Choice(choice), Json::String(text)) => {
                self.member(attribute, choice, text, old, path)
            }
            (_, Json::String(text)) => Some(Value::from(text.as_str())),
            _ => self.strange("text", json, path),
        }
    }

    fn number(&mut self, text: &str, json: &Json, path: &Path) -> Option<Value> {
        match text.parse::<Number>() {
            Ok(number) => Some(Value::Number(number)),
            Err(_) => self.strange("a number", json, path),
        }
    }

    /// A member that is not listed is shown where it cannot contradict the user: where only the service gives the value, where there is
    /// no old value, and where it is the very text that the user wrote.
    fn member(
        &mut self,
        attribute: &Attribute,
        choice: &Choice,
        text: &str,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        let wrote_it = old.as_str().is_some_and(|old| old.eq_ignore_ascii_case(text));
        if is_services(attribute) || wrote_it || equal::member(choice, text).is_some() {
            return Some(Value::from(text));
        }
        if !old.is_known() {
            self.report("the value", text, "It is shown as it is.", path);
            return Some(Value::from(text));
        }
        self.unknown("the value", text, path)
    }

    fn flags(
        &mut self,
        attribute: &Attribute,
        choice: &Choice,
        json: &Json,
        old: &Value,
        path: &Path,
    ) -> Option<Value> {
        let Json::String(text) = json else { return self.strange("text", json, path) };
        let named = text.split(',').map(str::trim).filter(|member| !member.is_empty());
        let old_members = old.elements().unwrap_or_default();
        let mut members = Vec::new();
        for name in named {
            let wrote_it =
                |old: &&Value| old.as_str().is_some_and(|old| old.eq_ignore_ascii_case(name));
            let old_member = old_members.iter().find(wrote_it).unwrap_or(old);
            members.push(self.member(attribute, choice, name, old_member, path)?);
        }
        Some(Value::set(members))
    }

    /// Reports a JSON type that does not fit.
    fn strange<T>(&mut self, wanted: &str, json: &Json, path: &Path) -> Option<T> {
        let found = match json {
            Json::Null => "nothing",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "text",
            Json::Array(_) => "a collection",
            Json::Object(_) => "an object",
        };
        self.report("something unexpected:", &format!("{found} instead of {wanted}"), KEPT, path);
        None
    }

    /// Reports a subtype or member that this version of the provider does not know.
    fn unknown<T>(&mut self, what: &str, name: &str, path: &Path) -> Option<T> {
        self.report(what, name, KEPT, path);
        None
    }

    fn report(&mut self, what: &str, name: &str, consequence: &str, path: &Path) {
        let of = if path.is_root() { String::new() } else { format!("{path} of ") };
        let summary = format!("Unknown answer for {of}{}", self.entity);
        let detail = format!(
            "Microsoft Graph gives {what} {name}, which this version of the provider does not know. {consequence} A newer version of \
             the provider may know it."
        );
        self.diags.push(Diagnostic::warning(summary, detail).at(path.clone()));
    }
}

const KEPT: &str = "The old value is kept.";

/// Whether a type in an answer is this one: with or without `#` and namespace, in any case.
pub(super) fn is_type(answered: &str, graph_type: &str) -> bool {
    let bare = answered.trim_start_matches('#');
    let bare = bare.rsplit_once('.').map_or(bare, |(_, name)| name);
    bare.eq_ignore_ascii_case(graph_type)
}

fn same_element(attribute: &Attribute, element: &Element, a: &Value, b: &Value) -> bool {
    // One element of a set is compared as an attribute that holds it alone.
    let kind = match element {
        Element::Scalar(scalar) => Kind::Scalar(*scalar),
        Element::Object(fields) => Kind::Object(*fields),
        Element::Union(variants) => Kind::Union(variants),
    };
    equal::same(&Attribute { kind, empty_is_null: false, ..*attribute }, a, b)
}
