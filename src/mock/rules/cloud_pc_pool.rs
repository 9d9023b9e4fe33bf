//! Pools of Cloud PCs, and who may use them.

use serde_json::{Value, json};

use super::{BETA, CLOUD_PC, Filling, Set, What, Write, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::Body;

pub(crate) static POOLS: Set = Set {
    path: "/deviceManagement/virtualEndpoint/cloudPcPools",
    noun: "Cloud PC pool",
    type_name: "cloudPcPool",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: CLOUD_PC,
    rules: &[
        rule(
            What::Required(&[
                "displayName",
                "cloudPcConfiguration",
                "networkConfiguration",
                "capabilities",
                "billingConfiguration",
                "scalingPolicy",
            ]),
            "virtualendpoint-post-cloudpcpools",
        ),
        rule(What::Fixed(&["networkConfiguration"]), "cloudpcpool-update: not in its table"),
        rule(What::Longest("displayName", 60), "cloudpcpool-update"),
        rule(What::Longest("description", 512), "cloudpcpool-update"),
        rule(What::Unique("displayName"), "cloudpcpool-update: unique across the pools"),
        rule(What::Check(counts), "cloudpcagentpoolscalingpolicy: minimum and maximum"),
        rule(What::Fill(stamps), "cloudpcpool"),
        rule(What::Fill(usage), "cloudpcpool-get, its example"),
        rule(What::PatchWithoutBody, "cloudpcpool-update"),
    ],
};

pub(crate) static ASSIGNMENTS: Set = Set {
    path: "/deviceManagement/virtualEndpoint/cloudPcPools/{}/assignments",
    noun: "Cloud PC pool assignment",
    type_name: "cloudPcPoolAssignment",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET", "LIST", "DELETE"],
    access: CLOUD_PC,
    rules: &[rule(What::Required(&["userPrincipalId"]), "cloudpcpool-post-assignments")],
};

fn counts(write: &Write<'_>) -> Result<(), Problem> {
    let count = |name: &str| write.after.get("scalingPolicy")?.get(name)?.as_i64();
    match (count("minimumCount"), count("maximumCount")) {
        (Some(least), Some(most)) if least > most => {
            Err(Problem::bad_request("The minimumCount is greater than the maximumCount."))
        }
        _ => Ok(()),
    }
}

fn stamps(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        body.insert("createdDateTime".into(), json!(filling.now));
    }
    body.insert("lastModifiedDateTime".into(), json!(filling.now));
}

fn usage(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        let usage = json!({ "activeSessionsCount": 0, "availableSessionsCount": 0 });
        body.insert("sessionUsage".into(), usage);
    }
    if let Some(Value::Object(capabilities)) = body.get_mut("capabilities") {
        capabilities.entry("enableSingleSignOn").or_insert_with(|| json!(false));
    }
}
