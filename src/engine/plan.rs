//! What a plan needs beyond the schema's own rules.
//!
//! Most of a plan follows from the rules that [`schema`](super::schema) puts on each attribute: what the service defaults keeps its value
//! when it leaves the configuration, assignments that are not managed show what the tenant has, and an entity without an update is
//! replaced. What is left is a memory.

use crate::framework::Private;
use crate::framework::provider::Plan;
use crate::spec::Entity;
use crate::tf::{Diagnostics, Path, Value};

use super::schema::{self, ASSIGNMENTS};
use super::settle::complete;

/// Key of the private state under which it is remembered whether the configuration manages the assignments.
pub const ASSIGNMENTS_MANAGED: &str = "assignments_managed";

/// Whether the configuration managed the assignments when the object was last planned. No memory means not managed.
pub fn assignments_managed(private: &Private) -> bool {
    private.0.get(ASSIGNMENTS_MANAGED).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// Changes the plan of a create or update after the schema's rules were applied.
///
/// Remembers whether the configuration manages the assignments: a destroy has no configuration to ask, and a plan without any other
/// change saves no private state, so this is done at every plan. Assignments that leave the configuration are planned as unknown: they are
/// anybody's from now on, and without a change it would not be remembered. An object that shall be of another subtype is replaced.
pub fn modify(entity: &Entity, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
    let _ = diags;
    if plan.planned.is_null() {
        return;
    }
    if only_settings_change(entity, plan) {
        // Nothing will be written, so that nothing the service computes can change.
        plan.planned = complete(&plan.planned, plan.prior);
    }
    if entity.assignments.is_some() {
        let managed = !plan.config.get(ASSIGNMENTS).is_null();
        let before = plan.private.0.insert(ASSIGNMENTS_MANAGED.to_owned(), managed.into());
        let no_more = !managed && before == Some(true.into()) && !plan.prior.is_null();
        if let (true, Value::Object(planned)) = (no_more, &mut plan.planned) {
            planned.insert(ASSIGNMENTS.to_owned(), Value::unknown());
        }
    }
    for variant in entity.family {
        let (before, after) = (plan.prior.get(variant.name), plan.planned.get(variant.name));
        if !plan.prior.is_null() && before.is_null() != after.is_null() {
            plan.requires_replace.push(Path::attribute(variant.name));
        }
    }
}

/// Whether a plan changes nothing but what only Terraform keeps.
fn only_settings_change(entity: &Entity, plan: &Plan<'_>) -> bool {
    let (Value::Object(prior), true) = (plan.prior, plan.config.is_wholly_known()) else {
        return false;
    };
    let completed = complete(&plan.planned, plan.prior);
    let settings = schema::settings(entity);
    prior
        .iter()
        .filter(|(name, _)| !settings.contains(&name.as_str()))
        .all(|(name, value)| completed.get(name) == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::timeouts;
    use crate::spec::{AssignStyle, Assignments, ReadBy, Targets};
    use crate::tf::Value;

    static ENTITY: Entity =
        Entity::collection("test_thing", "thing", "/things").assigned_by(Assignments {
            style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
            read_by: ReadBy::Expand,
            targets: Targets::CloudPc { frontline: false },
            item_type: None,
            extra: &[],
            block_delete: false,
        });

    fn managed_after(config: Value, planned: Value, private: Private) -> bool {
        let mut plan = Plan {
            config: &config,
            prior: &Value::Null,
            planned,
            requires_replace: Vec::new(),
            private,
        };
        modify(&ENTITY, &mut plan, &mut Diagnostics::new());
        assignments_managed(&plan.private)
    }

    fn with(assignments: Value) -> Value {
        Value::object([(ASSIGNMENTS, assignments)])
    }

    #[test]
    fn assignments_are_managed_when_the_configuration_names_them() {
        let planned = || with(Value::Set(Vec::new()));
        let none = Private::default;
        assert!(managed_after(with(Value::Set(Vec::new())), planned(), none()));
        assert!(managed_after(with(Value::unknown()), planned(), none()));
        assert!(!managed_after(with(Value::Null), planned(), none()));
    }

    #[test]
    fn assignments_that_leave_the_configuration_are_a_change() {
        let planned_after = |remembered: bool, config: Value| {
            let prior = with(Value::Set(Vec::new()));
            let memory = [(ASSIGNMENTS_MANAGED.to_owned(), remembered.into())];
            let mut plan = Plan {
                config: &config,
                prior: &prior,
                planned: prior.clone(),
                requires_replace: Vec::new(),
                private: Private(memory.into_iter().collect()),
            };
            modify(&ENTITY, &mut plan, &mut Diagnostics::new());
            plan.planned.get(ASSIGNMENTS).clone()
        };
        assert!(planned_after(true, with(Value::Null)).is_unknown());
        assert!(!planned_after(false, with(Value::Null)).is_unknown());
        assert!(!planned_after(true, with(Value::Set(Vec::new()))).is_unknown());
    }

    #[test]
    fn a_destroy_remembers_the_last_configuration() {
        let remembered =
            Private([(ASSIGNMENTS_MANAGED.to_owned(), true.into())].into_iter().collect());
        assert!(managed_after(Value::Null, Value::Null, remembered.clone()));
        assert!(!managed_after(with(Value::Null), with(Value::Null), remembered));
        assert!(!assignments_managed(&Private::default()));
    }

    #[test]
    fn a_change_of_timeouts_alone_leaves_what_the_service_computes() {
        let state = |name: &str, timeouts: Value, modified: Value| {
            Value::object([
                ("display_name", Value::from(name)),
                (timeouts::ATTRIBUTE, timeouts),
                ("last_modified_date_time", modified),
            ])
        };
        let modified_after = |config: Value, name: &str| {
            let prior = state("a", Value::Null, Value::from("2026-01-01T00:00:00Z"));
            let mut plan = Plan {
                config: &config,
                prior: &prior,
                planned: state(
                    name,
                    Value::object([("read", Value::from("1m"))]),
                    Value::unknown(),
                ),
                requires_replace: Vec::new(),
                private: Private::default(),
            };
            modify(&ENTITY, &mut plan, &mut Diagnostics::new());
            plan.planned.get("last_modified_date_time").clone()
        };
        let known = with(Value::Null);
        assert_eq!(modified_after(known.clone(), "a"), Value::from("2026-01-01T00:00:00Z"));
        assert!(modified_after(known, "b").is_unknown());
        assert!(modified_after(with(Value::unknown()), "a").is_unknown());
    }
}
