//! Networks with demands: a proxy that wants a password and looks into every connection, over real sockets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use windows365::framework::{Context, Server};
use windows365::graph::Runtime;
use windows365::provider::Provider;

use super::*;

const LOGIN: &str = "login.contoso.example";
const GRAPH: &str = "graph.contoso.example";
const PASSWORD: &str = "pr0xy~pa55word";

/// A proxy that answers for two hosts with certificates of its own authority, and hands what it reads to a mock.
struct Proxy {
    address: SocketAddr,
    /// The authority that people trust who want it to look in.
    authority: String,
    /// Where it was asked to connect to.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(mock: &Mock) -> Proxy {
        let mut authority = rcgen::CertificateParams::default();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.distinguished_name.push(rcgen::DnType::CommonName, "Contoso inspection");
        let key = rcgen::KeyPair::generate().unwrap();
        let root = authority.self_signed(&key).unwrap();
        let issuer = rcgen::Issuer::new(authority, key);
        let own = rcgen::KeyPair::generate().unwrap();
        let leaf = rcgen::CertificateParams::new(vec![LOGIN.to_owned(), GRAPH.to_owned()])
            .unwrap()
            .signed_by(&own, &issuer)
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                rustls::pki_types::PrivateKeyDer::Pkcs8(own.serialize_der().into()),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let target = mock.origin().trim_start_matches("http://").to_owned();
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, target, seen) =
                    (acceptor.clone(), target.clone(), Arc::clone(&seen));
                tokio::spawn(async move { connection(stream, acceptor, &target, &seen).await });
            }
        });
        Proxy { address, authority: root.pem(), asked }
    }

    fn url(&self, password: &str) -> String {
        format!("http://operator:{}@{}", password.replace('~', "%7E"), self.address)
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked.dedup();
        asked
    }
}

/// One connection: CONNECT with a password, then TLS, then plain HTTP behind it.
async fn connection(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
    target: &str,
    seen: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let expected = base64::engine::general_purpose::STANDARD.encode(format!("operator:{PASSWORD}"));
    let host = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    seen.lock().unwrap().push(host);
    if !head.contains(&format!("Basic {expected}")) {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"contoso\"\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(refusal.as_bytes()).await.ok()?;
        return None;
    }
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
    let mut inside = acceptor.accept(stream).await.ok()?;
    let mut mock = TcpStream::connect(target).await.ok()?;
    copy_bidirectional(&mut inside, &mut mock).await.ok()?;
    Some(())
}

/// Where the provider is told that the cloud is.
fn outside() -> String {
    format!(
        "  authority_host = \"https://{LOGIN}\"\n  graph_endpoint = \"https://{GRAPH}\"\n  client_secret = {:?}\n",
        app().client_secret
    )
}

#[test]
fn a_proxy_with_a_password_and_an_authority_of_its_own() {
    let Some(mut scene) = Scene::new() else { return };
    let proxy = scene.runtime.block_on(Proxy::start(&scene.mock));
    let authority = scene.file("authority.pem", &proxy.authority);
    let App { tenant_id, client_secret, .. } = app();
    let url = proxy.url(PASSWORD);
    scene.works(
        &named(
            "client_secret",
            &format!("{}  proxy_url = {url:?}\n  ca_file = {authority:?}", outside()),
        ),
        &[
            ("HTTPS_PROXY", &url),
            ("NO_PROXY", ""),
            ("WINDOWS365_CA_FILE", authority.to_str().unwrap()),
            ("WINDOWS365_AUTHORITY_HOST", &format!("https://{LOGIN}")),
            ("WINDOWS365_GRAPH_ENDPOINT", &format!("https://{GRAPH}")),
            ("ARM_TENANT_ID", &tenant_id),
            ("ARM_CLIENT_ID", BY_ENVIRONMENT),
            ("ARM_CLIENT_SECRET", &client_secret),
        ],
    );
    assert_eq!(scene.apps_by("client_credentials"), Scene::both());
    assert_eq!(proxy.asked(), [format!("{GRAPH}:443"), format!("{LOGIN}:443")]);
}

/// What a first call says in a network.
async fn outcome(block: serde_json::Value) -> String {
    let environment: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    let server = Server::new(Arc::new(Provider::over_network(environment, Runtime::system_with)));
    let raw = |r#type: &windows365::tf::Type, value: &serde_json::Value| {
        let value = windows365::tf::json::from_json(value, r#type).unwrap();
        windows365::framework::call::Raw {
            msgpack: windows365::tf::msgpack::encode(&value, r#type),
            json: Vec::new(),
        }
    };
    let provider = server.provider().schema().block.implied_type();
    let findings = server.configure(raw(&provider, &block), "1.13.0");
    let name = "windows365_user_settings";
    let source = server.provider().data_sources().get(name).unwrap().schema();
    let source = source.block.implied_type();
    let (_, read) = server.read_data(&Context::unstoppable(), name, raw(&source, &json!({}))).await;
    let text = crate::lifecycle::run::text;
    format!("{}{}", text(&findings), text(&read))
}

#[tokio::test]
async fn what_is_wrong_with_the_network_is_said_without_a_password() {
    let mock = Mock::start(Options::default()).await.unwrap();
    let proxy = Proxy::start(&mock).await;
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, &proxy.authority).unwrap();
    let App { tenant_id, client_id, client_secret, .. } = app();
    let block = |more: serde_json::Value| {
        let mut block = json!({
            "tenant_id": tenant_id,
            "client_id": client_id,
            "client_secret": client_secret,
            "authority_host": format!("https://{LOGIN}"),
            "graph_endpoint": format!("https://{GRAPH}"),
            "ca_file": authority,
            "proxy_url": proxy.url(PASSWORD),
        });
        for (name, value) in more.as_object().unwrap() {
            block[name] = value.clone();
        }
        block
    };
    let foreign = "belongs to none of Microsoft's clouds";
    for (more, expected) in [
        (json!({}), &[foreign][..]),
        (json!({ "proxy_url": proxy.url("other") }), &[foreign, LOGIN, "proxy", "tried 5 times"]),
        (json!({ "ca_file": null }), &[foreign, LOGIN, "certificate", "`ca_file`"]),
        (json!({ "proxy_url": "http://operator:pr0xy%7Epa55word@127.0.0.1:1" }), &[LOGIN, "proxy"]),
        (
            json!({ "proxy_url": "socks5://operator:pr0xy%7Epa55word@127.0.0.1:1" }),
            &["proxy_url", "http://"],
        ),
        (json!({ "ca_file": "/nowhere/authority.pem" }), &["ca_file", "cannot be read"]),
    ] {
        let said = outcome(block(more.clone())).await;
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in expected {
            assert!(words.contains(part), "{more} lacks {part:?}: {said}");
        }
        assert_eq!(more == json!({}), !said.contains("Error at"), "{more}: {said}");
        for secret in ["pa55word", client_secret.as_str(), "operator:", "eyJ"] {
            assert!(!said.contains(secret), "{more} tells {secret}: {said}");
        }
    }
}
