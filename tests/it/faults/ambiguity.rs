//! Answers that are lost and steps that fail half-way, for every entity.

use windows365::entities::find;
use windows365::mock::{Effect, Fault};
use windows365::simulation::{Ended, Subject, Trouble, at, at_write};

use super::life::{self, CREATE, DESTROY, UPDATE, each, life, life_refused, refused, writes};
use crate::lifecycle::run::{Resource, Run};
use crate::lifecycle::{Life, lives};

/// A create that must end well with one object, after so many posts to the collection.
fn creates(subject: &Subject, mut life: life::Life, posts: usize) -> Vec<String> {
    life.ends(CREATE, Ended::Well, 1, 1);
    let post = writes(subject, CREATE).swap_remove(0);
    let sent = life.command(CREATE).tally.writes.iter().filter(|it| **it == post).count();
    life.expect(sent == posts, &format!("it was sent {posts} times"));
    life.told()
}

#[test]
fn f16_post_commits_and_the_connection_is_reset() {
    each(|subject| {
        let reset = Trouble::Reset { acted: true };
        creates(subject, life(subject, [at_write(CREATE, 0, reset)]), 1)
    });
}

#[test]
fn f17_post_does_not_commit_and_the_connection_is_reset() {
    each(|subject| {
        let reset = Trouble::Reset { acted: false };
        creates(subject, life(subject, [at_write(CREATE, 0, reset)]), 2)
    });
}

#[test]
fn f18_post_commits_and_the_answer_is_an_error() {
    each(|subject| {
        let mut told = Vec::new();
        for status in [500, 502, 504] {
            let error = Trouble::Status { status, acted: true };
            told.extend(creates(subject, life(subject, [at_write(CREATE, 0, error)]), 1));
        }
        told
    });
}

#[test]
fn f19_post_commits_and_the_answer_cannot_be_read() {
    each(|subject| {
        let mut told = Vec::new();
        for trouble in [Trouble::Truncated, Trouble::WebPage { acted: true }] {
            told.extend(creates(subject, life(subject, [at_write(CREATE, 0, trouble)]), 1));
        }
        told
    });
}

#[test]
fn f20_post_commits_and_the_connection_is_reset_while_lists_lag() {
    each(|subject| {
        let lag = Trouble::Lag { reads: 0, lists: 45_000, flapping: false };
        let reset = Trouble::Reset { acted: true };
        creates(subject, life(subject, [at(CREATE, 0, lag), at_write(CREATE, 0, reset)]), 1)
    });
}

#[test]
fn f21_somebody_makes_an_equal_object_at_the_same_moment() {
    each(|subject| {
        let plain = life(subject, []).command(CREATE).ids.len();
        let mut life = life(subject, [at_write(CREATE, 0, Trouble::Twin)]);
        if life.command(CREATE).ids.len() == plain {
            // The service takes no second one of the name, so there is no doubt.
            life.ends(CREATE, Ended::Well, 1, 1);
            return life.told();
        }
        life.ends(CREATE, Ended::Failed, 1, 0);
        let post = writes(subject, CREATE).swap_remove(0);
        let new = &life.command(CREATE).ids[plain - 1..];
        let named = new.iter().all(|id| life.command(CREATE).errors.concat().contains(id));
        life.expect(named && new.len() == 2, "both are there, and the error names both");
        let only_made = life.command(CREATE).tally.writes == [post.clone()];
        life.expect(only_made, "neither is touched");
        life.told()
    });
}

#[test]
fn f22_a_step_after_the_create_is_refused_and_the_create_is_taken_back() {
    each(|subject| {
        let Some(step) = writes(subject, CREATE).into_iter().nth(1) else { return Vec::new() };
        let mut life = life_refused(subject, CREATE, [refused(&step, 400)]);
        life.ends(CREATE, Ended::Failed, 0, 0);
        let told = life.command(CREATE).errors.concat().contains("deleted again");
        life.expect(told, "the error says that nothing is left");
        life.told()
    });
}

#[test]
fn f22b_a_step_after_the_create_is_refused_and_so_is_taking_it_back() {
    each(|subject| {
        let Some(step) = writes(subject, CREATE).into_iter().nth(1) else { return Vec::new() };
        let delete = writes(subject, DESTROY).pop().unwrap();
        let mut life = life_refused(subject, CREATE, [refused(&step, 400), refused(&delete, 403)]);
        life.ends(CREATE, Ended::Failed, 1, 1);
        let named = life
            .command(CREATE)
            .ids
            .last()
            .is_some_and(|id| life.command(CREATE).errors.concat().contains(id.as_str()));
        life.expect(named, "the error names what was kept");
        life.told()
    });
}

#[test]
fn f23_a_step_after_the_create_commits_and_its_answer_is_lost() {
    each(|subject| {
        let Some(step) = writes(subject, CREATE).into_iter().nth(1) else { return Vec::new() };
        let mut life = life(subject, [at_write(CREATE, 1, Trouble::Reset { acted: true })]);
        life.ends(CREATE, Ended::Well, 1, 1);
        let sent = life.sent(CREATE, &step);
        life.expect((1..=3).contains(&sent), "it was sent three times at most");
        life.told()
    });
}

#[test]
fn f24_the_second_step_of_an_update_is_refused() {
    each(|subject| {
        let planned = writes(subject, UPDATE);
        let Some(step) = planned.get(1) else { return Vec::new() };
        let mut life = life_refused(subject, UPDATE, [refused(step, 400)]);
        // A password whose action is refused goes with an update.
        let found_another_way = life.command(UPDATE).tally.writes.len() > planned.len();
        let ended = if found_another_way { Ended::Well } else { Ended::Failed };
        life.ends(UPDATE, ended, 1, 1);
        life.told()
    });
}

#[tokio::test(start_paused = true)]
async fn f24_the_state_is_what_was_done_and_the_next_plan_shows_the_rest() {
    let assigned = |life: &Life| find(life.name).unwrap().assignments.is_some();
    let mut seen = 0;
    for life in lives().into_iter().filter(assigned) {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let before = resource.state.clone();
        for tail in ["assign", "assignments"] {
            let path = format!("{}/{{id}}/{tail}", life.path);
            run.mock.fault(Fault::once("POST", &path, Effect::status(400)).times(u32::MAX));
        }
        let findings = resource.apply(&life.update).await;
        run.mock.clear_faults();
        assert!(findings.contains("assignments could not be written"), "{}", life.name);
        let (now, then) = (resource.state.entries().unwrap(), before.entries().unwrap());
        let names = now.keys().filter(|name| now[*name] != then[*name]).collect::<Vec<_>>();
        assert!(!names.is_empty(), "{}: the properties are those of the update", life.name);
        assert_eq!(now["assignments"], then["assignments"], "{}", life.name);
        // What the service alone knows is open in any plan that changes something.
        let shown = |resource: &Resource<'_>| -> Vec<String> {
            let drift = resource.drift(&life.update);
            let told = drift.lines().filter(|line| !line.contains("Unknown("));
            told.map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(shown(&resource), ["assignments"], "{}", life.name);
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert_eq!(shown(&resource), ["assignments"], "{}: a refresh sees the same", life.name);
        run.mock.clear_requests();
        assert_eq!(resource.apply(&life.update).await, "", "{}", life.name);
        assert_eq!(run.count("PATCH"), 0, "{}: only the rest is written", life.name);
        assert_eq!(resource.drift(&life.update), "", "{}", life.name);
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn f25_a_change_commits_and_its_answer_is_lost() {
    each(|subject| {
        let mut told = Vec::new();
        for (write, _) in writes(subject, UPDATE).iter().enumerate() {
            let write = u32::try_from(write).unwrap();
            for trouble in [
                Trouble::Reset { acted: true },
                Trouble::Reset { acted: false },
                Trouble::Status { status: 500, acted: true },
                Trouble::TimeOut { acted: true },
                Trouble::WebPage { acted: true },
                Trouble::WebPage { acted: false },
                Trouble::Truncated,
            ] {
                let mut life = life(subject, [at_write(UPDATE, write, trouble)]);
                life.ends(UPDATE, Ended::Well, 1, 1);
                told.extend(life.told());
            }
        }
        told
    });
}

#[test]
fn f26_a_delete_commits_and_its_answer_is_lost() {
    each(|subject| {
        let last = u32::try_from(writes(subject, DESTROY).len()).unwrap() - 1;
        let mut told = Vec::new();
        for trouble in [
            Trouble::Reset { acted: true },
            Trouble::Status { status: 500, acted: true },
            Trouble::WebPage { acted: true },
            Trouble::TimeOut { acted: true },
        ] {
            let mut life = life(subject, [at_write(DESTROY, last, trouble)]);
            life.ends(DESTROY, Ended::Well, 0, 0);
            told.extend(life.told());
        }
        told
    });
}
