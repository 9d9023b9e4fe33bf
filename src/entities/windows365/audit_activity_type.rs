//! `windows365_audit_activity_type`: what audit events can tell of.
//!
//! Facts from <https://learn.microsoft.com/graph/api/cloudpcauditevent-getauditactivitytypes>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::function(
    "windows365_audit_activity_type",
    "Edm.String",
    "/deviceManagement/virtualEndpoint/auditEvents/getAuditActivityTypes",
)
.answers(Answers::Texts)
.named_by("activityType")
.doc(
    "An activity type says what was done, such as `patchCloudPcOnPremisesConnection`. Audit events have it as `activity_type`.",
    "https://learn.microsoft.com/graph/api/cloudpcauditevent-getauditactivitytypes",
)
.permissions(PERMISSIONS)
.attributes(&[string("activityType").doc("The activity type.")]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn texts_are_listed_as_texts() {
        lists(
            &ENTITY,
            &[json!("patchCloudPcUserSetting"), json!("createCloudPcOnPremisesConnection")],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/auditEvents/getAuditActivityTypes
                [
                  "createCloudPcOnPremisesConnection",
                  "patchCloudPcUserSetting"
                ]
            "#]],
        );
    }
}
