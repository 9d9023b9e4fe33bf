//! Secrets: a type that cannot be printed, and a filter for texts that come from elsewhere.

use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
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

/// Takes secrets out of texts: those it was told of, in plain, base64, URL-encoded and JSON-escaped form, and everything that looks like
/// a token (`eyJ…`, the beginning of any JSON web token).
#[derive(Default)]
pub struct Filter {
    known: RwLock<Vec<String>>,
}

impl Filter {
    /// Adds a secret to look for.
    pub fn learn(&self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        let percent = super::url::encode_segment(secret);
        let forms = [
            secret.to_owned(),
            STANDARD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
            with_small_digits(&percent),
            percent,
            serde_json::Value::from(secret).to_string().trim_matches('"').to_owned(),
        ];
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms {
            if !known.contains(&form) {
                known.push(form);
            }
        }
        // Longest first, so that a secret that contains another one goes whole.
        known.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    }

    /// A text from outside without secrets, as one line that is safe to show. It is cleaned twice: making it readable cuts it and
    /// takes blanks and characters away, which would leave a part of a secret, or puts a secret together.
    pub(in crate::graph) fn shown(&self, text: &str) -> String {
        self.clean(&super::error::readable(&self.clean(text)))
    }

    /// The text without secrets.
    pub fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.known.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "[redacted]");
            }
        }
        without_tokens(&text)
    }
}

/// Percent-encoded text with its hexadecimal digits in lower case, as .NET's `HttpUtility.UrlEncode` writes them.
fn with_small_digits(percent: &str) -> String {
    let mut digits = 0;
    let small = |c: char| match (c, digits) {
        ('%', _) => {
            digits = 2;
            c
        }
        (_, 0) => c,
        _ => {
            digits -= 1;
            c.to_ascii_lowercase()
        }
    };
    percent.chars().map(small).collect()
}

/// Replaces each run of base64url characters and dots that begins with `eyJ`.
fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("eyJ") {
        let (before, token) = rest.split_at(at);
        clean.push_str(before);
        clean.push_str("[redacted]");
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
