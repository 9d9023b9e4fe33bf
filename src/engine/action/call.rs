//! Requests of actions. Building one is not sending it.

use serde_json::Value as Json;

use crate::engine::encode::{Object, TYPE, type_name};
use crate::graph::{self, Request};
use crate::spec::{Action, Bulk, Look, On, Version, Watch, action::Key};

/// The request that does it to one object of a set.
pub(super) fn on_one(action: &Action, id: &str, body: Object) -> Request {
    match action.on {
        On::Each { set, operation, .. } => {
            post(action, &format!("{set}/{{}}/{operation}"), &[id], body)
        }
        On::Together { path, .. } | On::Tenant { path } => post(action, path, &[], body),
    }
}

/// The request that does it to many objects, or to the tenant.
pub(super) fn on_all(action: &Action, ids: &[String], mut body: Object) -> Request {
    let path = match action.on {
        On::Together { path, parameter, .. } => {
            body.insert(parameter.to_owned(), texts(ids));
            path
        }
        On::Tenant { path } => path,
        On::Each { set, .. } => set,
    };
    post(action, path, &[], body)
}

/// The request that makes a bulk action instead of many single ones. `name` is what people see.
pub(super) fn in_bulk(bulk: &Bulk, name: &str, ids: &[String], mut body: Object) -> Request {
    body.insert(TYPE.to_owned(), Json::String(type_name(bulk.graph_type)));
    body.insert("displayName".to_owned(), Json::String(name.to_owned()));
    body.insert(bulk.parameter.to_owned(), texts(ids));
    Request::create(version(bulk.watch.version), bulk.path, &[], Json::Object(body))
}

fn post(action: &Action, path: &str, keys: &[&str], body: Object) -> Request {
    let send = if action.repeatable { Request::replace_action } else { Request::action };
    send(version(action.version), path, keys, Json::Object(body))
}

/// Lists the objects of the set in which a request makes one.
pub(super) fn made_before(path: &str, watch: &Watch) -> Request {
    Request::get(version(watch.version), path, &[])
}

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place<'a> {
    /// The set of the targets, or the one in which an object is made.
    pub(super) set: &'a str,
    /// The target, or what was made.
    pub(super) id: &'a str,
    /// What was sent.
    pub(super) body: Option<&'a Object>,
    /// What was answered.
    pub(super) answer: Option<&'a Json>,
}

/// The request that looks. `None` when the place is not known.
pub(super) fn look(watch: &Watch, place: Place<'_>) -> Option<Request> {
    let get = |path: &str, keys: &[&str]| Request::get(version(watch.version), path, keys);
    let Place { set, id, .. } = place;
    match watch.look {
        Look::Log { function, .. } | Look::Function(function) => {
            Some(get(&format!("{set}/{{}}/{function}"), &[id]))
        }
        Look::Target(more) => {
            let request = get(&format!("{set}/{{}}"), &[id]);
            if more.is_empty() {
                return Some(request);
            }
            let select = ["id", watch.wait.property].into_iter().chain(more.iter().copied());
            Some(request.query("$select", select.collect::<Vec<_>>().join(",")))
        }
        Look::Made { .. } => Some(get(&format!("{set}/{{}}"), &[id])),
        Look::At { path, key } => {
            let key = match key {
                Key::Argument(name) => place.body?.get(name)?.as_str()?,
                Key::Answer(name) => place.answer?.get(name)?.as_str()?,
            };
            Some(get(path, &[key]))
        }
    }
}

fn texts(ids: &[String]) -> Json {
    Json::Array(ids.iter().cloned().map(Json::String).collect())
}

fn version(version: Version) -> graph::Version {
    match version {
        Version::V1 => graph::Version::V1,
        Version::Beta => graph::Version::Beta,
    }
}
