//! Addresses: a template and keys become a path that cannot leave the template, a query becomes an encoded query.

use std::fmt::Write as _;

use super::Request;

/// Longest key that any Graph id comes near to, in bytes.
const LONGEST_KEY: usize = 1024;

/// Writes a text as an OData string literal, with the quotes around it: `it's` becomes `'it''s'`. For `$filter`; the query is encoded
/// later. Source: <https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html>, 5.1.1.14.1.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The path and query of a request below the origin and its `root`, encoded, e.g. `/beta/deviceManagement/roleDefinitions/1?$expand=x`.
///
/// # Errors
/// One sentence when a key cannot be one path segment, or the keys do not fit the template.
pub(super) fn path_and_query(request: &Request, root: &str) -> Result<String, String> {
    let mut path = root.to_owned();
    if !request.template.starts_with('/') {
        return Err(format!(
            "the path template `{}` does not start with a slash",
            request.template
        ));
    }
    let mut pieces = request.template.split("{}");
    path.push_str(pieces.next().unwrap_or_default());
    let mut keys = request.keys.iter();
    for piece in pieces {
        let key = keys.next().ok_or_else(|| {
            format!("the path template `{}` has more places than keys", request.template)
        })?;
        check_key(key)?;
        // Quotes of keys are encoded, so those in the path are the template's: an odd number of them leaves a literal open.
        let inside_literal = !path.matches('\'').count().is_multiple_of(2);
        if inside_literal {
            path.push_str(&encode_segment(&key.replace('\'', "''")));
        } else {
            path.push_str(&encode_segment(key));
        }
        path.push_str(piece);
    }
    if keys.next().is_some() {
        return Err(format!("the path template `{}` has fewer places than keys", request.template));
    }
    for (index, (name, value)) in request.query.iter().enumerate() {
        path.push(if index == 0 { '?' } else { '&' });
        encode_into(&mut path, name, b"$@");
        path.push('=');
        encode_into(&mut path, value, b"$,():/*@");
    }
    Ok(path)
}

/// Whether a text can be the key of an object: an answer that gives another one cannot be believed.
pub fn is_key(text: &str) -> bool {
    check_key(text).is_ok()
}

/// Whether a text can be the key of an object in a path.
///
/// Slashes are refused although they could be encoded: servers in front of Graph decode `%2F` before they route, and no id has one.
pub(super) fn check_key(key: &str) -> Result<(), String> {
    let shown: String = key.chars().filter(|c| !c.is_control()).take(80).collect();
    if key.is_empty() {
        Err("an id is empty".to_owned())
    } else if key.len() > LONGEST_KEY {
        Err(format!("an id is {} bytes long; at most {LONGEST_KEY} are allowed", key.len()))
    } else if matches!(key, "." | "..") {
        Err(format!("`{shown}` cannot be an id"))
    } else if key.chars().any(|c| c.is_control() || matches!(c, '/' | '\\')) {
        Err(format!("`{shown}` cannot be an id: it holds a slash or a control character"))
    } else {
        Ok(())
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
pub(super) fn encode_segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode_into(&mut encoded, text, b"");
    encoded
}

fn encode_into(target: &mut String, text: &str, also: &[u8]) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte) {
            target.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(target, "%{byte:02X}");
        }
    }
}

/// Undoes percent-encoding; `None` when the result is not UTF-8.
fn decode_segment(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The id at the end of a `Location` or `@odata.id` address: the last segment, or what is between `('` and `')` there.
pub(super) fn last_key(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let segment = path.trim_end_matches('/').rsplit('/').next()?;
    let decoded = decode_segment(segment)?;
    let key = match decoded.split_once("('").and_then(|(_, key)| key.strip_suffix("')")) {
        Some(quoted) => quoted.replace("''", "'"),
        None => decoded,
    };
    check_key(&key).is_ok().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Version;

    #[track_caller]
    fn check(request: Request, expected: &str) {
        assert_eq!(
            path_and_query(&request, &format!("/{}", request.version.segment())).as_deref(),
            Ok(expected)
        );
    }

    #[test]
    fn f84_keys_stay_inside_their_segment() {
        let get = |key: &str| Request::get(Version::Beta, "/things/{}/parts", &[key]);
        check(get("0f-1_2~3.4"), "/beta/things/0f-1_2~3.4/parts");
        check(
            get("a b?$filter=x#y;z&%2e"),
            "/beta/things/a%20b%3F%24filter%3Dx%23y%3Bz%26%252e/parts",
        );
        check(get("．．"), "/beta/things/%EF%BC%8E%EF%BC%8E/parts");
        check(get("o'x"), "/beta/things/o%27x/parts");
        let longest = "x".repeat(1024);
        check(get(&longest), &format!("/beta/things/{longest}/parts"));
        for bad in
            ["", ".", "..", "a/b", "../users", "a\\b", "a\r\nHost: x", "\u{0}", &"x".repeat(1025)]
        {
            assert!(path_and_query(&get(bad), "/beta").is_err(), "{bad:?} was accepted");
            assert!(!is_key(bad), "{bad:?} is no key");
        }
        assert!(is_key("0f-1_2~3.4") && is_key(&longest));
        assert_eq!(
            path_and_query(&get("a\r\nHost: x"), "/beta"),
            Err("`aHost: x` cannot be an id: it holds a slash or a control character".to_owned())
        );
    }

    #[test]
    fn f85_a_key_between_quotes_doubles_its_own_quotes() {
        check(
            Request::get(Version::V1, "/things('{}')/parts(name='{}')", &["o'x", "y"]),
            "/v1.0/things('o%27%27x')/parts(name='y')",
        );
        check(
            Request::get(Version::V1, "/things(name='{}',of='a {}')/{}", &["y", "o'x", "it's"]),
            "/v1.0/things(name='y',of='a o%27%27x')/it%27s",
        );
    }

    #[test]
    fn keys_and_places_must_be_equally_many() {
        assert!(path_and_query(&Request::get(Version::V1, "/a/{}", &[]), "/v1.0").is_err());
        assert!(path_and_query(&Request::get(Version::V1, "/a/{}", &["1", "2"]), "/v1.0").is_err());
    }

    #[test]
    fn options_keep_their_dollar_and_values_are_encoded() {
        check(
            Request::get(Version::V1, "/things", &[])
                .query("$filter", format!("name eq {}", quote("it's 100% a&b+c")))
                .query("$expand", "assignments($select=id)"),
            "/v1.0/things?$filter=name%20eq%20%27it%27%27s%20100%25%20a%26b%2Bc%27&$expand=assignments($select%3Did)",
        );
    }

    #[test]
    fn the_id_is_found_at_the_end_of_an_address() {
        assert_eq!(last_key("https://g/v1.0/things/0a-b").as_deref(), Some("0a-b"));
        assert_eq!(last_key("https://g/v1.0/things('o%27%27x')?x=1").as_deref(), Some("o'x"));
        assert_eq!(last_key("https://g/v1.0/things/%2e%2e"), None);
        assert_eq!(last_key(""), None);
    }
}
