//! Network connections and device images: work that goes on behind the scenes, and what only people may do.

use serde_json::{Value as Json, json};

use super::run::Run;

const NETWORK: &str = "windows365_on_premises_connection";
const IMAGE: &str = "windows365_device_image";
const CONNECTIONS: &str = "/deviceManagement/virtualEndpoint/onPremisesConnections";
const IMAGES: &str = "/deviceManagement/virtualEndpoint/deviceImages";

fn connection(changes: Json) -> Json {
    let mut config = json!({
        "display_name": "West", "connection_type": "hybridAzureADJoin",
        "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051", "resource_group_id": "g", "virtual_network_id": "v",
        "subnet_id": "s", "ad_domain_name": "corp.example", "ad_domain_username": "join@corp.example",
        "ad_domain_password": "wrong", "wait_for_health_check": true,
    });
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

fn image(version: &str) -> Json {
    json!({"display_name": "Finance", "version": version, "source_image_resource_id": "/subscriptions/s/images/i"})
}

/// What was written since the log was cleared.
fn writes(run: &Run) -> Vec<String> {
    let written = run.mock.requests().into_iter().filter(|it| it.method != "GET");
    let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    written.map(|it| format!("{} {}", it.method, last(&it.path))).collect()
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_fails_the_health_check_and_a_right_one_puts_it_right() {
    let run = Run::of(NETWORK);
    run.mock.switch(|switches| switches.domain_password = "right".to_owned());
    let mut network = run.resource(NETWORK);
    let start = tokio::time::Instant::now();
    let findings = network.apply(&connection(json!({}))).await;
    assert!((600..1000).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    for part in [
        "Cannot create windows365_on_premises_connection \"West\"",
        "healthCheckStatus is \"failed\"",
        "- Active Directory domain join: adJoinCheckIncorrectCredentials",
        "What to do: Check the account that joins computers",
        "was kept, for what its health checks complain of lies outside of it",
    ] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert!(!findings.contains("UDP"), "{findings}");
    assert_eq!(Some(network.id().as_str()), run.mock.objects(CONNECTIONS)[0]["id"].as_str());

    // As after `terraform untaint`. The action does not start the checks, so they are asked for.
    let id = network.id();
    run.mock.clear_requests();
    let right = connection(json!({"ad_domain_password": "right"}));
    assert_eq!(network.apply(&right).await, "");
    assert_eq!(writes(&run), ["POST updateAdDomainPassword", "POST runHealthChecks"]);
    assert_eq!(network.state.get("health_check_status").as_str(), Some("passed"));
    assert_eq!((network.id(), network.drift(&right)), (id, String::new()));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_takes_passwords_of_healthy_connections_only_is_given_an_update() {
    let run = Run::of(NETWORK);
    run.mock.switch(|switches| {
        switches.domain_password = "right".to_owned();
        switches.password_needs_health = true;
    });
    let mut network = run.resource(NETWORK);
    network.apply(&connection(json!({}))).await;
    run.mock.clear_requests();
    assert_eq!(network.apply(&connection(json!({"ad_domain_password": "right"}))).await, "");
    assert_eq!(
        writes(&run)[..2],
        ["POST updateAdDomainPassword", &format!("PATCH {}", network.id())]
    );
    assert_eq!(network.state.get("health_check_status").as_str(), Some("passed"));
}

#[tokio::test(start_paused = true)]
async fn a_trigger_makes_the_checks_again_and_waits_for_the_new_outcome() {
    let run = Run::of(NETWORK);
    let mut network = run.resource(NETWORK);
    assert_eq!(network.apply(&connection(json!({}))).await, "");
    run.mock.switch(|switches| {
        switches.health_check_result = "warning".to_owned();
        switches.health_check_error = "udpConnectivityCheckStunUrlNotAllowListed".to_owned();
    });
    run.mock.clear_requests();
    let again = connection(json!({"health_check_triggers": {"firewall": "2"}}));
    let findings = network.apply(&again).await;
    assert!(
        findings.starts_with("Warning")
            && findings.contains("- UDP connection check: udpConnectivity"),
        "{findings}"
    );
    assert_eq!(writes(&run), ["POST runHealthChecks"]);
    assert_eq!(network.state.get("health_check_status").as_str(), Some("warning"));
    assert_eq!(network.drift(&again), "");
}

#[tokio::test(start_paused = true)]
async fn f32_health_checks_that_never_end_lose_no_connection() {
    let run = Run::of(NETWORK);
    run.mock.switch(|switches| switches.health_check_seconds = i64::MAX / 2);
    let mut network = run.resource(NETWORK);
    let findings = network.apply(&connection(json!({}))).await;
    assert!(findings.contains("time-out of 1h30m has passed"), "{findings}");
    assert!(findings.contains(&network.id()) && run.mock.objects(CONNECTIONS).len() == 1);

    // Nobody who does not ask waits.
    let run = Run::of(NETWORK);
    run.mock.switch(|switches| switches.health_check_seconds = i64::MAX / 2);
    let mut network = run.resource(NETWORK);
    let start = tokio::time::Instant::now();
    assert_eq!(network.apply(&connection(json!({"wait_for_health_check": null}))).await, "");
    assert!(start.elapsed().as_secs() < 5);
}

#[tokio::test(start_paused = true)]
async fn an_app_is_told_before_the_call_that_only_people_may_write_connections() {
    let run = Run::of(NETWORK);
    let mut network = run.resource(NETWORK);
    assert_eq!(network.apply(&connection(json!({}))).await, "");
    let run = &run.alias();
    run.mock.clear_requests();
    let mut network = run.resource(NETWORK).with_state_of(&network);
    assert_eq!(network.refresh().await, "", "an app may read");
    for findings in [
        run.resource(NETWORK).plan(&connection(json!({}))),
        network.plan(&connection(json!({"display_name": "East"}))),
    ] {
        assert!(
            findings.contains("cannot be done with this kind of sign-in")
                && findings.contains("does not offer this operation to apps")
                && findings.contains("token_cache"),
            "{findings}"
        );
    }
    assert_eq!(writes(run), ["POST token"], "nothing was asked of the service");

    // The password of the account is an exception.
    let other = connection(json!({"ad_domain_password": "other"}));
    assert_eq!(network.plan(&other), "");
    assert_eq!(network.apply(&other).await, "");
    assert_eq!(run.mock.objects(CONNECTIONS)[0]["adDomainPassword"], "other");

    // Microsoft's pages differ on who may start the checks, so the service is asked.
    let again = connection(
        json!({"ad_domain_password": "other", "health_check_triggers": {"firewall": "2"}}),
    );
    assert_eq!(network.plan(&again), "");
    let findings = network.apply(&again).await;
    assert!(
        findings
            .starts_with("Warning at : Updating windows365_on_premises_connection cannot be done")
            && findings
                .contains("Error at : Cannot update windows365_on_premises_connection \"West\""),
        "{findings}"
    );
    let findings = network.destroy().await;
    assert!(
        findings.contains("Deleting windows365_on_premises_connection cannot be done"),
        "{findings}"
    );
    assert_eq!(run.mock.objects(CONNECTIONS).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_in_use_is_not_deleted_and_says_so() {
    let run = Run::of(NETWORK);
    let mut network = run.resource(NETWORK);
    assert_eq!(network.apply(&connection(json!({}))).await, "");
    let mut policy = run.resource("windows365_provisioning_policy");
    let made = policy
        .apply(&json!({
            "display_name": "Engineering", "image_type": "gallery",
            "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc",
            "image_display_name": "Windows 11 Enterprise 24H2",
            "domain_join_configurations":
                [{"domain_join_type": "hybridAzureADJoin", "on_premises_connection_id": network.id()}],
        }))
        .await;
    assert_eq!(made, "");
    assert_eq!(network.refresh().await, "");
    assert_eq!(network.state.get("in_use").as_bool(), Some(true));
    let findings = network.destroy().await;
    assert!(findings.contains("Something still refers to the object"), "{findings}");
    assert_eq!(policy.destroy().await, "");
    assert_eq!(network.destroy().await, "");
    assert!(run.mock.objects(CONNECTIONS).is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_image_is_waited_for_and_one_that_fails_leaves_nothing_behind() {
    let run = Run::of(IMAGE);
    let mut finance = run.resource(IMAGE);
    let start = tokio::time::Instant::now();
    assert_eq!(finance.apply(&image("1.0.3")).await, "");
    assert!(start.elapsed().as_secs() >= 1800, "{:?}", start.elapsed());
    assert_eq!(finance.state.get("status").as_str(), Some("ready"));
    assert_eq!(finance.state.get("os_build_number").as_str(), Some("24H2"));

    run.mock.switch(|switches| switches.image_error = "sourceImageNotGeneralized".to_owned());
    let mut next = run.resource(IMAGE);
    let findings = next.apply(&image("1.0.4")).await;
    for part in [
        "Cannot create windows365_device_image \"Finance 1.0.4\"",
        "The reason is \"sourceImageNotGeneralized\".",
        "Run sysprep with /generalize",
        "deleted again and is confirmed to be gone",
    ] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    assert!(next.state.is_null() && run.mock.objects(IMAGES).len() == 1);

    run.mock.switch(|switches| {
        switches.image_error.clear();
        switches.image_result = "warning".to_owned();
    });
    let findings = next.apply(&image("1.0.4")).await;
    assert!(findings.contains("\"Finance 1.0.4\" is usable, with warnings"), "{findings}");

    let mut imported = run.resource(IMAGE);
    let findings = imported.import("name:Finance").await;
    for part in ["(Finance 1.0.3)", "(Finance 1.0.4)", finance.id().as_str(), next.id().as_str()] {
        assert!(findings.contains(part), "{part:?} is missing in {findings}");
    }
    let (data, findings) =
        run.data(IMAGE, json!({"display_name": "Finance", "version": "1.0.4"})).await;
    assert_eq!((data.get("id").as_str(), findings.as_str()), (Some(next.id().as_str()), ""));
}
