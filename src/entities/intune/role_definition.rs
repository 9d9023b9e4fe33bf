//! `intune_role_definition`: a role of Intune's own access control.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/intune-rbac-roledefinition?view=graph-rest-beta> and the pages of its
//! methods. What a role may do lies two collections deep, in `rolePermissions[].resourceActions[]`, each of which only ever holds one
//! element; both levels are flattened.

use super::RBAC;
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "intune_role_definition",
    "roleDefinition",
    "/deviceManagement/roleDefinitions",
)
.beta()
.doc(
    "A role definition of Intune: a set of actions that `intune_rbac_assignment` gives to people. \
     Built-in roles can be read but not changed.",
    "https://learn.microsoft.com/graph/api/resources/intune-rbac-roledefinition?view=graph-rest-beta",
)
.permissions(RBAC)
// Seen: a second role of the same name is refused.
.unique_name()
.left_out(&[
    LeftOut { property: "isBuiltInRoleDefinition", why: "Deprecated twin of `isBuiltIn`." },
    LeftOut { property: "permissions", why: "Deprecated twin of `rolePermissions`." },
    LeftOut {
        property: "rolePermissions.actions",
        why: "Deprecated flat form of `resourceActions`.",
    },
])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the role, unique in the tenant."),
    string("description").empty_is_null().doc("What the role is for."),
    // The create needs `rolePermissions`.
    strings("allowedResourceActions").inside(RESOURCE_ACTION).required().doc(
        "What the role may do, such as `Microsoft.Intune_ManagedDevices_Read`. \
         `GET /deviceManagement/resourceOperations` lists every action.",
    ),
    strings("notAllowedResourceActions")
        .inside(RESOURCE_ACTION)
        .empty_is_null()
        .doc("What the role may not do."),
    // Answers give `["0"]`, the default scope tag, where the request named nothing.
    strings("roleScopeTagIds")
        .defaulted()
        .stable()
        // Seen: an empty collection is answered as the default one.
        .checks(&[Check::MinLength(1)])
        .doc("Scope tags of the role, by id; `\"0\"` is the default one."),
    boolean("isBuiltIn").read_only().stable().doc("Whether Microsoft made the role."),
]);

/// The update replaces `rolePermissions` whole, so that whatever lies inside goes out together.
static RESOURCE_ACTION: &[Level] = &[
    Level::many("rolePermissions").typed("rolePermission"),
    Level::many("resourceActions").typed("resourceAction"),
];
