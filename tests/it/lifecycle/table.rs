//! One life of each entity that comes and goes.

use serde_json::{Value as Json, json};

use super::run::{GROUP, OTHER_GROUP};
use crate::support::tenant::CLOUD_APP_POLICY;

/// The configurations of one entity's life.
pub(crate) struct Life {
    pub(crate) name: &'static str,
    /// Where it lives, below the version.
    pub(crate) path: &'static str,
    pub(crate) create: Json,
    pub(crate) update: Json,
    /// What can be left out is left out.
    pub(crate) clear: Json,
    /// A configuration that replaces the object, and the attribute that does it.
    pub(crate) replace: Option<(Json, &'static str)>,
}

impl Life {
    /// Whether there is one such object in every tenant.
    pub(crate) fn is_only(&self) -> bool {
        let place = windows365::entities::find(self.name).unwrap().place;
        matches!(place, windows365::spec::Place::Singleton(_))
    }

    /// The address of one object.
    pub(crate) fn item(&self) -> String {
        if self.is_only() { self.path.to_owned() } else { format!("{}/{{id}}", self.path) }
    }

    /// How a create is sent.
    pub(crate) fn creates_by(&self) -> &'static str {
        if self.is_only() { "PATCH" } else { "POST" }
    }

    /// Whether an object can be changed at all, and is not always replaced.
    pub(crate) fn is_changeable(&self) -> bool {
        windows365::entities::find(self.name).unwrap().update != windows365::spec::Update::Never
    }
}

/// A built-in role, which every tenant has.
const HELP_DESK: &str = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e";
/// Another one.
const READ_ONLY: &str = "fa1d7878-e8cb-41a1-8254-0142355c9f84";

/// A built-in role of Windows 365.
const CLOUD_PC_ADMINISTRATOR: &str = "b5c08161-a7af-481c-ace2-a20a69a48fb1";
/// Another one.
const CLOUD_PC_READER: &str = "ea8e2fb8-e909-44e6-bae7-56757cf6f347";

pub(crate) fn with(config: &Json, changes: Json) -> Json {
    let mut config = config.clone();
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

pub(crate) fn lives() -> Vec<Life> {
    let policy = json!({
        "display_name": "Engineering",
        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "image_type": "gallery",
        "image_display_name": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "domain_join_configurations": [{"domain_join_type": "azureADJoin", "region_group": "usWest", "region_name": "automatic"}],
        "windows_setting": {"locale": "en-US"},
        "provisioning_type": "dedicated",
    });
    let setting = json!({"display_name": "Engineering"});
    let role = json!({"display_name": "Help desk", "allowed_resource_actions": ["Microsoft.Intune_ManagedDevices_Read"]});
    let rule =
        json!({"display_name": "Failures", "alert_rule_template": "cloudPcProvisionScenario"});
    let app = json!({
        "display_name": "Remote Desktop", "discovered_app_name": "Remote Desktop Connection",
        "provisioning_policy_id": CLOUD_APP_POLICY,
        "app_detail": {"file_path": {"file_path": "C:\\Windows\\system32\\mstsc.exe"}},
    });
    let pool = json!({
        "display_name": "Agents",
        "cloud_pc_configuration": {"image_type": "gallery", "image_id": "a_b_c", "os_locale": "en-US"},
        "network_configuration": {"microsoft_hosted": {
            "geographic_location_type": "usWest", "region_groups": [{"region_group": "usWest", "regions": ["westus3", "westus2"]}],
        }},
        "agent": {
            "billing_configuration": {"billing_type": "payAsYouGo", "billing_plan_id": "p-1"},
            "scaling_policy": {"minimum_count": 2, "maximum_count": 10},
            "capabilities": {"enable_single_sign_on": true},
        },
    });
    let operator = json!({"display_name": "Operator", "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read"]});
    let operators = json!({
        "display_name": "Operators", "role_definition_id": CLOUD_PC_ADMINISTRATOR, "principal_ids": [GROUP],
    });
    let connection = json!({
        "display_name": "West", "connection_type": "hybridAzureADJoin",
        "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
        "resource_group_id": "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg",
        "virtual_network_id": "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet",
        "subnet_id": "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet",
        "ad_domain_name": "corp.example", "ad_domain_username": "join@corp.example",
    });
    let image = json!({
        "display_name": "Finance", "version": "1.0.3",
        "source_image_resource_id": "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg/providers/Microsoft.Compute/images/img",
    });
    let assignment = json!({
        "display_name": "Help desk west",
        "role_definition_id": HELP_DESK,
        "members": [GROUP],
        "scope_type": "resourceScope",
        "resource_scopes": [OTHER_GROUP],
    });
    vec![
        Life {
            name: "windows365_provisioning_policy",
            path: "/deviceManagement/virtualEndpoint/provisioningPolicies",
            create: with(
                &policy,
                json!({
                    "description": "first", "enable_single_sign_on": true, "cloud_pc_naming_template": "CPC-%USERNAME:5%-%RAND:5%",
                    "assignments": [{"group_id": GROUP}],
                }),
            ),
            update: with(
                &policy,
                json!({
                    "description": "second", "enable_single_sign_on": false, "assignments": [{"group_id": GROUP}, {"group_id": OTHER_GROUP}],
                }),
            ),
            clear: with(&policy, json!({"assignments": []})),
            replace: Some((
                with(&policy, json!({"provisioning_type": "sharedByUser"})),
                "provisioning_type",
            )),
        },
        Life {
            name: "windows365_user_setting",
            path: "/deviceManagement/virtualEndpoint/userSettings",
            create: with(
                &setting,
                json!({
                    "local_admin_enabled": true, "reset_enabled": true,
                    "restore_point_setting": {"frequency_type": "sixHours", "user_restore_enabled": true},
                    "assignments": [{"group_id": GROUP}],
                }),
            ),
            update: with(
                &setting,
                json!({
                    "local_admin_enabled": false,
                    "restore_point_setting": {"frequency_type": "twelveHours", "user_restore_enabled": false},
                    "assignments": [{"group_id": OTHER_GROUP}],
                }),
            ),
            clear: with(&setting, json!({"assignments": []})),
            replace: None,
        },
        Life {
            name: "windows365_alert_rule",
            path: "/deviceManagement/monitoring/alertRules",
            create: with(
                &rule,
                json!({
                    "severity": "warning", "enabled": true,
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
                }),
            ),
            update: with(
                &rule,
                json!({
                    "severity": "critical", "enabled": false, "notification_channels": [{"notification_channel_type": "portal"}],
                }),
            ),
            clear: with(&rule, json!({"conditions": [], "notification_channels": []})),
            replace: Some((
                with(&rule, json!({"alert_rule_template": "cloudPcInGracePeriodScenario"})),
                "alert_rule_template",
            )),
        },
        Life {
            name: "windows365_cloud_app",
            path: "/deviceManagement/virtualEndpoint/cloudApps",
            create: with(
                &app,
                json!({
                    "description": "first",
                    "app_detail": {"file_path": {
                        "file_path": "C:\\Windows\\system32\\mstsc.exe", "command_line_arguments": "/admin", "icon_index": 2,
                    }},
                }),
            ),
            update: with(
                &app,
                json!({
                    "description": "second",
                    "app_detail": {"file_path": {
                        "file_path": "C:\\Windows\\system32\\mstsc.exe", "command_line_arguments": "/span", "icon_index": 3,
                    }},
                }),
            ),
            clear: app.clone(),
            replace: Some((
                with(&app, json!({"discovered_app_name": "Paint"})),
                "discovered_app_name",
            )),
        },
        Life {
            name: "windows365_cloud_pc_pool",
            path: "/deviceManagement/virtualEndpoint/cloudPcPools",
            create: with(
                &pool,
                json!({"description": "first", "assignments": [{"user_principal_id": GROUP}]}),
            ),
            update: with(
                &pool,
                json!({
                    "description": "second", "assignments": [{"user_principal_id": OTHER_GROUP}],
                    "cloud_pc_configuration": {"image_type": "gallery", "image_id": "a_b_d", "os_locale": "de-DE"},
                    "agent": {
                        "billing_configuration": {"billing_type": "payAsYouGo", "billing_plan_id": "p-2"},
                        "scaling_policy": {"minimum_count": 1, "maximum_count": 20},
                        "capabilities": {"enable_single_sign_on": false},
                    },
                }),
            ),
            clear: with(&pool, json!({"assignments": []})),
            replace: Some((
                with(
                    &pool,
                    json!({"network_configuration": {"microsoft_hosted": {"geographic_location_type": "europe"}}}),
                ),
                "network_configuration",
            )),
        },
        Life {
            name: "windows365_role_definition",
            path: "/roleManagement/cloudPC/roleDefinitions",
            create: with(
                &operator,
                json!({
                    "description": "first", "version": "1",
                    "excluded_resource_actions": ["Microsoft.CloudPC/CloudPCs/Reprovision"],
                }),
            ),
            update: with(
                &operator,
                json!({
                    "description": "second", "is_enabled": false,
                    "allowed_resource_actions": ["Microsoft.CloudPC/CloudPCs/Read", "Microsoft.CloudPC/CloudPCs/Reboot"],
                }),
            ),
            clear: operator,
            replace: None,
        },
        Life {
            name: "windows365_role_assignment",
            path: "/roleManagement/cloudPC/roleAssignments",
            create: with(&operators, json!({"description": "first"})),
            update: with(
                &operators,
                json!({"description": "second", "principal_ids": [GROUP, OTHER_GROUP]}),
            ),
            clear: operators.clone(),
            replace: Some((
                with(&operators, json!({"role_definition_id": CLOUD_PC_READER})),
                "role_definition_id",
            )),
        },
        Life {
            name: "intune_role_definition",
            path: "/deviceManagement/roleDefinitions",
            create: with(&role, json!({"description": "first", "role_scope_tag_ids": ["0"]})),
            update: with(
                &role,
                json!({
                    "description": "second",
                    "allowed_resource_actions": ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_RemoteTasks_RebootNow"],
                }),
            ),
            clear: role,
            replace: None,
        },
        Life {
            name: "intune_rbac_assignment",
            path: "/deviceManagement/roleAssignments",
            create: with(&assignment, json!({"description": "first"})),
            update: with(
                &assignment,
                json!({"description": "second", "members": [GROUP, OTHER_GROUP]}),
            ),
            clear: json!({
                "display_name": "Help desk west", "role_definition_id": HELP_DESK, "members": [GROUP], "scope_type": "allDevices",
            }),
            replace: Some((
                with(&assignment, json!({"role_definition_id": READ_ONLY})),
                "role_definition_id",
            )),
        },
        Life {
            name: "windows365_on_premises_connection",
            path: "/deviceManagement/virtualEndpoint/onPremisesConnections",
            create: with(
                &connection,
                json!({"organizational_unit": "OU=CloudPC,DC=corp,DC=example"}),
            ),
            update: with(
                &connection,
                json!({
                    "ad_domain_username": "other@corp.example", "health_check_triggers": {"firewall": "1"},
                    "wait_for_health_check": true,
                }),
            ),
            clear: connection,
            replace: None,
        },
        Life {
            name: "windows365_device_image",
            path: "/deviceManagement/virtualEndpoint/deviceImages",
            create: image.clone(),
            // Nothing of it can be changed.
            update: with(&image, json!({"timeouts": {"create": "4h"}})),
            clear: image.clone(),
            replace: Some((with(&image, json!({"version": "1.0.4"})), "version")),
        },
    ]
}

/// The life of one entity.
pub(crate) fn life(name: &str) -> Life {
    lives().into_iter().find(|life| life.name == name).unwrap()
}
