//! A device code without anybody to show it to: it stands in the error of one run, and the next run asks what became of it.

use std::time::Duration;

use oauth2::RequestTokenError;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::device_code::{plain, start};
use crate::graph::auth::claims::seconds;
use crate::graph::auth::entra::{App, Failure, Grant, Service, Wire, merged_claims};
use crate::graph::auth::token::Issued;

/// RFC 8628, section 3.4.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How long a code is good for when the service does not say.
const LIFE: i64 = 900;
/// How long to wait between two questions when the service does not say, and how much longer once it finds that too often
/// (RFC 8628, sections 3.2 and 3.5).
const PAUSE: i64 = 5;
/// How often the service may find it too often.
const PATIENCE: usize = 3;

/// A code that a person was shown, with the secret that belongs to it.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::graph::auth) struct ShownCode {
    authority: String,
    tenant_id: String,
    client_id: String,
    device_code: String,
    user_code: String,
    address: String,
    /// Unix seconds.
    pub(in crate::graph::auth) expires: i64,
    /// How many seconds must lie between two questions.
    interval: i64,
    /// When it was asked about last, in Unix seconds.
    asked: i64,
}

impl ShownCode {
    pub(in crate::graph::auth) fn is_for(&self, app: &App, service: &Service) -> bool {
        self.authority == service.endpoints.login.to_string()
            && self.tenant_id.eq_ignore_ascii_case(&app.tenant_id)
            && self.client_id.eq_ignore_ascii_case(&app.client_id)
    }

    /// What the person is to do.
    pub(in crate::graph::auth) fn words(&self, now: i64) -> String {
        let minutes = self.expires.saturating_sub(now) / 60;
        format!(
            "Somebody has to sign in. Open {} on any device, enter the code {} within {} minutes, and run the same command again.",
            self.address,
            self.user_code,
            minutes.max(1)
        )
    }
}

/// Gets a code for everything that was consented to.
pub(in crate::graph::auth) async fn begin(
    app: &App,
    service: &Service,
) -> Result<ShownCode, Failure> {
    let service = &service.for_people();
    let mut scopes = service.scopes();
    scopes.extend(["openid", "profile", "offline_access"].map(str::to_owned));
    let started = start(app, service, &scopes).await?;
    let text = |name: &str| {
        let text = started.get(name).and_then(Json::as_str);
        text.filter(|text| !text.is_empty()).map(plain)
    };
    let now = service.runtime.clock.wall().as_second();
    let life = started.get("expires_in").and_then(seconds).filter(|life| *life > 0);
    match (text("device_code"), text("user_code"), text("verification_uri")) {
        (Some(device_code), Some(user_code), Some(address)) => Ok(ShownCode {
            authority: service.endpoints.login.to_string(),
            tenant_id: app.tenant_id.clone(),
            client_id: app.client_id.clone(),
            device_code,
            user_code,
            address,
            expires: now.saturating_add(life.unwrap_or(LIFE)),
            interval: started
                .get("interval")
                .and_then(seconds)
                .filter(|pause| *pause > 0)
                .unwrap_or(PAUSE),
            asked: 0,
        }),
        _ => Err(Failure::new(app.words(service, "the answer holds no device code", None))),
    }
}

/// Asks what became of a code, no more often than the service wants: a token, or nothing yet.
///
/// # Errors
/// The person declined, the code has run out, or the service cannot say.
pub(in crate::graph::auth) async fn ask_about(
    shown: &mut ShownCode,
    app: &App,
    service: &Service,
) -> Result<Option<Issued>, Failure> {
    let service = &service.for_people();
    service.filter.learn(&shown.device_code);
    let clock = &service.runtime.clock;
    let form = [
        ("grant_type", GRANT.to_owned()),
        ("client_id", app.client_id.clone()),
        ("device_code", shown.device_code.clone()),
        ("claims", merged_claims(None)),
    ];
    let address = app.address(service, "token")?;
    for _ in 0..PATIENCE {
        // An earlier run may have asked just now.
        let wait = shown.asked.saturating_add(shown.interval) - clock.wall().as_second();
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            clock.sleep(Duration::from_secs(wait)).await;
        }
        shown.asked = clock.wall().as_second();
        let wire = Wire::new(&service.runtime, &service.user_agent);
        match app.post::<Grant>(&wire, &address, &form).await {
            Err(RequestTokenError::ServerResponse(refusal)) if refusal.error == "slow_down" => {
                shown.interval = shown.interval.saturating_add(PAUSE);
            }
            Err(RequestTokenError::ServerResponse(refusal))
                if refusal.error == "authorization_pending" =>
            {
                return Ok(None);
            }
            answered => return app.sort(service, answered, wire.take(), None, None).map(Some),
        }
    }
    Ok(None)
}
