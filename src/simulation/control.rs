//! What happens to a provider process from outside: it is asked to stop, or killed, or found to wait for nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The strings of the process that runs at the moment. There is never more than one.
#[derive(Clone, Default)]
pub(super) struct Control(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    stop: CancellationToken,
    stopped_at: Option<Duration>,
    killed: bool,
    stuck: bool,
    root: Option<Waker>,
}

/// Why a process ended before its work did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// It was killed.
    Killed,
    /// It waited, and nothing would ever have woken it.
    Stuck,
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For a process that starts.
    pub(super) fn reset(&self) {
        *self.lock() = Inner::default();
    }

    pub(super) fn token(&self) -> CancellationToken {
        self.lock().stop.clone()
    }

    pub(super) fn stop(&self, now: Duration) {
        let token = {
            let mut inner = self.lock();
            inner.stopped_at.get_or_insert(now);
            inner.stop.clone()
        };
        token.cancel();
    }

    pub(super) fn stopped_at(&self) -> Option<Duration> {
        self.lock().stopped_at
    }

    pub(super) fn kill(&self) {
        self.cut(|inner| inner.killed = true);
    }

    pub(super) fn stuck(&self) {
        self.cut(|inner| inner.stuck = true);
    }

    fn cut(&self, mark: impl FnOnce(&mut Inner)) {
        let root = {
            let mut inner = self.lock();
            mark(&mut inner);
            inner.root.take()
        };
        if let Some(root) = root {
            root.wake();
        }
    }

    /// Whether the process is over. Otherwise `root` is woken when it is.
    pub(super) fn over(&self, root: &Waker) -> Option<Cut> {
        let mut inner = self.lock();
        inner.root = Some(root.clone());
        if inner.killed {
            Some(Cut::Killed)
        } else if inner.stuck {
            Some(Cut::Stuck)
        } else {
            None
        }
    }
}
