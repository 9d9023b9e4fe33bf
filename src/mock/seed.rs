//! What a tenant starts with.

use serde_json::{Value, json};

use super::store::Body;
use super::world::{Group, World};

/// Built-in Intune roles; their ids are the same in each tenant (seen in public issue threads and scripts).
const BUILT_IN_ROLES: &[(&str, &str)] = &[
    ("0bd113fe-6be5-400c-a28f-ae5553f9c0be", "Policy and Profile manager"),
    ("2f9f4f7e-2d13-427b-adf2-361a1eef7ae8", "School Administrator"),
    ("9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", "Help Desk Operator"),
    ("c1d9fcbb-cba5-40b0-bf6b-527006585f4b", "Application Manager"),
    ("c56d53a2-73d0-4502-b6bd-4a9d3dba28d5", "Endpoint Security Manager"),
    ("fa1d7878-e8cb-41a1-8254-0142355c9f84", "Read Only Operator"),
    ("fb2603eb-3c87-4be3-8b5b-d58a5b4a0bc0", "Intune Role Administrator"),
];

/// Resource and operation of some resource operations (Graph page "intune-rbac-resourceoperation-list").
const OPERATIONS: &[(&str, &[&str])] = &[
    ("ManagedDevices", &["Read", "Update", "Delete", "SetPrimaryUser", "Query"]),
    ("RemoteTasks", &["RebootNow", "SyncDevice", "Wipe", "Retire", "RemoteLock", "ShutDown"]),
    ("MobileApps", &["Read", "Create", "Update", "Delete", "Assign"]),
    ("DeviceConfigurations", &["Read", "Create", "Update", "Delete", "Assign"]),
    ("DeviceCompliancePolices", &["Read", "Create", "Update", "Delete", "Assign"]),
    ("Roles", &["Read", "Create", "Update", "Delete", "Assign"]),
    ("Organization", &["Read", "Update"]),
];

/// Groups that tests and examples assign to.
pub(crate) const GROUPS: &[(&str, &str, usize)] = &[
    ("3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11", "Engineering", 3),
    ("7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10", "Devices West", 2),
    ("91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21", "Finance", 2),
    ("a47e0d53-2c98-4e16-b7f0-8c6d1a2b3f22", "Night shift", 1),
];

pub(crate) fn fill(world: &mut World) {
    for (id, name, size) in GROUPS {
        add_group(world, id, name, (1..=*size).map(|n| format!("{id}-user-{n}")).collect());
    }
    for (id, name) in BUILT_IN_ROLES {
        let permissions = json!([{
            "actions": ["Microsoft.Intune_ManagedDevices_Read"],
            "resourceActions": [{
                "allowedResourceActions": ["Microsoft.Intune_ManagedDevices_Read"],
                "notAllowedResourceActions": [],
            }],
        }]);
        let body = json!({
            "@odata.type": "deviceAndAppManagementRoleDefinition",
            "displayName": name,
            "description": format!("Built-in role: {name}"),
            "isBuiltIn": true,
            "isBuiltInRoleDefinition": true,
            "roleScopeTagIds": [],
            "rolePermissions": permissions,
            "permissions": permissions,
        });
        world.place("/deviceManagement/roleDefinitions", id, body);
    }
    for (resource, operations) in OPERATIONS {
        for operation in *operations {
            let id = format!("Microsoft.Intune_{resource}_{operation}");
            let body = json!({
                "resourceName": resource,
                "actionName": operation,
                "description": format!("{operation} of {resource}"),
                "resource": resource,
                "enabledForScopeValidation": true,
            });
            world.place("/deviceManagement/resourceOperations", &id, body);
        }
    }
    let tag = json!({ "displayName": "Default", "description": null, "isBuiltIn": true });
    world.place("/deviceManagement/roleScopeTags", "0", tag);
    super::rules::alert_rule::seed(world);
    super::rules::unified_roles::seed(world);
    cloud_pc_catalogue(world);
    reading(world);
}

fn cloud_pc_catalogue(world: &mut World) {
    let root = "/deviceManagement/virtualEndpoint";
    for (sku, name, recommended) in [
        ("win11-24h2-ent-cpc-m365", "Windows 11 Enterprise + Microsoft 365 Apps 24H2", "heavy"),
        ("win11-24h2-ent-cpc", "Windows 11 Enterprise 24H2", "light"),
    ] {
        let id = format!("microsoftwindowsdesktop_windows-ent-cpc_{sku}");
        let body = json!({
            "displayName": name,
            "publisherName": "microsoftwindowsdesktop", "publisher": "microsoftwindowsdesktop",
            "offerName": "windows-ent-cpc", "offer": "windows-ent-cpc",
            "skuName": sku, "sku": sku,
            "sizeInGB": 64,
            "status": "supported",
            "recommendedSku": recommended,
            "startDate": "2024-10-01",
            "endDate": "2027-10-12",
            "expirationDate": "2028-04-12",
        });
        world.place(&format!("{root}/galleryImages"), &id, body);
    }
    let plan = json!({
        "displayName": "Cloud PC Enterprise 2vCPU/8GB/128GB",
        "type": "enterprise",
        "vCpuCount": 2, "ramInGB": 8, "storageInGB": 128, "userProfileInGB": 25,
        "supportedSolution": "windows365",
        "provisioningType": "dedicated",
    });
    world.place(&format!("{root}/servicePlans"), "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661", plan);
    let frontline = json!({
        "displayName": "Cloud PC Frontline 2vCPU/8GB/128GB",
        "totalCount": 30, "usedCount": 0, "allotmentLicensesCount": 0,
    });
    let id = "056f3e0f-0f4c-4b5a-b7b0-0d5d1c1b7a11";
    world.place(&format!("{root}/frontLineServicePlans"), id, frontline);
    let licence = json!({
        "displayName": "Windows 365 Frontline 2vCPU/8GB/128GB",
        "licenseType": "frontline", "status": "enabled",
        "licensesCount": 10, "assignedCount": 0, "allotmentLicensesCount": 0,
        "servicePlanId": id,
    });
    let id = "7f1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66";
    world.place(&format!("{root}/managedLicenses"), id, licence);
    for (id, name, group) in [
        ("b3a5c9d1-0e3c-4c53-9d0b-1f6f4a5c1e01", "westeurope", "europeUnion"),
        ("b3a5c9d1-0e3c-4c53-9d0b-1f6f4a5c1e02", "westus3", "usWest"),
    ] {
        let body = json!({
            "displayName": name, "regionGroup": group, "regionStatus": "available",
            "supportedSolution": "windows365",
        });
        world.place(&format!("{root}/supportedRegions"), id, body);
    }
    let settings = json!({
        "enableMEMAutoEnroll": true,
        "enableSingleSignOn": false,
        "osVersion": "windows11",
        "userAccountType": "standardUser",
        "windowsSettings": { "language": "en-US" },
    });
    world.place(&format!("{root}/organizationSettings"), "", settings);
    let mapping = format!("{root}/crossCloudGovernmentOrganizationMapping");
    world.place(&mapping, "", json!({ "organizationIdsInUSGovCloud": [] }));
    let id = json!("7e6e7d5b-8dd5-5078-16cf-d1e488be48a8");
    world.merge(&mapping, "", Body::from_iter([("id".to_owned(), id)]));
}

/// What is only ever read: subscriptions for snapshots, what roles are made of, and a report with rows.
fn reading(world: &mut World) {
    let snapshots = "/deviceManagement/virtualEndpoint/snapshots";
    let subscription = "5f3e2a10-7b64-4c1d-9a0f-2d8c6b4e1f30";
    let body = json!({ "subscriptionId": subscription, "subscriptionName": "Forensics" });
    world.place(&format!("{snapshots}/getSubscriptions"), subscription, body);
    for (name, tier) in [("forensicshot", "hot"), ("forensicscold", "cold")] {
        let account = format!(
            "/subscriptions/{subscription}/resourceGroups/forensics/providers/Microsoft.Storage/storageAccounts/{name}"
        );
        let body = json!({
            "storageAccountId": account, "storageAccountName": name, "accessTier": tier, "immutableStorage": tier == "cold",
        });
        world.place(&format!("{snapshots}/getStorageAccounts/{subscription}"), name, body);
    }
    let namespaces = "/roleManagement/cloudPC/resourceNamespaces";
    world.place(namespaces, "Microsoft.CloudPC", json!({ "name": "Microsoft.CloudPC" }));
    for (resource, operation, verb) in
        [("CloudPCs", "Read", "GET"), ("CloudPCs", "Reboot", "POST"), ("Roles", "Update", "PATCH")]
    {
        let name = format!("Microsoft.CloudPC/{resource}/{operation}");
        let id = name.replace('/', "-");
        let body = json!({
            "name": name, "actionVerb": verb, "description": format!("{operation} {resource}."), "isPrivileged": false,
        });
        world.place(&format!("{namespaces}/Microsoft.CloudPC/resourceActions"), &id, body);
    }
    let report =
        "/deviceManagement/virtualEndpoint/reports/getTotalAggregatedRemoteConnectionReports";
    for number in 1..=30_i64 {
        let body = json!({
            "CloudPcId": format!("b0a9cde2-e170-4dd9-97c3-{number:012}"),
            "ManagedDeviceName": format!("CPC-{number:02}"),
            "TotalUsageInHour": number as f64 / 2.0,
            "DaysSinceLastSignIn": 30 - number,
            "LastActiveTime": format!("2026-02-{:02}T08:00:00Z", number.min(28)),
            "Extra": null,
        });
        world.place(report, &number.to_string(), body);
    }
}

/// Adds a group with its members, visible at once.
pub(crate) fn add_group(world: &mut World, id: &str, name: &str, members: Vec<String>) {
    let group = Group { members, ..Group::default() };
    world.groups.insert(id.to_ascii_lowercase(), group);
    let body: Value = json!({ "displayName": name, "securityEnabled": true, "mailEnabled": false });
    world.place("/groups", id, body);
}
