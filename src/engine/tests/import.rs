//! Importing, by id, by identity and by name.

use std::time::Duration;

use serde_json::json;

use super::bench::Bench;
use super::tenant::{Fault, not_found};
use super::{CHILD, GRANT, GROUP, ONLY, THING};
use crate::graph::scripted::Answer;

/// An empty listing.
fn nothing() -> Answer {
    Answer::json(200, json!({"value": []}))
}

#[tokio::test(start_paused = true)]
async fn an_import_by_id_is_filled_by_one_read() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/t1", json!({"displayName": "one", "description": "d"}));
    assert_eq!(bench.import("t1").await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.tenant.sent(), ["GET /things/t1"]);
    assert_eq!((bench.id(), bench.text("display_name")), ("t1", "one"));
    assert!(bench.is_settled(&json!({"display_name": "one", "description": "d"})));
    assert_eq!(bench.identity().get("id").as_str(), Some("t1"));
}

#[tokio::test(start_paused = true)]
async fn f65_what_was_imported_a_moment_after_it_was_made_outlasts_a_minute_of_404() {
    // How many reads fall on late replicas before the first one that does not.
    for late in [0, 5] {
        let mut bench = Bench::new(&THING);
        bench.tenant.has("/things/t1", json!({"displayName": "one"}));
        assert_eq!(bench.import("t1").await, "");
        bench.tenant.on(late, "GET", "/things/t1", Fault::Instead(not_found()));
        assert_eq!(bench.refresh().await, "");
        assert_eq!((bench.id(), bench.text("display_name")), ("t1", "one"));
        // The next run meets late replicas again, for a minute.
        let start = tokio::time::Instant::now();
        bench.tenant.until(60, "GET", "/things/t1", Fault::Instead(not_found()));
        bench.tenant.until(60, "GET", "/things", Fault::Instead(nothing()));
        assert_eq!(bench.refresh().await, "");
        assert_eq!((bench.id(), bench.text("display_name")), ("t1", "one"));
        assert!((35..90).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_cannot_be_imported_and_that_is_known_in_bounded_time() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.import("t1").await, "");
    let start = tokio::time::Instant::now();
    assert_eq!(bench.refresh().await, "");
    assert!(bench.state.is_null());
    assert!((15..25).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_was_imported_a_while_ago_and_is_deleted_leaves_the_state_at_once() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/t1", json!({"displayName": "one"}));
    assert_eq!(bench.import("t1").await, "");
    assert_eq!(bench.refresh().await, "");
    tokio::time::sleep(Duration::from_secs(100)).await;
    bench.tenant.loses("/things/t1");
    let start = tokio::time::Instant::now();
    assert_eq!(bench.refresh().await, "");
    assert!(bench.state.is_null());
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_import_by_identity_is_the_same() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/t1", json!({"displayName": "one"}));
    assert_eq!(bench.import_identity(&[("id", "t1"), ("tenant_id", GROUP)]).await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!((bench.id(), bench.identity().get("tenant_id").as_str()), ("t1", Some(GROUP)));
}

#[tokio::test(start_paused = true)]
async fn an_import_by_name_needs_one_object_of_the_name() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/t1", json!({"displayName": "one"}));
    bench.tenant.has("/things/t2", json!({"displayName": "two"}));
    bench.tenant.has("/things/t3", json!({"displayName": "two"}));
    let findings = bench.import("name:two").await;
    for part in ["Cannot import test_thing \"name:two\"", "2 objects", "t2", "t3"] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert!(bench.import("name:three").await.contains("has the name \"three\""));
    assert!(bench.import("name: ").await.contains("no name after"));
    assert_eq!(bench.import("name:one").await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.id(), "t1");
}

#[tokio::test(start_paused = true)]
async fn a_child_is_imported_with_its_parent() {
    let mut bench = Bench::new(&CHILD);
    bench.tenant.has("/parents/p1/children/c1", json!({"displayName": "one"}));
    assert!(bench.import("c1").await.contains("`<parent_id>/<id>`"));
    for import in ["p1/c1", "p1/name:one"] {
        assert_eq!(bench.import(import).await, "");
        assert_eq!(bench.refresh().await, "");
        assert_eq!((bench.text("parent_id"), bench.id()), ("p1", "c1"));
    }
    assert_eq!(bench.import_identity(&[("id", "c1"), ("parent_id", "p1")]).await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.text("display_name"), "one");
}

#[tokio::test(start_paused = true)]
async fn what_always_exists_is_imported_by_anything() {
    let mut bench = Bench::new(&ONLY);
    bench.tenant.has("/only", json!({"mode": "old"}));
    assert_eq!(bench.import("only").await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.text("mode"), "old");
}

#[tokio::test(start_paused = true)]
async fn f83_f84_what_cannot_be_an_id_is_refused_before_any_request() {
    let mut bench = Bench::new(&THING);
    for wrong in [
        "../users/x",
        "%2e%2e%2f",
        "a/b",
        "?$filter=",
        "a#b",
        "a;b",
        "",
        ".",
        "..",
        "\u{ff0e}\u{ff0e}",
        "a b",
        "a\r\nX: y",
        "a\0b",
    ] {
        let findings = bench.import(wrong).await;
        assert!(findings.contains("cannot be an id"), "{wrong:?}: {findings}");
    }
    assert!(bench.tenant.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_no_answer_shows_is_found_from_the_other_side() {
    let mut bench = Bench::new(&GRANT);
    bench.tenant.has("/things/t1", json!({"displayName": "a"}));
    bench.tenant.has("/things/t2", json!({"displayName": "b"}));
    bench.tenant.has(
        "/grants/g1",
        json!({"displayName": "one", "thing@odata.bind": "https://x/things('t2')"}),
    );
    assert_eq!(bench.import("g1").await, "");
    assert_eq!(bench.refresh().await, "");
    assert_eq!(bench.text("thing_id"), "t2");
    let before = bench.tenant.sent().len();
    assert_eq!(bench.refresh().await, "");
    assert_eq!(
        bench.tenant.sent()[before..],
        ["GET /grants/g1"],
        "what is known is not looked for again"
    );
}
