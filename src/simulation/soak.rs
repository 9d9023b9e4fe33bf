//! A long time with many objects: hours of small changes under faults, tokens that run out, and nothing that piles up.

use std::collections::BTreeMap;
use std::time::Duration;

use super::bench::Bench;
use super::chance::Chance;
use super::play::{Run, Script, Weather};
use super::strike::{Strike, Trouble};
use super::subject::Subject;
use crate::graph::Clock as _;
use crate::tf::Value;

const HOUR: Duration = Duration::from_secs(3600);

/// What came of a soak.
#[derive(Clone, Debug)]
pub struct Soaked {
    /// Rules that were broken, each a sentence.
    pub violations: Vec<String>,
    /// Everything that was sent.
    pub requests: u64,
    /// Tokens that were issued.
    pub tokens: u64,
    /// How long it was on the clock of the run.
    pub lasted: Duration,
}

/// Manages so many objects of an entity for so many hours. Every hour some of them are changed, and one thing or more goes wrong. In the
/// end all are destroyed.
pub fn soak(subject: &Subject, seed: u64, objects: usize, hours: usize) -> Soaked {
    let bench = Bench::new(subject, seed, &Script::plain(Vec::new()), false);
    // A page of one object for thousands of them is nobody's tenant.
    bench.mock.switch(|switches| {
        switches.page_size = 100;
        switches.throttling = true;
    });
    let chance = Chance::new(seed, 14);
    let mut run = Run::new(&bench);
    let (one, other) = &subject.whole;
    let config = |run: &Run<'_>, at: usize, hour: usize| {
        // Each object takes its turn to change.
        let turns = (hour + at) / hours.max(1);
        run.config(Some(if turns.is_multiple_of(2) { one } else { other }), at, false)
    };
    let mut requests = 0;
    for hour in 0..=hours {
        let wanted: BTreeMap<String, Value> = (0..objects)
            .map(|at| {
                let value = if hour < hours { config(&run, at, hour) } else { Value::Null };
                (format!("object_{at:05}"), value)
            })
            .collect();
        let strikes = strikes(&chance, hour, objects);
        let report = run.command(hour, &wanted, &strikes);
        run.converge(&wanted, &report, Weather::of(hour, &strikes));
        requests += u64::from(bench.wire.tally().exchanges);
        bench.mock.clear_requests();
        let next = HOUR * u32::try_from(hour + 1).unwrap_or(u32::MAX);
        bench.time.later(next.saturating_sub(bench.time.now()));
    }
    run.at_the_end(false);
    drop(run);
    Soaked {
        violations: bench.violations(),
        requests,
        tokens: bench.mock.tokens_given(),
        lasted: bench.time.now(),
    }
}

/// What goes wrong within an hour, anywhere in what the objects need. Nobody else is at work.
fn strikes(chance: &Chance, hour: usize, objects: usize) -> Vec<Strike> {
    let others = |trouble: Trouble| {
        matches!(trouble, Trouble::Twin | Trouble::Renamed | Trouble::Deleted | Trouble::Neighbour)
    };
    let drawn = Strike::draw(chance, 1).into_iter();
    let mut strikes: Vec<Strike> = drawn.filter(|strike| !others(strike.trouble)).collect();
    for strike in &mut strikes {
        strike.command = hour;
        strike.from += u32::try_from(chance.below(objects as u64)).unwrap_or(0);
    }
    strikes
}
