//! No action tells the secrets that it is given, in either of its forms, whoever repeats them.

use serde_json::{Value as Json, json};
use std::sync::Arc;
use windows365::entities::ACTIONS;
use windows365::mock::{Effect, Fault, Mock, Scripted};
use windows365::spec::{Attribute, Element, Kind, Secret};

use super::stage::{ONE, Stage, arguments};
use crate::lifecycle::run::Run;
use crate::support::canary::{Echo, Log, Repeats, clean, repeated};

const CONNECTIONS: &str = "/deviceManagement/virtualEndpoint/onPremisesConnections";
const SNAPSHOTS: &str = "/deviceManagement/virtualEndpoint/snapshots";

/// A secret that needs every kind of escape.
const CANARY: &str = "https://disks.example/a.vhd?sv=1&sig=planted+\"canary\\of/the=action%2F";

fn is_secret(attribute: &Attribute) -> bool {
    let inner = match attribute.kind {
        Kind::Object(inner) => inner.attributes,
        Kind::List(Element::Object(inner)) | Kind::Set(Element::Object(inner)) => inner.attributes,
        _ => &[],
    };
    attribute.secret != Secret::No || inner.iter().any(is_secret)
}

/// An action with a secret in its arguments.
struct Case {
    name: &'static str,
    targets: Option<Json>,
    arguments: Json,
    /// Whether the service says something of its end.
    watched: bool,
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "windows365_on_premises_connection_domain_password",
            targets: Some(json!([ONE])),
            arguments: json!({ "ad_domain_password": CANARY }),
            watched: false,
        },
        Case {
            name: "windows365_snapshot_import",
            targets: None,
            arguments: json!({
                "assigned_user_id": "5f1d8e2a-6b3c-4a7d-9e0f-1c2b3a4d5e6f",
                "source_files": [{"file_type": "dataFile", "source_type": "sasUrl", "sas_url": CANARY}],
            }),
            watched: true,
        },
    ]
}

/// A tenant over a wire that can repeat what it is told.
fn stage() -> (Stage, Echo) {
    let mut echo = None;
    let run = Run::through(Mock::environment_of_person, |wire| {
        let wire = Echo::over(wire);
        echo = Some(wire.clone());
        Arc::new(wire)
    });
    let stage = Stage::on(run);
    let body = json!({
        "displayName": "x", "connectionType": "hybridAzureADJoin", "healthCheckStatus": "passed",
    });
    stage.mock().put(CONNECTIONS, ONE, body);
    let echo = echo.unwrap();
    echo.learn(CANARY);
    (stage, echo)
}

/// The end of an import is told with what was sent.
fn fails_with_the_secret(stage: &Stage) {
    let detail = repeated(&[CANARY.to_owned()]);
    let body = json!({"value": [{
        "importStatus": "failed", "additionalDetail": detail, "snapshotId": "s-1",
        "startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-03-01T00:01:00Z",
    }]});
    let reply = Effect::Reply(Scripted { status: 200, headers: Vec::new(), body });
    let path = format!("{SNAPSHOTS}/{{function}}");
    stage.mock().fault(Fault::once("GET", &path, reply).times(u32::MAX));
}

#[tokio::test(start_paused = true)]
async fn f92_f93_f95_no_action_tells_a_secret_in_either_form() {
    let named: Vec<&str> = cases().iter().map(|case| case.name).collect();
    let secret = ACTIONS.iter().filter(|it| it.arguments.iter().any(is_secret));
    let mut all: Vec<&str> = secret.map(|it| it.name).collect();
    all.sort_unstable();
    assert_eq!(named, all, "every action with a secret is here");

    let log = Log::default();
    let _listening = log.listen();
    for case in cases() {
        // Not at all, before it is done, and after it is done; the last only where somebody looks.
        for trouble in ["none", "refused", "failed"] {
            let mut said = String::new();
            for form in ["action", "arguments_wo", "arguments"] {
                let (stage, echo) = stage();
                match trouble {
                    "refused" => echo.repeats(Repeats::Graph),
                    "failed" => fails_with_the_secret(&stage),
                    _ => {}
                }
                let mut told = String::new();
                let mut kept = String::new();
                if form == "action" {
                    let mut config = case.arguments.clone();
                    if let Some(targets) = &case.targets {
                        config["target_ids"] = targets.clone();
                    }
                    let (warned, progress, end) = stage.invoke(case.name, config).await;
                    told = warned + &progress.concat() + &end;
                } else {
                    let mut config = json!({ "action": case.name });
                    if let Some(targets) = &case.targets {
                        config["target_ids"] = targets.clone();
                    }
                    config[form] = arguments(case.arguments.clone());
                    let mut record = stage.record();
                    told += &record.validate(&config);
                    let (plan, _, found) = record.plan(&config);
                    told += &found;
                    kept += &String::from_utf8_lossy(&plan.planned_state.msgpack);
                    told += &String::from_utf8_lossy(&plan.planned_private);
                    let answer = stage.run.server.apply(&record.cx, plan).await;
                    told += &record.keep(answer);
                    kept += &format!("{:?}", record.state);
                    told += &String::from_utf8_lossy(&record.private);
                    told += &record.destroy().await;
                }
                let whose = format!("{} {trouble} as {form}", case.name);
                let secrets = echo.secrets();
                clean(&told, &secrets, &whose);
                clean(&log.take(), &secrets, &format!("log of {whose}"));
                // What stands in the plain arguments is stored, and the user is warned of it.
                if form == "arguments" {
                    assert!(told.contains("A secret is stored"), "{whose}: {told}");
                } else {
                    clean(&kept, &secrets, &whose);
                }
                said += &told;
            }
            let repeated = trouble == "refused" || (trouble == "failed" && case.watched);
            assert_eq!(said.contains("[redacted]"), repeated, "{} {trouble}: {said}", case.name);
        }
    }
}
