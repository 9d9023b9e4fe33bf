//! The fuzz targets with their committed corpora, and a bounded number of random changes of them. The fuzzer itself needs a nightly
//! toolchain; this keeps what it found, on any.

use std::fs;
use std::path::Path;

use windows365::graph::Random as _;
use windows365::graph::scripted::Sequence;

use crate::support;

#[path = "../../fuzz/targets.rs"]
mod targets;

/// How many changed inputs each target gets.
const CHANGES: u64 = 150;

/// The seeds of a target, by name.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// A seed with a few bytes replaced, inserted, removed or doubled.
fn changed(seed: &[u8], random: &Sequence) -> Vec<u8> {
    let below = |most: usize| usize::try_from(random.next() % (most as u64 + 1)).unwrap();
    let mut bytes = seed.to_vec();
    for _ in 0..=below(3) {
        let at = below(bytes.len().saturating_sub(1));
        match random.next() % 5 {
            0 if !bytes.is_empty() => bytes[at] = random.next().to_le_bytes()[0],
            1 => bytes.insert(at, random.next().to_le_bytes()[0]),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 => bytes.truncate(at),
            _ => bytes.extend_from_within(at..),
        }
    }
    bytes
}

fn target(name: &str) {
    let (_, run) = targets::TARGETS.iter().find(|(target, _)| *target == name).unwrap();
    let seeds = corpus(name);
    assert!(seeds.len() >= 3, "{name} has {} seeds", seeds.len());
    seeds.iter().for_each(|seed| run(seed));
    let random = Sequence::new(name.len() as u64);
    for nth in 0..CHANGES {
        let seed = &seeds[usize::try_from(nth).unwrap() % seeds.len()];
        run(&changed(seed, &random));
    }
}

#[test]
fn every_target_survives_its_corpus_and_what_is_near_it() {
    assert!(targets::TARGETS.len() >= 22);
    std::thread::scope(|scope| {
        let (even, odd): (Vec<_>, Vec<_>) =
            targets::TARGETS.iter().enumerate().partition(|(at, _)| at.is_multiple_of(2));
        for half in [even, odd] {
            scope.spawn(move || half.iter().for_each(|(_, (name, _))| target(name)));
        }
    });
}

#[test]
fn every_target_has_a_program_for_the_fuzzer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for (name, _) in targets::TARGETS {
        let program = fs::read_to_string(root.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("targets::{name}(data)")), "{name}");
        assert!(manifest.contains(&format!("fuzz_targets/{name}.rs")), "{name}");
    }
}
