//! Actions on what is stored on Cloud PCs: wiped, restored, kept aside.

use super::cloud_pc::USER_ACCOUNT_TYPE;
use super::words::{CLOUD_PC, ROOT_CLOUD_PCS, WRITE, bulk, log};
use crate::spec::{
    Action, Attribute, Choice, Danger, boolean, choice, date_time, guid, object, string,
};

/// Tiers of Azure storage.
pub static ACCESS_TIER: Choice =
    Choice::open("cloudPcBlobAccessTier", &["hot", "cool", "cold", "archive"]);

static OPERATING_SYSTEM: Choice =
    Choice::open("cloudPcOperatingSystem", &["windows10", "windows11"]);

static USER_ACCESS_LEVEL: Choice =
    Choice::open("cloudPcUserAccessLevel", &["unrestricted", "restricted"]);

/// `windows365_cloud_pc_reprovision`: as new.
pub static REPROVISION: Action = Action::each(
    "windows365_cloud_pc_reprovision",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "reprovision",
)
.doc(
    "Makes Cloud PCs anew, from the image and network that their provisioning policy names now. Everything on them is lost.",
    "https://learn.microsoft.com/graph/api/cloudpc-reprovision",
)
.arguments(&[
    choice("userAccountType", &USER_ACCOUNT_TYPE)
        .doc("What the user is to be on the new Cloud PC: `\"standardUser\"` or `\"administrator\"`."),
    choice("osVersion", &OPERATING_SYSTEM)
        .doc("Operating system of the new Cloud PC: `\"windows10\"` or `\"windows11\"`."),
])
.dangers(&[Danger::always("Reprovisioning deletes everything on the Cloud PC: apps, settings and the user's data.")])
.bulk(bulk("cloudPcBulkReprovision", &[]))
.watch(log(&["reprovision"]))
.access(WRITE)
.minutes(180);

/// `windows365_cloud_pc_end_grace_period`: gone, now.
// The reference does not say what it is called in the log, and with the Cloud PC its log goes too.
pub static END_GRACE_PERIOD: Action = Action::each(
    "windows365_cloud_pc_end_grace_period",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "endGracePeriod",
)
.doc(
    "Ends the grace period of Cloud PCs whose users have lost their licence or assignment: they are deleted at once instead of after \
     seven days.",
    "https://learn.microsoft.com/graph/api/cloudpc-endgraceperiod",
)
.dangers(&[Danger::always("The Cloud PC is deleted with everything on it, and nothing brings it back.")])
.ends_object()
.watch(log(&[]))
.access(WRITE)
.minutes(60);

/// `windows365_cloud_pc_restore`: as it was.
// The bulk form takes a time and not a snapshot, so that each is done by itself.
pub static RESTORE: Action =
    Action::each("windows365_cloud_pc_restore", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "restore")
        .doc(
            "Brings a Cloud PC back to the state of a snapshot. What was changed since then is lost. To restore many to a moment, see \
             `windows365_bulk_action`.",
            "https://learn.microsoft.com/graph/api/cloudpc-restore",
        )
        .arguments(&[string("cloudPcSnapshotId")
            .required()
            .doc("Id of a snapshot of this Cloud PC, as in `windows365_snapshots`.")])
        .dangers(&[Danger::always("Everything that was changed on the Cloud PC since the snapshot is lost.")])
        .watch(log(&["restore"]))
        .access(WRITE)
        .minutes(120);

/// The account and tier of a copy.
pub(super) const COPY: [Attribute; 2] = [
    string("storageAccountId").doc(
        "Resource id of an Azure storage account into which the snapshot is copied. Without it, the snapshot stays with the service.",
    ),
    choice("accessTier", &ACCESS_TIER)
        .doc("Access tier of the copy in the storage account: `\"hot\"`, `\"cool\"`, `\"cold\"` or `\"archive\"`."),
];

/// `windows365_cloud_pc_create_snapshot`: a copy.
pub static CREATE_SNAPSHOT: Action = Action::each(
    "windows365_cloud_pc_create_snapshot",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "createSnapshot",
)
.beta()
.doc(
    "Takes a snapshot of Cloud PCs, to restore them later or, in a storage account of one's own, to examine it.",
    "https://learn.microsoft.com/graph/api/cloudpc-createsnapshot?view=graph-rest-beta",
)
.arguments(&COPY)
.bulk(bulk("cloudPcBulkCreateSnapshot", &["storageAccountId", "accessTier"]))
.watch(log(&["createSnapshot"]))
.access(WRITE)
.minutes(120);

/// Whether a Cloud PC is set aside for an examination.
pub(super) static REVIEW_STATUS: &[Attribute] = &[
    boolean("inReview").required().doc("Whether the Cloud PC is under review."),
    choice("userAccessLevel", &USER_ACCESS_LEVEL)
        .required()
        .doc("Whether the user can work on it meanwhile: `\"unrestricted\"` or `\"restricted\"`."),
    guid("subscriptionId").doc("Azure subscription of the storage account."),
    string("subscriptionName").doc("Name of that subscription."),
    string("azureStorageAccountId")
        .doc("Resource id of the Azure storage account that gets a snapshot of the Cloud PC."),
    string("azureStorageAccountName").doc("Name of that storage account."),
    string("azureStorageContainerName").doc("Container in that storage account."),
    choice("accessTier", &ACCESS_TIER).doc("Access tier of the snapshot in the storage account."),
    date_time("restorePointDateTime").doc("Restore point to take the snapshot from."),
    date_time("reviewStartDateTime").doc("When the review began."),
];

/// `windows365_cloud_pc_set_review_status`: set aside.
pub static SET_REVIEW_STATUS: Action = Action::each(
    "windows365_cloud_pc_set_review_status",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "setReviewStatus",
)
.beta()
.doc(
    "Places Cloud PCs under review, which copies a snapshot of each into a storage account and can lock the user out; or ends the review.",
    "https://learn.microsoft.com/graph/api/cloudpc-setreviewstatus?view=graph-rest-beta",
)
.arguments(&[object("reviewStatus").required().of(REVIEW_STATUS).doc("The review.")])
.bulk(bulk("cloudPcBulkSetReviewStatus", &["reviewStatus"]))
.access(WRITE);
