//! `windows365_cross_cloud_government_organization_mapping`: which tenant of the government cloud belongs to this one.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpccrosscloudgovernmentorganizationmapping?view=graph-rest-beta>. The
//! reference also has a create, with a token of the other tenant in a header; the metadata has an update of what is there, as here.

use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::singleton(
    "windows365_cross_cloud_government_organization_mapping",
    "cloudPcCrossCloudGovernmentOrganizationMapping",
    "/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping",
)
.beta()
.doc(
    "For customers of the US Government Community Cloud: the tenant in the government cloud that holds the Cloud PCs of this tenant. \
     There is one such object in a tenant: creating the resource takes it over, destroying the resource leaves it as it is.",
    "https://learn.microsoft.com/graph/api/resources/cloudpccrosscloudgovernmentorganizationmapping?view=graph-rest-beta",
)
// Reads are offered to people only, and so is the create of the reference. What no app can read back, no app should write.
.permissions(Permissions {
    read: READ,
    create: WRITE,
    update: WRITE,
    delete: WRITE,
})
.attributes(&[strings("organizationIdsInUSGovCloud")
    .defaulted()
    .stable()
    .ignore_case()
    .checks(&[Check::MaxLength(1)])
    .doc("The tenant in the government cloud, by id. The service supports one.")]);

const READ: Access = Access::delegated_only(&["CloudPC.Read.All", "CloudPC.ReadWrite.All"]);
const WRITE: Access = Access::delegated_only(&["CloudPC.ReadWrite.All"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::check;

    #[test]
    fn it_is_taken_over_by_an_update() {
        let config =
            json!({"organization_ids_in_us_gov_cloud": ["7e6e7d5b-8dd5-5078-16cf-d1e488be48a8"]});
        check(&ENTITY).config(config).creates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping
            {
              "@odata.type": "#microsoft.graph.cloudPcCrossCloudGovernmentOrganizationMapping",
              "organizationIdsInUSGovCloud": [
                "7e6e7d5b-8dd5-5078-16cf-d1e488be48a8"
              ]
            }
        "##]]);
    }
}
