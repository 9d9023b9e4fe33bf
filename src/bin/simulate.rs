//! Plays many simulated runs, and shows those that break a rule.
//!
//! `cargo run --release --bin simulate -- --seeds N [--from S] [--entity TYPE] [--show]`, or `--soak N` for a day with so many objects.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use windows365::simulation::{Outcome, Script, Subject, play, run, shortest, soak};

/// The configurations are those of the tests.
#[path = "../../tests/it/served"]
mod served {
    mod lasting;
    #[allow(dead_code, reason = "the tests need other subjects too")]
    pub(super) mod subjects;
    #[allow(dead_code, reason = "the tests need more of the table than a run does")]
    mod table;
}

#[path = "../../tests/it/support"]
mod support {
    #[allow(dead_code, reason = "the tests need more of a tenant than a run does")]
    pub(crate) mod tenant;
}

const USAGE: &str = "Usage: simulate --seeds N [--from S] [--entity TYPE] [--show], or simulate --soak N [--from S] [--entity TYPE]";

/// What a soak manages if it is not told.
const SOAKED: &str = "windows365_user_setting";
/// How many hours a soak goes on.
const DAY: usize = 24;

/// Failing seeds that are shown whole.
const SHOWN: usize = 5;

struct Wish {
    seeds: u64,
    from: u64,
    entity: Option<String>,
    /// Whether the log of each run is printed.
    show: bool,
    /// How many objects are managed for a day.
    soak: usize,
}

fn wish() -> Option<Wish> {
    let mut wish = Wish { seeds: 0, from: 0, entity: None, show: false, soak: 0 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seeds" => wish.seeds = arguments.next()?.parse().ok()?,
            "--from" => wish.from = arguments.next()?.parse().ok()?,
            "--entity" => wish.entity = Some(arguments.next()?),
            "--show" => wish.show = true,
            "--soak" => wish.soak = arguments.next()?.parse().ok()?,
            _ => return None,
        }
    }
    (wish.seeds > 0 || wish.soak > 0).then_some(wish)
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let Some(wish) = wish() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let mut subjects = served::subjects::subjects();
    if let Some(entity) = &wish.entity {
        subjects.retain(|subject| subject.entity.name == entity);
    }
    if subjects.is_empty() {
        eprintln!("No managed entity is called so.");
        return ExitCode::FAILURE;
    }
    let start = Instant::now();
    if wish.soak > 0 {
        let wanted = wish.entity.as_deref().unwrap_or(SOAKED);
        let subject = subjects.iter().find(|subject| subject.entity.name == wanted);
        let soaked = soak(subject.unwrap_or(&subjects[0]), wish.from, wish.soak, DAY);
        for sentence in &soaked.violations {
            let _ = writeln!(out, "{sentence}");
        }
        let _ = writeln!(
            out,
            "{} objects for {DAY} hours, {} requests, {} tokens in {:.1} s: {} rules broken",
            wish.soak,
            soaked.requests,
            soaked.tokens,
            start.elapsed().as_secs_f64(),
            soaked.violations.len()
        );
        let is_well = soaked.violations.is_empty();
        return if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let failed = play_all(&wish, &subjects);
    let seconds = start.elapsed().as_secs_f64();
    let mut write = |text: String| {
        // Nobody reads any more.
        let _ = writeln!(out, "{text}");
    };
    for (at, (seed, outcome)) in failed.iter().enumerate() {
        let subject = of(&subjects, *seed);
        write(format!("seed {seed} of {} breaks a rule:", subject.entity.name));
        outcome.violations.iter().for_each(|sentence| write(format!("  {sentence}")));
        if at < SHOWN {
            let script = shortest(subject, *seed, &Script::of(*seed));
            write(format!("  the shortest script that does: {}", text(&script)));
            let again = play(subject, *seed, &script, true);
            again.log.iter().for_each(|line| write(format!("    {line}")));
        }
    }
    if wish.show {
        for seed in wish.from..wish.from + wish.seeds {
            let subject = of(&subjects, seed);
            let script = Script::of(seed);
            write(format!("seed {seed} of {}: {}", subject.entity.name, text(&script)));
            let outcome = play(subject, seed, &script, true);
            outcome.log.iter().for_each(|line| write(format!("    {line}")));
        }
    }
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for outcome in failed.values() {
        for sentence in &outcome.violations {
            *kinds.entry(kind(sentence)).or_default() += 1;
        }
    }
    kinds.iter().for_each(|(kind, count)| write(format!("{count:>6} × {kind}")));
    #[expect(clippy::cast_precision_loss, reason = "it is for people")]
    let rate = wish.seeds as f64 / seconds;
    write(format!(
        "{} seeds from {} over {} entities in {seconds:.1} s: {rate:.0} seeds per second, {} of them break a rule",
        wish.seeds,
        wish.from,
        subjects.len(),
        failed.len()
    ));
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A script as the list of failed runs in the tests keeps it.
fn text(script: &Script) -> String {
    serde_json::to_string(script).unwrap_or_default()
}

/// Seeds go round the entities.
fn of(subjects: &[Subject], seed: u64) -> &Subject {
    let at = usize::try_from(seed % subjects.len() as u64).unwrap_or(0);
    subjects.get(at).unwrap_or(&subjects[0])
}

/// Plays all seeds, on all processors. What broke a rule, by seed.
fn play_all(wish: &Wish, subjects: &[Subject]) -> BTreeMap<u64, Outcome> {
    let next = AtomicU64::new(0);
    let failed = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= wish.seeds {
                        break;
                    }
                    let seed = wish.from + at;
                    let outcome = run(of(subjects, seed), seed);
                    if !outcome.violations.is_empty()
                        && let Ok(mut failed) = failed.lock()
                    {
                        failed.insert(seed, outcome);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_default()
}

/// What a violation is about, without what is particular to it.
fn kind(sentence: &str) -> String {
    let words =
        sentence.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
    words.take(12).collect::<Vec<_>>().join(" ")
}
