//! The same in other words: what a person or the service may write for one and the same value.

use serde_json::{Map, Value as Json, json};
use windows365::engine::{names, schema};
use windows365::spec::{Attribute, Choice, Element, Entity, Kind, Same, Scalar, Variant};

use super::Choices;

/// A configuration that says the same, spelt differently here and there.
pub(crate) fn respelled(entity: &Entity, config: &Json, choices: &mut Choices<'_>) -> Json {
    let Json::Object(config) = config else { return config.clone() };
    let mut config = object(entity.attributes, config, choices);
    for Variant { name, attributes, .. } in entity.family {
        if let Some(Json::Object(inner)) = config.get(*name) {
            let inner = object(attributes, inner, choices);
            config.insert((*name).to_owned(), Json::Object(inner));
        }
    }
    if let Some(Json::Array(assignments)) = config.get_mut(schema::ASSIGNMENTS) {
        for assignment in assignments.iter_mut().filter_map(Json::as_object_mut) {
            for (name, value) in assignment.iter_mut() {
                if name.ends_with("_id")
                    && let Some(text) = value.as_str()
                {
                    *value = json!(other_case(text, choices));
                }
            }
        }
        turned(assignments, choices);
    }
    Json::Object(config)
}

fn object(
    attributes: &[Attribute],
    object: &Map<String, Json>,
    choices: &mut Choices<'_>,
) -> Map<String, Json> {
    let mut respelled = object.clone();
    for attribute in attributes {
        let name = names::attribute_name(attribute);
        if let Some(value) = object.get(name.as_ref()) {
            respelled.insert(name.into_owned(), respelled_value(attribute, value, choices));
        }
    }
    respelled
}

/// A value of an attribute, spelt differently here and there.
pub(crate) fn respelled_value(
    attribute: &Attribute,
    value: &Json,
    choices: &mut Choices<'_>,
) -> Json {
    let element = |element: &Element, value: &Json, choices: &mut Choices<'_>| match element {
        Element::Scalar(kind) => scalar(kind, attribute.same, value, choices),
        Element::Object(fields) => inner(fields.attributes, value, choices),
        Element::Union(variants) => union(variants, value, choices),
    };
    match (&attribute.kind, value) {
        (Kind::Scalar(kind), value) => scalar(kind, attribute.same, value, choices),
        (Kind::Object(fields), value) => inner(fields.attributes, value, choices),
        (Kind::Union(variants), value) => union(variants, value, choices),
        (Kind::List(kind), Json::Array(all)) => {
            Json::Array(all.iter().map(|it| element(kind, it, choices)).collect())
        }
        (Kind::Set(kind), Json::Array(all)) => {
            let mut all: Vec<Json> = all.iter().map(|it| element(kind, it, choices)).collect();
            turned(&mut all, choices);
            Json::Array(all)
        }
        (Kind::Flags(choice), Json::Array(all)) => {
            let kind = Scalar::Choice(choice);
            let respell = |it| scalar(&kind, attribute.same, it, choices);
            let mut all: Vec<Json> = all.iter().map(respell).collect();
            turned(&mut all, choices);
            Json::Array(all)
        }
        (_, other) => other.clone(),
    }
}

fn turned(all: &mut [Json], choices: &mut Choices<'_>) {
    if choices.one_in(2) {
        all.reverse();
    }
}

fn inner(attributes: &[Attribute], value: &Json, choices: &mut Choices<'_>) -> Json {
    match value {
        Json::Object(entries) => Json::Object(object(attributes, entries, choices)),
        other => other.clone(),
    }
}

fn union(variants: &[Variant], value: &Json, choices: &mut Choices<'_>) -> Json {
    let Json::Object(entries) = value else { return value.clone() };
    let mut respelled = entries.clone();
    for variant in variants {
        if let Some(content) = entries.get(variant.name) {
            let content = inner(variant.attributes, content, choices);
            respelled.insert(variant.name.to_owned(), content);
        }
    }
    Json::Object(respelled)
}

fn scalar(kind: &Scalar, same: Same, value: &Json, choices: &mut Choices<'_>) -> Json {
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return value.clone() };
    if !choices.one_in(2) {
        return value.clone();
    }
    json!(match (kind, same) {
        (Scalar::Guid, _) | (_, Same::IgnoreCase) => other_case(text, choices),
        (Scalar::Choice(choice), _) => member(choice, text, choices),
        (_, Same::Trimmed) => format!(" {}\t", text.trim()),
        (Scalar::TimeOfDay, _) if text.ends_with(":00") => format!("{text}.000"),
        (Scalar::DateTime, _) if text.ends_with('Z') && !text.contains('.') => {
            text.replace('Z', choices.pick(&[".0000000Z", "+00:00", "-00:00"]))
        }
        (Scalar::Duration, _) => match text {
            "P1D" => "PT24H".to_owned(),
            "PT90M" => "PT1H30M".to_owned(),
            "P1W" => "P7D".to_owned(),
            other => other.to_ascii_uppercase(),
        },
        (Scalar::Binary, _) => {
            let (head, tail) = text.split_at(text.len() / 2);
            format!("{head}\r\n{tail} ")
        }
        _ => text.to_owned(),
    })
}

fn other_case(text: &str, choices: &mut Choices<'_>) -> String {
    if choices.one_in(2) { text.to_ascii_lowercase() } else { text.to_ascii_uppercase() }
}

fn member(choice: &Choice, text: &str, choices: &mut Choices<'_>) -> String {
    let renamed = choice.renamed.iter().find_map(|(old, new)| {
        let is = |name: &str| name.eq_ignore_ascii_case(text);
        if is(old) {
            Some(*new)
        } else if is(new) {
            Some(*old)
        } else {
            None
        }
    });
    match renamed {
        Some(other) if choices.one_in(2) => other.to_owned(),
        _ => other_case(text, choices),
    }
}
