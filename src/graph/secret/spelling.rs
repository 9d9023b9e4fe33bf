//! Where a text stands in another one, whatever way each of its characters is written.

use std::ops::Range;

/// Where a secret stands in any spelling. `wrapped`: with or without its blanks.
pub(super) fn spelt(text: &str, secret: &str, wrapped: bool) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let Some(first) = secret.chars().next() else { return places };
    let begins = |c: char| c == first || matches!(c, '%' | '\\' | '+' | '&');
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(begins)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        at = match past_all(rest, secret, wrapped, None).map(|after| text.len() - after.len()) {
            Some(end) => {
                places.push(start..end);
                end
            }
            None => start + rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    places
}

pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{200b}'
}

/// What follows a secret, or the rest of one after a character, whose characters are each spelt in some way.
fn past_all<'t>(
    text: &'t str,
    secret: &str,
    wrapped: bool,
    after: Option<char>,
) -> Option<&'t str> {
    let mut rest = text;
    let mut before = after;
    for (at, wanted) in secret.char_indices() {
        if wrapped && is_blank(wanted) {
            return past_blanks(rest, secret.get(at..)?, before);
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

/// As [`past_all`] of what begins with blanks, any of which may be missing.
fn past_blanks<'t>(text: &'t str, secret: &str, before: Option<char>) -> Option<&'t str> {
    let others = secret.trim_start_matches(is_blank);
    let blanks = secret.get(..secret.len() - others.len())?;
    let (mut rest, mut last) = (text, before);
    let mut ends = vec![(rest, last)];
    for blank in blanks.chars() {
        if let Some(more) = past(rest, blank, last == Some('\\')) {
            (rest, last) = (more, Some(blank));
            ends.push((rest, last));
        }
    }
    // From the longest: only a `+` may be a blank or stand for itself.
    ends.into_iter().rev().find_map(|(rest, before)| {
        // Without a blank, the backslashes on both sides are one run.
        let others = match before {
            Some('\\') => others.trim_start_matches('\\'),
            _ => others,
        };
        past_all(rest, others, true, before)
    })
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
        '\\' => return Some(rest),
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        other => other,
    };
    let mut units = [0; 2];
    let long = wanted.encode_utf16(&mut units).iter().try_fold(rest, |rest, unit| {
        // Of a pair, the second has backslashes of its own.
        let rest = rest.trim_start_matches('\\');
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
