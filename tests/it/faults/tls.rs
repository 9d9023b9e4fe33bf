//! Certificates that nobody should trust, authorities of one's own, and proxies of all tempers: over real sockets.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;
use windows365::graph::transport::Limits;
use windows365::graph::{HttpOptions, Secret};

use super::wire::{self, Counter, TOKEN, accept, client, head, patient, read, serve};

/// An authority that was made for one test.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(super) fn new() -> Authority {
        Authority::of(KeyPair::generate().unwrap())
    }

    fn of(key: KeyPair) -> Authority {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = parameters.self_signed(&key).unwrap().pem();
        Authority { issuer: Issuer::new(parameters, key), pem }
    }

    /// As `ca_file` holds it.
    pub(super) fn pem(&self) -> Vec<u8> {
        self.pem.clone().into_bytes()
    }

    /// A server with a good certificate for a name.
    pub(super) fn acceptor(&self, name: &str, protocols: &[&[u8]]) -> TlsAcceptor {
        self.acceptor_with(CertificateParams::new(vec![name.to_owned()]).unwrap(), protocols)
    }

    fn acceptor_with(&self, parameters: CertificateParams, protocols: &[&[u8]]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        acceptor_of(certificate.der().clone(), &key, protocols)
    }
}

/// A server that shows this certificate, whatever is wrong with it.
fn acceptor_of(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    protocols: &[&[u8]],
) -> TlsAcceptor {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// Lets a TLS server answer every request with an empty object; counts connections and whole requests.
async fn secure(acceptor: TlsAcceptor) -> (u16, Counter, Counter) {
    let (connections, requests) = (Counter::default(), Counter::default());
    let (connected, requested) = (connections.clone(), requests.clone());
    let address = accept(move |stream| {
        connected.count();
        let (acceptor, requested) = (acceptor.clone(), requested.clone());
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            if head(&mut stream).await.contains("HTTP/1.1") {
                requested.count();
                let _ = stream.write_all(&wire::json("{}")).await;
                let _ = stream.shutdown().await;
            }
        }
    })
    .await;
    (address.port(), connections, requests)
}

fn trusting(authority: &Authority) -> HttpOptions {
    HttpOptions { authorities: Some(authority.pem()), ..HttpOptions::default() }
}

#[tokio::test]
async fn f90_a_certificate_that_is_wrong_ends_it_before_the_token_is_sent() {
    let authority = Authority::new();
    let named = |name: &str| CertificateParams::new(vec![name.to_owned()]).unwrap();
    let mut expired = named("localhost");
    expired.not_before = rcgen::date_time_ymd(2019, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let mut early = named("localhost");
    early.not_before = rcgen::date_time_ymd(2190, 1, 1);
    early.not_after = rcgen::date_time_ymd(2191, 1, 1);
    let http: &[&[u8]] = &[b"http/1.1"];
    for (name, acceptor) in [
        ("expired", authority.acceptor_with(expired, http)),
        ("not yet valid", authority.acceptor_with(early, http)),
        ("of another host", authority.acceptor_with(named("graph.example.test"), http)),
        ("for everything", authority.acceptor_with(named("*"), http)),
        ("of another authority", Authority::new().acceptor("localhost", http)),
        ("of another protocol", authority.acceptor("localhost", &[b"gopher"])),
    ] {
        let (port, connections, requests) = secure(acceptor).await;
        let client =
            client(&format!("https://localhost:{port}"), Limits::default(), trusting(&authority));
        let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
        assert!(!error.is_ambiguous() && error.status().is_none(), "{name}: {error}");
        assert_eq!((connections.seen(), requests.seen()), (1, 0), "{name}: {error}");
    }
}

#[tokio::test]
async fn f90_a_certificate_that_is_signed_by_way_of_sha_1_is_refused_for_that() {
    let authority = Authority::of(KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap());
    let key = KeyPair::generate().unwrap();
    let good = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let good = good.signed_by(&key, &authority.issuer).unwrap().der().clone();
    // 1.2.840.113549.1.1.11 and 1.2.840.113549.1.1.5, which stand inside and outside of what is signed.
    let with = |hash: u8| [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, hash];
    let mut old = good.to_vec();
    let mut places = 0;
    for at in 0..old.len() - 11 {
        if old[at..].starts_with(&with(11)) {
            old[at..at + 11].copy_from_slice(&with(5));
            places += 1;
        }
    }
    assert_eq!(places, 2);
    for (certificate, served) in [(good, true), (CertificateDer::from(old), false)] {
        let acceptor = acceptor_of(certificate, &key, &[b"http/1.1"]);
        let (port, connections, requests) = secure(acceptor).await;
        let client =
            client(&format!("https://localhost:{port}"), Limits::default(), trusting(&authority));
        let answer = client.send(&patient(&client), &read("/things")).await;
        assert_eq!((connections.seen(), requests.seen()), (1, usize::from(served)), "{answer:?}");
        if !served {
            let error = answer.unwrap_err().to_string();
            assert!(error.contains("UnsupportedSignatureAlgorithm"), "{error}");
        }
    }
}

#[tokio::test]
async fn f90_a_server_that_speaks_no_modern_tls_is_not_spoken_to() {
    // A ServerHello of TLS 1.0 and of TLS 1.1: version, random, no session, TLS_RSA_WITH_AES_128_CBC_SHA.
    let hello = |minor: u8| {
        let body = [&[3, minor][..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
        let handshake = [&[2, 0, 0, u8::try_from(body.len()).unwrap()][..], &body].concat();
        [&[22, 3, minor, 0, u8::try_from(handshake.len()).unwrap()][..], &handshake].concat()
    };
    for (name, bytes) in [
        ("TLS 1.0", hello(1)),
        ("TLS 1.1", hello(2)),
        ("an alert: protocol version", vec![21, 3, 1, 0, 2, 2, 70]),
        ("plain HTTP", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()),
    ] {
        let (connections, tokens) = (Counter::default(), Counter::default());
        let (connected, leaked) = (connections.clone(), tokens.clone());
        let bytes = Arc::new(bytes);
        let address = accept(move |mut stream| {
            connected.count();
            let (leaked, bytes) = (leaked.clone(), Arc::clone(&bytes));
            async move {
                let _ = stream.write_all(&bytes).await;
                let mut heard = Vec::new();
                let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut heard).await;
                if String::from_utf8_lossy(&heard).contains(TOKEN) {
                    leaked.count();
                }
            }
        })
        .await;
        let origin = format!("https://localhost:{}", address.port());
        let client = client(&origin, Limits::default(), HttpOptions::default());
        let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
        assert!(!error.is_ambiguous() && error.status().is_none(), "{name}: {error}");
        assert_eq!((connections.seen(), tokens.seen()), (1, 0), "{name}: {error}");
    }
}

#[tokio::test]
async fn f90_a_handshake_that_breaks_off_is_tried_again_and_told() {
    let connections = Counter::default();
    let connected = connections.clone();
    let address = accept(move |mut stream| {
        connected.count();
        async move {
            let _ = stream.write_all(&[22, 3, 3]).await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    let origin = format!("https://localhost:{}", address.port());
    let client = client(&origin, Limits::default(), HttpOptions::default());
    let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
    assert!(!error.is_ambiguous() && connections.seen() >= 1, "{error}");
}

#[tokio::test]
async fn f91_an_authority_of_ones_own_is_trusted_beside_the_others() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let (port, _, requests) = secure(ours.acceptor("localhost", &[b"http/1.1"])).await;
    let both = [theirs.pem(), ours.pem()].concat();
    for authorities in [ours.pem(), both] {
        let options = HttpOptions { authorities: Some(authorities), ..HttpOptions::default() };
        let client = client(&format!("https://localhost:{port}"), Limits::default(), options);
        client.send(&patient(&client), &read("/things")).await.unwrap();
    }
    assert_eq!(requests.seen(), 2);
    for (bad, why) in [(&b"no certificate"[..], "no PEM file"), (b"", "no PEM file")] {
        let options = HttpOptions { authorities: Some(bad.to_vec()), ..HttpOptions::default() };
        let (option, problem) = options.check().unwrap_err();
        assert!(option == "ca_file" && problem.contains(why), "{problem}");
    }
}

/// A proxy that answers each CONNECT like this; the number of those, and whether anything else was asked.
async fn proxy(answer: &'static [u8]) -> (u16, Counter, Counter) {
    let (asked, odd) = (Counter::default(), Counter::default());
    let (counted, wrong) = (asked.clone(), odd.clone());
    let address = serve(move |request| {
        counted.count();
        let fine = request.starts_with("CONNECT graph.microsoft.com:443 HTTP/1.1\r\n")
            && !request.contains(TOKEN);
        if !fine {
            wrong.count();
        }
        answer.to_vec()
    })
    .await;
    (address.port(), asked, odd)
}

fn through(port: u16) -> HttpOptions {
    HttpOptions {
        proxy: Some(Secret::new(format!("http://somebody:planted%20pass@127.0.0.1:{port}"))),
        no_proxy: Some(String::new()),
        ..HttpOptions::default()
    }
}

#[tokio::test]
async fn f89_a_proxy_that_fails_is_named_and_sees_neither_token_nor_request() {
    let html = b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>";
    let liar =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>";
    for (name, answer) in [
        ("407", &b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"[..]),
        ("502", html),
        ("closes midway", b"HTTP/1.1 200 Conn"),
        ("closes at once", b""),
        ("lies", liar),
    ] {
        let (port, asked, odd) = proxy(answer).await;
        let client = client("https://graph.microsoft.com", Limits::default(), through(port));
        let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
        let text = format!("{error} {:?}", error.facts());
        assert!(text.contains(&format!("proxy 127.0.0.1:{port}")), "{name}: {text}");
        assert!(!text.contains("planted") && !text.contains("somebody"), "{name}: {text}");
        assert!(!error.is_ambiguous() && !error.is_deadline(), "{name}: {text}");
        assert!((1..=8).contains(&asked.seen()) && odd.seen() == 0, "{name}: {text}");
    }
    // A port where nobody listens.
    let (port, ..) = proxy(b"").await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = nobody.local_addr().unwrap().port();
    drop(nobody);
    assert_ne!(port, closed);
    let client = client("https://graph.microsoft.com", Limits::default(), through(closed));
    let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
    assert!(error.message().contains(&format!("proxy 127.0.0.1:{closed}")), "{error}");
    assert!(!error.message().contains("planted"), "{error}");
}

#[tokio::test]
async fn f89_a_proxy_that_works_passes_everything_on_and_gets_its_credentials() {
    let authority = Authority::new();
    let acceptor = authority.acceptor("graph.microsoft.com", &[b"http/1.1"]);
    let (port, _, requests) = secure(acceptor).await;
    let credentials = Counter::default();
    let counted = credentials.clone();
    let address = accept(move |mut stream| {
        let counted = counted.clone();
        async move {
            let request = head(&mut stream).await.to_ascii_lowercase();
            // `somebody:planted pass`
            if request.contains("proxy-authorization: basic c29tzwjvzhk6cgxhbnrlzcbwyxnz") {
                counted.count();
            }
            let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await;
            let mut service = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut service).await;
        }
    })
    .await;
    let options = HttpOptions { authorities: Some(authority.pem()), ..through(address.port()) };
    let client = client("https://graph.microsoft.com", Limits::default(), options);
    client.send(&patient(&client), &read("/things")).await.unwrap();
    assert_eq!((credentials.seen(), requests.seen()), (1, 1));
}

#[tokio::test]
async fn f89_hosts_without_a_proxy_are_told_in_every_usual_form() {
    for (no_proxy, exempt) in [
        ("", false),
        ("example.test", false),
        ("soft.com", false),
        ("graph.microsoft.com", true),
        ("example.test, graph.microsoft.com", true),
        ("microsoft.com", true),
        (".microsoft.com", true),
        ("*", true),
    ] {
        let (port, asked, _) =
            proxy(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
        let options = HttpOptions { no_proxy: Some(no_proxy.to_owned()), ..through(port) };
        // Where the proxy is not asked, nothing leaves: there is no time to connect.
        let limits = Limits { connect: Duration::from_nanos(1), ..Limits::default() };
        let direct = Limits { connect: Duration::from_secs(5), ..Limits::default() };
        let limits = if exempt { limits } else { direct };
        let client = client("https://graph.microsoft.com", limits, options);
        let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
        assert_eq!(asked.seen() == 0, exempt, "{no_proxy:?}: {error}");
        assert_eq!(error.message().contains("proxy"), !exempt, "{no_proxy:?}: {error}");
    }
}
