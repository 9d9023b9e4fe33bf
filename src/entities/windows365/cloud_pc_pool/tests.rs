//! What is special about a pool: a family of one, typed values inside, and assignments without a target.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
use crate::engine::check::check;
use crate::engine::encode;

fn pool() -> Json {
    json!({
        "display_name": "Agents",
        "cloud_pc_configuration": {"image_type": "gallery", "image_id": "a_b_c", "os_locale": "en-US"},
        "network_configuration": {"microsoft_hosted": {
            "geographic_location_type": "usWest", "region_groups": [{"region_group": "usWest", "regions": ["westus3"]}],
        }},
        "agent": {
            "billing_configuration": {"billing_type": "payAsYouGo", "billing_plan_id": "p-1"},
            "scaling_policy": {"minimum_count": 2, "maximum_count": 10},
            "capabilities": {"enable_single_sign_on": true},
        },
    })
}

fn answer() -> Json {
    json!({
        "@odata.type": "#microsoft.graph.cloudPcAgentPool", "id": "p-1", "displayName": "Agents", "description": null,
        "cloudPcConfiguration": {
            "imageId": "a_b_c", "imageType": "gallery", "osLocale": "en-US", "imageDisplayName": "Windows 11",
            "deviceMembershipGroupIds": [],
        },
        "networkConfiguration": {
            "@odata.type": "#microsoft.graph.cloudPcMicrosoftHostedNetworkConfiguration",
            "geographicLocationType": "usWest", "regionGroups": [{"regionGroup": "usWest", "regions": ["westus3"]}],
        },
        "billingConfiguration": {"billingType": "payAsYouGo", "billingPlanId": "p-1"},
        "scalingPolicy": {"minimumCount": 2, "maximumCount": 10},
        "capabilities": {"enableSingleSignOn": true},
        "sessionUsage": {"activeSessionsCount": 3, "availableSessionsCount": 5},
        "poolUrl": null, "poolStatus": "active", "assignments": [],
    })
}

#[test]
fn every_abstract_value_names_its_type() {
    check(&ENTITY).config(pool()).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/cloudPcPools
        {
          "@odata.type": "#microsoft.graph.cloudPcAgentPool",
          "billingConfiguration": {
            "billingPlanId": "p-1",
            "billingType": "payAsYouGo"
          },
          "capabilities": {
            "@odata.type": "#microsoft.graph.cloudPcAgentPoolCapabilityConfiguration",
            "enableSingleSignOn": true
          },
          "cloudPcConfiguration": {
            "imageId": "a_b_c",
            "imageType": "gallery",
            "osLocale": "en-US"
          },
          "displayName": "Agents",
          "networkConfiguration": {
            "@odata.type": "#microsoft.graph.cloudPcMicrosoftHostedNetworkConfiguration",
            "geographicLocationType": "usWest",
            "regionGroups": [
              {
                "regionGroup": "usWest",
                "regions": [
                  "westus3"
                ]
              }
            ]
          },
          "scalingPolicy": {
            "maximumCount": 10,
            "minimumCount": 2
          }
        }
    "##]]);
}

#[test]
fn a_change_names_the_kind_of_pool() {
    let mut next = pool();
    next["agent"]["scaling_policy"]["maximum_count"] = json!(20);
    check(&ENTITY).config(pool()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/virtualEndpoint/cloudPcPools/p-1
        {
          "@odata.type": "#microsoft.graph.cloudPcAgentPool",
          "scalingPolicy": {
            "maximumCount": 20,
            "minimumCount": 2
          }
        }
    "##]]);
}

#[test]
fn another_network_is_another_pool() {
    let mut next = pool();
    next["network_configuration"]["microsoft_hosted"]["geographic_location_type"] = json!("europe");
    check(&ENTITY).config(pool()).answer(answer()).then(next).updates(expect![[r"
        replaces because of network_configuration
    "]]);
}

#[test]
fn an_assignment_names_whom_it_is_for_itself() {
    let mut config = pool();
    config["assignments"] = json!([{"user_principal_id": "f6a7b8c9-d0e1-2345-f678-901234567890"}]);
    let planned = check(&ENTITY).config(config).plan().planned;
    let other = json!({
        "@odata.type": "#microsoft.graph.cloudPcAgentPoolUserAssignment", "id": "x-1", "userPrincipalId": "another",
    });
    let changes = encode::assignment_changes(&ENTITY, &[other], planned.get("assignments"));
    assert_eq!(
        changes.add,
        [json!({
            "@odata.type": "#microsoft.graph.cloudPcAgentPoolUserAssignment",
            "userPrincipalId": "f6a7b8c9-d0e1-2345-f678-901234567890",
        })]
    );
    assert_eq!(changes.remove, ["x-1"]);
}

#[test]
fn nobody_is_assigned_twice_and_a_pool_has_a_kind() {
    let mut config = pool();
    config["assignments"] = json!([{"user_principal_id": "U"}, {"user_principal_id": "u"}, {}]);
    config["agent"] = Json::Null;
    check(&ENTITY).config(config).finds(expect![[r#"
        Error at : Attributes that do not go together: One of `agent` must be set.
        Error at assignments: Invalid value: The value must be a GUID such as "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11". "U" was given.
        Error at assignments: Invalid value: The value must be a GUID such as "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11". "u" was given.
        Error at assignments: Assigned twice: "u" is assigned twice. Each target may stand in `assignments` once.
        Error at assignments: Invalid assignment: A target of the kind "cloudPcAgentPoolUserAssignment" needs `user_principal_id`.
    "#]]);
}
