//! What a look at the end of an action shows.

use jiff::civil::DateTime;
use serde_json::Value as Json;

use crate::engine::diagnose::visible;
use crate::engine::equal;
use crate::spec::{Look, Watch};

/// One run of an action, as the service shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// The service's word for how far it is.
    pub(super) state: String,
    /// What tells this run from others; empty when nothing does.
    pub(super) stamp: String,
    /// When the service last said something about it.
    pub(super) time: Option<String>,
    /// Why it failed, if it did.
    pub(super) reason: Option<String>,
}

/// Properties with the time of the last news, the best first.
const TIMES: &[&str] = &[
    "lastUpdatedDateTime",
    "finishDateTime",
    "endDateTime",
    "lastModifiedDateTime",
    "startDateTime",
    "createdDateTime",
];

/// Takes secrets out of a text: a reason may repeat what was sent.
type Clean<'c> = &'c dyn Fn(&str) -> String;

/// Reads the answer of a look: every run that counts, in the order of the answer.
pub(super) fn read(watch: &Watch, answer: &Json, clean: Clean<'_>) -> Vec<Seen> {
    let list = answer.get("value").and_then(Json::as_array);
    match watch.look {
        Look::Log { named, names, .. } => {
            let counts = |entry: &&Json| {
                let name = entry.get(named).and_then(Json::as_str).unwrap_or_default();
                names.is_empty() || names.iter().any(|known| known.eq_ignore_ascii_case(name))
            };
            list.into_iter()
                .flatten()
                .filter(counts)
                .map(|entry| one(watch, entry, clean))
                .collect()
        }
        _ => match list {
            Some(list) => list.first().map(|entry| one(watch, entry, clean)).into_iter().collect(),
            None if answer.is_object() => vec![one(watch, answer, clean)],
            None => Vec::new(),
        },
    }
}

fn one(watch: &Watch, object: &Json, clean: Clean<'_>) -> Seen {
    let text = |path: &str| texts(object, path).into_iter().next();
    let reason = watch.wait.reason.map(|path| texts(object, path)).unwrap_or_default();
    Seen {
        state: text(watch.wait.property)
            .map(|state| visible(&clean(&state), 200))
            .unwrap_or_default(),
        stamp: watch.stamp.and_then(text).unwrap_or_default(),
        time: TIMES.iter().find_map(|name| text(name)).map(|time| visible(&time, 100)),
        reason: (!reason.is_empty()).then(|| visible(&clean(&reason.join(", ")), 1000)),
    }
}

/// The texts at a path with slashes, through all elements of collections on the way.
fn texts(object: &Json, path: &str) -> Vec<String> {
    let mut values = vec![object];
    for name in path.split('/') {
        values = values
            .into_iter()
            .flat_map(|value| match value {
                Json::Array(elements) => elements.iter().collect(),
                other => vec![other],
            })
            .filter_map(|value| value.get(name))
            .collect();
    }
    values
        .into_iter()
        .filter_map(Json::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

impl Seen {
    /// Whether this may be the same run as another look showed. Times are compared as moments: one and the same is spelled in many ways.
    pub(super) fn same_run(&self, other: &Seen) -> bool {
        match (self.moment(), other.moment()) {
            (Some(one), Some(other)) => one == other,
            _ if self.stamp.is_empty() && other.stamp.is_empty() => self.state == other.state,
            _ => self.stamp == other.stamp,
        }
    }

    /// The stamp as a moment, where it is one.
    pub(super) fn moment(&self) -> Option<DateTime> {
        equal::instant(&self.stamp)
    }
}

/// What was there before the action, and so does not show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// Runs that a look has shown.
    pub(super) known: Vec<Seen>,
    /// The moment before which nothing counts.
    pub(super) since: Option<DateTime>,
}

impl Before {
    /// The newest run that was not there before.
    pub(super) fn newest<'s>(&self, seen: &'s [Seen]) -> Option<&'s Seen> {
        let late = |seen: &Seen| match (self.since, seen.moment()) {
            (Some(since), Some(moment)) => moment >= since,
            _ => true,
        };
        // Two runs can bear the same moment: each known one stands for one of them, the one in the same state first.
        let mut left: Vec<&Seen> = seen.iter().collect();
        let mut changed = Vec::new();
        for known in &self.known {
            let same = |seen: &&Seen| known.same_run(seen) && known.state == seen.state;
            match left.iter().position(same) {
                Some(at) => {
                    left.remove(at);
                }
                None => changed.push(known),
            }
        }
        for known in changed {
            if let Some(at) = left.iter().position(|seen| known.same_run(seen)) {
                left.remove(at);
            }
        }
        newest(left.into_iter().filter(|seen| late(seen)))
    }
}

/// The newest of some runs; of those without a moment the last.
pub(super) fn newest<'s>(seen: impl Iterator<Item = &'s Seen>) -> Option<&'s Seen> {
    seen.reduce(|best, next| if next.moment() >= best.moment() { next } else { best })
}
