//! Deleting: what is gone is deleted, and nothing is cleared that the user did not plan to clear.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::bench::Bench;
use super::tenant::{Fault, cut, not_found};
use super::{GIVEN, GROUP, ONLY, OTHER_GROUP, RULE, THING};
use crate::graph::scripted::Answer;

async fn made(managed: bool) -> Bench {
    let mut bench = Bench::new(&THING);
    let config = match managed {
        true => json!({"display_name": "Engineering", "assignments": [{"group_id": GROUP}]}),
        false => json!({"display_name": "Engineering"}),
    };
    assert_eq!(bench.apply(config).await, "");
    bench
}

fn lost() -> Answer {
    Answer::error(500, "InternalServerError", "oops")
}

fn refused(status: u16) -> Answer {
    Answer::error(status, "BadRequest", "No.")
}

fn writes(bench: &Bench) -> Vec<String> {
    let written = bench.tenant.sent().into_iter().skip_while(|line| line != "GET /things/id-1");
    written.filter(|line| !line.starts_with("GET")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_plain_object_takes_one_request() {
    let mut bench = made(false).await;
    assert_eq!(bench.destroy().await, "");
    assert_eq!(writes(&bench), ["DELETE /things/id-1"]);
    assert!(bench.tenant.paths().is_empty() && bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn managed_assignments_are_removed_first_and_the_lag_is_waited_out() {
    let mut bench = made(true).await;
    bench.tenant.until(
        30,
        "DELETE",
        "/things/id-1",
        Fault::Instead(Answer::error(400, "BadRequest", "The object is currently assigned.")),
    );
    assert_eq!(bench.destroy().await, "");
    let writes = writes(&bench);
    assert_eq!(writes[0], "POST /things/id-1/assign");
    assert!(
        writes.len() > 2 && writes[1..].iter().all(|line| line == "DELETE /things/id-1"),
        "{writes:?}"
    );
    assert!(bench.tenant.paths().is_empty());
}

#[tokio::test(start_paused = true)]
async fn assignments_of_others_are_never_cleared() {
    let mut bench = made(false).await;
    bench.tenant.has("/things/id-1", json!({
        "displayName": "Engineering",
        "assignments": [{"id": "x", "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": OTHER_GROUP}}],
    }));
    assert_eq!(bench.refresh().await, "");
    let findings = bench.destroy().await;
    for part in
        ["Cannot delete test_thing \"Engineering\"", "has not managed", "currently assigned"]
    {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert_eq!(writes(&bench), ["DELETE /things/id-1"]);
    assert_eq!(
        (bench.id(), bench.tenant.groups("/things/id-1")),
        ("id-1", vec![OTHER_GROUP.to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_memory_assignments_are_not_managed() {
    let mut bench = made(true).await;
    bench.forget_private();
    assert!(bench.destroy().await.contains("has not managed"));
    assert_eq!(bench.tenant.groups("/things/id-1"), [GROUP]);
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_deleted() {
    let mut bench = made(true).await;
    bench.tenant.loses("/things/id-1");
    assert_eq!(bench.destroy().await, "");
    assert!(bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_deletion_is_a_deletion() {
    for times in [1, 99] {
        let mut bench = made(false).await;
        bench.tenant.on(times, "DELETE", "/things/id-1", Fault::Done(cut()));
        assert_eq!(bench.destroy().await, "");
        assert!(bench.tenant.paths().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_a_late_replica_is_not_believed() {
    let mut bench = made(false).await;
    // All attempts of one request; the object is still there.
    bench.tenant.on(8, "DELETE", "/things/id-1", Fault::Instead(lost()));
    bench.tenant.on(3, "GET", "/things/id-1", Fault::Instead(not_found()));
    assert_eq!(bench.destroy().await, "");
    assert_eq!(bench.tenant.paths(), [""; 0]);
    let sent = bench.tenant.sent();
    assert_eq!(sent[sent.len() - 2..], ["GET /things/id-1", "DELETE /things/id-1"]);
}

#[tokio::test(start_paused = true)]
async fn after_two_lost_answers_reads_count_that_no_late_replica_can_give() {
    let mut bench = made(false).await;
    let last = Arc::new(Mutex::new(Duration::ZERO));
    bench.tenant.trouble(
        usize::MAX,
        move |seen| {
            let mut last = last.lock().unwrap();
            if seen.method == "DELETE" {
                *last = seen.at;
            }
            seen.method == "GET" && seen.at < *last + Duration::from_secs(20)
        },
        Fault::Instead(not_found()),
    );
    bench.tenant.on(usize::MAX, "DELETE", "/things/id-1", Fault::Instead(lost()));
    assert!(bench.destroy().await.contains("Cannot delete test_thing"));
    assert!(bench.tenant.count("GET", "/things/id-1") > 4, "it was looked for");
    assert_eq!((bench.id(), bench.tenant.paths().len()), ("id-1", 1));
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_the_deletion_is_sent_again_unless_the_service_is_down() {
    // Where nobody may read, only another deletion can tell.
    for (answer, deletions, left) in [(refused(403), 9, 0), (lost(), 8, 1)] {
        let mut bench = made(false).await;
        bench.tenant.on(8, "DELETE", "/things/id-1", Fault::Instead(lost()));
        bench.tenant.on(usize::MAX, "GET", "/things/id-1", Fault::Instead(answer));
        assert_eq!(bench.destroy().await.is_empty(), left == 0);
        assert_eq!(bench.tenant.paths().len(), left);
        assert_eq!(bench.tenant.count("DELETE", "/things/id-1"), deletions);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_found_and_may_not_be_listed_is_gone() {
    let mut bench = made(false).await;
    bench.tenant.loses("/things/id-1");
    bench.tenant.on(usize::MAX, "GET", "/things", Fault::Instead(refused(403)));
    assert_eq!(bench.destroy().await, "");
    assert!(bench.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn what_is_assigned_and_cannot_be_unassigned_is_not_deleted() {
    let mut bench = made(true).await;
    bench.tenant.on(1, "POST", "/assign", Fault::Instead(refused(403)));
    assert!(bench.destroy().await.contains("Cannot delete test_thing"));
    assert_eq!(writes(&bench), ["POST /things/id-1/assign"]);
    assert_eq!(bench.groups(), [GROUP]);
}

#[tokio::test(start_paused = true)]
async fn what_is_in_use_for_a_moment_is_deleted() {
    let mut bench = made(false).await;
    bench.tenant.until(20, "DELETE", "/things/id-1", Fault::Instead(refused(409)));
    assert_eq!(bench.destroy().await, "");
    assert!(bench.tenant.paths().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_deleted_for_another_reason_is_not_switched_off() {
    let mut bench = Bench::new(&RULE);
    assert_eq!(bench.apply(json!({"display_name": "one", "kind": "a", "enabled": true})).await, "");
    bench.tenant.on(usize::MAX, "DELETE", "/rules/id-1", Fault::Instead(refused(400)));
    assert!(bench.destroy().await.contains("Cannot delete test_rule"));
    assert_eq!(bench.tenant.property("/rules/id-1", "enabled"), json!(true));
}

#[tokio::test(start_paused = true)]
async fn what_the_service_made_itself_is_left_with_a_warning() {
    for (built_in, left) in [(true, 1), (false, 0)] {
        let mut bench = Bench::new(&GIVEN);
        let given = json!({"displayName": "one", "isBuiltIn": built_in});
        bench.tenant.has("/givens/id-1", given);
        assert_eq!(bench.import("id-1").await, "");
        assert_eq!(bench.refresh().await, "");
        assert_eq!(bench.destroy().await.contains("left as it is"), built_in);
        assert_eq!(bench.tenant.paths().len(), left);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_there_after_a_deletion_that_is_always_lost_stays_in_the_state() {
    let mut bench = made(false).await;
    bench.tenant.on(usize::MAX, "DELETE", "/things/id-1", Fault::Instead(lost()));
    assert!(bench.destroy().await.contains("Cannot delete test_thing"));
    assert_eq!((bench.id(), bench.tenant.paths().len()), ("id-1", 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_found_and_cannot_be_looked_for_stays_in_the_state() {
    let mut bench = made(false).await;
    bench.tenant.on(1, "DELETE", "/things/id-1", Fault::Instead(not_found()));
    bench.tenant.on(usize::MAX, "GET", "/things", Fault::Instead(lost()));
    assert!(bench.destroy().await.contains("Cannot delete test_thing"));
    assert_eq!((bench.id(), bench.tenant.paths().len()), ("id-1", 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_switched_off_and_not_found_by_one_replica_is_switched_off() {
    let mut bench = Bench::new(&RULE);
    assert_eq!(bench.apply(json!({"display_name": "one", "kind": "a", "enabled": true})).await, "");
    bench.tenant.on(usize::MAX, "DELETE", "/rules/id-1", Fault::Instead(refused(405)));
    bench.tenant.on(1, "PATCH", "/rules/id-1", Fault::Instead(not_found()));
    assert!(bench.destroy().await.starts_with("Warning"));
    assert_eq!(bench.tenant.property("/rules/id-1", "enabled"), json!(false));
}

#[tokio::test(start_paused = true)]
async fn what_is_in_use_for_ever_stays_and_says_so() {
    let mut bench = made(false).await;
    bench.tenant.on(
        999,
        "DELETE",
        "/things/id-1",
        Fault::Instead(Answer::error(400, "BadRequest", "The object is in use by the policy X.")),
    );
    let start = tokio::time::Instant::now();
    let findings = bench.destroy().await;
    assert!(
        findings.contains("in use by the policy X")
            && findings.contains("Nothing else was touched"),
        "{findings}"
    );
    assert!(start.elapsed().as_secs() <= 60, "{:?}", start.elapsed());
    assert_eq!(bench.id(), "id-1");
    let last = bench.tenant.sent().pop();
    assert_eq!(last.unwrap(), "DELETE /things/id-1", "nothing has changed that a read could show");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_fails_after_the_unassignment_shows_the_truth() {
    let mut bench = made(true).await;
    bench.tenant.on(
        999,
        "DELETE",
        "/things/id-1",
        Fault::Instead(Answer::error(403, "Forbidden", "No.")),
    );
    let findings = bench.destroy().await;
    assert!(findings.contains("were removed, as planned"), "{findings}");
    assert_eq!((bench.id(), bench.groups().len()), ("id-1", 0));
}

#[tokio::test(start_paused = true)]
async fn what_always_exists_is_left_with_a_warning() {
    let mut bench = Bench::new(&ONLY);
    bench.tenant.has("/only", json!({"mode": "old"}));
    assert_eq!(bench.apply(json!({"mode": "new"})).await, "");
    let before = bench.tenant.sent().len();
    let findings = bench.destroy().await;
    assert!(findings.starts_with("Warning") && findings.contains("left as it is"), "{findings}");
    assert_eq!(bench.tenant.sent().len(), before);
    assert!(bench.state.is_null());
}
