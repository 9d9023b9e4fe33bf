//! Looking at the end of an action, once and until it has come.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::call::{self, Place};
use super::report::{Trouble, trouble};
use super::run::{End, Fate, Work};
use super::seen::{self, Before, Seen};
use crate::engine::diagnose::{Failure, duration_text};
use crate::engine::operation::{Halt, Operation, growing};
use crate::engine::permission::Use;
use crate::graph;
use crate::spec::{Look, Watch};

/// How long a state that was there before the action, and that means its end, is taken for the old one.
const STALE: Duration = Duration::from_secs(120);

/// How long the service may take to show a run of which it is not known whether there is one.
const WINDOW: Duration = Duration::from_secs(90);

/// How many looks may show nothing of a target when the end of the whole is known.
const BLIND_LOOKS: usize = 3;

/// Looks once.
pub(super) async fn look(
    operation: &Operation,
    watch: &Watch,
    place: Place<'_>,
) -> Result<Vec<Seen>, graph::Error> {
    let Some(request) = call::look(watch, place) else { return Ok(Vec::new()) };
    let answer = match watch.look {
        Look::Log { .. } => {
            json!({ "value": operation.client.list(&operation.cx, &request, None).await? })
        }
        _ => operation.client.send(&operation.cx, &request).await?.body,
    };
    Ok(seen::read(watch, &answer, &|text| operation.client.redact(text)))
}

/// Finds out whether the request took effect of which no usable answer came: something is there now that was not there before.
/// `None`: it could not be found out.
pub(super) async fn took_effect(
    work: &Work<'_>,
    watch: &Watch,
    place: Place<'_>,
    before: &Before,
    doubt: &Failure,
) -> Option<Seen> {
    let start = work.operation.now();
    let may = |doubt: &Failure| {
        call::look(watch, place).is_none_or(|request| work.operation.may_follow(doubt, &request))
    };
    if !may(doubt) {
        return None;
    }
    for wait in growing(Duration::from_secs(1), Duration::from_secs(10)) {
        let operation = work.operation.recovery();
        match look(&operation, watch, place).await {
            Ok(seen) => {
                if let Some(new) = before.newest(&seen) {
                    return Some(new.clone());
                }
            }
            Err(error) if error.is_not_found() && work.action.ends_object => {
                return Some(Seen::default());
            }
            Err(error) => {
                tracing::info!(
                    action = work.action.name,
                    "a look for the effect of a request without an answer failed: {}",
                    error.message()
                );
                if !may(&Failure::graph(error, Use::Read)) {
                    return None;
                }
            }
        }
        let spent = work.operation.now().saturating_sub(start);
        if spent >= WINDOW || work.operation.pause(wait).await.is_err() {
            return None;
        }
    }
    None
}

/// What is waited for.
pub(super) struct Awaited<'a> {
    pub(super) watch: &'a Watch,
    pub(super) place: Place<'a>,
    pub(super) before: Before,
    /// How it ended as a whole, for a target of which nothing is ever shown.
    pub(super) whole: Option<&'a End>,
}

/// Waits until an accepted action has ended.
pub(super) async fn until_end(work: &Work<'_>, awaited: Awaited<'_>) -> End {
    let Awaited { watch, place, before, whole } = awaited;
    let wait = &watch.wait;
    let is = |members: &[&str], state: &str| {
        members.iter().any(|member| member.eq_ignore_ascii_case(state))
    };
    let start = work.operation.now();
    let first = Duration::from_secs(wait.every_secs.max(1));
    let mut begun = false;
    let mut last = End::of(Fate::Accepted);
    for (looks, pause) in growing(first, first * 12).enumerate() {
        match look(&work.operation, watch, place).await {
            Ok(seen) => {
                let spent = work.operation.now().saturating_sub(start);
                let stale = begun || (spent >= STALE && !matches!(watch.look, Look::Log { .. }));
                let fresh = before.newest(&seen);
                let now = fresh.or_else(|| seen::newest(seen.iter()).filter(|_| stale));
                match (now, whole) {
                    (Some(now), _) => {
                        begun = true;
                        let end = |fate| End::seen(fate, now);
                        if is(wait.done, &now.state) {
                            return end(Fate::Done);
                        }
                        if is(wait.failed, &now.state) {
                            return end(Fate::Failed).with(Trouble::of_service(now));
                        }
                        if last.state.as_deref() != Some(now.state.as_str()) {
                            if !is(wait.pending, &now.state) {
                                tracing::warn!(
                                    action = work.action.name,
                                    state = now.state,
                                    "an unknown state; waiting on"
                                );
                            }
                            work.tell(place.id, &now.state).await;
                        }
                        last = end(Fate::Running);
                    }
                    (None, Some(whole)) if looks + 1 >= BLIND_LOOKS => return whole.clone(),
                    (None, _) => {}
                }
            }
            Err(error) if error.is_not_found() && work.action.ends_object => {
                return End::of(Fate::Done);
            }
            // What shows the end is not kept for every target: nothing can be waited for.
            Err(error)
                if matches!(watch.look, Look::Function(_))
                    && (error.is_not_found() || error.status() == Some(400)) =>
            {
                return last;
            }
            // Not seen by every replica yet.
            Err(error) if error.is_not_found() => {}
            Err(error) => {
                let failure = Failure::graph(error, Use::Read);
                if failure.is_halt() || !failure.is_ambiguous() {
                    let said = "It was accepted, and then how it goes could not be read.";
                    let why = trouble(work, &failure).after(said);
                    return End { fate: Fate::Running, ..last }.with(why);
                }
            }
        }
        if let Err(halt) = work.operation.pause(pause).await {
            return unfinished(work, last, halt);
        }
    }
    last
}

/// The end of the time, or of Terraform's patience, before the end of the action.
fn unfinished(work: &Work<'_>, last: End, halt: Halt) -> End {
    let state = match &last.state {
        Some(state) => format!("It was \"{state}\" then."),
        None => "Nothing was to be seen of it yet.".to_owned(),
    };
    let limit = duration_text(work.operation.limit);
    let text = match halt {
        Halt::Stopped => format!(
            "The service accepted it and is not done; Terraform asked the provider to stop waiting. {state}"
        ),
        Halt::Deadline => {
            format!("The service accepted it and was not done after {limit}. {state}")
        }
    };
    End { fate: Fate::Running, ..last }.with(Trouble::plain(text))
}

/// The id of what a request made.
pub(super) fn made_id(answer: &Json, location: Option<&str>) -> Option<String> {
    let id = answer.get("id").and_then(Json::as_str).or(location)?;
    (!id.is_empty()).then(|| id.to_owned())
}
