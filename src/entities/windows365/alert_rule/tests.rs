//! What is special about an alert rule: a type in a namespace of its own, and what is fixed when it is made.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
use crate::engine::check::check;

fn rule() -> Json {
    json!({
        "display_name": "Provisioning fails",
        "alert_rule_template": "cloudPcProvisionScenario",
        "severity": "warning",
        "enabled": true,
        "conditions": [{
            "relationship_type": "or", "condition_category": "provisionFailures", "aggregation": "count",
            "operator": "greaterOrEqual", "threshold_value": "5",
        }],
        "notification_channels": [
            {"notification_channel_type": "portal"},
            {
                "notification_channel_type": "email",
                "notification_receivers": [{"contact_information": "desk@contoso.com", "locale": "en-us"}],
            },
        ],
    })
}

fn answer() -> Json {
    json!({
        "id": "a-1", "displayName": "Provisioning fails", "description": "Made by us", "severity": "warning",
        "enabled": true, "isSystemRule": false, "alertRuleTemplate": "cloudPcProvisionScenario", "threshold": null,
        "conditions": [{
            "relationshipType": "or", "conditionCategory": "provisionFailures", "aggregation": "count",
            "operator": "greaterOrEqual", "thresholdValue": "5",
        }],
        "notificationChannels": [
            {
                "notificationChannelType": "email",
                "notificationReceivers": [{"locale": "en-US", "contactInformation": "desk@contoso.com"}],
            },
            {"notificationChannelType": "portal", "notificationReceivers": []},
        ],
    })
}

#[test]
fn an_empty_description_is_none_and_makes_no_new_rule() {
    let mut config = rule();
    config["description"] = json!("");
    let mut none = answer();
    none["description"] = json!(null);
    check(&ENTITY).config(rule()).answer(none).then(config).updates(expect![[""]]);
}

#[test]
fn its_type_lies_in_a_namespace_of_its_own() {
    let config =
        json!({"display_name": "Images", "alert_rule_template": "cloudPcImageUploadScenario"});
    check(&ENTITY).config(config).creates(expect![[r##"
        POST /deviceManagement/monitoring/alertRules
        {
          "@odata.type": "#microsoft.graph.deviceManagement.alertRule",
          "alertRuleTemplate": "cloudPcImageUploadScenario",
          "displayName": "Images"
        }
    "##]]);
}

#[test]
fn channels_in_another_order_are_no_change() {
    check(&ENTITY).config(rule()).answer(answer()).then(rule()).updates(expect![[r"
        no change
    "]]);
}

#[test]
fn conditions_are_sent_whole() {
    let mut next = rule();
    next["conditions"][0]["threshold_value"] = json!("10");
    check(&ENTITY).config(rule()).answer(answer()).then(next).updates(expect![[r##"
        PATCH /deviceManagement/monitoring/alertRules/a-1
        {
          "@odata.type": "#microsoft.graph.deviceManagement.alertRule",
          "conditions": [
            {
              "aggregation": "count",
              "conditionCategory": "provisionFailures",
              "operator": "greaterOrEqual",
              "relationshipType": "or",
              "thresholdValue": "10"
            }
          ]
        }
    "##]]);
}

#[test]
fn what_no_update_takes_replaces_the_rule() {
    let mut next = rule();
    next["display_name"] = json!("Provisioning");
    next["alert_rule_template"] = json!("cloudPcInaccessibleScenario");
    check(&ENTITY).config(rule()).answer(answer()).then(next).updates(expect![[r"
        replaces because of alert_rule_template, display_name
    "]]);
}
