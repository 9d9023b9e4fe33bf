//! Every example of the repository does what it says, in the tenant that the mock starts with.

use std::fs;
use std::path::{Path, PathBuf};

use windows365::spec::Secret;

use super::Scene;

pub(super) const REQUIRED: &str = r#"
terraform {
  required_providers {
    windows365 = { source = "windows365-rs/windows365" }
    intune     = { source = "windows365-rs/intune" }
  }
}
"#;

pub(super) fn examples(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(folder)
}

/// What a folder holds, in order.
pub(super) fn inside(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Writes the configuration files of an example, their names before a prefix.
pub(super) fn take(scene: &Scene, folder: &Path, prefix: &str) -> usize {
    let files: Vec<_> = inside(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == "tf"))
        .collect();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        scene.terraform.write(&format!("{prefix}{}", name(file)), &text);
    }
    files.len()
}

/// Applies the example of a resource, then the examples of its data sources, and imports it as its page says.
fn resource(folder: &Path, data_sources: &[PathBuf]) {
    let Some(mut scene) = Scene::of(&name(folder)) else { return };
    scene.terraform.set("TF_VAR_ad_domain_password", "a password");
    scene.terraform.write("required.tf", REQUIRED);
    assert_ne!(take(&scene, folder, ""), 0, "{folder:?} is empty");
    let applied = scene.apply().succeeded();
    assert!(applied.contains("0 changed, 0 destroyed"), "{applied}");
    for data_source in data_sources {
        assert_ne!(take(&scene, data_source, &name(data_source)), 0, "{data_source:?} is empty");
    }
    scene.settle();

    let script = fs::read_to_string(folder.join("import.sh")).unwrap();
    // By name; by any id what there is one of.
    let import = script.lines().rfind(|line| line.starts_with("terraform import ")).unwrap();
    let mut words = import.splitn(4, ' ').skip(2);
    let (address, id) = (words.next().unwrap(), words.next().unwrap().trim_matches('"'));
    let before = scene.state_of(address);
    let state = scene.file("terraform.tfstate");
    scene.terraform.run(&["state", "rm", address]).succeeded();
    scene.terraform.run(&["import", address, id]).succeeded();
    assert_eq!(scene.state_of(address)["id"], before["id"]);
    // What only Terraform knows, such as timeouts, is still to be stored; the service hears nothing of it.
    scene.mock.clear_requests();
    let stored = scene.apply().succeeded();
    // A secret cannot be imported, so it is sent once more.
    let entity = windows365::entities::find(&name(folder)).unwrap();
    if entity.attributes.iter().all(|it| it.secret != Secret::Unreadable) {
        assert!(!stored.contains("(known after apply)"), "{stored}");
        assert_eq!(scene.writes(), Vec::<String>::new());
    }
    scene.terraform.write("terraform.tfstate", &state);
    scene.destroy();
}

#[test]
fn those_of_resources_and_their_data_sources_are_applied_and_imported() {
    let data_sources = inside(&examples("data-sources"));
    let mut resources = inside(&examples("resources"));
    // What cannot be imported is no object of the service and has a scenario of its own.
    resources.retain(|folder| folder.join("import.sh").exists());
    // `windows365_provisioning_policies` is about the same as `windows365_provisioning_policy`.
    let about = |resource: &Path| {
        let stem = name(resource);
        let stem = stem.trim_end_matches('y').to_owned();
        let mut about = data_sources.clone();
        about.retain(|path| name(path).starts_with(&stem));
        about
    };
    std::thread::scope(|scope| {
        for folder in &resources {
            scope.spawn(|| resource(folder, &about(folder)));
        }
    });
}

#[test]
fn the_quickstart_is_applied() {
    let Some(scene) = Scene::new() else { return };
    take(&scene, &examples("quickstart"), "");
    let applied = scene.settle();
    assert!(applied.contains("read_only_operator_is_built_in = true"), "{applied}");
    assert_eq!(scene.objects().len(), 4);
    scene.destroy();
}

#[test]
fn that_of_the_provider_block_is_valid() {
    let Some(scene) = Scene::new() else { return };
    take(&scene, &examples("provider"), "");
    scene.terraform.run(&["validate"]).succeeded();
}
