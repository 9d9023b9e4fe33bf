//! `Retry-After` in the forms that Graph and what stands before it really send.
//!
//! Source of the two official ones: RFC 9110, 10.2.3. Seen besides: fractions, zero, negative numbers, the header twice, and a member of
//! Intune's nested body.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use super::service_time;

/// The longest wait that is honoured.
pub(super) const LONGEST: Duration = Duration::from_secs(300);

/// The wait that an answer asks for: of its headers (the longest one, if there are several), else of its body. `None` when there is
/// none, or it is zero, past or nonsense, which all mean that the client should choose.
///
/// A date is counted from the `Date` of the answer, which is of the same clock; from `now` where there is none.
pub(super) fn stated(headers: &HeaderMap, body: Option<&str>, now: Timestamp) -> Option<Duration> {
    let now = service_time::told(headers).unwrap_or(now);
    headers
        .get_all(RETRY_AFTER)
        .iter()
        .filter_map(|value| parse(value.to_str().ok()?, now))
        .max()
        .or_else(|| parse(body?, now))
}

/// Parses one value; never more than [`LONGEST`], never zero.
fn parse(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => {
            Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST)
        }
        Ok(_) => return None,
        Err(_) => {
            let date = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()?;
            Duration::try_from(date.duration_since(now)).ok()?
        }
    };
    (!wait.is_zero()).then_some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, millis: Option<u64>) {
        let now = "2026-03-03T09:00:00Z".parse().unwrap();
        assert_eq!(parse(text, now), millis.map(Duration::from_millis), "{text}");
    }

    #[test]
    fn f42_a_date_is_counted_by_the_clock_that_it_was_written_by() {
        let now = "2026-03-03T10:00:00Z".parse().unwrap();
        let header = |text: &str| text.parse::<http::HeaderValue>().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, header("Tue, 03 Mar 2026 09:00:20 GMT"));
        assert_eq!(stated(&headers, None, now), None, "by our clock it is past");
        headers.insert(http::header::DATE, header("Tue, 03 Mar 2026 09:00:00 GMT"));
        assert_eq!(stated(&headers, None, now), Some(Duration::from_secs(20)));
    }

    #[test]
    fn f42_every_form_of_retry_after_is_understood_or_left_to_the_client() {
        check("12", Some(12_000));
        check(" 2.128 ", Some(2_128));
        check("0.249", Some(249));
        check("1e9", Some(300_000));
        check("99999999999999999999999999", Some(300_000));
        check("Tue, 03 Mar 2026 09:00:20 GMT", Some(20_000));
        check("Fri, 06 Mar 2026 09:00:20 GMT", Some(300_000));
        for nothing in
            ["0", "-1", "abc", "", "NaN", "inf", "-inf", "Tue, 03 Mar 2026 08:00:00 GMT", "12 s"]
        {
            check(nothing, None);
        }
    }

    #[test]
    fn the_longest_header_wins_and_the_body_counts_without_one() {
        let now = "2026-03-03T09:00:00Z".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(stated(&headers, Some("7"), now), Some(Duration::from_secs(7)));
        assert_eq!(stated(&headers, None, now), None);
        headers.append(RETRY_AFTER, "3".parse().unwrap());
        headers.append(RETRY_AFTER, "5".parse().unwrap());
        assert_eq!(stated(&headers, Some("7"), now), Some(Duration::from_secs(5)));
    }
}
