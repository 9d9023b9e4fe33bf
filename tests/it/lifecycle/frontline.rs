//! What a provisioning policy for Frontline licences has beyond one for dedicated ones.

use serde_json::{Value as Json, json};

use super::run::{GROUP, OTHER_GROUP, Run};

const POLICIES: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";
const POLICY: &str = "windows365_provisioning_policy";
const PLAN: &str = "056f3e0f-0f4c-4b5a-b7b0-0d5d1c1b7a11";

fn policy() -> Json {
    json!({
        "display_name": "Front desk",
        "provisioning_type": "sharedByEntraGroup",
        "user_experience_type": "cloudApp",
        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "image_type": "gallery",
        "image_display_name": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "domain_join_configurations": [{"domain_join_type": "azureADJoin", "region_group": "usWest", "region_name": "automatic"}],
        "autopatch": {"autopatch_group_id": "5f0d2a7e-2b61-4c7b-9a53-6e1f0a9d1c01"},
        "autopilot_configuration": {
            "device_preparation_profile_id": "8a1c9f7e-0b42-4f6d-8c35-7d2e6b0a4f02",
            "application_timeout_in_minutes": 60, "on_failure_device_access_denied": true,
        },
        "user_settings_persistence_configuration": {
            "user_settings_persistence_enabled": true, "user_settings_persistence_storage_size_category": "fourGB",
        },
        "assignments": [{
            "group_id": GROUP, "service_plan_id": PLAN, "allotment_display_name": "Front desk west", "allotment_licenses_count": 5,
        }],
    })
}

#[tokio::test(start_paused = true)]
async fn everything_of_a_frontline_policy_is_made_changed_and_imported() {
    let run = Run::new();
    let mut resource = run.resource(POLICY);
    assert_eq!(resource.apply(&policy()).await, "");
    assert_eq!(resource.refresh().await, "");
    assert_eq!(resource.drift(&policy()), "");
    let target = run.mock.objects(POLICIES)[0]["assignments"][0]["target"].clone();
    assert_eq!(target["servicePlanId"], PLAN);
    assert_eq!(target["allotmentDisplayName"], "Front desk west");
    assert_eq!(target["allotmentLicensesCount"], 5);

    let mut next = policy();
    next["assignments"] = json!([
        {"group_id": GROUP, "service_plan_id": PLAN, "allotment_display_name": "Front desk west", "allotment_licenses_count": 7},
        {"group_id": OTHER_GROUP, "service_plan_id": PLAN, "allotment_display_name": "Front desk east", "allotment_licenses_count": 3},
    ]);
    next["user_settings_persistence_configuration"]["user_settings_persistence_storage_size_category"] =
        json!("eightGB");
    next["autopilot_configuration"] = Json::Null;
    next["autopatch"]["autopatch_group_id"] = json!("6a0d2a7e-2b61-4c7b-9a53-6e1f0a9d1c02");
    assert_eq!(resource.apply(&next).await, "");
    assert_eq!(resource.refresh().await, "");
    assert_eq!(resource.drift(&next), "");
    let object = &run.mock.objects(POLICIES)[0];
    assert_eq!(object["autopilotConfiguration"], Json::Null);
    assert_eq!(object["assignments"].as_array().unwrap().len(), 2);
    assert_eq!(run.mock.grace_periods(), Vec::<String>::new());

    let mut imported = run.resource(POLICY);
    assert_eq!(imported.import("name:Front desk").await, "");
    assert_eq!(imported.drift(&next), "");
    assert_eq!(resource.destroy().await, "");
}
