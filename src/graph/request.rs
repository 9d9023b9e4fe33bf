//! Request values: building a request is not sending it.
//!
//! A constructor exists for each thing that Graph lets one do, because what matters most about a request is not its method but what
//! sending it twice would do, and a reader should see that where the request is made.

use serde_json::Value as Json;

/// Which of Graph's two versions a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

impl Version {
    /// The path segment.
    pub fn segment(self) -> &'static str {
        match self {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
        }
    }
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

impl Method {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    pub(super) fn http(self) -> http::Method {
        match self {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Patch => http::Method::PATCH,
            Method::Put => http::Method::PUT,
            Method::Delete => http::Method::DELETE,
        }
    }
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
/// no key can add a segment, a query or a header. A `{}` between single quotes (`roleDefinitions('{}')`) also doubles the quotes in its
/// key. The template alone appears in logs, and `Debug` shows no more than that: bodies and queries may hold secrets.
#[derive(Clone, PartialEq)]
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

impl Request {
    fn new(
        method: Method,
        effect: Effect,
        version: Version,
        template: &str,
        keys: &[&str],
        body: Option<Json>,
    ) -> Self {
        Request {
            method,
            version,
            template: template.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            query: Vec::new(),
            body,
            effect,
        }
    }

    /// Reads one object, a collection or the result of a function.
    pub fn get(version: Version, template: &str, keys: &[&str]) -> Self {
        Self::new(Method::Get, Effect::None, version, template, keys, None)
    }

    /// Creates an object: POST to a collection. Never sent twice on a doubt ([`Effect::Once`]).
    pub fn create(version: Version, template: &str, keys: &[&str], body: Json) -> Self {
        Self::new(Method::Post, Effect::Once, version, template, keys, Some(body))
    }

    /// Changes the properties in `body` and leaves the others alone.
    pub fn patch(version: Version, template: &str, keys: &[&str], body: Json) -> Self {
        Self::new(Method::Patch, Effect::Idempotent, version, template, keys, Some(body))
    }

    /// Replaces an object whole.
    pub fn put(version: Version, template: &str, keys: &[&str], body: Json) -> Self {
        Self::new(Method::Put, Effect::Idempotent, version, template, keys, Some(body))
    }

    /// Deletes an object.
    pub fn delete(version: Version, template: &str, keys: &[&str]) -> Self {
        Self::new(Method::Delete, Effect::Idempotent, version, template, keys, None)
    }

    /// Calls an action that replaces a whole set, such as `assign`: repeating it changes nothing.
    pub fn replace_action(version: Version, template: &str, keys: &[&str], body: Json) -> Self {
        Self::new(Method::Post, Effect::Idempotent, version, template, keys, Some(body))
    }

    /// Calls an action that does something each time, such as a reboot. Never sent twice on a doubt ([`Effect::Once`]).
    pub fn action(version: Version, template: &str, keys: &[&str], body: Json) -> Self {
        Self::new(Method::Post, Effect::Once, version, template, keys, Some(body))
    }

    /// Calls an action that only reads, such as a report.
    pub fn read_action(version: Version, template: &str, keys: &[&str], body: Json) -> Self {
        Self::new(Method::Post, Effect::None, version, template, keys, Some(body))
    }

    /// Adds a query option, unencoded: `.query("$expand", "assignments")`.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Whether it counts as a write: Graph counts every POST as one, whatever it means.
    /// Source: <https://learn.microsoft.com/graph/throttling-limits>.
    pub fn is_write(&self) -> bool {
        self.method != Method::Get
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Request { method, version, template, effect, .. } = self;
        f.debug_struct("Request")
            .field("method", method)
            .field("version", version)
            .field("template", template)
            .field("effect", effect)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let body = serde_json::json!({"password": "planted"});
        let request = Request::create(Version::Beta, "/a/{}", &["planted"], body);
        let shown = format!("{:?}", request.query("$filter", "planted"));
        assert!(shown.contains("/a/{}") && !shown.contains("planted"), "{shown}");
    }
}
