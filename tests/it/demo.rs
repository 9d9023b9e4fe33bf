//! The demo of the README, with the program that was just built.

use std::process::Command;

use crate::support::programs;

/// What people are promised to see, in this order.
const WORDS: &[&str] = &[
    "$ terraform plan",
    "Plan: 4 to add, 0 to change, 0 to destroy.",
    "$ terraform apply",
    "Apply complete! Resources: 4 added, 0 changed, 0 destroyed.",
    "No changes. Your infrastructure matches the configuration.",
    "The mock tenant now holds 4 objects of ours:",
    "intune_rbac_assignment {",
    "intune_role_definition {",
    "windows365_provisioning_policy {",
    "\"cloudPcNamingTemplate\": \"CPC-%USERNAME:5%-%RAND:5%\"",
    "windows365_user_setting {",
    "$ terraform destroy",
    "Destroy complete! Resources: 4 destroyed.",
    "The mock tenant holds nothing of ours any more.",
];

#[test]
fn the_demo_goes_from_plan_to_destroy() {
    if !terraform_is_there() {
        return;
    }
    let output = Command::new(programs::windows365())
        .arg("demo")
        // Neither another tenant nor another configuration may come in from outside.
        .env("WINDOWS365_TENANT_ID", "contoso.onmicrosoft.com")
        .env("WINDOWS365_ACCESS_TOKEN", "not a token")
        .env("ARM_CLIENT_SECRET", "of something else")
        .env("TF_CLI_ARGS_plan", "-destroy")
        .env("TF_WORKSPACE", "another")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "\n{stdout}\n{stderr}");
    let mut rest = stdout.as_ref();
    for words in WORDS {
        let Some(at) = rest.find(words) else {
            panic!("the demo did not say {words:?} in its turn:\n{stdout}\n{stderr}");
        };
        rest = &rest[at + words.len()..];
    }
}

#[test]
fn without_terraform_the_demo_says_where_to_get_it() {
    let output = Command::new(programs::windows365()).arg("demo").env("PATH", "").output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("terraform is not on the PATH."), "{stderr}");
    assert!(stderr.contains("https://developer.hashicorp.com/terraform/install"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_terraform_that_is_too_old_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("terraform");
    std::fs::write(&old, "#!/bin/sh\necho '{\"terraform_version\":\"1.5.7\"}'\n").unwrap();
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(programs::windows365())
        .arg("demo")
        .env("PATH", folder.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.contains("terraform is 1.5.7, and the provider needs 1.8 or later."),
        "{stderr}"
    );
}

#[test]
fn a_command_that_is_not_there_is_answered_with_those_that_are() {
    let output = Command::new(programs::windows365()).arg("demonstrate").output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("there is no command \"demonstrate\""), "{stderr}");
    assert!(stderr.contains("  demo  ") && stderr.contains("  mock  "), "{stderr}");
}

#[test]
fn the_mock_prints_what_points_the_provider_at_it_until_it_is_ended() {
    use std::io::{BufRead as _, BufReader};
    let mut mock = Command::new(programs::windows365())
        .args(["mock", "--seed", "7"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(mock.stdout.take().unwrap()).lines().map_while(Result::ok);
    let printed: Vec<String> =
        lines.take_while(|line| !line.contains("WINDOWS365_GRAPH_ENDPOINT")).collect();
    mock.kill().unwrap();
    mock.wait().unwrap();
    for name in ["TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "AUTHORITY_HOST"] {
        let variable = format!("WINDOWS365_{name}");
        assert!(printed.iter().any(|line| line.contains(&variable)), "{name}: {printed:?}");
    }
}

fn terraform_is_there() -> bool {
    let there = Command::new("terraform").arg("version").output().is_ok();
    if !there {
        assert!(
            std::env::var_os("CI").is_none(),
            "there is no terraform on the PATH, and CI is set"
        );
        eprintln!("SKIPPED: there is no terraform on the PATH, so the demo was not tested");
    }
    there
}
