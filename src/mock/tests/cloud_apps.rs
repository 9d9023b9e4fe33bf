//! Cloud apps and pools of Cloud PCs.

use std::time::Duration;

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{FINANCE, POLICIES, policy_with};

const APPS: &str = "/beta/deviceManagement/virtualEndpoint/cloudApps";
const POOLS: &str = "/beta/deviceManagement/virtualEndpoint/cloudPcPools";

fn app(policy: &str) -> Value {
    json!({
        "displayName": "Remote Desktop", "discoveredAppName": "Remote Desktop Connection",
        "provisioningPolicyId": policy,
        "appDetail": {
            "@odata.type": "#microsoft.graph.cloudPcFilePathAppDetail", "filePath": "C:\\Windows\\system32\\mstsc.exe",
        },
    })
}

fn app_policy(tenant: &Tenant) -> String {
    let mut body = policy_with("provisioningType", json!("sharedByEntraGroup"));
    body["userExperienceType"] = json!("cloudApp");
    tenant.post(POLICIES, &body).ok(201).id()
}

#[test]
fn an_app_is_added_to_an_app_policy_and_published_in_time() {
    let tenant = Tenant::new();
    let plain = tenant.post(POLICIES, &policy_with("displayName", json!("Plain"))).ok(201).id();
    tenant.post(APPS, &app(&plain)).refused(400, "userExperienceType");
    tenant.post(APPS, &app(FINANCE)).refused(400, "does not exist");

    let policy = app_policy(&tenant);
    let made = tenant.post(APPS, &app(&policy)).ok(201);
    assert_eq!(made.body["appStatus"], "preparing");
    assert_eq!(made.body["appDetail"]["iconIndex"], 0);
    tenant.post(APPS, &app(&policy)).refused(400, "already exists");
    let item = format!("{APPS}/{}", made.id());
    let status = || tenant.get(&item).ok(200).body["appStatus"].clone();
    tenant.mock.advance(Duration::from_secs(60));
    assert_eq!(status(), "ready");
    tenant.post(&format!("{APPS}/publish"), &json!({ "cloudAppIds": [made.id()] })).ok(204);
    assert_eq!(status(), "publishing");
    tenant.mock.advance(Duration::from_secs(60));
    assert_eq!(status(), "published");
    assert_eq!(tenant.get(&item).ok(200).body["availableToUser"], true);
    let mut detail = app(&policy)["appDetail"].clone();
    detail["filePath"] = json!("C:\\other.exe");
    tenant.patch(&item, &json!({ "appDetail": detail })).refused(400, "cannot be changed");
}

#[test]
fn a_pool_has_a_kind_and_assignments_one_by_one() {
    let tenant = Tenant::new();
    let pool = json!({
        "@odata.type": "#microsoft.graph.cloudPcAgentPool",
        "displayName": "Agents",
        "cloudPcConfiguration": { "imageType": "gallery", "imageId": "a_b_c", "osLocale": "en-US" },
        "networkConfiguration": {
            "@odata.type": "#microsoft.graph.cloudPcMicrosoftHostedNetworkConfiguration", "geographicLocationType": "usWest",
        },
        "billingConfiguration": { "billingType": "payAsYouGo", "billingPlanId": "p" },
        "scalingPolicy": { "minimumCount": 1, "maximumCount": 2 },
        "capabilities": { "enableSingleSignOn": true },
    });
    let mut untyped = pool.clone();
    untyped.as_object_mut().expect("an object").remove("@odata.type");
    tenant.post(POOLS, &untyped).refused(400, "@odata.type");
    let id = tenant.post(POOLS, &pool).ok(201).id();
    tenant.post(POOLS, &pool).refused(400, "already exists");
    let assignments = format!("{POOLS}/{id}/assignments");
    let body = json!({ "@odata.type": "#microsoft.graph.cloudPcAgentPoolUserAssignment", "userPrincipalId": FINANCE });
    let made = tenant.post(&assignments, &body).ok(201).id();
    assert_eq!(tenant.get(&assignments).ok(200).body["value"][0]["userPrincipalId"], FINANCE);
    tenant.delete(&format!("{assignments}/{made}")).ok(204);
    assert_eq!(tenant.get(&assignments).ok(200).body["value"], json!([]));
    tenant.post(&format!("{POOLS}/{FINANCE}/assignments"), &body).refused(404, "");
}
