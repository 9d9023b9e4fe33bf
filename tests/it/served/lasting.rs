//! Configurations of what Terraform manages and the service never deletes: what every tenant has one of, and what is switched off.

use serde_json::{Value as Json, json};

/// What the simulation needs to know of such an entity.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// Where it is, below the version.
    pub(super) path: &'static str,
    /// A configuration with as much set as goes together, and its changes.
    pub(super) whole: (Json, Json),
    /// One with nothing set that can be left out, and its changes.
    pub(super) bare: (Json, Json),
}

pub(super) fn all() -> Vec<Case> {
    vec![external_partner(), organization_mapping(), organization_settings()]
}

fn external_partner() -> Case {
    const PARTNER: &str = "198d7140-80bb-4843-8cc4-811377a49a92";
    let partner = |enabled: bool, agent: Json| {
        let mut config = json!({ "partner_id": PARTNER, "enable_connection": enabled });
        if !agent.is_null() {
            config["agent_setting"] = agent;
        }
        config
    };
    Case {
        name: "windows365_external_partner",
        path: "/deviceManagement/virtualEndpoint/externalPartners",
        whole: (
            partner(
                true,
                json!({ "agent_url": "https://partner.example/agent.msi", "install_parameters": ["/quiet"] }),
            ),
            partner(
                false,
                json!({
                    "agent_url": "https://partner.example/agent2.msi",
                    "install_parameters": ["/quiet", "/norestart"],
                    "auto_deployment_enabled": true,
                }),
            ),
        ),
        bare: (partner(true, Json::Null), partner(false, Json::Null)),
    }
}

fn organization_mapping() -> Case {
    let of = |organizations: Json| json!({ "organization_ids_in_us_gov_cloud": organizations });
    let mapped = |organization: &str| of(json!([organization]));
    const FIRST: &str = "11111111-2222-4333-8444-555555555555";
    const SECOND: &str = "99999999-2222-4333-8444-555555555555";
    Case {
        name: "windows365_cross_cloud_government_organization_mapping",
        path: "/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping",
        whole: (mapped(FIRST), mapped(SECOND)),
        bare: (json!({}), mapped(FIRST)),
    }
}

fn organization_settings() -> Case {
    Case {
        name: "windows365_organization_settings",
        path: "/deviceManagement/virtualEndpoint/organizationSettings",
        whole: (
            json!({
                "enable_mem_auto_enroll": true,
                "enable_single_sign_on": true,
                "os_version": "windows10",
                "user_account_type": "standardUser",
                "windows_settings": { "language": "de-DE" },
            }),
            json!({
                "enable_mem_auto_enroll": false,
                "enable_single_sign_on": false,
                "os_version": "windows11",
                "user_account_type": "administrator",
                "windows_settings": { "language": "en-US" },
            }),
        ),
        bare: (json!({}), json!({ "enable_single_sign_on": true })),
    }
}
