//! Microsoft Entra's token endpoint, through the `oauth2` crate with response types of our own.
//!
//! The crate's own types are strict where Entra is not (numbers as texts) and drop what Entra adds (`suberror`, `claims`,
//! `error_codes`), so they are replaced; its HTTP client is the wire of the [`Runtime`].
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, RefreshToken, RequestTokenError, Scope, StandardErrorResponse,
    StandardRevocableToken, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use super::aadsts;
use super::claims::seconds;
use super::token::Issued;
use crate::graph::error::{Answer, readable};
use crate::graph::exchange::guid;
use crate::graph::retry::Class;
use crate::graph::{
    Endpoints, Filter, Head, Runtime, Secret, TransportError, json, retry_after, url,
};

/// Most attempts to get one token.
const ATTEMPTS: u32 = 5;
/// How long they may take together, but for the waits that Entra asks for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Asks for tokens that the service may refuse at any time, and says that we know what to do then (continuous access evaluation).
const CAPABILITIES: &str = r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#;

/// An app that signs in as itself.
pub(super) struct App {
    pub(super) tenant_id: String,
    pub(super) client_id: String,
    pub(super) secret: Secret,
    pub(super) endpoints: Endpoints,
    pub(super) user_agent: String,
}

type EntraClient = oauth2::Client<
    Refusal,
    Grant,
    oauth2::StandardTokenIntrospectionResponse<
        oauth2::EmptyExtraTokenFields,
        oauth2::basic::BasicTokenType,
    >,
    StandardRevocableToken,
    StandardErrorResponse<oauth2::RevocationErrorResponseType>,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A token response.
#[derive(Debug, Deserialize, Serialize)]
struct Grant {
    access_token: AccessToken,
    #[serde(default)]
    token_type: Kind,
    #[serde(default, deserialize_with = "lenient")]
    expires_in: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    refresh_in: Option<i64>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
struct Kind(String);

impl oauth2::TokenType for Kind {}

fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(seconds(&Json::deserialize(deserializer)?))
}

impl TokenResponse for Grant {
    type TokenType = Kind;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &Kind {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// An error response. Members of the wrong type count as absent.
#[derive(Debug, Deserialize, Serialize)]
struct Refusal {
    error: String,
    #[serde(default, deserialize_with = "text")]
    error_description: Option<String>,
    #[serde(default, deserialize_with = "numbers")]
    error_codes: Vec<i64>,
    #[serde(default, deserialize_with = "text")]
    suberror: Option<String>,
    #[serde(default, deserialize_with = "text")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "text")]
    trace_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    correlation_id: Option<String>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Json::deserialize(deserializer)?.as_str().map(str::to_owned))
}

fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let value = Json::deserialize(deserializer)?;
    Ok(value.as_array().map(|items| items.iter().filter_map(seconds).collect()).unwrap_or_default())
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.error_description.as_deref().unwrap_or(&self.error))
    }
}

impl oauth2::ErrorResponse for Refusal {}

/// The [`Runtime`]'s wire as the `oauth2` crate wants it. Remembers the head of the last answer, which the crate drops.
struct Wire {
    runtime: Runtime,
    user_agent: String,
    id: String,
    head: Mutex<Option<(Head, Vec<u8>)>>,
}

type Sent = Result<HttpResponse, TransportError>;

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Sent> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Wire {
    async fn send(&self, request: HttpRequest) -> Sent {
        let mut request = request.map(Bytes::from);
        let headers = request.headers_mut();
        for (name, value) in [
            (USER_AGENT.as_str(), self.user_agent.as_str()),
            ("client-request-id", &self.id),
            ("return-client-request-id", "true"),
        ] {
            if let (Ok(name), Ok(value)) =
                (http::HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                headers.insert(name, value);
            }
        }
        let response = tokio::select! {
            response = self.runtime.transport.send(request) => response?,
            () = self.runtime.clock.sleep(PATIENCE) => {
                return Err(TransportError { timeout: true, ..TransportError::cut("no answer came in time") });
            }
        };
        let (mut head, body) = response.into_parts();
        let body = json::without_bom(&body).to_vec();
        let kept = Head { status: head.status, headers: head.headers.clone() };
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some((kept, body.clone()));
        // The crate refuses JSON of any other name.
        if json::parse(&body).is_ok() {
            head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(HttpResponse::from_parts(head, body))
    }
}

/// Why no token came.
struct Failure {
    message: String,
    again: Option<Class>,
    wait: Option<Duration>,
}

impl App {
    /// Gets a token. `claims` are what a service demands beyond the usual.
    ///
    /// # Errors
    /// A text for people, without secrets, after what was worth repeating was repeated.
    pub(super) async fn token(
        &self,
        runtime: &Runtime,
        filter: &Filter,
        claims: Option<&str>,
    ) -> Result<Issued, String> {
        let clock = &*runtime.clock;
        let began = clock.now();
        let mut stated = Duration::ZERO;
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(runtime, filter, claims).await {
                Ok(issued) => {
                    tracing::info!(
                        tenant = self.tenant_id,
                        client = self.client_id,
                        login = %self.endpoints.login,
                        attempt,
                        "signed in with a client secret"
                    );
                    return Ok(issued);
                }
                Err(failure) => failure,
            };
            let Some(class) = failure.again.filter(|_| attempt < ATTEMPTS) else {
                return Err(if attempt > 1 {
                    format!("{} (tried {attempt} times)", failure.message)
                } else {
                    failure.message
                });
            };
            let delay = class.delay(attempt, failure.wait, &*runtime.random);
            if failure.wait.is_some() {
                stated += delay;
            }
            let spent = clock.now().saturating_sub(began).saturating_sub(stated);
            if spent + if failure.wait.is_some() { Duration::ZERO } else { delay } > PATIENCE {
                return Err(format!("{} (tried {attempt} times)", failure.message));
            }
            tracing::info!(
                seconds = delay.as_secs_f64(),
                attempt,
                "waiting to sign in again: {}",
                failure.message
            );
            clock.sleep(delay).await;
            attempt += 1;
        }
    }

    async fn attempt(
        &self,
        runtime: &Runtime,
        filter: &Filter,
        claims: Option<&str>,
    ) -> Result<Issued, Failure> {
        let hopeless = |message: String| Failure { message, again: None, wait: None };
        let address = format!("/{}/oauth2/v2.0/token", url::encode_segment(&self.tenant_id));
        let address = self.endpoints.login.join(&address).map_err(hopeless)?;
        let address = TokenUrl::new(address.as_str().to_owned())
            .map_err(|error| hopeless(error.to_string()))?;
        let client: EntraClient = oauth2::Client::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.secret.reveal().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(address);
        let wire = Wire {
            runtime: runtime.clone(),
            user_agent: self.user_agent.clone(),
            id: guid(&*runtime.random),
            head: Mutex::default(),
        };
        let result = client
            .exchange_client_credentials()
            .add_scope(Scope::new(format!("{}/.default", self.endpoints.audience)))
            .add_extra_param("claims", merged_claims(claims))
            .request_async(&wire)
            .await;
        let head = wire.head.lock().unwrap_or_else(PoisonError::into_inner).take();
        match result {
            Ok(grant) if !grant.access_token.secret().is_empty() => {
                filter.learn(grant.access_token.secret());
                Ok(Issued {
                    secret: Secret::new(grant.access_token.secret().clone()),
                    expires_in: grant.expires_in,
                    refresh_in: grant.refresh_in,
                })
            }
            Ok(_) => Err(hopeless(self.words("the answer holds an empty token", None))),
            Err(RequestTokenError::Request(error)) => Err(Failure {
                message: self.words(&filter.clean(&readable(&error.message)), None),
                again: (!error.certificate && !error.oversize)
                    .then_some(Class::Transient { timeout: error.timeout }),
                wait: None,
            }),
            Err(RequestTokenError::ServerResponse(refusal)) => {
                Err(self.refused(runtime, filter, refusal, head))
            }
            // The crate shows the body in this error; only what was decoded under our rules may be shown.
            Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
                Err(self.garbled(runtime, filter, head))
            }
        }
    }

    /// An error of the token endpoint.
    fn refused(
        &self,
        runtime: &Runtime,
        filter: &Filter,
        refusal: Refusal,
        head: Option<(Head, Vec<u8>)>,
    ) -> Failure {
        let description = refusal.error_description.as_deref().unwrap_or(&refusal.error);
        let mut numbers = refusal.error_codes.clone();
        numbers.extend(aadsts::number_in(description));
        let first_line = description.lines().next().unwrap_or_default();
        let first_line = first_line.split(" Trace ID:").next().unwrap_or_default();
        let mut text = filter.clean(&readable(first_line));
        if let Some(suberror) = refusal.suberror.as_deref().filter(|text| !text.is_empty()) {
            text.push_str(&format!(" ({})", filter.clean(&readable(suberror))));
        }
        for (name, value) in [
            ("correlation id", &refusal.correlation_id),
            ("trace id", &refusal.trace_id),
            ("time", &refusal.timestamp),
        ] {
            if let Some(value) = value {
                text.push_str(&format!("; {name} {}", filter.clean(&readable(value))));
            }
        }
        let status = head.as_ref().map_or(400, |(head, _)| head.status.as_u16());
        let again = if numbers.iter().any(|number| aadsts::THROTTLED.contains(number)) {
            Some(Class::Throttled)
        } else if numbers.iter().any(|number| aadsts::TRANSIENT.contains(number)) {
            Some(Class::Transient { timeout: false })
        } else {
            class_of(status)
        };
        let wait = head
            .and_then(|(head, _)| retry_after::stated(&head.headers, None, runtime.clock.wall()));
        Failure { message: self.words(&text, aadsts::advice(&numbers)), again, wait }
    }

    /// An answer in no shape that a token endpoint has: a proxy's page, plain text, nothing.
    fn garbled(
        &self,
        runtime: &Runtime,
        filter: &Filter,
        head: Option<(Head, Vec<u8>)>,
    ) -> Failure {
        let Some((head, body)) = head else {
            return Failure {
                message: self.words("no answer came", None),
                again: None,
                wait: None,
            };
        };
        let status = head.status.as_u16();
        let text = if head.status.is_success() {
            // A half-read token may be in it.
            "what came is no token response".to_owned()
        } else if head.status.is_redirection() {
            "what came is a redirect, which is not followed with a secret".to_owned()
        } else {
            Answer::decode(status, &head.headers, &body, filter).message
        };
        let kind =
            head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("none");
        let text =
            format!("status {status}, content type {}: {text}", filter.clean(&readable(kind)));
        Failure {
            message: self.words(&text, None),
            again: class_of(status),
            wait: retry_after::stated(&head.headers, None, runtime.clock.wall()),
        }
    }

    /// The whole text of an error.
    fn words(&self, said: &str, advice: Option<&str>) -> String {
        let mut text = match advice {
            Some(advice) => format!("{advice} "),
            None => String::new(),
        };
        text.push_str(&format!(
            "{} answered the sign-in of app {} in tenant {}: {said}",
            self.endpoints.login,
            readable(&self.client_id),
            readable(&self.tenant_id),
        ));
        text
    }
}

fn class_of(status: u16) -> Option<Class> {
    match status {
        408 => Some(Class::Transient { timeout: true }),
        429 => Some(Class::Throttled),
        500..=599 => Some(Class::Transient { timeout: false }),
        _ => None,
    }
}

/// The claims that a service demands, together with those that we always ask for.
fn merged_claims(demanded: Option<&str>) -> String {
    let demanded = demanded.and_then(|text| serde_json::from_str::<Json>(text).ok());
    let (Some(mut merged), Ok(ours)) = (demanded, serde_json::from_str::<Json>(CAPABILITIES))
    else {
        return CAPABILITIES.to_owned();
    };
    merge(&mut merged, ours);
    merged.to_string()
}

fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demanded_claims_are_merged_with_ours() {
        let merged = merged_claims(Some(
            r#"{"access_token":{"nbf":{"essential":true,"value":"1"}},"id_token":{}}"#,
        ));
        let expected: Json = serde_json::from_str(
            r#"{"access_token":{"nbf":{"essential":true,"value":"1"},"xms_cc":{"values":["CP1"]}},"id_token":{}}"#,
        )
        .unwrap();
        assert_eq!(serde_json::from_str::<Json>(&merged).unwrap(), expected);
        assert_eq!(merged_claims(Some("nonsense")), CAPABILITIES);
    }
}
