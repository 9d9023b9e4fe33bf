//! Shape: settings in a sub-collection. They travel in the body of a create, are read page by page, and an update replaces the whole
//! object with `PUT`, because `PATCH` does not touch them.

use crate::spec::*;

/// Shortened: two kinds of settings without children.
pub static DRAFT: Entity = Entity::collection(
    "intune_configuration_policy",
    "deviceManagementConfigurationPolicy",
    "/deviceManagement/configurationPolicies",
)
.beta()
.doc(
    "A policy of the settings catalog.",
    "https://learn.microsoft.com/graph/api/resources/intune-deviceconfigv2-devicemanagementconfigurationpolicy?view=graph-rest-beta",
)
.permissions(super::CONFIGURATION)
.named_by("name")
.assigned_by(Assignments {
    style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
    read_by: ReadBy::SubCollection,
    targets: Targets::Intune { kinds: INTUNE_TARGETS, filters: true },
    item_type: None,
    extra: &[],
    block_delete: false,
})
.attributes(&[
    string("name").required().doc("Name of the policy."),
    string("description").empty_is_null().doc("What it is for."),
    flags("platforms", &PLATFORMS).required().replace().doc("Platforms that it is for."),
    flags("technologies", &TECHNOLOGIES).required().replace().doc("Ways that it takes to devices."),
    strings("roleScopeTagIds").defaulted().stable().doc("Scope tags, by id."),
    objects("settings")
        .in_sub_collection()
        .required()
        .checks(&[Check::MinLength(1), Check::MaxLength(5000)])
        .doc("The settings.")
        .of(&[union("settingInstance").required().doc("One setting.").one_of(&[
            variant("choice", "deviceManagementConfigurationChoiceSettingInstance")
                .doc("One of several values.")
                .of(&[
                    string("settingDefinitionId").required().doc("Which setting, by id."),
                    object("choiceSettingValue")
                        .required()
                        .doc("Its value.")
                        .of(&[string("value").required().doc("The value, by id.")]),
                ]),
            variant("simple", "deviceManagementConfigurationSimpleSettingInstance")
                .doc("Text or a number.")
                .of(&[
                    string("settingDefinitionId").required().doc("Which setting, by id."),
                    union("simpleSettingValue").required().doc("Its value.").one_of(&[
                        variant("string", "deviceManagementConfigurationStringSettingValue")
                            .doc("Text.")
                            .of(&[string("value").required().doc("The text.")]),
                        variant("integer", "deviceManagementConfigurationIntegerSettingValue")
                            .doc("A whole number.")
                            .of(&[int64("value").required().doc("The number.")]),
                    ]),
                ]),
        ])]),
    int64("settingCount").read_only().doc("Number of settings."),
    date_time("createdDateTime").read_only().stable().doc("When it was created."),
    date_time("lastModifiedDateTime").read_only().doc("When it was last changed."),
]);

static PLATFORMS: Choice = Choice::open(
    "deviceManagementConfigurationPlatforms",
    &[
        "none",
        "android",
        "iOS",
        "macOS",
        "windows10X",
        "windows10",
        "linux",
        "androidEnterprise",
        "aosp",
        "visionOS",
        "tvOS",
    ],
);

static TECHNOLOGIES: Choice = Choice::open(
    "deviceManagementConfigurationTechnologies",
    &[
        "none",
        "mdm",
        "windows10XManagement",
        "configManager",
        "intuneManagementExtension",
        "appleRemoteManagement",
        "microsoftSense",
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
            "name": "Lock screen", "platforms": ["windows10"], "technologies": ["microsoftSense", "mdm"],
            "settings": [
                {"setting_instance": {"choice": {"setting_definition_id": "a", "choice_setting_value": {"value": "a_1"}}}},
                {"setting_instance": {"simple": {"setting_definition_id": "b", "simple_setting_value": {"integer": {"value": 9007199254740993_i64}}}}},
            ],
        })
    }

    fn answer() -> Json {
        json!({
            "id": "c1", "name": "Lock screen", "description": "", "platforms": "windows10", "technologies": "mdm, microsoftSense",
            "roleScopeTagIds": ["0"], "settingCount": 2,
            "settings": [
                {"id": "1", "settingInstance": {
                    "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance", "settingDefinitionId": "b",
                    "simpleSettingValue": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationIntegerSettingValue", "value": 9007199254740993_i64}}},
                {"id": "0", "settingInstance": {
                    "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance", "settingDefinitionId": "a",
                    "choiceSettingValue": {"value": "a_1", "children": []}}},
            ],
        })
    }

    #[test]
    fn settings_travel_in_the_create_and_come_back_in_any_order() {
        check(&DRAFT).config(config()).creates(expect![[r##"
            POST /deviceManagement/configurationPolicies
            {
              "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
              "name": "Lock screen",
              "platforms": "windows10",
              "settings": [
                {
                  "settingInstance": {
                    "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance",
                    "settingDefinitionId": "b",
                    "simpleSettingValue": {
                      "@odata.type": "#microsoft.graph.deviceManagementConfigurationIntegerSettingValue",
                      "value": 9007199254740993
                    }
                  }
                },
                {
                  "settingInstance": {
                    "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
                    "choiceSettingValue": {
                      "value": "a_1"
                    },
                    "settingDefinitionId": "a"
                  }
                }
              ],
              "technologies": "mdm,microsoftSense"
            }
        "##]]);
        check(&DRAFT)
            .config(config())
            .answer(answer())
            .then(config())
            .updates(expect!["no change\n"]);
    }

    #[test]
    fn changed_settings_replace_the_whole_object() {
        let mut next = config();
        next["settings"] = json!([config()["settings"][0]]);
        check(&DRAFT).config(config()).answer(answer()).then(next).updates(expect![[r##"
            PUT /deviceManagement/configurationPolicies/c1
            {
              "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
              "name": "Lock screen",
              "platforms": "windows10",
              "roleScopeTagIds": [
                "0"
              ],
              "settings": [
                {
                  "settingInstance": {
                    "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
                    "choiceSettingValue": {
                      "value": "a_1"
                    },
                    "settingDefinitionId": "a"
                  }
                }
              ],
              "technologies": "mdm,microsoftSense"
            }
        "##]]);
    }

    #[test]
    fn everything_else_is_patched() {
        let mut next = config();
        next["name"] = json!("Screen");
        check(&DRAFT).config(config()).answer(answer()).then(next).updates(expect![[r##"
            PATCH /deviceManagement/configurationPolicies/c1
            {
              "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
              "name": "Screen"
            }
        "##]]);
    }
}
