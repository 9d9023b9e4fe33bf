//! JSON batches.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{POLICIES, policy};

const PATH: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";

fn get(id: usize, url: &str) -> Value {
    json!({ "id": id.to_string(), "method": "GET", "url": url })
}

/// The answers by id, and the ids in the order in which they came.
fn send(tenant: &Tenant, requests: &[Value]) -> (BTreeMap<String, Value>, Vec<String>) {
    let body = tenant.post("/beta/$batch", &json!({ "requests": requests })).ok(200).body;
    let answers = body["responses"].as_array().expect("responses").clone();
    let ids = answers.iter().map(|a| a["id"].as_str().unwrap_or("").to_owned()).collect();
    (answers.into_iter().map(|a| (a["id"].as_str().unwrap_or("").to_owned(), a)).collect(), ids)
}

#[test]
fn a_batch_answers_each_item_in_any_order() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let mut requests: Vec<Value> = (1..=9).map(|n| get(n, &format!("{PATH}/{n}"))).collect();
    requests.push(get(10, &format!("{PATH}/{id}?$expand=assignments")));
    let (answers, order) = send(&tenant, &requests);
    assert_eq!(answers.len(), 10);
    assert_eq!(
        (&answers["10"]["status"], &answers["10"]["body"]["displayName"]),
        (&json!(200), &json!("Finance desktops"))
    );
    assert_eq!(answers["10"]["body"]["assignments"], json!([]));
    assert_eq!(answers["1"]["body"]["error"]["code"], "ResourceNotFound");
    assert_ne!(order, (1..=10).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_malformed_batch_is_refused_whole() {
    let tenant = Tenant::new();
    let refused = |requests: Value, part: &str| {
        tenant.post("/beta/$batch", &json!({ "requests": requests })).refused(400, part);
    };
    let many: Vec<Value> = (0..21).map(|n| get(n, PATH)).collect();
    refused(json!(many), "maximum value of 20");
    refused(json!([get(1, PATH), { "id": "1", "method": "GET", "url": PATH }]), "one id");
    refused(json!([{ "id": "1", "url": PATH }]), "no 'method'");
    refused(
        json!([{ "id": "1", "method": "GET", "url": PATH, "dependsOn": ["9"] }]),
        "depends on an id",
    );
    tenant.post("/beta/$batch", &json!({})).refused(400, "no 'requests'");
}

#[test]
fn an_item_with_a_body_names_its_content_type() {
    let tenant = Tenant::new();
    let bare = json!({ "id": "1", "method": "POST", "url": PATH, "body": policy("one") });
    let mut typed = json!({ "id": "2", "method": "POST", "url": PATH, "body": policy("two") });
    typed["headers"] = json!({ "Content-Type": "application/json" });
    let empty = json!({ "id": "3", "method": "POST", "url": format!("{PATH}/x/retry") });
    let nested = json!({ "id": "4", "method": "POST", "url": "/$batch", "body": {} });
    let versioned = get(5, &format!("/beta{PATH}"));
    let (answers, _) = send(&tenant, &[bare, typed, empty, nested, versioned]);
    let statuses: Vec<u64> = answers.values().filter_map(|a| a["status"].as_u64()).collect();
    assert_eq!(statuses, [400, 201, 400, 400, 400]);
    assert_eq!(tenant.mock.objects(PATH).len(), 1);
}

#[test]
fn a_dependent_of_a_failed_item_fails_with_424() {
    let tenant = Tenant::new();
    let mut second = get(2, PATH);
    second["dependsOn"] = json!(["1"]);
    let mut third = get(3, PATH);
    third["dependsOn"] = json!(["2"]);
    let (answers, _) = send(&tenant, &[get(1, &format!("{PATH}/nothing")), second, third]);
    assert_eq!(answers["2"]["status"], 424);
    assert_eq!(answers["3"]["status"], 424);
}

#[test]
fn items_are_throttled_and_left_out_on_request() {
    let tenant = Tenant::with(|switches| {
        switches.batch_throttle_every = 2;
        switches.batch_omit_every = 3;
    });
    let requests: Vec<Value> = (1..=6).map(|n| get(n, PATH)).collect();
    let (answers, _) = send(&tenant, &requests);
    assert_eq!(answers.len(), 4);
    let throttled: Vec<&Value> = answers.values().filter(|a| a["status"] == 429).collect();
    assert!(!throttled.is_empty());
    for item in throttled {
        let headers = item["headers"].as_object().expect("headers");
        let wait = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
        let wait = wait.and_then(|(_, wait)| wait.as_str()).expect("a time to wait");
        assert!(wait.contains('.') && wait.parse::<f64>().is_ok(), "{wait}");
    }
}

#[test]
fn an_item_is_permitted_or_not_by_the_token_of_the_batch() {
    let mut tenant = Tenant::new();
    let roles = vec!["CloudPC.Read.All".to_owned()];
    tenant.token = tenant.mock.token(crate::mock::Claims { roles, ..Default::default() });
    let (answers, _) = send(&tenant, &[get(1, PATH), get(2, "/deviceManagement/roleDefinitions")]);
    assert_eq!((&answers["1"]["status"], &answers["2"]["status"]), (&json!(200), &json!(403)));
}
