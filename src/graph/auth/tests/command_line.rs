#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;
use crate::graph::auth::{CommandLine, Tool};

/// A program that writes its arguments down and does what the script says.
struct Stub(tempfile::TempDir);

impl Stub {
    fn new(script: &str) -> Stub {
        let folder = tempfile::tempdir().unwrap();
        let arguments = folder.path().join("arguments");
        let text =
            format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\n{script}\n", arguments.display());
        let program = folder.path().join("program");
        // Written under another name and moved: a file that is still open for writing cannot be run.
        let draft = folder.path().join("draft");
        std::fs::write(&draft, text).unwrap();
        std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::rename(&draft, &program).unwrap();
        Stub(folder)
    }

    fn credential(&self, tool: Tool, tenant: Option<&str>) -> Credential {
        Credential::CommandLine(CommandLine {
            tool,
            program: self.0.path().join("program"),
            directory: Path::new("/").to_owned(),
            tenant_id: tenant.map(str::to_owned),
            withheld: || vec!["CARGO_MANIFEST_DIR".into()],
        })
    }

    fn arguments(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.path().join("arguments")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Runs in real time: a program does not know of paused clocks.
async fn outcome(stub: &Stub, tool: Tool, tenant: Option<&str>) -> Result<String, String> {
    let script = Script::new(|_| ok());
    let client = client_with(&script, stub.credential(tool, tenant));
    read(&client).await.map_err(|error| error.to_string())?;
    Ok(script.seen()[0].header("authorization").to_owned())
}

#[tokio::test]
async fn f96_a_secret_variable_is_not_handed_on() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "cargo sets it");
    let stub = Stub::new(
        r#"[ -z "${CARGO_MANIFEST_DIR+set}" ] && [ -n "$CARGO_PKG_NAME" ] && echo '{"accessToken":"cli-token","expires_on":1772532000}'"#,
    );
    assert_eq!(outcome(&stub, Tool::Azure, None).await.as_deref(), Ok("Bearer cli-token"));
}

#[tokio::test]
async fn f96_the_azure_cli_is_asked_without_a_shell() {
    let stub = Stub::new(
        r#"echo 'WARNING: something'; echo '{"accessToken":"cli-token","expires_on":1772532000,"expiresOn":"2026-03-03 11:00:00.000000","tenant":"t","tokenType":"Bearer"}'"#,
    );
    assert_eq!(outcome(&stub, Tool::Azure, Some(TENANT)).await.as_deref(), Ok("Bearer cli-token"));
    let scope = "https://graph.microsoft.com/.default";
    assert_eq!(
        stub.arguments(),
        ["account", "get-access-token", "--output", "json", "--scope", scope, "--tenant", TENANT]
    );
    outcome(&stub, Tool::Azure, None).await.unwrap();
    assert_eq!(stub.arguments().last().map(String::as_str), Some(scope));
}

#[tokio::test]
async fn the_developer_cli_speaks_its_own_dialect() {
    let stub = Stub::new(r#"echo '{"token":"azd-token","expiresOn":"2026-03-03T10:00:00Z"}'"#);
    assert_eq!(
        outcome(&stub, Tool::Developer, Some(TENANT)).await.as_deref(),
        Ok("Bearer azd-token")
    );
    assert_eq!(
        stub.arguments(),
        [
            "auth",
            "token",
            "--output",
            "json",
            "--no-prompt",
            "--scope",
            "https://graph.microsoft.com/.default",
            "--tenant-id",
            TENANT
        ]
    );
}

#[tokio::test]
async fn each_failure_names_its_cure() {
    for (tool, script, expected) in [
        (
            Tool::Azure,
            "echo \"Please run 'az login' to setup account.\" >&2; exit 1",
            "az login --tenant",
        ),
        (
            Tool::Azure,
            "echo 'Interactive authentication is needed. Please run: az login --scope x' >&2; exit 1",
            "az login --tenant",
        ),
        (Tool::Azure, "exit 127", "was not found. Install it"),
        (
            Tool::Azure,
            "echo \"'az' is not recognized as an internal or external command\" >&2; exit 1",
            "was not found. Install it",
        ),
        (
            Tool::Azure,
            "echo 'AADSTS700082: The refresh token has expired' >&2; exit 1",
            "AADSTS700082",
        ),
        (Tool::Azure, "echo 'Traceback' >&2; exit 3", "Run it by hand"),
        (Tool::Azure, "echo nonsense", "something else than a token"),
        (Tool::Azure, "echo '{\"accessToken\":\"\"}'", "something else than a token"),
        (
            Tool::Developer,
            r#"echo '{"type":"consoleMessage","data":{"message":"ERROR: not logged in, run `azd auth login`"}}'; exit 1"#,
            "azd auth login --tenant-id",
        ),
        (Tool::Developer, r#"echo '{"error":"no such tenant"}' >&2; exit 1"#, "no such tenant"),
    ] {
        let stub = Stub::new(script);
        let text = outcome(&stub, tool, Some(TENANT)).await.unwrap_err();
        assert!(text.contains(expected), "{script}: {text}");
    }
    let missing = Credential::CommandLine(CommandLine {
        tool: Tool::Azure,
        program: "/nowhere/az".into(),
        directory: "/".into(),
        tenant_id: None,
        withheld: Vec::new,
    });
    let text = read(&client_with(&Script::new(|_| ok()), missing)).await.unwrap_err().to_string();
    assert!(text.contains("was not found"), "{text}");
}

#[tokio::test]
async fn f93_a_token_in_the_output_of_a_failure_is_not_shown() {
    let secret = token(&json!({"a": 1}));
    let stub = Stub::new(&format!("echo 'failed with {secret}' >&2; exit 1"));
    let text = outcome(&stub, Tool::Azure, None).await.unwrap_err();
    assert!(text.contains("failed with") && !text.contains("eyJ"), "{text}");
}

#[tokio::test]
async fn f96_special_characters_never_reach_the_command_line() {
    for tenant in ["a&calc", "--help", "a b", "x\"y", "%PATH%"] {
        let stub = Stub::new("true");
        let text = outcome(&stub, Tool::Azure, Some(tenant)).await.unwrap_err();
        assert!(text.contains("special characters"), "{text}");
        assert!(stub.arguments().is_empty(), "{tenant} was run");
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_hangs_is_ended_after_half_a_minute() {
    let stub = Stub::new("exec sleep 1000");
    let text = outcome(&stub, Tool::Azure, None).await.unwrap_err();
    assert!(text.contains("within 30 s"), "{text}");
}

#[tokio::test]
async fn a_person_in_the_azure_cli_is_stopped_before_the_first_request() {
    let with = |claims: Json| {
        let token = token(&claims);
        Stub::new(&format!("echo '{{\"accessToken\":\"{token}\",\"expires_on\":1772532000}}'"))
    };
    let cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    let person =
        with(json!({"appid": cli, "tid": TENANT, "scp": "User.Read.All Group.ReadWrite.All"}));
    let text = outcome(&person, Tool::Azure, Some(TENANT)).await.unwrap_err();
    assert!(text.contains("service principal") && text.contains("auth login"), "{text}");
    let app = with(
        json!({"appid": APP, "tid": TENANT, "idtyp": "app", "roles": ["CloudPC.ReadWrite.All"]}),
    );
    assert!(outcome(&app, Tool::Azure, Some(TENANT)).await.is_ok());
    let elsewhere = with(json!({"appid": APP, "tid": "11111111-2222-3333-4444-555555555555"}));
    let text = outcome(&elsewhere, Tool::Azure, Some(TENANT)).await.unwrap_err();
    assert!(text.contains("11111111-2222"), "{text}");
}

#[tokio::test]
async fn a_challenge_reaches_azd_and_for_az_becomes_a_command() {
    let challenge = || {
        Answer::error(401, "InvalidAuthenticationToken", "revoked").header(
            "www-authenticate",
            "Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==\"",
        )
    };
    let stub = Stub::new(
        r#"echo '{"accessToken":"cli-token","token":"azd-token","expires_on":1772532000,"expiresOn":"2026-03-03T10:00:00Z"}'"#,
    );
    let script = Script::of([challenge(), ok()]);
    read(&client_with(&script, stub.credential(Tool::Developer, None))).await.unwrap();
    assert!(stub.arguments().contains(&"--claims".to_owned()));
    let script = Script::of([challenge(), ok()]);
    let error =
        read(&client_with(&script, stub.credential(Tool::Azure, Some(TENANT)))).await.unwrap_err();
    assert!(
        error.to_string().contains(&format!("az login --tenant {TENANT} --claims-challenge ")),
        "{error}"
    );
}
