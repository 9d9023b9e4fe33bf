//! What each RPC means. The plugin host calls one method per RPC and translates; everything that is decided is decided here.

use std::sync::Arc;

use super::Provider;

/// A provider behind the calls of Terraform.
#[derive(Clone)]
pub struct Server {
    provider: Arc<dyn Provider>,
}

impl Server {
    /// Serves `provider`.
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Server { provider }
    }

    /// The provider, for the answers that are nothing but its schemas.
    pub fn provider(&self) -> &dyn Provider {
        self.provider.as_ref()
    }
}
