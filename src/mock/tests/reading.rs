//! What is only read: functions, reports, and what no app may see.

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{NIGHT_SHIFT, POLICIES, groups, policy};
use crate::mock::Claims;

const ROOT: &str = "/beta/deviceManagement/virtualEndpoint";

fn list(tenant: &Tenant, url: &str) -> Vec<Value> {
    tenant.get(url).ok(200).body["value"].as_array().expect("a list").clone()
}

/// The same tenant with the token of a person.
fn person(tenant: Tenant, scopes: &[&str]) -> Tenant {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let token = tenant.mock.token(Claims { scopes, ..Claims::default() });
    Tenant { token, ..tenant }
}

#[test]
fn functions_of_a_cloud_pc_answer_for_it_alone() {
    let tenant = Tenant::new();
    let made = tenant.post(POLICIES, &policy("Night shift")).ok(201).id();
    tenant.post(&format!("{POLICIES}/{made}/assign"), &groups(&[NIGHT_SHIFT])).ok(204);
    let machine = list(&tenant, &format!("{ROOT}/cloudPCs"))[0]["id"].as_str().unwrap().to_owned();
    let results = format!("{ROOT}/cloudPCs/{machine}/retrieveCloudPCRemoteActionResults");
    assert_eq!(list(&tenant, &results), Vec::<Value>::new());

    let set = "/deviceManagement/virtualEndpoint";
    let result = json!({ "actionName": "Reboot", "actionState": "done", "cloudPcId": machine });
    let address = format!("{set}/cloudPCs/{machine}/retrieveCloudPCRemoteActionResults");
    tenant.mock.put(&address, "1", result);
    let shown = list(&tenant, &results);
    assert_eq!(shown[0]["actionState"], "done");
    assert_eq!(shown[0].get("id"), None);

    let snapshots = format!("{set}/snapshots");
    tenant.mock.put(&snapshots, "own", json!({ "cloudPcId": machine, "status": "ready" }));
    tenant.mock.put(&snapshots, "other", json!({ "cloudPcId": "other", "status": "ready" }));
    let own = list(&tenant, &format!("{ROOT}/cloudPCs/{machine}/retrieveSnapshots()"));
    assert_eq!((own.len(), &own[0]["id"]), (1, &json!("own")));

    let counts = list(&tenant, &format!("{ROOT}/cloudPCs/retrieveCloudPcCountByStatus"));
    assert_eq!(counts, [json!({ "status": "provisioned", "count": 1 })]);
    tenant.get(&format!("{ROOT}/cloudPCs/nobody/retrieveSnapshots")).ok(404);
}

#[test]
fn a_function_takes_its_arguments_in_the_address() {
    let tenant = Tenant::new();
    let subscriptions = list(&tenant, &format!("{ROOT}/snapshots/getSubscriptions"));
    let id = subscriptions[0]["subscriptionId"].as_str().unwrap();
    let accounts = |id: &str| {
        list(&tenant, &format!("{ROOT}/snapshots/getStorageAccounts(subscriptionId='{id}')"))
    };
    assert_eq!(accounts(id).len(), 2);
    assert_eq!(accounts("another").len(), 0);
    tenant
        .get(&format!("{ROOT}/snapshots/getStorageAccounts(subscription='{id}')"))
        .refused(400, "subscription");
    tenant.get(&format!("{ROOT}/snapshots/getStorageAccounts")).refused(400, "subscriptionId");
}

#[test]
fn some_functions_answer_with_texts_or_with_one_object() {
    let tenant = Tenant::new();
    let types =
        list(&tenant, "/v1.0/deviceManagement/virtualEndpoint/auditEvents/getAuditActivityTypes");
    assert!(types.contains(&json!("rebootCloudPc")), "{types:?}");
    let setting = tenant.get(&format!("{ROOT}/retrieveTenantEncryptionSetting")).ok(200).body;
    assert_eq!(setting["tenantDiskEncryptionType"], "platformManagedKey");
    // They are functions of beta, and the service itself has nothing else to read.
    let v1 = "/v1.0/deviceManagement/virtualEndpoint";
    tenant.get(&format!("{v1}/retrieveTenantEncryptionSetting")).refused(404, "segment");
    tenant.get(ROOT).ok(400);
}

#[test]
fn what_speaks_of_a_person_is_not_for_apps() {
    let urls = [
        format!("{ROOT}/getEffectivePermissions"),
        "/beta/deviceManagement/monitoring/alertRecords".to_owned(),
    ];
    let tenant = Tenant::new();
    for url in &urls {
        tenant.get(url).ok(403);
    }
    let tenant = person(tenant, &["CloudPC.Read.All"]);
    for url in &urls {
        tenant.get(url).ok(200);
    }
}

#[test]
fn a_namespace_has_its_actions_in_a_collection_of_their_own() {
    let tenant = Tenant::new();
    let set = "/beta/roleManagement/cloudPC/resourceNamespaces";
    let namespace = &list(&tenant, set)[0];
    assert_eq!(namespace.get("resourceActions"), None);
    let id = namespace["id"].as_str().unwrap();
    let actions = list(&tenant, &format!("{set}/{id}/resourceActions"));
    assert!(
        actions.iter().any(|it| it["name"] == "Microsoft.CloudPC/CloudPCs/Reboot"),
        "{actions:?}"
    );
}

#[test]
fn a_report_is_a_table_of_at_most_a_hundred_rows() {
    let tenant = person(Tenant::new(), &["CloudPC.Read.All"]);
    let url = format!("{ROOT}/reports/getTotalAggregatedRemoteConnectionReports");
    let all = tenant.post(&url, &json!({})).ok(200);
    assert_eq!(all.header("content-type"), "application/octet-stream");
    assert_eq!(all.body["TotalRowCount"], 30);
    assert_eq!(all.body["Values"].as_array().unwrap().len(), 25);
    let asked = json!({
        "filter": "ManagedDeviceName ne 'CPC-30'", "orderBy": ["ManagedDeviceName desc"], "skip": 1, "top": 1,
        "select": ["ManagedDeviceName", "TotalUsageInHour"],
    });
    let one = tenant.post(&url, &asked).ok(200).body;
    assert_eq!(one["Values"], json!([["CPC-28", 14.0]]));
    assert_eq!(one["Schema"][1], json!({ "Column": "TotalUsageInHour", "PropertyType": "Double" }));
    tenant.post(&url, &json!({ "groupBy": ["CloudPcId"] })).refused(400, "groupBy");
    tenant.post(&url, &json!({ "reportName": "x" })).refused(400, "reportName");
    // Deprecated ones are gone.
    let url = format!("{ROOT}/reports/getFrontlineReport");
    Tenant::new().post(&url, &json!({})).refused(400, "No OData route");
}

#[test]
fn a_report_of_several_kinds_shows_one_of_them() {
    let tenant = Tenant::new();
    let address = "/deviceManagement/virtualEndpoint/reports/retrieveFrontlineReports";
    tenant.mock.put(address, "1", json!({ "@kind": "licenseUsageReport", "LicenseCount": 10 }));
    tenant.mock.put(address, "2", json!({ "@kind": "connectedUserRealtimeReport", "Users": 3 }));
    let report =
        tenant.post(&format!("/beta{address}"), &json!({ "reportName": "licenseUsageReport" }));
    assert_eq!(report.ok(200).body["Values"], json!([[10]]));
}
