//! The admin interface, as another process uses it.

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{FINANCE, NIGHT_SHIFT, POLICIES, groups, policy};

const PATH: &str = "deviceManagement/virtualEndpoint/provisioningPolicies";

fn admin(tenant: &Tenant, method: &str, path: &str, body: &Value) -> Value {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("/_mock/{path}"))
        .body(body.to_string().into())
        .expect("a request");
    let reply = tenant.send(request).expect("an answer");
    assert!(reply.status < 300, "{path}: {}", reply.body);
    reply.body
}

#[test]
fn objects_are_made_changed_and_removed_behind_the_clients_back() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    admin(&tenant, "PATCH", &format!("objects/{PATH}/{id}"), &json!({ "description": "drift" }));
    assert_eq!(tenant.get(&url).ok(200).body["description"], "drift");
    let mut twin = policy("Twin");
    twin["managedBy"] = json!("windows365");
    twin["assignments"] = groups(&[FINANCE])["assignments"].clone();
    let other = "5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411";
    admin(&tenant, "PUT", &format!("objects/{PATH}/{other}"), &twin);
    tenant.delete(&format!("{POLICIES}/{other}")).refused(400, "is assigned");
    let held = admin(&tenant, "GET", &format!("objects/{PATH}"), &Value::Null);
    assert_eq!(held.as_array().map(Vec::len), Some(2));
    admin(&tenant, "DELETE", &format!("objects/{PATH}/{id}"), &Value::Null);
    tenant.get(&url).refused(404, "no provisioning policy");
    let all = admin(&tenant, "GET", "objects", &Value::Null);
    assert_eq!(all[format!("/{PATH}")][0]["id"], other);
    let past = tenant.mock.history(&format!("/{PATH}"), &id);
    let texts: Vec<&Value> = past.iter().map(|entry| &entry["body"]["description"]).collect();
    assert_eq!(texts, [&json!("Cloud PCs for the finance team"), &json!("drift"), &Value::Null]);
}

#[test]
fn an_assignment_taken_away_in_the_portal_starts_a_grace_period() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    tenant.post(&format!("{POLICIES}/{id}/assign"), &groups(&[NIGHT_SHIFT])).ok(204);
    admin(&tenant, "PATCH", &format!("objects/{PATH}/{id}"), &json!({ "assignments": [] }));
    assert_eq!(
        admin(&tenant, "GET", "gracePeriods", &Value::Null).as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn faults_switches_clock_groups_and_tokens_are_set_from_outside() {
    let mut tenant = Tenant::new();
    let fault = json!({
        "method": "GET", "path": format!("/{PATH}"), "nth": 2,
        "effect": { "reply": { "status": 503, "headers": [["Retry-After", "5"]], "body": "$standard" } },
    });
    admin(&tenant, "POST", "faults", &fault);
    tenant.get(POLICIES).ok(200);
    assert_eq!(tenant.get(POLICIES).header("retry-after"), "5");
    admin(&tenant, "POST", "faults", &json!({ "method": "GET", "path": "*", "effect": "reset" }));
    admin(&tenant, "DELETE", "faults", &Value::Null);
    tenant.get(POLICIES).ok(200);

    let switches = admin(
        &tenant,
        "PATCH",
        "switches",
        &json!({ "getLag": { "reads": 1 }, "filter": "ignore" }),
    );
    assert_eq!((&switches["getLag"], &switches["pageSize"]), (&json!({ "reads": 1 }), &json!(20)));

    admin(&tenant, "PATCH", "switches", &json!({ "getLag": "none" }));

    let before = tenant.mock.now();
    admin(&tenant, "POST", "clock", &json!({ "advanceSeconds": 90 }));
    assert_eq!(tenant.mock.now().duration_since(before).as_secs(), 90);

    let group = "00000000-1111-2222-3333-444444444444";
    admin(
        &tenant,
        "POST",
        "groups",
        &json!({ "id": group, "displayName": "New", "hiddenSeconds": 30 }),
    );
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    tenant.post(&assign, &groups(&[group])).refused(400, group);
    admin(&tenant, "POST", "clock", &json!({ "advanceSeconds": 30 }));
    tenant.post(&assign, &groups(&[group])).ok(204);
    assert_eq!(tenant.get(&format!("/v1.0/groups/{group}")).ok(200).body["displayName"], "New");

    let token = admin(&tenant, "POST", "tokens", &json!({ "roles": ["CloudPC.Read.All"] }));
    tenant.token = token["access_token"].as_str().expect("a token").to_owned();
    tenant.delete(&format!("{POLICIES}/{id}")).refused(403, "Access is denied");

    let log = admin(&tenant, "GET", "requests", &Value::Null);
    assert_eq!(log[0]["path"], POLICIES);
    admin(&tenant, "DELETE", "requests", &Value::Null);
    assert_eq!(tenant.mock.requests(), []);
}

#[test]
fn each_rule_names_its_source() {
    let tenant = Tenant::new();
    let rules = admin(&tenant, "GET", "rules", &Value::Null);
    let policies = rules[format!("/{PATH}")].as_array().expect("rules");
    let fixed = policies.iter().find(|rule| {
        rule["rule"]
            .as_str()
            .is_some_and(|words| words.starts_with("fixed at creation: provisioningType"))
    });
    assert_eq!(fixed.map(|rule| &rule["source"]), Some(&json!("cloudpcprovisioningpolicy-update")));
}
