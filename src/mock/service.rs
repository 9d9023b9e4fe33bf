//! From a request to its answer: fault, token, limits, permission, route.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::address::{self, Address};
use super::answer::{Answer, Problem, Service, Trace};
use super::call::{self, Call};
use super::fault::{Broken, Effect, Exchange, Scripted};
use super::ledger::LoggedRequest;
use super::route::{self, Place, Target};
use super::rules::Access;
use super::throttle::Family;
use super::world::World;
use super::{action, admin, batch, desktop, jwt, list, read, time, timed, token, write};

/// A request as it came, before anyone asked what it means.
struct Incoming {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Bytes,
    trace: Trace,
}

/// Serves one request and writes it down.
pub(crate) fn serve(world: &mut World, request: http::Request<Bytes>) -> Exchange {
    let incoming = incoming(world, request);
    if incoming.path.starts_with("/_mock/") {
        let answer = admin::answer(world, &incoming.method, &incoming.path, &incoming.body);
        return Exchange { delay: Duration::ZERO, reply: Ok(response(answer, &incoming.trace)) };
    }
    let address = Address::parse(&incoming.path);
    let effect = fault(world, &incoming, address.as_ref().ok());
    let number = world.ledger.len();
    world.ledger.push(logged(number, &incoming, effect.is_some()));

    let act = |world: &mut World| {
        let Incoming { method, path, query, headers, .. } = &incoming;
        token::answer(world, &asked(&incoming))
            .or_else(|| desktop::answer(world, method, path, query, headers))
            .unwrap_or_else(|| graph_answer(world, &incoming, address.clone()))
    };
    let mut delay = Duration::ZERO;
    let reply = match effect {
        None => Ok(act(world)),
        Some(Effect::Reply(scripted)) => Ok(script(scripted, &incoming)),
        Some(Effect::Reset) => Err(None),
        Some(Effect::ActThenReset) => {
            act(world);
            Err(None)
        }
        Some(Effect::ActTwiceThenReset) => {
            act(world);
            act(world);
            Err(None)
        }
        Some(Effect::ActThenReply(scripted)) => {
            act(world);
            Ok(script(scripted, &incoming))
        }
        Some(Effect::ActThenTruncate(bytes)) => Err(Some((act(world), bytes))),
        Some(Effect::Delay(milliseconds)) => {
            delay = Duration::from_millis(milliseconds);
            Ok(act(world))
        }
    };
    let status = match &reply {
        Ok(answer) | Err(Some((answer, _))) => answer.status,
        Err(None) => 0,
    };
    if let Some(entry) = world.ledger.get_mut(number) {
        entry.status = status;
    }
    let reply = match reply {
        Ok(answer) => Ok(response(answer, &incoming.trace)),
        Err(None) => Err(Broken::Reset),
        Err(Some((answer, bytes))) => {
            let whole = response(answer, &incoming.trace);
            let length = whole.body().len() as u64;
            let sent = whole.map(|body| body.slice(..bytes.min(body.len())));
            Err(Broken::Truncated(Box::new(sent), length))
        }
    };
    Exchange { delay, reply }
}

fn incoming(world: &mut World, request: http::Request<Bytes>) -> Incoming {
    let (parts, body) = request.into_parts();
    let headers: BTreeMap<String, String> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let trace = Trace {
        request_id: world.request_ids.guid(),
        client_request_id: headers.get("client-request-id").cloned().unwrap_or_default(),
        at: world.now(),
        path: parts.uri.path().to_owned(),
    };
    let trace = match trace.client_request_id.is_empty() {
        // Graph makes one up.
        true => Trace { client_request_id: trace.request_id.clone(), ..trace },
        false => trace,
    };
    Incoming {
        method: parts.method.as_str().to_ascii_uppercase(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
        trace,
    }
}

fn fault(world: &mut World, incoming: &Incoming, address: Option<&Address>) -> Option<Effect> {
    let parts: Vec<&str> = match address {
        Some(address) => address.parts.iter().map(String::as_str).collect(),
        None => incoming.path.split('/').filter(|part| !part.is_empty()).collect(),
    };
    let query = address::decode(&incoming.query, true);
    let mut effect = None;
    // Each fault counts its own requests; the first that hits decides.
    for armed in &mut world.faults {
        let met = armed.meet(&incoming.method, &parts, &query);
        effect = effect.or(met);
    }
    effect
}

fn logged(number: usize, incoming: &Incoming, faulted: bool) -> LoggedRequest {
    let header = |name: &str| incoming.headers.get(name).cloned().unwrap_or_default();
    let body = token::logged(&incoming.path, &incoming.body)
        .or_else(|| serde_json::from_slice(&incoming.body).ok());
    LoggedRequest {
        number: number as u64 + 1,
        at: incoming.trace.at,
        method: incoming.method.clone(),
        path: incoming.path.clone(),
        query: incoming.query.clone(),
        bearer: header("authorization").to_ascii_lowercase().starts_with("bearer "),
        client_request_id: header("client-request-id"),
        user_agent: header("user-agent"),
        prefer: header("prefer"),
        body,
        body_hash: if incoming.body.is_empty() {
            String::new()
        } else {
            jwt::sha256(&incoming.body)
        },
        status: 0,
        faulted,
    }
}

/// The request as the token service sees it.
fn asked(incoming: &Incoming) -> token::Asked<'_> {
    token::Asked {
        method: &incoming.method,
        path: &incoming.path,
        query: &incoming.query,
        headers: &incoming.headers,
        body: &incoming.body,
        correlation: &incoming.trace.client_request_id,
    }
}

fn script(scripted: Scripted, incoming: &Incoming) -> Answer {
    let body = match &scripted.body {
        Value::Null => None,
        Value::String(text) if text == "$standard" => {
            let path = incoming.path.to_ascii_lowercase();
            let service = if path.contains("/virtualendpoint/") {
                Service::CloudPc
            } else if path.contains("/devicemanagement/") || path.contains("/deviceappmanagement/")
            {
                Service::Intune
            } else {
                Service::Graph
            };
            standard(scripted.status).answer(service, &incoming.trace).body
        }
        body => Some(body.clone()),
    };
    Answer { status: scripted.status, headers: scripted.headers, body }
}

/// The error of a status, with the words of Graph's page "Microsoft Graph error responses".
pub(crate) fn standard(status: u16) -> Problem {
    let (code, message) = match status {
        400 => ("BadRequest", "The request is malformed or incorrect."),
        401 => ("InvalidAuthenticationToken", "The access token has expired."),
        403 => ("Forbidden", "Application is not authorized to perform this operation."),
        404 => ("ResourceNotFound", "The resource was not found."),
        409 => ("Conflict", "The state of the object forbids the change."),
        412 => ("PreconditionFailed", "The object was changed after it was read."),
        423 => ("Locked", "The resource is locked."),
        429 => ("TooManyRequests", "Too many requests from this app in this tenant."),
        503 => ("ServiceUnavailable", "The service cannot answer now."),
        504 => ("GatewayTimeout", "The gateway did not get an answer in time."),
        _ => ("InternalServerError", "An internal server error occurred."),
    };
    Problem::new(status, code, message)
}

fn graph_answer(
    world: &mut World,
    incoming: &Incoming,
    address: Result<Address, String>,
) -> Answer {
    let mut trace = incoming.trace.clone();
    let address = match address {
        Ok(address) => address,
        Err(segment) => {
            // Seen in public issue threads: the first segment is taken for a version.
            let text = format!("Invalid version: {segment}");
            return Problem::new(404, "ResourceNotFound", text).answer(Service::Graph, &trace);
        }
    };
    trace.path.clone_from(&address.path);
    let authorization = incoming.headers.get("authorization").cloned().unwrap_or_default();
    let claims = match call::authenticate(world, &authorization) {
        Ok(claims) => claims,
        Err(problem) => return problem.answer(Service::Graph, &trace),
    };
    let call = Call {
        method: incoming.method.clone(),
        options: address::options(&incoming.query),
        query: incoming.query.clone(),
        headers: incoming.headers.clone(),
        body: incoming.body.to_vec(),
        trace,
        claims,
        address,
    };
    if call.address.parts.iter().map(String::as_str).eq(["$batch"]) {
        return match call.method.as_str() {
            "POST" => batch::answer(world, &call),
            method => Problem::no_route(method, "/$batch").answer(Service::Graph, &call.trace),
        };
    }
    answer(world, &call)
}

/// Answers one call; items of a batch come here too.
pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.address.parts.iter().map(String::as_str).collect();
    if world.switches.throttling
        && let Some(family) = Family::of(&parts)
    {
        let now = world.now();
        let write = call.method != "GET";
        if let Err(seconds) = world.windows.count(family, &call.claims.client_id, write, now) {
            let problem = standard(429).with("Retry-After", seconds.to_string()).by_graph();
            return problem.answer(Service::Graph, &call.trace);
        }
    }
    timed::tick(world);
    let target = match route::resolve(call) {
        Ok(target) => target,
        Err(problem) => return problem.answer(Service::Graph, &call.trace),
    };
    let service = target.set.service;
    let mut answer = permitted(world, call, &target)
        .and_then(|()| dispatch(world, call, &target))
        .unwrap_or_else(|problem| problem.answer(service, &call.trace));
    if call.wants_unknown_members() && answer.status < 300 {
        answer = answer.with("Preference-Applied", "include-unknown-enum-members");
    }
    answer
}

/// 403 for tokens without the permission, and for Windows 365 calls without `User-Agent` (the latter seen in public issue threads).
fn permitted(world: &World, call: &Call, target: &Target) -> Result<(), Problem> {
    let denied = |service: Service, wanted: &[&str]| {
        match service {
        Service::CloudPc => {
            Problem::new(403, "Forbidden", "Access is denied to the requested resource.")
        }
        Service::Intune => {
            Problem::new(403, "Forbidden", "Application is not authorized to perform this operation. Application must have one of the following scopes: ".to_owned() + &wanted.join(", "))
        }
        _ => Problem::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    }
    };
    let service = target.set.service;
    let silent = call.header("user-agent").is_empty();
    if silent && service == Service::CloudPc && world.switches.require_user_agent {
        return Err(denied(service, &[]));
    }
    if !world.switches.check_permissions {
        return Ok(());
    }
    let Access { read, write, app_only_writes, app_only_actions } = target.set.access;
    let delegated = !call.claims.scopes.is_empty();
    let operation = match &target.what {
        Place::Behind { name, .. } | Place::Operation(name) => name.as_str(),
        _ => "",
    };
    let reads = call.method == "GET" || target.set.reports(operation);
    let wanted = if reads { read } else { write };
    if !delegated && reads && target.set.people_read(operation) {
        return Err(denied(service, wanted));
    }
    if !delegated && !reads && !app_only_writes && !app_only_actions.contains(&operation) {
        return Err(denied(service, wanted));
    }
    let held = if delegated { &call.claims.scopes } else { &call.claims.roles };
    if wanted.iter().any(|wanted| held.iter().any(|held| held == wanted)) {
        return Ok(());
    }
    Err(denied(service, wanted))
}

fn dispatch(world: &mut World, call: &Call, target: &Target) -> Result<Answer, Problem> {
    let set = target.set;
    let path = target.path.as_str();
    let method = call.method.as_str();
    match (&target.what, method) {
        (Place::Root, "GET") if set.singleton && set.has("GET") => {
            read::item(world, call, set, path, "")
        }
        (Place::Root, "PATCH") if set.singleton && set.has("PATCH") => {
            write::update(world, call, set, path, "")
        }
        (Place::Root, "GET") if set.has("LIST") => list::list(world, call, set, path),
        (Place::Root, "POST") if set.has("POST") => write::create(world, call, set, path),
        (Place::Item(id), "GET") if set.has("GET") => read::item(world, call, set, path, id),
        (Place::Item(id), "PATCH") if set.has("PATCH") => write::update(world, call, set, path, id),
        (Place::Item(id), "DELETE") if set.has("DELETE") => write::delete(world, set, path, id),
        (Place::Operation(name), "GET" | "POST") => action::run(world, call, set, path, None, name),
        (Place::Behind { id, name, key }, "GET") => {
            let function = super::metadata::metadata()
                .function(
                    set.type_name,
                    name.split('(').next().unwrap_or(name),
                    call.address.version,
                )
                .is_some();
            if function && key.is_none() {
                action::run(world, call, set, path, Some(id), name)
            } else {
                read::behind(world, call, set, path, id, (name, key.as_deref()))
            }
        }
        (Place::Behind { id, name, key: None }, "POST") => {
            action::run(world, call, set, path, Some(id), name)
        }
        _ => Err(Problem::no_route(method, &call.address.path)),
    }
}

/// The bytes of an answer, with the headers that every reply of Graph has.
fn response(answer: Answer, trace: &Trace) -> http::Response<Bytes> {
    let (bytes, kind) = match answer.body {
        None => (Bytes::new(), None),
        Some(Value::String(text)) => (Bytes::from(text), Some("text/plain; charset=utf-8")),
        Some(body) => (
            Bytes::from(body.to_string()),
            Some(
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
            ),
        ),
    };
    let mut response = http::Response::new(bytes);
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers: Vec<(String, String)> = vec![
        ("date".into(), time::http_text(trace.at)),
        ("request-id".into(), trace.request_id.clone()),
        ("client-request-id".into(), trace.client_request_id.clone()),
        (
            "x-ms-ags-diagnostic".into(),
            json!({ "ServerInfo": { "DataCenter": "Mock", "Slice": "E", "Ring": "0" } })
                .to_string(),
        ),
    ];
    if let Some(kind) = kind {
        let given =
            answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if !given {
            headers.push(("content-type".into(), kind.into()));
        }
        headers.push(("odata-version".into(), "4.0".into()));
    }
    headers.extend(answer.headers);
    for (name, value) in headers {
        let name = http::HeaderName::from_bytes(name.as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
