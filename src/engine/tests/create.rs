//! Creating: all or nothing, once, and never a second time on a doubt.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::bench::Bench;
use super::tenant::{Fault, cut, not_found};
use super::{CHILD, GRANT, GROUP, IMAGE, LISTED, ONLY, OTHER_GROUP, THING, UNIQUE};
use crate::graph::scripted::Answer;

fn plain() -> Json {
    json!({"display_name": "Engineering", "description": "first"})
}

fn assigned() -> Json {
    json!({"display_name": "Engineering", "assignments": [{"group_id": GROUP}]})
}

#[tokio::test(start_paused = true)]
async fn a_create_looks_for_the_name_posts_once_and_reads_once() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!(bench.tenant.sent(), ["GET /things", "POST /things", "GET /things/id-1"]);
    assert_eq!((bench.id(), bench.text("color")), ("id-1", "grey"));
    assert!(bench.is_settled(&plain()));
    assert_eq!(bench.identity().get("id").as_str(), Some("id-1"));
}

#[tokio::test(start_paused = true)]
async fn managed_assignments_are_written_after_the_create() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(assigned()).await, "");
    assert_eq!(
        bench.tenant.sent(),
        ["GET /things", "POST /things", "POST /things/id-1/assign", "GET /things/id-1"]
    );
    assert_eq!(bench.groups(), [GROUP]);
    assert!(bench.manages_assignments() && bench.is_settled(&assigned()));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_an_error_with_the_import_command() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/old", json!({"displayName": "Engineering"}));
    let findings = bench.apply(plain()).await;
    for part in [
        "Error at display_name: Cannot create test_thing \"Engineering\"",
        "Its id is old",
        "terraform import test_thing.NAME old",
        "allow_duplicate_name = true",
    ] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert_eq!(bench.tenant.paths(), ["/things/old"]);
    assert!(bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn all_who_have_taken_a_name_are_named() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/old", json!({"displayName": "Engineering"}));
    bench.tenant.has("/things/older", json!({"displayName": "Engineering"}));
    bench.tenant.has("/things/other", json!({"displayName": "Marketing"}));
    let findings = bench.apply(plain()).await;
    for part in [
        "2 objects of this name exist already",
        "Their ids are old, older.",
        "terraform import test_thing.NAME old\n",
        "terraform import test_thing.NAME older\n",
    ] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert_eq!(bench.tenant.paths(), ["/things/old", "/things/older", "/things/other"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_object_of_one_name_can_be_wanted() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/old", json!({"displayName": "Engineering"}));
    let config = json!({"display_name": "Engineering", "allow_duplicate_name": true});
    assert_eq!(bench.apply(config).await, "");
    assert_eq!(bench.tenant.paths(), ["/things/id-1", "/things/old"]);
}

#[tokio::test(start_paused = true)]
async fn a_listed_object_that_cannot_be_read_takes_no_name() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/old", json!({"displayName": "Engineering"}));
    bench.tenant.on(9, "GET", "/things/old", Fault::Instead(not_found()));
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!(bench.id(), "id-1");
}

#[tokio::test(start_paused = true)]
async fn two_resources_of_one_name_in_one_run_make_one_object() {
    let bench = Bench::new(&THING);
    let (one, other) = (bench.sibling(), bench.sibling());
    let (one, other) = tokio::join!(one.apply(plain()), other.apply(plain()));
    assert_eq!(bench.tenant.paths(), ["/things/id-1"]);
    assert_eq!(one.1, "");
    assert!(other.0.is_null() && other.1.contains("Its id is id-1"), "{}", other.1);
}

#[tokio::test(start_paused = true)]
async fn many_creates_share_one_listing() {
    let bench = Bench::new(&THING);
    for number in 0..20 {
        let (_, findings) =
            bench.sibling().apply(json!({"display_name": format!("Thing {number}")})).await;
        assert_eq!(findings, "");
    }
    assert_eq!(bench.tenant.count("GET", "/things"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_lost_is_found_and_taken() {
    for answer in [
        cut(),
        Answer::error(500, "InternalServerError", "oops"),
        Answer::error(504, "GatewayTimeout", "late"),
    ] {
        let mut bench = Bench::new(&THING);
        bench.tenant.on(1, "POST", "/things", Fault::Done(answer));
        assert_eq!(bench.apply(assigned()).await, "");
        assert_eq!((bench.id(), bench.tenant.count("POST", "/things")), ("id-1", 1));
        assert_eq!(bench.tenant.groups("/things/id-1"), [GROUP]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_with_an_unreadable_answer_is_taken_by_its_location() {
    let mut bench = Bench::new(&THING);
    let answer = Answer::text(201, "application/json", "{\"id\": \"id-")
        .header("Location", "https://graph.microsoft.com/beta/things/id-1");
    bench.tenant.on(1, "POST", "/things", Fault::Done(answer));
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!((bench.id(), bench.tenant.count("POST", "/things")), ("id-1", 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_create_that_did_not_happen_is_sent_once_more_after_a_minute() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Instead(cut()));
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!((bench.tenant.paths().len(), bench.tenant.count("POST", "/things")), (1, 2));
    let posts: Vec<Duration> = bench
        .tenant
        .script
        .seen()
        .iter()
        .filter(|seen| seen.method == "POST")
        .map(|seen| seen.at)
        .collect();
    assert!(posts[1] - posts[0] >= Duration::from_secs(60), "{posts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_lags_is_waited_for_before_anything_is_sent_again() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    bench.tenant.until(
        45,
        "GET",
        "/things",
        Fault::Instead(Answer::json(200, json!({"value": []}))),
    );
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!((bench.id(), bench.tenant.count("POST", "/things")), ("id-1", 1));
}

#[tokio::test(start_paused = true)]
async fn what_was_just_deleted_and_is_listed_still_is_not_taken_for_the_new_object() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!(bench.destroy().await, "");
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    let late = json!({"value": [{"id": "id-1", "displayName": "Engineering"}]});
    bench.tenant.on(usize::MAX, "GET", "/things", Fault::Instead(Answer::json(200, late)));
    let config = json!({"display_name": "Engineering", "timeouts": {"create": "20s"}});
    let findings = bench.apply(config).await;
    assert!(findings.contains("not known whether the object was made"), "{findings}");
    assert!(!findings.contains("id-1"), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn two_new_objects_after_a_lost_create_are_named_and_left_alone() {
    // Somebody else makes an equal one after this create has looked and before it is done.
    let mut bench = Bench::new(&THING);
    bench
        .tenant
        .has("/things/foreign", json!({"displayName": "Engineering", "description": "first"}));
    bench.tenant.on(1, "GET", "/things", Fault::Instead(Answer::json(200, json!({"value": []}))));
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    let findings = bench.apply(plain()).await;
    assert!(findings.contains("foreign") && findings.contains("id-1"), "{findings}");
    assert!(bench.state.is_null());
    assert_eq!(bench.tenant.paths(), ["/things/foreign", "/things/id-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_twin_that_cannot_be_read_yet_is_waited_for() {
    // Seconds for which a new object of somebody else is listed and answers 404, and whether it is seen in time.
    for (hidden, seen) in [(20, true), (600, false)] {
        let mut bench = Bench::new(&THING);
        bench
            .tenant
            .has("/things/foreign", json!({"displayName": "Engineering", "description": "first"}));
        let nothing = Answer::json(200, json!({"value": []}));
        bench.tenant.on(1, "GET", "/things", Fault::Instead(nothing));
        bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
        bench.tenant.until(hidden, "GET", "/things/foreign", Fault::Instead(not_found()));
        let findings = bench.apply(plain()).await;
        assert_eq!(findings.contains("foreign"), seen, "{findings}");
        assert_eq!(bench.state.is_null(), seen, "what is never to be read stands in nobody's way");
        assert_eq!(bench.tenant.count("POST", "/things"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_object_of_the_name_that_differs_is_not_taken() {
    let mut bench = Bench::new(&THING);
    bench
        .tenant
        .has("/things/foreign", json!({"displayName": "Engineering", "description": "theirs"}));
    bench.tenant.on(1, "GET", "/things", Fault::Instead(Answer::json(200, json!({"value": []}))));
    bench.tenant.on(1, "POST", "/things", Fault::Instead(cut()));
    let findings = bench.apply(plain()).await;
    assert!(
        findings.contains("foreign") && findings.contains("None of them was touched"),
        "{findings}"
    );
    assert_eq!(bench.tenant.count("POST", "/things"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_name_is_taken_after_a_doubt_means_look_again() {
    let mut bench = Bench::new(&UNIQUE);
    bench.tenant.on(1, "POST", "/uniques", Fault::Done(cut()));
    bench.tenant.until(
        61,
        "GET",
        "/uniques",
        Fault::Instead(Answer::json(200, json!({"value": []}))),
    );
    bench.tenant.on(
        1,
        "POST",
        "/uniques",
        Fault::Instead(Answer::error(409, "Conflict", "The name is already in use.")),
    );
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    assert_eq!(bench.tenant.paths(), ["/uniques/id-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_first_attempt_that_turns_up_late_leaves_one_object() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    // Not listed before the second attempt: once to look for the name, then seven times in a minute.
    bench.tenant.on(8, "GET", "/things", Fault::Instead(Answer::json(200, json!({"value": []}))));
    let findings = bench.apply(plain()).await;
    assert!(
        findings.contains("turned up")
            && findings.contains("terraform import test_thing.NAME id-1"),
        "{findings}"
    );
    assert_eq!(bench.tenant.paths(), ["/things/id-1"]);
    assert!(bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_makes_nothing_and_points_at_the_attribute() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(
        1,
        "POST",
        "/things",
        Fault::Instead(Answer::error(400, "BadRequest", "The property displayName is too long.")),
    );
    let findings = bench.apply(plain()).await;
    assert!(
        findings.starts_with("Error at display_name: Cannot create test_thing \"Engineering\"\n"),
        "{findings}"
    );
    assert!(
        findings.contains("The property displayName is too long.")
            && findings.contains("Status: 400"),
        "{findings}"
    );
    assert_eq!(bench.tenant.count("POST", "/things"), 1);
}

#[tokio::test(start_paused = true)]
async fn refused_assignments_take_the_new_object_back() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(Answer::error(400, "BadRequest", "No.")));
    let findings = bench.apply(assigned()).await;
    for part in
        ["assignments could not be written", "id-1 was deleted again", "confirmed to be gone"]
    {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert!(bench.state.is_null() && bench.tenant.paths().is_empty());
    assert_eq!(bench.apply(assigned()).await, "", "the next apply converges");
    assert_eq!(bench.groups(), [GROUP]);
}

#[tokio::test(start_paused = true)]
async fn an_object_that_cannot_be_taken_back_is_in_the_state_as_it_is() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(Answer::error(400, "BadRequest", "No.")));
    bench.tenant.on(
        1,
        "DELETE",
        "/things/id-1",
        Fault::Instead(Answer::error(403, "Forbidden", "Never.")),
    );
    let findings = bench.apply(assigned()).await;
    assert!(
        findings.contains("has the id id-1 and was kept") && findings.contains("Never."),
        "{findings}"
    );
    assert_eq!((bench.id(), bench.groups().len()), ("id-1", 0));
    assert_eq!(bench.destroy_tainted().await, "");
    assert_eq!(bench.apply(assigned()).await, "", "the next apply converges");
}

#[tokio::test(start_paused = true)]
async fn lost_assignments_that_took_effect_are_a_success() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(
        99,
        "POST",
        "/assign",
        Fault::Done(Answer::error(500, "InternalServerError", "oops")),
    );
    assert_eq!(bench.apply(assigned()).await, "");
    assert_eq!(bench.groups(), [GROUP]);
    assert_eq!(bench.tenant.count("DELETE", "/things/id-1"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_assigned_otherwise_is_never_taken_back() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(99, "POST", "/assign", Fault::Instead(Answer::error(400, "BadRequest", "No.")));
    bench.tenant.on(1, "POST", "/things", Fault::Also(|objects| {
        let object = objects.get_mut("/things/id-1").unwrap();
        object.insert("assignments".to_owned(), json!([{"id": "x", "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": OTHER_GROUP}}]));
    }));
    let findings = bench.apply(assigned()).await;
    assert!(findings.contains("reads back as assigned"), "{findings}");
    assert_eq!((bench.id(), bench.groups()), ("id-1", vec![OTHER_GROUP.to_owned()]));
    assert_eq!(bench.tenant.count("DELETE", "/things/id-1"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_not_known_yet_is_waited_for() {
    let mut bench = Bench::new(&THING);
    let unknown = Answer::error(400, "BadRequest", &format!("The group {GROUP} was not found."));
    bench.tenant.until(90, "POST", "/assign", Fault::Instead(unknown.clone()));
    assert_eq!(bench.apply(assigned()).await, "");
    assert_eq!(bench.groups(), [GROUP]);

    let mut bench = Bench::new(&THING);
    bench.tenant.until(9999, "POST", "/assign", Fault::Instead(unknown));
    let findings = bench.apply(assigned()).await;
    assert!(findings.contains(GROUP) && bench.tenant.paths().is_empty(), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn a_minute_of_404_after_a_create_loses_nothing() {
    let mut bench = Bench::new(&THING);
    bench.tenant.until(60, "GET", "/things/id-1", Fault::Instead(not_found()));
    bench.tenant.until(60, "POST", "/assign", Fault::Instead(not_found()));
    assert_eq!(bench.apply(assigned()).await, "");
    assert_eq!((bench.id(), bench.groups()), ("id-1", vec![GROUP.to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn what_no_read_confirms_is_kept_as_written() {
    let mut bench = Bench::new(&THING);
    bench.tenant.until(99_999, "GET", "/things/id-1", Fault::Instead(not_found()));
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!(
        (bench.id(), bench.text("description"), bench.text("color")),
        ("id-1", "first", "grey")
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_wait_for_a_read_returns_the_object_at_once() {
    let mut bench = Bench::new(&THING);
    bench.tenant.until(60, "GET", "/things/id-1", Fault::Instead(not_found()));
    let stop = bench.cx.stop.clone();
    let start = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(plain()), stopping);
    assert!(start.elapsed() < Duration::from_secs(11), "{:?}", start.elapsed());
    assert_eq!((bench.id(), findings.as_str()), ("id-1", ""));
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_assignments_keeps_the_object_in_the_state() {
    let mut bench = Bench::new(&THING);
    bench.tenant.until(60, "POST", "/assign", Fault::Instead(not_found()));
    let stop = bench.cx.stop.clone();
    let start = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(assigned()), stopping);
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    assert!(findings.contains("has the id id-1 and was kept"), "{findings}");
    assert_eq!((bench.id(), bench.groups().len()), ("id-1", 0));
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_the_create_is_in_flight_still_finds_the_object() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Done(Answer::Never));
    let stop = bench.cx.stop.clone();
    let start = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(assigned()), stopping);
    assert!(start.elapsed() <= Duration::from_secs(7), "{:?}", start.elapsed());
    assert_eq!(bench.id(), "id-1", "{findings}");
}

#[tokio::test(start_paused = true)]
async fn all_that_is_found_out_after_a_stop_shares_one_short_time() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Done(Answer::Never));
    // The look takes most of the time that there is, and the last read would take as much again.
    let object = json!({"id": "id-1", "displayName": "Engineering", "assignments": []});
    let late = Answer::After(Duration::from_millis(600), Box::new(Answer::json(200, object)));
    bench.tenant.on(usize::MAX, "GET", "/things/id-1", Fault::Instead(late));
    let stop = bench.cx.stop.clone();
    let start = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(assigned()), stopping);
    assert!(start.elapsed() < Duration::from_secs(7), "{:?}", start.elapsed());
    assert_eq!(bench.id(), "id-1", "{findings}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_a_create_is_in_flight_that_made_nothing_says_so() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Instead(Answer::Never));
    let stop = bench.cx.stop.clone();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(plain()), stopping);
    assert!(
        findings.contains("not known whether the object was made") && bench.state.is_null(),
        "{findings}"
    );
    assert_eq!(bench.tenant.count("POST", "/things"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_create_is_the_users_and_is_named() {
    let mut bench = Bench::new(&IMAGE);
    let config = json!({"display_name": "one", "timeouts": {"create": "90s"}});
    let pending =
        |objects: &mut std::collections::BTreeMap<String, serde_json::Map<String, Json>>| {
            objects.get_mut("/images/id-1").unwrap().insert("status".to_owned(), json!("pending"));
        };
    bench.tenant.on(1, "POST", "/images", Fault::Also(pending));
    let findings = bench.apply(config).await;
    for part in [
        "1m30s",
        "status to become ready (it was \"pending\")",
        "timeouts = { create",
        "has the id id-1 and was kept",
    ] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert_eq!(bench.id(), "id-1");
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_made_behind_the_scenes_is_waited_for() {
    let mut bench = Bench::new(&IMAGE);
    bench.tenant.on(
        1,
        "POST",
        "/images",
        Fault::Also(|objects| {
            objects.get_mut("/images/id-1").unwrap().insert("status".to_owned(), json!("pending"));
        }),
    );
    bench.tenant.trouble(
        1,
        |seen| seen.path.contains("/images/id-1") && seen.at > Duration::from_secs(600),
        Fault::Also(|objects| {
            objects.get_mut("/images/id-1").unwrap().insert("status".to_owned(), json!("ready"));
        }),
    );
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    assert_eq!(bench.text("status"), "ready");
}

#[tokio::test(start_paused = true)]
async fn an_object_that_fails_behind_the_scenes_is_taken_back() {
    let mut bench = Bench::new(&IMAGE);
    bench.tenant.on(
        1,
        "POST",
        "/images",
        Fault::Also(|objects| {
            let image = objects.get_mut("/images/id-1").unwrap();
            image.insert("status".to_owned(), json!("failed"));
            image.insert("errorCode".to_owned(), json!("osNotSupported"));
        }),
    );
    let findings = bench.apply(json!({"display_name": "one"})).await;
    assert!(
        findings.contains("osNotSupported") && findings.contains("deleted again"),
        "{findings}"
    );
    assert!(bench.tenant.paths().is_empty() && bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn what_a_create_cannot_carry_follows_in_an_update_and_an_action() {
    let mut bench = Bench::new(&UNIQUE);
    assert_eq!(bench.apply(json!({"display_name": "one", "logo": "x"})).await, "");
    assert_eq!(
        bench.tenant.sent(),
        [
            "GET /uniques",
            "POST /uniques",
            "PATCH /uniques/id-1",
            "POST /uniques/id-1/publish",
            "GET /uniques/id-1"
        ]
    );
    assert_eq!(bench.text("logo"), "x");
}

#[tokio::test(start_paused = true)]
async fn f93_a_secret_that_a_service_repeats_is_in_no_finding() {
    let mut bench = Bench::new(&UNIQUE);
    bench.tenant.on(
        1,
        "POST",
        "/uniques",
        Fault::Instead(Answer::error(400, "BadRequest", "The password hunter2-canary is weak.")),
    );
    let findings = bench.apply(json!({"display_name": "one", "password": "hunter2-canary"})).await;
    assert!(findings.contains("is weak") && !findings.contains("hunter2-canary"), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn assignments_one_by_one_and_a_list_of_its_own() {
    let mut bench = Bench::new(&LISTED);
    let config = json!({"display_name": "one", "assignments": [{"group_id": GROUP}, {"group_id": OTHER_GROUP}]});
    assert_eq!(bench.apply(config.clone()).await, "");
    let mut groups = bench.groups();
    groups.sort();
    assert_eq!(groups, [GROUP, OTHER_GROUP]);
    assert!(bench.is_settled(&config));
}

#[tokio::test(start_paused = true)]
async fn a_child_waits_for_its_parent_to_be_seen() {
    let mut bench = Bench::new(&CHILD);
    bench.tenant.until(20, "GET", "/children", Fault::Instead(not_found()));
    bench.tenant.until(30, "POST", "/children", Fault::Instead(not_found()));
    assert_eq!(bench.apply(json!({"parent_id": "p1", "display_name": "one"})).await, "");
    assert_eq!(bench.tenant.paths(), ["/parents/p1/children/id-1"]);
    assert_eq!(
        (bench.text("parent_id"), bench.identity().get("parent_id").as_str()),
        ("p1", Some("p1"))
    );
}

#[tokio::test(start_paused = true)]
async fn what_always_exists_is_adopted() {
    let mut bench = Bench::new(&ONLY);
    bench.tenant.has("/only", json!({"mode": "old", "version": "7"}));
    assert_eq!(bench.apply(json!({"mode": "new"})).await, "");
    assert_eq!(bench.tenant.sent(), ["PATCH /only", "GET /only"]);
    assert_eq!((bench.text("mode"), bench.text("version"), bench.id()), ("new", "7", "only"));
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_no_answer_shows_is_kept() {
    let mut bench = Bench::new(&GRANT);
    bench.tenant.has("/things/t1", json!({"displayName": "t"}));
    let config = json!({"display_name": "one", "thing_id": "11111111-2222-3333-4444-555555555555"});
    assert_eq!(bench.apply(config.clone()).await, "");
    assert_eq!(bench.text("thing_id"), "11111111-2222-3333-4444-555555555555");
    assert!(bench.is_settled(&config));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_was_freed_a_moment_ago_may_be_held_for_a_while() {
    let mut bench = Bench::new(&UNIQUE);
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    assert_eq!(bench.destroy().await, "");
    bench.tenant.on(
        3,
        "POST",
        "/uniques",
        Fault::Instead(Answer::error(409, "Conflict", "The name is already in use.")),
    );
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    assert_eq!(bench.tenant.paths(), ["/uniques/id-2"]);
}
