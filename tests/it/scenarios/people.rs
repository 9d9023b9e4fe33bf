//! People at a terminal: one who loses patience, and one who debugs.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use windows365::mock::{Effect, Fault};

use super::{PEOPLE, POLICIES, Scene, policy};
use crate::support::programs;

/// Nothing that is waited for takes this long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

fn interrupt(id: &str) {
    assert!(Command::new("kill").args(["-s", "INT", "--", id]).status().unwrap().success());
}

/// Interrupts an apply once the policy is made, while this request is answered slowly.
fn interrupted(method: &str, path: &str) {
    let Some(scene) = Scene::new() else { return };
    scene.mock.fault(Fault::once(method, path, Effect::Delay(3_000)));
    scene.configure(&policy(&format!("assignments = [{{ group_id = \"{PEOPLE}\" }}]")));
    let running = scene
        .terraform
        .command(&["apply", "-auto-approve", "-no-color"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A terminal interrupts the whole group.
        .process_group(0)
        .spawn()
        .unwrap();
    let patience = Instant::now() + PATIENCE;
    while !scene.mock.requests().iter().any(|request| request.faulted) {
        assert!(Instant::now() < patience, "nothing was slow");
        std::thread::yield_now();
    }
    interrupt(&format!("-{}", running.id()));
    let output = running.wait_with_output().unwrap();
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("did not respond"), "{said}");

    let id = scene.only_id(POLICIES);
    assert!(said.contains(&format!("has the id {id} and was kept")), "{said}");
    assert_eq!(scene.state_of("windows365_provisioning_policy.a")["id"], *id);
    // The next run ends what this one began.
    scene.settle();
    assert_eq!(scene.only(POLICIES)["assignments"][0]["target"]["groupId"], PEOPLE);
    scene.destroy();
}

#[test]
fn ctrl_c_while_the_object_is_made_does_not_lose_it() {
    interrupted("POST", POLICIES);
}

#[test]
fn ctrl_c_while_the_object_is_assigned_does_not_lose_it() {
    interrupted("POST", &format!("{POLICIES}/{{id}}/assign"));
}

#[test]
fn a_provider_under_a_debugger_serves_run_after_run() {
    let Some(mut scene) = Scene::new() else { return };
    let mut provider = Command::new(programs::windows365())
        .arg("--debug")
        .envs(scene.mock.environment())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(provider.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let (name, value) = line.split_once('=').unwrap();
    scene.terraform.set(name, value.trim_matches('\''));
    // Without the process these sources lead nowhere.
    let programs = scene.terraform.directory().parent().unwrap().join("providers");
    std::fs::remove_dir_all(programs).unwrap();

    let role = r#"
        resource "intune_role_definition" "a" {
          display_name             = "Help desk"
          allowed_resource_actions = ["Microsoft.Intune_ManagedDevices_Read"]
        }
    "#;
    scene.configure(&format!("{role}{}", policy(""))).settle();
    scene.destroy();
    assert!(provider.try_wait().unwrap().is_none(), "Terraform ended it");
    interrupt(&provider.id().to_string());
    assert!(provider.wait().unwrap().success());
}
