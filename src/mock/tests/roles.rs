//! Intune roles and their assignments.

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{FINANCE, NIGHT_SHIFT, ORIGIN};

const ROLES: &str = "/beta/deviceManagement/roleDefinitions";
const ASSIGNMENTS: &str = "/beta/deviceManagement/roleAssignments";
const HELP_DESK: &str = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e";

fn role(name: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.roleDefinition",
        "displayName": name,
        "description": "Sync and reboot managed devices",
        "isBuiltIn": false,
        "rolePermissions": [{
            "@odata.type": "#microsoft.graph.rolePermission",
            "resourceActions": [{
                "@odata.type": "#microsoft.graph.resourceAction",
                "allowedResourceActions": ["Microsoft.Intune_ManagedDevices_Read"],
                "notAllowedResourceActions": [],
            }],
        }],
    })
}

fn assignment(bind: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment",
        "displayName": "First-line support, UK",
        "description": "Support staff over UK devices",
        "members": [FINANCE],
        "resourceScopes": [NIGHT_SHIFT],
        "scopeType": "resourceScope",
        "roleScopeTagIds": ["0"],
        "roleDefinition@odata.bind": bind,
    })
}

fn bind(role: &str) -> String {
    format!("{ORIGIN}{ROLES}/{role}")
}

#[test]
fn the_permissions_stand_twice_in_beta_and_once_in_v1() {
    let tenant = Tenant::new();
    let created = tenant.post(ROLES, &role("First-line support")).ok(201);
    assert_eq!(
        created.body["@odata.type"],
        "#microsoft.graph.deviceAndAppManagementRoleDefinition"
    );
    assert_eq!(created.body["permissions"], created.body["rolePermissions"]);
    assert_eq!(
        created.body["rolePermissions"][0]["actions"],
        json!(["Microsoft.Intune_ManagedDevices_Read"])
    );
    assert_eq!(created.body["roleScopeTagIds"], json!(["0"]));
    let v1 =
        tenant.get(&format!("/v1.0/deviceManagement/roleDefinitions/{}", created.id())).ok(200);
    for name in ["permissions", "roleScopeTagIds", "isBuiltInRoleDefinition"] {
        assert_eq!(v1.body.get(name), None, "{name}");
    }
    assert_eq!(v1.body["rolePermissions"][0].get("actions"), None);
}

#[test]
fn a_role_without_its_type_is_refused_as_its_declared_type_has_subtypes() {
    let tenant = Tenant::new();
    let mut body = role("First-line support");
    body.as_object_mut().expect("an object").remove("@odata.type");
    tenant.post(ROLES, &body).refused(400, "@odata.type annotation is missing");
}

#[test]
fn built_in_roles_are_there_and_cannot_be_changed_or_deleted() {
    let tenant = Tenant::new();
    let url = format!("{ROLES}/{HELP_DESK}");
    assert_eq!(tenant.get(&url).ok(200).body["isBuiltIn"], true);
    let change = json!({ "@odata.type": "#microsoft.graph.roleDefinition", "description": "x" });
    tenant.patch(&url, &change).refused(400, "built-in");
    tenant.delete(&url).refused(400, "built-in");
    let mut body = role("Mine");
    body["isBuiltIn"] = json!(true);
    tenant.post(ROLES, &body).refused(400, "built-in");
}

#[test]
fn a_change_of_role_permissions_replaces_them_whole() {
    let tenant = Tenant::new();
    let id = tenant.post(ROLES, &role("First-line support")).ok(201).id();
    let mut change = json!({ "@odata.type": "#microsoft.graph.roleDefinition" });
    change["rolePermissions"] = json!([{ "resourceActions": [{
        "allowedResourceActions": ["Microsoft.Intune_RemoteTasks_RebootNow"],
    }] }]);
    let changed = tenant.patch(&format!("{ROLES}/{id}"), &change).ok(200);
    let action = &changed.body["rolePermissions"][0]["resourceActions"][0];
    assert_eq!(action["allowedResourceActions"], json!(["Microsoft.Intune_RemoteTasks_RebootNow"]));
    assert_eq!(action["notAllowedResourceActions"], json!([]));
    assert_eq!(changed.body["permissions"], changed.body["rolePermissions"]);
}

#[test]
fn role_names_are_unique_and_actions_have_the_form_of_the_service() {
    let tenant = Tenant::new();
    tenant.post(ROLES, &role("First-line support")).ok(201);
    tenant.post(ROLES, &role("first-line support")).refused(400, "already exists");
    let mut body = role("Other");
    body["rolePermissions"][0]["resourceActions"][0]["allowedResourceActions"] =
        json!(["devices/read"]);
    tenant.post(ROLES, &body).refused(400, "'devices/read' is not known");
}

#[test]
fn a_role_with_assignments_cannot_be_deleted() {
    let tenant = Tenant::new();
    let id = tenant.post(ROLES, &role("First-line support")).ok(201).id();
    let assigned = tenant.post(ASSIGNMENTS, &assignment(&bind(&id))).ok(201).id();
    let url = format!("{ROLES}/{id}");
    tenant.delete(&url).refused(400, "has role assignments");
    tenant.delete(&format!("{ASSIGNMENTS}/{assigned}")).ok(204);
    tenant.delete(&url).ok(204);
}

#[test]
fn the_role_is_bound_by_its_exact_address() {
    let tenant = Tenant::new();
    let ok = [bind(HELP_DESK), format!("{ORIGIN}{ROLES}('{HELP_DESK}')")];
    for address in ok {
        tenant.post(ASSIGNMENTS, &assignment(&address)).ok(201);
    }
    for address in [
        format!("https://graph.microsoft.com{ROLES}/{HELP_DESK}"),
        format!("{ORIGIN}/v1.0/deviceManagement/roleDefinitions/{HELP_DESK}"),
        format!("{ORIGIN}/beta/roleManagement/cloudPC/roleDefinitions/{HELP_DESK}"),
        format!("{ORIGIN}{ROLES}/00000000-1111-2222-3333-444444444444"),
    ] {
        tenant.post(ASSIGNMENTS, &assignment(&address)).refused(400, "does not lead to an object");
    }
    let mut body = assignment("");
    body.as_object_mut().expect("an object").remove("roleDefinition@odata.bind");
    tenant.post(ASSIGNMENTS, &body).refused(400, "'roleDefinition@odata.bind' is required");
}

#[test]
fn the_role_of_an_assignment_shows_only_when_expanded() {
    let tenant = Tenant::new();
    let created = tenant.post(ASSIGNMENTS, &assignment(&bind(HELP_DESK))).ok(201);
    assert_eq!(created.body.get("roleDefinition"), None);
    assert_eq!(created.body["scopeMembers"], created.body["resourceScopes"]);
    let url = format!("{ASSIGNMENTS}/{}", created.id());
    assert_eq!(tenant.get(&url).ok(200).body.get("roleDefinition"), None);
    let expanded = tenant.get(&format!("{url}?$expand=roleDefinition")).ok(200).body;
    assert_eq!(expanded["roleDefinition"]["id"], HELP_DESK);
    assert_eq!(expanded["roleDefinition"].get("rolePermissions"), None);
    let alone = tenant.get(&format!("{url}/roleDefinition")).ok(200).body;
    assert_eq!(alone["id"], HELP_DESK);
}

#[test]
fn the_nested_path_of_a_role_can_only_be_read() {
    let tenant = Tenant::new();
    let id = tenant.post(ASSIGNMENTS, &assignment(&bind(HELP_DESK))).ok(201).id();
    let nested = format!("{ROLES}/{HELP_DESK}/roleAssignments");
    let listed = tenant.get(&nested).ok(200).body;
    assert_eq!(listed["value"][0]["id"], id);
    assert_eq!(tenant.get(&format!("{nested}/{id}")).ok(200).body["id"], id);
    let no_route = tenant.patch(&format!("{nested}/{id}"), &json!({ "description": "x" }));
    assert_eq!(no_route.body["error"]["code"], "No method match route template");
    let no_route = tenant.post(&nested, &assignment(&bind(HELP_DESK)));
    assert_eq!(no_route.body["error"]["code"], "No method match route template");
}

#[test]
fn scope_groups_go_with_the_scope_type_and_with_nothing_else() {
    let tenant = Tenant::new();
    let create = |scope_type: Value, scopes: Option<Value>| {
        let mut body = assignment(&bind(HELP_DESK));
        body["scopeType"] = scope_type;
        match scopes {
            Some(scopes) => body["resourceScopes"] = scopes,
            None => drop(body.as_object_mut().expect("an object").remove("resourceScopes")),
        }
        tenant.post(ASSIGNMENTS, &body)
    };
    create(json!("resourceScope"), None).refused(400, "are required");
    create(json!("resourceScope"), Some(json!([]))).refused(400, "are required");
    create(json!("allDevices"), Some(json!([NIGHT_SHIFT]))).refused(400, "cannot be given");
    create(json!("allDevices"), Some(Value::Null)).refused(400, "cannot be null");
    create(json!("allLicensedUsers"), None).ok(201);
    create(Value::Null, Some(json!([NIGHT_SHIFT]))).refused(400, "null value");
}

#[test]
fn a_change_of_scope_groups_needs_the_scope_type() {
    let tenant = Tenant::new();
    let id = tenant.post(ASSIGNMENTS, &assignment(&bind(HELP_DESK))).ok(201).id();
    let url = format!("{ASSIGNMENTS}/{id}");
    tenant
        .patch(&url, &json!({ "resourceScopes": [FINANCE] }))
        .refused(400, "scopeType is required");
    tenant.patch(&url, &json!({ "resourceScopes": null })).refused(400, "cannot be null");
    let both = json!({ "resourceScopes": [FINANCE], "scopeType": "resourceScope" });
    assert_eq!(tenant.patch(&url, &both).ok(200).body["resourceScopes"], json!([FINANCE]));
    let wider = tenant.patch(&url, &json!({ "scopeType": "allDevices" })).ok(200);
    assert_eq!(wider.body["resourceScopes"], json!([]));
    tenant.patch(&url, &json!({ "description": "only this" })).ok(200);
    let other = json!({ "roleDefinition@odata.bind": bind(HELP_DESK) });
    tenant.patch(&url, &other).refused(400, "cannot be changed");
}

#[test]
fn v1_has_members_and_scope_groups_alone() {
    let tenant = Tenant::new();
    let v1 = "/v1.0/deviceManagement/roleAssignments";
    let mut body = json!({
        "displayName": "First-line support, UK",
        "members": [FINANCE],
        "resourceScopes": [NIGHT_SHIFT],
    });
    body["roleDefinition@odata.bind"] =
        json!(format!("{ORIGIN}/v1.0/deviceManagement/roleDefinitions/{HELP_DESK}"));
    assert_eq!(tenant.post(v1, &body).ok(201).body.get("scopeType"), None);
    body["scopeType"] = json!("resourceScope");
    tenant.post(v1, &body).refused(400, "does not exist");
}

#[test]
fn an_assignment_whose_groups_are_gone_haunts_the_lists() {
    let tenant = Tenant::with(|switches| switches.zombies = true);
    let id = tenant.post(ASSIGNMENTS, &assignment(&bind(HELP_DESK))).ok(201).id();
    tenant.mock.delete_group(FINANCE);
    let url = format!("{ASSIGNMENTS}/{id}");
    assert_eq!(tenant.get(ASSIGNMENTS).ok(200).body["value"][0]["id"], id);
    tenant.get(&url).refused(404, "There is no role assignment");
    tenant.patch(&url, &json!({ "description": "x" })).refused(404, "There is no role assignment");
    tenant.delete(&url).refused(404, "There is no role assignment");
}

#[test]
fn scope_members_are_not_written() {
    let tenant = Tenant::new();
    let mut body = assignment(&bind(HELP_DESK));
    body["scopeMembers"] = json!([NIGHT_SHIFT]);
    tenant.post(ASSIGNMENTS, &body).refused(400, "read-only");
}

#[test]
fn resource_operations_and_scope_tags_can_be_read() {
    let tenant = Tenant::with(|switches| switches.page_size = 100);
    let operations = tenant.get("/beta/deviceManagement/resourceOperations").ok(200).body;
    let ids: Vec<&str> = operations["value"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|operation| operation["id"].as_str())
        .collect();
    assert!(ids.contains(&"Microsoft.Intune_RemoteTasks_RebootNow"));
    let tags = tenant.get("/beta/deviceManagement/roleScopeTags").ok(200).body;
    assert_eq!(tags["value"][0]["id"], "0");
    tenant.get("/v1.0/deviceManagement/roleScopeTags").refused(404, "segment 'roleScopeTags'");
}
