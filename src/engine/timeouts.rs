//! The attribute `timeouts`: how long operations may take.

use std::time::Duration;

use crate::spec::{Asked, Entity};
use crate::tf::Value;

/// Name of the attribute.
pub const ATTRIBUTE: &str = "timeouts";

/// Operations that have a time-out, as they are called in the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Create.
    Create,
    /// Read.
    Read,
    /// Update.
    Update,
    /// Delete.
    Delete,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 4] =
        [Operation::Create, Operation::Read, Operation::Update, Operation::Delete];

    /// Its name in the attribute.
    pub const fn name(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Read => "read",
            Operation::Update => "update",
            Operation::Delete => "delete",
        }
    }

    /// The entity's default, in minutes.
    pub const fn default_minutes(self, entity: &Entity) -> u32 {
        match self {
            Operation::Create => entity.timeouts.create,
            Operation::Read => entity.timeouts.read,
            Operation::Update => entity.timeouts.update,
            Operation::Delete => entity.timeouts.delete,
        }
    }

    /// What asks this operation to wait, and then gives it another default.
    pub fn when_waiting(self, entity: &Entity) -> Option<Asked> {
        let wait = entity.wait?;
        match self {
            Operation::Create => wait.asked,
            Operation::Update => wait.asked.filter(|_| wait.run.is_some()),
            Operation::Read | Operation::Delete => None,
        }
    }
}

/// How long an operation may take: what `state` (a state, plan or configuration) says under `timeouts`, else the entity's default.
pub fn of(entity: &Entity, operation: Operation, state: &Value) -> Duration {
    let waits = operation
        .when_waiting(entity)
        .filter(|asked| state.get(asked.name).as_bool() == Some(true));
    let minutes = waits.map_or_else(|| operation.default_minutes(entity), |asked| asked.minutes);
    let default = Duration::from_secs(u64::from(minutes) * 60);
    state.get(ATTRIBUTE).get(operation.name()).as_str().and_then(parse).unwrap_or(default)
}

/// Reads a length of time such as `"30m"`, `"1h30m"`, `"1.5h"` or `"90s"`: numbers, each with a unit of `h`, `m`, `s` or `ms`, as Go
/// writes them. `None` when the text is something else, or nothing at all, or longer than ten thousand hours.
pub fn parse(text: &str) -> Option<Duration> {
    const UNITS: [(&str, f64); 4] = [("h", 3600.0), ("ms", 0.001), ("m", 60.0), ("s", 1.0)];
    const LONGEST_SECS: f64 = 10_000.0 * 3600.0;
    let mut seconds = 0.0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, unit) = rest.split_at(digits);
        let (name, factor) = UNITS.iter().find(|(name, _)| unit.starts_with(name))?;
        seconds += number.parse::<f64>().ok()? * factor;
        rest = unit.get(name.len()..)?;
    }
    (seconds <= LONGEST_SECS).then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_go_writes_them() {
        for (text, seconds) in
            [("30m", 1800), ("1h30m", 5400), ("90s", 90), ("1.5h", 5400), ("1500ms500ms", 2)]
        {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_lengths_of_time() {
        for text in ["", "30", "m", "30 m", "-30m", "thirty", "1d", "1..5h", "99999999h", "30m5"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_configuration_goes_before_the_default() {
        let entity = Entity::collection("a", "b", "/c");
        let state = Value::object([(
            ATTRIBUTE,
            Value::object([("create", Value::from("5s")), ("read", Value::Null)]),
        )]);
        assert_eq!(of(&entity, Operation::Create, &state), Duration::from_secs(5));
        assert_eq!(of(&entity, Operation::Read, &state), Duration::from_secs(300));
        assert_eq!(of(&entity, Operation::Delete, &Value::Null), Duration::from_secs(1800));
    }
}
