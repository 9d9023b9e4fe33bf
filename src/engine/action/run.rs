//! Running an action: one request for each target, or one for all, each sent once.

use serde_json::Value as Json;
use tokio::sync::{OwnedMutexGuard, mpsc};

use super::Shared;
use super::call::{self, Place};
use super::many::{in_bulk, made};
use super::report::{Trouble, trouble};
use super::seen::{Before, Seen};
use super::together::together;
use super::watch::{Awaited, look, took_effect, until_end};
use crate::engine::diagnose::{Failure, visible};
use crate::engine::encode::Object;
use crate::engine::operation::Operation;
use crate::engine::permission::Use;
use crate::spec::{Action, Look, On, Watch};

/// How many targets are worked on at once; the limits of the service are kept below, request by request.
const AT_ONCE: usize = 16;

/// Name of what is done to no object in particular.
pub(super) const TENANT: &str = "tenant";

/// One run of an action.
pub(super) struct Work<'a> {
    pub(super) action: &'static Action,
    pub(super) operation: Operation,
    pub(super) shared: &'a Shared,
    /// Who hears of progress.
    pub(super) progress: Option<mpsc::Sender<String>>,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// Ids, sorted and different; none for the tenant.
    pub(super) targets: Vec<String>,
    /// The arguments as they are sent.
    pub(super) body: Object,
    /// Whether the end is waited for.
    pub(super) wait: bool,
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// By target.
    pub(super) ends: Vec<(String, End)>,
    /// The object that shows how it goes: a bulk action, an export.
    pub(super) operation_id: Option<String>,
}

/// How it went on one target.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    pub(super) fate: Fate,
    /// The service's word.
    pub(super) state: Option<String>,
    /// When the service last said something about it.
    pub(super) time: Option<String>,
    pub(super) trouble: Option<Trouble>,
}

/// What became of an action on one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The service has taken it on; nobody waited, or nothing shows its end.
    Accepted,
    /// It ended well.
    Done,
    /// Nothing was done: the service refused, or was not asked.
    Refused,
    /// The service took it on and failed.
    Failed,
    /// It goes on, and nobody waits any more.
    Running,
    /// It is not known whether the service has taken it on.
    Unknown,
}

impl Fate {
    pub(super) const ALL: [Fate; 6] =
        [Fate::Accepted, Fate::Done, Fate::Refused, Fate::Failed, Fate::Running, Fate::Unknown];

    /// As it stands in results.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Fate::Accepted => "accepted",
            Fate::Done => "done",
            Fate::Refused => "refused",
            Fate::Failed => "failed",
            Fate::Running => "running",
            Fate::Unknown => "unknown",
        }
    }

    pub(super) const fn is_good(self) -> bool {
        matches!(self, Fate::Accepted | Fate::Done)
    }

    /// Whether it may be sent again without being done twice.
    pub(super) const fn may_be_tried_again(self) -> bool {
        matches!(self, Fate::Refused | Fate::Failed)
    }
}

impl End {
    pub(super) fn of(fate: Fate) -> Self {
        End { fate, state: None, time: None, trouble: None }
    }

    pub(super) fn seen(fate: Fate, seen: &Seen) -> Self {
        End {
            fate,
            state: (!seen.state.is_empty()).then(|| seen.state.clone()),
            time: seen.time.clone(),
            trouble: None,
        }
    }

    pub(super) fn with(mut self, trouble: Trouble) -> Self {
        self.trouble = Some(trouble);
        self
    }
}

impl Work<'_> {
    /// Tells that a target has come to another state.
    pub(super) async fn tell(&self, target: &str, state: &str) {
        let subject = match self.action.noun() {
            Some(noun) if !target.is_empty() => format!("{noun} {target}"),
            _ => self.action.name.to_owned(),
        };
        tracing::info!(action = self.action.name, target_id = target, state, "an action goes on");
        if let Some(progress) = &self.progress {
            // Whoever does not listen any more need not be told.
            let _ = progress.send(visible(&format!("{subject}: {state}"), 500)).await;
        }
    }

    /// Waits until no other action of this process is at work on any of these.
    async fn hold(&self, set: &str, ids: &[String]) -> Result<Vec<OwnedMutexGuard<()>>, Failure> {
        let mut held = Vec::new();
        // Everybody takes them in the same order, so that nobody waits for ever.
        for id in ids {
            let key = format!("{set}\n{}", id.to_ascii_lowercase());
            held.push(self.operation.until(self.shared.locks.lock(&key)).await.map_err(
                |halt| Failure::Halt(halt, "another action on the same object to end".to_owned()),
            )?);
        }
        Ok(held)
    }

    /// The end of a target for which the request, or a look before it, failed.
    pub(super) fn refused(&self, failure: &Failure) -> End {
        End::of(Fate::Refused).with(trouble(self, failure))
    }

    /// The end of a target for which no usable answer came.
    pub(super) fn unknown(&self, failure: &Failure) -> End {
        let said = "No usable answer came, so it is not known whether the service has done it.";
        End::of(Fate::Unknown).with(trouble(self, failure).after(said))
    }
}

/// Runs an action.
pub(super) async fn run(work: &Work<'_>, order: &Order) -> Done {
    let set = match work.action.on {
        On::Each { set, .. } | On::Together { set, .. } => set,
        On::Tenant { path } => path,
    };
    let _held = match work.hold(set, &order.targets).await {
        Ok(held) => held,
        Err(failure) => return all(order, &work.refused(&failure)),
    };
    match work.action.on {
        On::Each { .. } if order.targets.len() > 1 && takes_all(work.action, order) => {
            in_bulk(work, order, set).await
        }
        On::Each { .. } => {
            let one = |id: &String| each(work, order, set, id.clone());
            let ends = together(order.targets.iter().map(one), AT_ONCE).await;
            Done { ends: order.targets.iter().cloned().zip(ends).collect(), operation_id: None }
        }
        On::Together { .. } if order.targets.is_empty() => Done::default(),
        On::Together { .. } | On::Tenant { .. } => at_once(work, order, set).await,
    }
}

/// Whether the bulk form takes all that is given.
fn takes_all(action: &Action, order: &Order) -> bool {
    action
        .bulk
        .is_some_and(|bulk| order.body.keys().all(|name| bulk.carries.contains(&name.as_str())))
}

/// The same end for everybody.
pub(super) fn all(order: &Order, end: &End) -> Done {
    let mut targets = order.targets.clone();
    if targets.is_empty() {
        targets.push(TENANT.to_owned());
    }
    Done {
        ends: targets.into_iter().map(|target| (target, end.clone())).collect(),
        operation_id: None,
    }
}

/// Does it to one target of its own.
async fn each(work: &Work<'_>, order: &Order, set: &str, id: String) -> End {
    let place = Place { set, id: &id, body: Some(&order.body), answer: None };
    let watch = work.action.watch.as_ref();
    let before = match before(work, watch, place).await {
        Ok(before) => before,
        Err(end) => return end,
    };
    let request = call::on_one(work.action, &id, order.body.clone());
    let answer = match work.operation.client.send(&work.operation.cx, &request).await {
        Ok(reply) => reply.body,
        Err(error) => {
            let failure = Failure::graph(error, Use::Update);
            if !failure.is_ambiguous() {
                return work.refused(&failure);
            }
            let (Some(watch), Some(before)) = (watch, &before) else {
                return work.unknown(&failure);
            };
            match took_effect(work, watch, place, before, &failure).await {
                Some(_) => Json::Null,
                None => return work.unknown(&failure),
            }
        }
    };
    work.tell(&id, Fate::Accepted.text()).await;
    match watch.filter(|_| order.wait) {
        Some(watch) => {
            let place = Place { answer: Some(&answer), ..place };
            let before = before.unwrap_or_default();
            let end = until_end(work, Awaited { watch, place, before, whole: None }).await;
            work.tell(&id, end.fate.text()).await;
            end
        }
        None => End::of(Fate::Accepted),
    }
}

/// What a look shows before anything is done; `None` when it could not be found out. A target that is not there is not asked for.
async fn before(
    work: &Work<'_>,
    watch: Option<&Watch>,
    place: Place<'_>,
) -> Result<Option<Before>, End> {
    let Some(watch) = watch else { return Ok(None) };
    match look(&work.operation, watch, place).await {
        Ok(known) => Ok(Some(Before { known, since: None })),
        Err(error) => {
            // A function of a target may have nothing to say yet.
            let nothing_yet = matches!(watch.look, Look::Function(_) | Look::At { .. });
            if nothing_yet && (error.is_not_found() || error.status() == Some(400)) {
                return Ok(Some(Before::default()));
            }
            let failure = Failure::graph(error, Use::Read);
            // While the service is down the request itself would be lost as well.
            if failure.is_ambiguous() && !failure.is_halt() && !failure.is_given_up() {
                tracing::warn!(
                    action = work.action.name,
                    "a look before an action failed: {failure}"
                );
                return Ok(None);
            }
            Err(work.refused(&failure).with(
                trouble(work, &failure).after("Nothing was done, since it could not be looked at."),
            ))
        }
    }
}

/// Does it to all targets, or to the tenant, with one request.
async fn at_once(work: &Work<'_>, order: &Order, set: &str) -> Done {
    let watch = work.action.watch.as_ref();
    let ids =
        if order.targets.is_empty() { vec![TENANT.to_owned()] } else { order.targets.clone() };
    if let Some(watch) = watch
        && matches!(watch.look, Look::Made { .. })
    {
        return made(work, order, watch).await;
    }
    let place = |id| Place { set, id, body: Some(&order.body), answer: None };
    let looks = ids.iter().map(|id| before(work, watch, place(id)));
    let befores = together(looks, AT_ONCE).await;
    // One request is for all of them: if one cannot be, none is.
    if let Some(Err(end)) = befores.iter().find(|before| before.is_err()) {
        let others = "Nothing was done to any target: one request is for all of them.";
        let trouble = end.trouble.clone().map(|trouble| trouble.after(others));
        return all(order, &End { trouble, ..end.clone() });
    }
    let request = call::on_all(work.action, &order.targets, order.body.clone());
    let answer = match work.operation.client.send(&work.operation.cx, &request).await {
        Ok(reply) => reply.body,
        Err(error) => {
            let failure = Failure::graph(error, Use::Update);
            return match failure.is_ambiguous() {
                true => all(order, &work.unknown(&failure)),
                false => all(order, &work.refused(&failure)),
            };
        }
    };
    let waits = ids.iter().zip(befores).map(|(id, before)| {
        let place = Place { answer: Some(&answer), ..place(id) };
        async move {
            if let Some(end) = verdict(work, &answer_of(place), id) {
                return end;
            }
            work.tell(id, Fate::Accepted.text()).await;
            let Some(watch) = watch.filter(|_| order.wait) else { return End::of(Fate::Accepted) };
            let before = before.ok().flatten().unwrap_or_default();
            let end = until_end(work, Awaited { watch, place, before, whole: None }).await;
            work.tell(id, end.fate.text()).await;
            end
        }
    });
    let ends = together(waits, AT_ONCE).await;
    let operation_id = watch.and_then(|watch| answered_key(watch, &answer));
    Done { ends: ids.iter().cloned().zip(ends).collect(), operation_id }
}

fn answer_of(place: Place<'_>) -> Json {
    place.answer.cloned().unwrap_or_default()
}

/// What the answer says of a target.
fn verdict(work: &Work<'_>, answer: &Json, id: &str) -> Option<End> {
    let verdict = work.action.verdict?;
    let text = |item: &Json, name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
    let items = answer.get("value").and_then(Json::as_array)?;
    let of_target =
        |item: &&Json| text(item, verdict.id).is_some_and(|found| found.eq_ignore_ascii_case(id));
    let Some(said) = items.iter().find(of_target).and_then(|item| text(item, verdict.verdict))
    else {
        return Some(End::of(Fate::Failed).with(Trouble::plain("The service said nothing of it.")));
    };
    let seen =
        Seen { state: visible(&work.operation.client.redact(&said), 200), ..Seen::default() };
    if verdict.good.iter().any(|good| good.eq_ignore_ascii_case(&said)) {
        return Some(End::seen(Fate::Done, &seen));
    }
    Some(End::seen(Fate::Failed, &seen).with(Trouble::of_service(&seen)))
}

/// The key in the answer under which the end is looked for.
fn answered_key(watch: &Watch, answer: &Json) -> Option<String> {
    match watch.look {
        Look::At { key: crate::spec::action::Key::Answer(name), .. } => {
            answer.get(name)?.as_str().map(|id| visible(id, 200))
        }
        _ => None,
    }
}
