//! Shape: a function. What it answers is a collection of complex values; there is nothing to manage, only a data source of many.

use crate::spec::*;

/// All of it.
pub static DRAFT: Entity = Entity::function(
    "windows365_source_device_image",
    "cloudPcSourceDeviceImage",
    "/deviceManagement/virtualEndpoint/deviceImages/getSourceImages",
)
.doc(
    "Managed images in Azure that a device image can be made from.",
    "https://learn.microsoft.com/graph/api/cloudpcdeviceimage-getsourceimages",
)
.permissions(super::CLOUD_PC)
.left_out(&[
    LeftOut { property: "id", why: "Deprecated twin of `resourceId`." },
    LeftOut { property: "category", why: "Beta only." },
])
.attributes(&[
    string("resourceId").read_only().doc("The image's id in Azure."),
    string("displayName").read_only().doc("Name of the image."),
    guid("subscriptionId").read_only().doc("The subscription, by id."),
    string("subscriptionDisplayName").read_only().doc("Name of the subscription."),
]);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::DRAFT;
    use crate::engine::requests::{self, Hints};
    use crate::engine::{check, decode, schema};
    use crate::tf::{Diagnostics, Value};

    #[test]
    fn function_is_called_with_get_and_gives_items() {
        let request = requests::list(&DRAFT, None, &Hints::default());
        assert_eq!(
            check::print(&request),
            "GET /deviceManagement/virtualEndpoint/deviceImages/getSourceImages\n"
        );
        let mut diags = Diagnostics::new();
        let items = decode::items(
            &DRAFT,
            &[
                json!({"resourceId": "/subscriptions/s/images/i", "displayName": "I", "subscriptionId": "s"}),
            ],
            &mut diags,
        );
        assert_eq!(diags, Diagnostics::new());
        let r#type = schema::data_sources(&DRAFT).block.implied_type();
        Value::object([("items", items)]).conforms(&r#type).unwrap();
    }
}
