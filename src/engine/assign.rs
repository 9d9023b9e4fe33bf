//! Writing the assignments of an object.
//!
//! One call replaces the whole set, or additions go before removals: at no moment is a group that stays assigned without its
//! assignment. For Cloud PCs such a moment would start to take machines away from people.

use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::Failure;
use super::permission::Use;
use super::read::{self, Found};
use super::requests::{self, Item};
use super::resource::Work;
use super::schema::ASSIGNMENTS;
use super::settle::same_assignments;
use super::write::{Age, write};
use super::{decode, encode};
use crate::spec::AssignStyle;
use crate::tf::{Diagnostics, Value};

/// Waits between the reads that tell whether an unclear write of assignments took effect; assignments lag more than objects.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(3), Duration::from_secs(6)];

/// How often assignments that are written one by one are compared and written anew after a doubt.
const ROUNDS: usize = 3;

/// Makes the assignments of an object those of `wanted` (the value of the attribute).
pub(super) async fn assign(
    work: &Work<'_>,
    item: &Item,
    wanted: &Value,
    age: Age,
) -> Result<(), Failure> {
    let Some(assignments) = &work.entity.assignments else { return Ok(()) };
    match assignments.style {
        AssignStyle::Replace { .. } => replace(work, item, wanted, age).await,
        AssignStyle::Additive { .. } => one_by_one(work, item, wanted, age).await,
    }
}

async fn replace(work: &Work<'_>, item: &Item, wanted: &Value, age: Age) -> Result<(), Failure> {
    let items = encode::assignments(work.entity, wanted);
    let Some(request) = requests::assign(work.entity, item, items) else { return Ok(()) };
    let failure = match write(work, &request, age).await {
        Ok(_) => return Ok(()),
        Err(failure) => failure,
    };
    if !failure.is_ambiguous() || failure.is_halt() {
        return Err(failure);
    }
    // The answer was lost, not necessarily the write.
    let mut doubt = Some(failure.clone());
    for wait in LOOKS {
        if doubt.is_some_and(|doubt| !work.operation.may_follow(&doubt, &request)) {
            break;
        }
        if !wait.is_zero() && work.operation.pause(wait).await.is_err() {
            break;
        }
        doubt = match read::read(&work.operation, work.entity, item).await {
            Ok(Found::Here(object)) => {
                let shown = shown(work, object.get(ASSIGNMENTS), wanted);
                if same_assignments(work.entity, &shown, wanted) {
                    return Ok(());
                }
                None
            }
            Ok(Found::Absent(_)) => None,
            Err(failure) => Some(failure),
        };
    }
    Err(failure)
}

async fn one_by_one(work: &Work<'_>, item: &Item, wanted: &Value, age: Age) -> Result<(), Failure> {
    let mut doubt = None;
    for _ in 0..ROUNDS {
        let have = have(work, item, age).await?;
        let changes = encode::assignment_changes(work.entity, &have, wanted);
        doubt = None;
        for body in changes.add {
            let request = requests::add_assignment(work.entity, item, body);
            match write(work, &request, age).await {
                Ok(_) => {}
                Err(failure) if failure.is_ambiguous() && !failure.is_halt() => {
                    doubt = Some(failure)
                }
                Err(failure) => return Err(failure),
            }
        }
        if doubt.is_none() {
            for id in changes.remove {
                let request = requests::remove_assignment(work.entity, item, &id);
                match work.operation.client.send(&work.operation.cx, &request).await {
                    Ok(_) => {}
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(Failure::graph(error, Use::Update)),
                }
            }
        }
        let Some(failure) = &doubt else { return Ok(()) };
        // Compare anew, after a while: assignments lag.
        if !work.operation.may_follow(failure, &requests::assignments(work.entity, item))
            || work.operation.pause(Duration::from_secs(5)).await.is_err()
        {
            return Err(failure.clone());
        }
    }
    doubt.map_or(Ok(()), Err)
}

/// The assignments of an object, as the service gives them.
async fn have(work: &Work<'_>, item: &Item, age: Age) -> Result<Vec<Json>, Failure> {
    match read::read_assignments(&work.operation, work.entity, item).await {
        Ok(items) => Ok(items),
        // Made a moment ago and not seen here yet: it has none.
        Err(error) if error.is_not_found() && age == Age::Fresh => Ok(Vec::new()),
        Err(error) => Err(Failure::graph(error, Use::Read)),
    }
}

/// The assignments in an answer, as the attribute shows them.
pub(super) fn shown(work: &Work<'_>, answer: Option<&Json>, reference: &Value) -> Value {
    let items = answer.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    decode::assignments(work.entity, items, reference, &mut Diagnostics::new())
}

/// Whether the value of the attribute names any assignment.
pub(super) fn any(assignments: &Value) -> bool {
    assignments.elements().is_some_and(|elements| !elements.is_empty())
}
