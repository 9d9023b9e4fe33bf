//! What each call of Terraform means: the traits that a provider implements, and the pipelines that validate, plan, apply, import
//! and upgrade on top of them.
//!
//! Invariant: this room knows nothing of the wire (no prost type) and nothing of any service. It uses `tf` only.
//! Start reading at [`provider`], then [`server`].

pub mod call;
pub mod context;
pub mod private;
pub mod proposed;
pub mod provider;
pub mod server;

// The rules, one file each.
mod echo;
mod follows;
mod generate;
mod identity;
mod plan;
mod reconcile;
mod replace;
mod validate;
mod values;

// What the rules stand on.
mod level;
mod meaning;

#[cfg(test)]
mod tests;

pub use context::Context;
pub use private::Private;
pub use provider::{
    Action, ConfigureRequest, DataSource, Ephemeral, Function, ListResource, Provider, Resource,
};
pub use server::Server;
