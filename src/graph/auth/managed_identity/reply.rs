//! The answer of an identity endpoint, in its dialects: numbers as texts, and an end instead of a life.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value as Json;

use super::{Failure, Issued, Service};
use crate::graph::auth::claims::seconds;
use crate::graph::{Head, Secret, json};

pub(super) fn read(
    service: &Service,
    response: &http::Response<Bytes>,
    who: &str,
) -> Result<Issued, Failure> {
    let body = json::parse(response.body()).ok();
    let token = body
        .as_ref()
        .and_then(|body| body.get("access_token"))
        .and_then(Json::as_str)
        .map(str::trim)
        .filter(|token| !token.is_empty());
    let (Some(body), Some(token)) = (&body, token) else {
        let head = Head { status: response.status(), headers: response.headers().clone() };
        let why = service.garbled(&head, response.body(), "token response");
        return Err(Failure::new(format!("{who} gave no token: {why}")));
    };
    service.filter.learn(token);
    let now = service.runtime.clock.wall();
    Ok(Issued {
        secret: Secret::new(token),
        expires_in: body
            .get("expires_in")
            .and_then(seconds)
            .or_else(|| moment(body.get("expires_on")?)?.checked_sub(now.as_second())),
        refresh_in: body.get("refresh_in").and_then(seconds),
        ..Issued::default()
    })
}

/// A moment in Unix seconds: a number, digits, RFC 3339, or `MM/dd/yyyy HH:mm:ss +00:00`.
pub(in crate::graph::auth) fn moment(value: &Json) -> Option<i64> {
    if let Some(seconds) = seconds(value) {
        return Some(seconds);
    }
    let text = value.as_str()?.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    ["%m/%d/%Y %H:%M:%S %:z", "%m/%d/%Y %I:%M:%S %p %:z"]
        .into_iter()
        .find_map(|format| jiff::fmt::strtime::parse(format, text).ok()?.to_timestamp().ok())
        .map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_in_every_dialect() {
        for text in [
            "1772532000",
            "\"1772532000\"",
            "\"2026-03-03T10:00:00Z\"",
            "\"2026-03-03T11:00:00+01:00\"",
            "\"03/03/2026 10:00:00 +00:00\"",
            "\"3/3/2026 10:00:00 AM +00:00\"",
        ] {
            let value: Json = serde_json::from_str(text).unwrap();
            assert_eq!(moment(&value), Some(1_772_532_000), "{text}");
        }
        assert_eq!(moment(&"soon".into()), None);
    }
}
