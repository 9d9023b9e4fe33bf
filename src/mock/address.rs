//! What a request asks for: the parts of its path and its query options, decoded.

use std::collections::BTreeMap;

use super::metadata::Version;

/// A path below the version, with each key as a part of its own: `/x/{key}` and `/x('{key}')` are the same (OData 4.01 part 2, section 4.3.1;
/// key-as-segment in 4.3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The endpoint.
    pub(crate) version: Version,
    /// The parts, decoded, without the empty ones.
    pub(crate) parts: Vec<String>,
    /// The path below the version as it was sent, without the query.
    pub(crate) path: String,
}

impl Address {
    /// Parses a path without its query. The error is the first segment, which is no version.
    pub(crate) fn parse(path: &str) -> Result<Address, String> {
        let trimmed = path.trim_start_matches('/');
        let (first, rest) = trimmed.split_once('/').unwrap_or((trimmed, ""));
        let version = match first.to_ascii_lowercase().as_str() {
            "v1.0" => Version::V1,
            "beta" => Version::Beta,
            _ => return Err(first.to_owned()),
        };
        let mut parts = Vec::new();
        for segment in rest.split('/').filter(|segment| !segment.is_empty()) {
            push_segment(&decode(segment, false), &mut parts);
        }
        Ok(Address { version, parts, path: format!("/{rest}") })
    }
}

fn push_segment(segment: &str, parts: &mut Vec<String>) {
    let name = segment.strip_prefix("microsoft.graph.").unwrap_or(segment);
    match name.strip_suffix(')').and_then(|open| open.split_once('(')) {
        // A function call without parameters is its name; with parameters it stays one part.
        Some((name, "")) => parts.push(name.to_owned()),
        Some((name, inside)) => match quoted(inside) {
            Some(key) => parts.extend([name.to_owned(), key]),
            None if inside.contains('=') => parts.push(format!("{name}({inside})")),
            None => parts.extend([name.to_owned(), inside.to_owned()]),
        },
        None => parts.push(name.to_owned()),
    }
}

/// The text of an OData string literal: single quotes around it, doubled inside.
pub(crate) fn quoted(literal: &str) -> Option<String> {
    let inside = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inside.replace("''", "'"))
}

/// Percent-decodes; `plus_is_blank` for forms. Bad escapes stay as they are.
pub(crate) fn decode(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None if *first == b'+' && plus_is_blank => bytes.push(b' '),
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The pairs of a query or a form, decoded, in order.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// The query options, `$` included; the last of a name counts.
pub(crate) fn options(query: &str) -> BTreeMap<String, String> {
    pairs(query).into_iter().collect()
}
