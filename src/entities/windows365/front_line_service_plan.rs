//! `windows365_front_line_service_plan`: the sizes of Frontline Cloud PC, and how many licences are left.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcfrontlineserviceplan?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_front_line_service_plan",
    "cloudPcFrontLineServicePlan",
    "/deviceManagement/virtualEndpoint/frontLineServicePlans",
)
.beta()
.read_only()
.doc(
    "A frontline service plan is a size of Cloud PC that users take turns in, with the number of its licences. An assignment of a shared provisioning policy names it by its `id`.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcfrontlineserviceplan?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the plan."),
    int64("totalCount").doc("Number of Cloud PCs that the licences are good for."),
    int64("usedCount").doc("Number of them that are in use."),
    int64("allotmentLicensesCount").doc("Number of licences that assignments have set aside for groups."),
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
                "id": "056f3e0f-0f4c-4b5a-b7b0-0d5d1c1b7a11", "displayName": "Cloud PC Frontline 2vCPU/8GB/128GB", "totalCount": 30,
                "usedCount": "12", "allotmentLicensesCount": 5,
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/frontLineServicePlans
                [
                  {
                    "allotment_licenses_count": 5,
                    "display_name": "Cloud PC Frontline 2vCPU/8GB/128GB",
                    "id": "056f3e0f-0f4c-4b5a-b7b0-0d5d1c1b7a11",
                    "total_count": 30,
                    "used_count": 12
                  }
                ]
            "#]],
        );
    }
}
