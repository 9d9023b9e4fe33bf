//! When the resource runs its action again, and on which targets.

use std::collections::BTreeMap;

use super::results;
use crate::engine::action::invoke::targets;
use crate::engine::action::run::{End, TENANT};
use crate::engine::action::schema::{
    ACTION, ARGUMENTS, ARGUMENTS_WO_VERSION, OPERATION_ID, RESULTS, TARGET_IDS, TRIGGERS,
};
use crate::framework::provider::Plan;
use crate::tf::Value;

/// Plans a create or update. Gives the targets on which it runs, unknown or null allowed; `None` when it does not run.
pub(super) fn modify(plan: &mut Plan<'_>) -> Option<Value> {
    if plan.prior.is_null() {
        return Some(plan.planned.get(TARGET_IDS).clone());
    }
    let (on, wholly) = if runs_on_all(plan.prior, &plan.planned) {
        (plan.planned.get(TARGET_IDS).clone(), true)
    } else if plan.planned.get(TARGET_IDS).is_wholly_known() {
        let (on, kept) = split(plan.prior, &plan.planned);
        let gone = kept.len() < results(plan.prior).len();
        if on.is_empty() && !gone {
            // Only how it is waited for changes, or nothing.
            for name in [RESULTS, OPERATION_ID] {
                set(&mut plan.planned, name, plan.prior.get(name).clone());
            }
            return None;
        }
        (Value::set(on.iter().map(|id| Value::from(id.as_str()))), !on.is_empty())
    } else {
        (plan.planned.get(TARGET_IDS).clone(), true)
    };
    for name in [RESULTS, OPERATION_ID] {
        set(&mut plan.planned, name, Value::unknown());
    }
    wholly.then_some(on)
}

/// Whether something changed that concerns every target.
fn runs_on_all(prior: &Value, planned: &Value) -> bool {
    [ACTION, ARGUMENTS, ARGUMENTS_WO_VERSION, TRIGGERS]
        .iter()
        .any(|name| prior.get(name) != planned.get(name))
}

/// Every target of a plan or state, the tenant among them.
pub(super) fn wanted(value: &Value) -> Vec<String> {
    match value.get(TARGET_IDS) {
        ids if ids.is_null() => vec![TENANT.to_owned()],
        ids => targets(ids),
    }
}

/// The targets on which an update runs, and how it went on those that are left in peace.
pub(super) fn split(prior: &Value, planned: &Value) -> (Vec<String>, BTreeMap<String, End>) {
    let wanted = wanted(planned);
    if runs_on_all(prior, planned) {
        return (wanted, BTreeMap::new());
    }
    let mut kept = results(prior);
    kept.retain(|id, end| wanted.contains(id) && !end.fate.may_be_tried_again());
    let on = wanted.into_iter().filter(|id| !kept.contains_key(id)).collect();
    (on, kept)
}

fn set(planned: &mut Value, name: &str, value: Value) {
    if let Value::Object(attributes) = planned {
        attributes.insert(name.to_owned(), value);
    }
}
