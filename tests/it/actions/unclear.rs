//! Answers that do not come, targets that are not there, time that runs out.

use serde_json::json;
use windows365::mock::{Effect, Fault};

use super::stage::{ONE, Stage, THREE, TWO};
use super::{reboot, with};

const REBOOT: &str = "/deviceManagement/virtualEndpoint/cloudPCs/{id}/reboot";
const BULK: &str = "/deviceManagement/virtualEndpoint/bulkActions";

#[tokio::test(start_paused = true)]
async fn f31_an_accepted_action_without_an_answer_is_found_in_the_log() {
    for effect in [Effect::ActThenReset, Effect::ActThenReply(failure())] {
        let stage = Stage::new();
        // An older run of the same action is none of ours.
        let mut record = stage.record();
        assert_eq!(record.apply(&reboot(&[ONE])).await, "");
        stage.fault("POST", REBOOT, effect);
        let mut record = stage.record();
        assert_eq!(record.apply(&reboot(&[ONE])).await, "");
        assert_eq!((record.status(ONE), stage.began(ONE)), ("done", 2));
    }
}

fn failure() -> windows365::mock::Scripted {
    windows365::mock::Scripted { status: 500, headers: Vec::new(), body: json!("$standard") }
}

#[tokio::test(start_paused = true)]
async fn f31_an_action_of_which_nothing_shows_is_not_sent_again() {
    let stage = Stage::new();
    stage.fault("POST", REBOOT, Effect::Reset);
    let mut record = stage.record();
    let unknown = record.apply(&reboot(&[ONE])).await;
    for part in ["not known whether the service has done it", "was not sent again", ONE] {
        assert!(unknown.contains(part), "{part} is missing in {unknown}");
    }
    assert_eq!((record.status(ONE), stage.began(ONE)), ("unknown", 0));
    assert_eq!(stage.writes().len(), 1);
    // Not even by the next apply.
    assert!(!record.plan(&reboot(&[ONE])).1);
}

#[tokio::test(start_paused = true)]
async fn f31_a_bulk_action_without_an_answer_is_found_in_the_listing() {
    let stage = Stage::new();
    stage.fault("POST", BULK, Effect::ActThenReset);
    let mut record = stage.record();
    assert_eq!(record.apply(&reboot(&[ONE, TWO])).await, "");
    assert_eq!((stage.began(ONE), stage.began(TWO)), (1, 1));
    assert_eq!((record.status(ONE), record.status(TWO)), ("done", "done"));

    let stage = Stage::new();
    stage.fault("POST", BULK, Effect::Reset);
    let mut record = stage.record();
    let unknown = record.apply(&reboot(&[ONE, TWO])).await;
    assert!(unknown.contains("2 of 2 targets"), "{unknown}");
    assert_eq!((record.status(ONE), stage.began(ONE)), ("unknown", 0));
    assert_eq!(stage.writes(), ["/bulkActions"]);
}

#[tokio::test(start_paused = true)]
async fn f45_in_an_outage_an_action_is_asked_for_once_and_said_not_to_be_done() {
    let stage = Stage::new();
    let mut record = stage.record();
    assert_eq!(record.apply(&reboot(&[ONE])).await, "");
    let began = stage.began(ONE);
    stage.mock().clear_requests();
    stage.mock().fault(Fault::once("*", "*", Effect::status(503)).times(u32::MAX));
    for _ in 0..200 {
        let mut record = stage.record();
        let findings = record.apply(&reboot(&[ONE])).await;
        assert!(findings.contains(ONE) && findings.contains("503"), "{findings}");
    }
    let requests = stage.mock().requests().len();
    assert!(requests <= 240, "{requests} requests for 200 actions");
    assert_eq!(stage.began(ONE), began);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_not_there_is_refused_before_anything_is_sent() {
    let stage = Stage::new();
    let mut record = stage.record();
    let nobody = "99999999-9999-4999-8999-999999999999";
    let refused = record.apply(&reboot(&[nobody])).await;
    for part in [nobody, "Nothing was done", "id is that of a Cloud PC"] {
        assert!(refused.contains(part), "{part} is missing in {refused}");
    }
    assert_eq!(stage.writes(), [""; 0]);
    assert!(record.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn time_runs_out_and_says_how_far_it_was() {
    let stage = Stage::new();
    stage.mock().switch(|switches| switches.remote_action_seconds = 7200);
    let mut record = stage.record();
    let config = with(reboot(&[ONE]), "timeouts", json!({ "create": "10m" }));
    let late = record.apply(&config).await;
    assert!(late.contains("not done after 10m") && late.contains("\"active\""), "{late}");
    assert_eq!(record.status(ONE), "running");
    // It is on its way, so the next apply leaves it alone.
    assert!(!record.plan(&config).1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait_and_keeps_what_is_known() {
    let stage = Stage::new();
    let mut record = stage.record();
    let stop = record.cx.stop.clone();
    let config = reboot(&[THREE]);
    let halt = async {
        tokio::time::sleep(std::time::Duration::from_secs(20)).await;
        stop.cancel();
    };
    let (stopped, ()) = tokio::join!(record.apply(&config), halt);
    assert!(stopped.contains("asked the provider to stop"), "{stopped}");
    assert_eq!((record.status(THREE), stage.began(THREE)), ("running", 1));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_lack_of_rights_names_the_permission() {
    let stage = Stage::new();
    stage.mock().app(|app| app.roles = vec!["CloudPC.Read.All".to_owned()]);
    let run = stage.run.reconfigured();
    let stage = Stage { run };
    let (_, _, end) =
        stage.invoke("windows365_cloud_pc_reboot", json!({ "target_ids": [ONE] })).await;
    assert!(end.contains("CloudPC.ReadWrite.All"), "{end}");
    assert_eq!(stage.began(ONE), 0);
}
