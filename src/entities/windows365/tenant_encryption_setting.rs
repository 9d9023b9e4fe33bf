//! `windows365_tenant_encryption_setting`: how disks of Cloud PCs are encrypted.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpctenantencryptionsetting?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::function(
    "windows365_tenant_encryption_setting",
    "cloudPcTenantEncryptionSetting",
    "/deviceManagement/virtualEndpoint/retrieveTenantEncryptionSetting",
)
.answers(Answers::Object)
.beta()
.doc(
    "How the disks of the tenant's Cloud PCs are encrypted: with keys of Microsoft's platform or with the customer's own.",
    "https://learn.microsoft.com/graph/api/resources/cloudpctenantencryptionsetting?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    choice("tenantDiskEncryptionType", &ENCRYPTION)
        .doc("Whose keys are used: `platformManagedKey` or `customerManagedKey`."),
    date_time("lastSyncDateTime").doc("When the setting was last brought up to date."),
]);

static ENCRYPTION: Choice =
    Choice::open("cloudPcDiskEncryptionType", &["platformManagedKey", "customerManagedKey"]);
