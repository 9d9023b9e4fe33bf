//! What a destroy leaves there meets the same faults as all other types: what there is one of in every tenant, and what is switched off
//! instead of being deleted.
//!
//! Rows about objects that are made twice, lost, deleted or listed late cannot happen to the former; the page of the faults says so.

use serde_json::{Value as Json, json};
use tokio::time::Duration;
use windows365::mock::{Effect, Fault, Lag, Scripted};

use crate::lifecycle::run::{Resource, Run};
use crate::lifecycle::{Life, lasting, made};

fn reply(status: u16, body: Json) -> Scripted {
    Scripted { status, headers: Vec::new(), body }
}

/// Answers that are lost or wrong, after the service has acted or before.
fn lost() -> Vec<Effect> {
    let page = Scripted {
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        ..reply(200, json!("<html><body>Log in to the guest network</body></html>"))
    };
    let mut all = vec![
        Effect::Reset,
        Effect::ActThenReset,
        Effect::ActThenTruncate(2),
        Effect::ActThenReply(page),
    ];
    for status in [500, 502, 504] {
        all.push(Effect::ActThenReply(reply(status, json!("$standard"))));
        all.push(Effect::status(status));
    }
    all
}

/// Breaks the first write to one object.
fn break_write(run: &Run, life: &Life, effect: &Effect) {
    for (method, path) in [("PATCH", life.item()), ("POST", format!("{}/{{below}}", life.item()))] {
        run.mock.fault(Fault::once(method, &path, effect.clone()));
    }
}

/// Expects that there is one object, that the state tells the truth of it, and that nothing is left to do.
async fn right(run: &Run, life: &Life, resource: &mut Resource<'_>, config: &Json, when: &str) {
    let name = life.name;
    run.mock.clear_faults();
    assert_eq!(made(run, life).len(), 1, "{name} {when}");
    assert_eq!(resource.drift(config), "", "{name} {when}");
    assert_eq!(resource.refresh().await, "", "{name} {when}");
    assert_eq!(resource.drift(config), "", "{name} {when}");
}

/// Destroys it, which leaves it there with a warning.
async fn leave(run: &Run, life: &Life, resource: &mut Resource<'_>, when: &str) {
    let said = resource.destroy().await;
    assert!(said.starts_with("Warning"), "{} {when}: {said}", life.name);
    assert!(resource.state.is_null(), "{} {when}", life.name);
    run.mock.clear_faults();
    assert_eq!(made(run, life).len(), 1, "{} {when}", life.name);
}

#[tokio::test(start_paused = true)]
async fn f16_f17_f18_f19_f25_f26_answers_that_are_lost_are_resolved() {
    for life in lasting() {
        for effect in lost() {
            let run = Run::of(life.name);
            let mut resource = run.resource(life.name);
            let when = format!("{effect:?}");
            run.mock.fault(Fault::once(life.creates_by(), life.path, effect.clone()));
            assert_eq!(resource.apply(&life.create).await, "", "{} {when}", life.name);
            right(&run, &life, &mut resource, &life.create, &when).await;
            break_write(&run, &life, &effect);
            assert_eq!(resource.apply(&life.update).await, "", "{} {when}", life.name);
            right(&run, &life, &mut resource, &life.update, &when).await;
            break_write(&run, &life, &effect);
            leave(&run, &life, &mut resource, &when).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f76_refusals_that_pass_by_themselves_are_waited_out() {
    for life in lasting() {
        for status in [409, 412, 423, 500] {
            let run = Run::of(life.name);
            let mut resource = run.resource(life.name);
            assert_eq!(resource.apply(&life.create).await, "", "{} {status}", life.name);
            break_write(&run, &life, &Effect::status(status));
            assert_eq!(resource.apply(&life.update).await, "", "{} {status}", life.name);
            right(&run, &life, &mut resource, &life.update, "after a refusal").await;
            break_write(&run, &life, &Effect::status(status));
            leave(&run, &life, &mut resource, "after a refusal").await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f65_f66_replicas_that_are_late_are_waited_for() {
    for life in lasting() {
        for flapping in [false, true] {
            let run = Run::of(life.name);
            run.mock.switch(|switches| {
                switches.get_lag = Lag::Milliseconds(60_000);
                switches.list_lag = Lag::Milliseconds(45_000);
                switches.flapping = flapping;
            });
            let mut resource = run.resource(life.name);
            for config in [&life.create, &life.update] {
                assert_eq!(resource.apply(config).await, "", "{}", life.name);
                tokio::time::sleep(Duration::from_secs(90)).await;
                right(&run, &life, &mut resource, config, "with late replicas").await;
            }
            leave(&run, &life, &mut resource, "with late replicas").await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f67_a_stale_404_in_a_refresh_is_not_believed() {
    for life in lasting() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        tokio::time::sleep(Duration::from_secs(900)).await;
        let before = resource.state.clone();
        for times in [1, 2] {
            let missing = Fault::once("GET", &life.item(), Effect::status(404));
            run.mock.fault(missing.times(times));
            assert_eq!(resource.refresh().await, "", "{}", life.name);
            assert_eq!(resource.state, before, "{}", life.name);
            run.mock.clear_faults();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f69_what_somebody_changed_is_shown_and_changed_back() {
    for life in lasting() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let object = made(&run, &life).remove(0);
        let id = object["id"].as_str().unwrap_or_default();
        // Each of them has one of these.
        let changes = [
            ("organizationIdsInUSGovCloud", json!(["88888888-2222-4333-8444-555555555555"])),
            ("osVersion", json!("windows11")),
            ("enableConnection", json!(false)),
        ];
        let (property, value) = changes.into_iter().find(|it| !object[it.0].is_null()).unwrap();
        run.mock.change(life.path, id, json!({ (property): value }));
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert_ne!(resource.drift(&life.create), "", "{}: it is shown", life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        right(&run, &life, &mut resource, &life.create, "after a change by others").await;
        assert_eq!(made(&run, &life)[0][property], object[property], "{}", life.name);
    }
}

/// Runs an operation until one of its exchanges is due, and kills it there. Whether it came to that.
async fn killed(
    hold: &crate::lifecycle::run::Hold,
    operation: impl Future<Output = String>,
) -> bool {
    tokio::select! {
        biased;
        () = hold.reached() => true,
        _ = operation => false,
    }
}

#[tokio::test(start_paused = true)]
async fn f01_f03_f04_killed_at_any_point_the_next_run_puts_it_right() {
    for life in lasting() {
        let name = life.name;
        for at in 0.. {
            let mut killed_once = false;
            let run = Run::of(name);
            let mut resource = run.resource(name);
            let (process, hold) = run.held(name, at);
            killed_once |= killed(&hold, process.resource(name).apply(&life.create)).await;
            let said = resource.apply(&life.create).await;
            if said.contains("terraform import") {
                let id = made(&run, &life)[0]["id"].as_str().unwrap().to_owned();
                assert!(said.contains(&id), "{name} at {at}: {said}");
                assert_eq!(resource.import(&id).await, "", "{name} at {at}");
                assert_eq!(resource.apply(&life.create).await, "", "{name} at {at}");
            } else {
                assert_eq!(said, "", "{name} at {at}");
            }
            right(&run, &life, &mut resource, &life.create, "killed in the create").await;

            let (process, hold) = run.held(name, at);
            let mut other = process.resource(name).with_state_of(&resource);
            killed_once |= killed(&hold, other.apply(&life.update)).await;
            assert_eq!(resource.refresh().await, "", "{name} at {at}");
            assert_eq!(resource.apply(&life.update).await, "", "{name} at {at}");
            right(&run, &life, &mut resource, &life.update, "killed in the update").await;

            let (process, hold) = run.held(name, at);
            let mut other = process.resource(name).with_state_of(&resource);
            killed_once |= killed(&hold, other.destroy()).await;
            leave(&run, &life, &mut resource, "killed in the destroy").await;
            if !killed_once {
                assert!(at > 0, "{name}: something is sent");
                break;
            }
        }
    }
}
