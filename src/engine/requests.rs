//! Requests that follow from a description. Building one is not sending it.

use serde_json::Value as Json;

use super::encode::Object;
use super::schema;
use crate::graph::Request;
use crate::spec::{self, Argument, AssignStyle, Entity, Place, Report, Secret, Stored, Update};
use crate::tf::Value;

/// Where one object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Id of the object that it lies below, for children.
    pub parent: Option<String>,
    /// Its own id; of no meaning for a singleton.
    pub id: String,
}

impl Item {
    /// The object of a state. `None` when the state lacks an id.
    pub fn of(entity: &Entity, state: &Value) -> Option<Self> {
        let text = |name: &str| state.get(name).as_str().filter(|text| !text.is_empty());
        let parent = match entity.place {
            Place::Child { parent, .. } => Some(text(parent)?.to_owned()),
            _ => None,
        };
        Some(Item { parent, id: text("id")?.to_owned() })
    }

    fn keys(&self, entity: &Entity) -> Vec<&str> {
        let mut keys: Vec<&str> = self.parent.as_deref().into_iter().collect();
        if !matches!(entity.place, Place::Singleton(_)) {
            keys.push(&self.id);
        }
        keys
    }
}

/// What a listing is asked to do. The service may ignore all of it; who lists checks again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `$filter`, as the user wrote it.
    pub filter: Option<String>,
    /// `$orderby`, as the user wrote it.
    pub order_by: Option<String>,
    /// `$top`: the size of a page.
    pub top: Option<u32>,
    /// Whether assignments and other navigations that a read expands are wanted.
    pub expand: bool,
}

/// Creates an object with a body of [`encode::create`](super::encode::create). A singleton is adopted: the body goes out as an update.
pub fn create(entity: &Entity, parent: Option<&str>, body: Object) -> Request {
    let keys: Vec<&str> = parent.into_iter().collect();
    match entity.place {
        Place::Singleton(path) => Request::patch(version(entity), path, &[], Json::Object(body)),
        _ => Request::create(version(entity), collection(entity), &keys, Json::Object(body)),
    }
}

/// Reads an object with what its description wants expanded and selected.
pub fn read(entity: &Entity, item: &Item) -> Request {
    whole(entity, Request::get(version(entity), &template(entity, ""), &item.keys(entity)))
}

/// Lists objects.
pub fn list(entity: &Entity, parent: Option<&str>, hints: &Hints) -> Request {
    let keys: Vec<&str> = parent.into_iter().collect();
    let mut request = Request::get(version(entity), collection(entity), &keys);
    if let Some(filter) = &hints.filter {
        request = request.query("$filter", filter);
    }
    if let Some(order_by) = &hints.order_by {
        request = request.query("$orderby", order_by);
    }
    if let Some(top) = hints.top {
        request = request.query("$top", top.to_string());
    }
    if hints.expand { whole(entity, request) } else { request }
}

/// Asks a function with the arguments of a configuration: the entity's own, or the one that lists its objects below another object.
/// `None` where the set itself is listed.
pub fn function(entity: &Entity, config: &Value) -> Option<Request> {
    let given = |argument: &Argument| config.get(argument.name).as_str();
    let get = |path, keys: &[&str]| Request::get(version(entity), path, keys);
    match (entity.place, entity.reading.through) {
        (Place::Function(function), _) => {
            let keys: Vec<&str> =
                function.arguments.iter().map(|it| given(it).unwrap_or_default()).collect();
            Some(get(function.path, &keys))
        }
        (_, Some(through)) => Some(get(through.path, &[given(&through.argument)?])),
        (_, None) => None,
    }
}

/// Asks for a report, with parameters of its action.
pub fn report(entity: &Entity, report: &Report, parameters: Object) -> Request {
    let path = format!("{}/{}", report.home, report.name);
    Request::read_action(version(entity), &path, &[], Json::Object(parameters))
}

/// Asks for everything that makes an object whole: navigations to expand, and properties that come only when they are named.
fn whole(entity: &Entity, request: Request) -> Request {
    let assignments = schema::lists_assignments(entity).then_some(schema::ASSIGNMENTS);
    let expand: Vec<&str> =
        assignments.into_iter().chain(entity.reading.expand.iter().copied()).collect();
    let request =
        if expand.is_empty() { request } else { request.query("$expand", expand.join(",")) };
    if !entity.reading.select {
        return request;
    }
    let mut select = vec![schema::ID];
    for attribute in entity.attributes {
        let property = match attribute.stored {
            Stored::Body => attribute.property,
            Stored::Inside([first, ..]) => first.property,
            Stored::Inside([]) | Stored::Bind { .. } | Stored::SubCollection => continue,
        };
        // Naming an expanded navigation, or a secret that never comes, is an error in some places.
        let expanded =
            entity.reading.expand.iter().any(|navigation| navigation.starts_with(property));
        if !expanded && attribute.secret != Secret::Unreadable && !select.contains(&property) {
            select.push(property);
        }
    }
    request.query("$select", select.join(","))
}

/// Updates an object with a body of [`encode::update`](super::encode::update): `PUT` when the description says so, or when the body
/// carries a property that has a sub-collection of its own; else `PATCH`.
pub fn update(entity: &Entity, item: &Item, body: Object) -> Request {
    let whole = entity.update == Update::Put
        || entity.attributes.iter().any(|attribute| {
            matches!(attribute.stored, Stored::SubCollection)
                && body.contains_key(attribute.property)
        });
    let send = if whole { Request::put } else { Request::patch };
    send(version(entity), &template(entity, ""), &item.keys(entity), Json::Object(body))
}

/// Deletes an object.
pub fn delete(entity: &Entity, item: &Item) -> Request {
    Request::delete(version(entity), &template(entity, ""), &item.keys(entity))
}

/// Replaces the whole set of assignments by `items` (of [`encode::assignments`](super::encode::assignments)). `None` for entities that
/// are not assigned, or one by one.
pub fn assign(entity: &Entity, item: &Item, items: Json) -> Option<Request> {
    let AssignStyle::Replace { action, parameter } = entity.assignments?.style else { return None };
    let body = Object::from_iter([(parameter.to_owned(), items)]);
    let path = template(entity, &format!("/{action}"));
    Some(Request::replace_action(version(entity), &path, &item.keys(entity), Json::Object(body)))
}

/// Reads the assignments page by page, for entities that do not expand them.
pub fn assignments(entity: &Entity, item: &Item) -> Request {
    sub_collection(entity, item, assignments_collection(entity))
}

/// Adds one assignment, for entities that are assigned one by one.
pub fn add_assignment(entity: &Entity, item: &Item, body: Json) -> Request {
    let path = template(entity, &format!("/{}", assignments_collection(entity)));
    Request::create(version(entity), &path, &item.keys(entity), body)
}

/// Removes one assignment by its id, for entities that are assigned one by one.
pub fn remove_assignment(entity: &Entity, item: &Item, id: &str) -> Request {
    let mut keys = item.keys(entity);
    keys.push(id);
    let path = template(entity, &format!("/{}/{{}}", assignments_collection(entity)));
    Request::delete(version(entity), &path, &keys)
}

/// Calls an action of an object.
pub fn action(entity: &Entity, item: &Item, name: &str, body: Object) -> Request {
    let path = template(entity, &format!("/{name}"));
    Request::action(version(entity), &path, &item.keys(entity), Json::Object(body))
}

/// Reads a sub-collection of an object page by page.
pub fn sub_collection(entity: &Entity, item: &Item, property: &str) -> Request {
    let path = template(entity, &format!("/{property}"));
    Request::get(version(entity), &path, &item.keys(entity))
}

/// Lists the ids of the objects that a reference can point at.
pub fn candidates(entity: &Entity, set: &str) -> Request {
    Request::get(version(entity), set, &[]).query("$select", "id")
}

/// Lists the objects that lead back to `candidate` through the navigation `reverse`.
pub fn leading_back(entity: &Entity, set: &str, candidate: &str, reverse: &str) -> Request {
    Request::get(version(entity), &format!("{set}/{{}}/{reverse}"), &[candidate])
}

/// The version of Graph that an entity is spoken to through.
pub fn version(entity: &Entity) -> crate::graph::Version {
    match entity.version {
        spec::Version::V1 => crate::graph::Version::V1,
        spec::Version::Beta => crate::graph::Version::Beta,
    }
}

fn collection(entity: &Entity) -> &'static str {
    match entity.place {
        Place::Collection(path) | Place::Singleton(path) | Place::Child { path, .. } => path,
        Place::Function(function) => function.path,
    }
}

fn template(entity: &Entity, tail: &str) -> String {
    match entity.place {
        Place::Singleton(path) => format!("{path}{tail}"),
        _ => format!("{}/{{}}{tail}", collection(entity)),
    }
}

fn assignments_collection(entity: &Entity) -> &'static str {
    match entity.assignments.map(|assignments| assignments.style) {
        Some(AssignStyle::Additive { collection }) => collection,
        _ => "assignments",
    }
}
