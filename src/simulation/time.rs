//! Time that passes only when nobody has anything to do: then it jumps to the next moment that somebody waits for.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::graph::Clock;

/// 2026-03-03T09:00:00Z
const WALL_START: i64 = 1_772_528_400;

/// The clock of a run, shared by everything in it.
#[derive(Clone, Default)]
pub(super) struct Time(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    now: Duration,
    /// By how much the clock on the wall of the provider's machine is wrong.
    skew: SignedDuration,
    sleepers: BTreeMap<(Duration, u64), Waker>,
    next_sleeper: u64,
}

impl Time {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time on the service's own clock.
    pub(super) fn service(&self) -> Timestamp {
        wall(self.lock().now)
    }

    /// Puts the machine's wall clock wrong.
    pub(super) fn skew(&self, seconds: i64) {
        self.lock().skew = SignedDuration::from_secs(seconds);
    }

    /// Lets time pass while nothing runs, as between one command and the next.
    pub(super) fn later(&self, by: Duration) {
        self.lock().now += by;
    }

    /// Jumps to the next moment that somebody waits for. False when nobody waits for any.
    pub(super) fn pass(&self) -> bool {
        let mut inner = self.lock();
        let Some((&(at, _), _)) = inner.sleepers.first_key_value() else { return false };
        inner.now = inner.now.max(at);
        let mut woken = Vec::new();
        while let Some(entry) = inner.sleepers.first_entry().filter(|entry| entry.key().0 <= at) {
            woken.push(entry.remove());
        }
        drop(inner);
        woken.into_iter().for_each(Waker::wake);
        true
    }
}

fn wall(now: Duration) -> Timestamp {
    let since = SignedDuration::try_from(now).unwrap_or(SignedDuration::MAX);
    let start = Timestamp::from_second(WALL_START).unwrap_or_default();
    start.saturating_add(since).unwrap_or(start)
}

impl Clock for Time {
    fn now(&self) -> Duration {
        self.lock().now
    }

    fn wall(&self) -> Timestamp {
        let inner = self.lock();
        let right = wall(inner.now);
        right.saturating_add(inner.skew).unwrap_or(right)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        let at = self.lock().now.saturating_add(duration);
        Box::pin(Sleep { time: self.clone(), at, key: None })
    }
}

struct Sleep {
    time: Time,
    at: Duration,
    key: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let time = self.time.clone();
        let mut inner = time.lock();
        if inner.now >= self.at {
            return Poll::Ready(());
        }
        let key = *self.key.get_or_insert_with(|| {
            inner.next_sleeper += 1;
            inner.next_sleeper
        });
        inner.sleepers.insert((self.at, key), cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.time.lock().sleepers.remove(&(self.at, key));
        }
    }
}
