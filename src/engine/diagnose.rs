//! The one place where a failure becomes a diagnostic.
//!
//! The summary says in the practitioner's words what could not be done to which object. The detail says, in this order: which step it
//! was, what the service answered, the facts that a support case needs, and what to do next.

use std::time::Duration;

use super::operation::{Halt, Operation};
use super::permission::{self, Use};
use crate::graph;
use crate::spec::{self, Entity, Kind};
use crate::tf::{Diagnostic, Path};

/// What is being done, to which object.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) entity: &'static Entity,
    pub(super) verb: Verb,
    /// What the practitioner calls the object: its name, else its id.
    pub(super) object: Option<String>,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Read,
    Update,
    Delete,
    Import,
    List,
}

impl Verb {
    fn text(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Read => "read",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Import => "import",
            Verb::List => "list",
        }
    }

    /// The attribute of `timeouts` that bounds it, if the user has one to raise.
    fn timeout(self) -> Option<&'static str> {
        match self {
            Verb::Create => Some("create"),
            Verb::Read => Some("read"),
            Verb::Update => Some("update"),
            Verb::Delete => Some("delete"),
            Verb::Import | Verb::List => None,
        }
    }
}

/// Why a step failed.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// A request failed.
    Graph(Box<graph::Error>, Use),
    /// A wait ended too early; the text says what was waited for.
    Halt(Halt, String),
    /// Something else; the diagnostic is ready.
    Ready(Box<Diagnostic>),
}

impl Failure {
    pub(super) fn graph(error: graph::Error, r#use: Use) -> Self {
        Failure::Graph(Box::new(error), r#use)
    }

    pub(super) fn ready(diagnostic: Diagnostic) -> Self {
        Failure::Ready(Box::new(diagnostic))
    }

    /// The same for a request that was made for this.
    pub(super) fn made_for(self, r#use: Use) -> Self {
        match self {
            Failure::Graph(error, _) => Failure::Graph(error, r#use),
            other => other,
        }
    }

    /// Whether the service understood the request and refused it for what it asks, and not for who asks.
    pub(super) fn is_refusal(&self) -> bool {
        let refuses =
            |error: &graph::Error| matches!(error.status(), Some(400 | 405 | 409 | 412 | 422));
        matches!(self, Failure::Graph(error, _) if refuses(error))
    }

    /// Whether a stop or the deadline ended it, so that no time is left for more.
    pub(super) fn is_halt(&self) -> bool {
        match self {
            Failure::Graph(error, _) => error.is_stopped() || error.is_deadline(),
            Failure::Halt(..) => true,
            Failure::Ready(_) => false,
        }
    }

    /// Whether the service does not let this be done to such objects: it has no such operation, or nobody may.
    pub(super) fn is_not_offered(&self) -> bool {
        matches!(self, Failure::Graph(error, _) if error.is_not_offered() || error.is_forbidden())
    }

    /// Whether the service said that the object is not there.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Failure::Graph(error, _) if error.is_not_found())
    }

    /// Whether the client has given up on the service for now.
    pub(super) fn is_given_up(&self) -> bool {
        matches!(self, Failure::Graph(error, _) if error.is_given_up())
    }

    /// Whether what was asked for may have happened all the same.
    pub(super) fn is_ambiguous(&self) -> bool {
        match self {
            Failure::Graph(error, _) => {
                error.is_ambiguous()
                    || (!error.is_sign_in()
                        && error.status().is_none_or(|status| status >= 500 || status == 408))
            }
            Failure::Halt(..) => true,
            Failure::Ready(_) => false,
        }
    }
}

/// One line, for the log and inside other messages.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Graph(error, _) => match (error.message(), error.status()) {
                ("", Some(status)) => write!(f, "HTTP {status}"),
                ("", None) => f.write_str("no answer"),
                (message, Some(status)) => write!(f, "HTTP {status}: {}", visible(message, 1000)),
                (message, None) => f.write_str(&visible(message, 1000)),
            },
            Failure::Halt(Halt::Stopped, waited_for) => {
                write!(f, "stopped while waiting for {waited_for}")
            }
            Failure::Halt(Halt::Deadline, waited_for) => {
                write!(f, "no time was left to wait for {waited_for}")
            }
            Failure::Ready(diagnostic) => f.write_str(&diagnostic.detail),
        }
    }
}

impl Task {
    /// The same task for an object that is called so.
    pub(super) fn of(entity: &'static Entity, verb: Verb, object: Option<&str>) -> Self {
        Task { entity, verb, object: object.map(str::to_owned) }
    }

    /// `Cannot create windows365_provisioning_policy "Engineering"`
    pub(super) fn summary(&self) -> String {
        let mut text = format!("Cannot {} {}", self.verb.text(), self.entity.name);
        if let Some(object) = &self.object {
            text.push_str(&format!(" \"{}\"", visible(object, 200)));
        }
        text
    }

    /// An error of our own about this task.
    pub(super) fn error(&self, detail: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.summary(), detail)
    }

    /// The diagnostic for a failed step. `step` says which one, as a sentence ("Its assignments could not be written."), where it is not
    /// plain from the summary.
    pub(super) fn report(
        &self,
        operation: &Operation,
        step: Option<&str>,
        failure: &Failure,
    ) -> Diagnostic {
        let mut paragraphs: Vec<String> = step.map(str::to_owned).into_iter().collect();
        let mut path = Path::root();
        match failure {
            Failure::Ready(diagnostic) => {
                let mut diagnostic = (**diagnostic).clone();
                if let Some(step) = step {
                    diagnostic.detail = format!("{step}\n\n{}", diagnostic.detail);
                }
                return diagnostic;
            }
            Failure::Halt(halt, waited_for) => {
                paragraphs.push(match halt {
                    Halt::Stopped => format!("Terraform asked the provider to stop while it was waiting for {waited_for}."),
                    Halt::Deadline => format!(
                        "The time-out of {} has passed while the provider was waiting for {waited_for}.",
                        duration_text(operation.limit)
                    ),
                });
                paragraphs.push(self.halt_advice(*halt, operation.limit));
            }
            Failure::Graph(error, r#use) => {
                let message = visible(error.message(), 4096);
                if !message.is_empty() {
                    paragraphs.push(message);
                }
                let facts = error
                    .facts()
                    .iter()
                    .map(|fact| visible(fact, 500))
                    .collect::<Vec<_>>()
                    .join("\n");
                if !facts.is_empty() {
                    paragraphs.push(facts);
                }
                paragraphs.push(self.advice(operation, error, *r#use));
                if matches!(error.status(), Some(400 | 409 | 422))
                    && !matches!(r#use, Use::Read | Use::Delete)
                {
                    path = blamed(self.entity, error.message());
                }
            }
        }
        Diagnostic::error(self.summary(), paragraphs.join("\n\n")).at(path)
    }

    /// What to do next.
    fn advice(&self, operation: &Operation, error: &graph::Error, r#use: Use) -> String {
        if error.is_stopped() {
            return self.halt_advice(Halt::Stopped, operation.limit);
        }
        if error.is_deadline() {
            return self.halt_advice(Halt::Deadline, operation.limit);
        }
        if error.is_sign_in() {
            return "Signing in failed, so nothing was asked of the service. Check the credentials and the tenant in the provider block \
                    and in the environment."
                .to_owned();
        }
        if error.is_forbidden() {
            let access = permission::access(self.entity, r#use);
            return permission::advice(access, operation.client.granted().as_ref());
        }
        if error.is_not_found() {
            return match r#use {
                Use::Create => {
                    "Something that the configuration refers to is not there. An object made moments ago can take minutes to be seen \
                     everywhere: if it exists, run Terraform again."
                }
                Use::Read => "Check that the id is right and that the provider speaks to the right tenant.",
                Use::Update | Use::Action(_) | Use::Call | Use::Delete => {
                    "The object was removed outside of Terraform. Run `terraform plan` again: it takes the object out of the state and \
                     plans to create it anew."
                }
            }
            .to_owned();
        }
        if error.is_conflict() {
            return match r#use {
                Use::Create | Use::Update | Use::Action(_) | Use::Call => {
                    "The object collides with another one, or something else is changing it. If the name is taken, choose another or \
                     import the object that has it; otherwise run Terraform again."
                }
                Use::Delete => {
                    "Something still refers to the object: remove its assignments and whatever uses it, then run Terraform again. \
                     Nothing else was touched."
                }
                Use::Read => "Run Terraform again.",
            }
            .to_owned();
        }
        match error.status() {
            Some(400 | 413 | 422) => "Change the configuration so that the service accepts it, then run Terraform again.".to_owned(),
            Some(402) => "The tenant lacks a licence or a subscription that this needs.".to_owned(),
            Some(401) => "The service did not accept the token. Check the credentials, the tenant and the cloud (`environment`) in the \
                          provider block."
                .to_owned(),
            Some(429 | 503 | 509) => "The service is overloaded and asked to wait. Run Terraform again later; fewer parallel operations \
                                      (`-parallelism`) help."
                .to_owned(),
            Some(500..) => "The service failed. Run Terraform again; if it goes on, open a support case with Microsoft and name the \
                            request id."
                .to_owned(),
            Some(_) => "Run Terraform again; if it goes on, report it with the lines above.".to_owned(),
            None => "The service could not be reached or gave no usable answer. Check the network and the proxy, then run Terraform again."
                .to_owned(),
        }
    }

    fn halt_advice(&self, halt: Halt, limit: Duration) -> String {
        match (halt, self.verb.timeout()) {
            (Halt::Stopped, _) => "Run Terraform again to go on from here.".to_owned(),
            (Halt::Deadline, Some(attribute)) => format!(
                "Run Terraform again to go on from here. If {} is too short for this tenant, raise it with \
                 `timeouts = {{ {attribute} = \"…\" }}`.",
                duration_text(limit)
            ),
            (Halt::Deadline, None) => "Run Terraform again.".to_owned(),
        }
    }
}

/// The attribute that a message of the service names by its Graph property, else the root. A property that is also a plain English word
/// (`description`) counts only between quotes.
fn blamed(entity: &Entity, message: &str) -> Path {
    let mut found: Option<(&str, &spec::Attribute)> = None;
    for attribute in entity.attributes {
        let mut properties = vec![attribute.property];
        inner_properties(&attribute.kind, &mut properties);
        for property in properties {
            if names(message, property)
                && found.is_none_or(|(longest, _)| property.len() > longest.len())
            {
                found = Some((property, attribute));
            }
        }
    }
    match found {
        Some((_, attribute)) => {
            Path::attribute(super::names::attribute_name(attribute).into_owned())
        }
        None => Path::root(),
    }
}

fn inner_properties(kind: &Kind, properties: &mut Vec<&'static str>) {
    let attributes = match kind {
        Kind::Object(attributes) => attributes,
        Kind::List(spec::Element::Object(attributes))
        | Kind::Set(spec::Element::Object(attributes)) => attributes,
        _ => return,
    };
    for attribute in attributes.attributes {
        properties.push(attribute.property);
        inner_properties(&attribute.kind, properties);
    }
}

/// Whether `message` names `property` as a whole word.
fn names(message: &str, property: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let is_quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '\'' | '"' | '`'));
    let distinct = property.chars().any(char::is_uppercase);
    let lower = message.to_ascii_lowercase();
    lower.match_indices(&property.to_ascii_lowercase()).any(|(start, word)| {
        let before = lower.get(..start).and_then(|text| text.chars().next_back());
        let after = lower.get(start + word.len()..).and_then(|text| text.chars().next());
        !is_word(before) && !is_word(after) && (distinct || (is_quote(before) && is_quote(after)))
    })
}

/// Foreign text made fit to be shown: control characters become visible or blanks, and it is clipped at `longest` characters.
pub(super) fn visible(text: &str, longest: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(longest)
        .map(|c| match c {
            '\n' => '\n',
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                ' '
            }
            c => c,
        })
        .collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown.trim().to_owned()
}

/// A duration for people: `1h30m`, `45s`.
pub(super) fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let mut text = String::new();
    for (unit, size) in [("h", 3600), ("m", 60), ("s", 1)] {
        let count = match unit {
            "h" => seconds / size,
            _ => seconds / size % 60,
        };
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    if text.is_empty() { format!("{}ms", duration.as_millis()) } else { text }
}
