//! Replacement, versions, and what failed copies mean.

use expect_test::expect;
use serde_json::json;

use super::ENTITY;
use crate::engine::check::{check, lists};

#[test]
fn every_change_replaces_an_image() {
    let config = json!({"display_name": "Finance", "version": "1.0.3", "source_image_resource_id": "/subscriptions/s/images/i"});
    let answer = json!({
        "id": "b1", "displayName": "Finance", "version": "1.0.3", "sourceImageResourceId": "/subscriptions/S/images/i",
        "status": "ready", "errorCode": null, "sizeInGB": 64, "expirationDate": "2027-10-12", "osStatus": "supported",
    });
    let mut next = config.clone();
    check(&ENTITY).config(config.clone()).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/deviceImages
        {
          "@odata.type": "#microsoft.graph.cloudPcDeviceImage",
          "displayName": "Finance",
          "sourceImageResourceId": "/subscriptions/s/images/i",
          "version": "1.0.3"
        }
    "##]]);
    check(&ENTITY)
        .config(config.clone())
        .answer(answer.clone())
        .then(next.clone())
        .updates(expect!["no change\n"]);
    next["version"] = json!("1.0.4");
    check(&ENTITY).config(config).answer(answer).then(next.clone()).updates(expect![[r#"
        replaces because of version
    "#]]);
    next["version"] = json!("1.4");
    check(&ENTITY).config(next).finds(expect![[r#"
        Error at version: Invalid value: A version has three numbers, such as 1.0.3.
    "#]]);
}

#[test]
fn two_versions_of_one_name_are_listed() {
    let image = |id: &str, version: &str| json!({"id": id, "displayName": "Finance", "version": version, "status": "ready"});
    lists(
        &ENTITY,
        &[image("b2", "1.0.4"), image("b1", "1.0.3")],
        expect![[r#"
        GET /deviceManagement/virtualEndpoint/deviceImages
        [
          {
            "display_name": "Finance",
            "id": "b1",
            "status": "ready",
            "version": "1.0.3"
          },
          {
            "display_name": "Finance",
            "id": "b2",
            "status": "ready",
            "version": "1.0.4"
          }
        ]
    "#]],
    );
}
