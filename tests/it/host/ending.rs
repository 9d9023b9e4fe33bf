//! What a process leaves behind, and what it gives away: to its children, to the disk, and after its end.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use windows365::plugin::proto::stop_provider;

use super::configured::Configured;
use super::process::{self, Plugin, command, patiently};
use super::shut_down;
use crate::faults::wire::{self, Counter, accept, head};
use crate::support::programs;

/// A secret that no other program needs.
const PLANTED: &str = "planted-secret-of-the-run";

/// How long the end may take when nobody waits for it: two seconds, and a moment for a busy machine.
const SOON: Duration = Duration::from_secs(3);

/// Waits for something that another process does.
async fn until(what: &str, so: impl Fn() -> bool) {
    patiently(what, async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Lays a program into a folder.
fn program(folder: &Path, name: &str, script: &str) {
    // Written under another name and moved: a file that is still open for writing cannot be run.
    let draft = folder.join("draft");
    fs::write(&draft, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(&draft, folder.join(name)).unwrap();
}

/// A process that is signed in by the Azure CLI, which is this script, to a Graph that knows nothing.
async fn with_az(folder: &Path, script: &str) -> (Plugin, Configured) {
    program(folder, "az", script);
    let graph = wire::serve(|_| wire::json(r#"{"value":[]}"#)).await;
    let mut command = command();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    command
        .envs([("PATH", path), ("WINDOWS365_GRAPH_ENDPOINT", format!("http://{graph}"))])
        .envs([("WINDOWS365_AUTH_METHOD", "azure_cli"), ("WINDOWS365_PERMISSION_CHECK", "off")]);
    for name in
        ["WINDOWS365_CLIENT_SECRET", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET", "TF_VAR_password"]
    {
        command.env(name, PLANTED);
    }
    let plugin = Plugin::start_as(command, &[]).await;
    let (configured, _) = Configured::new(plugin.connect(None).await.unwrap()).await;
    (plugin, configured)
}

#[tokio::test]
async fn f96_the_azure_cli_inherits_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("seen");
    let token = json!({"accessToken": "token-of-az", "expires_on": 4_102_444_800_i64});
    let script =
        format!("{{ env; printf '%s\\n' \"$@\"; }} > '{}'\necho '{token}'", seen.display());
    let (_plugin, configured) = with_az(folder.path(), &script).await;
    assert_eq!(configured.read_data("windows365_user_settings", &[]).await, [""; 0]);
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("get-access-token") && seen.contains("PATH="), "{seen}");
    assert!(!seen.contains(PLANTED), "{seen}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f07_f08_no_child_is_left_when_the_host_goes() {
    let folder = tempfile::tempdir().unwrap();
    let id = folder.path().join("id");
    // It answers when all is over.
    let script =
        format!("echo $$ > '{0}.draft'; mv '{0}.draft' '{0}'; exec sleep 600", id.display());
    let (plugin, configured) = with_az(folder.path(), &script).await;
    let (reading, writing) = (configured.clone(), configured);
    let reads =
        tokio::spawn(async move { reading.read_data("windows365_user_settings", &[]).await });
    let writes = tokio::spawn(async move {
        writing.create("windows365_user_setting", &[("display_name", "Some")]).await
    });
    until("the Azure CLI", || id.exists()).await;
    let started = Instant::now();
    for call in [reads, writes] {
        call.abort();
        let _ = call.await;
    }
    plugin.ended().await;
    assert!(started.elapsed() < SOON, "it took {:?}", started.elapsed());
    let id = fs::read_to_string(id).unwrap();
    let state = || fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
    // Nobody may have collected it yet, but it runs no more.
    until("the end of the Azure CLI", || state().is_empty() || state().contains(") Z ")).await;
}

/// A Graph that lists nothing, and answers neither a write nor anything about images.
async fn hanging() -> (std::net::SocketAddr, Counter) {
    let began = Counter::default();
    let counted = began.clone();
    let graph = accept(move |mut stream| {
        let counted = counted.clone();
        async move {
            loop {
                let request = head(&mut stream).await;
                if request.starts_with("POST") || request.contains("galleryImages") {
                    counted.count();
                    // What the other side has left to say; it ends when that side hangs up.
                    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                    return;
                }
                let nothing = wire::json(r#"{"value":[]}"#);
                if request.is_empty() || stream.write_all(&nothing).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    (graph, began)
}

/// A provider that signs in with a token and speaks to that Graph.
async fn speaking_to(graph: std::net::SocketAddr) -> Plugin {
    let endpoint = format!("http://{graph}");
    let environment = [
        ("WINDOWS365_ACCESS_TOKEN", PLANTED),
        ("WINDOWS365_GRAPH_ENDPOINT", &endpoint),
        ("WINDOWS365_PERMISSION_CHECK", "off"),
    ];
    Plugin::start(None, &environment).await
}

#[tokio::test]
async fn f08_a_write_in_flight_gets_a_moment_and_then_the_process_ends() {
    let (graph, posts) = hanging().await;
    for shutdown in [true, false] {
        let before = posts.seen();
        let plugin = speaking_to(graph).await;
        let directory = plugin.socket().parent().unwrap().to_owned();
        let (configured, _) = Configured::new(plugin.connect(None).await.unwrap()).await;
        let creating = tokio::spawn(async move {
            configured.create("windows365_user_setting", &[("display_name", "Some")]).await
        });
        until("the write", || posts.seen() > before).await;
        let started = Instant::now();
        if shutdown {
            shut_down(plugin.connect(None).await.unwrap()).await;
            // The answer still comes, and says that nobody knows.
            let errors = patiently("the answer", creating).await.unwrap();
            assert_eq!(errors.len(), 1, "{errors:?}");
        } else {
            creating.abort();
            let _ = creating.await;
        }
        plugin.ended().await;
        assert!(started.elapsed() < SOON, "{shutdown}: it took {:?}", started.elapsed());
        assert!(!directory.exists(), "{shutdown}: the socket is gone");
        assert_eq!(posts.seen(), before + 1, "nothing is sent twice");
    }
}

#[tokio::test]
async fn f05_f06_a_stop_ends_what_waits_for_a_service_that_hangs() {
    let (graph, began) = hanging().await;
    let plugin = speaking_to(graph).await;
    let channel = plugin.connect(None).await.unwrap();
    let (configured, _) = Configured::new(channel.clone()).await;
    let (reading, writing) = (configured.clone(), configured.clone());
    let reads =
        tokio::spawn(async move { reading.read_data("windows365_gallery_images", &[]).await });
    let writes = tokio::spawn(async move {
        writing.create("windows365_user_setting", &[("display_name", "Some")]).await
    });
    until("a read and a write", || began.seen() == 2).await;
    assert!(!reads.is_finished() && !writes.is_finished(), "both wait for an answer");

    let started = Instant::now();
    let mut client = configured.client.clone();
    let stopped = client.stop_provider(stop_provider::Request {});
    let stopped = patiently("StopProvider", stopped).await.unwrap().into_inner();
    assert_eq!(stopped.error, "");
    // The service never answers, so only the stop can have ended them.
    for call in [reads, writes] {
        let errors = patiently("an answer", call).await.unwrap();
        assert_eq!(errors.len(), 1, "{errors:?}");
    }
    assert!(started.elapsed() < SOON, "it took {:?}", started.elapsed());
    assert_eq!(began.seen(), 2, "nothing more is sent");
    // The host hears all there is to say, and then lets it go.
    configured.lives().await;
    shut_down(channel).await;
    assert!(plugin.ended().await.status.success());
}

#[tokio::test]
async fn f96_no_file_is_left_and_nobody_else_reads_the_one_there_is() {
    let folder = tempfile::tempdir().unwrap();
    // A umask that takes nothing away.
    let mut command = Command::new("sh");
    command
        .args(["-c", "umask 000 && exec \"$0\""])
        .arg(programs::windows365())
        .env("TMPDIR", folder.path())
        .env("HOME", folder.path())
        .env("WINDOWS365_CLIENT_SECRET", PLANTED)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command.envs([process::COOKIE]);
    let plugin = Plugin::start_as(command, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let (configured, _) = Configured::new(channel.clone()).await;
    // There is no tenant, so it ends before anything is sent.
    assert_eq!(configured.read_data("windows365_user_settings", &[]).await.len(), 1);
    let within = |path: &Path| -> Vec<_> {
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let made = within(folder.path());
    let [directory] = &made[..] else { panic!("one directory: {made:?}") };
    assert_eq!(fs::metadata(directory).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(within(directory), [plugin.socket()]);
    shut_down(channel).await;
    plugin.ended().await;
    assert_eq!(within(folder.path()), [""; 0].map(std::path::PathBuf::from));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f94_f96_a_crash_leaves_no_image_of_the_memory() {
    let plugin = Plugin::start(None, &[]).await;
    let limits =
        fs::read_to_string(format!("/proc/{}/limits", plugin.child.id().unwrap())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
