//! `memory_thing`: the resource that has everything.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value as Json;
use windows365::framework::provider::{
    CreateRequest, DeleteRequest, ImportRequest, MoveSource, Moved, Outcome, Plan, ReadRequest,
    UpdateRequest,
};
use windows365::framework::{Context, Private, Resource};
use windows365::tf::{Diagnostic, Diagnostics, Identity, Path, Schema, Value, json};

use crate::store::Store;
use crate::thing_schema;

pub(crate) struct Thing {
    schema: Schema,
    identity: Identity,
    store: Arc<Store>,
}

impl Thing {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Thing { schema: thing_schema::thing(), identity: thing_schema::identity(), store }
    }

    /// A stored object as a state of this resource.
    pub(crate) fn decode(&self, object: &Json) -> Result<Value, Diagnostic> {
        json::from_json(object, &self.schema.implied_type())
            .map(|state| self.schema.block.with_blocks(state))
            .map_err(|error| {
                Diagnostic::error("Cannot read an object of the store", error.to_string())
            })
    }

    fn save(&self, id: &str, state: &Value, did: &str) -> Result<(), Diagnostic> {
        let object = json::to_json(state, &self.schema.implied_type())
            .map_err(|error| Diagnostic::bug(error.to_string()))?;
        self.store.put(id, object, did)
    }

    /// The identity of a thing.
    pub(crate) fn identity_of(&self, id: &str) -> Value {
        let store = self.store.path().ok().map(|path| path.display().to_string());
        Value::object([("id", id.into()), ("store", store.map_or(Value::Null, Value::from))])
    }

    /// An object that exists, with its private data and identity.
    fn outcome(&self, state: Value, mut private: Private, diagnostics: Diagnostics) -> Outcome {
        let id = state.get("id").as_str().unwrap_or_default().to_owned();
        private.0.insert("revision".to_owned(), number(&state).into());
        Outcome { identity: Some(self.identity_of(&id)), state: Some(state), private, diagnostics }
    }

    /// Writes what was planned, the way the service sees it.
    fn write(
        &self,
        id: &str,
        revision: i64,
        config: &Value,
        planned: &Value,
        did: &str,
    ) -> Result<Value, Diagnostic> {
        let service = Service { name: planned.get("name").as_str().unwrap_or_default(), revision };
        let mut state = service.see("", planned.clone());
        if let Value::Object(state) = &mut state {
            state.insert("id".to_owned(), id.into());
            state.insert("revision".to_owned(), revision.into());
            if planned.get("secret_length").is_unknown() {
                let length = config.get("secret_wo").as_str().map_or(0, str::len);
                state.insert("secret_length".to_owned(), i64::try_from(length).unwrap_or(0).into());
            }
        }
        self.save(id, &state, did)?;
        Ok(state)
    }

    /// What happens after the service has taken a change: it may be slow, and it may fail.
    #[expect(clippy::disallowed_methods, reason = "it ends with a stop")]
    async fn finish(&self, cx: &Context, state: &Value, operation: &str) -> Diagnostics {
        let mut diags = Diagnostics::new();
        let seconds = state.get("wait_seconds").as_number().and_then(|number| number.as_u64());
        if let Some(seconds) = seconds {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                () = cx.stop.cancelled() => diags.push(Diagnostic::error(
                    format!("Cannot {operation} memory_thing: stopped"),
                    "The object was written, but nobody waited for the service to finish with it.",
                )),
            }
        }
        if wants(state, "fail", operation) {
            diags.push(failure(operation));
        }
        diags
    }
}

/// Whether a knob of the thing is set to an operation.
fn wants(state: &Value, knob: &str, operation: &str) -> bool {
    state.get(knob).as_str() == Some(operation)
}

fn failure(operation: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Cannot {operation} memory_thing"),
        "The attribute `fail` asks for this error. Change it and apply again.",
    )
    .at(Path::attribute("fail"))
}

fn panic_if_wanted(state: &Value, operation: &str) {
    assert!(!wants(state, "panic", operation), "the attribute `panic` asks for this");
}

fn number(state: &Value) -> i64 {
    state.get("revision").as_number().and_then(|number| number.as_i64()).unwrap_or(0)
}

/// How the service sees a change.
struct Service<'a> {
    name: &'a str,
    revision: i64,
}

impl Service<'_> {
    /// What the service makes of a value under this name: it fills in what is left to it and writes some texts in capitals.
    fn see(&self, name: &str, value: Value) -> Value {
        let each =
            |values: Vec<Value>| values.into_iter().map(|value| self.see(name, value)).collect();
        match value {
            Value::Unknown(_) => self.choose(name),
            Value::String(text) if matches!(name, "color" | "address") => {
                text.to_uppercase().into()
            }
            Value::Object(entries) => Value::Object(
                entries
                    .into_iter()
                    .map(|(name, value)| {
                        let seen = self.see(&name, value);
                        (name, seen)
                    })
                    .collect(),
            ),
            Value::Map(entries) => Value::Map(
                entries.into_iter().map(|(key, value)| (key, self.see(name, value))).collect(),
            ),
            Value::List(values) => Value::List(each(values)),
            // The service has an order of its own.
            Value::Set(values) => Value::Set(each(values.into_iter().rev().collect())),
            other => other,
        }
    }

    fn choose(&self, name: &str) -> Value {
        match name {
            "zone" => format!("zone-of-{}", self.name).into(),
            "region" => "north".into(),
            "port" => 8080.into(),
            "used" => 0.into(),
            "key" => format!("key-{}", self.revision).into(),
            "stamp" | "since" | "rev" | "seen" | "took" => {
                format!("revision {}", self.revision).into()
            }
            _ => Value::Null,
        }
    }
}

#[async_trait]
impl Resource for Thing {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn identity(&self) -> Option<&Identity> {
        Some(&self.identity)
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if config.get("name").as_str() == Some("") {
            diags.push(
                Diagnostic::error("Cannot name a thing so", "A name has at least one character.")
                    .at(Path::attribute("name")),
            );
        }
        if config.get("secret_wo").is_known() && config.get("secret_wo_version").is_null() {
            diags.push(
                Diagnostic::warning(
                    "The secret will never change",
                    "Terraform cannot see a change of `secret_wo`. Set `secret_wo_version`, and raise it with the secret.",
                )
                .at(Path::attribute("secret_wo")),
            );
        }
    }

    fn modify_plan(&self, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
        panic_if_wanted(plan.config, "plan");
        if plan.planned.is_null() && plan.prior.get("lock").is_known() {
            diags.push(Diagnostic::warning(
                "A locked thing will be destroyed",
                "It has a `lock` block. That does not keep it from being destroyed.",
            ));
        }
        // The length of the secret changes with its version only.
        let version = |value: &Value| value.get("secret_wo_version").clone();
        if let Value::Object(planned) = &mut plan.planned
            && !plan.prior.is_null()
            && version(plan.prior) == *planned.get("secret_wo_version").unwrap_or(&Value::Null)
        {
            planned.insert("secret_length".to_owned(), plan.prior.get("secret_length").clone());
        }
    }

    async fn create(&self, cx: &Context, request: CreateRequest) -> Outcome {
        panic_if_wanted(&request.planned, "create");
        let made = self
            .store
            .next_id()
            .and_then(|id| self.write(&id, 1, &request.config, &request.planned, "create"));
        match made {
            Ok(state) => {
                let diags = self.finish(cx, &state, "create").await;
                self.outcome(state, request.private, diags)
            }
            Err(diagnostic) => Outcome { diagnostics: diagnostic.into(), ..Outcome::default() },
        }
    }

    async fn read(&self, _: &Context, request: ReadRequest) -> Outcome {
        panic_if_wanted(&request.state, "read");
        if wants(&request.state, "fail", "read") {
            return Outcome { diagnostics: failure("read").into(), ..Outcome::default() };
        }
        let id = request.state.get("id").as_str().unwrap_or_default();
        let found =
            self.store.get(id).and_then(|object| object.map(|it| self.decode(&it)).transpose());
        match found {
            Ok(Some(state)) => self.outcome(state, request.private, Diagnostics::new()),
            Ok(None) => Outcome::default(),
            Err(diagnostic) => Outcome { diagnostics: diagnostic.into(), ..Outcome::default() },
        }
    }

    async fn update(&self, cx: &Context, request: UpdateRequest) -> Outcome {
        let id = request.prior.get("id").as_str().unwrap_or_default();
        if let Ok(None) = self.store.get(id) {
            return Outcome::default();
        }
        let revision = number(&request.prior) + 1;
        match self.write(id, revision, &request.config, &request.planned, "update") {
            Ok(state) => {
                let diags = self.finish(cx, &state, "update").await;
                self.outcome(state, request.private, diags)
            }
            Err(diagnostic) => Outcome { diagnostics: diagnostic.into(), ..Outcome::default() },
        }
    }

    async fn delete(&self, _: &Context, request: DeleteRequest) -> Outcome {
        panic_if_wanted(&request.prior, "delete");
        if wants(&request.prior, "fail", "delete") {
            return Outcome { diagnostics: failure("delete").into(), ..Outcome::default() };
        }
        let id = request.prior.get("id").as_str().unwrap_or_default();
        let removed = self.store.remove(id);
        Outcome {
            diagnostics: removed.err().map(Into::into).unwrap_or_default(),
            ..Outcome::default()
        }
    }

    async fn import(&self, _: &Context, request: ImportRequest) -> Outcome {
        let id = match &request {
            ImportRequest::Id(text) => text.as_str(),
            ImportRequest::Identity(identity) => identity.get("id").as_str().unwrap_or_default(),
        };
        match self.store.get(id) {
            // A stub: reading finds the rest.
            Ok(Some(_)) => Outcome {
                state: Some(Value::object([("id", Value::from(id))])),
                identity: Some(self.identity_of(id)),
                ..Outcome::default()
            },
            Ok(None) => Outcome {
                diagnostics: Diagnostic::error(
                    format!("Cannot import memory_thing \"{id}\""),
                    "The store holds no object of this id.",
                )
                .into(),
                ..Outcome::default()
            },
            Err(diagnostic) => Outcome { diagnostics: diagnostic.into(), ..Outcome::default() },
        }
    }

    fn upgrade(&self, version: i64, mut state: Json, _: &mut Diagnostics) -> Json {
        if version == 0
            && let Some(state) = state.as_object_mut()
            && let Some(title) = state.remove("title")
        {
            state.insert("name".to_owned(), title);
        }
        state
    }

    fn move_from(&self, source: MoveSource<'_>, _: &mut Diagnostics) -> Option<Moved> {
        if source.type_name != "memory_item" {
            return None;
        }
        let text = |name: &str| source.state.get(name).and_then(Json::as_str).unwrap_or_default();
        let state =
            Value::object([("id", text("id").into()), ("name", Value::from(text("title")))]);
        Some(Moved {
            state,
            private: Private::decode(source.private),
            identity: Some(Value::object([("id", Value::from(text("id")))])),
        })
    }

    fn generate_config(&self, _: &Value, mut config: Value) -> Value {
        // Knobs for tests are nobody's wish.
        if let Value::Object(config) = &mut config {
            for knob in ["fail", "panic", "wait_seconds"] {
                config.insert(knob.to_owned(), Value::Null);
            }
        }
        config
    }
}
