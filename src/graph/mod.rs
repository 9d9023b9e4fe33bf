//! Microsoft Graph over HTTP: request values, sign-in, clouds, retry, paging, errors.
//!
//! Invariant: this room never speaks of Terraform and knows no entity by name. It uses no other room.
//! Start reading at [`request`], then [`client`].

pub mod auth;
pub mod client;
pub mod clouds;
pub mod error;
mod exchange;
mod gate;
mod json;
mod limits;
mod origin;
mod pace;
mod paging;
pub mod request;
mod retry;
mod retry_after;
mod room;
pub mod runtime;
pub mod scripted;
mod secret;
mod service_time;
pub mod system;
pub mod tls;
pub mod transport;
mod url;

pub use auth::Credential;
pub use client::{Client, ClientConfig, Context, Granted, HandedOut, LARGEST_BODY, Reply, Shared};
pub use clouds::{CLOUDS, Cloud, Endpoints};
pub use error::Error;
pub use json::{OBJECTS as MOST_OBJECTS, STRING as LONGEST_TEXT, WIDTH as LARGEST_COLLECTION};
pub use origin::{Origin, check_endpoint};
pub use request::{Effect, Method, Request, Version};
pub use room::Place;
pub use runtime::{Clock, Head, Random, Runtime, Transport, TransportError};
pub use secret::{Filter, Secret};
pub use transport::{HttpOptions, HttpTransport};
pub use url::{is_key, quote};
