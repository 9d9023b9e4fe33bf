//! Everything beneath the client that is not a pure function: time, randomness and the wire. A run is replayed by replacing all three.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// Time. The only place that reads a clock or waits.
pub trait Clock: Send + Sync {
    /// Monotonic time since some start.
    fn now(&self) -> Duration;

    /// Wall-clock time, for token expiry and dates in headers.
    fn wall(&self) -> jiff::Timestamp;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>>;
}

/// Randomness, for jitter and request ids. Not for keys.
pub trait Random: Send + Sync {
    /// The next 64 bits.
    fn next(&self) -> u64;
}

/// The wire: one HTTP exchange, no retry, no redirect, no credentials of its own.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole response, within the caps and time-outs of the implementation.
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError>;
}

/// Why an exchange failed below HTTP.
#[derive(Clone, Debug, Default)]
pub struct TransportError {
    /// Whether the service may have acted: anything was written before the failure.
    pub maybe_sent: bool,
    /// Whether a certificate was refused, or TLS could not be agreed on; retrying is useless then.
    pub certificate: bool,
    /// Whether time ran out, as opposed to a failure; costs more of the retry budget.
    pub timeout: bool,
    /// Whether a limit of ours was broken (size, ratio, headers, encoding, plain http); retrying is useless then.
    pub oversize: bool,
    /// Whether the answer was given up because it was large while another large one was being read; the same request may be sent again.
    pub crowded: bool,
    /// One line, without secrets and addresses.
    pub message: String,
    /// Status and headers, when they arrived before the failure: the id of a created object may be among them.
    pub head: Option<Box<Head>>,
}

/// Status and headers of a response.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Status.
    pub status: http::StatusCode,
    /// Headers.
    pub headers: http::HeaderMap,
}

impl TransportError {
    /// Nothing was written: the connection was never made.
    pub fn unsent(message: impl Into<String>) -> Self {
        TransportError { message: message.into(), ..Default::default() }
    }

    /// Something may have been written before the failure.
    pub fn cut(message: impl Into<String>) -> Self {
        TransportError { maybe_sent: true, message: message.into(), ..Default::default() }
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}

/// Time, randomness and the wire together.
#[derive(Clone)]
pub struct Runtime {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The wire.
    pub transport: Arc<dyn Transport>,
}

impl Runtime {
    /// The real world: the machine's clock and randomness, and HTTP.
    pub fn system() -> Self {
        Runtime::system_with(&super::HttpOptions::default())
    }

    /// The real world behind a network with demands of its own.
    pub fn system_with(options: &super::HttpOptions) -> Self {
        Runtime {
            clock: Arc::new(super::system::SystemClock::start()),
            random: Arc::new(super::system::SystemRandom),
            transport: Arc::new(super::HttpTransport::with_options(options.clone())),
        }
    }
}
