//! What any plan of any valid configuration is like.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use windows365::engine::{schema, validate};
use windows365::framework::call::{self, Planned, Raw};
use windows365::framework::proposed::proposed;
use windows365::framework::{Provider as _, Server};
use windows365::graph::scripted::{Answer, Script};
use windows365::provider::Provider;
use windows365::spec::Entity;
use windows365::tf::{Diagnostics, Type, Value, json, msgpack};

use super::{Verdict, each_holds, that};
use crate::support::shapes::{Choices, any_value_of, completed, configuration, respelled};

/// A provider without a tenant: a plan needs none.
struct Planner {
    server: Server,
    entity: &'static Entity,
    r#type: Type,
}

impl Planner {
    fn new(entity: &'static Entity) -> Planner {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _inside = runtime.enter();
        let runtime = Script::new(|_| Answer::Never).runtime();
        let provider = Provider::new(BTreeMap::new(), move || runtime.clone());
        let r#type = provider.resources()[entity.name].schema().implied_type();
        Planner { server: Server::new(Arc::new(provider)), entity, r#type }
    }

    fn value(&self, config: &Json) -> Value {
        json::from_json(config, &self.r#type).unwrap()
    }

    fn raw(&self, value: &Value) -> Raw {
        Raw { msgpack: msgpack::encode(value, &self.r#type), json: Vec::new() }
    }

    fn plan(&self, prior: &Value, private: &[u8], config: &Value) -> Planned {
        let block = &schema::resource(self.entity).block;
        self.server.plan(call::Plan {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(prior),
            proposed_new_state: self.raw(&proposed(block, prior, config)),
            config: self.raw(config),
            prior_private: private.to_vec(),
            prior_identity: None,
        })
    }

    fn planned(&self, plan: &Planned) -> Value {
        msgpack::decode(&plan.planned_state, &self.r#type).unwrap()
    }

    /// The state after a configuration was applied by a service that gives what it likes where the plan leaves it to it.
    fn applied(&self, config: &Value, choices: &mut Choices<'_>) -> (Value, Vec<u8>) {
        let plan = self.plan(&Value::Null, &[], config);
        (completed(&self.planned(&plan), &self.r#type, choices), plan.planned_private)
    }
}

/// A configuration with unknown values in some places.
fn with_unknowns(value: Value, choices: &mut Choices<'_>) -> Value {
    let mut value = value;
    value.walk_mut(&mut |path, node| {
        if !path.is_root() && !node.is_null() && choices.one_in(12) {
            *node = Value::unknown();
        }
    });
    value
}

#[test]
fn every_configuration_that_is_made_is_valid() {
    each_holds("valid_configurations", 24, 96, configuration, |entity, config| {
        let value = Planner::new(entity).value(config);
        let mut found = Diagnostics::new();
        validate::config(entity, &value, &mut found);
        that(!found.has_error(), || format!("{found:?}"))
    });
}

/// A plan has no clock, no chance and no memory: the same request gives the same answer, also from another process.
#[test]
fn a_plan_is_pure() {
    let make = |entity: &'static Entity, choices: &mut Choices<'_>| {
        let planner = Planner::new(entity);
        let before = planner.value(&configuration(entity, choices));
        let (prior, private) = match choices.below(3) {
            0 => (Value::Null, Vec::new()),
            _ => planner.applied(&before, choices),
        };
        let config = planner.value(&configuration(entity, choices));
        (prior, private, with_unknowns(config, choices))
    };
    each_holds("pure_plans", 12, 240, make, |entity, (prior, private, config)| {
        let planner = Planner::new(entity);
        let text = |plan: Planned| format!("{plan:?}");
        let first = text(planner.plan(prior, private, config));
        that(first == text(planner.plan(prior, private, config)), || "twice differs".to_owned())?;
        let other = text(Planner::new(entity).plan(prior, private, config));
        that(first == other, || "another process plans otherwise".to_owned())
    });
}

/// Whatever is asked of a plan, it answers alike each time.
#[test]
fn a_plan_of_anything_that_fits_the_schema_is_pure() {
    let make = |entity: &'static Entity, choices: &mut Choices<'_>| {
        let r#type = schema::resource(entity).implied_type();
        [false, true].map(|unknowns| any_value_of(&r#type, choices, unknowns))
    };
    each_holds("pure_plans_of_anything", 12, 400, make, |entity, [prior, config]| {
        let planner = Planner::new(entity);
        let plan = || format!("{:?}", planner.plan(prior, &[], config));
        that(plan() == plan(), || "twice differs".to_owned())?;
        let validated = |_| {
            planner.server.validate_resource(
                entity.name,
                planner.raw(config),
                call::Client { write_only: true },
            )
        };
        that(validated(0) == validated(1), || "two checks differ".to_owned())
    });
}

/// What was planned and came to be as planned is planned no more.
#[test]
fn a_plan_of_what_was_planned_changes_nothing() {
    let make = |entity: &'static Entity, choices: &mut Choices<'_>| {
        let planner = Planner::new(entity);
        let first = planner.value(&configuration(entity, choices));
        let (prior, private) = planner.applied(&first, choices);
        let second = planner.value(&configuration(entity, choices));
        let plan = planner.plan(&prior, &private, &second);
        let after = completed(&planner.planned(&plan), &planner.r#type, choices);
        (second, after, plan.planned_private)
    };
    each_holds("settled_plans", 16, 320, make, |entity, (config, state, private)| {
        let planner = Planner::new(entity);
        unchanged(&planner, &planner.plan(state, private, config), state)
    });
}

/// A value that is only spelt differently is no change.
#[test]
fn another_spelling_is_no_change() {
    let make = |entity: &'static Entity, choices: &mut Choices<'_>| {
        let planner = Planner::new(entity);
        let config = configuration(entity, choices);
        let other = respelled(entity, &config, choices);
        let (state, private) = planner.applied(&planner.value(&config), choices);
        (config, other, state, private)
    };
    each_holds("respelled_plans", 16, 240, make, |entity, (_, other, state, private)| {
        let planner = Planner::new(entity);
        let other = planner.value(other);
        let mut found = Diagnostics::new();
        validate::config(entity, &other, &mut found);
        that(!found.has_error(), || format!("the other spelling is not valid: {found:?}"))?;
        unchanged(&planner, &planner.plan(state, private, &other), state)
    });
}

fn unchanged(planner: &Planner, plan: &Planned, state: &Value) -> Verdict {
    let planned = planner.planned(plan);
    that(!plan.diagnostics.has_error(), || format!("{:?}", plan.diagnostics))?;
    that(planned == *state, || {
        let differs = planned.entries().into_iter().flatten();
        let differs = differs.filter(|(name, value)| state.get(name) != *value);
        let lines =
            differs.map(|(name, value)| format!("{name}: {:?} -> {value:?}", state.get(name)));
        format!("a change is planned: {}", lines.collect::<Vec<_>>().join("; "))
    })?;
    that(plan.requires_replace.is_empty(), || format!("replaced by {:?}", plan.requires_replace))
}
