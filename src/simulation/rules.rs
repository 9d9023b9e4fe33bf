//! What must hold of all that is sent: to whom, with what in it, how soon, and how often.
//!
//! The buckets are written down here once more, from <https://learn.microsoft.com/graph/throttling-limits> and not from the client, so
//! that the client's own table is looked at too.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value as Json;

/// How often a process may repeat what an outage refused: a budget of 100, of which each repetition takes 5.
const REPETITIONS: usize = 20;

/// How often the same may be asked without being a repetition: by several objects, or by one that waits for something to come true.
const QUESTIONS: usize = 2;

/// What is remembered of the wire, and what was broken.
pub(super) struct Rules {
    /// Host and port of the only service that there is.
    home: String,
    /// What the provider signs in with, and the tokens that it got for it.
    secrets: BTreeSet<String>,
    /// The waits that the provider was told of last, by bucket.
    told: BTreeMap<&'static str, Told>,
    outage: Outage,
    pub(super) violations: Vec<String>,
}

/// An outage, in which a client may ask, and not ask too often.
#[derive(Default)]
struct Outage {
    /// What was asked, each once.
    asked: BTreeSet<String>,
    /// How often something was asked.
    sent: usize,
    is_told: bool,
}

/// A wait that the service asked for.
#[derive(Clone, Copy)]
struct Told {
    /// When the answer that says so arrived. What sets off at that very moment cannot know of it yet.
    at: Duration,
    /// Until when nobody may ask again.
    until: Duration,
}

impl Rules {
    pub(super) fn new(home: &str, secret: &str) -> Rules {
        Rules {
            home: home.to_owned(),
            secrets: [secret.to_owned()].into(),
            told: BTreeMap::new(),
            outage: Outage::default(),
            violations: Vec::new(),
        }
    }

    /// Nobody is held back any more, as a process that begins was told nothing yet and has a budget of its own.
    pub(super) fn calm(&mut self) {
        self.told.clear();
        self.outage = Outage::default();
    }

    /// An outage begins.
    pub(super) fn outage(&mut self) {
        self.outage = Outage::default();
    }

    /// A request is sent.
    pub(super) fn sent(&mut self, now: Duration, request: &Request<Bytes>) {
        let (method, path) = (request.method(), request.uri().path());
        let host = request.uri().authority().map_or("", |it| it.as_str());
        if host != self.home {
            let carries = request.headers().contains_key(http::header::AUTHORIZATION);
            let with = if carries { ", with a token" } else { "" };
            self.violations.push(format!("{method} {path} was sent to {host}{with}"));
        }
        if is_token_service(request) {
            return;
        }
        if self.tells(request) {
            self.violations.push(format!("{method} {path} tells a secret"));
        }
        let told = self.told.get(bucket(path));
        if let Some(told) = told.filter(|told| told.at < now && now < told.until) {
            self.violations.push(format!(
                "{method} {path} was sent {} ms before the wait that the service asked for was over",
                (told.until - now).as_millis()
            ));
        }
    }

    /// Whether a secret or a token stands anywhere but in its header.
    fn tells(&mut self, request: &Request<Bytes>) -> bool {
        let headers = request.headers();
        let token = headers.get(http::header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        if let Some((_, token)) = token.and_then(|it| it.split_once(' ')) {
            self.secrets.insert(token.to_owned());
        }
        let is_secret = |text: &str| self.secrets.iter().any(|secret| text.contains(secret));
        let mut others = headers.iter().filter(|(name, _)| *name != http::header::AUTHORIZATION);
        is_secret(&request.uri().to_string())
            || others.any(|(_, value)| value.to_str().is_ok_and(is_secret))
            || is_secret(&String::from_utf8_lossy(request.body()))
    }

    /// The provider has an answer to a request.
    pub(super) fn answered(
        &mut self,
        now: Duration,
        request: &Request<Bytes>,
        response: &Response<Bytes>,
    ) {
        if response.status() != http::StatusCode::TOO_MANY_REQUESTS || is_token_service(request) {
            return;
        }
        if let Some(wait) = stated(response) {
            let until = now + wait;
            let told =
                self.told.entry(bucket(request.uri().path())).or_insert(Told { at: now, until });
            *told = match now < told.until {
                true => Told { until: told.until.max(until), ..*told },
                false => Told { at: now, until },
            };
        }
    }

    /// A request meets an outage, in which everything is refused that a client may repeat.
    pub(super) fn refused(&mut self, request: &Request<Bytes>) {
        let outage = &mut self.outage;
        let body = String::from_utf8_lossy(request.body());
        outage.asked.insert(format!("{} {} {body}", request.method(), request.uri()));
        outage.sent += 1;
        let most = REPETITIONS + QUESTIONS * outage.asked.len();
        if outage.sent > most && !std::mem::replace(&mut outage.is_told, true) {
            self.violations.push(format!("an outage was made worse by more than {most} requests"));
        }
    }
}

/// Whether a request is one for a token.
pub(super) fn is_token_service(request: &Request<Bytes>) -> bool {
    request.uri().path().ends_with("/oauth2/v2.0/token")
}

/// What shares a quota with a path.
fn bucket(path: &str) -> &'static str {
    let path = path.trim_start_matches("/beta").trim_start_matches("/v1.0");
    let begins = |with: &str| path.starts_with(with);
    if begins("/deviceManagement/virtualEndpoint") || begins("/roleManagement/cloudPC") {
        "Windows 365"
    } else if is_of_intune(path) {
        "Intune"
    } else {
        "directory"
    }
}

/// Whether Intune answers for a path, which says some things in a text of its own within the error.
pub(super) fn is_of_intune(path: &str) -> bool {
    let path = path.trim_start_matches("/beta").trim_start_matches("/v1.0");
    !path.starts_with("/deviceManagement/virtualEndpoint")
        && (path.starts_with("/deviceManagement")
            || path.starts_with("/roleManagement/deviceManagement"))
}

/// The wait that an answer asks for, in its header or in Intune's own text.
fn stated(response: &Response<Bytes>) -> Option<Duration> {
    let header = response.headers().get(http::header::RETRY_AFTER);
    let header = header.and_then(|value| value.to_str().ok()?.parse::<f64>().ok());
    let nested = || {
        let body: Json = serde_json::from_slice(response.body()).ok()?;
        let message: Json = serde_json::from_str(body["error"]["message"].as_str()?).ok()?;
        message["RetryAfter"].as_str()?.parse::<f64>().ok()
    };
    header.or_else(nested).map(Duration::from_secs_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_found_in_the_header_and_in_the_text_of_intune() {
        let body = serde_json::json!({ "error": { "message": "{\"RetryAfter\": \"7\"}" } });
        let mut response = Response::new(Bytes::from(body.to_string()));
        assert_eq!(stated(&response), Some(Duration::from_secs(7)));
        let three = http::HeaderValue::from_static("3");
        response.headers_mut().insert(http::header::RETRY_AFTER, three);
        assert_eq!(stated(&response), Some(Duration::from_secs(3)));
        assert_eq!(stated(&Response::new(Bytes::new())), None);
    }

    #[test]
    fn paths_have_the_bucket_of_their_service() {
        for (path, expected) in [
            ("/beta/deviceManagement/virtualEndpoint/userSettings/{id}", "Windows 365"),
            ("/beta/roleManagement/cloudPC/roleDefinitions", "Windows 365"),
            ("/beta/deviceManagement/roleDefinitions", "Intune"),
            ("/v1.0/groups", "directory"),
        ] {
            assert_eq!(bucket(path), expected, "{path}");
        }
    }
}
