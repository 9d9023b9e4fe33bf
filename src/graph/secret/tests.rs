//! What is found of secrets, and what is left as it is.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

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
fn f93_a_secret_is_found_where_a_line_ends_between_its_backslashes() {
    let filter = Filter::default();
    filter.learn("P+ss\\ \\w/rd~1");
    for text in [
        "P+ss\\\n \\w/rd~1",
        "P+ss\\\\\n\\\\w/\nrd~1",
        "P+ss\\\\ \\\n\\w/rd~1",
        "P+ss\\\\%20\\\n\\w/rd~1",
    ] {
        assert_eq!(filter.clean(&format!("got {text} here")), "got [redacted] here", "{text}");
    }
    filter.learn("Q+ss\\ \tw/rd~1");
    assert_eq!(filter.clean("got Q+ss\\\\\n \\tw/rd~1 here"), "got [redacted] here");
}

#[test]
fn what_is_too_short_to_be_a_secret_is_left_in_ordinary_words() {
    let filter = Filter::default();
    for secret in ["123", "5 67"] {
        filter.learn(secret);
    }
    assert_eq!(filter.clean("1234, 5\n67"), "1234, 5\n67");
    filter.learn("1234");
    assert_eq!(filter.clean("1234, 12\n34"), "[redacted], [redacted]");
}

#[test]
fn a_secret_with_many_blanks_is_looked_for_once_at_each_place() {
    let filter = Filter::default();
    let blanks = " ".repeat(2_000);
    filter.learn(&format!("left{blanks}right +end"));
    // Every way to leave out half of the blanks would be tried in turn.
    let half = "%20".repeat(1_000);
    let text = format!("{}\n", format!("left{half}wrong ").repeat(20));
    assert_eq!(filter.clean(&text), text);
    assert_eq!(filter.clean(&format!("left{half}\nright++end")), "[redacted]");
    assert_eq!(filter.clean("left\nright+end"), "[redacted]");
}

#[test]
fn f93_a_plus_stands_for_a_blank_and_for_nothing_else() {
    let filter = Filter::default();
    filter.learn("one blank");
    filter.learn("one-hyphen");
    assert_eq!(filter.clean("one+blank, one+hyphen"), "[redacted], one+hyphen");
}

#[test]
fn f93_every_sign_that_html_writes_otherwise_is_found() {
    let filter = Filter::default();
    filter.learn("a&b\"c'd<e>f");
    for text in [
        "a&amp;b&quot;c&apos;d&lt;e&gt;f",
        "a&#38;b&#34;c&#39;d&#60;e&#62;f",
        "a&#x26;b&#x22;c&#x27;d&#x3c;e&#x3e;f",
        "a&#x26;b&#x22;c&#x27;d&#x3C;e&#x3E;f",
    ] {
        assert_eq!(filter.clean(text), "[redacted]", "{text}");
    }
}

#[test]
fn f93_what_looks_like_an_escape_within_a_secret_is_found_escaped() {
    let filter = Filter::default();
    filter.learn("domain\\u005cuser");
    for text in ["domain\\u005cuser", "domain\\\\u005cuser", "domain%5Cu005cuser"] {
        assert_eq!(filter.clean(text), "[redacted]", "{text}");
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
        "P%252Bss%2522w%252Frd%2520%255C%255C%25C3%25B6%25F0%259F%2598%2580%253C%2526~1".to_owned(),
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
