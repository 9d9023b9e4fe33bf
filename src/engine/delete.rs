//! Deleting an object. What is gone already is deleted.
//!
//! A service refuses to delete what is assigned or in use. Assignments that the configuration manages are removed first: the user has
//! planned that. Others are not touched, and the refusal is shown; clearing them could take away what people use.

use std::time::Duration;

use super::assign;
use super::decode;
use super::diagnose::Failure;
use super::encode;
use super::find::Name;
use super::names;
use super::operation::growing;
use super::permission::Use;
use super::read::{self, Found, Presence};
use super::refresh::{item_of, no_id, unchanged};
use super::requests::{self, Item};
use super::resource::{Done, Work};
use super::schema::ASSIGNMENTS;
use super::settle::LOOKS;
use super::switch_off::stays;
use super::write::Age;
use crate::graph::Request;
use crate::spec::{Entity, Off, Place, Removal};
use crate::tf::{Diagnostic, Diagnostics, Value};

/// How long a refusal may go on after our own unassignment: the service takes time to see it.
const UNASSIGNING: Duration = Duration::from_secs(180);

/// How long any other refusal is waited out: what refers to the object may have been destroyed a moment ago, in this very run.
const IN_USE: Duration = Duration::from_secs(30);

/// How long a listing may show an object that is gone.
const LISTED_LATE: Duration = Duration::from_secs(60);

/// Deletes the object. `managed`: the configuration managed its assignments.
pub(super) async fn delete(work: &Work<'_>, prior: &Value, managed: bool) -> Done {
    if matches!(work.entity.place, Place::Singleton(_)) || is_built_in(work.entity, prior) {
        return Done { state: None, diags: left_alone(work).into() };
    }
    let Some(item) = item_of(work.entity, prior) else {
        return Done::with(prior.clone(), no_id(&work.task).into());
    };
    let _writing = match work.hold_object(&item).await {
        Ok(held) => held,
        Err(failure) => return unchanged(work, prior, &failure),
    };
    let assigned = assign::any(prior.get(ASSIGNMENTS));
    let blocking = work.entity.assignments.is_some_and(|assignments| assignments.block_delete);
    let mut unassigned = false;
    let ended = async {
        if blocking && managed && assigned {
            match assign::assign(work, &item, &Value::Set(Vec::new()), Age::Settled).await {
                Ok(()) => unassigned = true,
                Err(failure) if failure.is_not_found() => {}
                Err(failure) => return Err(failure),
            }
        }
        let patience = match (unassigned, blocking && assigned) {
            (true, _) => UNASSIGNING,
            // Assigned by somebody else: that will not pass.
            (false, true) => Duration::ZERO,
            (false, false) => IN_USE,
        };
        take_away(work, &item, patience).await
    }
    .await;
    match ended {
        Ok(Some(off)) => Done { state: None, diags: stays(work, &item, off).into() },
        Ok(None) => {
            let within = work.within(item.parent.as_deref());
            let name = Name::of(work.entity, prior);
            work.shared.names.deleted(within, &item.id, name, work.operation.now());
            Done::default()
        }
        Err(failure) => kept(work, &item, prior, managed, unassigned, &failure).await,
    }
}

/// Deletes the object, or switches it off where the service deletes none, and then says how.
async fn take_away(
    work: &Work<'_>,
    item: &Item,
    patience: Duration,
) -> Result<Option<&'static Off>, Failure> {
    let deletion = async || {
        let request = requests::delete(work.entity, item);
        remove(work, item, &request, Use::Delete, patience).await
    };
    let off = match &work.entity.removal {
        Removal::Deleted => return deletion().await.map(|()| None),
        Removal::SwitchedOff(off) => off,
        Removal::DeletedOrSwitchedOff(off) => match deletion().await {
            Ok(()) => return Ok(None),
            Err(failure) if failure.is_not_offered() => off,
            Err(failure) => return Err(failure),
        },
    };
    let request = requests::update(work.entity, item, encode::switched_off(work.entity, off));
    remove(work, item, &request, Use::Update, patience).await.map(|()| Some(off))
}

/// Sends what takes the object away until it is done, or refused for longer than `patience`.
///
/// Where an answer was lost the request is sent once more as soon as the service answers at all: what a read finds then, or does not find,
/// may come from a late replica, and only the writer knows.
async fn remove(
    work: &Work<'_>,
    item: &Item,
    request: &Request,
    purpose: Use,
    patience: Duration,
) -> Result<(), Failure> {
    let start = work.operation.now();
    let mut moment = start;
    let mut waits = growing(LOOKS.0, LOOKS.1);
    let mut repeated = false;
    loop {
        let error = match work.operation.client.send(&work.operation.cx, request).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if error.is_not_found() {
            if !is_listed(work, item, moment).await? {
                return Ok(());
            }
            moment = work.operation.now();
            if moment.saturating_sub(start) >= LISTED_LATE {
                return Err(Failure::ready(read::undeletable(&work.task, &item.id)));
            }
            let wait = waits.next().unwrap_or(LOOKS.1);
            work.operation.pause(wait).await.map_err(|halt| {
                let what = "an object that the service lists and does not find to be gone";
                Failure::Halt(halt, what.to_owned())
            })?;
            continue;
        }
        let failure = Failure::graph(error.clone(), purpose);
        if failure.is_ambiguous() && !failure.is_halt() {
            if !work.operation.may_follow(&failure, request) {
                return Err(failure);
            }
            match read::read(&work.operation, work.entity, item).await {
                Err(unread) if unread.is_ambiguous() => return Err(failure),
                _ if !repeated => repeated = true,
                Ok(Found::Absent(_)) if is_gone(work, item).await => return Ok(()),
                _ => return Err(failure),
            }
            continue;
        }
        let spent = work.operation.now().saturating_sub(start);
        let wait = waits.next().unwrap_or(LOOKS.1);
        if !error.is_conflict()
            || spent.saturating_add(wait) > patience
            || work.operation.pause(wait).await.is_err()
        {
            return Err(failure);
        }
    }
}

/// Whether reads and listings go on not finding the object, for as long as either may be late.
async fn is_gone(work: &Work<'_>, item: &Item) -> bool {
    let (operation, names) = (&work.operation, &work.shared.names);
    let seen = read::refresh_young(operation, work.entity, item, names, || LISTED_LATE).await;
    matches!(seen, Ok(Presence::Gone))
}

/// Whether the service goes on listing an object whose deletion it answered with 404. A replica that has not seen a new object yet does
/// that, a listing that is late, and a service that holds a broken object: the state must not lose it.
async fn is_listed(work: &Work<'_>, item: &Item, moment: Duration) -> Result<bool, Failure> {
    let within = work.within(item.parent.as_deref());
    match work.shared.names.lists(&work.operation, within, &item.id, moment).await {
        // Where nobody may list, the 404 is all that there is to know.
        Err(failure) if !failure.is_ambiguous() => Ok(false),
        listed => listed,
    }
}

/// The error, with the object as it is now.
async fn kept(
    work: &Work<'_>,
    item: &Item,
    prior: &Value,
    managed: bool,
    unassigned: bool,
    failure: &Failure,
) -> Done {
    let step = match (unassigned, managed, assign::any(prior.get(ASSIGNMENTS))) {
        (true, ..) => Some(
            "Its assignments were removed, as planned, but the object itself could not be deleted.",
        ),
        (false, false, true) => Some(
            "The object has assignments that this resource has not managed so far, so they were left alone. To let Terraform remove \
             them, write `assignments = []` into the configuration and apply that first.",
        ),
        _ => None,
    };
    let mut diags = Diagnostics::from(work.task.report(&work.operation, step, failure));
    let request = requests::read(work.entity, item);
    if !unassigned || !work.operation.may_follow(failure, &request) {
        return Done::with(prior.clone(), diags);
    }
    let state = match read::read(&work.operation.recovery(), work.entity, item).await {
        Ok(Found::Here(object)) => decode::state(work.entity, &object, prior, &mut diags),
        Ok(Found::Absent(_)) | Err(_) => prior.clone(),
    };
    Done::with(state, diags)
}

/// Whether the service made an object and keeps it.
fn is_built_in(entity: &Entity, prior: &Value) -> bool {
    let attribute = entity.attributes.iter().find(|it| Some(it.property) == entity.built_in);
    attribute.is_some_and(|it| prior.get(&names::attribute_name(it)).as_bool() == Some(true))
}

fn left_alone(work: &Work<'_>) -> Diagnostic {
    Diagnostic::warning(
        format!("{} is left as it is", work.entity.name),
        "The service always has this object, so it cannot be deleted. Terraform forgets it, and its settings stay as they are.",
    )
}
