//! A client whose wire is a script: for tests of this room and of those above it.
//!
//! Requests are recorded, answers come from a closure, time is tokio's (pause it with `#[tokio::test(start_paused = true)]`), and
//! randomness is a fixed sequence.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::{
    Client, ClientConfig, Clock, Credential, Random, Runtime, Secret, Transport, TransportError,
};

/// One request as it went over the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `GET`, `POST`…
    pub method: String,
    /// Whole address.
    pub url: String,
    /// Path and query, e.g. `/beta/deviceManagement/roleDefinitions?$top=5`.
    pub path: String,
    /// Headers.
    pub headers: http::HeaderMap,
    /// Body as text; form-encoded for the token service.
    pub text: String,
    /// Body as JSON; null when there is none or it is no JSON.
    pub body: Json,
    /// Time since the script was made.
    pub at: Duration,
}

impl Seen {
    /// `GET /beta/things`
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A header as text, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What the wire does with a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Answers at once.
    Reply {
        /// HTTP status.
        status: u16,
        /// Headers.
        headers: Vec<(String, String)>,
        /// Body.
        body: Bytes,
    },
    /// Fails below HTTP.
    Fail(TransportError),
    /// Answers after a while.
    After(Duration, Box<Answer>),
    /// Never answers.
    Never,
}

impl Answer {
    /// A JSON body.
    pub fn json(status: u16, body: Json) -> Self {
        Answer::Reply {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Bytes::from(body.to_string()),
        }
    }

    /// No body.
    pub fn empty(status: u16) -> Self {
        Answer::Reply { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// A body of any kind.
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        Answer::Reply {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: Bytes::from(body.to_owned()),
        }
    }

    /// Graph's error shape.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Answer::json(status, serde_json::json!({"error": {"code": code, "message": message}}))
    }

    /// Adds a header to a reply.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match &mut self {
            Answer::Reply { headers, .. } => headers.push((name.to_owned(), value.to_owned())),
            Answer::After(_, answer) => **answer = (**answer).clone().header(name, value),
            Answer::Fail(_) | Answer::Never => {}
        }
        self
    }

    /// Answers this after a while.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Answer::After(duration, Box::new(self))
    }
}

/// An unsigned JSON web token with these claims, as `aud`, `tid`, `roles`.
pub fn token(claims: &Json) -> String {
    use base64::Engine as _;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("eyJhbGciOiJub25lIn0.{payload}.c2ln")
}

type Responder = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A wire that answers by script and remembers what it was sent.
pub struct Script {
    start: Instant,
    responder: Box<Responder>,
    seen: Mutex<Vec<Seen>>,
}

impl Script {
    /// Answers each request by a function of it.
    pub fn new(responder: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Script {
            start: Instant::now(),
            responder: Box::new(responder),
            seen: Mutex::default(),
        })
    }

    /// Gives these answers one after the other, and a plain 500 when they are used up.
    pub fn of(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        let queue = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        Self::new(move |_| {
            queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or_else(|| {
                Answer::error(500, "ScriptEnded", "no answer is left in the script")
            })
        })
    }

    /// What was sent, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was sent, as lines like `GET /beta/things`.
    pub fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    /// Time, randomness and this wire.
    pub fn runtime(self: &Arc<Self>) -> Runtime {
        Runtime {
            clock: Arc::new(ScriptedClock { start: self.start }),
            random: Arc::new(Sequence::new(1)),
            transport: Arc::clone(self) as Arc<dyn Transport>,
        }
    }

    /// A client of the public cloud with an opaque static token, so that no sign-in is in the way.
    pub fn client(self: &Arc<Self>) -> Client {
        self.client_with_token("opaque-test-token")
    }

    /// The same with a token of one's own, e.g. one of [`token`] with some roles.
    pub fn client_with_token(self: &Arc<Self>, token: &str) -> Client {
        let credential = Credential::StaticToken { token: Secret::new(token), tenant_id: None };
        Client::new(ClientConfig::new(credential), self.runtime())
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let text = String::from_utf8_lossy(request.body()).into_owned();
        let seen = Seen {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: request.headers().clone(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
            at: self.start.elapsed(),
        };
        let mut answer = (self.responder)(&seen);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        loop {
            match answer {
                Answer::After(duration, next) => {
                    #[expect(clippy::disallowed_methods, reason = "whoever sends can drop this")]
                    tokio::time::sleep(duration).await;
                    answer = *next;
                }
                Answer::Never => std::future::pending().await,
                Answer::Fail(error) => return Err(error),
                Answer::Reply { status, headers, body } => {
                    let mut builder = http::Response::builder().status(status);
                    for (name, value) in headers {
                        builder = builder.header(name, value);
                    }
                    return builder
                        .body(body)
                        .map_err(|error| TransportError::cut(error.to_string()));
                }
            }
        }
    }
}

/// Tokio's clock; the wall clock starts at a fixed moment of 2026 and moves with it.
struct ScriptedClock {
    start: Instant,
}

/// 2026-03-03T09:00:00Z
const WALL_START: i64 = 1_772_528_400;

impl Clock for ScriptedClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wall(&self) -> jiff::Timestamp {
        let elapsed = self.start.elapsed();
        let seconds = WALL_START.saturating_add_unsigned(elapsed.as_secs());
        let nanoseconds = i32::try_from(elapsed.subsec_nanos()).unwrap_or_default();
        jiff::Timestamp::new(seconds, nanoseconds).unwrap_or_default()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A fixed sequence of numbers (SplitMix64).
pub struct Sequence(AtomicU64);

impl Sequence {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Sequence(AtomicU64::new(seed))
    }
}

impl Random for Sequence {
    fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
