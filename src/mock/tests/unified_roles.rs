//! Roles of Windows 365.

use serde_json::{Value, json};

use super::Tenant;
use super::harness::FINANCE;

const ROLES: &str = "/beta/roleManagement/cloudPC/roleDefinitions";
const ASSIGNMENTS: &str = "/beta/roleManagement/cloudPC/roleAssignments";
const READER: &str = "ea8e2fb8-e909-44e6-bae7-56757cf6f347";

fn role() -> Value {
    json!({
        "displayName": "Operator",
        "rolePermissions": [{ "allowedResourceActions": ["Microsoft.CloudPC/CloudPCs/Read"] }],
    })
}

#[test]
fn a_new_role_is_enabled_and_its_own_template() {
    let tenant = Tenant::new();
    let made = tenant.post(ROLES, &role()).ok(201);
    assert_eq!(made.body["templateId"], made.body["id"]);
    assert_eq!((&made.body["isEnabled"], &made.body["isBuiltIn"]), (&json!(true), &json!(false)));
    let url = format!("{ROLES}/{}", made.id());
    tenant.patch(&url, &json!({ "isEnabled": false })).ok(204);
    assert_eq!(tenant.get(&url).ok(200).body["isEnabled"], false);
    let mut wrong = role();
    wrong["rolePermissions"][0]["allowedResourceActions"] = json!(["Microsoft.Intune_Roles_Read"]);
    tenant.post(ROLES, &wrong).refused(400, "is not known");
    assert_ne!(tenant.get(&ROLES.replace("/beta/", "/v1.0/")).status, 200);
}

#[test]
fn built_in_roles_and_those_in_use_stay() {
    let tenant = Tenant::new();
    let built_in = format!("{ROLES}/{READER}");
    assert_eq!(tenant.get(&built_in).ok(200).body["isBuiltIn"], true);
    tenant.patch(&built_in, &json!({ "description": "mine" })).refused(400, "built-in");
    tenant.delete(&built_in).refused(400, "built-in");

    let role = tenant.post(ROLES, &role()).ok(201).id();
    let assignment =
        json!({ "displayName": "A", "roleDefinitionId": role, "principalIds": [FINANCE] });
    let assignment = tenant.post(ASSIGNMENTS, &assignment).ok(201).id();
    tenant.delete(&format!("{ROLES}/{role}")).refused(400, "role assignments");
    tenant.delete(&format!("{ASSIGNMENTS}/{assignment}")).ok(204);
    tenant.delete(&format!("{ROLES}/{role}")).ok(204);
}

#[test]
fn an_assignment_without_a_scope_reaches_the_tenant() {
    let tenant = Tenant::new();
    let body = json!({ "displayName": "A", "roleDefinitionId": READER, "principalIds": [FINANCE] });
    let made = tenant.post(ASSIGNMENTS, &body).ok(201);
    assert_eq!(made.body["directoryScopeIds"], json!(["/"]));
    assert_eq!(made.body["appScopeIds"], json!([]));
    let url = format!("{ASSIGNMENTS}/{}", made.id());
    let other = json!({ "roleDefinitionId": "b5c08161-a7af-481c-ace2-a20a69a48fb1" });
    tenant.patch(&url, &other).refused(400, "cannot be changed");
    let nobody = json!({ "displayName": "A", "roleDefinitionId": FINANCE, "principalIds": [] });
    tenant.post(ASSIGNMENTS, &nobody).refused(400, "does not exist");
}
