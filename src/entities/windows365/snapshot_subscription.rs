//! `windows365_snapshot_subscription`: subscriptions with storage accounts for snapshots.
//!
//! Facts from <https://learn.microsoft.com/graph/api/cloudpcsnapshot-getsubscriptions?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::function(
    "windows365_snapshot_subscription",
    "cloudPcSubscription",
    "/deviceManagement/virtualEndpoint/snapshots/getSubscriptions",
)
.beta()
.named_by("subscriptionName")
.doc(
    "An Azure subscription whose storage accounts Windows 365 may store snapshots in.",
    "https://learn.microsoft.com/graph/api/cloudpcsnapshot-getsubscriptions?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("subscriptionName").doc("Name of the subscription."),
    guid("subscriptionId").doc("The subscription, by id."),
]);
