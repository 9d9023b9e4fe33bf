//! Intune roles.

use serde_json::{Value, json};

use super::{
    BOTH, Filling, INTUNE_ROLES, OBSERVED, Related, Set, What, Write, role_assignment, rule,
};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::{Body, Object};
use crate::mock::world::World;

pub(super) const PATH: &str = "/deviceManagement/roleDefinitions";

pub(crate) static SET: Set = Set {
    path: PATH,
    noun: "role definition",
    type_name: "roleDefinition",
    stored_type: Some("deviceAndAppManagementRoleDefinition"),
    service: Service::Intune,
    singleton: false,
    versions: BOTH,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: INTUNE_ROLES,
    rules: &[
        rule(
            What::Required(&["displayName", "rolePermissions"]),
            "intune-rbac-roledefinition-create",
        ),
        rule(What::Default("isBuiltIn", "false"), "intune-rbac-roledefinition"),
        rule(
            What::Default("isBuiltInRoleDefinition", "false"),
            "intune-rbac-roledefinition (beta)",
        ),
        rule(What::Default("roleScopeTagIds", "[\"0\"]"), "intune-rbac-roledefinition (beta)"),
        rule(
            What::Fixed(&["isBuiltIn", "isBuiltInRoleDefinition"]),
            "intune-rbac-roledefinition-update",
        ),
        rule(What::Longest("displayName", 256), OBSERVED),
        rule(What::Unique("displayName"), OBSERVED),
        rule(What::Check(built_in), "intune-rbac-roledefinition: built-in roles cannot be changed"),
        rule(What::Check(known_actions), OBSERVED),
        rule(
            What::Fill(twins),
            "intune-rbac-roledefinition (beta): permissions and actions are older names",
        ),
        rule(What::Fill(scope_tags), OBSERVED),
        rule(What::Keep(in_use), OBSERVED),
        rule(What::Leads("roleAssignments", assignments, false), OBSERVED),
    ],
};

fn is_built_in(body: &Body) -> bool {
    body.get("isBuiltIn").and_then(Value::as_bool) == Some(true)
}

fn built_in(write: &Write<'_>) -> Result<(), Problem> {
    let old = write.before.and_then(Object::live);
    if old.is_some_and(is_built_in) {
        return Err(Problem::bad_request("A built-in role definition cannot be changed."));
    }
    if old.is_none() && is_built_in(write.after) {
        return Err(Problem::bad_request("A built-in role definition cannot be created."));
    }
    Ok(())
}

/// Every action of a role is one of `GET /deviceManagement/resourceOperations`: names have the form `Microsoft.Intune_<Resource>_<Operation>`.
fn known_actions(write: &Write<'_>) -> Result<(), Problem> {
    for action in actions(write.sent, "allowedResourceActions")
        .chain(actions(write.sent, "notAllowedResourceActions"))
    {
        let Some(action) = action.as_str() else { continue };
        let well_formed = action
            .strip_prefix("Microsoft.Intune_")
            .or_else(|| action.strip_prefix("Microsoft.Intune/"))
            .is_some_and(|rest| rest.contains(['_', '/']));
        if !well_formed {
            return Err(Problem::bad_request(format!(
                "The resource action '{action}' is not known."
            )));
        }
    }
    Ok(())
}

fn actions<'a>(body: &'a Body, name: &'a str) -> impl Iterator<Item = &'a Value> {
    body.get("rolePermissions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|permission| permission.get("resourceActions").and_then(Value::as_array))
        .flatten()
        .filter_map(move |action| action.get(name).and_then(Value::as_array))
        .flatten()
}

/// In beta the permissions stand there twice, and each has a flat list of its allowed actions.
fn twins(body: &mut Body, filling: &mut Filling<'_>) {
    let older =
        filling.sent.contains_key("permissions") && !filling.sent.contains_key("rolePermissions");
    let source = if older { "permissions" } else { "rolePermissions" };
    let mut permissions = body.get(source).cloned().unwrap_or_else(|| json!([]));
    for permission in permissions.as_array_mut().into_iter().flatten() {
        let allowed: Vec<Value> = permission
            .get("resourceActions")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|action| action.get("allowedResourceActions").and_then(Value::as_array))
            .flatten()
            .cloned()
            .collect();
        permission["actions"] = Value::Array(allowed);
        for action in permission
            .get_mut("resourceActions")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            for name in ["allowedResourceActions", "notAllowedResourceActions"] {
                action.entry(name).or_insert_with(|| json!([]));
            }
        }
    }
    body.insert("rolePermissions".into(), permissions.clone());
    body.insert("permissions".into(), permissions);
}

/// An empty list of scope tags becomes the default tag.
pub(super) fn scope_tags(body: &mut Body, _filling: &mut Filling<'_>) {
    let empty = body.get("roleScopeTagIds").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if empty {
        body.insert("roleScopeTagIds".into(), json!(["0"]));
    }
}

fn in_use(world: &World, _set: &Set, object: &Object) -> Option<Problem> {
    if object.live().is_some_and(is_built_in) {
        return Some(Problem::bad_request("A built-in role definition cannot be deleted."));
    }
    let assigned = !assignments(world, object).ids.is_empty();
    assigned.then(|| {
        Problem::bad_request(
            "The role definition has role assignments and cannot be deleted. Delete them first.",
        )
    })
}

fn assignments(world: &World, object: &Object) -> Related {
    let ids = world
        .store
        .live(role_assignment::PATH)
        .filter(|(other, _)| {
            other.hidden.get("roleDefinition").is_some_and(|id| id.eq_ignore_ascii_case(&object.id))
        })
        .map(|(other, _)| other.id.clone())
        .collect();
    Related { path: role_assignment::PATH, ids, collection: true, leaves_out: &[] }
}
