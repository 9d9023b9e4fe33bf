//! Intune: what lies under `/deviceManagement` and `/deviceAppManagement`.

pub mod rbac_assignment;
pub mod role_definition;

use crate::spec::Permissions;

/// Roles and their assignments need the same permissions.
/// Source: <https://learn.microsoft.com/graph/permissions-reference#devicemanagementrbacreadall>.
const RBAC: Permissions = Permissions::read_write(
    &[
        "DeviceManagementRBAC.Read.All",
        "DeviceManagementRBAC.ReadWrite.All",
        "DeviceManagementConfiguration.Read.All",
        "DeviceManagementConfiguration.ReadWrite.All",
    ],
    &["DeviceManagementRBAC.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All"],
);
