//! What becomes of a new object when a step after its creation fails.
//!
//! Terraform taints an object whose create returns an error beside a state, and destroys it in the next apply; without a state it forgets
//! the object. So the object that this very call made is deleted again and confirmed to be gone, and the error comes alone. Where that is
//! not possible, or must not be done, the error comes with the state and names the id. An object that may have become assigned is never
//! deleted before reads have shown that it is not: people may already be given machines because of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::Failure;
use super::encode::Object;
use super::operation::growing;
use super::permission::Use;
use super::read::{self, Found, Presence};
use super::requests::{self, Item};
use super::resource::{Done, Work};
use super::schema::ASSIGNMENTS;
use super::settle::{LOOKS, complete, same_assignments, settled, with_id};
use super::{assign, decode, names};
use crate::spec::{Attribute, BadEnd, Call, Entity, Removal, Sent};
use crate::tf::{Diagnostics, Value};

/// How long a deleted object may still be read, and a new one not yet.
const GONE: Duration = Duration::from_secs(60);

/// Waits before the reads that show that an unclear write of assignments did not take effect.
const UNASSIGNED: [Duration; 3] = [Duration::ZERO, Duration::from_secs(4), Duration::from_secs(8)];

/// A step after the creation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Waiting for work behind the scenes.
    Wait,
    /// Writing what a create cannot carry.
    Update,
    /// Writing the assignments.
    Assign,
    /// A declared extra call.
    Call(&'static Call),
}

impl Step {
    /// What failed.
    pub(super) fn sentence(&self) -> String {
        match self {
            Step::Wait => "The object was made, but did not become usable.".to_owned(),
            Step::Update => "The object was made, but the settings that must follow in a second call could not be written.".to_owned(),
            Step::Assign => "The object was made, but its assignments could not be written.".to_owned(),
            Step::Call(call) => format!("The object was made, but the action {} that must follow failed.", call.action),
        }
    }
}

/// Why an object is kept.
enum Kept {
    /// Stop or deadline.
    NoTime,
    /// The service is down.
    Down,
    /// It is whole, as the entity says, although the work on it ended badly.
    Whole(&'static str),
    /// It reads back as assigned.
    Assigned,
    /// It could not be read that nothing is assigned.
    PerhapsAssigned,
    /// Deleting failed.
    NotDeleted(Failure),
}

/// Takes the new object back, or keeps it in the state.
pub(super) async fn undo(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    answer: Option<&Object>,
    step: Step,
    failure: Failure,
) -> Done {
    let kept = if failure.is_halt() || work.operation.halted().is_some() {
        Kept::NoTime
    } else if let (Step::Wait, Some(BadEnd::Kept(why))) =
        (step, work.entity.wait.map(|wait| wait.at_bad_end))
    {
        Kept::Whole(why)
    } else if !work.operation.may_follow(&failure, &requests::read(work.entity, item)) {
        Kept::Down
    } else {
        match assigned(work, item, step, &failure).await {
            Assigned::AsWanted(wanted)
                if same_assignments(work.entity, &wanted, planned.get(ASSIGNMENTS))
                    && matches!(step, Step::Assign) =>
            {
                let mut diags = Diagnostics::new();
                let state = settled(work, item, planned, answer, &mut diags).await;
                return Done::with(state, diags);
            }
            Assigned::AsWanted(_) => Kept::Assigned,
            Assigned::Unknown => Kept::PerhapsAssigned,
            Assigned::No => match delete_and_confirm(work, item).await {
                Ok(deleted) => {
                    let mut diagnostic =
                        work.task.report(&work.operation, Some(&step.sentence()), &failure);
                    diagnostic.detail.push_str(&format!(
                        "\n\nThe new object {} was deleted again{}",
                        item.id,
                        match deleted {
                            Deleted::Confirmed => " and is confirmed to be gone, so nothing is left behind.",
                            Deleted::Accepted => ", which the service accepted; it may not be read, so that it is gone could not be confirmed.",
                        }
                    ));
                    return Done::failed(diagnostic);
                }
                Err(deletion) => Kept::NotDeleted(deletion),
            },
        }
    };
    keep(work, item, planned, answer, step, &failure, kept).await
}

/// What reads tell about the assignments of a new object.
enum Assigned {
    No,
    /// Some are there: this is how the attribute shows them.
    AsWanted(Value),
    Unknown,
}

async fn assigned(work: &Work<'_>, item: &Item, step: Step, failure: &Failure) -> Assigned {
    let tried = matches!(step, Step::Assign | Step::Call(_));
    if work.entity.assignments.is_none() || !tried {
        return Assigned::No;
    }
    // A refusal is certain after one look; a lost answer only after several, for assignments lag.
    let looks = match failure.is_ambiguous() || matches!(step, Step::Call(_)) {
        true => UNASSIGNED.as_slice(),
        false => UNASSIGNED.get(..1).unwrap_or_default(),
    };
    let mut seen = false;
    for wait in looks {
        if !wait.is_zero() && work.operation.pause(*wait).await.is_err() {
            return Assigned::Unknown;
        }
        let object = match read::read(&work.operation, work.entity, item).await {
            Ok(Found::Here(object)) => object,
            // A replica that does not have the object knows nothing of its assignments.
            Ok(Found::Absent(_)) => continue,
            Err(_) => return Assigned::Unknown,
        };
        seen = true;
        if object.get(ASSIGNMENTS).and_then(Json::as_array).is_none_or(|items| !items.is_empty()) {
            return Assigned::AsWanted(assign::shown(work, object.get(ASSIGNMENTS), &Value::Null));
        }
    }
    if seen || !failure.is_ambiguous() { Assigned::No } else { Assigned::Unknown }
}

/// How certain a deletion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deleted {
    /// Reads do not find the object.
    Confirmed,
    /// The service said that it is done, and lets nobody read.
    Accepted,
}

/// Deletes an object of our own and confirms that it is gone, as far as it may be read.
pub(super) async fn delete_and_confirm(work: &Work<'_>, item: &Item) -> Result<Deleted, Failure> {
    if matches!(work.entity.removal, Removal::SwitchedOff(_)) {
        return Err(Failure::ready(work.task.error("The service deletes no such object.")));
    }
    let within = work.within(item.parent.as_deref());
    let start = work.operation.now();
    let in_time = || work.operation.now().saturating_sub(start) < GONE;
    let mut waits = growing(LOOKS.0, LOOKS.1);
    let mut deleted = Deleted::Confirmed;
    loop {
        let failure = match work
            .operation
            .client
            .send(&work.operation.cx, &requests::delete(work.entity, item))
            .await
        {
            Ok(_) => match confirm_gone(work, item).await {
                Ok(()) => break,
                Err(Failure::Graph(error, _)) if error.is_forbidden() => {
                    deleted = Deleted::Accepted;
                    break;
                }
                Err(failure) => return Err(failure),
            },
            // Gone by an attempt whose answer was lost, or only not seen by this replica yet.
            Err(error) if error.is_not_found() => {
                let (operation, names) = (&work.operation, &work.shared.names);
                match read::refresh_young(operation, work.entity, item, names, || GONE).await? {
                    Presence::Gone => break,
                    Presence::Here(_) | Presence::Zombie => Failure::graph(error, Use::Delete),
                }
            }
            Err(error) if error.is_conflict() => Failure::graph(error, Use::Delete),
            Err(error) => return Err(Failure::graph(error, Use::Delete)),
        };
        if !in_time() || work.operation.pause(waits.next().unwrap_or(LOOKS.1)).await.is_err() {
            return Err(failure);
        }
    }
    work.shared.names.deleted(within, &item.id, None, work.operation.now());
    Ok(deleted)
}

/// Reads until the object is not found.
async fn confirm_gone(work: &Work<'_>, item: &Item) -> Result<(), Failure> {
    let start = work.operation.now();
    let waited_for = || "the deleted object to be gone".to_owned();
    for wait in growing(LOOKS.0, LOOKS.1) {
        match read::read(&work.operation, work.entity, item).await? {
            Found::Absent(_) => return Ok(()),
            Found::Here(_) if work.operation.now().saturating_sub(start) >= GONE => break,
            Found::Here(_) => work
                .operation
                .pause(wait)
                .await
                .map_err(|halt| Failure::Halt(halt, waited_for()))?,
        }
    }
    Err(Failure::ready(
        work.task
            .error("The service accepted the deletion and still shows the object a minute later."),
    ))
}

/// The error, with the object in the state as it is now.
async fn keep(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    answer: Option<&Object>,
    step: Step,
    failure: &Failure,
    kept: Kept,
) -> Done {
    let mut diagnostic = work.task.report(&work.operation, Some(&step.sentence()), failure);
    let why = match &kept {
        Kept::NoTime => "there was no time to take it back".to_owned(),
        Kept::Down => "too many requests failed of late to ask the service to take it back".to_owned(),
        Kept::Whole(why) => (*why).to_owned(),
        Kept::Assigned => "it reads back as assigned, and deleting it could take away what people use".to_owned(),
        Kept::PerhapsAssigned => {
            "it could not be read whether it has become assigned, and deleting it could take away what people use".to_owned()
        }
        Kept::NotDeleted(failure) => format!("deleting it again failed: {failure}"),
    };
    diagnostic.detail.push_str(&format!(
        "\n\nThe new object has the id {} and was kept, for {why}. It is in the state, marked as tainted: the next apply replaces it. To \
         keep it instead, run `terraform untaint` on this resource first.",
        item.id
    ));
    let mut diags = Diagnostics::from(diagnostic);
    let recovery = work.operation.recovery();
    let read = match kept {
        Kept::Down => None,
        _ => read::read(&recovery, work.entity, item).await.ok(),
    };
    let state = match read {
        Some(Found::Here(object)) => decode::state(work.entity, &object, planned, &mut diags),
        Some(Found::Absent(_)) | None => {
            let reference = written(work.entity, planned, step);
            match answer {
                Some(answer) => complete(
                    &reference,
                    &decode::state(work.entity, answer, &reference, &mut diags),
                ),
                None => complete(&reference, &Value::Null),
            }
        }
    };
    Done::with(with_id(complete(&state, &Value::Null), item), diags)
}

/// What was planned, as far as it was written before the step that failed: what is written after the create is left open, and there are
/// no assignments yet.
fn written(entity: &'static Entity, planned: &Value, step: Step) -> Value {
    let mut written = planned.clone();
    if matches!(step, Step::Assign | Step::Call(_)) {
        return written;
    }
    let Value::Object(attributes) = &mut written else { return written };
    if let Some(assignments) = attributes.get_mut(ASSIGNMENTS).filter(|it| it.is_known()) {
        *assignments = Value::Set(Vec::new());
    }
    leave_open(attributes, entity.attributes);
    for variant in entity.family {
        if let Some(Value::Object(attributes)) = attributes.get_mut(variant.name) {
            leave_open(attributes, variant.attributes);
        }
    }
    written
}

fn leave_open(values: &mut BTreeMap<String, Value>, attributes: &[Attribute]) {
    for attribute in attributes.iter().filter(|it| it.sent == Sent::OnUpdate) {
        let version = names::twin(attribute).map(|twin| twin.version);
        for name in
            [Some(names::attribute_name(attribute).into_owned()), version].into_iter().flatten()
        {
            if let Some(value) = values.get_mut(&name) {
                *value = Value::unknown();
            }
        }
    }
}
