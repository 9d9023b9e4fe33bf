//! One operation in progress: which client it speaks through, until when, and what ends its waits.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::diagnose::Failure;
use crate::graph::{self, Client, Request};

/// One operation in progress.
#[derive(Clone)]
pub(super) struct Operation {
    pub(super) client: Client,
    pub(super) cx: graph::Context,
    /// How long it may take in all, to name in messages.
    pub(super) limit: Duration,
    /// When all that can still be found out after its end must be over. Decided when the first recovery begins.
    over: Arc<OnceLock<Duration>>,
}

/// Why a wait ended before what it waited for came true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// Terraform asked to stop.
    Stopped,
    /// The time-out of the operation has passed.
    Deadline,
}

/// How long all recoveries together may take once an operation was stopped or has run out of time. A write in flight has had its grace of
/// a second before; Terraform kills the process about two seconds after it asked to stop.
const RECOVERY: Duration = Duration::from_millis(700);

impl Operation {
    /// An operation that may take `limit` from now on.
    pub(super) fn new(client: Client, limit: Duration, stop: CancellationToken) -> Self {
        let cx = client.context(limit, stop);
        Operation { client, cx, limit, over: Arc::default() }
    }

    pub(super) fn now(&self) -> Duration {
        self.client.runtime().clock.now()
    }

    /// The time by the service's clock, as far as it is known.
    pub(super) fn service_time(&self) -> jiff::Timestamp {
        self.client.service_time()
    }

    /// Time left.
    pub(super) fn remaining(&self) -> Duration {
        self.cx.deadline.saturating_sub(self.now())
    }

    /// Why nothing more can be waited for, if so.
    pub(super) fn halted(&self) -> Option<Halt> {
        if self.cx.stop.is_cancelled() {
            Some(Halt::Stopped)
        } else if self.remaining().is_zero() {
            Some(Halt::Deadline)
        } else {
            None
        }
    }

    /// Waits. Ends at once when the operation is stopped, and does not begin what would pass the deadline.
    pub(super) async fn pause(&self, duration: Duration) -> Result<(), Halt> {
        if let Some(halt) = self.halted() {
            return Err(halt);
        }
        if duration >= self.remaining() {
            return Err(Halt::Deadline);
        }
        tokio::select! {
            biased;
            () = self.cx.stop.cancelled() => Err(Halt::Stopped),
            () = self.client.runtime().clock.sleep(duration) => Ok(()),
        }
    }

    /// Waits for something else. A stop and the deadline end the wait.
    pub(super) async fn until<T>(&self, awaited: impl Future<Output = T>) -> Result<T, Halt> {
        tokio::select! {
            biased;
            () = self.cx.stop.cancelled() => Err(Halt::Stopped),
            done = awaited => Ok(done),
            () = self.client.runtime().clock.sleep(self.remaining()) => Err(Halt::Deadline),
        }
    }

    /// Whether to ask what only this failure raises: while the service is down, that is one request too many. See [`Client::may_follow`].
    pub(super) fn may_follow(&self, failure: &Failure, request: &Request) -> bool {
        match failure {
            Failure::Graph(error, _) => self.client.may_follow(error, request),
            Failure::Halt(..) | Failure::Ready(_) => true,
        }
    }

    /// What still can be found out after a stop or the deadline: an operation of its own, short, that neither ends. Those of one
    /// operation share their time. While this operation may go on, it is this operation.
    pub(super) fn recovery(&self) -> Operation {
        if self.halted().is_none() {
            return self.clone();
        }
        let over = *self.over.get_or_init(|| self.now().saturating_add(RECOVERY));
        let left = over.saturating_sub(self.now());
        Operation { cx: self.client.context(left, CancellationToken::new()), ..self.clone() }
    }
}

/// The waits between looks at something that will come true: they double from `first` up to `longest`.
pub(super) fn growing(first: Duration, longest: Duration) -> impl Iterator<Item = Duration> {
    std::iter::successors(Some(first), move |wait| Some(wait.saturating_mul(2).min(longest)))
}
