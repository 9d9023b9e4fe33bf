//! What is only read, and functions: all examples at once, as Terraform sees them.

use std::path::Path;

use serde_json::{Value as Json, json};
use windows365::mock::{Claims, DateDigits};
use windows365::provider::served;

use super::Scene;
use super::examples::{examples, inside, name};
use crate::support::programs;
use crate::support::terraform::{Override, Terraform};

/// Everything that a person may read of Windows 365.
const SCOPES: [&str; 3] =
    ["CloudPC.Read.All", "DeviceManagementConfiguration.Read.All", "DeviceManagementRBAC.Read.All"];

/// An example under a name of its own, so that all of them fit into one configuration.
fn example(folder: &Path, file: &str) -> String {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.replace("output \"", &format!("output \"{}_", name(folder)))
}

/// The tenant that the examples speak of.
fn furnish(scene: &Scene) {
    let root = "/deviceManagement/virtualEndpoint";
    let machine = "b0a9cde2-e170-4dd9-97c3-ad1d3328a711";
    let put = |path: &str, id: &str, body: Json| scene.mock.put(path, id, body);
    let cloud_pcs = format!("{root}/cloudPCs");
    put(
        &cloud_pcs,
        machine,
        json!({"displayName": "Engineering - Ada Lovelace", "status": "inGracePeriod", "userPrincipalName": "ada@example.com"}),
    );
    put(&cloud_pcs, "broken", json!({"displayName": "Broken", "status": "failed"}));
    put(
        &format!("{cloud_pcs}/{machine}/retrieveCloudPCRemoteActionResults"),
        "1",
        json!({"cloudPcId": machine, "actionName": "Reboot", "actionState": "done", "startDateTime": "2026-03-02T08:00:00Z"}),
    );
    put(
        &format!("{root}/snapshots"),
        "A00009UV000_93cff428-61a9-467f-a879-1102af6fd4a8",
        json!({"cloudPcId": machine, "status": "ready", "snapshotType": "manual", "createdDateTime": "2026-03-02T08:00:00Z"}),
    );
    put(
        &format!("{root}/auditEvents"),
        "250473f5-029f-4037-813d-ba4768201d61",
        json!({"displayName": "Patch", "actor": {"type": "itPro", "userPrincipalName": "ada@example.com"}, "resources": []}),
    );
    put(
        &format!("{root}/bulkActions"),
        "c1d4a7f0-25b8-4e6c-9f3a-7b0d2c8e5a61",
        json!({
            "@odata.type": "cloudPcBulkResize", "displayName": "Resize of engineering", "status": "succeeded",
            "cloudPcIds": ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711"], "targetServicePlanId": "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661",
            "actionSummary": {"successfulCount": 1, "failedCount": 0, "inProgressCount": 0, "pendingCount": 0, "notSupportedCount": 0},
        }),
    );
    put(
        "/deviceManagement/monitoring/alertRecords",
        "f0c3c1de-6f3b-4f1c-8f0a-52a9a50d5f01",
        json!({"displayName": "Failed provisioning", "severity": "critical", "status": "active"}),
    );
    put(
        "/deviceManagement/cloudPCConnectivityIssues",
        "6b2f5d0c-94a1-4c7e-8f3d-1a0e5c7b9d24",
        json!({"errorCode": "timeout", "errorDateTime": "2026-03-02T08:00:00Z", "recommendedAction": "Restart it."}),
    );
    put(
        &format!("{root}/reports/retrieveFrontlineReports"),
        "1",
        json!({"@kind": "licenseUsageReport", "LicenseCount": 10}),
    );
}

#[test]
fn examples_of_what_is_only_read_are_read_and_do_not_flap() {
    let Some(mut scene) = Scene::new() else { return };
    furnish(&scene);
    let scopes = SCOPES.map(str::to_owned).to_vec();
    let token = scene.mock.token(Claims { scopes, ..Claims::default() });
    scene.terraform.set("WINDOWS365_ACCESS_TOKEN", token).set("WINDOWS365_CLIENT_SECRET", "");
    // Replies differ in order, as those of a service do; moments are shown as the service writes them.
    scene.mock.switch(|switches| {
        switches.shuffle = true;
        switches.date_digits = DateDigits::Zero;
    });

    let read_only: Vec<String> = served()
        .into_iter()
        .filter(|served| !served.entity.managed)
        .flat_map(|served| [served.entity.name.to_owned(), served.plural])
        .collect();
    let folders = inside(&examples("data-sources"));
    let folders: Vec<_> = folders.iter().filter(|it| read_only.contains(&name(it))).collect();
    assert!(folders.len() > 30, "{folders:?}");
    scene.configure("data \"windows365_service_plans\" \"required\" {}");
    for folder in folders {
        scene.terraform.write(&format!("{}.tf", name(folder)), &example(folder, "data-source.tf"));
    }
    scene.settle();
    let outputs = outputs(&scene.terraform);
    for (output, value) in [
        ("windows365_cloud_pc_remote_action_result_rebooted", json!(true)),
        ("windows365_cloud_pc_count_by_status_machines", json!(1)),
        ("windows365_bulk_action_failed", json!(0)),
        ("windows365_cloud_pcs_in_grace_period", json!(["Engineering - Ada Lovelace"])),
        ("windows365_effective_permissions_may_reboot", json!(true)),
        ("windows365_scoped_permission_scope_tags", json!(["1", "2"])),
        ("windows365_snapshot_storage_accounts_immutable", json!(["forensicscold"])),
        ("windows365_alert_records_alerts", json!(["Failed provisioning"])),
        ("windows365_tenant_encryption_setting_own_keys", json!(false)),
        ("windows365_audit_event_who", json!("ada@example.com")),
    ] {
        assert_eq!(outputs[output]["value"], value, "{output}");
    }
    assert_eq!(outputs["windows365_report_hours"]["value"]["CPC-01"], 0.5);
    assert_eq!(outputs["windows365_report_hours"]["value"].as_object().unwrap().len(), 10);
}

fn outputs(terraform: &Terraform) -> Json {
    serde_json::from_str(&terraform.run(&["output", "-json"]).succeeded()).unwrap()
}

#[test]
fn examples_of_functions_need_no_credentials() {
    let source = "windows365-rs/windows365";
    let Some(terraform) = Terraform::with(&[Override { source, program: programs::windows365() }])
    else {
        return;
    };
    let required = format!(
        "terraform {{\n  required_providers {{\n    windows365 = {{ source = \"{source}\" }}\n  }}\n}}\n"
    );
    terraform.write("required.tf", &required);
    for folder in inside(&examples("functions")) {
        terraform.write(&format!("{}.tf", name(&folder)), &example(&folder, "function.tf"));
    }
    terraform.run(&["apply", "-auto-approve"]).succeeded();
    let outputs = outputs(&terraform);
    for (output, value) in [
        (
            "gallery_image_id_image_id",
            json!("microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"),
        ),
        ("parse_gallery_image_id_sku", json!("win11-24h2-ent-cpc-m365")),
        ("parse_gallery_image_id_is_gallery_image", json!(false)),
        ("naming_template_valid_checked", json!({"valid": true, "reason": null, "advice": null})),
    ] {
        assert_eq!(outputs[output]["value"], value, "{output}");
    }
    // A template that is not valid is refused with the reason.
    let refused = terraform.run(&["plan", "-var", "naming_template=CPC-%RAND:3%"]).failed();
    assert!(refused.contains("3 random characters"), "{refused}");
}
