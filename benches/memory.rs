//! How much memory a process takes: at rest, after a refresh of ten thousand objects, and under answers that are meant to exhaust it;
//! for these also how long it takes to refuse them.
//!
//! Run with `cargo bench --bench memory`. The refresh keeps to the published limits of the service and takes a few minutes.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement reports, and ends at the first surprise"
)]

#[cfg(target_os = "linux")]
mod support {
    //! What the modules below take from the integration tests.
    pub(crate) mod programs {
        pub(crate) fn windows365() -> std::path::PathBuf {
            env!("CARGO_BIN_EXE_terraform-provider-windows365").into()
        }
    }
}

#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/faults/bombs.rs"]
mod bombs;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/host/configured.rs"]
mod configured;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/host/process.rs"]
mod process;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/faults/wire.rs"]
mod wire;

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() {
    measure::idle().await;
    measure::bombs().await;
    measure::refresh().await;
}

#[cfg(target_os = "linux")]
mod measure {
    use std::time::Instant;

    use serde_json::json;
    use windows365::mock::{Mock, Options};
    use windows365::plugin::proto::{import_resource_state, read_resource};

    use super::configured::Configured;
    use super::process::{Plugin, command};
    use super::{bombs, wire};

    /// Terraform makes so many calls at a time.
    const AT_ONCE: usize = 10;
    const OBJECTS: usize = 10_000;

    /// A configured process.
    async fn provider(variables: &[(String, String)]) -> (Plugin, Configured) {
        let mut command = command();
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let plugin = Plugin::start_as(command, &[]).await;
        let (configured, diagnostics) = Configured::new(plugin.connect(None).await.unwrap()).await;
        assert_eq!(diagnostics, []);
        (plugin, configured)
    }

    fn shown(name: &str, plugin: &Plugin, note: &str) {
        println!("{name:<32} {:>5} MiB {note}", plugin.peak_mib().unwrap());
    }

    pub(crate) async fn idle() {
        println!("greatest resident memory of a process");
        let plugin = Plugin::start_as(command(), &[]).await;
        let _channel = plugin.connect(None).await.unwrap();
        shown("started", &plugin, "");
        let (plugin, _configured) = provider(&[]).await;
        shown("with its schemas told", &plugin, "");
    }

    pub(crate) async fn bombs() {
        for (name, bomb) in bombs::bombs() {
            let graph = bombs::for_ever(bomb).await;
            let (plugin, configured) = provider(&[
                ("WINDOWS365_ACCESS_TOKEN".to_owned(), wire::TOKEN.to_owned()),
                ("WINDOWS365_GRAPH_ENDPOINT".to_owned(), format!("http://{graph}")),
                ("WINDOWS365_PERMISSION_CHECK".to_owned(), "off".to_owned()),
            ])
            .await;
            let started = Instant::now();
            assert_eq!(configured.read_data("windows365_user_settings", &[]).await.len(), 1);
            shown(name, &plugin, &format!("{:6.0} ms", started.elapsed().as_secs_f64() * 1000.0));
        }
    }

    /// Objects of two types, whose services have quotas of their own.
    pub(crate) async fn refresh() {
        let mock = Mock::start(Options::default()).await.unwrap();
        let types = [
            ("windows365_user_setting", "/deviceManagement/virtualEndpoint/userSettings"),
            ("intune_role_definition", "/deviceManagement/roleDefinitions"),
        ];
        let mut objects = Vec::new();
        for nth in 0..OBJECTS {
            let (name, path) = types[nth % types.len()];
            let id = format!("3f6a0c5e-0f3b-4c6f-9d0e-{nth:012}");
            mock.put(path, &id, json!({ "displayName": format!("Object {nth}") }));
            objects.push((name, id));
        }
        let (plugin, configured) = provider(&mock.environment()).await;
        let started = Instant::now();
        let objects = std::sync::Arc::new(std::sync::Mutex::new(objects));
        let workers = (0..AT_ONCE).map(|_| {
            let (objects, mut client) = (objects.clone(), configured.client.clone());
            tokio::spawn(async move {
                loop {
                    let Some((name, id)) = objects.lock().unwrap().pop() else { return };
                    let request = import_resource_state::Request {
                        type_name: name.to_owned(),
                        id,
                        ..Default::default()
                    };
                    let imported =
                        client.import_resource_state(request).await.unwrap().into_inner();
                    assert_eq!(imported.diagnostics, []);
                    let imported = imported.imported_resources.into_iter().next().unwrap();
                    let request = read_resource::Request {
                        type_name: name.to_owned(),
                        current_state: imported.state,
                        private: imported.private,
                        ..Default::default()
                    };
                    let read = client.read_resource(request).await.unwrap().into_inner();
                    assert_eq!(read.diagnostics, []);
                    assert!(read.new_state.is_some_and(|state| state.msgpack.len() > 50));
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
        let note = format!("{:6.0} s", started.elapsed().as_secs_f64());
        shown("a refresh of 10,000 objects", &plugin, &note);
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this measurement needs the process files of Linux");
}
