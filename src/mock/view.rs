//! The tenant as it really is, for tests and people: the primary, without lag and without the shape of replies.

use serde_json::{Map, Value, json};

use super::store::{Body, Object};
use super::world::World;

/// The live objects of a collection in order of creation, each with its assignments and what it is bound to.
pub(crate) fn objects(world: &World, path: &str) -> Vec<Value> {
    world.store.live(path).map(|(object, body)| one(object, body)).collect()
}

fn one(object: &Object, body: &Body) -> Value {
    let mut body = body.clone();
    body.insert("id".into(), json!(object.id));
    body.insert("assignments".into(), json!(object.assignments.latest()));
    for (name, id) in &object.hidden {
        body.insert((*name).to_owned(), json!(id));
    }
    Value::Object(body)
}

/// All live objects, by path.
pub(crate) fn everything(world: &World) -> Value {
    let mut all = Map::new();
    for path in world.store.paths() {
        all.insert(path.to_owned(), Value::Array(objects(world, path)));
    }
    Value::Object(all)
}

/// What an object was from its creation on; `null` from its deletion on.
pub(crate) fn history(world: &World, path: &str, id: &str) -> Vec<Value> {
    let Some(object) = world.store.get(path, id) else { return Vec::new() };
    object.body.all().map(|(at, body)| json!({ "at": at.to_string(), "body": body })).collect()
}
