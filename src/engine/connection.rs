//! How the engine comes by its Graph client: it asks, at every call, whoever was configured.

use std::sync::Arc;

use super::preflight::Preflight;
use crate::graph::Client;
use crate::tf::Diagnostics;

/// Whoever can give a client, or say why there is none.
///
/// Asked once at the start of every operation, never kept: a provider may be configured again, and a value that was unknown in a plan
/// may be known in the apply.
pub trait Connect: Send + Sync + 'static {
    /// The client for the configured tenant, app and cloud. Fetches nothing.
    ///
    /// # Errors
    /// The provider block was not configured, or a value that is needed is missing or still unknown: the finding names it.
    fn client(&self) -> Result<Client, Diagnostics>;

    /// What is to be checked before the service is asked; nothing by default.
    fn preflight(&self) -> Option<Arc<Preflight>> {
        None
    }
}

impl<T: Connect + ?Sized> Connect for Arc<T> {
    fn client(&self) -> Result<Client, Diagnostics> {
        T::client(self)
    }

    fn preflight(&self) -> Option<Arc<Preflight>> {
        T::preflight(self)
    }
}
