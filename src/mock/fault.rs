//! Scripted faults: "the third POST to X loses its connection after the write".

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What goes wrong with one request, and with which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The method, or `*`.
    pub method: String,
    /// The path below the version, or the whole path of a token request. A part in braces stands for any one part, `*` alone for any path.
    pub path: String,
    /// A text that the decoded query has to hold; empty for any query.
    #[serde(default)]
    pub query: String,
    /// The first matching request that is hit, counted from 1.
    #[serde(default = "one")]
    pub nth: u32,
    /// How many matching requests are hit in a row.
    #[serde(default = "one")]
    pub times: u32,
    /// What happens to them.
    pub effect: Effect,
}

fn one() -> u32 {
    1
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Nothing is done, and this is the answer.
    Reply(Scripted),
    /// Nothing is done, and the connection is cut.
    Reset,
    /// It is done, and the connection is cut instead of an answer.
    ActThenReset,
    /// It is done twice, as if another client wrote the same at the same time, and the connection is cut.
    ActTwiceThenReset,
    /// It is done, and this is the answer.
    ActThenReply(Scripted),
    /// It is done, and the connection is cut after so many bytes of the body.
    ActThenTruncate(usize),
    /// It is done and answered so many milliseconds later.
    Delay(u64),
}

/// An answer as a test writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scripted {
    /// The status.
    pub status: u16,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body: a text is sent as it is, `null` as nothing, all else as JSON. `$standard` is replaced by the error that the service
    /// itself would answer with this status.
    pub body: Value,
}

impl Fault {
    /// A fault that hits the first matching request only.
    pub fn once(method: &str, path: &str, effect: Effect) -> Fault {
        let (method, path) = (method.to_owned(), path.to_owned());
        Fault { method, path, query: String::new(), nth: 1, times: 1, effect }
    }

    /// The same for requests whose query holds a text only.
    #[must_use]
    pub fn with_query(mut self, part: &str) -> Fault {
        part.clone_into(&mut self.query);
        self
    }

    /// The same for a later request.
    #[must_use]
    pub fn nth(mut self, nth: u32) -> Fault {
        self.nth = nth;
        self
    }

    /// The same for several requests in a row.
    #[must_use]
    pub fn times(mut self, times: u32) -> Fault {
        self.times = times;
        self
    }
}

impl Effect {
    /// A refusal of the token service: `error`, the AADSTS number and its text, and `suberror` where it is not empty.
    pub fn sign_in_refusal(error: &str, number: u64, text: &str, suberror: &str) -> Effect {
        let status = if error == "invalid_client" { 401 } else { 400 };
        let body = super::token::refusal(error, number, text, suberror);
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Effect::Reply(Scripted { status, headers, body })
    }

    /// An answer in the standard error shape of the service, without further headers.
    pub fn status(status: u16) -> Effect {
        Effect::Reply(Scripted { status, headers: Vec::new(), body: Value::from("$standard") })
    }
}

/// A fault and how often it was met.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    pub(crate) fault: Fault,
    pub(crate) met: u32,
}

impl Armed {
    /// Counts a request and says what happens to it.
    pub(crate) fn meet(&mut self, method: &str, parts: &[&str], query: &str) -> Option<Effect> {
        let fault = &self.fault;
        let method_fits = fault.method == "*" || fault.method.eq_ignore_ascii_case(method);
        if !method_fits || !path_fits(&fault.path, parts) || !query.contains(&fault.query) {
            return None;
        }
        self.met = self.met.saturating_add(1);
        let hit = self.met >= fault.nth && self.met - fault.nth < fault.times;
        hit.then(|| fault.effect.clone())
    }
}

fn path_fits(template: &str, parts: &[&str]) -> bool {
    if template == "*" {
        return true;
    }
    let wanted: Vec<&str> = template.split('/').filter(|part| !part.is_empty()).collect();
    wanted.len() == parts.len()
        && wanted
            .iter()
            .zip(parts)
            .all(|(wanted, part)| wanted.starts_with('{') || wanted.eq_ignore_ascii_case(part))
}

/// How a request ends on the wire.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// How long the answer takes.
    pub delay: Duration,
    /// The answer, or how the connection breaks.
    pub reply: Result<http::Response<bytes::Bytes>, Broken>,
}

/// The connection broke.
#[derive(Clone, Debug)]
pub enum Broken {
    /// Before any byte of an answer.
    Reset,
    /// In the middle of the body: what was sent, and the length that its head promised.
    Truncated(Box<http::Response<bytes::Bytes>>, u64),
}
