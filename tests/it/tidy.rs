//! The walls of the house: one package has no crate borders, so this test reads the sources and is the border.
//!
//! Each rule fails with sentences that say what is wrong and what to do instead.

mod source;

use source::{Source, rust_sources, text_files};

/// Which rooms each room may use. The picture is in `docs/development/architecture.md`.
const ARROWS: &[(&str, &[&str])] = &[
    ("tf", &[]),
    ("framework", &["tf"]),
    ("plugin", &["tf", "framework"]),
    ("graph", &[]),
    ("spec", &[]),
    ("engine", &["tf", "framework", "graph", "spec"]),
    ("entities", &["spec"]),
    ("functions", &["tf", "framework", "entities"]),
    (
        "provider",
        &["tf", "framework", "graph", "spec", "engine", "entities", "functions", "docgen"],
    ),
    ("docgen", &["tf", "framework", "spec", "provider"]),
    ("mock", &[]),
    ("simulation", &["tf", "framework", "graph", "spec", "engine", "provider", "mock"]),
    (
        "cli",
        &[
            "tf",
            "framework",
            "plugin",
            "graph",
            "spec",
            "engine",
            "entities",
            "functions",
            "provider",
            "docgen",
            "mock",
        ],
    ),
];

/// What tests inside a room may use beyond its own arrows.
const TEST_ARROWS: &[(&str, &[&str])] =
    &[("engine", &["entities"]), ("entities", &["tf", "framework", "graph", "engine"])];

/// Words of the service. The first three rooms must be able to leave home without them.
const SERVICE_WORDS: &[&str] =
    &["graph", "microsoft", "intune", "windows365", "cloudpc", "azure", "entra", "odata", "m365"];

/// Words of English that begin like a word of the service.
const INNOCENT_WORDS: &[&str] = &["grapheme", "graphemes", "graphic", "graphics", "entrance"];

/// Past this many lines a file holds a second idea.
const MOST_LINES: usize = 650;

#[test]
fn every_room_uses_only_the_rooms_it_may() {
    let mut faults = Vec::new();
    for source in rust_sources("src") {
        let Some(room) = source.room() else { continue };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!(
                "{}: `src/{room}` is a room that the picture does not show. Add it to ARROWS in tests/it/tidy.rs and to the \
                 architecture page.",
                source.path
            ));
            continue;
        };
        let more: &[&str] =
            TEST_ARROWS.iter().find(|(name, _)| *name == room).map_or(&[], |(_, allowed)| allowed);
        for line in source.code() {
            for used in source.rooms_used(line.text, ARROWS.iter().map(|(name, _)| *name)) {
                let may = used == room
                    || allowed.contains(&used)
                    || (line.in_tests && more.contains(&used));
                if !may {
                    faults.push(format!(
                        "{}:{}: `{room}` must not use `{used}`. Move what is shared to a room that both may use, or pass it in.",
                        source.path, line.number
                    ));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn every_room_says_its_rule_at_its_door() {
    let mut faults = Vec::new();
    let crate_root = Source::read("src/lib.rs").expect("the crate has a root");
    let rooms = crate_root.code().filter_map(|line| line.text.strip_prefix("pub mod "));
    for room in rooms.map(|rest| rest.trim_end_matches(';')) {
        let path = format!("src/{room}/mod.rs");
        match Source::read(&path) {
            None => faults.push(format!("{path}: a room is a folder with a `mod.rs` as its door.")),
            Some(door) if !door.text.contains("//! Invariant: ") => {
                faults.push(format!(
                    "{path}: the door of a room says its rule, beginning with `//! Invariant: `."
                ));
            }
            Some(_) => {}
        }
    }
    none(&faults);
}

#[test]
fn the_framework_could_leave_home() {
    let mut faults = Vec::new();
    for source in rust_sources("src").into_iter().chain(rust_sources("proto")) {
        if !matches!(source.room(), Some("tf" | "framework" | "plugin")) {
            continue;
        }
        for (number, line) in source.lines() {
            for word in words(line) {
                let service = SERVICE_WORDS.iter().any(|service| word.starts_with(service));
                if service && !INNOCENT_WORDS.contains(&word.as_str()) {
                    faults.push(format!(
                        "{}:{number}: `{word}` is a word of the service. `tf`, `framework` and `plugin` serve any provider: say it \
                         in general words, or move it to `engine` or `provider`.",
                        source.path
                    ));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn every_entity_file_is_registered() {
    let list = Source::read("src/entities/mod.rs").unwrap_or_else(|| Source::of("", ""));
    let mut faults = Vec::new();
    for source in rust_sources("src/entities") {
        if !source.text.contains("pub static ENTITY") {
            continue;
        }
        let module = source.module().join("::").replacen("entities::", "", 1);
        let registered = list.code().any(|line| line.text.contains(&format!("&{module}::ENTITY")));
        if !registered {
            faults.push(format!(
                "{}: nobody registered this entity. Add `&{module}::ENTITY` to the list in src/entities/mod.rs.",
                source.path
            ));
        }
    }
    none(&faults);
}

#[test]
fn generated_protocol_code_is_named_in_one_file() {
    let mut faults = Vec::new();
    for source in rust_sources("src") {
        if source.path == "src/plugin/proto.rs" {
            continue;
        }
        for line in source.code() {
            if line.text.contains("include_proto!") || line.text.contains("OUT_DIR") {
                faults.push(format!(
                    "{}:{}: generated code is included in src/plugin/proto.rs and nowhere else.",
                    source.path, line.number
                ));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_world_outside_is_read_in_few_places() {
    /// The clock of the machine, the time-outs of its wire, the clocks of scripts and of the mock, the time of log lines, and a report of
    /// how quick something was.
    const CLOCKS: &[&str] = &[
        "src/bin/simulate.rs",
        "src/graph/system.rs",
        "src/graph/transport.rs",
        "src/graph/scripted.rs",
        "src/mock/time.rs",
        "src/plugin/",
    ];
    /// A call, the files that may make it, and what others do instead.
    const PLACES: &[(&str, &[&str], &str)] = &[
        (
            "env::var",
            &["src/provider/", "src/plugin/"],
            "take what you need as an argument; the environment is read by `provider` and `plugin`",
        ),
        ("Instant::now", CLOCKS, "time comes from graph::Clock, so that a run can be replayed"),
        ("SystemTime::now", CLOCKS, "time comes from graph::Clock, so that a run can be replayed"),
        ("Timestamp::now", CLOCKS, "time comes from graph::Clock, so that a run can be replayed"),
    ];
    let mut faults = Vec::new();
    for source in rust_sources("src") {
        for line in source.code() {
            for (call, allowed, instead) in PLACES {
                let here = line.text.contains(call);
                if here && !line.in_tests && !allowed.iter().any(|p| source.path.starts_with(p)) {
                    faults.push(format!(
                        "{}:{}: `{call}` does not belong here: {instead}.",
                        source.path, line.number
                    ));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn no_file_outgrows_one_cup_of_coffee() {
    let faults: Vec<_> = ["src", "tests", "benches", "examples"]
        .into_iter()
        .flat_map(rust_sources)
        .filter(|source| source.lines().count() > MOST_LINES)
        .map(|source| {
            format!(
                "{} has {} lines, more than {MOST_LINES}: look for the second idea inside and give it a file.",
                source.path,
                source.lines().count()
            )
        })
        .collect();
    none(&faults);
}

#[test]
fn what_is_committed_speaks_of_the_project_only() {
    let home = env!("CARGO_MANIFEST_DIR");
    let mut faults = Vec::new();
    for source in text_files() {
        // This file spells out what it looks for.
        if source.path.starts_with("tests/it/tidy") {
            continue;
        }
        for (number, line) in source.lines() {
            let mut fault = |what: &str| faults.push(format!("{}:{number}: {what}", source.path));
            if [home, "/home/", "/root/", "/Users/", "C:\\Users\\"].iter().any(|p| line.contains(p))
            {
                fault("a path of somebody's machine. Say it relative to the repository.");
            }
            if line.split(|c: char| !c.is_alphanumeric()).any(|w| matches!(w, "TODO" | "FIXME")) {
                fault("a note to oneself. Do it, or open an issue and leave the code complete.");
            }
            if line.contains("dbg!(") {
                fault("a print from debugging.");
            }
            // In code, only comments speak to the reader.
            if source.path.ends_with(".rs") && !line.trim_start().starts_with("//") {
                continue;
            }
            for document in documents(line) {
                if !source.leads_to(document) {
                    fault(&format!(
                        "`{document}` does not exist. Cite public sources by their address, and our own pages by a path that is there."
                    ));
                }
            }
        }
    }
    none(&faults);
}

/// Fails with all sentences at once.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n"));
}

/// The words of a line in lower case, identifiers taken apart at underscores and capitals.
fn words(line: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(line.len() + 8);
    let mut before = ' ';
    for character in line.chars() {
        if character.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if character.is_alphanumeric() { character } else { ' ' });
        before = character;
    }
    spaced.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().into_iter()
}

/// Markdown files that a line names, but for those at web addresses and patterns.
fn documents(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || "`'\"()[]<>,;{}|=".contains(c))
        .map(|word| word.trim_end_matches(['.', ':']))
        .map(|word| word.split('#').next().unwrap_or(word))
        // `owner/repo:path` is a file of another public repository.
        .filter(|word| word.ends_with(".md") && !word.contains([':', '*']))
        .filter(|word| word.len() > ".md".len())
}

#[test]
fn the_readers_of_this_test_see_what_they_should() {
    assert_eq!(
        words("GraphClient::odata_type x").collect::<Vec<_>>(),
        ["graph", "client", "odata", "type", "x"]
    );
    assert_eq!(
        documents("see `docs/index.md`, [x](guides/a.md#b) and https://a.example/c.md.")
            .collect::<Vec<_>>(),
        ["docs/index.md", "guides/a.md"]
    );
    let source = Source::of("src/tf/value.rs", "use super::super::graph::Client;\n");
    assert_eq!(source.rooms_used("use super::super::graph::Client;", ["graph"]), ["graph"]);
    assert_eq!(source.rooms_used("use super::graph::Node;", ["graph"]), [""; 0]);
    assert_eq!(
        source.rooms_used("use crate::{graph::Client, tf};", ["graph", "tf"]),
        ["graph", "tf"]
    );
    assert_eq!(source.rooms_used("let x = crate::graph::quote(y);", ["graph"]), ["graph"]);
}
