//! What only the service makes: every data source against the mock tenant.

use serde_json::json;
use windows365::engine::names;
use windows365::entities;
use windows365::mock::DateDigits;
use windows365::spec::{Entity, Place};
use windows365::tf::Value;

use super::run::{GROUP, Run};

fn catalogues() -> impl Iterator<Item = &'static Entity> {
    entities::ALL.iter().copied().filter(|entity| !entity.managed)
}

/// A tenant with something in every catalogue.
async fn tenant() -> Run {
    let run = Run::new();
    // Otherwise two answers of one object differ.
    run.mock.switch(|switches| switches.date_digits = DateDigits::Zero);
    let mut policy = run.resource("windows365_provisioning_policy");
    let applied = policy
        .apply(&json!({
            "display_name": "Engineering",
            "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc",
            "image_type": "gallery",
            "image_display_name": "Windows 11 Enterprise 24H2",
            "domain_join_configurations": [{"domain_join_type": "azureADJoin", "region_group": "usWest", "region_name": "automatic"}],
            "windows_setting": {"locale": "en-US"},
            "provisioning_type": "dedicated",
            "assignments": [{"group_id": GROUP}],
        }))
        .await;
    assert_eq!(applied, "");
    let root = "/deviceManagement/virtualEndpoint";
    run.mock.put(
        &format!("{root}/snapshots"),
        "CPC_0001",
        json!({"cloudPcId": "b0a9cde2-e170-4dd9-97c3-ad1d3328a711", "status": "ready", "snapshotType": "manual"}),
    );
    run.mock.put(
        &format!("{root}/auditEvents"),
        "250473f5-029f-4037-813d-ba4768201d61",
        json!({
            "displayName": "Patch", "activityType": "patchCloudPcOnPremisesConnection", "activityDateTime": "2026-02-14T13:10:51Z",
            "activityResult": "success", "actor": {"type": "itPro", "userPermissions": ["*"]}, "resources": [],
        }),
    );
    run
}

fn items(data: &Value) -> Vec<Value> {
    data.get("items").elements().unwrap_or_default().to_vec()
}

#[tokio::test(start_paused = true)]
async fn every_catalogue_is_listed_and_its_objects_are_found_by_id() {
    let run = tenant().await;
    for entity in catalogues() {
        let plural = names::plural(entity);
        let (data, findings) = run.data(&plural, json!({})).await;
        assert_eq!(findings, "", "{plural}");
        let items = items(&data);
        assert!(!items.is_empty(), "{plural} has items");
        if matches!(entity.place, Place::Function(_)) {
            continue;
        }
        for item in items {
            let id = item.get("id").as_str().unwrap();
            let (one, findings) = run.data(entity.name, json!({"id": id})).await;
            assert_eq!((findings.as_str(), &one), ("", &item), "{}", entity.name);
        }
        let (_, findings) = run.data(entity.name, json!({"id": "nobody"})).await;
        assert!(findings.contains("No object has the id nobody"), "{}: {findings}", entity.name);
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_only_listed_is_found_by_its_name_if_there_is_one_of_it() {
    let run = tenant().await;
    let name = "windows365_supported_region";
    let (one, findings) = run.data(name, json!({"display_name": "westus3"})).await;
    assert_eq!((findings.as_str(), one.get("region_group").as_str()), ("", Some("usWest")));
    let (_, findings) = run.data(name, json!({"display_name": "atlantis"})).await;
    assert!(findings.contains("No object has this name"), "{findings}");
    let twin =
        json!({"displayName": "westus3", "regionGroup": "usWest", "supportedSolution": "devBox"});
    run.mock.put("/deviceManagement/virtualEndpoint/supportedRegions", "twin", twin);
    let (_, findings) = run.data(name, json!({"display_name": "westus3"})).await;
    assert!(findings.contains("2 objects") && findings.contains("  twin"), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn cloud_pcs_are_found_by_a_filter() {
    let run = tenant().await;
    let filter = "userPrincipalName eq 'u-2'";
    let (data, findings) = run.data("windows365_cloud_pcs", json!({"filter": filter})).await;
    assert_eq!(findings, "");
    let users: Vec<_> =
        items(&data).iter().map(|it| it.get("user_principal_name").clone()).collect();
    assert_eq!(users, [Value::from("u-2")]);
}
