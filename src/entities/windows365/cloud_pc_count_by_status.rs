//! `windows365_cloud_pc_count_by_status`: how many Cloud PCs are in which state.
//!
//! Facts from <https://learn.microsoft.com/graph/api/cloudpc-retrievecloudpccountbystatus?view=graph-rest-beta>.

use super::PERMISSIONS;
use super::cloud_pc::STATUS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::function(
    "windows365_cloud_pc_count_by_status",
    "cloudPcStatusSummary",
    "/deviceManagement/virtualEndpoint/cloudPCs/retrieveCloudPcCountByStatus",
)
.plural("windows365_cloud_pc_counts_by_status")
.beta()
.named_by("status")
.doc(
    "The number of Cloud PCs that are in one state. A state that no Cloud PC is in may be missing.",
    "https://learn.microsoft.com/graph/api/cloudpc-retrievecloudpccountbystatus?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    choice("status", &STATUS).doc("The state, such as `provisioned`, `inGracePeriod` or `failed`."),
    int64("count").named("cloud_pc_count").doc("Number of Cloud PCs in it."),
]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn counts_are_sorted_by_state() {
        lists(
            &ENTITY,
            &[
                json!({"status": "provisioned", "count": "22"}),
                json!({"status": "failed", "count": 11}),
            ],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/cloudPCs/retrieveCloudPcCountByStatus
                [
                  {
                    "cloud_pc_count": 11,
                    "status": "failed"
                  },
                  {
                    "cloud_pc_count": 22,
                    "status": "provisioned"
                  }
                ]
            "#]],
        );
    }
}
