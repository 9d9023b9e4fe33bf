//! What time it is by the service's clock, as the `Date` of its answers tells (RFC 9110, 6.6.1): that of this machine may be wrong.

use std::sync::atomic::{AtomicI64, Ordering};

use http::HeaderMap;
use http::header::DATE;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// When an answer was made, by the clock of who made it.
pub(super) fn told(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

/// By how many seconds the service's clock is ahead of this machine's.
pub(super) fn ahead(headers: &HeaderMap, wall: Timestamp) -> Option<i64> {
    told(headers)?.as_second().checked_sub(wall.as_second())
}

/// The service's clock, set by each of its answers.
#[derive(Debug, Default)]
pub(super) struct ServiceTime {
    /// In seconds; nothing until there is an answer.
    ahead: AtomicI64,
}

impl ServiceTime {
    /// Sets the clock by an answer that came at `wall`.
    pub(super) fn set(&self, headers: &HeaderMap, wall: Timestamp) {
        if let Some(ahead) = ahead(headers, wall) {
            self.ahead.store(ahead, Ordering::Relaxed);
        }
    }

    /// The time when this machine's clock shows `wall`.
    pub(super) fn at(&self, wall: Timestamp) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        wall.saturating_add(ahead).unwrap_or(wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(date: &str) -> HeaderMap {
        HeaderMap::from_iter([(DATE, date.parse().unwrap())])
    }

    #[test]
    fn f11_a_wrong_clock_is_set_right_by_every_answer() {
        let wall: Timestamp = "2026-03-03T10:00:00Z".parse().unwrap();
        let time = ServiceTime::default();
        assert_eq!(time.at(wall), wall, "nothing is known yet");
        time.set(&headers("Tue, 03 Mar 2026 09:00:30 GMT"), wall);
        assert_eq!(time.at(wall).to_string(), "2026-03-03T09:00:30Z");
        time.set(&HeaderMap::new(), wall);
        time.set(&headers("yesterday"), wall);
        assert_eq!(time.at(wall).to_string(), "2026-03-03T09:00:30Z", "nonsense changes nothing");
        time.set(&headers("Tue, 03 Mar 2026 10:00:00 GMT"), wall);
        assert_eq!(time.at(wall), wall);
    }
}
