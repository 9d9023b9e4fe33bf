//! What becomes of a state that an operation returned, before Terraform sees it.
//!
//! A service may spell a value in its own way: other case, other order, more digits. Terraform would call that a wrong result after
//! an apply and drift after a read. Where the rule of an attribute says that two spellings are one value, the one that stood there
//! before (planned or stored) comes back.

use super::level::{Level, Member, Pairing, change_elements};
use super::meaning::{equal_by_rule, nothing, pair, same_object};
use crate::tf::{Attribute, Value};

/// The new state in the spelling of the plan, and of the prior state where the plan left the value to the provider. Write-only values
/// become null.
pub(super) fn reconcile(level: Level<'_>, new: Value, planned: &Value, prior: &Value) -> Value {
    level.change(new, |member, new| {
        let prior = prior.get(member.name());
        let planned = match planned.get(member.name()) {
            unknown if unknown.is_unknown() => prior,
            known => known,
        };
        match member {
            Member::Attribute(attribute) if attribute.write_only => return Value::Null,
            Member::Attribute(attribute) if equal_by_rule(attribute, planned, &new) => {
                return planned.clone();
            }
            _ => {}
        }
        let Some((nesting, level)) = member.nested() else { return new };
        let partners: Pairing<'_> = &|new, before| partners(level, new, before);
        change_elements(nesting, new, [planned, prior], [partners; 2], |new, [planned, prior]| {
            reconcile(level, new, planned, prior)
        })
    })
}

/// The elements of a set by those that stood for them before. Best is agreement in everything; then in everything that was known, with
/// only the provider's own values open before anything of the user's; then in everything that is the user's, so that drift in a
/// computed value does not disturb the spelling of its neighbours.
fn partners<'o>(level: Level<'_>, new: &[Value], before: &'o [Value]) -> Vec<Option<&'o Value>> {
    let own = |attribute: &Attribute| !attribute.mode.is_configurable();
    pair(
        new,
        before,
        &[
            &|new, before| same_object(level, new, before, &nothing),
            &|new, before| {
                same_object(level, new, before, &|it, _, before| own(it) && before.is_unknown())
            },
            &|new, before| same_object(level, new, before, &|_, _, before| before.is_unknown()),
            &|new, before| {
                same_object(level, new, before, &|it, _, before| own(it) || before.is_unknown())
            },
        ],
    )
}

/// Logs where a new state differs from what was planned, by path only. Terraform reports the first such place itself; this tells all.
pub(super) fn log_surprises(type_name: &str, level: Level<'_>, planned: &Value, new: &Value) {
    for member in level.members() {
        let (planned, new) = (planned.get(member.name()), new.get(member.name()));
        if planned.is_wholly_known() && planned != new {
            tracing::debug!(
                resource = type_name,
                attribute = member.name(),
                "the value differs from the one before"
            );
        }
    }
}
