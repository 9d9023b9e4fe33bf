//! The client: one explicit loop that authorizes, waits its turn, sends, classifies and retries.

use std::time::Duration;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::{Credential, Endpoints, Error, Request, Runtime};

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Where tokens come from and where requests go.
    pub endpoints: Endpoints,
    /// What the client signs in with.
    pub credential: Credential,
    /// `User-Agent` of every request; the Cloud PC service refuses requests without one.
    pub user_agent: String,
}

impl ClientConfig {
    /// The public cloud, with this crate's name and version as the user agent.
    pub fn new(credential: Credential) -> Self {
        ClientConfig {
            endpoints: Endpoints::default(),
            credential,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// What every call carries along.
#[derive(Clone, Debug)]
pub struct Context {
    /// [`Clock::now`](super::Clock::now) at which the operation must have ended.
    pub deadline: Duration,
    /// Ends every wait at once. A write in flight gets a grace of a second.
    pub stop: CancellationToken,
}

/// A successful answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status, 2xx.
    pub status: u16,
    /// The body, null when there was none (204).
    pub body: Json,
    /// The last path segment of the `Location` header, if any: the id after a create.
    pub location_id: Option<String>,
}

/// A client for one tenant, app and cloud. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    config: ClientConfig,
    runtime: Runtime,
}

impl Client {
    /// A client. Nothing is sent before the first request.
    pub fn new(config: ClientConfig, runtime: Runtime) -> Self {
        Client { config, runtime }
    }

    /// The context of an operation that may take `limit` from now on.
    pub fn context(&self, limit: Duration, stop: CancellationToken) -> Context {
        Context { deadline: self.runtime.clock.now().saturating_add(limit), stop }
    }

    /// Time, randomness and wire of this client, for waits that belong to an operation rather than to a request.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The address that [`Request`] paths are below, version included and without a final slash; for `@odata.bind`.
    pub fn root(&self, version: super::Version) -> String {
        self.config.endpoints.graph.root(version)
    }

    /// Sends one request, retrying as its effect allows.
    ///
    /// # Errors
    /// Everything but a 2xx, and a 2xx whose body is no JSON or holds an `error`.
    pub async fn send(&self, cx: &Context, request: &Request) -> Result<Reply, Error> {
        let _ = (cx, request);
        Err(Error {})
    }

    /// All items of a collection, page by page, without duplicates by `id`, in the order seen. Stops at `limit` items.
    ///
    /// # Errors
    /// As [`Client::send`]; also a next link to another origin, a cycle, or too many pages or items.
    pub async fn list(
        &self,
        cx: &Context,
        request: &Request,
        limit: Option<usize>,
    ) -> Result<Vec<Json>, Error> {
        let _ = (cx, request, limit);
        Err(Error {})
    }

    /// Permission names in the token in use (`roles` of an app, `scp` of a person) and whether it is an app's. `None` while no token
    /// was fetched, or when it cannot be read.
    pub fn granted(&self) -> Option<Granted> {
        None
    }
}

/// What the token in use allows, as far as it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Whether the token is an app's (roles) rather than a person's (scopes).
    pub application: bool,
    /// Permission names.
    pub permissions: Vec<String>,
    /// Tenant id of the token.
    pub tenant_id: Option<String>,
}
