//! Looking for an object that a create may have made.

use std::collections::BTreeSet;
use std::time::Duration;

use super::create::Made;
use super::diagnose::Failure;
use super::find::{Name, Within};
use super::operation::{Operation, growing};
use super::read::{self, Found};
use super::requests::{self, Hints, Item};
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
    /// Nothing new, by a listing that began at the end of the window.
    None,
    /// New objects of which none can be told to be the one: several are as asked for, or none is.
    Foreign(Vec<String>),
    /// It could not be found out.
    Unclear(Failure),
    /// It was not looked for: the service is down, and looking would only add to its load.
    Untried,
}

/// Looks again and again until the window ends, or the service is down. `doubt`: the failure after which it is looked for.
pub(super) async fn look(work: &Work<'_>, sought: &Sought<'_>, doubt: &Failure) -> Look {
    let end = work.operation.now().saturating_add(WINDOW);
    let mut doubt = Some(doubt.clone());
    let mut from = work.shared.names.next(sought.within);
    for wait in growing(LOOKS.0, WINDOW) {
        // What others have listed since the last look is as good as a listing of one's own, but not for the last word: that has a
        // listing which begins when the window has ended.
        let last = work.operation.now() >= end;
        if last {
            from = work.shared.names.next(sought.within);
        }
        let asked = Asked { operation: &work.operation, from, doubt: doubt.as_ref() };
        let Seen { look: seen, unread, number } = look_now(work, &asked, sought).await;
        from = number.map_or_else(|| work.shared.names.next(sought.within), |number| number + 1);
        let settled = match &seen {
            // What is listed and not yet to be read may be a twin, between which and the one nobody could tell.
            Look::One(_) => !unread,
            Look::Foreign(ids) => ids.len() > 1,
            Look::Untried => true,
            Look::None | Look::Unclear(_) => false,
        };
        let down = matches!(&seen, Look::Unclear(failure) if failure.is_given_up());
        doubt = match &seen {
            Look::Unclear(failure) => Some(failure.clone()),
            _ => None,
        };
        if last || settled || down {
            return seen;
        }
        let left = end.saturating_sub(work.operation.now());
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

/// Looks once, within `operation`. `doubt`: the failure after which it is looked for, if there was one.
pub(super) async fn look_once(
    work: &Work<'_>,
    operation: &Operation,
    sought: &Sought<'_>,
    doubt: Option<&Failure>,
) -> Look {
    let from = work.shared.names.next(sought.within);
    look_now(work, &Asked { operation, from, doubt }, sought).await.look
}

/// How a look is made.
struct Asked<'a> {
    operation: &'a Operation,
    /// The first listing that can answer.
    from: u64,
    /// The failure that gives rise to it.
    doubt: Option<&'a Failure>,
}

/// What one look shows.
struct Seen {
    look: Look,
    /// Whether a candidate is listed that cannot be read yet.
    unread: bool,
    /// Which listing has shown it.
    number: Option<u64>,
}

async fn look_now(work: &Work<'_>, asked: &Asked<'_>, sought: &Sought<'_>) -> Seen {
    let Asked { operation, from, doubt } = *asked;
    let request = requests::list(work.entity, sought.within.parent, &Hints::default());
    let may = || doubt.is_none_or(|doubt| operation.may_follow(doubt, &request));
    let unseen = |look| Seen { look, unread: false, number: None };
    let listed = match work.shared.names.from(operation, sought.within, from, may).await {
        Ok(Some(listed)) => listed,
        Ok(None) => return unseen(Look::Untried),
        Err(failure) => return unseen(Look::Unclear(failure)),
    };
    let number = Some(listed.number);
    let candidates = listed.names.into_iter().filter(|(id, name)| {
        !sought.before.contains(id)
            && !work.shared.names.is_ours(sought.within, id)
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
            Err(failure) => return Seen { look: Look::Unclear(failure), unread, number },
        }
    }
    let look = match (equal.pop(), equal.is_empty(), other.is_empty()) {
        (Some(one), true, _) => Look::One(one),
        (Some(one), false, _) => {
            Look::Foreign(equal.into_iter().map(|made| made.id).chain([one.id]).collect())
        }
        (None, _, true) => Look::None,
        (None, _, false) => Look::Foreign(other),
    };
    Seen { look, unread, number }
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
