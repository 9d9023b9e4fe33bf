//! Taking turns: how many requests may be in flight, how fast they may follow each other, and which services want to be left alone.
//!
//! Requests that are sent while a service throttles count against its quota, so a 429 holds back *all* requests to that service family,
//! not only the one that was refused. Families are separate buckets at the service, and in each of them requests of any kind and writes
//! have rates of their own ([`limits`](super::limits)). Who has to wait stands in a line, one for the reads and one for the writes of a
//! family: first come, first served.
//!
//! Source: <https://learn.microsoft.com/graph/throttling-limits>.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Clock;
use super::client::Context;
use super::error::Cut;
use super::limits::Family;
use super::pace::Pace;
use super::retry::{Budget, Class};

/// Most requests in flight.
const IN_FLIGHT: usize = 8;
/// Most writes among them.
const WRITES: usize = 4;
/// Shorter waits are not worth a line in the log.
const WORTH_A_LINE: Duration = Duration::from_secs(1);

/// The right to send one request; giving it back is dropping it.
#[derive(Debug)]
pub(super) struct Turn {
    /// When it came.
    pub(super) since: Duration,
    _all: OwnedSemaphorePermit,
    _write: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
struct Bucket {
    held_until: Duration,
    any: Pace,
    writes: Pace,
    budget: Budget,
    lines: [Arc<Line>; 2],
}

/// Where those stand who want to send. Its head waits for the rate and for a place in flight; the others wait for the head.
#[derive(Debug)]
struct Line {
    head: Arc<Semaphore>,
    /// Everybody in the line has a clone.
    standing: Arc<()>,
}

impl Default for Line {
    fn default() -> Self {
        Line { head: Arc::new(Semaphore::new(1)), standing: Arc::new(()) }
    }
}

impl Bucket {
    fn new(family: Family) -> Self {
        let (any, writes) = family.rates();
        Bucket {
            held_until: Duration::ZERO,
            any: Pace::new(any),
            writes: Pace::new(writes),
            budget: Budget::default(),
            lines: Default::default(),
        }
    }

    /// What the next request but `ahead` others waits for.
    fn wait(&mut self, write: bool, now: Duration, ahead: usize) -> Option<Wait> {
        let held = self.held_until.saturating_sub(now);
        if !held.is_zero() {
            return Some(Wait { seconds: held, why: Why::Throttled });
        }
        let any = self.any.wait(now, ahead);
        let writes = if write { self.writes.wait(now, ahead) } else { Duration::ZERO };
        let seconds = any.max(writes);
        (!seconds.is_zero()).then_some(Wait { seconds, why: Why::Rate })
    }
}

/// A wait and its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wait {
    seconds: Duration,
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The service answered 429.
    Throttled,
    /// It would, if requests came any faster.
    Rate,
}

impl Wait {
    /// Completes "the time allowed for the operation is over, …".
    fn cut(self, family: Family) -> String {
        let (seconds, family) = (self.seconds.as_secs_f64().ceil(), family.name());
        match self.why {
            Why::Throttled => format!(
                "while Graph throttles this app (the next request to {family} is allowed in {seconds} s)"
            ),
            Why::Rate => format!(
                "while requests wait for the rate that {family} allows (the next one may go in {seconds} s)"
            ),
        }
    }
}

/// Shared by all calls of one client.
#[derive(Debug)]
pub(super) struct Gate {
    all: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    buckets: Mutex<BTreeMap<Family, Bucket>>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Gate {
            all: Arc::new(Semaphore::new(IN_FLIGHT)),
            writes: Arc::new(Semaphore::new(WRITES)),
            buckets: Mutex::default(),
        }
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<Family, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bucket<T>(&self, family: Family, look: impl FnOnce(&mut Bucket) -> T) -> T {
        look(self.buckets().entry(family).or_insert_with(|| Bucket::new(family)))
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// With a sentence for what was waited for. Fails at once when the family is held back beyond the deadline.
    pub(super) async fn enter(
        &self,
        cx: &Context,
        clock: &dyn Clock,
        family: Family,
        write: bool,
    ) -> Result<Turn, (Cut, String)> {
        let line = self.bucket(family, |bucket| {
            let [reads, writes] = &bucket.lines;
            Arc::clone(if write { writes } else { reads })
        });
        let mut told = None;
        let standing = Arc::clone(&line.standing);
        let _head = match Arc::clone(&line.head).try_acquire_owned() {
            Ok(head) => head,
            Err(_) => {
                // But for the line's own and ours.
                let ahead = Arc::strong_count(&standing).saturating_sub(2);
                let wait = self.bucket(family, |bucket| bucket.wait(write, clock.now(), ahead));
                tell(&mut told, family, wait);
                let head = cx.race(clock, Arc::clone(&line.head).acquire_owned()).await;
                let head = head.map_err(|cut| {
                    let wait = self.bucket(family, |bucket| bucket.wait(write, clock.now(), 0));
                    (cut, wait.map_or_else(others, |wait| wait.cut(family)))
                })?;
                // The semaphores are never closed.
                head.map_err(|_| (Cut::Stopped, others()))?
            }
        };
        loop {
            if let Some(wait) = self.bucket(family, |bucket| bucket.wait(write, clock.now(), 0)) {
                tell(&mut told, family, Some(wait));
                cx.sleep(clock, wait.seconds).await.map_err(|cut| (cut, wait.cut(family)))?;
                continue;
            }
            let permit = async |permits: &Arc<Semaphore>| {
                let permit = cx.race(clock, Arc::clone(permits).acquire_owned()).await;
                permit.map_err(|cut| (cut, others()))?.map_err(|_| (Cut::Stopped, others()))
            };
            let in_flight = if write { Some(permit(&self.writes).await?) } else { None };
            let all = permit(&self.all).await?;
            let now = clock.now();
            let came = self.bucket(family, |bucket| {
                if bucket.wait(write, now, 0).is_some() {
                    return false;
                }
                bucket.any.count(now);
                if write {
                    bucket.writes.count(now);
                }
                true
            });
            if came {
                return Ok(Turn { since: now, _all: all, _write: in_flight });
            }
        }
    }

    /// The service answered 429 to a request whose turn came at `sent`: holds the whole family back until a time, and is slower then.
    pub(super) fn throttled(
        &self,
        family: Family,
        write: bool,
        sent: Duration,
        now: Duration,
        until: Duration,
    ) {
        self.bucket(family, |bucket| {
            bucket.held_until = bucket.held_until.max(until);
            let pace = if write { &mut bucket.writes } else { &mut bucket.any };
            pace.slow_down(sent, now);
        });
    }

    /// Pays for a repetition; false when there were too many of late.
    pub(super) fn pay(&self, family: Family, class: Class) -> bool {
        self.bucket(family, |bucket| bucket.budget.pay(class))
    }

    /// A call succeeded.
    pub(super) fn refund(&self, family: Family) {
        self.bucket(family, |bucket| bucket.budget.refund());
    }
}

fn others() -> String {
    "while waiting for other requests to finish".to_owned()
}

/// One line in the log for each wait, and another one only when the reason turns out to be another.
fn tell(told: &mut Option<Why>, family: Family, wait: Option<Wait>) {
    let Some(Wait { seconds, why }) = wait else { return };
    if seconds < WORTH_A_LINE || *told == Some(why) {
        return;
    }
    *told = Some(why);
    let (seconds, family) = (seconds.as_secs_f64(), family.name());
    match why {
        Why::Throttled => {
            tracing::info!(family, seconds, "waiting: Graph throttles this app");
        }
        Why::Rate => {
            tracing::info!(family, seconds, "waiting: faster requests would be refused");
        }
    }
}

#[cfg(test)]
mod tests;
