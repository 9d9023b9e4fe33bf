//! What is special about a role of Windows 365: a level that is flattened, and what the service fills in.

use expect_test::expect;
use serde_json::json;

use super::ENTITY;
use crate::engine::check::check;

#[test]
fn what_a_role_may_do_lies_one_collection_deep() {
    let config = json!({
        "display_name": "Operator",
        "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read", "Microsoft.CloudPC/CloudPCs/Reboot"],
    });
    check(&ENTITY).config(config).creates(expect![[r##"
        POST /roleManagement/cloudPC/roleDefinitions
        {
          "@odata.type": "#microsoft.graph.unifiedRoleDefinition",
          "displayName": "Operator",
          "rolePermissions": [
            {
              "@odata.type": "#microsoft.graph.unifiedRolePermission",
              "allowedResourceActions": [
                "Microsoft.CloudPC/CloudPCs/Read",
                "Microsoft.CloudPC/CloudPCs/Reboot"
              ]
            }
          ]
        }
    "##]]);
}

#[test]
fn a_change_of_one_list_sends_both() {
    let config = json!({
        "display_name": "Operator",
        "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read"],
        "excluded_resource_actions": ["Microsoft.CloudPC/CloudPCs/Reprovision"],
    });
    let answer = json!({
        "id": "r-1", "displayName": "Operator", "description": null, "isBuiltIn": false, "isEnabled": true,
        "templateId": "r-1", "version": null, "resourceScopes": ["/"],
        "rolePermissions": [{
            "allowedResourceActions": ["Microsoft.CloudPC/CloudPCs/Read"],
            "excludedResourceActions": ["Microsoft.CloudPC/CloudPCs/Reprovision"],
            "condition": null,
        }],
    });
    let mut next = config.clone();
    next["allowed_resource_actions"] = json!(["Microsoft.CloudPC/CloudPCs/Reboot"]);
    let role = check(&ENTITY).config(config).answer(answer);
    role.clone().then(next).updates(expect![[r##"
        PATCH /roleManagement/cloudPC/roleDefinitions/r-1
        {
          "@odata.type": "#microsoft.graph.unifiedRoleDefinition",
          "rolePermissions": [
            {
              "@odata.type": "#microsoft.graph.unifiedRolePermission",
              "allowedResourceActions": [
                "Microsoft.CloudPC/CloudPCs/Reboot"
              ],
              "excludedResourceActions": [
                "Microsoft.CloudPC/CloudPCs/Reprovision"
              ]
            }
          ]
        }
    "##]]);
    role.reads(expect![[r#"
        {
          "allowed_resource_actions": [
            "Microsoft.CloudPC/CloudPCs/Read"
          ],
          "display_name": "Operator",
          "excluded_resource_actions": [
            "Microsoft.CloudPC/CloudPCs/Reprovision"
          ],
          "id": "r-1",
          "is_built_in": false,
          "is_enabled": true,
          "template_id": "r-1"
        }
    "#]]);
}
