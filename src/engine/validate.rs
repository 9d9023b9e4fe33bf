//! Checks of a configuration that need no service. Unknown is never absent: what is not known yet is not judged.

use super::query::{Filter, Order};
use super::schema::{self, ASSIGNMENTS, ID};
use super::{equal, names, timeouts};
use crate::spec::{Action, Attribute, Element, Entity, Kind, Place, Presence, Rule, Variant};
use crate::tf::{Diagnostic, Diagnostics, Path, Value};

mod assignments;
mod rules;
mod scalar;
mod size;
#[cfg(test)]
mod tests;

/// Checks the configuration of a managed resource: syntax, limits, members, rules between attributes, duplicate assignments, secrets
/// and their twins, time-outs.
pub fn config(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    size::check(config, diags);
    if diags.has_error() {
        // Whatever else is wrong with it would take long to find.
        return;
    }
    object(entity.attributes, entity.rules, config, &Whereabouts::default(), diags);
    if !entity.family.is_empty() {
        union(entity.family, config, &Whereabouts::default(), diags);
    }
    if let Some(described) = &entity.assignments {
        assignments::check(described, config.get(ASSIGNMENTS), diags);
    }
    let limits = config.get(timeouts::ATTRIBUTE);
    for operation in timeouts::Operation::ALL {
        let Some(text) = limits.get(operation.name()).as_str() else { continue };
        if timeouts::parse(text).is_none_or(|limit| limit.is_zero()) {
            let path = Path::attribute(timeouts::ATTRIBUTE).child(operation.name());
            let detail =
                format!("\"{text}\" is no length of time. Write one such as \"30m\" or \"1h30m\".");
            diags.push(Diagnostic::error("Invalid time-out", detail).at(path));
        }
    }
}

/// Checks the arguments of an action: syntax, limits, members, rules between them.
pub(super) fn arguments(action: &Action, arguments: &Value, diags: &mut Diagnostics) {
    size::check(arguments, diags);
    let at = Whereabouts::default();
    object(action.arguments, action.rules, arguments, &at, diags);
    if !action.kinds.is_empty() {
        union(action.kinds, arguments, &at, diags);
    }
}

/// Checks the configuration of the data source of one object: exactly one of `id` and the attribute that names it.
pub fn data_source(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    if matches!(entity.place, Place::Singleton(_) | Place::Function(_)) {
        return;
    }
    let key = schema::key_name(entity);
    if key == ID {
        return;
    }
    let (id, name) = (config.get(ID), config.get(&key));
    if let Some(second) = schema::second_key_name(entity)
        && config.get(&second).is_known()
        && name.is_null()
    {
        let detail =
            format!("`{second}` tells objects of one `{key}` apart; it means nothing without it.");
        diags.push(Diagnostic::error("Which object is meant", detail).at(Path::attribute(second)));
    }
    let problem = if id.is_known() && name.is_known() {
        format!("Only one of `id` and `{key}` may be set.")
    } else if id.is_null() && name.is_null() {
        format!("One of `id` and `{key}` must be set.")
    } else {
        return;
    };
    diags.push(Diagnostic::error("Which object is meant", problem).at(Path::attribute(ID)));
}

/// Checks the configuration of the data source of many, and of the list resource.
pub fn data_sources(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    if matches!(entity.place, Place::Function(_)) {
        query(entity, config, diags);
    }
    if let Some(top) = config.get("top").as_number()
        && top.as_i64().is_none_or(|top| top < 1)
    {
        let detail = format!("`top` is a number of objects, 1 or more; {top} was given.");
        diags.push(
            Diagnostic::error("Invalid number of objects", detail).at(Path::attribute("top")),
        );
    }
}

/// A function is asked for everything, so what a query says is done here or not at all.
fn query(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    let known: Vec<&str> = entity.attributes.iter().map(|attribute| attribute.property).collect();
    let unknown = |properties: Vec<&str>| {
        let unknown = properties.into_iter().find(|property| !known.contains(property))?;
        Some(format!("There is no property {unknown:?}. Those there are: {}.", known.join(", ")))
    };
    if let Some(text) = config.get("filter").as_str() {
        let fault = match Filter::parse(text) {
            Some(filter) => unknown(filter.properties()),
            None => Some(format!(
                "The provider applies this filter itself and does not understand it: {text}. Write comparisons of properties, joined by \
                 and, or and not, or filter `items` with a `for` expression."
            )),
        };
        if let Some(fault) = fault {
            diags.push(Diagnostic::error("Invalid filter", fault).at(Path::attribute("filter")));
        }
    }
    if let Some(text) = config.get("order_by").as_str() {
        let fault = match Order::parse(text) {
            Some(order) => unknown(vec![order.property()]),
            None => Some(format!(
                "One property can be sorted by, with `asc` or `desc` after it; {text:?} was given."
            )),
        };
        if let Some(fault) = fault {
            diags.push(Diagnostic::error("Invalid order", fault).at(Path::attribute("order_by")));
        }
    }
}

/// Where a value stands. Elements of sets have no addresses: a path stops at the set, and the text goes on.
#[derive(Clone, Debug, Default)]
struct Whereabouts {
    path: Path,
    below_set: bool,
}

impl Whereabouts {
    fn child(&self, name: &str) -> Self {
        if self.below_set {
            self.clone()
        } else {
            Whereabouts { path: self.path.child(name), below_set: false }
        }
    }

    fn index(&self, index: usize) -> Self {
        if self.below_set {
            self.clone()
        } else {
            Whereabouts { path: self.path.index(index), below_set: false }
        }
    }

    fn element(&self) -> Self {
        Whereabouts { path: self.path.clone(), below_set: true }
    }

    fn error(&self, summary: &str, detail: String) -> Diagnostic {
        Diagnostic::error(summary, detail).at(self.path.clone())
    }
}

/// Checks one object: its attributes, then what must hold between them.
fn object(
    attributes: &[Attribute],
    rules: &[Rule],
    value: &Value,
    at: &Whereabouts,
    diags: &mut Diagnostics,
) {
    if value.entries().is_none() {
        return;
    }
    for attribute in attributes.iter().filter(|it| it.presence != Presence::ReadOnly) {
        let name = names::attribute_name(attribute);
        check(attribute, value.get(&name), &at.child(&name), diags);
        secret(attribute, value, at, diags);
    }
    rules::check(attributes, rules, value, at, diags);
}

/// Checks the value of an attribute.
fn check(attribute: &Attribute, value: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    if !value.is_known() {
        return;
    }
    scalar::limits(attribute, value, at, diags);
    match &attribute.kind {
        Kind::Scalar(kind) => scalar::check(kind, value, at, diags),
        Kind::Flags(choice) => {
            for member in value.elements().unwrap_or_default() {
                scalar::member(choice, member, at, diags);
            }
        }
        Kind::Object(fields) => object(fields.attributes, fields.rules, value, at, diags),
        Kind::Union(variants) => union(variants, value, at, diags),
        Kind::List(inner) => {
            for (index, value) in value.elements().unwrap_or_default().iter().enumerate() {
                element(inner, value, &at.index(index), diags);
            }
        }
        Kind::Set(inner) => {
            let elements = value.elements().unwrap_or_default();
            for value in elements {
                element(inner, value, &at.element(), diags);
            }
            given_twice(attribute, inner, elements, at, diags);
        }
    }
}

/// Objects of a set that say the same in two spellings: the service makes one of them, and Terraform would miss the other.
fn given_twice(
    attribute: &Attribute,
    inner: &Element,
    elements: &[Value],
    at: &Whereabouts,
    diags: &mut Diagnostics,
) {
    /// Each is compared with each, so that it is only done where they are few.
    const FEW: usize = 100;
    if matches!(inner, Element::Scalar(_)) || elements.len() > FEW {
        return;
    }
    let known = |value: &&Value| value.is_known() && value.is_wholly_known();
    let as_sets = |one: &Value| Value::Set(vec![one.clone()]);
    let mut before: Vec<Value> = Vec::new();
    for element in elements.iter().filter(known).map(as_sets) {
        if before.iter().any(|other| equal::same(attribute, other, &element)) {
            let detail = "Two elements say the same, if in another spelling. Write it once.";
            diags.push(at.error("Given twice", detail.to_owned()));
            return;
        }
        before.push(element);
    }
}

fn element(element: &Element, value: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    match element {
        _ if value.is_unknown() => {}
        _ if value.is_null() => {
            diags.push(
                at.error("Empty element", "An element of a collection cannot be null.".to_owned()),
            );
        }
        Element::Scalar(kind) => scalar::check(kind, value, at, diags),
        Element::Object(fields) => object(fields.attributes, fields.rules, value, at, diags),
        Element::Union(variants) => union(variants, value, at, diags),
    }
}

/// Exactly one subtype is set.
fn union(variants: &[Variant], value: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    let mut names = Vec::with_capacity(variants.len());
    for variant in variants {
        names.push(variant.name);
        object(
            variant.attributes,
            variant.rules,
            value.get(variant.name),
            &at.child(variant.name),
            diags,
        );
    }
    rules::exactly_one(&names, value, at, diags);
}

/// A secret stands in the attribute or in its write-only twin, never in both, and in one of them where it is required.
fn secret(attribute: &Attribute, object: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    let Some(twin) = names::twin(attribute) else { return };
    let name = names::attribute_name(attribute);
    let (plain, write_only) = (object.get(&name), object.get(&twin.write_only));
    let names::Twin { write_only: other, version } = &twin;
    if plain.is_known() && write_only.is_known() {
        let detail = format!("Only one of `{name}` and `{other}` may be set.");
        diags.push(at.child(other).error("Secret given twice", detail));
    }
    let has_twin = object.attribute(other).is_some();
    if attribute.presence == Presence::Required
        && has_twin
        && plain.is_null()
        && write_only.is_null()
    {
        let detail = format!("One of `{name}` and `{other}` must be set.");
        diags.push(at.child(&name).error("Secret missing", detail));
    }
    if object.get(version).is_known() && write_only.is_null() {
        let detail =
            format!("`{version}` says when `{other}` changes; it means nothing without it.");
        diags.push(at.child(version).error("Version without a secret", detail));
    }
}
