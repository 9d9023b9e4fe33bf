//! Which objects a collection holds, by name: looked up before a create, after an unclear one, and for imports and data sources.
//!
//! Graph has no idempotency key, and most of these types allow two objects of one name, so the only protection against a duplicate is to
//! look first and to look again after a doubt. A `$filter` is not relied on: some of these endpoints ignore it, some refuse it, some
//! answer it wrongly. Instead the ids and names of a collection are listed whole, once for many creates, and kept current by our own
//! writes. A hit is only ever a hint: whoever acts on it reads the object first.
//!
//! Listings are numbered, and a question says from which number on they can answer it: for a create whose answer was lost that is the
//! first one that began after the answer was lost, whoever asked for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::Failure;
use super::encode::Object;
use super::names;
use super::operation::Operation;
use super::permission::Use;
use super::requests::{self, Hints};
use crate::spec::Entity;
use crate::tf::Value;

/// How old a listing may be that creates trust. What somebody else makes in the meantime is a race that no listing closes.
const TRUSTED: Duration = Duration::from_secs(120);

/// The names in all collections that were asked for.
#[derive(Default)]
pub(super) struct Names {
    collections: Mutex<BTreeMap<String, Arc<Collection>>>,
}

/// The names in one collection.
#[derive(Default)]
struct Collection {
    /// Held while listing: whoever waits for it shares what comes of it, if that can be an answer.
    turn: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

/// What is known of one collection.
#[derive(Default)]
struct Known {
    /// How many listings were begun, which is the number of the latest one.
    begun: u64,
    /// Whether that one is under way.
    under_way: bool,
    /// The latest listing that succeeded.
    listing: Option<Listing>,
    /// The latest one that failed.
    failed: Option<(u64, Failure)>,
    /// What this process made or took over: no other resource may take it for its own.
    ours: BTreeSet<String>,
    /// The names that it gave, and when: a listing may not show them yet.
    given: BTreeMap<String, (Name, Duration)>,
    /// What this process deleted: a listing may still show it for a while.
    gone: BTreeMap<String, Gone>,
}

struct Listing {
    number: u64,
    /// When it was asked for.
    since: Duration,
    names: BTreeMap<String, Name>,
}

struct Gone {
    name: Name,
    at: Duration,
}

/// Which listings can answer a question.
enum Wanted {
    /// Those that were asked for not long ago.
    Trusted,
    /// Those that were asked for after a moment.
    After(Duration),
    /// Those that begin with a number.
    From(u64),
}

/// What a shared listing shows.
pub(super) struct Listed {
    /// Its number: the next one has a higher one.
    pub(super) number: u64,
    /// Ids and names, without what this process deleted.
    pub(super) names: BTreeMap<String, Name>,
}

impl Known {
    fn good(&self, wanted: &Wanted, now: Duration) -> Option<Listed> {
        let listing = self.listing.as_ref().filter(|listing| match wanted {
            Wanted::Trusted => now.saturating_sub(listing.since) <= TRUSTED,
            Wanted::After(moment) => listing.since > *moment,
            Wanted::From(number) => listing.number >= *number,
        })?;
        Some(self.shown(listing, wanted))
    }

    fn shown(&self, listing: &Listing, wanted: &Wanted) -> Listed {
        let listed = listing.names.iter();
        // For a create it is enough that a name was given not long before.
        let since = listing.since.saturating_sub(TRUSTED);
        let given = self.given.iter().filter(|(_, (_, at))| *at >= since);
        let given = given.filter(|_| matches!(wanted, Wanted::Trusted));
        let names = listed.chain(given.map(|(id, (name, _))| (id, name)));
        let names = names.filter(|(id, _)| !self.gone.contains_key(*id));
        let names = names.map(|(id, name)| (id.clone(), name.clone())).collect();
        Listed { number: listing.number, names }
    }

    fn bad(&self, from: u64) -> Option<Failure> {
        self.failed.as_ref().filter(|(number, _)| *number >= from).map(|(_, why)| why.clone())
    }

    fn begin(&mut self) -> u64 {
        self.begun += 1;
        self.under_way = true;
        self.begun
    }

    fn end(
        &mut self,
        number: u64,
        wanted: &Wanted,
        found: Result<Listing, Failure>,
    ) -> Result<Listed, Failure> {
        self.under_way = false;
        match &found {
            Ok(_) => self.failed = None,
            // How one operation ended says nothing to the others.
            Err(failure) if failure.is_halt() => {}
            Err(failure) => self.failed = Some((number, failure.clone())),
        }
        let listing = found?;
        let listed = self.shown(&listing, wanted);
        self.listing = Some(listing);
        Ok(listed)
    }
}

impl Collection {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What names an object to people: one property, or two together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    first: String,
    /// Of entities whose objects have two; `None` means any.
    second: Option<String>,
}

impl Name {
    /// A name of which only the first part is given.
    pub(super) fn any(first: &str) -> Self {
        Name { first: first.to_owned(), second: None }
    }

    /// The name in an answer of the service.
    pub(super) fn answered(entity: &Entity, object: &Object) -> Self {
        let text = |property: &str| {
            object.get(property).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        Name { first: text(entity.key.property), second: entity.key.second.map(text) }
    }

    /// The name in a configuration, plan or state, if there is one and it is known.
    pub(super) fn of(entity: &Entity, object: &Value) -> Option<Self> {
        let text = |property: &str| {
            let attribute = entity.attributes.iter().find(|it| it.property == property)?;
            object.get(&names::attribute_name(attribute)).as_str().map(str::to_owned)
        };
        Some(Name { first: text(entity.key.property)?, second: entity.key.second.and_then(text) })
    }

    /// Whether two names are one to the service, which trims them.
    pub(super) fn is(&self, other: &Name) -> bool {
        let same = |one: &str, other: &str| one.trim() == other.trim();
        same(&self.first, &other.first)
            && match (&self.second, &other.second) {
                (Some(one), Some(other)) => same(one, other),
                _ => true,
            }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        match &self.second {
            Some(second) => write!(f, " {second}"),
            None => Ok(()),
        }
    }
}

/// Where objects are looked for.
#[derive(Clone, Copy)]
pub(super) struct Within<'a> {
    pub(super) entity: &'static Entity,
    /// Id of the parent, for entities below another.
    pub(super) parent: Option<&'a str>,
}

impl Within<'_> {
    /// What tells it from every other place.
    pub(super) fn key(&self) -> String {
        format!("{}\n{}", self.entity.name, self.parent.unwrap_or_default())
    }
}

impl Names {
    fn collection(&self, within: Within<'_>) -> Arc<Collection> {
        let mut collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(collections.entry(within.key()).or_default())
    }

    /// Ids and names of what is there, by a listing that other creates may have asked for.
    pub(super) async fn known(
        &self,
        operation: &Operation,
        within: Within<'_>,
    ) -> Result<BTreeMap<String, Name>, Failure> {
        self.shared(operation, within, &Wanted::Trusted).await
    }

    /// Ids and names of what is there, by a listing asked for after `moment`; callers share one.
    pub(super) async fn since(
        &self,
        operation: &Operation,
        within: Within<'_>,
        moment: Duration,
    ) -> Result<BTreeMap<String, Name>, Failure> {
        self.shared(operation, within, &Wanted::After(moment)).await
    }

    /// Whether an object is among them.
    pub(super) async fn lists(
        &self,
        operation: &Operation,
        within: Within<'_>,
        id: &str,
        moment: Duration,
    ) -> Result<bool, Failure> {
        let listed = self.since(operation, within, moment).await?;
        Ok(listed.keys().any(|listed| listed.eq_ignore_ascii_case(id)))
    }

    async fn shared(
        &self,
        operation: &Operation,
        within: Within<'_>,
        wanted: &Wanted,
    ) -> Result<BTreeMap<String, Name>, Failure> {
        Ok(self.listed(operation, within, wanted, || Ok(())).await?.names)
    }

    /// The number of the first listing that begins after now.
    pub(super) fn next(&self, within: Within<'_>) -> u64 {
        self.collection(within).known().begun + 1
    }

    /// What is there, by a listing of this number or a later one: all that wait for the same share one. `None` when a listing would have
    /// to be asked for and `may` forbids it.
    pub(super) async fn from(
        &self,
        operation: &Operation,
        within: Within<'_>,
        number: u64,
        may: impl FnOnce() -> bool + Send,
    ) -> Result<Option<Listed>, Failure> {
        let may = || if may() { Ok(()) } else { Err(None) };
        match self.listed(operation, within, &Wanted::From(number), may).await {
            Ok(listed) => Ok(Some(listed)),
            Err(None) => Ok(None),
            Err(Some(failure)) => Err(failure),
        }
    }

    async fn listed<E: From<Failure>>(
        &self,
        operation: &Operation,
        within: Within<'_>,
        wanted: &Wanted,
        may: impl FnOnce() -> Result<(), E> + Send,
    ) -> Result<Listed, E> {
        let collection = self.collection(within);
        // A listing that fails while it is waited for fails for everybody: more requests would be told the same.
        let from = {
            let known = collection.known();
            match wanted {
                Wanted::From(number) => *number,
                Wanted::Trusted if known.under_way => known.begun,
                Wanted::Trusted | Wanted::After(_) => known.begun + 1,
            }
        };
        let _turn = operation
            .until(collection.turn.lock())
            .await
            .map_err(|halt| Failure::Halt(halt, "a listing of the same collection".to_owned()))?;
        let (number, since) = {
            let mut known = collection.known();
            if let Some(listed) = known.good(wanted, operation.now()) {
                return Ok(listed);
            }
            if let Some(failure) = known.bad(from) {
                return Err(failure.into());
            }
            may()?;
            (known.begin(), operation.now())
        };
        let found = list(operation, within).await;
        let found = found.map(|names| Listing { number, since, names });
        Ok(collection.known().end(number, wanted, found)?)
    }

    /// Remembers an object that this process made or took over, or gave another name.
    pub(super) fn made(&self, within: Within<'_>, id: &str, name: Option<&Name>, at: Duration) {
        let collection = self.collection(within);
        let mut known = collection.known();
        known.ours.insert(key(id));
        if let Some(name) = name {
            known.given.insert(id.to_owned(), (name.clone(), at));
        }
    }

    /// Remembers that this process deleted an object. Its name is the one that was listed, unless it is given.
    pub(super) fn deleted(&self, within: Within<'_>, id: &str, name: Option<Name>, at: Duration) {
        let collection = self.collection(within);
        let mut known = collection.known();
        known.ours.remove(&key(id));
        known.given.remove(id);
        let listed = known.listing.as_mut().and_then(|listing| listing.names.remove(id));
        let gone = Gone { name: name.or(listed).unwrap_or_default(), at };
        known.gone.insert(id.to_owned(), gone);
    }

    /// Whether this process made or took over that object.
    pub(super) fn is_ours(&self, within: Within<'_>, id: &str) -> bool {
        self.collection(within).known().ours.contains(&key(id))
    }

    /// Whether this process deleted an object of this name since `moment`: the service may hold the name for a while yet.
    pub(super) fn was_deleted_since(
        &self,
        within: Within<'_>,
        name: &Name,
        moment: Duration,
    ) -> bool {
        let collection = self.collection(within);
        let known = collection.known();
        known.gone.values().any(|gone| gone.at >= moment && gone.name.is(name))
    }
}

/// Ids are compared without regard to case: Graph is not consistent.
fn key(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// Lists ids and names, now.
async fn list(
    operation: &Operation,
    within: Within<'_>,
) -> Result<BTreeMap<String, Name>, Failure> {
    let mut select = vec!["id"];
    let key = within.entity.key;
    select.extend([Some(key.property), key.second].into_iter().flatten().filter(|it| *it != "id"));
    let select = select.join(",");
    let request =
        requests::list(within.entity, within.parent, &Hints::default()).query("$select", select);
    let items = operation.client.list(&operation.cx, &request, None).await;
    let items = items.map_err(|error| Failure::graph(error, Use::Read))?;
    let named = |item: &Json| {
        let object = item.as_object()?;
        let id = object.get("id").and_then(Json::as_str)?.to_owned();
        Some((id, Name::answered(within.entity, object)))
    };
    Ok(items.iter().filter_map(named).collect())
}
