//! Mistakes of hand-written plugins that only show in how the process starts and speaks. Others stand beside what they are about.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use prost::Message as _;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};
use tokio::net::UnixStream;
use tonic::Code;
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

/// A request to bring a state to the schema of today.
fn upgrade(name: &str, json: Vec<u8>) -> upgrade_resource_state::Request {
    upgrade_resource_state::Request {
        type_name: name.to_owned(),
        version: 0,
        raw_state: Some(RawState { json, ..RawState::default() }),
    }
}

#[tokio::test]
async fn f79_a_state_of_200_mib_makes_the_round_trip() {
    const LARGEST: usize = 256 << 20;
    let plugin = Plugin::start(None, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let mut client = ProviderClient::new(channel).max_decoding_message_size(LARGEST);
    let names = ["display_name", "description", "image_id", "image_display_name"];
    let text = "n".repeat(50 << 20);
    let members: String = names.iter().map(|name| format!(",\"{name}\":\"{text}\"")).collect();
    let state = format!("{{\"id\":\"big\"{members}}}").into_bytes();
    let request = upgrade("windows365_provisioning_policy", state);
    let answer = patiently("the upgrade", client.upgrade_resource_state(request)).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.diagnostics, []);
    let state = answer.upgraded_state.unwrap().msgpack;
    assert!(state.len() > 200 << 20);
    let rmpv::ValueRef::Map(state) = rmpv::decode::read_value_ref(&mut &state[..]).unwrap() else {
        panic!("a state is an object")
    };
    for name in names {
        let (_, value) = state.iter().find(|(key, _)| *key == name.into()).unwrap();
        assert!(*value == text.as_str().into(), "{name} does not come back whole");
    }
}

#[tokio::test]
async fn f79_a_byte_over_the_largest_message_is_refused_and_nothing_else() {
    const LARGEST: usize = 256 << 20;
    let plugin = Plugin::start(None, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let mut client = ProviderClient::new(channel);
    let overhead =
        upgrade("windows365_user_setting", vec![b'x'; 200 << 20]).encoded_len() - (200 << 20);
    for (size, taken) in [(LARGEST, true), (LARGEST + 1, false), (LARGEST, true)] {
        let request = upgrade("windows365_user_setting", vec![b'x'; size - overhead]);
        assert_eq!(request.encoded_len(), size);
        let answer = patiently("the upgrade", client.upgrade_resource_state(request)).await;
        match answer {
            // It is no JSON, so it is refused for that.
            Ok(answer) => assert!(taken && answer.into_inner().diagnostics.len() == 1),
            Err(status) => {
                assert!(!taken && status.code() == Code::OutOfRange, "{status}");
                assert!(status.message().contains("268435456"), "{status}");
            }
        }
    }
}

#[tokio::test]
async fn mistake_09_a_big_state_is_too_large() {
    let plugin = Plugin::start(None, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let mut client = ProviderClient::new(channel).max_decoding_message_size(64 << 20);
    let name = "n".repeat(20 << 20);
    let state = serde_json::json!({ "id": "big", "display_name": name });
    let request = upgrade("windows365_user_setting", state.to_string().into_bytes());
    let answer = patiently("the upgrade", client.upgrade_resource_state(request)).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.diagnostics, []);
    assert!(answer.upgraded_state.unwrap().msgpack.len() > name.len(), "it comes back whole");
}
