//! Windows 365 user settings.

use serde_json::{Value, json};

use super::{Assign, BOTH, CLOUD_PC, Filling, OBSERVED, Set, What, Write, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::Body;

pub(crate) static SET: Set = Set {
    path: "/deviceManagement/virtualEndpoint/userSettings",
    noun: "user setting",
    type_name: "cloudPcUserSetting",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BOTH,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: CLOUD_PC,
    rules: &[
        rule(What::Required(&["displayName"]), "virtualendpoint-post-usersettings"),
        rule(What::Default("localAdminEnabled", "false"), "cloudpcusersetting"),
        rule(
            What::Default("restorePointSetting", "{\"userRestoreEnabled\":false}"),
            "cloudpcrestorepointsetting",
        ),
        rule(What::Default("resetEnabled", "false"), "cloudpcusersetting"),
        rule(
            What::ReadOnly(&["createdDateTime", "lastModifiedDateTime"]),
            "cloudpcusersetting: set by the service",
        ),
        rule(What::NoNull(&["displayName"]), OBSERVED),
        rule(What::Fill(stamps), "cloudpcusersetting"),
        rule(What::Fill(restore_points), "cloudpcrestorepointsetting"),
        rule(What::Check(restore_hours), "cloudpcrestorepointsetting (beta)"),
        rule(What::Assign(&ASSIGN), "cloudpcusersetting-assign"),
    ],
};

static ASSIGN: Assign = Assign {
    parameter: "assignments",
    item_type: "cloudPcUserSettingAssignment",
    targets: &["cloudPcManagementGroupAssignmentTarget"],
    // The examples of the page cloudpcusersetting-get spell it so.
    target_spelling: Some("cloudPCManagementGroupAssignmentTarget"),
    item_names_type: false,
    refuses_unknown_groups: false,
    dated: true,
};

fn stamps(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        body.insert("createdDateTime".into(), json!(filling.now));
    }
    body.insert("lastModifiedDateTime".into(), json!(filling.now));
}

const HOURS: &[(&str, i64)] = &[
    ("default", 12),
    ("fourHours", 4),
    ("sixHours", 6),
    ("twelveHours", 12),
    ("sixteenHours", 16),
    ("twentyFourHours", 24),
];

/// `frequencyInHours` is the older form of `frequencyType`; `default` stands for twelve hours.
fn restore_points(body: &mut Body, _filling: &mut Filling<'_>) {
    let Some(setting) = body.get_mut("restorePointSetting").and_then(Value::as_object_mut) else {
        return;
    };
    if setting.get("frequencyType").is_none_or(Value::is_null) {
        let hours = setting.get("frequencyInHours").and_then(Value::as_i64);
        let kind = hours
            .and_then(|hours| HOURS.iter().rev().find(|(_, known)| *known == hours))
            .map_or("default", |(kind, _)| kind);
        setting.insert("frequencyType".into(), json!(kind));
    }
    let hours = setting
        .get("frequencyType")
        .and_then(Value::as_str)
        .and_then(|kind| HOURS.iter().find(|(known, _)| *known == kind))
        .map(|(_, hours)| *hours);
    if let Some(hours) = hours {
        setting.insert("frequencyInHours".into(), json!(hours));
    }
}

fn restore_hours(write: &Write<'_>) -> Result<(), Problem> {
    let hours = write
        .sent
        .get("restorePointSetting")
        .and_then(|setting| setting.get("frequencyInHours"))
        .and_then(Value::as_i64);
    match hours {
        Some(hours) if !HOURS.iter().any(|(_, known)| *known == hours) => {
            Err(Problem::bad_request(
                "The frequencyInHours of a restore point setting is 4, 6, 12, 16 or 24.",
            ))
        }
        _ => Ok(()),
    }
}
