//! Whole runs from one number: a Terraform in small, the real provider, and the mock tenant, in one thread and on a clock that jumps.
//!
//! A seed decides the configuration, the manners of the tenant, what goes wrong on the way, who else is at work, and when the process is
//! interrupted or killed. After every command the whole world is looked at (state, tenant, log of the wire, all that the user was told),
//! and what must always hold is checked: nothing that was made is unknown, nothing is made twice, nothing leaves the state while it
//! exists, nothing of others is touched, and once the weather is fine one apply does what is wanted.
//!
//! Invariant: everything that happens follows from the seed. No socket, no clock of the machine, no other thread, no chance but the seed's.
//! Start reading at [`play`](mod@play), then `wire.rs`.

mod bench;
mod chance;
mod control;
mod defect;
mod log;
mod object;
mod people;
pub mod play;
mod rules;
mod soak;
mod strike;
mod subject;
mod terraform;
mod time;
mod truth;
mod wire;

pub use defect::Defect;
pub use play::{
    Command, Outcome, Script, at, at_every_point, at_every_point_seen, at_write, play, shortest,
};
pub use soak::{Soaked, soak};
pub use strike::{Strike, Trouble};
pub use subject::{Fixture, Subject};
pub use terraform::Ended;
pub use wire::Tally;

/// Plays the script of a seed.
pub fn run(subject: &Subject, seed: u64) -> Outcome {
    play(subject, seed, &Script::of(seed), false)
}
