//! Reading one object whole, and telling "gone" from "not yet seen here".
//!
//! The worst known failure in this field is an object that drops out of the state because one stale replica answered 404: it lives on,
//! managed by nobody. So a 404 counts only after further reads spaced by seconds, and after a listing that does not show the object
//! either. What was made a moment ago is looked for until every replica must have heard of it. Any other refusal, a 400 above all, never means that an object is gone.

use std::time::Duration;

use serde_json::{Map, Value as Json};

use super::diagnose::{Failure, Task};
use super::find::{Names, Within};
use super::operation::{Operation, growing};
use super::permission::Use;
use super::requests::{self, Item};
use super::schema::ASSIGNMENTS;
use super::settle::LOOKS;
use crate::graph;
use crate::spec::{Attribute, Entity, Place, ReadBy, Stored};
use crate::tf::Diagnostic;

/// Waits between the reads that confirm a 404: three reads over five seconds and more.
const CONFIRM: [Duration; 2] = [Duration::from_millis(2_000), Duration::from_millis(3_500)];

/// What a read found.
pub(super) enum Found {
    /// The object, with its assignments and sub-collections in it.
    Here(Map<String, Json>),
    /// 404, which by itself proves nothing.
    Absent(Box<graph::Error>),
}

/// What a refresh found.
pub(super) enum Presence {
    /// The object.
    Here(Map<String, Json>),
    /// It is gone for certain.
    Gone,
    /// Listed, and yet not to be read: the service holds a broken object.
    Zombie,
}

/// Reads one object, with everything that belongs to it.
pub(super) async fn read(
    operation: &Operation,
    entity: &'static Entity,
    item: &Item,
) -> Result<Found, Failure> {
    let reply = match operation.client.send(&operation.cx, &requests::read(entity, item)).await {
        Ok(reply) => reply,
        Err(error) if error.is_not_found() => return Ok(Found::Absent(Box::new(error))),
        Err(error) => return Err(Failure::graph(error, Use::Read)),
    };
    let Json::Object(object) = reply.body else {
        return Err(unusable(entity, "The service answered with something that is no object."));
    };
    let mut object = unwrapped(object);
    check_id(entity, item, &object)?;
    for attribute in entity.attributes {
        if matches!(attribute.stored, Stored::SubCollection) {
            let request = requests::sub_collection(entity, item, attribute.property);
            match operation.client.list(&operation.cx, &request, None).await {
                Ok(items) => object.insert(attribute.property.to_owned(), Json::Array(items)),
                Err(error) if error.is_not_found() => return Ok(Found::Absent(Box::new(error))),
                Err(error) => return Err(Failure::graph(error, Use::Read)),
            };
        }
    }
    if let Some(assignments) = &entity.assignments {
        // A long set is expanded in part only, with a link to the rest; the sub-collection then has all of it.
        let partial = object.contains_key("assignments@odata.nextLink");
        if assignments.read_by == ReadBy::SubCollection || partial {
            match read_assignments(operation, entity, item).await {
                Ok(items) => object.insert(ASSIGNMENTS.to_owned(), Json::Array(items)),
                Err(error) if error.is_not_found() => return Ok(Found::Absent(Box::new(error))),
                Err(error) => return Err(Failure::graph(error, Use::Read)),
            };
        } else if !matches!(object.get(ASSIGNMENTS), Some(Json::Array(_))) {
            return Err(unusable(
                entity,
                "The service left the assignments out of its answer although they were asked for. That is not the same as none, so the \
                 answer is not used.",
            ));
        }
    }
    Ok(Found::Here(object))
}

/// An object as it is, where an answer has it under `value`: the reference shows reads of some objects so.
fn unwrapped(mut object: Map<String, Json>) -> Map<String, Json> {
    let is_wrapped = object.get("value").is_some_and(Json::is_object) && !object.contains_key("id");
    match object.remove("value") {
        Some(Json::Object(inner)) if is_wrapped => inner,
        Some(value) => {
            object.insert("value".to_owned(), value);
            object
        }
        None => object,
    }
}

/// The assignments of an object, from their sub-collection.
pub(super) async fn read_assignments(
    operation: &Operation,
    entity: &'static Entity,
    item: &Item,
) -> Result<Vec<Json>, graph::Error> {
    let request = requests::assignments(entity, item);
    operation.client.list(&operation.cx, &request, None).await
}

/// Reads for a refresh: a 404 is confirmed.
pub(super) async fn refresh(
    operation: &Operation,
    entity: &'static Entity,
    item: &Item,
    names: &Names,
) -> Result<Presence, Failure> {
    refresh_young(operation, entity, item, names, || Duration::ZERO).await
}

/// The same for an object so young that some replicas may not have it for `unseen` yet, single reads and lists alike. That is asked for
/// when a replica has answered, and with it told the time.
pub(super) async fn refresh_young(
    operation: &Operation,
    entity: &'static Entity,
    item: &Item,
    names: &Names,
    unseen: impl Fn() -> Duration,
) -> Result<Presence, Failure> {
    let mut confirm = CONFIRM.iter().copied();
    let mut looks = growing(LOOKS.0, LOOKS.1);
    let mut until = None;
    let until = loop {
        let error = match read(operation, entity, item).await? {
            Found::Here(object) => return Ok(Presence::Here(object)),
            Found::Absent(error) => error,
        };
        let until = *until.get_or_insert_with(|| operation.now().saturating_add(unseen()));
        let left = until.saturating_sub(operation.now());
        let more = || looks.next().filter(|_| !left.is_zero()).map(|wait| wait.min(left));
        let Some(wait) = confirm.next().or_else(more) else { break until };
        tracing::info!(
            entity = entity.name,
            status = error.status(),
            "not found; reading again before it is given up"
        );
        operation.pause(wait).await.map_err(|halt| {
            Failure::Halt(
                halt,
                "a second look at an object that the service did not find".to_owned(),
            )
        })?;
    };
    match entity.place {
        Place::Singleton(_) | Place::Function(_) => Ok(Presence::Gone),
        Place::Collection(_) | Place::Child { .. } => {
            let within = Within { entity, parent: item.parent.as_deref() };
            match names.lists(operation, within, &item.id, until).await {
                Ok(true) => Ok(Presence::Zombie),
                Ok(false) => Ok(Presence::Gone),
                // The parent is gone, and everything below it.
                Err(failure) if failure.is_not_found() => Ok(Presence::Gone),
                Err(failure) => Err(failure),
            }
        }
    }
}

/// The finding for [`Presence::Zombie`].
pub(super) fn zombie(task: &Task, id: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("{} {id} is listed but cannot be read", task.entity.name),
        "The service lists the object and yet answers 404 to every read of it. This happens to role assignments whose groups were \
         deleted. The object stays in the state as it was. Remove it in the admin center, or take it out of the state with `terraform \
         state rm`."
            .to_owned(),
    )
}

/// The finding for a change of such an object.
pub(super) fn unchangeable(task: &Task, id: &str) -> Diagnostic {
    broken(task, id, "change")
}

/// The finding for a deletion of such an object.
pub(super) fn undeletable(task: &Task, id: &str) -> Diagnostic {
    broken(task, id, "deletion")
}

fn broken(task: &Task, id: &str, what: &str) -> Diagnostic {
    task.error(format!(
        "The service lists the object {id} and yet answers 404 to every read and to its {what}. This happens to role assignments whose \
         groups were deleted. The object stays in the state as it was. Remove it in the admin center, or ask Microsoft's support to, and \
         take it out of the state with `terraform state rm`."
    ))
}

/// A reply for another object is worse than none.
fn check_id(
    entity: &'static Entity,
    item: &Item,
    object: &Map<String, Json>,
) -> Result<(), Failure> {
    match (entity.place, object.get("id").and_then(Json::as_str)) {
        (Place::Singleton(_) | Place::Function(_), _) | (_, None) => Ok(()),
        (_, Some(id)) if id.eq_ignore_ascii_case(&item.id) => Ok(()),
        (_, Some(id)) => Err(unusable(
            entity,
            &format!(
                "The service was asked for the object {} and answered with {}.",
                item.id,
                super::diagnose::visible(id, 200)
            ),
        )),
    }
}

fn unusable(entity: &Entity, what: &str) -> Failure {
    Failure::ready(Diagnostic::error(
        format!("Unusable answer for {}", entity.name),
        format!(
            "{what} Run Terraform again; if it goes on, report it to the developers of the provider."
        ),
    ))
}

/// The reference that a read leaves out, found by walking what it points to: each object of the set is asked for what refers to it.
/// Some services neither return nor reliably expand such a reference.
pub(super) async fn walk_back(
    operation: &Operation,
    entity: &'static Entity,
    attribute: &Attribute,
    id: &str,
) -> Result<Option<String>, Failure> {
    let Stored::Bind { set, reverse: Some(reverse) } = attribute.stored else { return Ok(None) };
    let fail = |error| Failure::graph(error, Use::Read);
    let text = |item: &Json| item.get("id").and_then(Json::as_str).map(str::to_owned);
    let candidates = operation
        .client
        .list(&operation.cx, &requests::candidates(entity, set), None)
        .await
        .map_err(fail)?;
    for candidate in candidates.iter().filter_map(text) {
        let request = requests::leading_back(entity, set, &candidate, reverse);
        let referring = match operation.client.list(&operation.cx, &request, None).await {
            Ok(referring) => referring,
            // Deleted since it was listed.
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(fail(error)),
        };
        if referring.iter().filter_map(text).any(|referrer| referrer.eq_ignore_ascii_case(id)) {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}
