//! From Terraform's values to Graph's JSON.

use serde_json::{Map, Value as Json};

use crate::spec::Entity;
use crate::tf::Value;

/// A JSON object.
pub type Object = Map<String, Json>;

/// What references to other objects need.
#[derive(Clone, Copy, Debug)]
pub struct Bases<'a> {
    /// Root address of Graph, version included and without a final slash: what `graph::Client::root` gives.
    pub root: &'a str,
}

/// Body of the request that creates an object. `config` is only asked for write-only values.
pub fn create(entity: &Entity, planned: &Value, config: &Value, cx: &Bases<'_>) -> Object {
    let _ = (entity, planned, config, cx);
    Object::new()
}

/// Body of the update that must follow a create, for what a create cannot carry. Empty: none must.
pub fn after_create(entity: &Entity, planned: &Value, config: &Value, cx: &Bases<'_>) -> Object {
    let _ = (entity, planned, config, cx);
    Object::new()
}

/// Body of the request that updates an object: what changed, or the whole object where the service wants it so. Empty: nothing to
/// send. [`requests::update`](super::requests::update) finds the right method for it.
pub fn update(
    entity: &Entity,
    prior: &Value,
    planned: &Value,
    config: &Value,
    cx: &Bases<'_>,
) -> Object {
    let _ = (entity, prior, planned, config, cx);
    Object::new()
}

/// An action of the item that carries a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// Its parameters.
    pub body: Object,
}

/// Changes that do not go through an update but through actions of their own.
pub fn actions(entity: &Entity, prior: &Value, planned: &Value, config: &Value) -> Vec<Action> {
    let _ = (entity, prior, planned, config);
    Vec::new()
}

/// The wanted assignments as the whole request parameter: an array.
pub fn assignments(entity: &Entity, planned: &Value) -> Json {
    let _ = (entity, planned);
    Json::Array(Vec::new())
}

/// Differences between assignments, for services that take them one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssignmentChanges {
    /// Bodies to post.
    pub add: Vec<Json>,
    /// Ids to delete.
    pub remove: Vec<String>,
}

/// What must be added and removed, so that `have` (assignments as the service gave them) becomes `want` (the attribute's value).
pub fn assignment_changes(entity: &Entity, have: &[Json], want: &Value) -> AssignmentChanges {
    let _ = (entity, have, want);
    AssignmentChanges::default()
}
