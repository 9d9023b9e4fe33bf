//! What one RPC after the other does with one object, as Terraform calls them.
//!
//! Source: `internal/terraform/node_resource_abstract_instance.go` in hashicorp/terraform.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::timeouts::{self, Operation};
use crate::framework::call::{self, Apply, Client, NewState, Raw};
use crate::framework::proposed::proposed;
use crate::framework::{Context, Server};
use crate::graph::Clock as _;
use crate::spec::Entity;
use crate::tf::{Diagnostics, Schema, Type, Value, json, msgpack};

use super::control::Control;
use super::time::Time;

/// An object in the state.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<Vec<u8>>,
    pub(super) tainted: bool,
}

impl Object {
    pub(super) fn id(&self) -> &str {
        self.value.get("id").as_str().unwrap_or_default()
    }
}

/// What a plan is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
    Delete,
}

/// A plan for one object.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) action: Action,
    pub(super) prior: Option<Object>,
    pub(super) planned: Value,
    private: Vec<u8>,
    identity: Option<Vec<u8>>,
    config: Value,
}

/// Speaks with one process about objects of one type.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) server: Server,
    pub(super) cx: Context,
    pub(super) entity: &'static Entity,
    pub(super) schema: Arc<Schema>,
    pub(super) r#type: Arc<Type>,
    pub(super) time: Time,
    pub(super) control: Control,
}

/// What a call ended with, besides its answer.
#[derive(Default)]
pub(super) struct Noted {
    pub(super) findings: Diagnostics,
    pub(super) violations: Vec<String>,
}

impl Caller {
    fn raw(&self, value: &Value) -> Raw {
        Raw { msgpack: msgpack::encode(value, &self.r#type), json: Vec::new() }
    }

    fn value(&self, bytes: &[u8], noted: &mut Noted) -> Value {
        msgpack::decode(bytes, &self.r#type).unwrap_or_else(|error| {
            noted.violations.push(format!("an answer cannot be read: {error}"));
            Value::Null
        })
    }

    /// Notes what a call that waits for the service took too long for.
    fn timed(&self, start: Duration, operation: Operation, of: &Value, noted: &mut Noted) {
        /// For a request in flight, and for what can still be found out.
        const GRACE: Duration = Duration::from_secs(2);
        let now = self.time.now();
        let limit = timeouts::of(self.entity, operation, of);
        if now.saturating_sub(start) > limit + GRACE {
            noted.violations.push(format!(
                "a {} took {} s and may take {} s",
                operation.name(),
                (now - start).as_secs(),
                limit.as_secs()
            ));
        }
        if let Some(stopped) = self.control.stopped_at()
            && now.saturating_sub(stopped.max(start)) > GRACE
        {
            noted.violations.push(format!(
                "a {} was asked to stop and answered {} ms later",
                operation.name(),
                (now - stopped).as_millis()
            ));
        }
    }

    /// The object of a state file, through the provider's upgrade, as it is now. `None`: it is gone.
    pub(super) async fn refreshed(
        &self,
        stored: &Object,
        noted: &mut Noted,
    ) -> Result<Option<Object>, ()> {
        let text = json::to_json(&stored.value, &self.r#type).unwrap_or_default().to_string();
        let state = call::Stored { json: text.into_bytes(), flatmap: false };
        let (upgraded, findings) =
            self.server.upgrade_state(self.entity.name, self.schema.version, state);
        if findings.has_error() {
            noted.violations.push(format!("a stored state cannot be read: {findings:?}"));
            return Err(());
        }
        let request = call::Read {
            type_name: self.entity.name.to_owned(),
            current_state: Raw { msgpack: upgraded, json: Vec::new() },
            private: stored.private.clone(),
            current_identity: stored.identity.clone().map(raw),
        };
        let start = self.time.now();
        let answer = self.server.read(&self.cx, request).await;
        self.timed(start, Operation::Read, &stored.value, noted);
        let failed = answer.diagnostics.has_error();
        let value = self.value(&answer.state, noted);
        noted.findings.extend(answer.diagnostics);
        if failed {
            return Err(());
        }
        Ok((!value.is_null()).then_some(Object {
            value,
            private: answer.private,
            identity: answer.identity,
            tainted: stored.tainted,
        }))
    }

    /// Refreshes and plans. A configuration of null is a destroy.
    pub(super) async fn plan(
        &self,
        stored: Option<&Object>,
        config: &Value,
        noted: &mut Noted,
    ) -> Result<Planned, ()> {
        let prior = match stored {
            Some(stored) => self.refreshed(stored, noted).await?,
            None => None,
        };
        if !config.is_null() {
            let client = Client { write_only: true };
            let found = self.server.validate_resource(self.entity.name, self.raw(config), client);
            let failed = found.has_error();
            noted.findings.extend(found);
            if failed {
                return Err(());
            }
        }
        self.decide(prior, config, noted)
    }

    fn decide(
        &self,
        prior: Option<Object>,
        config: &Value,
        noted: &mut Noted,
    ) -> Result<Planned, ()> {
        let tainted = prior.as_ref().is_some_and(|it| it.tainted);
        let first = self.planned(prior.as_ref().filter(|it| !it.tainted), config, noted)?;
        let action = match (&prior, config.is_null()) {
            (None, true) => Action::NoOp,
            (None, false) => Action::Create,
            (Some(_), true) => Action::Delete,
            (Some(_), false) if tainted || first.replace => Action::Replace,
            (Some(object), false) if first.planned == object.value => Action::NoOp,
            (Some(_), false) => Action::Update,
        };
        let last = match action == Action::Replace && !tainted {
            true => self.planned(None, config, noted)?,
            false => first,
        };
        Ok(Planned {
            action,
            prior,
            planned: last.planned,
            private: last.private,
            identity: last.identity,
            config: config.clone(),
        })
    }

    fn planned(
        &self,
        prior: Option<&Object>,
        config: &Value,
        noted: &mut Noted,
    ) -> Result<Answer, ()> {
        let value = prior.map_or(Value::Null, |it| it.value.clone());
        let proposed = proposed(&self.schema.block, &value, config);
        let answer = self.server.plan(call::Plan {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(&value),
            proposed_new_state: self.raw(&proposed),
            config: self.raw(config),
            prior_private: prior.map(|it| it.private.clone()).unwrap_or_default(),
            prior_identity: prior.and_then(|it| it.identity.clone()).map(raw),
        });
        let failed = answer.diagnostics.has_error();
        noted.findings.extend(answer.diagnostics);
        if failed {
            return Err(());
        }
        let planned = self.value(&answer.planned_state, noted);
        let replace = !value.is_null()
            && answer.requires_replace.iter().any(|path| {
                let after = planned.at(path).unwrap_or(&Value::Null);
                value.at(path).unwrap_or(&Value::Null) != after || !after.is_wholly_known()
            });
        Ok(Answer {
            planned,
            private: answer.planned_private,
            identity: answer.planned_identity,
            replace,
        })
    }

    /// Deletes the object of a plan. What is left of it in the state.
    pub(super) async fn delete(&self, plan: &Planned, noted: &mut Noted) -> Option<Object> {
        let prior = plan.prior.as_ref()?;
        let request = Apply {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(&prior.value),
            planned_state: self.raw(&Value::Null),
            config: self.raw(&Value::Null),
            planned_private: plan.private.clone(),
            planned_identity: prior.identity.clone().map(raw),
        };
        let answer = self.apply(request, Operation::Delete, &prior.value, noted).await;
        let failed = answer.diagnostics.has_error();
        let value = self.value(&answer.state, noted);
        noted.findings.extend(answer.diagnostics);
        match (value.is_null(), failed) {
            (true, false) => None,
            // Terraform keeps what it had.
            (true, true) => Some(prior.clone()),
            (false, _) => {
                if !failed {
                    noted.violations.push("a delete ended well and left an object".to_owned());
                }
                Some(Object {
                    value,
                    private: answer.private,
                    identity: answer.identity,
                    tainted: prior.tainted,
                })
            }
        }
    }

    /// Creates or updates. What is in the state then.
    pub(super) async fn change(&self, plan: &Planned, noted: &mut Noted) -> Option<Object> {
        let prior = plan.prior.as_ref().filter(|_| plan.action == Action::Update);
        let request = Apply {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(prior.map_or(&Value::Null, |it| &it.value)),
            planned_state: self.raw(&plan.planned),
            config: self.raw(&plan.config),
            planned_private: plan.private.clone(),
            planned_identity: plan.identity.clone().map(raw),
        };
        let operation = if prior.is_some() { Operation::Update } else { Operation::Create };
        let answer = self.apply(request, operation, &plan.planned, noted).await;
        let failed = answer.diagnostics.has_error();
        let value = self.value(&answer.state, noted);
        if !value.is_wholly_known() {
            noted.violations.push("a state holds unknown values".to_owned());
        }
        if !failed && !value.is_null() && !kept(&plan.planned, &value) {
            noted.violations.push(format!(
                "an apply changed what was planned:\n  planned {:?}\n  got     {value:?}",
                plan.planned
            ));
        }
        let object = Object {
            value,
            private: answer.private,
            identity: answer.identity,
            tainted: prior.is_none() && failed,
        };
        noted.findings.extend(answer.diagnostics);
        match (object.value.is_null(), prior) {
            (false, _) => Some(object),
            (true, Some(prior)) if failed => Some(prior.clone()),
            (true, _) => None,
        }
    }

    async fn apply(
        &self,
        request: Apply,
        operation: Operation,
        of: &Value,
        noted: &mut Noted,
    ) -> NewState {
        let start = self.time.now();
        let answer = self.server.apply(&self.cx, request).await;
        self.timed(start, operation, of, noted);
        answer
    }

    /// Imports by id and reads what was found.
    pub(super) async fn import(&self, id: &str, noted: &mut Noted) -> Option<Object> {
        let request = call::Import {
            type_name: self.entity.name.to_owned(),
            id: id.to_owned(),
            identity: None,
        };
        let answer = self.server.import(&self.cx, request).await;
        let value = self.value(&answer.state, noted);
        let failed = answer.diagnostics.has_error();
        noted.findings.extend(answer.diagnostics);
        if failed || value.is_null() {
            return None;
        }
        let found =
            Object { value, private: answer.private, identity: answer.identity, tainted: false };
        self.refreshed(&found, noted).await.ok().flatten()
    }
}

struct Answer {
    planned: Value,
    private: Vec<u8>,
    identity: Option<Vec<u8>>,
    replace: bool,
}

fn raw(msgpack: Vec<u8>) -> Raw {
    Raw { msgpack, json: Vec::new() }
}

/// Whether everything that was known in a plan is the same in the state.
fn kept(planned: &Value, actual: &Value) -> bool {
    match (planned, actual) {
        (Value::Unknown(_), _) => true,
        (Value::Object(a), Value::Object(b)) | (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|it| kept(value, it)))
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| kept(a, b))
        }
        (Value::Set(a), Value::Set(b)) if !planned.is_wholly_known() => a.len() == b.len(),
        _ => planned == actual,
    }
}
