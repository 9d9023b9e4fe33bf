//! What a tenant has without anyone creating it.

use super::{Access, BETA, BOTH, CLOUD_PC, INTUNE_ROLES, OBSERVED, Set, What, jobs, reading, rule};
use crate::mock::answer::Service;

/// A set that can only be read.
const fn read_only(
    path: &'static str,
    noun: &'static str,
    type_name: &'static str,
    service: Service,
    access: Access,
) -> Set {
    Set {
        path,
        noun,
        type_name,
        stored_type: None,
        service,
        singleton: false,
        versions: BOTH,
        verbs: &["GET", "LIST"],
        access,
        rules: &[],
    }
}

pub(crate) static GALLERY_IMAGES: Set = read_only(
    "/deviceManagement/virtualEndpoint/galleryImages",
    "gallery image",
    "cloudPcGalleryImage",
    Service::CloudPc,
    CLOUD_PC,
);

pub(crate) static SERVICE_PLANS: Set = read_only(
    "/deviceManagement/virtualEndpoint/servicePlans",
    "service plan",
    "cloudPcServicePlan",
    Service::CloudPc,
    CLOUD_PC,
);

pub(crate) static AUDIT_EVENTS: Set = Set {
    rules: &[rule(
        What::Runs("getAuditActivityTypes", reading::activity_types),
        "cloudpcauditevent-getauditactivitytypes",
    )],
    ..read_only(
        "/deviceManagement/virtualEndpoint/auditEvents",
        "audit event",
        "cloudPcAuditEvent",
        Service::CloudPc,
        CLOUD_PC,
    )
};

pub(crate) static SUPPORTED_REGIONS: Set = Set {
    versions: BETA,
    ..read_only(
        "/deviceManagement/virtualEndpoint/supportedRegions",
        "supported region",
        "cloudPcSupportedRegion",
        Service::CloudPc,
        CLOUD_PC,
    )
};

pub(crate) static FRONT_LINE_SERVICE_PLANS: Set = Set {
    versions: BETA,
    ..read_only(
        "/deviceManagement/virtualEndpoint/frontLineServicePlans",
        "frontline service plan",
        "cloudPcFrontLineServicePlan",
        Service::CloudPc,
        CLOUD_PC,
    )
};

// The reference has no page for one of them by its id.
pub(crate) static MANAGED_LICENSES: Set = Set {
    versions: BETA,
    verbs: &["LIST"],
    ..read_only(
        "/deviceManagement/virtualEndpoint/managedLicenses",
        "managed license",
        "cloudPcManagedLicense",
        Service::CloudPc,
        CLOUD_PC,
    )
};

pub(crate) static SNAPSHOTS: Set = Set {
    versions: BETA,
    rules: &[
        rule(
            What::Runs("getStorageAccounts", reading::storage_accounts),
            "cloudpcsnapshot-getstorageaccounts",
        ),
        rule(
            What::Runs("getSubscriptions", reading::subscriptions),
            "cloudpcsnapshot-getsubscriptions",
        ),
        rule(What::Runs("importSnapshot", jobs::import_snapshot), "cloudpcsnapshot-importsnapshot"),
        rule(
            What::Runs("purgeImportedSnapshot", jobs::purge_imported),
            "cloudpcsnapshot-purgeimportedsnapshot",
        ),
        rule(
            What::Runs("retrieveSnapshotImportResults", jobs::import_results),
            "cloudpcsnapshotimportactionresult",
        ),
    ],
    ..read_only(
        "/deviceManagement/virtualEndpoint/snapshots",
        "snapshot",
        "cloudPcSnapshot",
        Service::CloudPc,
        CLOUD_PC,
    )
};

pub(crate) static RESOURCE_OPERATIONS: Set = read_only(
    "/deviceManagement/resourceOperations",
    "resource operation",
    "resourceOperation",
    Service::Intune,
    INTUNE_ROLES,
);

pub(crate) static ROLE_SCOPE_TAGS: Set = Set {
    versions: BETA,
    ..read_only(
        "/deviceManagement/roleScopeTags",
        "role scope tag",
        "roleScopeTag",
        Service::Intune,
        INTUNE_ROLES,
    )
};

pub(crate) static GROUPS: Set = Set {
    rules: &[rule(What::ReadOnly(&[]), OBSERVED)],
    ..read_only(
        "/groups",
        "group",
        "group",
        Service::Directory,
        Access {
            read: &["Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All"],
            write: &["Group.ReadWrite.All"],
            app_only_writes: true,
            app_only_actions: &[],
        },
    )
};
