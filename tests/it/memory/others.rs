//! What is no managed resource: data sources, ephemeral resources, functions, lists, actions, generated configuration, moved states.

use serde_json::json;

use super::{core, thing};
use crate::minicore::{Action, MoveFrom};

#[tokio::test]
async fn a_data_source_reads_what_a_resource_made() {
    let (mut core, _folder) = core().await;
    let made = core.apply("memory_thing.a", &thing()).await.unwrap();
    let by_id = core.data("memory_thing", &json!({ "id": made.state["id"] })).await.unwrap();
    let by_name = core.data("memory_thing", &json!({ "name": "first" })).await.unwrap();
    assert_eq!(by_id, by_name);
    assert_eq!(by_id["note"], "a remark");
    let both = core.data("memory_thing", &json!({ "id": "x", "name": "y" })).await.unwrap_err();
    assert_eq!(both.0[0].path, "id");
    let nothing = core.data("memory_thing", &json!({ "name": "nobody" })).await.unwrap_err();
    assert_eq!(nothing.0[0].summary, "Cannot find the thing");
    core.finish();
}

#[tokio::test]
async fn functions_are_called_without_configuration() {
    let (core, _folder) = core().await;
    let digits = "123456789012345678901234567890.123456789012345678901234567890";
    let number: serde_json::Value = serde_json::from_str(digits).unwrap();
    let exact = core.function("exact", &[number]).await;
    assert_eq!(exact, Ok(json!(digits.trim_end_matches('0'))));
    assert_eq!(
        core.function("join", &[json!("-"), json!("a"), json!("b")]).await,
        Ok(json!("a-b"))
    );
    assert_eq!(core.function("join", &[json!("-")]).await, Ok(json!("")));
    assert_eq!(
        core.function("join", &[json!("-"), json!("a"), json!("")]).await,
        Err("A part must not be empty.".to_owned())
    );
    assert_eq!(
        core.function("type_of", &[json!(["a", 1])]).await,
        Ok(json!(r#"["tuple",["string","number"]]"#))
    );
    assert_eq!(core.function("type_of", &[json!(null)]).await, Ok(json!(null)));
    core.finish();
}

#[tokio::test]
async fn an_ephemeral_resource_is_opened_renewed_and_closed() {
    let (core, folder) = core().await;
    let config = json!({ "audience": "them", "renew_seconds": 60 });
    let token = core.ephemeral("memory_token", &config).await.unwrap();
    assert_eq!(token.result["token"], "token for them");
    assert!(token.renewed);
    let store = std::fs::read_to_string(folder.path().join("store.json")).unwrap();
    let store: serde_json::Value = serde_json::from_str(&store).unwrap();
    assert_eq!(store["journal"], json!(["open them", "renew them", "close them", "close them"]));
    let lasting = core.ephemeral("memory_token", &json!({ "audience": "us" })).await.unwrap();
    assert!(!lasting.renewed);
    core.finish();
}

#[tokio::test]
async fn a_list_finds_whole_objects_up_to_its_limit() {
    let (mut core, _folder) = core().await;
    for name in ["one", "other", "third"] {
        core.apply(&format!("memory_thing.{name}"), &json!({ "name": name })).await.unwrap();
    }
    let found = core.list("memory_thing", &json!({ "prefix": "o" }), true, 0).await.unwrap();
    let names: Vec<&str> = found.iter().map(|it| it.display_name.as_str()).collect();
    assert_eq!(names, ["one", "other"]);
    assert_eq!(found[0].resource, Some(core.state("memory_thing.one")));
    assert_eq!(core.list("memory_thing", &json!({}), false, 2).await.unwrap().len(), 2);
    core.finish();
}

#[tokio::test]
async fn an_action_tells_its_progress_and_ends_once() {
    let (core, _folder) = core().await;
    let told = core.action("memory_announce", &json!({ "text": "hear", "times": 2 })).await;
    assert_eq!(told.unwrap(), ["announced 1: hear", "announced 2: hear"]);
    let refused = core.action("memory_announce", &json!({ "text": "hear", "times": 0 })).await;
    assert_eq!(refused.unwrap_err().0[0].path, "times");
    core.finish();
}

#[tokio::test]
async fn generated_configuration_leaves_out_what_nobody_wishes() {
    let (mut core, _folder) = core().await;
    core.apply("memory_thing.a", &json!({ "name": "a", "fail": "update" })).await.unwrap();
    let config = core.generate_config("memory_thing.a").await.unwrap();
    assert_eq!(config["name"], "a");
    assert!(config.get("fail").is_none() && config.get("id").is_none(), "{config}");
    core.finish();
}

#[tokio::test]
async fn a_state_of_another_type_is_taken_over() {
    let (mut core, _folder) = core().await;
    let item = core.apply("memory_item.a", &json!({ "title": "moved" })).await.unwrap();
    let mut source = MoveFrom {
        provider: "registry.terraform.io/examples/memory",
        type_name: "memory_item",
        schema_version: 0,
        state: &item.state,
        private: b"",
    };
    core.take_over(source, "memory_thing.a").await.unwrap();
    let plan = core.plan("memory_thing.a", &json!({ "name": "moved" })).await.unwrap();
    assert_eq!(plan.action, Action::NoOp);
    source.type_name = "other_thing";
    assert!(core.take_over(source, "memory_thing.b").await.unwrap_err().has_error());
    core.finish();
}
