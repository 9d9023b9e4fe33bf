//! One attempt: a request made ready for the wire, sent, and its answer sorted.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, USER_AGENT};
use serde_json::Value as Json;
use std::time::Duration;
use tracing::Instrument as _;

use super::client::Context;
use super::error::{Answer, Cut};
use super::gate::Turn;
use super::origin::Address;
use super::retry::Outcome;
use super::room::{Place, Size};
use super::{
    Clock, Effect, Error, Filter, Method, Random, Reply, Request, Runtime, Secret, TransportError,
};
use super::{json, retry_after, url};

/// How long a write in flight may take to finish after the operation was asked to stop.
const GRACE: Duration = Duration::from_secs(1);

/// A fresh GUID (version 4).
pub(super) fn guid(random: &dyn Random) -> String {
    let bytes = uuid::Uuid::from_u64_pair(random.next(), random.next()).into_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The request as it goes over the wire.
pub(super) fn wire_request(
    request: &Request,
    address: &Address,
    token: &Secret,
    id: &str,
    user_agent: &str,
) -> Result<http::Request<Bytes>, String> {
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.reveal()))
        .map_err(|_| "the token holds characters that no token has".to_owned())?;
    bearer.set_sensitive(true);
    let mut builder = http::Request::builder()
        .method(request.method.http())
        .uri(address.as_str())
        .header(AUTHORIZATION, bearer)
        .header(ACCEPT, HeaderValue::from_static("application/json"))
        .header(USER_AGENT, user_agent)
        .header("client-request-id", id);
    if request.method == Method::Get {
        // Without it members that are newer than an enum's sentinel are all shown as `unknownFutureValue`.
        builder = builder.header("prefer", "include-unknown-enum-members");
    }
    // Actions without parameters want an empty object at some services, and mind it at none.
    let body = match (&request.body, request.method) {
        (Some(body), _) => Bytes::from(body.to_string()),
        (None, Method::Post) => Bytes::from_static(b"{}"),
        (None, _) => Bytes::new(),
    };
    if !body.is_empty() {
        builder = builder.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    builder.body(body).map_err(|error| error.to_string())
}

/// How an attempt is made.
pub(super) struct Exchange<'a> {
    pub(super) cx: &'a Context,
    pub(super) runtime: &'a Runtime,
    pub(super) write: bool,
}

/// The operation ended before the exchange did.
pub(super) struct Interrupted {
    pub(super) cut: Cut,
    /// Whether a write was on its way.
    pub(super) maybe_acted: bool,
}

pub(super) type Sent = Result<http::Response<Bytes>, TransportError>;

impl Exchange<'_> {
    /// Sends, and waits for the answer as long as the operation allows.
    ///
    /// The turn comes back with the answer, so that nobody else goes before the answer was looked at.
    ///
    /// A read may be dropped at any time. A write runs in a task of its own: neither a dropped caller nor a stop cuts it off in the
    /// middle, where nobody could say any more whether it happened.
    pub(super) async fn run(
        &self,
        request: http::Request<Bytes>,
        turn: Turn,
    ) -> Result<(Sent, Option<Turn>), Interrupted> {
        let clock = &*self.runtime.clock;
        let transport = self.runtime.transport.clone();
        if !self.write {
            let sent = self.cx.race(clock, transport.send(request)).await;
            let interrupted = |cut| Interrupted { cut, maybe_acted: false };
            return sent.map(|sent| (sent, Some(turn))).map_err(interrupted);
        }
        self.cx.check(clock).map_err(|cut| Interrupted { cut, maybe_acted: false })?;
        let interrupted = |cut| Interrupted { cut, maybe_acted: true };
        let task = async move { (transport.send(request).await, Some(turn)) };
        let mut task = tokio::spawn(task.in_current_span());
        let joined = match self.cx.race(clock, &mut task).await {
            Err(Cut::Stopped) => {
                tokio::select! {
                    biased;
                    joined = &mut task => joined,
                    () = clock.sleep(GRACE) => return Err(interrupted(Cut::Stopped)),
                }
            }
            other => other.map_err(interrupted)?,
        };
        let without = "the exchange ended without a result";
        Ok(joined.unwrap_or_else(|_| (Err(TransportError::cut(without)), None)))
    }
}

/// A success.
pub(super) struct Success {
    pub(super) reply: Reply,
    /// The place in the room that the answer takes, if it is large.
    pub(super) place: Option<Place>,
    pub(super) request_id: Option<String>,
}

/// Anything else.
pub(super) enum Failure {
    /// A 2xx that cannot be read, or that holds an error.
    Unreadable { answer: Answer, why: String, hopeless: bool, location_id: Option<String> },
    /// Another status.
    Answered { answer: Answer, headers: HeaderMap },
    /// No status.
    Nothing(TransportError),
    /// A large answer, given up because another one was being read.
    Crowded,
}

/// Sorts what came of an attempt. `size`: how large the answer may become; any size if it is none.
pub(super) fn sort(
    request: &Request,
    sent: Sent,
    size: Option<Size>,
    filter: &Filter,
) -> Result<Success, Box<Failure>> {
    let mut error = match sent {
        Ok(response) => {
            let (mut head, body) = response.into_parts();
            if head.status.is_success() {
                // A wire that reads piece by piece has taken the place if that was needed.
                let size = head.extensions.remove::<Size>().or(size);
                return sort_success(request, &head, &body, size, filter);
            }
            let answer = Answer::decode(head.status.as_u16(), &head.headers, &body, filter);
            return Err(Box::new(Failure::Answered { answer, headers: head.headers }));
        }
        Err(error) if error.crowded => return Err(Box::new(Failure::Crowded)),
        Err(error) => error,
    };
    error.message = filter.shown(&error.message);
    let Some(head) = error.head.take() else { return Err(Box::new(Failure::Nothing(error))) };
    let answer = Answer::decode(head.status.as_u16(), &head.headers, b"", filter);
    Err(Box::new(if head.status.is_success() {
        let location_id = location_id(&head.headers);
        // A body over a cap will be over it next time.
        Failure::Unreadable { answer, why: error.message, hopeless: error.oversize, location_id }
    } else {
        Failure::Answered { answer, headers: head.headers }
    }))
}

fn sort_success(
    request: &Request,
    head: &http::response::Parts,
    body: &[u8],
    mut size: Option<Size>,
    filter: &Filter,
) -> Result<Success, Box<Failure>> {
    let (status, headers) = (head.status.as_u16(), &head.headers);
    let unreadable = |why: String| {
        let answer = Answer::decode(status, headers, b"", filter);
        Box::new(Failure::Unreadable {
            answer,
            why,
            hopeless: json::is_over_a_cap(body),
            location_id: location_id(headers),
        })
    };
    let success = |body, place| {
        let request_id = headers.get("request-id").and_then(|id| id.to_str().ok());
        let request_id = request_id.map(|id| filter.shown(id));
        let reply = Reply { status, body, location_id: location_id(headers) };
        Ok(Success { reply, place, request_id })
    };
    if matches!(status, 204 | 205) {
        return success(Json::Null, None);
    }
    if json::without_bom(body).iter().all(u8::is_ascii_whitespace) {
        return match request.effect {
            Effect::None => Err(unreadable("it is empty".to_owned())),
            _ => success(Json::Null, None),
        };
    }
    let checked = json::check(body);
    if let (Ok(memory), Some(size)) = (&checked, &mut size)
        && !size.allows(*memory)
    {
        return Err(Box::new(Failure::Crowded));
    }
    match checked.and_then(|_| json::parse_checked(body)) {
        Ok(value) if Answer::is_disguised(&value) => {
            let answer = Answer::decode(status, headers, body, filter);
            let location_id = location_id(headers);
            Err(Box::new(Failure::Unreadable {
                answer,
                why: String::new(),
                hopeless: true,
                location_id,
            }))
        }
        Ok(mut value) => {
            filter.scrub(&mut value);
            success(value, size.and_then(|size| size.place))
        }
        Err(why) => match Answer::decode(status, headers, body, filter).message {
            page if page.starts_with("a web page") => Err(unreadable(format!("it is {page}"))),
            _ => Err(unreadable(why)),
        },
    }
}

impl Failure {
    pub(super) fn outcome(&self) -> Outcome<'_> {
        match self {
            Failure::Unreadable { hopeless, .. } => Outcome::Unreadable { hopeless: *hopeless },
            Failure::Answered { answer, headers } => Outcome::Answered { answer, headers },
            Failure::Nothing(error) => Outcome::Nothing {
                maybe_sent: error.maybe_sent,
                timeout: error.timeout,
                hopeless: error.certificate || error.oversize,
            },
            // Whoever has the place is never told so.
            Failure::Crowded => {
                Outcome::Nothing { maybe_sent: true, timeout: false, hopeless: false }
            }
        }
    }

    pub(super) fn answer(&self) -> Option<&Answer> {
        match self {
            Failure::Unreadable { answer, .. } | Failure::Answered { answer, .. } => Some(answer),
            Failure::Nothing(_) | Failure::Crowded => None,
        }
    }

    pub(super) fn retry_after(&self, clock: &dyn Clock) -> Option<Duration> {
        match self {
            Failure::Answered { answer, headers } => {
                retry_after::stated(headers, answer.retry_after.as_deref(), clock.wall())
            }
            _ => None,
        }
    }

    pub(super) fn into_error(self) -> Error {
        match self {
            Failure::Unreadable { answer, why, location_id, .. } => {
                let error = if why.is_empty() {
                    Error::service(answer)
                } else {
                    Error::unreadable(answer, &why)
                };
                error.with_location(location_id)
            }
            Failure::Answered { answer, .. } => Error::service(answer),
            Failure::Nothing(error) => Error::wire(&error.message, error.timeout),
            Failure::Crowded => Error::wire("another large answer is being read", false),
        }
    }
}

fn location_id(headers: &HeaderMap) -> Option<String> {
    url::last_key(headers.get(LOCATION)?.to_str().ok()?)
}
