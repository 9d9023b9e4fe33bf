//! What is special about a cloud app: two kinds of detail, and what only its create takes.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
use crate::engine::check::check;

const POLICY: &str = "e31f75e9-25a8-41e9-a9d5-ce8fd484af15";

fn app() -> Json {
    json!({
        "display_name": "Remote Desktop", "discovered_app_name": "Remote Desktop Connection",
        "provisioning_policy_id": POLICY,
        "app_detail": {"file_path": {"file_path": "C:\\Windows\\system32\\mstsc.exe"}},
    })
}

fn answer() -> Json {
    json!({
        "id": "a-1", "displayName": "Remote Desktop", "discoveredAppName": "Remote Desktop Connection",
        "provisioningPolicyId": POLICY, "description": "", "appStatus": "preparing", "availableToUser": false,
        "actionFailedErrorCode": null, "actionFailedErrorMessage": null, "scopeIds": ["0"],
        "addedDateTime": "2025-11-13T07:37:22.3049326Z", "lastPublishedDateTime": "0001-01-01T00:00:00Z",
        "appDetail": {
            "@odata.type": "#microsoft.graph.cloudPcFilePathAppDetail",
            "filePath": "C:\\Windows\\system32\\mstsc.exe", "commandLineArguments": "",
            "iconPath": "C:\\Windows\\system32\\mstsc.exe", "iconIndex": 0,
        },
    })
}

#[test]
fn the_kind_of_detail_stands_in_the_body() {
    check(&ENTITY).config(app()).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/cloudApps
        {
          "@odata.type": "#microsoft.graph.cloudPcCloudApp",
          "appDetail": {
            "@odata.type": "#microsoft.graph.cloudPcFilePathAppDetail",
            "filePath": "C:\\Windows\\system32\\mstsc.exe"
          },
          "discoveredAppName": "Remote Desktop Connection",
          "displayName": "Remote Desktop",
          "provisioningPolicyId": "e31f75e9-25a8-41e9-a9d5-ce8fd484af15"
        }
    "##]]);
}

#[test]
fn what_the_service_filled_in_is_no_change() {
    check(&ENTITY).config(app()).answer(answer()).then(app()).updates(expect![[r"
        no change
    "]]);
}

#[test]
fn arguments_change_in_place_and_the_program_does_not() {
    let mut arguments = app();
    arguments["app_detail"]["file_path"]["command_line_arguments"] = json!("/admin");
    let made = check(&ENTITY).config(app()).answer(answer());
    made.clone().then(arguments).updates(expect![[r##"
        PATCH /deviceManagement/virtualEndpoint/cloudApps/a-1
        {
          "@odata.type": "#microsoft.graph.cloudPcCloudApp",
          "appDetail": {
            "@odata.type": "#microsoft.graph.cloudPcFilePathAppDetail",
            "commandLineArguments": "/admin",
            "filePath": "C:\\Windows\\system32\\mstsc.exe",
            "iconIndex": 0,
            "iconPath": "C:\\Windows\\system32\\mstsc.exe"
          }
        }
    "##]]);
    let mut program = app();
    program["app_detail"]["file_path"]["file_path"] = json!("C:\\other.exe");
    made.then(program).updates(expect![[r"
        replaces because of app_detail.file_path.file_path
    "]]);
}
