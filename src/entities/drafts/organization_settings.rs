//! Shape: a singleton. It always exists: a create adopts it with an update, and a delete leaves it as it is.

use crate::spec::*;

/// All of it; `windowsSettings` has no newer twin here.
pub static DRAFT: Entity = Entity::singleton(
    "windows365_organization_settings",
    "cloudPcOrganizationSettings",
    "/deviceManagement/virtualEndpoint/organizationSettings",
)
.plural("windows365_organization_settings_list")
.beta()
.doc(
    "Defaults of the tenant for Cloud PCs.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcorganizationsettings?view=graph-rest-beta",
)
.permissions(super::CLOUD_PC)
.attributes(&[
    boolean("enableMEMAutoEnroll").defaulted().stable().doc("Whether Cloud PCs enrol in Intune by themselves."),
    boolean("enableSingleSignOn").defaulted().stable().doc("Whether users sign in without a second prompt."),
    choice("osVersion", &OPERATING_SYSTEM).defaulted().stable().doc("Version of Windows."),
    choice("userAccountType", &ACCOUNT_TYPE).defaulted().stable().doc("Rights of users on their Cloud PC."),
    object("windowsSettings").defaulted().stable().doc("Windows itself.").of(&[string("language")
        .defaulted()
        .stable()
        .ignore_case()
        .doc("Language and region, such as `en-US`.")]),
]);

static OPERATING_SYSTEM: Choice =
    Choice::open("cloudPcOperatingSystem", &["windows10", "windows11"]);

static ACCOUNT_TYPE: Choice =
    Choice::open("cloudPcUserAccountType", &["standardUser", "administrator"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::DRAFT;
    use crate::engine::check::check;

    #[test]
    fn singleton_is_adopted_by_an_update() {
        let config = json!({"os_version": "windows11", "enable_mem_auto_enroll": true});
        check(&DRAFT).config(config).creates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/organizationSettings
            {
              "@odata.type": "#microsoft.graph.cloudPcOrganizationSettings",
              "enableMEMAutoEnroll": true,
              "osVersion": "windows11"
            }
        "##]]);
    }
}
