//! Terraform's own actions, and each kind of end.

use serde_json::json;

use super::stage::{CLOUD_PCS, ONE, PLAN, Stage, TWO};

const ROOT: &str = "/deviceManagement/virtualEndpoint";

#[tokio::test(start_paused = true)]
async fn progress_is_told_and_the_end_has_no_findings() {
    let stage = Stage::new();
    let config = json!({ "target_ids": [ONE] });
    let (planned, told, end) = stage.invoke("windows365_cloud_pc_reboot", config).await;
    assert_eq!((planned, end), (String::new(), String::new()));
    let lines = ["accepted", "active", "done"].map(|state| format!("Cloud PC {ONE}: {state}"));
    assert_eq!(told, lines);
}

#[tokio::test(start_paused = true)]
async fn what_destroys_data_is_warned_of_and_what_is_gone_is_done() {
    let stage = Stage::new();
    stage.mock().change(
        CLOUD_PCS,
        ONE,
        json!({
            "status": "inGracePeriod", "gracePeriodEndDateTime": "2126-01-01T00:00:00Z",
        }),
    );
    let config = json!({ "target_ids": [ONE] });
    let (planned, _, end) = stage.invoke("windows365_cloud_pc_end_grace_period", config).await;
    assert!(planned.contains("destructive") && planned.contains(ONE), "{planned}");
    assert_eq!(end, "");
    assert_eq!(stage.mock().objects(CLOUD_PCS).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_resize_waits_until_it_has_its_licence() {
    let stage = Stage::new();
    let licenses = format!("{ROOT}/managedLicenses");
    let licence = json!({ "servicePlanId": PLAN, "licensesCount": 1, "assignedCount": 1 });
    stage.mock().put(&licenses, "few", licence);
    let config = json!({ "target_ids": [ONE], "target_service_plan_id": PLAN });
    let more = async {
        tokio::time::sleep(std::time::Duration::from_secs(600)).await;
        stage.mock().change(&licenses, "few", json!({ "licensesCount": 2 }));
    };
    let ((_, told, end), ()) =
        tokio::join!(stage.invoke("windows365_cloud_pc_resize", config), more);
    assert_eq!(end, "", "{told:?}");
    assert_eq!(stage.mock().objects(CLOUD_PCS)[0]["servicePlanId"], PLAN);
}

#[tokio::test(start_paused = true)]
async fn a_check_fails_for_those_that_would_not_do() {
    let stage = Stage::new();
    let config = json!({ "target_ids": [ONE, TWO], "target_service_plan_id": PLAN });
    let name = "windows365_cloud_pc_validate_bulk_resize";
    assert_eq!(stage.invoke(name, config.clone()).await.2, "");
    stage.mock().change(CLOUD_PCS, TWO, json!({ "servicePlanId": PLAN }));
    let (_, _, end) = stage.invoke(name, config).await;
    assert!(end.contains("targetLicenseHasAssigned") && end.contains(TWO), "{end}");
    assert_eq!(stage.began(ONE), 0);
}

#[tokio::test(start_paused = true)]
async fn a_bulk_action_of_a_kind_is_made_and_its_failures_are_told_apart() {
    let stage = Stage::new();
    stage.mock().switch(|switches| switches.failing_cloud_pcs = vec![TWO.to_owned()]);
    let config = json!({
        "target_ids": [ONE, TWO], "display_name": "Bigger", "resize": { "target_service_plan_id": PLAN },
    });
    let (_, _, end) = stage.invoke("windows365_bulk_action", config).await;
    assert!(end.contains("1 of 2 targets") && end.contains(TWO) && !end.contains(ONE), "{end}");
    let bulk = &stage.mock().objects(&format!("{ROOT}/bulkActions"))[0];
    let id = bulk["id"].as_str().unwrap();
    assert_eq!(bulk["displayName"], "Bigger");

    stage.mock().switch(|switches| switches.failing_cloud_pcs.clear());
    let config = json!({ "target_ids": [id], "cloud_pc_ids": [TWO] });
    assert_eq!(stage.invoke("windows365_bulk_action_retry", config).await.2, "");
    assert_eq!(stage.mock().objects(CLOUD_PCS)[1]["servicePlanId"], PLAN);
}

#[tokio::test(start_paused = true)]
async fn work_for_the_tenant_is_watched_and_no_address_is_told() {
    let stage = Stage::new();
    let config = json!({ "report_name": "cloudPcUsageCategoryReport", "select": ["CloudPcId"] });
    let (_, told, end) = stage.invoke("windows365_report_export_job", config).await;
    assert_eq!(end, "");
    assert!(told.iter().any(|line| line.ends_with("done")), "{told:?}");
    assert!(!format!("{told:?}").contains("planted-signature"));

    let config = json!({ "action_type": "deactivate" });
    let (planned, _, end) = stage.invoke("windows365_organization_action", config).await;
    assert!(planned.contains("switched off"), "{planned}");
    assert_eq!(end, "");
    let config = json!({ "action_type": "activate" });
    let (planned, _, _) = stage.invoke("windows365_organization_action", config).await;
    assert_eq!(planned, "");

    let config = json!({
        "assigned_user_id": ONE,
        "source_files": [{ "file_type": "dataFile", "source_type": "sasUrl", "sas_url": "https://planted.example" }],
    });
    assert_eq!(stage.invoke("windows365_snapshot_import", config).await.2, "");
    let imports = format!("{ROOT}/snapshots/retrieveSnapshotImportResults");
    let id = stage.mock().objects(&imports)[0]["id"].as_str().unwrap().to_owned();
    let config = json!({ "target_ids": [id] });
    assert_eq!(stage.invoke("windows365_snapshot_purge_imported", config).await.2, "");
    assert_eq!(stage.mock().objects(&imports).len(), 0);
}

#[tokio::test(start_paused = true)]
async fn health_checks_are_run_by_people_and_tell_what_failed() {
    let connections = format!("{ROOT}/onPremisesConnections");
    let connection = json!({
        "displayName": "x", "connectionType": "hybridAzureADJoin", "healthCheckStatus": "passed",
    });
    let name = "windows365_on_premises_connection_health_check";
    let app = Stage::new();
    app.mock().put(&connections, ONE, connection.clone());
    let (planned, _, _) = app.invoke(name, json!({ "target_ids": [ONE] })).await;
    assert!(planned.contains("does not offer this operation to apps"), "{planned}");

    let stage = Stage::of_a_person();
    stage.mock().put(&connections, ONE, connection);
    assert_eq!(stage.invoke(name, json!({ "target_ids": [ONE] })).await.2, "");
    stage.mock().switch(|switches| switches.health_check_result = "failed".to_owned());
    let (_, _, end) = stage.invoke(name, json!({ "target_ids": [ONE] })).await;
    assert!(end.contains("\"failed\"") && end.contains("Check"), "{end}");
}

#[tokio::test(start_paused = true)]
async fn a_push_of_a_policy_is_watched() {
    let stage = Stage::new();
    let policies = format!("{ROOT}/provisioningPolicies");
    stage.mock().put(
        &policies,
        ONE,
        json!({ "displayName": "x", "provisioningType": "sharedByUser" }),
    );
    let config =
        json!({ "target_ids": [ONE], "policy_settings": "singleSignOn", "reserve_percentage": 20 });
    let (_, told, end) = stage.invoke("windows365_provisioning_policy_apply", config).await;
    assert_eq!(end, "");
    assert_eq!(
        told.last().map(String::as_str),
        Some(format!("provisioning policy {ONE}: done").as_str())
    );
    for (name, more) in [
        ("windows365_provisioning_policy_retry", json!({})),
        (
            "windows365_provisioning_policy_apply_schedule",
            json!({ "scheduled_rule": { "timezone": "cet", "start_date_time": "2026-03-01T00:00:00Z" } }),
        ),
    ] {
        let mut config = more;
        config["target_ids"] = json!([ONE]);
        assert_eq!(stage.invoke(name, config).await.2, "", "{name}");
    }
    let config = json!({ "target_ids": [TWO], "policy_settings": "region" });
    assert_eq!(stage.invoke("windows365_provisioning_policy_apply_config", config).await.2, "");
}
