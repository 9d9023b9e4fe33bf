//! Mistakes of hand-written plugins that only show in how the process starts and speaks. Others stand beside what they are about.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};
use tokio::net::UnixStream;
use windows365::plugin::proto::provider_client::ProviderClient;
use windows365::plugin::proto::{RawState, upgrade_resource_state};

use super::process::{Identity, Plugin, patiently};
use super::{answers, shut_down};

#[tokio::test]
async fn mistake_01_the_certificate_is_padded_or_url_safe() {
    // One certificate may need no padding and hold no telling letter; a dozen do not agree on that.
    for _ in 0..12 {
        let plugin = Plugin::start(Some(&Identity::of_host()), &[]).await;
        let certificate = plugin.fields()[5];
        assert!(!certificate.contains(['=', '-', '_', '\n']), "{certificate}");
        assert!(STANDARD_NO_PAD.decode(certificate).is_ok(), "{certificate}");
    }
}

#[tokio::test]
async fn mistake_02_something_else_is_printed_before_the_handshake() {
    let variables =
        [("TF_LOG", "trace"), ("WINDOWS365_TENANT_ID", "nonsense"), ("RUST_LOG", "trace")];
    let plugin = Plugin::start(None, &variables).await;
    assert!(plugin.line.starts_with("1|6|unix|/"), "{}", plugin.line);
    let channel = plugin.connect(None).await.unwrap();
    assert!(answers::knows_its_schema(channel.clone()).await);
    shut_down(channel).await;
    assert_eq!(plugin.ended().await.stdout, "", "and nothing after it");
}

#[tokio::test]
async fn mistake_03_the_handshake_waits_in_a_buffer_or_precedes_the_socket() {
    // The line is here while the process lives, so nothing but a flush has sent it; and the first attempt to connect succeeds.
    let mut plugin = Plugin::start(None, &[]).await;
    assert!(plugin.child.try_wait().unwrap().is_none());
    UnixStream::connect(plugin.socket()).await.unwrap();
}

#[tokio::test]
async fn mistake_05_the_certificate_is_not_for_localhost_or_needs_equal_clocks() {
    let plugin = Plugin::start(Some(&Identity::of_host()), &[]).await;
    let certificate = plugin.certificate();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let verify = |name: &'static str, at: UnixTime| {
        let name = ServerName::try_from(name).unwrap();
        verifier.verify_server_cert(&certificate, &[], &name, &[], at)
    };
    let now = Duration::from_secs(UnixTime::now().as_secs());
    let minute = Duration::from_secs(60);
    for at in [now, now - minute, now + 24 * 60 * minute] {
        verify("localhost", UnixTime::since_unix_epoch(at)).unwrap();
    }
    assert!(verify("example.com", UnixTime::now()).is_err(), "it is for nobody else");
}

#[tokio::test]
async fn mistake_06_the_two_sides_agree_on_no_protocol() {
    let host = Identity::of_host();
    let plugin = Plugin::start(Some(&host), &[]).await;
    assert_eq!(plugin.protocol(&host).await.as_deref(), Some(b"h2".as_slice()));
}

#[tokio::test]
async fn mistake_09_a_big_state_is_too_large() {
    let plugin = Plugin::start(None, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let mut client = ProviderClient::new(channel).max_decoding_message_size(64 << 20);
    let name = "n".repeat(20 << 20);
    let state = serde_json::json!({ "id": "big", "display_name": name });
    let request = upgrade_resource_state::Request {
        type_name: "windows365_user_setting".to_owned(),
        version: 0,
        raw_state: Some(RawState { json: state.to_string().into_bytes(), ..RawState::default() }),
    };
    let answer = patiently("the upgrade", client.upgrade_resource_state(request)).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.diagnostics, []);
    assert!(answer.upgraded_state.unwrap().msgpack.len() > name.len(), "it comes back whole");
}
