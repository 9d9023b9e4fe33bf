//! Configurations of every entity that Terraform manages.

use serde_json::{Value as Json, json};

use windows365::simulation::Fixture;

use crate::support::tenant::CLOUD_APP_POLICY;

/// What the tests need to know of an entity.
#[derive(Clone)]
pub(super) struct Case {
    /// The resource, and its singular data source.
    pub name: &'static str,
    /// The plural data source.
    pub plural: &'static str,
    /// The collection below the version.
    pub path: &'static str,
    /// A configuration with as much set as goes together, and its changes.
    pub whole: Fixture,
    /// A configuration with nothing set that can be left out.
    pub bare: Fixture,
}

/// All of them.
pub(super) fn all() -> Vec<Case> {
    vec![
        rbac_assignment(),
        role_definition(),
        device_image(),
        on_premises_connection(),
        provisioning_policy(),
        alert_rule(),
        cloud_app(),
        cloud_pc_pool(),
        cloud_pc_role_assignment(),
        cloud_pc_role_definition(),
        user_setting(),
    ]
}

const ENGINEERING: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
const DEVICES_WEST: &str = "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10";
const FINANCE: &str = "91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21";

/// Attributes that are about Terraform and not about the object, so that no service can tell them.
const OF_TERRAFORM: &[&str] = &["timeouts", "allow_duplicate_name"];

fn fixture(create: Json, update: Json) -> Fixture {
    Fixture { not_imported: OF_TERRAFORM, ..Fixture::new(create, update) }
}

/// A configuration with other values in some places.
pub(super) fn with(mut config: Json, changes: Json) -> Json {
    if let Json::Object(changes) = changes {
        for (name, value) in changes {
            config[name] = value;
        }
    }
    config
}

fn rbac_assignment() -> Case {
    const READER: &str = "fa1d7878-e8cb-41a1-8254-0142355c9f84";
    const OPERATOR: &str = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e";
    let whole = json!({
        "display_name": "Help desk west",
        "description": "Support staff over the devices in the west",
        "role_definition_id": OPERATOR,
        "members": [ENGINEERING],
        "scope_type": "resourceScope",
        "resource_scopes": [DEVICES_WEST],
        "role_scope_tag_ids": ["0"],
        // A replacement that creates first makes a second one for a moment.
        "allow_duplicate_name": true,
        "timeouts": { "create": "10m" },
    });
    let bare = json!({
        "display_name": "Help desk everywhere",
        "role_definition_id": READER,
        "members": [FINANCE],
        "scope_type": "allDevices",
        "allow_duplicate_name": true,
    });
    Case {
        name: "intune_rbac_assignment",
        plural: "intune_rbac_assignments",
        path: "/deviceManagement/roleAssignments",
        whole: Fixture {
            replace: Some((
                with(whole.clone(), json!({ "role_definition_id": READER })),
                "role_definition_id",
            )),
            ..fixture(
                whole.clone(),
                with(
                    whole,
                    json!({
                        "display_name": "Help desk",
                        "description": null,
                        "members": [ENGINEERING, FINANCE],
                        "scope_type": "allDevices",
                        "resource_scopes": null,
                    }),
                ),
            )
        },
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Everywhere" }))),
    }
}

fn role_definition() -> Case {
    let whole = json!({
        "display_name": "Cloud PC help desk",
        "description": "Reads devices and reboots them",
        "allowed_resource_actions":
            ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_RemoteTasks_RebootNow"],
        "not_allowed_resource_actions": ["Microsoft.Intune_ManagedDevices_Delete"],
        "role_scope_tag_ids": ["0"],
    });
    let bare = json!({
        "display_name": "Reader",
        "allowed_resource_actions": ["Microsoft.Intune_ManagedDevices_Read"],
    });
    let case = Case {
        name: "intune_role_definition",
        plural: "intune_role_definitions",
        path: "/deviceManagement/roleDefinitions",
        whole: fixture(
            whole.clone(),
            with(
                whole,
                json!({
                    "display_name": "Help desk",
                    "description": null,
                    "allowed_resource_actions": ["Microsoft.Intune_RemoteTasks_RebootNow"],
                    "not_allowed_resource_actions": null,
                }),
            ),
        ),
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Reads" }))),
    };
    alone(case)
}

fn device_image() -> Case {
    let azure = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc/providers/Microsoft.Compute/images";
    let whole = json!({
        "display_name": "Finance",
        "version": "1.0.3",
        "source_image_resource_id": format!("{azure}/img-finance-win11"),
        "timeouts": { "create": "1h" },
    });
    let bare = with(whole.clone(), json!({ "display_name": "Plain", "timeouts": null }));
    // Nothing of an image can be changed.
    let later = json!({ "timeouts": { "create": "2h" } });
    alone(Case {
        name: "windows365_device_image",
        plural: "windows365_device_images",
        path: "/deviceManagement/virtualEndpoint/deviceImages",
        whole: Fixture {
            replace: Some((with(whole.clone(), json!({ "version": "1.0.4" })), "version")),
            ..fixture(whole.clone(), with(whole, later.clone()))
        },
        bare: fixture(bare.clone(), with(bare, later)),
    })
}

fn on_premises_connection() -> Case {
    let group = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc";
    let network = format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet-weu");
    let bare = json!({
        "display_name": "Plain",
        "connection_type": "azureADJoin",
        "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
        "resource_group_id": group,
        "virtual_network_id": network,
        "subnet_id": format!("{network}/subnets/snet-cloudpc"),
    });
    let whole = with(
        bare.clone(),
        json!({
            "display_name": "West Europe",
            "connection_type": "hybridAzureADJoin",
            "ad_domain_name": "corp.northgate.example",
            "ad_domain_username": "svc-join@corp.northgate.example",
            "ad_domain_password": "a password",
            "organizational_unit": "OU=CloudPC,DC=corp,DC=northgate,DC=example",
            "wait_for_health_check": true,
            "health_check_triggers": { "firewall": "1" },
            "timeouts": { "create": "1h" },
        }),
    );
    let mut case = alone(Case {
        name: "windows365_on_premises_connection",
        plural: "windows365_on_premises_connections",
        path: "/deviceManagement/virtualEndpoint/onPremisesConnections",
        whole: fixture(
            whole.clone(),
            with(
                whole,
                json!({
                    "display_name": "Europe",
                    "subnet_id": format!("{network}/subnets/snet-other"),
                    "ad_domain_password": "another password",
                    "organizational_unit": null,
                    "health_check_triggers": { "firewall": "2" },
                }),
            ),
        ),
        bare: fixture(
            bare.clone(),
            with(bare, json!({ "subnet_id": format!("{network}/subnets/snet-other") })),
        ),
    });
    for fixture in [&mut case.whole, &mut case.bare] {
        fixture.not_imported =
            &["timeouts", "ad_domain_password", "wait_for_health_check", "health_check_triggers"];
    }
    case
}

fn provisioning_policy() -> Case {
    let whole = json!({
        "display_name": "Engineering",
        "description": "Windows 11 for engineers",
        "provisioning_type": "dedicated",
        "image_type": "gallery",
        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "image_display_name": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "enable_single_sign_on": true,
        "local_admin_enabled": true,
        "cloud_pc_naming_template": "CPC-%USERNAME:5%-%RAND:5%",
        "domain_join_configurations": [
            { "domain_join_type": "azureADJoin", "region_group": "usWest", "region_name": "automatic" },
            { "domain_join_type": "azureADJoin", "region_group": "usEast", "region_name": "automatic" },
        ],
        "windows_setting": { "locale": "en-US" },
        "microsoft_managed_desktop": { "managed_type": "notManaged" },
        "assignments": [{ "group_id": ENGINEERING }],
        "timeouts": { "create": "10m" },
    });
    let bare = json!({
        "display_name": "Plain",
        "image_type": "gallery",
        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc",
        "image_display_name": "Windows 11 Enterprise 24H2",
        "domain_join_configurations":
            [{ "domain_join_type": "azureADJoin", "region_name": "westeurope" }],
    });
    let case = Case {
        name: "windows365_provisioning_policy",
        plural: "windows365_provisioning_policies",
        path: "/deviceManagement/virtualEndpoint/provisioningPolicies",
        whole: Fixture {
            replace: Some((
                with(
                    whole.clone(),
                    json!({ "provisioning_type": "sharedByUser", "assignments": [] }),
                ),
                "provisioning_type",
            )),
            ..fixture(
                whole.clone(),
                with(
                    whole,
                    json!({
                        "display_name": "Engineers",
                        "description": null,
                        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc",
                        "image_display_name": "Windows 11 Enterprise 24H2",
                        "enable_single_sign_on": false,
                        "local_admin_enabled": false,
                        "cloud_pc_naming_template": null,
                        "domain_join_configurations":
                            [{ "domain_join_type": "azureADJoin", "region_name": "westeurope" }],
                        "windows_setting": { "locale": "de-DE" },
                        "microsoft_managed_desktop": { "managed_type": "starterManaged" },
                        "assignments": [{ "group_id": ENGINEERING }, { "group_id": FINANCE }],
                    }),
                ),
            )
        },
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Nothing special" }))),
    };
    let mut case = alone(case);
    // Without a memory its assignments count as somebody else's, and the service deletes nothing that is assigned.
    case.whole.guarded = true;
    case
}

fn alert_rule() -> Case {
    let whole = json!({
        "display_name": "Failures",
        "description": "Provisioning fails",
        "alert_rule_template": "cloudPcProvisionScenario",
        "severity": "warning",
        "enabled": true,
        "conditions": [{
            "relationship_type": "or", "condition_category": "provisionFailures", "aggregation": "count",
            "operator": "greaterOrEqual", "threshold_value": "5",
        }],
        "threshold": { "aggregation": "count", "operator": "greaterOrEqual", "target": 5 },
        "notification_channels": [
            { "notification_channel_type": "portal" },
            {
                "notification_channel_type": "email",
                "notification_receivers": [
                    { "contact_information": "desk@contoso.com", "locale": "en-us" },
                    { "contact_information": "chief@contoso.com", "locale": "de-de" },
                ],
            },
        ],
        "allow_duplicate_name": true,
    });
    let bare =
        json!({ "display_name": "Plain", "severity": "warning", "allow_duplicate_name": true });
    Case {
        name: "windows365_alert_rule",
        plural: "windows365_alert_rules",
        path: "/deviceManagement/monitoring/alertRules",
        whole: Fixture {
            replace: Some((
                with(whole.clone(), json!({ "alert_rule_template": "cloudPcImageUploadScenario" })),
                "alert_rule_template",
            )),
            ..fixture(
                whole.clone(),
                with(
                    whole,
                    json!({
                        "severity": "critical",
                        "enabled": false,
                        "conditions": [{
                            "relationship_type": "and", "condition_category": "provisionFailures",
                            "aggregation": "affectedCloudPcCount", "operator": "greater", "threshold_value": "10",
                        }],
                        "threshold": { "aggregation": "percentage", "operator": "greater", "target": 10 },
                        "notification_channels": [{ "notification_channel_type": "portal" }],
                    }),
                ),
            )
        },
        bare: fixture(bare.clone(), with(bare, json!({ "severity": "informational" }))),
    }
}

fn cloud_app() -> Case {
    let program = "C:\\Windows\\system32\\mstsc.exe";
    let whole = json!({
        "display_name": "Remote Desktop",
        "description": "To servers",
        "discovered_app_name": "Remote Desktop Connection",
        "provisioning_policy_id": CLOUD_APP_POLICY,
        "app_detail": { "file_path": {
            "file_path": program, "command_line_arguments": "/admin", "icon_path": program, "icon_index": 1,
        } },
        "allow_duplicate_name": true,
    });
    let bare = json!({
        "display_name": "Paint",
        "discovered_app_name": "Paint",
        "provisioning_policy_id": CLOUD_APP_POLICY,
        "app_detail": { "automatic_discovered": {} },
        "allow_duplicate_name": true,
    });
    let mut case = Case {
        name: "windows365_cloud_app",
        plural: "windows365_cloud_apps",
        path: "/deviceManagement/virtualEndpoint/cloudApps",
        whole: Fixture {
            replace: Some((
                with(whole.clone(), json!({ "discovered_app_name": "Paint" })),
                "discovered_app_name",
            )),
            ..fixture(
                whole.clone(),
                with(
                    whole,
                    json!({
                        "display_name": "Servers",
                        "description": null,
                        "app_detail": { "file_path": {
                            "file_path": program, "command_line_arguments": "/span", "icon_path": "C:\\i.ico", "icon_index": 2,
                        } },
                    }),
                ),
            )
        },
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Draws" }))),
    };
    // Two apps of one policy have two names.
    case.whole.coexists = false;
    case.bare.coexists = false;
    case
}

fn cloud_pc_pool() -> Case {
    let whole = json!({
        "display_name": "Agents",
        "description": "For the back office",
        "cloud_pc_configuration": { "image_type": "gallery", "image_id": "a_b_c", "os_locale": "en-US" },
        "network_configuration": { "microsoft_hosted": {
            "geographic_location_type": "usWest",
            "region_groups": [{ "region_group": "usWest", "regions": ["westus3", "westus2"] }],
        } },
        "agent": {
            "billing_configuration": { "billing_type": "payAsYouGo", "billing_plan_id": "p-1" },
            "scaling_policy": { "minimum_count": 2, "maximum_count": 10 },
            "capabilities": { "enable_single_sign_on": true },
        },
        "assignments": [{ "user_principal_id": ENGINEERING }],
    });
    let bare = json!({
        "display_name": "Plain",
        "cloud_pc_configuration": {},
        "network_configuration": { "microsoft_hosted": { "geographic_location_type": "europe" } },
        "agent": { "billing_configuration": {}, "scaling_policy": {}, "capabilities": {} },
    });
    let case = Case {
        name: "windows365_cloud_pc_pool",
        plural: "windows365_cloud_pc_pools",
        path: "/deviceManagement/virtualEndpoint/cloudPcPools",
        whole: Fixture {
            replace: Some((
                with(
                    whole.clone(),
                    json!({ "network_configuration": { "microsoft_hosted": { "geographic_location_type": "asia" } } }),
                ),
                "network_configuration",
            )),
            ..fixture(
                whole.clone(),
                with(
                    whole,
                    json!({
                        "display_name": "Robots",
                        "description": null,
                        "cloud_pc_configuration": { "image_type": "gallery", "image_id": "a_b_d", "os_locale": "de-DE" },
                        "agent": {
                            "billing_configuration": { "billing_type": "payAsYouGo", "billing_plan_id": "p-2" },
                            "scaling_policy": { "minimum_count": 1, "maximum_count": 20 },
                            "capabilities": { "enable_single_sign_on": false },
                        },
                        "assignments": [{ "user_principal_id": ENGINEERING }, { "user_principal_id": FINANCE }],
                    }),
                ),
            )
        },
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Nothing special" }))),
    };
    alone(case)
}

fn cloud_pc_role_definition() -> Case {
    let whole = json!({
        "display_name": "Operator",
        "description": "Looks after Cloud PCs",
        "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read", "Microsoft.CloudPC/CloudPCs/Reboot"],
        "excluded_resource_actions": ["Microsoft.CloudPC/CloudPCs/Reprovision"],
        "is_enabled": true,
        "template_id": "5c0b5a3e-7c1c-4b55-9f0e-64f1c8b1a001",
        "version": "1",
        "allow_duplicate_name": true,
    });
    let bare = json!({
        "display_name": "Reader",
        "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read"],
        "allow_duplicate_name": true,
    });
    Case {
        name: "windows365_role_definition",
        plural: "windows365_role_definitions",
        path: "/roleManagement/cloudPC/roleDefinitions",
        whole: fixture(
            whole.clone(),
            with(
                whole,
                json!({
                    "display_name": "Operators",
                    "description": null,
                    "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read"],
                    "excluded_resource_actions": null,
                    "is_enabled": false,
                    "version": null,
                }),
            ),
        ),
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Reads" }))),
    }
}

fn cloud_pc_role_assignment() -> Case {
    const ADMINISTRATOR: &str = "b5c08161-a7af-481c-ace2-a20a69a48fb1";
    const READER: &str = "ea8e2fb8-e909-44e6-bae7-56757cf6f347";
    let whole = json!({
        "display_name": "Operators",
        "description": "Over everything",
        "role_definition_id": ADMINISTRATOR,
        "principal_ids": [ENGINEERING],
        "directory_scope_ids": ["/"],
        "app_scope_ids": [],
        "allow_duplicate_name": true,
    });
    let bare = json!({
        "display_name": "Readers",
        "role_definition_id": READER,
        "principal_ids": [FINANCE],
        "allow_duplicate_name": true,
    });
    Case {
        name: "windows365_role_assignment",
        plural: "windows365_role_assignments",
        path: "/roleManagement/cloudPC/roleAssignments",
        whole: Fixture {
            replace: Some((
                with(whole.clone(), json!({ "role_definition_id": READER })),
                "role_definition_id",
            )),
            ..fixture(
                whole.clone(),
                with(
                    whole,
                    json!({
                        "display_name": "Everybody",
                        "description": null,
                        "principal_ids": [ENGINEERING, FINANCE],
                    }),
                ),
            )
        },
        bare: fixture(bare.clone(), with(bare, json!({ "description": "Read" }))),
    }
}

fn user_setting() -> Case {
    let whole = json!({
        "display_name": "Engineering",
        "local_admin_enabled": true,
        "reset_enabled": true,
        "restore_point_setting": { "frequency_type": "sixHours", "user_restore_enabled": true },
        "cross_region_disaster_recovery_setting": {
            "disaster_recovery_type": "crossRegion",
            "maintain_cross_region_restore_point_enabled": true,
            "user_initiated_disaster_recovery_allowed": true,
            "disaster_recovery_network_setting": {
                "microsoft_hosted": { "region_group": "usWest", "region_name": "westus3" },
            },
        },
        "provisioning_source_type": "snapshot",
        "assignments": [{ "group_id": ENGINEERING }],
        "allow_duplicate_name": true,
        "timeouts": { "create": "10m" },
    });
    let bare = json!({ "display_name": "Plain", "allow_duplicate_name": true });
    Case {
        name: "windows365_user_setting",
        plural: "windows365_user_settings",
        path: "/deviceManagement/virtualEndpoint/userSettings",
        whole: fixture(
            whole.clone(),
            with(
                whole,
                json!({
                    "display_name": "Engineers",
                    "local_admin_enabled": false,
                    "reset_enabled": false,
                    "restore_point_setting":
                        { "frequency_type": "twelveHours", "user_restore_enabled": false },
                    "cross_region_disaster_recovery_setting": {
                        "disaster_recovery_type": "premium",
                        "maintain_cross_region_restore_point_enabled": false,
                        "user_initiated_disaster_recovery_allowed": false,
                        "disaster_recovery_network_setting": {
                            "azure_connection": { "on_premises_connection_id": DEVICES_WEST },
                        },
                    },
                    "provisioning_source_type": "image",
                    "assignments": [{ "group_id": ENGINEERING }, { "group_id": FINANCE }],
                }),
            ),
        ),
        bare: fixture(bare.clone(), with(bare, json!({ "display_name": "Plainer" }))),
    }
}

/// The service refuses a second object of the same name, so there is nothing to allow.
fn alone(mut case: Case) -> Case {
    for fixture in [&mut case.whole, &mut case.bare] {
        fixture.coexists = false;
        fixture.not_imported = &["timeouts"];
    }
    case
}

#[test]
fn every_managed_entity_has_a_case() {
    let mut cases: Vec<&str> = all().iter().map(|case| case.name).collect();
    use crate::support::tenant::comes_and_goes;
    // What comes and goes; what does not is in `lasting`.
    let mortal = windows365::entities::ALL.iter().filter(|it| comes_and_goes(it));
    let mut entities: Vec<&str> = mortal.map(|it| it.name).collect();
    cases.sort_unstable();
    entities.sort_unstable();
    let missing: Vec<&&str> = entities.iter().filter(|name| !cases.contains(name)).collect();
    assert!(
        missing.is_empty(),
        "nobody can try out {missing:?}: add a case to tests/it/served/table.rs, or no fault and no simulation ever meets it"
    );
    assert_eq!(cases, entities);
}
