//! The interpreter of [`spec`](crate::spec): schema, requests, states, and one generic resource over all entities.
//!
//! Invariant: this room knows kinds of entities, never the name of one. What it must know of an entity is a word in `spec`.
//! Start reading at [`schema`], then [`encode`] and [`decode`]: pure functions on values, tested without a server or a runtime.

pub mod connection;
pub mod decode;
pub mod encode;
pub mod equal;
pub mod names;
pub mod plan;
pub mod requests;
pub mod schema;
pub mod timeouts;
pub mod validate;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use connection::Connect;

use crate::framework;
use crate::spec::Entity;

/// Managed resources by Terraform type: every entity but functions.
pub fn resources(
    entities: &'static [&'static Entity],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::Resource>> {
    let _ = (entities, connection);
    BTreeMap::new()
}

/// Data sources by Terraform type, of one object and of many.
pub fn data_sources(
    entities: &'static [&'static Entity],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::DataSource>> {
    let _ = (entities, connection);
    BTreeMap::new()
}

/// List resources by Terraform type: every managed resource that can be listed without naming a parent.
pub fn list_resources(
    entities: &'static [&'static Entity],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::ListResource>> {
    let _ = (entities, connection);
    BTreeMap::new()
}
