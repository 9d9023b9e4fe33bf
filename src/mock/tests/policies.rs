//! Provisioning policies: create, read, change, assign, delete.

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{FINANCE, NIGHT_SHIFT, POLICIES, groups, policy, policy_with};

#[test]
fn a_create_answers_with_what_the_service_fills_in() {
    let tenant = Tenant::new();
    let created = tenant.post(POLICIES, &policy("Finance desktops")).ok(201);
    for (name, value) in [
        ("userExperienceType", json!("cloudPc")),
        ("managedBy", json!("windows365")),
        ("gracePeriodInHours", json!(168)),
        ("localAdminEnabled", json!(false)),
        ("scopeIds", json!(["0"])),
        ("autopatch", Value::Null),
        ("windowsSettings", json!({ "language": "en-GB" })),
    ] {
        assert_eq!(created.body[name], value, "{name}");
    }
    assert_eq!(created.body["microsoftManagedDesktop"]["type"], "notManaged");
    assert_eq!(created.body["domainJoinConfigurations"][0]["type"], "azureADJoin");
    assert!(created.header("location").ends_with(&created.id()));
    assert_eq!(created.body.get("assignments"), None);
}

#[test]
fn v1_shows_the_same_object_without_what_only_beta_has() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("/v1.0/deviceManagement/virtualEndpoint/provisioningPolicies('{id}')");
    let shown = tenant.get(&url).ok(200).body;
    assert_eq!(shown["displayName"], "Finance desktops");
    for name in ["windowsSettings", "managedBy", "createdDateTime", "userExperienceType"] {
        assert_eq!(shown.get(name), None, "{name}");
    }
    assert_eq!(shown["domainJoinConfigurations"][0].get("type"), None);
}

#[test]
fn assignments_come_only_when_expanded() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant.post(&format!("{url}/assign"), &groups(&[FINANCE])).ok(204);
    assert_eq!(tenant.get(&url).ok(200).body.get("assignments"), None);
    let expanded = tenant.get(&format!("{url}?$expand=assignments")).ok(200).body;
    assert_eq!(expanded["assignments"][0]["id"], format!("{id}_{FINANCE}"));
    let target = &expanded["assignments"][0]["target"];
    assert_eq!(target["@odata.type"], "#microsoft.graph.cloudPcManagementGroupAssignmentTarget");
    assert_eq!(target["servicePlanId"], Value::Null);
    let alone = tenant.get(&format!("{url}/assignments")).ok(200).body;
    assert_eq!(alone["value"], expanded["assignments"]);
}

#[test]
fn assign_replaces_the_whole_set() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    let now = || {
        let expanded = tenant.get(&format!("{POLICIES}/{id}?$expand=assignments")).ok(200).body;
        let items = expanded["assignments"].as_array().expect("assignments").clone();
        items.iter().map(|a| a["target"]["groupId"].clone()).collect::<Vec<_>>()
    };
    tenant.post(&assign, &groups(&[FINANCE, NIGHT_SHIFT, FINANCE])).ok(204);
    assert_eq!(now(), [FINANCE, NIGHT_SHIFT], "the second entry of one target is dropped");
    tenant.post(&assign, &groups(&[NIGHT_SHIFT])).ok(204);
    assert_eq!(now(), [NIGHT_SHIFT]);
    tenant.post(&assign, &groups(&[])).ok(204);
    assert_eq!(now(), Vec::<Value>::new());
}

#[test]
fn a_bad_assign_body_is_refused() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    let target = |target: Value| json!({ "assignments": [{ "target": target }] });
    let kind = "#microsoft.graph.cloudPcManagementGroupAssignmentTarget";
    for (body, part) in [
        (json!({}), "'assignments' is missing"),
        (json!({ "assignments": null }), "is a collection"),
        (json!({ "assignments": [], "other": 1 }), "'other'"),
        (json!({ "assignments": [{}] }), "cannot be null"),
        (target(Value::Null), "cannot be null"),
        (target(json!({ "groupId": FINANCE })), "@odata.type annotation is missing"),
        (target(json!({ "@odata.type": kind })), "names no group"),
        (target(json!({ "@odata.type": kind, "groupId": "engineering" })), "valid group id"),
        (
            target(json!({ "@odata.type": kind, "groupId": FINANCE, "filterId": null })),
            "does not exist",
        ),
        (
            target(
                json!({ "@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": FINANCE }),
            ),
            "cannot stand where",
        ),
    ] {
        tenant.post(&assign, &body).refused(400, part);
    }
    assert_eq!(tenant.mock.objects(&POLICIES["/beta".len()..])[0]["assignments"], json!([]));
}

#[test]
fn a_delete_is_refused_while_assigned() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant.post(&format!("{url}/assign"), &groups(&[FINANCE])).ok(204);
    tenant.delete(&url).refused(400, "is assigned");
    tenant.post(&format!("{url}/assign"), &groups(&[])).ok(204);
    tenant.delete(&url).ok(204);
    tenant.get(&url).refused(404, "There is no provisioning policy");
}

#[test]
fn a_strict_body_is_checked_property_by_property() {
    let tenant = Tenant::new();
    for (body, part) in [
        (policy_with("displayname", json!("x")), "does not exist"),
        (policy_with("enableSingleSignOn", json!("true")), "Cannot convert"),
        (policy_with("gracePeriodInHours", json!(1)), "read-only"),
        (policy_with("imageType", json!("iso")), "was not found"),
        (policy_with("provisioningType", json!("unknownFutureValue")), "was not found"),
        (policy_with("imageId", Value::Null), "null value"),
        (policy_with("assignments", json!([])), "navigation property"),
        (policy_with("@odata.type", json!("#microsoft.graph.cloudPcUserSetting")), "cannot stand"),
        (policy_with("windowsSetting", json!({ "language": "en-GB" })), "does not exist"),
        (policy_with("displayName", json!("Finance; desktops")), "character"),
        (policy_with("displayName", json!("x".repeat(121))), "longer than 120"),
        (policy_with("userExperienceType", json!("cloudApp")), "sharedByEntraGroup"),
        (policy_with("domainJoinConfigurations", json!([])), "no entry"),
        (policy_with("cloudPcNamingTemplate", json!("FIN-%USERNAME:5%")), "%RAND"),
        (policy_with("cloudPcNamingTemplate", json!("FINANCE-%USERNAME:5%-%RAND:5%")), "longer"),
    ] {
        tenant.post(POLICIES, &body).refused(400, part);
    }
    assert_eq!(tenant.mock.objects(&POLICIES["/beta".len()..]), Vec::<Value>::new());
}

#[test]
fn a_domain_join_names_a_connection_or_a_region() {
    let tenant = Tenant::new();
    let connection = "2d7c9e10-8b44-4f6a-b3d1-6a5e0c9f7712";
    for (entry, part) in [
        (
            json!({ "domainJoinType": "azureADJoin", "regionName": "westeurope", "onPremisesConnectionId": connection }),
            "both a connection and a region",
        ),
        (
            json!({ "domainJoinType": "hybridAzureADJoin", "regionName": "westeurope" }),
            "needs an onPremisesConnectionId",
        ),
        (json!({ "domainJoinType": "azureADJoin" }), "or a regionName"),
        (json!({ "regionName": "westeurope" }), "names no domainJoinType"),
    ] {
        tenant
            .post(POLICIES, &policy_with("domainJoinConfigurations", json!([entry])))
            .refused(400, part);
    }
}

#[test]
fn names_are_unique_whatever_their_case() {
    let tenant = Tenant::new();
    tenant.post(POLICIES, &policy("Finance desktops")).ok(201);
    tenant.post(POLICIES, &policy("finance DESKTOPS")).refused(400, "already exists");
}

#[test]
fn what_is_fixed_at_creation_cannot_be_changed() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant
        .patch(&url, &json!({ "provisioningType": "sharedByUser" }))
        .refused(400, "cannot be changed");
    tenant
        .patch(&url, &json!({ "userExperienceType": "cloudApp" }))
        .refused(400, "cannot be changed");
    tenant.patch(&url, &json!({ "provisioningType": "dedicated", "description": null })).ok(204);
    tenant.patch(&url, &json!({})).refused(400, "empty");
    assert_eq!(tenant.get(&url).ok(200).body["description"], Value::Null);
}

#[test]
fn newer_enum_members_are_shown_only_to_those_who_ask() {
    let tenant = Tenant::new();
    let body = policy_with("provisioningType", json!("sharedByUser"));
    let id = tenant.post(POLICIES, &body).ok(201).id();
    let asked = tenant.get(&format!("{POLICIES}/{id}")).ok(200);
    assert_eq!(asked.body["provisioningType"], "sharedByUser");
    assert_eq!(asked.header("preference-applied"), "include-unknown-enum-members");
    let mut request = tenant.request("GET", &format!("{POLICIES}/{id}"), None);
    request.headers_mut().remove("prefer");
    let silent = tenant.send(request).expect("an answer");
    assert_eq!(silent.body["provisioningType"], "unknownFutureValue");
}

#[test]
fn narrowing_the_assignments_starts_grace_periods() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    tenant.post(&assign, &groups(&[FINANCE, NIGHT_SHIFT])).ok(204);
    tenant.post(&assign, &groups(&[NIGHT_SHIFT, FINANCE])).ok(204);
    assert_eq!(tenant.mock.grace_periods().len(), 0);
    tenant.post(&assign, &groups(&[FINANCE])).ok(204);
    assert_eq!(tenant.mock.grace_periods().len(), 1, "the night shift has one member");
}
