//! Every action on paused time: sent once, watched to its end, and never blindly sent again.

mod canaries;
mod own;
mod stage;
mod unclear;

use serde_json::{Value as Json, json};
use stage::{ONE, PLAN, Stage, THREE, TWO, arguments};

fn reboot(ids: &[&str]) -> Json {
    json!({ "action": "windows365_cloud_pc_reboot", "target_ids": ids })
}

fn with(mut config: Json, name: &str, value: Json) -> Json {
    config[name] = value;
    config
}

#[tokio::test(start_paused = true)]
async fn it_runs_once_and_again_when_a_trigger_changes() {
    let stage = Stage::new();
    let mut record = stage.record();
    let march = with(reboot(&[ONE]), "triggers", json!({ "month": "2026-03" }));
    assert_eq!(record.apply(&march).await, "");
    assert_eq!((record.status(ONE), stage.began(ONE)), ("done", 1));
    assert!(record.state.get("results").get(ONE).get("time").as_str().is_some());

    assert_eq!(record.refresh().await, "");
    assert!(!record.plan(&march).1, "a second plan is empty");
    let april = with(march.clone(), "triggers", json!({ "month": "2026-04" }));
    assert_eq!(record.apply(&april).await, "");
    assert_eq!(stage.began(ONE), 2);

    // How it is waited for is no reason to do it again.
    let patient = with(april, "timeouts", json!({ "create": "3h" }));
    assert!(record.plan(&patient).1);
    assert_eq!(record.apply(&patient).await, "");
    assert_eq!((record.status(ONE), stage.began(ONE)), ("done", 2));

    stage.mock().clear_requests();
    let gone = record.destroy().await;
    assert!(gone.contains("Warning") && gone.contains("stays done"), "{gone}");
    assert_eq!(stage.mock().requests().len(), 0);
    assert!(record.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn without_waiting_it_is_enough_that_it_is_accepted() {
    let stage = Stage::new();
    let mut record = stage.record();
    assert_eq!(record.apply(&with(reboot(&[ONE]), "wait", json!(false))).await, "");
    assert_eq!(record.status(ONE), "accepted");
    // The machine is busy, as a second action finds.
    let mut second = stage.record();
    let refused = second.apply(&reboot(&[ONE])).await;
    assert!(refused.contains("in progress") && refused.contains("Request id"), "{refused}");
    assert!(second.state.is_null(), "nothing was done, so there is nothing to keep");
}

#[tokio::test(start_paused = true)]
async fn many_are_done_with_one_bulk_action() {
    let stage = Stage::new();
    let mut record = stage.record();
    assert_eq!(record.apply(&reboot(&[ONE, TWO, THREE])).await, "");
    assert_eq!(stage.writes(), ["/bulkActions"]);
    for id in [ONE, TWO, THREE] {
        assert_eq!((record.status(id), stage.began(id)), ("done", 1), "{id}");
    }
    assert!(record.state.get("operation_id").as_str().is_some());

    // A new target is done alone.
    let mut other = stage.record();
    assert_eq!(other.apply(&reboot(&[ONE])).await, "");
    stage.mock().clear_requests();
    assert_eq!(other.apply(&reboot(&[ONE, TWO])).await, "");
    assert_eq!(stage.writes(), [format!("/cloudPCs/{TWO}/reboot")]);
    assert_eq!((other.status(ONE), other.status(TWO)), ("done", "done"));
    stage.mock().clear_requests();
    assert_eq!(other.apply(&reboot(&[TWO])).await, "");
    assert_eq!((other.status(ONE), stage.writes().len()), ("none", 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_bulk_form_does_not_take_is_done_one_by_one() {
    let stage = Stage::new();
    let mut record = stage.record();
    let config = json!({
        "action": "windows365_cloud_pc_reprovision",
        "target_ids": [ONE, TWO],
        "arguments": arguments(json!({ "user_account_type": "administrator" })),
    });
    let (_, _, warnings) = record.plan(&config);
    for part in ["destructive", "deletes everything", ONE, TWO] {
        assert!(warnings.contains(part), "{part} is missing in {warnings}");
    }
    assert_eq!(record.apply(&config).await, "");
    assert_eq!(stage.writes().len(), 2);
    let machine = &stage.mock().objects(stage::CLOUD_PCS)[0];
    assert_eq!(machine["userAccountType"], "administrator");
}

#[tokio::test(start_paused = true)]
async fn a_partial_failure_names_each_target_and_is_tried_again_there_alone() {
    let stage = Stage::new();
    let mut record = stage.record();
    let config = |trigger: &str| with(reboot(&[ONE, TWO]), "triggers", json!({ "x": trigger }));
    assert_eq!(record.apply(&config("a")).await, "");
    stage.mock().switch(|switches| switches.failing_cloud_pcs = vec![TWO.to_owned()]);
    let failed = record.apply(&config("b")).await;
    for part in ["1 of 2 targets", TWO, "The action failed on the Cloud PC", "next apply"] {
        assert!(failed.contains(part), "{part} is missing in {failed}");
    }
    assert!(!failed.contains(ONE), "{failed}");
    assert_eq!((record.status(ONE), record.status(TWO)), ("done", "failed"));
    assert!(record.error(TWO).contains("failed on the Cloud PC"));

    stage.mock().switch(|switches| switches.failing_cloud_pcs.clear());
    assert!(record.plan(&config("b")).1, "the failed target is planned again");
    assert_eq!(record.apply(&config("b")).await, "");
    assert_eq!((record.status(ONE), record.status(TWO)), ("done", "done"));
    assert_eq!((stage.began(ONE), stage.began(TWO)), (2, 3));
    assert!(!record.plan(&config("b")).1);
}

#[tokio::test(start_paused = true)]
async fn a_tainted_record_is_replaced_without_doing_again_what_was_done() {
    let stage = Stage::new();
    stage.mock().switch(|switches| switches.failing_cloud_pcs = vec![TWO.to_owned()]);
    let mut record = stage.record();
    let failed = record.apply(&reboot(&[ONE, TWO])).await;
    assert!(failed.contains("untaint"), "{failed}");
    assert_eq!((record.status(ONE), record.status(TWO)), ("done", "failed"));

    stage.mock().switch(|switches| switches.failing_cloud_pcs.clear());
    record.destroy().await;
    assert_eq!(record.apply(&reboot(&[ONE, TWO])).await, "");
    assert_eq!((stage.began(ONE), stage.began(TWO)), (1, 2));
    assert_eq!((record.status(ONE), record.status(TWO)), ("done", "done"));
}

#[tokio::test(start_paused = true)]
async fn arguments_are_checked_when_planning() {
    let stage = Stage::new();
    let record = stage.record();
    let resize = |given: Json| json!({ "action": "windows365_cloud_pc_resize", "target_ids": [ONE], "arguments": arguments(given) });
    assert_eq!(record.validate(&resize(json!({ "target_service_plan_id": PLAN }))), "");
    for (config, part) in [
        (resize(json!({})), "`target_service_plan_id` is required"),
        (resize(json!({ "size": "big" })), "no argument `size`"),
        (resize(json!({ "target_service_plan_id": "big" })), "GUID"),
        (resize(json!({ "target_service_plan_id": ["x"] })), "must be text"),
        (
            json!({ "action": "windows365_fly", "target_ids": [ONE] }),
            "no action \"windows365_fly\"",
        ),
        (json!({ "action": "windows365_cloud_pc_reboot" }), "`target_ids` must be set"),
        (
            json!({
                "action": "windows365_organization_action", "target_ids": [ONE],
                "arguments": arguments(json!({ "action_type": "activate" })),
            }),
            "must not be set",
        ),
        (
            json!({
                "action": "windows365_bulk_action", "target_ids": [ONE],
                "arguments": arguments(json!({ "display_name": "x" })),
            }),
            "One of",
        ),
    ] {
        let found = record.validate(&config);
        assert!(found.contains(part), "{part:?} is missing in: {found}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_sent_and_stored_nowhere() {
    let stage = Stage::of_a_person();
    let connections = "/deviceManagement/virtualEndpoint/onPremisesConnections";
    let body = json!({ "displayName": "x", "connectionType": "hybridAzureADJoin", "healthCheckStatus": "passed" });
    stage.mock().put(connections, ONE, body);
    let mut record = stage.record();
    let change = |name: &str| {
        json!({
            "action": "windows365_on_premises_connection_domain_password", "target_ids": [ONE],
            name: arguments(json!({ "ad_domain_password": "planted-password" })),
        })
    };
    let warned = record.validate(&change("arguments"));
    assert!(warned.contains("Warning") && warned.contains("arguments_wo"), "{warned}");
    assert_eq!(record.apply(&change("arguments_wo")).await, "");
    assert_eq!(record.status(ONE), "accepted");
    assert!(!format!("{:?}", record.state).contains("planted-password"));
    let sent = stage.mock().requests();
    let sent = sent.iter().find(|it| it.method == "POST" && it.bearer).unwrap();
    assert_eq!(sent.body.as_ref().unwrap()["adDomainPassword"], "planted-password");
}

#[tokio::test(start_paused = true)]
async fn nothing_to_do_it_to_is_no_error() {
    let stage = Stage::new();
    let mut record = stage.record();
    assert_eq!(record.apply(&reboot(&[])).await, "");
    assert_eq!(stage.writes(), [""; 0]);
    assert_eq!(record.apply(&reboot(&[ONE])).await, "");
    assert_eq!(record.status(ONE), "done");
}
