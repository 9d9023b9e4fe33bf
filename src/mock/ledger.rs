//! What the mock remembers of each request.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// One request as the mock saw it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedRequest {
    /// 1 for the first since the start or reset.
    pub number: u64,
    /// The mock's time.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// The method, in upper case.
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The query as sent, without `?`; empty when there is none.
    pub query: String,
    /// Whether a bearer token came with it. The token itself is not kept.
    pub bearer: bool,
    /// `client-request-id`, empty when none was sent.
    pub client_request_id: String,
    /// `User-Agent`, empty when none was sent.
    pub user_agent: String,
    /// `Prefer`, empty when none was sent.
    pub prefer: String,
    /// The body, where it was JSON. Forms (of the token service) are an object in which a secret is replaced by its hash.
    pub body: Option<Value>,
    /// SHA-256 over the body, in hexadecimal; empty when there was none.
    pub body_hash: String,
    /// The status of the answer; 0 when the connection was cut without one.
    pub status: u16,
    /// Whether a scripted fault had its hand in the answer.
    pub faulted: bool,
}

fn as_text<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}
