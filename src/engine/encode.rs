//! From Terraform's values to Graph's JSON.
//!
//! *Absent*, *null* and *empty* are three things. What a configuration never named is absent from a create. What was removed from a
//! configuration is cleared in the update, in the way that the description declares; what the service defaults is left as it is.
//! An update carries only what changed, but complex values and collections whole, because the service replaces them whole. Unknown is
//! what the service is to give: it is never sent.

use serde_json::{Map, Value as Json};

use super::{equal, names, schema};
use crate::spec::{
    Access, Attribute, ChangedBy, Clear, Entity, Level, Off, Phase, Place, Presence, Sent, Stored,
    Trigger, Update, Variant,
};
use crate::tf::Value;

mod assignments;
#[cfg(test)]
mod tests;
mod value;

pub use assignments::{AssignmentChanges, assignment_changes, assignments};

/// A JSON object.
pub type Object = Map<String, Json>;

/// What references to other objects need.
#[derive(Clone, Copy, Debug)]
pub struct Bases<'a> {
    /// Root address of Graph, version included and without a final slash: what `graph::Client::root` gives.
    pub root: &'a str,
}

/// Body of the request that creates an object. `config` is only asked for write-only values. Empty: nothing is named of what always
/// exists, so nothing is to be sent.
pub fn create(entity: &Entity, planned: &Value, config: &Value, cx: &Bases<'_>) -> Object {
    let sides = Sides { prior: &Value::Null, planned, config };
    let mut body = Object::new();
    for (attribute, sides) in writable(entity, sides) {
        if attribute.sent != Sent::OnUpdate {
            insert(&mut body, attribute, sides.json(attribute), cx);
        }
    }
    if body.is_empty() && matches!(entity.place, Place::Singleton(_)) {
        return body;
    }
    finish(entity, planned, Phase::Create, body)
}

/// Body of the update that must follow a create, for what a create cannot carry. Empty: none must.
pub fn after_create(entity: &Entity, planned: &Value, config: &Value, cx: &Bases<'_>) -> Object {
    let sides = Sides { prior: &Value::Null, planned, config };
    let mut body = Object::new();
    for (attribute, sides) in writable(entity, sides) {
        if attribute.sent == Sent::OnUpdate && attribute.changed_by.is_none() {
            insert(&mut body, attribute, sides.json(attribute), cx);
        }
    }
    if body.is_empty() { body } else { finish(entity, planned, Phase::Update, body) }
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
    let updatable = writable(entity, Sides { prior, planned, config });
    let changed = changed(&updatable);
    let whole = entity.update == Update::Put
        || changed.iter().any(|attribute| matches!(attribute.stored, Stored::SubCollection));
    let mut body = Object::new();
    for (attribute, sides) in &updatable {
        let goes = match attribute.changed_by {
            Some(_) => instead_of_action(attribute, &changed),
            None => attribute.sent != Sent::OnCreate && (whole || goes_along(attribute, &changed)),
        };
        if !changed.is_empty() && goes {
            insert(&mut body, attribute, sides.json(attribute), cx);
        }
    }
    if body.is_empty() { body } else { finish(entity, planned, Phase::Update, body) }
}

/// Body of the update that stands in for a deletion.
pub fn switched_off(entity: &Entity, off: &Off) -> Object {
    let body = Object::from_iter([(off.property.to_owned(), Json::Bool(false))]);
    finish(entity, &Value::Null, Phase::Update, body)
}

/// The attributes that an update must carry because they changed.
fn changed(writable: &[(&'static Attribute, Sides<'_>)]) -> Vec<&'static Attribute> {
    let updatable = |it: &Attribute| it.sent != Sent::OnCreate && it.changed_by.is_none();
    let changed = writable.iter().filter(|(it, sides)| updatable(it) && sides.changed(it));
    changed.map(|(attribute, _)| *attribute).collect()
}

/// Whether an attribute that an action changes goes along in an update because of what else changed, and so without its action.
fn instead_of_action(attribute: &Attribute, changed: &[&Attribute]) -> bool {
    matches!(attribute.sent, Sent::With(other) if changed.iter().any(|it| it.property == other))
}

/// What an update comes to, as far as it is known before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whether properties change, by an update.
    pub properties: bool,
    /// Actions that carry changes, by name.
    pub actions: Vec<&'static str>,
    /// Whether an attribute changes that makes a call.
    pub triggered: bool,
}

impl Changes {
    /// What changes. An unknown value counts as unchanged.
    pub fn between(entity: &'static Entity, prior: &Value, planned: &Value) -> Self {
        let attributes = writable(entity, Sides { prior, planned, config: planned });
        let changed = changed(&attributes);
        let mut actions = Vec::new();
        for (attribute, sides) in &attributes {
            if let Some(by) = attribute.changed_by
                && sides.changed(attribute)
                && !instead_of_action(attribute, &changed)
                && !actions.contains(&by.action)
            {
                actions.push(by.action);
            }
        }
        let triggered = schema::triggers(entity).any(|(it, _)| is_triggered(it, prior, planned));
        Changes { properties: !changed.is_empty(), actions, triggered }
    }
}

/// Whether the attribute of a trigger changes to another value than none.
pub fn is_triggered(trigger: Trigger, prior: &Value, planned: &Value) -> bool {
    let wanted = planned.get(trigger.name);
    !wanted.is_null() && wanted != prior.get(trigger.name)
}

/// An action of the item that carries a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// Its parameters.
    pub body: Object,
    /// What the token must allow for it, where that is not what an update needs.
    pub access: Option<&'static Access>,
    /// Body of the update that does the same, where there is one.
    pub update: Option<Object>,
}

/// Changes that do not go through an update but through actions of their own.
pub fn actions(entity: &Entity, prior: &Value, planned: &Value, config: &Value) -> Vec<Action> {
    actions_for(entity, planned, writable(entity, Sides { prior, planned, config }))
}

/// Actions that must follow a create, for what neither it nor an update can carry.
pub fn actions_after_create(entity: &Entity, planned: &Value, config: &Value) -> Vec<Action> {
    let mut attributes = writable(entity, Sides { prior: &Value::Null, planned, config });
    attributes.retain(|(attribute, _)| attribute.sent == Sent::OnUpdate);
    actions_for(entity, planned, attributes)
}

fn actions_for(
    entity: &Entity,
    planned: &Value,
    attributes: Vec<(&'static Attribute, Sides<'_>)>,
) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    let changed = changed(&attributes);
    for (attribute, sides) in &attributes {
        let Some(ChangedBy { action, access, or_update, .. }) = attribute.changed_by else {
            continue;
        };
        if !sides.changed(attribute)
            || instead_of_action(attribute, &changed)
            || actions.iter().any(|it| it.name == action)
        {
            continue;
        }
        let (mut body, mut update) = (Object::new(), Object::new());
        for (attribute, sides) in &attributes {
            if let Some(ChangedBy { parameter, .. }) =
                attribute.changed_by.filter(|it| it.action == action)
            {
                add_parameter(&mut body, parameter, attribute, sides.json(attribute));
                add_parameter(&mut update, attribute.property, attribute, sides.json(attribute));
            }
        }
        if !body.is_empty() {
            let update = or_update.then(|| finish(entity, planned, Phase::Update, update));
            actions.push(Action { name: action, body, access, update });
        }
    }
    actions
}

/// Parameters of an action as it is called by itself, or properties of the object that it makes.
pub fn parameters(
    attributes: &[Attribute],
    kinds: &'static [Variant],
    arguments: &Value,
) -> Object {
    let sides = Sides { prior: &Value::Null, planned: arguments, config: &Value::Null };
    let mut body = value::object(attributes, sides);
    if let Some(kind) = kinds.iter().find(|kind| arguments.get(kind.name).is_known()) {
        body.extend(value::object(kind.attributes, sides.of(kind.name)));
        body.insert(TYPE.to_owned(), Json::String(type_name(kind.graph_type)));
    }
    body
}

/// Puts a value into a parameter of an action, within the levels that it has in the object too.
fn add_parameter(body: &mut Object, parameter: &str, attribute: &Attribute, value: Option<Json>) {
    let Some(value) = value else { return };
    match attribute.stored {
        Stored::Inside(levels) => {
            inside(body, parameter, levels).insert(attribute.property.to_owned(), value);
        }
        Stored::Body | Stored::SubCollection | Stored::Bind { .. } => {
            body.insert(parameter.to_owned(), value);
        }
    }
}

/// What may be sent, each attribute with the object that it stands in: the entity itself, or the subtype that is set.
fn writable<'v>(entity: &Entity, sides: Sides<'v>) -> Vec<(&'static Attribute, Sides<'v>)> {
    let own = entity.attributes.iter().map(|attribute| (attribute, sides));
    let subtype = subtype(entity, sides.planned);
    let attributes = subtype.map(|variant| (variant.attributes, sides.of(variant.name)));
    let of_subtype =
        attributes.into_iter().flat_map(|(all, sides)| all.iter().map(move |it| (it, sides)));
    own.chain(of_subtype).filter(|(it, _)| it.presence != Presence::ReadOnly).collect()
}

/// The subtype that a state or plan says.
fn subtype(entity: &Entity, planned: &Value) -> Option<&'static Variant> {
    entity.family.iter().find(|variant| planned.get(variant.name).is_known())
}

/// Whether an attribute belongs into an update because of what changed: itself, a property that the service refuses without it, or
/// another one inside the same complex value, which the service replaces whole.
fn goes_along(attribute: &Attribute, changed: &[&Attribute]) -> bool {
    changed.iter().any(|other| {
        let same_attribute = other.property == attribute.property;
        let demanded = attribute.sent == Sent::With(other.property);
        let same_value = matches!(
            (attribute.stored, other.stored),
            (Stored::Inside([first, ..]), Stored::Inside([other, ..])) if first.property == other.property
        );
        same_attribute || demanded || same_value
    })
}

/// Puts a value where the service keeps it.
fn insert(body: &mut Object, attribute: &Attribute, value: Option<Json>, cx: &Bases<'_>) {
    let Some(value) = value else { return };
    match attribute.stored {
        Stored::Body | Stored::SubCollection => {
            body.insert(attribute.property.to_owned(), value);
        }
        Stored::Inside(levels) => {
            let first = levels.first().map_or("", |level| level.property);
            inside(body, first, levels).insert(attribute.property.to_owned(), value);
        }
        Stored::Bind { set, .. } => {
            let address = value.as_str().map(|id| {
                // A key in parentheses is a text of OData, in which a quote is doubled.
                Json::String(format!("{}{set}('{}')", cx.root, id.replace('\'', "''")))
            });
            body.insert(
                format!("{}@odata.bind", attribute.property),
                address.unwrap_or(Json::Null),
            );
        }
    }
}

/// The object at the end of the levels, made on the way if need be. The first level stands under `name`.
fn inside<'b>(body: &'b mut Object, name: &str, levels: &[Level]) -> &'b mut Object {
    let Some((level, deeper)) = levels.split_first() else { return body };
    let made = || {
        let mut made = Object::new();
        if let Some(graph_type) = level.graph_type {
            made.insert(TYPE.to_owned(), Json::String(type_name(graph_type)));
        }
        Json::Object(made)
    };
    let slot = body
        .entry(name)
        .or_insert_with(|| if level.collection { Json::Array(vec![made()]) } else { made() });
    let next = match slot {
        Json::Array(elements) => {
            if elements.is_empty() {
                elements.push(made());
            }
            elements.first_mut()
        }
        object => Some(object),
    };
    match next {
        Some(Json::Object(next)) => {
            inside(next, deeper.first().map_or("", |level| level.property), deeper)
        }
        // Two descriptions of one property that contradict each other; a law over all entities excludes it.
        _ => unreachable!("levels are objects, or collections of one object"),
    }
}

/// Property that names the type of an object.
pub(super) const TYPE: &str = "@odata.type";

/// A Graph type as bodies name it.
pub(super) fn type_name(graph_type: &str) -> String {
    format!("#microsoft.graph.{graph_type}")
}

fn finish(entity: &Entity, planned: &Value, phase: Phase, mut body: Object) -> Object {
    if entity.send_type {
        let graph_type = subtype(entity, planned).map_or(entity.graph_type, |it| it.graph_type);
        body.insert(TYPE.to_owned(), Json::String(type_name(graph_type)));
    }
    if let Some(shape) = entity.hooks.shape_request {
        shape(phase, &mut body);
    }
    body
}

/// One object as it was, as it is wanted, and as the configuration says it, which alone holds write-only values.
#[derive(Clone, Copy)]
struct Sides<'v> {
    prior: &'v Value,
    planned: &'v Value,
    config: &'v Value,
}

impl<'v> Sides<'v> {
    /// The same one attribute deeper.
    fn of(self, name: &str) -> Sides<'v> {
        Sides {
            prior: self.prior.get(name),
            planned: self.planned.get(name),
            config: self.config.get(name),
        }
    }

    /// Whether the service must be told of an attribute.
    fn changed(self, attribute: &Attribute) -> bool {
        let name = names::attribute_name(attribute);
        let version = names::twin(attribute).map(|twin| twin.version);
        !equal::same(attribute, self.prior.get(&name), self.planned.get(&name))
            || version.is_some_and(|version| self.prior.get(&version) != self.planned.get(&version))
    }

    /// What to send of an attribute. `None`: nothing.
    fn json(self, attribute: &Attribute) -> Option<Json> {
        let name = names::attribute_name(attribute);
        let mut sides = self.of(&name);
        let mut was_there = sides.prior.is_known();
        if let Some(twin) = names::twin(attribute) {
            let write_only = self.config.get(&twin.write_only);
            if write_only.is_known() {
                sides.planned = write_only;
            }
            was_there |= self.prior.get(&twin.version).is_known();
        }
        match sides.planned {
            Value::Unknown(_) => None,
            Value::Null if was_there => cleared(attribute),
            Value::Null => None,
            planned if attribute.clear == Clear::Omit && equal::is_empty(planned) => None,
            _ => value::json(&attribute.kind, sides),
        }
    }
}

/// What clears an attribute.
fn cleared(attribute: &Attribute) -> Option<Json> {
    match attribute.clear {
        Clear::Null => Some(Json::Null),
        Clear::Empty => Some(value::empty(&attribute.kind)),
        Clear::Omit => None,
    }
}
