//! Microsoft Graph over HTTP: request values, sign-in, clouds, retry, paging, errors.
//!
//! Invariant: this room never speaks of Terraform and knows no entity by name. It uses no other room.
//! Start reading at [`request`], then [`client`].

pub mod client;
pub mod error;
pub mod request;
pub mod runtime;

pub use client::{Client, Context};
pub use error::Error;
pub use request::{Effect, Method, Request, Version};
pub use runtime::{Clock, Random, Runtime, Transport};
