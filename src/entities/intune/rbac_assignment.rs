//! `intune_rbac_assignment`: an Intune role given to groups of people, over a scope.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/intune-rbac-deviceandappmanagementroleassignment?view=graph-rest-beta>
//! and the pages of its methods; rules about scopes as seen by many clients.

use super::RBAC;
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "intune_rbac_assignment",
    "deviceAndAppManagementRoleAssignment",
    "/deviceManagement/roleAssignments",
)
.beta()
.doc(
    "An assignment of an Intune role: its members may do what the role allows, to what lies in its scope.",
    "https://learn.microsoft.com/graph/api/resources/intune-rbac-deviceandappmanagementroleassignment?view=graph-rest-beta",
)
.permissions(RBAC)
// An answer without `$expand` does not name the role.
.expand(&["roleDefinition"])
.left_out(&[LeftOut {
    property: "scopeMembers",
    why: "Twin of `resourceScopes` that repeats it in answers.",
}])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1), Check::MaxLength(128)])
        .doc("Name of the assignment, at most 128 characters."),
    string("description")
        .empty_is_null()
        .checks(&[Check::MaxLength(1024)])
        .doc("What the assignment is for, at most 1024 characters."),
    // No request changes the role of an assignment. `$expand` is unreliable, so that an import may have to look from the other side.
    reference("roleDefinition", "role_definition_id", "/deviceManagement/roleDefinitions")
        .required()
        .replace()
        .found_through("roleAssignments")
        .doc("The role, by id."),
    guids("members").required().doc("Groups whose members get the role, by id."),
    // A change of the one without the other is refused, so that they always travel together.
    choice("scopeType", &SCOPE_TYPE)
        .default_text("resourceScope")
        .sent_with("resourceScopes")
        .doc(
            "What the role reaches: the groups in `resource_scopes` (`resourceScope`, the default), `allDevices`, \
             `allLicensedUsers` or `allDevicesAndLicensedUsers`.",
        ),
    // Required with `resourceScope`. With the others it must not be there at all: since the middle of 2026 even null is refused.
    guids("resourceScopes")
        .sent_with("scopeType")
        .cleared_by_omission()
        .empty_is_null()
        .doc("Groups that the role reaches, by id; only with the scope type `resourceScope`, which needs them."),
    // Answers give `["0"]`, the default scope tag, where the request named nothing.
    strings("roleScopeTagIds")
        .defaulted()
        .stable()
        // Seen: an empty collection is answered as the default one.
        .checks(&[Check::MinLength(1)])
        .doc("Scope tags of the assignment, by id; `\"0\"` is the default one."),
])
.rules(&[
    Rule::RequiredWhen {
        attribute: "scope_type",
        values: &["resourceScope"],
        needs: "resource_scopes",
    },
    Rule::OnlyWhen {
        attribute: "resource_scopes",
        with: "scope_type",
        values: &["resourceScope"],
    },
]);

static SCOPE_TYPE: Choice = Choice::open(
    "roleAssignmentScopeType",
    &["resourceScope", "allDevices", "allLicensedUsers", "allDevicesAndLicensedUsers"],
);
