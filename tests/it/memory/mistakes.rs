//! Mistakes that providers make, where only a whole run shows them: objects lost, configurations mixed up, processes that die.

use serde_json::{Value as Json, json};
use windows365::plugin::proto;

use super::{core, thing};
use crate::minicore::{Action, MiniCore, Phase, unknown};

/// What the service holds.
fn store(folder: &tempfile::TempDir) -> Json {
    let text = std::fs::read_to_string(folder.path().join("store.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn objects(folder: &tempfile::TempDir) -> usize {
    store(folder)["objects"].as_object().map_or(0, serde_json::Map::len)
}

async fn failed(core: &mut MiniCore, address: &str, config: &Json, summary: &str) {
    let diags = core.apply(address, config).await.unwrap_err();
    assert!(diags.0.iter().any(|it| it.is_error && it.summary == summary), "{diags}");
}

#[tokio::test]
async fn mistake_25_a_failed_create_leaves_an_object_that_nobody_knows() {
    let (mut core, folder) = core().await;
    let config = json!({ "name": "unlucky", "fail": "create" });
    failed(&mut core, "memory_thing.a", &config, "Cannot create memory_thing").await;
    assert!(core.states["memory_thing.a"].tainted, "what was made is in the state, to be replaced");
    assert_eq!(objects(&folder), 1);
    let outcome = core.apply("memory_thing.a", &json!({ "name": "lucky" })).await.unwrap();
    assert_eq!(outcome.action, Action::Replace);
    assert_eq!(objects(&folder), 1, "the first object is gone");
    core.finish();
}

#[tokio::test]
async fn mistake_25_a_failed_update_or_delete_loses_the_object() {
    let (mut core, folder) = core().await;
    core.apply("memory_thing.a", &json!({ "name": "a" })).await.unwrap();
    let before = core.states["memory_thing.a"].clone();
    let config = json!({ "name": "b", "fail": "update" });
    failed(&mut core, "memory_thing.a", &config, "Cannot update memory_thing").await;
    let after = core.states["memory_thing.a"].clone();
    assert_eq!(after.attributes["name"], "b", "the state says what is now true");
    assert_eq!(after.identity, before.identity);
    assert!(!after.private.is_empty() && !after.tainted);

    core.apply("memory_thing.a", &json!({ "name": "b", "fail": "delete" })).await.unwrap();
    let diags = core.destroy("memory_thing.a").await.unwrap_err();
    assert_eq!(diags.0[0].summary, "Cannot delete memory_thing");
    assert_eq!(core.state("memory_thing.a")["fail"], "delete", "the object is still known");
    assert_eq!(objects(&folder), 1);
    core.finish();
}

#[tokio::test]
async fn mistake_34_deferring_because_the_apply_seems_to_allow_it() {
    let (mut core, folder) = core().await;
    // Nothing about the provider is known in the plan; that would be a reason to defer, were it allowed.
    core.provider_config = json!({ "path": unknown(core.provider_config["path"].clone()) });
    let outcome = core.apply("memory_thing.a", &thing()).await.unwrap();
    assert_eq!(outcome.action, Action::Create);
    assert_eq!(objects(&folder), 1);
    core.finish();
}

#[tokio::test]
async fn mistake_36_one_configuration_is_taken_for_another() {
    let (mut core, folder) = core().await;
    let outcome = core.apply("memory_thing.a", &json!({ "name": "a" })).await.unwrap();
    let id = outcome.state["id"].clone();

    // A process that is configured again, as happens when it is attached to, looks at the new place.
    let session = core.session(Phase::Plan).await.unwrap();
    let object = core.loaded(&session, "memory_thing.a").await.unwrap().unwrap();
    assert!(!session.read("memory_thing", &object).await.value.is_null());
    let elsewhere = folder.path().join("elsewhere.json");
    let block = session.catalog.provider.block.clone();
    let config = crate::minicore::build(&block, &json!({ "path": elsewhere })).unwrap();
    assert!(!session.configure(&config).await.has_error());
    assert!(session.read("memory_thing", &object).await.value.is_null(), "{id} is not there");
    session.close().await;

    // An alias has a process and a configuration of its own.
    core.provider_config = json!({ "path": elsewhere });
    let plan = core.plan("memory_thing.b", &json!({ "name": "a" })).await.unwrap();
    assert_eq!(plan.action, Action::Create);
    core.finish();
}

#[tokio::test]
async fn a_stop_ends_a_wait_and_keeps_the_object() {
    let (mut core, _folder) = core().await;
    let session = core.session(Phase::Plan).await.unwrap();
    let config =
        core.config("memory_thing", &json!({ "name": "slow", "wait_seconds": 3600 })).unwrap();
    let plan = core.plan_change(&session, "memory_thing", &config).await.unwrap();
    let call = plan.as_create(config.clone());
    let created = session.apply("memory_thing", &call);
    let stopped = async {
        // The object is written before the long wait; once it can be read, the wait has begun.
        let written = json!({ "id": "thing-1", "name": "slow" });
        while core.read_bare(&session, "memory_thing", &written).await.is_null() {}
        let request = proto::stop_provider::Request {};
        assert_eq!(session.rpc().stop_provider(request).await.unwrap().into_inner().error, "");
    };
    let (created, ()) = tokio::join!(created, stopped);
    assert!(created.diags.has_error());
    assert_eq!(created.value.get("id").as_str(), Some("thing-1"));
    // The process goes on working: whatever is open has to be closed.
    assert!(!session.validate("memory_thing", &config).await.has_error());
    let written = json!({ "id": "thing-1" });
    assert!(!core.read_bare(&session, "memory_thing", &written).await.is_null());
    session.close().await;
    core.states.clear();
    core.finish();
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_process_lives_on() {
    let (mut core, _folder) = core().await;
    for operation in ["plan", "create"] {
        let config = json!({ "name": "a", "panic": operation });
        let diags = core.apply("memory_thing.a", &config).await.unwrap_err();
        assert!(diags.0.iter().any(|it| it.detail.contains("report")), "{diags}");
    }
    let config = json!({ "name": "a", "panic": "read" });
    core.apply("memory_thing.a", &config).await.unwrap();
    let diags = core.plan("memory_thing.a", &config).await.unwrap_err();
    assert!(diags.has_error());
    let violations = core.violations.take();
    assert!(violations.iter().all(|it| it.contains("panic: ")), "{violations:?}");
}

#[tokio::test]
async fn drift_is_seen_and_put_right() {
    let (mut core, folder) = core().await;
    let config = json!({ "name": "a", "note": "mine" });
    core.apply("memory_thing.a", &config).await.unwrap();
    let mut content = store(&folder);
    content["objects"]["thing-1"]["note"] = json!("theirs");
    std::fs::write(folder.path().join("store.json"), content.to_string()).unwrap();
    let outcome = core.apply("memory_thing.a", &config).await.unwrap();
    assert_eq!(outcome.action, Action::Update);
    assert_eq!(store(&folder)["objects"]["thing-1"]["note"], "mine");

    std::fs::write(folder.path().join("store.json"), "{}").unwrap();
    let outcome = core.apply("memory_thing.a", &config).await.unwrap();
    assert_eq!(outcome.action, Action::Create, "what is gone is made again");
    core.finish();
}

#[tokio::test]
async fn without_tls_everything_works_the_same() {
    let (mut core, folder) = core().await;
    core.launch.tls = false;
    core.apply("memory_thing.a", &thing()).await.unwrap();
    assert_eq!(objects(&folder), 1);
    core.finish();
}

#[tokio::test]
async fn numbers_of_any_length_survive_a_whole_run() {
    let (mut core, folder) = core().await;
    let digits = "340282366920938463463374607431768211457.000000000000000000000000000000000001";
    let config: Json =
        serde_json::from_str(&format!(r#"{{ "name": "a", "exact": {digits} }}"#)).unwrap();
    core.apply("memory_thing.a", &config).await.unwrap();
    assert_eq!(store(&folder)["objects"]["thing-1"]["exact"].to_string(), digits);
    assert_eq!(core.plan("memory_thing.a", &config).await.unwrap().action, Action::NoOp);
    core.finish();
}

#[tokio::test]
async fn warnings_reach_the_practitioner() {
    let (mut core, _folder) = core().await;
    let config = json!({ "name": "a", "secret_wo": "once" });
    let outcome = core.apply("memory_thing.a", &config).await.unwrap();
    assert_eq!(outcome.warnings.0[0].path, "secret_wo");
    core.finish();
}
