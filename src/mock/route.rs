//! Which set, object or operation an address means.

use super::answer::Problem;
use super::call::Call;
use super::metadata::metadata;
use super::rules::{SETS, Set};

/// What an address means.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) set: &'static Set,
    /// The collection, with the ids of its parents.
    pub(crate) path: String,
    pub(crate) what: Place,
}

/// The place below a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The collection, or the singleton.
    Root,
    /// One object.
    Item(String),
    /// Something behind an object: a navigation property, an action or a function, and perhaps a key.
    Behind { id: String, name: String, key: Option<String> },
    /// An action or function of the collection or singleton.
    Operation(String),
}

/// Finds the target of a call.
pub(crate) fn resolve(call: &Call) -> Result<Target, Problem> {
    let parts: Vec<&str> = call.address.parts.iter().map(String::as_str).collect();
    let found = SETS
        .iter()
        .filter_map(|set| Some((*set, matched(set, &parts)?)))
        // What has no verbs is there for its actions and functions alone.
        .filter(|(set, (count, _))| {
            !set.verbs.is_empty()
                || is_operation(set, parts.get(*count..).unwrap_or_default(), call)
        })
        .max_by_key(|(_, (count, _))| *count);
    let Some((set, (count, path))) = found else { return Err(unknown(call, &parts)) };
    if !set.versions.contains(&call.address.version) {
        let segment = parts.get(count - 1).copied().unwrap_or_default();
        return Err(Problem::no_segment(segment));
    }
    let what = match parts.get(count..).unwrap_or_default() {
        [] => Place::Root,
        [name] if set.singleton || is_operation_of_set(set, name, call) => {
            Place::Operation((*name).to_owned())
        }
        [id] => Place::Item((*id).to_owned()),
        [id, name] => Place::Behind { id: (*id).to_owned(), name: (*name).to_owned(), key: None },
        [id, name, key] => Place::Behind {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            key: Some((*key).to_owned()),
        },
        _ => return Err(Problem::no_route(&call.method, &call.address.path)),
    };
    Ok(Target { set, path, what })
}

/// How many parts the path of a set covers, and the path with the ids in it.
fn matched(set: &Set, parts: &[&str]) -> Option<(usize, String)> {
    let pattern: Vec<&str> = set.path.split('/').filter(|part| !part.is_empty()).collect();
    let covered = parts.get(..pattern.len())?;
    let mut path = String::new();
    for (wanted, part) in pattern.iter().zip(covered) {
        if *wanted != "{}" && !wanted.eq_ignore_ascii_case(part) {
            return None;
        }
        path.push('/');
        path.push_str(if *wanted == "{}" { part } else { wanted });
    }
    Some((pattern.len(), path))
}

/// Whether exactly one action or function of a set is meant.
fn is_operation(set: &Set, rest: &[&str], call: &Call) -> bool {
    let [name] = rest else { return false };
    let name = name.split('(').next().unwrap_or(name);
    let version = call.address.version;
    metadata().action(set.type_name, name, version).is_some()
        || metadata().function(set.type_name, name, version).is_some()
}

fn is_operation_of_set(set: &Set, name: &str, call: &Call) -> bool {
    let name = name.split('(').next().unwrap_or(name);
    let metadata = metadata();
    let version = call.address.version;
    let operation = metadata
        .action(set.type_name, name, version)
        .or_else(|| metadata.function(set.type_name, name, version));
    operation.is_some_and(|operation| operation.on_collection)
}

/// What the metadata knows and the mock does not serve is a missing route; the rest is a missing segment.
fn unknown(call: &Call, parts: &[&str]) -> Problem {
    let metadata = metadata();
    let version = call.address.version;
    let (singleton, rest) = match parts {
        ["deviceManagement", "virtualEndpoint", rest @ ..] => ("virtualEndpoint", rest),
        ["deviceManagement", rest @ ..] => ("deviceManagement", rest),
        [first, ..] => return Problem::no_segment(first),
        [] => return Problem::no_segment(""),
    };
    match rest.first() {
        Some(name) if metadata.navigation(singleton, name, version).is_none() => {
            Problem::no_segment(name)
        }
        _ => Problem::no_route(&call.method, &call.address.path),
    }
}
