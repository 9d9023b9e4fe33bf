//! `windows365_cloud_pc_remote_action_result`: how the actions on a Cloud PC went.
//!
//! Facts from <https://learn.microsoft.com/graph/api/cloudpc-retrievecloudpcremoteactionresults?view=graph-rest-beta>.

use super::PERMISSIONS;
use super::cloud_pc::REMOTE_ACTION_RESULT;
use crate::spec::*;

/// The entity. There is no id of an action: who wants to know how one went looks for the newest result of its name.
pub static ENTITY: Entity = Entity::function(
    "windows365_cloud_pc_remote_action_result",
    "cloudPcRemoteActionResult",
    "/deviceManagement/virtualEndpoint/cloudPCs/{}/retrieveCloudPCRemoteActionResults",
)
.arguments(&[Argument { name: "cloud_pc_id", doc: "The Cloud PC, by id." }])
.beta()
.named_by("actionName")
.newest_by("startDateTime")
.doc(
    "A remote action result says how an action on a Cloud PC went, such as a reboot or a resize. The service keeps the results of the past.",
    "https://learn.microsoft.com/graph/api/cloudpc-retrievecloudpcremoteactionresults?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.left_out(&[LeftOut { property: "statusDetails", why: "Deprecated twin of `statusDetail`." }])
.attributes(REMOTE_ACTION_RESULT);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn results_are_listed_the_latest_first() {
        lists(
            &ENTITY,
            &[
                json!({"actionName": "Reboot", "actionState": "done", "startDateTime": "2026-03-01T08:00:00Z"}),
                json!({"actionName": "Resize", "actionState": "pending", "startDateTime": "2026-03-02T08:00:00.5Z"}),
                json!({"actionName": "Reboot", "actionState": "failed", "startDateTime": "2026-03-02T08:00:00Z",
                    "statusDetail": {"code": "busy", "message": "Try later.", "additionalInformation": []}}),
            ],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/cloudPCs/{}/retrieveCloudPCRemoteActionResults
                [
                  {
                    "action_name": "Resize",
                    "action_state": "pending",
                    "start_date_time": "2026-03-02T08:00:00.5Z"
                  },
                  {
                    "action_name": "Reboot",
                    "action_state": "failed",
                    "start_date_time": "2026-03-02T08:00:00Z",
                    "status_detail": {
                      "additional_information": [],
                      "code": "busy",
                      "message": "Try later."
                    }
                  },
                  {
                    "action_name": "Reboot",
                    "action_state": "done",
                    "start_date_time": "2026-03-01T08:00:00Z"
                  }
                ]
            "#]],
        );
    }
}
