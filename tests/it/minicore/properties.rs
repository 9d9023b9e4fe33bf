//! What must hold for every resource of every provider, to be run over a table of fixtures.
//!
//! [`check_resource`] is the entry: it takes a resource type through its whole life and asks everything on the way that can be asked
//! without knowing what the type is about. Whatever does not hold becomes a violation of the [`MiniCore`].

mod life;
mod offline;
mod wire;

use serde_json::Value as Json;

pub(crate) use windows365::simulation::Fixture;

use super::{Action, Diags, MiniCore, Plan};

/// Everything about one resource type. Leaves no object behind.
pub(crate) async fn check_resource(core: &mut MiniCore, name: &str, fixture: &Fixture) {
    assert!(core.catalog.resources.contains_key(name), "the provider has no resource {name}");
    offline::validate_with_unknowns(core, name, fixture).await;
    offline::offline_calls(core, name, fixture).await;
    offline::write_only_needs_a_client_that_knows(core, name, fixture).await;
    wire::plans_with_unknowns(core, name, fixture).await;
    wire::plans_are_deterministic(core, name, fixture).await;
    wire::plan_without_provider_values(core, name, fixture).await;
    life::whole_life(core, name, fixture).await;
}

/// Everything about a provider that no single resource type shows. Type names begin with one of `prefixes`.
pub(crate) async fn check_provider(core: &mut MiniCore, prefixes: &[&str]) {
    let catalog = std::sync::Arc::clone(&core.catalog);
    let kinds = [
        catalog.resources.keys().collect::<Vec<_>>(),
        catalog.data_sources.keys().collect(),
        catalog.ephemerals.keys().collect(),
        catalog.lists.keys().collect(),
        catalog.actions.keys().collect(),
    ];
    for name in kinds.into_iter().flatten() {
        if !prefixes
            .iter()
            .any(|prefix| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_')))
        {
            core.violations.add(format!("{name} does not begin with any of {prefixes:?}"));
        }
    }
    wire::unsupported_calls(core).await;
}

/// Notes that a property does not hold.
fn broken(core: &MiniCore, name: &str, what: impl std::fmt::Display) {
    core.violations.add(format!("{name}: {what}"));
}

/// The value of something that had to succeed.
fn succeeded<T>(core: &MiniCore, name: &str, what: &str, result: Result<T, Diags>) -> Option<T> {
    result.map_err(|diags| broken(core, name, format!("{what}: {diags}"))).ok()
}

/// A plan that must change nothing.
async fn no_change(core: &mut MiniCore, address: &str, config: &Json, when: &str) {
    let plan = core.plan(address, config).await;
    if let Some(plan) = succeeded(core, address, when, plan) {
        expect(core, address, when, &plan, Action::NoOp);
    }
}

fn expect(core: &MiniCore, address: &str, when: &str, plan: &Plan, action: Action) {
    if plan.action != action {
        let prior = plan.prior.as_ref().map(|it| &it.value);
        let changes = prior.map_or_else(String::new, |prior| {
            let mut changes = String::new();
            for (name, planned) in plan.planned.entries() {
                let before = prior.get(name);
                if before != *planned {
                    changes.push_str(&format!("\n  {name}: {before:?} -> {planned:?}"));
                }
            }
            changes
        });
        broken(core, address, format!("{when}: {:?} instead of {action:?}{changes}", plan.action));
    }
}
