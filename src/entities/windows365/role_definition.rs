//! `windows365_role_definition`: a role of the access control of Windows 365.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/unifiedroledefinition?view=graph-rest-beta> and the pages of its methods,
//! as far as they speak of the Cloud PC provider. What a role may do lies in `rolePermissions[]`, which only ever holds one element; it
//! is flattened.

use super::ROLES;
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_role_definition",
    "unifiedRoleDefinition",
    "/roleManagement/cloudPC/roleDefinitions",
)
.beta()
.doc(
    "A role definition of Windows 365: a set of actions that `windows365_role_assignment` gives to people. \
     Built-in roles can be read but not changed.",
    "https://learn.microsoft.com/graph/api/resources/unifiedroledefinition?view=graph-rest-beta",
)
.permissions(ROLES)
.left_out(&[
    LeftOut {
        property: "resourceScopes",
        why: "Deprecated; an assignment says what a role reaches.",
    },
    LeftOut {
        property: "rolePermissions.condition",
        why: "Conditions belong to roles of Microsoft Entra; no custom role takes them.",
    },
])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the role."),
    string("description").empty_is_null().doc("What the role is for."),
    // The create needs `rolePermissions`.
    strings("allowedResourceActions").inside(ROLE_PERMISSION).required().doc(
        "What the role may do, such as `Microsoft.CloudPC/CloudPCs/Read`. \
         `GET /roleManagement/cloudPC/resourceNamespaces/{id}/resourceActions` lists every action.",
    ),
    strings("excludedResourceActions")
        .inside(ROLE_PERMISSION)
        .empty_is_null()
        .doc("What the role may not do."),
    // An answer gives `true` where the request named nothing.
    boolean("isEnabled")
        .defaulted()
        .stable()
        .doc("Whether the role can be assigned; without it the service decides, which lets it be."),
    // An answer gives the role's own id where the request named nothing.
    string("templateId")
        .defaulted()
        .stable()
        .ignore_case()
        .doc("Identifier that stays the same when the role is made in several tenants; the role's own id unless given."),
    string("version").empty_is_null().doc("Version of the role, as its makers count."),
    boolean("isBuiltIn").read_only().stable().doc("Whether Microsoft made the role."),
    boolean("isPrivileged")
        .read_only()
        .doc("Whether Microsoft counts the role as privileged."),
    flags("allowedPrincipalTypes", &PRINCIPAL_TYPES)
        .read_only()
        .doc("Kinds of principals that the role can be assigned to."),
]);

/// The update replaces `rolePermissions` whole, so that whatever lies inside goes out together.
static ROLE_PERMISSION: &[Level] = &[Level::many("rolePermissions").typed("unifiedRolePermission")];

static PRINCIPAL_TYPES: Choice =
    Choice::open("allowedRolePrincipalTypes", &["user", "servicePrincipal", "group"]);
