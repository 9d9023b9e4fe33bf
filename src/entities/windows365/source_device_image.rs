//! `windows365_source_device_image`: the images in Azure that device images can be copied from.
//!
//! Facts from <https://learn.microsoft.com/graph/api/cloudpcdeviceimage-getsourceimages?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::function(
    "windows365_source_device_image",
    "cloudPcSourceDeviceImage",
    "/deviceManagement/virtualEndpoint/deviceImages/getSourceImages",
)
.beta()
.doc(
    "A source image is an image in Azure that a device image can be copied from, in any subscription that Windows 365 may look into.",
    "https://learn.microsoft.com/graph/api/cloudpcdeviceimage-getsourceimages?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.left_out(&[LeftOut { property: "id", why: "Deprecated twin of `resourceId`." }])
.attributes(&[
    string("resourceId").doc("Id of the image in Azure, which a device image takes as `source_image_resource_id`."),
    string("displayName").doc("Name of the image."),
    choice("category", &CATEGORY).doc("Where it is kept: as a `managedImage`, or in an `azureComputeGallery`."),
    guid("subscriptionId").doc("The subscription that it is in, by id."),
    string("subscriptionDisplayName").doc("Name of the subscription."),
]);

static CATEGORY: Choice =
    Choice::open("cloudPcSourceImageCategory", &["managedImage", "azureComputeGallery"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn function_is_called_with_get_and_its_items_are_sorted() {
        let image = |name: &str| json!({"resourceId": format!("/subscriptions/s/{name}"), "displayName": name, "subscriptionId": "s"});
        lists(
            &ENTITY,
            &[image("b"), image("a")],
            expect![[r#"
            GET /deviceManagement/virtualEndpoint/deviceImages/getSourceImages
            [
              {
                "display_name": "a",
                "resource_id": "/subscriptions/s/a",
                "subscription_id": "s"
              },
              {
                "display_name": "b",
                "resource_id": "/subscriptions/s/b",
                "subscription_id": "s"
              }
            ]
        "#]],
        );
    }
}
