//! What there is one of in every tenant: it is taken over, changed, and left as it is.

use serde_json::{Value as Json, json};
use windows365::entities;
use windows365::mock::{Effect, Fault, Nothing, Scripted};
use windows365::spec::Place;

use super::run::Run;

/// The configurations of one of them, of which the second changes what the first names.
struct Only {
    name: &'static str,
    path: &'static str,
    create: Json,
    update: Json,
    /// What the tenant holds after the update.
    held: Json,
}

fn all() -> Vec<Only> {
    vec![
        Only {
            name: "windows365_cross_cloud_government_organization_mapping",
            path: "/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping",
            create: json!({"organization_ids_in_us_gov_cloud": ["11111111-2222-4333-8444-555555555555"]}),
            update: json!({"organization_ids_in_us_gov_cloud": ["99999999-2222-4333-8444-555555555555"]}),
            held: json!({"organizationIdsInUSGovCloud": ["99999999-2222-4333-8444-555555555555"]}),
        },
        Only {
            name: "windows365_organization_settings",
            path: "/deviceManagement/virtualEndpoint/organizationSettings",
            create: json!({"os_version": "windows10", "windows_settings": {"language": "de-DE"}}),
            update: json!({"os_version": "windows11", "user_account_type": "administrator"}),
            held: json!({
                "enableMEMAutoEnroll": true, "osVersion": "windows11", "userAccountType": "administrator",
                "windowsSettings": {"language": "de-DE"},
            }),
        },
    ]
}

#[test]
fn every_singleton_is_here() {
    let singletons = entities::ALL.iter().filter(|it| matches!(it.place, Place::Singleton(_)));
    let named: Vec<&str> = all().iter().map(|it| it.name).collect();
    assert_eq!(named, singletons.map(|it| it.name).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn it_is_taken_over_changed_and_left_as_it_is() {
    for only in all() {
        for nothing in [Nothing::Null, Nothing::Absent] {
            let run = Run::of(only.name);
            run.mock.switch(|switches| switches.nothing = nothing);
            let mut resource = run.resource(only.name);
            for config in [&only.create, &only.update] {
                assert_eq!(resource.apply(config).await, "", "{}", only.name);
                assert_eq!(resource.drift(config), "", "{}", only.name);
                assert_eq!(resource.refresh().await, "", "{}", only.name);
                assert_eq!(resource.drift(config), "", "{}", only.name);
            }
            assert_ne!(resource.id(), "", "{}", only.name);
            let writes =
                run.mock.requests().into_iter().filter(|it| it.bearer && it.method != "GET");
            let writes: Vec<String> = writes.map(|it| it.method).collect();
            assert_eq!(writes, ["PATCH", "PATCH"], "{}", only.name);

            let warned = resource.destroy().await;
            assert!(warned.starts_with("Warning") && warned.contains("left as it is"), "{warned}");
            assert!(resource.state.is_null(), "{}", only.name);
            let object = &run.mock.objects(only.path)[0];
            for (property, value) in only.held.as_object().unwrap() {
                assert_eq!(&object[property], value, "{}: {property}", only.name);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_nothing_configured_it_is_taken_over_as_it_is() {
    for only in all() {
        let run = Run::of(only.name);
        let before = run.mock.objects(only.path);
        let mut resource = run.resource(only.name);
        assert_eq!(resource.apply(&json!({})).await, "", "{}", only.name);
        assert_eq!(resource.drift(&json!({})), "", "{}", only.name);
        assert_eq!(run.count("PATCH"), 0, "{}", only.name);
        assert_eq!(run.mock.objects(only.path), before, "{}", only.name);
    }
}

#[tokio::test(start_paused = true)]
async fn any_text_imports_it_and_its_identity_is_right_at_once() {
    for only in all() {
        let run = Run::of(only.name);
        let mut resource = run.resource(only.name);
        assert_eq!(resource.apply(&only.create).await, "", "{}", only.name);
        let mut imported = run.resource(only.name);
        assert_eq!(imported.import("whatever").await, "", "{}", only.name);
        assert_eq!(imported.id(), resource.id(), "{}", only.name);
        assert_eq!(imported.drift(&only.create), "", "{}", only.name);
        let findings = run.resource(only.name).import("name:whatever").await;
        assert!(findings.contains("There is only one such object"), "{findings}");
    }
}

#[tokio::test(start_paused = true)]
async fn its_data_source_needs_nothing_to_find_it() {
    for only in all() {
        let run = Run::of(only.name);
        let mut resource = run.resource(only.name);
        assert_eq!(resource.apply(&only.create).await, "", "{}", only.name);
        let (data, findings) = run.data(only.name, json!({})).await;
        assert_eq!(findings, "", "{}", only.name);
        for name in only.create.as_object().unwrap().keys().map(String::as_str).chain(["id"]) {
            assert_eq!(data.get(name), resource.state.get(name), "{}: {name}", only.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_under_value_is_read_as_the_object_that_it_is() {
    let only = all().pop().unwrap();
    let run = Run::of(only.name);
    let mut resource = run.resource(only.name);
    let object = json!({"value": {
        "@odata.type": "#microsoft.graph.cloudPcOrganizationSettings",
        "enableMEMAutoEnroll": false, "enableSingleSignOn": true, "id": "8660bf17-bf17-8660-17bf-608617bfffff",
        "osVersion": "windows10", "userAccountType": "standardUser", "windowsSettings": {"language": "de-DE"},
    }});
    run.mock.fault(Fault::once(
        "GET",
        only.path,
        Effect::Reply(Scripted { status: 200, headers: Vec::new(), body: object }),
    ));
    assert_eq!(resource.apply(&only.create).await, "");
    assert_eq!(resource.id(), "8660bf17-bf17-8660-17bf-608617bfffff");
    // Later answers have no id, and the identity stays.
    assert_eq!(resource.refresh().await, "");
    assert_eq!(resource.id(), "8660bf17-bf17-8660-17bf-608617bfffff");
}

#[tokio::test(start_paused = true)]
async fn an_app_is_told_that_only_people_may() {
    let run = Run::new();
    let name = "windows365_cross_cloud_government_organization_mapping";
    let (_, findings) = run.data(name, json!({})).await;
    assert!(findings.contains("does not offer this operation to apps"), "{findings}");
    assert!(findings.contains("token_cache"), "{findings}");
    assert_eq!(run.count("GET"), 0);
}
