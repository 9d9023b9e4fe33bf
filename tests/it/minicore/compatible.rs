//! Whether what came out is what was announced: a final plan after a first one, a new state after a plan.
//!
//! Source: `internal/plans/objchange/compatible.go` in hashicorp/terraform.

use super::schema::{Block, NestedBlock, Nesting};
use super::value::Val;

/// Every place where `actual` breaks a promise of `planned`.
pub(crate) fn assert_object_compatible(block: &Block, planned: &Val, actual: &Val) -> Vec<String> {
    let mut faults = Vec::new();
    object(block, planned, actual, "", &mut faults);
    faults
}

fn object(block: &Block, planned: &Val, actual: &Val, place: &str, faults: &mut Vec<String>) {
    let here = if place.is_empty() { "Root object" } else { place };
    match (planned.is_null(), actual.is_null()) {
        (true, false) => return faults.push(format!("{here} was absent, but now present")),
        (false, true) => return faults.push(format!("{here} was present, but now absent")),
        (true, true) => return,
        (false, false) => {}
    }
    for name in block.attributes.keys() {
        value(&planned.get(name), &actual.get(name), &format!("{place}.{name}"), faults);
    }
    for (name, nested) in &block.blocks {
        blocks(nested, &planned.get(name), &actual.get(name), &format!("{place}.{name}"), faults);
    }
}

fn blocks(
    nested: &NestedBlock,
    planned: &Val,
    actual: &Val,
    place: &str,
    faults: &mut Vec<String>,
) {
    // An unknown number of blocks may turn out to be any number.
    if planned.is_unknown() {
        return;
    }
    match nested.nesting {
        Nesting::Single | Nesting::Group => object(&nested.block, planned, actual, place, faults),
        Nesting::List => {
            let (planned, actual) = (planned.elements(), actual.elements());
            if planned.len() != actual.len() {
                let (before, after) = (planned.len(), actual.len());
                return faults
                    .push(format!("{place}: block count changed from {before} to {after}"));
            }
            for (index, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                object(&nested.block, planned, actual, &format!("{place}[{index}]"), faults);
            }
        }
        Nesting::Map => {
            same_keys(planned, actual, place, faults);
            for (key, planned) in planned.entries() {
                if actual.entries().any(|(other, _)| other == key) {
                    object(
                        &nested.block,
                        planned,
                        &actual.get(key),
                        &format!("{place}[{key:?}]"),
                        faults,
                    );
                }
            }
        }
        Nesting::Set => sets(planned, actual, place, faults, &|planned, actual| {
            let mut faults = Vec::new();
            object(&nested.block, planned, actual, "", &mut faults);
            faults.is_empty()
        }),
    }
}

fn value(planned: &Val, actual: &Val, place: &str, faults: &mut Vec<String>) {
    match (planned, actual) {
        (Val::Dynamic(planned), Val::Dynamic(actual)) => {
            if !actual.0.conforms(&planned.0) && !planned.1.is_unknown() {
                faults.push(format!(
                    "{place}: wrong final value type: {:?} instead of {:?}",
                    actual.0, planned.0
                ));
            }
            return value(&planned.1, &actual.1, place, faults);
        }
        (Val::Unknown, _) => return,
        _ => {}
    }
    if planned.is_null() && actual.is_null() {
        return;
    }
    if actual.is_null() {
        return faults.push(format!("{place}: was {planned:?}, but now null"));
    }
    if planned.is_null() {
        return faults.push(format!("{place}: was null, but now {actual:?}"));
    }
    match (planned, actual) {
        (_, Val::Unknown) => faults.push(format!("{place}: was known, but now unknown")),
        (Val::List(before), Val::List(after)) => {
            for index in after.len()..before.len() {
                faults.push(format!("{place}: element {index} has vanished"));
            }
            for index in before.len()..after.len() {
                faults.push(format!("{place}: new element {index} has appeared"));
            }
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                value(before, after, &format!("{place}[{index}]"), faults);
            }
        }
        (Val::Map(_), Val::Map(_)) => {
            same_keys(planned, actual, place, faults);
            for (key, before) in planned.entries() {
                if actual.entries().any(|(other, _)| other == key) {
                    value(before, &actual.get(key), &format!("{place}.{key}"), faults);
                }
            }
        }
        (Val::Set(_), Val::Set(_)) => sets(planned, actual, place, faults, &|planned, actual| {
            let mut faults = Vec::new();
            value(planned, actual, "", &mut faults);
            faults.is_empty()
        }),
        (before, after) if before == after => {}
        (before, after) => faults.push(format!("{place}: was {before:?}, but now {after:?}")),
    }
}

fn same_keys(planned: &Val, actual: &Val, place: &str, faults: &mut Vec<String>) {
    for (key, _) in planned.entries() {
        if !actual.entries().any(|(other, _)| other == key) {
            faults.push(format!("{place}: element {key:?} has vanished"));
        }
    }
    for (key, _) in actual.entries() {
        if !planned.entries().any(|(other, _)| other == key) {
            faults.push(format!("{place}: new element {key:?} has appeared"));
        }
    }
}

/// Elements may become equal and so fewer once they are known, but never more, and each must have a partner on the other side.
fn sets(
    planned: &Val,
    actual: &Val,
    place: &str,
    faults: &mut Vec<String>,
    suits: &dyn Fn(&Val, &Val) -> bool,
) {
    let (planned, actual) = (planned.elements(), actual.elements());
    if planned.len() < actual.len() {
        let (before, after) = (planned.len(), actual.len());
        faults.push(format!("{place}: length changed from {before} to {after}"));
    }
    for element in planned.iter().filter(|it| !actual.iter().any(|other| suits(it, other))) {
        faults.push(format!(
            "{place}: planned set element {element:?} does not correlate with any element in actual"
        ));
    }
    for element in actual.iter().filter(|it| !planned.iter().any(|other| suits(other, it))) {
        faults.push(format!(
            "{place}: actual set element {element:?} does not correlate with any element in plan"
        ));
    }
}
