//! The wire between the provider and the tenant: no socket, a seeded delay, and the strikes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};

use super::chance::Chance;
use super::control::Control;
use super::log::Log;
use super::people::People;
use super::rules::{self, Rules};
use super::strike::{Strike, Trouble};
use super::time::Time;
use crate::graph::{Clock as _, Head, Transport, TransportError};
use crate::mock::{Lag, Mock};

/// The longest wait that the service asks for, in seconds, however long it goes on.
const LONGEST_WAIT: u64 = 10;

/// A wire that everything of a run shares.
#[derive(Clone)]
pub(super) struct Wire(Arc<Inner>);

struct Inner {
    mock: Mock,
    time: Time,
    control: Control,
    chance: Chance,
    /// Whether the provider can get another token.
    renews: bool,
    state: Mutex<State>,
}

/// What the wire remembers.
pub(super) struct State {
    pub(super) people: People,
    pub(super) log: Log,
    pub(super) rules: Rules,
    strikes: Vec<Strike>,
    command: usize,
    tally: Tally,
    /// Until when everything fails, and how.
    bad: Option<(Duration, Bad)>,
}

/// What went over the wire in one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All exchanges, those with the token service too.
    pub exchanges: u32,
    /// What was written, in order: method and path below the version, with `{id}` for ids of objects that the provider made.
    pub writes: Vec<String>,
}

#[derive(Clone, Copy)]
enum Bad {
    Throttled,
    Outage(u16),
}

/// How one exchange goes.
struct Course {
    number: u32,
    what: String,
    before: Duration,
    after: Duration,
    /// How often the service does what it is asked.
    acts: u8,
    /// Whether the service does it even when nobody waits any more.
    anyway: bool,
    stop: Option<bool>,
    kill: Option<bool>,
    reply: Reply,
}

enum Reply {
    /// The service's own.
    Own,
    Fail(TransportError),
    /// The service's own head, and then nothing.
    Truncated,
    /// In the words of the service's own errors.
    Status(u16, Option<u64>),
    WebPage,
}

impl State {
    pub(super) fn new(people: People, rules: Rules, keep_log: bool) -> State {
        State {
            people,
            log: Log::new(keep_log),
            rules,
            strikes: Vec::new(),
            command: 0,
            tally: Tally::default(),
            bad: None,
        }
    }
}

impl Wire {
    pub(super) fn new(
        mock: Mock,
        time: Time,
        control: Control,
        state: State,
        renews: bool,
        seed: u64,
    ) -> Wire {
        let chance = Chance::new(seed, 11);
        Wire(Arc::new(Inner { mock, time, control, chance, renews, state: Mutex::new(state) }))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A command begins, with these strikes ahead.
    pub(super) fn begin(&self, command: usize, strikes: &[Strike]) {
        let mut state = self.state();
        state.log.line(&format!("-- command {command}"));
        state.strikes = strikes.iter().filter(|it| it.command == command).copied().collect();
        state.command = command;
        state.tally = Tally::default();
        state.bad = None;
    }

    /// The weather turns fine: no strikes, no lag, a right clock.
    pub(super) fn calm(&self) {
        let mut state = self.state();
        state.strikes.clear();
        state.bad = None;
        state.rules.calm();
        drop(state);
        self.0.time.skew(0);
        self.0.mock.switch(|switches| {
            switches.get_lag = Lag::None;
            switches.list_lag = Lag::None;
            switches.assignment_lag = Lag::None;
            switches.flapping = false;
        });
    }

    /// What the command has sent so far.
    pub(super) fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    fn meet(&self, request: &Request<Bytes>) -> Course {
        let inner = &*self.0;
        let now = inner.time.now();
        let mut guard = self.state();
        let state = &mut *guard;
        let to_graph = !rules::is_token_service(request);
        let write = to_graph && request.method() != Method::GET;
        let mut course = Course {
            number: state.tally.exchanges,
            what: String::new(),
            before: Duration::from_millis(5 + inner.chance.early(250)),
            after: Duration::from_millis(5 + inner.chance.early(250)),
            acts: 1,
            anyway: inner.chance.one_in(2),
            stop: None,
            kill: None,
            reply: Reply::Own,
        };
        state.rules.sent(now, request);
        if write && state.people.is_about_others(request) {
            state.rules.violations.push(format!(
                "{} {} writes to an object of somebody else",
                request.method(),
                request.uri().path()
            ));
        }
        let exchanges = state.tally.exchanges;
        let writes = u32::try_from(state.tally.writes.len()).unwrap_or(u32::MAX);
        state.tally.exchanges += 1;
        if write {
            state.tally.writes.push(state.people.template(request));
        }
        let due = state.strikes.iter().position(|strike| {
            let reached = match strike.writes {
                true => write && writes >= strike.from,
                false => exchanges >= strike.from,
            };
            reached && suits(strike.trouble, request, to_graph, write, &state.people)
        });
        if let Some(due) = due {
            let strike = state.strikes.remove(due);
            course.what = format!(" !{:?}", strike.trouble);
            self.strike(strike.trouble, &mut course, state, now);
        }
        if let Some((until, bad)) = state.bad.filter(|(until, _)| to_graph && now < *until) {
            course.acts = 0;
            course.reply = match bad {
                Bad::Throttled => {
                    let left = (until - now).as_secs().saturating_add(1);
                    Reply::Status(429, Some(left.min(LONGEST_WAIT)))
                }
                Bad::Outage(status) => {
                    state.rules.refused(request);
                    Reply::Status(status, None)
                }
            };
        }
        course
    }

    fn strike(&self, trouble: Trouble, course: &mut Course, state: &mut State, now: Duration) {
        let mock = &self.0.mock;
        let mut fails = |acted: bool, reply: Reply| {
            course.acts = u8::from(acted);
            course.reply = reply;
        };
        let cut = || TransportError::cut("the connection was reset");
        match trouble {
            Trouble::Refused => {
                fails(false, Reply::Fail(TransportError::unsent("the connection was refused")));
            }
            Trouble::Reset { acted } => fails(acted, Reply::Fail(cut())),
            Trouble::TimeOut { acted } => {
                let error = TransportError { timeout: true, ..cut() };
                fails(acted, Reply::Fail(error));
                course.after = Duration::from_secs(60);
            }
            Trouble::Status { status, acted } => {
                let wait = (status == 429).then_some(1);
                fails(acted, Reply::Status(status, wait));
            }
            Trouble::Truncated => fails(true, Reply::Truncated),
            Trouble::WebPage { acted } => fails(acted, Reply::WebPage),
            Trouble::Throttled { seconds } => {
                let until = now + Duration::from_secs(seconds.into());
                state.bad = Some((until, Bad::Throttled));
            }
            Trouble::Outage { seconds, status } => {
                let until = now + Duration::from_secs(seconds.into());
                state.bad = Some((until, Bad::Outage(status)));
                state.rules.outage();
            }
            Trouble::TokenRevoked if self.0.renews => mock.revoke_tokens(),
            Trouble::TokenRevoked => fails(false, Reply::Status(401, None)),
            Trouble::Missing => fails(false, Reply::Status(404, None)),
            Trouble::Lag { reads, lists, flapping } => mock.switch(|switches| {
                switches.get_lag = Lag::Milliseconds(reads.into());
                switches.list_lag = Lag::Milliseconds(lists.into());
                switches.assignment_lag = Lag::Milliseconds(reads.into());
                switches.flapping = flapping;
            }),
            Trouble::Twin => {
                fails(true, Reply::Fail(cut()));
                course.acts = 2;
            }
            Trouble::Renamed => state.people.rename(mock),
            Trouble::Deleted => state.people.delete(mock),
            Trouble::Neighbour => state.people.neighbour(mock),
            Trouble::Stop { acted, seconds } => {
                course.stop = Some(acted);
                course.after += Duration::from_secs(seconds.into());
            }
            Trouble::StopLater { milliseconds } => {
                let (time, control) = (self.0.time.clone(), self.0.control.clone());
                tokio::spawn(async move {
                    time.sleep(Duration::from_millis(milliseconds.into())).await;
                    control.stop(time.now());
                });
            }
            Trouble::Kill { acted } => course.kill = Some(acted),
            Trouble::Clock { seconds } => self.0.time.skew(seconds),
            Trouble::Slow { seconds } => course.after = Duration::from_secs(seconds.into()),
        }
    }

    /// Lets the service do what it is asked. The answer to the first time counts; none means that the connection broke.
    fn act(&self, request: &Request<Bytes>, times: u8) -> Option<Response<Bytes>> {
        let mut first = None;
        for time in 0..times {
            let reply = self.0.mock.exchange(request.clone()).reply;
            let Ok(response) = reply else { continue };
            if response.status() == StatusCode::CREATED && request.method() == Method::POST {
                self.state().people.made(&response, time > 0, &self.0.mock);
            }
            first.get_or_insert(response);
        }
        first
    }

    fn write_down(&self, course: &Course, request: &Request<Bytes>, came: &str) {
        let now = self.0.time.now();
        let mut state = self.state();
        let command = state.command;
        state.log.exchange(now, command, course.number, request, &format!("{came}{}", course.what));
    }
}

/// Whether a strike can hit a request.
fn suits(
    trouble: Trouble,
    request: &Request<Bytes>,
    to_graph: bool,
    write: bool,
    people: &People,
) -> bool {
    match trouble {
        Trouble::Missing => request.method() == Method::GET && people.is_about_ours(request),
        Trouble::Twin => request.method() == Method::POST && people.is_create(request),
        Trouble::Status { status: 409 | 412 | 423, .. } => write,
        Trouble::Renamed => people.has_any() || people.is_only(),
        Trouble::Deleted | Trouble::Neighbour => people.has_any(),
        Trouble::Refused
        | Trouble::Reset { .. }
        | Trouble::TimeOut { .. }
        | Trouble::Slow { .. }
        | Trouble::Stop { .. }
        | Trouble::StopLater { .. }
        | Trouble::Kill { .. } => true,
        _ => to_graph,
    }
}

/// A write that is on its way reaches the service even when the one who sent it has gone, or does not.
struct OnItsWay<'a> {
    wire: &'a Wire,
    request: &'a Request<Bytes>,
    course: &'a Course,
    arrived: bool,
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if self.arrived {
            return;
        }
        if self.course.anyway && self.request.method() != Method::GET {
            self.wire.act(self.request, self.course.acts);
            self.wire.write_down(self.course, self.request, "acted, nobody waits");
        } else {
            self.wire.write_down(self.course, self.request, "dropped on its way");
        }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let Inner { time, control, .. } = &*self.0;
        let course = self.meet(&request);
        let mut way = OnItsWay { wire: self, request: &request, course: &course, arrived: false };
        if course.stop == Some(false) {
            control.stop(time.now());
        }
        time.sleep(course.before).await;
        way.arrived = true;
        if course.kill == Some(false) {
            self.write_down(&course, &request, "killed before");
            control.kill();
            return std::future::pending().await;
        }
        let own = self.act(&request, course.acts);
        if course.kill == Some(true) {
            self.write_down(&course, &request, "killed after");
            control.kill();
            return std::future::pending().await;
        }
        if course.stop == Some(true) {
            control.stop(time.now());
        }
        time.sleep(course.after).await;
        let reply = match (&course.reply, own) {
            (Reply::Own, Some(own)) => Ok(own),
            (Reply::Own, None) => Err(TransportError::cut("the connection was reset")),
            (Reply::Fail(error), _) => Err(error.clone()),
            (Reply::Truncated, Some(own)) => Err(truncated(&own)),
            (Reply::Truncated, None) => Err(TransportError::cut("the connection was reset")),
            (Reply::Status(status, wait), _) => {
                // Intune says it in the one way or in the other.
                let nested = rules::is_of_intune(request.uri().path()) && course.number % 2 == 1;
                Ok(error(*status, *wait, nested))
            }
            (Reply::WebPage, _) => Ok(web_page()),
        };
        let came = match &reply {
            Ok(response) => response.status().as_str().to_owned(),
            Err(error) => format!("- ({})", error.message),
        };
        self.write_down(&course, &request, &came);
        if let Ok(response) = &reply {
            self.state().rules.answered(time.now(), &request, response);
        }
        reply
    }
}

fn truncated(own: &Response<Bytes>) -> TransportError {
    let head = Head { status: own.status(), headers: own.headers().clone() };
    TransportError { head: Some(Box::new(head)), ..TransportError::cut("the answer broke off") }
}

/// `nested`: a wait is told in the text of the error.
fn error(status: u16, wait: Option<u64>, nested: bool) -> Response<Bytes> {
    let code = match status {
        400 => "BadRequest",
        401 => "InvalidAuthenticationToken",
        403 => "Forbidden",
        404 => "ResourceNotFound",
        409 => "Conflict",
        412 => "PreconditionFailed",
        423 => "Locked",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalServerError",
    };
    let message = match wait.filter(|_| nested) {
        Some(wait) => serde_json::json!({
            "_version": 3, "Message": "The simulation says so.", "RetryAfter": wait.to_string(),
        })
        .to_string(),
        None => "The simulation says so.".to_owned(),
    };
    let body = serde_json::json!({ "error": { "code": code, "message": message } });
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    put(response.headers_mut(), http::header::CONTENT_TYPE, "application/json");
    if let Some(wait) = wait.filter(|_| !nested) {
        put(response.headers_mut(), http::header::RETRY_AFTER, &wait.to_string());
    }
    response
}

fn web_page() -> Response<Bytes> {
    let page = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>";
    let mut response = Response::new(Bytes::from_static(page.as_bytes()));
    put(response.headers_mut(), http::header::CONTENT_TYPE, "text/html");
    response
}

fn put(headers: &mut HeaderMap, name: http::HeaderName, value: &str) {
    if let Ok(value) = http::HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
