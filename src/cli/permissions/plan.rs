//! What a plan takes, from the document of `terraform show -json`.
//!
//! Source: <https://developer.hashicorp.com/terraform/internals/json-format>, format versions 1.x. A state in the same format is
//! understood too: whatever it holds is read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Use;
use crate::provider::permissions::{Mode, Operation, Type};

type Found = BTreeMap<(Mode, String), BTreeSet<Operation>>;

/// Types of ours, and what is done with each.
///
/// # Errors
/// Sentences: the document is no plan, or holds a type that this version does not serve.
pub(super) fn uses(text: &str, table: &[Type]) -> Result<Vec<Use>, String> {
    const NO_PLAN: &str = "this is no plan as JSON. Write one by `terraform plan -out FILE` and `terraform show -json FILE`.";
    let document: Json = serde_json::from_str(text).map_err(|_| NO_PLAN.to_owned())?;
    if document.get("format_version").is_none() {
        return Err(NO_PLAN.to_owned());
    }
    let mut found = Found::new();
    for change in array(&document, "resource_changes") {
        let actions = change.get("change").map(|it| array(it, "actions")).unwrap_or_default();
        for action in actions.iter().filter_map(Json::as_str) {
            note(&mut found, change, action);
        }
    }
    for invocation in array(&document, "action_invocations") {
        note(&mut found, invocation, "run");
    }
    // Data sources that were read by the plan itself stand among what it found. So does all that nothing happens to.
    for part in ["prior_state", "planned_values"] {
        let values = match part {
            "prior_state" => document.pointer("/prior_state/values"),
            part => document.get(part),
        };
        walk(values.and_then(|values| values.get("root_module")), &mut found);
    }
    // A state on its own.
    walk(document.pointer("/values/root_module"), &mut found);
    let mut unknown = Vec::new();
    let mut uses = Vec::new();
    for ((mode, name), operations) in found {
        let operations: Vec<_> = operations.into_iter().collect();
        match table.iter().find(|it| it.mode == mode && it.name == name) {
            Some(r#type) => uses.push(Use::of(r#type, &operations)),
            None => unknown.push(name),
        }
    }
    if unknown.is_empty() {
        return Ok(uses);
    }
    Err(format!("this version of the provider does not serve {}.", unknown.join(", ")))
}

/// Resources and data sources of a module and of those inside it.
fn walk(module: Option<&Json>, found: &mut Found) {
    let Some(module) = module else { return };
    for resource in array(module, "resources") {
        note(found, resource, "no-op");
    }
    for child in array(module, "child_modules") {
        walk(Some(child), found);
    }
}

/// Notes what an action of a plan takes. Whatever exists is read before anything else happens, and after.
fn note(found: &mut Found, resource: &Json, action: &str) {
    let text = |name: &str| resource.get(name).and_then(Json::as_str).unwrap_or_default();
    let name = text("type");
    if !["windows365_", "intune_"].iter().any(|prefix| name.starts_with(prefix)) {
        return;
    }
    let mode = match (text("mode"), action) {
        (_, "run") => Mode::Action,
        ("managed", _) => Mode::Managed,
        ("data", _) => Mode::Data,
        _ => return,
    };
    let done: &[Operation] = match action {
        // Some resources run actions instead of keeping an object.
        "create" => &[Operation::Create, Operation::Run],
        "update" => &[Operation::Update, Operation::Run],
        "delete" => &[Operation::Delete],
        "run" => &[Operation::Run],
        _ => &[],
    };
    let operations = found.entry((mode, name.to_owned())).or_default();
    operations.insert(Operation::Read);
    operations.extend(done);
}

fn array<'j>(value: &'j Json, name: &str) -> &'j [Json] {
    value.get(name).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}
