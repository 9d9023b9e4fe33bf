//! Shape: additive assignments. There is no `assign` action: assignments are posted and deleted one by one.

use crate::spec::*;

/// All of it.
pub static DRAFT: Entity = Entity::collection(
    "intune_terms_and_conditions",
    "termsAndConditions",
    "/deviceManagement/termsAndConditions",
)
.plural("intune_terms_and_conditions_list")
.beta()
.doc(
    "Terms that users accept when they enrol.",
    "https://learn.microsoft.com/graph/api/resources/intune-companyterms-termsandconditions?view=graph-rest-beta",
)
.permissions(super::SERVICE_CONFIG)
.assigned_by(Assignments {
    style: AssignStyle::Additive { collection: "assignments" },
    // Seen: `$expand` is refused.
    read_by: ReadBy::SubCollection,
    targets: Targets::Intune {
        kinds: &["groupAssignmentTarget", "allLicensedUsersAssignmentTarget"],
        filters: false,
    },
    item_type: Some("termsAndConditionsAssignment"),
    extra: &[],
    block_delete: false,
})
.left_out(&[LeftOut { property: "modifiedDateTime", why: "Twin of `lastModifiedDateTime`." }])
.attributes(&[
    string("displayName").required().doc("Name of the terms."),
    string("description").empty_is_null().doc("What they are for."),
    string("title").empty_is_null().doc("Title that users see."),
    string("bodyText").empty_is_null().doc("The terms."),
    string("acceptanceStatement").empty_is_null().doc("What users agree to."),
    int32("version").defaulted().stable().doc("Raise it to ask users again."),
    strings("roleScopeTagIds").defaulted().stable().doc("Scope tags, by id."),
    date_time("createdDateTime").read_only().stable().doc("When they were created."),
    date_time("lastModifiedDateTime").read_only().doc("When they were last changed."),
]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::DRAFT;
    use crate::engine::{check, encode, requests, schema};

    #[test]
    fn assignments_are_added_and_removed_one_by_one() {
        let group = |id: &str| json!({"id": format!("a-{id}"), "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": id}});
        let have = [
            group("3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"),
            group("7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10"),
        ];
        let want = check::value(
            &schema::resource(&DRAFT),
            &json!({"assignments": [
                {"group_id": "3F6A0C5E-0F3B-4C6F-9D0E-5F2F0D1C9B11"}, {"type": "allLicensedUsersAssignmentTarget"},
            ]}),
        );
        let changes = encode::assignment_changes(&DRAFT, &have, want.get("assignments"));
        let item = requests::Item { parent: None, id: "t1".to_owned() };
        let mut sent = String::new();
        for body in changes.add {
            sent.push_str(&check::print(&requests::add_assignment(&DRAFT, &item, body)));
        }
        for id in changes.remove {
            sent.push_str(&check::print(&requests::remove_assignment(&DRAFT, &item, &id)));
        }
        sent.push_str(&check::print(&requests::assignments(&DRAFT, &item)));
        expect![[r##"
            POST /deviceManagement/termsAndConditions/t1/assignments
            {
              "@odata.type": "#microsoft.graph.termsAndConditionsAssignment",
              "target": {
                "@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"
              }
            }
            DELETE /deviceManagement/termsAndConditions/t1/assignments/a-7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10
            GET /deviceManagement/termsAndConditions/t1/assignments
        "##]].assert_eq(&sent);
        assert_eq!(requests::assign(&DRAFT, &item, json!([])), None);
    }
}
