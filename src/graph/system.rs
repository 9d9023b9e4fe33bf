//! Time and randomness of the real world.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::{Clock, Random};

/// The clock of the machine. Waits are tokio's, so that a paused tokio clock pauses them.
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        SystemClock { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wall(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Randomness of the crypto library.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next(&self) -> u64 {
        let mut bytes = [0; 8];
        let library = rustls::crypto::aws_lc_rs::default_provider();
        // Without entropy jitter is pointless but harmless, and ids are for tracing only.
        let _ = library.secure_random.fill(&mut bytes);
        u64::from_ne_bytes(bytes)
    }
}
