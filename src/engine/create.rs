//! Creating an object: all or nothing.
//!
//! Graph has no idempotency key, so the create is a small state machine. It looks for the name first; it posts; when it cannot tell
//! whether the post took effect it looks for the new object, and posts once more only when there is none. Once an id is known it is
//! carried to the end: every later step either succeeds, or the object is deleted again and confirmed to be gone, or the object is
//! returned in the state beside the error, which names its id.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::Failure;
use super::encode::{self, Bases, Object};
use super::find::Name;
use super::look::{Look, Sought, look, look_once};
use super::operation::growing;
use super::permission::Use;
use super::read::{self, Presence};
use super::requests::{self, Item};
use super::resource::{Done, Work, parent_of};
use super::rollback::{Step, undo};
use super::schema::{ALLOW_DUPLICATE_NAME, ASSIGNMENTS};
use super::settle::{LOOKS, settled};
use super::switch_off::{is_off, revivable};
use super::write::{Age, REFERENCE_UNSEEN, names_a_reference, write};
use super::{assign, decode, names, wait};
use crate::graph::{self, Effect};
use crate::spec::{Place, Unique, When};
use crate::tf::{Diagnostic, Diagnostics, Path, Value};

/// How long a service may hold a name, or not yet know a parent, after this process deleted or made it.
const LAG: Duration = Duration::from_secs(60);

/// Creates the object.
pub(super) async fn create(work: &Work<'_>, planned: &Value, config: &Value) -> Done {
    if matches!(work.entity.place, Place::Singleton(_)) {
        return adopt(work, planned, config).await;
    }
    let parent = parent_of(work.entity, planned);
    let name = Name::of(work.entity, planned);
    let name = name.as_ref();
    let within = work.within(parent);

    // Two resources of one name must not both find that there is none.
    let _creating = match work
        .hold(&format!(
            "create\n{}\n{}",
            within.key(),
            name.map(Name::to_string).unwrap_or_default().trim()
        ))
        .await
    {
        Ok(held) => held,
        Err(failure) => return Done::failed(work.task.report(&work.operation, None, &failure)),
    };
    let family = match work.hold_family().await {
        Ok(held) => held,
        Err(failure) => return Done::failed(work.task.report(&work.operation, None, &failure)),
    };
    let before = match before(work, parent, name, planned).await {
        Ok(Before::Free(before)) => before,
        Ok(Before::Off(state)) => {
            tracing::info!(
                entity = work.entity.name,
                "an object that was switched off is taken over"
            );
            drop(family);
            return super::update::update(work, &state, planned, config).await;
        }
        Err(diagnostic) => return Done::failed(diagnostic),
    };
    let root = work.operation.client.root(requests::version(work.entity));
    let body = encode::create(work.entity, planned, config, &Bases { root: &root });
    let sought = Sought { within, name, before: &before, planned };
    let made = match post(work, &sought, body).await {
        Ok(made) => made,
        Err(diagnostic) => return Done::failed(diagnostic),
    };
    let item = Item { parent: parent.map(str::to_owned), id: made.id };
    work.shared.names.made(within, &item.id, name, work.operation.now());
    finish(work, &item, planned, config, made.answer.as_ref()).await
}

/// An object that a create has made.
pub(super) struct Made {
    pub(super) id: String,
    /// What the service answered, when that could be read.
    pub(super) answer: Option<Object>,
}

/// What is there before a create.
enum Before {
    /// Nothing that stands in the way; these ids must not be taken for the new object.
    Free(BTreeSet<String>),
    /// The object itself, switched off; this is its state.
    Off(Value),
}

/// Looks for objects of the same name. An error when the name must be free and is not.
async fn before(
    work: &Work<'_>,
    parent: Option<&str>,
    name: Option<&Name>,
    planned: &Value,
) -> Result<Before, Diagnostic> {
    let within = work.within(parent);
    let report = |failure| {
        let step = "Looking for an object of the same name, which comes before every create, failed. Nothing was made.";
        work.task.report(&work.operation, Some(step), &failure)
    };
    let start = work.operation.now();
    let mut waits = growing(LOOKS.0, LOOKS.1);
    let known = loop {
        match work.shared.names.known(&work.operation, within).await {
            Ok(known) => break known,
            // A parent made moments ago is not seen by every replica.
            Err(failure)
                if failure.is_not_found()
                    && parent.is_some()
                    && work.operation.now().saturating_sub(start) < LAG =>
            {
                work.operation
                    .pause(waits.next().unwrap_or(LOOKS.1))
                    .await
                    .map_err(|_| report(failure))?;
            }
            Err(failure) => return Err(report(failure)),
        }
    };
    let same: BTreeSet<String> = known
        .into_iter()
        .filter(|(_, found)| name.is_none_or(|name| name.is(found)))
        .map(|(id, _)| id)
        .collect();
    let Some(name) = name else { return Ok(Before::Free(same)) };
    if work.entity.key.unique == Unique::No
        && planned.get(ALLOW_DUPLICATE_NAME).as_bool() == Some(true)
    {
        return Ok(Before::Free(same));
    }
    let mut holders = Vec::new();
    for id in &same {
        let item = Item { parent: parent.map(str::to_owned), id: id.clone() };
        let found = read::refresh(&work.operation, work.entity, &item, &work.shared.names)
            .await
            .map_err(report)?;
        // What is listed a moment too long, or renamed since, has not taken the name.
        if let Presence::Here(object) = found {
            if !name.is(&Name::answered(work.entity, &object)) {
                continue;
            }
            // What a destroy has left is as good as gone.
            if is_off(work.entity, &object) {
                match revivable(work.entity, &object, planned) {
                    Some(state) => return Ok(Before::Off(state)),
                    None if work.entity.key.unique == Unique::No => continue,
                    None => {}
                }
            }
            holders.push(item);
        }
    }
    if holders.is_empty() { Ok(Before::Free(same)) } else { Err(taken(work, &holders)) }
}

/// The finding that objects of this name exist, and what can be done about it.
///
/// All are named: one may be what a run made that was killed, and another somebody else's, and only people can tell which is which.
fn taken(work: &Work<'_>, holders: &[Item]) -> Diagnostic {
    let ids = ids(holders);
    let exists = match holders {
        [_] => format!(
            "An object of this name exists already, and this resource does not manage it. Its id is {ids}. Nothing was made.\n\nTo \
             manage it with this resource, import it (with the resource's own name for NAME):"
        ),
        _ => format!(
            "{} objects of this name exist already, and this resource manages none of them. Their ids are {ids}. Nothing was made.\n\nTo \
             manage one of them with this resource, import it (with the resource's own name for NAME), and delete what nobody needs:",
            holders.len()
        ),
    };
    let mut detail = format!("{exists}\n\n{}", import_commands(work, holders));
    if work.entity.key.unique == Unique::No {
        detail.push_str(
            "\n\nTo have two objects of one name on purpose, set `allow_duplicate_name = true`.",
        );
    }
    let path = work
        .entity
        .attributes
        .iter()
        .find(|attribute| attribute.property == work.entity.key.property)
        .map_or_else(Path::root, |attribute| Path::attribute(names::attribute_name(attribute)));
    work.task.error(detail).at(path)
}

/// Posts until an id is known, at most twice, and never a second time on a doubt.
async fn post(work: &Work<'_>, sought: &Sought<'_>, body: Object) -> Result<Made, Diagnostic> {
    let request = requests::create(work.entity, sought.within.parent, body);
    let start = work.operation.now();
    let mut waits = growing(LOOKS.0, LOOKS.1);
    let mut unclear_before = false;
    loop {
        let failure = match work.operation.client.send(&work.operation.cx, &request).await {
            Ok(reply) => {
                let id = reply.body.get("id").and_then(Json::as_str);
                let id = id.filter(|id| graph::is_key(id)).map(str::to_owned);
                match id.or(reply.location_id) {
                    Some(id) => {
                        let answer = match reply.body {
                            Json::Object(answer) => Some(answer),
                            _ => None,
                        };
                        let made = Made { id, answer };
                        return if unclear_before { no_twin(work, sought, made).await } else { Ok(made) };
                    }
                    None => Failure::ready(work.task.error(
                        "The service said that it made the object and did not say under which id, neither in its answer nor in the \
                         Location header.",
                    )),
                }
            }
            Err(error) => {
                if let Some(id) = error.location_id() {
                    return Ok(Made { id: id.to_owned(), answer: None });
                }
                let spent = work.operation.now().saturating_sub(start);
                let passes = (names_a_reference(&request, &error) && spent < REFERENCE_UNSEEN)
                    || (error.is_not_found() && sought.within.parent.is_some() && spent < LAG)
                    || (error.is_conflict() && name_was_ours(work, sought) && spent < LAG);
                let clear = !error.is_ambiguous();
                if clear
                    && passes
                    && work.operation.pause(waits.next().unwrap_or(LOOKS.1)).await.is_ok()
                {
                    continue;
                }
                // After a doubt "the name is taken" may well speak of our own object.
                if clear && !(unclear_before && error.is_conflict()) {
                    return Err(work.task.report(
                        &work.operation,
                        None,
                        &Failure::graph(error, Use::Create),
                    ));
                }
                Failure::graph(error, Use::Create)
            }
        };
        tracing::warn!(
            entity = work.entity.name,
            "it is not clear whether the object was made; looking for it"
        );
        let seen = match failure.is_halt() || work.operation.halted().is_some() {
            true => look_once(work, &work.operation.recovery(), sought, Some(&failure)).await,
            false => look(work, sought, &failure).await,
        };
        match seen {
            Look::One(made) => return Ok(made),
            Look::None
                if !unclear_before
                    && work.operation.halted().is_none()
                    && work.operation.may_follow(&failure, &request) =>
            {
                unclear_before = true
            }
            Look::None => {
                return Err(unclear(work, &failure, "it was looked for and not found"));
            }
            Look::Unclear(why) => {
                let looked = format!("looking for it failed too ({why})");
                return Err(unclear(work, &failure, &looked));
            }
            Look::Untried => {
                let looked = "it was not looked for, since too many requests failed of late";
                return Err(unclear(work, &failure, looked));
            }
            Look::Foreign(ids) => return Err(foreign(work, &failure, &items(sought, ids))),
        }
    }
}

/// Whether this process freed the name itself a moment ago: the service may hold it for a while.
fn name_was_ours(work: &Work<'_>, sought: &Sought<'_>) -> bool {
    sought.name.is_some_and(|name| {
        let moment = work.operation.now().saturating_sub(LAG);
        work.shared.names.was_deleted_since(sought.within, name, moment)
    })
}

/// After a second post has succeeded: whether the first one has turned up after all. Then the second object, which is ours for certain,
/// is taken back, and the first one is left to the user, for it may be somebody else's.
async fn no_twin(work: &Work<'_>, sought: &Sought<'_>, made: Made) -> Result<Made, Diagnostic> {
    let mut before = sought.before.clone();
    before.insert(made.id.clone());
    let others = Sought { before: &before, ..*sought };
    let twins = match look_once(work, &work.operation, &others, None).await {
        Look::One(twin) => vec![twin.id],
        Look::Foreign(ids) => ids,
        Look::None | Look::Unclear(_) | Look::Untried => return Ok(made),
    };
    let item = Item { parent: sought.within.parent.map(str::to_owned), id: made.id.clone() };
    let deleted = super::rollback::delete_and_confirm(work, &item).await.is_ok();
    let fate = match deleted {
        true => format!("The second one, {}, was deleted again.", made.id),
        false => {
            format!("The second one is {} and could not be deleted: delete it by hand.", made.id)
        }
    };
    let twins = items(sought, twins);
    Err(work.task.error(format!(
        "The answer to a first attempt was lost, no object could be found in a minute of looking, and a second attempt succeeded. Now an \
         object of the first attempt has turned up, or one that somebody else made at the same time: {}. {fate}\n\nIf the object is \
         yours, import it:\n\n{}",
        ids(&twins),
        import_commands(work, &twins)
    )))
}

fn unclear(work: &Work<'_>, failure: &Failure, looked: &str) -> Diagnostic {
    let step = format!(
        "It is not known whether the object was made: the service gave no clear answer, and {looked}. Nothing is in the state. The next \
         apply looks for the object by name before it makes one, and says how to import it if it is there."
    );
    work.task.report(&work.operation, Some(&step), failure)
}

fn foreign(work: &Work<'_>, failure: &Failure, found: &[Item]) -> Diagnostic {
    let step = format!(
        "It is not known whether the object was made, and which it is: the service gave no clear answer, and these new objects were found, \
         of which none can be told to be the one: {}. None of them was touched, and nothing is in the state. Import the right one, and \
         delete what nobody needs:\n\n{}",
        ids(found),
        import_commands(work, found)
    );
    work.task.report(&work.operation, Some(&step), failure)
}

/// Objects where the new one is looked for.
fn items(sought: &Sought<'_>, ids: Vec<String>) -> Vec<Item> {
    let parent = sought.within.parent;
    ids.into_iter().map(|id| Item { parent: parent.map(str::to_owned), id }).collect()
}

fn ids(items: &[Item]) -> String {
    items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// How to import each of them, on a line of its own.
fn import_commands(work: &Work<'_>, items: &[Item]) -> String {
    let commands = items.iter().map(|item| format!("  {}", work.import_command(item)));
    commands.collect::<Vec<_>>().join("\n")
}

/// The steps after the post. Each may be repeated, and the last read verifies them all.
async fn finish(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    config: &Value,
    answer: Option<&Object>,
) -> Done {
    match steps(work, item, planned, config).await {
        Ok(mut diags) => {
            let state = settled(work, item, planned, answer, &mut diags).await;
            Done::with(state, diags)
        }
        Err((step, failure)) => undo(work, item, planned, answer, step, failure).await,
    }
}

async fn steps(
    work: &Work<'_>,
    item: &Item,
    planned: &Value,
    config: &Value,
) -> Result<Diagnostics, (Step, Failure)> {
    let mut warnings = Diagnostics::new();
    if let Some(wait) = wait::asked(work.entity, planned) {
        warnings = wait::until_usable(work, item, wait, None)
            .await
            .map_err(|failure| (Step::Wait, failure))?;
    }
    let root = work.operation.client.root(requests::version(work.entity));
    let body = encode::after_create(work.entity, planned, config, &Bases { root: &root });
    if !body.is_empty() {
        let request = requests::update(work.entity, item, body);
        write(work, &request, Age::Fresh).await.map_err(|failure| (Step::Update, failure))?;
    }
    for action in encode::actions_after_create(work.entity, planned, config) {
        let mut request = requests::action(work.entity, item, action.name, action.body);
        // It carries the whole value, so that repeating it changes nothing.
        request.effect = Effect::Idempotent;
        write(work, &request, Age::Fresh).await.map_err(|failure| (Step::Update, failure))?;
    }
    let wanted = planned.get(ASSIGNMENTS);
    if assign::any(wanted) && config.get(ASSIGNMENTS).is_known() {
        assign::assign(work, item, wanted, Age::Fresh)
            .await
            .map_err(|failure| (Step::Assign, failure))?;
    }
    for call in work.entity.calls.iter().filter(|call| call.when == When::AfterCreate) {
        let request = requests::action(work.entity, item, call.action, Object::new());
        write(work, &request, Age::Fresh).await.map_err(|failure| (Step::Call(call), failure))?;
    }
    Ok(warnings)
}

/// Takes over an object that always exists: its properties become those of the plan.
async fn adopt(work: &Work<'_>, planned: &Value, config: &Value) -> Done {
    let id = decode::only_id(work.entity).unwrap_or_default().to_owned();
    let item = Item { parent: None, id };
    let _writing = match work.hold_object(&item).await {
        Ok(held) => held,
        Err(failure) => return Done::failed(work.task.report(&work.operation, None, &failure)),
    };
    let root = work.operation.client.root(requests::version(work.entity));
    let body = encode::create(work.entity, planned, config, &Bases { root: &root });
    let mut answer = None;
    if !body.is_empty() {
        match write(work, &requests::create(work.entity, None, body), Age::Settled).await {
            Ok(reply) => {
                answer = match reply.body {
                    Json::Object(answer) => Some(answer),
                    _ => None,
                }
            }
            Err(failure) => return Done::failed(work.task.report(&work.operation, None, &failure)),
        }
    }
    let mut diags = match steps(work, &item, planned, config).await {
        Ok(warnings) => warnings,
        Err((step, failure)) => {
            let sentence = step.sentence();
            return Done::failed(work.task.report(&work.operation, Some(&sentence), &failure));
        }
    };
    let state = settled(work, &item, planned, answer.as_ref(), &mut diags).await;
    Done::with(state, diags)
}
