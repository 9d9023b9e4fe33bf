//! Terraform's part: plans, applies, refreshes and keeps the state.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::tenant::{Fault, Tenant};
use super::{ALL, THING};
use crate::engine::check::value;
use crate::engine::{self, Connect};
use crate::framework::call::{self, NewState, Raw};
use crate::framework::proposed::proposed;
use crate::framework::provider::ConfigureRequest;
use crate::framework::{Context, DataSource, ListResource, Private, Provider, Resource, Server};
use crate::graph::Client;
use crate::graph::scripted::Answer;
use crate::spec::Entity;
use crate::tf::{Diagnostics, Schema, Value, msgpack};

/// One resource in one configuration, with its state.
pub(super) struct Bench {
    pub(super) tenant: Tenant,
    pub(super) cx: Context,
    server: Server,
    entity: &'static Entity,
    pub(super) state: Value,
    private: Vec<u8>,
    identity: Option<Vec<u8>>,
}

impl Bench {
    pub(super) fn new(entity: &'static Entity) -> Self {
        let tenant = Tenant::new();
        let client = tenant.script.client();
        Bench {
            tenant,
            cx: Context::unstoppable(),
            server: Server::new(Arc::new(Everything::new(Arc::new(Always(client))))),
            entity,
            state: Value::Null,
            private: Vec::new(),
            identity: None,
        }
    }

    /// Another resource of the same run, in the same provider process and tenant, without a state.
    pub(super) fn sibling(&self) -> Sibling<'_> {
        Sibling { bench: self }
    }

    /// The same with a state of its own.
    pub(super) fn other(&self) -> Bench {
        Bench {
            tenant: self.tenant.clone(),
            cx: self.cx.clone(),
            server: self.server.clone(),
            entity: self.entity,
            state: Value::Null,
            private: Vec::new(),
            identity: None,
        }
    }

    /// Uses up what repetitions may cost: the service counts as down from then on.
    pub(super) async fn tire(&self) {
        let failed = Answer::error(500, "InternalServerError", "oops");
        self.tenant.on(usize::MAX, "GET", "/things/broken", Fault::Instead(failed));
        let mut broken = Bench { entity: &THING, ..self.other() };
        assert_eq!(broken.import("broken").await, "");
        for _ in 0..3 {
            assert!(broken.refresh().await.contains("oops"));
        }
    }

    fn schema(&self) -> Schema {
        engine::schema::resource(self.entity)
    }

    fn raw(&self, value: &Value) -> Raw {
        Raw {
            msgpack: msgpack::encode(value, &self.schema().block.implied_type()),
            json: Vec::new(),
        }
    }

    fn raw_identity(&self) -> Option<Raw> {
        self.identity.clone().map(|msgpack| Raw { msgpack, json: Vec::new() })
    }

    /// As a Terraform that knows no identities (before 1.12) works.
    pub(super) fn forget_identity(&mut self) {
        self.identity = None;
    }

    /// Plans a configuration and applies the plan. The findings come back as text, the most important lines first.
    pub(super) async fn apply(&mut self, config: Json) -> String {
        let (request, _) = self.planned(&config);
        let answer = self.server.apply(&self.cx, request).await;
        self.keep(answer)
    }

    /// What an apply of this configuration would be asked, and whether it would change anything.
    pub(super) fn planned(&self, config: &Json) -> (call::Apply, bool) {
        let schema = self.schema();
        let config = value(&schema, config);
        let plan = self.server.plan(call::Plan {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(&self.state),
            proposed_new_state: self.raw(&proposed(&schema.block, &self.state, &config)),
            config: self.raw(&config),
            prior_private: self.private.clone(),
            prior_identity: self.raw_identity(),
        });
        assert_eq!(plan.diagnostics, Diagnostics::new(), "the plan has no findings");
        assert!(
            plan.requires_replace.is_empty() || self.state.is_null(),
            "the plan replaces the object"
        );
        let planned = msgpack::decode(&plan.planned_state, &schema.block.implied_type()).unwrap();
        let changes = planned != self.state;
        let request = call::Apply {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(&self.state),
            planned_state: Raw { msgpack: plan.planned_state, json: Vec::new() },
            config: self.raw(&config),
            planned_private: plan.planned_private,
            planned_identity: plan
                .planned_identity
                .map(|msgpack| Raw { msgpack, json: Vec::new() }),
        };
        (request, changes)
    }

    /// Whether a plan of this configuration is empty.
    pub(super) fn is_settled(&self, config: &Json) -> bool {
        !self.planned(config).1
    }

    pub(super) async fn refresh(&mut self) -> String {
        let request = call::Read {
            type_name: self.entity.name.to_owned(),
            current_state: self.raw(&self.state),
            private: self.private.clone(),
            current_identity: self.raw_identity(),
        };
        let answer = self.server.read(&self.cx, request).await;
        self.keep(answer)
    }

    pub(super) async fn destroy(&mut self) -> String {
        let request = call::Apply {
            type_name: self.entity.name.to_owned(),
            prior_state: self.raw(&self.state),
            planned_state: self.raw(&Value::Null),
            config: self.raw(&Value::Null),
            planned_private: self.private.clone(),
            planned_identity: self.raw_identity(),
        };
        let answer = self.server.apply(&self.cx, request).await;
        self.keep(answer)
    }

    /// As Terraform destroys a tainted object: without private state.
    pub(super) async fn destroy_tainted(&mut self) -> String {
        self.private = Vec::new();
        self.destroy().await
    }

    pub(super) async fn import(&mut self, id: &str) -> String {
        let request = call::Import {
            type_name: self.entity.name.to_owned(),
            id: id.to_owned(),
            identity: None,
        };
        let answer = self.server.import(&self.cx, request).await;
        self.keep(answer)
    }

    pub(super) async fn import_identity(&mut self, identity: &[(&str, &str)]) -> String {
        let schema = engine::schema::identity(self.entity);
        let mut all: BTreeMap<String, Value> =
            schema.attributes.iter().map(|it| (it.name.to_string(), Value::Null)).collect();
        all.extend(identity.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
        let msgpack = msgpack::encode(&Value::Object(all), &schema.implied_type());
        let request = call::Import {
            type_name: self.entity.name.to_owned(),
            id: String::new(),
            identity: Some(Raw { msgpack, json: Vec::new() }),
        };
        let answer = self.server.import(&self.cx, request).await;
        self.keep(answer)
    }

    pub(super) async fn data(&self, type_name: &str, config: Json) -> (Value, String) {
        let schema = self.server.provider().data_sources().get(type_name).unwrap().schema();
        let r#type = schema.block.implied_type();
        let raw =
            Raw { msgpack: msgpack::encode(&value(schema, &config), &r#type), json: Vec::new() };
        let (data, diags) = self.server.read_data(&self.cx, type_name, raw).await;
        (msgpack::decode(&data, &r#type).unwrap(), text(&diags))
    }

    /// Display names, ids and whole objects of what the list resource finds.
    pub(super) async fn list(
        &self,
        config: Json,
        include_resource: bool,
        limit: i64,
    ) -> Vec<call::ListEvent> {
        let schema =
            self.server.provider().list_resources().get(self.entity.name).unwrap().schema();
        let r#type = schema.block.implied_type();
        let request = call::List {
            type_name: self.entity.name.to_owned(),
            config: Raw {
                msgpack: msgpack::encode(&value(schema, &config), &r#type),
                json: Vec::new(),
            },
            include_resource,
            limit,
        };
        let (sender, mut receiver) = mpsc::channel(100);
        self.server.list(&self.cx, request, sender).await;
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        events
    }

    pub(super) fn decode(&self, state: &[u8]) -> Value {
        msgpack::decode(state, &self.schema().block.implied_type()).unwrap()
    }

    fn keep(&mut self, answer: NewState) -> String {
        if answer.state.is_empty() {
            return text(&answer.diagnostics);
        }
        self.state = self.decode(&answer.state);
        assert!(self.state.is_wholly_known(), "a state is wholly known");
        self.private = answer.private;
        self.identity = answer.identity;
        text(&answer.diagnostics)
    }

    pub(super) fn id(&self) -> &str {
        self.state.get("id").as_str().unwrap_or_default()
    }

    pub(super) fn text(&self, attribute: &str) -> &str {
        self.state.get(attribute).as_str().unwrap_or_default()
    }

    /// The identity's attributes.
    pub(super) fn identity(&self) -> Value {
        let schema = engine::schema::identity(self.entity);
        msgpack::decode(self.identity.as_ref().unwrap(), &schema.implied_type()).unwrap()
    }

    /// Groups in the state's assignments.
    pub(super) fn groups(&self) -> Vec<String> {
        self.state
            .get("assignments")
            .elements()
            .unwrap_or_default()
            .iter()
            .map(|it| it.get("group_id").as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(super) fn forget_private(&mut self) {
        self.private = Vec::new();
    }

    pub(super) fn manages_assignments(&self) -> bool {
        engine::plan::assignments_managed(&Private::decode(&self.private))
    }
}

/// A second resource without a state of its own.
pub(super) struct Sibling<'b> {
    bench: &'b Bench,
}

impl Sibling<'_> {
    /// Creates it; the new state and the findings.
    pub(super) async fn apply(&self, config: Json) -> (Value, String) {
        let fresh = Bench {
            tenant: Tenant::new(),
            cx: self.bench.cx.clone(),
            server: self.bench.server.clone(),
            entity: self.bench.entity,
            state: Value::Null,
            private: Vec::new(),
            identity: None,
        };
        let (request, _) = fresh.planned(&config);
        let answer = fresh.server.apply(&fresh.cx, request).await;
        (fresh.decode(&answer.state), text(&answer.diagnostics))
    }
}

/// Findings as text.
fn text(diags: &Diagnostics) -> String {
    let lines = diags
        .iter()
        .map(|it| format!("{:?} at {}: {}\n{}\n", it.severity, it.path, it.summary, it.detail));
    lines.collect()
}

/// A connection that is always there.
struct Always(Client);

impl Connect for Always {
    fn client(&self) -> Result<Client, Diagnostics> {
        Ok(self.0.clone())
    }
}

/// A provider of all test entities.
struct Everything {
    schema: Schema,
    resources: BTreeMap<&'static str, Arc<dyn Resource>>,
    data_sources: BTreeMap<&'static str, Arc<dyn DataSource>>,
    list_resources: BTreeMap<&'static str, Arc<dyn ListResource>>,
}

impl Everything {
    fn new(connection: Arc<dyn Connect>) -> Self {
        Everything {
            schema: Schema::default(),
            resources: engine::resources(ALL, Arc::clone(&connection)),
            data_sources: engine::data_sources(ALL, Arc::clone(&connection)),
            list_resources: engine::list_resources(ALL, connection),
        }
    }
}

impl Provider for Everything {
    fn schema(&self) -> &Schema {
        &self.schema
    }
    fn validate(&self, _: &Value, _: &mut Diagnostics) {}
    fn configure(&self, _: ConfigureRequest<'_>, _: &mut Diagnostics) {}
    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> {
        &self.resources
    }
    fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn DataSource>> {
        &self.data_sources
    }
    fn list_resources(&self) -> &BTreeMap<&'static str, Arc<dyn ListResource>> {
        &self.list_resources
    }
}
