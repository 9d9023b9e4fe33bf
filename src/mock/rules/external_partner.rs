//! External partners of Windows 365: made and switched, never deleted.

use serde_json::{Value, json};

use super::{BETA, CLOUD_PC, Filling, Set, What, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::Body;
use crate::mock::world::World;

const PATH: &str = "/deviceManagement/virtualEndpoint/externalPartners";

pub(crate) static SET: Set = Set {
    path: PATH,
    noun: "external partner",
    type_name: "cloudPcExternalPartner",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    // The reference has no page for a DELETE.
    verbs: &["POST", "GET", "LIST", "PATCH"],
    access: CLOUD_PC,
    rules: &[
        rule(
            What::Required(&["partnerId", "enableConnection"]),
            "virtualendpoint-post-externalpartners",
        ),
        rule(What::Writable(&["partnerId"]), "virtualendpoint-post-externalpartners"),
        rule(What::Fixed(&["partnerId"]), "cloudpcexternalpartner-update: not in its table"),
        rule(
            What::ReadOnly(&[
                "connectionStatus",
                "statusDetails",
                "lastSyncDateTime",
                "agentSetting",
            ]),
            "cloudpcexternalpartner, and cloudpcexternalpartner-configureagent for the agent",
        ),
        rule(
            What::Unique("partnerId"),
            "cloudpcexternalpartner: the partner id identifies the partner",
        ),
        rule(What::Fill(status), "cloudpcexternalpartner: values of cloudPcExternalPartnerStatus"),
        rule(
            What::Runs("configureAgent", configure_agent),
            "cloudpcexternalpartner-configureagent",
        ),
    ],
};

fn status(body: &mut Body, _filling: &mut Filling<'_>) {
    let enabled = body.get("enableConnection").and_then(Value::as_bool) == Some(true);
    let (status, details) = match enabled {
        true => ("available", "The external partner is available"),
        false => ("notAvailable", "The connection is disabled"),
    };
    body.insert("connectionStatus".into(), json!(status));
    body.insert("statusDetails".into(), json!(details));
}

fn configure_agent(
    world: &mut World,
    _set: &Set,
    id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let Some(Value::Object(setting)) = parameters.get("agentSetting") else {
        return Err(Problem::bad_request("The parameter 'agentSetting' is missing."));
    };
    let mut setting = setting.clone();
    if setting.get("autoDeploymentEnabled").is_none_or(Value::is_null) {
        setting.insert("autoDeploymentEnabled".into(), json!(false));
    }
    let change = Body::from_iter([("agentSetting".to_owned(), Value::Object(setting))]);
    world.merge(PATH, id, change);
    Ok(Value::Null)
}
