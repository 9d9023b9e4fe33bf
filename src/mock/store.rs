//! The objects of the tenant, each with all of its past: a late replica is a look into the past.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::random::Random;
use super::switches::Lag;

/// The properties of an object as Graph names them.
pub(crate) type Body = Map<String, Value>;

/// A value and what it was before, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct History<T> {
    versions: Vec<(Timestamp, T)>,
    stale_reads: BTreeMap<&'static str, u32>,
}

impl<T> History<T> {
    pub(crate) fn new(at: Timestamp, value: T) -> History<T> {
        History { versions: vec![(at, value)], stale_reads: BTreeMap::new() }
    }

    /// The newest value.
    pub(crate) fn latest(&self) -> &T {
        &self.versions.last().expect("a history starts with a value and only grows").1
    }

    pub(crate) fn write(&mut self, at: Timestamp, value: T) {
        self.versions.push((at, value));
        self.stale_reads.clear();
    }

    /// All values, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &(Timestamp, T)> {
        self.versions.iter()
    }

    /// What a read sees; `None` when it sees a time before the first value. `view` names the kind of read, which is counted on its own.
    pub(crate) fn seen(&mut self, view: &'static str, look: &mut Look<'_>) -> Option<&T> {
        let late = match look.lag {
            Lag::None => false,
            Lag::Milliseconds(_) => true,
            Lag::Reads(reads) => {
                let done = self.stale_reads.entry(view).or_default();
                let late = *done < reads;
                *done = done.saturating_add(1);
                late
            }
        };
        if !late || (look.flapping && look.random.below(2) == 0) {
            return Some(self.latest());
        }
        match look.lag {
            Lag::Milliseconds(lag) => {
                let lag = SignedDuration::from_millis(i64::try_from(lag).unwrap_or(i64::MAX));
                let seen_until = look.now.saturating_sub(lag).unwrap_or(Timestamp::MIN);
                self.versions.iter().rev().find(|(at, _)| *at <= seen_until).map(|(_, v)| v)
            }
            _ => self.versions.iter().rev().nth(1).map(|(_, value)| value),
        }
    }
}

/// Which replica a read falls on.
pub(crate) struct Look<'a> {
    pub(crate) now: Timestamp,
    pub(crate) lag: Lag,
    pub(crate) flapping: bool,
    pub(crate) random: &'a mut Random,
}

/// An object, or what is left of one.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) id: String,
    /// The place in the order of creation, for stable pages.
    pub(crate) number: u64,
    /// The properties; `None` from its deletion on.
    pub(crate) body: History<Option<Body>>,
    /// Its assignments as wire objects.
    pub(crate) assignments: History<Vec<Value>>,
    /// What is kept beside the properties and never shown, such as the id of a bound object.
    pub(crate) hidden: BTreeMap<&'static str, String>,
    /// In lists, and nowhere else.
    pub(crate) zombie: bool,
}

impl Object {
    /// The newest properties, unless deleted.
    pub(crate) fn live(&self) -> Option<&Body> {
        self.body.latest().as_ref()
    }
}

/// All collections, by their path below the version.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    sets: BTreeMap<String, Vec<Object>>,
    next_number: u64,
}

impl Store {
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    /// All objects of a collection, the deleted ones too, in order of creation.
    pub(crate) fn all(&self, path: &str) -> &[Object] {
        self.sets.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn all_mut(&mut self, path: &str) -> &mut [Object] {
        self.sets.get_mut(path).map(Vec::as_mut_slice).unwrap_or_default()
    }

    /// The objects that exist.
    pub(crate) fn live(&self, path: &str) -> impl Iterator<Item = (&Object, &Body)> {
        self.all(path).iter().filter_map(|object| Some((object, object.live()?)))
    }

    /// An object by its id, deleted or not; ids are compared without regard to case.
    pub(crate) fn get(&self, path: &str, id: &str) -> Option<&Object> {
        self.all(path).iter().find(|object| object.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn get_mut(&mut self, path: &str, id: &str) -> Option<&mut Object> {
        self.all_mut(path).iter_mut().find(|object| object.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn insert(
        &mut self,
        path: &str,
        id: &str,
        body: Body,
        at: Timestamp,
    ) -> &mut Object {
        let number = self.next_number;
        self.next_number += 1;
        let set = self.sets.entry(path.to_owned()).or_default();
        set.retain(|object| !object.id.eq_ignore_ascii_case(id));
        set.push(Object {
            id: id.to_owned(),
            number,
            body: History::new(at, Some(body)),
            assignments: History::new(at, Vec::new()),
            hidden: BTreeMap::new(),
            zombie: false,
        });
        set.last_mut().expect("an object was pushed in the line above")
    }

    /// Marks an object and everything below it as deleted.
    pub(crate) fn delete(&mut self, path: &str, id: &str, at: Timestamp) {
        if let Some(object) = self.get_mut(path, id) {
            object.body.write(at, None);
        }
        let below = format!("{path}/{id}/").to_ascii_lowercase();
        for (_, children) in
            self.sets.iter_mut().filter(|(key, _)| key.to_ascii_lowercase().starts_with(&below))
        {
            for child in children {
                child.body.write(at, None);
            }
        }
    }
}
