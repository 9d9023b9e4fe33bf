//! What every running operation carries along.

use tokio_util::sync::CancellationToken;

/// Context of one call: the signal to stop waiting. Deadlines come from the `timeouts` of a resource and are its own affair.
#[derive(Clone, Debug)]
pub struct Context {
    /// Fired when Terraform asks the provider to stop. Running operations then end their waits and return what they know.
    pub stop: CancellationToken,
}

impl Context {
    /// A context that nothing stops, for tests and offline calls.
    pub fn unstoppable() -> Self {
        Context { stop: CancellationToken::new() }
    }
}
