//! The token of a client: kept, renewed before it ends, and fetched once however many callers want it.
//!
//! - Usable and not due: handed out.
//! - Due but usable: one renewal runs in the background, callers go on with the old one. If it fails, the next try is after 30 s.
//! - Not usable: callers share one request. Its failure goes to all of them and is remembered for 5 s, so that hundreds of calls that
//!   start together do not ask hundreds of times.
//! - Refused by Graph (401): renewed only if it is still the one in use, and not at all when a renewed one is refused at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OnceCell, watch};
use tracing::Instrument as _;

use super::Credential;
use super::entra::Service;
use super::flow::Flow;
use super::token::Token;
use crate::graph::client::Context;
use crate::graph::error::Error;
use crate::graph::{Clock, Endpoints, Granted, Secret};

/// How long a failure is remembered.
const FAILURE_MEMORY: Duration = Duration::from_secs(5);
/// How long after a failed background renewal the next one may begin.
const BACKGROUND_PAUSE: Duration = Duration::from_secs(30);
/// A renewed token that is refused within this time is not renewed again.
const RENEWED_JUST_NOW: Duration = Duration::from_secs(10);
/// Why a person who is signed in to the Azure CLI is stopped before the first request.
const BORROWED: &str = "The Azure CLI is signed in as a person, and its tokens can never manage Intune or Windows 365: Microsoft fixed what \
     the CLI's own app may do, and neither can be added. Sign `az` in as a service principal or managed identity that has the permissions, \
     or register an app of your own, set `client_id`, and sign in with `terraform-provider-windows365 auth login`.";
/// Graph's own id, which is an audience too.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// See the module.
#[derive(Clone)]
pub(in crate::graph) struct Session(Arc<Shared>);

struct Shared {
    source: Source,
    service: Service,
    state: Mutex<State>,
}

enum Source {
    Flow(Flow),
    Given(Given),
}

/// What a token that came from outside is checked against.
struct Given {
    tenant_id: Option<String>,
    audiences: Vec<String>,
    /// The verdict on the tenant, which may take a request.
    tenant: OnceCell<Result<(), String>>,
}

type Outcome = Option<Result<Arc<Token>, String>>;

/// Why a token is wanted that is not the one in use.
#[derive(Default)]
struct Demand {
    /// What the service demands of it.
    claims: Option<String>,
    /// The one that no longer serves.
    refused: Option<Secret>,
    /// Whether the service refused that one.
    forced: bool,
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    flight: Option<watch::Receiver<Outcome>>,
    failed: Option<(Duration, String)>,
    background_from: Duration,
    serial: u64,
    /// Whether a given token passed its first check.
    checked: bool,
}

impl Session {
    pub(in crate::graph) fn new(credential: Credential, service: Service) -> Session {
        let mut state = State::default();
        let source = match Flow::of(credential) {
            Ok(flow) => {
                for secret in flow.secrets() {
                    service.filter.learn(secret);
                }
                Source::Flow(flow)
            }
            Err((token, tenant_id)) => {
                let token = Secret::new(token.reveal().trim());
                service.filter.learn(token.reveal());
                state.token = Some(Arc::new(Token::given(token, &*service.runtime.clock)));
                let audiences = audiences(&service.endpoints);
                Source::Given(Given { tenant_id, audiences, tenant: OnceCell::new() })
            }
        };
        Session(Arc::new(Shared { source, service, state: Mutex::new(state) }))
    }

    fn clock(&self) -> &dyn Clock {
        &*self.0.service.runtime.clock
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::graph) fn granted(&self) -> Option<Granted> {
        self.state().token.clone()?.granted()
    }

    /// Whether an app signs in rather than a person, if that is known.
    pub(in crate::graph) fn is_application(&self) -> Option<bool> {
        let by_flow = || match &self.0.source {
            Source::Flow(flow) => flow.is_application(),
            Source::Given(_) => None,
        };
        self.granted().map(|granted| granted.application).or_else(by_flow)
    }

    /// A token for one request.
    pub(in crate::graph) async fn token(&self, cx: &Context) -> Result<Arc<Token>, Error> {
        if let Source::Given(given) = &self.0.source {
            let token = self.given(given).map_err(Error::sign_in)?;
            let verdict = given.tenant.get_or_init(|| self.check_given_tenant(given, &token));
            let verdict = cx.race(self.clock(), verdict).await;
            let verdict =
                verdict.map_err(|cut| Error::cut(cut, "while the tenant was looked up", None))?;
            return verdict.clone().map(|()| token).map_err(Error::sign_in);
        }
        let clock = self.clock();
        let flight = {
            let mut state = self.state();
            let now = clock.now();
            if let Some(token) = state.token.clone().filter(|token| token.is_usable(clock)) {
                if token.is_due(clock) && state.flight.is_none() && now >= state.background_from {
                    self.launch(&mut state, Demand::default());
                }
                return Ok(token);
            }
            if let Some((until, message)) = &state.failed
                && now < *until
            {
                return Err(Error::sign_in(message.clone()));
            }
            match &state.flight {
                Some(flight) => flight.clone(),
                None => self.launch(&mut state, Demand::default()),
            }
        };
        self.land(cx, flight).await
    }

    /// Gets another token because Graph refused this one, unless that has happened already. With `Err(None)` there is no other to be had.
    pub(in crate::graph) async fn renew(
        &self,
        cx: &Context,
        refused: &Token,
        claims: Option<String>,
    ) -> Result<(), Option<Error>> {
        if matches!(self.0.source, Source::Given(_)) {
            return Err(None);
        }
        let flight = {
            let mut state = self.state();
            match &state.token {
                Some(token) if token.serial != refused.serial => return Ok(()),
                Some(_)
                    if refused.forced && !refused.is_older_than(RENEWED_JUST_NOW, self.clock()) =>
                {
                    return Err(None);
                }
                _ => {}
            }
            state.token = None;
            match &state.flight {
                Some(flight) => flight.clone(),
                None => self.launch(
                    &mut state,
                    Demand { claims, refused: Some(refused.secret().clone()), forced: true },
                ),
            }
        };
        self.land(cx, flight).await.map(drop).map_err(Some)
    }

    /// Gets another token because permissions may have been granted since this one; tells whether it differs in them. The old one stays
    /// in use if none is to be had.
    pub(in crate::graph) async fn renew_for_rights(&self, cx: &Context, old: &Token) -> bool {
        if matches!(self.0.source, Source::Given(_)) {
            return false;
        }
        let flight = {
            let mut state = self.state();
            match &state.token {
                Some(token) if token.serial != old.serial => {
                    return rights(token) != rights(old);
                }
                _ => {}
            }
            match &state.flight {
                Some(flight) => flight.clone(),
                None => self.launch(
                    &mut state,
                    Demand { refused: Some(old.secret().clone()), ..Demand::default() },
                ),
            }
        };
        self.land(cx, flight).await.is_ok_and(|token| rights(&token) != rights(old))
    }

    /// A token that is good for a while, after another attempt to get one if the one in use is not.
    pub(in crate::graph) async fn lasting(
        &self,
        cx: &Context,
        least: Duration,
    ) -> Result<Arc<Token>, Error> {
        let token = self.token(cx).await?;
        if matches!(self.0.source, Source::Given(_)) || token.lasts(least, self.clock()) {
            return Ok(token);
        }
        let flight = {
            let mut state = self.state();
            match (&state.token, &state.flight) {
                (Some(newer), _) if newer.serial != token.serial => return Ok(Arc::clone(newer)),
                (_, Some(flight)) => flight.clone(),
                (_, None) => self.launch(
                    &mut state,
                    Demand { refused: Some(token.secret().clone()), ..Demand::default() },
                ),
            }
        };
        // Some hosts hand out the same token until it ends; and the one in use is still good.
        Ok(match self.land(cx, flight).await {
            Ok(newer) if newer.ends() >= token.ends() => newer,
            _ => token,
        })
    }

    /// Begins to fetch a token, in a task of its own, so that a caller who leaves takes it from nobody else.
    fn launch(&self, state: &mut State, demand: Demand) -> watch::Receiver<Outcome> {
        let (sender, receiver) = watch::channel(None);
        state.flight = Some(receiver.clone());
        state.serial += 1;
        let (session, serial) = (self.clone(), state.serial);
        let task = async move {
            let fetched = session.fetch(&demand, serial).await;
            session.store(&fetched);
            sender.send_replace(Some(fetched));
        };
        tokio::spawn(task.in_current_span());
        receiver
    }

    async fn fetch(&self, demand: &Demand, serial: u64) -> Result<Arc<Token>, String> {
        let Source::Flow(flow) = &self.0.source else {
            return Err("a given token cannot be renewed".to_owned());
        };
        let service = &self.0.service;
        let issued = flow.token(service, demand.claims.as_deref(), demand.refused.as_ref()).await?;
        let token = Token::new(issued, serial, demand.forced, self.clock());
        self.check_own(flow, &token).await?;
        tracing::info!(login = %service.endpoints.login, "signed in with {}", flow.name());
        if let Some(claims) = &token.claims {
            tracing::debug!(application = claims.application, permissions = ?claims.permissions, expires = claims.expires, "new token");
            if claims.application && claims.permissions.is_empty() {
                tracing::warn!(
                    "the token has no roles: no application permission is granted to the app"
                );
            }
        }
        Ok(Arc::new(token))
    }

    fn store(&self, fetched: &Result<Arc<Token>, String>) {
        let clock = self.clock();
        let now = clock.now();
        let mut state = self.state();
        state.flight = None;
        match fetched {
            Ok(token) => {
                state.token = Some(Arc::clone(token));
                state.failed = None;
            }
            Err(message) if state.token.as_ref().is_some_and(|token| token.is_usable(clock)) => {
                tracing::warn!("the token could not be renewed and is used further: {message}");
                state.background_from = now.saturating_add(BACKGROUND_PAUSE);
            }
            Err(message) => {
                state.failed = Some((now.saturating_add(FAILURE_MEMORY), message.clone()))
            }
        }
    }

    /// Waits for a flight to end.
    async fn land(
        &self,
        cx: &Context,
        mut flight: watch::Receiver<Outcome>,
    ) -> Result<Arc<Token>, Error> {
        let clock = self.clock();
        let landed = cx
            .race(clock, flight.wait_for(Option::is_some))
            .await
            .map_err(|cut| Error::cut(cut, "while signing in", None))?;
        let outcome = landed.ok().and_then(|outcome| outcome.clone());
        outcome
            .unwrap_or_else(|| Err("the sign-in ended without a result".to_owned()))
            .map_err(Error::sign_in)
    }

    /// The given token, checked as far as it can be read.
    fn given(&self, given: &Given) -> Result<Arc<Token>, String> {
        let mut state = self.state();
        let token = state.token.clone().ok_or("there is no token")?;
        if token.secret().is_empty() {
            return Err("`access_token` is empty".to_owned());
        }
        let endpoints = &self.0.service.endpoints;
        let Some(claims) = &token.claims else {
            // Graph says at once that a token is for somebody else; others are not to be shown a token for Graph.
            return match endpoints.elsewhere {
                false => Ok(token),
                true => Err(format!(
                    "`access_token` cannot be read, so that it may be for another service than {}",
                    endpoints.audience
                )),
            };
        };
        let clock = self.clock();
        let left = claims.expires.map(|expires| expires.saturating_sub(clock.wall().as_second()));
        let described = token.describe(clock);
        if left.is_some_and(|left| left <= 0) {
            return Err(format!(
                "`access_token` has expired, and a given token cannot be renewed. It is {described}."
            ));
        }
        if state.checked {
            return Ok(token);
        }
        if left.is_some_and(|left| left < 300) {
            return Err(format!(
                "`access_token` ends within five minutes, which is too short for a run. It is {described}."
            ));
        }
        if left.is_some_and(|left| left < 1200) {
            tracing::warn!(
                "the given access token ends within twenty minutes and cannot be renewed"
            );
        }
        let same = |audience: &str, known: &String| {
            audience.trim_end_matches('/').eq_ignore_ascii_case(known.trim_end_matches('/'))
        };
        if let Some(audience) = &claims.audience
            && !given.audiences.iter().any(|known| same(audience, known))
        {
            let wanted = if endpoints.elsewhere { &endpoints.audience } else { "Microsoft Graph" };
            return Err(format!("`access_token` is not for {wanted}. It is {described}."));
        }
        state.checked = true;
        Ok(token)
    }

    /// Whether a given token is for the tenant that was named.
    async fn check_given_tenant(&self, given: &Given, token: &Token) -> Result<(), String> {
        self.check_tenant_by_name(token, given.tenant_id.as_deref()).await
    }

    /// Whether a token that a flow got is one that Graph can be asked with.
    async fn check_own(&self, flow: &Flow, token: &Token) -> Result<(), String> {
        if flow.names_tenant_to_entra() {
            // The authority of a domain issues tokens of the tenant that owns it.
            return check_tenant(token, flow.tenant_id());
        }
        self.check_tenant_by_name(token, flow.tenant_id()).await?;
        match &token.claims {
            Some(claims) if claims.is_azure_cli_user() && !self.0.service.endpoints.elsewhere => {
                Err(BORROWED.to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether the token is for a tenant. A domain name is looked up first; when that fails the token is believed, since no token would
    /// be the worse for it.
    async fn check_tenant_by_name(
        &self,
        token: &Token,
        expected: Option<&str>,
    ) -> Result<(), String> {
        let Some(expected) = expected else { return Ok(()) };
        let is_told = token.claims.as_ref().is_some_and(|claims| claims.tenant_id.is_some());
        if !is_told || is_guid(expected) {
            return check_tenant(token, Some(expected));
        }
        let Service { endpoints, user_agent, runtime, .. } = &self.0.service;
        match super::tenant::id_of(expected, &endpoints.login, user_agent, runtime).await {
            Ok(id) => {
                check_tenant(token, Some(&id)).map_err(|error| format!("{error} ({expected})"))
            }
            Err(why) => {
                tracing::warn!("it was not checked that the token is for tenant {expected}: {why}");
                Ok(())
            }
        }
    }
}

/// What a token may be for and still be for Graph, or for the service that stands in its place.
fn audiences(endpoints: &Endpoints) -> Vec<String> {
    if endpoints.elsewhere {
        return vec![endpoints.audience.clone()];
    }
    vec![
        endpoints.audience.clone(),
        endpoints.graph.to_string(),
        "https://graph.microsoft.com".to_owned(),
        GRAPH_APP_ID.to_owned(),
    ]
}

pub(super) fn is_guid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

fn rights(token: &Token) -> Option<&[String]> {
    token.claims.as_ref().map(|claims| claims.permissions.as_slice())
}

/// Whether the token is for the tenant that was asked for. A domain name is not compared: the authority of a domain issues tokens of the
/// tenant that owns it.
fn check_tenant(token: &Token, expected: Option<&str>) -> Result<(), String> {
    let actual = token.claims.as_ref().and_then(|claims| claims.tenant_id.as_deref());
    let (Some(actual), Some(expected)) = (actual, expected) else { return Ok(()) };
    if !is_guid(expected) || actual.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(format!("the token is for tenant {actual}, but `tenant_id` is {expected}"))
}

#[cfg(test)]
mod tests;
