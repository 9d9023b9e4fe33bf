//! Shape: a family. The declared type is abstract, `@odata.type` tells the subtypes apart, and each subtype is a nested attribute.
//! What happens to devices that do not comply is changed by an action of its own.

use crate::spec::*;

/// Shortened: three subtypes with a few properties each.
pub static DRAFT: Entity = Entity::collection(
    "intune_device_compliance_policy",
    "deviceCompliancePolicy",
    "/deviceManagement/deviceCompliancePolicies",
)
.beta()
.doc(
    "What a device must be like to count as compliant.",
    "https://learn.microsoft.com/graph/api/resources/intune-deviceconfig-devicecompliancepolicy?view=graph-rest-beta",
)
.permissions(super::CONFIGURATION)
.expand(&["scheduledActionsForRule($expand=scheduledActionConfigurations)"])
.assigned_by(Assignments {
    style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
    read_by: ReadBy::SubCollection,
    targets: Targets::Intune { kinds: INTUNE_TARGETS, filters: true },
    item_type: Some("deviceCompliancePolicyAssignment"),
    extra: &[],
    block_delete: false,
})
.attributes(&[
    string("displayName").required().doc("Name of the policy."),
    string("description").empty_is_null().doc("What the policy is for."),
    strings("roleScopeTagIds").defaulted().stable().doc("Scope tags, by id."),
    // The create demands exactly one rule with a `block` among its actions. In an update the service ignores it.
    string("ruleName")
        .inside(RULE)
        .changed_by("scheduleActionsForRules", "deviceComplianceScheduledActionForRules")
        .default_text("PasswordRequired")
        .doc("Name of the rule."),
    objects("scheduledActionConfigurations")
        .named("scheduled_actions")
        .inside(RULE)
        .changed_by("scheduleActionsForRules", "deviceComplianceScheduledActionForRules")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("What happens to a device that does not comply, and after how long; `block` must be among it.")
        .of(&[
            choice("actionType", &ACTION_TYPE).required().doc("What happens."),
            int32("gracePeriodHours").default_integer(0).doc("After how many hours."),
            string("notificationTemplateId").empty_is_null().doc("Message that is sent, by id."),
            strings("notificationMessageCCList").empty_is_null().doc("Groups that are told too, by id."),
        ]),
    int32("version").read_only().doc("Number of the latest change."),
    date_time("createdDateTime").read_only().stable().doc("When it was created."),
    date_time("lastModifiedDateTime").read_only().doc("When it was last changed."),
])
.one_of(&[
    variant("windows10", "windows10CompliancePolicy").doc("Windows 10 and later.").of(&[
        boolean("bitLockerEnabled").defaulted().stable().doc("Whether BitLocker must be on."),
        boolean("passwordRequired").defaulted().stable().doc("Whether a password is needed."),
        int32("passwordMinimumLength").doc("Least number of characters."),
        string("osMinimumVersion").doc("Oldest version."),
    ]),
    variant("ios", "iosCompliancePolicy").doc("iOS and iPadOS.").of(&[
        boolean("passcodeRequired").defaulted().stable().doc("Whether a passcode is needed."),
        string("osMinimumVersion").doc("Oldest version."),
    ]),
    variant("mac_os", "macOSCompliancePolicy").doc("macOS.").of(&[
        boolean("firewallEnabled").defaulted().stable().doc("Whether the firewall must be on."),
        string("osMinimumVersion").doc("Oldest version."),
    ]),
]);

static RULE: &[Level] =
    &[Level::many("scheduledActionsForRule").typed("deviceComplianceScheduledActionForRule")];

static ACTION_TYPE: Choice = Choice::open(
    "deviceComplianceActionType",
    &[
        "noAction",
        "notification",
        "block",
        "retire",
        "wipe",
        "removeResourceAccessProfiles",
        "pushNotification",
        "remoteLock",
    ],
);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value as Json, json};

    use super::DRAFT;
    use crate::engine::check::check;

    fn config() -> Json {
        json!({
            "display_name": "Windows", "windows10": {"bit_locker_enabled": true, "password_minimum_length": 8},
            "scheduled_actions": [{"action_type": "block"}],
        })
    }

    fn answer() -> Json {
        json!({
            "@odata.type": "#microsoft.graph.windows10CompliancePolicy", "id": "p1", "displayName": "Windows",
            "description": null, "roleScopeTagIds": ["0"], "version": 1, "bitLockerEnabled": true, "passwordRequired": false,
            "passwordMinimumLength": 8, "osMinimumVersion": null,
            "scheduledActionsForRule": [{"id": "r1", "ruleName": "PasswordRequired", "scheduledActionConfigurations": [
                {"id": "a1", "actionType": "block", "gracePeriodHours": 0, "notificationTemplateId": "", "notificationMessageCCList": []},
            ]}],
            "assignments": [],
        })
    }

    #[test]
    fn properties_of_the_subtype_lie_in_the_object_itself() {
        check(&DRAFT).config(config()).creates(expect![[r##"
            POST /deviceManagement/deviceCompliancePolicies
            {
              "@odata.type": "#microsoft.graph.windows10CompliancePolicy",
              "bitLockerEnabled": true,
              "displayName": "Windows",
              "passwordMinimumLength": 8,
              "scheduledActionsForRule": [
                {
                  "@odata.type": "#microsoft.graph.deviceComplianceScheduledActionForRule",
                  "ruleName": "PasswordRequired",
                  "scheduledActionConfigurations": [
                    {
                      "actionType": "block",
                      "gracePeriodHours": 0
                    }
                  ]
                }
              ]
            }
        "##]]);
        check(&DRAFT).config(config()).answer(answer()).reads(expect![[r#"
            {
              "assignments": [],
              "display_name": "Windows",
              "id": "p1",
              "role_scope_tag_ids": [
                "0"
              ],
              "rule_name": "PasswordRequired",
              "scheduled_actions": [
                {
                  "action_type": "block",
                  "grace_period_hours": 0
                }
              ],
              "version": 1,
              "windows10": {
                "bit_locker_enabled": true,
                "password_minimum_length": 8,
                "password_required": false
              }
            }
        "#]]);
        check(&DRAFT)
            .config(config())
            .answer(answer())
            .then(config())
            .updates(expect!["no change\n"]);
        check(&DRAFT).config(config()).answer(answer()).is_read_by(expect![[r#"
            GET /deviceManagement/deviceCompliancePolicies/p1?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)
        "#]]);
    }

    #[test]
    fn update_names_the_subtype_and_sends_what_changed_in_it() {
        let mut next = config();
        next["windows10"] = json!({"os_minimum_version": "10.0.26100"});
        check(&DRAFT).config(config()).answer(answer()).then(next).updates(expect![[r##"
            PATCH /deviceManagement/deviceCompliancePolicies/p1
            {
              "@odata.type": "#microsoft.graph.windows10CompliancePolicy",
              "osMinimumVersion": "10.0.26100",
              "passwordMinimumLength": null
            }
        "##]]);
    }

    #[test]
    fn another_subtype_is_another_object() {
        let mut next = config();
        next["windows10"] = json!(null);
        next["mac_os"] = json!({"firewall_enabled": true});
        check(&DRAFT).config(config()).answer(answer()).then(next).updates(expect![[r#"
            replaces because of mac_os, windows10
        "#]]);
    }

    #[test]
    fn scheduled_actions_are_changed_by_an_action() {
        let mut next = config();
        next["scheduled_actions"] = json!([{"action_type": "block", "grace_period_hours": 24}, {"action_type": "retire", "grace_period_hours": 720}]);
        next["assignments"] = json!([
            {"type": "allDevicesAssignmentTarget", "filter_id": "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081", "filter_type": "include"},
            {"type": "exclusionGroupAssignmentTarget", "group_id": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"},
        ]);
        check(&DRAFT).config(config()).answer(answer()).then(next).updates(expect![[r##"
            POST /deviceManagement/deviceCompliancePolicies/p1/scheduleActionsForRules
            {
              "deviceComplianceScheduledActionForRules": [
                {
                  "@odata.type": "#microsoft.graph.deviceComplianceScheduledActionForRule",
                  "ruleName": "PasswordRequired",
                  "scheduledActionConfigurations": [
                    {
                      "actionType": "block",
                      "gracePeriodHours": 24
                    },
                    {
                      "actionType": "retire",
                      "gracePeriodHours": 720
                    }
                  ]
                }
              ]
            }
            POST /deviceManagement/deviceCompliancePolicies/p1/assign
            {
              "assignments": [
                {
                  "@odata.type": "#microsoft.graph.deviceCompliancePolicyAssignment",
                  "target": {
                    "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget",
                    "groupId": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
                  }
                },
                {
                  "@odata.type": "#microsoft.graph.deviceCompliancePolicyAssignment",
                  "target": {
                    "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
                    "deviceAndAppManagementAssignmentFilterId": "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081",
                    "deviceAndAppManagementAssignmentFilterType": "include"
                  }
                }
              ]
            }
        "##]]);
    }

    #[test]
    fn exactly_one_subtype_is_set() {
        let mut both = config();
        both["ios"] = json!({});
        check(&DRAFT).config(both).finds(expect![[r#"
            Error at : Attributes that do not go together: Only one of `windows10`, `ios` and `mac_os` may be set.
        "#]]);
        let mut none = config();
        none["windows10"] = json!(null);
        check(&DRAFT).config(none).finds(expect![[r#"
            Error at : Attributes that do not go together: One of `windows10`, `ios` and `mac_os` must be set.
        "#]]);
    }

    #[test]
    fn targets_say_what_they_need() {
        let mut wrong = config();
        wrong["assignments"] = json!([
            {"type": "allDevicesAssignmentTarget", "group_id": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"},
            {"type": "groupAssignmentTarget", "filter_id": "6f9c2b3e-48d1-4e07-a5bc-1d2e9f7a6081"},
            {"type": "everyoneAssignmentTarget"},
        ]);
        check(&DRAFT).config(wrong).finds(expect![[r#"
            Error at assignments: Invalid assignment: A target of the kind "allDevicesAssignmentTarget" has no `group_id`.
            Error at assignments: Invalid assignment: A target of the kind "groupAssignmentTarget" needs `group_id`.
            Error at assignments: Invalid assignment: `filter_id` and `filter_type` are set together, or not at all.
            Error at assignments: Invalid assignment: "everyoneAssignmentTarget" is no kind of target here. Possible kinds: "groupAssignmentTarget", "exclusionGroupAssignmentTarget", "allLicensedUsersAssignmentTarget", "allDevicesAssignmentTarget", "configurationManagerCollectionAssignmentTarget".
        "#]]);
    }
}
