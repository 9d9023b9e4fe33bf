//! Request values: building a request is not sending it.

use serde_json::Value as Json;

/// Which of Graph's two versions a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or action.
    Post,
    /// Change.
    Patch,
    /// Replace.
    Put,
    /// Delete.
    Delete,
}

/// What sending a request twice would do; decides what may be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: a read.
    None,
    /// The same as once: PATCH, PUT, DELETE, and actions that replace a whole set.
    Idempotent,
    /// Something more: creates, and actions with effects on machines. Sent again only when the service certainly did not act.
    Once,
}

/// One request to Graph, without root address, token or headers that the client adds.
///
/// `template` and `keys` make the path: each `{}` of the template is replaced by the next key, percent-encoded as one segment, so that
/// no key can add a segment, a query or a header. The template alone appears in logs.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Version segment.
    pub version: Version,
    /// Path below the version with `{}` for keys, e.g. `/deviceManagement/roleDefinitions/{}`.
    pub template: String,
    /// Values for the template, in order.
    pub keys: Vec<String>,
    /// Query options such as `$expand`, unencoded, in order.
    pub query: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Json>,
    /// What sending it twice would do.
    pub effect: Effect,
}
