//! Writes after a create whose answers are lost or refused: what is seen later counts, and the object goes or stays accordingly.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::time::Instant;

use super::bench::Bench;
use super::tenant::{Fault, cut, not_found};
use super::{GROUP, LISTED, OTHER_GROUP, THING, UNIQUE};
use crate::graph::scripted::{Answer, Seen};

fn assigned(group: &str) -> Json {
    json!({"display_name": "Engineering", "assignments": [{"group_id": group}]})
}

fn refused(status: u16) -> Answer {
    Answer::error(status, "BadRequest", "No.")
}

fn lost() -> Answer {
    Answer::error(500, "InternalServerError", "oops")
}

/// Reads of the new object are answered so for `seconds` after the latest request that `begins` it.
fn reads(
    bench: &Bench,
    begins: impl Fn(&Seen) -> bool + Send + 'static,
    seconds: u64,
    answer: Answer,
) {
    let latest = Arc::new(Mutex::new(None::<Duration>));
    bench.tenant.trouble(
        usize::MAX,
        move |seen| {
            let mut latest = latest.lock().unwrap();
            if begins(seen) {
                *latest = Some(seen.at);
            }
            let lasts = |from: Duration| seen.at < from + Duration::from_secs(seconds);
            seen.method == "GET" && seen.path.contains("/id-1") && latest.is_some_and(lasts)
        },
        Fault::Instead(answer),
    );
}

fn assigns(seen: &Seen) -> bool {
    seen.method == "POST" && seen.path.ends_with("/assign")
}

fn deletes(seen: &Seen) -> bool {
    seen.method == "DELETE"
}

/// The new object as it was before.
fn before(groups: &[&str]) -> Answer {
    let item = |group: &&str| json!({"id": "x", "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}});
    let assignments: Vec<Json> = groups.iter().map(item).collect();
    Answer::json(
        200,
        json!({"id": "id-1", "displayName": "Engineering", "assignments": assignments}),
    )
}

#[tokio::test(start_paused = true)]
async fn changed_assignments_whose_answer_is_lost_are_looked_for_until_they_show() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(assigned(GROUP)).await, "");
    reads(&bench, assigns, 5, before(&[GROUP]));
    bench.tenant.on(99, "POST", "/assign", Fault::Done(lost()));
    assert_eq!(bench.apply(assigned(OTHER_GROUP)).await, "");
    assert_eq!(bench.groups(), [OTHER_GROUP]);
}

#[tokio::test(start_paused = true)]
async fn first_assignments_whose_answer_is_lost_are_looked_for_before_anything_is_taken_back() {
    let mut bench = Bench::new(&THING);
    reads(&bench, assigns, 11, before(&[]));
    bench.tenant.on(99, "POST", "/assign", Fault::Done(lost()));
    assert_eq!(bench.apply(assigned(GROUP)).await, "");
    assert_eq!(bench.groups(), [GROUP]);
    assert_eq!(bench.tenant.count("DELETE", "/things/id-1"), 0);
}

#[tokio::test(start_paused = true)]
async fn assignments_that_certainly_did_not_happen_take_the_object_back() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(99, "POST", "/assign", Fault::Instead(lost()));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("id-1 was deleted again and is confirmed to be gone"), "{findings}");
    assert!(bench.state.is_null() && bench.tenant.paths().is_empty());
}

#[tokio::test(start_paused = true)]
async fn refused_assignments_of_an_object_that_no_read_shows_take_it_back() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
    bench.tenant.on(1, "GET", "/things/id-1", Fault::Instead(not_found()));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("id-1 was deleted again"), "{findings}");
    assert!(bench.state.is_null() && bench.tenant.paths().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_may_be_assigned_and_that_no_read_shows_is_kept() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(99, "POST", "/assign", Fault::Done(lost()));
    bench.tenant.on(usize::MAX, "GET", "/things/id-1", Fault::Instead(not_found()));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("could not be read whether it has become assigned"), "{findings}");
    assert_eq!((bench.id(), bench.groups()), ("id-1", vec![GROUP.to_owned()]));
    assert_eq!(bench.tenant.count("DELETE", "/things/id-1"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_assigned_is_taken_back_when_a_later_call_is_refused() {
    let config = json!({"display_name": "one", "logo": "x"});
    for (method, end, part) in
        [("PATCH", "/uniques/id-1", "second call"), ("POST", "/publish", "the action publish")]
    {
        let mut bench = Bench::new(&UNIQUE);
        bench.tenant.on(1, method, end, Fault::Instead(refused(400)));
        let findings = bench.apply(config.clone()).await;
        assert!(
            findings.contains(part) && findings.contains("id-1 was deleted again"),
            "{findings}"
        );
        assert!(bench.state.is_null() && bench.tenant.paths().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_second_call_was_to_write_is_not_in_the_state_when_nothing_can_be_read() {
    let mut bench = Bench::new(&UNIQUE);
    bench.tenant.on(usize::MAX, "PATCH", "/uniques/id-1", Fault::Instead(refused(400)));
    bench.tenant.on(usize::MAX, "DELETE", "/uniques/id-1", Fault::Instead(refused(400)));
    bench.tenant.on(usize::MAX, "GET", "/uniques/id-1", Fault::Instead(refused(400)));
    let findings = bench.apply(json!({"display_name": "one", "logo": "x"})).await;
    assert!(findings.contains("deleting it again failed"), "{findings}");
    assert_eq!((bench.id(), bench.text("display_name")), ("id-1", "one"));
    assert!(bench.state.get("logo").is_null(), "it was not written");

    let mut bench = Bench::new(&UNIQUE);
    bench.tenant.on(usize::MAX, "POST", "/publish", Fault::Instead(refused(400)));
    bench.tenant.on(usize::MAX, "DELETE", "/uniques/id-1", Fault::Instead(refused(400)));
    bench.tenant.on(usize::MAX, "GET", "/uniques/id-1", Fault::Instead(refused(400)));
    bench.apply(json!({"display_name": "one", "logo": "x"})).await;
    assert_eq!(bench.text("logo"), "x", "it was written before the call that failed");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_collides_is_sent_again_for_a_minute() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
    bench.tenant.until(20, "DELETE", "/things/id-1", Fault::Instead(refused(409)));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("deleted again") && bench.tenant.paths().is_empty(), "{findings}");

    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
    // The first answer takes five seconds, so that the waits in between add up to a minute.
    let late = refused(409).after(Duration::from_secs(5));
    bench.tenant.on(1, "DELETE", "/things/id-1", Fault::Instead(late));
    bench.tenant.on(usize::MAX, "DELETE", "/things/id-1", Fault::Instead(refused(409)));
    let start = Instant::now();
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("deleting it again failed"), "{findings}");
    assert_eq!((bench.id(), start.elapsed().as_secs()), ("id-1", 60));
}

#[tokio::test(start_paused = true)]
async fn a_new_object_that_its_deletion_does_not_find_is_looked_for_until_all_must_know_it() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
    bench.tenant.on(1, "DELETE", "/things/id-1", Fault::Instead(not_found()));
    reads(&bench, deletes, 25, not_found());
    bench.tenant.trouble(
        usize::MAX,
        |seen| seen.path.contains("/things?") && seen.at < Duration::from_secs(25),
        Fault::Instead(Answer::json(200, json!({"value": []}))),
    );
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("is confirmed to be gone"), "{findings}");
    assert_eq!(bench.tenant.paths(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_whose_answer_is_lost_is_a_deletion() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
    bench.tenant.on(1, "DELETE", "/things/id-1", Fault::Done(cut()));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("is confirmed to be gone") && bench.state.is_null(), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_object_counts_as_gone_when_reads_say_so() {
    // How long reads show the object after it was deleted, and what is said.
    for (seconds, part) in [
        (30, "id-1 was deleted again and is confirmed to be gone"),
        (99_999, "still shows the object a minute later"),
    ] {
        let mut bench = Bench::new(&THING);
        bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
        reads(&bench, deletes, seconds, before(&[]));
        let start = Instant::now();
        let findings = bench.apply(assigned(GROUP)).await;
        assert!(findings.contains(part), "{findings}");
        assert!(start.elapsed().as_secs() <= 65, "{:?}", start.elapsed());
        assert_eq!(bench.state.is_null(), seconds == 30);
    }
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(400)));
    reads(&bench, deletes, 99_999, refused(400));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.contains("deleting it again failed") && bench.id() == "id-1", "{findings}");
}

#[tokio::test(start_paused = true)]
async fn one_assignment_whose_answer_is_lost_is_looked_for_and_not_added_twice() {
    let mut bench = Bench::new(&LISTED);
    bench.tenant.on(1, "POST", "/assignments", Fault::Done(cut()));
    assert_eq!(bench.apply(assigned(GROUP)).await, "");
    assert_eq!(
        (bench.groups(), bench.tenant.count("POST", "/assignments")),
        (vec![GROUP.into()], 1)
    );

    bench.tenant.on(1, "POST", "/assignments", Fault::Done(cut()));
    assert_eq!(bench.apply(assigned(OTHER_GROUP)).await, "");
    assert_eq!(bench.groups(), [OTHER_GROUP]);
    assert_eq!(bench.tenant.count("POST", "/assignments"), 2);
}

#[tokio::test(start_paused = true)]
async fn while_the_service_is_down_nothing_more_is_asked_after_a_lost_assignment() {
    for (entity, end) in [(&LISTED, "/assignments"), (&THING, "/assign")] {
        let mut bench = Bench::new(entity);
        bench.tire().await;
        bench.tenant.on(1, "POST", end, Fault::Done(cut()));
        let findings = bench.apply(assigned(GROUP)).await;
        assert!(findings.contains("too many requests failed of late to ask"), "{findings}");
        assert_eq!(bench.id(), "id-1");
        let last = bench.tenant.sent().pop().unwrap();
        assert!(last.starts_with("POST") && last.ends_with(end), "{last}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_assignment_that_is_gone_already_is_removed() {
    for (answer, findings_expected) in [(not_found(), false), (refused(403), true)] {
        let mut bench = Bench::new(&LISTED);
        assert_eq!(bench.apply(assigned(GROUP)).await, "");
        let fault = match findings_expected {
            true => Fault::Instead(answer),
            false => Fault::Done(answer),
        };
        bench.tenant.trouble(1, deletes, fault);
        let findings = bench.apply(assigned(OTHER_GROUP)).await;
        assert_eq!(
            findings.contains("assignments could not be written"),
            findings_expected,
            "{findings}"
        );
        assert_eq!(findings.is_empty(), !findings_expected, "{findings}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_new_object_that_is_not_seen_yet_counts_as_one_without_assignments() {
    let mut bench = Bench::new(&LISTED);
    bench.tenant.on(1, "GET", "/assignments", Fault::Instead(not_found()));
    assert_eq!(bench.apply(assigned(GROUP)).await, "");
    assert_eq!(bench.groups(), [GROUP]);

    bench.tenant.on(1, "GET", "/assignments", Fault::Instead(not_found()));
    let findings = bench.apply(assigned(OTHER_GROUP)).await;
    assert!(findings.starts_with("Error"), "{findings}");
    assert_eq!(bench.tenant.count("POST", "/assignments"), 1, "nothing is added on a guess");

    let mut bench = Bench::new(&LISTED);
    bench.tenant.on(usize::MAX, "GET", "/assignments", Fault::Instead(refused(403)));
    let findings = bench.apply(assigned(GROUP)).await;
    assert!(findings.starts_with("Error"), "{findings}");
    assert_eq!(bench.tenant.count("POST", "/assignments"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_goes_on_colliding_is_sent_four_times() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    bench.tenant.on(usize::MAX, "PATCH", "/things/id-1", Fault::Instead(refused(409)));
    let findings = bench.apply(json!({"display_name": "two"})).await;
    assert!(findings.starts_with("Error"), "{findings}");
    assert_eq!(bench.tenant.count("PATCH", "/things/id-1"), 4);
}

#[tokio::test(start_paused = true)]
async fn an_object_that_somebody_deleted_is_not_waited_for() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    bench.tenant.loses("/things/id-1");
    let start = Instant::now();
    let findings = bench.apply(json!({"display_name": "two"})).await;
    assert!(findings.contains("removed outside of Terraform"), "{findings}");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
