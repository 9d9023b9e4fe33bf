//! What the descriptions of actions share.

use crate::spec::{Access, Bulk, Look, Progress, Version, Watch};

pub(super) const ROOT_CLOUD_PCS: &str = "/deviceManagement/virtualEndpoint/cloudPCs";
pub(super) const BULK_ACTIONS: &str = "/deviceManagement/virtualEndpoint/bulkActions";

/// What a target is called.
pub(super) const CLOUD_PC: &str = "Cloud PC";

/// Everything that changes Cloud PCs. Source: <https://learn.microsoft.com/graph/permissions-reference>.
pub(super) const WRITE: Access = Access::both(&["CloudPC.ReadWrite.All"]);

/// How the log of a Cloud PC shows the end of an action: an answer of 204 only says that it was accepted.
/// Source: <https://learn.microsoft.com/graph/api/resources/cloudpcremoteactionresult> (beta).
pub(super) const fn log(names: &'static [&'static str]) -> Watch {
    Watch {
        look: Look::Log {
            function: "retrieveCloudPCRemoteActionResults",
            named: "actionName",
            names,
        },
        wait: Progress {
            property: "actionState",
            pending: &["none", "pending", "active"],
            done: &["done"],
            failed: &["failed", "canceled", "notSupported"],
            reason: Some("statusDetail/message"),
            every_secs: 5,
        },
        stamp: Some("startDateTime"),
        version: Version::Beta,
        each: None,
    }
}

/// The log, whatever the action is called there.
pub(super) static ANY: Watch = log(&[]);

/// How a bulk action shows its end.
/// Source: <https://learn.microsoft.com/graph/api/resources/cloudpcbulkaction> (beta).
pub(super) static BULK: Watch = Watch {
    look: Look::Made { listed: true, created: Some("createdDateTime") },
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
    each: Some(&ANY),
};

/// A bulk action of a kind, with the arguments that it takes too.
pub(super) const fn bulk(graph_type: &'static str, carries: &'static [&'static str]) -> Bulk {
    Bulk { path: BULK_ACTIONS, graph_type, parameter: "cloudPcIds", carries, watch: &BULK }
}
