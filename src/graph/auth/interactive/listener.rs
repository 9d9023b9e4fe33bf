//! What the browser brings the code to: a server on loopback that takes one form and shows one page.
//!
//! It listens on 127.0.0.1 and ::1 with the same port, because browsers differ in what `localhost` is to them. It answers to no other
//! host name (DNS rebinding), takes a form only by POST, and does not echo anything.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::graph::Secret;
use crate::graph::origin::is_loopback_host;

/// Largest form, in bytes.
const LARGEST: usize = 64 << 10;

/// What the browser brought.
pub(super) enum Brought {
    Code(Secret),
    Error { error: String, description: String },
}

pub(super) struct Listener {
    four: TcpListener,
    six: Option<TcpListener>,
    port: u16,
    path: String,
}

#[derive(Clone)]
struct Desk {
    state: Secret,
    sender: mpsc::Sender<Brought>,
}

impl Listener {
    /// Opens a port, any free one for 0.
    pub(super) async fn bind(port: u16, path: &str) -> io::Result<Listener> {
        let mut last = None;
        // A free port of one family may be taken in the other.
        for _ in 0..8 {
            let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            let bound = four.local_addr()?.port();
            let six = match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)).await {
                Ok(six) => Some(six),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && port == 0 => {
                    last = Some(error);
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
                // There is no IPv6 here.
                Err(_) => None,
            };
            return Ok(Listener { four, six, port: bound, path: path.to_owned() });
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for a form with the right state.
    pub(super) async fn wait(self, state: &Secret) -> io::Result<Brought> {
        let (sender, mut receiver) = mpsc::channel(1);
        let router = Router::new()
            .route(&self.path, post(take))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(Desk { state: state.clone(), sender });
        let other = router.clone();
        let six = async move {
            match self.six {
                Some(six) => axum::serve(six, other).await,
                None => std::future::pending().await,
            }
        };
        // The page is on its way when the form is taken; give it a moment to arrive.
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let four = axum::serve(self.four, router).with_graceful_shutdown(async move {
            let _ = stopped.await;
        });
        let mut four = std::pin::pin!(four.into_future());
        let brought = tokio::select! {
            brought = receiver.recv() => brought,
            ended = &mut four => return Err(ended.err().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into())),
            ended = six => return Err(ended.err().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into())),
        };
        let _ = stop.send(());
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), four).await;
        brought.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let bare = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    if !is_loopback_host(bare) {
        return page(StatusCode::BAD_REQUEST, "This address is for this machine only.");
    }
    let form: BTreeMap<String, String> = form(&body);
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let fits = verify_slices_are_equal(text("state").as_bytes(), desk.state.reveal().as_bytes());
    if fits.is_err() {
        return page(StatusCode::BAD_REQUEST, "This is not the sign-in that was asked for.");
    }
    let (brought, said) = match (text("code"), text("error")) {
        ("", "") => return page(StatusCode::BAD_REQUEST, "There is no code in this answer."),
        ("", error) => (
            Brought::Error {
                error: error.to_owned(),
                description: text("error_description").to_owned(),
            },
            "The sign-in failed. The program that asked for it says why. You may close this page.",
        ),
        (code, _) => {
            (Brought::Code(Secret::new(code)), "You are signed in. You may close this page.")
        }
    };
    // Only the first one counts.
    match desk.sender.try_send(brought) {
        Ok(()) => page(StatusCode::OK, said),
        Err(_) => page(StatusCode::CONFLICT, "This sign-in is over."),
    }
}

/// The fields of a form (`application/x-www-form-urlencoded`).
fn form(body: &[u8]) -> BTreeMap<String, String> {
    let Ok(mut url) = reqwest::Url::parse("http://localhost/") else { return BTreeMap::new() };
    url.set_query(std::str::from_utf8(body).ok());
    url.query_pairs().into_owned().collect()
}

fn page(status: StatusCode, said: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign-in</title><p>{said}</p></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::CONNECTION, "close"),
    ];
    (status, headers, body).into_response()
}
