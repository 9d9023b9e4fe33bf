//! `demo`: the quickstart example from plan to destroy, with the real client, this very program as its provider, and a mock tenant.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use super::client::{self, Client};
use super::{Failure, runtime, say};
use crate::entities;
use crate::mock::{Mock, Options};
use crate::spec::{Entity, Place};

/// The example, held in the program so that the demo runs from anywhere.
const EXAMPLE: &[(&str, &str)] = &[
    ("main.tf", include_str!("../../examples/quickstart/main.tf")),
    ("outputs.tf", include_str!("../../examples/quickstart/outputs.tf")),
    ("variables.tf", include_str!("../../examples/quickstart/variables.tf")),
    ("versions.tf", include_str!("../../examples/quickstart/versions.tf")),
];

/// What `plan -detailed-exitcode` says.
const NO_CHANGES: i32 = 0;
const CHANGES: i32 = 2;

pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::new(format!("demo takes no arguments, but was given {argument:?}.")));
    }
    let client = Client::find()?;
    let folder = tempfile::Builder::new()
        .prefix("windows365-demo-")
        .tempdir()
        .map_err(|error| Failure::new(format!("Cannot make a temporary folder: {error}.")))?;
    let runtime = runtime()?;
    // Ctrl-C reaches the client too, which ends in its own way; then this demo ends and clears up.
    runtime.spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let mock = runtime
        .block_on(Mock::start(Options::default()))
        .map_err(|error| Failure::new(format!("Cannot start the mock: {error}.")))?;
    let result = play(&client, folder.path(), &mock);
    runtime.shutdown_background();
    result
}

fn play(client: &Client, folder: &Path, mock: &Mock) -> Result<(), Failure> {
    let config = client::override_providers(client, folder)?;
    let example = folder.join("quickstart");
    write_example(&example)?;
    say(&format!(
        "The quickstart example with {}, against a mock tenant on {}.\n\
         It warns of a provider that is overridden: the provider is this program.",
        client.name(),
        mock.origin()
    ));
    let environment = mock.environment();
    let run = |arguments: &[&str], good: i32| {
        client.run(&example, &config, &environment, arguments, &[good])
    };

    let before: BTreeSet<String> = objects(mock).iter().map(|(_, object)| id(object)).collect();
    let held = || -> Vec<_> {
        objects(mock).into_iter().filter(|(_, object)| !before.contains(&id(object))).collect()
    };

    run(&["plan", "-detailed-exitcode"], CHANGES)?;
    run(&["apply", "-auto-approve"], 0)?;
    run(&["plan", "-detailed-exitcode"], NO_CHANGES).map_err(|failure| {
        Failure::new(format!("A plan right after the apply should be empty. {failure}"))
    })?;

    let made = held();
    say(&format!("\nThe mock tenant now holds {} objects of ours:\n", made.len()));
    for (entity, object) in &made {
        say(&format!("{} {}", entity.name, shown(object)));
    }
    if made.len() != managed() {
        return Err(Failure::new(format!(
            "The example manages {} objects, but the tenant holds {}.",
            managed(),
            made.len()
        )));
    }

    run(&["destroy", "-auto-approve"], 0)?;
    let left = held();
    if let Some((entity, object)) = left.first() {
        return Err(Failure::new(format!(
            "After the destroy the tenant still holds {} objects, the first a {}: {}",
            left.len(),
            entity.name,
            shown(object)
        )));
    }
    say(&format!(
        "\nThe mock tenant holds nothing of ours any more. It answered {} requests.",
        mock.requests().len()
    ));
    Ok(())
}

fn write_example(folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("Cannot write the example: {error}."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (name, text) in EXAMPLE {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(())
}

/// How many objects the example makes.
fn managed() -> usize {
    EXAMPLE
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.starts_with("resource \""))
        .count()
}

/// Objects of every type that we serve, those included that each tenant has from the start.
fn objects(mock: &Mock) -> Vec<(&'static Entity, Json)> {
    let mut all = Vec::new();
    for entity in entities::ALL {
        let (true, Place::Collection(path)) = (entity.managed, entity.place) else { continue };
        all.extend(mock.objects(path).into_iter().map(|object| (*entity, object)));
    }
    all
}

/// What tells an object from all others.
fn id(object: &Json) -> String {
    object.get("id").and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// An object as JSON, without what has no value and without empty collections.
fn shown(object: &Json) -> String {
    fn is_something(value: &Json) -> bool {
        !value.is_null() && value.as_array().is_none_or(|elements| !elements.is_empty())
    }
    fn told(value: &Json) -> Json {
        match value {
            Json::Object(entries) => entries
                .iter()
                .filter(|(_, value)| is_something(value))
                .map(|(name, value)| (name.clone(), told(value)))
                .collect(),
            Json::Array(elements) => elements.iter().map(told).collect(),
            other => other.clone(),
        }
    }
    serde_json::to_string_pretty(&told(object)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_example_is_in_the_program() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quickstart");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".tf"))
            .collect();
        files.sort();
        let embedded: Vec<_> = EXAMPLE.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, embedded);
        assert_eq!(managed(), 4);
    }

    #[test]
    fn what_has_no_value_is_not_shown() {
        let object = serde_json::json!({ "a": null, "b": [{ "c": null, "d": 1 }], "e": [] });
        let text: String = shown(&object).split_whitespace().collect();
        assert_eq!(text, r#"{"b":[{"d":1}]}"#);
    }

    #[test]
    fn arguments_are_refused() {
        assert!(run(&["--fast".to_owned()]).is_err());
    }
}
