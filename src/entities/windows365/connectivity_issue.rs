//! `windows365_connectivity_issue`: connections to Cloud PCs that failed.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/intune-devices-cloudpcconnectivityissue?view=graph-rest-beta>.

use crate::spec::*;

/// The entity. It lies beside the virtual endpoint and has permissions of Intune.
pub static ENTITY: Entity = Entity::collection(
    "windows365_connectivity_issue",
    "cloudPCConnectivityIssue",
    "/deviceManagement/cloudPCConnectivityIssues",
)
.beta()
.read_only()
.listed()
.named_by("id")
.doc(
    "A connectivity issue is a connection of a user to a Cloud PC that failed, with the reason and what to do.",
    "https://learn.microsoft.com/graph/api/resources/intune-devices-cloudpcconnectivityissue?view=graph-rest-beta",
)
.permissions(Permissions::read_write(
    &[
        "DeviceManagementConfiguration.Read.All",
        "DeviceManagementConfiguration.ReadWrite.All",
        "DeviceManagementManagedDevices.Read.All",
        "DeviceManagementManagedDevices.ReadWrite.All",
    ],
    &["DeviceManagementConfiguration.ReadWrite.All"],
))
.attributes(&[
    guid("deviceId").doc("The device in Intune, by id."),
    guid("userId").doc("The user who tried to connect, by id."),
    string("errorCode").doc("Code of the reason."),
    date_time("errorDateTime").doc("When it failed."),
    string("errorDescription").doc("The reason, for people."),
    string("recommendedAction").doc("What to do."),
]);
