//! The resource that runs an action of a table: when it is created, and when what it says of the action changes.
//!
//! Its state is what it was told and how it went. Reading asks nobody, and destroying does nothing. An action that failed on some of its
//! targets is run again on those alone. A create that fails half-way leaves its state behind, which Terraform taints and replaces; the
//! replacement remembers, within the process that deletes and creates, on which targets it was done.

mod plan;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;

use super::invoke::{check_limit, check_targets, default_limit};
use super::report::Trouble;
use super::run::{Done, End, Fate, Order, Work, run};
use super::schema::{
    ACTION, ARGUMENTS, ARGUMENTS_WO, ID, OPERATION_ID, RESULTS, TARGET_IDS, TRIGGERS, WAIT,
};
use super::{Shared, arguments, report, schema};
use crate::engine::connection::Connect;
use crate::engine::operation::Operation;
use crate::engine::preflight::Intent;
use crate::engine::{encode, timeouts, validate};
use crate::framework::provider::{
    CreateRequest, DeleteRequest, ImportRequest, Outcome, Plan, ReadRequest, UpdateRequest,
};
use crate::framework::{Context, Resource};
use crate::spec::{Action, Runner};
use crate::tf::{Diagnostic, Diagnostics, Path, Schema, Value};

/// How it went on targets, by id, of runs that were deleted before they were replaced.
type Left = Mutex<BTreeMap<String, BTreeMap<String, End>>>;

/// The resource.
pub(super) struct Ran {
    runner: &'static Runner,
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    left: Left,
    schema: OnceLock<Schema>,
}

impl Ran {
    pub(super) fn new(
        runner: &'static Runner,
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        Ran { runner, connection, shared, left: Left::default(), schema: OnceLock::new() }
    }

    /// The action that a configuration or plan names, if it is known.
    fn action(&self, value: &Value) -> Option<&'static Action> {
        let name = value.get(ACTION).as_str()?;
        self.runner.actions.iter().copied().find(|action| action.name == name)
    }

    /// Runs it on some of the targets; `kept` is how it went on the others.
    async fn run(
        &self,
        cx: &Context,
        (planned, config): (&Value, &Value),
        timeout: &str,
        on: Vec<String>,
        kept: BTreeMap<String, End>,
    ) -> Result<Ending, Diagnostics> {
        let Some(action) = self.action(planned) else {
            return Err(Diagnostic::bug("A plan names an action that there is not.").into());
        };
        let mut diags = Diagnostics::new();
        let given = arguments::shape(
            action,
            (ARGUMENTS, config.get(ARGUMENTS)),
            (ARGUMENTS_WO, config.get(ARGUMENTS_WO)),
            &mut diags,
        );
        if diags.has_error() {
            return Err(diags);
        }
        let client = self.connection.client()?;
        conceal(&client, config.get(ARGUMENTS_WO), action, &given);
        let limit = planned.get(timeouts::ATTRIBUTE).get(timeout).as_str();
        let limit = limit.and_then(timeouts::parse).unwrap_or(default_limit(action));
        let operation = Operation::new(client, limit, cx.stop.clone());
        if let Some(preflight) = self.connection.preflight() {
            diags.extend(preflight.admit(Intent::to_run(action), &operation).await?);
        }
        let work = Work { action, operation, shared: &self.shared, progress: None };
        let order = Order {
            targets: if action.noun().is_some() { on.clone() } else { Vec::new() },
            body: encode::parameters(action.arguments, action.kinds, &given),
            wait: planned.get(WAIT).as_bool().unwrap_or(true),
        };
        let done = if on.is_empty() { Done::default() } else { run(&work, &order).await };
        let random = &work.operation.client.runtime().random;
        let id = uuid::Uuid::from_u64_pair(random.next(), random.next());
        Ok(Ending { action, done, kept, id: id.to_string(), diags })
    }
}

/// How a run went, with what is kept of earlier ones.
struct Ending {
    action: &'static Action,
    done: Done,
    kept: BTreeMap<String, End>,
    id: String,
    diags: Diagnostics,
}

impl Ending {
    /// Whether anything was done, or may have been.
    fn did_something(&self) -> bool {
        let now = self.done.ends.iter().map(|(_, end)| end);
        self.done.ends.is_empty()
            || now.chain(self.kept.values()).any(|end| end.fate != Fate::Refused)
    }

    fn errors(&self, again: &str) -> Diagnostics {
        let ends: Vec<_> = self.done.ends.iter().map(|(id, end)| (id.as_str(), end)).collect();
        report::errors(self.action, &ends, again).map(Into::into).unwrap_or_default()
    }

    /// The state after it.
    fn state(&self, planned: &Value, prior: &Value) -> Value {
        let Value::Object(mut state) = planned.clone() else { return planned.clone() };
        let mut results: BTreeMap<String, Value> =
            self.kept.iter().map(|(id, end)| (id.clone(), result(end))).collect();
        results.extend(self.done.ends.iter().map(|(id, end)| (id.clone(), result(end))));
        state.insert(RESULTS.to_owned(), Value::Map(results));
        let operation = match (&self.done.operation_id, self.done.ends.is_empty()) {
            (Some(id), _) => Value::from(id.as_str()),
            (None, true) => prior.get(OPERATION_ID).clone(),
            (None, false) => Value::Null,
        };
        state.insert(OPERATION_ID.to_owned(), operation);
        if state.get(ID).is_none_or(|id| !id.is_known()) {
            state.insert(ID.to_owned(), Value::from(self.id.as_str()));
        }
        Value::Object(state)
    }
}

fn result(end: &End) -> Value {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    Value::object([
        ("error", text(end.trouble.as_ref().map(|trouble| trouble.line.as_str()))),
        ("state", text(end.state.as_deref())),
        ("status", Value::from(end.fate.text())),
        ("time", text(end.time.as_deref())),
    ])
}

/// How it went on each target, by a state.
fn results(state: &Value) -> BTreeMap<String, End> {
    let one = |(id, result): (&String, &Value)| {
        let text = |name: &str| result.get(name).as_str().map(str::to_owned);
        let status = text("status")?;
        let fate = Fate::ALL.into_iter().find(|fate| fate.text() == status)?;
        let trouble = text("error").map(Trouble::plain);
        Some((id.clone(), End { fate, state: text("state"), time: text("time"), trouble }))
    };
    state.get(RESULTS).entries().into_iter().flatten().filter_map(one).collect()
}

/// What makes two runs the same one: everything that they say of the action.
fn same_order(value: &Value) -> String {
    let said = [ACTION, ARGUMENTS, TRIGGERS, schema::ARGUMENTS_WO_VERSION];
    format!("{:?} {:?}", said.map(|name| value.get(name)), plan::wanted(value))
}

/// Makes sure that no message repeats a secret.
fn conceal(
    client: &crate::graph::Client,
    write_only: &Value,
    action: &'static Action,
    given: &Value,
) {
    fn all(client: &crate::graph::Client, value: &Value) {
        match value {
            Value::String(secret) => client.conceal(secret),
            Value::Dynamic(dynamic) => all(client, &dynamic.value),
            Value::Object(entries) | Value::Map(entries) => {
                entries.values().for_each(|value| all(client, value));
            }
            value => value.elements().unwrap_or_default().iter().for_each(|it| all(client, it)),
        }
    }
    all(client, write_only);
    for name in arguments::secrets(action.arguments, given) {
        all(client, given.get(&name));
    }
}

#[async_trait]
impl Resource for Ran {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::runner(self.runner))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        check_targets(config.get(TARGET_IDS), diags);
        for name in ["create", "update"] {
            let path = Path::attribute(timeouts::ATTRIBUTE).child(name);
            check_limit(config.get(timeouts::ATTRIBUTE).get(name), path, diags);
        }
        let Some(name) = config.get(ACTION).as_str() else { return };
        let Some(action) = self.action(config) else {
            let known: Vec<&str> = self.runner.actions.iter().map(|action| action.name).collect();
            let detail =
                format!("There is no action \"{name}\". Known actions: {}.", known.join(", "));
            diags.push(Diagnostic::error("Unknown action", detail).at(Path::attribute(ACTION)));
            return;
        };
        let targets = config.get(TARGET_IDS);
        let problem = match action.noun() {
            Some(noun) if targets.is_null() => {
                Some(format!("`{TARGET_IDS}` must be set: \"{name}\" is done to a {noun}."))
            }
            None if targets.is_known() => Some(format!(
                "`{TARGET_IDS}` must not be set: \"{name}\" is done to the whole tenant."
            )),
            _ => None,
        };
        if let Some(problem) = problem {
            diags.push(
                Diagnostic::error("What the action is done to", problem)
                    .at(Path::attribute(TARGET_IDS)),
            );
        }
        let mut found = Diagnostics::new();
        let given = arguments::shape(
            action,
            (ARGUMENTS, config.get(ARGUMENTS)),
            (ARGUMENTS_WO, config.get(ARGUMENTS_WO)),
            &mut found,
        );
        if !found.has_error() {
            validate::arguments(action, &given, &mut found);
        }
        for finding in found.0 {
            let inside = match finding.path.is_root() || finding.path == Path::attribute(ARGUMENTS)
            {
                true => finding.detail,
                false => format!("`{}`: {}", finding.path, finding.detail),
            };
            let path = Path::attribute(ARGUMENTS);
            diags.push(Diagnostic { detail: inside, ..finding }.at(path));
        }
        for name in arguments::secrets(action.arguments, config.get(ARGUMENTS)) {
            let detail = format!(
                "`{name}` is or holds a secret, and what stands in `{ARGUMENTS}` is stored in the state. With Terraform 1.11 or \
                 OpenTofu 1.11 and later, write it in `{ARGUMENTS_WO}`."
            );
            diags.push(
                Diagnostic::warning("A secret is stored", detail).at(Path::attribute(ARGUMENTS)),
            );
        }
    }

    fn modify_plan(&self, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
        if plan.planned.is_null() {
            diags.push(nothing_undone(plan.prior));
            return;
        }
        let run = plan::modify(plan);
        let (Some(action), Some(on)) = (self.action(&plan.planned), run) else { return };
        let mut ignored = Diagnostics::new();
        let given = arguments::shape(
            action,
            (ARGUMENTS, plan.config.get(ARGUMENTS)),
            (ARGUMENTS_WO, plan.config.get(ARGUMENTS_WO)),
            &mut ignored,
        );
        diags.extend(report::dangers(action, &given, &on));
        if let (Some(preflight), Ok(client)) =
            (self.connection.preflight(), self.connection.client())
            && let Err(why) = preflight.foresee(Intent::to_run(action), client.is_application())
        {
            diags.extend(why);
        }
    }

    async fn create(&self, cx: &Context, request: CreateRequest) -> Outcome {
        let CreateRequest { config, planned, private } = request;
        let left =
            self.left.lock().unwrap_or_else(PoisonError::into_inner).remove(&same_order(&planned));
        let mut kept = left.unwrap_or_default();
        let wanted = plan::wanted(&planned);
        kept.retain(|id, end| wanted.contains(id) && !end.fate.may_be_tried_again());
        let on = wanted.into_iter().filter(|id| !kept.contains_key(id)).collect();
        let ending = match self.run(cx, (&planned, &config), "create", on, kept).await {
            Ok(ending) => ending,
            Err(diagnostics) => return Outcome { diagnostics, ..Outcome::default() },
        };
        let mut diagnostics = ending.diags.clone();
        if !ending.did_something() {
            diagnostics.extend(ending.errors("Nothing was done to any target."));
            return Outcome { diagnostics, ..Outcome::default() };
        }
        diagnostics.extend(ending.errors(
            "What was done is in the state, which Terraform marks as tainted. The next apply replaces it and tries again on the \
             targets that were refused or failed; after `terraform untaint` it does so without replacing it.",
        ));
        let state = Some(ending.state(&planned, &Value::Null));
        Outcome { state, private, identity: None, diagnostics }
    }

    async fn read(&self, _cx: &Context, request: ReadRequest) -> Outcome {
        Outcome {
            state: Some(request.state),
            private: request.private,
            identity: request.identity,
            diagnostics: Diagnostics::new(),
        }
    }

    async fn update(&self, cx: &Context, request: UpdateRequest) -> Outcome {
        let UpdateRequest { config, prior, planned, private } = request;
        let (on, kept) = plan::split(&prior, &planned);
        match self.run(cx, (&planned, &config), "update", on, kept).await {
            Ok(ending) => {
                let mut diagnostics = ending.diags.clone();
                diagnostics.extend(ending.errors(
                    "The next apply tries again on the targets that were refused or failed.",
                ));
                let state = Some(ending.state(&planned, &prior));
                Outcome { state, private, identity: None, diagnostics }
            }
            Err(diagnostics) => {
                Outcome { state: Some(prior), private, identity: None, diagnostics }
            }
        }
    }

    async fn delete(&self, _cx: &Context, request: DeleteRequest) -> Outcome {
        let ended = results(&request.prior);
        if ended.values().any(|end| !end.fate.is_good()) {
            // Whoever replaces it in this process must not do again what was done.
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            left.insert(same_order(&request.prior), ended);
        }
        Outcome { diagnostics: nothing_undone(&request.prior).into(), ..Outcome::default() }
    }

    async fn import(&self, _cx: &Context, _request: ImportRequest) -> Outcome {
        let detail = "It is not an object of the service but the record of something done, so there is nothing to import.";
        let error = Diagnostic::error(format!("Cannot import {}", self.runner.name), detail);
        Outcome { diagnostics: error.into(), ..Outcome::default() }
    }
}

fn nothing_undone(state: &Value) -> Diagnostic {
    let action = state.get(ACTION).as_str().unwrap_or("the action");
    Diagnostic::warning(
        "Destroying this undoes nothing",
        format!("What {action} has done stays done. Only Terraform's record of it goes away."),
    )
}
