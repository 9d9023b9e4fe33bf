//! What all addresses have in common: routes, errors, tokens, permissions, the log.

use serde_json::{Value, json};

use super::Tenant;
use super::harness::{POLICIES, policy};
use crate::mock::{Claims, Effect, Fault, Scripted};

#[test]
fn an_unknown_address_is_the_clients_fault_and_says_so() {
    let tenant = Tenant::new();
    let no_route = tenant.get("/beta/deviceManagement/deviceCompliancePolicies");
    assert_eq!(
        (no_route.status, &no_route.body["error"]["code"]),
        (400, &json!("No method match route template"))
    );
    tenant
        .get("/beta/deviceManagement/nonsense")
        .refused(404, "Resource not found for the segment 'nonsense'");
    tenant
        .get("/beta/deviceManagement/virtualEndpoint/nonsense")
        .refused(404, "segment 'nonsense'");
    tenant.get("/beta/nonsense").refused(404, "segment 'nonsense'");
    tenant
        .get("/deviceManagement/roleDefinitions")
        .refused(404, "Invalid version: deviceManagement");
}

#[test]
fn every_reply_repeats_the_ids_of_the_request() {
    let tenant = Tenant::new();
    let mut request = tenant.request("GET", &format!("{POLICIES}/nothing"), None);
    request.headers_mut().insert(
        "client-request-id",
        "c1a7e1de-52b8-4a0e-8d3f-000000000003".parse().expect("a header"),
    );
    let reply = tenant.send(request).expect("an answer");
    assert_eq!(reply.header("client-request-id"), "c1a7e1de-52b8-4a0e-8d3f-000000000003");
    assert_eq!(reply.header("date"), "Tue, 03 Mar 2026 09:14:00 GMT");
    let inner = &reply.body["error"]["innerError"];
    assert_eq!(inner["request-id"], reply.header("request-id"));
    assert_eq!(inner["client-request-id"], "c1a7e1de-52b8-4a0e-8d3f-000000000003");
    assert_eq!(inner["date"], "2026-03-03T09:14:00");
}

#[test]
fn intune_puts_a_json_text_into_the_message_and_cloud_pc_does_not() {
    let tenant = Tenant::new();
    let intune = tenant.get("/beta/deviceManagement/roleDefinitions/nothing");
    let message = intune.body["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("{\r\n  \"_version\": 3,"), "{message}");
    let inner: Value = serde_json::from_str(message).expect("JSON inside");
    let text = inner["Message"].as_str().expect("a text");
    assert!(text.contains(&format!("Activity ID: {}", intune.header("request-id"))), "{text}");
    assert!(text.contains(" - Url: https://fef.mock.invalid/"), "{text}");
    assert_eq!(inner["HttpHeaders"], "{}");
    let plain = tenant.get(&format!("{POLICIES}/nothing"));
    assert_eq!(
        plain.body["error"]["message"],
        "There is no provisioning policy with the id nothing."
    );
}

#[test]
fn a_body_that_is_no_json_object_is_refused() {
    let tenant = Tenant::new();
    let mut request = tenant.request("POST", POLICIES, Some(&policy("x")));
    *request.body_mut() = "{".into();
    tenant.send(request).expect("an answer").refused(400, "Unable to read JSON");
    tenant.post(POLICIES, &json!([])).refused(400, "not a JSON object");
    let mut request = tenant.request("POST", POLICIES, Some(&policy("x")));
    request.headers_mut().remove("content-type");
    tenant.send(request).expect("an answer").refused(415, "content type");
}

#[test]
fn a_token_must_be_known_fresh_and_for_graph() {
    let mut tenant = Tenant::new();
    let refused = |tenant: &Tenant, part: &str| {
        let reply = tenant.get(POLICIES);
        reply.refused(401, part);
        assert_eq!(reply.body["error"]["code"], "InvalidAuthenticationToken");
        assert!(reply.header("www-authenticate").starts_with("Bearer realm="));
    };
    let roles = vec!["CloudPC.Read.All".to_owned()];
    tenant.token = "eyJ0eXAi.e30.x".to_owned();
    refused(&tenant, "not well formed");
    let audience = "https://management.azure.com".to_owned();
    tenant.token =
        tenant.mock.token(Claims { audience, roles: roles.clone(), ..Claims::default() });
    refused(&tenant, "Invalid audience");
    let expires_at = tenant.mock.now().as_second() + 60;
    tenant.token = tenant.mock.token(Claims { expires_at, roles, ..Claims::default() });
    tenant.get(POLICIES).ok(200);
    tenant.mock.advance(std::time::Duration::from_secs(60));
    refused(&tenant, "expired");
    let mut request = tenant.request("GET", POLICIES, None);
    request.headers_mut().remove("authorization");
    tenant.send(request).expect("an answer").refused(401, "empty");
}

#[test]
fn the_permission_of_the_path_is_asked_for_in_both_kinds_of_token() {
    let mut tenant = Tenant::new();
    let roles = "/beta/deviceManagement/roleDefinitions";
    let read = |name: &str| Claims { roles: vec![name.to_owned()], ..Claims::default() };
    let delegated = |name: &str| Claims { scopes: vec![name.to_owned()], ..Claims::default() };
    for claims in [read("CloudPC.Read.All"), delegated("CloudPC.Read.All")] {
        tenant.token = tenant.mock.token(claims);
        tenant.get(POLICIES).ok(200);
        tenant
            .post(POLICIES, &policy("x"))
            .refused(403, "Access is denied to the requested resource.");
        let intune = tenant.get(roles);
        intune.refused(403, "Application is not authorized to perform this operation.");
        intune.refused(403, "CustomApiErrorPhrase");
        assert_eq!(intune.body["error"]["code"], "Forbidden");
    }
    tenant.token = tenant.mock.token(Claims::default());
    tenant.get(POLICIES).refused(403, "Access is denied");
    // An app role in a delegated token opens nothing.
    let claims = Claims { scopes: vec!["User.Read".into()], ..read("CloudPC.Read.All") };
    tenant.token = tenant.mock.token(claims);
    tenant.get(POLICIES).refused(403, "Access is denied");
}

#[test]
fn cloud_pc_wants_to_know_the_user_agent() {
    let tenant = Tenant::new();
    for (url, status) in [(POLICIES, 403), ("/beta/deviceManagement/roleDefinitions", 200)] {
        let mut request = tenant.request("GET", url, None);
        request.headers_mut().remove("user-agent");
        assert_eq!(tenant.send(request).expect("an answer").status, status, "{url}");
    }
}

#[test]
fn a_challenge_is_met_by_a_token_with_its_claims() {
    let mut tenant = Tenant::with(|switches| switches.access_challenge = true);
    let reply = tenant.get(POLICIES);
    reply.refused(401, "Continuous access evaluation");
    let header = reply.header("www-authenticate").to_owned();
    assert!(header.contains("error=\"insufficient_claims\""), "{header}");
    let claims =
        header.split("claims=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("claims");
    use base64::Engine as _;
    let claims = base64::engine::general_purpose::STANDARD.decode(claims).expect("base64");
    let form = super::tokens::form(&[("claims", &String::from_utf8(claims).expect("text"))]);
    tenant.token = super::tokens::ask(&tenant, &form).ok(200).body["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    tenant.get(POLICIES).ok(200);
}

#[test]
fn the_log_holds_each_request_and_no_secret() {
    let tenant = Tenant::new();
    tenant.post(POLICIES, &policy("Finance desktops")).ok(201);
    tenant.get(&format!("{POLICIES}?$top=5")).ok(200);
    let form = super::tokens::form(&[]);
    super::tokens::ask(&tenant, &form).ok(200);
    let log = tenant.mock.requests();
    assert_eq!(
        log.iter().map(|entry| (entry.number, entry.status)).collect::<Vec<_>>(),
        [(1, 201), (2, 200), (3, 200)]
    );
    assert_eq!(
        log[0].body.as_ref().map(|body| body["displayName"].clone()),
        Some(json!("Finance desktops"))
    );
    assert_eq!(
        (log[1].path.as_str(), log[1].query.as_str(), log[1].bearer),
        (POLICIES, "$top=5", true)
    );
    assert_eq!(log[1].prefer, "include-unknown-enum-members");
    let text = serde_json::to_string(&log).expect("JSON");
    let secret = tenant.mock.environment()[2].1.clone();
    assert!(!text.contains(&secret) && !text.contains("eyJ"), "{text}");
    assert!(text.contains("sha256:"), "{text}");
}

#[test]
fn a_fault_hits_the_requests_it_names_and_no_others() {
    let tenant = Tenant::new();
    let item = "/deviceManagement/virtualEndpoint/provisioningPolicies/{id}";
    tenant.mock.fault(Fault::once("GET", item, Effect::status(503)).nth(2).times(2));
    let id = tenant.post(POLICIES, &policy("Finance desktops")).ok(201).id();
    let url = format!("{POLICIES}('{id}')");
    let statuses: Vec<u16> = (0..5).map(|_| tenant.get(&url).status).collect();
    assert_eq!(statuses, [200, 503, 503, 200, 200]);
    tenant.get(POLICIES).ok(200);
    assert_eq!(tenant.mock.requests().iter().filter(|entry| entry.faulted).count(), 2);
}

#[test]
fn a_fault_can_be_for_one_query_only() {
    let tenant = Tenant::new();
    tenant.mock.fault(Fault::once("GET", "*", Effect::status(503)).with_query("$top=500").times(9));
    tenant.get(&format!("{POLICIES}?$top=20")).ok(200);
    assert_eq!(tenant.get(&format!("{POLICIES}?%24top=500")).status, 503);
}

#[test]
fn a_scripted_answer_is_sent_as_written() {
    let tenant = Tenant::new();
    let scripted = Scripted {
        status: 429,
        headers: vec![
            ("Retry-After".into(), "2.128".into()),
            ("Content-Type".into(), "text/html".into()),
        ],
        body: json!("<html>slow down</html>"),
    };
    tenant.mock.fault(Fault::once("*", "*", Effect::Reply(scripted)));
    let reply = tenant.get(POLICIES);
    assert_eq!((reply.status, reply.header("retry-after")), (429, "2.128"));
    assert_eq!(
        (reply.header("content-type"), &reply.body),
        ("text/html", &json!("<html>slow down</html>"))
    );
}

#[test]
fn a_write_happens_before_or_not_at_all_as_the_fault_says() {
    let tenant = Tenant::new();
    let path = &POLICIES["/beta".len()..];
    let count = || tenant.mock.objects(path).len();
    let post = |name: &str| tenant.send(tenant.request("POST", POLICIES, Some(&policy(name))));
    tenant.mock.fault(Fault::once("POST", path, Effect::Reset));
    assert!(post("one").is_err());
    assert_eq!(count(), 0);
    tenant.mock.fault(Fault::once("POST", path, Effect::ActThenReset));
    assert!(post("two").is_err());
    assert_eq!(count(), 1);
    let late = Scripted { status: 504, body: json!("$standard"), ..Scripted::default() };
    tenant.mock.fault(Fault::once("POST", path, Effect::ActThenReply(late)));
    assert_eq!(post("three").expect("an answer").status, 504);
    assert_eq!(count(), 2);
    let settings = "/deviceManagement/virtualEndpoint/userSettings";
    tenant.mock.fault(Fault::once("POST", settings, Effect::ActTwiceThenReset));
    let body = json!({ "displayName": "Developers" });
    assert!(tenant.send(tenant.request("POST", &format!("/beta{settings}"), Some(&body))).is_err());
    assert_eq!(tenant.mock.objects(settings).len(), 2);
}

#[test]
fn one_seed_gives_one_run() {
    let run = || {
        let tenant = Tenant::new();
        let ids: Vec<String> =
            ["a", "b"].map(|name| tenant.post(POLICIES, &policy(name)).ok(201).id()).to_vec();
        (ids, tenant.get(POLICIES).ok(200).header("request-id").to_owned())
    };
    assert_eq!(run(), run());
}

#[test]
fn a_reset_gives_back_the_tenant_of_the_start() {
    let tenant = Tenant::new();
    let before = tenant.mock.everything();
    tenant.post(POLICIES, &policy("Finance desktops")).ok(201);
    assert_ne!(tenant.mock.everything(), before);
    tenant.mock.reset();
    assert_eq!(tenant.mock.everything(), before);
    assert_eq!(tenant.mock.requests(), []);
}

#[test]
fn the_metadata_and_the_rules_can_be_read() {
    let metadata = crate::mock::metadata::metadata();
    for set in crate::mock::rules::SETS {
        assert!(metadata.get(set.type_name).is_some(), "{} of {}", set.type_name, set.path);
        for rule in set.rules {
            assert!(!rule.source.is_empty(), "{}: {}", set.path, rule.words());
            if let crate::mock::rules::What::Default(name, text) = &rule.what {
                let known =
                    metadata.property(set.type_name, name, crate::mock::metadata::Version::Beta);
                assert!(known.is_some(), "{}: {name}", set.path);
                assert!(serde_json::from_str::<Value>(text).is_ok(), "{}: {text}", set.path);
            }
        }
    }
}
