//! `windows365_cloud_pc`: the machines themselves.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpc?view=graph-rest-beta>.

use super::provisioning_policy::{DOMAIN_JOIN_TYPE, PROVISIONING_TYPE, USER_EXPERIENCE_TYPE};
use super::{OPERATING_SYSTEM, PERMISSIONS, SERVICE_PLAN_TYPE, USER_ACCOUNT_TYPE};
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_cloud_pc",
    "cloudPC",
    "/deviceManagement/virtualEndpoint/cloudPCs",
)
.beta()
.read_only()
.doc(
    "A Cloud PC is a Windows machine in Microsoft's cloud. Cloud PCs come and go through licences and provisioning policies: they are read here, not made.",
    "https://learn.microsoft.com/graph/api/resources/cloudpc?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.left_out(&[
    LeftOut { property: "connectionSettings", why: "Deprecated twin of `connectionSetting`." },
    LeftOut { property: "statusDetails", why: "Deprecated twin of `statusDetail`." },
    LeftOut {
        property: "frontlineCloudPcAvailability",
        why: "Deprecated and no longer answered; `frontlineCloudPcAccessState` of a Cloud PC took its place.",
    },
    LeftOut { property: "connectivityResult.updatedDateTime", why: "Deprecated twin of `lastModifiedDateTime`." },
    LeftOut { property: "lastRemoteActionResult.statusDetails", why: "Deprecated twin of `statusDetail`." },
])
.attributes(&[
    string("displayName").doc("Name of the Cloud PC."),
    choice("status", &STATUS).doc("State of the Cloud PC, such as `provisioned`, `inGracePeriod` or `failed`."),
    object("statusDetail").doc("Why it is in this state.").of(STATUS_DETAIL),
    string("userPrincipalName").doc("Sign-in name of the user."),
    object("userDetail").doc("The user.").of(&[
        guid("userId").doc("The user, by id."),
        string("userDisplayName").doc("Name of the user."),
    ]),
    object("groupDetail").doc("The group that a shared Cloud PC is for.").of(&[
        guid("groupId").doc("The group, by id."),
        string("groupDisplayName").doc("Name of the group."),
    ]),
    guid("provisioningPolicyId").doc("The provisioning policy that made it, by id."),
    string("provisioningPolicyName").doc("Name of the provisioning policy."),
    choice("provisioningType", &PROVISIONING_TYPE).doc("Kind of Cloud PC, such as `dedicated` or `sharedByUser`."),
    object("provisioningConfiguration").doc("How it was made.").of(&[choice("domainJoinType", &DOMAIN_JOIN_TYPE)
        .doc("Directory that it joined: `azureADJoin` or `hybridAzureADJoin`.")]),
    date_time("provisionedDateTime").doc("When it was made."),
    guid("servicePlanId").doc("The service plan, by id."),
    string("servicePlanName").doc("Name of the service plan."),
    choice("servicePlanType", &SERVICE_PLAN_TYPE).doc("Product of the service plan: `enterprise` or `business`."),
    choice("productType", &PRODUCT_TYPE).doc("Product, such as `enterprise` or `frontline`."),
    string("allotmentDisplayName").doc("Name of the allotment of licences that it was made from."),
    guid("aadDeviceId").doc("The device in Microsoft Entra ID, by id."),
    guid("managedDeviceId").doc("The device in Intune, by id."),
    string("managedDeviceName").doc("Name of the device in Intune."),
    string("deviceRegionName").doc("Azure region that it is in."),
    string("imageDisplayName").doc("Name of the image that it was made from."),
    choice("osVersion", &OPERATING_SYSTEM).doc("Version of Windows: `windows10` or `windows11`."),
    string("onPremisesConnectionName").doc("Name of the Azure network connection."),
    choice("powerState", &POWER_STATE).doc("Whether it is `running` or `poweredOff`; Frontline only."),
    choice("userAccountType", &USER_ACCOUNT_TYPE).doc("Rights of the user: `standardUser` or `administrator`."),
    choice("userExperienceType", &USER_EXPERIENCE_TYPE).doc("What users see: a whole desktop (`cloudPc`) or single apps (`cloudApp`)."),
    choice("diskEncryptionState", &DISK_ENCRYPTION_STATE).doc("How its disk is encrypted, such as `encryptedUsingPlatformManagedKey`."),
    object("connectionSetting").doc("How users connect.").of(&[
        boolean("enableSingleSignOn").doc("Whether users sign in without a second prompt."),
    ]),
    object("connectivityResult").doc("Whether users can connect.").of(&[
        choice("status", &CONNECTIVITY_STATUS).doc("Outcome, such as `available` or `unavailable`."),
        date_time("lastModifiedDateTime").doc("When the outcome last changed."),
        objects("failedHealthCheckItems").doc("Checks that failed.").of(&[
            string("displayName").doc("Name of the check."),
            choice("result", &EVENT_RESULT).doc("Outcome: `unknown`, `success` or `failure`."),
            string("additionalDetails").doc("What it found."),
            date_time("lastHealthCheckDateTime").doc("When it was made."),
        ]),
    ]),
    object("disasterRecoveryCapability").doc("How it survives the loss of its region.").of(&[
        choice("capabilityType", &CAPABILITY_TYPE).doc("What can be done now: `none`, `failover` or `failback`."),
        choice("licenseType", &RECOVERY_LICENSE_TYPE).doc("Kind of protection: `none`, `standard` or `plus`."),
        string("primaryRegion").doc("Region that it belongs in."),
        string("secondaryRegion").doc("Region that it moves to."),
    ]),
    boolean("isDisasterRecoveryActive").doc("Whether it runs in its second region."),
    object("sharedDeviceDetail").doc("Who uses a shared Cloud PC.").of(&[
        string("assignedToUserPrincipalName").doc("Sign-in name of the user."),
        date_time("sessionStartDateTime").doc("When the session began."),
    ]),
    object("lastLoginResult").doc("The last sign-in.").of(&[date_time("time").doc("When it was.")]),
    date_time("lastLogoffDateTime").doc("When a user last signed off."),
    object("lastRemoteActionResult").doc("The last action on it.").of(REMOTE_ACTION_RESULT),
    objects("partnerAgentInstallResults").doc("Agents of partners on it.").of(&[
        choice("partnerAgentName", &AGENT_NAME).doc("Partner: `citrix`, `vMware` or `hp`."),
        choice("installStatus", &AGENT_STATUS).doc("State of the agent, such as `installed`."),
        boolean("isThirdPartyPartner").doc("Whether the partner is another company than Microsoft."),
        boolean("retriable").doc("Whether the installation can be tried again."),
        string("errorMessage").doc("Why the installation failed."),
    ]),
    strings("scopeIds").doc("Scope tags, by id."),
    date_time("gracePeriodEndDateTime").doc("When its grace period ends and it is deleted."),
    date_time("lastModifiedDateTime").doc("When it was last changed."),
]);

/// How an action on a Cloud PC went.
pub(super) static REMOTE_ACTION_RESULT: &[Attribute] = &[
    string("actionName").doc("Name of the action, such as `Reprovision`."),
    choice("actionState", &ACTION_STATE)
        .doc("State of the action, such as `pending`, `done` or `failed`."),
    guid("cloudPcId").doc("The Cloud PC, by id."),
    guid("managedDeviceId").doc("The device in Intune, by id."),
    date_time("startDateTime").doc("When it began."),
    date_time("lastUpdatedDateTime").doc("When its state last changed."),
    object("statusDetail").doc("Why it is in this state.").of(STATUS_DETAIL),
];

static STATUS_DETAIL: &[Attribute] = &[
    string("code").doc("Code of the reason."),
    string("message").doc("The reason, for people."),
    objects("additionalInformation").doc("More about it.").of(&[
        string("name").doc("Name of the detail."),
        string("value").doc("Value of the detail."),
    ]),
];

/// States of a Cloud PC.
pub(super) static STATUS: Choice = Choice::open(
    "cloudPcStatus",
    &[
        "notProvisioned",
        "provisioning",
        "provisioned",
        "inGracePeriod",
        "deprovisioning",
        "failed",
        "provisionedWithWarnings",
        "resizing",
        "restoring",
        "pendingProvision",
        "movingRegion",
        "resizePendingLicense",
        "updatingSingleSignOn",
        "modifyingSingleSignOn",
        "refreshPolicyConfiguration",
        "preparing",
        "failoverInProgress",
        "failbackInProgress",
    ],
);

static PRODUCT_TYPE: Choice = Choice::open(
    "cloudPcProductType",
    &["enterprise", "frontline", "devBox", "powerAutomate", "business"],
);

static POWER_STATE: Choice = Choice::open("cloudPcPowerState", &["running", "poweredOff"]);

static DISK_ENCRYPTION_STATE: Choice = Choice::open(
    "cloudPcDiskEncryptionState",
    &[
        "notAvailable",
        "notEncrypted",
        "encryptedUsingPlatformManagedKey",
        "encryptedUsingCustomerManagedKey",
    ],
);

static CONNECTIVITY_STATUS: Choice = Choice::open(
    "cloudPcConnectivityStatus",
    &[
        "unknown",
        "available",
        "availableWithWarning",
        "unavailable",
        "underServiceMaintenance",
        "inUse",
    ],
);

static EVENT_RESULT: Choice =
    Choice::open("cloudPcConnectivityEventResult", &["unknown", "success", "failure"]);

static CAPABILITY_TYPE: Choice =
    Choice::open("cloudPcDisasterRecoveryCapabilityType", &["none", "failover", "failback"]);

static RECOVERY_LICENSE_TYPE: Choice =
    Choice::open("cloudPcDisasterRecoveryLicenseType", &["none", "standard", "plus"]);

static ACTION_STATE: Choice = Choice::open(
    "actionState",
    &["none", "pending", "canceled", "active", "done", "failed", "notSupported"],
);

static AGENT_NAME: Choice = Choice::open("cloudPcPartnerAgentName", &["citrix", "vMware", "hp"]);

static AGENT_STATUS: Choice = Choice::open(
    "cloudPcPartnerAgentInstallStatus",
    &["installed", "installFailed", "installing", "uninstalling", "uninstallFailed", "licensed"],
);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn listed_objects_become_items() {
        lists(
            &ENTITY,
            &[json!({
                "id": "662009bc-7732-4f6f-8726-25883518b33e", "displayName": "Engineering - Ada", "status": "provisioned",
                "statusDetail": null, "provisioningType": "sharedByEntraGroup", "scopeIds": ["0"], "powerState": "running",
                "lastRemoteActionResult": {"actionName": "Reboot", "actionState": "done", "statusDetail":
                    {"code": "ok", "additionalInformation": [{"name": "n", "value": "v"}]}},
                "lastModifiedDateTime": "2026-03-03T09:00:00.1234567Z",
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/cloudPCs
                [
                  {
                    "display_name": "Engineering - Ada",
                    "id": "662009bc-7732-4f6f-8726-25883518b33e",
                    "last_modified_date_time": "2026-03-03T09:00:00.1234567Z",
                    "last_remote_action_result": {
                      "action_name": "Reboot",
                      "action_state": "done",
                      "status_detail": {
                        "additional_information": [
                          {
                            "name": "n",
                            "value": "v"
                          }
                        ],
                        "code": "ok"
                      }
                    },
                    "power_state": "running",
                    "provisioning_type": "sharedByEntraGroup",
                    "scope_ids": [
                      "0"
                    ],
                    "status": "provisioned"
                  }
                ]
            "#]],
        );
    }
}
