//! Tokens that end or are refused, and rights that are taken away in the middle.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use windows365::framework::call::Raw;
use windows365::framework::{Context, Server};
use windows365::graph::scripted::{Answer, Script};
use windows365::mock::{Effect, Fault};
use windows365::provider::Provider;
use windows365::tf::{json as tf_json, msgpack};

use crate::lifecycle::run::{Run, text};
use crate::lifecycle::{Life, all_lives, made};
use crate::support::tenant;

/// A provider process that gets its tokens by itself: as the app, or as a person whose sign-in is kept in this folder.
async fn renewing(name: &str, folder: Option<&Path>) -> Run {
    let run = Run::of(name);
    match folder {
        None => run,
        Some(folder) => run.process(run.kept_sign_in(folder).await, |wire| wire),
    }
}

/// A life in which every token ends in the middle, and the first write is refused for its token.
async fn outlives_its_tokens(life: &Life, run: &Run) {
    let mut resource = run.resource(life.name);
    let before = run.mock.tokens_given();
    // A create that is answered 401 did not happen.
    run.mock.fault(Fault::once(life.creates_by(), life.path, Effect::status(401)));
    for config in [&life.create, &life.update, &life.create] {
        assert_eq!(resource.apply(config).await, "", "{}", life.name);
        assert_eq!(made(run, life).len(), 1, "{}", life.name);
        // A new token that is refused at once would be the end of it.
        tokio::time::sleep(Duration::from_secs(600)).await;
        run.mock.revoke_tokens();
    }
    assert_eq!(resource.refresh().await, "", "{}", life.name);
    assert_eq!(resource.drift(&life.create), "", "{}", life.name);
    tokio::time::sleep(Duration::from_secs(600)).await;
    run.mock.revoke_tokens();
    let left = resource.destroy().await;
    assert!(!left.contains("Error") && resource.state.is_null(), "{}: {left}", life.name);
    assert_eq!(made(run, life).is_empty(), left.is_empty(), "{}: {left}", life.name);
    let given = run.mock.tokens_given() - before;
    assert!((2..=6).contains(&given), "{}: {given} tokens", life.name);
}

#[tokio::test(start_paused = true)]
async fn f33_every_entity_outlives_tokens_that_end_in_the_middle() {
    for life in all_lives() {
        if tenant::people_only(life.name) {
            // The next test is about it.
            continue;
        }
        outlives_its_tokens(&life, &renewing(life.name, None).await).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f33_every_entity_outlives_the_tokens_of_a_person_who_signed_in_before() {
    for life in all_lives() {
        let folder = tempfile::tempdir().unwrap();
        outlives_its_tokens(&life, &renewing(life.name, Some(folder.path())).await).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f33_a_token_that_was_given_and_has_ended_is_an_error_that_loses_nothing() {
    for life in all_lives() {
        let run = Run::of(life.name);
        let person = run.process(run.mock.environment_of_person(), |wire| wire);
        let mut resource = person.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let (state, there) = (resource.state.clone(), made(&run, &life));
        run.mock.revoke_tokens();
        let told = resource.refresh().await;
        assert!(told.contains("Error") && told.contains("401"), "{}: {told}", life.name);
        if life.is_changeable() {
            let told = resource.apply(&life.update).await;
            assert!(told.contains("Error") && told.contains("401"), "{}: {told}", life.name);
        }
        assert_eq!(resource.state, state, "{}", life.name);
        assert_eq!(made(&run, &life), there, "{}", life.name);
        // With a new one it goes on.
        let again = run.process(run.mock.environment_of_person(), |wire| wire);
        let mut resource = again.resource(life.name).with_state_of(&resource);
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert_eq!(resource.drift(&life.create), "", "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn f35_a_token_that_is_revoked_is_renewed_with_the_claims_that_are_demanded() {
    for life in all_lives() {
        let folder = tempfile::tempdir().unwrap();
        for folder in [None, Some(folder.path())] {
            if folder.is_none() && tenant::people_only(life.name) {
                continue;
            }
            let run = renewing(life.name, folder).await;
            let before = run.mock.tokens_given();
            run.mock.switch(|switches| switches.access_challenge = true);
            let mut resource = run.resource(life.name);
            assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
            assert_eq!(made(&run, &life).len(), 1, "{}", life.name);
            let given = run.mock.tokens_given() - before;
            assert!((1..=2).contains(&given), "{}: {given} tokens", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f39_rights_that_are_taken_away_in_the_middle_are_told_once_and_nothing_is_lost() {
    for life in all_lives().filter(Life::is_changeable) {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let (before, there) = (resource.state.clone(), made(&run, &life));
        let item = life.item();
        for method in ["PATCH", "PUT", "DELETE"] {
            run.mock.fault(Fault::once(method, &item, Effect::status(403)).times(u32::MAX));
        }
        let below = format!("{item}/{{below}}");
        run.mock.fault(Fault::once("POST", &below, Effect::status(403)).times(u32::MAX));
        run.mock.clear_requests();
        let findings = resource.apply(&life.update).await;
        assert!(findings.contains("403"), "{}: {findings}", life.name);
        assert_eq!(resource.state, before, "{}: nothing was done", life.name);
        assert_eq!(made(&run, &life), there, "{}: nothing was done", life.name);
        let refused = run.mock.requests().iter().filter(|request| request.status == 403).count();
        assert_eq!(refused, 1, "{}: a 403 is final", life.name);
        // Nobody may look any more either.
        run.mock.fault(Fault::once("GET", &item, Effect::status(403)).times(u32::MAX));
        let findings = resource.refresh().await;
        assert!(findings.contains("403"), "{}: {findings}", life.name);
        assert_eq!(resource.state, before, "{}: what cannot be seen is not gone", life.name);
        run.mock.clear_faults();
        assert_eq!(resource.apply(&life.update).await, "", "{}: the next apply", life.name);
        assert_eq!(made(&run, &life).len(), 1, "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn f40_no_variable_sends_a_secret_to_a_strange_host() {
    let job = ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "planted-job-token");
    let app = [
        ("ARM_TENANT_ID", "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31"),
        ("ARM_CLIENT_ID", "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21"),
    ];
    for more in [
        vec![("ARM_USE_OIDC", "true"), ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://evil.test/"), job],
        vec![("ARM_USE_OIDC", "true"), ("ARM_OIDC_REQUEST_URL", "http://evil.test/x"), job],
        vec![("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", "http://evil.test/msi")],
        vec![
            ("ARM_USE_MSI", "true"),
            ("IDENTITY_ENDPOINT", "http://evil.test/msi"),
            ("IDENTITY_HEADER", "planted"),
        ],
        vec![
            ("ARM_USE_MSI", "true"),
            ("MSI_ENDPOINT", "http://evil.test/msi"),
            ("MSI_SECRET", "planted"),
        ],
        vec![
            ("ARM_USE_MSI", "true"),
            ("IDENTITY_ENDPOINT", "http://evil.test/arc"),
            ("IMDS_ENDPOINT", "http://evil.test/arc"),
        ],
    ] {
        let environment: BTreeMap<String, String> = app
            .iter()
            .chain(&more)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let script = Script::new(|_| Answer::empty(404));
        let runtime = script.runtime();
        let provider = Provider::new(environment, move || runtime.clone());
        let server = Server::new(Arc::new(provider));
        let raw = |schema: &windows365::tf::Schema, json| {
            let r#type = schema.block.implied_type();
            let value = tf_json::from_json(&json, &r#type).unwrap();
            Raw { msgpack: msgpack::encode(&value, &r#type), json: Vec::new() }
        };
        let configured = server.configure(raw(server.provider().schema(), json!({})), "1.13.0");
        let name = "intune_role_definition";
        let schema = server.provider().data_sources().get(name).unwrap().schema();
        let (_, findings) =
            server.read_data(&Context::unstoppable(), name, raw(schema, json!({"id": "1"}))).await;
        let findings = text(&configured) + &text(&findings);
        assert!(findings.contains("Error"), "{more:?}: {findings}");
        assert!(!findings.contains("planted"), "{more:?}: {findings}");
        let strange = script.seen().into_iter().find(|request| request.url.contains("evil"));
        assert!(strange.is_none(), "{more:?}: {strange:?}");
    }
}
