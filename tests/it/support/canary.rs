//! Secrets that must appear nowhere: all that is logged, every way to write them, and a service that repeats all that it is told.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use serde_json::{Value as Json, json};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use windows365::graph::{Transport, TransportError};

/// Everything that is logged, spans included, at every level and by everybody.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?}\n"));
    }
}

impl<S: tracing::Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut self.clone());
    }

    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        _: &tracing::span::Id,
        _: Context<'_, S>,
    ) {
        attributes.record(&mut self.clone());
    }
}

/// What keeps a log being written on this thread.
pub(crate) struct Listening {
    _guard: tracing::subscriber::DefaultGuard,
    _another: tracing::Dispatch,
}

impl Log {
    /// Writes down what is logged on this thread from now on.
    pub(crate) fn listen(&self) -> Listening {
        // A place that logs is asked once whether anybody listens. With one listener alone, the answer is that of the thread that came
        // by first, which may be another test's; with two, everybody is asked.
        let another = tracing::Dispatch::new(tracing_subscriber::registry());
        let subscriber = tracing_subscriber::registry().with(self.clone());
        Listening { _guard: tracing::subscriber::set_default(subscriber), _another: another }
    }

    /// What was logged, and forgets it.
    pub(crate) fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// The usual ways to write a text, alone or in the middle of something longer.
pub(crate) fn forms(secret: &str) -> Vec<String> {
    let percent = |upper: bool| -> String {
        let escaped = |byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte if upper => format!("%{byte:02X}"),
            byte => format!("%{byte:02x}"),
        };
        secret.bytes().map(escaped).collect()
    };
    let json = json!(secret).to_string().trim_matches('"').to_owned();
    let mut forms = vec![
        secret.to_owned(),
        percent(true),
        percent(false),
        percent(true).replace("%20", "+"),
        json!(json).to_string().trim_matches('"').to_owned(),
        json,
    ];
    for offset in 0..3 {
        // What of its base64 is the same whatever stands beside it.
        let bytes = [vec![0; offset], secret.as_bytes().to_vec()].concat();
        let inner = |whole: &str| whole[(offset * 4).div_ceil(3)..bytes.len() * 4 / 3].to_owned();
        forms.push(inner(&STANDARD.encode(&bytes)));
        forms.push(inner(&URL_SAFE_NO_PAD.encode(&bytes)));
    }
    forms
}

/// Fails when a text holds a secret in any form, or anything like a token.
#[track_caller]
pub(crate) fn clean<'s>(said: &str, secrets: impl IntoIterator<Item = &'s String>, whose: &str) {
    for form in secrets.into_iter().flat_map(|secret| forms(secret)) {
        let at = said.find(&form);
        let around = at.map(|at| said[..at].chars().rev().take(80).collect::<String>());
        let around = around.map(|around| around.chars().rev().collect::<String>());
        assert_eq!(around, None, "{whose}: {form} is told");
    }
    assert!(!said.contains("eyJ"), "{whose}: a token is told");
}

/// What a service says that repeats secrets in every form, and in longer texts in base64.
pub(crate) fn repeated<'s>(secrets: impl IntoIterator<Item = &'s String>) -> String {
    let mut told = String::new();
    for secret in secrets {
        for form in forms(secret) {
            told.push_str(&format!("{form} , "));
        }
        for before in ["", "u", "us"] {
            let longer = format!("{before}:{secret}: and more");
            told.push_str(&format!("{} , ", STANDARD.encode(&longer)));
            told.push_str(&format!("{} , ", URL_SAFE_NO_PAD.encode(&longer)));
        }
    }
    format!("Bad: {told} and Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln.")
}

/// The same as it is, in base64 and percent-encoded only, which is quickly looked through.
fn briefly(secrets: &BTreeSet<String>) -> String {
    let ways = |secret: &String| {
        [secret.clone(), STANDARD.encode(secret), forms(secret).swap_remove(2)].join(" , ")
    };
    format!("Bad: {}", secrets.iter().map(ways).collect::<Vec<_>>().join(" and "))
}

/// Who repeats what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// Nobody.
    Nobody,
    /// Graph, in a refusal of everything.
    Graph,
    /// Graph, in a refusal of everything with this status, in few words.
    Refusal(u16),
    /// Graph, in every text of every answer but ids and links.
    Answers,
    /// Graph, in ids too.
    Ids,
    /// Graph, in links to a next page and in redirects, which lead elsewhere.
    Links,
    /// Whoever gives tokens.
    Tokens,
}

impl Repeats {
    /// The status of a refusal by Graph.
    fn status(self) -> Option<u16> {
        match self {
            Repeats::Graph => Some(400),
            Repeats::Refusal(status) => Some(status),
            _ => None,
        }
    }
}

/// Puts a text in place of those in an answer.
fn puts(told: &str, value: &mut Json, ids: bool) {
    match value {
        Json::String(text) => told.clone_into(text),
        Json::Array(items) => items.iter_mut().for_each(|item| puts(told, item, ids)),
        Json::Object(members) => {
            let kept = |name: &str| name.starts_with("@odata") || (name == "id" && !ids);
            let told_in = members.iter_mut().filter(|(name, _)| !kept(name));
            told_in.for_each(|(_, value)| puts(told, value, ids));
        }
        _ => {}
    }
}

/// A wire on which every secret is seen, and may be repeated.
#[derive(Clone)]
pub(crate) struct Echo {
    inner: Arc<dyn Transport>,
    heard: Arc<Mutex<Heard>>,
}

struct Heard {
    who: Repeats,
    secrets: BTreeSet<String>,
}

/// Fields of forms and answers that are secret.
const FIELDS: [&str; 13] = [
    "access_token",
    "accessToken",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "id_token",
    "oidcToken",
    "refresh_token",
    "value",
    "adDomainPassword",
];

impl Echo {
    pub(crate) fn over(inner: Arc<dyn Transport>) -> Echo {
        let heard = Heard { who: Repeats::Nobody, secrets: BTreeSet::new() };
        Echo { inner, heard: Arc::new(Mutex::new(heard)) }
    }

    pub(crate) fn repeats(&self, who: Repeats) {
        self.heard.lock().unwrap().who = who;
    }

    /// Every secret that has passed, and what else is given.
    pub(crate) fn secrets(&self) -> BTreeSet<String> {
        self.heard.lock().unwrap().secrets.clone()
    }

    pub(crate) fn learn(&self, secret: &str) {
        if secret.len() > 7 {
            self.heard.lock().unwrap().secrets.insert(secret.to_owned());
        }
    }

    /// An answer of Graph, with what is repeated in it.
    fn answered(&self, who: Repeats, answer: Response<Bytes>) -> Response<Bytes> {
        let secrets: Vec<String> = self.secrets().into_iter().collect();
        let Ok(mut body) = serde_json::from_slice::<Json>(answer.body()) else { return answer };
        match who {
            Repeats::Answers | Repeats::Ids => {
                puts(&secrets.join(" , "), &mut body, who == Repeats::Ids);
            }
            Repeats::Links if body.get("value").is_some() => {
                let secret = forms(&secrets[0]).swap_remove(1);
                body["@odata.nextLink"] = json!(format!("https://elsewhere.example/{secret}"));
            }
            _ => return answer,
        }
        let (mut head, _) = answer.into_parts();
        head.headers.remove("content-length");
        if let Ok(value) = http::HeaderValue::try_from(&secrets[0]) {
            head.headers.insert("request-id", value);
        }
        Response::from_parts(head, Bytes::from(body.to_string()))
    }

    fn note_all(&self, headers: &HeaderMap, body: &[u8]) {
        for name in ["authorization", "x-identity-header", "secret"] {
            let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            self.learn(value.split_once(' ').map_or(value, |(_, credential)| credential));
        }
        if let Ok(Json::Object(fields)) = serde_json::from_slice::<Json>(body) {
            let secret = fields.iter().filter(|(name, _)| FIELDS.contains(&name.as_str()));
            secret.filter_map(|(_, value)| value.as_str()).for_each(|value| self.learn(value));
            return;
        }
        for (name, value) in
            String::from_utf8_lossy(body).split('&').filter_map(|it| it.split_once('='))
        {
            if FIELDS.contains(&name) {
                self.learn(&decoded(value));
            }
        }
    }
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.replace('+', " ").into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        let two: Vec<u8> = if byte == b'%' { rest.by_ref().take(2).collect() } else { Vec::new() };
        let coded = std::str::from_utf8(&two).ok().and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(coded.unwrap_or(byte));
    }
    String::from_utf8(bytes).unwrap()
}

#[async_trait]
impl Transport for Echo {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.note_all(request.headers(), request.body());
        let path = request.uri().path();
        let to_graph = ["/beta/", "/v1.0/"].iter().any(|version| path.starts_with(version));
        let who = self.heard.lock().unwrap().who;
        let refused = match who {
            Repeats::Tokens => !to_graph && !path.contains("/.well-known/"),
            _ => to_graph && who.status().is_some(),
        };
        if !refused {
            let answer = self.inner.send(request).await?;
            if !to_graph {
                self.note_all(&HeaderMap::new(), answer.body());
                return Ok(answer);
            }
            return Ok(self.answered(who, answer));
        }
        let told = match who {
            Repeats::Refusal(_) => briefly(&self.secrets()),
            _ => repeated(&self.secrets()),
        };
        let plain = self.secrets().into_iter().collect::<Vec<_>>().join(" ");
        let body = match to_graph {
            true => json!({"error": {
                "code": "BadRequest", "message": told,
                "innerError": {"request-id": plain, "date": plain, "client-request-id": plain},
            }}),
            false => json!({
                "error": "invalid_request", "error_description": told, "error_codes": [900_144],
                "correlation_id": plain, "trace_id": plain, "error_uri": plain, "suberror": plain,
                "message": told, "Message": plain,
            }),
        };
        let mut response = Response::new(Bytes::from(body.to_string()));
        *response.status_mut() = http::StatusCode::from_u16(who.status().unwrap_or(400)).unwrap();
        let headers = response.headers_mut();
        headers.insert("content-type", http::HeaderValue::from_static("application/json"));
        let secret = self.secrets().into_iter().next().unwrap_or_default();
        let challenge = format!("Bearer realm=\"{secret}\", error=\"{secret}\"");
        for (name, value) in [
            ("request-id", &secret),
            ("x-ms-request-id", &secret),
            ("x-ms-ags-diagnostic", &secret),
            ("www-authenticate", &challenge),
        ] {
            if let Ok(value) = http::HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        Ok(response)
    }
}
