//! What a plan needs beyond the schema's own rules.

use crate::framework::Private;
use crate::framework::provider::Plan;
use crate::spec::Entity;
use crate::tf::Diagnostics;

/// Key of the private state under which it is remembered whether the configuration manages the assignments.
pub const ASSIGNMENTS_MANAGED: &str = "assignments_managed";

/// Whether the configuration managed the assignments when the object was last planned. No memory means not managed.
pub fn assignments_managed(private: &Private) -> bool {
    private.0.get(ASSIGNMENTS_MANAGED).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// Changes the plan of a create or update after the schema's rules were applied.
pub fn modify(entity: &Entity, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
    let _ = (entity, plan, diags);
}
