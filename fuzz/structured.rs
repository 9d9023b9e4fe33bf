//! Targets whose bytes choose among things that fit: values of the right types, and configurations that are valid.

use serde_json::{Map, Value as Json};
use tokio::sync::mpsc;
use windows365::engine::{decode, equal, schema};
use windows365::entities;
use windows365::framework::call::{self, Raw, Stored};
use windows365::framework::proposed::proposed;
use windows365::framework::{Context, Server};
use windows365::spec::{self, Attribute, Entity};
use windows365::tf::{Diagnostics, Type, Value, json, msgpack};

use super::super::support::life::Life;
use super::super::support::shapes::{Choices, any_type, any_value_of, configuration};
use super::{provider, run};

/// An entity, and the rest of the bytes.
fn entity(data: &[u8]) -> (&'static Entity, &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    (entities::ALL[usize::from(*first) % entities::ALL.len()], rest)
}

fn managed(choices: &mut Choices<'_>) -> &'static Entity {
    let managed: Vec<&'static Entity> =
        entities::ALL.iter().copied().filter(|entity| entity.managed).collect();
    managed[choices.below(managed.len())]
}

/// Any object of Graph becomes a state that fits the schema, and is settled at once.
pub(crate) fn graph_model(data: &[u8]) {
    let (entity, rest) = entity(data);
    let Ok(Json::Object(answer)) = serde_json::from_slice::<Json>(rest) else { return };
    let mut diags = Diagnostics::new();
    if entity.managed {
        let state = decode::state(entity, &answer, &Value::Null, &mut diags);
        state.conforms(&schema::resource(entity).implied_type()).expect("a state fits its schema");
        let again = decode::state(entity, &answer, &state, &mut diags);
        assert_eq!(again, state, "read once and twice");
    }
    let twice: Vec<Json> = vec![Json::Object(answer.clone()), Json::Object(answer.clone())];
    decode::data(entity, Some("parent"), &answer, &mut diags);
    let items = decode::items(entity, twice, &mut diags);
    let none: Map<String, Json> = Map::new();
    decode::data(entity, None, &none, &mut diags);
    assert!(items.is_none_or(|items| items.elements().is_some_and(|items| items.len() <= 2)));
}

/// Sameness is an equivalence, whatever is compared.
pub(crate) fn spelling(data: &[u8]) {
    static KIND: spec::Choice =
        spec::Choice::open("kind", &["shared", "sharedByUser", "dedicated"])
            .renamed(&[("shared", "sharedByUser")]);
    static KINDS: [Attribute; 9] = [
        spec::date_time("x"),
        spec::duration("x"),
        spec::time_of_day("x"),
        spec::date("x"),
        spec::binary("x"),
        spec::guid("x"),
        spec::choice("x", &KIND),
        spec::string("x").ignore_case(),
        spec::string("x").trimmed().empty_is_null(),
    ];
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let attribute = &KINDS[usize::from(*first) % KINDS.len()];
    let text = String::from_utf8_lossy(rest);
    let spelt: Vec<Value> = text.split('\n').take(3).map(Value::from).collect();
    let same = |a, b| equal::same(attribute, a, b);
    for a in &spelt {
        assert!(same(a, a), "{a:?}");
        for b in &spelt {
            assert_eq!(same(a, b), same(b, a), "{a:?} {b:?}");
            for c in &spelt {
                assert!(!(same(a, b) && same(b, c)) || same(a, c), "{a:?} {b:?} {c:?}");
            }
        }
    }
}

/// A value for a place: a valid configuration, anything of the type, or nothing.
fn value(entity: &'static Entity, r#type: &Type, choices: &mut Choices<'_>) -> Value {
    match choices.below(4) {
        0 => Value::Null,
        1 => any_value_of(r#type, choices, true),
        2 => any_value_of(r#type, choices, false),
        _ => json::from_json(&configuration(entity, choices), r#type).expect("a configuration"),
    }
}

/// A change of any object is planned alike twice, and whatever is applied, what comes back is a state.
pub(crate) fn rpc_change(data: &[u8]) {
    run(async {
        let mut choices = Choices::new(data);
        let (server, script) = provider();
        let entity = managed(&mut choices);
        let block = &server.provider().resources()[entity.name].schema().block;
        let r#type = block.implied_type();
        let (prior, config) =
            (value(entity, &r#type, &mut choices), value(entity, &r#type, &mut choices));
        let raw = |value: &Value| raw(value, &r#type);
        let plan = || {
            server.plan(call::Plan {
                type_name: entity.name.to_owned(),
                prior_state: raw(&prior),
                proposed_new_state: raw(&proposed(block, &prior, &config)),
                config: raw(&config),
                ..call::Plan::default()
            })
        };
        let (planned, again) = (plan(), plan());
        assert_eq!(planned.planned_state, again.planned_state);
        assert!(script.seen().is_empty(), "a plan sends nothing");
        let planned_state = match choices.one_in(8) {
            true => raw(&value(entity, &r#type, &mut choices)),
            false => Raw { msgpack: planned.planned_state, json: Vec::new() },
        };
        let applied = server
            .apply(
                &Context::unstoppable(),
                call::Apply {
                    type_name: entity.name.to_owned(),
                    prior_state: raw(&prior),
                    planned_state,
                    config: raw(&config),
                    planned_private: planned.planned_private,
                    planned_identity: None,
                },
            )
            .await;
        let state = msgpack::decode(&applied.state, &r#type).expect("a state");
        // What failed before anything was done leaves the state as Terraform sent it, whatever that was.
        assert!(state.is_wholly_known() && !state.is_unknown() || state == prior, "{state:?}");
        for seen in script.seen() {
            assert!(seen.url.starts_with("https://graph.microsoft.com/beta/"), "{}", seen.url);
        }
    });
}

/// An object that is made, changed, read, imported and destroyed is as it was configured all the time, and leaves nothing behind.
pub(crate) fn round_trip(data: &[u8]) {
    let mut choices = Choices::new(data);
    let entity = managed(&mut choices);
    let life = Life::of(entity, &mut choices);
    if let Err(sentence) = life.live(entity) {
        panic!("{}: {sentence}\n\nfor {life:#?}", entity.name);
    }
}

fn raw(value: &Value, r#type: &Type) -> Raw {
    Raw { msgpack: msgpack::encode(value, r#type), json: Vec::new() }
}

/// Every other call of Terraform answers, whatever it is given.
pub(crate) fn rpc_other(data: &[u8]) {
    run(async {
        let mut choices = Choices::new(data);
        let (server, script) = provider();
        other(&server, &mut choices).await;
        for seen in script.seen() {
            assert!(seen.url.starts_with("https://graph.microsoft.com/"), "{}", seen.url);
            assert!(!seen.path.contains("/../"), "{}", seen.url);
        }
    });
}

async fn other(server: &Server, choices: &mut Choices<'_>) {
    let cx = Context::unstoppable();
    let served = server.provider();
    let any = |schema: &windows365::tf::Schema, choices: &mut Choices<'_>| {
        let r#type = schema.implied_type();
        let unknowns = choices.one_in(2);
        raw(&any_value_of(&r#type, choices, unknowns), &r#type)
    };
    let nth = |count: usize, choices: &mut Choices<'_>| choices.below(count.clamp(1, 256));
    let text = |choices: &mut Choices<'_>| -> Vec<u8> {
        (0..choices.below(120)).map(|_| choices.byte()).collect()
    };
    match choices.below(8) {
        0 => {
            let all = served.resources();
            let Some((name, resource)) = all.iter().nth(nth(all.len(), choices)) else { return };
            let config = any(resource.schema(), choices);
            let client = call::Client { write_only: choices.one_in(2) };
            server.validate_resource(name, config.clone(), client);
            server.generate_config(name, config);
        }
        1 => {
            let all = served.data_sources();
            let Some((name, source)) = all.iter().nth(nth(all.len(), choices)) else { return };
            let config = any(source.schema(), choices);
            server.validate_data_source(name, config.clone());
            let (data, _) = server.read_data(&cx, name, config).await;
            msgpack::decode(&data, &source.schema().implied_type()).expect("data that fit");
        }
        2 => {
            let all = served.list_resources();
            let Some((name, list)) = all.iter().nth(nth(all.len(), choices)) else { return };
            let config = any(list.schema(), choices);
            server.validate_list(name, config.clone());
            let limit = i64::from(choices.byte()) - 3;
            let request = call::List {
                type_name: (*name).to_owned(),
                config,
                include_resource: choices.one_in(2),
                limit,
            };
            let (sender, mut receiver) = mpsc::channel(10_000);
            server.list(&cx, request, sender).await;
            while receiver.recv().await.is_some() {}
        }
        3 => {
            let entity = managed(choices);
            let stored = Stored { json: text(choices), flatmap: choices.one_in(8) };
            server.upgrade_identity(entity.name, i64::from(choices.byte()) - 1, stored.clone());
            server.move_state(call::Move {
                source_provider_address: String::from_utf8_lossy(&text(choices)).into_owned(),
                source_type_name: entity.name.to_owned(),
                source_schema_version: i64::from(choices.byte()) - 1,
                source_state: stored,
                source_private: text(choices),
                target_type_name: entity.name.to_owned(),
            });
        }
        4 => {
            let config = any(served.schema(), choices);
            server.validate_provider(config.clone());
            server.configure(config, "1.14.0");
        }
        5 => {
            let all = served.functions();
            let Some((name, _)) = all.iter().nth(nth(all.len(), choices)) else { return };
            let arguments = (0..choices.below(4))
                .map(|_| {
                    let r#type = any_type(choices, 2);
                    raw(&any_value_of(&r#type, choices, true), &r#type)
                })
                .collect();
            let _ = server.call_function(name, arguments);
        }
        6 => {
            let all = served.actions();
            let Some((name, action)) = all.iter().nth(nth(all.len(), choices)) else { return };
            let config = any(action.schema(), choices);
            server.validate_action(name, config.clone());
            server.plan_action(name, config.clone());
            let (sender, mut receiver) = mpsc::channel(10_000);
            server.invoke_action(&cx, name, config, sender).await;
            while receiver.recv().await.is_some() {}
        }
        _ => {
            let all = served.ephemerals();
            let Some((name, ephemeral)) = all.iter().nth(nth(all.len(), choices)) else { return };
            let config = any(ephemeral.schema(), choices);
            server.validate_ephemeral(name, config.clone());
            server.open_ephemeral(&cx, name, config).await;
        }
    }
}
