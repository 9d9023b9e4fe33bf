//! Lives of what a destroy leaves there: what there is one of in every tenant, and what is switched off instead of being deleted.

use serde_json::{Value as Json, json};
use windows365::entities;

use super::table::{Life, lives};

/// Their configurations.
pub(crate) fn lasting() -> Vec<Life> {
    let life = |name, path, create: Json, update| {
        let clear = create.clone();
        Life { name, path, create, update, clear, replace: None }
    };
    let partner = |parameter| {
        json!({
            "partner_id": "198d7140-80bb-4843-8cc4-811377a49a92", "enable_connection": true,
            "agent_setting": {"agent_url": "https://partner.example/agent.msi", "install_parameters": [parameter]},
        })
    };
    let mapping = |id| json!({"organization_ids_in_us_gov_cloud": [id]});
    vec![
        life(
            "windows365_cross_cloud_government_organization_mapping",
            "/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping",
            mapping("11111111-2222-4333-8444-555555555555"),
            mapping("99999999-2222-4333-8444-555555555555"),
        ),
        life(
            "windows365_organization_settings",
            "/deviceManagement/virtualEndpoint/organizationSettings",
            json!({"os_version": "windows10", "windows_settings": {"language": "de-DE"}}),
            json!({"os_version": "windows11", "user_account_type": "administrator"}),
        ),
        life(
            "windows365_external_partner",
            "/deviceManagement/virtualEndpoint/externalPartners",
            partner("/token=Planted+one/of=the%partner"),
            partner("/token=Planted+two/of=the%partner"),
        ),
    ]
}

/// The lives of everything that Terraform manages.
pub(crate) fn all_lives() -> impl Iterator<Item = Life> {
    lives().into_iter().chain(lasting())
}

#[test]
fn everything_that_is_managed_has_a_life() {
    let mut named: Vec<&str> = all_lives().map(|life| life.name).collect();
    named.sort_unstable();
    let managed = entities::ALL.iter().filter(|entity| entity.managed);
    assert_eq!(named, managed.map(|entity| entity.name).collect::<Vec<_>>());
}
