//! `windows365_audit_event`: who changed what in Windows 365.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcauditevent?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_audit_event",
    "cloudPcAuditEvent",
    "/deviceManagement/virtualEndpoint/auditEvents",
)
.beta()
.read_only()
.named_by("id")
.doc(
    "An audit event says who changed what in Windows 365, when, and with what result.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcauditevent?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the event."),
    string("componentName").doc("Part of Windows 365 that was changed."),
    string("activity").doc("What was done, for people."),
    string("activityType").doc("What was done, such as `patchCloudPcOnPremisesConnection`."),
    date_time("activityDateTime").doc("When it was done."),
    choice("activityOperationType", &OPERATION_TYPE)
        .doc("Kind of change: `create`, `delete` or `patch`."),
    choice("activityResult", &RESULT)
        .doc("How it ended: `success`, `clientError`, `failure` or `timeout`."),
    choice("category", &CATEGORY).doc("Area of the event."),
    string("correlationId").doc("Id that links the event with others of the same request."),
    object("actor").doc("Who did it: a person or an app.").of(&[
        choice("type", &ACTOR_TYPE).doc("Kind of actor: `itPro`, `application` or `partner`."),
        guid("userId").doc("The person, by id."),
        string("userPrincipalName").doc("Sign-in name of the person."),
        strings("userPermissions").doc("Permissions of the person at that time."),
        objects("userRoleScopeTags").doc("Scope tags of the person.").of(&[
            string("roleScopeTagId").doc("The scope tag, by id."),
            string("displayName").doc("Name of the scope tag."),
        ]),
        guid("applicationId").doc("The app, by its client id."),
        string("applicationDisplayName").doc("Name of the app."),
        string("servicePrincipalName").doc("Service principal of the app."),
        string("ipAddress").doc("Address that the request came from."),
        guid("remoteTenantId").doc("Tenant of an actor from elsewhere, by id."),
        guid("remoteUserId").doc("Person in that tenant, by id."),
    ]),
    objects("resources").doc("What was changed.").of(&[
        string("resourceId").doc("The object, by id."),
        string("resourceType").doc("Kind of object."),
        string("displayName").doc("Name of the object."),
        objects("modifiedProperties").doc("Its properties that changed.").of(&[
            string("displayName").doc("Name of the property."),
            string("oldValue").doc("Value before."),
            string("newValue").doc("Value after."),
        ]),
    ]),
]);

static OPERATION_TYPE: Choice =
    Choice::open("cloudPcAuditActivityOperationType", &["create", "delete", "patch"]);

static RESULT: Choice =
    Choice::open("cloudPcAuditActivityResult", &["success", "clientError", "failure", "timeout"]);

static CATEGORY: Choice = Choice::open("cloudPcAuditCategory", &["cloudPC"]);

static ACTOR_TYPE: Choice =
    Choice::open("cloudPcAuditActorType", &["itPro", "application", "partner"]);

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
                "id": "250473f5-029f-4037-813d-ba4768201d61", "displayName": "Patch", "componentName": "OnPremisesConnection",
                "activityOperationType": "patch", "activityResult": "success", "category": "cloudPC",
                "activityDateTime": "2026-02-14T13:10:51.814Z",
                "actor": {"userId": "2f9b2c11-3f5a-4a8e-9e55-7c1f6b1d0a22", "userPermissions": ["*"], "type": "itPro"},
                "resources": [{"resourceId": "n1", "modifiedProperties": [{"displayName": "Name", "oldValue": null, "newValue": "West"}]}],
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/auditEvents
                [
                  {
                    "activity_date_time": "2026-02-14T13:10:51.814Z",
                    "activity_operation_type": "patch",
                    "activity_result": "success",
                    "actor": {
                      "type": "itPro",
                      "user_id": "2f9b2c11-3f5a-4a8e-9e55-7c1f6b1d0a22",
                      "user_permissions": [
                        "*"
                      ]
                    },
                    "category": "cloudPC",
                    "component_name": "OnPremisesConnection",
                    "display_name": "Patch",
                    "id": "250473f5-029f-4037-813d-ba4768201d61",
                    "resources": [
                      {
                        "modified_properties": [
                          {
                            "display_name": "Name",
                            "new_value": "West"
                          }
                        ],
                        "resource_id": "n1"
                      }
                    ]
                  }
                ]
            "#]],
        );
    }
}
