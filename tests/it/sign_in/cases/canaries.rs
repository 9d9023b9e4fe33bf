//! No way to sign in tells its secrets, whoever repeats them.

mod person;

use std::collections::BTreeSet;
use std::sync::Arc;

use windows365::framework::call::Raw;
use windows365::framework::{Context, Server};
use windows365::graph::Runtime;
use windows365::tf::{json as values, msgpack};

use super::*;
use crate::support::canary::{Echo, Log, Repeats, clean};

/// All that is not asked of a program or in a browser of this machine.
const WAYS: [&str; 11] = [
    "client_secret",
    "client_certificate",
    "client_certificate_password",
    "oidc",
    "workload_identity",
    "oidc_github",
    "oidc_azure_devops",
    "managed_identity",
    "on_behalf_of",
    "access_token",
    "device_code",
];

/// A way that works, over a wire on which secrets are seen.
fn case(way: &str) -> (Case, Echo, BTreeSet<String>) {
    let mut case = match way {
        "client_certificate_password" => {
            let mut case = Case::new("client_certificate");
            case.set(
                "client_certificate",
                include_str!("../../../../src/graph/auth/certificate/fixtures/encrypted.pem"),
            );
            case.set("client_certificate_password", "opensesame");
            case
        }
        way => Case::new(way),
    };
    let echo = Echo::over(Arc::clone(&case.runtime.transport));
    case.runtime = Runtime { transport: Arc::new(echo.clone()), ..case.runtime.clone() };
    // A key is told by any of its lines.
    let lines = |secret: &String| secret.lines().map(str::to_owned).collect::<Vec<_>>();
    let given = given(&case.block);
    let own = case.secrets.iter().chain(&given).flat_map(lines).filter(|line| line.len() > 7);
    let own = own.filter(|line| !line.contains("CERTIFICATE")).collect();
    (case, echo, own)
}

/// The names of the secret settings of the provider block.
fn settings(server: &Server) -> BTreeSet<String> {
    let attributes = &server.provider().schema().block.attributes;
    attributes.iter().filter(|it| it.sensitive).map(|it| it.name.to_string()).collect()
}

/// The secret settings that a block gives.
fn given(block: &Json) -> Vec<String> {
    let (_, runtime) = world();
    let (server, _) = configured(&json!({}), Vec::new(), runtime);
    settings(&server).iter().filter_map(|name| block[name].as_str().map(str::to_owned)).collect()
}

/// The code that a message tells to enter.
fn code(said: &str) -> Option<&str> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let at = words.windows(2).position(|pair| pair == ["the", "code"])?;
    words.get(at + 2).copied()
}

#[tokio::test(start_paused = true)]
async fn f92_f93_no_way_to_sign_in_tells_its_secrets_whoever_repeats_them() {
    let log = Log::default();
    let _listening = log.listen();
    let mut named = BTreeSet::new();
    for way in WAYS {
        for form in [TokenForm::V1, TokenForm::Opaque] {
            for repeats in [Repeats::Graph, Repeats::Tokens] {
                let (case, echo, own) = case(way);
                case.mock.switch(|switches| switches.token_form = form);
                named.extend(case.block.as_object().unwrap().keys().cloned());
                // From the start: what another process signed in with is not known to this one.
                echo.repeats(repeats);
                let mut said = case.outcome().await;
                if let Some(code) = code(&said) {
                    case.mock.enter_code(code, PersonDoes::Approves, None).unwrap();
                    said += &case.outcome().await;
                }
                // Nobody is asked for a token that is given.
                let works = way == "access_token" && repeats == Repeats::Tokens;
                assert!(works || said.contains("Error at"), "{way} {repeats:?}: {said}");
                let mut secrets = echo.secrets();
                secrets.extend(own);
                assert!(!secrets.is_empty(), "{way} {repeats:?}");
                clean(&said, &secrets, &format!("{way} {form:?} {repeats:?}"));
                let logged = log.take();
                assert!(!logged.is_empty(), "{way} {repeats:?}: something is logged");
                clean(&logged, &secrets, &format!("log of {way} {form:?} {repeats:?}"));
            }
        }
    }
    let (_, runtime) = world();
    let (server, _) = configured(&json!({}), Vec::new(), runtime);
    // The credentials in the address of a proxy have their own test, F89.
    let apart = BTreeSet::from(["proxy_url".to_owned()]);
    let left: Vec<_> = settings(&server).difference(&named).cloned().collect();
    assert_eq!(left, Vec::from_iter(apart), "every other secret setting was tried");
}

#[tokio::test(start_paused = true)]
async fn f92_f95_a_token_that_is_handed_out_is_in_its_result_and_nowhere_else() {
    const NAME: &str = "windows365_access_token";
    let log = Log::default();
    let _listening = log.listen();
    let (case, echo, _) = case("client_secret");
    let (server, findings) = configured(&case.block, Vec::new(), case.runtime.clone());
    assert_eq!(text(&findings), "");
    let r#type = server.provider().ephemerals().get(NAME).unwrap().schema().block.implied_type();
    let config = values::from_json(&json!({}), &r#type).unwrap();
    let raw = || Raw { msgpack: msgpack::encode(&config, &r#type), json: Vec::new() };
    let cx = Context::unstoppable();
    let opened = server.open_ephemeral(&cx, NAME, raw()).await;
    assert_eq!(text(&opened.diagnostics), "");
    let result = msgpack::decode(&opened.result, &r#type).unwrap();
    let token = result.get("access_token").as_str().unwrap().to_owned();
    assert!(echo.secrets().contains(&token));

    let mut said = String::from_utf8_lossy(&opened.private).into_owned();
    tokio::time::sleep(std::time::Duration::from_secs(4_000)).await;
    echo.repeats(Repeats::Tokens);
    let renewed = server.renew_ephemeral(&cx, NAME, opened.private.clone()).await;
    said += &text(&renewed.diagnostics);
    said += &String::from_utf8_lossy(&renewed.private);
    let again = server.open_ephemeral(&cx, NAME, raw()).await;
    said += &text(&again.diagnostics);
    said += &text(&server.close_ephemeral(&cx, NAME, opened.private).await);
    assert!(said.contains("Error at"), "{said}");
    clean(&said, &echo.secrets(), NAME);
    clean(&log.take(), &echo.secrets(), "its log");
}

/// Programs that stand in for `az` and `azd`; real processes, so no clock is paused.
#[cfg(unix)]
#[tokio::test]
async fn f92_f93_a_token_of_a_command_line_is_told_by_nobody() {
    use std::os::unix::fs::PermissionsExt as _;
    let log = Log::default();
    let _listening = log.listen();
    for (way, name, member) in
        [("azure_cli", "az", "accessToken"), ("azure_developer_cli", "azd", "token")]
    {
        let (mut case, echo, _) = case(way);
        case.mock.switch(|switches| switches.token_form = TokenForm::Opaque);
        let app = Options::default().app;
        let token = case.given(|claims| claims.scopes = app.scopes);
        echo.learn(&token);
        let path = case.folder.path().join(name);
        let ends = "\"expiresOn\":\"2099-01-01T00:00:00Z\",\"expires_on\":4070908800";
        let script = format!("#!/bin/sh\necho '{{\"{member}\":\"{token}\",{ends}}}'\n");
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let folder = case.folder.path().to_str().unwrap().to_owned();
        case.variable("PATH", &folder);
        echo.repeats(Repeats::Graph);
        let said = case.outcome().await;
        assert!(said.contains("Bad:"), "{way}: {said}");
        clean(&said, &echo.secrets(), way);
        clean(&log.take(), &echo.secrets(), way);
    }
}
