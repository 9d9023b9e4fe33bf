//! The life of the built program as a plugin process: how it starts, whom it lets in, what ends it and what does not.

mod answers;
pub(crate) mod configured;
mod debug;
mod ending;
mod mistakes;
pub(crate) mod process;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use tonic::transport::Channel;
use windows365::plugin::proto::go_plugin::grpc_broker_client::GrpcBrokerClient;
use windows365::plugin::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use windows365::plugin::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;
use windows365::plugin::proto::go_plugin::{ConnInfo, Empty};
use windows365::plugin::proto::health::HealthCheckRequest;
use windows365::plugin::proto::health::health_check_response::ServingStatus;
use windows365::plugin::proto::health::health_client::HealthClient;

use process::{Identity, Plugin, command, patiently};

/// Whether anybody answers.
async fn answers(channel: Channel) -> bool {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer = patiently("the health check", HealthClient::new(channel).check(request)).await;
    answer.is_ok_and(|answer| answer.into_inner().status() == ServingStatus::Serving)
}

/// Whether a connection that proves to be `identity` is served.
async fn is_served(plugin: &Plugin, identity: Option<&Identity>) -> bool {
    match plugin.connect(identity).await {
        Ok(channel) => answers(channel).await,
        Err(_) => false,
    }
}

pub(crate) async fn shut_down(channel: Channel) {
    let mut controller = GrpcControllerClient::new(channel);
    patiently("the shutdown", controller.shutdown(Empty {})).await.unwrap();
}

#[tokio::test]
async fn run_by_hand_it_explains_itself_and_fails() {
    let output = command().output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let explanation = String::from_utf8(output.stderr).unwrap();
    assert!(explanation.contains("Terraform and OpenTofu start it"), "{explanation}");
}

#[tokio::test]
async fn version_and_help_are_for_people() {
    let version = command().arg("--version").output().await.unwrap();
    assert!(version.status.success());
    let text = String::from_utf8(version.stdout).unwrap();
    assert_eq!(text, format!("terraform-provider-windows365 {}\n", env!("CARGO_PKG_VERSION")));
    let help = command().arg("--help").output().await.unwrap();
    assert!(help.status.success());
    assert!(String::from_utf8(help.stdout).unwrap().contains("--debug"));
}

#[tokio::test]
async fn the_handshake_says_where_and_whom_to_trust() {
    let host = Identity::of_host();
    let plugin = Plugin::start(Some(&host), &[]).await;
    let fields = plugin.fields();
    assert_eq!(fields.len(), 6, "{}", plugin.line);
    assert_eq!([fields[0], fields[1], fields[2], fields[4]], ["1", "6", "unix", "grpc"]);
    assert!(fields[3].starts_with('/') && fields[3].len() < 104, "{}", fields[3]);
    assert!(!fields[5].contains('='));
    let directory = plugin.socket().parent().unwrap().to_owned();
    assert_eq!(fs::metadata(directory).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_seventh_field_comes_only_when_asked_for() {
    let plugin = Plugin::start(None, &[("PLUGIN_MULTIPLEX_GRPC", "true")]).await;
    assert_eq!(plugin.fields()[5..], ["", "false"]);
}

#[tokio::test]
async fn the_socket_goes_where_it_is_told() {
    let told = tempfile::tempdir().unwrap();
    let directory = told.path().to_str().unwrap();
    let plugin = Plugin::start(None, &[("PLUGIN_UNIX_SOCKET_DIR", directory)]).await;
    assert!(plugin.socket().starts_with(told.path()), "{}", plugin.line);
    shut_down(plugin.connect(None).await.unwrap()).await;
    plugin.ended().await;
    assert_eq!(fs::read_dir(told.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn mistake_04_the_certificate_of_the_host_is_refused_or_another_let_in() {
    let host = Identity::of_host();
    let plugin = Plugin::start(Some(&host), &[]).await;
    assert!(!is_served(&plugin, None).await, "served without a certificate");
    assert!(!is_served(&plugin, Some(&Identity::of_host())).await, "served a stranger");
    assert!(is_served(&plugin, Some(&host)).await, "refused the host");
}

#[tokio::test]
async fn a_certificate_that_is_none_ends_the_start_with_a_sentence() {
    let mut command = command();
    command.envs([process::COOKIE, ("PLUGIN_CLIENT_CERT", "not a certificate")]);
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("PLUGIN_CLIENT_CERT holds no certificate"), "{complaint}");
}

#[tokio::test]
async fn without_a_certificate_it_speaks_in_the_clear() {
    let plugin = Plugin::start(None, &[]).await;
    assert_eq!(plugin.fields()[5], "");
    assert!(is_served(&plugin, None).await);
}

#[tokio::test]
async fn mistake_07_the_process_outlives_its_shutdown() {
    let host = Identity::of_host();
    let plugin = Plugin::start(Some(&host), &[]).await;
    let directory = plugin.socket().parent().unwrap().to_owned();
    let channel = plugin.connect(Some(&host)).await.unwrap();
    // Terraform keeps these two open all the time.
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let offers = tokio_stream::pending::<ConnInfo>();
    let broker = GrpcBrokerClient::new(channel.clone()).start_stream(offers).await.unwrap();
    assert!(answers(channel.clone()).await);

    let asked = Instant::now();
    shut_down(channel).await;
    let remains = plugin.ended().await;
    assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
    assert!(remains.status.success(), "{remains:?}");
    assert_eq!(remains.stdout, "");
    assert_eq!(remains.stderr, "");
    assert!(!directory.exists());
    drop((stdio, broker));
}

#[tokio::test]
async fn mistake_08_an_interrupt_from_the_terminal_ends_it() {
    let plugin = Plugin::start(None, &[]).await;
    plugin.signal("INT").await;
    let channel = plugin.connect(None).await.unwrap();
    plugin.signal("INT").await;
    plugin.signal("HUP").await;
    assert!(answers(channel.clone()).await);
    shut_down(channel).await;
    assert!(plugin.ended().await.status.success());
}

#[tokio::test]
async fn sigterm_ends_it_and_leaves_nothing() {
    let plugin = Plugin::start(None, &[]).await;
    let directory = plugin.socket().parent().unwrap().to_owned();
    let channel = plugin.connect(None).await.unwrap();
    let _stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    plugin.signal("TERM").await;
    assert!(plugin.ended().await.status.success());
    assert!(!directory.exists());
}

#[tokio::test]
async fn it_does_not_outlive_its_host_s_connection() {
    let host = Identity::of_host();
    let plugin = Plugin::start(Some(&host), &[]).await;
    let directory = plugin.socket().parent().unwrap().to_owned();
    let channel = plugin.connect(Some(&host)).await.unwrap();
    assert!(answers(channel.clone()).await);
    drop(channel);
    plugin.ended().await;
    assert!(!directory.exists());
}

#[tokio::test]
async fn it_does_not_outlive_a_host_that_never_connected() {
    let mut plugin = Plugin::start(None, &[]).await;
    plugin.close_stderr().await;
    plugin.ended().await;
}

#[tokio::test]
async fn mistake_10_a_line_on_stderr_is_no_record_that_terraform_can_read() {
    let host = Identity::of_host();
    let plugin = Plugin::start(Some(&host), &[("TF_LOG", "trace")]).await;
    assert!(!is_served(&plugin, Some(&Identity::of_host())).await);
    let channel = plugin.connect(Some(&host)).await.unwrap();
    assert!(answers::knows_its_schema(channel.clone()).await);
    shut_down(channel).await;
    let stderr = plugin.ended().await.stderr;
    assert!(stderr.contains("GetProviderSchema"), "{stderr}");
    for line in stderr.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect(line);
        for key in ["@level", "@message", "@module", "@timestamp"] {
            assert!(record[key].is_string(), "{line}");
        }
        let (_, fraction) = record["@timestamp"].as_str().unwrap().split_once('.').unwrap();
        assert!(fraction.len() == 7 && fraction.ends_with('Z'), "{line}");
    }
}

#[tokio::test]
async fn the_provider_s_own_variable_silences_it() {
    let variables = [("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "off")];
    let plugin = Plugin::start(None, &variables).await;
    let channel = plugin.connect(None).await.unwrap();
    assert!(answers(channel.clone()).await);
    shut_down(channel).await;
    assert_eq!(plugin.ended().await.stderr, "");
}
