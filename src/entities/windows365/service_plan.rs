//! `windows365_service_plan`: the sizes of Cloud PC that licences exist for.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcserviceplan?view=graph-rest-beta>.

use super::provisioning_policy::PROVISIONING_TYPE;
use super::{MANAGEMENT_SERVICE, PERMISSIONS, SERVICE_PLAN_TYPE};
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_service_plan",
    "cloudPcServicePlan",
    "/deviceManagement/virtualEndpoint/servicePlans",
)
.beta()
.read_only()
.listed()
.doc(
    "A service plan is a size of Cloud PC that licences exist for: processors, memory and storage. A resize takes the `id` of one.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcserviceplan?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the plan, such as `Cloud PC Enterprise 2vCPU/8GB/128GB`."),
    choice("type", &SERVICE_PLAN_TYPE).doc("Product that the plan is part of: `enterprise` or `business`."),
    choice("provisioningType", &PROVISIONING_TYPE).doc("Kind of Cloud PC that the plan is for, such as `dedicated` or `sharedByUser`."),
    int32("vCpuCount").named("vcpu_count").doc("Number of virtual processors."),
    int32("ramInGB").doc("Memory in gigabytes."),
    int32("storageInGB").doc("Storage of the operating system's disk in gigabytes."),
    int64("userProfileInGB").doc("Storage for a user's profile in gigabytes."),
    flags("supportedSolution", &MANAGEMENT_SERVICE).doc("Services of Microsoft that can use the plan, such as `windows365`."),
]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn listed_objects_become_items() {
        lists(
            &ENTITY,
            &[json!({
                "id": "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661", "displayName": "Cloud PC Enterprise 2vCPU/8GB/128GB", "type": "enterprise",
                "vCpuCount": 2, "ramInGB": 8, "storageInGB": 128, "userProfileInGB": 25, "supportedSolution": "windows365",
                "provisioningType": "dedicated",
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/servicePlans
                [
                  {
                    "display_name": "Cloud PC Enterprise 2vCPU/8GB/128GB",
                    "id": "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661",
                    "provisioning_type": "dedicated",
                    "ram_in_gb": 8,
                    "storage_in_gb": 128,
                    "supported_solution": [
                      "windows365"
                    ],
                    "type": "enterprise",
                    "user_profile_in_gb": 25,
                    "vcpu_count": 2
                  }
                ]
            "#]],
        );
    }
}
