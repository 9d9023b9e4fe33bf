//! Creates whose answers are lost, many at once or while the service is down.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::THING;
use super::bench::Bench;
use super::tenant::{Fault, cut};
use crate::engine::find::{Names, Within};
use crate::engine::operation::Operation;
use crate::graph::scripted::{Answer, Script};

const SECOND: Duration = Duration::from_secs(1);
const THINGS: Within<'_> = Within { entity: &THING, parent: None };

/// An operation at a service that answers every request so, after a second.
fn operation(answer: Answer) -> (Arc<Script>, Operation) {
    let script = Script::new(move |_| answer.clone().after(SECOND));
    let operation = Operation::new(script.client(), 600 * SECOND, CancellationToken::new());
    (script, operation)
}

#[tokio::test(start_paused = true)]
async fn a_listing_answers_those_who_asked_before_it_began() {
    let (script, operation) = operation(Answer::json(200, json!({"value": [{"id": "a"}]})));
    let names = Names::default();
    let ask = async |after: Duration| {
        tokio::time::sleep(after).await;
        let listed = names.from(&operation, THINGS, names.next(THINGS), || true).await;
        listed.unwrap().map(|listed| listed.number)
    };
    // The second and the third ask while the first listing is under way, which may have begun too early for them.
    let numbers = tokio::join!(ask(Duration::ZERO), ask(SECOND / 4), ask(SECOND / 2));
    assert_eq!(numbers, (Some(1), Some(2), Some(2)));
    assert_eq!(script.seen().len(), 2);
    let forbidden = names.from(&operation, THINGS, names.next(THINGS), || false).await;
    assert!(forbidden.unwrap().is_none());
    assert!(names.from(&operation, THINGS, 2, || false).await.unwrap().is_some(), "it is there");
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_fails_fails_for_all_who_wait_for_it_and_for_nobody_later() {
    let (script, operation) = operation(Answer::error(400, "BadRequest", "No."));
    let names = Names::default();
    let ask = async |after: Duration| {
        tokio::time::sleep(after).await;
        names.known(&operation, THINGS).await.is_err()
    };
    let failed =
        tokio::join!(ask(Duration::ZERO), ask(SECOND / 4), ask(SECOND / 2), ask(2 * SECOND));
    assert_eq!(failed, (true, true, true, true));
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_ends_with_the_operation_of_its_lister_fails_for_nobody_else() {
    let (script, patient) = operation(Answer::json(200, json!({"value": [{"id": "a"}]})));
    let hurried = Operation::new(script.client(), SECOND * 3 / 2, CancellationToken::new());
    let names = Names::default();
    let ask = async |operation: &Operation, after: Duration| {
        tokio::time::sleep(after).await;
        names.from(operation, THINGS, names.next(THINGS), || true).await.is_ok()
    };
    // The first lists for itself; of those who come meanwhile one lists for both, and has to end in the middle.
    let known = tokio::join!(
        ask(&patient, Duration::ZERO),
        ask(&hurried, SECOND / 4),
        ask(&patient, SECOND / 2)
    );
    assert_eq!(known, (true, false, true));
    assert_eq!(script.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn lost_creates_share_the_listings_that_look_for_them() {
    let bench = Bench::new(&THING);
    bench.tenant.on(4, "POST", "/things", Fault::Instead(cut()));
    let create = async |name: &str| bench.sibling().apply(json!({ "display_name": name })).await;
    let made = tokio::join!(create("one"), create("two"), create("three"), create("four"));
    for (_, findings) in [made.0, made.1, made.2, made.3] {
        assert_eq!(findings, "");
    }
    assert_eq!((bench.tenant.paths().len(), bench.tenant.count("POST", "/things")), (4, 8));
    // One before, seven in the minute, one after the second attempt; on its own each create would take all but the first.
    let listings = bench.tenant.count("GET", "/things");
    assert!(listings <= 20, "{listings}");
}

#[tokio::test(start_paused = true)]
async fn while_the_service_is_down_a_lost_create_is_not_looked_for() {
    let mut bench = Bench::new(&THING);
    bench.tire().await;
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    let findings = bench.apply(json!({"display_name": "Engineering"})).await;
    assert!(
        findings.contains("It is not known whether the object was made")
            && findings.contains("it was not looked for")
            && findings.contains("\"Engineering\""),
        "{findings}"
    );
    assert!(bench.state.is_null());
    assert_eq!(
        (bench.tenant.count("GET", "/things"), bench.tenant.count("POST", "/things")),
        (1, 1)
    );
    tokio::time::sleep(Duration::from_secs(300)).await;
    let findings = bench.apply(json!({"display_name": "Engineering"})).await;
    assert!(findings.contains("Its id is id-1"), "the next apply finds it: {findings}");
    assert_eq!(bench.tenant.paths(), ["/things/id-1"]);
}
