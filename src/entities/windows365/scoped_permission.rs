//! `windows365_scoped_permission`: what the caller may do in Windows 365, and over which scope tags.
//!
//! Facts from <https://learn.microsoft.com/graph/api/virtualendpoint-retrievescopedpermissions?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity. The reference offers it to people only, the permission list does not name it: an app may try.
pub static ENTITY: Entity = Entity::function(
    "windows365_scoped_permission",
    "cloudPcScopedPermission",
    "/deviceManagement/virtualEndpoint/retrieveScopedPermissions",
)
.beta()
.named_by("permission")
.doc(
    "A permission in Windows 365 that the caller has, with the scope tags that it covers. For an administrator of the whole tenant there is one, `*`, without scope tags. Microsoft describes it for signed-in people; an app may be refused.",
    "https://learn.microsoft.com/graph/api/virtualendpoint-retrievescopedpermissions?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("permission").doc("The permission, such as `Microsoft.CloudPC/ProvisioningPolicies/Update`."),
    strings("scopeIds").doc("Scope tags that it covers, by id; empty for all."),
]);
