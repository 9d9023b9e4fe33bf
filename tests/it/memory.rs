//! The example provider, driven by the small Terraform: the framework's own rules, with no service in the way.

mod mistakes;
mod others;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::minicore::{Fixture, MiniCore, check_provider, check_resource};
use crate::support::programs;

/// A core with an empty store behind it.
async fn core() -> (MiniCore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.json");
    let core = MiniCore::new(programs::memory(), &[], json!({ "path": path })).await;
    (core, folder)
}

/// A thing with nearly everything set.
fn thing() -> Json {
    json!({
        "name": "first",
        "note": "a remark",
        "exact": 3,
        "color": "red",
        "kind": "round",
        "password": "open sesame",
        "anything": ["text", 1, null, { "deep": true }],
        "labels": { "a": "1", "b": "2" },
        "colors": ["green", "blue"],
        "settings": { "mode": "fast", "color": "blue" },
        "rules": [{ "name": "in", "port": 22 }, { "name": "out" }],
        "members": [{ "address": "a@example.com" }, { "address": "b@example.com", "role": "writer" }],
        "limits": { "cpu": { "max": 4 }, "disk": {} },
        "about": { "owner": "me" },
        "lock": { "holder": "you" },
        // The spelling of the service: Terraform does not let a plan keep the prior spelling inside a set of blocks.
        "peer": [{ "address": "P@EXAMPLE.COM" }, { "address": "Q@EXAMPLE.COM" }],
        "step": [{ "run": "make" }, { "run": "make test" }],
        "tag": { "x": { "text": "an x" } },
    })
}

fn changed(mut config: Json, changes: Json) -> Json {
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

#[tokio::test]
async fn the_provider_as_a_whole() {
    let (mut core, _folder) = core().await;
    check_provider(&mut core, &["memory"]).await;
    core.finish();
}

#[tokio::test]
async fn a_small_resource_keeps_every_rule() {
    let (mut core, _folder) = core().await;
    let fixture = Fixture::new(json!({ "title": "one" }), json!({ "title": "two" }));
    check_resource(&mut core, "memory_item", &fixture).await;
    core.finish();
}

#[tokio::test]
async fn a_resource_with_everything_keeps_every_rule() {
    let (mut core, _folder) = core().await;
    let update = changed(
        thing(),
        json!({
            "name": "second",
            "note": null,
            "size": 7,
            "exact": 4,
            "color": "yellow",
            "anything": { "now": "an object" },
            "labels": { "a": "3" },
            "colors": ["green"],
            "settings": { "mode": "slow", "level": 9 },
            "rules": [{ "name": "only", "port": 80 }],
            "members": [{ "address": "b@example.com", "role": "reader" }],
            "limits": { "cpu": { "max": 8 } },
            "about": { "owner": "them" },
            "peer": [{ "address": "Q@EXAMPLE.COM" }],
            "step": [{ "run": "make" }, { "run": "make lint" }, { "run": "make install" }],
            "tag": { "y": { "text": "a y" } },
        }),
    );
    let fixture = Fixture {
        replace: Some((changed(thing(), json!({ "kind": "square" })), "kind")),
        history: vec![(0, json!({ "id": "thing-1", "title": "old" }))],
        ..Fixture::new(thing(), update)
    };
    check_resource(&mut core, "memory_thing", &fixture).await;
    core.finish();
}

#[tokio::test]
async fn a_resource_with_nothing_set_keeps_every_rule() {
    let (mut core, _folder) = core().await;
    let fixture = Fixture::new(json!({ "name": "bare" }), json!({ "name": "changed" }));
    check_resource(&mut core, "memory_thing", &fixture).await;
    core.finish();
}

#[tokio::test]
async fn a_write_only_secret_keeps_every_rule() {
    let (mut core, _folder) = core().await;
    let config = |secret: &str, version: i64| json!({ "name": "secretive", "secret_wo": secret, "secret_wo_version": version, "settings": { "secret_wo": "inner" } });
    let fixture = Fixture {
        not_imported: &["secret_wo"],
        ..Fixture::new(config("open", 1), config("open sesame", 2))
    };
    check_resource(&mut core, "memory_thing", &fixture).await;
    core.finish();
}
