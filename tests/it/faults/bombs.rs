//! Answers that are meant to exhaust whoever reads them.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncWriteExt as _;

use super::wire::{accept, head};

/// One such answer: how it begins, and what then comes for ever.
pub(crate) struct Bomb {
    packed: bool,
    first: Vec<u8>,
    then: Vec<u8>,
}

fn plain(body: impl Into<Vec<u8>>) -> Bomb {
    Bomb { packed: false, first: body.into(), then: Vec::new() }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// A text of so many bytes that cannot be packed into much less than half of them.
fn noise(bytes: usize) -> String {
    let mut state = 1_u64;
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:08x}", state >> 32));
    }
    text
}

/// Each with what it is.
pub(crate) fn bombs() -> Vec<(&'static str, Bomb)> {
    let list = |items: String| plain(format!("{{\"value\":[{items}null]}}"));
    let lists = |items: &str| list(format!("[{}null],", items.repeat(40_000)).repeat(4));
    let members: String = (0..1_500_000).map(|nth| format!("\"{nth}\":0,")).collect();
    // Three long texts and many blanks, and no page in the end.
    let large =
        format!("{{\"x\":[\"{0}\",\"{0}\",\"{0}\"]{1}}}", noise(15 << 20), " ".repeat(15 << 20));
    vec![
        ("a body without end", Bomb { then: vec![b' '; 1 << 20], ..plain("{\"value\":[") }),
        ("ten million items", list("{},".repeat(10_000_000))),
        ("a million and a half members", plain(format!("{{{members}\"x\":0}}"))),
        ("a million levels", plain("[".repeat(1_000_000))),
        ("many small objects", lists("{\"a\":{\"a\":{\"a\":0}}},")),
        ("many numbers", lists("0,0,0,0,0,0,0,0,")),
        ("a text of 30 MiB", list(format!("\"{}\",", "x".repeat(30 << 20)))),
        ("just under every cap", Bomb { packed: true, ..plain(gzip(large.as_bytes())) }),
        // Members of a gzip file are unpacked one after the other, so this has no end either.
        (
            "gigabytes in megabytes",
            Bomb { packed: true, then: gzip(&vec![b' '; 16 << 20]), ..plain("") },
        ),
    ]
}

/// A server that answers each request so.
pub(crate) async fn for_ever(bomb: Bomb) -> SocketAddr {
    by_turns(vec![bomb]).await
}

/// A server that answers each request by the next of these.
pub(crate) async fn by_turns(bombs: Vec<Bomb>) -> SocketAddr {
    let bytes = |bomb: Bomb| {
        let encoding = if bomb.packed { "content-encoding: gzip\r\n" } else { "" };
        let start = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{encoding}connection: close\r\n\r\n"
        );
        (start.into_bytes(), bomb.first, bomb.then)
    };
    let bombs: Arc<Vec<_>> = Arc::new(bombs.into_iter().map(bytes).collect());
    let turn = Arc::new(AtomicUsize::new(0));
    accept(move |mut stream| {
        let (bombs, turn) = (Arc::clone(&bombs), Arc::clone(&turn));
        async move {
            head(&mut stream).await;
            let (start, first, then) = &bombs[turn.fetch_add(1, Ordering::SeqCst) % bombs.len()];
            let began = stream.write_all(start).await.and(stream.write_all(first).await);
            while began.is_ok() && !then.is_empty() && stream.write_all(then).await.is_ok() {}
            let _ = stream.shutdown().await;
            // What the other side still sends is taken, or closing would reset the connection under the answer.
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    })
    .await
}
