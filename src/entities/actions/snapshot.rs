//! Actions on snapshots that come from outside.

use super::words::WRITE;
use crate::spec::action::Key;
use crate::spec::{
    Action, Choice, Danger, Look, Progress, Version, Watch, choice, guid, object, objects, string,
};

static FILE_TYPE: Choice =
    Choice::open("cloudPcSnapshotImportFileType", &["dataFile", "virtualMachineGuestState"]);

static SOURCE_TYPE: Choice =
    Choice::open("cloudPcSnapshotImportSourceType", &["azureStorageAccount", "sasUrl"]);

/// `windows365_snapshot_import`: a disk becomes the snapshot from which a user's Cloud PC is made.
pub static IMPORT: Action = Action::tenant(
    "windows365_snapshot_import",
    "cloudPcSnapshot",
    "/deviceManagement/virtualEndpoint/snapshots/importSnapshot",
)
.beta()
.doc(
    "Imports the disk of a machine as a snapshot for a user, from which the next Cloud PC of that user is made.",
    "https://learn.microsoft.com/graph/api/cloudpcsnapshot-importsnapshot?view=graph-rest-beta",
)
.arguments(&[
    guid("assignedUserId").required().doc("Id of the user in Microsoft Entra ID."),
    objects("sourceFiles").ordered().required().doc("The files of the machine.").of(&[
        choice("fileType", &FILE_TYPE)
            .required()
            .doc("What the file is: `\"dataFile\"` (the disk) or `\"virtualMachineGuestState\"`."),
        choice("sourceType", &SOURCE_TYPE)
            .required()
            .doc("Where the file is: `\"azureStorageAccount\"` or `\"sasUrl\"`."),
        string("sasUrl").secret().doc("Address of the file with a shared access signature."),
        object("storageBlobInfo").doc("The file in a storage account.").of(&[
            string("storageAccountId").required().doc("Resource id of the storage account."),
            string("containerName").required().doc("Name of the container."),
            string("fileName").required().doc("Name of the file."),
        ]),
    ]),
])
.watch(Watch {
    look: Look::At {
        path: "/deviceManagement/virtualEndpoint/snapshots/retrieveSnapshotImportResults(snapshotId='{}')",
        key: Key::Answer("snapshotId"),
    },
    wait: Progress {
        property: "importStatus",
        pending: &["pending", "inProgress"],
        done: &["succeeded"],
        failed: &["failed"],
        reason: Some("additionalDetail"),
        every_secs: 30,
    },
    stamp: None,
    version: Version::Beta,
    each: None,
})
.access(WRITE)
.minutes(240);

/// `windows365_snapshot_purge_imported`: gone.
pub static PURGE_IMPORTED: Action = Action::together(
    "windows365_snapshot_purge_imported",
    "cloudPcSnapshot",
    "/deviceManagement/virtualEndpoint/snapshots/purgeImportedSnapshot",
    "snapshotIds",
    ("/deviceManagement/virtualEndpoint/snapshots", "imported snapshot"),
)
.beta()
.doc(
    "Deletes snapshots that were imported.",
    "https://learn.microsoft.com/graph/api/cloudpcsnapshot-purgeimportedsnapshot?view=graph-rest-beta",
)
.dangers(&[Danger::always("The imported snapshot is deleted for ever.")])
.access(WRITE)
.minutes(10);
