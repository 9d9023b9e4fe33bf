//! Windows 365: what lies under `/deviceManagement/virtualEndpoint`.

pub mod alert_record;
pub mod alert_rule;
pub mod audit_activity_type;
pub mod audit_event;
pub mod bulk_action;
pub mod cloud_app;
pub mod cloud_pc;
pub mod cloud_pc_count_by_status;
pub mod cloud_pc_pool;
pub mod cloud_pc_remote_action_result;
pub mod connectivity_issue;
pub mod cross_cloud_government_organization_mapping;
pub mod device_image;
pub mod effective_permission;
pub mod external_partner;
pub mod front_line_service_plan;
pub mod gallery_image;
pub mod managed_license;
pub mod on_premises_connection;
pub mod organization_settings;
pub mod provisioning_policy;
pub mod report;
pub mod role_assignment;
pub mod role_definition;
pub mod role_resource_namespace;
pub mod scoped_permission;
pub mod service_plan;
pub mod snapshot;
pub mod snapshot_storage_account;
pub mod snapshot_subscription;
pub mod source_device_image;
pub mod supported_region;
pub mod tenant_encryption_setting;
pub mod user_setting;

use crate::spec::{Access, Choice, Permissions};

/// Every Cloud PC entity needs the same permissions.
/// Source: <https://learn.microsoft.com/graph/permissions-reference#cloudpcreadall>.
const PERMISSIONS: Permissions = Permissions::read_write(
    &["CloudPC.Read.All", "CloudPC.ReadWrite.All"],
    &["CloudPC.ReadWrite.All"],
);

/// What the roles of Windows 365 need.
/// Source: <https://learn.microsoft.com/graph/api/rbacapplication-post-roledefinitions?view=graph-rest-beta>.
const ROLES: Permissions = Permissions::read_write(
    &[
        "DeviceManagementRBAC.Read.All",
        "DeviceManagementRBAC.ReadWrite.All",
        "CloudPC.Read.All",
        "CloudPC.ReadWrite.All",
        "RoleManagement.Read.CloudPC",
        "RoleManagement.ReadWrite.CloudPC",
    ],
    &[
        "DeviceManagementRBAC.ReadWrite.All",
        "CloudPC.ReadWrite.All",
        "RoleManagement.ReadWrite.CloudPC",
    ],
);

/// What only a signed-in person may read.
const PEOPLE_READ: Permissions = Permissions {
    read: Access::delegated_only(&["CloudPC.Read.All", "CloudPC.ReadWrite.All"]),
    ..PERMISSIONS
};

/// Geographies of a Microsoft-hosted network. Source: metadata of beta; members after the sentinel come with
/// `Prefer: include-unknown-enum-members`.
static REGION_GROUP: Choice = Choice::open(
    "cloudPcRegionGroup",
    &[
        "default",
        "australia",
        "canada",
        "usCentral",
        "usEast",
        "usWest",
        "france",
        "germany",
        "europeUnion",
        "unitedKingdom",
        "japan",
        "asia",
        "india",
        "southAmerica",
        "euap",
        "usGovernment",
        "usGovernmentDOD",
        "norway",
        "switzerland",
        "southKorea",
        "middleEast",
        "mexico",
        "australasia",
        "europe",
        "singapore",
        "hongKong",
        "ireland",
        "sweden",
        "poland",
        "italy",
        "spain",
        "netherlands",
        "brazil",
        "israel",
        "automatic",
        "indonesia",
        "taiwan",
        "malaysia",
        "newZealand",
        "austria",
        "denmark",
        "belgium",
        "kenya",
    ],
);

/// Services of Microsoft that share the machinery of Cloud PCs.
static MANAGEMENT_SERVICE: Choice = Choice::open(
    "cloudPcManagementService",
    &["windows365", "devBox", "rpaBox", "microsoft365Opal", "microsoft365BizChat"],
);

/// Products of a service plan.
static SERVICE_PLAN_TYPE: Choice =
    Choice::open("cloudPcServicePlanType", &["enterprise", "business"]);

/// Versions of Windows.
static OPERATING_SYSTEM: Choice =
    Choice::open("cloudPcOperatingSystem", &["windows10", "windows11"]);

/// Rights of users on their Cloud PC.
static USER_ACCOUNT_TYPE: Choice =
    Choice::open("cloudPcUserAccountType", &["standardUser", "administrator"]);
