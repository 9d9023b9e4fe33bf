//! `windows365_alert_record`: alerts that alert rules have raised.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/devicemanagement-alertrecord?view=graph-rest-beta>.

use super::PEOPLE_READ;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_alert_record",
    "deviceManagement.alertRecord",
    "/deviceManagement/monitoring/alertRecords",
)
.beta()
.read_only()
.doc(
    "An alert record is an alert that an alert rule has raised: when, how grave, and how many Cloud PCs it touches. Apps cannot read it.",
    "https://learn.microsoft.com/graph/api/resources/devicemanagement-alertrecord?view=graph-rest-beta",
)
.permissions(PEOPLE_READ)
.attributes(&[
    string("displayName").doc("Name of the alert."),
    guid("alertRuleId").doc("The alert rule that raised it, by id."),
    choice("alertRuleTemplate", &TEMPLATE).doc("What the rule watches, such as `cloudPcProvisionScenario`."),
    choice("severity", &SEVERITY).doc("How grave it is: `unknown`, `informational`, `warning` or `critical`."),
    choice("status", &STATUS).doc("Whether it is `active` or `resolved`."),
    date_time("detectedDateTime").doc("When it was detected."),
    date_time("lastUpdatedDateTime").doc("When it last changed."),
    date_time("resolvedDateTime").doc("When it was resolved."),
    object("alertImpact").doc("What it touches.").of(&[
        choice("aggregationType", &AGGREGATION).doc("What `value` counts, such as `count` or `affectedCloudPcPercentage`."),
        int64("value").doc("How much it touches."),
        objects("alertImpactDetails").doc("More about it.").of(&[
            string("name").doc("Name of the detail."),
            string("value").doc("Value of the detail."),
        ]),
    ]),
]);

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

static STATUS: Choice = Choice::open("deviceManagement.alertStatusType", &["active", "resolved"]);

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
