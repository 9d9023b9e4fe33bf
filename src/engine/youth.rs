//! When an object was made: a 404 to a read of a young object is more likely a late replica than a deletion.
//!
//! The next process knows nothing of the create but what is stored beside the state, so the moment is kept there. Without it, as after
//! an import, an object counts as old.

use std::time::Duration;

use jiff::Timestamp;

use crate::framework::Private;

/// Key of the private state under which the moment is kept, in seconds since 1970.
const MADE_AT: &str = "made_at";

/// How long reads and lists may lack a new object. There is no published bound; most of it is over within a minute.
const YOUTH: Duration = Duration::from_secs(90);

/// Remembers that the object was made now.
pub(super) fn born(mut private: Private, now: Timestamp) -> Private {
    private.0.insert(MADE_AT.to_owned(), now.as_second().into());
    private
}

/// How long the object may yet be unseen. Clocks of different machines differ: a moment in the future is taken for now.
pub(super) fn unseen(private: &Private, now: Timestamp) -> Duration {
    let Some(made_at) = private.0.get(MADE_AT).and_then(serde_json::Value::as_i64) else {
        return Duration::ZERO;
    };
    let age = u64::try_from(now.as_second().saturating_sub(made_at)).unwrap_or(0);
    YOUTH.saturating_sub(Duration::from_secs(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_grow_up() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let private = born(Private::default(), at(1_000));
        let unseen = |now| unseen(&private, at(now)).as_secs();
        assert_eq!((unseen(1_000), unseen(1_030), unseen(1_090), unseen(9_000)), (90, 60, 0, 0));
        assert_eq!(unseen(500), 90, "a clock that goes wrong makes nothing older");
        assert_eq!(super::unseen(&Private::default(), at(1_000)), Duration::ZERO);
    }
}
