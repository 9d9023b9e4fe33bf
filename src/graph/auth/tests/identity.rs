use super::*;
use crate::graph::auth::{ARC, IMDS};

const RESOURCE: &str = "resource=https%3A%2F%2Fgraph.microsoft.com";

fn credential(host: Host, id: Option<&str>) -> Credential {
    let identity = ManagedIdentity { host, id: id.map(str::to_owned) };
    Credential::ManagedIdentity { identity, tenant_id: None }
}

fn imds() -> Host {
    Host::Imds { endpoint: IMDS.to_owned() }
}

fn app_service() -> Host {
    Host::AppService {
        endpoint: "http://127.0.0.1:41741/msi/token".to_owned(),
        header: Secret::new("the-identity-header"),
    }
}

fn machine_learning() -> Host {
    Host::MachineLearning {
        endpoint: "http://127.0.0.1:41742/msi/token".to_owned(),
        secret: Secret::new("the-msi-secret"),
    }
}

fn cloud_shell() -> Host {
    Host::CloudShell { endpoint: "http://localhost:50342/oauth2/token".to_owned() }
}

/// Numbers as texts, as these endpoints write them.
fn given() -> Answer {
    Answer::json(
        200,
        json!({"access_token": "token", "expires_in": "3600", "expires_on": "1772532000", "resource": "x", "token_type": "Bearer"}),
    )
}

fn near(answer: Answer) -> Arc<Script> {
    Script::new(move |request| if is_graph(request) { ok() } else { answer.clone() })
}

#[tokio::test(start_paused = true)]
async fn each_host_is_asked_in_its_own_way() {
    const NAMED: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
    const ASSIGNED: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
    let cases = [
        (
            imds(),
            None,
            format!("GET /metadata/identity/oauth2/token?api-version=2018-02-01&{RESOURCE}"),
            ("metadata", "true"),
        ),
        (
            imds(),
            Some(NAMED),
            format!(
                "GET /metadata/identity/oauth2/token?api-version=2018-02-01&{RESOURCE}&client_id={NAMED}"
            ),
            ("metadata", "true"),
        ),
        (
            imds(),
            Some(ASSIGNED),
            format!(
                "GET /metadata/identity/oauth2/token?api-version=2018-02-01&{RESOURCE}&msi_res_id={}",
                ASSIGNED.replace('/', "%2F")
            ),
            ("metadata", "true"),
        ),
        (
            app_service(),
            None,
            format!("GET /msi/token?api-version=2019-08-01&{RESOURCE}"),
            ("x-identity-header", "the-identity-header"),
        ),
        (
            app_service(),
            Some(ASSIGNED),
            format!(
                "GET /msi/token?api-version=2019-08-01&{RESOURCE}&mi_res_id={}",
                ASSIGNED.replace('/', "%2F")
            ),
            ("x-identity-header", "the-identity-header"),
        ),
        (
            machine_learning(),
            Some(NAMED),
            format!("GET /msi/token?api-version=2017-09-01&{RESOURCE}&clientid={NAMED}"),
            ("secret", "the-msi-secret"),
        ),
        (cloud_shell(), None, "POST /oauth2/token".to_owned(), ("metadata", "true")),
    ];
    for (host, id, line, (header, value)) in cases {
        let script = near(given());
        read(&client_with(&script, credential(host, id))).await.unwrap();
        let seen = script.seen();
        assert_eq!(seen[0].line(), line);
        assert_eq!(seen[0].header(header), value);
        assert!(!seen[0].text.contains("claims") && !seen[0].path.contains("claims"));
        assert_eq!(seen[1].header("authorization"), "Bearer token");
        if line.starts_with("POST") {
            assert_eq!(seen[0].text, RESOURCE);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_instead_of_a_life_is_understood_and_the_token_renewed_in_time() {
    let answer = Answer::json(
        200,
        json!({"access_token": "token", "expires_on": "03/03/2026 10:00:00 +00:00"}),
    );
    let script = near(answer);
    let client = client_with(&script, credential(machine_learning(), None));
    let logins = || script.seen().iter().filter(|request| !is_graph(request)).count();
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3000)).await;
    read(&client).await.unwrap();
    assert_eq!(logins(), 1);
    tokio::time::sleep(Duration::from_secs(400)).await;
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(logins(), 2, "due five minutes before its end");
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_waited_for_and_what_does_not_is_explained() {
    let fail = |status: u16, text: &str| {
        Answer::json(status, json!({"error": "invalid_request", "error_description": text}))
    };
    let script = Script::of([
        fail(404, "not found"),
        fail(410, "update"),
        Answer::empty(503),
        given(),
        ok(),
    ]);
    read(&client_with(&script, credential(imds(), None))).await.unwrap();
    for (answer, id, expected) in [
        (fail(400, "Identity not found"), None, "no identity of its own, or several"),
        (fail(400, "Identity not found"), Some(APP), "does not have the identity"),
        (
            fail(403, "A socket operation was attempted to an unreachable network"),
            None,
            "proxy of the container engine",
        ),
    ] {
        let script = near(answer);
        let text =
            read(&client_with(&script, credential(imds(), id))).await.unwrap_err().to_string();
        assert!(text.contains(expected) && text.contains("instance metadata service"), "{text}");
        assert_eq!(script.seen().len(), 1);
    }
    let text = read(&client_with(&near(given()), credential(cloud_shell(), Some(APP))))
        .await
        .unwrap_err()
        .to_string();
    assert!(text.contains("Cloud Shell"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_token_for_another_tenant_is_refused() {
    let other = token(&json!({"tid": "11111111-2222-3333-4444-555555555555", "idtyp": "app"}));
    let script = near(Answer::json(200, json!({"access_token": other, "expires_in": 3600})));
    let identity = ManagedIdentity { host: imds(), id: None };
    let credential = Credential::ManagedIdentity { identity, tenant_id: Some(TENANT.to_owned()) };
    let text = read(&client_with(&script, credential)).await.unwrap_err().to_string();
    assert!(text.contains("11111111-2222") && text.contains(TENANT), "{text}");
}

fn arc(keys: &std::path::Path) -> Credential {
    credential(Host::Arc { endpoint: ARC.to_owned(), keys: keys.to_owned() }, None)
}

fn challenge(path: &str) -> Answer {
    Answer::empty(401).header("www-authenticate", &format!("Basic realm={path}"))
}

#[tokio::test(start_paused = true)]
async fn arcs_key_is_read_and_sent() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("one.key");
    std::fs::write(&key, "the-arc-key").unwrap();
    let script = Script::of([challenge(&key.display().to_string()), given(), ok()]);
    read(&client_with(&script, arc(folder.path()))).await.unwrap();
    let seen = script.seen();
    assert_eq!(
        seen[0].url,
        format!("{ARC}/metadata/identity/oauth2/token?api-version=2020-06-01&{RESOURCE}")
    );
    assert!(seen[0].header("authorization").is_empty());
    assert_eq!(seen[1].header("authorization"), "Basic the-arc-key");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn f40_a_path_that_no_agent_would_name_is_never_read() {
    let root = tempfile::tempdir().unwrap();
    let keys = root.path().join("tokens");
    std::fs::create_dir_all(keys.join("deep")).unwrap();
    for path in ["outside.key", "tokens/secret.txt", "tokens/deep/one.key", "tokens/big.key"] {
        std::fs::write(root.path().join(path), "stolen").unwrap();
    }
    std::fs::write(keys.join("big.key"), "x".repeat(4097)).unwrap();
    std::os::unix::fs::symlink(root.path().join("outside.key"), keys.join("link.key")).unwrap();
    let inside = keys.display();
    for (path, expected) in [
        (format!("{}/outside.key", root.path().display()), "does not lie directly in"),
        (format!("{inside}/../outside.key"), "does not lie directly in"),
        (format!("{inside}/deep/one.key"), "does not lie directly in"),
        (format!("{inside}/secret.txt"), "does not end in .key"),
        (format!("{inside}/big.key"), "larger than 4096"),
        (format!("{inside}/link.key"), "no plain file"),
        (format!("{inside}/absent.key"), "cannot be read"),
        ("/etc/passwd".to_owned(), "does not lie directly in"),
        (String::new(), "does not lie directly in"),
    ] {
        let script = Script::of([challenge(&path), given(), ok()]);
        let text = read(&client_with(&script, arc(&keys))).await.unwrap_err().to_string();
        assert!(text.contains("cannot be trusted") && text.contains(expected), "{path}: {text}");
        assert_eq!(script.seen().len(), 1, "{path}: nothing of it is sent");
    }
    let script = Script::of([given()]);
    let text = read(&client_with(&script, arc(&keys))).await.unwrap_err().to_string();
    assert!(text.contains("instead of asking for proof"), "{text}");
}
