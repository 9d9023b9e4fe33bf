//! Remote actions, one by one and in bulk, and work for the tenant.

use std::time::Duration;

use serde_json::{Value, json};

use super::Tenant;

const ROOT: &str = "/beta/deviceManagement/virtualEndpoint";
const PLAN: &str = "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661";
const FRONTLINE_PLAN: &str = "056f3e0f-0f4c-4b5a-b7b0-0d5d1c1b7a11";

/// A tenant with two machines.
fn tenant() -> Tenant {
    let tenant = Tenant::new();
    for (id, kind) in [("one", "dedicated"), ("two", "sharedByUser")] {
        let body = json!({
            "userPrincipalName": id, "displayName": id, "status": "provisioned", "provisioningType": kind,
            "lastModifiedDateTime": "2026-03-01T08:00:00Z",
        });
        tenant.mock.put("/deviceManagement/virtualEndpoint/cloudPCs", id, body);
    }
    tenant
}

impl Tenant {
    fn act(&self, machine: &str, action: &str, body: Value) -> super::harness::Reply {
        self.post(&format!("{ROOT}/cloudPCs/{machine}/{action}"), &body)
    }

    fn machine(&self, id: &str) -> Value {
        self.get(&format!("{ROOT}/cloudPCs/{id}")).ok(200).body
    }

    /// Name and state of each entry of a machine's log.
    fn log(&self, id: &str) -> Vec<(String, String)> {
        let url = format!("{ROOT}/cloudPCs/{id}/retrieveCloudPCRemoteActionResults");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = self.get(&url).ok(200).body["value"].as_array().cloned().unwrap_or_default();
        entries.iter().map(|it| (text(&it["actionName"]), text(&it["actionState"]))).collect()
    }

    fn wait(&self) {
        self.mock.advance(Duration::from_secs(120));
    }
}

fn entry(name: &str, state: &str) -> (String, String) {
    (name.to_owned(), state.to_owned())
}

#[test]
fn an_action_is_accepted_goes_on_and_ends() {
    let tenant = tenant();
    tenant.act("one", "reboot", json!({})).ok(204);
    assert_eq!(tenant.log("one"), [entry("restart", "active")]);
    tenant.act("one", "troubleshoot", json!({})).refused(409, "in progress");
    tenant.wait();
    assert_eq!(tenant.log("one"), [entry("restart", "done")]);
    tenant.act("one", "troubleshoot", json!({})).ok(204);
    tenant.act("nobody", "reboot", json!({})).ok(404);
}

#[test]
fn an_action_fails_where_the_tenant_says_so() {
    let tenant = tenant();
    tenant.mock.switch(|switches| switches.failing_cloud_pcs = vec!["ONE".to_owned()]);
    tenant.act("one", "reprovision", json!({ "userAccountType": "administrator" })).ok(204);
    assert_eq!(tenant.machine("one")["status"], "provisioning");
    tenant.wait();
    assert_eq!(tenant.log("one"), [entry("reprovision", "failed")]);
    assert_eq!(tenant.machine("one")["status"], "failed");
}

#[test]
fn a_resize_waits_for_a_licence() {
    let tenant = tenant();
    let resize = json!({ "targetServicePlanId": PLAN });
    tenant.act("one", "resize", json!({ "targetServicePlanId": "no-plan" })).refused(400, "plan");
    tenant.act("one", "resize", resize.clone()).ok(204);
    assert_eq!(tenant.machine("one")["status"], "resizing");
    tenant.wait();
    assert_eq!(tenant.machine("one")["servicePlanId"], PLAN);

    let licenses = "/deviceManagement/virtualEndpoint/managedLicenses";
    let licence =
        |count: i64| json!({ "servicePlanId": PLAN, "licensesCount": count, "assignedCount": 3 });
    tenant.mock.put(licenses, "few", licence(3));
    tenant.act("two", "resize", resize).ok(204);
    tenant.wait();
    assert_eq!(tenant.machine("two")["status"], "resizePendingLicense");
    assert_eq!(tenant.log("two"), [entry("resize", "active")]);
    tenant.mock.change(licenses, "few", licence(4));
    assert_eq!(tenant.machine("two")["status"], "provisioned");
    assert_eq!(tenant.mock.objects(licenses).last().unwrap()["assignedCount"], 4);
}

#[test]
fn what_an_action_did_is_seen_on_the_machine() {
    let tenant = tenant();
    tenant.act("one", "powerOff", json!({})).refused(400, "Frontline");
    tenant.act("two", "powerOff", json!({})).ok(204);
    tenant.act("one", "rename", json!({ "displayName": "New" })).ok(204);
    tenant.wait();
    assert_eq!(tenant.machine("two")["powerState"], "poweredOff");
    assert_eq!(tenant.machine("one")["displayName"], "New");

    tenant.act("one", "createSnapshot", json!({})).ok(204);
    tenant.wait();
    let snapshots = tenant.get(&format!("{ROOT}/snapshots")).ok(200);
    let snapshot = snapshots.body["value"][0]["id"].as_str().unwrap();
    tenant.act("two", "restore", json!({ "cloudPcSnapshotId": snapshot })).refused(400, "snapshot");
    tenant.act("one", "restore", json!({ "cloudPcSnapshotId": snapshot })).ok(204);
    assert_eq!(tenant.machine("one")["status"], "restoring");
    tenant.wait();
    assert_eq!(tenant.machine("one")["status"], "provisioned");
}

#[test]
fn a_bulk_action_ends_as_its_machines_do() {
    let tenant = tenant();
    let bulk = |ids: &[&str]| {
        let body = json!({
            "@odata.type": "#microsoft.graph.cloudPcBulkRestart", "displayName": "Restart", "cloudPcIds": ids,
        });
        tenant.post(&format!("{ROOT}/bulkActions"), &body)
    };
    let seen = |id: &str| tenant.get(&format!("{ROOT}/bulkActions/{id}")).ok(200).body;
    let untyped = json!({ "displayName": "Restart", "cloudPcIds": ["one"] });
    tenant.post(&format!("{ROOT}/bulkActions"), &untyped).refused(400, "@odata.type");
    let good = bulk(&["one", "two"]).ok(201).id();
    assert_eq!(seen(&good)["status"], "pending");
    tenant.wait();
    assert_eq!(seen(&good)["status"], "succeeded");
    assert_eq!(seen(&good)["actionSummary"]["successfulCount"], 2);

    tenant.mock.switch(|switches| switches.failing_cloud_pcs = vec!["two".to_owned()]);
    let bad = bulk(&["one", "two", "three"]).ok(201).id();
    tenant.wait();
    let ended = seen(&bad);
    assert_eq!(ended["status"], "failed");
    let summary = &ended["actionSummary"];
    assert_eq!((&summary["successfulCount"], &summary["failedCount"]), (&json!(1), &json!(2)));

    tenant.mock.switch(|switches| switches.failing_cloud_pcs = Vec::new());
    let retry = format!("{ROOT}/bulkActions/{bad}/retry");
    tenant.post(&retry, &json!({ "cloudPcIds": ["four"] })).refused(400, "not of this");
    tenant.post(&retry, &json!({ "cloudPcIds": ["two"] })).ok(204);
    assert_eq!(seen(&bad)["status"], "pending");
    tenant.wait();
    assert_eq!(seen(&bad)["actionSummary"]["successfulCount"], 2);
}

#[test]
fn a_resize_can_be_tried_without_doing_it() {
    let tenant = tenant();
    let ask = |plan: &str| {
        let body = json!({ "cloudPcIds": ["one", "nobody"], "targetServicePlanId": plan });
        let url = format!("{ROOT}/cloudPCs/validateBulkResize");
        tenant.post(&url, &body).ok(200).body["value"].clone()
    };
    assert_eq!(ask(PLAN)[0]["validationResult"], "success");
    assert_eq!(ask(PLAN)[1]["validationResult"], "cloudPcNotFound");
    assert_eq!(ask(FRONTLINE_PLAN)[0]["validationResult"], "operationNotSupported");
    assert_eq!(tenant.log("one"), []);
}

#[test]
fn work_for_the_tenant_takes_its_time() {
    let tenant = tenant();
    let job = json!({ "reportName": "cloudPcUsageCategoryReport", "select": ["CloudPcId"] });
    let id = tenant.post(&format!("{ROOT}/reports/exportJobs"), &job).ok(201).id();
    let seen = |url: &str| tenant.get(&format!("{ROOT}/{url}")).ok(200).body;
    let url = format!("reports/exportJobs/{id}");
    assert_eq!(seen(&url)["exportJobStatus"], "notStarted");

    let switch = json!({ "actionType": "activate" });
    let detail = "retrieveOrganizationActionDetail(actionType='activate')";
    tenant.get(&format!("{ROOT}/{detail}")).ok(404);
    let begun = tenant.post(&format!("{ROOT}/organizationAction"), &switch).ok(200);
    assert_eq!(begun.body["status"], "inProgress");

    let import = json!({
        "assignedUserId": "user",
        "sourceFiles": [{ "fileType": "dataFile", "sourceType": "sasUrl", "sasUrl": "https://x" }],
    });
    let imported = tenant.post(&format!("{ROOT}/snapshots/importSnapshot"), &import).ok(200);
    let snapshot = imported.body["snapshotId"].as_str().unwrap();
    let result = format!("snapshots/retrieveSnapshotImportResults(snapshotId='{snapshot}')");
    assert_eq!(seen(&result)["value"][0]["importStatus"], "inProgress");

    tenant.wait();
    assert_eq!(seen(&url)["exportJobStatus"], "completed");
    assert!(seen(&url)["exportUrl"].is_string());
    assert_eq!(seen(detail)["status"], "succeeded");
    assert_eq!(seen(&result)["value"][0]["importStatus"], "succeeded");
    let purge = format!("{ROOT}/snapshots/purgeImportedSnapshot");
    tenant.post(&purge, &json!({ "snapshotIds": ["other"] })).ok(404);
    tenant.post(&purge, &json!({ "snapshotIds": [snapshot] })).ok(204);
    assert_eq!(seen(&result)["value"], json!([]));
}
