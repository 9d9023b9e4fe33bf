//! The mock on a loopback port: HTTP/1.1 without TLS, each connection in a task of its own.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Shared;
use super::fault::Broken;

/// Why no answer is sent: hyper closes the connection on any error.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// A body that can break off.
struct WireBody {
    bytes: Option<Bytes>,
    length: u64,
    breaks: bool,
    flushed: bool,
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.bytes.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            // An error drops what is not yet on the wire, so that hyper gets a turn to flush first.
            None if self.breaks && !self.flushed => {
                self.flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            None if self.breaks => Poll::Ready(Some(Err(Cut))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && !self.breaks
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

/// Accepts connections until the task is aborted; then all of them end.
pub(crate) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Answers are small; waiting to fill a packet would only slow them down.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { respond(request, &shared).await }
    });
    // An error here is a client that went away or a cut that was asked for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: http::Request<Incoming>,
    shared: &Shared,
) -> Result<http::Response<WireBody>, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let exchange = shared.exchange(http::Request::from_parts(parts, body));
    if !exchange.delay.is_zero() {
        #[expect(clippy::disallowed_methods, reason = "a service may be slow")]
        tokio::time::sleep(exchange.delay).await;
    }
    match exchange.reply {
        Ok(response) => Ok(response.map(|bytes| WireBody {
            length: bytes.len() as u64,
            bytes: (!bytes.is_empty()).then_some(bytes),
            breaks: false,
            flushed: false,
        })),
        Err(Broken::Truncated(response, whole)) => Ok(response.map(|bytes| WireBody {
            length: whole,
            bytes: Some(bytes),
            breaks: true,
            flushed: false,
        })),
        Err(Broken::Reset) => Err(Cut),
    }
}

/// Binds a loopback port.
///
/// # Errors
///
/// What the operating system says.
pub(crate) async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await
}
