//! `windows365_bulk_action`: how actions on many Cloud PCs at once go.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcbulkaction?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity, as far as all kinds of bulk actions have it in common. They are started by the action of the same name.
pub static ENTITY: Entity = Entity::collection(
    "windows365_bulk_action",
    "cloudPcBulkAction",
    "/deviceManagement/virtualEndpoint/bulkActions",
)
.beta()
.read_only()
.doc(
    "A bulk action is one action on many Cloud PCs, such as a resize of all of them, with the number of those that it has reached. The action of the same name starts one.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcbulkaction?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the bulk action."),
    choice("status", &STATUS).doc("State of the whole: `pending`, `succeeded` or `failed`."),
    object("actionSummary").doc("Number of Cloud PCs by how it goes for them.").of(&[
        int64("successfulCount").doc("Number for which it succeeded."),
        int64("failedCount").doc("Number for which it failed."),
        int64("inProgressCount").doc("Number for which it goes on."),
        int64("pendingCount").doc("Number for which it has not begun."),
        int64("notSupportedCount").doc("Number of those that do not know the action."),
    ]),
    guids("cloudPcIds").doc("The Cloud PCs, by id."),
    string("initiatedByUserPrincipalName").doc("Sign-in name of the person who started it."),
    boolean("scheduledDuringMaintenanceWindow").doc("Whether it waits for the maintenance window of each Cloud PC."),
    date_time("createdDateTime").doc("When it was started."),
]);

static STATUS: Choice =
    Choice::open("cloudPcBulkActionStatus", &["pending", "succeeded", "failed"]);
