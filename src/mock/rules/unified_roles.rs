//! Roles of Windows 365, in the shapes that all providers of unified access control share.

use serde_json::{Value, json};

use super::{Access, BETA, Filling, OBSERVED, Set, What, Write, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::{Body, Object};
use crate::mock::world::World;

const DEFINITION_PATH: &str = "/roleManagement/cloudPC/roleDefinitions";
const ASSIGNMENT_PATH: &str = "/roleManagement/cloudPC/roleAssignments";

/// Ids are the same in each tenant (Graph page "rbacapplicationmultiple-post-roleassignments", example 3, and windows-365 page "role-based access
/// control").
const BUILT_IN: &[(&str, &str, &[&str])] = &[
    (
        "b5c08161-a7af-481c-ace2-a20a69a48fb1",
        "Cloud PC Administrator",
        &["Microsoft.CloudPC/CloudPCs/Read", "Microsoft.CloudPC/CloudPCs/Reprovision"],
    ),
    (
        "ea8e2fb8-e909-44e6-bae7-56757cf6f347",
        "Cloud PC Reader",
        &["Microsoft.CloudPC/CloudPCs/Read"],
    ),
];

const ACCESS: Access = Access {
    read: &[
        "CloudPC.Read.All",
        "CloudPC.ReadWrite.All",
        "DeviceManagementRBAC.Read.All",
        "DeviceManagementRBAC.ReadWrite.All",
    ],
    write: &["CloudPC.ReadWrite.All", "DeviceManagementRBAC.ReadWrite.All"],
    app_only_writes: true,
    app_only_actions: &[],
};

pub(crate) static DEFINITIONS: Set = Set {
    path: DEFINITION_PATH,
    noun: "role definition",
    type_name: "unifiedRoleDefinition",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: ACCESS,
    rules: &[
        rule(
            What::Required(&["displayName", "rolePermissions"]),
            "rbacapplication-post-roledefinitions",
        ),
        rule(
            What::Default("isBuiltIn", "false"),
            "rbacapplication-post-roledefinitions, example 2",
        ),
        rule(What::Default("isEnabled", "true"), "rbacapplication-post-roledefinitions, example 2"),
        rule(
            What::Default("resourceScopes", "[\"/\"]"),
            "rbacapplication-post-roledefinitions, example 2",
        ),
        rule(What::Check(not_built_in), "unifiedroledefinition-update: read-only when isBuiltIn"),
        rule(What::Check(known_actions), "rbacapplication-post-roledefinitions, example 2"),
        rule(What::Then(own_template), "rbacapplication-post-roledefinitions, example 2"),
        rule(What::Keep(in_use), OBSERVED),
        rule(What::PatchWithoutBody, "unifiedroledefinition-update"),
    ],
};

pub(crate) static ASSIGNMENTS: Set = Set {
    path: ASSIGNMENT_PATH,
    noun: "role assignment",
    type_name: "unifiedRoleAssignmentMultiple",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: ACCESS,
    rules: &[
        rule(What::Required(&["roleDefinitionId"]), "unifiedroleassignmentmultiple"),
        rule(What::Fixed(&["roleDefinitionId"]), "unifiedroleassignmentmultiple: read-only"),
        rule(
            What::Fill(scope),
            "rbacapplicationmultiple-post-roleassignments, example 3: the whole tenant when none is named",
        ),
        rule(What::Check(known_role), OBSERVED),
        rule(What::Groups(&["principalIds"]), OBSERVED),
    ],
};

/// The roles that a tenant has from the start.
pub(crate) fn seed(world: &mut World) {
    for (id, name, actions) in BUILT_IN {
        let body = json!({
            "displayName": name,
            "description": format!("Built-in role: {name}"),
            "isBuiltIn": true,
            "isEnabled": true,
            "templateId": id,
            "resourceScopes": ["/"],
            "rolePermissions": [{ "allowedResourceActions": actions, "condition": null }],
        });
        world.place(DEFINITION_PATH, id, body);
    }
}

fn is_built_in(body: &Body) -> bool {
    body.get("isBuiltIn").and_then(Value::as_bool) == Some(true)
}

fn not_built_in(write: &Write<'_>) -> Result<(), Problem> {
    if write.before.and_then(Object::live).is_some_and(is_built_in) {
        return Err(Problem::bad_request("A built-in role definition cannot be changed."));
    }
    Ok(())
}

/// Names have the form `Microsoft.CloudPC/<Resource>/<Operation>`.
fn known_actions(write: &Write<'_>) -> Result<(), Problem> {
    let permissions = write.sent.get("rolePermissions").and_then(Value::as_array);
    for permission in permissions.into_iter().flatten() {
        for list in ["allowedResourceActions", "excludedResourceActions"] {
            let actions = permission.get(list).and_then(Value::as_array).into_iter().flatten();
            for action in actions.filter_map(Value::as_str) {
                let rest = action.strip_prefix("Microsoft.CloudPC/");
                if rest.is_none_or(|rest| rest.split('/').count() != 2) {
                    return Err(Problem::bad_request(format!(
                        "The resource action '{action}' is not known."
                    )));
                }
            }
        }
    }
    Ok(())
}

/// A role that was given no template is its own.
fn own_template(world: &mut World, id: &str) {
    let none = world
        .store
        .get(DEFINITION_PATH, id)
        .and_then(Object::live)
        .is_some_and(|body| body.get("templateId").is_none_or(Value::is_null));
    if none {
        let template = Body::from_iter([("templateId".to_owned(), json!(id))]);
        world.merge(DEFINITION_PATH, id, template);
    }
}

fn in_use(world: &World, _set: &Set, object: &Object) -> Option<Problem> {
    if object.live().is_some_and(is_built_in) {
        return Some(Problem::bad_request("A built-in role definition cannot be deleted."));
    }
    let role =
        |body: &Body| body.get("roleDefinitionId").and_then(Value::as_str).map(str::to_owned);
    let assigned = world
        .store
        .live(ASSIGNMENT_PATH)
        .any(|(_, body)| role(body).is_some_and(|role| role.eq_ignore_ascii_case(&object.id)));
    assigned.then(|| {
        Problem::bad_request("The role definition has role assignments and cannot be deleted.")
    })
}

fn scope(body: &mut Body, _filling: &mut Filling<'_>) {
    let empty = |body: &Body, name: &str| {
        body.get(name).and_then(Value::as_array).is_none_or(Vec::is_empty)
    };
    let nowhere = empty(body, "directoryScopeIds") && empty(body, "appScopeIds");
    for name in ["directoryScopeIds", "appScopeIds"] {
        if empty(body, name) {
            body.insert(name.into(), json!([]));
        }
    }
    if nowhere {
        body.insert("directoryScopeIds".into(), json!(["/"]));
    }
}

fn known_role(write: &Write<'_>) -> Result<(), Problem> {
    let role = write.after.get("roleDefinitionId").and_then(Value::as_str).unwrap_or_default();
    let found = write.world.store.get(DEFINITION_PATH, role).and_then(Object::live);
    match found {
        Some(_) => Ok(()),
        None => Err(Problem::bad_request(format!("The role definition '{role}' does not exist."))),
    }
}
