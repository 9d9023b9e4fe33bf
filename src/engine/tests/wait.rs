//! Waiting for work behind the scenes where it is asked for, what starts it anew, and names of two parts.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::bench::Bench;
use super::tenant::Fault;
use super::{IMAGE, NETWORK, VERSIONED};
use crate::graph::scripted::Answer;

type Objects = BTreeMap<String, Map<String, Json>>;

/// What a run of the checks leaves behind.
fn health(objects: &mut Objects, health: &str, started: &str, checks: Json) {
    if let Some(network) = objects.get_mut("/networks/id-1") {
        network.insert("health".to_owned(), json!(health));
        network.insert("detail".to_owned(), json!({"started": started, "checks": checks}));
    }
}

const FIRST: &str = "2026-03-03T09:00:00Z";
const SECOND: &str = "2026-03-03T10:00:00Z";

fn failed_checks() -> Json {
    json!([
        {"name": "DNS", "state": "passed"},
        {"name": "Domain join", "state": "failed", "error": "wrongPassword", "advice": "Give the right one.\nThen check again."},
        {"name": "Sync", "state": "warning", "error": "slow"},
    ])
}

fn waiting(changes: Json) -> Json {
    let mut config =
        json!({"display_name": "West", "account": "a", "password": "p1", "wait_for_check": true});
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

/// A network whose first checks have passed.
async fn made() -> Bench {
    let mut bench = Bench::new(&NETWORK);
    let passes = |objects: &mut Objects| health(objects, "passed", FIRST, json!([]));
    bench.tenant.on(1, "POST", "/networks", Fault::Also(passes));
    assert_eq!(bench.apply(waiting(json!({}))).await, "");
    assert_eq!(bench.text("health"), "passed");
    bench
}

async fn sent_by(bench: &mut Bench, config: Json) -> (String, Vec<String>) {
    let before = bench.tenant.sent().len();
    let findings = bench.apply(config).await;
    let sent = bench.tenant.sent().split_off(before);
    (findings, sent.into_iter().filter(|it| !it.starts_with("GET")).collect())
}

#[tokio::test(start_paused = true)]
async fn what_only_steers_the_provider_asks_for_no_runs() {
    let mut bench = made().await;
    let before = bench.tenant.sent().len();
    assert_eq!(bench.apply(waiting(json!({"timeouts": {"update": "1h"}}))).await, "");
    assert_eq!(bench.tenant.sent().len(), before);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_waited_for_unless_it_is_asked_for() {
    let mut bench = Bench::new(&NETWORK);
    let pending = |objects: &mut Objects| health(objects, "pending", FIRST, json!([]));
    bench.tenant.on(1, "POST", "/networks", Fault::Also(pending));
    let config = json!({"display_name": "West", "check_triggers": {"firewall": "1"}});
    assert_eq!(bench.apply(config.clone()).await, "");
    assert_eq!(bench.text("health"), "pending");
    assert_eq!(bench.tenant.count("POST", "/check"), 0, "a create starts the checks by itself");
    // Asking for it changes nothing of the object.
    let mut asking = config;
    asking["wait_for_check"] = json!(true);
    assert_eq!(sent_by(&mut bench, asking.clone()).await, (String::new(), Vec::new()));
    assert!(bench.is_settled(&asking));
}

#[tokio::test(start_paused = true)]
async fn looks_grow_apart_and_the_wait_has_a_time_out_of_its_own() {
    let mut bench = Bench::new(&NETWORK);
    let pending = |objects: &mut Objects| health(objects, "pending", FIRST, json!([]));
    bench.tenant.on(1, "POST", "/networks", Fault::Also(pending));
    let findings = bench.apply(waiting(json!({}))).await;
    assert!(findings.contains("1h30m") && findings.contains("it was \"pending\""), "{findings}");
    assert_eq!(bench.id(), "id-1", "the object is in the state");
    let looks: Vec<u64> = bench
        .tenant
        .script
        .seen()
        .iter()
        .filter(|seen| seen.method == "GET" && seen.path.contains("id-1"))
        .map(|seen| seen.at.as_secs())
        .collect();
    let gaps: Vec<u64> = looks.windows(2).map(|pair| pair[1] - pair[0]).take(6).collect();
    assert_eq!(gaps, [30, 60, 120, 240, 300, 300]);
}

#[tokio::test(start_paused = true)]
async fn a_new_object_that_fails_its_checks_is_kept_and_each_failed_check_is_told() {
    let mut bench = Bench::new(&NETWORK);
    let fails = |objects: &mut Objects| health(objects, "failed", FIRST, failed_checks());
    bench.tenant.on(1, "POST", "/networks", Fault::Also(fails));
    let findings = bench.apply(waiting(json!({}))).await;
    for part in [
        "Error at : Cannot create test_network \"West\"",
        "health is \"failed\".",
        "- Domain join: wrongPassword\n  What to do: Give the right one.\n  Then check again.",
        "has the id id-1 and was kept, for what is wrong lies outside of it",
        "terraform untaint",
    ] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert!(!findings.contains("DNS") && !findings.contains("Sync"), "{findings}");
    assert_eq!(
        (bench.id(), bench.text("health"), bench.text("password")),
        ("id-1", "failed", "p1")
    );
    assert_eq!(bench.tenant.count("DELETE", "/networks/id-1"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_good_end_with_a_flaw_is_a_warning() {
    let mut bench = Bench::new(&NETWORK);
    let warns = |objects: &mut Objects| health(objects, "warning", FIRST, failed_checks());
    bench.tenant.on(1, "POST", "/networks", Fault::Also(warns));
    let findings = bench.apply(waiting(json!({}))).await;
    assert!(
        findings.starts_with("Warning at : test_network \"West\" is usable, with warnings"),
        "{findings}"
    );
    assert!(findings.contains("- Sync: slow") && !findings.contains("Domain join"), "{findings}");
    assert_eq!(bench.text("health"), "warning");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_checks_before_is_not_taken_for_that_of_the_new_ones() {
    let mut bench = made().await;
    let start = bench.tenant.script.client().runtime().clock.now();
    // The old outcome is shown for a minute more, and then the new one.
    bench.tenant.trouble(
        1,
        move |seen| seen.method == "GET" && seen.at.saturating_sub(start).as_secs() > 60,
        Fault::Also(|objects| health(objects, "failed", SECOND, failed_checks())),
    );
    let (findings, sent) = sent_by(&mut bench, waiting(json!({"account": "b"}))).await;
    assert!(
        findings.contains("was changed, but did not become usable")
            && findings.contains("wrongPassword"),
        "{findings}"
    );
    assert_eq!(sent, ["PATCH /networks/id-1"], "an update starts the checks by itself");
    assert_eq!((bench.text("account"), bench.text("health")), ("b", "failed"));
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_trigger_makes_its_call_and_nothing_else() {
    let mut bench = made().await;
    let one = waiting(json!({"check_triggers": {"firewall": "1"}}));
    let runs = |objects: &mut Objects| health(objects, "passed", SECOND, json!([]));
    bench.tenant.on(1, "POST", "/check", Fault::Also(runs));
    let (findings, sent) = sent_by(&mut bench, one.clone()).await;
    assert_eq!((findings.as_str(), sent), ("", vec!["POST /networks/id-1/check".to_owned()]));
    assert!(bench.is_settled(&one));
    // To take it away asks for nothing.
    let (findings, sent) = sent_by(&mut bench, waiting(json!({}))).await;
    assert_eq!((findings.as_str(), sent), ("", Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_trigger_whose_call_failed_is_tried_again() {
    let mut bench = made().await;
    let one = waiting(json!({"check_triggers": {"firewall": "1"}}));
    let refused = Answer::error(403, "Forbidden", "No.");
    bench.tenant.on(1, "POST", "/check", Fault::Instead(refused));
    let (findings, _) = sent_by(&mut bench, one.clone()).await;
    assert!(
        findings.contains("The action check, which `check_triggers` asks for, failed."),
        "{findings}"
    );
    assert!(!bench.is_settled(&one));
    let (findings, sent) = sent_by(&mut bench, one.clone()).await;
    assert_eq!((findings.as_str(), sent), ("", vec!["POST /networks/id-1/check".to_owned()]));
    assert!(bench.is_settled(&one));
}

#[tokio::test(start_paused = true)]
async fn another_password_is_sent_by_its_action_and_then_checked() {
    let mut bench = made().await;
    let runs = |objects: &mut Objects| health(objects, "passed", SECOND, json!([]));
    bench.tenant.on(1, "POST", "/check", Fault::Also(runs));
    let two = waiting(json!({"password": "p2"}));
    let (findings, sent) = sent_by(&mut bench, two.clone()).await;
    assert_eq!(findings, "");
    assert_eq!(sent, ["POST /networks/id-1/setPassword", "POST /networks/id-1/check"]);
    assert!(bench.is_settled(&two));
    // That the checks may not be started is no failure of a password that was taken.
    let refused = Answer::error(403, "Forbidden", "No.");
    bench.tenant.on(1, "POST", "/check", Fault::Instead(refused));
    let (findings, _) = sent_by(&mut bench, waiting(json!({"password": "p3"}))).await;
    assert_eq!(findings, "");
}

#[tokio::test(start_paused = true)]
async fn a_password_whose_action_is_refused_goes_by_an_update() {
    let mut bench = made().await;
    let refused = Answer::error(400, "BadRequest", "The network is not healthy.");
    bench.tenant.on(9, "POST", "/setPassword", Fault::Instead(refused.clone()));
    let config =
        |password: &str| json!({"display_name": "West", "account": "a", "password": password});
    let (findings, sent) = sent_by(&mut bench, config("p2")).await;
    assert_eq!(findings, "");
    assert_eq!(sent, ["POST /networks/id-1/setPassword", "PATCH /networks/id-1"]);
    let patch = bench.tenant.script.seen().into_iter().rfind(|seen| seen.method == "PATCH");
    assert_eq!(
        patch.unwrap().body,
        json!({"@odata.type": "#microsoft.graph.network", "password": "p2"})
    );

    // When that is refused too, the old password stays in the state, so that the next apply sends the new one again.
    bench.tenant.on(1, "PATCH", "/networks/id-1", Fault::Instead(refused));
    let (findings, _) = sent_by(&mut bench, config("p3")).await;
    assert!(findings.contains("The network is not healthy."), "{findings}");
    assert_eq!(bench.text("password"), "p2");
}

#[tokio::test(start_paused = true)]
async fn a_password_that_failed_beside_a_change_that_did_not_is_sent_again() {
    let mut bench = made().await;
    let refused = Answer::error(403, "Forbidden", "No.");
    bench.tenant.on(1, "POST", "/setPassword", Fault::Instead(refused));
    let next = json!({"display_name": "East", "account": "a", "password": "p2"});
    let (findings, _) = sent_by(&mut bench, next.clone()).await;
    assert!(findings.contains("Cannot update test_network"), "{findings}");
    assert_eq!((bench.text("display_name"), bench.text("password")), ("East", "p1"));
    let (findings, sent) = sent_by(&mut bench, next).await;
    assert_eq!((findings.as_str(), sent), ("", vec!["POST /networks/id-1/setPassword".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_code_of_a_bad_end_is_told_in_words() {
    let mut bench = Bench::new(&IMAGE);
    let fails = |objects: &mut Objects| {
        let image = objects.get_mut("/images/id-1").unwrap();
        image.insert("status".to_owned(), json!("failed"));
        image.insert("errorCode".to_owned(), json!("noSpace"));
    };
    bench.tenant.on(1, "POST", "/images", Fault::Also(fails));
    let findings = bench.apply(json!({"display_name": "one"})).await;
    let wanted = "status is \"failed\". The reason is \"noSpace\". Make the image smaller.";
    assert!(findings.contains(wanted), "{findings}");
    assert!(bench.state.is_null() && bench.tenant.paths().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_may_not_be_read_is_taken_back_without_a_look() {
    let mut bench = Bench::new(&IMAGE);
    let refused = Answer::error(403, "Forbidden", "No.");
    bench.tenant.on(99, "GET", "/images/id-1", Fault::Instead(refused));
    let findings = bench.apply(json!({"display_name": "one"})).await;
    assert!(findings.contains("id-1 was deleted again, which the service accepted"), "{findings}");
    assert!(bench.state.is_null() && bench.tenant.paths().is_empty());
}

#[tokio::test(start_paused = true)]
async fn objects_of_one_name_and_two_versions_are_two() {
    let mut bench = Bench::new(&VERSIONED);
    bench.tenant.has("/versioneds/old", json!({"displayName": "Finance", "version": "1.0.3"}));
    let findings = bench.apply(json!({"display_name": "Finance", "version": "1.0.3"})).await;
    assert!(
        findings.contains("Cannot create test_versioned \"Finance 1.0.3\"")
            && findings.contains("Its id is old"),
        "{findings}"
    );
    assert_eq!(bench.apply(json!({"display_name": "Finance", "version": "1.0.4"})).await, "");
    assert_eq!(bench.tenant.paths(), ["/versioneds/id-1", "/versioneds/old"]);

    let findings = bench.import("name:Finance").await;
    for part in ["id-1 (Finance 1.0.4)", "old (Finance 1.0.3)"] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    let of = |version: &str| json!({"display_name": "Finance", "version": version});
    let (data, findings) = bench.data("test_versioned", of("1.0.3")).await;
    assert_eq!((data.get("id").as_str(), findings.as_str()), (Some("old"), ""));
    let (_, findings) = bench.data("test_versioned", json!({"display_name": "Finance"})).await;
    assert!(findings.contains("old (Finance 1.0.3)"), "{findings}");
}
