//! Started by a person who debugs.

use serde_json::Value;

use super::answers;
use super::process::{Plugin, command, connect};

/// A plugin that waits for whoever comes, and the value of the variable that it prints.
async fn waiting() -> (Plugin, Value) {
    let mut command = command();
    command.arg("--debug");
    let plugin = Plugin::spawn(command).await;
    let value = plugin.line.strip_prefix("TF_REATTACH_PROVIDERS='").expect(&plugin.line);
    let value = serde_json::from_str(value.strip_suffix('\'').unwrap()).unwrap();
    (plugin, value)
}

#[tokio::test]
async fn both_addresses_lead_to_the_process() {
    let (plugin, value) = waiting().await;
    let entries = value.as_object().unwrap();
    let addresses: Vec<_> = entries.keys().map(String::as_str).collect();
    assert_eq!(
        addresses,
        [
            "registry.terraform.io/windows365-rs/intune",
            "registry.terraform.io/windows365-rs/windows365"
        ]
    );
    for entry in entries.values() {
        assert_eq!(entry["Protocol"], "grpc");
        assert_eq!(entry["ProtocolVersion"], 6);
        assert_eq!(entry["Pid"], plugin.child.id().unwrap());
        assert_eq!(entry["Test"], true);
    }
}

#[tokio::test]
async fn hosts_come_and_go_until_a_person_ends_it() {
    let (plugin, value) = waiting().await;
    let entry = value.as_object().unwrap().values().next().unwrap();
    let socket = entry["Addr"]["String"].as_str().unwrap();
    for _ in 0..2 {
        let channel = connect(socket.into(), None).await.unwrap();
        assert!(answers::knows_its_schema(channel.clone()).await);
        assert!(answers::can_be_configured(channel).await);
    }
    plugin.signal("INT").await;
    let remains = plugin.ended().await;
    assert!(remains.status.success(), "{remains:?}");
    assert!(!std::path::Path::new(socket).exists());
}
