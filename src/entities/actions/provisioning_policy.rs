//! Actions on provisioning policies: what reaches Cloud PCs that exist already.

use super::words::{CLOUD_PC, ROOT_CLOUD_PCS, WRITE};
use crate::spec::{
    Action, Attribute, Check, Choice, Look, Progress, Version, Watch, boolean, choice, int64,
    object, string,
};

const SET: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";
const NOUN: &str = "provisioning policy";

static POLICY_SETTING: Choice =
    Choice::open("cloudPcPolicySettingType", &["region", "singleSignOn"]);

static TIMEZONE: Choice = Choice::open(
    "cloudPcPolicyTimezone",
    &[
        "gmt", "bit", "nut", "hst", "mit", "akst", "pst", "mst", "east", "est", "ast", "nst",
        "art", "gst", "azot", "cet", "cat", "eat", "get", "pkt", "ist", "bst", "tha", "cst", "jst",
        "acst", "pgt", "sbt", "fjt", "tot", "lint",
    ],
);

const POLICY_SETTINGS: Attribute = choice("policySettings", &POLICY_SETTING)
    .doc("What of the policy is applied: `\"region\"` (also when left out) or `\"singleSignOn\"`.");

const FORCE_LOGOFF: Attribute = boolean("isForceUserLogoffEnabled")
    .doc("Whether users are signed out for it. Windows 365 Frontline in shared mode only.");

const RESERVE: Attribute = int64("reservePercentage").checks(&[Check::Between(0, 99)]).doc(
    "Percentage of the Cloud PCs, 0 to 99, that stays available meanwhile. Windows 365 Frontline in shared mode only.",
);

/// `windows365_provisioning_policy_apply`: a changed policy reaches the Cloud PCs that exist.
pub static APPLY: Action = Action::each(
    "windows365_provisioning_policy_apply",
    "cloudPcProvisioningPolicy",
    SET,
    NOUN,
    "apply",
)
.beta()
.doc(
    "Applies the region or single sign-on of a provisioning policy to the Cloud PCs that it has made already; for Windows 365 \
     Frontline in shared mode, the whole policy. Cloud PCs may be shut down and moved for it. How it ends is only known of shared \
     policies.",
    "https://learn.microsoft.com/graph/api/cloudpcprovisioningpolicy-apply?view=graph-rest-beta",
)
.arguments(&[POLICY_SETTINGS, FORCE_LOGOFF, RESERVE])
.watch(Watch {
    look: Look::Function("retrievePolicyApplyActionResult"),
    wait: Progress {
        property: "status",
        pending: &["processing"],
        done: &["succeeded"],
        failed: &["failed"],
        reason: None,
        every_secs: 15,
    },
    stamp: Some("startDateTime"),
    version: Version::Beta,
    each: None,
})
.access(WRITE)
.minutes(180);

/// `windows365_provisioning_policy_apply_config`: the same for chosen Cloud PCs.
pub static APPLY_CONFIG: Action = Action::together(
    "windows365_provisioning_policy_apply_config",
    "cloudPcProvisioningPolicy",
    "/deviceManagement/virtualEndpoint/provisioningPolicies/applyConfig",
    "cloudPcIds",
    (ROOT_CLOUD_PCS, CLOUD_PC),
)
.beta()
.doc(
    "Applies the region or single sign-on of their provisioning policy to chosen Cloud PCs, to roll a change out in stages. Cloud PCs \
     may be shut down and moved for it.",
    "https://learn.microsoft.com/graph/api/cloudpcprovisioningpolicy-applyconfig?view=graph-rest-beta",
)
.arguments(&[POLICY_SETTINGS])
.access(WRITE);

/// `windows365_provisioning_policy_apply_schedule`: the same again and again.
pub static APPLY_SCHEDULE: Action = Action::each(
    "windows365_provisioning_policy_apply_schedule",
    "cloudPcProvisioningPolicy",
    SET,
    NOUN,
    "schedulePolicyApplyTask",
)
.beta()
.doc(
    "Sets when a provisioning policy is applied to its Cloud PCs by itself. Windows 365 Frontline in shared mode only.",
    "https://learn.microsoft.com/graph/api/cloudpcprovisioningpolicy-schedulepolicyapplytask?view=graph-rest-beta",
)
.arguments(&[object("scheduledRule").required().doc("The schedule.").of(&[
    string("cronScheduleExpression").doc("When it is applied, as a cron expression."),
    choice("timezone", &TIMEZONE).required().doc("Time zone of the schedule, such as `\"cet\"`."),
    string("startDateTime").doc("When the schedule begins."),
    string("endDateTime").doc("When it ends."),
    FORCE_LOGOFF,
    RESERVE,
])])
.repeatable()
.access(WRITE)
.minutes(10);

/// `windows365_provisioning_policy_retry`: another try.
pub static RETRY: Action = Action::each(
    "windows365_provisioning_policy_retry",
    "cloudPcProvisioningPolicy",
    SET,
    NOUN,
    "retry",
)
.beta()
.doc(
    "Tries again to provision the Cloud PCs of a policy that failed. Windows 365 Frontline in shared mode only.",
    "https://learn.microsoft.com/graph/api/cloudpcprovisioningpolicy-retry?view=graph-rest-beta",
)
.access(WRITE)
.minutes(10);
