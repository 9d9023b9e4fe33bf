//! A configuration from a state: what a user would write to get this object.

use super::level::{Level, Member, NULL, change_elements};
use super::meaning::{nothing, same};
use crate::tf::{Mode, Value};

/// The state without what a configuration cannot or need not say: computed, write-only and deprecated values, and defaults.
pub(super) fn config(level: Level<'_>, state: Value) -> Value {
    level.change(state, |member, value| {
        let value = match member.nested() {
            Some((nesting, below)) => change_elements(
                nesting,
                value,
                [&NULL, &NULL],
                [&|elements, _| vec![None; elements.len()]; 2],
                |element, _| config(below, element),
            ),
            None => value,
        };
        let Member::Attribute(attribute) = member else { return value };
        let left_out = match attribute.mode {
            Mode::Computed => true,
            Mode::Required => false,
            Mode::Optional => attribute.deprecated.is_some(),
            Mode::OptionalComputed => {
                let default = attribute.plan.default.as_ref();
                attribute.deprecated.is_some()
                    || default.is_some_and(|default| same(attribute, default, &value, &nothing))
                    || says_nothing(&value)
            }
        };
        if left_out || attribute.write_only { Value::Null } else { value }
    })
}

/// Whether an object has nothing left in it. Terraform would read `{}` as a wish for an empty object.
fn says_nothing(value: &Value) -> bool {
    matches!(value, Value::Object(entries) if entries.values().all(Value::is_null))
}
