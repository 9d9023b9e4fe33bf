//! The kinds of bulk actions.

use super::cloud_pc::TARGET_SERVICE_PLAN;
use super::cloud_pc_state::{COPY, REVIEW_STATUS};
use crate::spec::{Choice, Danger, Variant, boolean, choice, date_time, object, variant};

static TIME_RANGE: Choice = Choice::open("restoreTimeRange", &["before", "after", "beforeOrAfter"]);

static ENCRYPTION: Choice =
    Choice::open("cloudPcDiskEncryptionType", &["platformManagedKey", "customerManagedKey"]);

static CAPABILITY: Choice =
    Choice::open("cloudPcDisasterRecoveryCapabilityType", &["none", "failover", "failback"]);

static RECOVERY_LICENSE: Choice =
    Choice::open("cloudPcDisasterRecoveryLicenseType", &["none", "standard", "plus"]);

/// All of them, by name.
pub static KINDS: &[Variant] = &[
    variant("create_snapshot", "cloudPcBulkCreateSnapshot").of(&COPY).doc("Takes snapshots."),
    variant("disaster_recovery", "cloudPcBulkDisasterRecovery")
        .of(&[
            choice("capabilityType", &CAPABILITY)
                .required()
                .doc("What is done: `\"failover\"` or `\"failback\"`."),
            choice("licenseType", &RECOVERY_LICENSE)
                .required()
                .doc("Licence for disaster recovery: `\"standard\"` or `\"plus\"`."),
        ])
        .doc("Moves Cloud PCs into their region for disasters, or back."),
    variant("disaster_recovery_failback", "cloudPcBulkDisasterRecoveryFailback")
        .doc("Brings Cloud PCs back from their region for disasters."),
    variant("disaster_recovery_failover", "cloudPcBulkDisasterRecoveryFailover")
        .doc("Moves Cloud PCs into their region for disasters."),
    variant("modify_disk_encryption_type", "cloudPcBulkModifyDiskEncryptionType")
        .of(&[choice("diskEncryptionType", &ENCRYPTION)
            .required()
            .doc("Whose keys encrypt the disks: `\"platformManagedKey\"` or `\"customerManagedKey\"`.")])
        .doc("Encrypts the disks with other keys."),
    variant("move", "cloudPcBulkMove")
        .doc("Moves Cloud PCs into the region that their provisioning policy names now."),
    variant("power_off", "cloudPcBulkPowerOff").doc("Switches Frontline Cloud PCs off."),
    variant("power_on", "cloudPcBulkPowerOn").doc("Switches Frontline Cloud PCs on."),
    variant("reinstall_agent", "cloudPcBulkReinstallAgent").doc("Installs the agents anew."),
    variant("reprovision", "cloudPcBulkReprovision")
        .doc("Makes Cloud PCs anew; everything on them is lost."),
    variant("resize", "cloudPcBulkResize")
        .of(&[TARGET_SERVICE_PLAN])
        .doc("Moves Cloud PCs to another size."),
    variant("restart", "cloudPcBulkRestart").doc("Restarts Cloud PCs."),
    variant("restore", "cloudPcBulkRestore")
        .of(&[
            date_time("restorePointDateTime")
                .required()
                .doc("The moment to go back to, such as `\"2026-03-01T08:30:00Z\"`."),
            choice("timeRange", &TIME_RANGE).required().doc(
                "Which snapshot is taken where there is none of that very moment: the next one `\"before\"`, `\"after\"` or \
                 `\"beforeOrAfter\"`.",
            ),
            boolean("ignoreUnhealthySnapshots")
                .doc("Whether snapshots that are known to be unhealthy are passed over."),
        ])
        .doc("Brings Cloud PCs back to an earlier moment; what was changed since then is lost."),
    variant("set_review_status", "cloudPcBulkSetReviewStatus")
        .of(&[object("reviewStatus").required().of(REVIEW_STATUS).doc("The review.")])
        .doc("Places Cloud PCs under review, or ends the review."),
    variant("troubleshoot", "cloudPcBulkTroubleshoot").doc("Checks and repairs Cloud PCs."),
];

/// What can be lost by some.
pub static DANGERS: &[Danger] = &[
    Danger::of(
        "reprovision",
        "Reprovisioning deletes everything on the Cloud PCs: apps, settings and the users' data.",
    ),
    Danger::of(
        "restore",
        "Everything that was changed on the Cloud PCs since that moment is lost.",
    ),
];
