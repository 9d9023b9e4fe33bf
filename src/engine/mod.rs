//! The interpreter of [`spec`](crate::spec): schema, requests, states, and one generic resource over all entities.
//!
//! Invariant: this room knows kinds of entities, never the name of one. What it must know of an entity is a word in `spec`.
//! Start reading at [`schema`], then [`encode`] and [`decode`]: pure functions on values, tested without a server or a runtime.

pub mod action;
#[cfg(test)]
pub(crate) mod check;
pub mod connection;
pub mod decode;
pub mod encode;
pub mod equal;
pub mod names;
pub mod plan;
pub mod requests;
pub mod schema;
pub(crate) mod target;
pub mod timeouts;
pub mod validate;
pub mod walk;

mod resource;

mod create;
mod delete;
mod import;
mod refresh;
mod update;

mod assign;
mod look;
mod rollback;
mod settle;
mod switch_off;
mod wait;
mod write;
mod youth;

mod find;
mod locks;
mod operation;
mod read;

mod data_source;
mod data_sources;
mod list;
mod query;
mod table;

mod diagnose;
mod generate;
mod permission;
pub mod preflight;
mod secrets;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

pub use connection::Connect;
use data_source::One;
use data_sources::Many;
use list::Lister;
use resource::{Managed, Shared};
use table::Table;

use crate::framework;
use crate::spec::{Answers, Entity, Function, Place};

/// Managed resources by Terraform type: every entity whose objects Terraform makes and changes.
pub fn resources(
    entities: &'static [&'static Entity],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::Resource>> {
    let shared = Arc::<Shared>::default();
    entities
        .iter()
        .filter(|entity| entity.managed)
        .map(|entity| {
            let resource = Managed::new(entity, Arc::clone(&connection), Arc::clone(&shared));
            (entity.name, Arc::new(resource) as Arc<dyn framework::Resource>)
        })
        .collect()
}

/// Data sources by Terraform type: of one object for everything, of many for everything that can be listed.
pub fn data_sources(
    entities: &'static [&'static Entity],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::DataSource>> {
    let shared = Arc::<Shared>::default();
    let mut sources: BTreeMap<&'static str, Arc<dyn framework::DataSource>> = BTreeMap::new();
    for entity in entities {
        if let Place::Function(Function { answers: Answers::Tables(reports), .. }) = entity.place {
            let table = Table::new(entity, reports, Arc::clone(&connection), Arc::clone(&shared));
            sources.insert(entity.name, Arc::new(table));
            continue;
        }
        let one = One::new(entity, Arc::clone(&connection), Arc::clone(&shared));
        sources.insert(entity.name, Arc::new(one));
        if schema::has_many(entity) {
            let many = Many::new(entity, Arc::clone(&connection), Arc::clone(&shared));
            sources.insert(plural(entity), Arc::new(many));
        }
    }
    sources
}

/// List resources by Terraform type: every managed resource of which there are many.
pub fn list_resources(
    entities: &'static [&'static Entity],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::ListResource>> {
    let shared = Arc::<Shared>::default();
    entities
        .iter()
        .filter(|entity| list::listable(entity))
        .map(|entity| {
            let lister = Lister::new(entity, Arc::clone(&connection), Arc::clone(&shared));
            (entity.name, Arc::new(lister) as Arc<dyn framework::ListResource>)
        })
        .collect()
}

/// The plural type name of an entity, kept for ever: there are as many as there are entities.
fn plural(entity: &'static Entity) -> &'static str {
    static PLURALS: Mutex<BTreeMap<&'static str, &'static str>> = Mutex::new(BTreeMap::new());
    let mut plurals = PLURALS.lock().unwrap_or_else(PoisonError::into_inner);
    plurals.entry(entity.name).or_insert_with(|| names::plural(entity).leak())
}
