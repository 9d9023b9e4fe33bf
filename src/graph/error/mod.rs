//! Why a request to Graph failed: opaque outside, with predicates; rich inside.
//!
//! Three readers want three things of it. The engine asks the predicates what to do next. The practitioner reads
//! [`Error::message`], which never holds a secret, an internal address or a control character. Whoever handles the support case needs
//! [`Error::facts`].

mod answer;
mod evidence;
mod text;

use std::time::Duration;

pub(super) use answer::Answer;
pub(super) use text::{clip, readable};

use super::retry::Class;

/// A failed request, after whatever retries were allowed.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    message: String,
    answer: Option<Answer>,
    ambiguous: bool,
    given_up: bool,
    timeout: bool,
    location_id: Option<String>,
    client_request_id: Option<String>,
    attempts: u32,
    waited: Duration,
    notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The service answered with an error.
    Service,
    /// The service answered something that cannot be understood.
    Unreadable,
    /// No answer came.
    Wire,
    /// No token could be had.
    SignIn,
    /// An address was refused by the security gate.
    Refused,
    /// The request itself makes no sense.
    Request,
    /// The operation was asked to stop.
    Stopped,
    /// The operation's time is over.
    Deadline,
}

/// Why a wait or an exchange was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Stopped,
    Deadline,
}

impl Error {
    fn of(kind: Kind, message: String) -> Self {
        Error(Box::new(Inner {
            kind,
            message,
            answer: None,
            ambiguous: false,
            given_up: false,
            timeout: false,
            location_id: None,
            client_request_id: None,
            attempts: 0,
            waited: Duration::ZERO,
            notes: Vec::new(),
        }))
    }

    pub(super) fn service(answer: Answer) -> Self {
        let message = if answer.message.is_empty() {
            match answer.codes.last() {
                Some(code) => format!("Graph answered {} {code} without a text", answer.status),
                None => format!("Graph answered {} without a text", answer.status),
            }
        } else {
            answer.message.clone()
        };
        let mut error = Error::of(Kind::Service, message);
        error.0.answer = Some(answer);
        error
    }

    pub(super) fn unreadable(answer: Answer, why: &str) -> Self {
        let mut error = Error::of(
            Kind::Unreadable,
            format!("the answer of Graph (status {}) cannot be read: {why}", answer.status),
        );
        error.0.answer = Some(answer);
        error
    }

    /// A success whose content breaks a rule of Graph's.
    pub(super) fn malformed(why: &str) -> Self {
        Error::of(Kind::Unreadable, format!("the answer of Graph cannot be used: {why}"))
    }

    pub(super) fn wire(message: &str, timeout: bool) -> Self {
        let mut error = Error::of(Kind::Wire, format!("no answer came from Graph: {message}"));
        error.0.timeout = timeout;
        error
    }

    pub(super) fn sign_in(message: String) -> Self {
        Error::of(Kind::SignIn, message)
    }

    pub(super) fn refused(message: String) -> Self {
        Error::of(Kind::Refused, message)
    }

    pub(super) fn request(message: String) -> Self {
        Error::of(Kind::Request, message)
    }

    /// The operation was cut short while `waiting_for` something; `last` is the failure that led there, if any.
    pub(super) fn cut(cut: Cut, waiting_for: &str, last: Option<Error>) -> Self {
        let (kind, what) = match cut {
            Cut::Stopped => (Kind::Stopped, "the operation was asked to stop"),
            Cut::Deadline => (Kind::Deadline, "the time allowed for the operation is over"),
        };
        let mut message = format!("{what}, {waiting_for}");
        let mut error = match last {
            Some(last) => {
                message.push_str("; before that: ");
                message.push_str(&last.line());
                last
            }
            None => Error::of(kind, String::new()),
        };
        error.0.kind = kind;
        error.0.message = clip(&message, text::LONGEST);
        error
    }

    #[must_use]
    pub(super) fn ambiguous(mut self, ambiguous: bool) -> Self {
        self.0.ambiguous |= ambiguous;
        self
    }

    #[must_use]
    pub(super) fn with_location(mut self, id: Option<String>) -> Self {
        self.0.location_id = id;
        self
    }

    #[must_use]
    pub(super) fn with_tries(
        mut self,
        attempts: u32,
        waited: Duration,
        client_request_id: Option<&str>,
    ) -> Self {
        self.0.attempts = attempts;
        self.0.waited = waited;
        self.0.client_request_id = client_request_id.map(str::to_owned);
        self
    }

    #[must_use]
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    /// It was not tried again, since too many requests failed of late.
    #[must_use]
    pub(super) fn give_up(mut self) -> Self {
        self.0.given_up = true;
        self.note("Not tried again: too many requests failed of late")
    }

    fn answer(&self) -> Option<&Answer> {
        self.0.answer.as_ref()
    }

    /// Status, code and message in one line.
    fn line(&self) -> String {
        match (self.0.kind, self.answer()) {
            (Kind::Service, Some(answer)) => answer.line(),
            _ => self.0.message.clone(),
        }
    }

    fn service_says(&self, what: impl Fn(&Answer) -> bool) -> bool {
        self.0.kind == Kind::Service && self.answer().is_some_and(what)
    }

    /// The object is not there: 404 with a code that says so, never a wrong path (a 404 about a segment or version is the client's
    /// fault).
    pub fn is_not_found(&self) -> bool {
        self.service_says(Answer::is_not_found)
    }

    /// Whether the service may have acted although no success was seen. Only for requests with [`Effect::Once`](super::Effect::Once)
    /// or when the wait was cut short.
    pub fn is_ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// Whether it would have been tried again if not so many requests had failed of late: the service is down, and more requests in
    /// whatever form would only add to its load.
    pub fn is_given_up(&self) -> bool {
        self.0.given_up
    }

    /// What kind of fault of the service or of the way to it this is, if it is one that passes: what is asked next because of it is one
    /// request more to a service that fails. A refusal is none, nor is a stop.
    pub(super) fn fault(&self) -> Option<Class> {
        let status = self.status();
        let fault = match self.0.kind {
            Kind::Service => status.is_some_and(|it| it == 408 || it >= 500) && !self.is_conflict(),
            Kind::Unreadable | Kind::Wire => true,
            // With a request in flight, or on the way to the next attempt.
            Kind::Deadline => status.is_none_or(|status| status == 408 || status >= 500),
            Kind::SignIn | Kind::Refused | Kind::Request | Kind::Stopped => false,
        };
        let timeout = self.0.timeout || self.is_deadline() || status == Some(408);
        fault.then_some(Class::Transient { timeout })
    }

    /// 403, or a 401 that is an authorization failure in fact.
    pub fn is_forbidden(&self) -> bool {
        self.service_says(Answer::is_forbidden)
    }

    /// The service does not offer the operation at all for these objects: 405, 501, or words about the address.
    pub fn is_not_offered(&self) -> bool {
        self.service_says(Answer::is_not_offered)
    }

    /// 409, or a 400 (or 500) whose text says that the object is in use, assigned or that the name is taken.
    pub fn is_conflict(&self) -> bool {
        self.service_says(Answer::is_conflict)
    }

    /// The operation was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.kind == Kind::Stopped
    }

    /// The operation's deadline passed, or the next wait would pass it.
    pub fn is_deadline(&self) -> bool {
        self.0.kind == Kind::Deadline
    }

    /// No token could be had; the text says why.
    pub fn is_sign_in(&self) -> bool {
        self.0.kind == Kind::SignIn
    }

    /// The last answer was that there are too many requests.
    pub fn is_throttled(&self) -> bool {
        matches!(self.status(), Some(429 | 509))
    }

    /// HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.answer().map(|answer| answer.status)
    }

    /// The innermost machine-readable code of the last answer.
    pub fn code(&self) -> Option<&str> {
        self.answer().and_then(|answer| answer.codes.last()).map(String::as_str)
    }

    /// All machine-readable codes of the last answer, the outermost first.
    pub fn codes(&self) -> &[String] {
        self.answer().map(|answer| answer.codes.as_slice()).unwrap_or_default()
    }

    /// The id of the object that was created, when a create succeeded by its status and only its body could not be read.
    pub fn location_id(&self) -> Option<&str> {
        self.0.location_id.as_deref()
    }

    /// The service's own text made readable: nested JSON unwrapped, internal addresses removed, at most 4 KiB.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Lines for the support case: status and code, request id, client request id, date, attempts and waits.
    pub fn facts(&self) -> Vec<String> {
        let mut facts = Vec::new();
        let mut fact = |name: &str, value: Option<&str>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                facts.push(format!("{name}: {value}"));
            }
        };
        if let Some(answer) = self.answer() {
            let codes = answer.codes.join(" > ");
            fact("Status", Some(&answer.status.to_string()));
            fact("Code", Some(&codes));
            fact("Phrase", answer.phrase.as_deref());
            fact("Request id", answer.request_id.as_deref());
            fact("Operation id", answer.operation_id.as_deref());
        }
        let answer = self.answer();
        let client = answer.and_then(|answer| answer.client_request_id.as_deref());
        fact("Client request id", client.or(self.0.client_request_id.as_deref()));
        fact("Time", answer.and_then(|answer| answer.date.as_deref()));
        if self.0.attempts > 1 {
            let waited = self.0.waited.as_secs();
            fact(
                "Attempts",
                Some(&format!("{}, with {waited} s of waiting between them", self.0.attempts)),
            );
        }
        facts.extend(self.0.notes.iter().cloned());
        facts
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}
