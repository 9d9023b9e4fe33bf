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
#[derive(Clone, Debug)]
pub struct TransportError {
    /// Whether the service may have acted: anything was written before the failure.
    pub maybe_sent: bool,
    /// Whether a certificate was refused; retrying is useless then.
    pub certificate: bool,
    /// One line, without secrets.
    pub message: String,
}

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
