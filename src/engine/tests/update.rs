//! Updating: only what changed, and the truth when it fails.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::bench::Bench;
use super::tenant::{Fault, cut, not_found};
use super::{GROUP, LISTED, ONLY, OTHER_GROUP, THING};
use crate::graph::scripted::Answer;

fn config(description: &str, group: &str) -> Json {
    json!({"display_name": "Engineering", "description": description, "assignments": [{"group_id": group}]})
}

async fn made() -> Bench {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(config("first", GROUP)).await, "");
    bench
}

/// The requests of an apply.
async fn sent_by(bench: &mut Bench, config: Json) -> (String, Vec<String>) {
    let before = bench.tenant.sent().len();
    let findings = bench.apply(config).await;
    (findings, bench.tenant.sent()[before..].to_vec())
}

#[tokio::test(start_paused = true)]
async fn a_property_that_changed_is_the_only_thing_sent() {
    let mut bench = made().await;
    let (findings, sent) = sent_by(&mut bench, config("second", GROUP)).await;
    assert_eq!(
        (findings.as_str(), sent),
        ("", vec!["PATCH /things/id-1".to_owned(), "GET /things/id-1".to_owned()])
    );
    let patch = bench.tenant.script.seen().into_iter().find(|seen| seen.method == "PATCH").unwrap();
    assert_eq!(
        patch.body,
        json!({"@odata.type": "#microsoft.graph.thing", "description": "second"})
    );
    assert!(bench.is_settled(&config("second", GROUP)));
}

#[tokio::test(start_paused = true)]
async fn assignments_that_changed_are_replaced_in_one_call() {
    let mut bench = made().await;
    let (findings, sent) = sent_by(&mut bench, config("first", OTHER_GROUP)).await;
    assert_eq!(
        (findings.as_str(), sent),
        ("", vec!["POST /things/id-1/assign".to_owned(), "GET /things/id-1".to_owned()])
    );
    assert_eq!(bench.groups(), [OTHER_GROUP]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_set_removes_what_is_there_and_no_set_leaves_it() {
    let mut bench = made().await;
    let (_, sent) =
        sent_by(&mut bench, json!({"display_name": "Engineering", "description": "x"})).await;
    assert_eq!(sent, ["PATCH /things/id-1", "GET /things/id-1"]);
    assert!(bench.groups() == [GROUP] && !bench.manages_assignments());

    assert_eq!(
        bench
            .apply(json!({"display_name": "Engineering", "description": "x", "assignments": []}))
            .await,
        ""
    );
    assert!(bench.tenant.groups("/things/id-1").is_empty() && bench.manages_assignments());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_as_the_prior_state_said_is_written_too() {
    let mut bench = made().await;
    // Since the last refresh, or a late replica answered that.
    bench.tenant.has("/things/id-1", json!({"displayName": "Other", "description": "first"}));
    let (findings, sent) = sent_by(&mut bench, config("second", GROUP)).await;
    assert_eq!(findings, "");
    let writes: Vec<&String> = sent.iter().filter(|line| !line.starts_with("GET")).collect();
    assert_eq!(writes, ["PATCH /things/id-1", "PATCH /things/id-1", "POST /things/id-1/assign"]);
    assert_eq!(bench.tenant.property("/things/id-1", "displayName"), "Engineering");
    assert_eq!(bench.tenant.groups("/things/id-1"), [GROUP]);
    assert!(bench.is_settled(&config("second", GROUP)));

    // What the configuration does not say is left as it is.
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(json!({"display_name": "one", "description": "first"})).await, "");
    bench
        .tenant
        .has("/things/id-1", json!({"displayName": "one", "description": "first", "color": "red"}));
    let changed = json!({"display_name": "one", "description": "second"});
    let (findings, sent) = sent_by(&mut bench, changed).await;
    let writes = sent.iter().filter(|line| !line.starts_with("GET")).count();
    assert_eq!((findings.as_str(), writes), ("", 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_as_the_prior_state_said_and_cannot_be_written_is_told() {
    let mut bench = made().await;
    bench.tenant.has("/things/id-1", json!({"displayName": "Other", "description": "first"}));
    let refused = Answer::error(403, "Forbidden", "No.");
    bench.tenant.trouble(
        1,
        |seen| seen.method == "PATCH" && seen.body.get("displayName").is_some(),
        Fault::Instead(refused),
    );
    let (findings, _) = sent_by(&mut bench, config("second", GROUP)).await;
    assert!(findings.starts_with("Error"), "{findings}");
    assert_eq!((bench.text("description"), bench.text("display_name")), ("second", "Other"));
}

#[tokio::test(start_paused = true)]
async fn what_only_steers_the_provider_is_not_sent() {
    let mut bench = made().await;
    let mut longer = config("first", GROUP);
    longer["timeouts"] = json!({"update": "1h"});
    let (findings, sent) = sent_by(&mut bench, longer.clone()).await;
    assert_eq!((findings.as_str(), sent.len()), ("", 0));
    assert!(bench.is_settled(&longer));
}

#[tokio::test(start_paused = true)]
async fn one_by_one_additions_go_before_removals() {
    let mut bench = Bench::new(&LISTED);
    let config = |group: &str| json!({"display_name": "one", "assignments": [{"group_id": group}]});
    assert_eq!(bench.apply(config(GROUP)).await, "");
    let (findings, sent) = sent_by(&mut bench, config(OTHER_GROUP)).await;
    assert_eq!(findings, "");
    let writes: Vec<&String> = sent.iter().filter(|line| !line.starts_with("GET")).collect();
    assert_eq!(
        writes,
        ["POST /listeds/id-1/assignments", &format!("DELETE /listeds/id-1/assignments/a-{GROUP}")]
    );
    assert_eq!(bench.groups(), [OTHER_GROUP]);
}

#[tokio::test(start_paused = true)]
async fn old_new_old_reads_end_with_what_was_written() {
    let mut bench = made().await;
    let old = Answer::json(
        200,
        json!({
            "id": "id-1", "displayName": "Engineering", "description": "first",
            "assignments": bench.tenant.property("/things/id-1", "assignments"),
        }),
    );
    bench.tenant.trouble(
        2,
        |seen| seen.method == "GET" && seen.path.contains("/things/id-1"),
        Fault::Instead(old.clone()),
    );
    let (findings, sent) = sent_by(&mut bench, config("second", GROUP)).await;
    assert_eq!((findings.as_str(), bench.text("description")), ("", "second"));
    // Two stale reads, then two that agree.
    assert_eq!(sent.iter().filter(|line| line.starts_with("GET")).count(), 4);

    // For ever stale: the written value stands, and that is no failure.
    bench.tenant.trouble(
        usize::MAX,
        |seen| seen.method == "GET" && seen.path.contains("/things/id-1"),
        Fault::Instead(old),
    );
    let start = tokio::time::Instant::now();
    assert_eq!(bench.apply(config("third", GROUP)).await, "");
    assert_eq!(bench.text("description"), "third");
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_read_after_a_change_that_fails_is_tried_again() {
    let mut bench = made().await;
    let changed = json!({
        "displayName": "Engineering", "description": "second", "color": "red",
        "assignments": bench.tenant.property("/things/id-1", "assignments"),
    });
    bench.tenant.has("/things/id-1", changed);
    // All attempts of one read.
    let failed = Answer::error(500, "InternalServerError", "oops");
    bench.tenant.on(8, "GET", "/things/id-1", Fault::Instead(failed));
    assert_eq!(bench.apply(config("second", GROUP)).await, "");
    assert_eq!(bench.text("color"), "red");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_change_is_resolved() {
    let mut bench = made().await;
    bench.tenant.on(99, "PATCH", "/things/id-1", Fault::Done(cut()));
    assert_eq!(bench.apply(config("second", GROUP)).await, "");
    assert_eq!(bench.text("description"), "second");
}

#[tokio::test(start_paused = true)]
async fn a_refused_change_keeps_the_prior_state() {
    let mut bench = made().await;
    bench.tenant.on(
        1,
        "PATCH",
        "/things/id-1",
        Fault::Instead(Answer::error(400, "BadRequest", "'description' is bad.")),
    );
    let (findings, sent) = sent_by(&mut bench, config("second", OTHER_GROUP)).await;
    assert_eq!(sent, ["PATCH /things/id-1", "GET /things/id-1"]);
    assert!(
        findings.starts_with("Error at description: Cannot update test_thing \"Engineering\""),
        "{findings}"
    );
    assert_eq!((bench.text("description"), bench.groups()), ("first", vec![GROUP.to_owned()]));
    assert_eq!(bench.tenant.count("POST", "/assign"), 1, "nothing is assigned after a failure");
}

#[tokio::test(start_paused = true)]
async fn half_a_change_is_told_as_it_is() {
    let mut bench = made().await;
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(Answer::error(400, "BadRequest", "No.")));
    let findings = bench.apply(config("second", OTHER_GROUP)).await;
    assert!(findings.contains("Its assignments could not be written."), "{findings}");
    assert_eq!((bench.text("description"), bench.groups()), ("second", vec![GROUP.to_owned()]));
    let (_, sent) = sent_by(&mut bench, config("second", OTHER_GROUP)).await;
    assert_eq!(
        sent,
        ["POST /things/id-1/assign", "GET /things/id-1"],
        "only the rest is left to do"
    );
}

#[tokio::test(start_paused = true)]
async fn a_collision_is_sent_again() {
    for status in [409, 412] {
        let mut bench = made().await;
        bench.tenant.on(
            2,
            "PATCH",
            "/things/id-1",
            Fault::Instead(Answer::error(status, "ConditionNotMet", "Race.")),
        );
        assert_eq!(bench.apply(config("second", GROUP)).await, "");
        assert_eq!(bench.text("description"), "second");
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_listed_and_whose_assignments_find_nothing_is_told_so() {
    let mut bench = made().await;
    bench.tenant.on(usize::MAX, "POST", "/assign", Fault::Instead(not_found()));
    bench.tenant.on(usize::MAX, "GET", "/things/id-1", Fault::Instead(not_found()));
    let findings = bench.apply(config("first", OTHER_GROUP)).await;
    assert!(findings.contains("The service lists the object id-1 and yet"), "{findings}");

    // Any other refusal is looked into no further than to tell what is true now.
    let mut bench = made().await;
    let refused = Answer::error(403, "Forbidden", "No.");
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused));
    let (_, sent) = sent_by(&mut bench, config("first", OTHER_GROUP)).await;
    assert_eq!(sent, ["POST /things/id-1/assign", "GET /things/id-1"]);
}

#[tokio::test(start_paused = true)]
async fn an_object_deleted_by_somebody_else_is_an_error() {
    let mut bench = made().await;
    bench.tenant.loses("/things/id-1");
    let findings = bench.apply(config("second", GROUP)).await;
    assert!(findings.contains("removed outside of Terraform"), "{findings}");
    assert_eq!(bench.text("description"), "first");
    assert_eq!(bench.refresh().await, "");
    assert!(bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_does_not_know_the_object_is_not_believed() {
    let mut bench = made().await;
    bench.tenant.on(1, "PATCH", "/things/id-1", Fault::Instead(not_found()));
    assert_eq!(bench.apply(config("second", GROUP)).await, "");
    assert_eq!(bench.text("description"), "second");
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_an_update_returns_what_is_known() {
    let mut bench = made().await;
    bench.tenant.until(
        9999,
        "POST",
        "/assign",
        Fault::Instead(Answer::error(429, "TooManyRequests", "Wait.").header("Retry-After", "60")),
    );
    let stop = bench.cx.stop.clone();
    let start = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(config("second", OTHER_GROUP)), stopping);
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    assert!(findings.contains("stop"), "{findings}");
    assert_eq!((bench.text("description"), bench.groups()), ("second", vec![GROUP.to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn what_always_exists_is_changed_in_place() {
    let mut bench = Bench::new(&ONLY);
    bench.tenant.has("/only", json!({"mode": "old"}));
    assert_eq!(bench.apply(json!({"mode": "new"})).await, "");
    let (findings, sent) = sent_by(&mut bench, json!({"mode": "newer"})).await;
    assert_eq!(
        (findings.as_str(), sent),
        ("", vec!["PATCH /only".to_owned(), "GET /only".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn a_terraform_without_identities_is_served_too() {
    let mut bench = made().await;
    bench.forget_identity();
    assert_eq!(bench.apply(config("second", GROUP)).await, "");
    bench.forget_identity();
    assert_eq!(bench.refresh().await, "");
    bench.forget_identity();
    assert_eq!(bench.destroy().await, "");
}
