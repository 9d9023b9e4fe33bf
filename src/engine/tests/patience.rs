//! How long a create waits for what may still come true, what it does not wait for, and which objects it does not take.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::time::Instant;

use super::bench::Bench;
use super::tenant::{Fault, cut, not_found};
use super::{CHILD, GROUP, LISTED, ONLY, RULE, THING, UNIQUE, UNIQUE_RULE, VERSIONED};
use crate::graph::scripted::{Answer, Seen};

const OWNER: &str = "0f0e0d0c-1111-4222-8333-444455556666";

fn plain() -> Json {
    json!({"display_name": "Engineering"})
}

fn assigned() -> Json {
    json!({"display_name": "Engineering", "assignments": [{"group_id": GROUP}]})
}

fn refused(status: u16, message: &str) -> Answer {
    Answer::error(status, "BadRequest", message)
}

/// Applies, and tells how long it took.
async fn timed(bench: &mut Bench, config: Json) -> (String, Duration) {
    let start = Instant::now();
    let findings = bench.apply(config).await;
    (findings, start.elapsed())
}

/// Answers the same for ever, for the first time after five seconds: then the waits in between add up to whole minutes.
fn for_ever(bench: &Bench, method: &'static str, end: &'static str, answer: &Answer) {
    let late = answer.clone().after(Duration::from_secs(5));
    bench.tenant.on(1, method, end, Fault::Instead(late));
    bench.tenant.on(usize::MAX, method, end, Fault::Instead(answer.clone()));
}

fn lists(seen: &Seen, collection: &str) -> bool {
    seen.method == "GET" && seen.path.split('?').next().is_some_and(|it| it.ends_with(collection))
}

#[tokio::test(start_paused = true)]
async fn what_may_come_true_is_waited_for_until_its_time_is_over_and_no_longer() {
    let child = json!({"parent_id": "p1", "display_name": "one"});
    let owned = json!({"display_name": "Engineering", "owner": OWNER});
    let no_owner = refused(400, &format!("There is no owner {OWNER}."));
    let no_group = refused(400, &format!("The group {GROUP} was not found."));
    for (entity, config, method, end, answer, seconds) in [
        (&CHILD, child.clone(), "GET", "/children", not_found(), 60),
        (&CHILD, child, "POST", "/children", not_found(), 60),
        (&THING, owned, "POST", "/things", no_owner, 120),
        (&THING, assigned(), "POST", "/assign", no_group, 120),
        (&THING, assigned(), "POST", "/assign", not_found(), 600),
    ] {
        let mut bench = Bench::new(entity);
        for_ever(&bench, method, end, &answer);
        let (findings, spent) = timed(&mut bench, config).await;
        assert_eq!(spent.as_secs(), seconds, "{method} {end}: {findings}");
        assert!(findings.starts_with("Error") && bench.state.is_null(), "{findings}");
        assert!(bench.tenant.paths().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_this_run_freed_is_waited_for_a_minute() {
    let taken = refused(409, "The name is already in use.");
    let mut bench = Bench::new(&UNIQUE);
    assert_eq!(bench.apply(json!({"display_name": "one"})).await, "");
    assert_eq!(bench.destroy().await, "");
    for_ever(&bench, "POST", "/uniques", &taken);
    let (findings, spent) = timed(&mut bench, json!({"display_name": "one"})).await;
    assert_eq!(spent.as_secs(), 60, "{findings}");
    assert!(findings.contains("already in use"), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_by_itself_is_told_at_once() {
    let child = json!({"parent_id": "p1", "display_name": "one"});
    let one = json!({"display_name": "one"});
    for (entity, config, method, end, answer) in [
        (&THING, plain(), "GET", "/things", refused(403, "No.")),
        (&THING, plain(), "GET", "/things", not_found()),
        (&CHILD, child.clone(), "GET", "/children", refused(403, "No.")),
        (&THING, plain(), "POST", "/things", not_found()),
        (&CHILD, child, "POST", "/children", refused(400, "No.")),
        (&UNIQUE, one, "POST", "/uniques", refused(409, "The name is already in use.")),
        (&THING, assigned(), "POST", "/assign", refused(400, "No.")),
        (&LISTED, assigned(), "POST", "/assignments", refused(400, "No.")),
    ] {
        let mut bench = Bench::new(entity);
        bench.tenant.on(usize::MAX, method, end, Fault::Instead(answer));
        let (findings, spent) = timed(&mut bench, config).await;
        assert_eq!(spent, Duration::ZERO, "{method} {end}: {findings}");
        assert!(findings.starts_with("Error") && bench.state.is_null(), "{findings}");
        assert!(!findings.contains("not known whether"), "{findings}");
        assert!(bench.tenant.count(method, end) == 1 && bench.tenant.paths().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_is_waited_for_only_when_this_run_has_just_freed_it() {
    let taken = refused(409, "The name is already in use.");
    for (freed, pause, wanted, answer) in [
        ("one", 0, "two", taken.clone()),
        ("one", 100, "one", taken),
        ("one", 0, "one", refused(400, "No.")),
    ] {
        let mut bench = Bench::new(&UNIQUE);
        assert_eq!(bench.apply(json!({"display_name": freed})).await, "");
        assert_eq!(bench.destroy().await, "");
        tokio::time::sleep(Duration::from_secs(pause)).await;
        bench.tenant.on(usize::MAX, "POST", "/uniques", Fault::Instead(answer));
        let (findings, spent) = timed(&mut bench, json!({"display_name": wanted})).await;
        assert_eq!(spent, Duration::ZERO, "{findings}");
        assert!(findings.starts_with("Error"), "{findings}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_post_that_is_refused_is_told_as_it_is() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Instead(cut()));
    bench.tenant.on(1, "POST", "/things", Fault::Instead(refused(400, "It is too long.")));
    let (findings, spent) = timed(&mut bench, plain()).await;
    assert_eq!(spent.as_secs(), 60, "{findings}");
    assert!(
        findings.contains("It is too long.") && !findings.contains("not known whether"),
        "{findings}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_new_object_that_can_be_told_is_taken_at_once() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    let (findings, spent) = timed(&mut bench, plain()).await;
    assert_eq!((findings.as_str(), spent, bench.id()), ("", Duration::ZERO, "id-1"));
}

#[tokio::test(start_paused = true)]
async fn two_that_nobody_can_tell_apart_are_told_at_once() {
    let mut bench = Bench::new(&THING);
    bench.tenant.has("/things/foreign", json!({"displayName": "Engineering"}));
    let nothing = Answer::json(200, json!({"value": []}));
    bench.tenant.on(1, "GET", "/things", Fault::Instead(nothing));
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    let (findings, spent) = timed(&mut bench, plain()).await;
    assert!(findings.contains("foreign") && findings.contains("id-1"), "{findings}");
    assert_eq!(spent, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn ours_is_waited_for_where_only_somebody_else_s_shows() {
    let mut bench = Bench::new(&THING);
    bench
        .tenant
        .has("/things/foreign", json!({"displayName": "Engineering", "description": "theirs"}));
    let nothing = Answer::json(200, json!({"value": []}));
    bench.tenant.on(1, "GET", "/things", Fault::Instead(nothing));
    let theirs = json!({"value": [{"id": "foreign", "displayName": "Engineering"}]});
    bench.tenant.trouble(
        usize::MAX,
        |seen| lists(seen, "/things") && seen.at < Duration::from_secs(20),
        Fault::Instead(Answer::json(200, theirs)),
    );
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!((bench.id(), bench.tenant.count("POST", "/things")), ("id-1", 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_after_a_stop_still_leads_to_the_object() {
    let mut bench = Bench::new(&THING);
    let late = Answer::error(500, "InternalServerError", "oops");
    let late = late.after(Duration::from_millis(5_500));
    bench.tenant.on(1, "POST", "/things", Fault::Done(late));
    let stop = bench.cx.stop.clone();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
    };
    let (findings, ()) = tokio::join!(bench.apply(assigned()), stopping);
    assert_eq!(bench.id(), "id-1", "{findings}");
}

#[tokio::test(start_paused = true)]
async fn an_object_of_another_resource_is_never_taken() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(json!({"display_name": "Other"})).await, "");
    bench.tenant.on(1, "POST", "/things", Fault::Instead(cut()));
    // The other resource's object gets the name while this one is looked for.
    let renamed = Fault::Also(|objects| {
        let object = objects.get_mut("/things/id-1").unwrap();
        object.insert("displayName".to_owned(), json!("Engineering"));
    });
    bench.tenant.trouble(1, |seen| lists(seen, "/things"), renamed);
    let (state, findings) = bench.sibling().apply(plain()).await;
    assert_eq!((findings.as_str(), state.get("id").as_str()), ("", Some("id-2")));
}

#[tokio::test(start_paused = true)]
async fn what_one_resource_made_does_not_hide_what_another_makes() {
    let mut bench = Bench::new(&THING);
    assert_eq!(bench.apply(json!({"display_name": "Other"})).await, "");
    bench.tenant.on(1, "POST", "/things", Fault::Done(cut()));
    let (state, findings) = bench.sibling().apply(plain()).await;
    assert_eq!((findings.as_str(), state.get("id").as_str()), ("", Some("id-2")));
    assert_eq!(bench.tenant.count("POST", "/things"), 2);
}

#[tokio::test(start_paused = true)]
async fn names_are_looked_for_below_each_parent_by_itself() {
    let mut bench = Bench::new(&CHILD);
    bench.tenant.has("/parents/p2/children/old", json!({"displayName": "one"}));
    assert_eq!(bench.apply(json!({"parent_id": "p1", "display_name": "one"})).await, "");
    let other = json!({"parent_id": "p2", "display_name": "one"});
    let (state, findings) = bench.sibling().apply(other).await;
    assert!(state.is_null() && findings.contains("Its id is old"), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn a_listing_asks_for_ids_and_names_and_no_more() {
    let version = json!({"display_name": "one", "version": "2"});
    for (entity, config, select) in [
        (&THING, plain(), "$select=id,displayName"),
        (&VERSIONED, version, "$select=id,displayName,version"),
    ] {
        let mut bench = Bench::new(entity);
        assert_eq!(bench.apply(config).await, "");
        let listing = bench.tenant.script.seen().first().unwrap().path.clone();
        assert_eq!(listing.split_once('?').map(|(_, query)| query), Some(select));
    }
}

#[tokio::test(start_paused = true)]
async fn no_assignments_are_no_reason_for_a_request() {
    let mut bench = Bench::new(&THING);
    let none = json!({"display_name": "Engineering", "assignments": []});
    assert_eq!(bench.apply(none).await, "");
    assert_eq!(bench.tenant.sent(), ["GET /things", "POST /things", "GET /things/id-1"]);
    assert!(bench.manages_assignments());
}

#[tokio::test(start_paused = true)]
async fn what_is_switched_off_and_of_another_kind_takes_no_name_that_may_repeat() {
    let old = json!({"displayName": "one", "kind": "a", "enabled": false});
    let config = |kind: &str| json!({"display_name": "one", "kind": kind, "enabled": true});

    let mut bench = Bench::new(&RULE);
    bench.tenant.has("/rules/old", old.clone());
    assert_eq!(bench.apply(config("b")).await, "");
    assert_eq!(bench.id(), "id-1", "it is made beside the other one");

    let mut bench = Bench::new(&RULE);
    bench.tenant.has("/rules/old", old.clone());
    assert_eq!(bench.apply(config("a")).await, "");
    assert_eq!((bench.id(), bench.tenant.count("POST", "/rules")), ("old", 0), "it is taken over");

    let mut bench = Bench::new(&UNIQUE_RULE);
    bench.tenant.has("/uniqueRules/old", old);
    let findings = bench.apply(config("b")).await;
    assert!(findings.contains("Its id is old") && bench.state.is_null(), "{findings}");
    assert_eq!(bench.tenant.count("POST", "/uniqueRules"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_always_exists_is_known_by_the_answer_where_no_read_shows_it() {
    let mut bench = Bench::new(&ONLY);
    bench.tenant.has("/only", json!({"mode": "old"}));
    let answer = Answer::json(200, json!({"id": "only", "mode": "new", "version": "7"}));
    bench.tenant.on(1, "PATCH", "/only", Fault::Done(answer));
    bench.tenant.on(usize::MAX, "GET", "/only", Fault::Instead(not_found()));
    assert_eq!(bench.apply(json!({"mode": "new"})).await, "");
    assert_eq!((bench.text("mode"), bench.text("version"), bench.id()), ("new", "7", "only"));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_refused_after_a_create_is_not_asked_for_again() {
    let mut bench = Bench::new(&THING);
    bench.tenant.on(usize::MAX, "GET", "/things/id-1", Fault::Instead(refused(403, "No.")));
    let (findings, spent) = timed(&mut bench, plain()).await;
    assert_eq!((findings.as_str(), spent), ("", Duration::ZERO));
    assert_eq!((bench.id(), bench.text("color")), ("id-1", "grey"), "the answer told");
}

#[tokio::test(start_paused = true)]
async fn an_object_whose_id_alone_is_known_has_it_in_the_state() {
    let mut bench = Bench::new(&THING);
    let answer = Answer::text(201, "application/json", "{\"id\": \"id-")
        .header("Location", "https://graph.microsoft.com/beta/things/id-1");
    bench.tenant.on(1, "POST", "/things", Fault::Done(answer));
    bench.tenant.on(usize::MAX, "GET", "/things/id-1", Fault::Instead(not_found()));
    assert_eq!(bench.apply(plain()).await, "");
    assert_eq!((bench.id(), bench.text("display_name")), ("id-1", "Engineering"));
}
