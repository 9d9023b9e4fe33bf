//! Lives of every entity in which one thing goes wrong.

use windows365::mock::{Effect, Fault};
use windows365::simulation::{Command, Ended, Outcome, Script, Strike, Subject, play};

pub(super) use crate::simulation::{each, every};

/// The numbers of the commands of a life.
pub(super) const CREATE: usize = 0;
pub(super) const LOOK: usize = 1;
pub(super) const UPDATE: usize = 2;
pub(super) const DESTROY: usize = 3;

/// A life under strikes, with what is said of it.
pub(super) struct Life {
    pub(super) outcome: Outcome,
    told: Vec<String>,
}

/// The plain life of one object.
pub(super) fn life(subject: &Subject, strikes: impl IntoIterator<Item = Strike>) -> Life {
    Life::of(subject, Script::plain(strikes.into_iter().collect()))
}

impl Life {
    pub(super) fn of(subject: &Subject, script: Script) -> Life {
        let mut outcome = play(subject, 7, &script, false);
        let told = std::mem::take(&mut outcome.violations);
        Life { outcome, told }
    }

    pub(super) fn command(&self, number: usize) -> &Command {
        &self.outcome.commands[number]
    }

    /// Writes of a command, by how they begin.
    pub(super) fn sent(&self, command: usize, beginning: &str) -> usize {
        self.command(command).tally.writes.iter().filter(|it| it.starts_with(beginning)).count()
    }

    /// Notes a sentence when something that should be so is not.
    pub(super) fn expect(&mut self, so: bool, sentence: &str) {
        if !so {
            self.told.push(format!("{sentence}: {:#?}", self.outcome.commands));
        }
    }

    /// Expects how a command ended, how many objects of ours were in the tenant then, and how many in the state.
    pub(super) fn ends(&mut self, command: usize, ended: Ended, living: usize, held: usize) {
        let done = self.command(command);
        let so = (done.ended, done.living, done.held) == (ended, living, held);
        let sentence = format!(
            "command {command} ends {ended:?} with {living} in the tenant, {held} in the state"
        );
        self.expect(so, &sentence);
    }

    /// What did not hold.
    pub(super) fn told(self) -> Vec<String> {
        self.told
    }
}

/// The writes of a command in which nothing goes wrong.
pub(super) fn writes(subject: &Subject, command: usize) -> Vec<String> {
    let plain = life(subject, []);
    plain.command(command).tally.writes.clone()
}

/// Makes the service refuse a write, as [`writes`] names it, for as long as the command lasts.
pub(super) fn refused(write: &str, status: u16) -> Fault {
    let (method, path) = write.split_once(' ').unwrap();
    Fault::once(method, path, Effect::status(status)).times(u32::MAX)
}

/// A plain life in which the service refuses these in one command.
pub(super) fn life_refused(
    subject: &Subject,
    command: usize,
    faults: impl IntoIterator<Item = Fault>,
) -> Life {
    let refusals = faults.into_iter().map(|fault| (command, fault)).collect();
    Life::of(subject, Script { refusals, ..Script::plain(Vec::new()) })
}
