//! Assignments: kinds of targets, what each of them needs, and duplicates.

use std::collections::BTreeSet;

use super::{Whereabouts, check as check_attribute};
use crate::engine::schema::ASSIGNMENTS;
use crate::engine::{names, target};
use crate::spec::{Assignments, Attribute, Kind, Scalar};
use crate::tf::{Diagnostics, Value};

const SUMMARY: &str = "Invalid assignment";

/// Checks the configured assignments.
pub(super) fn check(described: &Assignments, assignments: &Value, diags: &mut Diagnostics) {
    let at = Whereabouts::default().child(ASSIGNMENTS).element();
    let attributes = target::attributes(described);
    let mut seen = BTreeSet::new();
    for assignment in assignments.elements().unwrap_or_default() {
        if assignment.entries().is_none() {
            continue;
        }
        for attribute in &attributes {
            let value = assignment.get(&names::attribute_name(attribute));
            check_attribute(attribute, value, &at, diags);
        }
        let Some(kind) = kind(described, assignment, &at, diags) else { continue };
        needs(described, kind, assignment, &at, diags);
        filter(assignment, &at, diags);
        let Some(key) = key(described, kind, assignment) else { continue };
        if !seen.insert(key) {
            let whom = target::names_one(&described.targets, kind)
                .and_then(|attribute| assignment.get(&names::attribute_name(attribute)).as_str())
                .unwrap_or(kind);
            let detail = format!(
                "\"{whom}\" is assigned twice. Each target may stand in `assignments` once."
            );
            diags.push(at.error("Assigned twice", detail));
        }
    }
}

/// The kind of a target. `None`: not known yet, or not a kind, which is reported.
fn kind(
    described: &Assignments,
    assignment: &Value,
    at: &Whereabouts,
    diags: &mut Diagnostics,
) -> Option<&'static str> {
    let kinds = target::kinds(&described.targets);
    match assignment.get("type") {
        Value::Null => Some(target::default_kind(&described.targets)),
        Value::String(text) => {
            let kind = kinds.iter().copied().find(|kind| kind.eq_ignore_ascii_case(text));
            if kind.is_none() {
                let known = kinds.join("\", \"");
                let detail =
                    format!("\"{text}\" is no kind of target here. Possible kinds: \"{known}\".");
                diags.push(at.error(SUMMARY, detail));
            }
            kind
        }
        _ => None,
    }
}

/// A kind that names a group needs the group, and the others have none.
fn needs(
    described: &Assignments,
    kind: &'static str,
    assignment: &Value,
    at: &Whereabouts,
    diags: &mut Diagnostics,
) {
    let needed = target::names_one(&described.targets, kind);
    for attribute in target::inside(&described.targets) {
        let name = names::attribute_name(attribute);
        let is_needed = needed.is_some_and(|needed| needed.property == attribute.property);
        let names_something = matches!(attribute.property, "groupId" | "collectionId");
        let value = assignment.get(&name);
        if is_needed && value.is_null() {
            diags.push(
                at.error(SUMMARY, format!("A target of the kind \"{kind}\" needs `{name}`.")),
            );
        }
        if names_something && !is_needed && value.is_known() {
            diags.push(
                at.error(SUMMARY, format!("A target of the kind \"{kind}\" has no `{name}`.")),
            );
        }
    }
}

/// A filter and its type come together.
fn filter(assignment: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    let (id, r#type) = (assignment.get("filter_id"), assignment.get("filter_type"));
    if id.is_known() && r#type.is_null() || id.is_null() && r#type.is_known() {
        let detail = "`filter_id` and `filter_type` are set together, or not at all.".to_owned();
        diags.push(at.error(SUMMARY, detail));
    }
}

/// What tells two assignments apart: the target, and an enumeration beside it such as `intent`. `None`: not known yet.
fn key(described: &Assignments, kind: &str, assignment: &Value) -> Option<String> {
    let told_apart_by =
        |attribute: &&Attribute| matches!(attribute.kind, Kind::Scalar(Scalar::Choice(_)));
    let extra = described.extra.iter().filter(told_apart_by);
    let mut key = kind.to_owned();
    for attribute in target::names_one(&described.targets, kind).into_iter().chain(extra) {
        match assignment.get(&names::attribute_name(attribute)) {
            Value::Unknown(_) => return None,
            value => {
                key.push('\n');
                key.push_str(&value.as_str().unwrap_or_default().to_lowercase());
            }
        }
    }
    Some(key)
}
