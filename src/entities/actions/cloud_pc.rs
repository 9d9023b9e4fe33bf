//! Actions on Cloud PCs that keep what is on them.

use super::words::{CLOUD_PC, ROOT_CLOUD_PCS, WRITE, bulk, log};
use crate::spec::{Action, Attribute, Check, Choice, Verdict, choice, guid, string};

/// Accounts of users on their Cloud PCs.
pub static USER_ACCOUNT_TYPE: Choice =
    Choice::open("cloudPcUserAccountType", &["standardUser", "administrator"]);

/// The plan to change to.
pub const TARGET_SERVICE_PLAN: Attribute = guid("targetServicePlanId").required().doc(
    "Id of the service plan to change to, as in `windows365_service_plans`. A licence of that plan must be free.",
);

/// `windows365_cloud_pc_resize`: another size.
pub static RESIZE: Action = Action::each("windows365_cloud_pc_resize", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "resize")
    .doc(
        "Moves Cloud PCs to another size. Data and apps stay; the user is signed out and cannot work for a while. A Cloud PC for \
         which no licence of the new plan is free waits for one.",
        "https://learn.microsoft.com/graph/api/cloudpc-resize",
    )
    .arguments(&[TARGET_SERVICE_PLAN])
    .bulk(bulk("cloudPcBulkResize", &["targetServicePlanId"]))
    .watch(log(&["resize"]))
    .access(WRITE)
    .minutes(120);

/// `windows365_cloud_pc_validate_bulk_resize`: whether a resize would work.
pub static VALIDATE_BULK_RESIZE: Action = Action::together(
    "windows365_cloud_pc_validate_bulk_resize",
    "cloudPC",
    "/deviceManagement/virtualEndpoint/cloudPCs/validateBulkResize",
    "cloudPcIds",
    (ROOT_CLOUD_PCS, CLOUD_PC),
)
.beta()
.doc(
    "Asks whether Cloud PCs could be moved to another size, and changes nothing. It fails when one of them could not.",
    "https://learn.microsoft.com/graph/api/cloudpc-validatebulkresize?view=graph-rest-beta",
)
.arguments(&[TARGET_SERVICE_PLAN])
.repeatable()
.verdict(Verdict { id: "cloudPcId", verdict: "validationResult", good: &["success"] })
.access(WRITE)
.minutes(10);

/// `windows365_cloud_pc_rename`: another display name.
pub static RENAME: Action =
    Action::each("windows365_cloud_pc_rename", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "rename")
        .doc(
            "Changes the display name of a Cloud PC. Its host name stays as it is.",
            "https://learn.microsoft.com/graph/api/cloudpc-rename",
        )
        .arguments(&[string("displayName")
            .required()
            .checks(&[Check::MinLength(1)])
            .doc("The new display name. With several targets, all of them get it.")])
        .repeatable()
        .access(WRITE)
        .minutes(10);

/// `windows365_cloud_pc_troubleshoot`: a look at what is wrong.
pub static TROUBLESHOOT: Action = Action::each(
    "windows365_cloud_pc_troubleshoot",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "troubleshoot",
)
.doc(
    "Checks the health of Cloud PCs and of the session host on them, and repairs what it can.",
    "https://learn.microsoft.com/graph/api/cloudpc-troubleshoot",
)
.bulk(bulk("cloudPcBulkTroubleshoot", &[]))
.watch(log(&["troubleshoot"]))
.access(WRITE);

/// `windows365_cloud_pc_change_user_account_type`: rights of the user.
pub static CHANGE_USER_ACCOUNT_TYPE: Action = Action::each(
    "windows365_cloud_pc_change_user_account_type",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "changeUserAccountType",
)
.beta()
.doc(
    "Makes the user of a Cloud PC a local administrator of it, or a standard user.",
    "https://learn.microsoft.com/graph/api/cloudpc-changeuseraccounttype?view=graph-rest-beta",
)
.arguments(&[choice("userAccountType", &USER_ACCOUNT_TYPE)
    .required()
    .doc("What the user is to be: `\"standardUser\"` or `\"administrator\"`.")])
.watch(log(&["changeUserAccountType"]))
.access(WRITE);

/// `windows365_cloud_pc_retry_partner_agent_installation`: another try.
// The reference does not say what it is called in the log.
pub static RETRY_PARTNER_AGENT_INSTALLATION: Action = Action::each(
    "windows365_cloud_pc_retry_partner_agent_installation",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "retryPartnerAgentInstallation",
)
.beta()
.doc(
    "Tries again to install the agents of partners that failed to install on a Cloud PC.",
    "https://learn.microsoft.com/graph/api/cloudpc-retrypartneragentinstallation?view=graph-rest-beta",
)
.watch(log(&[]))
.access(WRITE);
