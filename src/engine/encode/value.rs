//! Single values, kind by kind.

use serde_json::Value as Json;

use super::{Object, Sides, TYPE, type_name};
use crate::spec::{Attribute, Choice, Element, Kind, Presence, Variant};
use crate::tf::Value;

/// A known value as JSON. `None` when nothing in it is known.
pub(super) fn json(kind: &Kind, sides: Sides<'_>) -> Option<Json> {
    match kind {
        Kind::Scalar(_) => scalar(sides.planned),
        Kind::Flags(choice) => Some(Json::String(flags(choice, sides.planned))),
        Kind::Object(fields) => Some(Json::Object(object(fields.attributes, sides))),
        Kind::Union(variants) => union(variants, sides),
        Kind::List(inner) => Some(elements(inner, sides, Sides::at)),
        // Elements of a set have no names, and Terraform allows nothing write-only in them.
        Kind::Set(inner) => Some(elements(inner, sides, |sides, index| {
            let element = sides.planned.elements().and_then(|elements| elements.get(index));
            Sides {
                prior: &Value::Null,
                planned: element.unwrap_or(&Value::Null),
                config: &Value::Null,
            }
        })),
    }
}

impl<'v> Sides<'v> {
    /// The same one element deeper. The service replaces collections whole, so that what an element does not name needs no clearing.
    fn at(self, index: usize) -> Sides<'v> {
        let at = |value: &'v Value| {
            value.elements().and_then(|elements| elements.get(index)).unwrap_or(&Value::Null)
        };
        Sides { prior: &Value::Null, planned: at(self.planned), config: at(self.config) }
    }
}

fn elements<'v>(
    element: &Element,
    sides: Sides<'v>,
    at: impl Fn(Sides<'v>, usize) -> Sides<'v>,
) -> Json {
    let count = sides.planned.elements().map_or(0, <[Value]>::len);
    let one = |index| {
        let sides = at(sides, index);
        match element {
            Element::Scalar(_) => scalar(sides.planned),
            Element::Object(fields) => Some(Json::Object(object(fields.attributes, sides))),
            Element::Union(variants) => union(variants, sides),
        }
    };
    Json::Array((0..count).filter_map(one).collect())
}

/// A complex value, whole: whatever has a value is sent, and what lost it is cleared.
pub(super) fn object(attributes: &[Attribute], sides: Sides<'_>) -> Object {
    let writable = attributes.iter().filter(|attribute| attribute.presence != Presence::ReadOnly);
    writable
        .filter_map(|attribute| Some((attribute.property.to_owned(), sides.json(attribute)?)))
        .collect()
}

/// The subtype that is set.
fn union(variants: &[Variant], sides: Sides<'_>) -> Option<Json> {
    let variant = variants.iter().find(|variant| sides.planned.get(variant.name).is_known())?;
    let mut object = object(variant.attributes, sides.of(variant.name));
    object.insert(TYPE.to_owned(), Json::String(type_name(variant.graph_type)));
    Some(Json::Object(object))
}

/// Text, boolean or number. Numbers keep all their digits.
pub(super) fn scalar(value: &Value) -> Option<Json> {
    match value {
        Value::Bool(flag) => Some(Json::Bool(*flag)),
        Value::String(text) => Some(Json::String(text.clone())),
        Value::Number(number) => serde_json::from_str(&number.to_string()).ok(),
        _ => None,
    }
}

/// Members joined with commas, in the order of the enumeration: the service does not mind, and a reader of logs does.
fn flags(choice: &Choice, value: &Value) -> String {
    let mut members: Vec<&str> =
        value.elements().unwrap_or_default().iter().filter_map(Value::as_str).collect();
    let position = |text: &str| choice.members.iter().position(|member| *member == text);
    members.sort_by_key(|member| position(member).unwrap_or(usize::MAX));
    members.join(",")
}

/// The empty value of a kind, null where there is none.
pub(super) fn empty(kind: &Kind) -> Json {
    match kind {
        Kind::List(_) | Kind::Set(_) => Json::Array(Vec::new()),
        Kind::Scalar(_) | Kind::Flags(_) => Json::String(String::new()),
        Kind::Object(_) | Kind::Union(_) => Json::Null,
    }
}
