//! A resource with one attribute of every class at every kind of place, whose service can be told what to answer.

use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;

use super::fixture::{Marks, block, nested, number, schema, string};
use crate::framework::provider::{
    CreateRequest, DeleteRequest, ImportRequest, MoveSource, Moved, Outcome, Plan, ReadRequest,
    UpdateRequest,
};
use crate::framework::{ConfigureRequest, Context, Provider, Resource, Server};
use crate::tf::{
    Attribute, Diagnostics, Identity, IdentityAttribute, Kind, Mode, Nesting, Schema, Type, Value,
    msgpack,
};

use Mode::{Computed, Optional, OptionalComputed, Required};

pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    schema(
        vec![
            string("name", Required),
            string("note", Optional),
            string("old", Optional).deprecated(),
            number("size", OptionalComputed).default(1),
            string("zone", OptionalComputed),
            string("color", Optional).caseless(),
            string("mood", OptionalComputed).default("Calm").caseless(),
            string("id", Computed).stable(),
            string("etag", Computed),
            string("kind", Optional).replaces(),
            string("region", OptionalComputed).replaces(),
            string("secret", Optional).write_only(),
            Attribute::new("anything", Kind::Type(Type::Dynamic), Optional),
            nested(
                "settings",
                Nesting::Single,
                Optional,
                vec![
                    string("mode", Optional),
                    number("level", OptionalComputed).default(5),
                    string("color", Optional).caseless(),
                    string("key", Computed).stable(),
                    string("stamp", Computed),
                    string("disk", Optional).replaces(),
                    string("secret", Optional).write_only(),
                ],
            ),
            nested(
                "rules",
                Nesting::List,
                Optional,
                vec![
                    string("name", Required).caseless(),
                    number("port", OptionalComputed),
                    string("id", Computed).stable(),
                    string("net", Optional).replaces(),
                ],
            ),
            nested(
                "queue",
                Nesting::List,
                Optional,
                vec![string("item", Required), string("ticket", Computed)],
            )
            .equal_by(&same_items),
            nested(
                "members",
                Nesting::Set,
                Optional,
                vec![
                    string("id", Required).caseless(),
                    string("role", OptionalComputed),
                    number("weight", OptionalComputed).default(1),
                    string("key", Computed).stable(),
                    string("since", Computed),
                    string("home", Optional).replaces(),
                ],
            ),
            nested(
                "limits",
                Nesting::Map,
                Optional,
                vec![number("max", Optional), number("used", Computed)],
            ),
            nested(
                "extra",
                Nesting::Single,
                OptionalComputed,
                vec![string("wish", Optional), string("given", Computed)],
            ),
        ],
        vec![
            block("step", Nesting::List, vec![string("run", Required), string("took", Computed)]),
            block(
                "peer",
                Nesting::Set,
                vec![string("address", Required).caseless(), string("seen", Computed)],
            ),
            block(
                "about",
                Nesting::Group,
                vec![string("owner", Optional), string("rev", Computed)],
            ),
            block("lock", Nesting::Single, vec![string("holder", Optional)]),
            block("tag", Nesting::Map, vec![string("text", Optional)]),
        ],
    )
});

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    let attribute = |name: &'static str, required_for_import| IdentityAttribute {
        name: name.into(),
        r#type: Type::String,
        required_for_import,
        description: "".into(),
    };
    Identity { version: 1, attributes: vec![attribute("id", true), attribute("tenant", false)] }
});

/// Whether two queues hold the same items, in whatever order.
fn same_items(left: &Value, right: &Value) -> bool {
    let items = |queue: &Value| {
        let mut items: Vec<Value> =
            queue.elements().unwrap_or_default().iter().map(|it| it.get("item").clone()).collect();
        items.sort();
        items
    };
    items(left) == items(right)
}

/// Reads an encoded identity.
pub(super) fn identity(bytes: &[u8]) -> Value {
    msgpack::decode(bytes, &IDENTITY.implied_type()).expect("an identity fits its schema")
}

/// An identity of this id.
pub(super) fn encoded_identity(id: &str) -> Vec<u8> {
    msgpack::encode(&Value::object([("id", Value::from(id))]), &IDENTITY.implied_type())
}

/// A resource whose every operation gives the same prepared answer.
#[derive(Default)]
pub(super) struct Kitchen {
    /// What create, read, update, delete and import give.
    pub(super) outcome: Outcome,
    /// What the resource adds to plans.
    pub(super) modify: Option<fn(&mut Plan<'_>)>,
    /// What a move gives.
    pub(super) moved: Option<Moved>,
    /// What the last operation was given: configuration, planned or prior state.
    pub(super) seen: Arc<Mutex<Vec<Value>>>,
}

impl Kitchen {
    fn answer(&self, seen: Vec<Value>) -> Outcome {
        *self.seen.lock().unwrap() = seen;
        self.outcome.clone()
    }

    /// A server of this resource, under the name `kitchen`.
    pub(super) fn serve(self) -> Server {
        Server::new(Arc::new(Served { resources: [("kitchen", Arc::new(self) as _)].into() }))
    }
}

#[async_trait]
impl Resource for Kitchen {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn identity(&self) -> Option<&Identity> {
        Some(&IDENTITY)
    }

    fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    fn modify_plan(&self, plan: &mut Plan<'_>, _: &mut Diagnostics) {
        if let Some(modify) = self.modify {
            modify(plan);
        }
    }

    async fn create(&self, _: &Context, request: CreateRequest) -> Outcome {
        self.answer(vec![request.config, request.planned])
    }

    async fn read(&self, _: &Context, request: ReadRequest) -> Outcome {
        self.answer(vec![request.state])
    }

    async fn update(&self, _: &Context, request: UpdateRequest) -> Outcome {
        self.answer(vec![request.config, request.planned, request.prior])
    }

    async fn delete(&self, _: &Context, request: DeleteRequest) -> Outcome {
        self.answer(vec![request.prior])
    }

    async fn import(&self, _: &Context, _: ImportRequest) -> Outcome {
        self.answer(Vec::new())
    }

    fn upgrade(
        &self,
        version: i64,
        mut state: serde_json::Value,
        _: &mut Diagnostics,
    ) -> serde_json::Value {
        if version == 0
            && let Some(state) = state.as_object_mut()
            && let Some(title) = state.remove("title")
        {
            state.insert("name".to_owned(), title);
        }
        state
    }

    fn move_from(&self, _: MoveSource<'_>, _: &mut Diagnostics) -> Option<Moved> {
        self.moved.clone()
    }
}

struct Served {
    resources: std::collections::BTreeMap<&'static str, Arc<dyn Resource>>,
}

static NO_SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::default);

impl Provider for Served {
    fn schema(&self) -> &Schema {
        &NO_SCHEMA
    }

    fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    fn configure(&self, _: ConfigureRequest<'_>, _: &mut Diagnostics) {}

    fn resources(&self) -> &std::collections::BTreeMap<&'static str, Arc<dyn Resource>> {
        &self.resources
    }
}
