//! One object through its whole life, by the real provider against the mock tenant, in process and on a clock that jumps. What does not
//! hold is said in a sentence, so that a property can make its cause smaller and the fuzzer can keep it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use windows365::engine::{names, schema, timeouts};
use windows365::framework::call::{self, NewState, Planned, Raw};
use windows365::framework::proposed::proposed;
use windows365::framework::{Context, Server};
use windows365::graph::scripted::{Answer, Script, Seen};
use windows365::mock::{DateDigits, Mock, Nothing, Options, PatchReply, Time, TypeStyle};
use windows365::provider::Provider;
use windows365::spec::{Attribute, Element, Entity, Kind, Place, Removal, Secret, When};
use windows365::tf::{Block, Diagnostics, Type, Value, json as tf_json, msgpack};

use super::shapes::{Choices, configuration};
use super::tenant;

/// Where the mock takes itself to be. Nothing listens there.
const ORIGIN: &str = "http://127.0.0.1:8443";

/// How the tenant answers, where tenants are seen to differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    nothing: Nothing,
    patch_reply: PatchReply,
    type_style: TypeStyle,
    shuffle: bool,
    page_size: usize,
}

impl Manners {
    fn of(choices: &mut Choices<'_>) -> Manners {
        Manners {
            nothing: [Nothing::Null, Nothing::Absent, Nothing::Empty][choices.below(3)],
            patch_reply: [PatchReply::Documented, PatchReply::Body, PatchReply::NoContent]
                [choices.below(3)],
            type_style: [TypeStyle::Hash, TypeStyle::NoHash, TypeStyle::OtherCase]
                [choices.below(3)],
            shuffle: choices.one_in(2),
            page_size: [20, 1][choices.below(2)],
        }
    }
}

/// What happens in a life: an object is made as the first configuration says, becomes what the second says, and is destroyed.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) first: Json,
    pub(crate) second: Json,
    pub(crate) manners: Manners,
}

impl Life {
    pub(crate) fn of(entity: &'static Entity, choices: &mut Choices<'_>) -> Life {
        let manners = Manners::of(choices);
        let first = configuration(entity, choices);
        Life { first, second: configuration(entity, choices), manners }
    }

    /// Lives it. What does not hold, if anything.
    pub(crate) fn live(&self, entity: &'static Entity) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(lived(entity, self))
    }
}

async fn lived(entity: &'static Entity, life: &Life) -> Result<(), String> {
    let world = World::new(entity, life.manners);
    let before = world.mock.everything();
    let mut object = Object::new(&world);
    for (step, config) in [("first", &life.first), ("second", &life.second)] {
        let named = |sentence| format!("the {step} configuration: {sentence}");
        object.becomes(&world.value(config)?).await.map_err(named)?;
    }
    object.is_imported(&life.second).await?;
    object.gives_up_its_assignments(&life.second).await?;
    object.destroy().await.map_err(|sentence| format!("destroy: {sentence}"))?;
    world.is_as_before(&before)
}

/// A tenant, and a provider that manages one type in it.
struct World {
    entity: &'static Entity,
    mock: Mock,
    server: Server,
    block: Block,
    r#type: Type,
}

impl World {
    fn new(entity: &'static Entity, manners: Manners) -> World {
        let clock = Script::new(|_| Answer::Never).runtime().clock;
        let time = Time::Asked(Arc::new(move || clock.wall()));
        let mock = Mock::without_server(Options { time, ..Options::default() }, ORIGIN);
        mock.switch(|switches| {
            switches.nothing = manners.nothing;
            switches.patch_reply = manners.patch_reply;
            switches.type_style = manners.type_style;
            switches.shuffle = manners.shuffle;
            switches.page_size = manners.page_size;
            // So that what two reads tell can be compared.
            switches.date_digits = DateDigits::Seven;
        });
        tenant::prepare(&mock, entity.name);
        let environment: BTreeMap<String, String> =
            tenant::environment(&mock, entity.name).into_iter().collect();
        let wire = mock.clone();
        let runtime = Script::new(move |seen| answered(&wire, seen)).runtime();
        let provider = Provider::new(environment, move || runtime.clone());
        let server = Server::new(Arc::new(provider));
        let findings = server.configure(Raw::default(), "1.13.0");
        assert!(!findings.has_error(), "{findings:?}");
        let block = schema::resource(entity).block;
        World { entity, mock, server, r#type: block.implied_type(), block }
    }

    fn value(&self, config: &Json) -> Result<Value, String> {
        tf_json::from_json(config, &self.r#type).map_err(|error| error.to_string())
    }

    fn raw(&self, value: &Value) -> Raw {
        Raw { msgpack: msgpack::encode(value, &self.r#type), json: Vec::new() }
    }

    /// The tenant holds what it held at first: of ours there is nothing but what no destroy takes away, and nothing of others was touched.
    fn is_as_before(&self, before: &Json) -> Result<(), String> {
        let own = match self.entity.place {
            Place::Collection(path) | Place::Singleton(path) => path,
            _ => return Err("its place in the tenant is not looked at".to_owned()),
        };
        let (mut before, mut after) = (held(before), held(&self.mock.everything()));
        match (self.entity.place, self.entity.removal) {
            // What there is one of stays as it is, and is all there is in its place.
            (Place::Singleton(_), _) => {
                before.remove(own);
                let left = after.remove(own).unwrap_or_default();
                same(
                    "there is not one of it",
                    &Json::from(1),
                    &Json::from(left.as_array().map_or(0, Vec::len)),
                )?;
            }
            (_, Removal::SwitchedOff(off)) => {
                let left = after.get_mut(own).and_then(Json::as_array_mut);
                let ours = left.and_then(|all| all.pop()).unwrap_or_default();
                same("it is not switched off", &json!(false), &ours[off.property])?;
                after.retain(|_, all| *all != json!([]));
            }
            _ => {}
        }
        same("the tenant is not as it was before", &Json::from(before), &Json::from(after))
    }
}

/// What a tenant holds, by path; paths with nothing in them are none.
fn held(everything: &Json) -> Map<String, Json> {
    let mut held = everything.as_object().cloned().unwrap_or_default();
    for all in held.values_mut().filter_map(Json::as_array_mut) {
        // A Cloud PC lives on for some days after its user lost it.
        all.retain(|object| object["status"] != json!("inGracePeriod"));
    }
    held.retain(|_, all| *all != json!([]));
    held
}

fn same(otherwise: &str, expected: &Json, actual: &Json) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let (Json::Object(a), Json::Object(b)) = (expected, actual) else {
        return Err(format!("{otherwise}: {actual} where {expected} was"));
    };
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differ = names.into_iter().filter(|name| a.get(*name) != b.get(*name));
    let lines = differ.map(|name| format!("{name}: {:?} -> {:?}", a.get(name), b.get(name)));
    Err(format!("{otherwise}: {}", lines.collect::<Vec<_>>().join("; ")))
}

fn answered(mock: &Mock, seen: &Seen) -> Answer {
    let mut request = http::Request::builder().method(seen.method.as_str()).uri(&seen.url);
    for (name, value) in &seen.headers {
        request = request.header(name, value);
    }
    let request = request.body(seen.text.clone().into()).expect("what was sent can be sent again");
    let reply = mock.handle(request).expect("nothing breaks the connection");
    let headers = reply.headers().iter();
    let headers = headers.filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    Answer::Reply {
        status: reply.status().as_u16(),
        headers: headers.collect(),
        body: reply.body().clone(),
    }
}

/// An object as it stands in a state.
struct Object<'w> {
    world: &'w World,
    state: Value,
    private: Vec<u8>,
    identity: Option<Vec<u8>>,
}

impl Object<'_> {
    fn new(world: &World) -> Object<'_> {
        Object { world, state: Value::Null, private: Vec::new(), identity: None }
    }

    /// Applies a configuration, however it takes, and looks whether the object is as it says.
    async fn becomes(&mut self, config: &Value) -> Result<(), String> {
        let World { server, entity, .. } = self.world;
        let client = call::Client { write_only: true };
        let valid = server.validate_resource(entity.name, self.world.raw(config), client);
        well("it is not valid", &valid)?;
        let (mut plan, mut planned, replaces) = self.plan(config)?;
        if replaces {
            self.destroy().await.map_err(|sentence| format!("it is replaced: {sentence}"))?;
            (plan, planned, _) = self.plan(config)?;
        }
        self.apply(plan, &planned, config).await?;
        kept("", &planned, &self.state)?;
        self.is(config).map_err(|sentence| format!("after the apply {sentence}"))?;
        let applied = self.state.clone();
        self.read().await?;
        differing("a read tells another than the apply", &applied, &self.state)?;
        self.is(config).map_err(|sentence| format!("after a read {sentence}"))
    }

    /// A plan finds nothing to do.
    fn is(&self, config: &Value) -> Result<(), String> {
        let (_, planned, replaces) = self.plan(config)?;
        differing("a change is planned", &self.state, &planned)?;
        if replaces { Err("a replacement is planned".to_owned()) } else { Ok(()) }
    }

    /// The plan, what it plans, and whether the object is replaced for it.
    fn plan(&self, config: &Value) -> Result<(Planned, Value, bool), String> {
        let World { server, entity, block, r#type, .. } = self.world;
        let plan = server.plan(call::Plan {
            type_name: entity.name.to_owned(),
            prior_state: self.world.raw(&self.state),
            proposed_new_state: self.world.raw(&proposed(block, &self.state, config)),
            config: self.world.raw(config),
            prior_private: self.private.clone(),
            prior_identity: self.identity(),
        });
        well("it cannot be planned", &plan.diagnostics)?;
        let planned = decoded(&plan.planned_state, r#type)?;
        let replaces = !self.state.is_null() && !plan.requires_replace.is_empty();
        Ok((plan, planned, replaces))
    }

    async fn apply(
        &mut self,
        plan: Planned,
        planned: &Value,
        config: &Value,
    ) -> Result<(), String> {
        let request = call::Apply {
            type_name: self.world.entity.name.to_owned(),
            prior_state: self.world.raw(&self.state),
            planned_state: self.world.raw(planned),
            config: self.world.raw(config),
            planned_private: plan.planned_private,
            planned_identity: plan.planned_identity.map(raw),
        };
        let answer = self.world.server.apply(&Context::unstoppable(), request).await;
        self.keep("it cannot be applied", answer)
    }

    /// Reads the object of a state that was written to a file.
    async fn read(&mut self) -> Result<(), String> {
        let World { server, entity, r#type, .. } = self.world;
        let text = tf_json::to_json(&self.state, r#type).map_err(|error| error.to_string())?;
        let stored = call::Stored { json: text.to_string().into_bytes(), flatmap: false };
        let version = schema::resource(entity).version;
        let (state, findings) = server.upgrade_state(entity.name, version, stored);
        well("its state cannot be stored", &findings)?;
        let request = call::Read {
            type_name: entity.name.to_owned(),
            current_state: raw(state),
            private: self.private.clone(),
            current_identity: self.identity(),
        };
        let answer = server.read(&Context::unstoppable(), request).await;
        self.keep("it cannot be read", answer)?;
        if self.state.is_null() { Err("a read does not find it".to_owned()) } else { Ok(()) }
    }

    async fn destroy(&mut self) -> Result<(), String> {
        let (plan, _, _) = self.plan(&Value::Null)?;
        self.apply(plan, &Value::Null, &Value::Null).await?;
        differing("it is left in the state", &Value::Null, &self.state)
    }

    /// Whoever imports the object into a configuration that it is like has nothing to change.
    async fn is_imported(&self, config: &Json) -> Result<(), String> {
        let World { server, entity, .. } = self.world;
        let mut config = config.as_object().cloned().unwrap_or_default();
        if holds_secret(entity.attributes, &config) {
            return Ok(());
        }
        leave_to_terraform(entity, &mut config);
        let spelt = self.world.value(&Json::Object(config.clone()))?;
        empty_is_nothing(entity.attributes, &mut config);
        for variant in entity.family {
            if let Some(Json::Object(inner)) = config.get_mut(variant.name) {
                empty_is_nothing(variant.attributes, inner);
            }
        }
        let config = self.world.value(&Json::Object(config))?;
        let id = self.state.get("id").as_str().unwrap_or_default().to_owned();
        let request = call::Import { type_name: entity.name.to_owned(), id, identity: None };
        let mut imported = Object::new(self.world);
        let answer = server.import(&Context::unstoppable(), request).await;
        let named = |sentence| format!("imported: {sentence}");
        imported.keep("it cannot be imported", answer)?;
        imported.read().await.map_err(named)?;
        imported.is(&config).map_err(named)?;
        match imported.plan(&spelt)? {
            (_, _, true) => Err("imported: it is replaced".to_owned()),
            _ => Ok(()),
        }
    }

    /// The service deletes nothing that is assigned, and the provider takes away no assignment that is not managed: who wants it gone says
    /// so first.
    async fn gives_up_its_assignments(&mut self, config: &Json) -> Result<(), String> {
        let blocked = self.world.entity.assignments.is_some_and(|it| it.block_delete);
        if !blocked || !config[schema::ASSIGNMENTS].is_null() {
            return Ok(());
        }
        let mut config = config.clone();
        config[schema::ASSIGNMENTS] = json!([]);
        let named = |sentence| format!("without assignments: {sentence}");
        self.becomes(&self.world.value(&config)?).await.map_err(named)
    }

    fn identity(&self) -> Option<Raw> {
        self.identity.clone().map(raw)
    }

    fn keep(&mut self, otherwise: &str, answer: NewState) -> Result<(), String> {
        well(otherwise, &answer.diagnostics)?;
        self.state = decoded(&answer.state, &self.world.r#type)?;
        self.private = answer.private;
        self.identity = answer.identity;
        if self.state.is_wholly_known() { Ok(()) } else { Err("a state is not known".to_owned()) }
    }
}

fn raw(msgpack: Vec<u8>) -> Raw {
    Raw { msgpack, json: Vec::new() }
}

fn decoded(bytes: &[u8], r#type: &Type) -> Result<Value, String> {
    msgpack::decode(bytes, r#type).map_err(|error| format!("an answer cannot be read: {error}"))
}

fn well(otherwise: &str, findings: &Diagnostics) -> Result<(), String> {
    if !findings.has_error() {
        return Ok(());
    }
    let told = findings.iter().filter(|it| it.is_error());
    let told = told.map(|it| format!("at {}: {} {}", it.path, it.summary, it.detail));
    Err(format!("{otherwise}: {}", told.collect::<Vec<_>>().join("\n")))
}

fn differing(otherwise: &str, before: &Value, after: &Value) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    let mut found = Vec::new();
    differences("", before, after, &mut found);
    // What only becomes unknown follows from what is changed.
    let (unknown, mut told): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(_, _, after)| after.is_unknown());
    if told.is_empty() {
        told = unknown;
    }
    let lines = told.iter().map(|(at, before, after)| format!("{at}: {before:?} -> {after:?}"));
    Err(format!("{otherwise}: {}", lines.collect::<Vec<_>>().join("; ")))
}

fn differences<'v>(
    at: &str,
    before: &'v Value,
    after: &'v Value,
    found: &mut Vec<(String, &'v Value, &'v Value)>,
) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(entries), Value::Object(_)) => {
            for (name, value) in entries {
                differences(&format!("{at}.{name}"), value, after.get(name), found);
            }
        }
        (Value::List(some), Value::List(others)) if some.len() == others.len() => {
            some.iter().zip(others).for_each(|(one, other)| differences(at, one, other, found));
        }
        _ => found.push((at.to_owned(), before, after)),
    }
}

/// Terraform's rule: what was known in a plan is so in the state.
fn kept(at: &str, planned: &Value, state: &Value) -> Result<(), String> {
    match (planned, state) {
        (Value::Unknown(_), _) => Ok(()),
        (Value::Object(planned), Value::Object(_)) => planned
            .iter()
            .try_for_each(|(name, value)| kept(&format!("{at}.{name}"), value, state.get(name))),
        (Value::List(planned), Value::List(state)) if planned.len() == state.len() => {
            planned.iter().zip(state).try_for_each(|(planned, state)| kept(at, planned, state))
        }
        (Value::Set(some), Value::Set(state))
            if !planned.is_wholly_known() && some.len() == state.len() =>
        {
            Ok(())
        }
        _ if planned == state => Ok(()),
        _ => Err(format!("{at} was planned as {planned:?} and is {state:?}")),
    }
}

/// Whether a configuration sets what no service gives back.
fn holds_secret(attributes: &[Attribute], config: &Map<String, Json>) -> bool {
    attributes.iter().any(|attribute| {
        let twin = names::twin(attribute).map(|twin| twin.write_only);
        let value = config
            .get(names::attribute_name(attribute).as_ref())
            .or_else(|| config.get(twin.as_deref()?));
        let Some(value) = value else { return false };
        let inside = |fields: &[Attribute], value: &Json| {
            value.as_object().is_some_and(|inner| holds_secret(fields, inner))
        };
        attribute.secret == Secret::Unreadable
            || match (&attribute.kind, value) {
                (Kind::Object(fields), value) => inside(fields.attributes, value),
                (
                    Kind::List(Element::Object(fields)) | Kind::Set(Element::Object(fields)),
                    Json::Array(all),
                ) => all.iter().any(|value| inside(fields.attributes, value)),
                (Kind::Union(variants), value) => {
                    variants.iter().any(|it| inside(it.attributes, &value[it.name]))
                }
                _ => false,
            }
    })
}

/// Takes out of a configuration what no service knows anything of.
fn leave_to_terraform(entity: &Entity, config: &mut Map<String, Json>) {
    let asked = entity.wait.and_then(|wait| wait.asked).map(|asked| asked.name);
    let triggers = entity.calls.iter().filter_map(|call| match call.when {
        When::Triggered(trigger) => Some(trigger.name),
        _ => None,
    });
    let own = [timeouts::ATTRIBUTE, schema::ALLOW_DUPLICATE_NAME];
    for name in own.into_iter().chain(asked).chain(triggers) {
        config.remove(name);
    }
}

/// Leaves out what is empty and means nothing by that: an import finds nothing, and a configuration that says "nothing" in another way is
/// a change in the eyes of Terraform, although nothing is sent for it.
fn empty_is_nothing(attributes: &[Attribute], config: &mut Map<String, Json>) {
    let inside = |fields: &[Attribute], value: &mut Json| {
        if let Json::Object(inner) = value {
            empty_is_nothing(fields, inner);
        }
    };
    for attribute in attributes {
        let name = names::attribute_name(attribute);
        match (config.get_mut(name.as_ref()), &attribute.kind) {
            (Some(value), _) if *value == json!("") || *value == json!([]) => {
                config.remove(name.as_ref());
            }
            (Some(value), Kind::Object(fields)) => inside(fields.attributes, value),
            (
                Some(Json::Array(all)),
                Kind::List(Element::Object(fields)) | Kind::Set(Element::Object(fields)),
            ) => all.iter_mut().for_each(|value| inside(fields.attributes, value)),
            (Some(Json::Object(one)), Kind::Union(variants)) => {
                for variant in *variants {
                    if let Some(value) = one.get_mut(variant.name) {
                        inside(variant.attributes, value);
                    }
                }
            }
            _ => {}
        }
    }
}
