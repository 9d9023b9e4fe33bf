//! The commands of Terraform: each in processes of its own, all objects side by side, the state written as objects are done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::bench::{Bench, Process};
use super::control::Cut;
use super::object::{Action, Caller, Noted, Object, Planned};
use crate::tf::{Diagnostic, Schema, Type, Value};

/// How many objects Terraform works on at once, unless it is told otherwise.
const PARALLELISM: usize = 10;

/// A Terraform with its state.
pub(super) struct Terraform<'b> {
    bench: &'b Bench,
    schema: Arc<Schema>,
    r#type: Arc<Type>,
    /// By the name of the instance.
    pub(super) states: BTreeMap<String, Object>,
    /// All that the user was ever shown.
    pub(super) said: String,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Without errors.
    Well,
    /// With errors.
    Failed,
    /// Its provider was killed.
    Killed,
}

/// What a command did.
pub(super) struct Report {
    pub(super) ended: Ended,
    /// What was planned, by the name of the instance.
    pub(super) plans: BTreeMap<String, Planned>,
    /// Errors, in the order in which they came.
    pub(super) errors: Vec<Diagnostic>,
}

impl Report {
    pub(super) fn all_are(&self, action: Action) -> bool {
        self.plans.values().all(|plan| plan.action == action)
    }
}

impl<'b> Terraform<'b> {
    pub(super) fn new(bench: &'b Bench) -> Terraform<'b> {
        Terraform {
            bench,
            schema: Arc::new(bench.schema.clone()),
            r#type: Arc::new(bench.r#type.clone()),
            states: BTreeMap::new(),
            said: String::new(),
        }
    }

    fn caller(&self, process: &Process<'_>) -> Caller {
        Caller {
            server: process.server.clone(),
            cx: process.context(),
            entity: self.bench.entity,
            schema: Arc::clone(&self.schema),
            r#type: Arc::clone(&self.r#type),
            time: self.bench.time.clone(),
            control: self.bench.control.clone(),
        }
    }

    /// Takes down what calls have noted.
    fn hear(&mut self, noted: Noted, report: &mut Report) {
        for violation in noted.violations {
            self.bench.violation(violation);
        }
        for finding in noted.findings.0 {
            let text = format!("{}\n{}\n", finding.summary, finding.detail);
            self.bench.wire.state().log.line(&format!("## {text}"));
            self.said.push_str(&text);
            if finding.summary == "Fault in the provider" {
                self.bench.violation(format!("the provider reports a fault of its own: {text}"));
            }
            if finding.is_error() {
                report.errors.push(finding);
                if report.ended == Ended::Well {
                    report.ended = Ended::Failed;
                }
            }
        }
    }

    fn cut(&self, cut: Cut, report: &mut Report) {
        report.ended = Ended::Killed;
        if cut == Cut::Stuck {
            self.bench.violation("a call waits for ever".to_owned());
        }
    }

    /// The `plan` command: refreshes and plans, and keeps what it read.
    pub(super) fn plan(&mut self, wanted: &BTreeMap<String, Value>) -> Report {
        let bench = self.bench;
        let mut report = Report { ended: Ended::Well, plans: BTreeMap::new(), errors: Vec::new() };
        let process = bench.start();
        let caller = self.caller(&process);
        let states = &self.states;
        let turns = Arc::new(Semaphore::new(PARALLELISM));
        let done = process.run(async {
            let mut tasks = JoinSet::new();
            for (name, config) in wanted {
                let (caller, name, config) = (caller.clone(), name.clone(), config.clone());
                let stored = states.get(&name).cloned();
                let turns = Arc::clone(&turns);
                tasks.spawn(async move {
                    let _turn = turns.acquire().await;
                    let mut noted = Noted::default();
                    let plan = caller.plan(stored.as_ref(), &config, &mut noted).await;
                    (name, plan, noted)
                });
            }
            let mut done = Vec::new();
            while let Some(joined) = tasks.join_next().await {
                done.push(joined);
            }
            done
        });
        drop(process);
        let done = match done {
            Ok(done) => done,
            Err(cut) => {
                self.cut(cut, &mut report);
                return report;
            }
        };
        for joined in done {
            let Ok((name, plan, noted)) = joined else {
                bench.violation("a plan panicked".to_owned());
                continue;
            };
            self.hear(noted, &mut report);
            if let Ok(plan) = plan {
                self.gone(&name, plan.prior.as_ref());
                report.plans.insert(name, plan);
            } else if report.ended == Ended::Well {
                report.ended = Ended::Failed;
            }
        }
        if report.ended == Ended::Well {
            for (name, plan) in &report.plans {
                self.keep(name, plan.prior.clone());
            }
        }
        report
    }

    /// Nothing leaves the state while it is in the tenant.
    fn gone(&self, name: &str, after: Option<&Object>) {
        let Some(before) = self.states.get(name) else { return };
        let id = before.id();
        let exists = || self.bench.wire.state().people.exists(&self.bench.mock, id);
        // Some objects are never deleted, and the user is told what became of this one.
        let told = self.said.contains(&format!("{id} is switched off and stays"))
            || self.said.contains(&format!("{} is left as it is", self.bench.entity.name));
        if after.is_none() && !told && exists() {
            self.bench.violation(format!("the object {id} left the state and is still there"));
        }
    }

    fn keep(&mut self, name: &str, object: Option<Object>) {
        match object {
            Some(object) => self.states.insert(name.to_owned(), object),
            None => self.states.remove(name),
        };
    }

    /// The `apply` command: a plan, and what it says. A configuration of null is a destroy.
    pub(super) fn apply(&mut self, wanted: &BTreeMap<String, Value>) -> Report {
        let mut report = self.plan(wanted);
        if report.ended != Ended::Well || report.all_are(Action::NoOp) {
            return report;
        }
        if self.bench.control.stopped_at().is_some() {
            // Interrupted while planning: nothing is carried out.
            report.ended = Ended::Failed;
            return report;
        }
        let process = self.bench.start();
        let caller = self.caller(&process);
        type Finished = (String, Option<Object>, Noted);
        let finished: Arc<Mutex<Vec<Finished>>> = Arc::default();
        let plans = &report.plans;
        let turns = Arc::new(Semaphore::new(PARALLELISM));
        let ran = process.run(async {
            let mut tasks = JoinSet::new();
            for (name, plan) in plans {
                if plan.action == Action::NoOp {
                    continue;
                }
                let (caller, name, plan) = (caller.clone(), name.clone(), plan.clone());
                let finished = Arc::clone(&finished);
                let turns = Arc::clone(&turns);
                tasks.spawn(async move {
                    let _turn = turns.acquire().await;
                    let mut noted = Noted::default();
                    let object = carry_out(&caller, &plan, &mut noted).await;
                    let mut finished = finished.lock().unwrap_or_else(PoisonError::into_inner);
                    finished.push((name, object, noted));
                });
            }
            let mut panicked = false;
            while let Some(joined) = tasks.join_next().await {
                panicked |= joined.is_err();
            }
            panicked
        });
        drop(process);
        match ran {
            Ok(false) => {}
            Ok(true) => self.bench.violation("an apply panicked".to_owned()),
            Err(cut) => self.cut(cut, &mut report),
        }
        let finished =
            std::mem::take(&mut *finished.lock().unwrap_or_else(PoisonError::into_inner));
        let interrupted = self.bench.control.stopped_at().is_some();
        for (name, object, noted) in finished {
            let halved = report.plans.get(&name).is_some_and(|it| it.action == Action::Replace);
            if interrupted && halved && object.is_none() && report.ended == Ended::Well {
                // Terraform says that it did not come to the second half of a replacement.
                report.ended = Ended::Failed;
            }
            self.hear(noted, &mut report);
            self.gone(&name, object.as_ref());
            self.keep(&name, object);
        }
        report
    }

    /// The `import` command.
    pub(super) fn import(&mut self, name: &str, id: &str) -> bool {
        let process = self.bench.start();
        let caller = self.caller(&process);
        let mut noted = Noted::default();
        let found = process.run(caller.import(id, &mut noted));
        drop(process);
        let mut report = Report { ended: Ended::Well, plans: BTreeMap::new(), errors: Vec::new() };
        self.hear(noted, &mut report);
        match found {
            Ok(Some(object)) => {
                self.keep(name, Some(object));
                true
            }
            _ => false,
        }
    }

    /// Ids of the objects in the state.
    pub(super) fn ids(&self) -> BTreeSet<String> {
        self.states.values().map(|object| object.id().to_owned()).collect()
    }
}

/// Carries a plan out. What is in the state then.
async fn carry_out(caller: &Caller, plan: &Planned, noted: &mut Noted) -> Option<Object> {
    match plan.action {
        Action::NoOp => plan.prior.clone(),
        Action::Create | Action::Update => caller.change(plan, noted).await,
        Action::Delete => caller.delete(plan, noted).await,
        Action::Replace => match caller.delete(plan, noted).await {
            Some(left) => Some(left),
            // Terraform begins nothing new once it was interrupted.
            None if caller.control.stopped_at().is_some() => None,
            None => caller.change(plan, noted).await,
        },
    }
}
