//! Transcripts of what is special about user settings.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
use crate::engine::check::check;

fn engineering() -> Json {
    json!({
        "display_name": "Engineering",
        "local_admin_enabled": true,
        "reset_enabled": true,
        "restore_point_setting": {"frequency_type": "sixHours", "user_restore_enabled": true},
    })
}

fn answer() -> Json {
    json!({
        "id": "3e8b5c71-9f06-4a2d-8d4e-b7c1f2a60931",
        "displayName": "Engineering",
        "localAdminEnabled": true,
        "resetEnabled": true,
        "restorePointSetting": {"frequencyType": "sixHours", "frequencyInHours": 6, "userRestoreEnabled": true},
        "crossRegionDisasterRecoverySetting": {
            "crossRegionDisasterRecoveryEnabled": false, "disasterRecoveryType": "notConfigured",
            "maintainCrossRegionRestorePointEnabled": true, "userInitiatedDisasterRecoveryAllowed": false,
            "disasterRecoveryNetworkSetting": null,
        },
        "notificationSetting": null,
        "provisioningSourceType": null,
        "createdDateTime": "2026-03-03T09:14:10Z",
        "lastModifiedDateTime": "2026-03-03T09:14:10Z",
        "assignments": [],
    })
}

#[test]
fn create_leaves_to_the_service_what_it_defaults() {
    check(&ENTITY).config(engineering()).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/userSettings
        {
          "@odata.type": "#microsoft.graph.cloudPcUserSetting",
          "displayName": "Engineering",
          "localAdminEnabled": true,
          "resetEnabled": true,
          "restorePointSetting": {
            "frequencyType": "sixHours",
            "userRestoreEnabled": true
          }
        }
    "##]]);
    check(&ENTITY).config(engineering()).answer(answer()).reads(expect![[r#"
        {
          "assignments": [],
          "created_date_time": "2026-03-03T09:14:10Z",
          "cross_region_disaster_recovery_setting": {
            "cross_region_disaster_recovery_enabled": false,
            "disaster_recovery_type": "notConfigured",
            "maintain_cross_region_restore_point_enabled": true,
            "user_initiated_disaster_recovery_allowed": false
          },
          "display_name": "Engineering",
          "id": "3e8b5c71-9f06-4a2d-8d4e-b7c1f2a60931",
          "last_modified_date_time": "2026-03-03T09:14:10Z",
          "local_admin_enabled": true,
          "reset_enabled": true,
          "restore_point_setting": {
            "frequency_in_hours": 6,
            "frequency_type": "sixHours",
            "user_restore_enabled": true
          }
        }
    "#]]);
}

#[test]
fn a_derived_number_of_hours_does_not_travel_with_a_new_frequency() {
    let mut next = engineering();
    next["restore_point_setting"]["frequency_type"] = json!("twelveHours");
    check(&ENTITY).config(engineering()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/virtualEndpoint/userSettings/3e8b5c71-9f06-4a2d-8d4e-b7c1f2a60931
        {
          "@odata.type": "#microsoft.graph.cloudPcUserSetting",
          "restorePointSetting": {
            "frequencyType": "twelveHours",
            "userRestoreEnabled": true
          }
        }
    "##]]);
}

#[test]
fn network_of_a_recovered_cloud_pc_is_one_of_two_kinds() {
    let mut next = engineering();
    next["cross_region_disaster_recovery_setting"] = json!({
        "disaster_recovery_type": "crossRegion",
        "disaster_recovery_network_setting": {
            "microsoft_hosted": {"region_group": "usEast", "region_name": "automatic"},
        },
    });
    check(&ENTITY)
        .config(engineering())
        .answer(answer())
        .then(next.clone())
        .updates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/userSettings/3e8b5c71-9f06-4a2d-8d4e-b7c1f2a60931
            {
              "@odata.type": "#microsoft.graph.cloudPcUserSetting",
              "crossRegionDisasterRecoverySetting": {
                "disasterRecoveryNetworkSetting": {
                  "@odata.type": "#microsoft.graph.cloudPcDisasterRecoveryMicrosoftHostedNetworkSetting",
                  "regionGroup": "usEast",
                  "regionName": "automatic"
                },
                "disasterRecoveryType": "crossRegion",
                "maintainCrossRegionRestorePointEnabled": true,
                "userInitiatedDisasterRecoveryAllowed": false
              }
            }
        "##]]);
    next["cross_region_disaster_recovery_setting"]["disaster_recovery_network_setting"]["azure_connection"] =
        json!({"on_premises_connection_id": "2d7c9e10"});
    check(&ENTITY).config(next).finds(expect![[r#"
        Error at cross_region_disaster_recovery_setting.disaster_recovery_network_setting.azure_connection.on_premises_connection_id: Invalid value: The value must be a GUID such as "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11". "2d7c9e10" was given.
        Error at cross_region_disaster_recovery_setting.disaster_recovery_network_setting: Attributes that do not go together: Only one of `azure_connection` and `microsoft_hosted` may be set.
    "#]]);
}

#[test]
fn assignments_know_no_frontline_fields() {
    let mut next = engineering();
    next["assignments"] = json!([{"group_id": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"}]);
    check(&ENTITY).config(engineering()).answer(answer()).then(next).updates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/userSettings/3e8b5c71-9f06-4a2d-8d4e-b7c1f2a60931/assign
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
