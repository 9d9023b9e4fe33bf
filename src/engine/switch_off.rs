//! Objects that the service does not delete: a destroy switches them off, and a create that wants the same again takes them over.

use serde_json::Value as Json;

use super::encode::Object;
use super::requests::Item;
use super::resource::Work;
use super::{decode, equal, names};
use crate::spec::{Entity, Off};
use crate::tf::{Diagnostic, Diagnostics, Value};

/// The finding that says what became of it.
pub(super) fn stays(work: &Work<'_>, item: &Item, off: &Off) -> Diagnostic {
    Diagnostic::warning(
        format!("{} {} is switched off and stays", work.entity.name, item.id),
        format!(
            "The service does not delete such an object. {} Terraform forgets it; a later create of the same takes it over.",
            off.means
        ),
    )
}

/// Whether an object is one that a destroy has left, or somebody else switched off.
pub(super) fn is_off(entity: &Entity, object: &Object) -> bool {
    let is = |property: &str| object.get(property).and_then(Json::as_bool);
    let kept = entity.built_in.is_some_and(|property| is(property) == Some(true));
    entity.removal.off().is_some_and(|off| is(off.property) == Some(false)) && !kept
}

/// The state of an object that is switched off, if an update can make it what is planned: nothing differs that is fixed at creation.
pub(super) fn revivable(
    entity: &'static Entity,
    object: &Object,
    planned: &Value,
) -> Option<Value> {
    let state = decode::state(entity, object, planned, &mut Diagnostics::new());
    let fixed = entity.attributes.iter().filter(|attribute| attribute.replace);
    let mut fixed = fixed.map(|attribute| (attribute, names::attribute_name(attribute)));
    fixed
        .all(|(attribute, name)| {
            let wanted = planned.get(&name);
            wanted.is_unknown() || equal::same(attribute, wanted, state.get(&name))
        })
        .then_some(state)
}
