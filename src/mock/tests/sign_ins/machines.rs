//! Machines and pipelines: each host with its checks and its dialect.

use serde_json::json;

use super::*;
use crate::mock::{ArcAgent, ArcTrick, MACHINE_SECRET, PIPELINE_SECRET};

const IMDS: &str = "/metadata/identity/oauth2/token?api-version=2018-02-01";
const ARC: &str = "/metadata/identity/oauth2/token?api-version=2020-06-01";

fn resource() -> String {
    format!("&resource={}", escape(ORIGIN))
}

#[test]
fn a_virtual_machine_asks_with_its_header_for_one_identity_and_gets_texts() {
    let tenant = Tenant::new();
    let metadata = [("metadata", "true")];
    let path = format!("{IMDS}{}", resource());
    let reply = get(&tenant, &path, &metadata).ok(200);
    assert_eq!(reply.body["expires_in"], "86399");
    let said = claims(&reply.body["access_token"]);
    assert!(said["xms_mirid"].as_str().is_some_and(|id| id.contains("virtualMachines")));
    let mut assigned = String::new();
    tenant.mock.identities(|all| assigned.clone_from(&all[1].client_id));
    let reply = get(&tenant, &format!("{path}&client_id={assigned}"), &metadata).ok(200);
    assert_eq!(reply.body["client_id"], assigned.as_str());
    for (path, headers) in [
        (path.clone(), &[][..]),
        (path.clone(), &[("metadata", "true"), ("via", "1.1 proxy")][..]),
        (IMDS.to_owned(), &metadata[..]),
        (format!("{path}&client_id=11111111-2222-3333-4444-555555555555"), &metadata[..]),
        (format!("{path}&client_id={assigned}&object_id={assigned}"), &metadata[..]),
        (path.replace("2018-02-01", "2017-01-01"), &metadata[..]),
    ] {
        assert_eq!(get(&tenant, &path, headers).status, 400, "{path}");
    }
    tenant.mock.identities(|all| {
        all.remove(0);
        all.push(all[0].clone());
    });
    let text = get(&tenant, &path, &metadata).body["error_description"].to_string();
    assert!(text.contains("Multiple user assigned"), "{text}");
}

#[test]
fn app_service_wants_its_header_and_its_older_version_writes_a_date() {
    let tenant = Tenant::new();
    let path = |version: &str| format!("/msi/token?api-version={version}{}", resource());
    let new = get(&tenant, &path("2019-08-01"), &[("x-identity-header", MACHINE_SECRET)]).ok(200);
    assert!(new.body["expires_on"].as_str().is_some_and(|text| text.parse::<i64>().is_ok()));
    let old = get(&tenant, &path("2017-09-01"), &[("secret", MACHINE_SECRET)]).ok(200);
    assert_eq!(old.body["expires_on"], "03/04/2026 09:13:59 +00:00");
    assert_eq!(get(&tenant, &path("2019-08-01"), &[]).status, 401);
}

#[test]
fn cloud_shell_gives_the_token_of_the_person() {
    let tenant = Tenant::new();
    let request = |metadata: &str| {
        http::Request::post(format!("{ORIGIN}/oauth2/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("metadata", metadata)
            .body(format!("resource={}", escape(ORIGIN)).into())
            .expect("a request")
    };
    let reply = tenant.send(request("true")).expect("an answer").ok(200);
    let said = claims(&reply.body["access_token"]);
    assert_eq!(
        (&said["idtyp"], &said["scp"]),
        (&json!("user"), &json!("User.Read Directory.AccessAsUser.All"))
    );
    assert_eq!(tenant.send(request("false")).expect("an answer").status, 400);
}

#[test]
fn the_agent_of_arc_asks_for_its_key_or_for_what_it_should_not() {
    let tenant = Tenant::new();
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("passwords");
    std::fs::write(&secret, "hunter2").expect("a file");
    let agent = |trick: ArcTrick| {
        let folder = folder.path().to_path_buf();
        tenant.mock.arc_agent(ArcAgent { folder, trick });
        let path = format!("{ARC}{}", resource());
        let reply = get(&tenant, &path, &[("metadata", "true")]).ok(401);
        reply.header("www-authenticate").to_owned()
    };
    let realm = agent(ArcTrick::Honest);
    let file = realm.strip_prefix("Basic realm=").expect("a path");
    let key = std::fs::read_to_string(file).expect("a key");
    let path = format!("{ARC}{}", resource());
    let proof = format!("Basic {key}");
    let headers = [("metadata", "true"), ("authorization", proof.as_str())];
    get(&tenant, &path, &headers).ok(200);
    assert_eq!(get(&tenant, &format!("{path}&client_id=1"), &headers).status, 400);
    assert_eq!(agent(ArcTrick::Nothing), "");
    assert!(agent(ArcTrick::File(secret.clone())).ends_with("passwords"));
    let big = agent(ArcTrick::TooBig);
    let big = std::fs::metadata(big.trim_start_matches("Basic realm=")).expect("a file");
    assert!(big.len() > 4096);
    let link = agent(ArcTrick::Link(secret));
    let link = link.trim_start_matches("Basic realm=");
    assert_eq!(std::fs::read_to_string(link).expect("a link"), "hunter2");
}

#[test]
fn pipelines_hand_out_tokens_to_their_jobs() {
    let tenant = Tenant::new();
    let bearer = format!("Bearer {PIPELINE_SECRET}");
    let path = "/actions/idtoken?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange";
    let reply = get(&tenant, path, &[("authorization", &bearer)]).ok(200);
    let said = claims(&reply.body["value"]);
    assert_eq!(said["aud"], "api://AzureADTokenExchange");
    assert_eq!(said["sub"], "repo:northgate/desktops:ref:refs/heads/main");
    assert_eq!(get(&tenant, path, &[]).status, 401);

    let devops = |connection: &str, headers: &[(&str, &str)]| {
        let address =
            format!("{ORIGIN}/devops/oidctoken?api-version=7.1&serviceConnectionId={connection}");
        let mut request = http::Request::post(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        tenant.send(request.body(bytes::Bytes::new()).expect("a request")).expect("an answer")
    };
    let mut connection = String::new();
    tenant.mock.pipelines(|pipelines| connection.clone_from(&pipelines.connection));
    let suppress = ("x-tfs-fedauthredirect", "Suppress");
    let reply = devops(&connection, &[("authorization", &bearer), suppress]).ok(200);
    assert_eq!(claims(&reply.body["oidcToken"])["aud"], "api://AzureADTokenExchange");
    assert_eq!(devops("another", &[("authorization", &bearer), suppress]).status, 404);
    assert_eq!(devops(&connection, &[suppress]).status, 401);
    // Without the header a page to sign in on comes.
    assert_eq!(devops(&connection, &[]).status, 203);
}
