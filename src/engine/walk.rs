//! The tree of a description: which attributes lie below an attribute.

use std::collections::BTreeMap;

use super::names;
use crate::spec::{Attribute, Element, Kind, Variant};
use crate::tf::Value;

/// The attributes of the object that an attribute holds, or of each of its subtypes.
pub fn children(kind: &Kind) -> Vec<&'static [Attribute]> {
    match kind {
        Kind::Object(fields)
        | Kind::List(Element::Object(fields))
        | Kind::Set(Element::Object(fields)) => vec![fields.attributes],
        Kind::Union(variants)
        | Kind::List(Element::Union(variants))
        | Kind::Set(Element::Union(variants)) => {
            variants.iter().map(|variant| variant.attributes).collect()
        }
        Kind::Scalar(_)
        | Kind::Flags(_)
        | Kind::List(Element::Scalar(_))
        | Kind::Set(Element::Scalar(_)) => Vec::new(),
    }
}

/// Is shown the attributes of an object, and the object.
pub type Visit<'v> = &'v mut dyn FnMut(&[Attribute], &mut BTreeMap<String, Value>);

/// Visits the object that has these attributes, and every object below it.
pub fn each_object(attributes: &[Attribute], value: &mut Value, visit: Visit<'_>) {
    let Value::Object(object) = value else { return };
    for attribute in attributes {
        let Some(inner) = object.get_mut(names::attribute_name(attribute).as_ref()) else {
            continue;
        };
        match &attribute.kind {
            Kind::Object(fields) => each_object(fields.attributes, inner, visit),
            Kind::Union(variants) => each_variant(variants, inner, visit),
            Kind::List(element) | Kind::Set(element) => {
                let (Value::List(elements) | Value::Set(elements)) = inner else { continue };
                for inner in elements {
                    match element {
                        Element::Scalar(_) => {}
                        Element::Object(fields) => each_object(fields.attributes, inner, visit),
                        Element::Union(variants) => each_variant(variants, inner, visit),
                    }
                }
            }
            Kind::Scalar(_) | Kind::Flags(_) => {}
        }
    }
    visit(attributes, object);
}

fn each_variant(variants: &[Variant], value: &mut Value, visit: Visit<'_>) {
    let Value::Object(object) = value else { return };
    for variant in variants {
        if let Some(inner) = object.get_mut(variant.name) {
            each_object(variant.attributes, inner, visit);
        }
    }
}
