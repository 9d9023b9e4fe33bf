//! `windows365_gallery_image`: the Windows images of Microsoft that Cloud PCs are built from.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcgalleryimage>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_gallery_image",
    "cloudPcGalleryImage",
    "/deviceManagement/virtualEndpoint/galleryImages",
)
.read_only()
.doc(
    "A gallery image is a Windows image that Microsoft keeps up to date for Cloud PCs. Its `id` is what a provisioning policy takes as `image_id`.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcgalleryimage",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the image, which a provisioning policy takes as `image_display_name`."),
    string("publisherName").doc("Publisher of the image in the Azure gallery; the first part of the id."),
    string("offerName").doc("Offer of the publisher; the second part of the id."),
    string("skuName").doc("Stock keeping unit of the offer; the third part of the id."),
    choice("status", &STATUS).doc("Whether the image may still be used: `supported`, `supportedWithWarning` (its support has ended, and it can be used for a while yet) or `notSupported`."),
    string("osVersionNumber").doc("Version of the operating system, such as `10.0.22631.3593`."),
    int32("sizeInGB").doc("Size of the image in gigabytes."),
    date("startDate").doc("Day from which the image can be used."),
    date("endDate").doc("Day on which the support of the image ends."),
    date("expirationDate").doc("Day from which the image can no longer be used."),
]);

static STATUS: Choice = Choice::open(
    "cloudPcGalleryImageStatus",
    &["supported", "supportedWithWarning", "notSupported"],
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
                "id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc", "displayName": "Windows 11 Enterprise 24H2",
                "publisherName": "microsoftwindowsdesktop", "offerName": "windows-ent-cpc", "skuName": "win11-24h2-ent-cpc", "sizeInGB": 64,
                "status": "supportedWithWarning", "startDate": "2024-10-01", "endDate": "2027-10-12", "expirationDate": "2028-04-12",
                "osVersionNumber": "10.0.26100.1",
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/galleryImages
                [
                  {
                    "display_name": "Windows 11 Enterprise 24H2",
                    "end_date": "2027-10-12",
                    "expiration_date": "2028-04-12",
                    "id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc",
                    "offer_name": "windows-ent-cpc",
                    "os_version_number": "10.0.26100.1",
                    "publisher_name": "microsoftwindowsdesktop",
                    "size_in_gb": 64,
                    "sku_name": "win11-24h2-ent-cpc",
                    "start_date": "2024-10-01",
                    "status": "supportedWithWarning"
                  }
                ]
            "#]],
        );
    }
}
