//! Replicas that are late, storms, and other people at work, for every entity.

use windows365::simulation::{Ended, Trouble, at, at_write};

use super::life::{CREATE, DESTROY, LOOK, UPDATE, each, life, writes};

#[test]
fn f41_a_storm_of_refusals_is_waited_out() {
    each(|subject| {
        let mut told = Vec::new();
        for strike in [
            at(CREATE, 1, Trouble::Throttled { seconds: 300 }),
            at_write(CREATE, 0, Trouble::Throttled { seconds: 300 }),
            at(LOOK, 0, Trouble::Throttled { seconds: 300 }),
            at_write(UPDATE, 0, Trouble::Throttled { seconds: 300 }),
            at_write(DESTROY, 0, Trouble::Throttled { seconds: 300 }),
        ] {
            let mut life = life(subject, [strike]);
            life.ends(CREATE, Ended::Well, 1, 1);
            life.ends(UPDATE, Ended::Well, 1, 1);
            life.ends(DESTROY, Ended::Well, 0, 0);
            told.extend(life.told());
        }
        told
    });
}

#[test]
fn f65_a_new_object_is_not_found_for_a_minute() {
    each(|subject| {
        let mut told = Vec::new();
        for (reads, lists, flapping) in [(60_000, 0, false), (60_000, 45_000, true)] {
            let mut life = life(subject, [at(CREATE, 0, Trouble::Lag { reads, lists, flapping })]);
            life.ends(CREATE, Ended::Well, 1, 1);
            told.extend(life.told());
        }
        told
    });
}

#[test]
fn f66_reads_after_a_change_show_the_old_object_and_the_new_one_in_turns() {
    each(|subject| {
        let mut told = Vec::new();
        for flapping in [false, true] {
            let lag = Trouble::Lag { reads: 30_000, lists: 30_000, flapping };
            let mut life = life(subject, [at_write(UPDATE, 0, lag)]);
            life.ends(UPDATE, Ended::Well, 1, 1);
            told.extend(life.told());
        }
        told
    });
}

#[test]
fn f67_a_stale_404_in_a_refresh_is_not_believed() {
    each(|subject| {
        let mut told = Vec::new();
        // Once, twice, and by all replicas for a minute.
        for strikes in [
            vec![at(LOOK, 0, Trouble::Missing)],
            vec![at(LOOK, 0, Trouble::Missing), at(LOOK, 0, Trouble::Missing)],
            vec![at(LOOK, 0, Trouble::Lag { reads: 60_000, lists: 60_000, flapping: false })],
        ] {
            let mut life = life(subject, strikes);
            life.ends(LOOK, Ended::Well, 1, 1);
            let nothing = life.command(LOOK).tally.writes.is_empty();
            life.expect(nothing, "there is nothing to do");
            told.extend(life.told());
        }
        told
    });
}

#[test]
fn f68_an_object_that_somebody_deleted_leaves_the_state_and_is_made_anew() {
    each(|subject| {
        let mut life = life(subject, [at(LOOK, 0, Trouble::Deleted)]);
        life.ends(LOOK, Ended::Well, 1, 1);
        let anew = life.command(CREATE).ids.last() != life.command(LOOK).ids.last();
        life.expect(anew, "it is another object");
        life.told()
    });
}

#[test]
fn f69_what_somebody_changed_is_shown_and_changed_back() {
    each(|subject| {
        let mut life = life(subject, [at(LOOK, 0, Trouble::Renamed)]);
        life.ends(LOOK, Ended::Well, 1, 1);
        let changed = !life.command(LOOK).tally.writes.is_empty();
        life.expect(changed, "the drift is undone");
        life.told()
    });
}

#[test]
fn f70_an_object_deleted_between_plan_and_apply_is_an_error_or_a_delete_that_is_done() {
    each(|subject| {
        let mut update = life(subject, [at_write(UPDATE, 0, Trouble::Deleted)]);
        // What is always replaced is never changed.
        if !writes(subject, UPDATE).is_empty() {
            update.ends(UPDATE, Ended::Failed, 0, 1);
        }
        let mut destroy = life(subject, [at_write(DESTROY, 0, Trouble::Deleted)]);
        destroy.ends(DESTROY, Ended::Well, 0, 0);
        let mut told = update.told();
        told.extend(destroy.told());
        told
    });
}

#[test]
fn f76_refusals_that_pass_by_themselves_are_waited_out() {
    each(|subject| {
        let mut told = Vec::new();
        for status in [409, 412, 423, 500] {
            let refusal = Trouble::Status { status, acted: false };
            let mut update = life(subject, [at_write(UPDATE, 0, refusal)]);
            update.ends(UPDATE, Ended::Well, 1, 1);
            told.extend(update.told());
            let mut destroy = life(subject, [at_write(DESTROY, 0, refusal)]);
            destroy.ends(DESTROY, Ended::Well, 0, 0);
            told.extend(destroy.told());
            // A name that is taken is taken.
            if status != 409 {
                let mut create = life(subject, [at_write(CREATE, 0, refusal)]);
                create.ends(CREATE, Ended::Well, 1, 1);
                told.extend(create.told());
            }
        }
        told
    });
}
