//! Bytes on the wire that no service should send, and links and redirects that lead elsewhere: over real sockets.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use windows365::graph::transport::Limits;
use windows365::graph::{HttpOptions, Request, Version};

use super::wire::{self, Counter, TOKEN, Trap, accept, client, head, patient, read, serve, short};

fn direct() -> HttpOptions {
    HttpOptions::default()
}

#[tokio::test]
async fn f49_headers_that_drip_are_left() {
    let connections = Counter::default();
    let counted = connections.clone();
    let address = accept(move |mut stream| {
        counted.count();
        async move {
            head(&mut stream).await;
            for byte in b"HTTP/1.1 200 OK\r\n".iter().chain(b"x-slow: yes\r\n".iter().cycle()) {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    })
    .await;
    let client = client(&format!("http://{address}"), short(), direct());
    let create = Request::create(Version::Beta, "/things", &[], json!({}));
    let error = client.send(&patient(&client), &create).await.unwrap_err();
    // Not the operation's time was over, but that of the headers.
    assert!(error.is_ambiguous() && error.message().contains("no answer came in time"), "{error}");
    connections.reaches(1).await;
    assert_eq!(connections.seen(), 1);
}

#[tokio::test]
async fn f56_a_body_without_end_is_cut_at_the_cap() {
    let sent = Counter::default();
    let counted = sent.clone();
    let address = accept(move |mut stream| {
        let counted = counted.clone();
        async move {
            head(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[").await;
            let piece = vec![b' '; 1 << 20];
            while stream.write_all(&piece).await.is_ok() {
                counted.count();
            }
        }
    })
    .await;
    let limits = Limits { wire_bytes: 8 << 20, ..Limits::default() };
    let client = client(&format!("http://{address}"), limits, direct());
    let error = client.send(&patient(&client), &read("/things")).await.unwrap_err();
    assert!(error.message().contains("larger than 8388608 bytes"), "{error}");
    // What is in the buffers of both sockets was sent too.
    assert!((7..24).contains(&sent.seen()), "{} MiB", sent.seen());
}

/// Links that must not be followed by a client of `127.0.0.1:port`. The trap's port is `trap`.
fn tricks(port: u16, trap: u16) -> Vec<String> {
    let hosts = [
        format!("http://127.0.0.1:{trap}"),
        format!("http://127.0.0.1:{port}@127.0.0.1:{trap}"),
        format!("http://user:password@127.0.0.1:{port}"),
        format!("http://@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}#@127.0.0.1:{trap}"),
        format!("http://127.0.0.1:{port}\\@127.0.0.1:{trap}"),
        format!("http://127.0.0.1:{trap}\\@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{trap}#127.0.0.1:{port}"),
        format!("http://127.0.0.1:{trap}?127.0.0.1:{port}"),
        format!("http://localhost:{trap}"),
        format!("http://localhost:{port}"),
        format!("http://127.1:{trap}"),
        format!("http://2130706433:{trap}"),
        format!("http://0x7f000001:{trap}"),
        format!("http://0177.0.0.1:{trap}"),
        format!("http://[::1]:{trap}"),
        format!("http://[::1]:{port}"),
        format!("http://[::ffff:127.0.0.1]:{trap}"),
        format!("http://127。0。0。1:{trap}"),
        format!("http://①27.0.0.1:{trap}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://127.0.0.1:{trap}"),
        format!("ws://127.0.0.1:{trap}"),
        format!("ftp://127.0.0.1:{trap}"),
        format!("//127.0.0.1:{trap}"),
        format!("\\\\127.0.0.1:{trap}"),
        format!("http:\\\\127.0.0.1:{trap}"),
        format!("http:/\\127.0.0.1:{trap}"),
        format!("http:///127.0.0.1:{trap}"),
        format!("ht\ntp://127.0.0.1:{trap}"),
        format!("http://127.0.0.1\t:{trap}"),
        format!(" http://127.0.0.1:{trap}"),
        format!("\u{0}http://127.0.0.1:{trap}"),
        format!("http://127.0.0.1:{port} @127.0.0.1:{trap}"),
        format!("http://127.0.0.1:{port}%40127.0.0.1:{trap}"),
        format!("http://127.0.0.1:{port}.evil.test"),
        "http://127.0.0.1".to_owned(),
        "https://graph.microsoft.com".to_owned(),
        "https://graph.microsoft.us".to_owned(),
        "https://grаph.microsoft.com".to_owned(),
        "https://xn--grph-6cd.microsoft.com".to_owned(),
        "file://".to_owned(),
    ];
    let mut links: Vec<String> = hosts.iter().map(|host| format!("{host}/beta/things")).collect();
    for path in [
        "/v1.0/things",
        "/beta/../v1.0/things",
        "/beta/%2e%2e/v1.0/things",
        "/beta\\..\\v1.0",
        "/betamax/things",
        "/beta/things#x",
        "",
    ] {
        links.push(format!("http://127.0.0.1:{port}{path}"));
    }
    links.extend(["javascript:alert(1)", "data:,x", "beta/things", "?$skip=1"].map(str::to_owned));
    links
}

#[tokio::test]
async fn f58_no_trick_in_a_next_link_reaches_another_host() {
    let trap = Trap::set().await;
    let elsewhere = trap.address.port();
    let requests = Counter::default();
    let counted = requests.clone();
    let address = accept(move |mut stream| {
        let counted = counted.clone();
        async move {
            let request = head(&mut stream).await;
            counted.count();
            assert!(request.contains(TOKEN));
            let port = stream.local_addr().unwrap().port();
            let nth = request.split(['/', ' ']).nth(4).and_then(|nth| nth.parse::<usize>().ok());
            let link = &tricks(port, elsewhere)[nth.unwrap()];
            let body = json!({"value": [], "@odata.nextLink": link}).to_string();
            let _ = stream.write_all(&wire::json(&body)).await;
        }
    })
    .await;
    let links = tricks(address.port(), elsewhere);
    assert!(links.len() >= 40);
    let client = client(&format!("http://{address}"), Limits::default(), direct());
    for (nth, link) in links.iter().enumerate() {
        let request = Request::get(Version::Beta, "/list/{}", &[&nth.to_string()]);
        let error = client.list(&patient(&client), &request, None).await.unwrap_err();
        assert!(error.message().contains("cannot be trusted"), "{link}: {error}");
        assert!(!error.message().contains("password"), "{link}: {error}");
        assert_eq!(requests.seen(), nth + 1, "{link}");
    }
    trap.assert_untouched().await;
}

#[tokio::test]
async fn f59_no_redirect_leads_elsewhere_or_repeats_a_body() {
    let trap = Trap::set().await;
    let elsewhere = trap.address.port();
    let requests = Counter::default();
    let counted = requests.clone();
    let address = serve(move |request| {
        counted.count();
        let status = request.split(['/', ' ']).nth(4).unwrap_or_default();
        format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: http://127.0.0.1:{elsewhere}/beta/x\r\ncontent-length: 0\r\n\r\n"
        )
        .into_bytes()
    })
    .await;
    let client = client(&format!("http://{address}"), Limits::default(), direct());
    let mut sent = 0;
    for status in ["301", "302", "303", "307", "308"] {
        let body = json!({"password": "planted"});
        for request in [
            Request::get(Version::Beta, "/to/{}", &[status]),
            Request::create(Version::Beta, "/to/{}", &[status], body.clone()),
            Request::patch(Version::Beta, "/to/{}", &[status], body.clone()),
            Request::put(Version::Beta, "/to/{}", &[status], body.clone()),
            Request::replace_action(Version::Beta, "/to/{}", &[status], body),
            Request::delete(Version::Beta, "/to/{}", &[status]),
        ] {
            client.send(&patient(&client), &request).await.unwrap_err();
            sent += 1;
            assert_eq!(requests.seen(), sent, "{request:?} {status}");
        }
    }
    trap.assert_untouched().await;
}

#[tokio::test]
async fn f59_no_trick_in_a_redirect_reaches_another_host_or_version() {
    let trap = Trap::set().await;
    let elsewhere = trap.address.port();
    // What no header can hold cannot be said at all.
    let tricks_of = move |port| {
        let mut tricks = tricks(port, elsewhere);
        tricks.retain(|trick| !trick.contains(|c: char| c.is_ascii_control()));
        tricks
    };
    let strays = Counter::default();
    let astray = strays.clone();
    let address = accept(move |mut stream| {
        let astray = astray.clone();
        async move {
            let request = head(&mut stream).await;
            // A relative one may lead below the version of the API, where nothing is.
            if !request.starts_with("GET /beta/") {
                astray.count();
            }
            let port = stream.local_addr().unwrap().port();
            let parts: Vec<&str> = request.split(['/', ' ']).collect();
            let answer = match parts.get(3..6) {
                Some([status, nth, "HTTP"]) if let Ok(nth) = nth.parse::<usize>() => {
                    let to = &tricks_of(port)[nth];
                    format!(
                        "HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
                    )
                }
                _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
            };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    let count = tricks_of(address.port()).len();
    assert!(count >= 40);
    let client = client(&format!("http://{address}"), Limits::default(), direct());
    for status in ["301", "302", "303", "307", "308"] {
        for nth in 0..count {
            let request = Request::get(Version::Beta, "/{}/{}", &[status, &nth.to_string()]);
            let error = client.send(&patient(&client), &request).await.unwrap_err();
            assert!(!error.message().contains("password"), "{status} {nth}: {error}");
        }
    }
    assert_eq!(strays.seen(), 0, "a redirect left its version");
    trap.assert_untouched().await;
}

/// What comes of a read that is answered with these bytes: the number of connections, and the error.
async fn answered(answer: Vec<u8>) -> (usize, Result<serde_json::Value, String>) {
    let connections = Counter::default();
    let counted = connections.clone();
    let address = serve(move |_| {
        counted.count();
        answer.clone()
    })
    .await;
    let client = client(&format!("http://{address}"), Limits::default(), direct());
    let result = client.send(&patient(&client), &read("/things/1")).await;
    (connections.seen(), result.map(|reply| reply.body).map_err(|error| error.to_string()))
}

#[tokio::test]
async fn f60_a_length_that_is_wrong_is_not_believed() {
    let (_, short) =
        answered(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{\"a\":1}".to_vec()).await;
    assert!(short.unwrap_err().contains("broke off"));
    let (_, long) =
        answered(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}{\"b\":2}".to_vec()).await;
    assert_eq!(long, Ok(json!({"a": 1})), "what follows the body is nobody's");
    let (_, two) = answered(
        b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 9\r\n\r\n{\"a\":1}".to_vec(),
    )
    .await;
    assert!(two.is_err(), "{two:?}");
}

#[tokio::test]
async fn f63_bytes_that_are_no_http_are_an_error_without_a_storm() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut cases = tokio::task::JoinSet::new();
    for answer in [
        String::new(),
        "\r\n\r\n\r\n".to_owned(),
        "SSH-2.0-OpenSSH_9.6\r\n".to_owned(),
        "HTTP/9.9 200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 999999 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999\r\n\r\n{}".to_owned(),
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nx: \u{0}\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
        format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 2\r\n\r\n{{}}", "y".repeat(1 << 20)),
        format!("HTTP/1.1 200 OK\r\n{}content-length: 2\r\n\r\n{{}}", "x: y\r\n".repeat(10_000)),
        format!("{chunked}zz\r\n{{}}\r\n0\r\n\r\n"),
        format!("{chunked}2\r\n{{}}"),
        format!("{chunked}fffffffffffffffff\r\n{{}}\r\n0\r\n\r\n"),
        format!("{chunked}2;{}\r\n{{}}\r\n0\r\n\r\n", "x".repeat(1 << 20)),
        format!("{chunked}2\r\n{{}}\r\n0\r\n{}", "trailer: x\r\n".repeat(10_000)),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(2_000),
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"
            .to_owned(),
    ] {
        cases.spawn(async move {
            let shown: String = answer.chars().take(60).collect();
            let (connections, result) = answered(answer.into_bytes()).await;
            let error = result.unwrap_err();
            assert!(error.len() < 1_000, "{shown:?}: {error}");
            assert!((1..=8).contains(&connections), "{shown:?}: {connections}");
        });
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

#[tokio::test]
async fn f63_a_create_that_breaks_off_is_never_sent_twice() {
    for answer in ["", "HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\n{\"id\":", "HTTP/1.1 2"] {
        let connections = Counter::default();
        let counted = connections.clone();
        let address = serve(move |_| {
            counted.count();
            answer.as_bytes().to_vec()
        })
        .await;
        let client = client(&format!("http://{address}"), Limits::default(), direct());
        let create = Request::create(Version::Beta, "/things", &[], json!({}));
        let error = client.send(&patient(&client), &create).await.unwrap_err();
        assert!(error.is_ambiguous() && connections.seen() == 1, "{answer:?}: {error}");
    }
}

/// Frames of HTTP/2, as RFC 9113 writes them.
mod h2 {
    use tokio::io::{AsyncRead, AsyncReadExt as _};

    pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut bytes = length[1..].to_vec();
        bytes.extend([kind, flags]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    /// Reads the preface and frames until the first request is whole.
    pub(super) async fn request(stream: &mut (impl AsyncRead + Unpin)) -> bool {
        let mut preface = [0; 24];
        if stream.read_exact(&mut preface).await.is_err() {
            return false;
        }
        loop {
            let mut head = [0; 9];
            if stream.read_exact(&mut head).await.is_err() {
                return false;
            }
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            if stream.read_exact(&mut payload).await.is_err() {
                return false;
            }
            // HEADERS or DATA with END_STREAM.
            if matches!(head[3], 0 | 1) && head[4] & 1 == 1 {
                return true;
            }
        }
    }
}

#[tokio::test]
async fn f63_http_2_that_misbehaves_is_an_error_without_a_storm() {
    let authority = super::tls::Authority::new();
    let settings = h2::frame(4, 0, 0, &[]);
    let reset = |code: u32| h2::frame(3, 0, 1, &code.to_be_bytes());
    let goaway = h2::frame(7, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 2]);
    // `:status: 200` of the static table, without END_HEADERS.
    let open_headers = h2::frame(1, 0, 1, &[0x88]);
    let more_headers = h2::frame(9, 0, 1, &vec![0x88; 16_000]);
    let ping = h2::frame(6, 0, 0, &[7; 8]);
    let huge = h2::frame(0, 0, 1, &vec![0; 20_000]);
    let cases: Vec<(&str, Vec<u8>, Vec<u8>)> = vec![
        ("reset", reset(2), Vec::new()),
        ("enhance your calm", reset(11), Vec::new()),
        ("goaway", goaway, Vec::new()),
        ("pings without end", Vec::new(), ping),
        ("continuations without end", open_headers, more_headers),
        ("data without headers", h2::frame(0, 1, 1, b"{}"), Vec::new()),
        ("a frame over the size", huge, Vec::new()),
        ("a frame on no stream", h2::frame(1, 4, 0, &[0x88]), Vec::new()),
        ("rubbish", b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), Vec::new()),
    ];
    let mut all = tokio::task::JoinSet::new();
    for (name, first, for_ever) in cases {
        let acceptor = authority.acceptor("localhost", &[b"h2"]);
        let connections = Counter::default();
        let counted = connections.clone();
        let bytes = Arc::new(([settings.clone(), first].concat(), for_ever));
        let address = accept(move |stream| {
            counted.count();
            let (acceptor, bytes) = (acceptor.clone(), Arc::clone(&bytes));
            async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                if !h2::request(&mut stream).await || stream.write_all(&bytes.0).await.is_err() {
                    return;
                }
                while !bytes.1.is_empty() && stream.write_all(&bytes.1).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            }
        })
        .await;
        let options = HttpOptions { authorities: Some(authority.pem()), ..direct() };
        let origin = format!("https://localhost:{}", address.port());
        // The handshake takes its time on a busy machine.
        let limits = Limits { first_byte: Duration::from_secs(5), ..short() };
        all.spawn(async move {
            let client = client(&origin, limits, options);
            let create = Request::create(Version::Beta, "/things", &[], json!({}));
            let error = client.send(&patient(&client), &create).await.unwrap_err();
            assert!(error.is_ambiguous() && error.status().is_none(), "{name}: {error}");
            assert!(!error.is_deadline(), "{name} hangs: {error}");
            assert_eq!(connections.seen(), 1, "{name}: {error}");
        });
    }
    while let Some(case) = all.join_next().await {
        case.unwrap();
    }
}
