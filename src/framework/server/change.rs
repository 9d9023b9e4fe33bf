//! Reading and changing objects.

use super::Server;
use crate::framework::call::{Apply, NewState, Raw, Read};
use crate::framework::provider::{
    CreateRequest, DeleteRequest, Outcome, ReadRequest, UpdateRequest,
};
use crate::framework::reconcile::{self, reconcile};
use crate::framework::{Context, Private, Resource, follows, identity, values};
use crate::tf::{Diagnostic, Diagnostics, Value, msgpack};

impl Server {
    /// ReadResource. An answer of null without error means that the object is gone.
    pub async fn read(&self, cx: &Context, request: Read) -> NewState {
        let unchanged = NewState {
            state: echo(&request.current_state),
            private: request.private.clone(),
            identity: request.current_identity.as_ref().map(echo),
            diagnostics: Diagnostics::new(),
        };
        let done = match self.resource(&request.type_name) {
            Ok(resource) => read(resource.as_ref(), cx, request).await,
            Err(unknown) => Err(unknown),
        };
        done.unwrap_or_else(|diagnostics| NewState { diagnostics, ..unchanged })
    }

    /// ApplyResourceChange: a create, an update or a delete.
    pub async fn apply(&self, cx: &Context, request: Apply) -> NewState {
        // Terraform keeps the prior object when an answer has errors and this state.
        let unchanged = NewState {
            state: echo(&request.prior_state),
            private: request.planned_private.clone(),
            identity: request.planned_identity.as_ref().map(echo),
            diagnostics: Diagnostics::new(),
        };
        let done = match self.resource(&request.type_name) {
            Ok(resource) => apply(resource.as_ref(), cx, request).await,
            Err(unknown) => Err(unknown),
        };
        done.unwrap_or_else(|diagnostics| NewState { diagnostics, ..unchanged })
    }
}

/// The very bytes that came, for answers that change nothing.
fn echo(raw: &Raw) -> Vec<u8> {
    if raw.msgpack.is_empty() { values::nil() } else { raw.msgpack.clone() }
}

async fn read(
    resource: &dyn Resource,
    cx: &Context,
    request: Read,
) -> Result<NewState, Diagnostics> {
    let r#type = resource.schema().block.implied_type();
    let name = request.type_name.as_str();
    let current = values::read(&request.current_state, &r#type, "the state", name)?;
    let before = identity::read(request.current_identity.as_ref(), resource.identity(), name)?;
    if current.is_null() {
        return Ok(NewState { state: values::nil(), ..NewState::default() });
    }
    let known = Before {
        operation: "reading it",
        planned: &current,
        prior: &Value::Null,
        private: &request.private,
        identity: before.clone(),
    };
    let sent = ReadRequest {
        state: current.clone(),
        private: Private::decode(&request.private),
        identity: before,
    };
    let mut outcome = resource.read(cx, sent).await;
    if outcome.state.is_none() && outcome.diagnostics.has_error() {
        outcome.state = Some(current.clone());
    }
    Ok(known.settle(resource, name, outcome))
}

async fn apply(
    resource: &dyn Resource,
    cx: &Context,
    request: Apply,
) -> Result<NewState, Diagnostics> {
    let r#type = resource.schema().block.implied_type();
    let name = request.type_name.as_str();
    let prior = values::read(&request.prior_state, &r#type, "the prior state", name)?;
    let planned = values::read(&request.planned_state, &r#type, "the planned state", name)?;
    let config = values::read(&request.config, &r#type, "the configuration", name)?;
    let before = identity::read(request.planned_identity.as_ref(), resource.identity(), name)?;
    if !planned.is_null()
        && !config.is_null()
        && let Some(path) =
            follows::astray((&resource.schema().block).into(), &config, &planned, &prior)
    {
        let detail = "The planned value is not what the configuration says. Nothing was changed. Make a new plan; if that fails in the \
                      same way, please report this to the provider's developers.";
        let summary = format!("The plan of {name} does not follow from its configuration");
        return Err(Diagnostic::error(summary, detail).at(path).into());
    }
    let private = Private::decode(&request.planned_private);
    let known = |operation, identity| Before {
        operation,
        planned: &planned,
        prior: &prior,
        private: &request.planned_private,
        identity,
    };

    Ok(match (prior.is_null(), planned.is_null()) {
        (true, true) => NewState { state: values::nil(), ..NewState::default() },
        (true, false) => {
            let sent = CreateRequest { config, planned: planned.clone(), private };
            let mut outcome = resource.create(cx, sent).await;
            if outcome.state.is_none() && !outcome.diagnostics.has_error() {
                outcome.diagnostics.push(Diagnostic::bug(format!(
                    "Creating a {name} ended without an error and without an object."
                )));
            }
            known("creating it", None).settle(resource, name, outcome)
        }
        (false, false) => {
            let sent =
                UpdateRequest { config, prior: prior.clone(), planned: planned.clone(), private };
            let mut outcome = resource.update(cx, sent).await;
            if outcome.state.is_none() {
                if !outcome.diagnostics.has_error() {
                    outcome.diagnostics.push(Diagnostic::error(
                        format!("Cannot update {name}: the object is gone"),
                        "It was deleted by someone else while the change was being made. Run apply again to create it anew.",
                    ));
                }
                outcome.state = Some(prior.clone());
            }
            known("updating it", before).settle(resource, name, outcome)
        }
        (false, true) => {
            let sent = DeleteRequest { prior: prior.clone(), private };
            let mut outcome = resource.delete(cx, sent).await;
            match (outcome.state.is_some(), outcome.diagnostics.has_error()) {
                (_, false) => {
                    let diagnostics = outcome.diagnostics;
                    return Ok(NewState {
                        state: values::nil(),
                        diagnostics,
                        ..NewState::default()
                    });
                }
                (false, true) => outcome.state = Some(prior.clone()),
                (true, true) => {}
            }
            let known = Before { planned: &prior, ..known("deleting it", before) };
            known.settle(resource, name, outcome)
        }
    })
}

/// What was known of an object before an operation.
struct Before<'a> {
    operation: &'a str,
    planned: &'a Value,
    prior: &'a Value,
    private: &'a [u8],
    identity: Option<Value>,
}

impl Before<'_> {
    /// The answer to an operation that has ended, well or not.
    fn settle(self, resource: &dyn Resource, name: &str, outcome: Outcome) -> NewState {
        let mut diags = outcome.diagnostics;
        let Some(state) = outcome.state else {
            return NewState { state: values::nil(), diagnostics: diags, ..NewState::default() };
        };
        let block = &resource.schema().block;
        let state = values::fit(block, state, &mut diags);
        let state = reconcile(block.into(), state, self.planned, self.prior);
        let (state, unknown) = values::known(state);
        // An operation that failed half-way rightly leaves open what it never got to.
        if !diags.has_error() {
            values::left_unknown(&unknown, self.operation, &mut diags);
        }
        let state = if unknown.is_empty() { state } else { values::fit(block, state, &mut diags) };
        if !diags.has_error() {
            reconcile::log_surprises(name, block.into(), self.planned, &state);
        }
        // An operation that failed early may have had no time to think of what is stored beside the object.
        let private = match (outcome.private.0.is_empty(), diags.has_error()) {
            (true, true) => self.private.to_vec(),
            _ => outcome.private.encode(),
        };
        let identity = identity::settle(
            resource.identity(),
            outcome.identity,
            self.identity,
            name,
            &mut diags,
        );
        NewState {
            state: msgpack::encode(&state, &block.implied_type()),
            private,
            identity,
            diagnostics: diags,
        }
    }
}
