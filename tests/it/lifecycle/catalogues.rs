//! What only the service makes: every data source against the mock tenant.

use serde_json::{Map, Value as Json, json};
use windows365::engine::{names, schema};
use windows365::entities;
use windows365::mock::{DateDigits, Mode};
use windows365::spec::{Answers, Entity, Place, Stored};
use windows365::tf::Value;

use super::run::{GROUP, Run};

fn catalogues() -> impl Iterator<Item = &'static Entity> {
    entities::ALL.iter().copied().filter(|entity| !entity.managed)
}

/// A tenant with something in every catalogue.
pub(crate) async fn tenant() -> Run {
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
    let machine = machine(&run);
    let snapshot = json!({"cloudPcId": machine, "status": "ready", "snapshotType": "manual"});
    run.mock.put(&format!("{root}/snapshots"), "CPC_0001", snapshot);
    let of_another =
        json!({"cloudPcId": "another", "status": "ready", "snapshotType": "automatic"});
    run.mock.put(&format!("{root}/snapshots"), "CPC_0002", of_another);
    let results = format!("{root}/cloudPCs/{machine}/retrieveCloudPCRemoteActionResults");
    for (id, state, start) in
        [("1", "failed", "2026-03-01T08:00:00Z"), ("2", "done", "2026-03-02T08:00:00Z")]
    {
        run.mock.put(
            &results,
            id,
            json!({"cloudPcId": machine, "actionName": "Reboot", "actionState": state, "startDateTime": start}),
        );
    }
    run.mock.put(
        &format!("{root}/bulkActions"),
        "c1d4a7f0-25b8-4e6c-9f3a-7b0d2c8e5a61",
        json!({
            "@odata.type": "cloudPcBulkResize", "displayName": "Resize of engineering", "status": "succeeded",
            "cloudPcIds": ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711"], "targetServicePlanId": "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661",
            "actionSummary": {"successfulCount": 1, "failedCount": 0, "inProgressCount": 0, "pendingCount": 0, "notSupportedCount": 0},
        }),
    );
    run.mock.put(
        "/deviceManagement/monitoring/alertRecords",
        "f0c3c1de-6f3b-4f1c-8f0a-52a9a50d5f01",
        json!({
            "displayName": "Failed provisioning", "severity": "critical", "status": "active",
            "alertImpact": {"aggregationType": "count", "value": 3, "alertImpactDetails": [{"name": "policy", "value": "Engineering"}]},
        }),
    );
    run.mock.put(
        "/deviceManagement/cloudPCConnectivityIssues",
        "6b2f5d0c-94a1-4c7e-8f3d-1a0e5c7b9d24",
        json!({"errorCode": "timeout", "errorDateTime": "2026-03-02T08:00:00Z", "recommendedAction": "Restart it."}),
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

/// The first Cloud PC, by id.
fn machine(run: &Run) -> String {
    let machines = run.mock.objects("/deviceManagement/virtualEndpoint/cloudPCs");
    machines[0]["id"].as_str().unwrap().to_owned()
}

/// What the data sources of an entity need beside what names an object.
pub(crate) fn given(entity: &Entity, run: &Run) -> Map<String, Json> {
    let value = |name: &str| match name {
        "cloud_pc_id" => machine(run),
        "subscription_id" => "5f3e2a10-7b64-4c1d-9a0f-2d8c6b4e1f30".to_owned(),
        other => panic!("what to give for {other}?"),
    };
    let arguments = schema::arguments(entity).iter();
    arguments.map(|it| (it.name.to_owned(), json!(value(it.name)))).collect()
}

/// Everything that a person may read of Windows 365.
const SCOPES: [&str; 3] =
    ["CloudPC.Read.All", "DeviceManagementConfiguration.Read.All", "DeviceManagementRBAC.Read.All"];

fn items(data: &Value) -> Vec<Value> {
    data.get("items").elements().unwrap_or_default().to_vec()
}

#[tokio::test(start_paused = true)]
async fn every_catalogue_is_listed_and_its_objects_are_found_by_id() {
    let run = tenant().await.of_person(&SCOPES);
    for entity in catalogues().filter(|entity| matches!(entity.place, Place::Collection(_))) {
        let plural = names::plural(entity);
        let (data, findings) = run.data(&plural, json!({})).await;
        assert_eq!(findings, "", "{plural}");
        let items = items(&data);
        assert!(!items.is_empty(), "{plural} has items");
        let collections = entity.attributes.iter();
        let apart: Vec<_> = collections
            .filter(|it| matches!(it.stored, Stored::SubCollection))
            .map(names::attribute_name)
            .collect();
        for item in items {
            let id = item.get("id").as_str().unwrap();
            let (one, findings) = run.data(entity.name, json!({"id": id})).await;
            assert_eq!(findings, "", "{}", entity.name);
            for (name, value) in one.entries().unwrap() {
                if apart.contains(&name.into()) {
                    assert_eq!(item.get(name), &Value::Null, "a listing leaves it out");
                    assert!(!value.elements().unwrap().is_empty(), "{}: {name}", entity.name);
                } else {
                    assert_eq!(value, item.get(name), "{}: {name}", entity.name);
                }
            }
        }
        let (_, findings) = run.data(entity.name, json!({"id": "nobody"})).await;
        assert!(findings.contains("No object has the id nobody"), "{}: {findings}", entity.name);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_function_answers_is_listed_and_found_by_its_name() {
    let run = tenant().await.of_person(&SCOPES);
    for entity in catalogues() {
        let Place::Function(function) = entity.place else { continue };
        let given = given(entity, &run);
        let key = schema::key_name(entity).into_owned();
        let with = |name: &str| {
            let mut config = given.clone();
            config.insert(key.clone(), json!(name));
            Json::Object(config)
        };
        match function.answers {
            Answers::Objects => {
                let plural = names::plural(entity);
                let (data, findings) = run.data(&plural, Json::Object(given.clone())).await;
                assert_eq!(findings, "", "{plural}");
                let items = items(&data);
                let first = items.first().unwrap_or_else(|| panic!("{plural} has no items"));
                let name = first.get(&key).as_str().unwrap();
                let (one, findings) = run.data(entity.name, with(name)).await;
                assert_eq!(findings, "", "{}", entity.name);
                for (name, value) in first.entries().unwrap() {
                    assert_eq!(one.get(name), value, "{}: {name}", entity.name);
                }
            }
            Answers::Texts => {
                let (data, findings) = run.data(&names::plural(entity), json!({})).await;
                assert_eq!(findings, "", "{}", entity.name);
                let first = items(&data).first().unwrap().clone();
                let (one, findings) = run.data(entity.name, with(first.as_str().unwrap())).await;
                assert_eq!((findings.as_str(), one.get(&key)), ("", &first), "{}", entity.name);
            }
            Answers::Object => {
                let (one, findings) = run.data(entity.name, json!({})).await;
                assert_eq!(findings, "", "{}", entity.name);
                assert!(one.entries().unwrap().values().all(|it| !it.is_null()), "{one:?}");
                continue;
            }
            Answers::Tables(_) => continue,
        }
        let (_, findings) = run.data(entity.name, with("nobody")).await;
        assert!(findings.contains("No object has this name"), "{}: {findings}", entity.name);
    }
}

#[tokio::test(start_paused = true)]
async fn the_newest_of_all_results_of_an_action_counts() {
    let run = tenant().await;
    let config = json!({"cloud_pc_id": machine(&run), "action_name": "Reboot"});
    let name = "windows365_cloud_pc_remote_action_result";
    let (one, findings) = run.data(name, config).await;
    assert_eq!((findings.as_str(), one.get("action_state").as_str()), ("", Some("done")));
}

#[tokio::test(start_paused = true)]
async fn what_a_function_answers_is_filtered_sorted_and_cut_off_here() {
    let run = tenant().await;
    let name = "windows365_snapshot_storage_accounts";
    let subscription = "5f3e2a10-7b64-4c1d-9a0f-2d8c6b4e1f30";
    let names = |data: &Value| -> Vec<String> {
        let items = items(data);
        items.iter().map(|it| it.get("storage_account_name").as_str().unwrap().into()).collect()
    };
    run.mock.clear_requests();
    let filter = json!({"subscription_id": subscription, "filter": "accessTier eq 'cold'"});
    let (data, findings) = run.data(name, filter).await;
    assert_eq!((findings.as_str(), names(&data)), ("", vec!["forensicscold".to_owned()]));
    let last =
        json!({"subscription_id": subscription, "order_by": "storageAccountName desc", "top": 1});
    let (data, findings) = run.data(name, last).await;
    assert_eq!((findings.as_str(), names(&data)), ("", vec!["forensicshot".to_owned()]));
    let asked = run.mock.requests();
    assert!(asked.iter().all(|request| request.query.is_empty()), "{asked:#?}");
}

#[tokio::test(start_paused = true)]
async fn snapshots_of_one_cloud_pc_are_asked_of_it() {
    let run = tenant().await;
    let ids = |data: &Value| -> Vec<String> {
        items(data).iter().map(|it| it.get("id").as_str().unwrap().to_owned()).collect()
    };
    let (data, findings) = run.data("windows365_snapshots", json!({})).await;
    assert_eq!((findings.as_str(), ids(&data).len()), ("", 2));
    run.mock.clear_requests();
    let own = json!({"cloud_pc_id": machine(&run), "filter": "snapshotType eq 'manual'"});
    let (data, findings) = run.data("windows365_snapshots", own).await;
    assert_eq!((findings.as_str(), ids(&data)), ("", vec!["CPC_0001".to_owned()]));
    let asked = run.mock.requests();
    let [asked] = asked.as_slice() else { panic!("{asked:#?}") };
    assert!(asked.path.ends_with("/retrieveSnapshots") && asked.query.is_empty(), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_report_is_asked_for_page_by_page_and_becomes_rows() {
    let run = tenant().await.of_person(&["CloudPC.Read.All"]);
    let name = "windows365_report";
    let report = "getTotalAggregatedRemoteConnectionReports";
    let address = format!("/deviceManagement/virtualEndpoint/reports/{report}");
    for number in 31..=130 {
        let row = json!({"ManagedDeviceName": format!("CPC-{number}"), "TotalUsageInHour": number});
        run.mock.put(&address, &number.to_string(), row);
    }
    let asked = json!({
        "name": report, "select": ["ManagedDeviceName", "TotalUsageInHour"], "order_by": ["ManagedDeviceName"],
        "filter": "ManagedDeviceName ne 'CPC-01'",
    });
    let (data, findings) = run.data(name, asked.clone()).await;
    assert_eq!(findings, "");
    let rows = data.get("rows").elements().unwrap();
    assert_eq!((rows.len(), data.get("total_row_count")), (129, &Value::from(129)));
    assert_eq!(rows[0].get("ManagedDeviceName"), &Value::from("CPC-02"));
    assert_eq!(rows[0].get("TotalUsageInHour"), &Value::from("1.0"));
    let types: Vec<_> =
        data.get("columns").elements().unwrap().iter().map(|it| it.get("type").clone()).collect();
    assert_eq!(types, [Value::from("String"), Value::from("Double")]);

    let mut few = asked;
    few["top"] = json!(2);
    few["skip"] = json!(127);
    let (data, findings) = run.data(name, few).await;
    assert_eq!((findings.as_str(), data.get("rows").elements().unwrap().len()), ("", 2));
    let (data, findings) = run.data(name, json!({"name": "getRawRemoteConnectionReports"})).await;
    assert_eq!((findings.as_str(), data.get("rows").elements()), ("", Some(&[][..])));
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
async fn cloud_pcs_are_found_by_user_policy_and_status_whatever_the_service_does_with_a_filter() {
    let run = tenant().await;
    let policy = run.mock.objects("/deviceManagement/virtualEndpoint/provisioningPolicies");
    let policy = policy[0]["id"].as_str().unwrap().to_owned();
    let cloud_pcs = "/deviceManagement/virtualEndpoint/cloudPCs";
    for (id, status, more) in [
        ("x-1", "failed", json!({"userPrincipalName": "u-9", "provisioningPolicyId": "another"})),
        (
            "x-2",
            "resizing",
            json!({
                "userPrincipalName": "u-8", "provisioningPolicyId": policy, "provisionedDateTime": "2026-03-02T08:00:00Z",
            }),
        ),
    ] {
        let mut body = json!({"displayName": id, "status": status});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        run.mock.put(cloud_pcs, id, body);
    }
    for mode in [Mode::Honour, Mode::Ignore, Mode::Refuse] {
        run.mock.switch(|switches| switches.filter = mode);
        for (filter, users) in [
            ("userPrincipalName eq 'u-2'".to_owned(), &["u-2"][..]),
            (format!("provisioningPolicyId eq '{policy}'"), &["u-1", "u-2", "u-8"]),
            (format!("provisioningPolicyId ne '{policy}' and status eq 'failed'"), &["u-9"]),
            ("status ne 'provisioned'".to_owned(), &["u-8", "u-9"]),
        ] {
            let (data, findings) =
                run.data("windows365_cloud_pcs", json!({"filter": filter})).await;
            assert_eq!(findings, "", "{filter} ({mode:?})");
            let mut found: Vec<String> = items(&data)
                .iter()
                .map(|it| it.get("user_principal_name").as_str().unwrap().to_owned())
                .collect();
            found.sort();
            assert_eq!(found, users, "{filter} ({mode:?})");
        }
    }
    // What the mock does not understand it refuses, and then it is done here.
    run.mock.switch(|switches| switches.filter = Mode::Honour);
    let filter = "status in ('failed', 'resizing') and not (provisioningPolicyId eq 'another')";
    let last = json!({"filter": filter, "order_by": "displayName desc", "top": 1});
    let (data, findings) = run.data("windows365_cloud_pcs", last).await;
    assert_eq!((findings.as_str(), items(&data).len()), ("", 1));
    assert_eq!(items(&data)[0].get("display_name").as_str(), Some("x-2"));
}
