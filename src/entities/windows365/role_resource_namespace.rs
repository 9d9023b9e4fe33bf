//! `windows365_role_resource_namespace`: the actions that roles of Windows 365 can allow.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/unifiedrbacresourcenamespace?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity. Whether `$expand` gives the actions is not documented; their own collection does.
pub static ENTITY: Entity = Entity::collection(
    "windows365_role_resource_namespace",
    "unifiedRbacResourceNamespace",
    "/roleManagement/cloudPC/resourceNamespaces",
)
.beta()
.read_only()
.named_by("name")
.doc(
    "A resource namespace holds the actions that roles of Windows 365 can allow, such as `Microsoft.CloudPC/CloudPCs/Reboot`.",
    "https://learn.microsoft.com/graph/api/resources/unifiedrbacresourcenamespace?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("name").doc("Name of the namespace, such as `Microsoft.CloudPC`."),
    objects("resourceActions")
        .in_sub_collection()
        .doc("Its actions. Only the data source of one namespace tells them; in a list of many they are null.")
        .of(&[
            string("name").doc("The action, as a role definition names it."),
            string("description").doc("What it allows."),
            string("actionVerb").doc("HTTP method of the action."),
            boolean("isPrivileged").doc("Whether it is one that could be used to gain more rights."),
            boolean("isAuthenticationContextSettable").doc("Whether it can ask for an authentication context."),
            string("authenticationContextId").doc("The authentication context that it asks for, by id."),
            string("resourceScopeId").doc("The scope that it covers, by id."),
        ]),
]);
