use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::*;
use crate::framework::provider::ConfigureRequest;
use crate::framework::{Context, Provider as _};
use crate::graph::scripted::{Answer, Script, Seen, token};
use crate::provider::{MANAGED_DESKTOP, Provider};
use crate::tf::Diagnostics;

const TENANT: &str = "4b9d3c1a-6f58-4e2b-9a70-1c8e5d2f7b36";
const CLIENT: &str = "c0a4f7d2-93be-4d61-8f15-6e2b7a9c3d48";

fn provider(
    setting: &[(&'static str, Value)],
    answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
) -> (Provider, Arc<Script>) {
    let script = Script::new(move |request| match request.path.contains("/oauth2/") {
        false => answer(request),
        true => Answer::json(
            200,
            json!({"token_type": "Bearer", "expires_in": "3599", "access_token": token(&json!({"tid": TENANT, "scp": "MWaaSDevice.Read"}))}),
        ),
    });
    let wire = Arc::clone(&script);
    let provider = Provider::new([], move || wire.runtime());
    let config = Value::object([
        ("tenant_id", Value::from("contoso.com")),
        ("client_id", Value::from(CLIENT)),
        ("client_secret", Value::from("secret-canary")),
        ("managed_desktop", Value::object(setting.iter().cloned())),
    ]);
    let mut diags = Diagnostics::new();
    provider.configure(ConfigureRequest { config: &config, terraform_version: "" }, &mut diags);
    assert!(!diags.has_error(), "{diags:?}");
    (provider, script)
}

fn enabled() -> Vec<(&'static str, Value)> {
    vec![("enabled", Value::Bool(true))]
}

async fn read(provider: &Provider, name: &str, config: &[(&str, Value)]) -> Result<Value, String> {
    let source = &provider.data_sources()[name];
    let config = Value::object(config.iter().map(|(name, value)| (*name, value.clone())));
    match source.read(&Context::unstoppable(), config).await {
        Ok((value, _)) => Ok(value),
        Err(why) => {
            let shown = why.iter().map(|it| format!("{}\n{}", it.summary, it.detail));
            Err(shown.collect::<Vec<_>>().join("\n"))
        }
    }
}

fn device(number: usize) -> Json {
    json!({
        "name": format!("PC-{number:03}"), "intuneId": format!("intune-{number}"), "ageInMonths": "7", "complianceState": null,
        "groups": [{"id": "g", "displayName": "Ring", "countMembers": 3, "surprise": 1}], "planType": true, "novelty": [1],
    })
}

#[tokio::test(start_paused = true)]
async fn devices_are_read_page_by_page_with_a_token_of_their_own_audience() {
    let (provider, script) = provider(&enabled(), |request| {
        let skip: usize = request
            .path
            .split("$skip=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let page: Vec<_> = (skip..(skip + 100).min(150)).rev().map(device).collect();
        Answer::json(200, json!({"@odata.context": "http://internal/x", "value": page}))
    });
    let config = [("search", Value::from("PC"))];
    let found = read(&provider, MANAGED_DESKTOP[1], &config).await.unwrap();
    let items = found.get("items").elements().unwrap();
    assert_eq!(items.len(), 150);
    let first = items.first().unwrap();
    assert_eq!(first.get("name").as_str(), Some("PC-000"));
    assert_eq!(first.get("age_in_months"), &Value::from(7));
    assert_eq!(first.get("compliance_state"), &Value::Null);
    assert_eq!(first.get("plan_type").as_str(), Some("true"));
    let group = &first.get("groups").elements().unwrap()[0];
    assert_eq!(
        (group.get("display_name").as_str(), group.get("count_members")),
        (Some("Ring"), &Value::from(3))
    );
    assert!(first.get("raw_json").as_str().unwrap().contains("\"novelty\":[1]"));
    let schema = provider.data_sources()[MANAGED_DESKTOP[1]].schema();
    found.conforms(&schema.block.implied_type()).unwrap();

    let seen = script.seen();
    assert!(seen[0].path.ends_with("/contoso.com/oauth2/v2.0/token"), "{}", seen[0].path);
    assert!(seen[0].text.contains(
        "scope=https%3A%2F%2Fmwaas-services-customerapi-prod.azurewebsites.net%2F.default"
    ));
    let asked: Vec<_> = seen[1..].iter().map(|request| request.url.clone()).collect();
    let address = |skip| {
        format!(
            "https://mmdls.microsoft.com/support/odata/v1/tenants/{TENANT}/devices?$top=100&$skip={skip}&$searchText=PC"
        )
    };
    assert_eq!(asked, [address(0), address(100), address(150)]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_ignores_skip_is_asked_no_more_than_twice() {
    let (provider, script) =
        provider(&enabled(), |_| Answer::json(200, json!({"value": [device(1), device(2)]})));
    let found = read(&provider, MANAGED_DESKTOP[1], &[("search", Value::Null)]).await.unwrap();
    assert_eq!(found.get("items").elements().unwrap().len(), 2);
    assert_eq!(script.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn one_device_comes_by_itself_or_in_a_list() {
    for body in [device(5), json!({"value": [device(5)]})] {
        let (provider, script) = provider(&enabled(), move |_| Answer::json(200, body.clone()));
        let found =
            read(&provider, MANAGED_DESKTOP[0], &[("name", Value::from("pc-005"))]).await.unwrap();
        assert_eq!(found.get("name").as_str(), Some("pc-005"), "as the configuration spells it");
        assert_eq!(found.get("intune_id").as_str(), Some("intune-5"));
        assert!(
            script.seen()[1]
                .path
                .ends_with(&format!("/support/odata/v1/tenants/{TENANT}/devices/pc-005"))
        );
        let schema = provider.data_sources()[MANAGED_DESKTOP[0]].schema();
        found.conforms(&schema.block.implied_type()).unwrap();
    }
    let (provider, _) = provider(&enabled(), |_| Answer::json(200, json!({"value": []})));
    let why = read(&provider, MANAGED_DESKTOP[0], &[("name", Value::from("x"))]).await.unwrap_err();
    assert!(why.contains("no device of this name") && why.contains("31 July 2024"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn every_failure_tells_that_the_service_ended_and_what_followed() {
    let page = || Answer::text(404, "text/html", "<html><title>Gone</title></html>");
    let refused = || Answer::json(403, json!({"error": {"code": "403", "message": "No."}}));
    let odd = || {
        Answer::json(400, json!({"errorCode": "x1", "message": "Odd.", "instanceAnnotations": []}))
    };
    for (answer, part) in
        [(page as fn() -> Answer, "404"), (refused, "MWaaSDevice.Read"), (odd, "Odd.")]
    {
        let (provider, _) = provider(&enabled(), move |_| answer());
        for (name, config) in [
            (MANAGED_DESKTOP[0], [("name", Value::from("PC"))]),
            (MANAGED_DESKTOP[1], [("search", Value::Null)]),
        ] {
            let why = read(&provider, name, &config).await.unwrap_err();
            for part in [part, "31 July 2024", "Windows Autopatch", "/admin/windows/updates"] {
                assert!(why.contains(part), "{part}: {why}");
            }
            assert!(!why.contains("canary"), "{why}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_off_unless_the_block_enables_it() {
    let (provider, script) = provider(&[("enabled", Value::Bool(false))], |_| Answer::empty(500));
    let why = read(&provider, MANAGED_DESKTOP[1], &[("search", Value::Null)]).await.unwrap_err();
    assert!(
        why.contains("managed_desktop = { enabled = true }") && why.contains("31 July 2024"),
        "{why}"
    );
    assert!(script.seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn host_audience_and_the_older_endpoint_are_settings() {
    let mut setting = enabled();
    setting.extend([
        ("endpoint", Value::from("https://desktop.example/odata/")),
        ("audience", Value::from("c9d36ed4-91b3-4c87-b8d7-68d92826c96c")),
        ("use_v1_authority", Value::Bool(true)),
    ]);
    let (provider, script) = provider(&setting, |_| Answer::json(200, json!({"value": []})));
    read(&provider, MANAGED_DESKTOP[1], &[("search", Value::Null)]).await.unwrap();
    let seen = script.seen();
    assert!(seen[0].path.ends_with("/contoso.com/oauth2/token"), "{}", seen[0].path);
    assert!(
        seen[0].text.contains("resource=c9d36ed4-91b3-4c87-b8d7-68d92826c96c"),
        "{}",
        seen[0].text
    );
    assert!(!seen[0].text.contains("scope="), "{}", seen[0].text);
    assert!(
        seen[1].url.starts_with(&format!("https://desktop.example/odata/tenants/{TENANT}/devices"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_next_link_to_another_host_gets_no_token() {
    let (provider, script) = provider(&enabled(), |_| {
        Answer::json(
            200,
            json!({"value": [device(1)], "@odata.nextLink": "https://evil.test/support/odata/v1/x"}),
        )
    });
    let why = read(&provider, MANAGED_DESKTOP[1], &[("search", Value::Null)]).await.unwrap_err();
    assert!(why.contains("cannot be trusted"), "{why}");
    assert!(script.seen().iter().all(|request| !request.url.contains("evil.test")));
}
