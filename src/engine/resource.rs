//! The one managed resource: every entity through the same operations.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio::sync::OwnedMutexGuard;

use super::connection::Connect;
use super::diagnose::{Failure, Task, Verb};
use super::find::{Name, Names, Within};
use super::locks::Locks;
use super::operation::Operation;
use super::permission::{self, Use};
use super::requests::Item;
use super::{generate, plan, schema, secrets, timeouts, validate, youth};
use crate::framework::provider::{
    CreateRequest, DeleteRequest, ImportRequest, Outcome, Plan, ReadRequest, UpdateRequest,
};
use crate::framework::{Context, Private, Resource};
use crate::graph::Granted;
use crate::spec::{Entity, Place};
use crate::tf::{Diagnostic, Diagnostics, Identity, Schema, Value};

/// What all resources of one provider share.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) names: Names,
    pub(super) locks: Locks,
}

/// A managed resource of an entity.
pub(super) struct Managed {
    entity: &'static Entity,
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    schema: OnceLock<Schema>,
    identity: OnceLock<Identity>,
}

/// One operation on one object: everything that its steps need.
pub(super) struct Work<'a> {
    pub(super) entity: &'static Entity,
    pub(super) operation: Operation,
    pub(super) shared: &'a Shared,
    pub(super) task: Task,
    /// What was found before it began.
    pub(super) warnings: Diagnostics,
}

/// What an operation ends with, before private state and identity are added.
#[derive(Default)]
pub(super) struct Done {
    pub(super) state: Option<Value>,
    pub(super) diags: Diagnostics,
}

impl Done {
    pub(super) fn failed(diagnostic: Diagnostic) -> Self {
        Done { state: None, diags: diagnostic.into() }
    }

    pub(super) fn with(state: Value, diags: Diagnostics) -> Self {
        Done { state: Some(state), diags }
    }
}

impl Managed {
    pub(super) fn new(
        entity: &'static Entity,
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        Managed { entity, connection, shared, schema: OnceLock::new(), identity: OnceLock::new() }
    }

    async fn work(
        &self,
        cx: &Context,
        verb: Verb,
        timeout: timeouts::Operation,
        r#use: Use,
        object: &Value,
    ) -> Result<Work<'_>, Diagnostics> {
        let client = self.connection.client()?;
        let limit = timeouts::of(self.entity, timeout, object);
        let operation = Operation::new(client, limit, cx.stop.clone());
        let warnings = match self.connection.preflight() {
            Some(preflight) => preflight.before(self.entity, r#use, &operation).await?,
            None => Diagnostics::new(),
        };
        Ok(Work {
            entity: self.entity,
            operation,
            shared: &self.shared,
            task: Task::of(self.entity, verb, called(self.entity, object).as_deref()),
            warnings,
        })
    }

    /// The outcome of an operation that has an object, or has none.
    fn outcome(&self, done: Done, private: Private, work: &Work<'_>) -> Outcome {
        let granted = work.operation.client.granted();
        let identity =
            done.state.as_ref().and_then(|state| identity_of(self.entity, state, granted.as_ref()));
        let mut diagnostics = work.warnings.clone();
        diagnostics.extend(done.diags);
        let diagnostics = secrets::without(&work.operation.client, diagnostics);
        Outcome { state: done.state, private, identity, diagnostics }
    }

    /// Makes sure that no secret of these objects comes back in a finding.
    fn conceal(&self, work: &Work<'_>, objects: &[&Value]) {
        for object in objects {
            secrets::conceal(&work.operation.client, &self.schema().block.attributes, object);
        }
    }

    /// What can be said in a plan already, without asking anybody.
    fn preflight_plan(&self, plan: &Plan<'_>) -> Result<(), Diagnostics> {
        let r#use = match (plan.prior.is_null(), plan.planned.is_null()) {
            (_, true) => Use::Delete,
            (true, _) => Use::Create,
            (false, false) if plan.planned == *plan.prior => return Ok(()),
            (false, false) => match permission::of_update(self.entity, plan.prior, &plan.planned) {
                Some(r#use) => r#use,
                None => return Ok(()),
            },
        };
        let (Some(preflight), Ok(client)) = (self.connection.preflight(), self.connection.client())
        else {
            return Ok(());
        };
        preflight.planned(self.entity, r#use, client.is_application())
    }
}

impl Work<'_> {
    pub(super) fn within<'p>(&self, parent: Option<&'p str>) -> Within<'p> {
        Within { entity: self.entity, parent }
    }

    /// Waits for a lock. A stop and the deadline end the wait.
    pub(super) async fn hold(&self, key: &str) -> Result<OwnedMutexGuard<()>, Failure> {
        self.operation.until(self.shared.locks.lock(key)).await.map_err(|halt| {
            Failure::Halt(halt, "another operation on the same object to end".to_owned())
        })
    }

    /// Waits for the lock of the entity, where its writes must not overlap.
    pub(super) async fn hold_family(&self) -> Result<Option<OwnedMutexGuard<()>>, Failure> {
        match self.entity.serial {
            true => self.hold(&format!("family\n{}", self.entity.name)).await.map(Some),
            false => Ok(None),
        }
    }

    /// The locks for writing to one object.
    pub(super) async fn hold_object(&self, item: &Item) -> Result<impl Sized, Failure> {
        let parent = item.parent.as_deref().unwrap_or_default();
        let object =
            self.hold(&format!("object\n{}\n{parent}\n{}", self.entity.name, item.id)).await?;
        Ok((object, self.hold_family().await?))
    }

    /// How the user imports an object.
    pub(super) fn import_command(&self, item: &Item) -> String {
        let id = match &item.parent {
            Some(parent) => format!("{parent}/{}", item.id),
            None => item.id.clone(),
        };
        // Not every shell takes these quotes away, so that they stand only where they must.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        let quote = if id.chars().all(plain) { "" } else { "'" };
        format!("terraform import {}.NAME {quote}{id}{quote}", self.entity.name)
    }
}

/// What the practitioner calls an object: its name, else its id.
pub(super) fn called(entity: &Entity, object: &Value) -> Option<String> {
    Name::of(entity, object)
        .map(|name| name.to_string())
        .or_else(|| object.get("id").as_str().map(str::to_owned))
        .filter(|text| !text.is_empty())
}

/// The id of the parent in a state or plan, for entities below another.
pub(super) fn parent_of<'v>(entity: &Entity, object: &'v Value) -> Option<&'v str> {
    match entity.place {
        Place::Child { parent, .. } => object.get(parent).as_str(),
        _ => None,
    }
}

/// The identity of an object. The tenant is null when the token does not tell it; the framework then keeps what was known before.
pub(super) fn identity_of(
    entity: &Entity,
    state: &Value,
    granted: Option<&Granted>,
) -> Option<Value> {
    let id = state.get("id").as_str().filter(|id| !id.is_empty())?;
    let tenant = granted.and_then(|granted| granted.tenant_id.clone());
    let mut attributes = vec![
        ("id".to_owned(), Value::from(id)),
        ("tenant_id".to_owned(), tenant.map_or(Value::Null, Value::from)),
    ];
    if let Place::Child { parent, .. } = entity.place {
        attributes.push((parent.to_owned(), state.get(parent).clone()));
    }
    Some(Value::object(attributes))
}

#[async_trait]
impl Resource for Managed {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::resource(self.entity))
    }

    fn identity(&self) -> Option<&Identity> {
        Some(self.identity.get_or_init(|| schema::identity(self.entity)))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        validate::config(self.entity, config, diags);
    }

    fn modify_plan(&self, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
        plan::modify(self.entity, plan, diags);
        if let Err(why) = self.preflight_plan(plan) {
            diags.extend(why);
        }
    }

    async fn create(&self, cx: &Context, request: CreateRequest) -> Outcome {
        match self
            .work(cx, Verb::Create, timeouts::Operation::Create, Use::Create, &request.planned)
            .await
        {
            Err(diagnostics) => Outcome { diagnostics, ..Outcome::default() },
            Ok(work) => {
                self.conceal(&work, &[&request.config]);
                let done = super::create::create(&work, &request.planned, &request.config).await;
                let private = youth::born(request.private, work.operation.service_time());
                self.outcome(done, private, &work)
            }
        }
    }

    async fn read(&self, cx: &Context, request: ReadRequest) -> Outcome {
        match self.work(cx, Verb::Read, timeouts::Operation::Read, Use::Read, &request.state).await
        {
            Err(diagnostics) => Outcome {
                state: Some(request.state),
                private: request.private,
                identity: request.identity,
                diagnostics,
            },
            Ok(work) => {
                self.conceal(&work, &[&request.state]);
                let identity = request.identity.as_ref();
                let unseen = || youth::unseen(&request.private, work.operation.service_time());
                let done = super::refresh::refresh(&work, request.state, identity, unseen).await;
                let private = match &done.state {
                    Some(state) => {
                        let now = work.operation.service_time();
                        youth::learned(self.entity, request.private, state, now)
                    }
                    None => request.private,
                };
                self.outcome(done, private, &work)
            }
        }
    }

    async fn update(&self, cx: &Context, request: UpdateRequest) -> Outcome {
        // What sends nothing needs no more than what a read needs.
        let r#use = permission::of_update(self.entity, &request.prior, &request.planned)
            .unwrap_or(Use::Read);
        let limit = timeouts::Operation::Update;
        match self.work(cx, Verb::Update, limit, r#use, &request.planned).await {
            Err(diagnostics) => Outcome {
                state: Some(request.prior),
                private: request.private,
                identity: None,
                diagnostics,
            },
            Ok(work) => {
                self.conceal(&work, &[&request.config, &request.prior]);
                let done =
                    super::update::update(&work, &request.prior, &request.planned, &request.config)
                        .await;
                self.outcome(done, request.private, &work)
            }
        }
    }

    async fn delete(&self, cx: &Context, request: DeleteRequest) -> Outcome {
        match self
            .work(cx, Verb::Delete, timeouts::Operation::Delete, Use::Delete, &request.prior)
            .await
        {
            Err(diagnostics) => Outcome {
                state: Some(request.prior),
                private: request.private,
                identity: None,
                diagnostics,
            },
            Ok(work) => {
                self.conceal(&work, &[&request.prior]);
                let managed = plan::assignments_managed(&request.private);
                let done = super::delete::delete(&work, &request.prior, managed).await;
                self.outcome(done, request.private, &work)
            }
        }
    }

    async fn import(&self, cx: &Context, request: ImportRequest) -> Outcome {
        let found = super::import::import(
            self.entity,
            self.connection.as_ref(),
            &self.shared.names,
            self.schema(),
            cx,
            request,
        )
        .await;
        match found {
            Ok(outcome) => outcome,
            Err(diagnostics) => Outcome { diagnostics, ..Outcome::default() },
        }
    }

    fn generate_config(&self, state: &Value, config: Value) -> Value {
        generate::without_contradictions(self.entity, state, config)
    }
}
