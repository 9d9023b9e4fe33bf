//! Refusals of the token service, in its shape (identity platform page "Handle errors and exceptions", OAuth 2.0 in RFC 6749 section 5.2).

use serde_json::{Value, json};

use crate::mock::answer::Answer;
use crate::mock::world::World;

/// Why there is no token.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) error: &'static str,
    pub(super) number: u64,
    pub(super) text: String,
    pub(super) suberror: &'static str,
}

/// What comes of a request for a token.
pub(super) type Outcome<T> = Result<T, Refused>;

impl Refused {
    pub(super) fn new(error: &'static str, number: u64, text: impl Into<String>) -> Refused {
        Refused { error, number, text: text.into(), suberror: "" }
    }

    pub(super) fn with_suberror(self, suberror: &'static str) -> Refused {
        Refused { suberror, ..self }
    }

    /// A parameter that must be there and is not.
    pub(super) fn missing(name: &str) -> Refused {
        Refused::new(
            "invalid_request",
            900_144,
            format!("The request body must contain the following parameter: '{name}'."),
        )
    }

    pub(super) fn answer(self, world: &mut World, correlation: &str) -> Answer {
        let trace = world.request_ids.guid();
        let at = world.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let mut body = refusal(self.error, self.number, &self.text, self.suberror);
        body["error_description"] = json!(format!(
            "{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}",
            body["error_description"].as_str().unwrap_or_default()
        ));
        body["timestamp"] = json!(at);
        body["trace_id"] = json!(trace);
        body["correlation_id"] = json!(correlation);
        body["error_uri"] = json!(format!("{}/error?code={}", world.origin, self.number));
        let status = if self.error == "invalid_client" { 401 } else { 400 };
        Answer::json(status, body)
    }
}

/// The body of a refusal without what differs from request to request.
pub(crate) fn refusal(error: &str, number: u64, text: &str, suberror: &str) -> Value {
    let mut body = json!({
        "error": error,
        "error_description": format!("AADSTS{number}: {text}"),
        "error_codes": [number],
    });
    if !suberror.is_empty() {
        body["suberror"] = json!(suberror);
    }
    body
}
