//! Which objects a collection holds, by name: looked up before a create, after an unclear one, and for imports and data sources.
//!
//! Graph has no idempotency key, and most of these types allow two objects of one name, so the only protection against a duplicate is to
//! look first and to look again after a doubt. A `$filter` is not relied on: some of these endpoints ignore it, some refuse it, some
//! answer it wrongly. Instead the ids and names of a collection are listed whole, once for many creates, and kept current by our own
//! writes. A hit is only ever a hint: whoever acts on it reads the object first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;

use super::encode::Object;
use super::names;
use super::operation::Operation;
use super::requests::{self, Hints};
use crate::graph;
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
    /// The latest listing. Held while listing, so that many creates share one.
    listing: tokio::sync::Mutex<Option<Listing>>,
    /// What this process made or took over: no other resource may take it for its own.
    ours: Mutex<BTreeSet<String>>,
    /// What this process deleted: a listing may still show it for a while.
    gone: Mutex<BTreeMap<String, Gone>>,
}

struct Listing {
    /// When it was asked for.
    since: Duration,
    names: BTreeMap<String, Name>,
}

struct Gone {
    name: Name,
    at: Duration,
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
    ) -> Result<BTreeMap<String, Name>, graph::Error> {
        let trusted = |since: Duration| operation.now().saturating_sub(since) <= TRUSTED;
        self.listed(operation, within, trusted).await
    }

    /// Ids and names of what is there, by a listing asked for after `moment`; callers share one.
    pub(super) async fn since(
        &self,
        operation: &Operation,
        within: Within<'_>,
        moment: Duration,
    ) -> Result<BTreeMap<String, Name>, graph::Error> {
        self.listed(operation, within, |since| since > moment).await
    }

    async fn listed(
        &self,
        operation: &Operation,
        within: Within<'_>,
        good: impl Fn(Duration) -> bool + Send,
    ) -> Result<BTreeMap<String, Name>, graph::Error> {
        let collection = self.collection(within);
        let mut listing = collection.listing.lock().await;
        let names = match listing.as_ref().filter(|listing| good(listing.since)) {
            Some(listing) => listing.names.clone(),
            None => {
                let since = operation.now();
                let names = list(operation, within).await?;
                *listing = Some(Listing { since, names: names.clone() });
                names
            }
        };
        let gone = collection.gone.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(names.into_iter().filter(|(id, _)| !gone.contains_key(id)).collect())
    }

    /// Remembers an object that this process made or took over, or gave another name.
    pub(super) async fn made(&self, within: Within<'_>, id: &str, name: Option<&Name>) {
        let collection = self.collection(within);
        collection.ours.lock().unwrap_or_else(PoisonError::into_inner).insert(key(id));
        if let (Some(listing), Some(name)) = (collection.listing.lock().await.as_mut(), name) {
            listing.names.insert(id.to_owned(), name.clone());
        }
    }

    /// Remembers that this process deleted an object. Its name is the one that was listed, unless it is given.
    pub(super) async fn deleted(
        &self,
        within: Within<'_>,
        id: &str,
        name: Option<Name>,
        at: Duration,
    ) {
        let collection = self.collection(within);
        collection.ours.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(id));
        let mut listing = collection.listing.lock().await;
        let listed = listing.as_mut().and_then(|listing| listing.names.remove(id));
        let gone = Gone { name: name.or(listed).unwrap_or_default(), at };
        collection.gone.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), gone);
    }

    /// Whether this process made or took over that object.
    pub(super) fn is_ours(&self, within: Within<'_>, id: &str) -> bool {
        self.collection(within)
            .ours
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&key(id))
    }

    /// Whether this process deleted that object.
    pub(super) fn is_gone(&self, within: Within<'_>, id: &str) -> bool {
        let collection = self.collection(within);
        collection.gone.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// Whether this process deleted an object of this name since `moment`: the service may hold the name for a while yet.
    pub(super) fn was_deleted_since(
        &self,
        within: Within<'_>,
        name: &Name,
        moment: Duration,
    ) -> bool {
        let collection = self.collection(within);
        let gone = collection.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.values().any(|gone| gone.at >= moment && gone.name.is(name))
    }
}

/// Ids are compared without regard to case: Graph is not consistent.
fn key(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// Lists ids and names, now.
pub(super) async fn list(
    operation: &Operation,
    within: Within<'_>,
) -> Result<BTreeMap<String, Name>, graph::Error> {
    let mut select = vec!["id"];
    let key = within.entity.key;
    select.extend([Some(key.property), key.second].into_iter().flatten().filter(|it| *it != "id"));
    let select = select.join(",");
    let request =
        requests::list(within.entity, within.parent, &Hints::default()).query("$select", select);
    let items = operation.client.list(&operation.cx, &request, None).await?;
    let named = |item: &Json| {
        let object = item.as_object()?;
        let id = object.get("id").and_then(Json::as_str)?.to_owned();
        Some((id, Name::answered(within.entity, object)))
    };
    Ok(items.iter().filter_map(named).collect())
}
