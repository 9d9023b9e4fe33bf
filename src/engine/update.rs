//! Changing an object: only what changed is sent, in an order that takes nothing away in between.

use super::diagnose::Failure;
use super::encode::{self, Bases, Object};
use super::read::{self, Found, Presence};
use super::refresh::{item_of, no_id, unchanged};
use super::requests::{self, Item};
use super::resource::{Done, Work, name_of};
use super::schema::ASSIGNMENTS;
use super::settle::{complete, disagreement, same_assignments, settle};
use super::write::{Age, write};
use super::{assign, decode};
use crate::graph::{Effect, Request};
use crate::spec::When;
use crate::tf::{Diagnostics, Value};

/// What an update has done so far.
#[derive(Default)]
struct Progress {
    /// The properties are written.
    properties: bool,
    /// Anything at all was sent.
    sent: bool,
}

/// Updates the object.
pub(super) async fn update(
    work: &Work<'_>,
    prior: &Value,
    planned: &Value,
    config: &Value,
) -> Done {
    let Some(item) = item_of(work.entity, prior) else {
        return Done::with(prior.clone(), no_id(&work.task).into());
    };
    let _writing = match work.hold_object(&item).await {
        Ok(held) => held,
        Err(failure) => return unchanged(work, prior, &failure),
    };
    let mut progress = Progress::default();
    if let Err((step, failure)) = steps(work, &item, prior, planned, config, &mut progress).await {
        return truth(work, &item, prior, planned, step, &failure, &progress).await;
    }
    if !progress.sent {
        return Done::with(complete(planned, prior), Diagnostics::new());
    }
    if let Some(name) = name_of(work.entity, planned) {
        work.shared.names.made(work.within(item.parent.as_deref()), &item.id, Some(name)).await;
    }
    let mut diags = Diagnostics::new();
    let state = settle(work, &item, planned, &mut diags).await;
    // Without a read, what the plan left open is as it was.
    Done::with(state.unwrap_or_else(|| complete(planned, prior)), diags)
}

/// Sends what changed.
async fn steps(
    work: &Work<'_>,
    item: &Item,
    prior: &Value,
    planned: &Value,
    config: &Value,
    progress: &mut Progress,
) -> Result<(), (Option<&'static str>, Failure)> {
    let root = work.operation.client.root(requests::version(work.entity));
    let body = encode::update(work.entity, prior, planned, config, &Bases { root: &root });
    if !body.is_empty() {
        let request = requests::update(work.entity, item, body);
        progress.sent = true;
        change(work, item, planned, &request).await.map_err(|failure| (None, failure))?;
        progress.properties = true;
    }
    for action in encode::actions(work.entity, prior, planned, config) {
        let mut request = requests::action(work.entity, item, action.name, action.body);
        // It carries the whole new value, so that repeating it changes nothing.
        request.effect = Effect::Idempotent;
        progress.sent = true;
        write(work, &request, Age::Settled).await.map_err(|failure| (None, failure))?;
    }
    let wanted = planned.get(ASSIGNMENTS);
    if wanted.is_known()
        && config.get(ASSIGNMENTS).is_known()
        && !same_assignments(work.entity, wanted, prior.get(ASSIGNMENTS))
    {
        progress.sent = true;
        assign::assign(work, item, wanted, Age::Settled)
            .await
            .map_err(|failure| (Some("Its assignments could not be written."), failure))?;
    }
    if progress.sent {
        for call in work.entity.calls.iter().filter(|call| call.when == When::AfterUpdate) {
            let request = requests::action(work.entity, item, call.action, Object::new());
            write(work, &request, Age::Settled).await.map_err(|failure| {
                (Some("The action that must follow an update failed."), failure)
            })?;
        }
    }
    Ok(())
}

/// Sends the change of the properties. A 404 is confirmed before it is believed, and a lost answer is resolved by reading.
async fn change(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    request: &Request,
) -> Result<(), Failure> {
    let failure = match write(work, request, Age::Settled).await {
        Ok(_) => return Ok(()),
        Err(failure) => failure,
    };
    if failure.is_halt() {
        return Err(failure);
    }
    if failure.is_not_found() {
        return match read::refresh(&work.operation, work.entity, item, &work.shared.names).await? {
            // A replica that has not seen it yet; by now it has.
            Presence::Here(_) => write(work, request, Age::Settled).await.map(|_| ()),
            Presence::Gone | Presence::Zombie => Err(failure),
        };
    }
    if failure.is_ambiguous()
        && let Ok(Found::Here(object)) = read::read(&work.operation, work.entity, item).await
    {
        let wanted = without_assignments(planned);
        let state = decode::state(work.entity, &object, &wanted, &mut Diagnostics::new());
        if disagreement(work.entity, &wanted, &state).is_none() {
            return Ok(());
        }
    }
    Err(failure)
}

/// What is true after an update that failed: what a read shows, else the prior state with what was confirmed.
async fn truth(
    work: &Work<'_>,
    item: &Item,
    prior: &Value,
    planned: &Value,
    step: Option<&str>,
    failure: &Failure,
    progress: &Progress,
) -> Done {
    let mut diags = Diagnostics::from(work.task.report(&work.operation, step, failure));
    if !progress.sent {
        return Done::with(prior.clone(), diags);
    }
    // Secrets are kept from the reference, so it must not be the plan unless they were written.
    let reference = match progress.properties {
        true => complete(&with_assignments(planned, prior.get(ASSIGNMENTS)), prior),
        false => prior.clone(),
    };
    let recovery = work.operation.recovery();
    let state = match read::read(&recovery, work.entity, item).await {
        Ok(Found::Here(object)) => decode::state(work.entity, &object, &reference, &mut diags),
        Ok(Found::Absent(_)) | Err(_) => reference,
    };
    Done::with(state, diags)
}

fn without_assignments(planned: &Value) -> Value {
    match planned.get(ASSIGNMENTS) {
        Value::Null => planned.clone(),
        _ => with_assignments(planned, &Value::unknown()),
    }
}

fn with_assignments(object: &Value, assignments: &Value) -> Value {
    match object.clone() {
        Value::Object(mut attributes) => {
            if let Some(value) = attributes.get_mut(ASSIGNMENTS) {
                *value = assignments.clone();
            }
            Value::Object(attributes)
        }
        other => other,
    }
}
