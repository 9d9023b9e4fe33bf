//! Real sockets on loopback: each test plays one server by hand.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::graph::scripted::Sequence;
use crate::graph::system::SystemClock;
use crate::graph::{
    Client, ClientConfig, Credential, Endpoints, Request, Runtime, Secret, Version,
};

/// Serves each connection by a function of the request's text.
async fn serve<F, Fut>(respond: F) -> SocketAddr
where
    F: Fn(String, TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = Vec::new();
            let mut piece = [0; 4096];
            while !text.windows(4).any(|window| window == b"\r\n\r\n") {
                match stream.read(&mut piece).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => text.extend_from_slice(&piece[..read]),
                }
            }
            tokio::spawn(respond(String::from_utf8_lossy(&text).into_owned(), stream));
        }
    });
    address
}

/// Answers every request with the same bytes and closes.
async fn canned(bytes: Vec<u8>) -> SocketAddr {
    let bytes = Arc::new(bytes);
    serve(move |_, mut stream| {
        let bytes = Arc::clone(&bytes);
        async move {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

/// Answers with some bytes and then keeps the connection open without a word.
async fn stalled(bytes: &'static [u8]) -> SocketAddr {
    serve(move |_, mut stream| async move {
        let _ = stream.write_all(bytes).await;
        std::future::pending::<()>().await;
    })
    .await
}

fn small() -> Limits {
    let short = Duration::from_millis(200);
    Limits {
        first_byte: short,
        idle: short,
        total: Duration::from_secs(5),
        wire_bytes: 4 << 20,
        ..Limits::default()
    }
}

async fn get(address: SocketAddr) -> Result<http::Response<Bytes>, TransportError> {
    let request =
        http::Request::get(format!("http://{address}/beta/x")).body(Bytes::new()).unwrap();
    HttpTransport::with_limits(small()).send(request).await
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[tokio::test]
async fn a_compressed_answer_is_unpacked() {
    let address = canned(response("content-encoding: gzip\r\n", &gzip(b"{\"a\":1}"))).await;
    let response = get(address).await.unwrap();
    assert_eq!(&response.body()[..], b"{\"a\":1}");
    assert!(!response.headers().contains_key(CONTENT_ENCODING));
}

#[tokio::test]
async fn f60_a_small_answer_that_unpacks_to_a_large_one_is_refused() {
    let bomb = gzip(&vec![b' '; 8 << 20]);
    assert!(bomb.len() < 16 << 10);
    let error = get(canned(response("content-encoding: gzip\r\n", &bomb)).await).await.unwrap_err();
    assert!(error.oversize && error.message.contains("100 times"), "{error:?}");
}

#[tokio::test]
async fn f60_encodings_that_were_not_asked_for_are_refused() {
    for headers in [
        "content-encoding: br\r\n",
        "content-encoding: zstd\r\n",
        "content-encoding: deflate\r\n",
        "content-encoding: gzip, gzip\r\n",
        "content-encoding: gzip\r\ncontent-encoding: gzip\r\n",
    ] {
        let error = get(canned(response(headers, b"{}")).await).await.unwrap_err();
        assert!(error.oversize && error.message.contains("encoding"), "{error:?}");
    }
}

#[tokio::test]
async fn f56_an_answer_over_the_cap_is_refused_and_its_head_is_kept() {
    let address = canned(response("location: /things/1\r\n", &vec![b' '; 5 << 20])).await;
    let error = get(address).await.unwrap_err();
    assert!(error.oversize && error.message.contains("larger than"), "{error:?}");
    assert!(
        error.head.is_some_and(|head| head.status == 200 && head.headers.contains_key("location"))
    );
}

#[tokio::test]
async fn f63_too_many_headers_are_refused() {
    let error = get(canned(response(&"x: y\r\n".repeat(150), b"{}")).await).await.unwrap_err();
    assert!(error.maybe_sent, "{error:?}");
    let error = get(canned(response(&format!("x: {}\r\n", "y".repeat(70_000)), b"{}")).await)
        .await
        .unwrap_err();
    assert!(error.oversize, "{error:?}");
}

#[tokio::test]
async fn f49_a_server_that_says_nothing_or_stops_midway_is_left() {
    let error = get(stalled(b"").await).await.unwrap_err();
    assert!(error.timeout && error.maybe_sent && error.head.is_none(), "{error:?}");
    let error = get(stalled(b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{").await)
        .await
        .unwrap_err();
    assert!(error.timeout && error.head.is_some_and(|head| head.status == 201));
}

#[tokio::test]
async fn f49_a_drip_is_cut_off() {
    let address = serve(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n").await;
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        loop {
            ticks.tick().await;
            if stream.write_all(b" ").await.is_err() {
                return;
            }
        }
    })
    .await;
    let limits = Limits { slow: Duration::from_secs(1), ..small() };
    let request = http::Request::get(format!("http://{address}/")).body(Bytes::new()).unwrap();
    let error = HttpTransport::with_limits(limits).send(request).await.unwrap_err();
    assert!(error.timeout && error.message.contains("too slowly"), "{error:?}");
}

#[tokio::test]
async fn f63_an_answer_that_breaks_off_may_have_been_acted_on() {
    let error = get(canned(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()).await)
        .await
        .unwrap_err();
    assert!(error.maybe_sent && !error.timeout && error.head.is_some(), "{error:?}");
    let error = get(canned(Vec::new()).await).await.unwrap_err();
    assert!(error.maybe_sent && error.head.is_none(), "{error:?}");
}

#[tokio::test]
async fn f13_a_refused_connection_was_certainly_not_acted_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = get(address).await.unwrap_err();
    assert!(!error.maybe_sent && !error.certificate, "{error:?}");
    assert!(
        error.message.starts_with("127.0.0.1: ") && !error.message.contains("http"),
        "{error:?}"
    );
}

#[tokio::test]
async fn f13_a_name_that_is_not_resolved_was_certainly_not_spoken_to() {
    /// A name service that knows nobody.
    struct Nobody;
    impl reqwest::dns::Resolve for Nobody {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err(std::io::Error::other("nobody knows this name").into()) })
        }
    }
    let trust = trust::config(Vec::new(), trust::Refused::default()).unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(trust)
        .dns_resolver(Arc::new(Nobody))
        .build()
        .unwrap();
    let error = client.get("https://graph.example.test/").send().await.unwrap_err();
    let error = failure(error, "the request failed");
    assert!(!error.maybe_sent && !error.certificate && !error.oversize, "{error:?}");
    assert_eq!(error.message, "the request failed: nobody knows this name");
}

#[tokio::test]
async fn f90_a_certificate_nobody_vouches_for_is_a_certificate_error() {
    tls::install();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    let request =
        http::Request::get(format!("https://localhost:{port}/")).body(Bytes::new()).unwrap();
    let error =
        HttpTransport::with_limits(Limits { first_byte: Duration::from_secs(5), ..small() })
            .send(request)
            .await
            .unwrap_err();
    assert!(error.certificate && !error.maybe_sent, "{error:?}");
}

#[tokio::test]
async fn plain_http_never_leaves_the_machine() {
    let request =
        http::Request::get("http://graph.microsoft.com/beta/x").body(Bytes::new()).unwrap();
    let error = HttpTransport::default().send(request).await.unwrap_err();
    assert!(error.message.contains("loopback"), "{error:?}");
}

/// A client of a server on loopback, and a listener on another port that must not be connected to.
async fn client(address: SocketAddr) -> Client {
    let credential =
        Credential::StaticToken { token: Secret::new("planted-token"), tenant_id: None };
    let mut config = ClientConfig::new(credential);
    config.endpoints =
        Endpoints::default().with_graph_endpoint(&format!("http://{address}")).unwrap();
    let runtime = Runtime {
        clock: Arc::new(SystemClock::start()),
        random: Arc::new(Sequence::new(1)),
        transport: Arc::new(HttpTransport::with_limits(small())),
    };
    Client::new(config, runtime)
}

#[tokio::test]
async fn f58_f59_neither_redirects_nor_next_links_reach_another_port() {
    let trapped = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&trapped);
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = trap.local_addr().unwrap();
    tokio::spawn(async move {
        while trap.accept().await.is_ok() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let address = serve(move |request, mut stream| async move {
        assert!(request.contains("authorization: Bearer planted-token"));
        let answer = if request.contains("/redirect") {
            format!("HTTP/1.1 302 Found\r\nlocation: http://{elsewhere}/beta/x\r\ncontent-length: 0\r\n\r\n").into_bytes()
        } else {
            let body = format!(r#"{{"value":[],"@odata.nextLink":"http://{elsewhere}/beta/x"}}"#);
            response("", body.as_bytes())
        };
        let _ = stream.write_all(&answer).await;
    })
    .await;
    let client = client(address).await;
    let cx = client.context(Duration::from_secs(20), Default::default());
    let error = client.send(&cx, &Request::get(Version::Beta, "/redirect", &[])).await.unwrap_err();
    assert!(error.message().contains("redirect"), "{error}");
    let error =
        client.list(&cx, &Request::get(Version::Beta, "/list", &[]), None).await.unwrap_err();
    assert!(error.message().contains("next page"), "{error}");
    assert_eq!(trapped.load(Ordering::SeqCst), 0, "something was sent to another port");
    // The trap works: whoever connects is seen.
    drop(TcpStream::connect(elsewhere).await);
    while trapped.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn connections_are_kept_until_a_503_comes_over_one() {
    let connections = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut piece = [0; 4096];
                while let Ok(read) = stream.read(&mut piece).await
                    && read > 0
                {
                    let overloaded = String::from_utf8_lossy(&piece[..read]).contains("/overload");
                    let status = if overloaded { "503 Service Unavailable" } else { "200 OK" };
                    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}");
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let transport = HttpTransport::with_limits(small());
    let mut counts = Vec::new();
    for path in ["/a", "/a", "/overload", "/a", "/a"] {
        let request =
            http::Request::get(format!("http://{address}{path}")).body(Bytes::new()).unwrap();
        transport.send(request).await.unwrap();
        counts.push(connections.load(Ordering::SeqCst));
    }
    assert_eq!(counts, [1, 1, 1, 2, 2]);
}
