//! When an object was made: a 404 to a read of a young object is more likely a late replica than a deletion.
//!
//! The next process knows nothing of the create but what is stored beside the state, so the moment is kept there. An object that is
//! imported may have been made seconds before (an import is what the error after a lost create asks for), so it counts as young too, until
//! its own answer tells when it was made. What an import names and no read has shown yet may be nothing but a wrong id: that is waited for
//! less long.

use std::time::Duration;

use jiff::Timestamp;

use super::names;
use crate::framework::Private;
use crate::spec::Entity;
use crate::tf::Value;

/// Key of the private state under which the moment is kept, in seconds since 1970.
const MADE_AT: &str = "made_at";
/// Key that an import sets until a read has shown the object.
const MET: &str = "met";

/// The property in which many objects tell when they were made.
const CREATED: &str = "createdDateTime";
/// What is older by that date is old, however the service came to that date.
const OLD: i64 = 3_600;
/// 2000-01-01: earlier dates stand for none.
const NO_DATE: i64 = 946_684_800;

/// How long reads and lists may lack a new object. There is no published bound; most of it is over within a minute.
const YOUTH: Duration = Duration::from_secs(90);

/// The same for what no read has ever shown.
const STRANGE: Duration = Duration::from_secs(20);

/// Remembers that the object was made now. Times are the service's: those of different machines may differ by much.
pub(super) fn born(mut private: Private, now: Timestamp) -> Private {
    private.0.insert(MADE_AT.to_owned(), now.as_second().into());
    private
}

/// What is remembered of an object that was imported and that no read has shown yet.
pub(super) fn met() -> Private {
    let mut private = Private::default();
    private.0.insert(MET.to_owned(), true.into());
    private
}

/// Remembers when an imported object was made, now that a read has shown it: when its state tells, if that is long ago, else now.
pub(super) fn learned(
    entity: &Entity,
    mut private: Private,
    state: &Value,
    now: Timestamp,
) -> Private {
    if private.0.remove(MET).is_none() {
        return private;
    }
    let now = now.as_second();
    let attribute = entity.attributes.iter().find(|it| it.property == CREATED);
    let created = attribute.and_then(|attribute| {
        state.get(&names::attribute_name(attribute)).as_str()?.parse::<Timestamp>().ok()
    });
    let long_ago = |created: &i64| (NO_DATE..=now.saturating_sub(OLD)).contains(created);
    let made_at = created.map(Timestamp::as_second).filter(long_ago).unwrap_or(now);
    private.0.insert(MADE_AT.to_owned(), made_at.into());
    private
}

/// How long the object may yet be unseen. A moment in the future is taken for now.
pub(super) fn unseen(private: &Private, now: Timestamp) -> Duration {
    if private.0.contains_key(MET) {
        return STRANGE;
    }
    let Some(made_at) = private.0.get(MADE_AT).and_then(serde_json::Value::as_i64) else {
        return Duration::ZERO;
    };
    let age = u64::try_from(now.as_second().saturating_sub(made_at)).unwrap_or(0);
    YOUTH.saturating_sub(Duration::from_secs(age))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::date_time;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn objects_grow_up() {
        let private = born(Private::default(), at(1_000));
        let young = |now| unseen(&private, at(now)).as_secs();
        assert_eq!((young(1_000), young(1_030), young(1_090), young(9_000)), (90, 60, 0, 0));
        assert_eq!(young(500), 90, "a clock that goes wrong makes nothing older");
        assert_eq!(unseen(&Private::default(), at(1_000)), Duration::ZERO);
    }

    #[test]
    fn a_read_tells_how_old_an_imported_object_is() {
        static WITH: Entity = Entity {
            attributes: const { &[date_time("createdDateTime")] },
            ..Entity::collection("a", "b", "/c")
        };
        static WITHOUT: Entity = Entity::collection("a", "b", "/c");
        let now: Timestamp = "2026-03-03T09:00:00Z".parse().unwrap();
        let state = |date: &str| Value::object([("created_date_time", Value::from(date))]);
        let old = state("2026-03-03T07:59:00.1234567Z");
        let unseen = |private: &Private| unseen(private, now).as_secs();
        assert_eq!(unseen(&met()), 20, "it may be a wrong id");
        assert_eq!(unseen(&learned(&WITH, met(), &old, now)), 0);
        for date in ["2026-03-03T08:50:00Z", "2026-03-03T09:10:00Z", "0001-01-01T00:00:00Z", "x"] {
            assert_eq!(unseen(&learned(&WITH, met(), &state(date), now)), 90, "{date}");
        }
        assert_eq!(unseen(&learned(&WITHOUT, met(), &old, now)), 90);
        let ours = born(Private::default(), now);
        assert_eq!(learned(&WITH, ours.clone(), &old, now), ours, "our own clock saw it made");
        let nothing = Private::default();
        assert_eq!(
            learned(&WITH, nothing.clone(), &old, now),
            nothing,
            "as another version left it"
        );
    }
}
