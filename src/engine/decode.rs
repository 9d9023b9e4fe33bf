//! From Graph's JSON to Terraform's values.

use serde_json::Value as Json;

use super::encode::Object;
use crate::spec::Entity;
use crate::tf::{Diagnostics, Value};

/// The state of a managed resource: every attribute of its schema, wholly known.
///
/// `reference` is what the user is looking at: the planned state after a write, the stored state in a refresh, a stub in an import. What
/// the service regards as the same value keeps the spelling of the reference. Expanded collections (assignments, sub-collections) and
/// expanded references are read from `answer` under their property's name; who fetches them elsewhere puts them there first.
pub fn state(
    entity: &Entity,
    answer: &Object,
    reference: &Value,
    diags: &mut Diagnostics,
) -> Value {
    let _ = (entity, answer, diags);
    reference.clone()
}

/// The attributes of [`schema::data_source`](super::schema::data_source), for the data sources. `parent` is the parent's id of a
/// child.
pub fn data(
    entity: &Entity,
    parent: Option<&str>,
    answer: &Object,
    diags: &mut Diagnostics,
) -> Value {
    let _ = (entity, parent, answer, diags);
    Value::Null
}

/// The value of the attribute `assignments`, from the assignments as the service gave them. Those that come from policy sets are left
/// out: they are not ours.
pub fn assignments(
    entity: &Entity,
    items: &[Json],
    reference: &Value,
    diags: &mut Diagnostics,
) -> Value {
    let _ = (entity, items, reference, diags);
    Value::Null
}
