//! Looking for an object that a create may have made.

use std::collections::BTreeSet;
use std::time::Duration;

use super::create::Made;
use super::diagnose::Failure;
use super::find::{self, Name, Within};
use super::operation::{Operation, growing};
use super::permission::Use;
use super::read::{self, Found};
use super::requests::Item;
use super::resource::Work;
use super::schema::ASSIGNMENTS;
use super::settle::{LOOKS, disagreement};
use super::{decode, names};
use crate::spec::Sent;
use crate::tf::{Diagnostics, Value};

/// How long a new object may stay out of the listings.
const WINDOW: Duration = Duration::from_secs(60);

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Sought<'a> {
    pub(super) within: Within<'a>,
    /// Its name; without one every new object is a candidate.
    pub(super) name: Option<&'a Name>,
    /// What was there before, and so is not it.
    pub(super) before: &'a BTreeSet<String>,
    /// What was asked for.
    pub(super) planned: &'a Value,
}

/// What a look found.
pub(super) enum Look {
    /// The one new object that is what was asked for.
    One(Made),
    /// Nothing new, by a listing at the end of the window.
    None,
    /// New objects of which none can be told to be the one: several are as asked for, or none is.
    Foreign(Vec<String>),
    /// It could not be found out.
    Unclear(Failure),
}

/// Looks again and again until the window ends, or the service is down.
pub(super) async fn look(work: &Work<'_>, sought: &Sought<'_>) -> Look {
    let end = work.operation.now().saturating_add(WINDOW);
    for wait in growing(LOOKS.0, LOOKS.1) {
        let (seen, unread) = look_now(work, &work.operation, sought).await;
        let settled = match &seen {
            // What is listed and not yet to be read may be a twin, between which and the one nobody could tell.
            Look::One(_) => !unread,
            Look::Foreign(ids) => ids.len() > 1,
            Look::None | Look::Unclear(_) => false,
        };
        let down = matches!(&seen, Look::Unclear(failure) if failure.is_given_up());
        let left = end.saturating_sub(work.operation.now());
        if left.is_zero() || settled || down {
            return seen;
        }
        if let Err(halt) = work.operation.pause(wait.min(left)).await {
            // The window did not end, so "nothing new" is not known.
            return match seen {
                Look::None => {
                    Look::Unclear(Failure::Halt(halt, "the new object to show up".to_owned()))
                }
                seen => seen,
            };
        }
    }
    Look::None
}

/// Looks once, within `operation`.
pub(super) async fn look_once(work: &Work<'_>, operation: &Operation, sought: &Sought<'_>) -> Look {
    look_now(work, operation, sought).await.0
}

/// What a look finds, and whether a candidate is listed that cannot be read yet.
async fn look_now(work: &Work<'_>, operation: &Operation, sought: &Sought<'_>) -> (Look, bool) {
    let listed = match find::list(operation, sought.within).await {
        Ok(listed) => listed,
        Err(error) => return (Look::Unclear(Failure::graph(error, Use::Read)), false),
    };
    let candidates = listed.into_iter().filter(|(id, name)| {
        !sought.before.contains(id)
            && !work.shared.names.is_ours(sought.within, id)
            // A late list still shows what this process has just deleted, as a replacement does.
            && !work.shared.names.is_gone(sought.within, id)
            && sought.name.is_none_or(|wanted| wanted.is(name))
    });
    let wanted = as_created(work, sought.planned);
    let mut equal = Vec::new();
    let mut other = Vec::new();
    let mut unread = false;
    for (id, _) in candidates {
        let item = Item { parent: sought.within.parent.map(str::to_owned), id: id.clone() };
        match read::read(operation, work.entity, &item).await {
            Ok(Found::Here(object)) => {
                let state = decode::state(work.entity, &object, &wanted, &mut Diagnostics::new());
                match disagreement(work.entity, &wanted, &state) {
                    None => equal.push(Made { id, answer: Some(object) }),
                    Some(_) => other.push(id),
                }
            }
            // Listed, and not yet to be read from here.
            Ok(Found::Absent(_)) => {
                unread = true;
                other.push(id);
            }
            Err(failure) => return (Look::Unclear(failure), unread),
        }
    }
    let seen = match (equal.pop(), equal.is_empty(), other.is_empty()) {
        (Some(one), true, _) => Look::One(one),
        (Some(one), false, _) => {
            Look::Foreign(equal.into_iter().map(|made| made.id).chain([one.id]).collect())
        }
        (None, _, true) => Look::None,
        (None, _, false) => Look::Foreign(other),
    };
    (seen, unread)
}

/// The plan as far as the create carries it: what later steps write is left open.
fn as_created(work: &Work<'_>, planned: &Value) -> Value {
    let Value::Object(mut attributes) = planned.clone() else { return planned.clone() };
    attributes.insert("id".to_owned(), Value::unknown());
    if attributes.contains_key(ASSIGNMENTS) {
        attributes.insert(ASSIGNMENTS.to_owned(), Value::unknown());
    }
    for attribute in
        work.entity.attributes.iter().filter(|attribute| attribute.sent == Sent::OnUpdate)
    {
        attributes.insert(names::attribute_name(attribute).into_owned(), Value::unknown());
    }
    Value::Object(attributes)
}
