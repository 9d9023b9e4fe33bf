//! Where tokens come from, and how often it is tried.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;

use crate::graph::error::Answer;
use crate::graph::retry::Class;
use crate::graph::{Endpoints, Filter, Head, Runtime};

/// Most attempts to get one token.
const ATTEMPTS: u32 = 5;
/// How long they may take together, but for the waits that the service asks for.
pub(in crate::graph::auth) const PATIENCE: Duration = Duration::from_secs(30);
/// How long the service may take to know of an app or of a federated credential that was made just now.
const REPLICATION: Duration = Duration::from_secs(180);
/// How often it is asked meanwhile.
const REPLICATION_STEP: Duration = Duration::from_secs(15);
/// How long the service may take to know of a secret that was made just now.
const FRESH_SECRET: Duration = Duration::from_secs(10);

/// What every sign-in of a client shares, whatever its flow.
#[derive(Clone)]
pub(in crate::graph) struct Service {
    pub(in crate::graph) endpoints: Endpoints,
    pub(in crate::graph) user_agent: String,
    pub(in crate::graph) runtime: Runtime,
    pub(in crate::graph) filter: Arc<Filter>,
    /// Whether to wait when the service does not know of something that may have been made just now.
    pub(in crate::graph) waits_for_replication: bool,
}

/// Why to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph::auth) enum Again {
    /// For a reason that Graph has too.
    Class(Class),
    /// An app or a federated credential may be too new.
    Replication,
    /// A secret may be too new.
    FreshSecret,
    /// What was wrong has been put right.
    AtOnce,
}

/// Why no token came.
#[derive(Debug, Default)]
pub(in crate::graph::auth) struct Failure {
    /// For people, without secrets.
    pub(in crate::graph::auth) message: String,
    pub(in crate::graph::auth) again: Option<Again>,
    /// How long the service asks to wait.
    pub(in crate::graph::auth) wait: Option<Duration>,
    /// `error` of the token endpoint's answer.
    pub(in crate::graph::auth) error: Option<String>,
    /// `suberror` of it.
    pub(in crate::graph::auth) suberror: Option<String>,
    /// Its AADSTS numbers.
    pub(in crate::graph::auth) numbers: Vec<i64>,
}

impl Failure {
    /// One that is not worth another try.
    pub(in crate::graph::auth) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), ..Failure::default() }
    }
}

/// How often it was tried to get one token, and for how long.
pub(in crate::graph::auth) struct Tries<'a> {
    service: &'a Service,
    began: Duration,
    /// Waits that the service asked for.
    stated: Duration,
    count: u32,
    had_fresh_secret: bool,
}

impl Tries<'_> {
    /// Waits until it is time for the next attempt.
    ///
    /// # Errors
    /// The failure, when another attempt is pointless.
    pub(in crate::graph::auth) async fn again(&mut self, failure: Failure) -> Result<(), Failure> {
        let Runtime { clock, random, .. } = &self.service.runtime;
        let patient = self.service.waits_for_replication;
        let spent = clock.now().saturating_sub(self.began).saturating_sub(self.stated);
        let delay = match failure.again {
            Some(Again::Class(class)) if self.count < ATTEMPTS => {
                let delay = class.delay(self.count, failure.wait, &**random);
                if failure.wait.is_some() {
                    self.stated += delay;
                    Some(delay)
                } else {
                    Some(delay).filter(|delay| spent + *delay <= PATIENCE)
                }
            }
            Some(Again::Replication) if patient => {
                Some(REPLICATION_STEP).filter(|delay| spent + *delay <= REPLICATION)
            }
            Some(Again::FreshSecret) if patient && !self.had_fresh_secret => {
                self.had_fresh_secret = true;
                Some(FRESH_SECRET)
            }
            Some(Again::AtOnce) => Some(Duration::ZERO),
            _ => None,
        };
        let Some(delay) = delay else {
            if self.count == 1 {
                return Err(failure);
            }
            let message = format!("{} (tried {} times)", failure.message, self.count);
            return Err(Failure { message, ..failure });
        };
        tracing::info!(
            seconds = delay.as_secs_f64(),
            attempt = self.count,
            "waiting to sign in again: {}",
            failure.message
        );
        clock.sleep(delay).await;
        self.count += 1;
        Ok(())
    }
}

impl Service {
    /// What to ask for: the permissions that were named, or everything that was consented to. At the older endpoint nothing: the
    /// resource is named there.
    pub(in crate::graph::auth) fn scopes(&self) -> Vec<String> {
        let Endpoints { audience, scopes, uses_v1, .. } = &self.endpoints;
        match (uses_v1, scopes.as_slice()) {
            (true, _) => Vec::new(),
            (false, []) => vec![scope_of(audience)],
            (false, scopes) => scopes.iter().map(|scope| named_scope(audience, scope)).collect(),
        }
    }

    /// The same for signing in a person. The older endpoint has forms of its own for that; a sign-in at the newer one serves it, too.
    pub(in crate::graph::auth) fn for_people(&self) -> Service {
        let endpoints = Endpoints { uses_v1: false, ..self.endpoints.clone() };
        Service { endpoints, ..self.clone() }
    }

    /// What tells tokens apart that are kept for later: what they are for, and with which permissions.
    pub(in crate::graph::auth) fn purpose(&self) -> String {
        let Endpoints { audience, scopes, .. } = &self.endpoints;
        std::iter::once(audience).chain(scopes).cloned().collect::<Vec<_>>().join(" ")
    }

    /// A count of the attempts to get one token.
    pub(in crate::graph::auth) fn tries(&self) -> Tries<'_> {
        Tries {
            service: self,
            began: self.runtime.clock.now(),
            stated: Duration::ZERO,
            count: 1,
            had_fresh_secret: false,
        }
    }

    /// One exchange with something else than Entra's token endpoint, in the time that a sign-in may take.
    pub(in crate::graph::auth) async fn exchange(
        &self,
        request: http::Request<Bytes>,
        what: &str,
    ) -> Result<http::Response<Bytes>, Failure> {
        let transient = |timeout| Some(Again::Class(Class::Transient { timeout }));
        tokio::select! {
            response = self.runtime.transport.send(request) => response.map_err(|error| Failure {
                again: transient(error.timeout).filter(|_| !error.certificate && !error.oversize),
                ..Failure::new(format!("{what} cannot be reached: {}", self.clean(&error.message)))
            }),
            () = self.runtime.clock.sleep(PATIENCE) => Err(Failure {
                again: transient(true),
                ..Failure::new(format!("{what} did not answer in time"))
            }),
        }
    }

    /// A text from outside, fit to be shown.
    pub(in crate::graph::auth) fn clean(&self, text: &str) -> String {
        self.filter.shown(text)
    }

    /// An answer that cannot be understood, in words that hold nothing of a token.
    pub(in crate::graph::auth) fn garbled(&self, head: &Head, body: &[u8], wanted: &str) -> String {
        let status = head.status.as_u16();
        let text = if head.status.is_success() {
            // A half-read token may be in it.
            format!("what came is no {wanted}")
        } else if head.status.is_redirection() {
            "what came is a redirect, which is not followed with a secret".to_owned()
        } else {
            Answer::decode(status, &head.headers, body, &self.filter).message
        };
        let kind =
            head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("none");
        format!("status {status}, content type {}: {text}", self.clean(kind))
    }
}

/// What to ask for everything that was consented to for an audience. An audience that ends in a slash keeps it: two follow each other.
pub(in crate::graph::auth) fn scope_of(audience: &str) -> String {
    format!("{audience}/.default")
}

/// A permission of an audience, unless it names another itself.
pub(in crate::graph::auth) fn named_scope(audience: &str, scope: &str) -> String {
    match scope.contains("://") {
        true => scope.to_owned(),
        false => format!("{}/{scope}", audience.trim_end_matches('/')),
    }
}

/// Whether a status is worth another try.
pub(in crate::graph::auth) fn class_of(status: u16) -> Option<Class> {
    match status {
        408 => Some(Class::Transient { timeout: true }),
        429 => Some(Class::Throttled),
        500..=599 => Some(Class::Transient { timeout: false }),
        _ => None,
    }
}
