//! Requests that make an object which shows how they go: bulk actions, exports.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::call::{self, Place};
use super::run::{Done, End, Fate, Order, Work, all};
use super::seen::Before;
use super::together::together;
use super::watch::{Awaited, made_id, until_end};
use crate::engine::diagnose::Failure;
use crate::engine::equal;
use crate::engine::operation::growing;
use crate::engine::permission::Use;
use crate::graph::Request;
use crate::spec::{Bulk, Look, On, Watch};

/// How many targets are looked at at once.
const AT_ONCE: usize = 16;

/// How long what was made may stay out of the listing.
const WINDOW: Duration = Duration::from_secs(90);

/// How much the clock of this machine may be ahead of the service's.
const AHEAD: SignedDuration = SignedDuration::from_secs(300);

/// A request that makes something, and how it is told from others.
struct Making<'a> {
    request: Request,
    /// The set in which it is made.
    path: &'a str,
    watch: &'a Watch,
}

/// What was made.
struct Made {
    id: String,
    answer: Json,
}

/// Makes a bulk action instead of single ones.
pub(super) async fn in_bulk(work: &Work<'_>, order: &Order, set: &str) -> Done {
    let Some(bulk) = &work.action.bulk else { return Done::default() };
    let Bulk { path, watch, .. } = *bulk;
    let name = format!("{} by Terraform", work.action.name);
    let request = call::in_bulk(bulk, &name, &order.targets, order.body.clone());
    let each = work.action.watch.as_ref();
    make(work, order, Making { request, path, watch }, (set, each)).await
}

/// The action itself makes an object.
pub(super) async fn made(work: &Work<'_>, order: &Order, watch: &Watch) -> Done {
    let (path, set) = match work.action.on {
        On::Together { path, set, .. } => (path, set),
        On::Each { set, .. } => (set, set),
        On::Tenant { path } => (path, path),
    };
    let request = call::on_all(work.action, &order.targets, order.body.clone());
    make(work, order, Making { request, path, watch }, (set, watch.each)).await
}

async fn make(
    work: &Work<'_>,
    order: &Order,
    making: Making<'_>,
    (set, each): (&str, Option<&Watch>),
) -> Done {
    let before = listed(work, &making).await;
    let begun = work.operation.service_time();
    let made = match work.operation.client.send(&work.operation.cx, &making.request).await {
        Ok(reply) => made_id(&reply.body, reply.location_id.as_deref())
            .map(|id| Made { id, answer: reply.body }),
        Err(error) => {
            let there = error.location_id().map(str::to_owned);
            let failure = Failure::graph(error, Use::Create);
            let found = match there {
                Some(id) => Some(Made { id, answer: Json::Null }),
                None if !failure.is_ambiguous() => return all(order, &work.refused(&failure)),
                None => find(work, &making, before.as_ref(), &failure).await,
            };
            if found.is_none() {
                return all(order, &work.unknown(&failure));
            }
            found
        }
    };
    work.tell("", Fate::Accepted.text()).await;
    let Some(Made { id, answer }) = made else {
        // Accepted, but nothing names what shows how it goes.
        return all(order, &End::of(Fate::Accepted));
    };
    let mut done = all(order, &End::of(Fate::Accepted));
    done.operation_id = Some(id.clone());
    if !order.wait {
        return done;
    }
    let place = Place { set: making.path, id: &id, body: None, answer: None };
    let awaited = Awaited { watch: making.watch, place, before: Before::default(), whole: None };
    let whole = until_end(work, awaited).await;
    work.tell("", whole.fate.text()).await;
    let Some(each) = each.filter(|_| matches!(whole.fate, Fate::Done | Fate::Failed)) else {
        return Done { operation_id: done.operation_id, ..all(order, &whole) };
    };
    let since = created(making.watch, &answer).or_else(|| since(begun));
    let waits = order.targets.iter().map(|target| {
        let place = Place { set, id: target, body: None, answer: None };
        let before = Before { known: Vec::new(), since };
        let whole = Some(&whole);
        until_end(work, Awaited { watch: each, place, before, whole })
    });
    let ends = together(waits, AT_ONCE).await;
    done.ends = order.targets.iter().cloned().zip(ends).collect();
    done
}

/// When the service says that it made something: no run of its targets is older.
fn created(watch: &Watch, answer: &Json) -> Option<DateTime> {
    let Look::Made { created: Some(property), .. } = watch.look else { return None };
    equal::instant(answer.get(property)?.as_str()?)
}

/// The moment of the request, with room for what is known of the clock of the service.
fn since(begun: Timestamp) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(begun.checked_sub(AHEAD).ok()?))
}

/// What is in the set already. `None`: it cannot be listed.
async fn listed(work: &Work<'_>, making: &Making<'_>) -> Option<BTreeSet<String>> {
    let Look::Made { listed: true, .. } = making.watch.look else { return None };
    let request = call::made_before(making.path, making.watch);
    match work.operation.client.list(&work.operation.cx, &request, None).await {
        Ok(items) => Some(items.iter().filter_map(|item| made_id(item, None)).collect()),
        Err(error) => {
            tracing::warn!(
                action = work.action.name,
                "a listing before a request failed: {}",
                error.message()
            );
            None
        }
    }
}

/// Looks for what a request without an answer may have made: the one new object that is what was asked for.
async fn find(
    work: &Work<'_>,
    making: &Making<'_>,
    before: Option<&BTreeSet<String>>,
    doubt: &Failure,
) -> Option<Made> {
    let before = before?;
    let start = work.operation.now();
    let mut doubt = Some(doubt.clone());
    for wait in growing(Duration::from_secs(1), Duration::from_secs(10)) {
        let operation = work.operation.recovery();
        let request = call::made_before(making.path, making.watch);
        if doubt.is_some_and(|doubt| !work.operation.may_follow(&doubt, &request)) {
            return None;
        }
        let listed = operation.client.list(&operation.cx, &request, None).await;
        doubt = listed.as_ref().err().map(|error| Failure::graph(error.clone(), Use::Read));
        if let Ok(items) = listed {
            let asked = making.request.body.as_ref();
            let mut new = items.into_iter().filter(|item| {
                made_id(item, None).is_some_and(|id| !before.contains(&id))
                    && asked.is_none_or(|asked| is_as_asked(asked, item))
            });
            match (new.next(), new.next()) {
                (Some(item), None) => {
                    return made_id(&item, None).map(|id| Made { id, answer: item });
                }
                // Two that are as asked for: nobody can tell which one is ours.
                (Some(_), Some(_)) => return None,
                (None, _) => {}
            }
        }
        let spent = work.operation.now().saturating_sub(start);
        if spent >= WINDOW || work.operation.pause(wait).await.is_err() {
            return None;
        }
    }
    None
}

/// Whether an object has everything that was sent. Collections are compared without order, texts without regard to case, and types
/// without what stands before their name.
fn is_as_asked(asked: &Json, item: &Json) -> bool {
    match (asked, item) {
        (Json::Object(asked), Json::Object(item)) => asked.iter().all(|(name, asked)| {
            // What the answer leaves out says nothing.
            item.get(name).is_none_or(|item| is_as_asked(asked, item))
        }),
        (Json::Array(asked), Json::Array(item)) => {
            asked.len() == item.len()
                && asked.iter().all(|asked| item.iter().any(|item| is_as_asked(asked, item)))
        }
        (Json::String(asked), Json::String(item)) => {
            let same_moment =
                equal::instant(asked).is_some_and(|it| Some(it) == equal::instant(item));
            bare(asked).eq_ignore_ascii_case(bare(item)) || same_moment
        }
        (asked, item) => asked == item,
    }
}

fn bare(text: &str) -> &str {
    text.trim_start_matches('#').trim_start_matches("microsoft.graph.")
}
