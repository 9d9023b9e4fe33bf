//! Changing an object: only what changed is sent, in an order that takes nothing away in between.

use std::collections::BTreeMap;

use super::diagnose::Failure;
use super::encode::{self, Bases, Object};
use super::find::Name;
use super::permission::{self, Use};
use super::read::{self, Found, Presence};
use super::refresh::{item_of, no_id, unchanged};
use super::requests::{self, Item};
use super::resource::{Done, Work};
use super::schema::{self, ASSIGNMENTS};
use super::settle::{complete, disagreement, same_assignments, settle};
use super::write::{Age, write};
use super::{assign, decode, names, wait};
use crate::graph::{Effect, Request};
use crate::spec::{Attribute, Entity};
use crate::tf::{Diagnostics, Value};

/// What an update has done so far.
#[derive(Default)]
struct Progress {
    /// The properties are written.
    properties: bool,
    /// Actions that carried a change, and calls that an attribute asks for.
    actions: Vec<&'static str>,
    /// Anything at all was sent.
    sent: bool,
}

/// Where an update failed: which step it was, where it is not plain, and why.
type Failed = (Option<String>, Failure);

fn at(step: &str) -> impl FnOnce(Failure) -> Failed + use<> {
    let step = step.to_owned();
    move |failure| (Some(step), failure)
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
    let sides = Sides { prior, planned, config };
    let mut diags = match steps(work, &item, &sides, &mut progress).await {
        Ok(warnings) => warnings,
        Err((step, failure)) => {
            let failure = told_apart(work, &item, step.is_some(), failure).await;
            return truth(work, &item, &sides, step.as_deref(), &failure, &progress).await;
        }
    };
    if !progress.sent {
        return Done::with(complete(planned, prior), Diagnostics::new());
    }
    if let Some(name) = Name::of(work.entity, planned) {
        let within = work.within(item.parent.as_deref());
        work.shared.names.made(within, &item.id, Some(&name), work.operation.now());
    }
    let mut settled = settle(work, &item, planned, &mut diags).await;
    if let Some(otherwise) = settled.as_ref().and_then(|it| it.otherwise.as_ref()) {
        let shown = overlooked(work.entity, &sides, otherwise);
        let sides = Sides { prior: &shown, ..sides };
        let mut progress = Progress::default();
        match steps(work, &item, &sides, &mut progress).await {
            Ok(warnings) => diags.extend(warnings),
            Err((step, failure)) => {
                return truth(work, &item, &sides, step.as_deref(), &failure, &progress).await;
            }
        }
        if progress.sent {
            settled = settle(work, &item, planned, &mut diags).await;
        }
    }
    // Without a read, what the plan left open is as it was.
    let state = settled.map_or_else(|| complete(planned, prior), |it| it.state);
    Done::with(state, diags)
}

/// What was planned, but as the service shows it where the configuration says what it is to be and nothing was sent, since it seemed to
/// be so already: the prior state was read from a replica that was late, or somebody has changed the object meanwhile.
fn overlooked(entity: &'static Entity, sides: &Sides<'_>, shown: &Value) -> Value {
    let mut result = sides.planned.clone();
    let Value::Object(values) = &mut result else { return result };
    show(values, entity.attributes, sides, shown);
    for variant in entity.family {
        let within = |object| Value::get(object, variant.name);
        let sides = Sides {
            prior: within(sides.prior),
            planned: within(sides.planned),
            config: within(sides.config),
        };
        if let Some(Value::Object(values)) = values.get_mut(variant.name) {
            show(values, variant.attributes, &sides, within(shown));
        }
    }
    if is_taken_for_granted(ASSIGNMENTS, sides) {
        values.insert(ASSIGNMENTS.to_owned(), shown.get(ASSIGNMENTS).clone());
    }
    result
}

fn show(
    values: &mut BTreeMap<String, Value>,
    attributes: &[Attribute],
    sides: &Sides<'_>,
    shown: &Value,
) {
    for attribute in attributes {
        let name = names::attribute_name(attribute);
        if is_taken_for_granted(&name, sides)
            && let Some(value) = values.get_mut(name.as_ref())
        {
            *value = shown.get(&name).clone();
        }
    }
}

/// Whether an attribute is configured and was as it is to be.
fn is_taken_for_granted(name: &str, sides: &Sides<'_>) -> bool {
    sides.config.get(name).is_known() && sides.prior.get(name) == sides.planned.get(name)
}

/// One object as it was, as it is wanted, and as the configuration says it.
struct Sides<'v> {
    prior: &'v Value,
    planned: &'v Value,
    config: &'v Value,
}

/// Sends what changed, and waits for work that it starts. Gives what is worth a warning.
async fn steps(
    work: &Work<'_>,
    item: &Item,
    sides: &Sides<'_>,
    progress: &mut Progress,
) -> Result<Diagnostics, Failed> {
    let Sides { prior, planned, config } = *sides;
    let wait = wait::asked(work.entity, planned).filter(|wait| wait.run.is_some());
    let before = match wait {
        Some(wait) if permission::of_update(work.entity, prior, planned).is_some() => {
            let run = wait::latest_run(work, item, wait).await;
            Some(run.map_err(at("Nothing was sent yet."))?)
        }
        _ => None,
    };
    let root = work.operation.client.root(requests::version(work.entity));
    let body = encode::update(work.entity, prior, planned, config, &Bases { root: &root });
    if !body.is_empty() {
        let request = requests::update(work.entity, item, body);
        progress.sent = true;
        change(work, item, planned, &request).await.map_err(|failure| (None, failure))?;
        progress.properties = true;
    }
    for action in encode::actions(work.entity, prior, planned, config) {
        progress.sent = true;
        let name = action.name;
        act(work, item, action).await.map_err(|failure| (None, failure))?;
        progress.actions.push(name);
    }
    let wanted = planned.get(ASSIGNMENTS);
    if config.get(ASSIGNMENTS).is_known()
        && !same_assignments(work.entity, wanted, prior.get(ASSIGNMENTS))
    {
        progress.sent = true;
        assign::assign(work, item, wanted, Age::Settled)
            .await
            .map_err(at("Its assignments could not be written."))?;
    }
    triggered(work, item, sides, wait.is_some(), progress).await?;
    match wait {
        Some(wait) if progress.sent => wait::until_usable(work, item, wait, before.as_ref())
            .await
            .map_err(at("The object was changed, but did not become usable.")),
        _ => Ok(Diagnostics::new()),
    }
}

/// Sends a change that has an action of its own; where the service refuses that and an update does the same, by the update.
async fn act(work: &Work<'_>, item: &Item, action: encode::Action) -> Result<(), Failure> {
    let mut request = requests::action(work.entity, item, action.name, action.body);
    // It carries the whole new value, so that repeating it changes nothing.
    request.effect = Effect::Idempotent;
    let failure = match write(work, &request, Age::Settled).await {
        Ok(_) => return Ok(()),
        Err(failure) => failure.made_for(action.access.map_or(Use::Update, Use::Action)),
    };
    let Some(body) = action.update.filter(|_| failure.is_refusal()) else { return Err(failure) };
    tracing::info!(
        entity = work.entity.name,
        action = action.name,
        "the action was refused ({failure}); trying an update"
    );
    let request = requests::update(work.entity, item, body);
    match write(work, &request, Age::Settled).await {
        Ok(_) => Ok(()),
        // The first refusal says more: the action is what the service wants to be asked.
        Err(_) => Err(failure),
    }
}

/// Makes the calls whose attributes have changed. An object that is waited for is called on too when something changed and nothing has
/// started its work anew; that it is refused then is no failure, for nobody asked for it.
async fn triggered(
    work: &Work<'_>,
    item: &Item,
    sides: &Sides<'_>,
    waits: bool,
    progress: &mut Progress,
) -> Result<(), Failed> {
    for (trigger, call) in schema::triggers(work.entity) {
        let asked = encode::is_triggered(trigger, sides.prior, sides.planned);
        if trigger.implied_by_update && progress.properties {
            progress.actions.push(call.action);
            continue;
        }
        let implied = waits && progress.sent;
        if !asked && !implied {
            continue;
        }
        let mut request = requests::action(work.entity, item, call.action, Object::new());
        request.effect = Effect::Idempotent;
        match write(work, &request, Age::Settled).await {
            Ok(_) => progress.actions.push(call.action),
            Err(failure) if !asked && !failure.is_halt() => {
                tracing::warn!(entity = work.entity.name, action = call.action, "{failure}");
            }
            Err(failure) => {
                let step = format!(
                    "The action {}, which `{}` asks for, failed.",
                    call.action, trigger.name
                );
                return Err((Some(step), failure.made_for(Use::Call)));
            }
        }
        progress.sent = true;
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
            Presence::Gone => Err(failure),
            Presence::Zombie => Err(Failure::ready(read::unchangeable(&work.task, &item.id))),
        };
    }
    if failure.is_ambiguous()
        && work.operation.may_follow(&failure, request)
        && let Ok(Found::Here(object)) = read::read(&work.operation, work.entity, item).await
    {
        let wanted = with_assignments(planned, &Value::unknown());
        let state = decode::state(work.entity, &object, &wanted, &mut Diagnostics::new());
        if disagreement(work.entity, &wanted, &state).is_none() {
            return Ok(());
        }
    }
    Err(failure)
}

/// An object that a step does not find may be broken, and then it says more to say so. `unasked`: nobody has looked yet.
async fn told_apart(work: &Work<'_>, item: &Item, unasked: bool, failure: Failure) -> Failure {
    if !unasked || !failure.is_not_found() {
        return failure;
    }
    match read::refresh(&work.operation, work.entity, item, &work.shared.names).await {
        Ok(Presence::Zombie) => Failure::ready(read::unchangeable(&work.task, &item.id)),
        _ => failure,
    }
}

/// What is true after an update that failed: what a read shows, else the prior state with what was confirmed.
async fn truth(
    work: &Work<'_>,
    item: &Item,
    sides: &Sides<'_>,
    step: Option<&str>,
    failure: &Failure,
    progress: &Progress,
) -> Done {
    let mut diags = Diagnostics::from(work.task.report(&work.operation, step, failure));
    if !progress.sent {
        return Done::with(sides.prior.clone(), diags);
    }
    let reference = confirmed(work.entity, sides, progress);
    if !work.operation.may_follow(failure, &requests::read(work.entity, item)) {
        return Done::with(reference, diags);
    }
    let recovery = work.operation.recovery();
    let state = match read::read(&recovery, work.entity, item).await {
        Ok(Found::Here(object)) => decode::state(work.entity, &object, &reference, &mut diags),
        Ok(Found::Absent(_)) | Err(_) => reference,
    };
    Done::with(state, diags)
}

/// The prior state with what was written. Secrets, and what only Terraform knows, are kept from here by every read, so that nothing of
/// them may be told that the service was not.
fn confirmed(entity: &'static Entity, sides: &Sides<'_>, progress: &Progress) -> Value {
    let Sides { prior, planned, .. } = *sides;
    let state = match progress.properties {
        true => complete(&with_assignments(planned, prior.get(ASSIGNMENTS)), prior),
        false => prior.clone(),
    };
    let Value::Object(mut state) = state else { return state };
    let pending = encode::Changes::between(entity, prior, planned).actions;
    let mut take = |name: String, written: bool| {
        let value = if written {
            complete(planned.get(&name), prior.get(&name))
        } else {
            prior.get(&name).clone()
        };
        state.insert(name, value);
    };
    for attribute in entity.attributes {
        // What goes along in an update is written with it; what does not change is the same on both sides.
        let Some(by) = attribute.changed_by.filter(|by| pending.contains(&by.action)) else {
            continue;
        };
        let written = progress.actions.contains(&by.action);
        take(names::attribute_name(attribute).into_owned(), written);
        if let Some(twin) = names::twin(attribute) {
            take(twin.version, written);
        }
    }
    for (trigger, call) in schema::triggers(entity) {
        take(trigger.name.to_owned(), progress.actions.contains(&call.action));
    }
    Value::Object(state)
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
