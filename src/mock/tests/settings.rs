//! User settings, network connections, device images, Cloud PCs and the rest of Windows 365.

use std::time::Duration;

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{FINANCE, NIGHT_SHIFT, POLICIES, groups, policy, policy_with};
use crate::mock::Claims;

const SETTINGS: &str = "/beta/deviceManagement/virtualEndpoint/userSettings";
const CONNECTIONS: &str = "/beta/deviceManagement/virtualEndpoint/onPremisesConnections";
const IMAGES: &str = "/beta/deviceManagement/virtualEndpoint/deviceImages";
const CLOUD_PCS: &str = "/beta/deviceManagement/virtualEndpoint/cloudPCs";

fn setting() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.cloudPcUserSetting",
        "displayName": "Developers",
        "localAdminEnabled": true,
        "resetEnabled": false,
        "restorePointSetting": { "frequencyType": "fourHours", "userRestoreEnabled": true },
    })
}

/// The tenant with a signed-in administrator in place of the application.
fn delegated() -> Tenant {
    let mut tenant = Tenant::new();
    let scopes = vec!["CloudPC.ReadWrite.All".to_owned()];
    tenant.token = tenant.mock.token(Claims { scopes, ..Claims::default() });
    tenant
}

fn connection() -> Value {
    let group = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg";
    json!({
        "displayName": "anc-weu-hybrid",
        "connectionType": "hybridAzureADJoin",
        "subscriptionId": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
        "resourceGroupId": group,
        "virtualNetworkId": format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet"),
        "subnetId": format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet"),
        "adDomainName": "corp.northgate.example",
        "adDomainUsername": "svc-cloudpc-join@corp.northgate.example",
        "adDomainPassword": "correct horse",
    })
}

#[test]
fn a_user_setting_lives_through_create_change_assign_and_delete() {
    let tenant = Tenant::new();
    let created = tenant.post(SETTINGS, &setting()).ok(201);
    assert_eq!(created.body["restorePointSetting"]["frequencyInHours"], 4);
    assert_eq!(created.body["selfServiceEnabled"], Value::Null);
    let url = format!("{SETTINGS}/{}", created.id());
    let changed = tenant.patch(&url, &json!({ "resetEnabled": true })).ok(200);
    assert_eq!(changed.body["resetEnabled"], true);
    tenant.post(&format!("{url}/assign"), &groups(&[FINANCE])).ok(204);
    let shown = tenant.get(&format!("{url}?$expand=assignments")).ok(200).body;
    let item = &shown["assignments"][0];
    assert_eq!(
        item["target"]["@odata.type"],
        "#microsoft.graph.cloudPCManagementGroupAssignmentTarget"
    );
    assert_eq!(item.get("@odata.type"), None);
    assert!(item["createdDateTime"].is_string());
    tenant.delete(&url).ok(204);
    assert_eq!(tenant.mock.objects(&SETTINGS["/beta".len()..]), Vec::<Value>::new());
}

#[test]
fn user_settings_may_share_a_name() {
    let tenant = Tenant::new();
    tenant.post(SETTINGS, &setting()).ok(201);
    tenant.post(SETTINGS, &setting()).ok(201);
}

#[test]
fn the_dates_of_a_user_setting_are_the_services() {
    let tenant = Tenant::new();
    let mut body = setting();
    body["createdDateTime"] = json!("2026-01-01T00:00:00Z");
    tenant.post(SETTINGS, &body).refused(400, "read-only");
    let id = tenant.post(SETTINGS, &setting()).ok(201).id();
    let read = || tenant.get(&format!("{SETTINGS}/{id}")).ok(200).body["createdDateTime"].clone();
    let spellings: std::collections::BTreeSet<String> =
        (0..20).map(|_| read().as_str().unwrap_or_default().to_owned()).collect();
    assert!(spellings.len() > 1, "{spellings:?}");
    let moments: std::collections::BTreeSet<jiff::Timestamp> =
        spellings.iter().map(|text| text.parse().expect("a moment")).collect();
    assert_eq!(moments.len(), 1, "{spellings:?}");
}

#[test]
fn an_application_cannot_write_network_connections() {
    let app = Tenant::new();
    app.post(CONNECTIONS, &connection()).refused(403, "Access is denied");
    app.get(CONNECTIONS).ok(200);
    let admin = delegated();
    let created = admin.post(CONNECTIONS, &connection()).ok(201);
    assert_eq!(created.body["adDomainPassword"], Value::Null);
    assert_eq!(created.body["type"], "hybridAzureADJoin");
    assert_eq!(created.body.get("inUse"), None);
}

#[test]
fn health_checks_take_their_time_and_start_again_after_a_change() {
    let tenant = delegated();
    let id = tenant.post(CONNECTIONS, &connection()).ok(201).id();
    let url = format!("{CONNECTIONS}/{id}");
    let status = || tenant.get(&url).ok(200).body["healthCheckStatus"].clone();
    assert_eq!(status(), "pending");
    tenant.mock.advance(Duration::from_secs(100));
    assert_eq!(status(), "running");
    tenant.mock.advance(Duration::from_secs(600));
    assert_eq!(status(), "passed");
    let detail =
        tenant.get(&format!("{url}?$select=id,inUse,healthCheckStatusDetail")).ok(200).body;
    assert_eq!(detail["healthCheckStatusDetail"]["healthChecks"][0]["status"], "passed");
    assert_eq!(detail["inUse"], false);
    tenant.patch(&url, &json!({ "displayName": "anc-weu" })).ok(200);
    assert_eq!(status(), "pending");
    tenant.mock.switch(|switches| switches.health_check_result = "failed".to_owned());
    tenant.mock.advance(Duration::from_secs(700));
    assert_eq!(status(), "failed");
    tenant.post(&format!("{url}/runHealthChecks"), &json!({})).ok(204);
    assert_eq!(status(), "pending");
}

#[test]
fn a_failed_health_check_says_what_is_wrong_and_another_password_puts_it_right() {
    let tenant = delegated();
    tenant.mock.switch(|switches| switches.domain_password = "right".to_owned());
    let id = tenant.post(CONNECTIONS, &connection()).ok(201).id();
    let url = format!("{CONNECTIONS}/{id}");
    let failed = || -> Vec<String> {
        tenant.mock.advance(Duration::from_secs(600));
        let select = format!("{url}?$select=healthCheckStatusDetail");
        let detail = tenant.get(&select).ok(200).body["healthCheckStatusDetail"].take();
        let checks = detail["healthChecks"].as_array().expect("checks");
        assert!(checks.len() > 5, "{checks:?}");
        let failed = checks.iter().filter(|check| check["status"] == "failed");
        failed.map(|check| check["errorType"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(failed(), ["adJoinCheckIncorrectCredentials"]);
    let change = format!("{url}/updateAdDomainPassword");
    tenant.post(&change, &json!({})).refused(400, "is required");
    tenant.mock.switch(|switches| switches.password_needs_health = true);
    tenant.post(&change, &json!({ "adDomainPassword": "right" })).refused(400, "healthy");
    tenant.mock.switch(|switches| switches.password_needs_health = false);
    let app = tenant
        .mock
        .token(Claims { roles: vec!["CloudPC.ReadWrite.All".to_owned()], ..Claims::default() });
    let by_app = Tenant { mock: tenant.mock.clone(), token: app, check_shapes: true };
    by_app.post(&format!("{url}/runHealthChecks"), &json!({})).refused(403, "Access is denied");
    by_app.post(&change, &json!({ "adDomainPassword": "right" })).ok(204);
    assert_eq!(tenant.get(&url).ok(200).body["healthCheckStatus"], "failed");
    tenant.post(&format!("{url}/runHealthChecks"), &json!({})).ok(204);
    assert_eq!(failed(), Vec::<String>::new());
    tenant.mock.switch(|switches| {
        switches.health_check_result = "warning".to_owned();
        switches.health_check_error = "udpConnectivityCheckStunUrlNotAllowListed".to_owned();
    });
    tenant.post(&format!("{url}/runHealthChecks"), &json!({})).ok(204);
    assert_eq!(failed(), Vec::<String>::new());
    assert_eq!(tenant.get(&url).ok(200).body["healthCheckStatus"], "warning");

    let mut cloud_only = connection();
    cloud_only["displayName"] = json!("anc-cloud");
    cloud_only["connectionType"] = json!("azureADJoin");
    let id = tenant.post(CONNECTIONS, &cloud_only).ok(201).id();
    tenant
        .post(
            &format!("{CONNECTIONS}/{id}/updateAdDomainPassword"),
            &json!({ "adDomainPassword": "right" }),
        )
        .refused(400, "hybridAzureADJoin");
}

#[test]
fn a_connection_that_a_policy_uses_cannot_be_deleted() {
    let tenant = delegated();
    let id = tenant.post(CONNECTIONS, &connection()).ok(201).id();
    let url = format!("{CONNECTIONS}/{id}");
    let entry = json!([{ "domainJoinType": "hybridAzureADJoin", "onPremisesConnectionId": id }]);
    let policy =
        tenant.post(POLICIES, &policy_with("domainJoinConfigurations", entry)).ok(201).id();
    assert_eq!(tenant.get(&format!("{url}?$select=inUse")).ok(200).body["inUse"], true);
    tenant.delete(&url).refused(409, "in use");
    tenant.delete(&format!("{POLICIES}/{policy}")).ok(204);
    tenant.delete(&url).ok(204);
}

#[test]
fn a_device_image_is_copied_and_cannot_be_changed() {
    let tenant = Tenant::new();
    let body = json!({
        "@odata.type": "#microsoft.graph.cloudPcDeviceImage",
        "displayName": "Finance Windows 11",
        "version": "1.0.3",
        "sourceImageResourceId": "/subscriptions/0f5e2c84/resourceGroups/rg/providers/Microsoft.Compute/images/img",
    });
    let created = tenant.post(IMAGES, &body).ok(201);
    assert_eq!(created.body["status"], "pending");
    tenant.post(IMAGES, &body).refused(400, "already exists");
    let url = format!("{IMAGES}/{}", created.id());
    let no_route = tenant.patch(&url, &json!({ "version": "1.0.4" }));
    assert_eq!(no_route.body["error"]["code"], "No method match route template");
    tenant.mock.advance(Duration::from_secs(1800));
    assert_eq!(tenant.get(&url).ok(200).body["status"], "ready");
    let used = policy_with("imageId", json!(created.id()));
    tenant.post(POLICIES, &used).ok(201);
    tenant.delete(&url).refused(400, "in use");

    tenant.mock.switch(|switches| switches.image_error = "sourceImageNotGeneralized".to_owned());
    let mut other = body;
    other["version"] = json!("2.0.0");
    let url = format!("{IMAGES}/{}", tenant.post(IMAGES, &other).ok(201).id());
    tenant.mock.advance(Duration::from_secs(1800));
    let failed = tenant.get(&url).ok(200).body;
    assert_eq!(
        (&failed["status"], &failed["errorCode"]),
        (&json!("failed"), &json!("sourceImageNotGeneralized"))
    );
    tenant
        .post(&format!("{}/retryUpload", url.replace("beta", "v1.0")), &json!({}))
        .refused(400, "");
    tenant.mock.switch(|switches| {
        switches.image_error.clear();
        switches.image_result = "warning".to_owned();
    });
    tenant.post(&format!("{url}/retryUpload"), &json!({})).ok(204);
    assert_eq!(tenant.get(&url).ok(200).body["status"], "pending");
    tenant.mock.advance(Duration::from_secs(1800));
    let copied = tenant.get(&url).ok(200).body;
    assert_eq!((&copied["status"], &copied["errorCode"]), (&json!("warning"), &Value::Null));
    tenant.post(&format!("{url}/retryUpload"), &json!({})).refused(400, "status failed");
    other["version"] = json!("2.0");
    tenant.post(IMAGES, &other).refused(400, "Major.Minor.Patch");
}

#[test]
fn source_images_come_from_a_function() {
    let tenant = Tenant::new();
    let found = tenant.get(&format!("{IMAGES}/getSourceImages()")).ok(200).body;
    assert_eq!(found["value"][0]["displayName"], "img-finance-win11");
    let same = tenant.get(
        "/v1.0/deviceManagement/virtualEndpoint/deviceImages/microsoft.graph.getSourceImages()",
    );
    let same = same.ok(200).body;
    assert_eq!(same["value"][0]["resourceId"], found["value"][0]["resourceId"]);
}

#[test]
fn a_cloud_pc_in_grace_comes_back_or_is_gone_after_seven_days() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    tenant.post(&assign, &groups(&[NIGHT_SHIFT])).ok(204);
    let machines = || tenant.get(CLOUD_PCS).ok(200).body["value"].clone();
    assert_eq!(machines()[0]["status"], "provisioned");
    tenant.post(&assign, &groups(&[])).ok(204);
    assert_eq!(machines()[0]["status"], "inGracePeriod");
    tenant.mock.advance(Duration::from_secs(6 * 24 * 3600));
    tenant.post(&assign, &groups(&[NIGHT_SHIFT])).ok(204);
    assert_eq!(machines()[0]["status"], "provisioned");
    assert_eq!(tenant.mock.grace_periods().len(), 1, "it is remembered");
    tenant.post(&assign, &groups(&[])).ok(204);
    tenant.mock.advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(machines(), json!([]));
}

#[test]
fn an_administrator_can_end_a_grace_period() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    tenant.post(&assign, &groups(&[NIGHT_SHIFT])).ok(204);
    let machine =
        tenant.get(CLOUD_PCS).ok(200).body["value"][0]["id"].as_str().unwrap_or("").to_owned();
    let end = format!("{CLOUD_PCS}/{machine}/endGracePeriod");
    tenant.post(&end, &json!({})).refused(400, "not in its grace period");
    tenant.post(&assign, &groups(&[])).ok(204);
    tenant.post(&end, &json!({})).ok(204);
    tenant.get(&format!("{CLOUD_PCS}/{machine}")).refused(404, "no Cloud PC");
}

#[test]
fn apply_is_accepted_and_its_result_is_asked_for() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant.get(&format!("{url}/retrievePolicyApplyActionResult()")).refused(404, "no result");
    tenant
        .post(&format!("{url}/apply"), &json!({ "policySettings": "network" }))
        .refused(400, "was not found");
    tenant
        .post(&format!("{url}/apply"), &json!({ "reservePercentage": 20 }))
        .refused(400, "shared");
    tenant.post(&format!("{url}/apply"), &json!({ "policySettings": "singleSignOn" })).ok(204);
    let result = || {
        tenant.get(&format!("{url}/retrievePolicyApplyActionResult")).ok(200).body["status"].clone()
    };
    assert_eq!(result(), "processing");
    tenant.mock.advance(Duration::from_secs(300));
    assert_eq!(result(), "succeeded");
    let v1 = tenant
        .post(&url.replace("/beta/", "/v1.0/").replace(&id, &format!("{id}/apply")), &json!({}));
    assert_eq!(v1.body["error"]["code"], "No method match route template");
}

#[test]
fn organization_settings_are_one_object() {
    let tenant = Tenant::new();
    let url = "/beta/deviceManagement/virtualEndpoint/organizationSettings";
    assert_eq!(tenant.get(url).ok(200).body["enableSingleSignOn"], false);
    tenant.patch(url, &json!({ "enableSingleSignOn": true })).ok(204);
    assert_eq!(tenant.get(url).ok(200).body["enableSingleSignOn"], true);
    assert_eq!(tenant.delete(url).status, 400);
}

#[test]
fn the_organization_mapping_is_for_people_only() {
    let url = "/beta/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping";
    let app = Tenant::new();
    app.get(url).refused(403, "Access is denied");
    let tenant = delegated();
    assert_eq!(tenant.get(url).ok(200).body["organizationIdsInUSGovCloud"], json!([]));
    let one = json!({ "organizationIdsInUSGovCloud": ["7e6e7d5b-8dd5-5078-16cf-d1e488be48a8"] });
    assert_eq!(
        tenant.patch(url, &one).ok(200).body["organizationIdsInUSGovCloud"],
        one["organizationIdsInUSGovCloud"]
    );
    let two = json!({ "organizationIdsInUSGovCloud": ["a", "b"] });
    tenant.patch(url, &two).refused(400, "one organization at most");
}

#[test]
fn alert_rules_are_for_people_and_system_rules_stay() {
    let url = "/beta/deviceManagement/monitoring/alertRules";
    Tenant::new().get(url).refused(403, "Access is denied");
    let tenant = delegated();
    let listed = tenant.get(url).ok(200).body;
    let system = format!("{url}/{}", listed["value"][0]["id"].as_str().expect("an id"));
    tenant.patch(&system, &json!({ "severity": "critical" })).ok(200);
    tenant.patch(&system, &json!({ "displayName": "mine" })).refused(400, "cannot be changed");
    tenant.delete(&system).refused(400, "system rule");

    let body = json!({
        "@odata.type": "#microsoft.graph.deviceManagement.alertRule",
        "displayName": "Mine", "alertRuleTemplate": "cloudPcInGracePeriodScenario", "severity": "warning",
    });
    let made = tenant.post(url, &body).ok(201);
    assert_eq!(made.body["isSystemRule"], false);
    tenant.delete(&format!("{url}/{}", made.id())).ok(204);
    let mut built_in = body;
    built_in["isSystemRule"] = json!(true);
    tenant.post(url, &built_in).refused(400, "cannot be created");
}

#[test]
fn external_partners_are_switched_and_never_deleted() {
    let tenant = Tenant::new();
    let url = "/beta/deviceManagement/virtualEndpoint/externalPartners";
    let body =
        json!({ "partnerId": "198d7140-80bb-4843-8cc4-811377a49a92", "enableConnection": true });
    let made = tenant.post(url, &body).ok(201);
    assert_eq!(made.body["connectionStatus"], "available");
    tenant.post(url, &body).refused(400, "already exists");
    let item = format!("{url}/{}", made.id());
    let off = tenant.patch(&item, &json!({ "enableConnection": false })).ok(200);
    assert_eq!(off.body["connectionStatus"], "notAvailable");
    tenant.patch(&item, &json!({ "agentSetting": {} })).refused(400, "read-only");
    let setting = json!({ "agentSetting": { "agentUrl": "https://partner.example/a.msi" } });
    tenant.post(&format!("{item}/configureAgent"), &setting).ok(204);
    assert_eq!(tenant.get(&item).ok(200).body["agentSetting"]["autoDeploymentEnabled"], false);
    assert_eq!(tenant.delete(&item).body["error"]["code"], "No method match route template");
}

#[test]
fn the_catalogues_can_be_read_and_not_written() {
    let tenant = Tenant::new();
    for name in ["galleryImages", "servicePlans", "supportedRegions"] {
        let url = format!("/beta/deviceManagement/virtualEndpoint/{name}");
        let listed = tenant.get(&url).ok(200).body;
        let id = listed["value"][0]["id"].as_str().expect("an id").to_owned();
        tenant.get(&format!("{url}/{id}")).ok(200);
        let no_route = tenant.post(&url, &json!({}));
        assert_eq!(no_route.body["error"]["code"], "No method match route template");
    }
}
