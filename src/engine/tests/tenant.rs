//! A small tenant: collections of objects by path, with assignments, and troubles on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use crate::graph::TransportError;
use crate::graph::scripted::{Answer, Script, Seen};

/// A tenant behind a scripted wire.
#[derive(Clone)]
pub(super) struct Tenant {
    pub(super) script: Arc<Script>,
    world: Arc<Mutex<World>>,
}

#[derive(Default)]
struct World {
    /// Objects by their whole path.
    objects: BTreeMap<String, Map<String, Json>>,
    made: usize,
    troubles: Vec<Trouble>,
}

struct Trouble {
    applies: Box<dyn Fn(&Seen) -> bool + Send>,
    times: usize,
    fault: Fault,
}

/// What goes wrong with a request.
#[derive(Clone)]
pub(super) enum Fault {
    /// Nothing is done, and this is answered.
    Instead(Answer),
    /// It is done, and this is answered.
    Done(Answer),
    /// It is done, and so is something else.
    Also(fn(&mut BTreeMap<String, Map<String, Json>>)),
}

/// No answer, although the request may have arrived.
pub(super) fn cut() -> Answer {
    Answer::Fail(TransportError::cut("connection reset".to_owned()))
}

/// Graph's 404.
pub(super) fn not_found() -> Answer {
    Answer::error(404, "ResourceNotFound", "The object was not found.")
}

impl Tenant {
    pub(super) fn new() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let answering = Arc::clone(&world);
        let script = Script::new(move |seen| answering.lock().unwrap().answer(seen));
        Tenant { script, world }
    }

    /// Puts an object there.
    pub(super) fn has(&self, path: &str, object: Json) -> &Self {
        let mut object = object.as_object().unwrap().clone();
        let id = path.rsplit('/').next().unwrap();
        object.entry("id").or_insert(json!(id));
        object.entry("assignments").or_insert(json!([]));
        self.world.lock().unwrap().objects.insert(path.to_owned(), object);
        self
    }

    /// Takes an object away.
    pub(super) fn loses(&self, path: &str) {
        self.world.lock().unwrap().objects.remove(path);
    }

    /// The next `times` requests of this kind go wrong.
    pub(super) fn trouble(
        &self,
        times: usize,
        applies: impl Fn(&Seen) -> bool + Send + 'static,
        fault: Fault,
    ) -> &Self {
        self.world.lock().unwrap().troubles.push(Trouble {
            applies: Box::new(applies),
            times,
            fault,
        });
        self
    }

    /// The next `times` requests with this method whose path (without query) ends so go wrong.
    pub(super) fn on(
        &self,
        times: usize,
        method: &'static str,
        end: &'static str,
        fault: Fault,
    ) -> &Self {
        self.trouble(times, move |seen| seen.method == method && path(seen).ends_with(end), fault)
    }

    /// The same, for as long as this much time has not passed.
    pub(super) fn until(
        &self,
        secs: u64,
        method: &'static str,
        part: &'static str,
        fault: Fault,
    ) -> &Self {
        self.trouble(
            usize::MAX,
            move |seen| {
                seen.method == method
                    && path(seen).contains(part)
                    && seen.at < Duration::from_secs(secs)
            },
            fault,
        )
    }

    /// Paths of the objects that exist.
    pub(super) fn paths(&self) -> Vec<String> {
        self.world.lock().unwrap().objects.keys().cloned().collect()
    }

    /// One property of an object.
    pub(super) fn property(&self, path: &str, property: &str) -> Json {
        let world = self.world.lock().unwrap();
        world.objects.get(path).and_then(|object| object.get(property)).cloned().unwrap_or_default()
    }

    /// The groups that an object is assigned to.
    pub(super) fn groups(&self, path: &str) -> Vec<String> {
        let assignments = self.property(path, "assignments");
        assignments
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["target"]["groupId"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Methods and paths of the requests so far, without version and query.
    pub(super) fn sent(&self) -> Vec<String> {
        self.script.seen().iter().map(|seen| format!("{} {}", seen.method, path(seen))).collect()
    }

    /// How many requests of this kind were sent.
    pub(super) fn count(&self, method: &str, end: &str) -> usize {
        self.script
            .seen()
            .iter()
            .filter(|seen| seen.method == method && path(seen).ends_with(end))
            .count()
    }
}

fn path(seen: &Seen) -> &str {
    let path = seen.path.split('?').next().unwrap_or_default();
    path.trim_start_matches("/beta").trim_start_matches("/v1.0")
}

impl World {
    fn answer(&mut self, seen: &Seen) -> Answer {
        let trouble = self.troubles.iter_mut().find(|it| it.times > 0 && (it.applies)(seen));
        let fault = trouble.map(|trouble| {
            trouble.times -= 1;
            trouble.fault.clone()
        });
        match fault {
            Some(Fault::Instead(answer)) => answer,
            Some(Fault::Done(answer)) => {
                self.act(seen);
                answer
            }
            Some(Fault::Also(also)) => {
                let answer = self.act(seen);
                also(&mut self.objects);
                answer
            }
            None => self.act(seen),
        }
    }

    fn act(&mut self, seen: &Seen) -> Answer {
        let path = path(seen).to_owned();
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let expanded = seen.path.contains("expand=assignments");
        let parent = path.rsplit_once('/').map(|(parent, _)| parent.to_owned()).unwrap_or_default();
        match (seen.method.as_str(), segments.as_slice()) {
            ("GET", ["only"]) => self.get(&path, false),
            ("PATCH", ["only"]) => self.patch(&path, seen),
            ("GET", [_, _, "assignments"]) => match self.objects.get(&parent) {
                Some(object) => Answer::json(200, json!({"value": object["assignments"]})),
                None => not_found(),
            },
            ("GET", [_, _, "settings"]) => match self.objects.get(&parent) {
                Some(object) => Answer::json(
                    200,
                    json!({"value": object.get("settings").cloned().unwrap_or(json!([]))}),
                ),
                None => not_found(),
            },
            // Which grants refer to a thing.
            ("GET", ["things", thing, "grants"]) => {
                let grants: Vec<Json> = self
                    .objects
                    .iter()
                    .filter(|(path, object)| {
                        path.starts_with("/grants/")
                            && object
                                .get("thing@odata.bind")
                                .and_then(Json::as_str)
                                .is_some_and(|it| it.contains(thing))
                    })
                    .map(|(_, object)| json!({"id": object["id"]}))
                    .collect();
                Answer::json(200, json!({"value": grants}))
            }
            ("POST", [_, _, "assign"]) => match self.objects.get_mut(&parent) {
                Some(object) => {
                    object.insert("assignments".to_owned(), seen.body["assignments"].clone());
                    Answer::empty(204)
                }
                None => not_found(),
            },
            ("POST", [_, _, "assignments"]) => match self.objects.get_mut(&parent) {
                Some(object) => {
                    let mut item = seen.body.clone();
                    item["id"] =
                        json!(format!("a-{}", item["target"]["groupId"].as_str().unwrap()));
                    object["assignments"].as_array_mut().unwrap().push(item.clone());
                    Answer::json(201, item)
                }
                None => not_found(),
            },
            ("DELETE", [collection, id, "assignments", assignment]) => {
                match self.objects.get_mut(&format!("/{collection}/{id}")) {
                    Some(object) => {
                        object["assignments"]
                            .as_array_mut()
                            .unwrap()
                            .retain(|it| it["id"] != **assignment);
                        Answer::empty(204)
                    }
                    None => not_found(),
                }
            }
            ("POST", [_, _, "check" | "setPassword"]) if self.objects.contains_key(&parent) => {
                Answer::empty(204)
            }
            ("POST", [_, _, "publish"]) => match self.objects.get_mut(&parent) {
                Some(object) => {
                    object.insert("published".to_owned(), json!(true));
                    Answer::empty(204)
                }
                None => not_found(),
            },
            ("GET", segments) if segments.len() % 2 == 1 => {
                let items: Vec<Json> = self
                    .objects
                    .iter()
                    .filter(|(item, _)| {
                        item.rsplit_once('/').is_some_and(|(parent, _)| parent == path)
                    })
                    .map(|(_, object)| shown(object, expanded))
                    .collect();
                Answer::json(200, json!({"value": items}))
            }
            ("GET", _) => self.get(&path, expanded),
            ("POST", _) => {
                self.made += 1;
                let id = format!("id-{}", self.made);
                let mut object = seen.body.as_object().unwrap().clone();
                object.insert("id".to_owned(), json!(id));
                object.insert("assignments".to_owned(), json!([]));
                object.entry("color").or_insert(json!("grey"));
                object.insert("changed".to_owned(), json!("2026-03-03T09:00:00Z"));
                let answer = shown(&object, false);
                self.objects.insert(format!("{path}/{id}"), object);
                Answer::json(201, answer)
            }
            ("PATCH" | "PUT", _) => self.patch(&path, seen),
            ("DELETE", _) => match self.objects.get(&path) {
                None => not_found(),
                Some(object)
                    if object["assignments"].as_array().is_some_and(|it| !it.is_empty()) =>
                {
                    Answer::error(400, "BadRequest", "The object is currently assigned.")
                }
                Some(_) => {
                    self.objects.remove(&path);
                    Answer::empty(204)
                }
            },
            _ => Answer::error(400, "BadRequest", "No method match route template"),
        }
    }

    fn get(&self, path: &str, expanded: bool) -> Answer {
        match self.objects.get(path) {
            Some(object) => Answer::json(200, shown(object, expanded)),
            None => not_found(),
        }
    }

    fn patch(&mut self, path: &str, seen: &Seen) -> Answer {
        match self.objects.get_mut(path) {
            Some(object) => {
                object.extend(seen.body.as_object().unwrap().clone());
                Answer::empty(204)
            }
            None => not_found(),
        }
    }
}

/// An object as a read shows it: no bind, no secret, navigations only when expanded.
fn shown(object: &Map<String, Json>, expanded: bool) -> Json {
    let hidden = |name: &str| {
        name.ends_with("@odata.bind")
            || name == "password"
            || name == "settings"
            || (name == "assignments" && !expanded)
    };
    Json::Object(
        object
            .iter()
            .filter(|(name, _)| !hidden(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}
