//! Tokens that are refused, for every entity.

use windows365::mock::{Effect, Fault};
use windows365::simulation::{Ended, Subject, Trouble, at};

use super::life::{CREATE, DESTROY, LOOK, UPDATE, each, life, life_refused, writes};

/// Whether the provider signs in by itself, and so can do it again.
fn renews(subject: &Subject) -> bool {
    let mock = windows365::mock::Mock::without_server(Default::default(), "http://127.0.0.1:1");
    !(subject.environment)(&mock, subject.entity)
        .iter()
        .any(|(name, _)| name == "WINDOWS365_ACCESS_TOKEN")
}

#[test]
fn f33_the_token_expires_at_any_call_and_is_renewed() {
    each(|subject| {
        if !renews(subject) {
            return Vec::new();
        }
        let mut told = Vec::new();
        let plain = life(subject, []);
        for command in [CREATE, LOOK, UPDATE, DESTROY] {
            for from in 0..plain.command(command).tally.exchanges {
                let mut life = life(subject, [at(command, from, Trouble::TokenRevoked)]);
                let living = usize::from(command != DESTROY);
                life.ends(command, Ended::Well, living, living);
                told.extend(life.told());
            }
        }
        told
    });
}

#[test]
fn f34_a_token_that_is_refused_for_ever_is_an_error_after_two_attempts() {
    each(|subject| {
        let post = writes(subject, CREATE).swap_remove(0);
        let path = post.split_once(' ').unwrap().1;
        let list = Fault::once("*", path, Effect::status(401)).times(u32::MAX);
        let mut life = life_refused(subject, CREATE, [list]);
        life.ends(CREATE, Ended::Failed, 0, 0);
        let few = life.command(CREATE).tally.exchanges <= 6;
        life.expect(few, "it does not go round and round");
        life.told()
    });
}
