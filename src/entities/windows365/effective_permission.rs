//! `windows365_effective_permission`: what the signed-in person may do in Windows 365.
//!
//! Facts from <https://learn.microsoft.com/graph/api/virtualendpoint-geteffectivepermissions?view=graph-rest-beta>.

use super::PEOPLE_READ;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::function(
    "windows365_effective_permission",
    "Edm.String",
    "/deviceManagement/virtualEndpoint/getEffectivePermissions",
)
.answers(Answers::Texts)
.beta()
.named_by("permission")
.doc(
    "A permission in Windows 365 that the signed-in person has, such as `Microsoft.CloudPC/CloudPCs/Reboot`. Apps cannot read it: it speaks of a person.",
    "https://learn.microsoft.com/graph/api/virtualendpoint-geteffectivepermissions?view=graph-rest-beta",
)
.permissions(PEOPLE_READ)
.attributes(&[string("permission").doc("The permission.")]);
