//! Refreshing: one request, and nothing leaves the state on a stale answer.

use serde_json::json;

use super::bench::Bench;
use super::tenant::{Fault, not_found};
use super::{GROUP, LISTED, THING};
use crate::graph::scripted::Answer;

async fn made() -> Bench {
    let mut bench = Bench::new(&THING);
    let config = json!({"display_name": "Engineering", "owner": GROUP.to_uppercase(), "assignments": [{"group_id": GROUP}]});
    assert_eq!(bench.apply(config).await, "");
    bench
}

#[tokio::test(start_paused = true)]
async fn a_refresh_costs_one_request() {
    let mut bench = made().await;
    let before = bench.tenant.sent().len();
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.tenant.sent()[before..], ["GET /things/id-1"]);
}

#[tokio::test(start_paused = true)]
async fn drift_is_shown_and_the_users_spelling_is_kept() {
    let mut bench = made().await;
    bench
        .tenant
        .has("/things/id-1", json!({"displayName": "Renamed", "owner": GROUP, "color": "red"}));
    assert_eq!(bench.refresh().await, "");
    assert_eq!(
        (bench.text("display_name"), bench.text("color"), bench.groups().len()),
        ("Renamed", "red", 0)
    );
    assert_eq!(bench.text("owner"), GROUP.to_uppercase());
}

#[tokio::test(start_paused = true)]
async fn one_stale_404_loses_nothing() {
    for times in [1, 2] {
        let mut bench = made().await;
        bench.tenant.on(times, "GET", "/things/id-1", Fault::Instead(not_found()));
        assert_eq!(bench.refresh().await, "");
        assert_eq!(bench.id(), "id-1");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_confirmed_and_leaves_the_state() {
    let mut bench = made().await;
    // Nobody knows since when it exists, as after an import.
    bench.forget_private();
    bench.tenant.loses("/things/id-1");
    let before = bench.tenant.sent().len();
    let start = tokio::time::Instant::now();
    assert_eq!(bench.refresh().await, "");
    assert!(bench.state.is_null());
    assert_eq!(
        bench.tenant.sent()[before..],
        ["GET /things/id-1", "GET /things/id-1", "GET /things/id-1", "GET /things"]
    );
    assert!(start.elapsed().as_secs() >= 5, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_young_object_is_looked_for_until_every_replica_must_have_it() {
    let mut bench = made().await;
    let start = tokio::time::Instant::now();
    bench.tenant.on(9, "GET", "/things/id-1", Fault::Instead(not_found()));
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.id(), "id-1", "not seen for most of a minute, and then seen");

    bench.tenant.loses("/things/id-1");
    assert_eq!(bench.refresh().await, "");
    assert!(bench.state.is_null());
    assert!((85..100).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_listed_and_not_readable_stays_with_a_warning() {
    let mut bench = made().await;
    bench.tenant.on(99, "GET", "/things/id-1", Fault::Instead(not_found()));
    let findings = bench.refresh().await;
    assert!(
        findings.starts_with("Warning") && findings.contains("listed but cannot be read"),
        "{findings}"
    );
    assert_eq!(bench.id(), "id-1");
}

#[tokio::test(start_paused = true)]
async fn no_other_refusal_means_gone() {
    let wrong_path =
        Answer::error(404, "BadRequest", "Resource not found for the segment 'things'.");
    for answer in [
        Answer::error(400, "ResourceNotFound", "gone?"),
        wrong_path,
        Answer::error(403, "Forbidden", "No."),
    ] {
        let mut bench = made().await;
        bench.tenant.on(99, "GET", "/things/id-1", Fault::Instead(answer));
        let findings = bench.refresh().await;
        assert!(
            findings.starts_with("Error")
                && findings.contains("Cannot read test_thing \"Engineering\""),
            "{findings}"
        );
        assert_eq!(bench.id(), "id-1");
    }
}

#[tokio::test(start_paused = true)]
async fn assignments_left_out_of_an_answer_are_not_none() {
    let mut bench = made().await;
    let answer = Answer::json(200, json!({"id": "id-1", "displayName": "Engineering"}));
    bench.tenant.on(1, "GET", "/things/id-1", Fault::Instead(answer));
    let findings = bench.refresh().await;
    assert!(findings.contains("left the assignments out"), "{findings}");
    assert_eq!(bench.groups(), [GROUP]);
}

#[tokio::test(start_paused = true)]
async fn f64_an_answer_for_another_object_is_refused() {
    let mut bench = made().await;
    let answer =
        Answer::json(200, json!({"id": "id-9", "displayName": "Other", "assignments": []}));
    bench.tenant.on(1, "GET", "/things/id-1", Fault::Instead(answer));
    let findings = bench.refresh().await;
    assert!(findings.contains("id-9"), "{findings}");
    assert_eq!(bench.text("display_name"), "Engineering");
}

#[tokio::test(start_paused = true)]
async fn a_set_of_assignments_that_is_expanded_in_part_is_read_whole() {
    let mut bench = made().await;
    let answer = Answer::json(
        200,
        json!({
            "id": "id-1", "displayName": "Engineering", "assignments": [],
            "assignments@odata.nextLink": "https://graph.microsoft.com/beta/things/id-1/assignments?$skip=20",
        }),
    );
    bench.tenant.on(1, "GET", "/things/id-1", Fault::Instead(answer));
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.groups(), [GROUP]);
}

#[tokio::test(start_paused = true)]
async fn sub_collections_are_part_of_the_object() {
    let mut bench = Bench::new(&LISTED);
    bench.tenant.has("/listeds/x", json!({"displayName": "one", "settings": ["a", "b"]}));
    assert_eq!(bench.import("x").await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.state.get("settings").elements().unwrap().len(), 2);
    assert_eq!(
        bench.tenant.sent(),
        ["GET /listeds/x", "GET /listeds/x/settings", "GET /listeds/x/assignments"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_confirmation_keeps_the_state() {
    let mut bench = made().await;
    bench.tenant.loses("/things/id-1");
    let stop = bench.cx.stop.clone();
    let stopping = async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.refresh(), stopping);
    assert!(findings.contains("asked the provider to stop"), "{findings}");
    assert_eq!(bench.id(), "id-1");
}
