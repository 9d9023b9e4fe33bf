//! Properties: what holds for every value, configuration, life, link or text, whichever it is.
//!
//! Each is tried on things made of drawn bytes ([`crate::support::shapes`]); what fails is made as small as it goes, and its seed is
//! kept in `regressions/`, to be tried first in every later run. `PROPTEST_CASES` raises the number of tries: 256 means the ordinary
//! number, 5120 twenty times as many.

mod addresses;
mod equality;
mod lives;
mod plans;
mod secrets;
mod times;
mod values;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestError, TestRunner};
use windows365::entities;
use windows365::spec::Entity;

use crate::support::shapes::Choices;

/// Holds when a check says nothing.
pub(crate) type Verdict = Result<(), String>;

/// Tries a property on things made of up to so many bytes.
#[track_caller]
pub(crate) fn holds<T: Debug>(
    name: &str,
    cases: u32,
    bytes: usize,
    make: impl Fn(&mut Choices<'_>) -> T,
    check: impl Fn(&T) -> Verdict,
) {
    if let Err(broken) = tried(name, cases, bytes, make, check) {
        panic!("{broken}");
    }
}

fn tried<T: Debug>(
    name: &str,
    cases: u32,
    bytes: usize,
    make: impl Fn(&mut Choices<'_>) -> T,
    check: impl Fn(&T) -> Verdict,
) -> Verdict {
    let regressions =
        format!("{}/tests/it/properties/regressions/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse::<u32>().ok());
    let config = Config {
        cases: often(cases, asked),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(regressions.leak()))),
        max_shrink_iters: 4_000,
        max_shrink_time: 5_000,
        // The same cases at each run, and new ones for who asks for more.
        rng_seed: if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(7) },
        ..Config::default()
    };
    let drawn = proptest::collection::vec(any::<u8>(), 0..=bytes);
    let made = |bytes: &[u8]| make(&mut Choices::new(bytes));
    let outcome = TestRunner::new(config)
        .run(&drawn, |bytes| check(&made(&bytes)).map_err(TestCaseError::fail));
    outcome.map_err(|error| match error {
        TestError::Fail(reason, bytes) => {
            format!("{name} does not hold: {reason}\n\nfor {:#?}", made(&bytes))
        }
        TestError::Abort(reason) => format!("{name} was not tried: {reason}"),
    })
}

/// How often a property is tried that is usually tried so often, by somebody who asks for more or for nothing.
fn often(cases: u32, asked: Option<u32>) -> u32 {
    let parts = u64::from(cases) * u64::from(asked.unwrap_or(USUAL));
    u32::try_from(parts.div_ceil(u64::from(USUAL))).unwrap_or(u32::MAX).max(cases)
}

/// What `PROPTEST_CASES` is for who does not say it.
const USUAL: u32 = 256;

#[test]
fn a_property_is_tried_as_often_as_is_asked_for_and_never_less_than_usual() {
    for (cases, asked, tried) in [
        (12, None, 12),
        (12, Some(256), 12),
        (12, Some(5_120), 240),
        (12, Some(300), 15),
        (12, Some(1), 12),
        (1_500, Some(u32::MAX), u32::MAX),
    ] {
        assert_eq!(often(cases, asked), tried, "{cases} {asked:?}");
    }
}

/// Tries a property for each entity that Terraform manages.
#[track_caller]
pub(crate) fn each_holds<T: Debug>(
    name: &str,
    cases: u32,
    bytes: usize,
    make: impl Fn(&'static Entity, &mut Choices<'_>) -> T,
    check: impl Fn(&'static Entity, &T) -> Verdict,
) {
    let managed = entities::ALL.iter().copied().filter(|entity| entity.managed);
    let broken: Vec<String> = managed
        .filter_map(|entity| {
            let named = |sentence| format!("{}: {sentence}", entity.name);
            let make = |choices: &mut Choices<'_>| make(entity, choices);
            let verdict =
                tried(name, cases, bytes, make, |made| check(entity, made).map_err(named));
            eprintln!(
                "{name}: {} is {}",
                entity.name,
                if verdict.is_ok() { "well" } else { "not well" }
            );
            verdict.err().inspect(|broken| eprintln!("{broken}"))
        })
        .collect();
    assert!(broken.is_empty(), "\n\n{}\n", broken.join("\n\n"));
}

/// A verdict out of a condition.
pub(crate) fn that(condition: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if condition { Ok(()) } else { Err(otherwise()) }
}
