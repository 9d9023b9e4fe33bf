//! Actions on many Cloud PCs at once.

use super::kinds::{DANGERS, KINDS};
use super::words::{BULK, BULK_ACTIONS, CLOUD_PC, ROOT_CLOUD_PCS, WRITE};
use crate::spec::{Action, Check, Look, Progress, Version, Watch, boolean, guids, string};

/// `windows365_bulk_action`: one request for many.
pub static ACTION: Action = Action::together(
    "windows365_bulk_action",
    "cloudPcBulkAction",
    BULK_ACTIONS,
    "cloudPcIds",
    (ROOT_CLOUD_PCS, CLOUD_PC),
)
.beta()
.doc(
    "Starts a bulk action, which does the same to many Cloud PCs and can wait for their maintenance window. Exactly one kind is named. \
     The actions on single Cloud PCs, such as `windows365_cloud_pc_reboot`, use a bulk action by themselves where several targets are \
     given and Microsoft Graph has a kind for it.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcbulkaction?view=graph-rest-beta",
)
.arguments(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the bulk action in the admin center."),
    boolean("scheduledDuringMaintenanceWindow")
        .doc("Whether it waits for the maintenance window of each Cloud PC. Set `wait = false` with it."),
])
.one_of(KINDS)
.dangers(DANGERS)
.watch(BULK)
.access(WRITE)
.minutes(180);

/// `windows365_bulk_action_retry`: once more where it failed.
pub static RETRY: Action = Action::each(
    "windows365_bulk_action_retry",
    "cloudPcBulkAction",
    BULK_ACTIONS,
    "bulk action",
    "retry",
)
.beta()
.doc(
    "Repeats a bulk action for some of its Cloud PCs, mostly for those on which it failed.",
    "https://learn.microsoft.com/graph/api/cloudpcbulkaction-retry?view=graph-rest-beta",
)
.arguments(&[guids("cloudPcIds")
    .required()
    .checks(&[Check::MinLength(1)])
    .doc("Ids of the Cloud PCs to repeat it for.")])
.watch(Watch {
    look: Look::Target(&[]),
    wait: Progress {
        property: "status",
        pending: &["pending"],
        done: &["succeeded"],
        failed: &["failed"],
        reason: None,
        every_secs: 5,
    },
    stamp: None,
    version: Version::Beta,
    each: None,
})
.access(WRITE)
.minutes(180);
