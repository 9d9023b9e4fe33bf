//! When two spellings are one value, and what becomes of a value on its way to the service and back.

use serde_json::{Map, Value as Json};
use windows365::engine::{decode, encode, equal, names, schema};
use windows365::entities;
use windows365::spec::{Attribute, Entity, Secret, Sent, Stored};
use windows365::tf::{Diagnostics, Type, Value, json};

use super::{Verdict, each_holds, holds, that};
use crate::support::shapes::{
    Choices, any_value, any_value_of, configuration, respelled_value, type_of,
};

/// Every attribute of every entity, the read-only ones included.
fn attributes() -> Vec<(&'static Entity, &'static Attribute)> {
    let of = |entity: &'static Entity| {
        let inner = entity.family.iter().flat_map(|variant| variant.attributes);
        entity.attributes.iter().chain(inner).map(move |attribute| (entity, attribute))
    };
    entities::ALL.iter().copied().flat_map(of).collect()
}

#[derive(Debug)]
struct Three {
    property: String,
    attribute: &'static Attribute,
    r#type: Type,
    spelt: [Json; 3],
    /// Whether each is the one before it in other words.
    same: [bool; 2],
}

fn three(choices: &mut Choices<'_>) -> Three {
    let all = attributes();
    let nth = (choices.below(256) * 256 + choices.below(256)) % all.len();
    let (entity, attribute) = all[nth];
    let first = any_value(entity, attribute, choices);
    let next = |before: &Json, choices: &mut Choices<'_>| match choices.below(4) {
        0 | 1 => (respelled_value(attribute, before, choices), true),
        2 => (any_value(entity, attribute, choices), false),
        _ => (Json::Null, false),
    };
    let (second, one) = next(&first, choices);
    let (third, other) = next(&second, choices);
    Three {
        property: format!("{}.{}", entity.name, attribute.property),
        attribute,
        r#type: type_of(&attribute.kind),
        spelt: [first, second, third],
        same: [one, other],
    }
}

#[test]
fn sameness_is_an_equivalence_for_every_attribute_of_every_entity() {
    holds("equivalence", 1_500, 160, three, |three| {
        let value = |json| json::from_json(json, &three.r#type).map_err(|error| error.to_string());
        let [a, b, c] = &three.spelt;
        let (a, b, c) = (value(a)?, value(b)?, value(c)?);
        equivalence(&|a, b| equal::same(three.attribute, a, b), [&a, &b, &c])?;
        for (same, one, other) in [(three.same[0], &a, &b), (three.same[1], &b, &c)] {
            that(!same || equal::same(three.attribute, one, other), || {
                let property = &three.property;
                format!("{property}: {one:?} and {other:?} are two spellings and not the same")
            })?;
        }
        Ok(())
    });
}

#[test]
fn sameness_is_an_equivalence_for_any_values_of_the_type() {
    let make = |choices: &mut Choices<'_>| {
        let all = attributes();
        let nth = (choices.below(256) * 256 + choices.below(256)) % all.len();
        let attribute = all[nth].1;
        let r#type = type_of(&attribute.kind);
        let values = [0; 3].map(|_| any_value_of(&r#type, choices, false));
        (attribute, values)
    };
    holds("equivalence_of_anything", 500, 200, make, |(attribute, [a, b, c])| {
        equivalence(&|a, b| equal::same(attribute, a, b), [a, b, c])
    });
}

fn equivalence(same: &dyn Fn(&Value, &Value) -> bool, all: [&Value; 3]) -> Verdict {
    for a in all {
        that(same(a, a), || format!("{a:?} is not the same as itself"))?;
        for b in all {
            that(same(a, b) == same(b, a), || format!("{a:?} and {b:?} only one way round"))?;
            for c in all {
                that(!(same(a, b) && same(b, c)) || same(a, c), || {
                    format!("{a:?} is {b:?}, which is {c:?}, which is not the first")
                })?;
            }
        }
    }
    Ok(())
}

/// An object as a service keeps it that keeps what it is sent.
fn kept(entity: &'static Entity, planned: &Value) -> Map<String, Json> {
    let bases = encode::Bases { root: "https://graph.microsoft.com/beta" };
    let mut object = encode::create(entity, planned, planned, &bases);
    object.append(&mut encode::after_create(entity, planned, planned, &bases));
    let bound: Vec<(String, Json)> = object
        .iter()
        .filter_map(|(name, value)| {
            let property = name.strip_suffix("@odata.bind")?;
            let id = value.as_str()?.rsplit("('").next()?.strip_suffix("')")?;
            Some((property.to_owned(), serde_json::json!({"id": id})))
        })
        .collect();
    object.extend(bound);
    object.insert("id".to_owned(), Json::from("0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051"));
    object
}

/// What is sent says what was planned: a service that only keeps it gives the same values back.
#[test]
fn what_is_sent_is_what_was_planned() {
    each_holds("sent_and_read", 16, 120, configuration, |entity, config| {
        let planned = value(entity, config)?;
        let mut found = Diagnostics::new();
        let read = decode::state(entity, &kept(entity, &planned), &planned, &mut found);
        that(found == Diagnostics::new(), || format!("{found:?}"))?;
        let sent = entity.attributes.iter().filter(|attribute| {
            attribute.secret != Secret::Unreadable
                && !(attribute.sent == Sent::OnUpdate && attribute.changed_by.is_some())
                && !matches!(attribute.stored, Stored::SubCollection)
        });
        for attribute in sent {
            let name = names::attribute_name(attribute);
            let (wanted, got) = (planned.get(&name), read.get(&name));
            that(wanted.is_null() || equal::same(attribute, wanted, got), || {
                format!("{name}: {wanted:?} was read as {got:?}")
            })?;
        }
        Ok(())
    });
}

/// Reading the same answer again changes nothing: what a state says of an object is settled at once.
#[test]
fn an_answer_that_was_read_reads_the_same_again() {
    let make = |entity: &'static Entity, choices: &mut Choices<'_>| {
        let r#type = schema::resource(entity).implied_type();
        let reference = match choices.below(3) {
            0 => Value::Null,
            1 => json::from_json(&configuration(entity, choices), &r#type).unwrap(),
            _ => any_value_of(&r#type, choices, true),
        };
        (reference, answer(entity, choices))
    };
    each_holds("settled_reads", 24, 300, make, |entity, (reference, answer)| {
        let read =
            |reference: &Value| decode::state(entity, answer, reference, &mut Diagnostics::new());
        let once = read(reference);
        once.conforms(&schema::resource(entity).implied_type())
            .map_err(|error| format!("{error} in {once:?}"))?;
        that(once.is_wholly_known(), || format!("{once:?} holds unknowns"))?;
        let twice = read(&once);
        that(once == twice, || format!("{once:?}\nis read again as\n{twice:?}"))
    });
}

/// What a service may answer for an object, in its usual and unusual ways.
fn answer(entity: &'static Entity, choices: &mut Choices<'_>) -> Map<String, Json> {
    let mut answer = Map::new();
    let own = entity.attributes.iter();
    let chosen = entity.family.iter().find(|_| choices.one_in(2)).or(entity.family.first());
    for attribute in own.chain(chosen.iter().flat_map(|variant| variant.attributes)) {
        let odd = match choices.below(10) {
            0..=5 => graph_json(&any_value(entity, attribute, choices)),
            6 => Json::Null,
            7 => Json::from(""),
            8 => serde_json::json!([[], {}, 7, true, "odd"])[choices.below(5)].clone(),
            _ => continue,
        };
        answer.insert(attribute.property.to_owned(), odd);
    }
    if let Some(variant) = chosen {
        answer.insert(
            "@odata.type".to_owned(),
            format!("#microsoft.graph.{}", variant.graph_type).into(),
        );
    }
    answer
}

/// Terraform's names turned back into Graph's, as far as a machine can tell.
fn graph_json(json: &Json) -> Json {
    let camel = |name: &str| {
        let mut words = name.split('_');
        let mut camel = words.next().unwrap_or_default().to_owned();
        for word in words {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            camel.push_str(letters.as_str());
        }
        camel
    };
    match json {
        Json::Object(entries) => {
            entries.iter().map(|(name, value)| (camel(name), graph_json(value))).collect()
        }
        Json::Array(elements) => elements.iter().map(graph_json).collect(),
        other => other.clone(),
    }
}

fn value(entity: &'static Entity, config: &Json) -> Result<Value, String> {
    json::from_json(config, &schema::resource(entity).implied_type())
        .map_err(|error| error.to_string())
}
