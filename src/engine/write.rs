//! Writes that may be repeated, and the refusals that pass by themselves.
//!
//! The client already retries what is transient by its status. What is left needs to know the operation: an object made moments ago that
//! a replica does not have yet, a group that the service does not see yet, another write that is in the way.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::Failure;
use super::operation::growing;
use super::permission::Use;
use super::resource::Work;
use super::settle::{LOOKS, UNSEEN};
use crate::graph::{self, Reply, Request};

/// How long a new object, such as a group, may stay unknown to the service that refers to it. There is no published bound; minutes have been seen.
pub(super) const REFERENCE_UNSEEN: Duration = Duration::from_secs(120);

/// How often a write that collided with another one is sent again.
const COLLISIONS: u32 = 3;

/// How the object of a write came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Made in this very operation: a 404 means "not yet".
    Fresh,
    /// It was there before.
    Settled,
}

/// Sends a write that may be repeated, and waits out what passes by itself.
pub(super) async fn write(work: &Work<'_>, request: &Request, age: Age) -> Result<Reply, Failure> {
    let start = work.operation.now();
    let mut collisions = 0;
    let mut waits = growing(LOOKS.0, LOOKS.1);
    loop {
        let error = match work.operation.client.send(&work.operation.cx, request).await {
            Ok(reply) => return Ok(reply),
            Err(error) => error,
        };
        let spent = work.operation.now().saturating_sub(start);
        let passes = if names_a_reference(request, &error) {
            spent < REFERENCE_UNSEEN
        } else if error.is_not_found() {
            age == Age::Fresh && spent < UNSEEN
        } else if matches!(error.status(), Some(409 | 412)) {
            collisions += 1;
            collisions <= COLLISIONS
        } else {
            false
        };
        let wait = waits.next().unwrap_or(LOOKS.1);
        // Too little time for another attempt: the service's answer says more than "no time".
        if !passes || work.operation.pause(wait).await.is_err() {
            return Err(Failure::graph(error, Use::Update));
        }
        tracing::info!(
            entity = work.entity.name,
            status = error.status(),
            "a write was refused for a reason that passes; sending it again"
        );
    }
}

/// Whether the refusal names an object that the request refers to, such as a group: a new object takes time to be known everywhere.
/// One that does not exist is refused in the same words, so this is waited out for a bounded time only.
pub(super) fn names_a_reference(request: &Request, error: &graph::Error) -> bool {
    if !matches!(error.status(), Some(400 | 404)) {
        return false;
    }
    let message = error.message().to_ascii_lowercase();
    let mut references = BTreeSet::new();
    collect_references(request.body.as_ref().unwrap_or(&Json::Null), &mut references);
    references.iter().any(|reference| message.contains(reference.as_str()))
}

/// The GUIDs in a body. Ids of other shapes are not waited for: they are more likely wrong than new.
fn collect_references(body: &Json, references: &mut BTreeSet<String>) {
    match body {
        Json::Object(entries) => {
            entries.values().for_each(|value| collect_references(value, references));
        }
        Json::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        Json::String(text) => {
            let words = text.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
            references.extend(words.filter(|word| is_guid(word)).map(str::to_ascii_lowercase));
        }
        _ => {}
    }
}

fn is_guid(word: &str) -> bool {
    word.len() == 36
        && word.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}
