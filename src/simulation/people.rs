//! Whose objects are whose: those that the provider made, and what other people do beside it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value as Json;

use crate::mock::Mock;
use crate::spec::{Entity, Place, Presence, Removal};

/// The owners of the objects of one collection.
pub(super) struct People {
    /// The collection, below the version.
    path: String,
    /// The property that holds an object's name.
    key: &'static str,
    /// What there is one of in every tenant, as it was at first. It is nobody's, and nobody makes or deletes it.
    only: Option<Json>,
    /// The property with which objects are switched on and off that are never deleted.
    off: Option<&'static str>,
    /// Properties that nobody writes: the service may change them by itself, whoever made the object.
    read_only: Vec<&'static str>,
    /// What was there from the start, or was made by others, as it must stay.
    foreign: BTreeMap<String, Json>,
    /// What the provider ever made.
    ours: BTreeSet<String>,
    /// What others took away or renamed.
    touched: BTreeSet<String>,
    count: u32,
}

impl People {
    pub(super) fn new(mock: &Mock, path: &str, entity: &Entity) -> People {
        let read_only = entity.attributes.iter().filter(|it| it.presence == Presence::ReadOnly);
        let mut objects = mock.objects(path);
        let only = match entity.place {
            Place::Singleton(_) => objects.pop().map(|mut object| {
                object.as_object_mut().map(|entries| entries.remove("id"));
                object
            }),
            _ => None,
        };
        let off = match entity.removal {
            Removal::SwitchedOff(off) => Some(off.property),
            _ => None,
        };
        let foreign = objects.into_iter().map(|it| (id_of(&it), it)).collect();
        People {
            path: path.to_owned(),
            key: entity.key.property,
            only,
            off,
            read_only: read_only.map(|attribute| attribute.property).collect(),
            foreign,
            ours: BTreeSet::new(),
            touched: BTreeSet::new(),
            count: 0,
        }
    }

    /// Whether a request makes an object of the collection.
    pub(super) fn is_create(&self, request: &Request<Bytes>) -> bool {
        below_version(request.uri().path()) == self.path
    }

    /// Whether a request is about one object of ours.
    pub(super) fn is_about_ours(&self, request: &Request<Bytes>) -> bool {
        let path = below_version(request.uri().path());
        let Some(rest) = path.strip_prefix(self.path.as_str()) else { return false };
        match rest.strip_prefix('/') {
            Some(id) => self.ours.contains(id),
            None => rest.is_empty() && self.is_only(),
        }
    }

    /// Whether a request names an object of somebody else in its path.
    pub(super) fn is_about_others(&self, request: &Request<Bytes>) -> bool {
        request.uri().path().split('/').any(|part| self.foreign.contains_key(part))
    }

    /// Method and path of a request, with `{id}` for what is particular to this run.
    pub(super) fn template(&self, request: &Request<Bytes>) -> String {
        let parts: Vec<&str> = below_version(request.uri().path())
            .split('/')
            .map(|part| if self.ours.contains(part) { "{id}" } else { part })
            .collect();
        format!("{} {}", request.method(), parts.join("/"))
    }

    /// Whether the provider has made anything.
    pub(super) fn has_any(&self) -> bool {
        !self.ours.is_empty()
    }

    /// Whether there is one object, always.
    pub(super) fn is_only(&self) -> bool {
        self.only.is_some()
    }

    /// An object was made by the provider, or by somebody else at the same moment.
    pub(super) fn made(&mut self, response: &Response<Bytes>, by_others: bool, mock: &Mock) {
        let location = response.headers().get(http::header::LOCATION);
        let Some(location) = location.and_then(|it| it.to_str().ok()) else { return };
        let Some((path, id)) = location.rsplit_once('/') else { return };
        if !path.ends_with(&self.path) {
            return;
        }
        if by_others {
            let body = mock.objects(&self.path).into_iter().find(|it| id_of(it) == id);
            self.foreign.extend(body.map(|body| (id.to_owned(), body)));
        } else {
            self.ours.insert(id.to_owned());
        }
    }

    /// An object of somebody else.
    pub(super) fn anybody_elses(&self) -> Option<&str> {
        self.foreign.keys().next().map(String::as_str)
    }

    /// Objects of the collection that the provider made and that are there now.
    pub(super) fn living(&self, mock: &Mock) -> Vec<Json> {
        let objects = mock.objects(&self.path);
        objects.into_iter().filter(|it| self.ours.contains(&id_of(it))).collect()
    }

    /// All objects of the collection.
    pub(super) fn all(&self, mock: &Mock) -> Vec<Json> {
        mock.objects(&self.path)
    }

    /// Everything that an object ever was.
    pub(super) fn history(&self, mock: &Mock, id: &str) -> Vec<Json> {
        let id = if self.is_only() { "" } else { id };
        let versions = mock.history(&self.path, id).into_iter();
        versions.filter_map(|mut version| version.get_mut("body").map(Json::take)).collect()
    }

    /// What an object was since somebody last wrote to it: it differs only in what the service changes by itself.
    pub(super) fn since_written(&self, mock: &Mock, id: &str) -> Vec<Json> {
        let mut history = self.history(mock, id);
        let is_last = |it: &Json, last: &Json| self.written(it) == self.written(last);
        let begin = match history.split_last() {
            Some((last, before)) => before.iter().rposition(|it| !is_last(it, last)),
            None => None,
        };
        history.split_off(begin.map_or(0, |before| before + 1))
    }

    /// Whether an object exists.
    pub(super) fn exists(&self, mock: &Mock, id: &str) -> bool {
        match self.history(mock, id).last() {
            Some(body) => !body.is_null(),
            None => mock.objects(&self.path).iter().any(|it| id_of(it).eq_ignore_ascii_case(id)),
        }
    }

    /// Whether others had their hands on an object.
    pub(super) fn touched(&self, id: &str) -> bool {
        self.touched.contains(id)
    }

    /// Whether others had their hands on anything of ours.
    pub(super) fn touched_any(&self) -> bool {
        !self.touched.is_empty()
    }

    /// An object of somebody else was taken over by an import.
    pub(super) fn adopt(&mut self, id: &str) {
        self.foreign.remove(id);
        self.ours.insert(id.to_owned());
    }

    /// Somebody gives an object of ours another name; switches it off where that is how it is taken away, or puts back what there is
    /// one of.
    pub(super) fn rename(&mut self, mock: &Mock) {
        self.count += 1;
        if let Some(only) = self.only.clone() {
            let id = id_of(&only);
            mock.change(&self.path, &id, only);
            self.touched.insert(id);
            return;
        }
        let Some(object) = self.living(mock).pop() else { return };
        let id = id_of(&object);
        let change = match self.off {
            Some(off) => serde_json::json!({ (off): false }),
            None => serde_json::json!({ (self.key): format!("Renamed {}", self.count) }),
        };
        mock.change(&self.path, &id, change);
        self.touched.insert(id);
    }

    pub(super) fn delete(&mut self, mock: &Mock) {
        let Some(object) = self.living(mock).pop() else { return };
        let id = id_of(&object);
        mock.delete(&self.path, &id);
        self.touched.insert(id);
    }

    pub(super) fn neighbour(&mut self, mock: &Mock) {
        self.count += 1;
        let Some(mut object) = self.living(mock).pop() else { return };
        let id = format!("0f0e0d0c-0b0a-4908-8706-{:012x}", self.count);
        if let Some(entries) = object.as_object_mut() {
            entries.remove("assignments");
            entries.insert(self.key.to_owned(), format!("Neighbour {}", self.count).into());
        }
        mock.put(&self.path, &id, object);
        let body = mock.objects(&self.path).into_iter().find(|it| id_of(it) == id);
        self.foreign.extend(body.map(|body| (id, body)));
    }

    /// An object without what the service may change by itself.
    fn written<'o>(&self, object: &'o Json) -> BTreeMap<&'o str, &'o Json> {
        let entries = object.as_object().into_iter().flatten();
        let entries = entries.map(|(name, value)| (name.as_str(), value));
        entries.filter(|(name, _)| !self.read_only.contains(name)).collect()
    }

    /// What became of the objects of others.
    pub(super) fn collateral(&self, mock: &Mock) -> Vec<String> {
        let now: BTreeMap<String, Json> =
            mock.objects(&self.path).into_iter().map(|it| (id_of(&it), it)).collect();
        self.foreign
            .iter()
            .filter_map(|(id, before)| match now.get(id) {
                None => Some(format!("the object {id} of somebody else is gone")),
                Some(after) if self.written(after) != self.written(before) => {
                    Some(format!("the object {id} of somebody else was changed"))
                }
                Some(_) => None,
            })
            .collect()
    }
}

/// The id of an object.
pub(super) fn id_of(object: &Json) -> String {
    object.get("id").and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn below_version(path: &str) -> &str {
    path.strip_prefix("/beta").or_else(|| path.strip_prefix("/v1.0")).unwrap_or(path)
}
