//! Transcripts of what is special about role definitions.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
use crate::engine::check::check;

fn helpdesk() -> Json {
    json!({
        "display_name": "Cloud PC help desk",
        "description": "Reads devices and reboots them",
        "allowed_resource_actions": [
            "Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_RemoteTasks_RebootNow",
        ],
        "role_scope_tag_ids": ["0"],
    })
}

fn answer() -> Json {
    json!({
        "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleDefinition",
        "id": "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081",
        "displayName": "Cloud PC help desk",
        "description": "Reads devices and reboots them",
        "isBuiltInRoleDefinition": false,
        "isBuiltIn": false,
        "roleScopeTagIds": ["0"],
        "permissions": [{"actions": ["x"], "resourceActions": []}],
        "rolePermissions": [{
            "actions": ["Microsoft.Intune_RemoteTasks_RebootNow", "Microsoft.Intune_ManagedDevices_Read"],
            "resourceActions": [{
                "allowedResourceActions": ["Microsoft.Intune_RemoteTasks_RebootNow", "Microsoft.Intune_ManagedDevices_Read"],
                "notAllowedResourceActions": [],
            }],
        }],
    })
}

#[test]
fn actions_are_sent_two_collections_deep() {
    check(&ENTITY).config(helpdesk()).creates(expect![[r##"
        POST /deviceManagement/roleDefinitions
        {
          "@odata.type": "#microsoft.graph.roleDefinition",
          "description": "Reads devices and reboots them",
          "displayName": "Cloud PC help desk",
          "rolePermissions": [
            {
              "@odata.type": "#microsoft.graph.rolePermission",
              "resourceActions": [
                {
                  "@odata.type": "#microsoft.graph.resourceAction",
                  "allowedResourceActions": [
                    "Microsoft.Intune_ManagedDevices_Read",
                    "Microsoft.Intune_RemoteTasks_RebootNow"
                  ]
                }
              ]
            }
          ],
          "roleScopeTagIds": [
            "0"
          ]
        }
    "##]]);
}

#[test]
fn actions_are_read_as_the_union_over_all_elements() {
    let mut split = answer();
    split["rolePermissions"] = json!([
        {"resourceActions": [{"allowedResourceActions": ["Microsoft.Intune_RemoteTasks_RebootNow"]}, {"allowedResourceActions": null}]},
        {"resourceActions": null},
        {"resourceActions": [{"allowedResourceActions": ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_RemoteTasks_RebootNow"]}]},
    ]);
    check(&ENTITY).config(helpdesk()).answer(split.clone()).reads(expect![[r#"
        {
          "allowed_resource_actions": [
            "Microsoft.Intune_RemoteTasks_RebootNow",
            "Microsoft.Intune_ManagedDevices_Read"
          ],
          "description": "Reads devices and reboots them",
          "display_name": "Cloud PC help desk",
          "id": "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081",
          "is_built_in": false,
          "role_scope_tag_ids": [
            "0"
          ]
        }
    "#]]);
    check(&ENTITY)
        .config(helpdesk())
        .answer(split)
        .then(helpdesk())
        .updates(expect!["no change\n"]);
}

#[test]
fn what_lies_in_one_permission_is_sent_together() {
    let mut next = helpdesk();
    next["not_allowed_resource_actions"] = json!(["Microsoft.Intune_RemoteTasks_Wipe"]);
    check(&ENTITY).config(helpdesk()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/roleDefinitions/6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081
        {
          "@odata.type": "#microsoft.graph.roleDefinition",
          "rolePermissions": [
            {
              "@odata.type": "#microsoft.graph.rolePermission",
              "resourceActions": [
                {
                  "@odata.type": "#microsoft.graph.resourceAction",
                  "allowedResourceActions": [
                    "Microsoft.Intune_ManagedDevices_Read",
                    "Microsoft.Intune_RemoteTasks_RebootNow"
                  ],
                  "notAllowedResourceActions": [
                    "Microsoft.Intune_RemoteTasks_Wipe"
                  ]
                }
              ]
            }
          ]
        }
    "##]]);
}

#[test]
fn the_last_action_is_cleared_with_an_empty_collection() {
    let mut next = helpdesk();
    next["allowed_resource_actions"] = json!([]);
    check(&ENTITY).config(helpdesk()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/roleDefinitions/6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081
        {
          "@odata.type": "#microsoft.graph.roleDefinition",
          "rolePermissions": [
            {
              "@odata.type": "#microsoft.graph.rolePermission",
              "resourceActions": [
                {
                  "@odata.type": "#microsoft.graph.resourceAction",
                  "allowedResourceActions": []
                }
              ]
            }
          ]
        }
    "##]]);
}
