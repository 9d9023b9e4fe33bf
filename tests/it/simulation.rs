//! Whole runs from one seed, over every managed entity.
//!
//! Many more are played by `cargo run --release --bin simulate`; here are those that have ever failed, and what must hold for the
//! simulation itself.

mod defects;

use windows365::simulation::{Script, Subject, play, soak};

use crate::served::{mortal, subjects};

/// Runs something for every entity, and fails with all sentences at once.
#[track_caller]
pub(crate) fn every(check: impl Fn(&Subject) -> Vec<String>) {
    hold(&subjects(), check);
}

/// The same for those whose objects are made and deleted.
#[track_caller]
pub(crate) fn each(check: impl Fn(&Subject) -> Vec<String>) {
    hold(&mortal(), check);
}

#[track_caller]
fn hold(subjects: &[Subject], check: impl Fn(&Subject) -> Vec<String>) {
    let broken: Vec<String> = subjects
        .iter()
        .flat_map(|subject| {
            let name = subject.entity.name;
            check(subject).into_iter().map(move |sentence| format!("{name}: {sentence}"))
        })
        .collect();
    assert!(broken.is_empty(), "\n\n{}\n", broken.join("\n"));
}

#[test]
fn the_same_seed_gives_the_same_log_byte_for_byte() {
    every(|subject| {
        let of = |seed: u64| play(subject, seed, &Script::of(seed), true);
        let mut broken = Vec::new();
        for seed in [3, 17, 2026] {
            let (one, other) = (of(seed), of(seed));
            assert!(one.log.len() > 10, "there is something to compare");
            if one.log != other.log || one.hash != other.hash {
                broken.push(format!("seed {seed} went two ways"));
            }
        }
        if of(3).hash == of(4).hash {
            broken.push("two seeds went the same way".to_owned());
        }
        broken
    });
}

#[test]
fn in_fine_weather_every_rule_holds_whatever_the_manners_of_the_tenant() {
    every(|subject| {
        let script = |seed: u64| Script { strikes: Vec::new(), plain: false, ..Script::of(seed) };
        (0..12).flat_map(|seed| play(subject, seed, &script(seed), false).violations).collect()
    });
}

/// A line of the list is an entity, a seed and a script, as `simulate` prints them; without a script it is that of the seed.
#[test]
fn runs_that_have_failed_hold_now() {
    let mut broken = Vec::new();
    let subjects = subjects();
    for line in include_str!("simulation/seeds.txt").lines() {
        let (line, _) = line.split_once('#').unwrap_or((line, ""));
        let mut words = line.trim().splitn(3, ' ');
        let (Some(name), Some(seed)) = (words.next(), words.next()) else { continue };
        let subject = subjects.iter().find(|it| it.entity.name == name).unwrap();
        let seed = seed.parse().unwrap();
        let script =
            words.next().map_or_else(|| Script::of(seed), |it| serde_json::from_str(it).unwrap());
        for sentence in play(subject, seed, &script, false).violations {
            broken.push(format!("{line}: {sentence}"));
        }
    }
    assert!(broken.is_empty(), "\n\n{}\n", broken.join("\n"));
}

#[test]
fn a_day_with_many_objects_ends_as_it_should() {
    let subjects = subjects();
    let name = "windows365_user_setting";
    let subject = subjects.iter().find(|it| it.entity.name == name).unwrap();
    let soaked = soak(subject, 1, 30, 24);
    assert_eq!(soaked.violations, Vec::<String>::new());
    assert!(soaked.tokens >= 24, "a token lasts an hour: {soaked:?}");
    assert!(soaked.lasted.as_secs() >= 24 * 3600, "{soaked:?}");
    let reads = 30 * 24 * 2;
    assert!(soaked.requests < 4 * reads, "two looks an hour, and little beside them: {soaked:?}");
}
