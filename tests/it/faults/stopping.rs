//! Whatever runs is told to stop while the service hangs: it ends within two seconds, and nothing that is known is lost.
//!
//! Terraform waits about five seconds for a plugin after the second interrupt and then kills it. Time is virtual here.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use windows365::framework::Context;
use windows365::graph::{Transport, TransportError};

use crate::lifecycle::run::{Resource, Run};
use crate::lifecycle::{Life, all_lives, made};
use crate::support::tenant;
use crate::support::walk::{ask, calls, full_tenant};

/// How long an answer hangs.
const HANGS: Duration = Duration::from_secs(30);
/// How long after the exchange began it is told to stop.
const AFTER: Duration = Duration::from_millis(150);
/// How long it may take to end from then on.
const GRACE: Duration = Duration::from_secs(2);

/// A wire on which every answer hangs from one exchange on.
struct Hanging {
    wire: Arc<dyn Transport>,
    from: usize,
    /// Whether the service acts before it hangs, or after.
    acts_first: bool,
    met: AtomicUsize,
    began: CancellationToken,
    /// Writes to this path whose answer came in time.
    creates: &'static str,
    answered: AtomicUsize,
}

#[async_trait]
impl Transport for Hanging {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let creates =
            request.method() != http::Method::GET && request.uri().path().ends_with(self.creates);
        if self.met.fetch_add(1, Ordering::SeqCst) < self.from {
            let answer = self.wire.send(request).await;
            let well = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
            self.answered.fetch_add(usize::from(creates && well), Ordering::SeqCst);
            return answer;
        }
        self.began.cancel();
        if !self.acts_first {
            tokio::time::sleep(HANGS).await;
            return self.wire.send(request).await;
        }
        let answer = self.wire.send(request).await;
        tokio::time::sleep(HANGS).await;
        answer
    }
}

/// A process whose answers hang from one exchange on, and its wire.
fn hanging(
    run: &Run,
    environment: Vec<(String, String)>,
    creates: &'static str,
    (from, acts_first): (usize, bool),
) -> (Run, Arc<Hanging>) {
    let mut made = None;
    let process = run.process(environment, |wire| {
        let (met, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let began = CancellationToken::new();
        let wire = Arc::new(Hanging { wire, from, acts_first, met, began, creates, answered });
        made = Some(Arc::clone(&wire));
        wire
    });
    (process, made.unwrap())
}

/// Runs an operation and tells it to stop a moment after an answer hangs. How long it took from then on; nothing when none hung.
async fn stopped<T>(
    wire: &Hanging,
    stop: &CancellationToken,
    operation: impl Future<Output = T>,
) -> (T, Option<Duration>) {
    let ended = CancellationToken::new();
    let told = async {
        tokio::select! {
            biased;
            () = ended.cancelled() => return None,
            () = wire.began.cancelled() => {}
        }
        tokio::time::sleep(AFTER).await;
        stop.cancel();
        Some(Instant::now())
    };
    let operation = async {
        let output = operation.await;
        ended.cancel();
        (output, Instant::now())
    };
    let ((output, ended), told) = tokio::join!(operation, told);
    (output, told.map(|told| ended.saturating_duration_since(told)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Create,
    Update,
    Refresh,
    Import,
    Destroy,
}

const ALL: [Operation; 5] = [
    Operation::Create,
    Operation::Update,
    Operation::Refresh,
    Operation::Import,
    Operation::Destroy,
];

impl Operation {
    async fn of(self, life: &Life, id: &str, resource: &mut Resource<'_>) -> String {
        match self {
            Operation::Create => resource.apply(&life.create).await,
            Operation::Update => resource.apply(&life.update).await,
            Operation::Refresh => resource.refresh().await,
            Operation::Import => resource.import(id).await,
            Operation::Destroy => resource.destroy().await,
        }
    }
}

/// Stops an operation while its exchange of this number hangs. How long it took to end; nothing when there is no such exchange.
async fn stop_at(life: &Life, operation: Operation, at: (usize, bool)) -> Option<Duration> {
    let name = life.name;
    let run = Run::of(name);
    let mut resource = run.resource(name);
    if operation != Operation::Create {
        assert_eq!(resource.apply(&life.create).await, "", "{name}");
    }
    let id = resource.id();
    let (process, wire) = hanging(&run, tenant::environment(&run.mock, name), life.path, at);
    let mut resource = match operation {
        Operation::Create | Operation::Import => process.resource(name),
        _ => process.resource(name).with_state_of(&resource),
    };
    let stop = CancellationToken::new();
    resource.cx = Context { stop: stop.clone() };
    let (said, took) = stopped(&wire, &stop, operation.of(life, &id, &mut resource)).await;
    let took = took?;
    let whose = format!("{name}: {operation:?} at {at:?}");
    let there = made(&run, life);
    let error = said.contains("Error");
    match operation {
        Operation::Create => {
            let known = wire.answered.load(Ordering::SeqCst) > 0;
            let kept = !resource.id().is_empty();
            // What was left to do was to look at what was done.
            assert!(error || kept, "{whose}: {said}");
            assert!(kept || !known || there.is_empty(), "{whose}: its id is lost: {said}");
        }
        Operation::Update | Operation::Refresh => {
            let may_be_well = operation == Operation::Update;
            assert!((error || may_be_well) && resource.id() == id, "{whose}: {said}");
        }
        Operation::Import => assert!(error, "{whose}: {said}"),
        Operation::Destroy => {
            assert!(error == (resource.id() == id), "{whose}: {said}");
            assert!(error || there.is_empty() || said.starts_with("Warning"), "{whose}: {said}");
        }
    }
    Some(took)
}

fn within_the_grace(waits: &mut [Duration]) {
    waits.sort_unstable();
    let (usual, longest) = (waits[waits.len() * 99 / 100], waits[waits.len() - 1]);
    eprintln!("{} stops: ended within {usual:?} (99 of 100), {longest:?} (all)", waits.len());
    assert!(longest <= GRACE, "the last ended after {longest:?}");
}

#[tokio::test(start_paused = true)]
async fn f05_f06_where_answers_hang_a_stop_ends_every_change_within_two_seconds() {
    let mut waits = Vec::new();
    for life in all_lives() {
        for operation in ALL {
            let before = waits.len();
            for acts_first in [false, true] {
                let mut from = 0;
                while let Some(took) = stop_at(&life, operation, (from, acts_first)).await {
                    assert!(took <= GRACE, "{}: {operation:?} at {from} took {took:?}", life.name);
                    waits.push(took);
                    from += 1;
                }
            }
            // Some operations of some types send nothing but for the sign-in, and a given token is not even asked for.
            let sends = !matches!(operation, Operation::Update | Operation::Destroy);
            assert!(waits.len() > before || !sends, "{}: {operation:?} sends something", life.name);
        }
    }
    within_the_grace(&mut waits);
}

#[tokio::test(start_paused = true)]
async fn f05_where_answers_hang_a_stop_ends_every_other_call_within_two_seconds() {
    let run = full_tenant().await;
    let everything = run.mock.environment_of_person();
    let mut waits = Vec::new();
    for call in calls(&run).await {
        let mut from = 0;
        loop {
            let (process, wire) = hanging(&run, everything.clone(), "-", (from, false));
            let stop = CancellationToken::new();
            let cx = Context { stop: stop.clone() };
            let (told, took) = stopped(&wire, &stop, ask(&process.server, &cx, &call)).await;
            let Some(took) = took else { break };
            assert!(took <= GRACE, "{call:?} at {from} took {took:?}");
            assert!(told.said.contains("Error"), "{call:?} at {from}: {}", told.said);
            waits.push(took);
            from += 1;
            if from > 12 {
                break;
            }
        }
    }
    within_the_grace(&mut waits);
}
