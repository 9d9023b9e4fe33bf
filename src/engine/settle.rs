//! Waiting until reads agree with what was written.
//!
//! Graph is a front for many replicas: after a write, reads give the old object, the new one, or a 404, in turns, until all replicas
//! have it. The write is trusted; reads are repeated until one agrees, so that whoever comes next (a later resource, the next plan)
//! meets the object as it was written. When they never agree the written values stand, with a line in the log: that is not a failure.

use std::borrow::Cow;
use std::time::Duration;

use super::encode::Object;
use super::operation::{Halt, growing};
use super::read::{self, Found};
use super::requests::{self, Item};
use super::resource::Work;
use super::schema::ASSIGNMENTS;
use super::target::Unpaired;
use super::{decode, equal, names};
use crate::spec::{Attribute, Entity};
use crate::tf::{Diagnostics, Value};

/// How long an object that was just written may answer 404.
pub(super) const UNSEEN: Duration = Duration::from_secs(600);

/// How long reads may show something else than what was written. A service that goes on longer has rewritten the value.
const OTHERWISE: Duration = Duration::from_secs(90);

/// The first and the longest wait between two looks.
pub(super) const LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

/// What the reads after a write have come to.
pub(super) struct Settled {
    /// The state to store: the planned values, and for what the plan left open the service's.
    pub(super) state: Value,
    /// What the service went on showing for longer than any replica is late, where that is not what was planned.
    pub(super) otherwise: Option<Value>,
}

/// Reads until the object agrees with `planned`. `None` when no read has shown the object in time.
pub(super) async fn settle(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    diags: &mut Diagnostics,
) -> Option<Settled> {
    let start = work.operation.now();
    let mut last: Option<(Value, Diagnostics)> = None;
    let mut lag_seen = false;
    let mut agreed_once = false;
    let mut agrees = false;
    let mut in_vain = false;
    for wait in growing(LOOKS.0, LOOKS.1) {
        let patience = match read::read(&work.operation, work.entity, item).await {
            Ok(Found::Here(object)) => {
                let mut found = Diagnostics::new();
                let state = decode::state(work.entity, &object, planned, &mut found);
                let difference = disagreement(work.entity, planned, &state);
                last = Some((state, found));
                match difference {
                    // Once reads have been seen to lag, one that agrees may be followed by one that does not: two must.
                    None if !lag_seen || agreed_once => {
                        agrees = true;
                        break;
                    }
                    None => agreed_once = true,
                    Some(name) => {
                        tracing::debug!(entity = work.entity.name, attribute = %name, "a read does not yet show what was written");
                        lag_seen = true;
                        agreed_once = false;
                    }
                }
                OTHERWISE
            }
            Ok(Found::Absent(_)) => {
                lag_seen = true;
                agreed_once = false;
                UNSEEN
            }
            Err(failure) => {
                tracing::warn!(entity = work.entity.name, "a read after a write failed: {failure}");
                let request = requests::read(work.entity, item);
                if !failure.is_ambiguous() || !work.operation.may_follow(&failure, &request) {
                    break;
                }
                OTHERWISE
            }
        };
        let spent = work.operation.now().saturating_sub(start);
        if spent >= patience {
            tracing::warn!(
                entity = work.entity.name,
                id = item.id,
                "reads do not agree with what was written; the written values are kept"
            );
            in_vain = true;
            break;
        }
        match work.operation.pause(wait).await {
            Ok(()) => {}
            Err(Halt::Stopped | Halt::Deadline) => {
                tracing::warn!(
                    entity = work.entity.name,
                    id = item.id,
                    "the operation ended before reads agreed with what was written; the written values are kept"
                );
                break;
            }
        }
    }
    let (state, found) = last?;
    diags.extend(found);
    // The framework puts the user's spelling back. Where reads never agreed the written value stands.
    Some(match agrees {
        true => Settled { state, otherwise: None },
        false => Settled { state: complete(planned, &state), otherwise: in_vain.then_some(state) },
    })
}

/// As [`settle`], for a new object: what no read shows in time comes from the answer to the create, else from the plan alone.
pub(super) async fn settled(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    answer: Option<&Object>,
    diags: &mut Diagnostics,
) -> Value {
    let state = match (settle(work, item, planned, diags).await, answer) {
        (Some(settled), _) => settled.state,
        (None, Some(answer)) => {
            complete(planned, &decode::state(work.entity, answer, planned, diags))
        }
        (None, None) => complete(planned, &Value::Null),
    };
    with_id(state, item)
}

/// A state that certainly names its object.
pub(super) fn with_id(state: Value, item: &Item) -> Value {
    match state {
        Value::Object(mut attributes) => {
            if attributes.get("id").is_none_or(|id| !id.is_known()) {
                attributes.insert("id".to_owned(), Value::from(item.id.as_str()));
            }
            Value::Object(attributes)
        }
        other => other,
    }
}

/// The attribute in which `actual` does not mean what was planned; what the plan left open agrees with everything.
pub(super) fn disagreement(
    entity: &'static Entity,
    planned: &Value,
    actual: &Value,
) -> Option<Cow<'static, str>> {
    let differs = |attribute: &&Attribute| {
        let name = names::attribute_name(attribute);
        !equal::same(attribute, planned.get(&name), actual.get(&name))
    };
    if let Some(attribute) = entity.attributes.iter().find(differs) {
        return Some(names::attribute_name(attribute));
    }
    let (wanted, shown) = (planned.get(ASSIGNMENTS), actual.get(ASSIGNMENTS));
    (!same_assignments(entity, wanted, shown)).then_some(Cow::Borrowed(ASSIGNMENTS))
}

/// Whether two values of the attribute `assignments` mean the same.
pub(super) fn same_assignments(entity: &Entity, a: &Value, b: &Value) -> bool {
    let Some(described) = &entity.assignments else { return true };
    let (Some(one), Some(other)) = (a.elements(), b.elements()) else {
        return a.is_unknown() || b.is_unknown() || a == b;
    };
    let within = |a: &[Value], b: &[Value]| {
        let b = Unpaired::new(described, b.iter().map(|b| (b, ())));
        a.iter().all(|a| b.has(a))
    };
    one.len() == other.len() && within(one, other) && within(other, one)
}

/// What was planned, with what the plan left open taken from `actual`; null where that lacks it, or holds another element.
pub(super) fn complete(planned: &Value, actual: &Value) -> Value {
    match (planned, actual) {
        (Value::Unknown(_), Value::Unknown(_)) => Value::Null,
        (Value::Unknown(_), actual) => actual.clone(),
        (Value::Object(wanted), _) => Value::Object(
            wanted
                .iter()
                .map(|(name, value)| (name.clone(), complete(value, actual.get(name))))
                .collect(),
        ),
        (Value::List(wanted), _) => {
            let found = actual.elements().unwrap_or_default();
            Value::List(
                wanted
                    .iter()
                    .enumerate()
                    .map(|(index, value)| {
                        // What was at this place may have been something else.
                        let found = found.get(index).filter(|found| fits(value, found));
                        complete(value, found.unwrap_or(&Value::Null))
                    })
                    .collect(),
            )
        }
        (Value::Set(wanted), _) => {
            let mut left: Vec<&Value> = actual.elements().unwrap_or_default().iter().collect();
            let elements =
                wanted.iter().map(|value| match left.iter().position(|found| fits(value, found)) {
                    Some(at) => complete(value, left.remove(at)),
                    None => complete(value, &Value::Null),
                });
            Value::Set(elements.collect())
        }
        _ => planned.clone(),
    }
}

/// Whether an element can be the one that was planned: it agrees in all that was known.
fn fits(planned: &Value, actual: &Value) -> bool {
    match (planned, actual) {
        (Value::Unknown(_), _) => true,
        (Value::Object(wanted), Value::Object(_)) => {
            wanted.iter().all(|(name, value)| fits(value, actual.get(name)))
        }
        _ => planned == actual,
    }
}

#[cfg(test)]
mod tests;
