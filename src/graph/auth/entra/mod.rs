//! Microsoft Entra's token endpoint, through the `oauth2` crate with response types of our own.
//!
//! The crate's own types are strict where Entra is not (numbers as texts) and drop what Entra adds (`suberror`, `claims`,
//! `error_codes`), so they are replaced; its HTTP client is the wire of the [`Runtime`]. What the crate has no words for (assertions,
//! claims, on-behalf-of) lies in this thin layer beside it. Every flow goes through one [`Service`], so that all of them use the same
//! wire, the same hosts and the same rules of repetition.
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

mod response;
mod service;
mod wire;

use std::borrow::Cow;
use std::sync::atomic::{AtomicI64, Ordering};

use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardErrorResponse,
    StandardRevocableToken, TokenUrl,
};
use serde_json::Value as Json;

use super::aadsts;
use super::assertion;
use super::credential::Proof;
use super::tenant;
use super::token::Issued;
use crate::graph::error::readable;
use crate::graph::retry::Class;
use crate::graph::{Head, Secret, TransportError, json, retry_after, service_time, url};
pub(super) use response::{Grant, Refusal};
pub(in crate::graph) use service::Service;
pub(super) use service::{Again, Failure, PATIENCE, class_of, named_scope, scope_of};
pub(super) use wire::Wire;

/// Asks for tokens that the service may refuse at any time, and says that we know what to do then (continuous access evaluation).
const CAPABILITIES: &str = r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#;
/// RFC 7523, section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What an assertion may miss the service's clock by before it is worth another one.
const SKEW: i64 = 60;

/// An app in a tenant, and how it proves to be itself.
#[derive(Clone, Debug)]
pub(super) struct App {
    pub(super) tenant_id: String,
    pub(super) client_id: String,
    pub(super) proof: Proof,
}

/// What an app asks a token for.
pub(super) enum Wanted<'a> {
    /// As itself.
    ClientCredentials,
    /// For the person who signed in earlier.
    Refresh(&'a Secret),
    /// For the person who signed in just now.
    Code { code: &'a Secret, verifier: &'a Secret, redirect: &'a str },
    /// For the person who signed in to this app elsewhere.
    OnBehalfOf(&'a Secret),
}

pub(super) type EntraClient = oauth2::Client<
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

type Answered = Result<Grant, RequestTokenError<TransportError, Refusal>>;

impl App {
    /// Gets a token, after what is worth repeating was repeated. `claims` are what a service demands beyond the usual; without `scopes`
    /// the permissions of the [`Service`] are asked for.
    pub(super) async fn ask(
        &self,
        service: &Service,
        wanted: &Wanted<'_>,
        scopes: &[String],
        claims: Option<&str>,
    ) -> Result<Issued, Failure> {
        let skew = AtomicI64::new(0);
        let mut tries = service.tries();
        loop {
            match self.attempt(service, wanted, scopes, claims, &skew).await {
                Ok(issued) => return Ok(issued),
                Err(failure) => {
                    if let Err(failure) = tries.again(failure).await {
                        return Err(self.located(service, failure).await);
                    }
                }
            }
        }
    }

    /// The failure with the cloud that the tenant lives in, where it says that it is not this one.
    pub(super) async fn located(&self, service: &Service, failure: Failure) -> Failure {
        if !failure.numbers.iter().any(|number| aadsts::ELSEWHERE.contains(number)) {
            return failure;
        }
        let Service { endpoints, user_agent, runtime, .. } = service;
        match tenant::cloud_of(&self.tenant_id, &endpoints.login, user_agent, runtime).await {
            None => failure,
            Some(cloud) => Failure {
                message: format!(
                    "The tenant lives in the cloud {cloud:?}: set `environment` to that. {}",
                    failure.message
                ),
                ..failure
            },
        }
    }

    /// The address of one of the tenant's endpoints, e.g. `token`.
    pub(super) fn address(&self, service: &Service, endpoint: &str) -> Result<String, Failure> {
        let version = if service.endpoints.uses_v1 { "" } else { "v2.0/" };
        let path = format!("/{}/oauth2/{version}{endpoint}", url::encode_segment(&self.tenant_id));
        let address = service.endpoints.login.join(&path).map_err(Failure::new)?;
        Ok(address.as_str().to_owned())
    }

    /// The `oauth2` crate's picture of this app.
    pub(super) fn client(&self, address: String) -> Result<EntraClient, Failure> {
        let address = TokenUrl::new(address).map_err(|error| Failure::new(error.to_string()))?;
        let client = oauth2::Client::new(ClientId::new(self.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(address);
        Ok(match &self.proof {
            Proof::Secret(secret) => {
                client.set_client_secret(ClientSecret::new(secret.reveal().to_owned()))
            }
            _ => client,
        })
    }

    async fn attempt(
        &self,
        service: &Service,
        wanted: &Wanted<'_>,
        scopes: &[String],
        claims: Option<&str>,
        skew: &AtomicI64,
    ) -> Result<Issued, Failure> {
        let address = self.address(service, "token")?;
        let wire = Wire::new(&service.runtime, &service.user_agent);
        let assertion = self.assertion(service, &address, skew.load(Ordering::Relaxed)).await?;
        let mut extras = vec![("claims", merged_claims(claims))];
        if let Some(assertion) = &assertion {
            service.filter.learn(assertion.reveal());
            extras.push(("client_assertion_type", JWT_BEARER.to_owned()));
            extras.push(("client_assertion", assertion.reveal().to_owned()));
        }
        if service.endpoints.uses_v1 {
            extras.push(("resource", service.endpoints.audience.clone()));
        }
        let scopes = if scopes.is_empty() { service.scopes() } else { scopes.to_vec() };
        let answered = self.send(&wire, address, wanted, scopes, extras).await;
        let head = wire.take();
        self.sort(service, answered, head, assertion.as_ref(), Some(skew))
    }

    /// The assertion that proves the app, if that is its way.
    async fn assertion(
        &self,
        service: &Service,
        audience: &str,
        skew: i64,
    ) -> Result<Option<Secret>, Failure> {
        match &self.proof {
            Proof::None | Proof::Secret(_) => Ok(None),
            Proof::Certificate(certificate) => {
                let now = service.runtime.clock.wall();
                certificate.check_time(now).map_err(Failure::new)?;
                let now = now.as_second().saturating_add(skew);
                assertion::sign(
                    certificate,
                    audience,
                    &self.client_id,
                    now,
                    &*service.runtime.random,
                )
                .map(Some)
                .map_err(Failure::new)
            }
            Proof::Foreign(source) => Box::pin(source.token(service)).await.map(Some),
        }
    }

    async fn send(
        &self,
        wire: &Wire,
        address: String,
        wanted: &Wanted<'_>,
        scopes: Vec<String>,
        extras: Vec<(&'static str, String)>,
    ) -> Answered {
        let other = |failure: Failure| RequestTokenError::Other(failure.message);
        match wanted {
            Wanted::ClientCredentials => {
                let client = self.client(address).map_err(other)?;
                let mut request = client
                    .exchange_client_credentials()
                    .add_scopes(scopes.into_iter().map(Scope::new));
                for (name, value) in extras {
                    request = request.add_extra_param(name, value);
                }
                request.request_async(wire).await
            }
            Wanted::Refresh(token) => {
                let client = self.client(address).map_err(other)?;
                let token = RefreshToken::new(token.reveal().to_owned());
                let mut request = client
                    .exchange_refresh_token(&token)
                    .add_scopes(scopes.into_iter().map(Scope::new));
                for (name, value) in extras {
                    request = request.add_extra_param(name, value);
                }
                request.request_async(wire).await
            }
            Wanted::Code { code, verifier, redirect } => {
                let client = self.client(address).map_err(other)?;
                let redirect = RedirectUrl::new((*redirect).to_owned())
                    .map_err(|error| RequestTokenError::Other(error.to_string()))?;
                let mut request = client
                    .exchange_code(AuthorizationCode::new(code.reveal().to_owned()))
                    .set_pkce_verifier(PkceCodeVerifier::new(verifier.reveal().to_owned()))
                    .set_redirect_uri(Cow::Owned(redirect))
                    .add_extra_param("scope", scopes.join(" "));
                for (name, value) in extras {
                    request = request.add_extra_param(name, value);
                }
                request.request_async(wire).await
            }
            // The crate has no such grant.
            Wanted::OnBehalfOf(assertion) => {
                let mut form = vec![
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()),
                    ("client_id", self.client_id.clone()),
                    ("assertion", assertion.reveal().to_owned()),
                    ("requested_token_use", "on_behalf_of".to_owned()),
                    ("scope", scopes.join(" ")),
                ];
                form.retain(|(_, value)| !value.is_empty());
                if let Proof::Secret(secret) = &self.proof {
                    form.push(("client_secret", secret.reveal().to_owned()));
                }
                form.extend(extras);
                self.post(wire, &address, &form).await
            }
        }
    }

    /// Sends a form that the `oauth2` crate has no words for, and reads the answer by the same types.
    pub(super) async fn post<T: serde::de::DeserializeOwned>(
        &self,
        wire: &Wire,
        address: &str,
        form: &[(&str, String)],
    ) -> Result<T, RequestTokenError<TransportError, Refusal>> {
        let fields =
            form.iter().map(|(name, value)| format!("{name}={}", url::encode_segment(value)));
        let request = http::Request::post(address)
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(fields.collect::<Vec<_>>().join("&").into_bytes())
            .map_err(|error| RequestTokenError::Other(error.to_string()))?;
        let response = wire.send(request).await.map_err(RequestTokenError::Request)?;
        let garbled = |_| RequestTokenError::Other("the answer cannot be read".to_owned());
        let body = json::parse(response.body()).map_err(garbled)?;
        let garbled = |_| RequestTokenError::Other("the answer cannot be read".to_owned());
        if response.status().is_success() {
            return serde_json::from_value(body).map_err(garbled);
        }
        Err(RequestTokenError::ServerResponse(serde_json::from_value(body).map_err(garbled)?))
    }

    /// What came of an attempt. `skew` is where a difference of the clocks is noted when it is worth another assertion.
    pub(super) fn sort(
        &self,
        service: &Service,
        answered: Answered,
        head: Option<(Head, Vec<u8>)>,
        assertion: Option<&Secret>,
        skew: Option<&AtomicI64>,
    ) -> Result<Issued, Failure> {
        let filter = &*service.filter;
        match answered {
            Ok(grant) if !grant.access_token.secret().is_empty() => {
                let secret = |text: &str| {
                    filter.learn(text);
                    Secret::new(text)
                };
                Ok(Issued {
                    secret: secret(grant.access_token.secret()),
                    expires_in: grant.expires_in,
                    refresh_in: grant.refresh_in,
                    refresh_token: grant.refresh_token.as_ref().map(|token| secret(token.secret())),
                    id_token: grant.id_token.as_deref().map(secret),
                })
            }
            Ok(_) => {
                Err(Failure::new(self.words(service, "the answer holds an empty token", None)))
            }
            Err(RequestTokenError::Request(error)) => Err(self.unreached(service, &error)),
            Err(RequestTokenError::ServerResponse(refusal)) => {
                Err(self.refused(service, refusal, head, assertion, skew))
            }
            Err(RequestTokenError::Other(message)) if head.is_none() => {
                Err(Failure::new(self.words(service, &filter.shown(&message), None)))
            }
            // The crate shows the body in this error; only what was decoded under our rules may be shown.
            Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
                Err(self.garbled(service, head))
            }
        }
    }

    /// What came of another exchange with Entra than one for a token.
    pub(super) fn failure(
        &self,
        service: &Service,
        error: RequestTokenError<TransportError, Refusal>,
        head: Option<(Head, Vec<u8>)>,
    ) -> Failure {
        match error {
            RequestTokenError::Request(error) => self.unreached(service, &error),
            RequestTokenError::ServerResponse(refusal) => {
                self.refused(service, refusal, head, None, None)
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                self.garbled(service, head)
            }
        }
    }

    fn unreached(&self, service: &Service, error: &TransportError) -> Failure {
        let said = service.clean(&error.message);
        Failure {
            again: (!error.certificate && !error.oversize)
                .then_some(Again::Class(Class::Transient { timeout: error.timeout })),
            ..Failure::new(format!(
                "The sign-in of app {} in tenant {} did not get to {} and back: {said}",
                readable(&self.client_id),
                readable(&self.tenant_id),
                service.endpoints.login
            ))
        }
    }

    /// An error of the token endpoint.
    fn refused(
        &self,
        service: &Service,
        refusal: Refusal,
        head: Option<(Head, Vec<u8>)>,
        assertion: Option<&Secret>,
        skew: Option<&AtomicI64>,
    ) -> Failure {
        let filter = &*service.filter;
        let description = refusal.error_description.as_deref().unwrap_or(&refusal.error);
        let mut numbers = refusal.error_codes.clone();
        numbers.extend(aadsts::number_in(description));
        let first_line = description.lines().next().unwrap_or_default();
        let first_line = first_line.split(" Trace ID:").next().unwrap_or_default();
        let mut text = filter.shown(first_line);
        if let Some(suberror) = refusal.suberror.as_deref().filter(|text| !text.is_empty()) {
            text.push_str(&format!(" ({})", filter.shown(suberror)));
        }
        for (name, value) in [
            ("correlation id", &refusal.correlation_id),
            ("trace id", &refusal.trace_id),
            ("time", &refusal.timestamp),
        ] {
            if let Some(value) = value {
                text.push_str(&format!("; {name} {}", filter.shown(value)));
            }
        }
        let has = |known: &[i64]| numbers.iter().any(|number| known.contains(number));
        let status = head.as_ref().map_or(400, |(head, _)| head.status.as_u16());
        let difference = has(&aadsts::TIME)
            .then(|| service_time::ahead(&head.as_ref()?.0.headers, service.runtime.clock.wall()))
            .flatten()
            .filter(|seconds| seconds.abs() > SKEW);
        if let Some(seconds) = difference {
            text.push_str(&format!(
                "; the clock of this machine differs from the service's by about {seconds} s"
            ));
        }
        let again = if has(&aadsts::THROTTLED) {
            Some(Again::Class(Class::Throttled))
        } else if has(&aadsts::TRANSIENT) {
            Some(Again::Class(Class::Transient { timeout: false }))
        } else if has(&aadsts::REPLICATION) {
            Some(Again::Replication)
        } else if has(&aadsts::FRESH_SECRET) {
            Some(Again::FreshSecret)
        } else if let (Some(seconds), Some(skew), Proof::Certificate(_)) =
            (difference, skew, &self.proof)
            && skew.swap(seconds, Ordering::Relaxed) == 0
        {
            Some(Again::AtOnce)
        } else {
            class_of(status).map(Again::Class)
        };
        let wait = head.and_then(|(head, _)| {
            retry_after::stated(&head.headers, None, service.runtime.clock.wall())
        });
        let advice = aadsts::advice(&numbers)
            .or_else(|| aadsts::advice_on_error(&refusal.error, matches!(self.proof, Proof::None)));
        let mut message = self.words(service, &text, advice);
        if let Some(proof) = self.proof.describe(assertion, &*service.runtime.clock) {
            // Not made readable further: the issuer's address is the very thing that is needed.
            message.push_str(&format!(". {}", filter.clean(&proof)));
        }
        if aadsts::wants_consent(&numbers) {
            message.push_str(&format!(". Consent: {}", self.consent_address(service)));
        }
        Failure {
            again,
            wait,
            error: Some(refusal.error),
            suberror: refusal.suberror,
            numbers,
            ..Failure::new(message)
        }
    }

    /// Where an administrator consents to what the app is registered for.
    /// Source: <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>.
    fn consent_address(&self, service: &Service) -> String {
        format!(
            "{}/{}/adminconsent?client_id={}",
            service.endpoints.login,
            url::encode_segment(&self.tenant_id),
            url::encode_segment(&self.client_id),
        )
    }

    /// An answer in no shape that a token endpoint has: a proxy's page, plain text, nothing.
    fn garbled(&self, service: &Service, head: Option<(Head, Vec<u8>)>) -> Failure {
        let Some((head, body)) = head else {
            return Failure::new(self.words(service, "no answer came", None));
        };
        let text = service.garbled(&head, &body, "token response");
        Failure {
            again: class_of(head.status.as_u16()).map(Again::Class),
            wait: retry_after::stated(&head.headers, None, service.runtime.clock.wall()),
            ..Failure::new(self.words(service, &text, None))
        }
    }

    /// The whole text of an error.
    pub(super) fn words(&self, service: &Service, said: &str, advice: Option<&str>) -> String {
        let mut text = match advice {
            Some(advice) => format!("{advice} "),
            None => String::new(),
        };
        text.push_str(&format!(
            "{} answered the sign-in of app {} in tenant {}: {said}",
            service.endpoints.login,
            readable(&self.client_id),
            readable(&self.tenant_id),
        ));
        text
    }
}

/// The claims that a service demands, together with those that we always ask for.
pub(super) fn merged_claims(demanded: Option<&str>) -> String {
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
