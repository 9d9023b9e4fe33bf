//! Shape: an asynchronous create. The object is there at once, and usable when a property says so. No update: every change replaces.

use crate::spec::*;

/// All of it but the deprecated `statusDetails`.
pub static DRAFT: Entity = Entity::collection(
    "windows365_device_image",
    "cloudPcDeviceImage",
    "/deviceManagement/virtualEndpoint/deviceImages",
)
.beta()
.doc(
    "An image of your own that Cloud PCs are built from, copied from a managed image in Azure.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcdeviceimage?view=graph-rest-beta",
)
.permissions(super::CLOUD_PC)
.updated_by(Update::Never)
.timeouts(Timeouts { create: 180, read: 5, update: 30, delete: 30 })
.wait(Wait {
    property: "status",
    pending: &["pending"],
    done: &["ready", "warning"],
    failed: &["failed"],
    reason: Some("errorCode"),
    every_secs: 30,
})
.left_out(&[LeftOut { property: "statusDetails", why: "Deprecated twin of `errorCode`." }])
.attributes(&[
    string("displayName").required().doc("Name of the image."),
    string("version").required().checks(&[Check::Text(version)]).doc("Version, such as `1.0.3`."),
    string("sourceImageResourceId")
        .required()
        .ignore_case()
        .doc("The managed image in Azure, by its full id."),
    choice("status", &STATUS).read_only().doc("How far the copy is."),
    string("errorCode").read_only().doc("Why the copy failed."),
    string("operatingSystem").read_only().doc("Operating system."),
    string("osBuildNumber").read_only().doc("Build of the operating system."),
    string("osVersionNumber").read_only().doc("Version of the operating system."),
    string("osStatus").read_only().doc("Whether the operating system is supported."),
    int32("sizeInGB").read_only().doc("Size of the image."),
    date("expirationDate").read_only().doc("Day when the support of its operating system ends."),
    strings("scopeIds").read_only().doc("Scope tags, by id."),
    date_time("lastModifiedDateTime").read_only().doc("When it was last changed."),
]);

static STATUS: Choice =
    Choice::open("cloudPcDeviceImageStatus", &["pending", "ready", "failed", "warning"]);

fn version(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(number) {
        return Ok(());
    }
    Err("A version has three numbers, such as 1.0.3.".to_owned())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::DRAFT;
    use crate::engine::check::check;

    #[test]
    fn every_change_replaces_an_image() {
        let config = json!({"display_name": "Finance", "version": "1.0.3", "source_image_resource_id": "/subscriptions/s/images/i"});
        let answer = json!({
            "id": "b1", "displayName": "Finance", "version": "1.0.3", "sourceImageResourceId": "/subscriptions/S/images/i",
            "status": "ready", "errorCode": null, "sizeInGB": 64, "expirationDate": "2027-10-12", "osStatus": "supported",
        });
        let mut next = config.clone();
        check(&DRAFT).config(config.clone()).creates(expect![[r##"
            POST /deviceManagement/virtualEndpoint/deviceImages
            {
              "@odata.type": "#microsoft.graph.cloudPcDeviceImage",
              "displayName": "Finance",
              "sourceImageResourceId": "/subscriptions/s/images/i",
              "version": "1.0.3"
            }
        "##]]);
        check(&DRAFT)
            .config(config.clone())
            .answer(answer.clone())
            .then(next.clone())
            .updates(expect!["no change\n"]);
        next["version"] = json!("1.0.4");
        check(&DRAFT).config(config).answer(answer).then(next.clone()).updates(expect![[r#"
            replaces because of version
        "#]]);
        next["version"] = json!("1.4");
        check(&DRAFT).config(next).finds(expect![[r#"
            Error at version: Invalid value: A version has three numbers, such as 1.0.3.
        "#]]);
    }
}
