//! Actions, by the resource that runs them with every Terraform.

use serde_json::json;

use super::Scene;
use super::examples::{examples, take};

const CLOUD_PCS: &str = "/deviceManagement/virtualEndpoint/cloudPCs";
const ONE: &str = "b0a9cde2-e170-4dd9-97c3-ad1d3328a711";
const TWO: &str = "c4d2f8a1-5b7e-4f0c-8d36-2e9b1a7c4f52";

/// A tenant with two Cloud PCs, in which actions end at once.
fn scene() -> Option<Scene> {
    let scene = Scene::new()?;
    scene.mock.switch(|switches| switches.remote_action_seconds = 0);
    for id in [ONE, TWO] {
        let body = json!({
            "displayName": id, "status": "provisioned", "lastModifiedDateTime": "2026-01-01T00:00:00Z",
            "servicePlanName": "Cloud PC Enterprise 2vCPU/8GB/128GB",
        });
        scene.mock.put(CLOUD_PCS, id, body);
    }
    Some(scene)
}

#[test]
fn the_example_restarts_what_it_finds() {
    let Some(scene) = scene() else { return };
    scene.terraform.write("required.tf", super::examples::REQUIRED);
    take(&scene, &examples("resources/windows365_action"), "");
    let applied = scene.settle();
    assert!(applied.contains(&format!("\"{ONE}\" = \"done\"")), "{applied}");
    assert_eq!(scene.writes(), ["POST /beta/deviceManagement/virtualEndpoint/bulkActions"]);
    let destroyed = scene.destroy();
    assert!(destroyed.contains("Destroying this undoes nothing"), "{destroyed}");
}

#[test]
fn a_failure_is_replaced_and_only_what_failed_is_done_again() {
    let Some(scene) = scene() else { return };
    scene.mock.switch(|switches| switches.failing_cloud_pcs = vec![TWO.to_owned()]);
    let resize = |plan: &str| {
        format!(
            r#"
            resource "windows365_action" "resize" {{
              action     = "windows365_cloud_pc_resize"
              target_ids = ["{ONE}", "{TWO}"]
              arguments  = {{ target_service_plan_id = "{plan}" }}
            }}
            "#
        )
    };
    scene.configure(&resize("big"));
    let wrong = scene.apply().failed();
    assert!(wrong.contains("target_service_plan_id") && wrong.contains("GUID"), "{wrong}");
    assert_eq!(scene.writes(), Vec::<String>::new());

    scene.configure(&resize("d5b07a91-3e64-4c28-8f1d-7a90c2e4b661"));
    let failed = scene.apply().failed();
    assert!(failed.contains("1 of 2 targets") && failed.contains(TWO), "{failed}");
    let results = scene.state_of("windows365_action.resize")["results"].clone();
    assert_eq!(
        (&results[ONE]["status"], &results[TWO]["status"]),
        (&json!("done"), &json!("failed"))
    );

    scene.mock.switch(|switches| switches.failing_cloud_pcs.clear());
    scene.mock.clear_requests();
    scene.settle();
    let again = format!("POST /v1.0/deviceManagement/virtualEndpoint/cloudPCs/{TWO}/resize");
    assert_eq!(scene.writes(), [again]);
}

#[test]
fn a_rollout_goes_from_nothing_to_resized_cloud_pcs_and_back() {
    // Alert rules and network connections are offered to people only.
    let Some(scene) = Scene::of("windows365_alert_rule") else { return };
    scene.mock.switch(|switches| {
        switches.remote_action_seconds = 0;
        switches.health_check_seconds = 0;
        switches.image_seconds = 0;
    });
    take(&scene, &examples("windows365-rollout"), "");
    let applied = scene.settle();
    assert!(applied.contains("cloud_pcs = 3"), "{applied}");
    assert_eq!(applied.matches("= \"done\"").count(), 3, "{applied}");
    let resized = |machine: &serde_json::Value| {
        machine["servicePlanId"] == "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661"
    };
    assert_eq!(scene.mock.objects(CLOUD_PCS).into_iter().filter(resized).count(), 3);
    let engineers = scene.state_of("windows365_provisioning_policy.engineers");
    let image = scene.state_of("windows365_device_image.engineers");
    assert_eq!((&engineers["image_id"], &image["status"]), (&image["id"], &json!("ready")));
    let network = scene.state_of("windows365_on_premises_connection.engineers");
    assert_eq!(network["health_check_status"], "passed");
    assert_eq!(scene.mock.grace_periods(), Vec::<String>::new());
    let destroyed = scene.destroy();
    assert!(destroyed.contains("Destroying this undoes nothing"), "{destroyed}");
}
