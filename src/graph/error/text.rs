//! Making a service's text fit to be read: nested JSON unwrapped, ids taken out, internal addresses and secrets removed, clipped.
//!
//! Intune puts a JSON text into `error.message`, with the human sentence inside, followed by ids and an internal address:
//! `The name is taken. - Operation ID (for customer support): … - Activity ID: … - Url: https://fef.… - CustomApiErrorPhrase: …`.

use serde_json::Value as Json;

use crate::graph::json;

/// Longest text shown to a person, in bytes.
pub(super) const LONGEST: usize = 4096;
/// How many times a message is unwrapped.
const LEVELS: usize = 3;
/// Longer nested texts are not parsed again.
const LONGEST_NESTED: usize = 256 * 1024;

/// What was found inside a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unwrapped {
    pub(super) text: String,
    pub(super) codes: Vec<String>,
    pub(super) phrase: Option<String>,
    pub(super) operation_id: Option<String>,
    pub(super) activity_id: Option<String>,
    /// As a `Retry-After` header would have it.
    pub(super) retry_after: Option<String>,
}

/// Takes a message apart.
pub(super) fn unwrap(message: &str) -> Unwrapped {
    let mut found = Unwrapped { text: message.to_owned(), ..Unwrapped::default() };
    for _ in 0..LEVELS {
        let inner = found.text.trim();
        if !inner.starts_with('{') || inner.len() > LONGEST_NESTED {
            break;
        }
        match json::parse(inner.as_bytes()) {
            Ok(Json::Object(object)) => {
                if !take_object(&mut found, &Json::Object(object)) {
                    break;
                }
            }
            // The inner text is often cut off somewhere; the sentence in it is still worth having.
            _ => match loose_member(inner, "Message") {
                Some(text) => found.text = text,
                None => break,
            },
        }
    }
    split_tail(&mut found);
    found
}

/// Takes what an inner object tells; false when it has no message to go on with.
fn take_object(found: &mut Unwrapped, object: &Json) -> bool {
    let object = member(object, "error").filter(|inner| inner.is_object()).unwrap_or(object);
    for name in ["code", "errorCode"] {
        if let Some(code) =
            member(object, name).and_then(Json::as_str).filter(|code| !code.is_empty())
        {
            found.codes.push(code.to_owned());
        }
    }
    if let Some(phrase) = filled(member(object, "CustomApiErrorPhrase")) {
        found.phrase = Some(phrase);
    }
    found.retry_after = found.retry_after.take().or_else(|| nested_retry_after(object));
    match message_text(object) {
        Some(text) => {
            found.text = text;
            true
        }
        None => false,
    }
}

fn nested_retry_after(object: &Json) -> Option<String> {
    if let Some(value) = member(object, "RetryAfter").filter(|value| !value.is_null()) {
        return Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    let headers = member(object, "HttpHeaders")?;
    let headers = match headers.as_str() {
        Some(text) => json::parse(text.as_bytes()).ok()?,
        None => headers.clone(),
    };
    let value = member(&headers, "Retry-After")?;
    let value = value.as_array().and_then(|values| values.first()).unwrap_or(value);
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// `message`, which may be an object with a `value`.
pub(super) fn message_text(object: &Json) -> Option<String> {
    let message = member(object, "message")?;
    let message = member(message, "value").unwrap_or(message);
    filled(Some(message))
}

fn filled(value: Option<&Json>) -> Option<String> {
    value.and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A member of an object, whatever the case of its name.
pub(super) fn member<'a>(object: &'a Json, name: &str) -> Option<&'a Json> {
    object
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// A text member of something that was JSON once.
fn loose_member(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let mut value = String::new();
    let mut escaped = false;
    for c in rest.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, '"') => break,
            (false, c) => value.push(c),
            (true, c) => {
                value.push(if matches!(c, 'r' | 'n' | 't') { ' ' } else { c });
                escaped = false;
            }
        }
    }
    (!value.trim().is_empty()).then_some(value)
}

const MARKS: [&str; 4] =
    [" - Operation ID", " - Activity ID", " - Url:", " - CustomApiErrorPhrase:"];

/// Takes the ids off the end of the text, and the internal address with them.
fn split_tail(found: &mut Unwrapped) {
    let text = std::mem::take(&mut found.text);
    let starts = |text: &str| MARKS.iter().filter_map(|mark| text.find(mark)).min();
    let Some(start) = starts(&text) else {
        found.text = text;
        return;
    };
    let (human, mut tail) = text.split_at(start);
    human.clone_into(&mut found.text);
    while !tail.is_empty() {
        // Every mark begins with the three bytes " - ".
        let body = tail.get(3..).unwrap_or_default();
        let end = starts(body).unwrap_or(body.len());
        let (piece, rest) = body.split_at(end);
        if let Some((name, value)) = piece.split_once(':') {
            let value = value.trim();
            let slot = match name {
                _ if value.is_empty() => None,
                _ if name.starts_with("Operation ID") => Some(&mut found.operation_id),
                "Activity ID" => Some(&mut found.activity_id),
                "CustomApiErrorPhrase" => Some(&mut found.phrase),
                _ => {
                    tracing::trace!(address = value, "internal address in an error of the service");
                    None
                }
            };
            if let Some(slot) = slot {
                slot.get_or_insert_with(|| value.to_owned());
            }
        }
        tail = rest;
    }
}

/// Hosts whose addresses are meant for people.
const PUBLIC: [&str; 8] = [
    "learn.microsoft.com",
    "docs.microsoft.com",
    "support.microsoft.com",
    "go.microsoft.com",
    "aka.ms",
    "intune.microsoft.com",
    "entra.microsoft.com",
    "portal.azure.com",
];

/// One line that is safe to show: no control or direction characters, no internal addresses, at most 4 KiB.
pub(in crate::graph) fn readable(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .collect();
    let mut line = String::with_capacity(visible.len().min(LONGEST));
    for word in visible.split_whitespace() {
        if line.len() > LONGEST {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&without_address(word));
    }
    clip(&line, LONGEST)
}

fn without_address(word: &str) -> String {
    let Some(at) = word.find("https://").or_else(|| word.find("http://")) else {
        return word.to_owned();
    };
    let (before, address) = word.split_at(at);
    let host = address.split("//").nth(1).unwrap_or_default();
    let host =
        host.split(['/', '?', '#', ':', ')', '"', '\'', ',', ';']).next().unwrap_or_default();
    if PUBLIC.contains(&host.trim_end_matches('.')) {
        return word.to_owned();
    }
    format!("{before}[address removed]")
}

/// At most so many bytes, cut between characters.
pub(in crate::graph) fn clip(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "Scope type is missing. - Operation ID (for customer support): 00000000-0000-0000-0000-000000000001 \
         - Activity ID: 11111111-2222-3333-4444-555555555555 - Url: https://fef.mock.invalid/RoleFE/x?api-version=1 \
         - CustomApiErrorPhrase: ScopeTypeMissing";

    #[test]
    fn the_sentence_the_ids_and_the_phrase_are_told_apart() {
        let found = unwrap(TAIL);
        assert_eq!(found.text, "Scope type is missing.");
        assert_eq!(found.operation_id.as_deref(), Some("00000000-0000-0000-0000-000000000001"));
        assert_eq!(found.activity_id.as_deref(), Some("11111111-2222-3333-4444-555555555555"));
        assert_eq!(found.phrase.as_deref(), Some("ScopeTypeMissing"));
    }

    #[test]
    fn f62_json_in_the_message_is_unwrapped_three_times_and_no_more() {
        let mut text = "deep".to_owned();
        for _ in 0..3 {
            text = serde_json::json!({"_version": 3, "Message": text, "RetryAfter": 7}).to_string();
        }
        let found = unwrap(&text);
        assert_eq!((found.text.as_str(), found.retry_after.as_deref()), ("deep", Some("7")));
        let deeper = serde_json::json!({"Message": text}).to_string();
        assert!(unwrap(&deeper).text.starts_with('{'));
    }

    #[test]
    fn a_nested_message_is_read_up_to_a_quarter_of_a_mebibyte() {
        let nested = |bytes: usize| {
            let shell = r#"{"Message":""}"#.len();
            serde_json::json!({"Message": "a".repeat(bytes - shell)}).to_string()
        };
        assert!(unwrap(&nested(256 * 1024)).text.starts_with("aaa"));
        assert!(unwrap(&nested(256 * 1024 + 1)).text.starts_with('{'));
    }

    #[test]
    fn a_sentence_that_quotes_json_stays_whole() {
        let text = r#"The body {"Message":"x"} is not allowed."#;
        assert_eq!(unwrap(text).text, text);
    }

    #[test]
    fn ids_without_a_value_are_not_ids() {
        let found = unwrap("No. - Operation ID (for customer support):  - Activity ID: a");
        assert_eq!((found.text.as_str(), found.operation_id), ("No.", None));
        assert_eq!(found.activity_id.as_deref(), Some("a"));
    }

    #[test]
    fn codes_inside_a_nested_message_are_kept() {
        let inner =
            r#"{"error":{"code":"PermissionScopeNotGranted","message":"Authorization failed"}}"#;
        let found = unwrap(inner);
        assert_eq!(found.codes, ["PermissionScopeNotGranted"]);
        assert_eq!(found.text, "Authorization failed");
    }

    #[test]
    fn a_nested_message_that_was_cut_off_still_gives_its_sentence() {
        let found = unwrap(
            "{\r\n  \"_version\": 3,\r\n  \"Message\": \"Name \\\"A\\\" is taken. - Operation ID (for customer support): 0 - Activ",
        );
        assert_eq!(found.text, "Name \"A\" is taken.");
    }

    #[test]
    fn a_retry_after_inside_nested_headers_is_found() {
        let text = r#"{"Message":"slow down","RetryAfter":null,"HttpHeaders":"{\"Retry-After\":[\"12\"]}"}"#;
        assert_eq!(unwrap(text).retry_after.as_deref(), Some("12"));
    }

    #[test]
    fn f86_text_is_one_clean_line_without_internal_addresses() {
        assert_eq!(
            readable(
                "a\r\n\u{1b}[31mred\u{202e} (https://fef.internal.test/x?y), see https://aka.ms/x."
            ),
            "a [31mred ([address removed] see https://aka.ms/x."
        );
        let long = readable(&"ä".repeat(10_000));
        assert!(long.len() <= LONGEST && long.ends_with('…'), "{}", long.len());
        let fits = "a".repeat(4096);
        assert_eq!(readable(&fits), fits);
        assert!(readable(&format!("{fits} and more")).ends_with("a…"), "a cut is told");
    }
}
