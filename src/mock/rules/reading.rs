//! What is only read, beyond the catalogue: functions of the service itself, reports, alerts, issues, and what roles are made of.

use serde_json::{Value, json};

use super::{Access, BETA, BOTH, CLOUD_PC, Leading, Related, Set, What, jobs, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::cloud_pc;
use crate::mock::store::{Body, Object};
use crate::mock::world::World;

const READ_ONLY: Set = Set {
    path: "",
    noun: "",
    type_name: "",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["GET", "LIST"],
    access: CLOUD_PC,
    rules: &[],
};

/// The service itself, for its functions alone.
pub(crate) static VIRTUAL_ENDPOINT: Set = Set {
    path: "/deviceManagement/virtualEndpoint",
    noun: "virtual endpoint",
    type_name: "virtualEndpoint",
    singleton: true,
    verbs: &[],
    rules: &[
        rule(
            What::Runs("getEffectivePermissions", effective_permissions),
            "virtualendpoint-geteffectivepermissions",
        ),
        rule(
            What::Runs("retrieveScopedPermissions", scoped_permissions),
            "virtualendpoint-retrievescopedpermissions",
        ),
        rule(
            What::Runs("retrieveTenantEncryptionSetting", encryption_setting),
            "cloudpctenantencryptionsetting",
        ),
        rule(
            What::Runs("organizationAction", jobs::organization_action),
            "cloudpc-organizationaction",
        ),
        rule(
            What::Runs("retrieveOrganizationActionDetail", jobs::organization_detail),
            "cloudpc-retrieveorganizationactiondetail",
        ),
        rule(
            What::PeopleRead(&["getEffectivePermissions"]),
            "virtualendpoint-geteffectivepermissions: no application permission",
        ),
    ],
    ..READ_ONLY
};

/// A person who administers Windows 365 has everything (page "virtualendpoint-retrievescopedpermissions", example 3).
fn effective_permissions(
    _world: &mut World,
    _set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    Ok(json!([
        "Microsoft.CloudPC/CloudPCs/Read",
        "Microsoft.CloudPC/CloudPCs/Reboot",
        "Microsoft.CloudPC/ProvisioningPolicies/Read",
    ]))
}

fn scoped_permissions(
    _world: &mut World,
    _set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    Ok(json!([
        { "permission": "Microsoft.CloudPC/ProvisioningPolicies/Update", "scopeIds": ["1", "2"] },
        { "permission": "Microsoft.CloudPC/ProvisioningPolicies/Read", "scopeIds": ["1"] },
    ]))
}

fn encryption_setting(
    world: &mut World,
    _set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    Ok(json!({
        "tenantDiskEncryptionType": "platformManagedKey",
        "lastSyncDateTime": crate::mock::time::graph_text(world.now()),
    }))
}

/// Reports of beta that are not deprecated and answer a table.
pub(crate) static REPORTS: Set = Set {
    path: "/deviceManagement/virtualEndpoint/reports",
    noun: "report",
    type_name: "cloudPcReports",
    singleton: true,
    verbs: &[],
    rules: &[rule(
        What::Reports(&[
            "getActionStatusReports",
            "getDailyAggregatedRemoteConnectionReports",
            "getInaccessibleCloudPcReports",
            "getRawRemoteConnectionReports",
            "getRemoteConnectionHistoricalReports",
            "getTotalAggregatedRemoteConnectionReports",
            "retrieveBulkActionStatusReport",
            "retrieveCloudPcTenantMetricsReport",
            "retrieveCloudPcTroubleshootReports",
            "retrieveConnectionQualityReports",
            "retrieveCrossRegionDisasterRecoveryReport",
            "retrieveFrontlineReports",
        ]),
        "cloudpcreports",
    )],
    ..READ_ONLY
};

/// Their newer home.
pub(crate) static REPORT: Set = Set {
    path: "/deviceManagement/virtualEndpoint/report",
    noun: "report",
    type_name: "cloudPcReport",
    singleton: true,
    versions: BOTH,
    verbs: &[],
    rules: &[rule(
        What::Reports(&[
            "retrieveCloudPcClientAppUsageReport",
            "retrieveCloudPcRecommendationReports",
        ]),
        "cloudpcreport",
    )],
    ..READ_ONLY
};

pub(crate) static ALERT_RECORDS: Set = Set {
    path: "/deviceManagement/monitoring/alertRecords",
    noun: "alert record",
    type_name: "deviceManagement.alertRecord",
    rules: &[rule(
        What::PeopleRead(&[""]),
        "devicemanagement-alertrecord-list: no application permission",
    )],
    ..READ_ONLY
};

pub(crate) static CONNECTIVITY_ISSUES: Set = Set {
    path: "/deviceManagement/cloudPCConnectivityIssues",
    noun: "connectivity issue",
    type_name: "cloudPCConnectivityIssue",
    service: Service::Intune,
    access: Access {
        read: &[
            "DeviceManagementConfiguration.Read.All",
            "DeviceManagementConfiguration.ReadWrite.All",
            "DeviceManagementManagedDevices.Read.All",
            "DeviceManagementManagedDevices.ReadWrite.All",
        ],
        write: &["DeviceManagementConfiguration.ReadWrite.All"],
        app_only_writes: true,
        app_only_actions: &[],
    },
    ..READ_ONLY
};

const NAMESPACES: &str = "/roleManagement/cloudPC/resourceNamespaces";

pub(crate) static RESOURCE_NAMESPACES: Set = Set {
    path: NAMESPACES,
    noun: "resource namespace",
    type_name: "unifiedRbacResourceNamespace",
    // Whether `$expand` gives the actions is not documented, so it does not.
    rules: &[rule(
        What::Leads("resourceActions", ACTIONS_OF, false),
        "unifiedrbacresourcenamespace: the relationship resourceActions",
    )],
    ..READ_ONLY
};

pub(crate) static RESOURCE_ACTIONS: Set = Set {
    path: "/roleManagement/cloudPC/resourceNamespaces/{}/resourceActions",
    noun: "resource action",
    type_name: "unifiedRbacResourceAction",
    ..READ_ONLY
};

const ACTIONS_OF: Leading = actions_of;

fn actions_of(world: &World, namespace: &Object) -> Related {
    let below = format!("{NAMESPACES}/{}/resourceActions", namespace.id);
    let ids = world.store.live(&below).map(|(action, _)| action.id.clone()).collect();
    Related { path: RESOURCE_ACTIONS.path, ids, collection: true, leaves_out: &[] }
}

/// What is in the store below the address of a function: its answer.
fn stored(world: &World, address: &str) -> Value {
    world.store.live(address).map(|(_, body)| Value::Object(body.clone())).collect()
}

/// Subscriptions in which snapshots can be kept.
pub(super) fn subscriptions(
    world: &mut World,
    set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    Ok(stored(world, &format!("{}/getSubscriptions", set.path)))
}

/// Storage accounts of one subscription.
pub(super) fn storage_accounts(
    world: &mut World,
    set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let Some(subscription) = parameters.get("subscriptionId").and_then(Value::as_str) else {
        return Err(Problem::bad_request("The function needs the parameter subscriptionId."));
    };
    Ok(stored(world, &format!("{}/getStorageAccounts/{subscription}", set.path)))
}

/// The kinds of activity that audit events can tell of.
pub(super) fn activity_types(
    _world: &mut World,
    _set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    Ok(json!([
        "patchCloudPcUserSetting",
        "createCloudPcOnPremisesConnection",
        "patchCloudPcOnPremisesConnection",
        "rebootCloudPc",
    ]))
}

/// Points in time of one Cloud PC.
pub(super) fn snapshots_of(
    world: &mut World,
    _set: &Set,
    id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let of = |body: &Body| {
        body.get("cloudPcId").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(id))
    };
    let live = world.store.live("/deviceManagement/virtualEndpoint/snapshots");
    Ok(live.filter(|(_, body)| of(body)).map(|(_, body)| Value::Object(body.clone())).collect())
}

/// How the remote actions of one Cloud PC went.
pub(super) fn remote_action_results(
    world: &mut World,
    _set: &Set,
    id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    Ok(stored(world, &cloud_pc::results_of(id)))
}

/// How many Cloud PCs are in each status that one of them is in.
pub(super) fn count_by_status(
    world: &mut World,
    _set: &Set,
    _id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for (_, body) in world.store.live(cloud_pc::PATH) {
        let status = body.get("status").and_then(Value::as_str).unwrap_or_default();
        *counts.entry(status.to_owned()).or_default() += 1;
    }
    Ok(counts.iter().map(|(status, count)| json!({ "status": status, "count": count })).collect())
}
