//! The client: one explicit loop that waits its turn, authorizes, sends, classifies and retries.
//!
//! The token is asked for after the turn has come, and for every attempt: a turn can be a long time coming, and a token that was good
//! when the wait began may not be when it ends.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::auth::{Claims, Service, Session, Token};
use super::error::{Answer, Cut};
use super::exchange::{self, Exchange, Failure};
use super::gate::Gate;
use super::limits::Family;
use super::origin::Address;
use super::retry::{self, Class, Verdict};
use super::room::{Place, Room, Size};
use super::service_time::ServiceTime;
use super::{
    Clock, Credential, Endpoints, Error, Filter, Method, Request, Runtime, Secret, Version, url,
};

/// Most redirects that are followed for one request.
const REDIRECTS: u32 = 3;
/// Most bytes of a request's body.
pub const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Where tokens come from and where requests go.
    pub endpoints: Endpoints,
    /// What the client signs in with.
    pub credential: Credential,
    /// `User-Agent` of every request; the Cloud PC service refuses requests without one.
    pub user_agent: String,
    /// Whether a sign-in waits, for some minutes, when Entra does not know an app or a federated credential that may be new.
    pub waits_for_replication: bool,
    /// What the client shares with others of its process.
    pub shared: Shared,
}

/// What all clients of one process share: the secrets that none of them may tell, whichever of them got to know them, and the room for
/// large answers.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    filter: Arc<Filter>,
    room: Room,
}

impl ClientConfig {
    /// The public cloud, with this crate's name and version as the user agent.
    pub fn new(credential: Credential) -> Self {
        ClientConfig {
            endpoints: Endpoints::default(),
            credential,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            waits_for_replication: false,
            shared: Shared::default(),
        }
    }
}

/// What every call carries along.
#[derive(Clone, Debug)]
pub struct Context {
    /// [`Clock::now`] at which the operation must have ended.
    pub deadline: Duration,
    /// Ends every wait at once. A write in flight gets a grace of a second.
    pub stop: CancellationToken,
}

impl Context {
    /// Whether the operation may still begin something.
    pub(super) fn check(&self, clock: &dyn Clock) -> Result<(), Cut> {
        if self.stop.is_cancelled() {
            return Err(Cut::Stopped);
        }
        if clock.now() >= self.deadline { Err(Cut::Deadline) } else { Ok(()) }
    }

    /// Waits for a future, but no longer than the operation may last.
    pub(super) async fn race<F: Future>(
        &self,
        clock: &dyn Clock,
        future: F,
    ) -> Result<F::Output, Cut> {
        let left = self.deadline.checked_sub(clock.now()).ok_or(Cut::Deadline)?;
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Cut::Stopped),
            output = future => Ok(output),
            () = clock.sleep(left) => Err(Cut::Deadline),
        }
    }

    /// Waits for a while. Fails at once when the operation would not live to see the end of it.
    pub(super) async fn sleep(&self, clock: &dyn Clock, wait: Duration) -> Result<(), Cut> {
        self.check(clock)?;
        if clock.now().saturating_add(wait) >= self.deadline {
            return Err(Cut::Deadline);
        }
        self.race(clock, clock.sleep(wait)).await
    }
}

/// A successful answer. `Debug` leaves the body out: it may hold what is nobody's business.
#[derive(Clone)]
pub struct Reply {
    /// HTTP status, 2xx.
    pub status: u16,
    /// The body, null when there was none (204).
    pub body: Json,
    /// The last path segment of the `Location` header, if any: the id after a create.
    pub location_id: Option<String>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reply { status, body: _, location_id } = self;
        f.debug_struct("Reply")
            .field("status", status)
            .field("location_id", location_id)
            .finish_non_exhaustive()
    }
}

/// What the token in use allows, as far as it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Whether the token is an app's (roles) rather than a person's (scopes).
    pub application: bool,
    /// Permission names.
    pub permissions: Vec<String>,
    /// Tenant id of the token.
    pub tenant_id: Option<String>,
    /// Id of the app that the token was issued to.
    pub client_id: Option<String>,
    /// Template ids of the person's directory roles, as far as the token tells.
    pub directory_roles: Vec<String>,
}

/// A token that somebody else is to use.
#[derive(Clone, Debug)]
pub struct HandedOut {
    /// The token.
    pub secret: Secret,
    /// When it ends, if that is known.
    pub ends: Option<jiff::Timestamp>,
    /// What it says of itself, if it can be read.
    pub claims: Option<Claims>,
}

/// A client for one tenant, app and cloud. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    endpoints: Endpoints,
    user_agent: String,
    runtime: Runtime,
    session: Session,
    gate: Gate,
    room: Room,
    service_time: ServiceTime,
    filter: Arc<Filter>,
}

/// One call: what to send where, and how patient to be.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    pub(super) address: Address,
    /// How often the service may answer that it is overloaded (503, 504) before the call fails.
    pub(super) overloads: u32,
    /// The place in the room of who calls, if it has one.
    pub(super) place: Option<Place>,
}

/// What has happened so far in one call.
#[derive(Default)]
struct Tries {
    attempts: u32,
    repeats: u32,
    overloads: u32,
    redirects: u32,
    renewed: bool,
    renewed_for_rights: bool,
    waited: Duration,
    client_request_id: Option<String>,
}

impl Tries {
    fn on(&self, error: Error) -> Error {
        error.with_tries(self.attempts, self.waited, self.client_request_id.as_deref())
    }
}

impl Client {
    /// A client. Nothing is sent before the first request.
    pub fn new(config: ClientConfig, runtime: Runtime) -> Self {
        let ClientConfig { endpoints, credential, user_agent, waits_for_replication, shared } =
            config;
        let Shared { filter, room } = shared;
        let service = Service {
            endpoints: endpoints.clone(),
            user_agent: user_agent.clone(),
            runtime: runtime.clone(),
            filter: Arc::clone(&filter),
            waits_for_replication,
        };
        let session = Session::new(credential, service);
        Client(Arc::new(Inner {
            endpoints,
            user_agent,
            runtime,
            session,
            gate: Gate::new(),
            room,
            service_time: ServiceTime::default(),
            filter,
        }))
    }

    /// The context of an operation that may take `limit` from now on.
    pub fn context(&self, limit: Duration, stop: CancellationToken) -> Context {
        Context { deadline: self.0.runtime.clock.now().saturating_add(limit), stop }
    }

    /// Time, randomness and wire of this client, for waits that belong to an operation rather than to a request.
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// The time by the service's own clock, as far as an answer has told it. For ages of objects, which several machines may judge.
    pub fn service_time(&self) -> jiff::Timestamp {
        self.0.service_time.at(self.0.runtime.clock.wall())
    }

    /// The address that [`Request`] paths are below, version included and without a final slash; for `@odata.bind`.
    pub fn root(&self, version: Version) -> String {
        let endpoints = &self.0.endpoints;
        format!("{}{}", endpoints.graph, endpoints.root(version))
    }

    /// Permission names in the token in use (`roles` of an app, `scp` of a person) and whether it is an app's. `None` while no token
    /// was fetched, or when it cannot be read.
    pub fn granted(&self) -> Option<Granted> {
        self.0.session.granted()
    }

    /// Signs in, if nobody has; says what the token allows, if it tells.
    ///
    /// # Errors
    /// The sign-in failed; the next request says the same.
    pub async fn sign_in(&self, cx: &Context) -> Result<Option<Granted>, Error> {
        let token = self.0.session.token(cx).await?;
        Ok(token.granted())
    }

    /// Signs in, if nobody has; gives what the token says of itself, if it can be read.
    ///
    /// # Errors
    /// As [`Client::sign_in`].
    pub async fn claims(&self, cx: &Context) -> Result<Option<Claims>, Error> {
        let token = self.0.session.token(cx).await?;
        Ok(token.claims().cloned())
    }

    /// A token to hand out, which is good for `least` if such a one is to be had.
    ///
    /// # Errors
    /// As [`Client::sign_in`].
    pub async fn hand_out(&self, cx: &Context, least: Duration) -> Result<HandedOut, Error> {
        let token = self.0.session.lasting(cx, least).await?;
        Ok(HandedOut {
            secret: token.secret().clone(),
            ends: token.ends(),
            claims: token.claims().cloned(),
        })
    }

    /// Whether an app signs in rather than a person, if that is known: by the token, or before there is one by the way to sign in.
    pub fn is_application(&self) -> Option<bool> {
        self.0.session.is_application()
    }

    /// Makes sure that a text appears in no error of this client: for passwords and the like, which services repeat at times.
    pub fn conceal(&self, secret: &str) {
        self.0.filter.conceal(secret);
    }

    /// A text without the secrets that this client knows of, in whatever usual form they stand there: for what comes out of answers and
    /// is going to be shown or kept.
    pub fn redact(&self, text: &str) -> String {
        self.0.filter.clean(text)
    }

    /// Waits for a while within an operation; `reason` completes "waiting: …" in the log.
    ///
    /// # Errors
    /// At once when the operation is stopped, or would be over before the wait is.
    pub async fn pause(&self, cx: &Context, wait: Duration, reason: &str) -> Result<(), Error> {
        tracing::info!(seconds = wait.as_secs_f64(), "waiting: {reason}");
        cx.sleep(&*self.0.runtime.clock, wait).await.map_err(|cut| {
            Error::cut(cut, &format!("with {} s to wait because {reason}", wait.as_secs()), None)
        })
    }

    /// Sends one request, retrying as its effect allows.
    ///
    /// # Errors
    /// Everything but a 2xx, and a 2xx whose body is no JSON or holds an `error`.
    pub async fn send(&self, cx: &Context, request: &Request) -> Result<Reply, Error> {
        let address = self.address(request)?;
        let call = Call { request, address, overloads: u32::MAX, place: None };
        // Whoever holds the answer may ask for more, so it holds no place.
        self.run(cx, call).await.map(|(reply, _)| reply)
    }

    /// Waits for the place in the room.
    pub(super) async fn place(&self, cx: &Context) -> Result<Place, Error> {
        let place = self.0.room.take(cx, &*self.0.runtime.clock).await;
        place.map_err(|(cut, what)| Error::cut(cut, what, None))
    }

    /// Whether a request may be sent that only this failure gives rise to: a look whether a lost write took effect, another attempt. While
    /// the service works nothing speaks against it. When it does not, it is one request more to a service that is down, so it is paid for
    /// as a repetition is; false when too many requests failed of late.
    pub fn may_follow(&self, failed: &Error, request: &Request) -> bool {
        match failed.fault() {
            None => true,
            Some(class) => !failed.is_given_up() && self.may_repeat(request, class),
        }
    }

    /// Pays for asking again in another way; false when too many requests failed of late.
    pub(super) fn may_repeat(&self, request: &Request, class: Class) -> bool {
        self.0.gate.pay(Family::of(&request.template), class)
    }

    /// The whole address of a request.
    pub(super) fn address(&self, request: &Request) -> Result<Address, Error> {
        url::path_and_query(request, &self.0.endpoints.root(request.version))
            .and_then(|path| self.0.endpoints.graph.join(&path))
            .map_err(|why| Error::request(format!("the request cannot be made: {why}")))
    }

    /// Admits an address from a page.
    pub(super) fn admit(&self, link: &str, version: Version) -> Result<Address, Error> {
        let endpoints = &self.0.endpoints;
        endpoints.graph.admit(link, &endpoints.root(version), None).map_err(|why| {
            Error::refused(format!(
                "the next page is not asked for, because its address cannot be trusted: {why}"
            ))
        })
    }

    /// The loop. With the answer comes the place in the room, if it is large.
    pub(super) async fn run(
        &self,
        cx: &Context,
        mut call: Call<'_>,
    ) -> Result<(Reply, Option<Place>), Error> {
        let Inner { runtime, session, gate, .. } = &*self.0;
        let (clock, random) = (&*runtime.clock, &*runtime.random);
        let request = call.request;
        let family = Family::of(&request.template);
        let mut tries = Tries::default();
        let mut last = None;
        loop {
            let turn = gate
                .enter(cx, clock, family, request.is_write())
                .await
                .map_err(|(cut, what)| tries.on(Error::cut(cut, &what, last.take())))?;
            let sent_at = turn.since;
            let token = session.token(cx).await.map_err(|error| tries.on(error))?;

            tries.attempts += 1;
            let id = exchange::guid(random);
            let mut wire =
                self.wire_request(&call, token.secret(), &id).map_err(|error| tries.on(error))?;
            // A write cannot be sent again only because its answer is large.
            let size = (!request.is_write()).then(|| Size::new(&self.0.room, call.place.clone()));
            if let Some(size) = &size {
                wire.extensions_mut().insert(size.clone());
            }
            tries.client_request_id = Some(id);
            let exchange = Exchange { cx, runtime, write: request.is_write() };
            let (sent, turn) = exchange.run(wire, turn).await.map_err(|interrupted| {
                let error = Error::cut(interrupted.cut, "with a request in flight", last.take());
                tries.on(error.ambiguous(interrupted.maybe_acted))
            })?;

            if let Ok(response) = &sent {
                self.0.service_time.set(response.headers(), clock.wall());
            }
            let failure = match exchange::sort(request, sent, size, &self.0.filter) {
                Ok(success) => {
                    gate.refund(family);
                    log(&call, &tries, Some(success.reply.status), success.request_id.as_deref());
                    return Ok((success.reply, success.place));
                }
                Err(failure) if matches!(*failure, Failure::Crowded) => {
                    drop(turn);
                    call.place = Some(self.place(cx).await.map_err(|error| tries.on(error))?);
                    continue;
                }
                Err(failure) => failure,
            };
            let answer = failure.answer();
            log(
                &call,
                &tries,
                answer.map(|a| a.status),
                answer.and_then(|a| a.request_id.as_deref()),
            );
            let is_get = request.method == Method::Get;
            let verdict = retry::judge(request.effect, is_get, &failure.outcome());
            let stated = failure.retry_after(clock);
            let delay = |class: Class| class.delay(tries.repeats + 1, stated, random);
            let held = (verdict == Verdict::Again(Class::Throttled)).then(|| {
                let (now, delay) = (clock.now(), delay(Class::Throttled));
                gate.throttled(family, request.is_write(), sent_at, now, now.saturating_add(delay));
                delay
            });
            drop(turn);
            let class = match verdict {
                Verdict::Renew { claims } if !tries.renewed => {
                    tries.renewed = true;
                    match session.renew(cx, &token, claims).await {
                        Ok(()) => continue,
                        Err(Some(error)) => return Err(tries.on(error)),
                        // This kind of sign-in cannot get another token.
                        Err(None) => return Err(tries.on(self.rejected(*failure, &token))),
                    }
                }
                Verdict::Renew { .. } => return Err(tries.on(self.rejected(*failure, &token))),
                Verdict::Follow(link) if tries.redirects < REDIRECTS => {
                    tries.redirects += 1;
                    let Endpoints { graph, .. } = &self.0.endpoints;
                    let root = self.0.endpoints.root(request.version);
                    call.address =
                        graph.admit(&link, &root, Some(&call.address)).map_err(|why| {
                            let what = "Graph answered with a redirect that cannot be trusted";
                            tries.on(Error::refused(format!("{what}: {why}")))
                        })?;
                    continue;
                }
                Verdict::Follow(_) => {
                    let what = "Graph answered with too many redirects in a row";
                    return Err(tries.on(Error::refused(what.to_owned())));
                }
                Verdict::Fail { acted } => {
                    if self.rights_may_have_changed(&failure, &token, &mut tries)
                        && session.renew_for_rights(cx, &token).await
                    {
                        continue;
                    }
                    return Err(tries.on(failure.into_error().ambiguous(acted)));
                }
                Verdict::Again(class) => class,
            };

            let delay = held.unwrap_or_else(|| delay(class));
            tries.repeats += 1;
            tries.overloads +=
                u32::from(matches!(failure.answer(), Some(Answer { status: 503 | 504, .. })));
            let error = failure.into_error();
            if tries.repeats >= class.most_attempts() || tries.overloads >= call.overloads {
                return Err(tries.on(error));
            }
            if !gate.pay(family, class) {
                return Err(tries.on(error.give_up()));
            }
            self.wait(cx, &call, &mut tries, class, delay).await.map_err(|cut| {
                let what = format!(
                    "with {} s to wait because {}",
                    delay.as_secs_f64().ceil(),
                    class.reason()
                );
                tries.on(Error::cut(cut, &what, Some(error.clone())))
            })?;
            last = Some(error);
        }
    }

    async fn wait(
        &self,
        cx: &Context,
        call: &Call<'_>,
        tries: &mut Tries,
        class: Class,
        delay: Duration,
    ) -> Result<(), Cut> {
        tracing::info!(
            method = call.request.method.name(),
            template = call.request.template,
            attempt = tries.attempts,
            seconds = delay.as_secs_f64(),
            "waiting to try again: {}",
            class.reason()
        );
        cx.sleep(&*self.0.runtime.clock, delay).await?;
        tries.waited += delay;
        Ok(())
    }

    /// A 403 with a token that was issued a while ago: permissions may have been granted since, and only a new token would tell.
    fn rights_may_have_changed(&self, failure: &Failure, token: &Token, tries: &mut Tries) -> bool {
        let forbidden =
            failure.answer().is_some_and(|answer| answer.status == 403 && answer.genuine);
        forbidden
            && token.is_older_than(Duration::from_secs(300), &*self.0.runtime.clock)
            && !std::mem::replace(&mut tries.renewed_for_rights, true)
    }

    /// The token was refused, and there is no other.
    fn rejected(&self, failure: Failure, token: &Token) -> Error {
        failure.into_error().note(format!("Token: {}", token.describe(&*self.0.runtime.clock)))
    }

    /// The only place where a token is put into a request; an [`Address`] exists only for the configured origin.
    fn wire_request(
        &self,
        call: &Call<'_>,
        token: &super::Secret,
        id: &str,
    ) -> Result<http::Request<bytes::Bytes>, Error> {
        let wire =
            exchange::wire_request(call.request, &call.address, token, id, &self.0.user_agent)
                .map_err(|why| Error::request(format!("the request cannot be made: {why}")))?;
        if wire.body().len() > LARGEST_BODY {
            return Err(Error::request(format!(
                "the request's body is {} bytes long; at most {LARGEST_BODY} are sent",
                wire.body().len()
            )));
        }
        Ok(wire)
    }
}

fn log(call: &Call<'_>, tries: &Tries, status: Option<u16>, request_id: Option<&str>) {
    tracing::debug!(
        method = call.request.method.name(),
        template = call.request.template,
        status,
        attempt = tries.attempts,
        request_id,
        client_request_id = tries.client_request_id,
        "request to Graph"
    );
}

#[cfg(test)]
mod tests;
