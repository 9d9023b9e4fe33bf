//! What can go wrong on the way to the service, in it, and around it.

use serde::{Deserialize, Serialize};

use super::chance::Chance;

/// One thing that goes wrong, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strike {
    /// Which command of the run it belongs to, from 0.
    pub command: usize,
    /// The first exchange of that command that it can hit, from 0; it hits the first from there on that suits it.
    pub from: u32,
    /// Whether only requests that write are counted and hit.
    #[serde(default)]
    pub writes: bool,
    /// What goes wrong.
    pub trouble: Trouble,
}

/// What goes wrong. `acted`: the service did what it was asked all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The connection cannot be made.
    Refused,
    /// The connection is reset.
    Reset {
        /// See [`Trouble`].
        acted: bool,
    },
    /// No answer comes until time runs out.
    TimeOut {
        /// See [`Trouble`].
        acted: bool,
    },
    /// The answer is an error of this status.
    Status {
        /// The status.
        status: u16,
        /// See [`Trouble`].
        acted: bool,
    },
    /// The answer, after the act, breaks off in its body.
    Truncated,
    /// The answer is a web page of something in between, with status 200.
    WebPage {
        /// See [`Trouble`].
        acted: bool,
    },
    /// Every request is answered with 429 for so long.
    Throttled {
        /// How long.
        seconds: u32,
    },
    /// Every request is answered with this status for so long, and nothing is done.
    Outage {
        /// How long.
        seconds: u32,
        /// The status.
        status: u16,
    },
    /// The token in use is revoked, and the request refused for it.
    TokenRevoked,
    /// A replica that has never heard of the object answers one read.
    Missing,
    /// From now on reads see what was true so long ago; the switch stays on until the command ends.
    Lag {
        /// How long ago for reads of one object.
        reads: u32,
        /// How long ago for lists.
        lists: u32,
        /// Whether each read may fall on a prompt replica too.
        flapping: bool,
    },
    /// Somebody else makes the very same object at the same moment, and the answer is lost.
    Twin,
    /// Somebody else gives an object of ours another name.
    Renamed,
    /// Somebody else deletes an object of ours.
    Deleted,
    /// Somebody else makes an object of another name.
    Neighbour,
    /// The user interrupts while the request is on its way there, or (`acted`) on its way back.
    Stop {
        /// See [`Trouble`].
        acted: bool,
        /// How long the answer then takes.
        seconds: u32,
    },
    /// The user interrupts a while after this exchange began.
    StopLater {
        /// How long after.
        milliseconds: u32,
    },
    /// The process is killed.
    Kill {
        /// See [`Trouble`].
        acted: bool,
    },
    /// The wall clock of the machine is put wrong.
    Clock {
        /// By so much.
        seconds: i64,
    },
    /// The answer takes long.
    Slow {
        /// How long.
        seconds: u32,
    },
}

const STATUSES: &[u16] = &[500, 502, 503, 504, 408, 500];
const REFUSALS: &[u16] = &[400, 403, 409, 412, 423, 429];

impl Strike {
    /// One to five strikes over so many commands.
    pub(super) fn draw(chance: &Chance, commands: usize) -> Vec<Strike> {
        let count = 1 + chance.early(5);
        let any = || usize::try_from(chance.below(commands as u64)).unwrap_or(0);
        // What comes together is more interesting than what comes one after the other.
        let together = chance.one_in(2).then(any);
        let strikes: Vec<Strike> = (0..count)
            .map(|_| Strike {
                command: together.unwrap_or_else(any),
                from: u32::try_from(chance.early(14)).unwrap_or(0),
                writes: chance.one_in(2),
                trouble: Trouble::draw(chance),
            })
            .map(|strike| match strike.writes {
                // There are few of them.
                true => Strike { from: strike.from / 4, ..strike },
                false => strike,
            })
            .collect();
        possible(strikes)
    }
}

/// Without what no client could get right, whatever it did: a twin of which replicas or other people hide one side.
fn possible(mut strikes: Vec<Strike>) -> Vec<Strike> {
    let hides = |strike: &Strike| {
        matches!(
            strike.trouble,
            Trouble::Lag { .. } | Trouble::Missing | Trouble::Renamed | Trouble::Deleted
        )
    };
    if strikes.iter().any(hides) {
        strikes.retain(|strike| strike.trouble != Trouble::Twin);
    }
    strikes
}

impl Trouble {
    /// Whether reads may then show what was, though nobody changes anything any more.
    pub(super) fn shows_what_was(self) -> bool {
        matches!(self, Trouble::Lag { .. } | Trouble::Missing)
    }

    fn draw(chance: &Chance) -> Trouble {
        let acted = chance.one_in(2);
        let seconds = |most: u64| u32::try_from(1 + chance.below(most)).unwrap_or(1);
        let of = |statuses: &[u16]| chance.pick(statuses).copied().unwrap_or(500);
        match chance.below(24) {
            0 => Trouble::Refused,
            1 | 2 => Trouble::Reset { acted },
            3 => Trouble::TimeOut { acted },
            4 | 5 => Trouble::Status { status: of(STATUSES), acted },
            6 => Trouble::Status { status: of(REFUSALS), acted: false },
            7 => Trouble::Truncated,
            8 => Trouble::WebPage { acted },
            9 => Trouble::Throttled { seconds: seconds(120) },
            10 => Trouble::Outage { seconds: seconds(300), status: of(STATUSES) },
            11 => Trouble::TokenRevoked,
            12 => Trouble::Missing,
            13..=15 => Trouble::Lag {
                reads: chance.below(60_000) as u32,
                lists: chance.below(45_000) as u32,
                flapping: chance.one_in(2),
            },
            16 => Trouble::Twin,
            17 => Trouble::Renamed,
            18 => Trouble::Deleted,
            19 => Trouble::Neighbour,
            20 if chance.one_in(2) => {
                Trouble::StopLater { milliseconds: (chance.early(90) * chance.early(1_000)) as u32 }
            }
            20 => Trouble::Stop { acted, seconds: (chance.below(3) * chance.below(4)) as u32 },
            21 | 22 => Trouble::Kill { acted },
            _ if acted => Trouble::Slow { seconds: seconds(50) },
            _ => Trouble::Clock { seconds: i64::from(seconds(7200)) - 3600 },
        }
    }
}
