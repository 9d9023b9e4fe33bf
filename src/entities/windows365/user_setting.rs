//! `windows365_user_setting`: what users may do with their Cloud PCs.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcusersetting?view=graph-rest-beta> and the pages of its methods.

use super::{PERMISSIONS, REGION_GROUP};
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_user_setting",
    "cloudPcUserSetting",
    "/deviceManagement/virtualEndpoint/userSettings",
)
.beta()
.doc(
    "A user setting says what the members of its groups may do with their Cloud PCs: be a local administrator, reset them, restore \
     them, and what happens when a region fails. It takes effect when a user signs in next.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcusersetting?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.assigned_by(Assignments {
    style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
    read_by: ReadBy::Expand,
    targets: Targets::CloudPc { frontline: false },
    item_type: None,
    extra: &[],
    block_delete: false,
})
.left_out(&[LeftOut {
    property: "selfServiceEnabled",
    why: "Deprecated and no longer answered; `resetEnabled` and `restorePointSetting` took its place.",
}])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the user setting."),
    // Both are nullable in the metadata; an answer gives `false` where the request named nothing.
    boolean("localAdminEnabled")
        .defaulted()
        .stable()
        .doc("Whether users are administrators of their Cloud PC."),
    boolean("resetEnabled")
        .defaulted()
        .stable()
        .doc("Whether users may reset their Cloud PC to its state when it was built."),
    object("restorePointSetting")
        .defaulted()
        .doc("How often restore points are made, and who may use them.")
        .of(&[
            choice("frequencyType", &FREQUENCY_TYPE)
                .defaulted()
                .doc("How often a restore point is made; `default` stands for twelve hours."),
            boolean("userRestoreEnabled")
                .defaulted()
                .stable()
                .doc("Whether users may restore their Cloud PC themselves."),
            int64("frequencyInHours")
                .defaulted()
                .deprecated("Graph replaced it by `frequency_type`.")
                .doc("Hours between restore points, the older form of `frequency_type`."),
        ])
        .rules(&[Rule::Conflicts(&["frequency_type", "frequency_in_hours"])]),
    object("crossRegionDisasterRecoverySetting")
        .defaulted()
        .doc("What happens to Cloud PCs when their region fails.")
        .of(DISASTER_RECOVERY),
    // Null means image.
    choice("provisioningSourceType", &PROVISIONING_SOURCE_TYPE)
        .defaulted()
        .stable()
        .doc("Whether a reset builds the Cloud PC from its `image` (the default) or from a `snapshot`."),
    object("notificationSetting")
        .deprecated("Graph no longer supports notification settings.")
        .doc("Notifications that users see.")
        .of(&[boolean("restartPromptsDisabled").doc("Whether prompts to restart are hidden.")]),
    date_time("createdDateTime").read_only().stable().doc("When the user setting was created."),
    date_time("lastModifiedDateTime").read_only().doc("When the user setting was last changed."),
]);

static DISASTER_RECOVERY: &[Attribute] = &[
    choice("disasterRecoveryType", &DISASTER_RECOVERY_TYPE).defaulted().doc(
        "Kind of protection: `notConfigured`, `crossRegion` (restore points are copied to another region) or `premium` (a standby \
         Cloud PC is kept).",
    ),
    boolean("maintainCrossRegionRestorePointEnabled")
        .defaulted()
        .stable()
        .doc("Whether restore points are kept in the other region too."),
    boolean("userInitiatedDisasterRecoveryAllowed")
        .defaulted()
        .stable()
        .doc("Whether users may start the move to the other region themselves."),
    // Deprecated, yet never null in the metadata.
    boolean("crossRegionDisasterRecoveryEnabled")
        .defaulted()
        .deprecated("Graph replaced it by `disaster_recovery_type`.")
        .doc("Whether Cloud PCs are protected against the loss of a region."),
    union("disasterRecoveryNetworkSetting").doc("Network that a recovered Cloud PC joins.").one_of(&[
        variant("azure_connection", "cloudPcDisasterRecoveryAzureConnectionSetting")
            .doc("Your own network.")
            .of(&[guid("onPremisesConnectionId")
                .required()
                .doc("The Azure network connection, by id.")]),
        variant(
            "microsoft_hosted",
            "cloudPcDisasterRecoveryMicrosoftHostedNetworkSetting",
        )
        .doc("A network that Microsoft hosts.")
        .of(&[
            choice("regionGroup", &REGION_GROUP).required().doc("Geography, such as `usWest`."),
            string("regionName")
                .required()
                .ignore_case()
                .doc("Region within it, such as `westus3`, or `automatic`."),
        ]),
    ]),
];

static FREQUENCY_TYPE: Choice = Choice::open(
    "cloudPcRestorePointFrequencyType",
    &["default", "fourHours", "sixHours", "twelveHours", "sixteenHours", "twentyFourHours"],
);

static DISASTER_RECOVERY_TYPE: Choice =
    Choice::open("cloudPcDisasterRecoveryType", &["notConfigured", "crossRegion", "premium"]);

static PROVISIONING_SOURCE_TYPE: Choice =
    Choice::open("cloudPcProvisioningSourceType", &["image", "snapshot"]);
