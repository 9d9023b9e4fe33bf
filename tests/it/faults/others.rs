//! Other people at work: a second run, another tool, and groups that are new or gone.

use serde_json::{Value as Json, json};
use tokio::time::{Duration, Instant};
use windows365::entities;
use windows365::mock::{Effect, Fault};
use windows365::spec::AssignStyle;

use crate::lifecycle::run::{GROUP, OTHER_GROUP, Resource, Run};
use crate::lifecycle::{Life, life, lives, made, with};

/// A group that another tool assigns.
const THIRD_GROUP: &str = "b7c1a7de-3a31-4a52-9b0b-6f0c4f7d2a55";

const RBAC: &str = "intune_rbac_assignment";

/// An object without what moves by itself, and without what is nothing.
fn still(object: &Json) -> Json {
    match object {
        Json::Object(entries) => {
            let moves = |name: &str| name.ends_with("DateTime") || name.ends_with("Status");
            let kept = entries.iter().filter(|(name, _)| !moves(name));
            let kept = kept.map(|(name, value)| (name.clone(), still(value)));
            kept.filter(|(_, value)| !value.is_null() && *value != json!([])).collect()
        }
        Json::Array(elements) => elements.iter().map(still).collect(),
        other => other.clone(),
    }
}

/// The one object of a life.
fn the_one(run: &Run, life: &Life) -> Json {
    let objects = made(run, life);
    assert_eq!(objects.len(), 1, "{}: one object", life.name);
    still(&objects[0])
}

/// What one run alone makes of the object of a life.
async fn alone(life: &Life, config: &Json) -> Json {
    let run = Run::of(life.name);
    let mut resource = run.resource(life.name);
    assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
    assert_eq!(resource.apply(config).await, "", "{}", life.name);
    the_one(&run, life)
}

/// Lets the second run happen wholly within the first, before an exchange of it. Gives what both found, and whether the first had so many
/// exchanges at all.
async fn within<A, B>(
    hold: &crate::lifecycle::run::Hold,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    let first = async {
        let found = first.await;
        hold.over();
        found
    };
    let second = async {
        hold.reached().await;
        let found = second.await;
        hold.free();
        found
    };
    tokio::join!(first, second)
}

#[tokio::test(start_paused = true)]
async fn f71_of_two_applies_to_one_object_the_last_writer_wins_and_nothing_else_is_changed() {
    for life in lives().into_iter().filter(Life::is_changeable) {
        let name = life.name;
        let updated = alone(&life, &life.update).await;
        let cleared = alone(&life, &life.clear).await;
        for at in 0.. {
            let run = Run::of(name);
            let mut resource = run.resource(name);
            assert_eq!(resource.apply(&life.create).await, "", "{name}");
            let (slow, hold) = run.held(name, at);
            let quick = run.another(name);
            let mut one = slow.resource(name).with_state_of(&resource);
            let mut two = quick.resource(name).with_state_of(&resource);
            let (said, also_said) =
                within(&hold, one.apply(&life.update), two.apply(&life.clear)).await;
            assert_eq!((said.as_str(), also_said.as_str()), ("", ""), "{name} at {at}");

            let both = the_one(&run, &life);
            for (property, value) in both.as_object().unwrap() {
                let of = [&updated[property], &cleared[property]];
                assert!(of.contains(&value), "{name} at {at}: {property} is {value}, of {of:?}");
            }
            for (resource, config) in [(&mut one, &life.update), (&mut two, &life.clear)] {
                assert_eq!(resource.refresh().await, "", "{name} at {at}");
                assert_eq!(resource.apply(config).await, "", "{name} at {at}");
                assert_eq!(resource.refresh().await, "", "{name} at {at}");
                assert_eq!(resource.drift(config), "", "{name} at {at}");
            }
            // What the last configuration leaves out may be as the other one wrote it.
            let last = the_one(&run, &life);
            for (property, value) in last.as_object().unwrap() {
                let of = [&cleared[property], &updated[property]];
                assert!(of.contains(&value), "{name} at {at}: {property} is {value}, of {of:?}");
            }
            if !hold.was_met() {
                assert!(at > 1, "{name}: an update takes more than one exchange");
                break;
            }
        }
    }
}

/// The same configuration for another object of the same kind.
fn other(life: &Life, config: &Json) -> Json {
    let name = config["display_name"].as_str().unwrap();
    let mut other = with(config, json!({"display_name": format!("{name} 2")}));
    if life.name == "windows365_cloud_app" {
        other["discovered_app_name"] = json!("Paint");
    }
    other
}

#[tokio::test(start_paused = true)]
async fn f72_two_applies_side_by_side_in_one_family_both_end_and_leave_both_objects() {
    for life in lives() {
        let name = life.name;
        for at in 0.. {
            let run = Run::of(name);
            // A family whose members disturb one another refuses now and then, and the refusal passes.
            let item = format!("{}/{{id}}", life.path);
            for (method, path, status) in [("POST", life.path, 409), ("PATCH", &item, 412)] {
                run.mock.fault(Fault::once(method, path, Effect::status(status)).nth(2));
            }
            let (slow, hold) = run.held(name, at);
            let quick = run.another(name);
            let (mut one, mut two) = (slow.resource(name), quick.resource(name));
            let (said, also_said) = within(&hold, one.apply(&life.create), async {
                let mut said = two.apply(&other(&life, &life.create)).await;
                if life.is_changeable() {
                    said += &two.apply(&other(&life, &life.update)).await;
                }
                said
            })
            .await;
            run.mock.clear_faults();
            // A refusal of the create itself is final, and then nothing is left of it; the next apply makes it.
            let mut ended = 0;
            for (resource, said) in [(&mut one, said), (&mut two, also_said)] {
                assert!(said.is_empty() || said.contains("409"), "{name} at {at}: {said}");
                ended += usize::from(!resource.state.is_null());
            }
            assert_eq!(made(&run, &life).len(), ended, "{name} at {at}: none is lost or doubled");
            let changed = if life.is_changeable() { &life.update } else { &life.create };
            for (resource, config) in [(&mut one, &life.create), (&mut two, &other(&life, changed))]
            {
                assert_eq!(resource.apply(config).await, "", "{name} at {at}");
                assert_eq!(resource.refresh().await, "", "{name} at {at}");
                assert_eq!(resource.drift(config), "", "{name} at {at}");
            }
            assert_eq!(made(&run, &life).len(), 2, "{name} at {at}");
            assert_ne!(one.id(), two.id(), "{name} at {at}");
            let (said, also_said) = tokio::join!(one.destroy(), two.destroy());
            assert_eq!(said + &also_said, "", "{name} at {at}");
            assert!(made(&run, &life).is_empty(), "{name} at {at}");
            if !hold.was_met() {
                break;
            }
        }
    }
}

/// Where the assignments of the one object of a life are, if they are objects of their own.
fn apart(run: &Run, life: &Life) -> Option<String> {
    let style = entities::find(life.name).unwrap().assignments.unwrap().style;
    let id = made(run, life)[0]["id"].as_str().unwrap().to_owned();
    match style {
        AssignStyle::Replace { .. } => None,
        AssignStyle::Additive { collection } => Some(format!("{}/{id}/{collection}", life.path)),
    }
}

/// Whom the one object of a life is assigned to.
fn assigned(run: &Run, life: &Life) -> Vec<String> {
    let items = match apart(run, life) {
        Some(path) => run.mock.objects(&path),
        None => made(run, life)[0]["assignments"].as_array().unwrap().clone(),
    };
    let whom = |item: &Json| {
        let whom = item["target"]["groupId"].as_str().or(item["userPrincipalId"].as_str());
        whom.unwrap_or_default().to_owned()
    };
    let mut all: Vec<String> = items.iter().map(whom).collect();
    all.sort_unstable();
    all
}

/// Another tool assigns the object to one more group.
fn assign_one_more(run: &Run, life: &Life) {
    if let Some(path) = apart(run, life) {
        run.mock.put(&path, "by-another-tool", json!({ "userPrincipalId": THIRD_GROUP }));
        return;
    }
    let object = made(run, life).remove(0);
    let id = object["id"].as_str().unwrap();
    let mut items = object["assignments"].as_array().unwrap().clone();
    let mut more = items[0].clone();
    more["id"] = json!(format!("{id}_{THIRD_GROUP}"));
    more["target"]["groupId"] = json!(THIRD_GROUP);
    items.push(more);
    run.mock.change(life.path, id, json!({ "assignments": items }));
}

/// The entities that are assigned to groups.
fn assignable() -> impl Iterator<Item = Life> {
    lives().into_iter().filter(|life| entities::find(life.name).unwrap().assignments.is_some())
}

#[tokio::test(start_paused = true)]
async fn f73_of_assignments_that_another_tool_adds_meanwhile_the_declared_set_wins() {
    assert_eq!(assignable().count(), 3);
    for life in assignable() {
        let name = life.name;
        let style = entities::find(name).unwrap().assignments.unwrap().style;
        let replaces = matches!(style, AssignStyle::Replace { .. });
        for at in 0.. {
            let run = Run::of(name);
            run.mock.add_group(THIRD_GROUP, "others", &["u-3"]);
            let mut resource = run.resource(name);
            assert_eq!(resource.apply(&life.create).await, "", "{name}");
            run.mock.clear_requests();
            let (slow, hold) = run.held(name, at);
            let mut one = slow.resource(name).with_state_of(&resource);
            let (said, early) = within(&hold, one.apply(&life.update), async {
                assign_one_more(&run, &life);
                run.mock.requests().iter().all(|it| !it.path.ends_with("/assign"))
            })
            .await;
            assert_eq!(said, "", "{name} at {at}");
            let declared = {
                let fresh = Run::of(name);
                let mut resource = fresh.resource(name);
                assert_eq!(resource.apply(&life.update).await, "", "{name}");
                assigned(&fresh, &life)
            };
            let now = assigned(&run, &life);
            if early && replaces {
                assert_eq!(now, declared, "{name} at {at}: the declared set wins");
            } else {
                let one_by_one = declared.iter().all(|whom| now.contains(whom));
                assert!(one_by_one, "{name} at {at}: {now:?}");
            }
            // What came too late for this apply is seen by the next refresh, planned and taken away.
            assert_eq!(one.refresh().await, "", "{name} at {at}");
            let shown = one.drift(&life.update);
            assert_eq!(shown.is_empty(), now == declared, "{name} at {at}: {shown}");
            assert!(shown.is_empty() || shown.contains("assignments"), "{name}: {shown}");
            assert_eq!(one.apply(&life.update).await, "", "{name} at {at}");
            assert_eq!(assigned(&run, &life), declared, "{name} at {at}");
            if !hold.was_met() {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f73_assignments_that_are_not_declared_are_shown_and_left_alone() {
    for life in assignable() {
        let name = life.name;
        let without = |config: &Json| {
            let mut config = config.clone();
            config.as_object_mut().unwrap().remove("assignments");
            config
        };
        let run = Run::of(name);
        run.mock.add_group(THIRD_GROUP, "others", &["u-3"]);
        let mut resource = run.resource(name);
        assert_eq!(resource.apply(&life.create).await, "", "{name}");
        assign_one_more(&run, &life);
        let both = assigned(&run, &life);
        assert_eq!(both.len(), 2, "{name}");
        // Another configuration has the object, without a word of its assignments.
        let quick = run.another(name);
        let mut other = quick.resource(name);
        assert_eq!(other.import(&resource.id()).await, "", "{name}");
        assert_eq!(other.state.get("assignments").elements().map(<[_]>::len), Some(2), "{name}");
        assert_eq!(other.apply(&without(&life.update)).await, "", "{name}");
        assert_eq!(assigned(&run, &life), both, "{name}");
        assert_eq!(other.drift(&without(&life.update)), "", "{name}");
    }
}

/// The lives that name groups which the service knows or does not.
fn with_groups() -> impl Iterator<Item = Life> {
    lives().into_iter().filter(|life| life.create.to_string().contains(GROUP))
}

#[tokio::test(start_paused = true)]
async fn f74_a_new_group_that_is_not_visible_for_a_minute_and_a_half_is_waited_for() {
    let mut refused = 0;
    for life in with_groups() {
        let name = life.name;
        let run = Run::of(name);
        let mut resource = run.resource(name);
        for (group, config) in [(GROUP, &life.create), (OTHER_GROUP, &life.update)] {
            run.mock.hide_group(group, 90);
            run.mock.clear_requests();
            let started = Instant::now();
            assert_eq!(resource.apply(config).await, "", "{name}");
            let refusals = run.mock.requests().iter().filter(|it| it.status == 400).count();
            refused += refusals;
            assert!(refusals < 20, "{name}: {refusals} refusals in a minute and a half");
            assert!(started.elapsed() < Duration::from_secs(110), "{name}");
            assert_eq!(made(&run, &life).len(), 1, "{name}");
            assert_eq!(resource.refresh().await, "", "{name}");
            assert_eq!(resource.drift(config), "", "{name}");
        }
        let right = the_one(&run, &life).to_string().contains(OTHER_GROUP)
            || assigned(&run, &life).iter().any(|whom| whom == OTHER_GROUP);
        assert!(right, "{name}");
    }
    assert!(refused > 0, "some service looks the group up");
}

#[tokio::test(start_paused = true)]
async fn f74_a_group_that_never_shows_up_is_an_error_after_two_minutes_and_nothing_is_left() {
    let mut told = 0;
    for life in with_groups() {
        let name = life.name;
        let run = Run::of(name);
        run.mock.hide_group(GROUP, 86_400);
        let started = Instant::now();
        let mut resource = run.resource(name);
        let said = resource.apply(&life.create).await;
        if said.is_empty() {
            // Its service takes any group.
            assert!(run.mock.requests().iter().all(|it| it.status < 400), "{name}");
            continue;
        }
        told += 1;
        assert!(said.contains(GROUP), "{name}: the group is named: {said}");
        let took = started.elapsed();
        assert!((110..200).contains(&took.as_secs()), "{name}: {took:?}");
        assert!(resource.state.is_null() && made(&run, &life).is_empty(), "{name}: {said}");
        run.mock.hide_group(GROUP, 0);
        assert_eq!(resource.apply(&life.create).await, "", "{name}");
    }
    assert!(told > 0, "some service looks the group up");
}

/// What is said of an object that is listed and answers 404, whatever is done with it; and that nothing is dropped.
async fn a_zombie(run: &Run, life: &Life, resource: &mut Resource<'_>) {
    let (name, before) = (life.name, resource.state.clone());
    let id = resource.id();
    // It is not so young any more that replicas could be without it.
    tokio::time::sleep(Duration::from_secs(900)).await;
    for _ in 0..2 {
        run.mock.clear_requests();
        let said = resource.refresh().await;
        assert!(said.starts_with("Warning") && !said.contains("Error"), "{name}: {said}");
        assert!(said.contains(&id) && said.contains("listed but cannot be read"), "{name}: {said}");
        assert_eq!(resource.state, before, "{name}");
        let requests = run.mock.requests().len();
        assert!(requests <= 6, "{name}: it does not go round and round: {requests}");
    }
    assert_eq!(resource.drift(&life.create), "", "{name}: nothing is planned");
    if life.is_changeable() {
        run.mock.clear_requests();
        let said = resource.apply(&life.update).await;
        assert!(said.contains("Error") && said.contains(&id), "{name}: {said}");
        assert!(said.contains("terraform state rm"), "{name}: {said}");
        assert_eq!(resource.state, before, "{name}");
        let requests = run.mock.requests().len();
        assert!(requests <= 8, "{name}: it does not go round and round: {requests}");
    }
    run.mock.clear_requests();
    let said = resource.destroy().await;
    assert!(said.contains("Error") && said.contains(&id), "{name}: {said}");
    assert!(said.contains("terraform state rm"), "{name}: {said}");
    assert_eq!(resource.state, before, "{name}: it is not lost");
    let requests = run.mock.requests().len();
    assert!(requests <= 30, "{name}: it does not go round and round: {requests}");
}

#[tokio::test(start_paused = true)]
async fn f75_a_role_assignment_whose_groups_are_gone_is_told_and_kept() {
    let life = life(RBAC);
    let run = Run::of(RBAC);
    run.mock.switch(|switches| switches.zombies = true);
    let mut resource = run.resource(RBAC);
    assert_eq!(resource.apply(&life.create).await, "");
    run.mock.delete_group(GROUP);
    a_zombie(&run, &life, &mut resource).await;
    assert_eq!(made(&run, &life).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn f75_whatever_is_listed_and_not_found_is_told_and_kept() {
    for life in lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        for below in ["/{id}", "/{id}/{below}"] {
            let path = format!("{}{below}", life.path);
            run.mock.fault(Fault::once("*", &path, Effect::status(404)).times(u32::MAX));
        }
        a_zombie(&run, &life, &mut resource).await;
        assert_eq!(made(&run, &life).len(), 1, "{}", life.name);
        // The service has mended it.
        run.mock.clear_faults();
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert_eq!(resource.destroy().await, "", "{}", life.name);
        assert!(made(&run, &life).is_empty(), "{}", life.name);
    }
}
