//! Every reply against the metadata: nothing that the type does not have, nothing of another type, no null where none can be.

use serde_json::{Map, Value};

use crate::mock::address::Address;
use crate::mock::metadata::{Kind, Property, Version, metadata};
use crate::mock::rules::{SETS, Set};

/// Checks the body of a reply to a request of `url`, where a set says of which type it is.
#[track_caller]
pub(crate) fn check(url: &str, body: &Value) {
    let path = url.trim_start_matches(super::harness::ORIGIN);
    let path = path.split('?').next().unwrap_or_default();
    let Ok(address) = Address::parse(path) else { return };
    let last = address.parts.last().map(String::as_str).unwrap_or_default();
    let last = last.split('(').next().unwrap_or(last);
    let returns_of = |set: &Set| {
        let metadata = metadata();
        let (type_name, version) = (set.type_name, address.version);
        let operation = metadata
            .function(type_name, last, version)
            .or_else(|| metadata.action(type_name, last, version));
        operation.and_then(|it| it.returns.as_ref()).map(|returns| returns.type_in(version))
    };
    let depth = |set: &Set| set.path.split('/').filter(|part| !part.is_empty()).count();
    let found = SETS
        .iter()
        .filter(|set| {
            let wanted = set.path.split('/').filter(|part| !part.is_empty());
            let below = address.parts.len().checked_sub(depth(set));
            // A function may stand behind an object.
            let reach = if returns_of(set).is_some() { 2 } else { 1 };
            wanted.zip(&address.parts).all(|(wanted, part)| wanted == "{}" || wanted == part)
                && below.is_some_and(|below| below <= reach)
        })
        .max_by_key(|set| depth(set));
    let Some(set) = found else { return };
    let declared = returns_of(set).unwrap_or(set.type_name);
    if declared.starts_with("Edm.") {
        let items = body.get("value").and_then(Value::as_array).into_iter().flatten();
        return items.for_each(|item| one(declared, item, address.version, path));
    }
    let whole = !url.contains("$select");
    match body.get("value") {
        Some(Value::Array(items)) => {
            for item in items {
                object(declared, item, address.version, path, whole);
            }
        }
        _ => object(declared, body, address.version, path, whole),
    }
}

#[track_caller]
fn object(declared: &str, value: &Value, version: Version, at: &str, whole: bool) {
    let Value::Object(fields) = value else { panic!("{at}: {value} is no {declared}") };
    let given = fields.get("@odata.type").and_then(Value::as_str);
    let type_name = given.map_or(declared, |given| {
        metadata().resolve(given).unwrap_or_else(|| panic!("{at}: the type {given} is not known"))
    });
    assert!(metadata().is_a(type_name, declared), "{at}: {type_name} is no {declared}");
    let found = metadata().get(type_name).expect("a resolved type is there");
    assert!(!found.is_abstract, "{at}: {type_name} is abstract");
    for (name, value) in fields.iter().filter(|(name, _)| !name.contains('@')) {
        let at = format!("{at}.{name}");
        let property = metadata()
            .property(type_name, name, version)
            .or_else(|| metadata().navigation(type_name, name, version));
        match property {
            Some(property) => values(property, value, version, &at),
            None => assert!(found.open, "{at}: {type_name} has no such property"),
        }
    }
    if whole {
        full(type_name, fields, version, at);
    }
}

/// A reply without `$select` has every property that the version's type has, but for those that come only when selected.
#[track_caller]
fn full(type_name: &str, fields: &Map<String, Value>, version: Version, at: &str) {
    for (name, property) in metadata().properties(type_name, version) {
        let there = fields.contains_key(name);
        assert!(there || property.select_only, "{at}: {name} of {type_name} is missing");
    }
}

#[track_caller]
fn values(property: &Property, value: &Value, version: Version, at: &str) {
    match value {
        Value::Null => assert_ne!(property.nullable, Some(false), "{at} is null"),
        Value::Array(items) => {
            assert!(property.collection, "{at} is a collection");
            items.iter().for_each(|item| one(property.type_in(version), item, version, at));
        }
        value => {
            assert!(!property.collection, "{at} is no collection");
            one(property.type_in(version), value, version, at);
        }
    }
}

#[track_caller]
fn one(type_name: &str, value: &Value, version: Version, at: &str) {
    match type_name {
        "Edm.String" => assert!(value.is_string(), "{at}: {value}"),
        "Edm.Boolean" => assert!(value.is_boolean(), "{at}: {value}"),
        "Edm.Int32" | "Edm.Int64" => assert!(value.is_i64(), "{at}: {value}"),
        "Edm.DateTimeOffset" => {
            let text = value.as_str().unwrap_or_default();
            assert!(
                text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z'),
                "{at}: {value}"
            );
        }
        "Edm.Date" => {
            let text = value.as_str().unwrap_or_default();
            assert!(text.parse::<jiff::civil::Date>().is_ok(), "{at}: {value}");
        }
        name => match metadata().get(name).map(|found| (found.kind, found)) {
            Some((Kind::Enum, found)) => {
                for member in value.as_str().unwrap_or_default().split(',') {
                    assert!(found.members.iter().any(|m| m == member), "{at}: {member} of {name}");
                }
            }
            Some(_) => object(name, value, version, at, !at.ends_with(".roleDefinition")),
            None => panic!("{at}: the type {name} is not in the excerpt"),
        },
    }
}
