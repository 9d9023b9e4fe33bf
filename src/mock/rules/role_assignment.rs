//! Intune role assignments.

use serde_json::{Value, json};

use super::{
    BOTH, Filling, INTUNE_ROLES, OBSERVED, Related, Set, What, Write, role_definition, rule,
};
use crate::mock::answer::{Problem, Service};
use crate::mock::metadata::Version;
use crate::mock::store::{Body, Object};
use crate::mock::world::World;

pub(super) const PATH: &str = "/deviceManagement/roleAssignments";

pub(crate) static SET: Set = Set {
    path: PATH,
    noun: "role assignment",
    type_name: "deviceAndAppManagementRoleAssignment",
    stored_type: None,
    service: Service::Intune,
    singleton: false,
    versions: BOTH,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: INTUNE_ROLES,
    rules: &[
        rule(
            What::Required(&["displayName", "members"]),
            "intune-rbac-deviceandappmanagementroleassignment-create",
        ),
        rule(What::Bind("roleDefinition", role_definition::PATH), OBSERVED),
        rule(What::NoNull(&["resourceScopes", "members"]), OBSERVED),
        rule(What::ReadOnly(&["scopeMembers"]), OBSERVED),
        rule(What::Longest("displayName", 128), "intune-rbac-roleassignment"),
        rule(What::Longest("description", 1024), "intune-rbac-roleassignment"),
        rule(What::Check(scope_in_create), OBSERVED),
        rule(What::Check(scope_in_update), OBSERVED),
        rule(What::Groups(&["members", "resourceScopes"]), OBSERVED),
        rule(
            What::Fill(scopes),
            "intune-rbac-roleassignment (beta): scopeMembers repeats resourceScopes",
        ),
        rule(What::Fill(role_definition::scope_tags), OBSERVED),
        rule(What::Leads("roleDefinition", role, true), "intune-rbac-roleassignment"),
    ],
};

const RESOURCE_SCOPE: &str = "resourceScope";

fn scope_type(body: &Body) -> Option<&str> {
    body.get("scopeType").and_then(Value::as_str)
}

fn has_scopes(body: &Body) -> bool {
    body.get("resourceScopes").and_then(Value::as_array).is_some_and(|ids| !ids.is_empty())
}

/// With `resourceScope` there are scope groups; with every other scope type the property is absent.
fn scope_rule(scope_type: &str, sent: &Body, scoped: bool) -> Result<(), Problem> {
    match scope_type {
        RESOURCE_SCOPE if !scoped => Err(Problem::bad_request(
            "The resourceScopes are required when the scopeType is resourceScope.",
        )),
        RESOURCE_SCOPE => Ok(()),
        other if sent.contains_key("resourceScopes") => Err(Problem::bad_request(format!(
            "The resourceScopes cannot be given when the scopeType is {other}."
        ))),
        _ => Ok(()),
    }
}

fn scope_in_create(write: &Write<'_>) -> Result<(), Problem> {
    if write.before.is_some() {
        return Ok(());
    }
    match (write.version, scope_type(write.sent)) {
        // v1.0 has no scope type: the groups named, or everything.
        (Version::V1, _) => Ok(()),
        (Version::Beta, sent) => {
            scope_rule(sent.unwrap_or(RESOURCE_SCOPE), write.sent, has_scopes(write.sent))
        }
    }
}

fn scope_in_update(write: &Write<'_>) -> Result<(), Problem> {
    if write.before.is_none() || write.version == Version::V1 {
        return Ok(());
    }
    match scope_type(write.sent) {
        None if write.sent.contains_key("resourceScopes") => Err(Problem::bad_request(
            "The scopeType is required when the resourceScopes are changed.",
        )),
        None => Ok(()),
        Some(sent) => scope_rule(sent, write.sent, has_scopes(write.after)),
    }
}

fn scopes(body: &mut Body, filling: &mut Filling<'_>) {
    if scope_type(body).is_none() {
        let kind = if has_scopes(body) { RESOURCE_SCOPE } else { "allDevicesAndLicensedUsers" };
        body.insert("scopeType".into(), json!(kind));
    }
    let elsewhere = scope_type(body) != Some(RESOURCE_SCOPE);
    if elsewhere && !filling.sent.contains_key("resourceScopes") {
        body.insert("resourceScopes".into(), json!([]));
    }
    let scopes = body.get("resourceScopes").cloned().unwrap_or_else(|| json!([]));
    body.insert("scopeMembers".into(), scopes);
}

fn role(_world: &World, object: &Object) -> Related {
    Related {
        path: role_definition::PATH,
        ids: object.hidden.get("roleDefinition").cloned().into_iter().collect(),
        collection: false,
        leaves_out: &["permissions", "rolePermissions"],
    }
}
