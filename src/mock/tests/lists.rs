//! Lists: pages, options and what a late replica shows.

use std::time::Duration;

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{FINANCE, NIGHT_SHIFT, ORIGIN, POLICIES, groups, policy};
use crate::mock::{Lag, Mode, Nothing, Paging, TypeStyle, UnknownGroups};

fn with_policies(count: usize) -> Tenant {
    let tenant = Tenant::with(|switches| switches.page_size = 2);
    for number in 1..=count {
        tenant.post(POLICIES, &policy(&format!("Policy {number}"))).ok(201);
    }
    tenant
}

/// The names on each page, following at most ten next links.
fn pages(tenant: &Tenant, url: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next.filter(|_| pages.len() < 10) {
        let body = tenant.get(&url).ok(200).body;
        let names = body["value"].as_array().expect("a list").iter();
        pages.push(
            names.map(|item| item["displayName"].as_str().unwrap_or("").to_owned()).collect(),
        );
        next = body["@odata.nextLink"].as_str().map(str::to_owned);
    }
    pages
}

#[test]
fn a_next_link_is_absolute_and_repeats_the_query() {
    let tenant = with_policies(3);
    let first = tenant.get(&format!("{POLICIES}?$select=displayName&$count=true")).ok(200).body;
    let next = first["@odata.nextLink"].as_str().expect("a link");
    assert!(
        next.starts_with(&format!(
            "{ORIGIN}{POLICIES}?$select=displayName&$count=true&$skiptoken="
        )),
        "{next}"
    );
    assert_eq!(first["@odata.count"], 3);
    let second = tenant.get(next).ok(200).body;
    assert_eq!(second["value"][0]["displayName"], "Policy 3");
    assert_eq!(second["value"][0].get("imageId"), None);
    assert_eq!(second.get("@odata.nextLink"), None);
    assert_eq!(second.get("@odata.count"), None);
}

#[test]
fn pages_are_full_and_then_there_is_a_last_one() {
    let tenant = with_policies(5);
    let all = pages(&tenant, POLICIES);
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(all.concat(), ["Policy 1", "Policy 2", "Policy 3", "Policy 4", "Policy 5"]);
    assert_eq!(pages(&tenant, &format!("{POLICIES}?$top=1")).len(), 5);
    assert_eq!(
        pages(&tenant, &format!("{POLICIES}?$top=100")).len(),
        3,
        "more than the most is capped"
    );
    tenant.get(&format!("{POLICIES}?$top=0")).refused(400, "$top");
}

#[test]
fn awkward_pages_are_there_when_asked_for() {
    let tenant = with_policies(3);
    let lengths = |paging: Paging| {
        tenant.mock.switch(|switches| switches.paging = paging);
        pages(&tenant, POLICIES).iter().map(Vec::len).collect::<Vec<_>>()
    };
    assert_eq!(lengths(Paging::EmptyPages), [2, 0, 1, 0]);
    assert_eq!(lengths(Paging::Cyclic).len(), 10);
    assert_eq!(lengths(Paging::Endless).len(), 10);
    let link = |paging: Paging| {
        tenant.mock.switch(|switches| switches.paging = paging);
        tenant.get(POLICIES).ok(200).body["@odata.nextLink"].as_str().expect("a link").to_owned()
    };
    assert!(link(Paging::ForeignHost).starts_with("https://graph.attacker.example/"));
    let cyclic = link(Paging::Cyclic);
    let again = tenant.get(&cyclic).ok(200).body;
    assert_eq!(again["@odata.nextLink"], cyclic);
    tenant.mock.switch(|switches| switches.paging = Paging::Normal);
    tenant.get(&format!("{POLICIES}?$skiptoken=nonsense")).refused(400, "skip token");
    let expired = link(Paging::Expired);
    tenant.get(&expired).refused(410, "expired");
}

#[test]
fn enum_members_are_gated_on_every_page() {
    let tenant = Tenant::with(|switches| switches.page_size = 1);
    for name in ["one", "two"] {
        let mut body = policy(name);
        body["provisioningType"] = json!("sharedByUser");
        tenant.post(POLICIES, &body).ok(201);
    }
    let first = tenant.get(POLICIES).ok(200).body;
    assert_eq!(first["value"][0]["provisioningType"], "sharedByUser");
    let mut request =
        tenant.request("GET", first["@odata.nextLink"].as_str().expect("a link"), None);
    request.headers_mut().remove("prefer");
    let second = tenant.send(request).expect("an answer").body;
    assert_eq!(second["value"][0]["provisioningType"], "unknownFutureValue");
}

#[test]
fn a_filter_is_honoured_ignored_or_refused() {
    let tenant = with_policies(3);
    let names = |filter: &str| pages(&tenant, &format!("{POLICIES}?$filter={filter}")).concat();
    assert_eq!(names("displayName%20eq%20'policy%202'"), ["Policy 2"]);
    assert_eq!(
        names("startswith(displayName,'Policy')%20and%20displayName%20ne%20'Policy%201'").len(),
        2
    );
    assert_eq!(names("contains(displayName,'3')"), ["Policy 3"]);
    assert_eq!(names("windowsSetting/locale%20eq%20'en-GB'").len(), 3);
    tenant
        .get(&format!("{POLICIES}?$filter=displayName%20gt%20'a'"))
        .refused(400, "Invalid filter");
    tenant.mock.switch(|switches| switches.filter = Mode::Ignore);
    assert_eq!(names("displayName%20eq%20'Policy%202'").len(), 3);
    tenant.mock.switch(|switches| switches.filter = Mode::Refuse);
    tenant.get(&format!("{POLICIES}?$filter=displayName%20eq%20'x'")).refused(400, "$filter");
}

#[test]
fn quotes_in_a_filter_are_doubled() {
    let tenant = Tenant::new();
    let url = "/beta/deviceManagement/virtualEndpoint/userSettings";
    tenant.post(url, &json!({ "displayName": "Anna's and Bert's" })).ok(201);
    let found =
        pages(&tenant, &format!("{url}?$filter=displayName%20eq%20'Anna''s%20and%20Bert''s'"));
    assert_eq!(found, [["Anna's and Bert's"]]);
}

#[test]
fn an_order_holds_over_pages() {
    let tenant = with_policies(3);
    let found = pages(&tenant, &format!("{POLICIES}?$orderby=displayName%20desc")).concat();
    assert_eq!(found, ["Policy 3", "Policy 2", "Policy 1"]);
}

#[test]
fn options_with_names_that_the_type_does_not_have_are_refused() {
    let tenant = with_policies(1);
    tenant.get(&format!("{POLICIES}?$select=nothing")).refused(400, "named 'nothing'");
    tenant.get(&format!("{POLICIES}?$expand=nothing")).refused(400, "named 'nothing'");
    tenant.get(&format!("{POLICIES}?$expnd=assignments")).refused(400, "'$expnd'");
    let listed = tenant.get(&format!("{POLICIES}?$expand=assignments($select=id)")).ok(200).body;
    assert_eq!(listed["value"][0]["assignments"], json!([]));
    tenant.mock.switch(|switches| switches.expand = Mode::Ignore);
    let listed = tenant.get(&format!("{POLICIES}?$expand=assignments")).ok(200).body;
    assert_eq!(listed["value"][0].get("assignments"), None);
}

#[test]
fn a_new_object_is_not_seen_for_so_many_reads() {
    let tenant = Tenant::with(|switches| switches.get_lag = Lag::Reads(2));
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    let statuses: Vec<u16> = (0..3).map(|_| tenant.get(&url).status).collect();
    assert_eq!(statuses, [404, 404, 200]);
    tenant.patch(&url, &json!({ "description": "new" })).ok(204);
    let texts: Vec<Value> =
        (0..3).map(|_| tenant.get(&url).ok(200).body["description"].clone()).collect();
    assert_eq!(texts, ["Cloud PCs for the finance team", "Cloud PCs for the finance team", "new"]);
    tenant.delete(&url).ok(204);
    let statuses: Vec<u16> = (0..3).map(|_| tenant.get(&url).status).collect();
    assert_eq!(statuses, [200, 200, 404]);
}

#[test]
fn lists_lag_behind_reads_and_assignments_behind_both() {
    let tenant = Tenant::with(|switches| {
        switches.get_lag = Lag::Milliseconds(1_000);
        switches.list_lag = Lag::Milliseconds(10_000);
        switches.assignment_lag = Lag::Milliseconds(20_000);
    });
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant.post(&format!("{url}/assign"), &groups(&[FINANCE])).ok(204);
    let listed = || tenant.get(POLICIES).ok(200).body["value"].as_array().expect("a list").len();
    let assigned = || {
        let body = tenant.get(&format!("{url}?$expand=assignments")).ok(200).body;
        body["assignments"].as_array().expect("assignments").len()
    };
    tenant.get(&url).refused(404, "no provisioning policy");
    tenant.mock.advance(Duration::from_secs(1));
    tenant.get(&url).ok(200);
    assert_eq!((listed(), assigned()), (0, 0));
    tenant.mock.advance(Duration::from_secs(9));
    assert_eq!((listed(), assigned()), (1, 0));
    tenant.mock.advance(Duration::from_secs(10));
    assert_eq!((listed(), assigned()), (1, 1));
}

#[test]
fn replicas_flap_between_old_and_new() {
    let tenant = Tenant::with(|switches| {
        switches.get_lag = Lag::Milliseconds(60_000);
        switches.flapping = true;
    });
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let statuses: Vec<u16> =
        (0..40).map(|_| tenant.get(&format!("{POLICIES}/{id}")).status).collect();
    let turns = statuses.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns > 3, "{statuses:?}");
    tenant.mock.advance(Duration::from_secs(60));
    assert!((0..40).all(|_| tenant.get(&format!("{POLICIES}/{id}")).status == 200));
}

#[test]
fn a_delete_is_refused_for_a_while_after_the_last_assignment_is_gone() {
    let tenant = Tenant::with(|switches| switches.unassign_lag_milliseconds = 2_000);
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant.post(&format!("{url}/assign"), &groups(&[FINANCE])).ok(204);
    tenant.post(&format!("{url}/assign"), &groups(&[])).ok(204);
    tenant.delete(&url).refused(400, "is assigned");
    tenant.mock.advance(Duration::from_secs(2));
    tenant.delete(&url).ok(204);
}

#[test]
fn a_group_can_be_unknown_or_too_new() {
    let tenant = Tenant::new();
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let assign = format!("{POLICIES}/{id}/assign");
    let stranger = "00000000-1111-2222-3333-444444444444";
    tenant.post(&assign, &groups(&[stranger])).ok(204);
    tenant.mock.switch(|switches| switches.unknown_groups = UnknownGroups::Refuse);
    tenant.post(&assign, &groups(&[stranger])).refused(400, stranger);
    tenant.mock.refuse_group(NIGHT_SHIFT, 1);
    tenant.post(&assign, &groups(&[NIGHT_SHIFT])).refused(400, NIGHT_SHIFT);
    tenant.post(&assign, &groups(&[NIGHT_SHIFT])).ok(204);
}

#[test]
fn throttling_counts_the_app_and_tells_when_to_come_back() {
    let tenant = Tenant::with(|switches| switches.throttling = true);
    let write = || tenant.delete(&format!("{POLICIES}/nothing"));
    assert!((0..100).all(|_| write().status == 404));
    let throttled = write();
    throttled.refused(429, "Too many requests");
    assert_eq!(
        (throttled.header("retry-after"), &throttled.body["error"]["innerError"]["code"]),
        ("21", &json!("429"))
    );
    tenant.get(POLICIES).ok(200);
    tenant.get("/beta/deviceManagement/roleDefinitions").ok(200);
    tenant
        .delete("/beta/deviceManagement/roleDefinitions/nothing")
        .refused(404, "no role definition");
    tenant.mock.advance(Duration::from_secs(21));
    assert_eq!(write().status, 404);
}

#[test]
fn a_write_race_shows_as_412_without_any_condition() {
    let tenant = Tenant::with(|switches| switches.spontaneous_412 = 1);
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let change = json!({ "description": "new" });
    let raced = tenant.patch(&format!("{POLICIES}/{id}"), &change);
    assert_eq!((raced.status, &raced.body["error"]["code"]), (412, &json!("ConditionNotMet")));
    tenant.patch(&format!("{POLICIES}/{id}"), &change).ok(204);
}

#[test]
fn lax_bodies_are_taken_and_what_is_wrong_is_dropped() {
    let tenant = Tenant::with(|switches| switches.lax_bodies = true);
    let mut body = policy("Finance desktops");
    body["nothing"] = json!(1);
    body["gracePeriodInHours"] = json!(1);
    let created = tenant.post(POLICIES, &body).ok(201);
    assert_eq!(created.body["gracePeriodInHours"], 168);
    let url = format!("{POLICIES}/{}", created.id());
    tenant.patch(&url, &json!({ "provisioningType": "sharedByUser" })).ok(204);
    assert_eq!(tenant.get(&url).ok(200).body["provisioningType"], "dedicated");
}

#[test]
fn property_names_in_another_case_are_taken_when_switched_on() {
    let tenant = Tenant::with(|switches| switches.any_case_properties = true);
    let mut body = policy("Finance desktops");
    body["ENABLESINGLESIGNON"] = json!(false);
    body.as_object_mut().expect("an object").remove("enableSingleSignOn");
    assert_eq!(tenant.post(POLICIES, &body).ok(201).body["enableSingleSignOn"], false);
}

#[test]
fn replies_vary_in_what_clients_must_not_depend_on() {
    let mut tenant = Tenant::new();
    tenant.check_shapes = false;
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}/{id}");
    tenant.post(&format!("{url}/assign"), &groups(&[FINANCE, NIGHT_SHIFT])).ok(204);
    let get = || tenant.get(&format!("{url}?$expand=assignments")).ok(200).body;
    tenant.mock.switch(|switches| switches.nothing = Nothing::Absent);
    assert_eq!(get().get("autopatch"), None);
    tenant.mock.switch(|switches| switches.nothing = Nothing::Empty);
    assert_eq!(get()["alternateResourceUrl"], "");
    tenant.mock.switch(|switches| switches.type_style = TypeStyle::NoHash);
    let kind = |body: &Value| body["assignments"][0]["target"]["@odata.type"].clone();
    assert_eq!(kind(&get()), "microsoft.graph.cloudPcManagementGroupAssignmentTarget");
    tenant.mock.switch(|switches| switches.type_style = TypeStyle::OtherCase);
    assert_eq!(kind(&get()), "#microsoft.graph.CLOUDPCMANAGEMENTGROUPASSIGNMENTTARGET");
    tenant.mock.switch(|switches| switches.shuffle = true);
    let orders: std::collections::BTreeSet<String> =
        (0..20).map(|_| get()["assignments"][0]["id"].to_string()).collect();
    assert_eq!(orders.len(), 2);
}
