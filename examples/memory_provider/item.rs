//! `memory_item`: a resource as small as they come, without identity. `memory_thing` can take over its state.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use windows365::framework::provider::{
    CreateRequest, DeleteRequest, ImportRequest, Outcome, ReadRequest, UpdateRequest,
};
use windows365::framework::{Context, Resource};
use windows365::tf::{Diagnostic, Diagnostics, Mode, Schema, Value};

use crate::schema::{Rules, schema, string};
use crate::store::Store;

pub(crate) struct Item {
    schema: Schema,
    store: Arc<Store>,
}

impl Item {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        let attributes = vec![
            string("id", Mode::Computed, "Given at creation.").stable(),
            string("title", Mode::Required, "A title."),
        ];
        Item { schema: schema("An object with a title.", attributes, Vec::new()), store }
    }

    fn put(&self, id: &str, title: &Value, did: &str) -> Outcome {
        let name = title.as_str().unwrap_or_default();
        match self.store.put(id, json!({"id": id, "name": name, "revision": 1, "size": 1}), did) {
            Ok(()) => found(id, name),
            Err(diagnostic) => failed(diagnostic),
        }
    }
}

fn found(id: &str, title: &str) -> Outcome {
    let state =
        Value::object([("id", id), ("title", title)].map(|(name, text)| (name, text.into())));
    Outcome { state: Some(state), ..Outcome::default() }
}

fn failed(diagnostic: Diagnostic) -> Outcome {
    Outcome { diagnostics: diagnostic.into(), ..Outcome::default() }
}

fn id(state: &Value) -> &str {
    state.get("id").as_str().unwrap_or_default()
}

#[async_trait]
impl Resource for Item {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    async fn create(&self, _: &Context, request: CreateRequest) -> Outcome {
        match self.store.next_id() {
            Ok(id) => self.put(&id, request.planned.get("title"), "create"),
            Err(diagnostic) => failed(diagnostic),
        }
    }

    async fn read(&self, _: &Context, request: ReadRequest) -> Outcome {
        let id = id(&request.state);
        match self.store.get(id) {
            Ok(Some(object)) => {
                found(id, object.get("name").and_then(|it| it.as_str()).unwrap_or_default())
            }
            Ok(None) => Outcome::default(),
            Err(diagnostic) => failed(diagnostic),
        }
    }

    async fn update(&self, _: &Context, request: UpdateRequest) -> Outcome {
        self.put(id(&request.prior), request.planned.get("title"), "update")
    }

    async fn delete(&self, _: &Context, request: DeleteRequest) -> Outcome {
        self.store.remove(id(&request.prior)).err().map(failed).unwrap_or_default()
    }

    async fn import(&self, _: &Context, request: ImportRequest) -> Outcome {
        match request {
            ImportRequest::Id(id) => found(&id, ""),
            ImportRequest::Identity(_) => failed(Diagnostic::error(
                "Cannot import memory_item",
                "It has no identity; give its id.",
            )),
        }
    }
}
