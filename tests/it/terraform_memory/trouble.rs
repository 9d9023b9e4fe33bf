//! What goes wrong, and what a person who debugs does.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Memory;
use crate::support::programs;

/// Nothing that is waited for takes this long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_panic_is_an_error_like_others_and_no_crash() {
    let Some(mut memory) = Memory::new() else { return };
    memory.configure(
        r#"
        resource "memory_thing" "bad" {
          name  = "bad"
          panic = "create"
        }
        resource "memory_thing" "good" { name = "good" }
        "#,
    );
    // With the log on, so that whatever the process writes about it reaches Terraform.
    let log = memory.terraform.directory().join("log");
    memory.terraform.set("TF_LOG", "trace").set("TF_LOG_PATH", log.to_str().unwrap());
    let output = memory.apply();
    let complaint = output.all();
    assert_eq!(output.code, Some(1), "{complaint}");
    assert!(complaint.contains("ApplyResourceChange panicked"), "{complaint}");
    assert!(complaint.contains("Please report it"), "{complaint}");
    for word in ["plugin crashed", "did not respond", "Stack trace", "INTERNAL"] {
        assert!(!complaint.contains(word), "{complaint}");
    }
    assert_eq!(memory.state_of("memory_thing.good")["name"], "good");
    assert!(fs::read_to_string(log).unwrap().contains("A call panicked"));
}

#[test]
fn an_object_that_fails_half_way_is_kept_and_made_again() {
    let Some(memory) = Memory::new() else { return };
    let failing = r#"
        resource "memory_thing" "a" {
          name = "a"
          fail = "create"
        }
    "#;
    let complaint = memory.configure(failing).apply().failed();
    assert!(complaint.contains("Cannot create memory_thing"), "{complaint}");
    assert!(complaint.contains("on main.tf line"), "no place: {complaint}");
    assert_eq!(memory.state_of("memory_thing.a")["id"], "thing-1");
    let applied = memory.configure(r#"resource "memory_thing" "a" { name = "a" }"#).settle();
    assert!(applied.contains("1 added, 0 changed, 1 destroyed"), "{applied}");
    memory.destroy();
}

#[test]
fn f92_every_record_reaches_terraform_s_log_and_no_secret_does() {
    let Some(mut memory) = Memory::new() else { return };
    let log = memory.terraform.directory().join("log");
    memory.terraform.set("TF_LOG", "trace").set("TF_LOG_PATH", log.to_str().unwrap());
    memory
        .configure(
            r#"
            variable "secret" { default = "planted-secret" }
            resource "memory_thing" "a" {
              name     = "a"
              password = var.secret
            }
            "#,
        )
        .apply()
        .succeeded();
    let log = fs::read_to_string(log).unwrap();
    let ours: Vec<&str> =
        log.lines().filter(|line| line.contains("terraform-provider-memory: ")).collect();
    assert!(
        ours.iter().any(|line| line.contains("[DEBUG]")
            && line.contains("Answered a call")
            && line.contains("tf_rpc=ApplyResourceChange")),
        "{ours:#?}"
    );
    for line in ours {
        // A record that Terraform could not read stands there as it was.
        assert!(!line.contains("@message"), "{line}");
        assert!(!line.contains("planted-secret"), "{line}");
    }
}

/// Starts an apply that creates a thing for an hour, and waits until the service has it.
#[cfg(unix)]
fn slow_create(memory: &Memory) -> Child {
    use std::os::unix::process::CommandExt;

    memory.configure(
        r#"resource "memory_thing" "a" {
          name         = "a"
          wait_seconds = 3600
        }"#,
    );
    let running = memory
        .terraform
        .command(&["apply", "-auto-approve", "-no-color"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A terminal interrupts the whole group.
        .process_group(0)
        .spawn()
        .unwrap();
    let patience = Instant::now() + PATIENCE;
    while !memory.store.exists() || memory.content()["objects"]["thing-1"].is_null() {
        assert!(Instant::now() < patience, "nothing was created");
        std::thread::yield_now();
    }
    running
}

#[cfg(unix)]
fn signal(name: &str, id: &str) {
    assert!(Command::new("kill").args(["-s", name, "--", id]).status().unwrap().success());
}

/// Waits until nothing of a group of processes is left. The system may take a moment to bury the dead.
#[cfg(unix)]
#[track_caller]
fn wait_for_the_end_of(group: &str) {
    let patience = Instant::now() + PATIENCE;
    while is_alive(group) {
        assert!(Instant::now() < patience, "something of the group is still there");
    }
}

/// Whether a process, or one of a group, is there.
#[cfg(unix)]
fn is_alive(id: &str) -> bool {
    Command::new("kill")
        .args(["-s", "0", "--", id])
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_slow_create_keeps_what_was_made() {
    let Some(memory) = Memory::new() else { return };
    let running = slow_create(&memory);
    let group = format!("-{}", running.id());
    signal("INT", &group);
    let output = running.wait_with_output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{complaint}");
    assert!(complaint.contains("Cannot create memory_thing: stopped"), "{complaint}");
    assert!(!complaint.contains("did not respond"), "{complaint}");
    wait_for_the_end_of(&group);
    assert_eq!(memory.state_of("memory_thing.a")["id"], "thing-1");
    memory.configure("").settle();
    assert_eq!(memory.journal(), ["create thing-1", "delete thing-1"]);
}

#[cfg(unix)]
#[test]
fn the_provider_does_not_outlive_a_terraform_that_was_killed() {
    let Some(mut memory) = Memory::new() else { return };
    let temporary = memory.terraform.directory().join("temporary");
    fs::create_dir(&temporary).unwrap();
    memory.terraform.set("TMPDIR", temporary.to_str().unwrap());
    let mut running = slow_create(&memory);
    let group = format!("-{}", running.id());
    running.kill().unwrap();
    running.wait().unwrap();
    wait_for_the_end_of(&group);
    let left: Vec<_> = fs::read_dir(temporary).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("plugin")), "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_provider_under_a_debugger_serves_run_after_run() {
    let Some(mut memory) = Memory::new() else { return };
    let mut provider = Command::new(programs::memory())
        .arg("--debug")
        .env("TF_LOG_PROVIDER", "off")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(provider.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let (name, value) = line.split_once('=').unwrap();
    let value = value.trim_matches('\'').replace("registry.terraform.io/", "");
    memory.terraform.set(name, value);
    // Without the process this source leads nowhere.
    fs::remove_dir_all(memory.terraform.directory().parent().unwrap().join("providers")).unwrap();

    memory.configure(r#"resource "memory_thing" "a" { name = "a" }"#).settle();
    memory.configure(r#"resource "memory_thing" "a" { name = "b" }"#).settle();
    memory.destroy();
    assert!(provider.try_wait().unwrap().is_none(), "Terraform ended it");
    signal("INT", &provider.id().to_string());
    assert!(provider.wait().unwrap().success());
}
