//! Transcripts of what is special about provisioning policies.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::{ENTITY, naming_template, short_random_part};
use crate::engine::check::check;

const GROUP: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";

fn engineering() -> Json {
    json!({
        "display_name": "Engineering",
        "description": "Windows 11 for engineers",
        "provisioning_type": "dedicated",
        "image_type": "gallery",
        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "image_display_name": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "enable_single_sign_on": true,
        "cloud_pc_naming_template": "CPC-%USERNAME:5%-%RAND:5%",
        "domain_join_configurations": [
            {"domain_join_type": "azureADJoin", "region_group": "usWest", "region_name": "automatic"},
        ],
        "windows_setting": {"locale": "en-US"},
        "microsoft_managed_desktop": {"managed_type": "notManaged"},
        "assignments": [{"group_id": GROUP}],
    })
}

fn answer() -> Json {
    json!({
        "@odata.context": "https://graph.test/beta/$metadata#x",
        "id": "5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411",
        "displayName": "Engineering",
        "description": "Windows 11 for engineers",
        "provisioningType": "dedicated",
        "imageType": "gallery",
        "imageId": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "imageDisplayName": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "domainJoinConfigurations": [
            {"domainJoinType": "azureADJoin", "type": "azureADJoin", "regionName": "automatic", "regionGroup": "usWest",
             "onPremisesConnectionId": null, "geographicLocationType": "usWest"},
        ],
        "enableSingleSignOn": true,
        "cloudPcNamingTemplate": "CPC-%USERNAME:5%-%RAND:5%",
        "windowsSetting": {"locale": "en-US"},
        "windowsSettings": {"language": "en-US"},
        "alternateResourceUrl": null,
        "cloudPcGroupDisplayName": null,
        "gracePeriodInHours": 168,
        "localAdminEnabled": false,
        "microsoftManagedDesktop": {"managedType": "notManaged", "type": "notManaged", "profile": null},
        "autopatch": null,
        "managedBy": "windows365",
        "scopeIds": ["0"],
        "userExperienceType": "cloudPc",
        "autopilotConfiguration": null,
        "userSettingsPersistenceConfiguration": null,
        "createdBy": "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171",
        "createdDateTime": "2026-02-11T08:30:12Z",
        "lastModifiedBy": "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171",
        "lastModifiedDateTime": "2026-02-19T15:02:47Z",
        "assignments": [{
            "id": "5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411_3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11",
            "target": {"@odata.type": "#microsoft.graph.cloudPCManagementGroupAssignmentTarget", "groupId": GROUP, "servicePlanId": null},
        }],
    })
}

fn with(mut json: Json, changes: Json) -> Json {
    for (name, value) in changes.as_object().unwrap() {
        json[name] = value.clone();
    }
    json
}

#[test]
fn create_sends_what_the_configuration_names_and_assigns() {
    check(&ENTITY).config(engineering()).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/provisioningPolicies
        {
          "@odata.type": "#microsoft.graph.cloudPcProvisioningPolicy",
          "cloudPcNamingTemplate": "CPC-%USERNAME:5%-%RAND:5%",
          "description": "Windows 11 for engineers",
          "displayName": "Engineering",
          "domainJoinConfigurations": [
            {
              "domainJoinType": "azureADJoin",
              "regionGroup": "usWest",
              "regionName": "automatic"
            }
          ],
          "enableSingleSignOn": true,
          "imageDisplayName": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
          "imageId": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
          "imageType": "gallery",
          "microsoftManagedDesktop": {
            "managedType": "notManaged"
          },
          "provisioningType": "dedicated",
          "windowsSetting": {
            "locale": "en-US"
          }
        }
        POST /deviceManagement/virtualEndpoint/provisioningPolicies/ID/assign
        {
          "assignments": [
            {
              "target": {
                "@odata.type": "#microsoft.graph.cloudPcManagementGroupAssignmentTarget",
                "groupId": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
              }
            }
          ]
        }
    "##]]);
}

#[test]
fn state_holds_everything_and_no_twin_for_old_clients() {
    check(&ENTITY).config(engineering()).answer(answer()).reads(expect![[r#"
        {
          "assignments": [
            {
              "group_id": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11",
              "type": "cloudPcManagementGroupAssignmentTarget"
            }
          ],
          "cloud_pc_naming_template": "CPC-%USERNAME:5%-%RAND:5%",
          "created_by": "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171",
          "created_date_time": "2026-02-11T08:30:12Z",
          "description": "Windows 11 for engineers",
          "display_name": "Engineering",
          "domain_join_configurations": [
            {
              "domain_join_type": "azureADJoin",
              "geographic_location_type": "usWest",
              "region_group": "usWest",
              "region_name": "automatic"
            }
          ],
          "enable_single_sign_on": true,
          "grace_period_in_hours": 168,
          "id": "5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411",
          "image_display_name": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
          "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
          "image_type": "gallery",
          "last_modified_by": "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171",
          "last_modified_date_time": "2026-02-19T15:02:47Z",
          "local_admin_enabled": false,
          "managed_by": [
            "windows365"
          ],
          "microsoft_managed_desktop": {
            "managed_type": "notManaged"
          },
          "provisioning_type": "dedicated",
          "scope_ids": [
            "0"
          ],
          "user_experience_type": "cloudPc",
          "windows_setting": {
            "locale": "en-US"
          }
        }
    "#]]);
}

#[test]
fn policy_is_read_with_its_assignments() {
    check(&ENTITY).config(engineering()).answer(answer()).is_read_by(expect![[r#"
        GET /deviceManagement/virtualEndpoint/provisioningPolicies/5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411?$expand=assignments
    "#]]);
}

#[test]
fn nothing_changes_after_an_apply() {
    check(&ENTITY).config(engineering()).answer(answer()).then(engineering()).updates(expect![[
        r#"
            no change
        "#
    ]]);
}

#[test]
fn update_sends_what_changed_and_complex_values_whole() {
    let next = json!({
        "description": null,
        "cloud_pc_naming_template": null,
        "domain_join_configurations": [
            {"domain_join_type": "hybridAzureADJoin", "on_premises_connection_id": "2d7c9e10-8b44-4f6a-b3d1-6a5e0c9f7712"},
            {"domain_join_type": "azureADJoin", "region_name": "westeurope"},
        ],
    });
    check(&ENTITY)
        .config(engineering())
        .answer(answer())
        .then(with(engineering(), next))
        .updates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/provisioningPolicies/5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411
            {
              "@odata.type": "#microsoft.graph.cloudPcProvisioningPolicy",
              "cloudPcNamingTemplate": null,
              "description": null,
              "domainJoinConfigurations": [
                {
                  "domainJoinType": "hybridAzureADJoin",
                  "onPremisesConnectionId": "2d7c9e10-8b44-4f6a-b3d1-6a5e0c9f7712"
                },
                {
                  "domainJoinType": "azureADJoin",
                  "regionName": "westeurope"
                }
              ]
            }
        "##]]);
}

#[test]
fn what_the_service_defaults_stays_when_it_leaves_the_configuration() {
    let next = json!({"enable_single_sign_on": null, "windows_setting": null, "microsoft_managed_desktop": null, "provisioning_type": null});
    check(&ENTITY).config(engineering()).answer(answer()).then(with(engineering(), next)).updates(
        expect![[r#"
            no change
        "#]],
    );
}

#[test]
fn assignments_that_leave_the_configuration_are_left_alone() {
    let unmanaged = with(engineering(), json!({"assignments": null, "display_name": "Renamed"}));
    check(&ENTITY).config(engineering()).answer(answer()).then(unmanaged).updates(expect![[r##"
        PATCH /deviceManagement/virtualEndpoint/provisioningPolicies/5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411
        {
          "@odata.type": "#microsoft.graph.cloudPcProvisioningPolicy",
          "displayName": "Renamed"
        }
    "##]]);
}

#[test]
fn no_assignments_is_a_set_to_be_sent() {
    let none = with(engineering(), json!({"assignments": []}));
    check(&ENTITY).config(engineering()).answer(answer()).then(none).updates(expect![[r#"
        POST /deviceManagement/virtualEndpoint/provisioningPolicies/5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411/assign
        {
          "assignments": []
        }
    "#]]);
}

#[test]
fn provisioning_type_replaces_but_its_old_name_does_not() {
    let shared = || with(engineering(), json!({"provisioning_type": "sharedByUser"}));
    let answer = || with(answer(), json!({"provisioningType": "sharedByUser"}));
    check(&ENTITY).config(shared()).answer(answer()).then(engineering()).updates(expect![[r#"
        replaces because of provisioning_type
    "#]]);
    check(&ENTITY)
        .config(shared())
        .answer(answer())
        .then(with(engineering(), json!({"provisioning_type": "shared"})))
        .updates(expect![[r#"
            no change
        "#]]);
}

#[test]
fn frontline_assignments_carry_plan_and_allotment() {
    let shared = json!({
        "provisioning_type": "sharedByUser",
        "assignments": [{
            "group_id": GROUP, "service_plan_id": "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661",
            "allotment_display_name": "Night shift", "allotment_licenses_count": 12,
        }],
    });
    let minimal = json!({
        "display_name": "Shared", "image_type": "gallery", "image_id": "i", "image_display_name": "I",
        "domain_join_configurations": [{"domain_join_type": "azureADJoin", "region_name": "automatic"}],
    });
    check(&ENTITY).config(with(minimal, shared)).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/provisioningPolicies
        {
          "@odata.type": "#microsoft.graph.cloudPcProvisioningPolicy",
          "displayName": "Shared",
          "domainJoinConfigurations": [
            {
              "domainJoinType": "azureADJoin",
              "regionName": "automatic"
            }
          ],
          "imageDisplayName": "I",
          "imageId": "i",
          "imageType": "gallery",
          "provisioningType": "sharedByUser"
        }
        POST /deviceManagement/virtualEndpoint/provisioningPolicies/ID/assign
        {
          "assignments": [
            {
              "target": {
                "@odata.type": "#microsoft.graph.cloudPcManagementGroupAssignmentTarget",
                "allotmentDisplayName": "Night shift",
                "allotmentLicensesCount": 12,
                "groupId": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11",
                "servicePlanId": "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661"
              }
            }
          ]
        }
    "##]]);
}

#[test]
fn configurations_that_the_service_refuses_are_found_at_plan() {
    check(&ENTITY).config(engineering()).finds(expect![[r#""#]]);
    check(&ENTITY)
        .config(with(engineering(), json!({
            "display_name": format!("{}!", "x".repeat(120)),
            "user_experience_type": "cloudApp",
            "user_settings_persistence_configuration": {"user_settings_persistence_enabled": true},
            "domain_join_configurations": [
                {"domain_join_type": "hybridAzureADJoin", "region_name": "westeurope"},
                {"domain_join_type": "azureADJoin", "on_premises_connection_id": "2d7c9e10-8b44-4f6a-b3d1-6a5e0c9f7712", "region_name": "westeurope"},
            ],
            "assignments": [{"group_id": GROUP, "service_plan_id": GROUP}, {"group_id": GROUP.to_uppercase()}, {}],
        })))
        .finds(expect![[r#"
            Error at display_name: Invalid value: At most 120 characters are allowed; there are 121.
            Warning at display_name: Invalid value: The service may refuse a name with the character ! in it.
            Error at domain_join_configurations[0].on_premises_connection_id: Attributes that do not go together: `on_premises_connection_id` must be set when `domain_join_type` is "hybridAzureADJoin".
            Error at domain_join_configurations[0].region_name: Attributes that do not go together: `region_name` must not be set when `domain_join_type` is "hybridAzureADJoin".
            Error at domain_join_configurations[1].region_name: Attributes that do not go together: Only one of `on_premises_connection_id` and `region_name` may be set.
            Error at provisioning_type: Attributes that do not go together: `provisioning_type` must be "sharedByEntraGroup" when `user_experience_type` is "cloudApp".
            Error at user_settings_persistence_configuration: Attributes that do not go together: `user_settings_persistence_configuration` may only be set when `provisioning_type` is "sharedByEntraGroup".
            Error at assignments: Attributes that do not go together: `assignments.service_plan_id` must not be set when `provisioning_type` is "dedicated".
            Error at assignments: Assigned twice: "3F6A0C5E-0F3B-4C6F-9D0E-5F2F0D1C9B11" is assigned twice. Each target may stand in `assignments` once.
            Error at assignments: Invalid assignment: A target of the kind "cloudPcManagementGroupAssignmentTarget" needs `group_id`.
        "#]]);
}

#[test]
fn what_is_unknown_is_not_judged() {
    check(&ENTITY)
        .config(with(engineering(), json!({
            "provisioning_type": "?", "user_experience_type": "cloudApp", "image_type": "?",
            "domain_join_configurations": [{"domain_join_type": "hybridAzureADJoin", "on_premises_connection_id": "?", "region_name": "?"}],
            "assignments": [{"group_id": "?", "service_plan_id": GROUP}, {"group_id": "?"}],
        })))
        .finds(expect![""]);
}

#[test]
fn naming_templates_expand_to_fifteen_characters_at_most() {
    for good in ["CPC-%USERNAME:5%-%RAND:5%", "%RAND:15%", "%username:10%%rand:5%"] {
        assert_eq!(naming_template(good), Ok(()), "{good}");
        assert_eq!(short_random_part(good), Ok(()), "{good}");
    }
    for (bad, why) in [
        ("CPC-%USERNAME:6%-%RAND:5%", "this template gives 16"),
        ("CPC-%USERNAME:5%", "needs a part %RAND:n%"),
        ("CPC-%RAND:3%", "has 3 random characters"),
        ("CPC-%RAND%", "%RAND% is no part"),
        ("CPC-%DEVICE:5%-%RAND:5%", "%DEVICE:5% is no part"),
        ("CPC-%RAND:5", "has no partner"),
        ("CPC %RAND:5%", "letters, digits and hyphens"),
    ] {
        let error = naming_template(bad).expect_err(bad);
        assert!(error.contains(why), "{bad}: {error}");
    }
    assert_eq!(naming_template("CPC-%RAND:4%"), Ok(()));
    assert!(short_random_part("CPC-%RAND:4%").is_err());
}

#[test]
fn an_entry_without_a_network_and_a_region_is_no_place() {
    check(&ENTITY)
        .config(with(engineering(), json!({
            "domain_join_configurations": [{"domain_join_type": "azureADJoin"}, {"domain_join_type": "azureADJoin", "region_name": "?"}],
        })))
        .finds(expect![[r#"
            Error at domain_join_configurations[0].on_premises_connection_id: Attributes that do not go together: At least one of `on_premises_connection_id`, `region_name` and `region_group` must be set.
        "#]]);
}
