//! From Graph's JSON to Terraform's values.
//!
//! A state says what is true of the object, in the user's words where the service has none:
//!
//! - A property that an answer lacks keeps the value of the reference: the service did not say that it changed. Inside a complex value,
//!   which always comes whole, it is null.
//! - Null and empty are one value where the description says so; then the reference decides which of them is shown.
//! - A member of an enumeration, a subtype or a JSON type that is not known is reported, and the old value stays.
//! - A secret that never comes back keeps the value of the reference.
//!
//! Other spellings of one value (case, digits, order) are not looked at here: the framework puts the user's spelling back, by the rules
//! of [`equal`](super::equal).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::encode::{Object, TYPE};
use super::equal::instant;
use super::schema::{ASSIGNMENTS, ID};
use super::{names, schema};
use crate::spec::{
    Answers, Attribute, Entity, Function, Kind, Level, Place, Presence, Secret, Stored, Variant,
};
use crate::tf::{Diagnostics, Path, Value};

mod assignments;
#[cfg(test)]
mod tests;
mod value;
mod weight;

pub(super) use assignments::assignment;
pub use assignments::assignments;
use value::Reader;

/// Most memory that the items of one answer may take, in bytes. Their encoding comes on top of it, and a process that is given a gigabyte
/// must live through both. Some thirty thousand devices fit.
const MOST_MEMORY: usize = 384 << 20;

/// The state of a managed resource: every attribute of its schema, wholly known.
///
/// `reference` is what the user is looking at: the planned state after a write, the stored state in a refresh, a stub in an import.
/// Expanded collections (assignments, sub-collections) and expanded references are read from `answer` under their property's name; who
/// fetches them elsewhere puts them there first.
pub fn state(
    entity: &Entity,
    answer: &Object,
    reference: &Value,
    diags: &mut Diagnostics,
) -> Value {
    let answer = &shaped(entity, answer);
    let kept = |name: &str| known(reference.get(name));
    let mut state = BTreeMap::new();
    state.insert(ID.to_owned(), state_id(entity, answer, reference));
    if let Place::Child { parent, .. } = entity.place {
        state.insert(parent.to_owned(), kept(parent));
    }
    let mut reader = Reader { entity: entity.name, diags };
    for attribute in entity.attributes {
        reader.top(attribute, answer, reference, &mut state);
    }
    reader.family(entity.family, answer, reference, &mut state);
    if entity.assignments.is_some() {
        let reference = reference.get(ASSIGNMENTS);
        let value = match answer.get(ASSIGNMENTS).and_then(Json::as_array) {
            Some(items) => assignments(entity, items, reference, reader.diags),
            None => known(reference),
        };
        state.insert(ASSIGNMENTS.to_owned(), value);
    }
    state.extend(schema::own_names(entity).into_iter().map(|name| (name.to_owned(), kept(name))));
    Value::Object(state)
}

/// The attributes of [`schema::data_source`], for the data source of one object. `parent` is the parent's id of a child.
pub fn data(
    entity: &Entity,
    parent: Option<&str>,
    answer: &Object,
    diags: &mut Diagnostics,
) -> Value {
    let mut data = item(entity, answer, diags);
    if let (Value::Object(data), Place::Child { parent: name, .. }) = (&mut data, entity.place) {
        data.insert(name.to_owned(), parent.map_or(Value::Null, Value::from));
    }
    data
}

/// The attribute `items` of [`schema::data_sources`]: one element for each answer, sorted by id, by name where there are no ids, and the
/// latest first where there is a latest. `None`: they would take too much memory. An answer is given up as soon as it is decoded.
pub fn items(entity: &Entity, answers: Vec<Json>, diags: &mut Diagnostics) -> Option<Value> {
    if let Place::Function(Function { answers: Answers::Texts, .. }) = entity.place {
        let mut texts: Vec<&str> = answers.iter().filter_map(Json::as_str).collect();
        texts.sort_unstable();
        return Some(Value::List(texts.into_iter().map(Value::from).collect()));
    }
    let mut items = Vec::new();
    let mut memory = 0;
    for answer in answers {
        let Json::Object(answer) = answer else { continue };
        let mut item = item(entity, &answer, diags);
        if let (Value::Object(item), false) = (&mut item, schema::lists_assignments(entity)) {
            item.remove(ASSIGNMENTS);
        }
        memory += weight::of(&item);
        if memory > MOST_MEMORY {
            return None;
        }
        items.push(item);
    }
    let order = match entity.place {
        Place::Function(_) => schema::key_name(entity),
        _ => ID.into(),
    };
    let newest = entity.key.newest.map(|property| schema::name_of(entity, property));
    let moment = |item: &Value| newest.as_ref().and_then(|name| instant(item.get(name).as_str()?));
    // The latest first where there is a latest; what has neither id nor name of its own is told apart by all that it holds.
    items.sort_by(|a, b| {
        let by_name = || a.get(&order).as_str().cmp(&b.get(&order).as_str());
        moment(b).cmp(&moment(a)).then_with(by_name).then_with(|| a.cmp(b))
    });
    Some(Value::List(items))
}

fn item(entity: &Entity, answer: &Object, diags: &mut Diagnostics) -> Value {
    let answer = &shaped(entity, answer);
    let mut item = BTreeMap::new();
    if !matches!(entity.place, Place::Function(_)) {
        let segment = || only_id(entity).map_or(Value::Null, Value::from);
        item.insert(ID.to_owned(), id(answer).unwrap_or_else(segment));
    }
    let mut reader = Reader { entity: entity.name, diags };
    for attribute in entity.attributes.iter().filter(|it| it.secret != Secret::Unreadable) {
        reader.top(attribute, answer, &Value::Null, &mut item);
    }
    reader.family(entity.family, answer, &Value::Null, &mut item);
    if entity.assignments.is_some() {
        let items = answer.get(ASSIGNMENTS).and_then(Json::as_array);
        let value = items.map(|items| assignments(entity, items, &Value::Null, reader.diags));
        item.insert(ASSIGNMENTS.to_owned(), value.unwrap_or(Value::Null));
    }
    let mut item = without_twins(entity.attributes, Value::Object(item));
    if let Value::Object(item) = &mut item {
        for variant in entity.family {
            if let Some(inner) = item.get_mut(variant.name) {
                *inner = without_twins(variant.attributes, std::mem::replace(inner, Value::Null));
            }
        }
    }
    item
}

/// Data sources have no secrets that never come back, at any depth.
fn without_twins(attributes: &[Attribute], mut value: Value) -> Value {
    super::walk::each_object(attributes, &mut value, &mut |attributes, object| {
        for attribute in attributes {
            if let Some(twin) = names::twin(attribute) {
                object.remove(names::attribute_name(attribute).as_ref());
                object.remove(&twin.write_only);
                object.remove(&twin.version);
            }
        }
    });
    value
}

fn shaped(entity: &Entity, answer: &Object) -> Object {
    let mut answer = answer.clone();
    if let Some(shape) = entity.hooks.shape_response {
        shape(&mut answer);
    }
    answer
}

fn id(answer: &Object) -> Option<Value> {
    answer.get(ID).and_then(Json::as_str).filter(|id| !id.is_empty()).map(Value::from)
}

/// The id of an object of which there is only one and whose answers name none: where it lies.
pub(super) fn only_id(entity: &Entity) -> Option<&'static str> {
    match entity.place {
        Place::Singleton(path) => path.rsplit('/').next(),
        _ => None,
    }
}

/// The id that an object has in the state. That of an object of which there is only one never changes, though not every answer has one:
/// it is the object's identity.
fn state_id(entity: &Entity, answer: &Object, reference: &Value) -> Value {
    let kept = known(reference.get(ID));
    match only_id(entity) {
        None => id(answer).unwrap_or(kept),
        Some(_) if !kept.is_null() => kept,
        Some(segment) => id(answer).unwrap_or_else(|| Value::from(segment)),
    }
}

/// A value without its unknown parts: what a plan leaves to the service and the service does not say is null.
fn known(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::Object(entries) => Value::Object(
            entries.iter().map(|(name, entry)| (name.clone(), known(entry))).collect(),
        ),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, entry)| (key.clone(), known(entry))).collect())
        }
        Value::List(elements) => Value::List(elements.iter().map(known).collect()),
        Value::Set(elements) => Value::set(elements.iter().map(known)),
        other => other.clone(),
    }
}

impl Reader<'_> {
    /// An attribute of the entity itself, with the twins of a secret.
    fn top(
        &mut self,
        attribute: &Attribute,
        answer: &Object,
        reference: &Value,
        state: &mut BTreeMap<String, Value>,
    ) {
        let name = names::attribute_name(attribute);
        let old = reference.get(&name);
        let path = Path::attribute(name.as_ref());
        let value = match attribute.stored {
            _ if attribute.secret == Secret::Unreadable => known(old),
            Stored::Bind { .. } => {
                let bound = answer.get(attribute.property).and_then(|bound| bound.get(ID));
                self.found(attribute, bound, old, &path)
            }
            Stored::Inside(levels) => self.inside(attribute, levels, answer, old, &path),
            Stored::Body | Stored::SubCollection => {
                self.found(attribute, answer.get(attribute.property), old, &path)
            }
        };
        state.insert(name.into_owned(), value);
        if let Some(twin) = names::twin(attribute) {
            state.insert(twin.version.clone(), known(reference.get(&twin.version)));
            state.insert(twin.write_only, Value::Null);
        }
    }

    /// The subtype that an answer names, read from the object itself; the others are null.
    fn family(
        &mut self,
        family: &[Variant],
        answer: &Object,
        reference: &Value,
        state: &mut BTreeMap<String, Value>,
    ) {
        let Some(chosen) = self.subtype(family, answer.get(TYPE), reference, &Path::root()) else {
            let kept = family.iter().map(|it| (it.name.to_owned(), known(reference.get(it.name))));
            return state.extend(kept);
        };
        for variant in family {
            let mut inner = BTreeMap::new();
            if variant.name == chosen.name {
                for attribute in variant.attributes {
                    self.top(attribute, answer, reference.get(variant.name), &mut inner);
                }
            }
            let value = if inner.is_empty() { Value::Null } else { Value::Object(inner) };
            state.insert(variant.name.to_owned(), value);
        }
    }

    /// A property that the answer may lack.
    fn found(
        &mut self,
        attribute: &Attribute,
        json: Option<&Json>,
        old: &Value,
        path: &Path,
    ) -> Value {
        match json {
            None => known(old),
            Some(json) => self.value(attribute, json, old, path),
        }
    }

    /// The union over all elements of the levels for a collection, the first value for everything else.
    fn inside(
        &mut self,
        attribute: &Attribute,
        levels: &[Level],
        answer: &Object,
        old: &Value,
        path: &Path,
    ) -> Value {
        let Some((first, deeper)) = levels.split_first() else { return known(old) };
        let Some(outermost) = answer.get(first.property) else { return known(old) };
        let mut places = elements(outermost);
        for level in deeper {
            let next = places.iter().filter_map(|place| place.get(level.property));
            places = next.flat_map(elements).collect();
        }
        let found: Vec<&Json> =
            places.iter().filter_map(|place| place.get(attribute.property)).collect();
        let union = match attribute.kind {
            Kind::List(_) | Kind::Set(_) => {
                let arrays = found.iter().filter_map(|json| json.as_array());
                let all = arrays.flat_map(|array| array.iter().cloned()).collect();
                if outermost.is_null() { Json::Null } else { Json::Array(all) }
            }
            _ => found.first().map_or(Json::Null, |json| (*json).clone()),
        };
        self.value(attribute, &union, old, path)
    }
}

/// The elements of a collection; everything else but null is its own only element.
fn elements(json: &Json) -> Vec<&Json> {
    match json {
        Json::Array(elements) => elements.iter().collect(),
        Json::Null => Vec::new(),
        single => vec![single],
    }
}

/// Whether the service alone gives a value, so that nothing that it says can contradict the user.
fn is_services(attribute: &Attribute) -> bool {
    attribute.presence == Presence::ReadOnly
}
