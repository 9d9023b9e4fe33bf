use std::io::Write as _;

use super::*;
use crate::graph::auth::{ForeignToken, IMDS};

fn credential(source: ForeignToken) -> Credential {
    Credential::Federated { tenant_id: TENANT.to_owned(), client_id: APP.to_owned(), source }
}

fn foreign(subject: &str, ends: i64) -> String {
    token(&json!({
        "iss": "https://token.example", "sub": subject, "aud": "api://AzureADTokenExchange", "exp": ends,
    }))
}

fn github() -> ForeignToken {
    ForeignToken::GitHub {
        url: "https://pipelines.example/token?run=7".to_owned(),
        token: Secret::new("job-token-1234"),
    }
}

fn azure_devops(names_audience: bool) -> ForeignToken {
    ForeignToken::AzureDevOps {
        url: "https://dev.azure.example/oidc".to_owned(),
        token: Secret::new("pipeline-token-1234"),
        connection: "c0a4f7d2-93be-4d61-8f15-6e2b7a9c3d48".to_owned(),
        names_audience,
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_file_is_read_at_every_exchange() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{}", foreign("first", START + 600)).unwrap();
    let script = script(issued("token"));
    let client = client_with(&script, credential(ForeignToken::File(file.path().to_owned())));
    read(&client).await.unwrap();
    let second = foreign("second", START + 9000);
    std::fs::write(file.path(), format!("\n {second} \n")).unwrap();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    read(&client).await.unwrap();
    let sent: Vec<_> = script
        .seen()
        .iter()
        .filter(|request| is_token_request(request))
        .map(|request| form(request)["client_assertion"].clone())
        .collect();
    assert_eq!(sent, [foreign("first", START + 600), second]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_or_empty_token_file_is_named() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    for (path, expected) in [
        (std::path::PathBuf::from("/nowhere/token"), "No such file"),
        (empty.path().to_owned(), "it is empty"),
    ] {
        let script = script(issued("token"));
        let client = client_with(&script, credential(ForeignToken::File(path.clone())));
        let text = read(&client).await.unwrap_err().to_string();
        assert!(
            text.contains("oidc_token_file_path")
                && text.contains(&path.display().to_string())
                && text.contains(expected),
            "{text}"
        );
        assert!(script.seen().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_given_token_serves_until_it_ends_and_the_error_names_the_ways_out() {
    let script = script(issued("token"));
    let given = Secret::new(foreign("job", START + 600));
    let client = client_with(&script, credential(ForeignToken::Given(given)));
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    let text = read(&client).await.unwrap_err().to_string();
    for part in ["oidc_token", "has expired", "oidc_token_file_path", "oidc_request_url", "\"job\""]
    {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
    assert!(!text.contains("eyJ"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn github_is_asked_for_the_clouds_audience_at_every_exchange() {
    let script =
        Script::new(|request| match request.url.starts_with("https://pipelines.example") {
            true => Answer::json(
                200,
                json!({"count": 1, "value": foreign("repo:o/r:ref:refs/heads/main", START + 300)}),
            ),
            false if is_token_request(request) => issued("token"),
            false => ok(),
        });
    let client = client_with(&script, credential(github()));
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    read(&client).await.unwrap();
    let asked: Vec<_> = script
        .seen()
        .into_iter()
        .filter(|request| request.url.starts_with("https://pipelines.example"))
        .collect();
    assert_eq!(asked.len(), 2);
    let request = &asked[0];
    assert_eq!(request.line(), "GET /token?run=7&audience=api%3A%2F%2FAzureADTokenExchange");
    assert_eq!(request.header("authorization"), "Bearer job-token-1234");
    assert_eq!(request.header("accept"), "application/json");
}

#[tokio::test(start_paused = true)]
async fn azure_devops_is_asked_for_the_service_connection() {
    let script =
        Script::new(|request| match request.url.starts_with("https://dev.azure.example") {
            true => Answer::json(200, json!({"oidcToken": foreign("sc://o/p/c", START + 600)})),
            false if is_token_request(request) => issued("token"),
            false => ok(),
        });
    read(&client_with(&script, credential(azure_devops(false)))).await.unwrap();
    read(&client_with(&script, credential(azure_devops(true)))).await.unwrap();
    let seen = script.seen();
    let path = "/oidc?api-version=7.1&serviceConnectionId=c0a4f7d2-93be-4d61-8f15-6e2b7a9c3d48";
    assert_eq!(seen[0].line(), format!("POST {path}"));
    assert_eq!(seen[3].path, format!("{path}&audience=api%3A%2F%2FAzureADTokenExchange"));
    assert_eq!(seen[0].header("authorization"), "Bearer pipeline-token-1234");
    assert_eq!(seen[0].header("x-tfs-fedauthredirect"), "Suppress");
    assert_eq!(seen[0].header("content-type"), "application/json");
    assert!(seen[0].text.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_that_gives_no_token_is_explained() {
    let page = Answer::text(200, "text/html", "<html>Sign in</html>");
    for (source, answer, expected) in [
        (github(), Answer::json(403, json!({"message": "no"})), &["id-token: write", "GitHub"][..]),
        (github(), Answer::json(200, json!({"value": ""})), &["gave no token"]),
        (
            azure_devops(false),
            Answer::text(401, "text/plain", "")
                .header("x-vss-e2eid", "the-e2eid")
                .header("x-msedge-ref", "the-ref"),
            &["SYSTEM_ACCESSTOKEN", "the-e2eid", "the-ref"],
        ),
        (
            azure_devops(false),
            Answer::json(404, json!({"message": "unknown connection"})),
            &["ado_pipeline_service_connection_id", "authorized"],
        ),
        (azure_devops(false), page, &["text/html", "no token"]),
    ] {
        let script = Script::new(move |_| answer.clone());
        let text = read(&client_with(&script, credential(source))).await.unwrap_err().to_string();
        for part in expected {
            assert!(text.contains(part), "{part:?} is missing in: {text}");
        }
        assert!(!text.contains("-token-1234"), "{text}");
        assert!(!script.seen().iter().any(is_graph));
    }
}

#[tokio::test(start_paused = true)]
async fn a_mismatch_shows_what_must_stand_in_the_credential() {
    let script =
        script(refused("invalid_client", 700_213, "No matching federated identity record found."));
    let given = Secret::new(foreign("repo:o/r:pull_request", START + 600));
    let client = client_with(&script, credential(ForeignToken::Given(given)));
    let text = read(&client).await.unwrap_err().to_string();
    for part in [
        "issuer \"https://token.example\"",
        "subject \"repo:o/r:pull_request\"",
        "audience \"api://AzureADTokenExchange\"",
        "exactly",
    ] {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
    assert!(!text.contains("eyJ"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_is_too_new_is_waited_for_only_when_allowed() {
    let given = || credential(ForeignToken::Given(Secret::new(foreign("s", START + 6000))));
    let unknown =
        || refused("invalid_request", 70021, "No matching federated identity record found.");
    let answers = [unknown(), unknown(), unknown(), issued("token"), ok()];
    let script = Script::of(answers);
    let config = ClientConfig { waits_for_replication: true, ..ClientConfig::new(given()) };
    read(&Client::new(config, script.runtime())).await.unwrap();
    let times: Vec<_> = script.seen()[..4].iter().map(|request| request.at.as_secs()).collect();
    assert_eq!(times, [0, 15, 30, 45]);

    let script = self::script(unknown());
    let config = ClientConfig { waits_for_replication: true, ..ClientConfig::new(given()) };
    let text = read(&Client::new(config, script.runtime())).await.unwrap_err().to_string();
    assert!(text.contains("tried 13 times"), "three minutes in steps of 15 s: {text}");

    let script = self::script(unknown());
    read(&client_with(&script, given())).await.unwrap_err();
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_managed_identity_can_vouch_for_an_app() {
    let voucher = foreign("principal", START + 600);
    let shown = voucher.clone();
    let script = Script::new(move |request| match request.url.starts_with(IMDS) {
        true => Answer::json(200, json!({"access_token": voucher, "expires_in": "86400"})),
        false if is_token_request(request) => issued("token"),
        false => ok(),
    });
    let identity = ManagedIdentity {
        host: Host::Imds { endpoint: IMDS.to_owned() },
        id: Some(APP.to_owned()),
    };
    let source = ForeignToken::ManagedIdentity(Box::new(identity));
    read(&client_with(&script, credential(source))).await.unwrap();
    let seen = script.seen();
    assert!(seen[0].path.contains("resource=api%3A%2F%2FAzureADTokenExchange"), "{}", seen[0].path);
    assert_eq!(form(&seen[1])["client_assertion"], shown);
}
