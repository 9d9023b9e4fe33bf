//! Laws over every description, served or drafted: they hold for an entity before its author has written a line of tests.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::engine::encode::{Bases, Object};
use crate::engine::{decode, encode, equal, names, schema, target, walk};
use crate::entities::{ALL, drafts::DRAFTS};
use crate::spec::*;
use crate::tf::generate::Generator;
use crate::tf::schema::Role;
use crate::tf::{Diagnostics, Number, Value};

const CX: Bases<'static> = Bases { root: "https://graph.test/beta" };

fn every() -> impl Iterator<Item = &'static Entity> {
    ALL.iter().chain(DRAFTS).copied()
}

fn managed() -> impl Iterator<Item = &'static Entity> {
    every().filter(|entity| entity.managed && !matches!(entity.place, Place::Function(_)))
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_schema_is_one_that_terraform_loads() {
    let mut faults = Vec::new();
    let mut note = |entity: &Entity, found: Vec<String>| {
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", entity.name)));
    };
    for entity in every() {
        note(entity, schema::data_source(entity).check(Role::DataSource));
        if schema::has_many(entity) {
            note(entity, schema::data_sources(entity).check(Role::DataSource));
        }
        if matches!(entity.place, Place::Function(_)) {
            continue;
        }
        note(entity, schema::resource(entity).check(Role::Resource));
        note(entity, schema::list_resource(entity).check(Role::ListResource));
        note(entity, schema::identity(entity).check());
    }
    none(&faults);
}

/// Shows the attributes of every object, with the Terraform path that leads to it.
fn each_object(entity: &Entity, visit: &mut dyn FnMut(&str, &[Attribute])) {
    fn level(path: &str, attributes: &[Attribute], visit: &mut dyn FnMut(&str, &[Attribute])) {
        visit(path, attributes);
        for attribute in attributes {
            for inner in walk::children(&attribute.kind) {
                level(&format!("{path}.{}", names::attribute_name(attribute)), inner, visit);
            }
        }
    }
    level(entity.name, entity.attributes, visit);
    for variant in entity.family {
        level(&format!("{}.{}", entity.name, variant.name), variant.attributes, visit);
    }
}

/// Shows every attribute with the Terraform path that it has.
fn each_attribute(entity: &Entity, visit: &mut dyn FnMut(&str, &Attribute)) {
    each_object(entity, &mut |path, attributes| {
        for attribute in attributes {
            visit(&format!("{path}.{}", names::attribute_name(attribute)), attribute);
        }
    });
}

#[test]
fn every_attribute_is_told_about_in_sentences() {
    let mut faults = Vec::new();
    for entity in every() {
        if !entity.reference.starts_with("https://learn.microsoft.com/graph/api/") {
            faults.push(format!("{}: where does Microsoft describe it?", entity.name));
        }
        each_attribute(entity, &mut |path, attribute| {
            if !attribute.doc.ends_with('.') {
                faults.push(format!("{path}: the doc is no sentence"));
            }
        });
    }
    none(&faults);
}

/// A collection of OData is empty and never null, so that one which is left out would be answered as empty and be a change for ever.
#[test]
fn a_collection_that_may_be_left_out_is_nothing_when_it_is_empty() {
    let mut faults = Vec::new();
    for entity in managed() {
        each_attribute(entity, &mut |path, attribute| {
            let collection = matches!(attribute.kind, Kind::List(_) | Kind::Set(_));
            let optional = attribute.presence == Presence::Optional;
            if collection && optional && !attribute.empty_is_null {
                faults.push(format!("{path}: null and an empty collection are two values"));
            }
        });
    }
    none(&faults);
}

/// Answers do not tell an empty text from none, and an import would find another value than is configured, and replace the object.
#[test]
fn a_text_that_replaces_is_never_empty_or_nothing_then() {
    fn texts(path: &str, attributes: &[Attribute], replaces: bool, faults: &mut Vec<String>) {
        for attribute in attributes {
            let path = format!("{path}.{}", names::attribute_name(attribute));
            let replaces = replaces || attribute.replace;
            let longer = |check: &Check| matches!(check, Check::MinLength(least) if *least > 0);
            let settled = attribute.empty_is_null
                || attribute.checks.iter().any(longer)
                || matches!(attribute.presence, Presence::Required | Presence::ReadOnly);
            if replaces && matches!(attribute.kind, Kind::Scalar(Scalar::String)) && !settled {
                faults.push(format!("{path}: null and an empty text are two values"));
            }
            for inner in walk::children(&attribute.kind) {
                texts(&path, inner, replaces, faults);
            }
        }
    }
    let mut faults = Vec::new();
    for entity in managed() {
        let never = entity.update == Update::Never;
        texts(entity.name, entity.attributes, never, &mut faults);
        for variant in entity.family {
            texts(entity.name, variant.attributes, never, &mut faults);
        }
    }
    none(&faults);
}

#[test]
fn names_are_unique_both_ways() {
    let mut faults = Vec::new();
    for entity in every() {
        each_object(entity, &mut |path, attributes| {
            let mut properties: Vec<&str> = attributes.iter().map(|it| it.property).collect();
            let mut names: Vec<_> = attributes.iter().map(names::attribute_name).collect();
            properties.sort_unstable();
            names.sort_unstable();
            let again = properties
                .windows(2)
                .filter(|pair| pair[0] == pair[1])
                .map(|pair| pair[0].to_owned());
            faults.extend(again.map(|name| format!("{path}: {name} twice")));
            let again =
                names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_string());
            faults.extend(again.map(|name| format!("{path}: {name} twice")));
        });
    }
    none(&faults);
    let mut types: Vec<String> =
        every().flat_map(|entity| [entity.name.to_owned(), names::plural(entity)]).collect();
    let count = types.len();
    types.sort();
    types.dedup();
    assert_eq!(types.len(), count, "two data sources of one name");
}

#[test]
fn secrets_do_not_lie_in_sets() {
    // Terraform allows nothing write-only there.
    let mut faults = Vec::new();
    for entity in managed() {
        each_attribute(entity, &mut |path, attribute| {
            let Kind::Set(_) = attribute.kind else { return };
            for inner in walk::children(&attribute.kind).into_iter().flatten() {
                if inner.secret == Secret::Unreadable {
                    faults.push(format!("{path}: {} is a secret", inner.property));
                }
            }
        });
    }
    none(&faults);
}

#[test]
fn paths_of_rules_lead_somewhere() {
    let mut faults = Vec::new();
    let mut check = |within: &str, names: Vec<String>, rules: &[Rule]| {
        for path in rules.iter().flat_map(paths) {
            let first = path.split('.').next().unwrap_or(path);
            if !names.iter().any(|name| name == first) {
                faults.push(format!("{within}: a rule speaks of {path}"));
            }
        }
    };
    for entity in managed() {
        let root = schema::resource(entity).block.attributes;
        check(entity.name, root.iter().map(|it| it.name.to_string()).collect(), entity.rules);
        each_attribute(entity, &mut |path, attribute| {
            let (Kind::Object(fields)
            | Kind::List(Element::Object(fields))
            | Kind::Set(Element::Object(fields))) = &attribute.kind
            else {
                return;
            };
            let names = fields.attributes.iter().map(|it| names::attribute_name(it).into_owned());
            check(path, names.collect(), fields.rules);
        });
    }
    none(&faults);
}

fn paths(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Conflicts(names) | Rule::ExactlyOne(names) | Rule::AtLeastOne(names) => {
            names.to_vec()
        }
        Rule::RequiredWhen { attribute, needs, .. } => vec![attribute, needs],
        Rule::ForbiddenWhen { attribute, forbids, .. } => vec![attribute, forbids],
        Rule::OnlyWhen { attribute, with, .. } => vec![attribute, with],
        Rule::Demands { attribute, other, .. } => vec![attribute, other],
    }
}

/// How many states are made of each entity.
const ROUNDS: u64 = 60;

#[test]
fn what_is_encoded_is_decoded_to_the_same() {
    for entity in managed() {
        let r#type = schema::resource(entity).block.implied_type();
        for seed in 0..ROUNDS {
            let state = state(entity, &mut Generator(seed));
            state.conforms(&r#type).unwrap_or_else(|error| panic!("{}: {error}", entity.name));
            let answer = answer(entity, &state);
            let mut diags = Diagnostics::new();
            let decoded = decode::state(entity, &answer, &without_body(entity, &state), &mut diags);
            assert_eq!(diags, Diagnostics::new(), "{}", entity.name);
            assert_eq!(decoded, state, "{} (seed {seed}) from {answer:#?}", entity.name);

            let data = decode::data(entity, Some("parent"), &answer, &mut diags);
            data.conforms(&schema::data_source(entity).block.implied_type()).unwrap();
            let items = decode::items(entity, vec![Json::Object(answer)], &mut diags).unwrap();
            let mut many = schema::data_sources(entity).block.empty_value();
            if let Value::Object(many) = &mut many {
                many.insert("items".to_owned(), items);
            }
            many.conforms(&schema::data_sources(entity).block.implied_type()).unwrap();
        }
    }
}

#[test]
fn nothing_is_sent_when_nothing_changed() {
    for entity in managed() {
        for seed in 0..ROUNDS {
            let state = state(entity, &mut Generator(seed));
            let body = encode::update(entity, &state, &state, &Value::Null, &CX);
            assert_eq!(body, Object::new(), "{}", entity.name);
            assert_eq!(
                encode::actions(entity, &state, &state, &Value::Null),
                [],
                "{}",
                entity.name
            );
        }
    }
}

#[test]
fn an_update_turns_one_object_into_the_other() {
    for entity in managed().filter(|entity| entity.update != Update::Never) {
        for seed in 0..ROUNDS {
            let (before, after) =
                (state(entity, &mut Generator(seed)), state(entity, &mut Generator(seed + ROUNDS)));
            let is_set =
                |state: &Value| entity.family.iter().position(|it| state.get(it.name).is_known());
            if is_set(&before) != is_set(&after) {
                continue;
            }
            let mut object = whole(entity, &before);
            let changes = encode::update(entity, &before, &after, &Value::Null, &CX);
            for (property, value) in changes {
                object.insert(property, value);
            }
            act(entity, &mut object, &encode::actions(entity, &before, &after, &Value::Null));
            let wanted = whole(entity, &after);
            if wanted.is_empty() {
                // Of what always exists nothing is sent then, not even its type.
                object.remove("@odata.type");
            }
            let bare = |object| bare(entity, Json::Object(object));
            assert_eq!(bare(object), bare(wanted), "{} (seed {seed})", entity.name);
        }
    }
}

/// An object that was made, with what followed its create.
fn whole(entity: &Entity, state: &Value) -> Object {
    let mut object = encode::create(entity, state, &Value::Null, &CX);
    object.extend(encode::after_create(entity, state, &Value::Null, &CX));
    act(entity, &mut object, &encode::actions_after_create(entity, state, &Value::Null));
    object
}

/// What actions make of an object.
fn act(entity: &Entity, object: &mut Object, actions: &[encode::Action]) {
    for action in actions {
        let parameter = |it: &&Attribute| it.changed_by.is_some_and(|by| by.action == action.name);
        for attribute in entity.attributes.iter().filter(parameter) {
            let property = match attribute.stored {
                Stored::Inside([first, ..]) => first.property,
                _ => attribute.property,
            };
            let by = attribute.changed_by.unwrap();
            object.insert(
                property.to_owned(),
                action.body.get(by.parameter).cloned().unwrap_or(Json::Null),
            );
        }
    }
}

/// Without nulls and empty collections, and without what only the service can clear.
fn bare(entity: &Entity, json: Json) -> Json {
    match json {
        Json::Object(object) => {
            let omitted = |name: &String| {
                entity.attributes.iter().any(|it| it.clear == Clear::Omit && it.property == name)
            };
            let kept = object.into_iter().filter(|(name, _)| !omitted(name));
            let bare = kept.map(|(name, value)| (name, bare(entity, value)));
            Json::Object(
                bare.filter(|(_, value)| !value.is_null() && *value != json!([])).collect(),
            )
        }
        Json::Array(elements) => elements.into_iter().map(|it| bare(entity, it)).collect(),
        other => other,
    }
}

/// What the service would say of a state: the body of its create, with references resolved.
fn answer(entity: &Entity, state: &Value) -> Object {
    let mut answer = whole(entity, state);
    for attribute in entity.attributes {
        if let Stored::Bind { .. } = attribute.stored {
            answer.remove(&format!("{}@odata.bind", attribute.property));
            let id = state.get(&names::attribute_name(attribute)).as_str().unwrap_or_default();
            answer.insert(attribute.property.to_owned(), json!({"id": id}));
        }
    }
    answer.insert("id".to_owned(), json!("id"));
    if entity.assignments.is_some() {
        let items = encode::assignments(entity, state.get(schema::ASSIGNMENTS));
        answer.insert("assignments".to_owned(), items);
    }
    answer
}

/// A state without what a body carries: the reference that cannot help the decoder.
fn without_body(entity: &Entity, state: &Value) -> Value {
    let Value::Object(mut entries) = state.clone() else { return Value::Null };
    for attribute in entity.attributes {
        if attribute.presence != Presence::ReadOnly && attribute.secret != Secret::Unreadable {
            entries.insert(names::attribute_name(attribute).into_owned(), Value::Null);
        }
    }
    for variant in entity.family {
        entries.insert(variant.name.to_owned(), Value::Null);
    }
    entries.insert(schema::ASSIGNMENTS.to_owned(), Value::Null);
    Value::Object(entries)
}

/// A state of an entity.
fn state(entity: &'static Entity, generator: &mut Generator) -> Value {
    let mut state = schema::resource(entity).block.empty_value();
    let Value::Object(entries) = &mut state else { return state };
    entries.insert("id".to_owned(), Value::from("id"));
    if let Place::Child { parent, .. } = entity.place {
        entries.insert(parent.to_owned(), Value::from("parent"));
    }
    for attribute in entity.attributes {
        let value = value(attribute, true, generator);
        entries.insert(names::attribute_name(attribute).into_owned(), value);
    }
    if !entity.family.is_empty()
        && let Value::Object(chosen) = variant(entity.family, generator)
    {
        entries.extend(chosen);
    }
    if let Some(assignments) = &entity.assignments {
        let count = generator.below(4);
        let some = (0..count).map(|_| assignment(assignments, generator));
        entries.insert(schema::ASSIGNMENTS.to_owned(), Value::set(some.collect::<Vec<_>>()));
    }
    state
}

fn assignment(assignments: &Assignments, generator: &mut Generator) -> Value {
    let kinds = target::kinds(&assignments.targets);
    Value::object(target::attributes(assignments).into_iter().map(|attribute| {
        let name = names::attribute_name(attribute);
        let value = if name == "type" {
            Value::from(kinds[usize::try_from(generator.below(kinds.len() as u64)).unwrap()])
        } else {
            value(attribute, false, generator)
        };
        (name.into_owned(), value)
    }))
}

fn fields(attributes: &[Attribute], generator: &mut Generator) -> Value {
    let mut entries = BTreeMap::new();
    for attribute in attributes {
        let name = names::attribute_name(attribute).into_owned();
        // Inside a complex value what only the service gives never comes out of a body.
        let given = attribute.presence == Presence::ReadOnly;
        entries.insert(name, if given { Value::Null } else { value(attribute, false, generator) });
    }
    Value::Object(entries)
}

fn variant(variants: &[Variant], generator: &mut Generator) -> Value {
    let chosen = usize::try_from(generator.below(variants.len() as u64)).unwrap();
    Value::object(variants.iter().enumerate().map(|(index, variant)| {
        let value =
            if index == chosen { fields(variant.attributes, generator) } else { Value::Null };
        (variant.name, value)
    }))
}

fn value(attribute: &Attribute, top: bool, generator: &mut Generator) -> Value {
    let always = attribute.presence == Presence::Required || attribute.default.is_some();
    if !always && generator.below(3) == 0 || attribute.secret == Secret::Unreadable && !top {
        return Value::Null;
    }
    let least = u64::from(attribute.empty_is_null || attribute.presence == Presence::Required);
    let element = |element: &Element, generator: &mut Generator| match element {
        Element::Scalar(kind) => scalar(kind, generator),
        Element::Object(inner) => fields(inner.attributes, generator),
        Element::Union(variants) => variant(variants, generator),
    };
    match &attribute.kind {
        Kind::Scalar(kind) => scalar(kind, generator),
        Kind::Flags(choice) => {
            let kind = Scalar::Choice(choice);
            set((0..=generator.below(3)).map(|_| scalar(&kind, generator)))
        }
        Kind::Object(inner) => fields(inner.attributes, generator),
        Kind::Union(variants) => variant(variants, generator),
        Kind::List(inner) => {
            let count = least + generator.below(3);
            Value::List((0..count).map(|_| element(inner, generator)).collect())
        }
        Kind::Set(inner) => {
            let count = least + generator.below(3);
            set((0..count).map(|_| element(inner, generator)))
        }
    }
}

/// A set in one order, so that the order says nothing.
fn set(elements: impl Iterator<Item = Value>) -> Value {
    let mut elements: Vec<Value> = elements.collect();
    elements.sort();
    Value::set(elements)
}

fn scalar(kind: &Scalar, generator: &mut Generator) -> Value {
    let number = generator.below(1_000_000);
    match kind {
        Scalar::Boolean => Value::from(number.is_multiple_of(2)),
        Scalar::Int32 => Value::Number(Number::from(i64::try_from(number).unwrap())),
        Scalar::Int64 => {
            Value::Number(Number::from(9_007_199_254_740_993 + i64::try_from(number).unwrap()))
        }
        Scalar::Double => Value::Number(format!("{number}.1").parse().unwrap()),
        Scalar::Choice(choice) => {
            // An old name and its new one are one value, of which an update says nothing.
            let at = usize::try_from(number).unwrap() % choice.members.len();
            Value::from(equal::member(choice, choice.members[at]).unwrap())
        }
        Scalar::Guid => Value::from(format!("{number:08x}-0000-4000-8000-000000000000")),
        Scalar::DateTime => Value::from(format!("2026-03-03T09:14:{:02}Z", number % 60)),
        Scalar::Date => Value::from(format!("2026-03-{:02}", number % 28 + 1)),
        Scalar::TimeOfDay => Value::from(format!("08:{:02}:00", number % 60)),
        Scalar::Duration => Value::from(format!("PT{number}S")),
        Scalar::Binary => Value::from("aGVsbG8="),
        Scalar::String => Value::from(
            ["text", "Ünïcode \"quoted\"", " spaces ", "line\nbreak"]
                [usize::try_from(number).unwrap() % 4],
        ),
    }
}
