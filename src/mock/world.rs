//! The tenant: its objects, groups, Cloud PCs, clock and switches.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::fault::Armed;
use super::ledger::LoggedRequest;
use super::random::Random;
use super::store::{Body, Object, Store};
use super::switches::Switches;
use super::throttle::Windows;
use super::time::{Clock, Time};
use super::token::Tokens;

/// A group of the directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// Ids of its direct members.
    pub(crate) members: Vec<String>,
    /// Not accepted as a target before this moment.
    pub(crate) visible_from: Option<Timestamp>,
    /// Not accepted as a target so many times more.
    pub(crate) refusals: u32,
}

/// Everything that a request can see or change.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) origin: String,
    pub(crate) store: Store,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) switches: Switches,
    pub(crate) clock: Clock,
    /// For ids of objects.
    pub(crate) ids: Random,
    /// For ids of requests.
    pub(crate) request_ids: Random,
    /// For everything that a service does one way or the other.
    pub(crate) choices: Random,
    pub(crate) tokens: Tokens,
    pub(crate) windows: Windows,
    pub(crate) faults: Vec<Armed>,
    pub(crate) ledger: Vec<LoggedRequest>,
    /// Ids of the Cloud PCs that ever entered their grace period.
    pub(crate) grace_periods: Vec<String>,
    /// When the last assignment of an object was removed.
    pub(crate) unassigned: BTreeMap<String, Timestamp>,
    /// Devices of Managed Desktop, while there is such a service.
    pub(crate) desktop: Option<Vec<Value>>,
}

impl World {
    pub(crate) fn new(seed: u64, origin: String, time: Time, tokens: Tokens) -> World {
        let mut world = World {
            seed,
            origin,
            store: Store::default(),
            groups: BTreeMap::new(),
            switches: Switches::default(),
            clock: Clock::new(time),
            ids: Random::new(seed, 1),
            request_ids: Random::new(seed, 2),
            choices: Random::new(seed, 3),
            tokens,
            windows: Windows::default(),
            faults: Vec::new(),
            ledger: Vec::new(),
            grace_periods: Vec::new(),
            unassigned: BTreeMap::new(),
            desktop: None,
        };
        super::seed::fill(&mut world);
        world
    }

    /// The tenant as it was at the start. Switches, clock and tokens stay.
    pub(crate) fn reset(&mut self) {
        self.store = Store::default();
        self.groups.clear();
        self.windows = Windows::default();
        self.faults.clear();
        self.ledger.clear();
        self.grace_periods.clear();
        self.unassigned.clear();
        super::seed::fill(self);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the removal of the last assignment has not yet reached the part of the service that deletes.
    pub(crate) fn recently_unassigned(&self, object: &Object) -> bool {
        let lag = i64::try_from(self.switches.unassign_lag_milliseconds).unwrap_or(i64::MAX);
        self.unassigned
            .get(&object.id)
            .is_some_and(|at| self.now().duration_since(*at) < SignedDuration::from_millis(lag))
    }

    /// Puts an object into a set as the service itself would, past all checks.
    pub(crate) fn place(&mut self, path: &str, id: &str, body: Value) {
        let Value::Object(mut body) = body else { return };
        body.insert("id".into(), json!(id));
        let now = self.now();
        let assignments = match body.remove("assignments") {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let role = body.remove("roleDefinitionId").and_then(|id| id.as_str().map(str::to_owned));
        let object = self.store.insert(path, id, body, now);
        if !assignments.is_empty() {
            object.assignments.write(now, assignments);
        }
        if let Some(role) = role {
            object.hidden.insert("roleDefinition", role);
        }
    }

    /// Writes properties of an object past all checks.
    pub(crate) fn merge(&mut self, path: &str, id: &str, changes: Body) {
        let now = self.now();
        if let Some(object) = self.store.get_mut(path, id)
            && let Some(mut body) = object.live().cloned()
        {
            body.extend(changes);
            object.body.write(now, Some(body));
        }
    }
}
