//! The calls that are running: how they are stopped, what survives the host's impatience, and what becomes of a panic.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tracing::Instrument;

use super::log;
use crate::framework::Context;
use crate::tf::Diagnostic;

/// All calls of one process.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Fired by a stop, and then replaced: calls that come later work again.
    stop: Mutex<CancellationToken>,
    /// Calls that change something outside. The process does not end while one runs, if it can help it.
    changes: TaskTracker,
    count: AtomicU64,
}

/// Which call it is, for the log and for the report of a panic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    /// Name of the RPC.
    pub rpc: &'static str,
    /// What it is about: a type of resource, or the name of a function. May be empty.
    pub about: &'a str,
}

impl Calls {
    /// Runs a call that changes nothing outside. It is dropped when the host loses interest.
    ///
    /// # Errors
    /// When the call panicked: the diagnostic to answer with.
    pub(super) async fn read<T, F>(
        &self,
        name: Name<'_>,
        work: impl FnOnce(Context) -> F,
    ) -> Result<T, Diagnostic>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        joined(AbortOnDropHandle::new(tokio::spawn(self.guarded(name, work))).await)
    }

    /// Runs a call that changes something outside. It runs to its end even when the host loses interest, because half a change is
    /// worse than a change that nobody waits for.
    ///
    /// # Errors
    /// When the call panicked: the diagnostic to answer with.
    pub(super) async fn change<T, F>(
        &self,
        name: Name<'_>,
        work: impl FnOnce(Context) -> F,
    ) -> Result<T, Diagnostic>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        joined(self.changes.spawn(self.guarded(name, work)).await)
    }

    /// The work with all that surrounds it, to be spawned.
    fn guarded<T, F>(
        &self,
        name: Name<'_>,
        work: impl FnOnce(Context) -> F,
    ) -> impl Future<Output = Result<T, Diagnostic>> + Send + 'static
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let span = tracing::info_span!(
            "call",
            tf_rpc = name.rpc,
            tf_type = (!name.about.is_empty()).then_some(name.about),
            tf_req_id = number
        );
        let rpc = name.rpc;
        // The work itself must not begin before the guard stands.
        let work = work(Context { stop: self.stop_token() });
        async move {
            let started = Instant::now();
            tracing::trace!("Received a call");
            let outcome = log::caught(work).await;
            let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(tf_req_duration_ms = took, "Answered a call");
            outcome.map_err(|panic| Diagnostic::bug(format!("{rpc} panicked at {panic}.")))
        }
        .instrument(span)
    }

    fn stop_token(&self) -> CancellationToken {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the calls that run now end as soon as it is safe.
    pub(super) fn stop(&self) {
        let mut current = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *current).cancel();
    }

    /// Waits until nothing changes anything outside any more.
    pub(super) async fn changes_done(&self) {
        self.changes.close();
        self.changes.wait().await;
    }
}

/// The outcome of a task. A task fails only when its runtime ends, and then nobody waits for the answer.
fn joined<T>(
    outcome: Result<Result<T, Diagnostic>, tokio::task::JoinError>,
) -> Result<T, Diagnostic> {
    outcome.unwrap_or_else(|_| {
        Err(Diagnostic::error("The provider is ending", "The call was given up."))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use tokio::sync::Notify;

    use super::*;

    const NAME: Name<'static> = Name { rpc: "Test", about: "" };

    #[tokio::test]
    async fn a_panic_becomes_a_request_for_a_report() {
        let calls = Calls::default();
        let refusal =
            calls.read(NAME, |_| async { panic!("the table is empty") }).await.map(|(): ()| ());
        let refusal = refusal.unwrap_err();
        assert!(refusal.is_error());
        assert!(refusal.detail.contains("Test panicked"), "{}", refusal.detail);
        assert!(refusal.detail.contains("Please report it"), "{}", refusal.detail);
        assert_eq!(calls.read(NAME, |_| async { 7 }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_stop_reaches_running_calls_and_spares_later_ones() {
        let calls = Calls::default();
        let started = Arc::new(Notify::new());
        let running = calls.read(NAME, |cx| {
            let started = Arc::clone(&started);
            async move {
                started.notify_one();
                cx.stop.cancelled().await;
            }
        });
        let stopping = async {
            started.notified().await;
            calls.stop();
        };
        let (ended, ()) = tokio::join!(running, stopping);
        assert_eq!(ended, Ok(()));
        assert_eq!(calls.read(NAME, |cx| async move { cx.stop.is_cancelled() }).await, Ok(false));
    }

    /// Starts a call, drops whoever waits for it, lets the work go on, and tells whether it came to its end.
    async fn survives_being_dropped(change: bool) -> bool {
        let calls = Arc::new(Calls::default());
        let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let done = Arc::new(AtomicBool::new(false));
        let work = {
            let (started, go_on, done) =
                (Arc::clone(&started), Arc::clone(&go_on), Arc::clone(&done));
            move |_| async move {
                started.notify_one();
                go_on.notified().await;
                done.store(true, Ordering::SeqCst);
            }
        };
        let waiting = {
            let calls = Arc::clone(&calls);
            tokio::spawn(async move {
                let _: Result<(), _> = if change {
                    calls.change(NAME, work).await
                } else {
                    calls.read(NAME, work).await
                };
            })
        };
        started.notified().await;
        waiting.abort();
        let _ = waiting.await;
        tokio::task::yield_now().await;
        go_on.notify_one();
        calls.changes_done().await;
        done.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn a_change_outlives_the_host_s_interest() {
        assert!(survives_being_dropped(true).await);
    }

    #[tokio::test]
    async fn a_read_ends_with_the_host_s_interest() {
        assert!(!survives_being_dropped(false).await);
    }
}
