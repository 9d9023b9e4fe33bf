//! What the service does not delete: a destroy switches it off, and the next create of the same takes it over.

use serde_json::{Value as Json, json};
use windows365::mock::{Effect, Fault, Scripted};

use super::run::{Resource, Run};

const PARTNER: &str = "windows365_external_partner";
const PARTNERS: &str = "/deviceManagement/virtualEndpoint/externalPartners";
const RULE: &str = "windows365_alert_rule";
const RULES: &str = "/deviceManagement/monitoring/alertRules";

fn partner() -> Json {
    json!({
        "partner_id": "198d7140-80bb-4843-8cc4-811377a49a92",
        "enable_connection": true,
        "agent_setting": {"agent_url": "https://partner.example/agent.msi", "install_parameters": ["/quiet"]},
    })
}

fn rule(template: &str) -> Json {
    json!({"display_name": "Failures", "alert_rule_template": template, "enabled": true})
}

/// Destroys, and gives the warning.
async fn destroyed(resource: &mut Resource<'_>) -> String {
    let findings = resource.destroy().await;
    assert!(findings.starts_with("Warning"), "{findings}");
    assert!(resource.state.is_null());
    findings
}

fn writes(run: &Run) -> Vec<String> {
    let requests = run.mock.requests().into_iter();
    requests.filter(|it| it.bearer && it.method != "GET").map(|it| it.method).collect()
}

#[tokio::test(start_paused = true)]
async fn a_partner_is_connected_changed_disabled_and_connected_again() {
    let run = Run::new();
    let mut resource = run.resource(PARTNER);
    assert_eq!(resource.apply(&partner()).await, "");
    assert_eq!(resource.drift(&partner()), "");
    let mut other = partner();
    other["agent_setting"]["auto_deployment_enabled"] = json!(true);
    assert_eq!(resource.apply(&other).await, "");
    assert_eq!(resource.refresh().await, "");
    assert_eq!(resource.drift(&other), "");
    assert_eq!(writes(&run), ["POST", "POST", "POST"], "the connection, the program, the program");

    let id = resource.id();
    for import in [id.clone(), "name:198d7140-80bb-4843-8cc4-811377a49a92".to_owned()] {
        let mut imported = run.resource(PARTNER);
        assert_eq!(imported.import(&import).await, "");
        assert_eq!(imported.drift(&other), "");
    }
    // While it is connected, another resource does not take it.
    let findings = run.resource(PARTNER).apply(&partner()).await;
    assert!(findings.contains("exists already") && findings.contains(&id), "{findings}");

    run.mock.clear_requests();
    let warned = destroyed(&mut resource).await;
    assert!(
        warned.contains("is switched off and stays") && warned.contains("is disabled"),
        "{warned}"
    );
    assert_eq!(writes(&run), ["PATCH"]);
    assert_eq!(run.mock.objects(PARTNERS)[0]["enableConnection"], false);

    // In this run, and in a later one.
    for run in [&run, &run.alias()] {
        let mut again = run.resource(PARTNER);
        assert_eq!(again.apply(&partner()).await, "");
        assert_eq!(again.id(), id);
        assert_eq!(again.drift(&partner()), "");
        assert_eq!(run.mock.objects(PARTNERS)[0]["enableConnection"], true);
        destroyed(&mut again).await;
    }
    assert_eq!(run.mock.objects(PARTNERS).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_partner_whose_program_is_refused_stays_in_the_state() {
    let run = Run::new();
    run.mock.fault(Fault::once(
        "POST",
        &format!("{PARTNERS}/{{id}}/configureAgent"),
        Effect::status(400),
    ));
    let mut resource = run.resource(PARTNER);
    let findings = resource.apply(&partner()).await;
    assert!(
        findings.contains("deletes no such object") && findings.contains("was kept"),
        "{findings}"
    );
    // Terraform replaces it: it is disabled, and taken over by the next create.
    destroyed(&mut resource).await;
    assert_eq!(resource.apply(&partner()).await, "");
    assert_eq!(run.mock.objects(PARTNERS).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_rule_whose_deletion_is_not_offered_is_switched_off() {
    let refusals = [
        (403, json!("$standard")),
        (
            405,
            json!({"error": {"code": "MethodNotAllowed", "message": "The method is not allowed."}}),
        ),
        (
            400,
            json!({"error": {
                "code": "No method match route template",
                "message": "No OData route exists that match template ~/singleton/navigation/key with http verb DELETE.",
            }}),
        ),
    ];
    for (status, body) in refusals {
        let run = Run::of(RULE);
        let refusal = Effect::Reply(Scripted { status, headers: Vec::new(), body });
        let item = format!("{RULES}/{{id}}");
        run.mock.fault(Fault::once("DELETE", &item, refusal).times(u32::MAX));
        let mut resource = run.resource(RULE);
        assert_eq!(resource.apply(&rule("cloudPcProvisionScenario")).await, "");
        let id = resource.id();
        let warned = destroyed(&mut resource).await;
        assert!(warned.contains("warns nobody any more"), "{status}: {warned}");

        // The same rule is taken over; one of another kind is a new one.
        assert_eq!(resource.apply(&rule("cloudPcProvisionScenario")).await, "");
        assert_eq!(resource.id(), id);
        destroyed(&mut resource).await;
        assert_eq!(resource.apply(&rule("cloudPcInGracePeriodScenario")).await, "");
        assert_ne!(resource.id(), id);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_fails_for_another_reason_is_an_error() {
    let run = Run::of(RULE);
    let mut resource = run.resource(RULE);
    assert_eq!(resource.apply(&rule("cloudPcProvisionScenario")).await, "");
    let conflict = Effect::status(400);
    run.mock.fault(Fault::once("DELETE", &format!("{RULES}/{{id}}"), conflict));
    let findings = resource.destroy().await;
    assert!(findings.starts_with("Error"), "{findings}");
    assert!(!resource.state.is_null());
    let made = run.mock.objects(RULES);
    assert!(made.iter().all(|it| it["enabled"] == true), "nothing was switched off");
}

#[tokio::test(start_paused = true)]
async fn a_built_in_rule_is_left_as_it_is() {
    let run = Run::of(RULE);
    let mut resource = run.resource(RULE);
    assert_eq!(resource.import("name:Failed provisioning impacting Cloud PCs").await, "");
    let config =
        json!({"display_name": "Failed provisioning impacting Cloud PCs", "severity": "critical"});
    assert_eq!(resource.apply(&config).await, "");
    run.mock.clear_requests();
    let warned = destroyed(&mut resource).await;
    assert!(warned.contains("left as it is"), "{warned}");
    assert_eq!(writes(&run), Vec::<String>::new());
    // A create does not take it over either: it says how to import it.
    let findings = resource.apply(&config).await;
    assert!(findings.contains("terraform import windows365_alert_rule.NAME"), "{findings}");
}
