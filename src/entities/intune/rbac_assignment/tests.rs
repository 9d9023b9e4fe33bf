//! Transcripts of what is special about role assignments.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
use crate::engine::check::check;

const MEMBERS: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
const SCOPE: &str = "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10";
const ROLE: &str = "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081";

fn helpdesk() -> Json {
    json!({
        "display_name": "Help desk west", "role_definition_id": ROLE, "members": [MEMBERS],
        "scope_type": "resourceScope", "resource_scopes": [SCOPE],
    })
}

fn answer() -> Json {
    json!({
        "id": "e3d5a1c7-0b92-4f68-8d7e-5a4c6b2f9091", "displayName": "Help desk west", "description": "",
        "scopeMembers": [SCOPE], "scopeType": "resourceScope", "resourceScopes": [SCOPE.to_uppercase()],
        "members": [MEMBERS], "roleScopeTagIds": ["0"],
    })
}

fn with(mut json: Json, changes: Json) -> Json {
    for (name, value) in changes.as_object().unwrap() {
        json[name] = value.clone();
    }
    json
}

#[test]
fn role_is_bound_by_its_address_under_device_management() {
    check(&ENTITY).config(helpdesk()).creates(expect![[r##"
        POST /deviceManagement/roleAssignments
        {
          "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment",
          "displayName": "Help desk west",
          "members": [
            "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
          ],
          "resourceScopes": [
            "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10"
          ],
          "roleDefinition@odata.bind": "https://graph.test/beta/deviceManagement/roleDefinitions('6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081')",
          "scopeType": "resourceScope"
        }
    "##]]);
}

#[test]
fn role_is_kept_where_the_answer_does_not_name_it_and_read_where_it_does() {
    check(&ENTITY).config(helpdesk()).answer(answer()).reads(expect![[r#"
        {
          "display_name": "Help desk west",
          "id": "e3d5a1c7-0b92-4f68-8d7e-5a4c6b2f9091",
          "members": [
            "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
          ],
          "resource_scopes": [
            "7D9D1F0A-8F6F-4A52-A9A5-0D5F0C9F7A10"
          ],
          "role_definition_id": "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081",
          "role_scope_tag_ids": [
            "0"
          ],
          "scope_type": "resourceScope"
        }
    "#]]);
    let other =
        with(answer(), json!({"roleDefinition": {"id": "00000000-0000-0000-0000-000000000001"}}));
    check(&ENTITY).config(helpdesk()).answer(other).then(helpdesk()).updates(expect![[r#"
        replaces because of role_definition_id
    "#]]);
}

#[test]
fn scope_type_and_scopes_always_travel_together() {
    let next = with(helpdesk(), json!({"resource_scopes": [SCOPE, MEMBERS]}));
    check(&ENTITY).config(helpdesk()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/roleAssignments/e3d5a1c7-0b92-4f68-8d7e-5a4c6b2f9091
        {
          "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment",
          "resourceScopes": [
            "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11",
            "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10"
          ],
          "scopeType": "resourceScope"
        }
    "##]]);
}

#[test]
fn scopes_are_absent_where_the_scope_type_has_none() {
    let everything = json!({"scope_type": "allDevices", "resource_scopes": null});
    check(&ENTITY)
        .config(helpdesk())
        .answer(answer())
        .then(with(helpdesk(), everything.clone()))
        .updates(expect![[r##"
            PATCH /deviceManagement/roleAssignments/e3d5a1c7-0b92-4f68-8d7e-5a4c6b2f9091
            {
              "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment",
              "scopeType": "allDevices"
            }
        "##]]);
    check(&ENTITY).config(with(helpdesk(), everything)).creates(expect![[r##"
        POST /deviceManagement/roleAssignments
        {
          "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment",
          "displayName": "Help desk west",
          "members": [
            "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
          ],
          "roleDefinition@odata.bind": "https://graph.test/beta/deviceManagement/roleDefinitions('6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081')",
          "scopeType": "allDevices"
        }
    "##]]);
}

#[test]
fn members_are_cleared_and_the_name_changed() {
    let next = with(helpdesk(), json!({"display_name": "West", "members": []}));
    check(&ENTITY).config(helpdesk()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/roleAssignments/e3d5a1c7-0b92-4f68-8d7e-5a4c6b2f9091
        {
          "@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment",
          "displayName": "West",
          "members": []
        }
    "##]]);
}

#[test]
fn scopes_must_fit_the_scope_type() {
    check(&ENTITY).config(helpdesk()).finds(expect![""]);
    check(&ENTITY)
        .config(with(helpdesk(), json!({"scope_type": null, "resource_scopes": []})))
        .finds(expect![[r#"
            Error at resource_scopes: Attributes that do not go together: `resource_scopes` must be set when `scope_type` is "resourceScope".
        "#]]);
    check(&ENTITY)
        .config(with(helpdesk(), json!({"scope_type": "allDevices"})))
        .finds(expect![[r#"
            Error at resource_scopes: Attributes that do not go together: `resource_scopes` may only be set when `scope_type` is "resourceScope".
        "#]]);
    check(&ENTITY)
        .config(with(helpdesk(), json!({"scope_type": "?", "resource_scopes": null})))
        .finds(expect![""]);
}
