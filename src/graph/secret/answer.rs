//! Credentials in answers that succeed: a service, or a proxy before it, that repeats a token within an object would otherwise have it
//! stored in states.

use serde_json::Value as Json;

use super::Filter;
use super::filter::{Known, REDACTED, around};

/// Shorter credentials are not looked for in what is stored: a word like them may be meant.
const LEAST: usize = 16;
/// In longer texts, such as scripts, a secret is looked for as it is and in base64 only.
const LONG: usize = 64 << 10;

impl Filter {
    /// Takes the credentials of this process out of the texts of an answer. Secrets of the configuration stay: they are read back.
    pub(in crate::graph) fn scrub(&self, answer: &mut Json) {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let credentials: Vec<&Known> =
            known.iter().filter(|it| it.credential && it.secret.len() >= LEAST).collect();
        if !credentials.is_empty() {
            scrub(&credentials, answer);
        }
    }
}

fn scrub(credentials: &[&Known], value: &mut Json) {
    match value {
        Json::String(text) => {
            if let Some(clean) = without(credentials, text) {
                *text = clean;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| scrub(credentials, item)),
        Json::Object(members) => {
            members.iter_mut().for_each(|(_, value)| scrub(credentials, value));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// A text without the credentials, if it holds any. What stands in the place of one is not looked into.
fn without(credentials: &[&Known], text: &str) -> Option<String> {
    let mut fitting = credentials.iter().filter(|it| it.once.len() <= text.len()).peekable();
    fitting.peek()?;
    let pieces = around(text, fitting.copied(), text.len() > LONG);
    (pieces.len() > text.split(REDACTED).count()).then(|| pieces.join(REDACTED))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;

    #[test]
    fn f93_credentials_are_taken_out_of_an_answer_and_secrets_of_the_configuration_are_not() {
        let filter = Filter::default();
        let (credential, own) = ("the+secret/of-the app", "the password of a user");
        filter.learn(credential);
        filter.learn("short-one");
        filter.conceal(own);
        let mut answer = json!({
            "id": "1", "count": 1, "text": format!("a {credential}, and [redacted], and {credential}"),
            "list": [{"a": STANDARD.encode(credential)}, "the%2Bsecret/of-the%20app", null],
            "own": own, "word": "a short-one is left", "payload": "eyJhIjoxfQ",
        });
        filter.scrub(&mut answer);
        let expected = json!({
            "id": "1", "count": 1, "text": "a [redacted], and [redacted], and [redacted]",
            "list": [{"a": "[redacted]"}, "[redacted]", null],
            "own": own, "word": "a short-one is left", "payload": "eyJhIjoxfQ",
        });
        assert_eq!(answer, expected);
        // Whoever writes the credential into a configuration wants it back.
        filter.conceal(credential);
        filter.learn(credential);
        let mut answer = json!(credential);
        filter.scrub(&mut answer);
        assert_eq!(answer, json!(credential));
        assert_eq!(filter.clean(credential), "[redacted]", "and it is told nobody all the same");
    }

    #[test]
    fn f93_long_texts_are_searched_too() {
        let filter = Filter::default();
        filter.learn("the+secret/of-the app");
        let script = "x".repeat(LONG);
        let mut answer = json!(format!("{script}the+secret/of-the app{script}"));
        filter.scrub(&mut answer);
        assert_eq!(answer, json!(format!("{script}[redacted]{script}")));
    }
}
