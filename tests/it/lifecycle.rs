//! Every entity through its whole life, by table, against the mock tenant in process and on paused time: in good weather, with replicas
//! that lag, with answers that are spelt differently, and with the faults that every type must survive.

pub(crate) mod catalogues;
mod frontline;
mod lasting;
mod networks;
pub(crate) mod run;
mod singletons;
mod switched_off;
mod table;

use std::time::Duration;

use run::{GROUP, Run, meanwhile};
use serde_json::{Value as Json, json};
use windows365::entities;
use windows365::mock::{
    DateDigits, Effect, Fault, Lag, Mode, Nothing, PatchReply, Scripted, TypeStyle,
};
use windows365::spec::AssignStyle;

pub(crate) use lasting::{all_lives, lasting};
pub(crate) use table::{Life, life, lives, with};

use crate::support::tenant::comes_and_goes;

/// The objects that a run made.
pub(crate) fn made(run: &Run, life: &Life) -> Vec<Json> {
    let objects = run.mock.objects(life.path);
    let built_in = |object: &Json| {
        ["isBuiltIn", "isSystemRule"].iter().any(|name| object[*name] == json!(true))
    };
    objects.into_iter().filter(|object| !built_in(object)).collect()
}

/// Where its assignments are written, all at once or one by one.
fn assigning(life: &Life) -> String {
    let assignments = entities::find(life.name).unwrap().assignments;
    let tail = match assignments.map(|it| it.style) {
        Some(AssignStyle::Additive { collection }) => collection,
        _ => "assign",
    };
    format!("{}/{{id}}/{tail}", life.path)
}

#[test]
fn every_entity_has_a_life() {
    let mut named: Vec<&str> = lives().iter().map(|life| life.name).collect();
    named.sort_unstable();
    let mortal = entities::ALL.iter().filter(|entity| comes_and_goes(entity));
    let mut all: Vec<&str> = mortal.map(|entity| entity.name).collect();
    all.sort_unstable();
    assert_eq!(named, all);
}

/// Create, change, clear, import, destroy; after each apply a refresh and an empty plan.
async fn live(run: &Run, life: &Life) {
    let mut resource = run.resource(life.name);
    for (step, config) in [
        ("create", &life.create),
        ("update", &life.update),
        ("clear", &life.clear),
        ("create", &life.create),
    ] {
        let name = life.name;
        assert_eq!(resource.apply(config).await, "", "{name}: {step}");
        assert_eq!(resource.drift(config), "", "{name}: the plan after {step} is empty");
        assert_eq!(resource.refresh().await, "", "{name}: refresh after {step}");
        assert_eq!(
            resource.drift(config),
            "",
            "{name}: the plan after {step} and a refresh is empty"
        );
        assert_eq!(made(run, life).len(), 1, "{name}: one object");
    }
    if let Some((config, attribute)) = &life.replace {
        assert_eq!(resource.replaced_by(config), [*attribute], "{}", life.name);
    }
    let display_name = life.create["display_name"].as_str().unwrap();
    for import in [resource.id(), format!("name:{display_name}")] {
        let mut imported = run.resource(life.name);
        assert_eq!(imported.import(&import).await, "", "{}: import {import}", life.name);
        assert_eq!(
            imported.drift(&life.create),
            "",
            "{}: the plan after the import is empty",
            life.name
        );
    }
    let before = resource.state.clone();
    assert_eq!(resource.destroy().await, "", "{}: destroy", life.name);
    assert!(made(run, life).is_empty() && resource.state.is_null());
    resource.state = before;
    assert_eq!(resource.destroy().await, "", "{}: what is gone is deleted", life.name);
}

#[tokio::test(start_paused = true)]
async fn every_entity_lives() {
    for life in lives() {
        live(&Run::of(life.name), &life).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_entity_lives_with_replicas_that_lag() {
    for life in lives() {
        for flapping in [false, true] {
            let run = Run::of(life.name);
            run.mock.switch(|switches| {
                switches.get_lag = Lag::Milliseconds(20_000);
                switches.list_lag = Lag::Milliseconds(45_000);
                switches.assignment_lag = Lag::Milliseconds(25_000);
                switches.unassign_lag_milliseconds = 30_000;
                switches.flapping = flapping;
            });
            let mut resource = run.resource(life.name);
            for config in [&life.create, &life.update, &life.clear, &life.create] {
                assert_eq!(resource.apply(config).await, "", "{}", life.name);
                assert_eq!(resource.drift(config), "", "{}", life.name);
                tokio::time::sleep(Duration::from_secs(60)).await;
                assert_eq!(resource.refresh().await, "", "{}", life.name);
                assert_eq!(resource.drift(config), "", "{}", life.name);
            }
            assert_eq!(made(&run, &life).len(), 1, "{}", life.name);
            assert_eq!(resource.destroy().await, "", "{}", life.name);
            assert!(made(&run, &life).is_empty(), "{}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_entity_lives_however_answers_are_spelt() {
    for life in lives() {
        for nothing in [Nothing::Null, Nothing::Absent, Nothing::Empty] {
            for type_style in [TypeStyle::NoHash, TypeStyle::OtherCase] {
                let run = Run::of(life.name);
                run.mock.switch(|switches| {
                    switches.nothing = nothing;
                    switches.type_style = type_style;
                    switches.date_digits = DateDigits::Varying;
                    switches.patch_reply = PatchReply::Body;
                    switches.shuffle = true;
                    switches.page_size = 1;
                    switches.filter = Mode::Ignore;
                });
                live(&run, &life).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_lost_makes_one_object() {
    let truncated = || Effect::ActThenTruncate(20);
    let server_error = || {
        Effect::ActThenReply(Scripted {
            status: 500,
            headers: Vec::new(),
            body: json!("$standard"),
        })
    };
    for life in lives() {
        for effect in [Effect::ActThenReset, server_error(), truncated(), Effect::Reset] {
            let run = Run::of(life.name);
            run.mock.fault(Fault::once("POST", life.path, effect.clone()));
            let mut resource = run.resource(life.name);
            assert_eq!(resource.apply(&life.create).await, "", "{} {effect:?}", life.name);
            assert_eq!(made(&run, &life).len(), 1, "{} {effect:?}", life.name);
            assert_eq!(made(&run, &life)[0]["id"].as_str(), Some(resource.id().as_str()));
            assert_eq!(resource.drift(&life.create), "", "{}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_create_with_a_listing_that_lags_is_not_sent_again() {
    for life in lives() {
        let run = Run::of(life.name);
        run.mock.switch(|switches| switches.list_lag = Lag::Milliseconds(45_000));
        run.mock.fault(Fault::once("POST", life.path, Effect::ActThenReset));
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        assert_eq!(made(&run, &life).len(), 1, "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn two_equal_objects_after_a_lost_create_are_left_to_the_user() {
    for life in lives() {
        let run = Run::of(life.name);
        run.mock.fault(Fault::once("POST", life.path, Effect::ActTwiceThenReset));
        let mut resource = run.resource(life.name);
        let findings = resource.apply(&life.create).await;
        let objects = made(&run, &life);
        // Where names are unique the second one was refused.
        if objects.len() == 1 {
            assert_eq!(findings, "", "{}", life.name);
            continue;
        }
        for object in &objects {
            assert!(findings.contains(object["id"].as_str().unwrap()), "{}: {findings}", life.name);
        }
        assert!(resource.state.is_null() && objects.len() == 2, "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn refused_assignments_leave_nothing_behind() {
    for life in lives().into_iter().filter(|life| !life.create["assignments"].is_null()) {
        let run = Run::of(life.name);
        run.mock.fault(Fault::once("POST", &assigning(&life), Effect::status(400)));
        let mut resource = run.resource(life.name);
        let findings = resource.apply(&life.create).await;
        assert!(findings.contains("deleted again"), "{}: {findings}", life.name);
        assert!(resource.state.is_null() && made(&run, &life).is_empty(), "{}", life.name);
        assert_eq!(
            resource.apply(&life.create).await,
            "",
            "{}: the next apply converges",
            life.name
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_was_just_made_is_waited_for() {
    for life in lives().into_iter().filter(|life| !life.create["assignments"].is_null()) {
        let run = Run::of(life.name);
        run.mock.refuse_group(GROUP, 8);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        assert_eq!(resource.drift(&life.create), "", "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_answers_to_changes_and_deletions_are_resolved() {
    for life in lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let item = format!("{}/{{id}}", life.path);
        run.mock.fault(Fault::once("PATCH", &item, Effect::ActThenReset));
        run.mock.fault(Fault::once("DELETE", &item, Effect::ActThenReset));
        run.mock.fault(Fault::once("POST", &assigning(&life), Effect::ActThenReset));
        assert_eq!(resource.apply(&life.update).await, "", "{}", life.name);
        assert_eq!(resource.drift(&life.update), "", "{}", life.name);
        assert_eq!(resource.destroy().await, "", "{}", life.name);
        assert!(made(&run, &life).is_empty(), "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn drift_is_shown_and_put_right() {
    for life in lives().into_iter().filter(Life::is_changeable) {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        run.mock.change(life.path, &resource.id(), json!({"displayName": "Changed by hand"}));
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert_eq!(
            resource.state.get("display_name").as_str(),
            Some("Changed by hand"),
            "{}",
            life.name
        );
        assert!(resource.drift(&life.create).contains("display_name"), "{}", life.name);
        if resource.replaced_by(&life.create) == ["display_name"] {
            continue;
        }
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        assert_eq!(
            made(&run, &life)[0]["displayName"],
            life.create["display_name"],
            "{}",
            life.name
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_deleted_leaves_the_state_and_is_made_anew() {
    for life in lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        run.mock.change(life.path, &resource.id(), json!({"assignments": []}));
        run.mock.delete(life.path, &resource.id());
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert!(resource.state.is_null(), "{}", life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_names_the_permission_that_the_token_lacks() {
    // What no app may do is refused before anything is asked, with other words.
    let for_apps = |life: &Life| {
        let entity = entities::find(life.name).unwrap();
        !entity.permissions.create.application.is_empty()
    };
    for life in lives().into_iter().filter(for_apps) {
        let run = Run::of(life.name);
        run.mock.app(|app| {
            app.roles =
                vec!["CloudPC.Read.All".to_owned(), "DeviceManagementRBAC.Read.All".to_owned()];
        });
        let least = entities::find(life.name).unwrap().permissions.create.application[0];
        let wanted = format!("lacks the application permission {least}");
        let mut resource = run.resource(life.name);
        let findings = resource.apply(&life.create).await;
        assert!(findings.contains(&wanted), "{}: {findings}", life.name);
        let before = format!("Warning at : The token lacks a permission for {}", life.name);
        assert!(findings.starts_with(&before), "before the call: {findings}");
        let after = format!("Error at : Cannot create {} \"", life.name);
        assert!(findings.contains(&after), "after it: {findings}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_the_middle_loses_no_object() {
    for life in lives() {
        for after in [0, 1, 3, 7, 20] {
            let run = Run::of(life.name);
            run.mock.switch(|switches| switches.get_lag = Lag::Milliseconds(30_000));
            let mut resource = run.resource(life.name);
            let stop = resource.cx.stop.clone();
            let start = tokio::time::Instant::now();
            let findings =
                meanwhile(resource.apply(&life.create), Duration::from_secs(after), || {
                    stop.cancel()
                })
                .await;
            assert!(
                start.elapsed() <= Duration::from_secs(after + 2),
                "{} {:?}",
                life.name,
                start.elapsed()
            );
            let objects = made(&run, &life);
            match objects.as_slice() {
                [] => assert!(resource.state.is_null(), "{}", life.name),
                [object] => assert_eq!(
                    Some(resource.id().as_str()),
                    object["id"].as_str(),
                    "{}: {findings}",
                    life.name
                ),
                more => panic!("{}: {more:?}", life.name),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn data_sources_and_lists_show_what_is_there() {
    for life in lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let display_name = &life.create["display_name"];
        for config in [json!({"id": resource.id()}), json!({"display_name": display_name})] {
            let (data, findings) = run.data(life.name, config).await;
            assert_eq!(findings, "", "{}", life.name);
            assert_eq!(data.get("id").as_str(), Some(resource.id().as_str()), "{}", life.name);
            assert_eq!(data.get("assignments"), resource.state.get("assignments"), "{}", life.name);
        }
        let plural = windows365::engine::names::plural(entities::find(life.name).unwrap());
        let (data, findings) = run.data(&plural, json!({"filter": format!("displayName eq {}", display_name.to_string().replace('"', "'"))})).await;
        assert_eq!(findings, "", "{plural}");
        assert_eq!(data.get("items").elements().unwrap().len(), 1, "{plural}");
        let events = run.list(life.name).await;
        assert!(
            events.iter().all(|event| event.diagnostics.is_empty() && event.resource.is_some()),
            "{}",
            life.name
        );
        assert!(
            events
                .iter()
                .any(|event| event.display_name.starts_with(display_name.as_str().unwrap())),
            "{}",
            life.name
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_of_a_hundred_policies_takes_a_hundred_requests() {
    let run = Run::new();
    let policy = &life("windows365_provisioning_policy");
    let mut resources = Vec::new();
    for number in 0..100 {
        let mut resource = run.resource(policy.name);
        let config = with(&policy.create, json!({"display_name": format!("Policy {number}")}));
        assert_eq!(resource.apply(&config).await, "");
        resources.push(resource);
    }
    run.mock.clear_requests();
    for resource in &mut resources {
        assert_eq!(resource.refresh().await, "");
    }
    assert_eq!((run.count("GET"), run.count("POST")), (100, 0));
}

#[tokio::test(start_paused = true)]
async fn no_update_takes_a_machine_away_from_anybody() {
    let run = Run::new();
    let policy = &life("windows365_provisioning_policy");
    let mut resource = run.resource(policy.name);
    assert_eq!(resource.apply(&policy.create).await, "");
    run.mock.fault(Fault::once(
        "POST",
        &format!("{}/{{id}}/assign", policy.path),
        Effect::ActThenReset,
    ));
    assert_eq!(resource.apply(&policy.update).await, "");
    assert_eq!(run.mock.grace_periods(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn f38_a_wrong_secret_is_told_once_and_nothing_is_made() {
    let run = Run::new();
    run.mock.app(|app| app.client_secret = "another".to_owned());
    let role = &life("intune_role_definition");
    let mut resource = run.resource(role.name);
    let findings = resource.apply(&role.create).await;
    assert!(findings.starts_with("Error at : Cannot create intune_role_definition \"Help desk\""));
    assert!(
        findings.contains("AADSTS7000215") && findings.contains("Signing in failed"),
        "{findings}"
    );
    assert_eq!((run.count("GET"), run.count("POST")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_assignment_whose_groups_are_gone_stays_with_a_warning() {
    let run = Run::new();
    run.mock.switch(|switches| switches.zombies = true);
    let life = &life("intune_rbac_assignment");
    let mut resource = run.resource(life.name);
    assert_eq!(resource.apply(&life.create).await, "");
    run.mock.delete_group(GROUP);
    let findings = resource.refresh().await;
    assert!(
        findings.starts_with("Warning") && findings.contains("listed but cannot be read"),
        "{findings}"
    );
    assert!(!resource.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_collision_that_nobody_asked_for_passes() {
    for life in lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        run.mock.switch(|switches| switches.spontaneous_412 = 2);
        assert_eq!(resource.apply(&life.update).await, "", "{}", life.name);
        assert_eq!(resource.drift(&life.update), "", "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn another_tenants_sign_in_does_not_empty_the_state() {
    let (run, other) = (Run::new(), Run::new());
    other.mock.app(|app| app.tenant_id = "99999999-0000-4000-8000-000000000001".to_owned());
    let other = other.reconfigured();
    let life = &life("intune_role_definition");
    let mut resource = run.resource(life.name);
    assert_eq!(resource.apply(&life.create).await, "");
    let mut moved = other.resource(life.name).with_state_of(&resource);
    let findings = moved.refresh().await;
    assert!(
        findings.contains("belongs to the tenant") && findings.contains("99999999-0000"),
        "{findings}"
    );
    assert_eq!(moved.id(), resource.id());
}
