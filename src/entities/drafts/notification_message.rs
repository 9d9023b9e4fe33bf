//! Shape: a child collection. The object lies below another one, whose id is part of its address and of its identity.

use crate::spec::*;

/// All of it.
pub static DRAFT: Entity = Entity::child_of(
    "intune_notification_message",
    "localizedNotificationMessage",
    "/deviceManagement/notificationMessageTemplates/{}/localizedNotificationMessages",
    "notification_message_template_id",
    "The template that the message belongs to, by id.",
)
.doc(
    "A message to users in one language.",
    "https://learn.microsoft.com/graph/api/resources/intune-notification-localizednotificationmessage",
)
.permissions(super::SERVICE_CONFIG)
.named_by("locale")
.unique_name()
// Seen: writes that follow each other at once get lost.
.serial()
.attributes(&[
    string("locale").required().replace().ignore_case().doc("Language, such as `en-us`."),
    string("subject").required().doc("Subject of the message."),
    string("messageTemplate").required().doc("Text of the message."),
    boolean("isDefault")
        .defaulted()
        .stable()
        .doc("Whether it is sent where no other language fits; one message of a template must be."),
    date_time("lastModifiedDateTime").read_only().doc("When it was last changed."),
]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::DRAFT;
    use crate::engine::check::check;

    #[test]
    fn child_is_addressed_below_its_parent() {
        let config = json!({
            "notification_message_template_id": "t1", "locale": "en-US", "subject": "Hello", "message_template": "…",
        });
        let answer = json!({
            "id": "t1_en-us", "locale": "en-us", "subject": "Hello", "messageTemplate": "…", "isDefault": false,
            "lastModifiedDateTime": "2026-03-03T09:14:10Z",
        });
        let mut next = config.clone();
        next["subject"] = json!("Hi");
        check(&DRAFT).config(config.clone()).creates(expect![[r##"
            POST /deviceManagement/notificationMessageTemplates/t1/localizedNotificationMessages
            {
              "@odata.type": "#microsoft.graph.localizedNotificationMessage",
              "locale": "en-US",
              "messageTemplate": "…",
              "subject": "Hello"
            }
        "##]]);
        check(&DRAFT)
            .config(config.clone())
            .answer(answer.clone())
            .then(next.clone())
            .updates(expect![[r##"
                PATCH /deviceManagement/notificationMessageTemplates/t1/localizedNotificationMessages/t1_en-us
                {
                  "@odata.type": "#microsoft.graph.localizedNotificationMessage",
                  "subject": "Hi"
                }
            "##]]);
        next["notification_message_template_id"] = json!("t2");
        check(&DRAFT).config(config).answer(answer).then(next).updates(expect![[r#"
            replaces because of notification_message_template_id
        "#]]);
    }
}
