//! Refreshing an object: one read, a confirmed 404, and what a read leaves out.
//!
//! One request for each object, whatever is refreshed beside it. A listing shared by many refreshes would take fewer, but listings lag
//! behind reads, leave properties out, and can miss an object while others change, so a state filled from one would not be the truth.

use std::time::Duration;

use serde_json::json;

use super::diagnose::{Failure, Task};
use super::read::{self, Presence};
use super::requests::Item;
use super::resource::{Done, Work, identity_of};
use super::{decode, names};
use crate::spec::{Entity, Place, Stored};
use crate::tf::{Diagnostic, Diagnostics, Schema, Value};

/// Reads the object of a state. Without a state in the answer it is gone.
/// `unseen`: how long a replica may yet be without it; asked when one is.
pub(super) async fn refresh(
    work: &Work<'_>,
    state: Value,
    identity: Option<&Value>,
    unseen: impl Fn() -> Duration,
) -> Done {
    let Some(item) = item_of(work.entity, &state) else {
        return Done::with(state, no_id(&work.task).into());
    };
    let fail = |state, failure| {
        Done::with(state, work.task.report(&work.operation, None, &failure).into())
    };
    let names = &work.shared.names;
    let found = read::refresh_young(&work.operation, work.entity, &item, names, unseen).await;
    let mut object = match found {
        Ok(Presence::Here(object)) => object,
        Ok(Presence::Gone) => {
            return match other_tenant(work, &state, identity) {
                Some(diagnostic) => Done::with(state, diagnostic.into()),
                None => {
                    tracing::info!(entity = work.entity.name, id = item.id, "the object is gone");
                    Done::default()
                }
            };
        }
        Ok(Presence::Zombie) => {
            return Done::with(state, read::zombie(&work.task, &item.id).into());
        }
        Err(failure) => return fail(state, failure),
    };
    for attribute in work.entity.attributes {
        if !matches!(attribute.stored, Stored::Bind { .. }) {
            continue;
        }
        // Nothing to keep (an import), and nothing in the answer.
        let known = state.get(&names::attribute_name(attribute)).is_known();
        if known || object.get(attribute.property).is_some_and(|found| !found.is_null()) {
            continue;
        }
        match read::walk_back(&work.operation, work.entity, attribute, &item.id).await {
            Ok(Some(found)) => {
                object.insert(attribute.property.to_owned(), json!({ "id": found }));
            }
            Ok(None) => {}
            Err(failure) => return fail(state, failure),
        }
    }
    let mut diags = Diagnostics::new();
    let state = decode::state(work.entity, &object, &state, &mut diags);
    Done::with(state, diags)
}

/// The object of a state. A singleton needs no id.
pub(super) fn item_of(entity: &Entity, state: &Value) -> Option<Item> {
    match entity.place {
        Place::Singleton(_) => {
            Some(Item { parent: None, id: state.get("id").as_str().unwrap_or_default().to_owned() })
        }
        _ => Item::of(entity, state),
    }
}

/// A state of nothing but nulls and ids, as an import makes it and a read fills it.
pub(super) fn stub(entity: &Entity, schema: &Schema, item: &Item) -> Value {
    let mut attributes: Vec<(String, Value)> = schema
        .block
        .attributes
        .iter()
        .map(|attribute| (attribute.name.to_string(), Value::Null))
        .collect();
    attributes.push(("id".to_owned(), Value::from(item.id.as_str())));
    if let (Place::Child { parent, .. }, Some(id)) = (entity.place, &item.parent) {
        attributes.push((parent.to_owned(), Value::from(id.as_str())));
    }
    Value::object(attributes)
}

/// The finding for a state that does not say which object it is of.
pub(super) fn no_id(task: &Task) -> Diagnostic {
    task.error(
        "The state holds no id, so it is not known which object is meant. Take the resource out of the state with `terraform state rm` \
         and import the object anew.",
    )
}

/// An object that a sign-in to another tenant does not find is not gone. Whoever changes the tenant of a provider would otherwise lose
/// the whole state in one refresh.
fn other_tenant(work: &Work<'_>, state: &Value, identity: Option<&Value>) -> Option<Diagnostic> {
    let granted = work.operation.client.granted();
    let now = identity_of(work.entity, state, granted.as_ref())?;
    let (stored, now) = (identity?.get("tenant_id").as_str()?, now.get("tenant_id").as_str()?);
    (!stored.eq_ignore_ascii_case(now)).then(|| {
        work.task.error(format!(
            "The object belongs to the tenant {stored}, but the provider is signed in to the tenant {now}, where it is not found. Correct \
             `tenant_id` in the provider block, or take the resource out of the state with `terraform state rm`."
        ))
    })
}

/// A failure that ends an operation before anything was changed.
pub(super) fn unchanged(work: &Work<'_>, prior: &Value, failure: &Failure) -> Done {
    Done::with(prior.clone(), work.task.report(&work.operation, None, failure).into())
}
