//! The device authorization grant: the person enters a short code on any device (RFC 8628).
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>.

use std::sync::Arc;
use std::time::Duration;

use oauth2::{DeviceCodeErrorResponseType, RequestTokenError, StandardDeviceAuthorizationResponse};
use serde_json::Value as Json;

use super::{SignIn, SignedIn};
use crate::graph::Runtime;
use crate::graph::auth::claims::seconds;
use crate::graph::auth::entra::{App, Failure, Refusal, Service, Wire, merged_claims};

/// What the person is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePrompt {
    /// Address to open, on any device.
    pub address: String,
    /// Code to enter there. No secret: it is of use only to someone who signs in.
    pub user_code: String,
    /// How long it is good for.
    pub expires_in: Duration,
    /// The service's own words, which name both.
    pub message: String,
}

/// Signs a person in by a code. `show` is called once, when there is something to show; then the service is asked until the person is
/// done.
///
/// # Errors
/// A text for people, without secrets: the code was not entered in time, the person declined, a policy forbids it, and so on.
pub async fn device_code(
    sign_in: &SignIn,
    runtime: &Runtime,
    show: &mut (dyn FnMut(&DevicePrompt) + Send),
) -> Result<SignedIn, String> {
    let (app, service) = (sign_in.app(), sign_in.service(runtime));
    let message = |failure: Failure| failure.message;
    let wire = Wire::new(&service.runtime, &service.user_agent);
    let started = start(&app, &service, &sign_in.scopes()).await.map_err(message)?;
    let details = details(&started)
        .ok_or_else(|| app.words(&service, "the answer holds no device code", None))?;
    let text = |name: &str| started.get(name).and_then(Json::as_str).unwrap_or_default();
    show(&DevicePrompt {
        address: plain(text("verification_uri")),
        user_code: plain(text("user_code")),
        expires_in: details.expires_in(),
        message: plain(text("message")),
    });

    let address = app.address(&service, "token").map_err(message)?;
    let client = app.client(address).map_err(message)?;
    let clock = Arc::clone(&runtime.clock);
    let now =
        move || chrono::DateTime::from_timestamp(clock.wall().as_second(), 0).unwrap_or_default();
    let clock = Arc::clone(&runtime.clock);
    let polled = client
        .exchange_device_access_token(&details)
        .set_time_fn(now)
        .request_async(&wire, |wait| clock.sleep(wait), None)
        .await;
    let head = wire.take();
    let answered = polled.map_err(|error| match error {
        RequestTokenError::Request(error) => RequestTokenError::Request(error),
        RequestTokenError::Parse(error, body) => RequestTokenError::Parse(error, body),
        RequestTokenError::Other(message) => RequestTokenError::Other(message),
        // The crate knows less of a refusal than we do.
        RequestTokenError::ServerResponse(known) => {
            let expired = *known.error() == DeviceCodeErrorResponseType::ExpiredToken;
            let body: Option<Refusal> =
                head.as_ref().and_then(|(_, body)| serde_json::from_slice(body).ok());
            RequestTokenError::ServerResponse(match body {
                Some(refusal) if !expired || refusal.error == "expired_token" => refusal,
                _ => Refusal::of("expired_token", "the code was not entered in time"),
            })
        }
    });
    let issued = app.sort(&service, answered, head, None, None).map_err(message)?;
    sign_in.signed_in(&service, issued)
}

/// Gets a code.
pub(super) async fn start(
    app: &App,
    service: &Service,
    scopes: &[String],
) -> Result<Json, Failure> {
    let wire = Wire::new(&service.runtime, &service.user_agent);
    let form = [
        ("client_id", app.client_id.clone()),
        ("scope", scopes.join(" ")),
        ("claims", merged_claims(None)),
    ];
    // Sent by ourselves: the crate cannot read numbers where serde_json keeps them as they were written.
    let mut tries = service.tries();
    let address = app.address(service, "devicecode")?;
    loop {
        let answered = app.post::<Json>(&wire, &address, &form).await;
        let head = wire.take();
        match answered {
            Ok(started) => {
                let secret = started.get("device_code").and_then(Json::as_str);
                service.filter.learn(secret.unwrap_or_default());
                return Ok(started);
            }
            Err(error) => {
                if let Err(failure) = tries.again(app.failure(service, error, head)).await {
                    return Err(app.located(service, failure).await);
                }
            }
        }
    }
}

/// The service's words without what a terminal would take for a command. Addresses stay: they are what matters.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(2000).collect()
}

/// The answer in the crate's words.
fn details(started: &Json) -> Option<StandardDeviceAuthorizationResponse> {
    let mut started = started.as_object()?.clone();
    for (name, usual) in [("expires_in", 900), ("interval", 5)] {
        let number = started.get(name).and_then(seconds).filter(|number| *number > 0);
        started.insert(name.to_owned(), number.unwrap_or(usual).into());
    }
    serde_json::from_value(Json::Object(started)).ok()
}
