//! The pages of the registry say what the program serves.

use std::path::Path;

use windows365::docgen;
use windows365::framework::Provider as _;
use windows365::provider::{MANAGED_DESKTOP, Provider, served, served_actions, served_runners};
use windows365::spec::{Answers, Entity, Function, Place};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_page_is_as_the_schemas_and_examples_say() {
    let root = Path::new(ROOT);
    let pages = docgen::pages(&Provider::of_process(), root)
        .unwrap_or_else(|missing| panic!("\n\n{}\n", missing.join("\n")));
    // One of the provider; of each entity the resource, where it is managed, and the data sources of one and of many, where there are.
    let of_entity = |entity: &Entity| match entity.place {
        Place::Function(Function { answers: Answers::Object | Answers::Tables(_), .. }) => 1,
        Place::Function(_) => 2,
        Place::Singleton(_) => 1 + usize::from(entity.managed),
        Place::Collection(_) | Place::Child { .. } => 2 + usize::from(entity.managed),
    };
    let expected: usize = served().iter().map(|served| of_entity(served.entity)).sum();
    // The pages about coverage and permissions are two more; two data sources belong to no entity.
    let provider = Provider::of_process();
    let of_actions = served_actions().len() + served_runners().len();
    let others = provider.functions().len() + provider.ephemerals().len() + MANAGED_DESKTOP.len();
    assert_eq!(pages.len(), 3 + expected + of_actions + others);
    let stale = docgen::stale(&pages, root);
    assert!(stale.is_empty(), "\n\n{}\nRun `cargo run --bin docgen`.\n", stale.join("\n"));
}

#[test]
fn everything_in_windows_365_is_served_or_left_out_with_a_reason() {
    let gaps = docgen::gaps(&Provider::of_process());
    assert!(gaps.is_empty(), "\n\n{}\n", gaps.join("\n"));
}

#[test]
fn no_example_is_about_something_that_is_not_served() {
    let served = served();
    for (folder, known) in [
        (
            "resources",
            (served.iter().map(|s| s.entity.name))
                .chain(served_runners().iter().map(|runner| runner.name))
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        ),
        ("actions", served_actions().iter().map(|action| action.name.to_owned()).collect()),
        (
            "data-sources",
            served
                .iter()
                .flat_map(|s| [s.entity.name.to_owned(), s.plural.clone()])
                .chain(MANAGED_DESKTOP.map(str::to_owned))
                .collect(),
        ),
        (
            "functions",
            Provider::of_process().functions().keys().map(|name| (*name).to_owned()).collect(),
        ),
        ("ephemeral-resources", vec!["windows365_access_token".to_owned()]),
    ] {
        let path = Path::new(ROOT).join("examples").join(folder);
        for entry in std::fs::read_dir(path).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            assert!(
                known.contains(&name),
                "examples/{folder}/{name} is about nothing that is served"
            );
        }
    }
}
