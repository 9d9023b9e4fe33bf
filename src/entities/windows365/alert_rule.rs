//! `windows365_alert_rule`: when the admin center warns of trouble with Cloud PCs, and whom.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/devicemanagement-alertrule?view=graph-rest-beta> and the pages of its
//! methods.

use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_alert_rule",
    "deviceManagement.alertRule",
    "/deviceManagement/monitoring/alertRules",
)
.beta()
.doc(
    "An alert rule says when the admin center warns of trouble with Cloud PCs, how seriously, and who gets an email.\n\n\
     Microsoft offers alert rules to signed-in people only, not to apps. \
     Every tenant has built-in rules (`is_system_rule`): import them to manage them; destroying one leaves it as it is. \
     A rule of your own is deleted; where the service does not offer that, it is switched off and stays, with a warning.",
    "https://learn.microsoft.com/graph/api/resources/devicemanagement-alertrule?view=graph-rest-beta",
)
// Neither reads nor writes have an application permission. Deleting stands in the metadata alone; the permission of the other writes is
// taken to cover it.
.permissions(
    Permissions {
        read: Access::delegated_only(&["CloudPC.Read.All", "CloudPC.ReadWrite.All"]),
        create: WRITE,
        update: WRITE,
        delete: WRITE,
    },
)
.deleted_or_switched_off("enabled", "The rule warns nobody any more.")
.built_in_by("isSystemRule")
// The update takes severity, switch, conditions and channels; what else there is stays as it was made.
.attributes(&[
    string("displayName")
        .required()
        .replace()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the rule."),
    string("description").defaulted().stable().replace().empty_is_null().doc("What the rule watches."),
    choice("alertRuleTemplate", &TEMPLATE)
        .defaulted()
        .stable()
        .replace()
        .doc("Kind of trouble, such as `cloudPcProvisionScenario`."),
    choice("severity", &SEVERITY)
        .defaulted()
        .stable()
        .doc("How serious it is: `informational`, `warning` or `critical`."),
    boolean("enabled").defaulted().stable().doc("Whether the rule is on."),
    objects("conditions")
        .ordered()
        .defaulted()
        .stable()
        .doc("What must be for the rule to warn.")
        .of(&[
            choice("relationshipType", &RELATIONSHIP)
                .doc("How this condition and the next one go together: `and` or `or`."),
            choice("conditionCategory", &CATEGORY)
                .doc("What is counted, such as `provisionFailures`."),
            choice("aggregation", &AGGREGATION)
                .doc("How it is counted, such as `count` or `affectedCloudPcPercentage`."),
            choice("operator", &OPERATOR).doc("How it is compared, such as `greaterOrEqual`."),
            string("thresholdValue")
                .empty_is_null()
                .doc("What it is compared with, as text: a number, or a name such as `WestUS`."),
        ]),
    // The reference still shows it in creates, and conditions in updates only; so both can be given.
    object("threshold")
        .defaulted()
        .stable()
        .deprecated("Graph replaced it by `conditions`.")
        .doc("Number from which on the rule warns.")
        .of(&[
            choice("aggregation", &AGGREGATION).doc("How it is counted."),
            choice("operator", &OPERATOR).doc("How it is compared."),
            int64("target").doc("What it is compared with."),
        ]),
    objects("notificationChannels")
        .defaulted()
        .stable()
        .doc("Who hears of it, and how.")
        .of(&[
            choice("notificationChannelType", &CHANNEL)
                .doc("`portal` for a note in the admin center, `email`, `phoneCall` or `sms`."),
            objects("notificationReceivers")
                .empty_is_null()
                .doc("Who gets it; the portal needs nobody.")
                .of(&[
                    string("contactInformation").empty_is_null().doc("An address, such as that of an email account."),
                    string("locale")
                        .ignore_case()
                        .empty_is_null()
                        .doc("Language of the text, such as `en-us`."),
                ]),
        ]),
    boolean("isSystemRule")
        .read_only()
        .stable()
        .doc("Whether Microsoft made the rule."),
]);

const WRITE: Access = Access::delegated_only(&["CloudPC.ReadWrite.All"]);

static TEMPLATE: Choice = Choice::open(
    "deviceManagement.alertRuleTemplate",
    &[
        "cloudPcProvisionScenario",
        "cloudPcImageUploadScenario",
        "cloudPcOnPremiseNetworkConnectionCheckScenario",
        "cloudPcInGracePeriodScenario",
        "cloudPcFrontlineInsufficientLicensesScenario",
        "cloudPcInaccessibleScenario",
        "cloudPcFrontlineConcurrencyScenario",
        "cloudPcUserSettingsPersistenceScenario",
        "cloudPcDeprovisionFailedScenario",
    ],
);

static SEVERITY: Choice = Choice::open(
    "deviceManagement.ruleSeverityType",
    &["unknown", "informational", "warning", "critical"],
);

static RELATIONSHIP: Choice = Choice::open("deviceManagement.relationshipType", &["and", "or"]);

static CATEGORY: Choice = Choice::open(
    "deviceManagement.conditionCategory",
    &[
        "provisionFailures",
        "imageUploadFailures",
        "azureNetworkConnectionCheckFailures",
        "cloudPcInGracePeriod",
        "frontlineInsufficientLicenses",
        "cloudPcConnectionErrors",
        "cloudPcHostHealthCheckFailures",
        "cloudPcZoneOutage",
        "frontlineBufferUsageDuration",
        "frontlineBufferUsageThreshold",
        "cloudPcUserSettingsPersistenceUsageThreshold",
        "cloudPcDeprovisionedThreshold",
        "cloudPcReserveDeprovisionFailedThreshold",
    ],
);

static AGGREGATION: Choice = Choice::open(
    "deviceManagement.aggregationType",
    &[
        "count",
        "percentage",
        "affectedCloudPcCount",
        "affectedCloudPcPercentage",
        "durationInMinutes",
    ],
);

static OPERATOR: Choice = Choice::open(
    "deviceManagement.operatorType",
    &["greaterOrEqual", "equal", "greater", "less", "lessOrEqual", "notEqual"],
);

static CHANNEL: Choice = Choice::open(
    "deviceManagement.notificationChannelType",
    &["portal", "email", "phoneCall", "sms"],
);
