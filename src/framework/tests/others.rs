//! Data sources, ephemeral and list resources, actions and functions.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use async_trait::async_trait;
use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;

use super::fixture::{Marks, nested, number, schema, shorthand, string, value};
use super::kitchen::{Kitchen, SCHEMA as KITCHEN};
use crate::framework::call::{ActionEvent, List, ListEvent, OpenedEphemeral, Raw};
use crate::framework::provider::{
    FunctionError, ListRequest, Listed, Opened, Parameter, Renewed, Signature,
};
use crate::framework::{
    Action, ConfigureRequest, Context, DataSource, Ephemeral, Function, ListResource, Provider,
    Resource, Server,
};
use crate::tf::{Diagnostic, Diagnostics, Mode, Nesting, Schema, Type, Value, msgpack};

use Mode::{Computed, Optional, OptionalComputed, Required};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let attributes = vec![
        string("name", Required),
        string("filter", Optional),
        string("zone", OptionalComputed),
        string("found", Computed),
        nested(
            "parts",
            Nesting::List,
            Optional,
            vec![string("id", Required).caseless(), number("size", Computed)],
        ),
    ];
    schema(attributes, Vec::new())
});

/// Everything but resources, all answering with the same prepared value.
struct Other {
    answer: Result<Value, Diagnostics>,
    listed: Vec<Listed>,
}

impl Other {
    fn check(config: &Value, diags: &mut Diagnostics) {
        if config.get("name").as_str() == Some("bad") {
            diags.push(Diagnostic::error("bad name", "Take another."));
        }
    }
}

#[async_trait]
impl DataSource for Other {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        Other::check(config, diags);
    }

    async fn read(&self, _: &Context, _: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        self.answer.clone().map(|value| (value, Diagnostics::new()))
    }
}

#[async_trait]
impl Ephemeral for Other {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        Other::check(config, diags);
    }

    async fn open(&self, _: &Context, _: Value) -> Result<Opened, Diagnostics> {
        let (renew_at, private) = (Some(SystemTime::UNIX_EPOCH), b"open".to_vec());
        let diagnostics = Diagnostics::new();
        self.answer.clone().map(|result| Opened { result, renew_at, private, diagnostics })
    }

    async fn renew(&self, _: &Context, mut private: Vec<u8>) -> Result<Renewed, Diagnostics> {
        private.extend_from_slice(b"+");
        let diagnostics = Diagnostics::new();
        self.answer.clone().map(|_| Renewed { renew_at: None, private, diagnostics })
    }

    async fn close(&self, _: &Context, _: Vec<u8>) -> Diagnostics {
        self.answer.clone().err().unwrap_or_default()
    }
}

#[async_trait]
impl ListResource for Other {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        Other::check(config, diags);
    }

    async fn list(&self, _: &Context, _: ListRequest, events: mpsc::Sender<Listed>) {
        for listed in &self.listed {
            if events.send(listed.clone()).await.is_err() {
                return;
            }
        }
    }
}

#[async_trait]
impl Action for Other {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        Other::check(config, diags);
    }

    fn plan(&self, config: &Value, diags: &mut Diagnostics) {
        Other::check(config, diags);
    }

    async fn invoke(&self, _: &Context, _: Value, progress: mpsc::Sender<String>) -> Diagnostics {
        for step in 1..=20 {
            let _ = progress.send(format!("step {step}")).await;
        }
        self.answer.clone().err().unwrap_or_default()
    }
}

/// Gives back its arguments as a list; fails at an argument that is "bad".
struct Collect(Signature);

impl Collect {
    fn new() -> Self {
        let parameter =
            |name, r#type, allow_null| Parameter { name, r#type, allow_null, description: "" };
        Collect(Signature {
            parameters: vec![
                parameter("first", Type::String, true),
                parameter("count", Type::Number, false),
            ],
            variadic: Some(parameter("rest", Type::String, false)),
            returns: Type::list(Type::String),
            summary: "",
            description: "",
        })
    }
}

impl Function for Collect {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let bad = arguments.iter().position(|it| it.as_str() == Some("bad"));
        match bad.and_then(|index| i64::try_from(index).ok()) {
            Some(index) => Err(FunctionError { text: "bad".to_owned(), argument: Some(index) }),
            None if arguments.iter().any(|it| it.as_str() == Some("type")) => Ok(Value::Bool(true)),
            None if arguments.iter().any(|it| it.as_str() == Some("unknown")) => {
                Ok(Value::unknown())
            }
            None => {
                Ok(Value::List(arguments.into_iter().filter(|it| it.as_str().is_some()).collect()))
            }
        }
    }
}

struct Served {
    resources: BTreeMap<&'static str, Arc<dyn Resource>>,
    data_sources: BTreeMap<&'static str, Arc<dyn DataSource>>,
    functions: BTreeMap<&'static str, Arc<dyn Function>>,
    ephemerals: BTreeMap<&'static str, Arc<dyn Ephemeral>>,
    list_resources: BTreeMap<&'static str, Arc<dyn ListResource>>,
    actions: BTreeMap<&'static str, Arc<dyn Action>>,
}

impl Provider for Served {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        Other::check(config, diags);
    }

    fn configure(&self, request: ConfigureRequest<'_>, diags: &mut Diagnostics) {
        diags.push(Diagnostic::warning(request.terraform_version, "configured"));
        Other::check(request.config, diags);
    }

    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> {
        &self.resources
    }

    fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn DataSource>> {
        &self.data_sources
    }

    fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn Function>> {
        &self.functions
    }

    fn ephemerals(&self) -> &BTreeMap<&'static str, Arc<dyn Ephemeral>> {
        &self.ephemerals
    }

    fn list_resources(&self) -> &BTreeMap<&'static str, Arc<dyn ListResource>> {
        &self.list_resources
    }

    fn actions(&self) -> &BTreeMap<&'static str, Arc<dyn Action>> {
        &self.actions
    }
}

fn serve(answer: Result<Value, Diagnostics>, listed: Vec<Listed>) -> Server {
    let other = Arc::new(Other { answer, listed });
    Server::new(Arc::new(Served {
        resources: [("kitchen", Arc::new(Kitchen::default()) as _)].into(),
        data_sources: [("other", Arc::clone(&other) as _)].into(),
        functions: [("collect", Arc::new(Collect::new()) as _)].into(),
        ephemerals: [("other", Arc::clone(&other) as _)].into(),
        list_resources: [("kitchen", Arc::clone(&other) as _)].into(),
        actions: [("other", other as _)].into(),
    }))
}

fn answering(json: Json) -> Server {
    serve(Ok(value(&SCHEMA.block, json)), Vec::new())
}

fn failing() -> Server {
    serve(Err(Diagnostic::error("no", "The service is on strike.").into()), Vec::new())
}

fn raw(json: Json) -> Raw {
    encoded(&value(&SCHEMA.block, json), &SCHEMA.implied_type())
}

fn encoded(value: &Value, r#type: &Type) -> Raw {
    Raw { msgpack: msgpack::encode(value, r#type), json: Vec::new() }
}

fn decoded(bytes: &[u8]) -> Json {
    shorthand(&msgpack::decode(bytes, &SCHEMA.implied_type()).expect("an answer fits the schema"))
}

fn summaries(diags: &Diagnostics) -> Vec<String> {
    let line = |it: &Diagnostic| {
        format!("{} [{}] {}", it.summary, it.path, it.detail.lines().next().unwrap_or_default())
    };
    diags.iter().map(line).collect()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

fn check_data(server: Server, config: Json, expected: Expect) {
    let context = Context::unstoppable();
    let (state, diags) = wait(server.read_data(&context, "other", raw(config)));
    expected.assert_eq(&format!("{}\n{}", decoded(&state), summaries(&diags).join("\n")));
}

#[test]
fn a_data_source_echoes_what_was_configured() {
    check_data(
        answering(
            json!({"name": "A", "zone": "Z", "found": "f", "parts": [{"id": "P", "size": 1}]}),
        ),
        json!({"name": "a", "filter": "x", "parts": [{"id": "p"}]}),
        expect![[r#"
            {"filter":"x","found":"f","name":"a","parts":[{"id":"p","size":1}],"zone":"Z"}
        "#]],
    );
}

#[test]
fn a_data_source_that_fails_or_leaves_something_unknown_is_an_error() {
    check_data(
        failing(),
        json!({"name": "a"}),
        expect![[r#"
        null
        no [] The service is on strike."#]],
    );
    check_data(
        answering(json!({"name": "a", "found": "?"})),
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        Fault in the provider [found] After reading it the value of found is still unknown. It was stored as null."#]],
    );
    check_data(
        answering(json!(null)),
        json!({"name": "a"}),
        expect![[r#"
        null
        Fault in the provider [] Reading other gave nothing."#]],
    );
}

#[test]
fn every_kind_of_configuration_is_validated_by_its_owner() {
    let server = answering(json!({}));
    let bad = || raw(json!({"name": "bad"}));
    for diags in [
        server.validate_provider(bad()),
        server.validate_data_source("other", bad()),
        server.validate_ephemeral("other", bad()),
        server.validate_list("kitchen", bad()),
        server.validate_action("other", bad()),
        server.plan_action("other", bad()),
    ] {
        assert_eq!(summaries(&diags), ["bad name [] Take another."]);
    }
    assert_eq!(
        summaries(&server.configure(bad(), "1.11.4")),
        ["1.11.4 [] configured", "bad name [] Take another."]
    );
}

#[test]
fn a_configuration_that_was_left_out_has_nothing_set() {
    assert!(answering(json!({})).validate_provider(Raw::default()).is_empty());
    let nil = Raw { msgpack: vec![0xc0], json: Vec::new() };
    assert!(answering(json!({})).validate_list("kitchen", nil).is_empty());
}

#[test]
fn an_ephemeral_resource_is_opened_renewed_and_closed() {
    let server = answering(json!({"name": "other", "found": "token"}));
    let cx = Context::unstoppable();
    let opened = wait(server.open_ephemeral(&cx, "other", raw(json!({"name": "a"}))));
    assert_eq!(decoded(&opened.result), json!({"name": "a", "found": "token"}));
    assert_eq!(opened.renew_at, Some(SystemTime::UNIX_EPOCH));
    let renewed = wait(server.renew_ephemeral(&cx, "other", opened.private));
    assert!(renewed.result.is_empty());
    assert_eq!((renewed.private.as_slice(), renewed.renew_at), (b"open+".as_slice(), None));
    assert!(wait(server.close_ephemeral(&cx, "other", renewed.private)).is_empty());
}

#[test]
fn an_ephemeral_resource_that_fails_tells_so_and_keeps_what_closing_needs() {
    let cx = Context::unstoppable();
    let told = |opened: &OpenedEphemeral| summaries(&opened.diagnostics);
    let opened = wait(failing().open_ephemeral(&cx, "other", raw(json!({"name": "a"}))));
    assert_eq!(
        (decoded(&opened.result), told(&opened)),
        (json!(null), vec!["no [] The service is on strike.".to_owned()])
    );
    let renewed = wait(failing().renew_ephemeral(&cx, "other", b"p".to_vec()));
    assert!(renewed.diagnostics.has_error());
    assert_eq!(renewed.private, b"p");
    assert!(wait(failing().close_ephemeral(&cx, "other", Vec::new())).has_error());
    let unknown = answering(json!({"name": "a", "found": "?"}));
    let opened = wait(unknown.open_ephemeral(&cx, "other", raw(json!({"name": "a"}))));
    assert!(opened.diagnostics.has_error());
}

fn found(id: &str) -> Listed {
    Listed {
        identity: Some(Value::object([("id", Value::from(id))])),
        display_name: id.to_owned(),
        resource: Some(Value::object(
            [("name", id), ("secret", "s")].map(|(name, it)| (name, it.into())),
        )),
        diagnostics: Diagnostics::new(),
    }
}

fn list(listed: Vec<Listed>, limit: i64, include_resource: bool) -> Vec<String> {
    let server = serve(Ok(Value::Null), listed);
    let request =
        List { type_name: "kitchen".to_owned(), config: Raw::default(), include_resource, limit };
    let show = |event: ListEvent| {
        let resource = event.resource.map(|bytes| {
            let object = msgpack::decode(&bytes, &KITCHEN.implied_type()).expect("an object fits");
            super::fixture::text(&object)
        });
        let identity =
            event.identity.map(|bytes| super::fixture::text(&super::kitchen::identity(&bytes)));
        format!("{:?} {:?} {:?}", identity, resource, summaries(&event.diagnostics))
    };
    wait(async {
        let (events, mut received) = mpsc::channel(1);
        let collect = async {
            let mut all = Vec::new();
            while let Some(event) = received.recv().await {
                all.push(show(event));
            }
            all
        };
        let context = Context::unstoppable();
        tokio::join!(server.list(&context, request, events), collect).1
    })
}

#[test]
fn a_list_gives_identities_and_whole_objects_when_asked() {
    expect![[r#"
        Some("{\"id\":\"1\"}") Some("{\"name\":\"1\"}") []
        Some("{\"id\":\"2\"}") Some("{\"name\":\"2\"}") []"#]]
    .assert_eq(&list(vec![found("1"), found("2")], 0, true).join("\n"));
    expect![[r#"
        Some("{\"id\":\"1\"}") None []
        Some("{\"id\":\"2\"}") None []"#]]
    .assert_eq(&list(vec![found("1"), found("2")], -1, false).join("\n"));
}

#[test]
fn a_list_ends_at_its_limit_and_at_an_error() {
    let many = || (0..50).map(|id| found(&id.to_string())).collect::<Vec<_>>();
    assert_eq!(list(many(), 3, false).len(), 3);
    assert_eq!(list(many(), 50, false).len(), 50);
    let broken =
        Listed { diagnostics: Diagnostic::error("no", "more").into(), ..Listed::default() };
    let warned =
        Listed { diagnostics: Diagnostic::warning("hm", "well").into(), ..Listed::default() };
    expect![[r#"
        None None ["hm [] well"]
        Some("{\"id\":\"1\"}") None []
        None None ["no [] more"]"#]]
    .assert_eq(&list(vec![warned, found("1"), broken, found("2")], 2, false).join("\n"));
}

#[test]
fn an_object_listed_without_identity_is_a_fault_of_the_provider() {
    let told = list(vec![Listed::default()], 0, false);
    assert!(told.concat().contains("A kitchen was listed without identity"), "{told:?}");
}

fn invoke(server: &Server, type_name: &str, listener: bool) -> Vec<String> {
    wait(async {
        let (events, mut received) = mpsc::channel(1);
        let collect = async {
            let mut all = Vec::new();
            while let Some(event) = received.recv().await {
                all.push(match event {
                    ActionEvent::Progress(message) => message,
                    ActionEvent::Completed(diags) => format!("completed {:?}", summaries(&diags)),
                });
                if !listener {
                    received.close();
                }
            }
            all
        };
        let context = Context::unstoppable();
        let config = raw(json!({"name": "a"}));
        tokio::join!(server.invoke_action(&context, type_name, config, events), collect).1
    })
}

#[test]
fn an_action_tells_its_progress_and_completes_once_and_last() {
    let told = invoke(&answering(json!({})), "other", true);
    assert_eq!(told.len(), 21);
    assert_eq!(told.first().map(String::as_str), Some("step 1"));
    assert_eq!(told.last().map(String::as_str), Some("completed []"));
    let told = invoke(&failing(), "other", true);
    assert_eq!(
        told.last().map(String::as_str),
        Some(r#"completed ["no [] The service is on strike."]"#)
    );
    assert_eq!(invoke(&failing(), "nowhere", true).len(), 1);
}

#[test]
fn an_action_goes_on_when_nobody_listens() {
    // It would wait for ever for its progress to be taken, and this test with it.
    assert!(invoke(&answering(json!({})), "other", false).len() < 21);
}

fn call(arguments: &[(Json, Type)]) -> String {
    let arguments: Vec<Raw> = arguments
        .iter()
        .map(|(json, r#type)| match json {
            Json::Null => Raw::default(),
            Json::String(text) if text == "?" => encoded(&Value::unknown(), r#type),
            Json::String(text) => encoded(&text.as_str().into(), r#type),
            Json::Number(number) => encoded(&Value::from(number.as_i64().unwrap_or(0)), r#type),
            other => panic!("{other}"),
        })
        .collect();
    match answering(json!({})).call_function("collect", arguments) {
        Ok(bytes) => {
            let list = msgpack::decode(&bytes, &Type::list(Type::String)).expect("a list of texts");
            super::fixture::text(&list)
        }
        Err(error) => format!("{:?} {}", error.argument, error.text),
    }
}

#[test]
fn a_function_is_called_with_checked_arguments() {
    let text = |text: &str| (json!(text), Type::String);
    let number = (json!(1), Type::Number);
    let cases = [
        vec![text("a"), number.clone()],
        vec![text("a"), number.clone(), text("b"), text("c")],
        vec![(json!(null), Type::String), number.clone()],
        vec![text("a"), (json!(null), Type::Number)],
        vec![text("a"), number.clone(), (json!(null), Type::String)],
        vec![text("?"), number.clone()],
        vec![text("a")],
        vec![text("a"), text("b")],
        vec![text("a"), number.clone(), text("bad")],
        vec![text("type"), number.clone()],
        vec![text("unknown"), number],
    ];
    let answers: Vec<String> = cases.iter().map(|case| call(case)).collect();
    expect![[r#"
        ["a"]
        ["a","b","c"]
        []
        Some(1) count must not be null.
        Some(2) rest must not be null.
        Some(0) first must be known.
        None The function takes 2 arguments; 1 were given.
        Some(1) count cannot be read: not a number.
        Some(2) bad
        None The function collect gave a value of the wrong type: a list is required. This is a fault in the provider; please report it to its developers.
        None The function collect gave an unknown value. This is a fault in the provider; please report it to its developers."#]].assert_eq(&answers.join("\n"));
}
