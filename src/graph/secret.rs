//! Secrets: a type that cannot be printed, and a filter for texts that come from elsewhere.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroize as _;

/// A text that must appear nowhere but in requests to the service that needs it. Wiped from memory when dropped, as far as that goes:
/// what was sent was copied on the way.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text itself. Each use of this is a place to look at in a review.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Shorter values are not looked for: they would hit ordinary words, and are no secrets worth the name.
const SHORTEST: usize = 4;

/// Takes secrets out of texts: those it was told of, in every usual spelling, alone or within encoded text, and everything that looks
/// like a token (`eyJ…`, the beginning of any JSON web token).
#[derive(Default)]
pub struct Filter {
    known: RwLock<Vec<Known>>,
}

/// A secret, as it may be met.
struct Known {
    secret: String,
    /// With runs of backslashes as one: escaping doubles them, more than once where texts lie in texts.
    once: String,
    /// In base64 from end to end, then the part of it that is the same wherever in a longer text the secret stands.
    base64: Vec<String>,
}

impl Known {
    fn new(secret: &str) -> Self {
        let mut once = secret.to_owned();
        while once.contains("\\\\") {
            once = once.replace("\\\\", "\\");
        }
        let mut base64 = vec![STANDARD.encode(secret)];
        // Three bytes are four characters, so that there are three ways to be cut into them.
        base64.extend((0..3).filter_map(|offset| inner_base64(secret, offset)));
        let url = base64.iter().map(|form| form.replace('+', "-").replace('/', "_"));
        base64.extend(url.collect::<Vec<_>>());
        base64.sort_by_key(|form| std::cmp::Reverse(form.len()));
        base64.dedup();
        Known { secret: secret.to_owned(), once, base64 }
    }

    fn remove_from(&self, text: &str) -> Option<String> {
        let mut clean: Option<String> = None;
        for form in std::iter::once(&self.secret).chain(&self.base64) {
            let text = clean.as_deref().unwrap_or(text);
            if text.contains(form.as_str()) {
                clean = Some(text.replace(form.as_str(), REDACTED));
            }
        }
        clean = without(spelt(clean.as_deref().unwrap_or(text), &self.once, false), clean, text);
        // Wrapped over lines, where a line may end in the middle of an escape.
        let lines = Line::of(clean.as_deref().unwrap_or(text));
        let Some(line) = lines else { return clean };
        let forms = std::iter::once(&self.once).chain(&self.base64);
        let mut places: Vec<_> = forms.flat_map(|form| line.places(form)).collect();
        places.sort_unstable_by_key(|place| place.start);
        without(places, clean, text)
    }
}

/// What stands in a secret's place.
const REDACTED: &str = "[redacted]";

/// The characters of a base64 text that follow from a secret alone, when so many bytes stand before it, modulo three.
fn inner_base64(secret: &str, offset: usize) -> Option<String> {
    let bytes = [vec![0; offset], secret.as_bytes().to_vec()].concat();
    let whole = STANDARD.encode(&bytes);
    let inner = whole.get((offset * 4).div_ceil(3)..bytes.len() * 4 / 3)?;
    // Less would be met by chance.
    (inner.len() >= SHORTEST_INNER).then(|| inner.to_owned())
}

const SHORTEST_INNER: usize = 8;

/// What is clean so far without these places too; `text` is what nothing was taken out of yet.
fn without(places: Vec<Range<usize>>, clean: Option<String>, text: &str) -> Option<String> {
    if places.is_empty() {
        return clean;
    }
    let text = clean.as_deref().unwrap_or(text);
    let mut clean = String::with_capacity(text.len());
    let mut kept = 0;
    for place in places {
        // None: it begins within the one before.
        if let Some(before) = text.get(kept..place.start) {
            clean.push_str(before);
            clean.push_str(REDACTED);
        }
        kept = kept.max(place.end);
    }
    clean.push_str(text.get(kept..).unwrap_or_default());
    Some(clean)
}

/// Where a secret stands in any spelling. `wrapped`: with or without its blanks.
fn spelt(text: &str, secret: &str, wrapped: bool) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let Some(first) = secret.chars().next() else { return places };
    let begins = |c: char| c == first || matches!(c, '%' | '\\' | '+' | '&');
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(begins)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        at = match past_all(rest, secret, wrapped).map(|after| text.len() - after.len()) {
            Some(end) => {
                places.push(start..end);
                end
            }
            None => start + rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    places
}

/// A text as one line, without blanks and without escaped ends of lines.
struct Line {
    text: String,
    /// Where each of its bytes stands in the text that it was made of.
    from: Vec<usize>,
}

impl Line {
    /// None if it would be the same.
    fn of(text: &str) -> Option<Line> {
        let mut line = Line { text: String::new(), from: Vec::new() };
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let at = text.len() - rest.len();
            let escape = rest.trim_start_matches('\\');
            let ends = escape.len() < rest.len() && escape.starts_with(['n', 'r']);
            rest = match ends {
                true => escape.get(1..).unwrap_or_default(),
                false => rest.get(letter.len_utf8()..).unwrap_or_default(),
            };
            if !ends && !is_blank(letter) {
                line.text.push(letter);
                line.from.extend(at..at + letter.len_utf8());
            }
        }
        (line.text.len() < text.len()).then_some(line)
    }

    /// Where a secret stands in the text that the line was made of.
    fn places(&self, secret: &str) -> Vec<Range<usize>> {
        let secret = secret.trim_matches(is_blank);
        if secret.chars().filter(|c| !is_blank(*c)).count() < SHORTEST {
            return Vec::new();
        }
        let from = |at: usize| self.from.get(at).copied();
        let place = |place: Range<usize>| Some(from(place.start)?..from(place.end - 1)? + 1);
        spelt(&self.text, secret, true).into_iter().filter_map(place).collect()
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{200b}'
}

/// What follows a secret whose characters are each spelt in some way.
fn past_all<'t>(text: &'t str, secret: &str, wrapped: bool) -> Option<&'t str> {
    let mut rest = text;
    let mut before = None;
    for (at, wanted) in secret.char_indices() {
        if wrapped && is_blank(wanted) {
            let others = secret.get(at + wanted.len_utf8()..).unwrap_or_default();
            if let Some(end) = past_all(rest, others, wrapped) {
                return Some(end);
            }
        }
        rest = past(rest, wanted, before == Some('\\'))?;
        // One stands for a run of them.
        while wanted == '\\'
            && let Some(more) = past(rest, wanted, false)
        {
            rest = more;
        }
        before = Some(wanted);
    }
    Some(rest)
}

/// What follows a character in any of its spellings: itself, percent-encoded, escaped as in JSON, or as HTML writes it. `escapes`: the
/// backslash that escapes it may have been taken for one of the secret's own.
fn past(text: &str, wanted: char, escapes: bool) -> Option<&str> {
    percent(text, wanted)
        .or_else(|| entity(text, wanted))
        .or_else(|| escaped(text, wanted, escapes))
        .or_else(|| text.strip_prefix(wanted))
        .or_else(|| text.strip_prefix('+').filter(|_| wanted == ' '))
}

fn percent(text: &str, wanted: char) -> Option<&str> {
    let mut buffer = [0; 4];
    wanted.encode_utf8(&mut buffer).bytes().try_fold(text, |text, byte| {
        // Encoded again, the sign is `%25` itself.
        let text = text.strip_prefix('%')?;
        let plain = hexadecimal(text, 2).filter(|(value, _)| *value == u32::from(byte));
        let (_, rest) = plain.or_else(|| {
            let again = hexadecimal(text.strip_prefix("25")?, 2)?;
            (again.0 == u32::from(byte)).then_some(again)
        })?;
        Some(rest)
    })
}

fn escaped(text: &str, wanted: char, escapes: bool) -> Option<&str> {
    let rest = text.trim_start_matches('\\');
    if rest.len() == text.len() && !escapes {
        return None;
    }
    let short = match wanted {
        '\\' if rest.len() < text.len() => return Some(rest),
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        other => other,
    };
    let mut units = [0; 2];
    let mut units = wanted.encode_utf16(&mut units).iter().enumerate();
    let long = units.try_fold(rest, |rest, (number, unit)| {
        // Of a pair, the second has backslashes of its own.
        let rest = if number > 0 { rest.trim_start_matches('\\') } else { rest };
        let (value, rest) = hexadecimal(rest.strip_prefix(['u', 'U'])?, 4)?;
        (value == u32::from(*unit)).then_some(rest)
    });
    long.or_else(|| rest.strip_prefix(short))
}

fn entity(text: &str, wanted: char) -> Option<&str> {
    let names: &[&str] = match wanted {
        '&' => &["&amp;", "&#38;", "&#x26;"],
        '"' => &["&quot;", "&#34;", "&#x22;"],
        '\'' => &["&apos;", "&#39;", "&#x27;"],
        '<' => &["&lt;", "&#60;", "&#x3c;", "&#x3C;"],
        '>' => &["&gt;", "&#62;", "&#x3e;", "&#x3E;"],
        _ => &[],
    };
    names.iter().find_map(|name| text.strip_prefix(name))
}

/// A number of so many hexadecimal digits, and what follows it.
fn hexadecimal(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let all = number.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u32::from_str_radix(number, 16).ok().filter(|_| all)?, rest))
}

impl Filter {
    /// Adds a secret to look for.
    pub fn learn(&self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // Longest first, so that a secret that contains another one goes whole.
        let order = |it: &Known| {
            secret.len().cmp(&it.secret.len()).then_with(|| it.secret.as_str().cmp(secret))
        };
        if let Err(place) = known.binary_search_by(order) {
            known.insert(place, Known::new(secret));
        }
    }

    /// A text from outside without secrets, as one line that is safe to show. It is cleaned twice: making it readable cuts it and
    /// takes blanks and characters away, which would leave a part of a secret, or puts a secret together.
    pub(in crate::graph) fn shown(&self, text: &str) -> String {
        self.clean(&super::error::readable(&self.clean(text)))
    }

    /// The text without secrets. Cleaning it again changes nothing: what stands in a secret's place is never looked into.
    pub fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for known in self.known.read().unwrap_or_else(PoisonError::into_inner).iter() {
            let parts = text.split(REDACTED);
            let parts =
                parts.map(|part| known.remove_from(part).map_or(Cow::Borrowed(part), Cow::Owned));
            text = parts.collect::<Vec<_>>().join(REDACTED);
        }
        without_tokens(&text)
    }
}

/// Replaces each run of base64url characters and dots that begins with `eyJ`.
fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("eyJ") {
        let (before, token) = rest.split_at(at);
        clean.push_str(before);
        clean.push_str(REDACTED);
        let end = token
            .find(|c: char| {
                !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | '+' | '/'))
            })
            .unwrap_or(token.len());
        rest = token.get(end..).unwrap_or_default();
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn f94_debug_shows_nothing_of_a_secret() {
        assert_eq!(format!("{:?}", Secret::new("hunter2-hunter2")), "[redacted]");
    }

    #[test]
    fn f93_every_usual_form_of_a_known_secret_is_removed() {
        let filter = Filter::default();
        filter.learn("P+ss\"w/rd~1");
        for text in [
            "got P+ss\"w/rd~1 here".to_owned(),
            format!("got {} here", STANDARD.encode("P+ss\"w/rd~1")),
            "got P%2Bss%22w%2Frd~1 here".to_owned(),
            "got P%2bss%22w%2frd~1 here".to_owned(),
            "got P+ss\\\"w/rd~1 here".to_owned(),
        ] {
            assert_eq!(filter.clean(&text), "got [redacted] here", "{text}");
        }
    }

    #[test]
    fn f93_a_secret_is_found_where_it_is_wrapped_over_lines() {
        let filter = Filter::default();
        filter.learn("P+ss w/rd~1");
        let encoded = STANDARD.encode("P+ss w/rd~1");
        let (one, other) = encoded.split_at(6);
        for text in [
            "P+ss\n w/r\nd~1".to_owned(),
            "P+ss w\\r\\n/rd~1".to_owned(),
            "P+ss\u{200b} w/rd~1".to_owned(),
            "P%2\nBss%20w/rd~\r\n1".to_owned(),
            format!("{one}\r\n{other}"),
        ] {
            assert_eq!(filter.clean(&format!("got {text} here")), "got [redacted] here", "{text}");
        }
        let two = format!("got P+ss\nw/rd~1 and {one}\n{other} here");
        assert_eq!(filter.clean(&two), "got [redacted] and [redacted] here");
        for text in ["P+ss w\n/rd", "one line\nand another\\n", "100 %\n"] {
            assert_eq!(filter.clean(text), text);
        }
    }

    #[test]
    fn a_secret_is_told_to_those_who_ask_for_it() {
        let secret = Secret::new("hunter2");
        assert_eq!((secret.reveal(), secret.is_empty()), ("hunter2", false));
        assert!(Secret::default().is_empty());
    }

    #[test]
    fn f93_a_secret_is_found_within_encoded_texts_and_in_mixed_spellings() {
        let secret = "P+ss\"w/rd \\\\ö😀<&~1";
        let filter = Filter::default();
        filter.learn(secret);
        filter.learn("another+secret/of=4");
        let json = serde_json::Value::from(secret).to_string();
        let twice = serde_json::Value::from(json.as_str()).to_string();
        for text in [
            // As a form, by JavaScript's and .NET's ways, in capitals or not, and encoded again.
            "P%2Bss%22w%2Frd+%5C%5C%C3%B6%F0%9F%98%80%3C%26~1".to_owned(),
            "P%2bss%22w/rd%20%5c%5c%c3%b6%f0%9f%98%80%3c%26%7e1".to_owned(),
            "P%252Bss%2522w%252Frd%2520%255C%255C%25C3%25B6%25F0%259F%2598%2580%253C%2526~1"
                .to_owned(),
            "P\\u002Bss\\u0022w\\/rd \\\\\\\\\\u00F6\\uD83D\\ude00\\u003C\\u0026~1".to_owned(),
            json.trim_matches('"').to_owned(),
            twice.trim_matches(['"', '\\']).to_owned(),
            "P+ss&quot;w/rd \\\\ö😀&lt;&amp;~1".to_owned(),
        ] {
            assert_eq!(filter.clean(&format!("got {text} here")), "got [redacted] here", "{text}");
        }
        for before in ["", "u", "us", "user", "user:"] {
            for after in ["", ":", "and more"] {
                let whole = format!("{before}{secret}{after}");
                for encoded in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                    let clean = filter.clean(&format!("got {encoded} here"));
                    assert!(clean.contains("[redacted]"), "{whole:?}: {clean}");
                    // What is left is what stands beside the secret.
                    let left = clean.len() - "got [redacted] here".len();
                    assert!(left <= (before.len() + after.len()) * 4 / 3 + 8, "{clean}");
                }
            }
        }
        // What only resembles it stays.
        for text in ["P+ss", "100%", "a \\ b", "%2B%zz", "&amp; more", "P%2Bss%22w%2Frd"] {
            assert_eq!(filter.clean(text), text);
        }
    }

    #[test]
    fn f93_no_part_of_a_secret_is_left_where_a_text_is_cut_or_tidied() {
        let filter = Filter::default();
        filter.learn("planted  secret\tof-https://mock.invalid/");
        let secret = "planted  secret\tof-https://mock.invalid/";
        for before in [0, 10, 4_080, 4_085, 4_090] {
            let shown = filter.shown(&format!("{}{secret}", "-".repeat(before)));
            assert!(!shown.contains("planted") && !shown.contains("secret"), "{shown}");
        }
        filter.learn("another-secret");
        assert_eq!(filter.shown("it is another-\u{200e}secret"), "it is [redacted]");
    }

    #[test]
    fn f93_whatever_looks_like_a_token_is_removed() {
        assert_eq!(
            Filter::default().clean("token eyJhbGciOiJub25lIn0.eyJhIjoxfQ.sig, and \"eyJ0\""),
            "token [redacted], and \"[redacted]\""
        );
    }
}
