//! The targets: plain functions of bytes, so that a fuzzer and an ordinary test can call them alike. A target fails by panicking.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use windows365::framework::call::{self, Raw, Stored};
use windows365::framework::{Context, Server};
use windows365::graph::scripted::{Answer, Script};
use windows365::graph::{
    Client, ClientConfig, Credential, Filter, Request, Secret, Version, quote,
};
use windows365::provider::Provider;
use windows365::tf::{Number, Type, json as tf_json, msgpack};

#[path = "structured.rs"]
mod structured;

pub(crate) use structured::{graph_model, round_trip, rpc_change, rpc_other, spelling};

/// A target and its name, which is the name of its corpus.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All of them.
pub(crate) const TARGETS: &[Target] = &[
    ("msgpack_value", msgpack_value),
    ("json_value", json_value),
    ("type_constraint", type_constraint),
    ("number", number),
    ("state_upgrade", state_upgrade),
    ("rpc_plan", rpc_plan),
    ("rpc_apply", rpc_apply),
    ("rpc_import", rpc_import),
    ("graph_reply", graph_reply),
    ("graph_error", graph_error),
    ("retry_after", retry_after),
    ("next_link", next_link),
    ("redirect", redirect),
    ("address", address),
    ("odata_literal", odata_literal),
    ("token_reply", token_reply),
    ("redactor", redactor),
    ("graph_model", graph_model),
    ("spelling", spelling),
    ("rpc_change", rpc_change),
    ("rpc_other", rpc_other),
    ("round_trip", round_trip),
];

/// Runs what waits, on a clock that jumps.
fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(work)
}

/// A type with one of everything, and a few small ones.
fn types() -> Vec<Type> {
    let whole = r#"["object",{"a":"string","b":"number","c":"bool","d":["list","string"],"e":["set",["object",{"x":"string"}]],"f":["map","number"],"g":["tuple",["string","bool"]],"h":"dynamic"}]"#;
    [whole, "\"dynamic\"", "\"string\"", "\"number\"", r#"["set","number"]"#]
        .iter()
        .map(|text| Type::from_json(text.as_bytes()).expect("a type"))
        .collect()
}

/// What is decoded is encoded, and comes back the same.
pub(crate) fn msgpack_value(data: &[u8]) {
    for r#type in types() {
        if let Ok(value) = msgpack::decode(data, &r#type) {
            value.conforms(&r#type).expect("a decoded value fits");
            let again = msgpack::encode(&value, &r#type);
            assert_eq!(msgpack::decode(&again, &r#type).as_ref(), Ok(&value));
            assert_eq!(msgpack::encode(&value, &r#type), again);
        }
    }
}

/// The same for JSON.
pub(crate) fn json_value(data: &[u8]) {
    for r#type in types() {
        if let Ok(value) = tf_json::decode(data, &r#type) {
            value.conforms(&r#type).expect("a decoded value fits");
            let bytes = msgpack::encode(&value, &r#type);
            assert_eq!(msgpack::decode(&bytes, &r#type), Ok(value));
        }
    }
}

/// A type is what its constraint says, or is refused.
pub(crate) fn type_constraint(data: &[u8]) {
    if let Ok(r#type) = Type::from_json(data) {
        assert!(Type::from_json(&r#type.to_json()).is_ok_and(|again| again == r#type));
    }
}

/// A number keeps its value through its own text.
pub(crate) fn number(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(number) = text.parse::<Number>()
    {
        assert_eq!(number.to_string().parse::<Number>(), Ok(number));
    }
}

/// A provider whose every request is refused; the lines of what was sent.
fn provider() -> (Server, Arc<Script>) {
    let script = Script::new(|_| Answer::error(404, "ResourceNotFound", "Not here."));
    let runtime = script.runtime();
    let environment: BTreeMap<String, String> = [
        ("WINDOWS365_TENANT_ID", "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31"),
        ("WINDOWS365_ACCESS_TOKEN", "opaque-token"),
    ]
    .iter()
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect();
    let server = Server::new(Arc::new(Provider::new(environment, move || runtime.clone())));
    let diagnostics = server.configure(Raw::default(), "1.13.0");
    assert!(!diagnostics.has_error(), "{diagnostics:?}");
    (server, script)
}

/// One of the types, and the rest of the bytes.
fn pick(data: &[u8]) -> (&'static str, &[u8]) {
    let types =
        ["windows365_user_setting", "windows365_provisioning_policy", "intune_role_definition"];
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    (types[usize::from(*first) % types.len()], rest)
}

fn raw(bytes: &[u8]) -> Raw {
    Raw { msgpack: bytes.to_vec(), json: Vec::new() }
}

/// Bytes in three parts of equal length.
fn thirds(data: &[u8]) -> [&[u8]; 3] {
    let (first, rest) = data.split_at(data.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    [first, second, third]
}

/// A stored state becomes one of this schema, or an error.
pub(crate) fn state_upgrade(data: &[u8]) {
    run(async {
        let (server, script) = provider();
        let (name, data) = pick(data);
        let stored = Stored { json: data.to_vec(), flatmap: false };
        let (state, diagnostics) = server.upgrade_state(name, 0, stored);
        if !diagnostics.has_error() {
            let r#type = server.provider().resources()[name].schema().block.implied_type();
            msgpack::decode(&state, &r#type).expect("an upgraded state fits");
        }
        assert!(script.seen().is_empty());
    });
}

/// A plan is made twice alike, or is an error; nothing is sent.
pub(crate) fn rpc_plan(data: &[u8]) {
    run(async {
        let (server, script) = provider();
        let (name, data) = pick(data);
        let [prior, config, private] = thirds(data);
        let plan = || {
            server.plan(call::Plan {
                type_name: name.to_owned(),
                prior_state: raw(prior),
                proposed_new_state: raw(config),
                config: raw(config),
                prior_private: private.to_vec(),
                prior_identity: None,
            })
        };
        let (first, second) = (plan(), plan());
        assert_eq!(first.planned_state, second.planned_state);
        server.validate_resource(name, raw(config), call::Client { write_only: true });
        assert!(script.seen().is_empty());
    });
}

/// Whatever is applied and read, every request stays below the places of the type.
pub(crate) fn rpc_apply(data: &[u8]) {
    run(async {
        let (server, script) = provider();
        let (name, data) = pick(data);
        let [prior, planned, private] = thirds(data);
        let cx = Context::unstoppable();
        let apply = call::Apply {
            type_name: name.to_owned(),
            prior_state: raw(prior),
            planned_state: raw(planned),
            config: raw(planned),
            planned_private: private.to_vec(),
            planned_identity: None,
        };
        server.apply(&cx, apply).await;
        let read = call::Read {
            type_name: name.to_owned(),
            current_state: raw(data),
            private: private.to_vec(),
            current_identity: None,
        };
        server.read(&cx, read).await;
        stays_inside(&script);
    });
}

/// No import leaves its place.
pub(crate) fn rpc_import(data: &[u8]) {
    run(async {
        let (server, script) = provider();
        let (name, data) = pick(data);
        let id = String::from_utf8_lossy(data).into_owned();
        let import = call::Import { type_name: name.to_owned(), id, identity: None };
        server.import(&Context::unstoppable(), import).await;
        stays_inside(&script);
    });
}

fn stays_inside(script: &Script) {
    for seen in script.seen() {
        let path = seen.path.split('?').next().unwrap_or_default();
        let inside = path.starts_with("/beta/deviceManagement/") && !path.contains("/../");
        assert!(seen.url.starts_with("https://graph.microsoft.com/") && inside, "{}", seen.url);
    }
}

/// What comes of one read that is answered like this.
fn answered(answer: Answer) -> (Arc<Script>, Result<Json, windows365::graph::Error>) {
    run(async {
        let script = Script::new(move |_| answer.clone());
        let client = script.client();
        let cx = client.context(Duration::from_secs(600), Default::default());
        let request = Request::get(Version::Beta, "/things/{}", &["1"]);
        let result = client.send(&cx, &request).await.map(|reply| reply.body);
        (script, result)
    })
}

fn speaks_to_people(error: &windows365::graph::Error) {
    let text = error.to_string();
    assert!(text.len() <= 5_000, "{} bytes", text.len());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

/// A 200 with any body is JSON that says one thing, or an error that can be shown.
pub(crate) fn graph_reply(data: &[u8]) {
    let body = bytes::Bytes::copy_from_slice(data);
    match answered(Answer::Reply { status: 200, headers: Vec::new(), body }).1 {
        Ok(body) => assert!(
            body.get("error")
                .is_none_or(|_| body.get("id").is_some() || !body["error"].is_string())
        ),
        Err(error) => speaks_to_people(&error),
    }
}

/// An error with any body can be shown.
pub(crate) fn graph_error(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let statuses = [400, 401, 403, 404, 409, 412, 423, 429, 500, 503];
    let status = statuses[usize::from(*first) % statuses.len()];
    let body = bytes::Bytes::copy_from_slice(rest);
    let (_, result) = answered(Answer::Reply { status, headers: Vec::new(), body });
    let error = result.expect_err("an error status is an error");
    speaks_to_people(&error);
    error.facts().iter().for_each(|fact| assert!(fact.len() < 20_000, "{}", fact.len()));
}

/// No header makes anybody wait longer than five minutes and a tenth, or not at all.
pub(crate) fn retry_after(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if http::HeaderValue::from_str(text).is_err() {
        return;
    }
    let answer = Answer::error(429, "TooManyRequests", "Slow down.").header("Retry-After", text);
    let (script, _) = answered(answer);
    let times: Vec<Duration> = script.seen().iter().map(|seen| seen.at).collect();
    for pair in times.windows(2) {
        let waited = pair[1] - pair[0];
        let bounds = Duration::from_millis(100)..=Duration::from_secs(660);
        assert!(bounds.contains(&waited), "{text:?}: {waited:?}");
    }
}

/// No next link leads the token elsewhere.
pub(crate) fn next_link(data: &[u8]) {
    let Ok(link) = std::str::from_utf8(data) else { return };
    run(async {
        let page = Answer::json(200, json!({"value": [], "@odata.nextLink": link}));
        let script = Script::new(move |_| page.clone());
        let client = script.client();
        let cx = client.context(Duration::from_secs(600), Default::default());
        let request = Request::get(Version::Beta, "/things", &[]);
        client.list(&cx, &request, None).await.expect_err("it never ends well");
        only_home(&script);
    });
}

/// No redirect does.
pub(crate) fn redirect(data: &[u8]) {
    let Ok(link) = std::str::from_utf8(data) else { return };
    if http::HeaderValue::from_str(link).is_ok() {
        let (script, _) = answered(Answer::empty(302).header("Location", link));
        only_home(&script);
    }
}

fn only_home(script: &Script) {
    for seen in script.seen() {
        assert!(seen.url.starts_with("https://graph.microsoft.com/beta/"), "{}", seen.url);
    }
}

/// A path is its template with one segment for each key, or nothing is sent.
pub(crate) fn address(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (key, value) = text.split_once('\n').unwrap_or((&text, ""));
    run(async {
        let script = Script::new(|_| Answer::json(200, json!({})));
        let client = script.client();
        let cx = client.context(Duration::from_secs(60), Default::default());
        let request = Request::get(Version::Beta, "/things/{}/parts('{}')", &[key, key])
            .query("$filter", format!("name eq {}", quote(value)));
        let sent = client.send(&cx, &request).await.is_ok();
        assert_eq!(sent, script.seen().len() == 1);
        for seen in script.seen() {
            let (path, query) = seen.path.split_once('?').expect("a query");
            let segments: Vec<&str> = path.split('/').collect();
            assert_eq!(segments.len(), 5, "{path}");
            assert!(segments[4].starts_with("parts('") && segments[4].ends_with("')"), "{path}");
            assert!(!query.contains(['&', '#', ' ']) && query.starts_with("$filter="), "{query}");
        }
    });
}

/// A quoted text is one literal that says the same.
pub(crate) fn odata_literal(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let quoted = quote(&text);
    let inner = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let inner = inner.expect("quotes around it");
    assert!(!inner.replace("''", "").contains('\''), "{quoted}");
    assert_eq!(inner.replace("''", "'"), text);
}

/// No answer of the token service is repeated or makes a panic.
pub(crate) fn token_reply(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let status = [200, 200, 400, 401, 429, 500][usize::from(*first) % 6];
    let body = bytes::Bytes::copy_from_slice(rest);
    run(async {
        let answer = Answer::Reply { status, headers: Vec::new(), body };
        let script = Script::new(move |_| answer.clone());
        let credential = Credential::ClientSecret {
            tenant_id: "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31".to_owned(),
            client_id: "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21".to_owned(),
            secret: Secret::new("planted-secret"),
        };
        let client = Client::new(ClientConfig::new(credential), script.runtime());
        let cx = client.context(Duration::from_secs(120), Default::default());
        if let Err(error) = client.sign_in(&cx).await {
            speaks_to_people(&error);
            assert!(!error.to_string().contains("planted-secret"));
        }
        assert!(script.seen().len() < 60, "{} requests", script.seen().len());
    });
}

/// A secret that was learnt is in no text afterwards, and cleaning again changes nothing.
pub(crate) fn redactor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (secret, text) = text.split_once('\n').unwrap_or((&text, ""));
    if secret.len() < 4 {
        return;
    }
    let filter = Filter::default();
    filter.learn(secret);
    for said in [text.to_owned(), format!("{text}{secret}"), format!("{secret}{text}{secret}")] {
        let clean = filter.clean(&said);
        assert_eq!(filter.clean(&clean), clean, "cleaned once and twice");
        // What stands within the mark tells nothing.
        assert!(
            !clean.split("[redacted]").any(|piece| piece.contains(secret)),
            "{secret:?} in {clean:?}"
        );
    }
}
