//! Transcripts for tests: configuration in, HTTP requests out. No server, no runtime.
//!
//! ```text
//! check(&ENTITY).config(json!({…})).creates(expect![…]);
//! check(&ENTITY).config(json!({…})).answer(json!({…})).then(json!({…})).updates(expect![…]);
//! ```
//!
//! Plans are the framework's own. The text `"?"` in a configuration stands for an unknown value.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::Expect;
use serde_json::Value as Json;

use super::requests::{self, Item};
use super::resource::Managed;
use super::{Connect, decode, encode, schema, validate};
use crate::framework::call::{self, Raw};
use crate::framework::proposed::proposed;
use crate::framework::provider::ConfigureRequest;
use crate::framework::{Provider, Resource, Server};
use crate::graph::{Client, Method, Request};
use crate::spec::Entity;
use crate::tf::{Diagnostics, Schema, Value, json, msgpack};

/// Root address in transcripts.
const ROOT: &str = "https://graph.test/beta";

/// Starts a check of an entity.
pub(crate) fn check(entity: &'static Entity) -> Check {
    Check { entity, config: Json::Null, state: Value::Null }
}

/// A configuration, and the state that it is applied to.
#[derive(Clone)]
pub(crate) struct Check {
    entity: &'static Entity,
    config: Json,
    state: Value,
}

/// What Terraform would do.
pub(crate) struct Planned {
    pub(crate) config: Value,
    pub(crate) planned: Value,
    pub(crate) replaces: Vec<String>,
}

impl Check {
    /// The configuration.
    pub(crate) fn config(mut self, config: Json) -> Self {
        self.config = config;
        self
    }

    /// The configuration is applied, and this is what the service says of the object then.
    pub(crate) fn answer(mut self, answer: Json) -> Self {
        let mut diags = Diagnostics::new();
        let reference = if self.state.is_null() || !self.config.is_null() {
            self.plan().planned
        } else {
            self.state.clone()
        };
        let answer = answer.as_object().expect("an answer is an object");
        self.state = decode::state(self.entity, answer, &reference, &mut diags);
        assert_eq!(diags, Diagnostics::new(), "the answer is understood");
        self
    }

    /// The next configuration.
    pub(crate) fn then(self, config: Json) -> Self {
        self.config(config)
    }

    /// What a configuration without faults is planned to become.
    pub(crate) fn plan(&self) -> Planned {
        let schema = schema::resource(self.entity);
        let r#type = schema.block.implied_type();
        let config = value(&schema, &self.config);
        let raw =
            |value: &Value| Raw { msgpack: msgpack::encode(value, &r#type), json: Vec::new() };
        let answer = Server::new(Arc::new(Solo::new(self.entity))).plan(call::Plan {
            type_name: self.entity.name.to_owned(),
            prior_state: raw(&self.state),
            proposed_new_state: raw(&proposed(&schema.block, &self.state, &config)),
            config: raw(&config),
            ..call::Plan::default()
        });
        assert_eq!(answer.diagnostics, Diagnostics::new(), "the plan has no findings");
        let planned = msgpack::decode(&answer.planned_state, &r#type).expect("a planned state");
        let replaces = answer.requires_replace.iter().map(ToString::to_string).collect();
        Planned { config, planned, replaces }
    }

    /// The findings of the configuration.
    pub(crate) fn finds(&self, expected: Expect) {
        let config = value(&schema::resource(self.entity), &self.config);
        let mut diags = Diagnostics::new();
        validate::config(self.entity, &config, &mut diags);
        let lines = diags.iter().map(|finding| {
            let (severity, path) = (finding.severity, &finding.path);
            format!("{severity:?} at {path}: {}: {}\n", finding.summary, finding.detail)
        });
        expected.assert_eq(&lines.collect::<String>());
    }

    /// The requests that create the object.
    pub(crate) fn creates(&self, expected: Expect) {
        let cx = encode::Bases { root: ROOT };
        let Planned { config, planned, .. } = self.plan();
        let entity = self.entity;
        let item = self.item(&planned);
        let parent = item.parent.clone();
        let body = encode::create(entity, &planned, &config, &cx);
        let mut sent = vec![requests::create(entity, parent.as_deref(), body)];
        let after = encode::after_create(entity, &planned, &config, &cx);
        if !after.is_empty() {
            sent.push(requests::update(entity, &item, after));
        }
        for action in encode::actions_after_create(entity, &planned, &config) {
            sent.push(requests::action(entity, &item, action.name, action.body));
        }
        sent.extend(self.assigns(&item, &config, &planned));
        expected.assert_eq(&transcript(&sent));
    }

    /// The requests that bring the object from the state to the configuration, or what makes Terraform replace it.
    pub(crate) fn updates(&self, expected: Expect) {
        let cx = encode::Bases { root: ROOT };
        let Planned { config, planned, replaces } = self.plan();
        if !replaces.is_empty() {
            expected.assert_eq(&format!("replaces because of {}\n", replaces.join(", ")));
            return;
        }
        if planned == self.state {
            expected.assert_eq("no change\n");
            return;
        }
        let entity = self.entity;
        let item = self.item(&self.state);
        let body = encode::update(entity, &self.state, &planned, &config, &cx);
        let mut sent = Vec::new();
        if !body.is_empty() {
            sent.push(requests::update(entity, &item, body));
        }
        for action in encode::actions(entity, &self.state, &planned, &config) {
            sent.push(requests::action(entity, &item, action.name, action.body));
        }
        sent.extend(self.assigns(&item, &config, &planned));
        let updated = sent.iter().any(|it| matches!(it.method, Method::Patch | Method::Put));
        for (trigger, call) in schema::triggers(entity) {
            let asked = encode::is_triggered(trigger, &self.state, &planned);
            if asked && !(trigger.implied_by_update && updated) {
                sent.push(requests::action(entity, &item, call.action, encode::Object::new()));
            }
        }
        expected.assert_eq(&transcript(&sent));
    }

    /// The state, without what is null.
    pub(crate) fn reads(&self, expected: Expect) {
        let shown = serde_json::to_string_pretty(&shown(&self.state)).expect("JSON");
        expected.assert_eq(&format!("{shown}\n"));
    }

    /// The request that reads the object.
    pub(crate) fn is_read_by(&self, expected: Expect) {
        expected.assert_eq(&transcript(&[requests::read(self.entity, &self.item(&self.state))]));
    }

    fn item(&self, state: &Value) -> Item {
        let mut named = state.clone();
        if let Value::Object(attributes) = &mut named {
            let id = attributes.entry("id".to_owned()).or_insert(Value::Null);
            if !id.is_known() {
                *id = Value::from("ID");
            }
        }
        Item::of(self.entity, &named).unwrap_or(Item { parent: None, id: "ID".to_owned() })
    }

    fn assigns(&self, item: &Item, config: &Value, planned: &Value) -> Option<Request> {
        let wanted = planned.get(schema::ASSIGNMENTS);
        let managed = !config.get(schema::ASSIGNMENTS).is_null();
        let changed = wanted != self.state.get(schema::ASSIGNMENTS);
        let items = encode::assignments(self.entity, wanted);
        (managed && changed).then(|| requests::assign(self.entity, item, items)).flatten()
    }
}

/// The request that lists the objects of an entity, and the items that a data source makes of the answer, without what is null.
pub(crate) fn lists(entity: &'static Entity, answers: &[Json], expected: Expect) {
    let hints = requests::Hints { expand: true, ..requests::Hints::default() };
    let request = print(&requests::list(entity, None, &hints));
    let mut diags = Diagnostics::new();
    let items = decode::items(entity, answers.to_vec(), &mut diags).expect("they are small");
    assert_eq!(diags, Diagnostics::new(), "the answers are understood");
    let text = serde_json::to_string_pretty(&shown(&items)).expect("JSON");
    let schema = schema::data_sources(entity);
    let mut data = value(&schema, &Json::Object(serde_json::Map::new()));
    if let Value::Object(data) = &mut data {
        data.insert("items".to_owned(), items);
    }
    data.conforms(&schema.block.implied_type()).expect("the items fit the schema");
    expected.assert_eq(&format!("{request}{text}\n"));
}

fn transcript(requests: &[Request]) -> String {
    requests.iter().map(print).collect()
}

/// Method, path and body of a request.
pub(crate) fn print(request: &Request) -> String {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    };
    let path =
        request.keys.iter().fold(request.template.clone(), |path, key| path.replacen("{}", key, 1));
    let options: Vec<String> =
        request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = if options.is_empty() { String::new() } else { format!("?{}", options.join("&")) };
    let body = request.body.as_ref().map(|body| {
        let body = serde_json::to_string_pretty(body).expect("JSON");
        format!("{body}\n")
    });
    format!("{method} {path}{query}\n{}", body.unwrap_or_default())
}

/// A configuration as a value.
pub(crate) fn value(schema: &Schema, config: &Json) -> Value {
    fn unknowns(value: Value) -> Value {
        match value {
            Value::String(text) if text == "?" => Value::unknown(),
            Value::Object(entries) => Value::Object(
                entries.into_iter().map(|(name, value)| (name, unknowns(value))).collect(),
            ),
            Value::List(elements) => Value::List(elements.into_iter().map(unknowns).collect()),
            Value::Set(elements) => Value::Set(elements.into_iter().map(unknowns).collect()),
            other => other,
        }
    }
    let value = json::from_json(config, &schema.block.implied_type()).expect("a configuration");
    for name in config.as_object().map(|config| config.keys()).into_iter().flatten() {
        assert!(value.attribute(name).is_some(), "{name} is an attribute");
    }
    unknowns(value)
}

/// A value as JSON without nulls; unknown is `"?"`.
fn shown(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => Json::from("?"),
        Value::Bool(flag) => Json::from(*flag),
        Value::Number(number) => serde_json::from_str(&number.to_string()).expect("a number"),
        Value::String(text) => Json::from(text.as_str()),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(shown).collect()
        }
        Value::Map(entries) | Value::Object(entries) => {
            let there = entries.iter().filter(|(_, value)| !value.is_null());
            Json::Object(there.map(|(name, value)| (name.clone(), shown(value))).collect())
        }
        Value::Dynamic(dynamic) => shown(&dynamic.value),
    }
}

/// A provider that serves one entity and can only plan.
struct Solo {
    schema: Schema,
    resources: BTreeMap<&'static str, Arc<dyn Resource>>,
}

impl Solo {
    fn new(entity: &'static Entity) -> Self {
        let resource = Managed::new(entity, Arc::new(Nowhere), Arc::default());
        Solo {
            schema: Schema::default(),
            resources: [(entity.name, Arc::new(resource) as _)].into(),
        }
    }
}

impl Provider for Solo {
    fn schema(&self) -> &Schema {
        &self.schema
    }
    fn validate(&self, _: &Value, _: &mut Diagnostics) {}
    fn configure(&self, _: ConfigureRequest<'_>, _: &mut Diagnostics) {}
    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> {
        &self.resources
    }
}

/// No connection: a plan is made without one.
struct Nowhere;

impl Connect for Nowhere {
    fn client(&self) -> Result<Client, Diagnostics> {
        Err(Diagnostics::new())
    }
}
