//! Answers before they are bytes, and the shapes of Graph's errors.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::time;

/// A status, headers and perhaps a body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Answer {
        Answer { status, headers: Vec::new(), body: Some(body) }
    }

    pub(crate) fn empty(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: None }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// Which service behind Graph speaks: their errors look different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    /// Graph itself, and services that answer in its plain shape.
    Graph,
    /// Windows 365.
    CloudPc,
    /// Intune, which puts a JSON text into the message.
    Intune,
    /// Groups.
    Directory,
}

/// Why a call is refused, before it has its shape.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Graph's own layer refused it, whatever the service behind the address.
    pub(crate) by_graph: bool,
}

impl Problem {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { status, code, message: message.into(), headers: Vec::new(), by_graph: false }
    }

    /// A rule of the service is broken.
    pub(crate) fn bad_request(message: impl Into<String>) -> Problem {
        Problem::new(400, "BadRequest", message)
    }

    pub(crate) fn not_found(noun: &str, id: &str) -> Problem {
        Problem::new(404, "ResourceNotFound", format!("There is no {noun} with the id {id}."))
    }

    /// The metadata has the address, the service does not (seen in public issue threads on Intune).
    pub(crate) fn no_route(method: &str, path: &str) -> Problem {
        Problem::new(
            400,
            "No method match route template",
            format!(
                "No OData route exists that match template ~/singleton/navigation with http verb {method} for request /StatelessFEService{path}."
            ),
        )
        .by_graph()
    }

    /// The metadata does not have the address (seen in public issue threads).
    pub(crate) fn no_segment(segment: &str) -> Problem {
        Problem::new(404, "BadRequest", format!("Resource not found for the segment '{segment}'."))
            .by_graph()
    }

    pub(crate) fn by_graph(mut self) -> Problem {
        self.by_graph = true;
        self
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Problem {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// What an error repeats of the call.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(crate) request_id: String,
    pub(crate) client_request_id: String,
    pub(crate) at: Timestamp,
    pub(crate) path: String,
}

impl Problem {
    /// The error in the shape of the service (Graph page "Microsoft Graph error responses and resource types"; Intune's text in the
    /// message is seen in public issue threads).
    pub(crate) fn answer(self, service: Service, trace: &Trace) -> Answer {
        let nested = service == Service::Intune && !self.by_graph;
        let message = match (nested, self.status) {
            (true, 403) => format!(
                "{} - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: {} - Url: {} - CustomApiErrorPhrase: ",
                self.message,
                trace.request_id,
                inner_address(trace),
            ),
            (true, _) => intune_text(&self.message, trace),
            (false, _) => self.message,
        };
        let mut inner = json!({
            "date": time::error_text(trace.at),
            "request-id": trace.request_id,
            "client-request-id": trace.client_request_id,
        });
        if self.status == 429 {
            inner["code"] = json!("429");
        }
        let body =
            json!({ "error": { "code": self.code, "message": message, "innerError": inner } });
        Answer { status: self.status, headers: self.headers, body: Some(body) }
    }
}

fn inner_address(trace: &Trace) -> String {
    format!("https://fef.mock.invalid/StatelessFEService{}?api-version=5025-01-01", trace.path)
}

fn intune_text(message: &str, trace: &Trace) -> String {
    let human = format!(
        "{message} - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: {} - Url: {}",
        trace.request_id,
        inner_address(trace),
    );
    let human = Value::String(human).to_string();
    format!(
        "{{\r\n  \"_version\": 3,\r\n  \"Message\": {human},\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{{}}\"\r\n}}"
    )
}
