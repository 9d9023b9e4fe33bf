//! The mock's own clock, and how Graph writes a moment.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

/// Where the mock takes the time from.
#[derive(Clone, Default)]
pub enum Time {
    /// The clock of the machine; [`super::Mock::advance`] adds to it.
    #[default]
    System,
    /// Stands still between calls of [`super::Mock::advance`].
    Frozen(Timestamp),
    /// Asks a simulation, which must not call the mock from there.
    Asked(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Time::System => f.write_str("System"),
            Time::Frozen(at) => write!(f, "Frozen({at})"),
            Time::Asked(_) => f.write_str("Asked"),
        }
    }
}

/// A source of time and what was added to it.
#[derive(Debug)]
pub(crate) struct Clock {
    source: Time,
    added: SignedDuration,
}

impl Clock {
    pub(crate) fn new(source: Time) -> Clock {
        Clock { source, added: SignedDuration::ZERO }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let base = match &self.source {
            Time::System => Timestamp::now(),
            Time::Frozen(at) => *at,
            Time::Asked(ask) => ask(),
        };
        base.saturating_add(self.added).unwrap_or(base)
    }

    pub(crate) fn advance(&mut self, by: SignedDuration) {
        self.added = self.added.saturating_add(by);
    }
}

/// A moment as it is kept: UTC in whole seconds with a `Z` (OData `Edm.DateTimeOffset`).
pub(crate) fn graph_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The same moment with so many digits of a second, 0 to 7: their number differs from reply to reply (seen in public issue threads).
pub(crate) fn respelled(kept: &str, digits: u64) -> String {
    match (kept.strip_suffix('Z'), usize::try_from(digits.min(7))) {
        (Some(seconds), Ok(digits @ 1..)) if !kept.contains('.') => {
            format!("{seconds}.{}Z", "0".repeat(digits))
        }
        _ => kept.to_owned(),
    }
}

/// As the `date` inside an error: no zone (Graph page "Microsoft Graph error responses").
pub(crate) fn error_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// As a `Date` header (RFC 9110, section 5.6.7).
pub(crate) fn http_text(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
