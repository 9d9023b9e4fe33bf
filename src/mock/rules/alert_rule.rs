//! Alert rules of Windows 365: for people only, and some of them built in.

use serde_json::{Value, json};

use super::{Access, BETA, CLOUD_PC, Set, What, Write, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::Object;
use crate::mock::world::World;

const PATH: &str = "/deviceManagement/monitoring/alertRules";

pub(crate) static SET: Set = Set {
    path: PATH,
    noun: "alert rule",
    type_name: "deviceManagement.alertRule",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    // DELETE is in the metadata and in no permission list.
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: Access { app_only_writes: false, ..CLOUD_PC },
    rules: &[
        rule(What::PeopleRead(&[""]), "devicemanagement-alertrule-list: no application permission"),
        rule(What::Default("isSystemRule", "false"), "devicemanagement-alertrule"),
        rule(
            What::Fixed(&["displayName", "description", "alertRuleTemplate", "isSystemRule"]),
            "devicemanagement-alertrule-update: not in its table",
        ),
        rule(
            What::Check(not_a_system_rule),
            "devicemanagement-alertrule: system rules are built in",
        ),
        rule(What::Keep(system_rule), "devicemanagement-alertrule: system rules are built in"),
    ],
};

/// The rules that a tenant has from the start (Graph page "devicemanagement-alertrule-update", its example, and windows-365 page "alerts").
pub(crate) fn seed(world: &mut World) {
    for (id, name, template, category) in [
        (
            "215c55cc-b1c9-4d36-a870-be5778101714",
            "Azure network connection failure impacting Cloud PCs",
            "cloudPcOnPremiseNetworkConnectionCheckScenario",
            "azureNetworkConnectionCheckFailures",
        ),
        (
            "b8f5a1d2-4c0e-4e57-9d3b-6a2f1c7e8b02",
            "Failed provisioning impacting Cloud PCs",
            "cloudPcProvisionScenario",
            "provisionFailures",
        ),
    ] {
        let body = json!({
            "displayName": name,
            "description": format!("Built-in rule: {name}"),
            "severity": "warning",
            "enabled": true,
            "isSystemRule": true,
            "alertRuleTemplate": template,
            "threshold": { "aggregation": "count", "operator": "greaterOrEqual", "target": 1 },
            "conditions": [{
                "relationshipType": "or", "conditionCategory": category, "aggregation": "count",
                "operator": "greaterOrEqual", "thresholdValue": "1",
            }],
            "notificationChannels": [{ "notificationChannelType": "portal", "notificationReceivers": [] }],
        });
        world.place(PATH, id, body);
    }
}

fn not_a_system_rule(write: &Write<'_>) -> Result<(), Problem> {
    let system = write.after.get("isSystemRule").and_then(Value::as_bool) == Some(true);
    if system && write.before.is_none() {
        return Err(Problem::bad_request("A system rule cannot be created."));
    }
    Ok(())
}

fn system_rule(_world: &World, _set: &Set, object: &Object) -> Option<Problem> {
    let system = object.live().and_then(|body| body.get("isSystemRule")?.as_bool()) == Some(true);
    system.then(|| Problem::bad_request("A system rule cannot be deleted."))
}
