use std::sync::Mutex;

use serde_json::json;

use super::*;
use crate::framework::Provider as _;
use crate::framework::provider::ConfigureRequest;
use crate::graph::scripted::{Answer, Script, token};
use crate::provider::Provider;

const TENANT: &str = "4b9d3c1a-6f58-4e2b-9a70-1c8e5d2f7b36";
const CLIENT: &str = "c0a4f7d2-93be-4d61-8f15-6e2b7a9c3d48";
const INTUNE: &str = "https://api.manage.microsoft.com/";

/// A configured provider, and a token service whose tokens live for an hour from the script's own time.
fn provider(attributes: &[(&'static str, &str)]) -> (Provider, Arc<Script>) {
    let count = Mutex::new(0);
    let script = Script::new(move |request| {
        let number = {
            let mut count = count.lock().unwrap();
            *count += 1;
            *count
        };
        assert!(request.path.ends_with("/oauth2/v2.0/token"), "{}", request.path);
        let claims =
            json!({"tid": TENANT, "appid": CLIENT, "roles": ["get_data_warehouse"], "n": number});
        Answer::json(
            200,
            json!({"token_type": "Bearer", "expires_in": 3600, "access_token": token(&claims)}),
        )
    });
    let wire = Arc::clone(&script);
    let provider = Provider::new([], move || wire.runtime());
    let mut block = vec![
        ("tenant_id", Value::from(TENANT)),
        ("client_id", Value::from(CLIENT)),
        ("client_secret", Value::from("secret-canary")),
    ];
    block.extend(attributes.iter().map(|(name, text)| (*name, Value::from(*text))));
    let config = Value::object(block);
    let mut diags = Diagnostics::new();
    provider
        .configure(ConfigureRequest { config: &config, terraform_version: "1.11.4" }, &mut diags);
    assert!(!diags.has_error(), "{diags:?}");
    (provider, script)
}

fn ephemeral(provider: &Provider) -> Arc<dyn Ephemeral> {
    Arc::clone(&provider.ephemerals()["windows365_access_token"])
}

fn config(audience: Option<&str>, scopes: &[&str]) -> Value {
    Value::object([
        ("audience", audience.map_or(Value::Null, Value::from)),
        (
            "scopes",
            match scopes {
                [] => Value::Null,
                scopes => Value::List(scopes.iter().map(|it| Value::from(*it)).collect()),
            },
        ),
    ])
}

#[tokio::test(start_paused = true)]
async fn a_token_for_any_audience_is_got_the_way_the_provider_signs_in() {
    let (provider, script) = provider(&[]);
    let cx = Context::unstoppable();
    let opened = ephemeral(&provider).open(&cx, config(Some(INTUNE), &[])).await.unwrap();
    assert_eq!(
        opened.result.get("permissions"),
        &Value::List(vec![Value::from("get_data_warehouse")])
    );
    assert_eq!(opened.result.get("application"), &Value::Bool(true));
    assert_eq!(opened.result.get("tenant_id").as_str(), Some(TENANT));
    assert_eq!(opened.result.get("audience").as_str(), Some(INTUNE));
    assert!(opened.result.get("access_token").as_str().unwrap().starts_with("ey"));
    let text = &script.seen()[0].text;
    // The audience ends in a slash, and another follows.
    assert!(text.contains("scope=https%3A%2F%2Fapi.manage.microsoft.com%2F%2F.default"), "{text}");
    let private = String::from_utf8(opened.private).unwrap();
    assert!(!private.contains("ey") && !private.contains("canary"), "{private}");
}

#[tokio::test(start_paused = true)]
async fn it_is_renewed_while_it_is_open_and_what_ends_too_soon_is_told_once() {
    let (provider, script) = provider(&[]);
    let (it, cx) = (ephemeral(&provider), Context::unstoppable());
    let opened = it.open(&cx, config(Some(INTUNE), &[])).await.unwrap();
    let now = || SystemTime::from(script.runtime().clock.wall());
    let until = |at: Option<SystemTime>| at.unwrap().duration_since(now()).unwrap().as_secs();
    let wait = until(opened.renew_at);
    assert!((3290..=3300).contains(&wait), "{wait}");
    tokio::time::sleep(Duration::from_secs(wait + 1)).await;
    let first = it.renew(&cx, opened.private).await.unwrap();
    assert_eq!(script.seen().len(), 2, "another token was asked for");
    let warning = first.diagnostics.iter().next().unwrap();
    assert!(warning.summary.contains("ends before the run does") && !warning.is_error());
    let wait = until(first.renew_at);
    tokio::time::sleep(Duration::from_secs(wait + 1)).await;
    let second = it.renew(&cx, first.private).await.unwrap();
    assert!(second.diagnostics.is_empty() && script.seen().len() == 3);
    assert!(it.close(&cx, second.private).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_about_to_end_is_not_handed_out() {
    let (provider, script) = provider(&[]);
    let (it, cx) = (ephemeral(&provider), Context::unstoppable());
    let token = |opened: &Opened| opened.result.get("access_token").clone();
    let first = it.open(&cx, config(Some(INTUNE), &[])).await.unwrap();
    let again = it.open(&cx, config(Some(INTUNE), &[])).await.unwrap();
    assert_eq!(token(&first), token(&again), "the one in use is good for a while");
    tokio::time::sleep(Duration::from_secs(1200)).await;
    let later = it.open(&cx, config(Some(INTUNE), &[])).await.unwrap();
    assert_ne!(token(&first), token(&later));
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_app_cannot_name_permissions_and_a_given_token_serves_its_own_audience_only() {
    let cx = Context::unstoppable();
    let failure = |provider: Provider, config: Value| {
        let (it, cx) = (ephemeral(&provider), cx.clone());
        async move { it.open(&cx, config).await.unwrap_err().iter().next().unwrap().detail.clone() }
    };
    let text = failure(provider(&[]).0, config(Some(INTUNE), &["Report.Read"])).await;
    assert!(text.contains("permissions can be named only for a signed-in person"), "{text}");

    let given = |claims: serde_json::Value| {
        let script = Script::of([]);
        let provider = Provider::new([], move || script.runtime());
        let text = if claims.is_null() { "opaque".to_owned() } else { token(&claims) };
        let config = Value::object([("access_token", Value::from(text))]);
        let request = ConfigureRequest { config: &config, terraform_version: "" };
        provider.configure(request, &mut Diagnostics::new());
        provider
    };
    let graph = json!({"aud": "https://graph.microsoft.com", "tid": TENANT});
    let text = failure(given(graph.clone()), config(Some(INTUNE), &[])).await;
    assert!(text.contains(&format!("is not for {INTUNE}")), "{text}");
    let text = failure(given(json!(null)), config(Some(INTUNE), &[])).await;
    assert!(text.contains("cannot be read"), "{text}");
    let opened = ephemeral(&given(graph)).open(&cx, config(None, &[])).await.unwrap();
    assert_eq!(opened.result.get("tenant_id").as_str(), Some(TENANT));
}

#[test]
fn what_cannot_be_asked_for_is_refused_before_anything_is_sent() {
    let (provider, script) = provider(&[]);
    for (config, summary) in [
        (config(Some("two words"), &[]), Some("Invalid audience")),
        (config(Some(""), &[]), Some("Invalid audience")),
        (config(Some("https://graph.microsoft.com/.default"), &[]), Some("Invalid audience")),
        (config(None, &["a b"]), Some("Invalid scopes")),
        (config(None, &[""]), Some("Invalid scopes")),
        (config(Some("c161e42e-d4df-4a3d-9b42-e7a3c31f59d4"), &["a"]), None),
        (Value::object([("audience", Value::unknown()), ("scopes", Value::unknown())]), None),
    ] {
        let mut diags = Diagnostics::new();
        ephemeral(&provider).validate(&config, &mut diags);
        assert_eq!(diags.iter().next().map(|it| it.summary.as_str()), summary, "{config:?}");
    }
    assert!(script.seen().is_empty());
}
