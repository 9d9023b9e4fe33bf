//! `windows365_organization_settings`: what the tenant gives to Cloud PCs that no policy says more about.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcorganizationsettings?view=graph-rest-beta> and the pages of its
//! methods. Every tenant has one such object; some answers name no id of it.

use super::{OPERATING_SYSTEM, USER_ACCOUNT_TYPE};
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::singleton(
    "windows365_organization_settings",
    "cloudPcOrganizationSettings",
    "/deviceManagement/virtualEndpoint/organizationSettings",
)
.plural("windows365_organization_settings_list")
.beta()
.doc(
    "Defaults of the tenant for Cloud PCs. There is one such object in each tenant, always: creating the resource takes it over, \
     destroying the resource leaves it as it is.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcorganizationsettings?view=graph-rest-beta",
)
// The permission list names the same two for reading and for updating; an update with the one that only reads is nothing to rely on.
.permissions(Permissions::read_write(
    &["CloudPC.ReadWrite.All", "CloudPC.Read.All"],
    &["CloudPC.ReadWrite.All"],
))
// Whatever is left out stays as the tenant has it.
.attributes(&[
    boolean("enableMEMAutoEnroll")
        .defaulted()
        .stable()
        .doc("Whether Cloud PCs enrol in Intune by themselves."),
    boolean("enableSingleSignOn")
        .defaulted()
        .stable()
        .doc("Whether users sign in to their Cloud PC without a second prompt."),
    choice("osVersion", &OPERATING_SYSTEM)
        .defaulted()
        .stable()
        .doc("Version of Windows on new Cloud PCs."),
    choice("userAccountType", &USER_ACCOUNT_TYPE)
        .defaulted()
        .stable()
        .doc("Rights of users on their Cloud PC."),
    object("windowsSettings")
        .defaulted()
        .stable()
        .doc("Windows itself.")
        .of(&[string("language")
            .defaulted()
            .stable()
            .ignore_case()
            .doc("Language and region, such as `en-US`.")]),
]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::check;

    #[test]
    fn it_is_taken_over_by_an_update_of_what_is_named() {
        let config = json!({"os_version": "windows11", "enable_mem_auto_enroll": true});
        check(&ENTITY).config(config).creates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/organizationSettings
            {
              "@odata.type": "#microsoft.graph.cloudPcOrganizationSettings",
              "enableMEMAutoEnroll": true,
              "osVersion": "windows11"
            }
        "##]]);
    }

    #[test]
    fn what_leaves_the_configuration_stays_in_the_tenant() {
        let answer = json!({
            "enableMEMAutoEnroll": true, "enableSingleSignOn": false, "osVersion": "windows11",
            "userAccountType": "standardUser", "windowsSettings": {"language": "en-US"},
        });
        check(&ENTITY)
            .config(json!({"os_version": "windows11"}))
            .answer(answer)
            .then(json!({}))
            .updates(expect![[r"
                no change
            "]]);
    }

    #[test]
    fn an_answer_without_an_id_has_one_all_the_same() {
        let config = json!({"windows_settings": {"language": "en-us"}});
        let answer = json!({"id": "", "windowsSettings": {"language": "en-US"}});
        check(&ENTITY).config(config).answer(answer).reads(expect![[r#"
            {
              "id": "organizationSettings",
              "windows_settings": {
                "language": "en-US"
              }
            }
        "#]]);
    }
}
