//! The whole provider and the mock tenant in one process and on one paused clock, and what Terraform does with a resource.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value as Json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use windows365::framework::call::{self, NewState, Raw};
use windows365::framework::proposed::proposed;
use windows365::framework::{Context, Server};
use windows365::graph::scripted::{Answer, Script};
use windows365::graph::{Runtime, Transport, TransportError};
use windows365::mock::{Broken, Claims, Mock, Options, PersonDoes, Time};
use windows365::provider::Provider;
use windows365::tf::{Diagnostics, Schema, Value, json, msgpack};

use crate::support::tenant;

/// Group that every run can assign to.
pub(crate) const GROUP: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
/// Another one.
pub(crate) const OTHER_GROUP: &str = "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10";

/// Graph and its token service without a socket.
struct InProcess(Mock);

#[async_trait]
impl Transport for InProcess {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let exchange = self.0.exchange(request);
        tokio::time::sleep(exchange.delay).await;
        exchange.reply.map_err(|broken| match broken {
            Broken::Reset | Broken::Truncated(..) => TransportError::cut("connection reset"),
        })
    }
}

/// One exchange with Graph that waits until it may go on, so that something else can happen before it.
pub(crate) struct Hold {
    at: usize,
    met: AtomicUsize,
    reached: CancellationToken,
    freed: CancellationToken,
}

impl Hold {
    /// Waits until the exchange is due, or will never be.
    pub(crate) async fn reached(&self) {
        self.reached.cancelled().await;
    }

    /// Whether the exchange was due at all.
    pub(crate) fn was_met(&self) -> bool {
        self.met.load(Ordering::Relaxed) > self.at
    }

    /// Lets the exchange go on.
    pub(crate) fn free(&self) {
        self.freed.cancel();
    }

    /// The process has done what it had to do.
    pub(crate) fn over(&self) {
        self.reached.cancel();
    }
}

/// The tenant behind such a hold.
struct Held(InProcess, Arc<Hold>);

#[async_trait]
impl Transport for Held {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let Held(inner, hold) = self;
        let to_graph = !request.uri().path().contains("/oauth2/");
        if to_graph && hold.met.fetch_add(1, Ordering::Relaxed) == hold.at {
            hold.reached.cancel();
            hold.freed.cancelled().await;
        }
        inner.send(request).await
    }
}

/// A provider process against a tenant.
pub(crate) struct Run {
    pub(crate) mock: Mock,
    pub(crate) server: Server,
}

impl Run {
    /// A fresh tenant, and a provider that signs in to it by the environment, as an app.
    pub(crate) fn new() -> Run {
        Run::signed_in(Mock::environment)
    }

    /// The same for one entity, signed in to as its management asks for.
    pub(crate) fn of(name: &str) -> Run {
        let run = Run::signed_in(|mock| tenant::environment(mock, name));
        tenant::prepare(&run.mock, name);
        run
    }

    /// The same with a person signed in who may do everything.
    pub(crate) fn of_a_person() -> Run {
        Run::signed_in(Mock::environment_of_person)
    }

    /// A fresh tenant, and a provider with the environment that this makes for it.
    pub(crate) fn signed_in(environment: impl FnOnce(&Mock) -> Vec<(String, String)>) -> Run {
        let (mock, runtime) = world();
        Run { server: server(environment(&mock), runtime), mock }
    }

    /// A second provider process for the same app in the same tenant, as a provider block with an alias gets one.
    pub(crate) fn alias(&self) -> Run {
        Run { server: self.server.clone(), mock: self.mock.clone() }.reconfigured()
    }

    /// A second provider process in the same tenant, signed in to as the management of an entity asks for.
    pub(crate) fn another(&self, name: &str) -> Run {
        self.over(name, InProcess(self.mock.clone()))
    }

    /// The same, whose exchange of this number with Graph, from 0, waits until it may go on.
    pub(crate) fn held(&self, name: &str, at: usize) -> (Run, Arc<Hold>) {
        let hold = Arc::new(Hold {
            at,
            met: AtomicUsize::new(0),
            reached: CancellationToken::new(),
            freed: CancellationToken::new(),
        });
        let transport = Held(InProcess(self.mock.clone()), Arc::clone(&hold));
        (self.over(name, transport), hold)
    }

    fn over(&self, name: &str, transport: impl Transport + 'static) -> Run {
        self.process(tenant::environment(&self.mock, name), |_| Arc::new(transport))
    }

    /// A provider process in the same tenant with this environment, over a wire that this makes of the usual one.
    pub(crate) fn process(
        &self,
        environment: Vec<(String, String)>,
        wire: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Run {
        self.process_with(&serde_json::json!({}), environment, wire)
    }

    /// The same with this provider block.
    pub(crate) fn process_with(
        &self,
        block: &Json,
        environment: Vec<(String, String)>,
        wire: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Run {
        let transport = wire(Arc::new(InProcess(self.mock.clone())));
        let runtime = Runtime { transport, ..Script::new(|_| Answer::Never).runtime() };
        let (server, findings) = configured(block, environment, runtime);
        assert_eq!(findings, Diagnostics::new());
        Run { server, mock: self.mock.clone() }
    }

    /// Lets a person sign in by a code, into a cache in this folder; the environment of processes that go on with that sign-in.
    pub(crate) async fn kept_sign_in(&self, folder: &Path) -> Vec<(String, String)> {
        self.kept_sign_in_over(folder, |wire| wire).await
    }

    /// The same over wires that this makes of the usual one.
    pub(crate) async fn kept_sign_in_over(
        &self,
        folder: &Path,
        wire: impl Fn(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Vec<(String, String)> {
        self.mock.app(|app| app.scopes.clone_from(&app.roles));
        let mut environment = self.mock.environment();
        environment.retain(|(name, _)| !name.ends_with("CLIENT_SECRET"));
        environment.push(("HOME".to_owned(), folder.to_str().unwrap().to_owned()));
        let ours = |name: &str, value: &str| (format!("WINDOWS365_{name}"), value.to_owned());
        environment.push(ours("ALLOW_UNENCRYPTED_TOKEN_CACHE", "true"));
        let way = |way: &str| {
            let mut environment = environment.clone();
            environment.push(ours("AUTH_METHOD", way));
            environment
        };
        let ask = async || {
            let process = self.process(way("device_code"), &wire);
            process.data("windows365_user_settings", serde_json::json!({})).await.1
        };
        let asked = ask().await;
        let words: Vec<&str> = asked.split_whitespace().collect();
        let at = words.windows(2).position(|pair| pair == ["the", "code"]);
        let code = words[at.unwrap_or_else(|| panic!("no code: {asked}")) + 2];
        self.mock.enter_code(code, PersonDoes::Approves, None).unwrap();
        assert_eq!(ask().await, "", "the person is signed in");
        way("token_cache")
    }

    /// A fresh tenant, and a provider with the environment that this makes for it, over a wire that this makes of the usual one.
    pub(crate) fn through(
        environment: impl FnOnce(&Mock) -> Vec<(String, String)>,
        wire: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Run {
        let (mock, runtime) = world();
        let runtime = Runtime { transport: wire(Arc::clone(&runtime.transport)), ..runtime };
        Run { server: server(environment(&mock), runtime), mock }
    }

    /// The same tenant with a provider that knows what was changed in it since.
    pub(crate) fn reconfigured(self) -> Run {
        let runtime = Runtime {
            transport: Arc::new(InProcess(self.mock.clone())),
            ..Script::new(|_| Answer::Never).runtime()
        };
        Run { server: server(self.mock.environment(), runtime), ..self }
    }

    /// The same tenant with a provider that has the token of a person.
    pub(crate) fn of_person(self, scopes: &[&str]) -> Run {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let token = self.mock.token(Claims { scopes, ..Claims::default() });
        let runtime = Runtime {
            transport: Arc::new(InProcess(self.mock.clone())),
            ..Script::new(|_| Answer::Never).runtime()
        };
        let mut environment = self.mock.environment();
        environment.retain(|(name, _)| name.ends_with("ENDPOINT") || name.ends_with("HOST"));
        environment.push(("WINDOWS365_ACCESS_TOKEN".to_owned(), token));
        Run { server: server(environment, runtime), ..self }
    }

    /// A resource without a state.
    pub(crate) fn resource(&self, name: &'static str) -> Resource<'_> {
        Resource {
            run: self,
            name,
            cx: Context::unstoppable(),
            state: Value::Null,
            private: Vec::new(),
            identity: None,
        }
    }

    /// How many requests of this method have gone to Graph (not to the token service).
    pub(crate) fn count(&self, method: &str) -> usize {
        let requests = self.mock.requests();
        let to_graph = requests.iter().filter(|request| !request.path.contains("/oauth2/"));
        to_graph.filter(|request| request.method == method).count()
    }

    pub(crate) async fn data(&self, name: &str, config: Json) -> (Value, String) {
        let schema = self.server.provider().data_sources().get(name).unwrap().schema();
        let r#type = schema.block.implied_type();
        let config = json::from_json(&config, &r#type).unwrap();
        let raw = Raw { msgpack: msgpack::encode(&config, &r#type), json: Vec::new() };
        let (data, diags) = self.server.read_data(&Context::unstoppable(), name, raw).await;
        (msgpack::decode(&data, &r#type).unwrap(), text(&diags))
    }

    pub(crate) async fn list(&self, name: &str) -> Vec<call::ListEvent> {
        let schema = self.server.provider().list_resources().get(name).unwrap().schema();
        let r#type = schema.block.implied_type();
        let config = json::from_json(&serde_json::json!({}), &r#type).unwrap();
        let request = call::List {
            type_name: name.to_owned(),
            config: Raw { msgpack: msgpack::encode(&config, &r#type), json: Vec::new() },
            include_resource: true,
            limit: 0,
        };
        let (sender, mut receiver) = mpsc::channel(1000);
        self.server.list(&Context::unstoppable(), request, sender).await;
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        events
    }
}

/// A fresh tenant, and the wire and the clock that lead to it.
pub(crate) fn world() -> (Mock, Runtime) {
    let script = Script::new(|_| Answer::Never);
    let clock = script.runtime().clock;
    let time = Time::Asked(Arc::new(move || clock.wall()));
    let mock =
        Mock::without_server(Options { time, ..Options::default() }, "http://127.0.0.1:8443");
    for (id, name) in [(GROUP, "engineers"), (OTHER_GROUP, "designers")] {
        mock.add_group(id, name, &["u-1", "u-2"]);
    }
    let runtime = Runtime { transport: Arc::new(InProcess(mock.clone())), ..script.runtime() };
    (mock, runtime)
}

fn server(environment: Vec<(String, String)>, runtime: Runtime) -> Server {
    let (server, findings) = configured(&serde_json::json!({}), environment, runtime);
    assert_eq!(findings, Diagnostics::new());
    server
}

/// A provider with this block and this environment, and what it finds wrong with them.
pub(crate) fn configured(
    block: &Json,
    environment: Vec<(String, String)>,
    runtime: Runtime,
) -> (Server, Diagnostics) {
    let environment: BTreeMap<String, String> = environment.into_iter().collect();
    let server = Server::new(Arc::new(Provider::new(environment, move || runtime.clone())));
    let r#type = server.provider().schema().block.implied_type();
    let config = json::from_json(block, &r#type).unwrap();
    let raw = Raw { msgpack: msgpack::encode(&config, &r#type), json: Vec::new() };
    let findings = server.configure(raw, "1.13.0");
    (server, findings)
}

/// A resource in a configuration, with its state.
pub(crate) struct Resource<'r> {
    run: &'r Run,
    name: &'static str,
    pub(crate) cx: Context,
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    identity: Option<Vec<u8>>,
}

impl Resource<'_> {
    /// The same object, as another provider finds it in its state.
    pub(crate) fn with_state_of(self, other: &Resource<'_>) -> Self {
        Resource {
            state: other.state.clone(),
            private: other.private.clone(),
            identity: other.identity.clone(),
            ..self
        }
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.run.server.provider().resources().get(self.name).unwrap().schema()
    }

    pub(crate) fn raw(&self, value: &Value) -> Raw {
        let r#type = self.schema().block.implied_type();
        Raw { msgpack: msgpack::encode(value, &r#type), json: Vec::new() }
    }

    fn raw_identity(&self) -> Option<Raw> {
        self.identity.clone().map(|msgpack| Raw { msgpack, json: Vec::new() })
    }

    /// What a plan of this configuration finds.
    pub(crate) fn plan(&self, config: &Json) -> String {
        text(&self.ask_for_plan(config).1.diagnostics)
    }

    fn ask_for_plan(&self, config: &Json) -> (Raw, call::Planned) {
        let config = json::from_json(config, &self.schema().block.implied_type()).unwrap();
        let config_raw = self.raw(&config);
        let client = call::Client { write_only: true };
        let findings = self.run.server.validate_resource(self.name, config_raw.clone(), client);
        assert_eq!(text(&findings), "", "the configuration of {} is valid", self.name);
        let plan = self.run.server.plan(call::Plan {
            type_name: self.name.to_owned(),
            prior_state: self.raw(&self.state),
            proposed_new_state: self.raw(&proposed(&self.schema().block, &self.state, &config)),
            config: config_raw.clone(),
            prior_private: self.private.clone(),
            prior_identity: self.raw_identity(),
        });
        (config_raw, plan)
    }

    /// What Terraform would ask to be applied, whether it changes anything, and what it would replace for.
    pub(crate) fn planned(&self, config: &Json) -> (call::Apply, bool, Vec<String>) {
        let r#type = self.schema().block.implied_type();
        let (config_raw, plan) = self.ask_for_plan(config);
        assert_eq!(text(&plan.diagnostics), "", "the plan of {} has no findings", self.name);
        let planned = msgpack::decode(&plan.planned_state, &r#type).unwrap();
        let request = call::Apply {
            type_name: self.name.to_owned(),
            prior_state: self.raw(&self.state),
            planned_state: Raw { msgpack: plan.planned_state, json: Vec::new() },
            config: config_raw,
            planned_private: plan.planned_private,
            planned_identity: plan
                .planned_identity
                .map(|msgpack| Raw { msgpack, json: Vec::new() }),
        };
        let replaces = plan.requires_replace.iter().map(ToString::to_string).collect();
        (request, planned != self.state, replaces)
    }

    /// Attributes whose change replaces the object.
    pub(crate) fn replaced_by(&self, config: &Json) -> Vec<String> {
        self.planned(config).2
    }

    /// Plans and applies; the findings as text.
    pub(crate) async fn apply(&mut self, config: &Json) -> String {
        let (request, _, replaces) = self.planned(config);
        assert!(self.state.is_null() || replaces.is_empty(), "{} is replaced", self.name);
        let planned =
            msgpack::decode(&request.planned_state.msgpack, &self.schema().block.implied_type())
                .unwrap();
        let answer = self.run.server.apply(&self.cx, request).await;
        let failed = answer.diagnostics.has_error();
        let findings = self.keep(answer);
        if !failed {
            kept(self.name, &planned, &self.state);
        }
        findings
    }

    /// What a plan of this configuration would change; empty when nothing.
    pub(crate) fn drift(&self, config: &Json) -> String {
        let (request, changes, _) = self.planned(config);
        if !changes {
            return String::new();
        }
        let r#type = self.schema().block.implied_type();
        let planned = msgpack::decode(&request.planned_state.msgpack, &r#type).unwrap();
        let differing = planned
            .entries()
            .unwrap()
            .iter()
            .filter(|(name, value)| self.state.get(name) != *value);
        differing
            .map(|(name, value)| format!("{name}: {:?} -> {value:?}\n", self.state.get(name)))
            .collect()
    }

    pub(crate) async fn refresh(&mut self) -> String {
        let request = call::Read {
            type_name: self.name.to_owned(),
            current_state: self.raw(&self.state),
            private: self.private.clone(),
            current_identity: self.raw_identity(),
        };
        let answer = self.run.server.read(&self.cx, request).await;
        self.keep(answer)
    }

    pub(crate) async fn destroy(&mut self) -> String {
        let request = call::Apply {
            type_name: self.name.to_owned(),
            prior_state: self.raw(&self.state),
            planned_state: self.raw(&Value::Null),
            config: self.raw(&Value::Null),
            planned_private: self.private.clone(),
            planned_identity: self.raw_identity(),
        };
        let answer = self.run.server.apply(&self.cx, request).await;
        self.keep(answer)
    }

    /// Imports and reads.
    pub(crate) async fn import(&mut self, id: &str) -> String {
        let request =
            call::Import { type_name: self.name.to_owned(), id: id.to_owned(), identity: None };
        let answer = self.run.server.import(&self.cx, request).await;
        let findings = self.keep(answer);
        if findings.is_empty() { self.refresh().await } else { findings }
    }

    pub(crate) fn id(&self) -> String {
        self.state.get("id").as_str().unwrap_or_default().to_owned()
    }

    fn keep(&mut self, answer: NewState) -> String {
        if !answer.state.is_empty() {
            let r#type = self.schema().block.implied_type();
            self.state = msgpack::decode(&answer.state, &r#type).unwrap();
            assert!(self.state.is_wholly_known(), "a state is wholly known");
            self.private = answer.private;
            self.identity = answer.identity;
        }
        text(&answer.diagnostics)
    }
}

/// Terraform's rule after an apply: what was known in the plan is so in the state.
#[track_caller]
fn kept(name: &str, planned: &Value, state: &Value) {
    match (planned, state) {
        (Value::Unknown(_), _) => {}
        (Value::Object(planned), Value::Object(_)) => {
            planned
                .iter()
                .for_each(|(at, value)| kept(&format!("{name}.{at}"), value, state.get(at)));
        }
        (Value::List(planned), Value::List(state)) if planned.len() == state.len() => {
            planned.iter().zip(state).for_each(|(planned, state)| kept(name, planned, state));
        }
        (Value::Set(planned_all), Value::Set(state)) if !planned.is_wholly_known() => {
            assert_eq!(planned_all.len(), state.len(), "{name}");
        }
        _ => assert_eq!(planned, state, "{name} is not what was planned"),
    }
}

/// Findings as text.
pub(crate) fn text(diags: &Diagnostics) -> String {
    let lines = diags
        .iter()
        .map(|it| format!("{:?} at {}: {}\n{}\n", it.severity, it.path, it.summary, it.detail));
    lines.collect()
}

/// Lets something happen after a while, while `operation` runs.
pub(crate) async fn meanwhile<T>(
    operation: impl Future<Output = T>,
    after: Duration,
    happens: impl FnOnce(),
) -> T {
    let event = async {
        tokio::time::sleep(after).await;
        happens();
    };
    tokio::join!(operation, event).0
}
