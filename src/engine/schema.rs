//! Schemas that follow from a description.

use crate::spec::Entity;
use crate::tf;

/// Schema of the managed resource.
pub fn resource(entity: &'static Entity) -> tf::Schema {
    let _ = entity;
    tf::Schema::default()
}

/// Schema of the data source of one object: `id` or the attribute that names it, exactly one of them; the rest is computed.
pub fn data_source(entity: &'static Entity) -> tf::Schema {
    let _ = entity;
    tf::Schema::default()
}

/// Schema of the data source of many: `filter`, `top` and `order_by`, and the `items`.
pub fn data_sources(entity: &'static Entity) -> tf::Schema {
    let _ = entity;
    tf::Schema::default()
}

/// Schema of the `config` block of the list resource.
pub fn list_resource(entity: &'static Entity) -> tf::Schema {
    let _ = entity;
    tf::Schema::default()
}

/// Schema of the identity: `id`, the parent's id where there is a parent, and optionally `tenant_id`.
pub fn identity(entity: &'static Entity) -> tf::Identity {
    let _ = entity;
    tf::Identity { version: 0, attributes: Vec::new() }
}
