//! Whether a plan follows from its configuration.
//!
//! Terraform checks that of every plan that a provider makes, and hands the same plan back to be applied. A plan that came otherwise (a
//! plan file that was tampered with, a host that is none) is refused before anything is sent for it.
//! Source: `internal/plans/objchange/plan_valid.go` in hashicorp/terraform.

use super::level::{Level, Member};
use super::meaning;
use crate::tf::{Attribute, Path, Value};

/// Where a planned object says something else than its configuration, or leaves open what that says. `None` when it follows.
pub(super) fn astray(
    level: Level<'_>,
    config: &Value,
    planned: &Value,
    prior: &Value,
) -> Option<Path> {
    level.members().find_map(|member| {
        let name = member.name();
        let (config, planned, prior) = (config.get(name), planned.get(name), prior.get(name));
        let follows = match member {
            Member::Attribute(attribute) => {
                free(attribute, config, planned)
                    || meaning::same(attribute, config, planned, &free)
                    // Another spelling of what was there before.
                    || (!prior.is_null() && planned == prior)
            }
            Member::Block(block) => {
                let level = Level::from(&block.block);
                meaning::same_elements(block.nesting, level, config, planned, &free)
            }
        };
        (!follows).then(|| Path::attribute(name))
    })
}

/// What a plan may say of an attribute whatever its configuration says.
fn free(attribute: &Attribute, config: &Value, planned: &Value) -> bool {
    if attribute.write_only {
        return planned.is_null();
    }
    !config.is_wholly_known() || (attribute.mode.is_computed() && config.is_null())
}
