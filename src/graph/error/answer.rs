//! What the service answered when it did not succeed, in whichever of its many shapes.
//!
//! Source of the normal one: <https://learn.microsoft.com/graph/errors>.

use http::HeaderMap;
use serde_json::Value as Json;

use super::{evidence, text};
use crate::graph::{Filter, json};

/// How deep inner errors are followed.
const DEEPEST: usize = 8;

/// A failed answer, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::graph) struct Answer {
    pub(in crate::graph) status: u16,
    /// Machine-readable codes, the outermost first.
    pub(in crate::graph) codes: Vec<String>,
    /// The text, readable and clean; empty when there was none.
    pub(in crate::graph) message: String,
    pub(in crate::graph) phrase: Option<String>,
    pub(in crate::graph) operation_id: Option<String>,
    pub(in crate::graph) request_id: Option<String>,
    pub(in crate::graph) client_request_id: Option<String>,
    pub(in crate::graph) date: Option<String>,
    /// `Retry-After` of the body, which counts when there is no such header.
    pub(in crate::graph) retry_after: Option<String>,
    /// Whether the body had the shape of an error of Graph, rather than that of some machine in front of it.
    pub(in crate::graph) genuine: bool,
}

impl Answer {
    /// Decodes an answer. Never fails: whatever cannot be read is shown as it is, within bounds.
    pub(in crate::graph) fn decode(
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
        filter: &Filter,
    ) -> Self {
        let mut answer = Answer { status, ..Answer::default() };
        answer.request_id =
            header(headers, "request-id").or_else(|| header(headers, "x-ms-request-id"));
        answer.client_request_id = header(headers, "client-request-id");
        answer.date = header(headers, "date");
        match json::parse(body) {
            Ok(object @ Json::Object(_)) => answer.read_object(&object),
            Ok(Json::String(text)) => answer.read_message(&text),
            _ => answer.message = foreign_text(headers, body, filter),
        }
        answer.scrub(filter);
        answer
    }

    /// Whether a 2xx body is an error in disguise.
    pub(in crate::graph) fn is_disguised(body: &Json) -> bool {
        let error = text::member(body, "error");
        body.get("id").is_none()
            && error.is_some_and(|error| {
                error.is_string() || error.get("code").is_some() || error.get("message").is_some()
            })
    }

    fn read_object(&mut self, object: &Json) {
        let error = text::member(object, "error").or_else(|| text::member(object, "odata.error"));
        match error {
            Some(error @ Json::Object(_)) => {
                self.genuine = true;
                self.read_error(error);
            }
            // The token endpoint's shape, and that of some gateways.
            Some(Json::String(code)) => {
                self.push_code(code);
                let description = text::member(object, "error_description").and_then(Json::as_str);
                match description.map(str::to_owned).or_else(|| text::message_text(object)) {
                    Some(message) => self.read_message(&message),
                    None => self.message.clone_from(code),
                }
            }
            _ => self.read_error(object),
        }
    }

    fn read_error(&mut self, error: &Json) {
        for name in ["code", "errorCode"] {
            if let Some(code) = text::member(error, name) {
                self.push_code(&code.as_str().map_or_else(|| code.to_string(), str::to_owned));
            }
        }
        if let Some(message) = text::message_text(error) {
            self.read_message(&message);
        }
        let mut inner = text::member(error, "innererror");
        for _ in 0..DEEPEST {
            let Some(next) = inner else { break };
            if let Some(code) = text::member(next, "code").and_then(Json::as_str) {
                self.push_code(code);
            }
            for (slot, name) in [
                (&mut self.request_id, "request-id"),
                (&mut self.client_request_id, "client-request-id"),
                (&mut self.date, "date"),
            ] {
                if slot.is_none() {
                    *slot = text::member(next, name).and_then(Json::as_str).map(str::to_owned);
                }
            }
            if self.message.is_empty()
                && let Some(message) = text::message_text(next)
            {
                self.read_message(&message);
            }
            inner = text::member(next, "innererror");
        }
        self.read_details(error);
    }

    /// `details` is an array by the book, and an object at times.
    fn read_details(&mut self, error: &Json) {
        let details = match text::member(error, "details") {
            Some(Json::Array(details)) => details.as_slice(),
            Some(detail @ Json::Object(_)) => std::slice::from_ref(detail),
            _ => return,
        };
        for detail in details.iter().take(20) {
            let Some(message) = text::message_text(detail) else { continue };
            if self.message.contains(&message) || self.message.len() > text::LONGEST {
                continue;
            }
            if !self.message.is_empty() {
                self.message.push_str("; ");
            }
            if let Some(target) =
                text::member(detail, "target").and_then(Json::as_str).filter(|t| !t.is_empty())
            {
                self.message.push_str(target);
                self.message.push_str(": ");
            }
            self.message.push_str(&message);
        }
    }

    fn read_message(&mut self, message: &str) {
        let found = text::unwrap(message);
        for code in &found.codes {
            self.push_code(code);
        }
        self.message = found.text;
        self.phrase = found.phrase;
        self.operation_id = found.operation_id;
        self.retry_after = found.retry_after;
        if self.request_id.is_none() {
            self.request_id = found.activity_id;
        }
    }

    fn push_code(&mut self, code: &str) {
        let code = code.trim();
        if !code.is_empty()
            && self.codes.last().is_none_or(|last| last != code)
            && self.codes.len() < 16
        {
            self.codes.push(code.to_owned());
        }
    }

    fn scrub(&mut self, filter: &Filter) {
        let clean = |text: &str, most: usize| text::clip(&filter.shown(text), most);
        self.message = clean(&self.message, text::LONGEST);
        for code in &mut self.codes {
            *code = clean(code, 200);
        }
        for slot in [
            &mut self.phrase,
            &mut self.operation_id,
            &mut self.request_id,
            &mut self.client_request_id,
            &mut self.date,
        ] {
            *slot = slot.take().map(|text| clean(&text, 200)).filter(|text| !text.is_empty());
        }
    }

    pub(in crate::graph) fn is_conflict(&self) -> bool {
        evidence::conflict(self.status, &self.codes, &self.message)
    }

    pub(in crate::graph) fn is_forbidden(&self) -> bool {
        evidence::forbidden(self.status, &self.codes)
    }

    pub(super) fn is_not_found(&self) -> bool {
        evidence::not_found(self.status, &self.codes, &self.message)
    }

    pub(super) fn is_not_offered(&self) -> bool {
        evidence::not_offered(self.status, &self.codes, &self.message)
    }

    /// `404 ResourceNotFound: There is no policy with this id.`
    pub(super) fn line(&self) -> String {
        let mut line = self.status.to_string();
        if let Some(code) = self.codes.last() {
            line.push(' ');
            line.push_str(code);
        }
        if !self.message.is_empty() && self.codes.last() != Some(&self.message) {
            line.push_str(": ");
            line.push_str(&self.message);
        }
        line
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The text of an answer that is no JSON: a page of a proxy or front door, or plain text.
fn foreign_text(headers: &HeaderMap, body: &[u8], filter: &Filter) -> String {
    let text = String::from_utf8_lossy(
        json::without_bom(body).get(..65_536).unwrap_or(json::without_bom(body)),
    )
    .into_owned();
    let lower = text.to_ascii_lowercase();
    let html = header(headers, "content-type")
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
        || lower.trim_start().starts_with("<!doctype")
        || lower.trim_start().starts_with("<html");
    if html {
        let title = lower.find("<title>").and_then(|start| {
            let start = start + "<title>".len();
            let end = lower.get(start..)?.find("</title>")?;
            text.get(start..start + end)
        });
        return match title.map(str::trim).filter(|title| !title.is_empty()) {
            Some(title) => format!(
                "a web page named \"{}\" instead of an answer of Graph",
                text::clip(&filter.clean(title), 200)
            ),
            None => "a web page instead of an answer of Graph".to_owned(),
        };
    }
    text::clip(&filter.clean(text.trim()), 200)
}

#[cfg(test)]
mod tests;
