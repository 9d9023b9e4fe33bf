//! JSON from the wire, under caps.
//!
//! serde_json limits depth and nothing else: sixty megabytes of `0,0,0,…` become gigabytes of values. So the text is scanned once before
//! it is parsed, and refused where it is deeper, wider or longer than anything Graph has to say.

use serde_json::Value as Json;

/// Deepest nesting; what serde_json itself allows.
const DEPTH: usize = 127;
/// Most items of one array or members of one object.
pub const WIDTH: usize = 50_000;
/// Most memory that the values may take, in bytes, as [`weight`] reckons it. A text of a few megabytes can ask for a gigabyte: an
/// object with one short member takes a hundred times the memory of its text.
const MEMORY: usize = 48 << 20;
/// Memory of a text or number beside its bytes.
const TEXT: usize = 32;
/// Memory of an item in a list, which may have room to grow.
const ITEM: usize = 64;
/// Memory of an object with as many members as one node of its tree holds.
const OBJECT: usize = 640;
/// Members that one node of a tree holds.
const NODE: usize = 11;
/// Memory of each member beyond those.
const MEMBER: usize = 112;
/// Most objects of one array that surely fit, when each holds another one and a few texts.
pub const OBJECTS: usize = 20_000;
/// Longest string, in bytes.
pub const STRING: usize = 16 * 1024 * 1024;

/// Parses a body. A byte-order mark before it is skipped. An object with two `id` members is refused: nobody knows which one counts.
///
/// # Errors
/// One sentence without any of the text.
pub(super) fn parse(bytes: &[u8]) -> Result<Json, String> {
    check(bytes)?;
    parse_checked(bytes)
}

/// About how much memory the values of a body would take, in bytes, as [`weight`] reckons it.
///
/// # Errors
/// As [`parse`], for what is over a cap.
pub(super) fn check(bytes: &[u8]) -> Result<usize, String> {
    scan(without_bom(bytes))
}

/// Parses a body that was checked.
///
/// # Errors
/// As [`parse`].
pub(super) fn parse_checked(bytes: &[u8]) -> Result<Json, String> {
    serde_json::from_slice(without_bom(bytes)).map_err(|error| {
        format!("it is not JSON (line {}, column {})", error.line(), error.column())
    })
}

/// Whether a body is refused for what it holds rather than for how it is written: then the next one will be refused too.
pub(super) fn is_over_a_cap(bytes: &[u8]) -> bool {
    check(bytes).is_err()
}

/// The bytes without a UTF-8 byte-order mark.
pub(super) fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

#[derive(Default)]
struct Level {
    object: bool,
    /// Whether the next string is the name of a member.
    name_next: bool,
    items: usize,
    has_id: bool,
}

/// Checks the caps, and reckons the memory. Text that is no JSON passes or not; the parser finds out.
fn scan(bytes: &[u8]) -> Result<usize, String> {
    let mut levels: Vec<Level> = Vec::new();
    let mut memory = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                let object = byte == b'{';
                levels.push(Level { object, name_next: object, ..Level::default() });
                memory += if object { OBJECT } else { ITEM };
                if levels.len() > DEPTH {
                    return Err(format!("its JSON is nested more than {DEPTH} levels deep"));
                }
            }
            b'}' | b']' => {
                levels.pop();
            }
            b',' => {
                if let Some(level) = levels.last_mut() {
                    level.items += 1;
                    level.name_next = level.object;
                    memory += match (level.object, level.items) {
                        (false, _) => ITEM + TEXT,
                        (true, ..NODE) => TEXT,
                        (true, _) => MEMBER + TEXT,
                    };
                    if level.items >= WIDTH {
                        return Err(format!("it holds a list of more than {WIDTH} items"));
                    }
                }
            }
            b':' => {
                if let Some(level) = levels.last_mut() {
                    level.name_next = false;
                }
            }
            b'"' => {
                let start = at;
                loop {
                    match bytes.get(at) {
                        None => return Ok(memory),
                        Some(b'"') => break,
                        Some(b'\\') => at += 2,
                        Some(_) => at += 1,
                    }
                }
                let text = bytes.get(start..at).unwrap_or_default();
                at += 1;
                if text.len() > STRING {
                    return Err(format!("it holds a text of more than {STRING} bytes"));
                }
                memory += TEXT + text.len();
                if let Some(level) = levels.last_mut()
                    && level.name_next
                    && is_id(text)
                    && std::mem::replace(&mut level.has_id, true)
                {
                    return Err("it holds an object with two ids".to_owned());
                }
            }
            _ => {}
        }
        if memory > MEMORY {
            return Err(format!("what it holds would take more than {MEMORY} bytes of memory"));
        }
    }
    Ok(memory)
}

/// About how much memory a value takes, in bytes.
pub(super) fn weight(value: &Json) -> usize {
    match value {
        Json::Null | Json::Bool(_) => 0,
        Json::Number(_) => TEXT,
        Json::String(text) => TEXT + text.len(),
        Json::Array(items) => items.iter().map(|item| ITEM + weight(item)).sum(),
        Json::Object(members) => {
            let within: usize =
                members.iter().map(|(name, value)| TEXT + name.len() + weight(value)).sum();
            OBJECT + members.len().saturating_sub(NODE) * MEMBER + within
        }
    }
}

/// Whether a raw member name is `id`, however it is escaped.
fn is_id(raw: &[u8]) -> bool {
    if !raw.contains(&b'\\') {
        return raw == b"id";
    }
    let quoted = [b"\"", raw, b"\""].concat();
    raw.len() <= 12 && serde_json::from_slice::<String>(&quoted).is_ok_and(|name| name == "id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = parse(text.as_bytes()).unwrap_err();
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn f51_numbers_keep_all_their_digits_and_a_byte_order_mark_is_skipped() {
        let digits = "1".repeat(400);
        let value = parse(format!("\u{feff}{{\"n\":{digits}}}").as_bytes()).unwrap();
        assert_eq!(value.get("n").map(ToString::to_string), Some(digits));
    }

    #[test]
    fn f56_f61_bombs_are_refused_before_they_are_parsed() {
        refused(&"[".repeat(1_000_000), "deep");
        refused(&format!("[{}0]", "0,".repeat(60_000)), "50000 items");
        let members: String = (0..60_000).map(|nth| format!("\"{nth}\":0,")).collect();
        refused(&format!("{{{members}\"x\":0}}"), "50000 items");
        let member = format!("[{}0],", "0,".repeat(40_000));
        refused(&format!("[{}0]", member.repeat(30)), "bytes of memory");
        // A few bytes each, and six hundred in memory.
        refused(&format!("[{}0]", r#"{"a":{"a":{"a":0}}},"#.repeat(40_000)), "bytes of memory");
        refused(&format!("\"{}\"", "x".repeat(STRING + 1)), "text of more");
    }

    #[test]
    fn f51_two_ids_in_one_object_are_refused_and_in_two_objects_are_not() {
        refused(r#"{"id":"1","x":{"id":"2"},"id":"3"}"#, "two ids");
        refused(r#"{"id":"1","\u0069d":"3"}"#, "two ids");
        assert!(parse(br#"[{"id":"id"},{"id":"id","x":"id"}]"#).is_ok());
    }

    #[test]
    fn f51_what_is_not_json_is_an_error_and_no_panic() {
        for text in [
            "",
            "<html>",
            "{",
            "\"",
            "\"\\",
            "[1,",
            "nul",
            "{\"a\":NaN}",
            "\"\\ud800\"",
            "]]]]",
            "{\"a\" 1}",
        ] {
            refused(text, "not JSON");
        }
        assert!(parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn f50_every_prefix_of_a_reply_is_an_error() {
        let reply =
            br#"{"@odata.context":"x","value":[{"id":"1","n":1.5,"t":"\u00e4\"\\"},{"id":"2"}]}"#;
        assert!(parse(reply).is_ok());
        for end in 0..reply.len() {
            assert!(parse(&reply[..end]).is_err(), "{end} bytes were accepted");
        }
    }
}
