//! Windows 365 network connections and device images: what a provisioning policy builds on.

use serde_json::{Value, json};

use super::{
    Access, BOTH, CLOUD_PC, Filling, OBSERVED, Set, What, Write, provisioning_policy, rule,
};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::{Body, Object};
use crate::mock::timed;
use crate::mock::world::World;

pub(crate) static ON_PREMISES_CONNECTIONS: Set = Set {
    path: "/deviceManagement/virtualEndpoint/onPremisesConnections",
    noun: "on-premises connection",
    type_name: "cloudPcOnPremisesConnection",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BOTH,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    // The permission tables of create, update, delete and runHealthChecks have no application permission.
    access: Access {
        app_only_writes: false,
        app_only_actions: &["updateAdDomainPassword"],
        ..CLOUD_PC
    },
    rules: &[
        rule(
            What::Required(&[
                "displayName",
                "subscriptionId",
                "resourceGroupId",
                "virtualNetworkId",
                "subnetId",
            ]),
            "virtualendpoint-post-onpremisesconnections",
        ),
        rule(
            What::Default("connectionType", "\"hybridAzureADJoin\""),
            "cloudpconpremisesconnection",
        ),
        rule(What::Default("healthCheckStatus", "\"pending\""), "cloudpconpremisesconnection"),
        rule(What::Default("healthCheckPaused", "false"), "cloudpconpremisesconnection"),
        rule(What::Default("inUse", "false"), "cloudpconpremisesconnection"),
        rule(What::Default("inUseByCloudPc", "false"), "cloudpconpremisesconnection"),
        rule(What::Default("managedBy", "\"windows365\""), "cloudpconpremisesconnection"),
        rule(What::Default("scopeIds", "[\"0\"]"), "cloudpconpremisesconnection"),
        rule(What::Default("subscriptionName", "\"Production\""), "cloudpconpremisesconnection"),
        rule(
            What::Default("virtualNetworkLocation", "\"westeurope\""),
            "cloudpconpremisesconnection",
        ),
        rule(
            What::Default(
                "subnetPrivateIpDetail",
                "{\"subnetAvailableIpCount\": 240, \"subnetAvailableIpCountLastSyncDateTime\": \"2026-03-03T08:00:00Z\"}",
            ),
            "cloudpconpremisesconnection (beta)",
        ),
        rule(What::WriteOnly(&["adDomainPassword"]), "cloudpconpremisesconnection"),
        rule(What::Unique("displayName"), OBSERVED),
        rule(
            What::Fill(connection_twin),
            "cloudpconpremisesconnection (beta): type is an older name",
        ),
        rule(What::Fill(check_again), "cloudpconpremisesconnection-update"),
        rule(What::Keep(connection_in_use), "cloudpconpremisesconnection-delete"),
        rule(
            What::Runs("runHealthChecks", timed::run_health_checks),
            "cloudpconpremisesconnection-runhealthcheck",
        ),
        rule(
            What::Runs("updateAdDomainPassword", timed::update_domain_password),
            "cloudpconpremisesconnection-updateaddomainpassword",
        ),
    ],
};

fn connection_twin(body: &mut Body, filling: &mut Filling<'_>) {
    let older = filling.sent.contains_key("type") && !filling.sent.contains_key("connectionType");
    let (from, to) = if older { ("type", "connectionType") } else { ("connectionType", "type") };
    if let Some(value) = body.get(from).cloned() {
        body.insert(to.into(), value);
    }
}

/// Every write starts the checks again.
fn check_again(body: &mut Body, _filling: &mut Filling<'_>) {
    body.insert("healthCheckStatus".into(), json!("pending"));
}

fn connection_in_use(world: &World, _set: &Set, object: &Object) -> Option<Problem> {
    let names = |body: &Body| {
        body.get("domainJoinConfigurations").and_then(Value::as_array).is_some_and(|entries| {
            entries.iter().any(|entry| {
                entry.get("onPremisesConnectionId").and_then(Value::as_str) == Some(&object.id)
            })
        })
    };
    let used = world.store.live(provisioning_policy::PATH).any(|(_, body)| names(body));
    used.then(|| {
        Problem::new(409, "Conflict", "The connection is in use by a provisioning policy.")
    })
}

pub(crate) static DEVICE_IMAGES: Set = Set {
    path: "/deviceManagement/virtualEndpoint/deviceImages",
    noun: "device image",
    type_name: "cloudPcDeviceImage",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BOTH,
    verbs: &["POST", "GET", "LIST", "DELETE"],
    access: CLOUD_PC,
    rules: &[
        rule(
            What::Required(&["displayName", "sourceImageResourceId", "version"]),
            "virtualendpoint-post-deviceimages",
        ),
        rule(
            What::Writable(&["displayName", "sourceImageResourceId", "version"]),
            "virtualendpoint-post-deviceimages",
        ),
        rule(What::Default("status", "\"pending\""), "cloudpcdeviceimage"),
        rule(What::Default("scopeIds", "[\"0\"]"), "cloudpcdeviceimage (beta)"),
        rule(What::Fill(modified), "cloudpcdeviceimage"),
        rule(What::Check(image_version), "virtualendpoint-post-deviceimages"),
        rule(What::Keep(image_in_use), OBSERVED),
        rule(What::Runs("getSourceImages", source_images), "cloudpcdeviceimage-getsourceimages"),
        rule(
            What::Runs("retryUpload", timed::retry_upload),
            "cloudpcdeviceimage-retryupload (beta)",
        ),
    ],
};

fn modified(body: &mut Body, filling: &mut Filling<'_>) {
    body.insert("lastModifiedDateTime".into(), json!(filling.now));
}

/// Major.Minor.Patch, and no two images with one name and version.
fn image_version(write: &Write<'_>) -> Result<(), Problem> {
    let version = write.after.get("version").and_then(Value::as_str).unwrap_or_default();
    let numbers: Vec<&str> = version.split('.').collect();
    if numbers.len() != 3 || numbers.iter().any(|number| number.parse::<u32>().is_err()) {
        return Err(Problem::bad_request(format!(
            "The version '{version}' of a device image does not have the form Major.Minor.Patch."
        )));
    }
    let twin = write.world.store.live(DEVICE_IMAGES.path).any(|(_, body)| {
        ["displayName", "version"].iter().all(|name| body.get(*name) == write.after.get(*name))
    });
    if twin {
        return Err(Problem::bad_request(
            "A device image with the same displayName and version already exists.",
        ));
    }
    Ok(())
}

fn source_images(
    _world: &mut World,
    _set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let subscription = "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051";
    let id = format!(
        "/subscriptions/{subscription}/resourceGroups/rg-cloudpc/providers/Microsoft.Compute/images/img-finance-win11"
    );
    Ok(json!([{
        "id": id,
        "resourceId": id,
        "displayName": "img-finance-win11",
        "subscriptionId": subscription,
        "subscriptionDisplayName": "Production",
    }]))
}

fn image_in_use(world: &World, _set: &Set, object: &Object) -> Option<Problem> {
    let used = world
        .store
        .live(provisioning_policy::PATH)
        .any(|(_, body)| body.get("imageId").and_then(Value::as_str) == Some(&object.id));
    used.then(|| Problem::bad_request("The device image is in use by a provisioning policy."))
}
