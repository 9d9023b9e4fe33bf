//! Every call that the provider serves beside those that manage a resource, by table: what is served is asked for what it serves.
//!
//! A new entity is walked by what it is; one whose data source needs an argument of its own says so in `given` of
//! `lifecycle::catalogues`.

use serde_json::{Map, Value as Json, json};
use tokio::sync::mpsc;
use windows365::engine::{names, schema};
use windows365::entities::{self, ACTIONS};
use windows365::framework::call::{self, ActionEvent, Raw};
use windows365::framework::{Context, Server};
use windows365::provider::MANAGED_DESKTOP;
use windows365::spec::{Action, Answers, Attribute, Entity, Place, Presence};
use windows365::tf::{Type, Value, json as values, msgpack};

use super::shapes::{Choices, any_value};
use crate::lifecycle::catalogues::{given, tenant};
use crate::lifecycle::run::{Run, text};
use crate::lifecycle::{all_lives, made};

/// A call.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Data(String, Json),
    List(&'static str, Json),
    Import(&'static str, String),
    Ephemeral(&'static str),
    Function(&'static str, Vec<Value>),
    Action(&'static str, Json),
}

/// What came of a call.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Findings and progress.
    pub(crate) said: String,
    /// What Terraform keeps or shows: states, data, identities, names, private data, results.
    pub(crate) kept: String,
    /// What is meant to be handed out: the result of an ephemeral resource.
    pub(crate) handed: String,
}

/// Something that an id could be.
const ID: &str = "11111111-1111-4111-8111-111111111111";
const CLOUD_PCS: &str = "/deviceManagement/virtualEndpoint/cloudPCs";

/// A tenant with something of every kind in it.
pub(crate) async fn full_tenant() -> Run {
    let run = tenant().await;
    for life in all_lives() {
        if made(&run, &life).is_empty() || life.is_only() {
            super::tenant::prepare(&run.mock, life.name);
            let person = run.process(run.mock.environment_of_person(), |wire| wire);
            assert_eq!(person.resource(life.name).apply(&life.create).await, "", "{}", life.name);
        }
    }
    let machine = json!({ "displayName": "One", "status": "provisioned", "provisioningType": "sharedByUser" });
    run.mock.put(CLOUD_PCS, ID, machine);
    run
}

/// Every call, in a tenant with something of every kind in it.
pub(crate) async fn calls(run: &Run) -> Vec<Call> {
    let person = run.process(run.mock.environment_of_person(), |wire| wire);
    let mut calls = Vec::new();
    for entity in entities::ALL {
        calls.extend(reads(entity, &person).await);
    }
    for name in MANAGED_DESKTOP {
        let one = json!({ "id": "1" });
        calls.push(Call::Data(name.to_owned(), if name.ends_with('s') { json!({}) } else { one }));
    }
    let provider = person.server.provider();
    calls.extend(provider.ephemerals().keys().map(|name| Call::Ephemeral(name)));
    for (name, function) in provider.functions() {
        let parameters = &function.signature().parameters;
        calls
            .push(Call::Function(name, parameters.iter().map(|it| argument(&it.r#type)).collect()));
    }
    calls.extend(ACTIONS.iter().map(|action| Call::Action(action.name, arguments(action))));
    everything_served_is_called(&person.server, &calls);
    calls
}

/// The reads of an entity: its data sources, its list, and imports.
async fn reads(entity: &'static Entity, run: &Run) -> Vec<Call> {
    let mut own = given(entity, run);
    if let Place::Child { parent, .. } = entity.place {
        own.insert(parent.to_owned(), json!(ID));
    }
    let with = |name: &str, value: Json| {
        let mut config = own.clone();
        config.insert(name.to_owned(), value);
        Json::Object(config)
    };
    let one = |config| Call::Data(entity.name.to_owned(), config);
    let listed = match entity.place {
        Place::Function(function) => match function.answers {
            Answers::Tables(_) => {
                return vec![one(with("name", json!("getTotalAggregatedRemoteConnectionReports")))];
            }
            Answers::Object => return vec![one(Json::Object(own))],
            _ => true,
        },
        Place::Singleton(_) => {
            return vec![one(Json::Object(own)), Call::Import(entity.name, "it".to_owned())];
        }
        _ => false,
    };
    let plural = names::plural(entity);
    let (data, findings) = run.data(&plural, Json::Object(own.clone())).await;
    assert_eq!(findings, "", "{plural}");
    let items = data.get("items").elements().unwrap_or_default();
    let first = items.last().unwrap_or_else(|| panic!("the tenant has no {plural}"));
    let key = schema::key_name(entity).into_owned();
    let name = first.as_str().or_else(|| first.get(&key).as_str()).unwrap_or("nobody").to_owned();
    let mut calls = vec![Call::Data(plural.clone(), Json::Object(own.clone()))];
    if key != "id" || listed {
        calls.push(one(with(&key, json!(name))));
    }
    let id = first.get("id").as_str().unwrap_or("nobody").to_owned();
    if !listed {
        calls.push(one(with("id", json!(id))));
        calls.push(Call::Data(plural, with("filter", json!("displayName eq 'Nobody'"))));
    }
    if entity.managed {
        calls.push(Call::List(entity.name, Json::Object(own.clone())));
        calls.push(Call::Import(entity.name, id));
        calls.push(Call::Import(entity.name, format!("name:{name}")));
        calls.push(Call::Import(entity.name, "name:nobody is called so".to_owned()));
    }
    calls
}

/// A plain value of a type.
fn argument(r#type: &Type) -> Value {
    match r#type {
        Type::Number => Value::from(1),
        Type::Bool => Value::from(true),
        Type::List(element) => Value::List(vec![argument(element)]),
        Type::Set(element) => Value::Set(vec![argument(element)]),
        _ => Value::from("CPC-%USERNAME:5%-%RAND:5%"),
    }
}

/// What an action needs.
fn arguments(action: &'static Action) -> Json {
    let mut config = required(action.arguments);
    if let Some(kind) = action.kinds.first() {
        config.insert(kind.name.to_owned(), Json::Object(required(kind.attributes)));
    }
    if action.noun().is_some() {
        config.insert("target_ids".to_owned(), json!([ID]));
    }
    Json::Object(config)
}

fn required(attributes: &[Attribute]) -> Map<String, Json> {
    let required = attributes.iter().filter(|it| it.presence == Presence::Required);
    // Values of actions and of entities are alike; only their rules belong to one.
    let plain = |it| any_value(entities::ALL[0], it, &mut Choices::new(&[]));
    required.map(|it| (names::attribute_name(it).into_owned(), plain(it))).collect()
}

/// Fails when something is served that no call asks for.
fn everything_served_is_called(server: &Server, calls: &[Call]) {
    let provider = server.provider();
    let has = |served: &str, of: fn(&Call) -> Option<&str>| {
        assert!(calls.iter().any(|call| of(call) == Some(served)), "{served} is never asked for");
    };
    for name in provider.data_sources().keys() {
        has(name, |call| if let Call::Data(name, _) = call { Some(name) } else { None });
    }
    for name in provider.list_resources().keys() {
        has(name, |call| if let Call::List(name, _) = call { Some(name) } else { None });
    }
    for name in provider.resources().keys().filter(|name| entities::find(name).is_some()) {
        has(name, |call| if let Call::Import(name, _) = call { Some(name) } else { None });
    }
    for name in provider.ephemerals().keys() {
        has(name, |call| if let Call::Ephemeral(name) = call { Some(name) } else { None });
    }
    for name in provider.functions().keys() {
        has(name, |call| if let Call::Function(name, _) = call { Some(name) } else { None });
    }
    for name in provider.actions().keys() {
        has(name, |call| if let Call::Action(name, _) = call { Some(name) } else { None });
    }
}

fn raw(config: &Json, r#type: &Type) -> Raw {
    let value = values::from_json(config, r#type).unwrap_or_else(|why| panic!("{config}: {why}"));
    Raw { msgpack: msgpack::encode(&value, r#type), json: Vec::new() }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Makes a call as Terraform does: validated, and then, if nothing is wrong with it, made.
pub(crate) async fn ask(server: &Server, cx: &Context, call: &Call) -> Told {
    let provider = server.provider();
    let mut told = Told::default();
    match call {
        Call::Data(name, config) => {
            let schema = provider.data_sources()[name.as_str()].schema();
            let raw = raw(config, &schema.block.implied_type());
            let found = server.validate_data_source(name, raw.clone());
            assert!(!found.has_error(), "{name} {config}: {found:?}");
            let (data, found) = server.read_data(cx, name, raw).await;
            told.said = text(&found);
            told.kept = shown(&data);
        }
        Call::List(name, config) => {
            let schema = provider.list_resources()[name].schema();
            let raw = raw(config, &schema.block.implied_type());
            assert!(!server.validate_list(name, raw.clone()).has_error(), "{name}");
            for include_resource in [false, true] {
                let config = raw.clone();
                let request = call::List {
                    type_name: (*name).to_owned(),
                    config,
                    include_resource,
                    limit: 0,
                };
                let (sender, mut events) = mpsc::channel(1000);
                server.list(cx, request, sender).await;
                while let Some(event) = events.recv().await {
                    told.said += &text(&event.diagnostics);
                    told.kept += &event.display_name;
                    let parts = [event.identity, event.resource];
                    parts.iter().flatten().for_each(|part| told.kept += &shown(part));
                }
            }
        }
        Call::Import(name, id) => {
            let request =
                call::Import { type_name: (*name).to_owned(), id: id.clone(), identity: None };
            let answer = server.import(cx, request).await;
            told.said = text(&answer.diagnostics);
            let mut all = vec![answer.clone()];
            if !answer.diagnostics.has_error() {
                let raw = |msgpack| Raw { msgpack, json: Vec::new() };
                let request = call::Read {
                    type_name: (*name).to_owned(),
                    current_state: raw(answer.state),
                    private: answer.private,
                    current_identity: answer.identity.map(raw),
                };
                all.push(server.read(cx, request).await);
            }
            for answer in all {
                told.said += &text(&answer.diagnostics);
                told.kept += &shown(&answer.state);
                told.kept += &shown(&answer.private);
                told.kept += &shown(&answer.identity.unwrap_or_default());
            }
        }
        Call::Ephemeral(name) => {
            let schema = provider.ephemerals()[name].schema();
            let raw = raw(&json!({}), &schema.block.implied_type());
            let opened = server.open_ephemeral(cx, name, raw).await;
            told.said = text(&opened.diagnostics);
            told.handed = shown(&opened.result);
            told.kept = shown(&opened.private);
            let renewed = server.renew_ephemeral(cx, name, opened.private.clone()).await;
            told.said += &text(&renewed.diagnostics);
            told.kept += &shown(&renewed.private);
            told.said += &text(&server.close_ephemeral(cx, name, opened.private).await);
        }
        Call::Function(name, arguments) => {
            let parameters = &provider.functions()[name].signature().parameters;
            let raw =
                |(value, parameter): (&Value, &windows365::framework::provider::Parameter)| Raw {
                    msgpack: msgpack::encode(value, &parameter.r#type),
                    json: Vec::new(),
                };
            let arguments = arguments.iter().zip(parameters).map(raw).collect();
            match server.call_function(name, arguments) {
                Ok(result) => told.kept = shown(&result),
                Err(error) => told.said = error.text,
            }
        }
        Call::Action(name, config) => {
            let schema = provider.actions()[name].schema();
            let raw = raw(config, &schema.block.implied_type());
            let found = server.validate_action(name, raw.clone());
            assert!(!found.has_error(), "{name} {config}: {found:?}");
            let planned = server.plan_action(name, raw.clone());
            told.said = text(&found) + &text(&planned);
            if planned.has_error() {
                return told;
            }
            let (sender, mut events) = mpsc::channel(1);
            let listen = async {
                let mut said = String::new();
                while let Some(event) = events.recv().await {
                    match event {
                        ActionEvent::Progress(progress) => said += &progress,
                        ActionEvent::Completed(found) => said += &text(&found),
                    }
                }
                said
            };
            let ((), said) = tokio::join!(server.invoke_action(cx, name, raw, sender), listen);
            told.said += &said;
        }
    }
    told
}
