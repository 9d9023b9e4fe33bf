//! `windows365_role_assignment`: a role of Windows 365 given to groups of people, over a scope.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentmultiple?view=graph-rest-beta> and the pages of its
//! methods, as far as they speak of the Cloud PC provider.

use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_role_assignment",
    "unifiedRoleAssignmentMultiple",
    "/roleManagement/cloudPC/roleAssignments",
)
.beta()
.doc(
    "An assignment of a role of Windows 365: the members of its groups may do what the role allows, to what lies in its scope.",
    "https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentmultiple?view=graph-rest-beta",
)
// The same permissions as for definitions, in another order.
.permissions(Permissions {
    read: Access::both(&[
        "CloudPC.Read.All",
        "CloudPC.ReadWrite.All",
        "DeviceManagementRBAC.Read.All",
        "DeviceManagementRBAC.ReadWrite.All",
    ]),
    create: Access::both(&["CloudPC.ReadWrite.All", "DeviceManagementRBAC.ReadWrite.All"]),
    update: Access::both(&["CloudPC.ReadWrite.All", "DeviceManagementRBAC.ReadWrite.All"]),
    delete: Access::both(&["DeviceManagementRBAC.ReadWrite.All", "CloudPC.ReadWrite.All"]),
})
.left_out(&[LeftOut {
    property: "condition",
    why: "Conditions belong to roles of Microsoft Entra; the reference does not speak of them here.",
}])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the assignment."),
    string("description").empty_is_null().doc("What the assignment is for."),
    // Called read-only: it is given at creation, and no request changes it.
    guid("roleDefinitionId").required().replace().doc(
        "The role, by id: that of a `windows365_role_definition`, or of a built-in role such as Cloud PC Administrator \
         (`b5c08161-a7af-481c-ace2-a20a69a48fb1`) or Cloud PC Reader (`ea8e2fb8-e909-44e6-bae7-56757cf6f347`).",
    ),
    guids("principalIds").required().doc("Groups whose members get the role, by id."),
    // Answers give `["/"]` where the request named no scope of either kind; so it changes when the last scope of the other kind goes.
    strings("directoryScopeIds")
        .defaulted()
        .ignore_case()
        .checks(&[Check::MinLength(1)])
        .doc(
            "What the role reaches, as ids of directory objects; `\"/\"` is the whole tenant, which is meant when no scope is given.",
        ),
    strings("appScopeIds")
        .defaulted()
        .stable()
        .ignore_case()
        .doc("What the role reaches, as scopes of Windows 365 itself, such as scope tags by id."),
]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::check;

    const ADMINISTRATOR: &str = "b5c08161-a7af-481c-ace2-a20a69a48fb1";

    #[test]
    fn the_role_is_a_plain_id_and_the_scope_the_services() {
        let config = json!({
            "display_name": "Everywhere", "role_definition_id": ADMINISTRATOR,
            "principal_ids": ["f8ca5a85-489a-49a0-b555-0a6d81e56f0d"],
        });
        let assignment = check(&ENTITY).config(config);
        assignment.creates(expect![[r##"
            POST /roleManagement/cloudPC/roleAssignments
            {
              "@odata.type": "#microsoft.graph.unifiedRoleAssignmentMultiple",
              "displayName": "Everywhere",
              "principalIds": [
                "f8ca5a85-489a-49a0-b555-0a6d81e56f0d"
              ],
              "roleDefinitionId": "b5c08161-a7af-481c-ace2-a20a69a48fb1"
            }
        "##]]);
        let answer = json!({
            "id": "a-1", "displayName": "Everywhere", "description": null, "roleDefinitionId": ADMINISTRATOR,
            "principalIds": ["f8ca5a85-489a-49a0-b555-0a6d81e56f0d"], "directoryScopeIds": ["/"], "appScopeIds": [],
        });
        assignment.answer(answer).reads(expect![[r#"
            {
              "app_scope_ids": [],
              "directory_scope_ids": [
                "/"
              ],
              "display_name": "Everywhere",
              "id": "a-1",
              "principal_ids": [
                "f8ca5a85-489a-49a0-b555-0a6d81e56f0d"
              ],
              "role_definition_id": "b5c08161-a7af-481c-ace2-a20a69a48fb1"
            }
        "#]]);
    }

    #[test]
    fn members_change_in_place_and_the_role_does_not() {
        let config = json!({
            "display_name": "West", "role_definition_id": ADMINISTRATOR, "principal_ids": ["p-1"],
        });
        let answer = json!({
            "id": "a-1", "displayName": "West", "roleDefinitionId": ADMINISTRATOR, "principalIds": ["p-1"],
            "directoryScopeIds": ["/"], "appScopeIds": [],
        });
        let assignment = check(&ENTITY).config(config.clone()).answer(answer);
        let with = |name: &str, value| {
            let mut config = config.clone();
            config[name] = value;
            config
        };
        assignment.clone().then(with("principal_ids", json!(["p-1", "p-2"]))).updates(expect![[
            r##"
            PATCH /roleManagement/cloudPC/roleAssignments/a-1
            {
              "@odata.type": "#microsoft.graph.unifiedRoleAssignmentMultiple",
              "principalIds": [
                "p-1",
                "p-2"
              ]
            }
        "##
        ]]);
        let reader = json!("ea8e2fb8-e909-44e6-bae7-56757cf6f347");
        assignment.then(with("role_definition_id", reader)).updates(expect![[r"
            replaces because of role_definition_id
        "]]);
    }

    #[test]
    fn without_scopes_of_windows_365_the_service_decides_about_the_others() {
        let config = json!({
            "display_name": "Tagged", "role_definition_id": ADMINISTRATOR,
            "principal_ids": ["f8ca5a85-489a-49a0-b555-0a6d81e56f0d"], "app_scope_ids": ["1"],
        });
        let answer = json!({
            "id": "a-1", "displayName": "Tagged", "roleDefinitionId": ADMINISTRATOR,
            "principalIds": ["f8ca5a85-489a-49a0-b555-0a6d81e56f0d"], "directoryScopeIds": [], "appScopeIds": ["1"],
        });
        let mut next = config.clone();
        next["app_scope_ids"] = json!([]);
        let assignment = check(&ENTITY).config(config).answer(answer).then(next);
        assert!(assignment.plan().planned.get("directory_scope_ids").is_unknown());
    }
}
