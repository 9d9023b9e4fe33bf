//! Faults of the process and its host, for every entity: it is killed, it is interrupted, its clock is wrong.

use std::cell::RefCell;
use std::time::Duration;

use windows365::simulation::{Ended, Trouble, at, at_every_point, at_every_point_seen, at_write};

use super::life::{CREATE, DESTROY, UPDATE, each, every, life, writes};

#[test]
fn every_crash_point_of_every_operation_keeps_the_invariants() {
    every(|subject| at_every_point(subject, |acted| Trouble::Kill { acted }));
}

#[test]
fn f01_killed_after_the_post_the_next_run_says_how_to_import_it() {
    each(|subject| {
        let mut life = life(subject, [at_write(CREATE, 0, Trouble::Kill { acted: true })]);
        life.ends(CREATE, Ended::Killed, 1, 0);
        let said = life.outcome.said.contains("terraform import");
        life.expect(said, "the next run says how to import it");
        life.ends(UPDATE, Ended::Well, 1, 1);
        life.told()
    });
}

#[test]
fn f02_killed_between_the_create_and_its_next_step() {
    each(|subject| {
        if writes(subject, CREATE).len() < 2 {
            return Vec::new();
        }
        let mut life = life(subject, [at_write(CREATE, 1, Trouble::Kill { acted: false })]);
        life.ends(CREATE, Ended::Killed, 1, 0);
        life.ends(UPDATE, Ended::Well, 1, 1);
        life.told()
    });
}

#[test]
fn f03_killed_in_the_middle_of_an_update() {
    each(|subject| {
        let mut told = Vec::new();
        for (write, acted) in (0..writes(subject, UPDATE).len()).zip([true, false]) {
            let at = at_write(UPDATE, u32::try_from(write).unwrap(), Trouble::Kill { acted });
            let mut life = life(subject, [at]);
            life.ends(UPDATE, Ended::Killed, 1, 1);
            told.extend(life.told());
        }
        told
    });
}

#[test]
fn f04_killed_after_the_delete() {
    each(|subject| {
        let last = u32::try_from(writes(subject, DESTROY).len()).unwrap() - 1;
        let mut life = life(subject, [at_write(DESTROY, last, Trouble::Kill { acted: true })]);
        life.ends(DESTROY, Ended::Killed, 0, 1);
        life.told()
    });
}

#[test]
fn f05_an_interrupt_ends_every_wait_at_once() {
    each(|subject| {
        let mut told = Vec::new();
        for command in [CREATE, UPDATE, DESTROY] {
            for milliseconds in [900, 2_500, 7_000, 31_000] {
                let outage = Trouble::Outage { seconds: 200, status: 503 };
                let stop = Trouble::StopLater { milliseconds };
                let mut life = life(subject, [at_write(command, 0, outage), at(command, 0, stop)]);
                let after = life.command(command).after_stop;
                let late = after.is_some_and(|after| after > Duration::from_millis(1_800));
                life.expect(!late, "it answers within a second and what a recovery takes");
                told.extend(life.told());
            }
        }
        told
    });
}

#[test]
fn f06_an_interrupt_while_a_create_is_in_flight() {
    each(|subject| {
        let mut told = Vec::new();
        for acted in [true, false] {
            // In time for the grace of a second, and far too late.
            for seconds in [0, 30] {
                let stop = Trouble::Stop { acted, seconds };
                let mut life = life(subject, [at_write(CREATE, 0, stop)]);
                let late = life.command(CREATE).took > Duration::from_secs(4);
                life.expect(!late, "it does not wait for an answer that does not come");
                let known = seconds > 0
                    || life.command(CREATE).living == life.command(CREATE).held
                    || !life.command(CREATE).errors.is_empty();
                life.expect(
                    known,
                    "what was made is in the state, or an error says that it is not known",
                );
                told.extend(life.told());
            }
        }
        told
    });
}

#[test]
fn f05_f06_every_point_of_every_operation_can_be_interrupted() {
    let waits = RefCell::new(Vec::new());
    every(|subject| {
        let stop = |acted| Trouble::Stop { acted, seconds: 0 };
        at_every_point_seen(subject, stop, |outcome| {
            let stopped = outcome.commands.iter().filter_map(|command| command.after_stop);
            waits.borrow_mut().extend(stopped);
        })
    });
    let mut waits = waits.into_inner();
    waits.sort_unstable();
    let (usual, longest) = (waits[waits.len() * 99 / 100], waits[waits.len() - 1]);
    eprintln!(
        "{} interrupts: all calls are answered within {usual:?} (99 of 100), {longest:?} (all)",
        waits.len()
    );
    assert!(usual <= Duration::from_secs(1), "99 of 100 are answered within {usual:?}");
    assert!(longest <= Duration::from_secs(2), "the last is answered after {longest:?}");
}

#[test]
fn f11_a_wrong_clock_makes_no_new_object_old() {
    each(|subject| {
        let mut told = Vec::new();
        for seconds in [-3_600, 3_600] {
            let late = Trouble::Lag { reads: 60_000, lists: 45_000, flapping: false };
            let skews = [at(UPDATE, 0, Trouble::Clock { seconds }), at(UPDATE, 0, late)];
            let mut life = life(subject, skews);
            life.ends(UPDATE, Ended::Well, 1, 1);
            life.ends(DESTROY, Ended::Well, 0, 0);
            told.extend(life.told());
        }
        told
    });
}

#[test]
fn f11_f12_a_wall_clock_that_is_wrong_or_jumps_changes_nothing() {
    each(|subject| {
        let mut told = Vec::new();
        for seconds in [-3_600, 600, 40_000] {
            let skews = [CREATE, UPDATE, DESTROY].map(|it| at(it, 2, Trouble::Clock { seconds }));
            let mut life = life(subject, skews);
            life.ends(CREATE, Ended::Well, 1, 1);
            life.ends(UPDATE, Ended::Well, 1, 1);
            life.ends(DESTROY, Ended::Well, 0, 0);
            told.extend(life.told());
        }
        told
    });
}
