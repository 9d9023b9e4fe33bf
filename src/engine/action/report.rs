//! What the practitioner reads of actions: warnings before, errors after.

use super::run::{End, Fate, Work};
use super::seen::Seen;
use crate::engine::diagnose::{Failure, visible};
use crate::engine::operation::Halt;
use crate::engine::permission;
use crate::graph;
use crate::spec::{Action, DangerWhen};
use crate::tf::{Diagnostic, Diagnostics, Value};

/// Most targets that one message lists.
const SHOWN: usize = 20;

/// Why an action did not end well on a target.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    /// One line, for the state.
    pub(super) line: String,
    /// What a support case needs.
    pub(super) facts: Vec<String>,
    /// What to do next; equal pieces of advice are given once.
    pub(super) advice: String,
}

impl Trouble {
    /// Something that we say.
    pub(super) fn plain(line: impl Into<String>) -> Self {
        Trouble { line: line.into(), facts: Vec::new(), advice: String::new() }
    }

    /// Something that the service says of a run.
    pub(super) fn of_service(seen: &Seen) -> Self {
        let reason = seen.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        Trouble::plain(format!("The service ended it as \"{}\"{reason}", seen.state))
    }

    /// The same after another sentence.
    pub(super) fn after(mut self, sentence: &str) -> Self {
        self.line = format!("{sentence} {}", self.line);
        self
    }
}

/// Why a request failed.
pub(super) fn trouble(work: &Work<'_>, failure: &Failure) -> Trouble {
    let (facts, advice) = match failure {
        Failure::Graph(error, _) => {
            let facts = error.facts().iter().map(|fact| visible(fact, 500)).collect();
            (facts, advice(work, error))
        }
        Failure::Halt(halt, _) => (Vec::new(), halted(*halt)),
        Failure::Ready(_) => (Vec::new(), String::new()),
    };
    Trouble { line: visible(&failure.to_string(), 1000), facts, advice }
}

fn halted(halt: Halt) -> String {
    match halt {
        Halt::Stopped => "Run Terraform again to go on from here.",
        Halt::Deadline => "Allow more time, then run Terraform again.",
    }
    .to_owned()
}

fn advice(work: &Work<'_>, error: &graph::Error) -> String {
    let noun = work.action.noun().unwrap_or("tenant");
    if error.is_stopped() {
        return halted(Halt::Stopped);
    }
    if error.is_deadline() {
        return halted(Halt::Deadline);
    }
    if error.is_forbidden() {
        let granted = work.operation.client.granted();
        return permission::advice(&work.action.access, granted.as_ref());
    }
    if error.is_sign_in() {
        return "Signing in failed, so nothing was asked of the service. Check the credentials and the tenant in the provider block and \
                in the environment."
            .to_owned();
    }
    if error.is_not_found() {
        return format!(
            "Check that the id is that of a {noun}, and that the provider speaks to the right tenant."
        );
    }
    match error.status() {
        Some(400 | 409 | 412 | 422) => {
            format!(
                "The state of the {noun} or the arguments forbid it. Look at it, then run Terraform again."
            )
        }
        Some(402) => "The tenant lacks a licence or a subscription that this needs.".to_owned(),
        Some(429 | 503 | 509) => {
            "The service is overloaded and asked to wait. Run Terraform again later.".to_owned()
        }
        _ => String::new(),
    }
}

/// The errors of targets on which it did not end well, as one diagnostic. `again` says how to try again.
pub(super) fn errors(action: &Action, ends: &[(&str, &End)], again: &str) -> Option<Diagnostic> {
    let bad: Vec<_> = ends.iter().filter(|(_, end)| !end.fate.is_good()).collect();
    let noun = action.noun();
    let summary = match (noun, bad.as_slice()) {
        (_, []) => return None,
        (None, _) => format!("Cannot run {}", action.name),
        (Some(noun), [(target, _)]) if ends.len() == 1 => {
            format!("Cannot run {} on {noun} \"{}\"", action.name, visible(target, 200))
        }
        (Some(_), bad) => {
            format!("Cannot run {} on {} of {} targets", action.name, bad.len(), ends.len())
        }
    };
    let mut paragraphs = Vec::new();
    let mut advice: Vec<&str> = Vec::new();
    for (target, end) in bad.iter().take(SHOWN) {
        let Some(trouble) = &end.trouble else { continue };
        let line = match noun {
            Some(noun) if ends.len() > 1 => {
                format!("{noun} {}: {}", visible(target, 200), trouble.line)
            }
            _ => trouble.line.clone(),
        };
        paragraphs.push([vec![line], trouble.facts.clone()].concat().join("\n"));
        if !trouble.advice.is_empty() && !advice.contains(&trouble.advice.as_str()) {
            advice.push(&trouble.advice);
        }
    }
    if let Some(more) = bad.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        paragraphs.push(format!("And {more} more."));
    }
    if bad.iter().any(|(_, end)| end.fate == Fate::Unknown) {
        advice.push(
            "Where it is not known whether the service did it, it was not sent again, and will not be by itself. Look at the target in \
             the admin center first.",
        );
    }
    if !again.is_empty() {
        advice.push(again);
    }
    paragraphs.extend(advice.into_iter().map(str::to_owned));
    Some(Diagnostic::error(summary, paragraphs.join("\n\n")))
}

/// Warnings of what can be lost, for a plan. `targets` is what it is done to, unknown or null allowed.
pub(super) fn dangers(action: &Action, arguments: &Value, targets: &Value) -> Diagnostics {
    let mut diags = Diagnostics::new();
    for danger in action.dangers {
        let applies = match danger.when {
            DangerWhen::Always => true,
            DangerWhen::Kind(kind) => !arguments.get(kind).is_null(),
            DangerWhen::Argument(name, value) => {
                let given = arguments.get(name);
                given.is_unknown()
                    || given.as_str().is_some_and(|given| given.eq_ignore_ascii_case(value))
            }
        };
        if !applies {
            continue;
        }
        let on = match (targets.elements(), action.noun()) {
            (Some(targets), Some(_)) => {
                let ids: Vec<&str> = targets.iter().filter_map(Value::as_str).collect();
                let more = match ids.len().saturating_sub(SHOWN) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let shown: Vec<&str> = ids.iter().take(SHOWN).copied().collect();
                format!("\n\nIt will be done to: {}{more}.", shown.join(", "))
            }
            _ => String::new(),
        };
        diags.push(Diagnostic::warning(
            format!("{} is destructive", action.name),
            format!("{} This cannot be undone.{on}", danger.what),
        ));
    }
    diags
}
