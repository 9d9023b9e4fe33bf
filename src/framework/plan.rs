//! The planned state of a create or update, from configuration, prior state and what Terraform proposes.
//!
//! Terraform proposes the configuration with prior values where it says nothing. On top of that, in this order:
//!
//! 1. What the configuration leaves out gets its default; a nested attribute that the provider may compute gets back the prior value
//!    that Terraform drops; write-only values go; and a value that the configuration only spells differently keeps its prior spelling,
//!    so that spelling alone is never a change.
//! 2. If anything differs from the prior state now, every value that is the provider's to give becomes unknown, except those that are
//!    declared to survive an update. If nothing differs, nothing is touched, and there is no change.
//!
//! Terraform checks the result: a configured value must be planned exactly as configured, or exactly as it was before. Inside a set
//! it knows no "before" except for the whole set, so there the configured spelling stays unless all elements keep their meaning.

use super::level::{Level, Member, Pairing, change_elements};
use super::meaning::{equal_by_rule, pair, same_elements, same_object};
use crate::tf::{Attribute, Nesting, Value};

/// Plans a create (`prior` is null) or an update.
pub(super) fn plan(level: Level<'_>, config: &Value, prior: &Value, proposed: Value) -> Value {
    let planned = follow_config(level, proposed, config, prior, Place::Addressable);
    if planned == *prior {
        return planned;
    }
    await_provider(level, planned, config, prior, Place::Addressable, false)
}

/// Whether Terraform can tell the prior value of a place.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// It can.
    Addressable,
    /// It cannot, because an element of a set has no name.
    InSet,
}

impl Place {
    fn below(self, nesting: Nesting) -> Self {
        if nesting == Nesting::Set { Place::InSet } else { self }
    }

    /// Whether this member is a set that may be planned as a whole as it was before. Blocks may not.
    fn is_whole_set(self, member: Member<'_>, nesting: Nesting) -> bool {
        self == Place::Addressable
            && nesting == Nesting::Set
            && matches!(member, Member::Attribute(_))
    }
}

/// Step 1.
fn follow_config(
    level: Level<'_>,
    planned: Value,
    config: &Value,
    prior: &Value,
    place: Place,
) -> Value {
    level.change(planned, |member, planned| {
        let (config, prior) = (config.get(member.name()), prior.get(member.name()));
        if let Member::Attribute(attribute) = member {
            if attribute.write_only {
                return Value::Null;
            }
            if config.is_null() {
                return left_out(attribute, planned, prior);
            }
            if place == Place::Addressable && equal_by_rule(attribute, config, prior) {
                return prior.clone();
            }
        }
        let Some((nesting, level)) = member.nested() else { return planned };
        if place.is_whole_set(member, nesting) && says_the_same(nesting, level, config, prior) {
            return prior.clone();
        }
        follow_elements(nesting, level, planned, config, prior, place.below(nesting))
    })
}

/// The plan for an attribute that the configuration does not set.
fn left_out(attribute: &Attribute, planned: Value, prior: &Value) -> Value {
    match &attribute.plan.default {
        Some(default) if equal_by_rule(attribute, default, prior) => prior.clone(),
        Some(default) => default.clone(),
        None if attribute.mode.is_computed() && planned.is_null() => prior.clone(),
        None => planned,
    }
}

/// Whether a configured set only asks for what a prior one holds, if in another spelling.
fn says_the_same(nesting: Nesting, level: Level<'_>, config: &Value, prior: &Value) -> bool {
    let null = &Value::Null;
    let wished = follow_elements(nesting, level, config.clone(), config, null, Place::InSet);
    same_elements(nesting, level, &wished, prior, &providers_own)
}

fn follow_elements(
    nesting: Nesting,
    level: Level<'_>,
    planned: Value,
    config: &Value,
    prior: &Value,
    place: Place,
) -> Value {
    let pairings: [Pairing<'_>; 2] =
        [&|planned, configs| pair_with_config(level, planned, configs), &|planned, priors| {
            pair_with_prior(level, planned, priors)
        }];
    change_elements(nesting, planned, [config, prior], pairings, |planned, [config, prior]| {
        follow_config(level, planned, config, prior, place)
    })
}

/// Step 2. `kept` is set below an attribute whose prior value survives an update as a whole.
fn await_provider(
    level: Level<'_>,
    planned: Value,
    config: &Value,
    prior: &Value,
    place: Place,
    kept: bool,
) -> Value {
    level.change(planned, |member, planned| {
        let (config, before) = (config.get(member.name()), prior.get(member.name()));
        let mut kept = kept;
        if let Member::Attribute(attribute) = member {
            // A computed value whose change would replace the object cannot be changed by an update.
            kept |= attribute.plan.stable || attribute.plan.requires_replace;
            if config.is_null() {
                let given = attribute.mode.is_computed()
                    && attribute.plan.default.is_none()
                    && !attribute.write_only;
                return match (given, kept && !prior.is_null()) {
                    (false, _) => planned,
                    (true, true) => before.clone(),
                    (true, false) => Value::unknown(),
                };
            }
        }
        let Some((nesting, level)) = member.nested() else { return planned };
        let await_elements = |planned: Value| {
            let pairings: [Pairing<'_>; 2] = [
                &|planned, configs| pair_with_config(level, planned, configs),
                &|planned, priors| pair_with_prior(level, planned, priors),
            ];
            change_elements(nesting, planned, [config, before], pairings, |planned, sides| {
                let [config, prior] = sides;
                await_provider(level, planned, config, prior, place.below(nesting), kept)
            })
        };
        let awaited = await_elements(planned);
        let ruled = matches!(member, Member::Attribute(it) if equal_by_rule(it, config, before));
        if awaited == *before || !ruled && !place.is_whole_set(member, nesting) {
            return awaited;
        }
        // What was kept as a whole and is not whole any more is compared with the configuration: it takes that spelling.
        let configured =
            follow_elements(nesting, level, config.clone(), config, before, place.below(nesting));
        await_elements(configured)
    })
}

/// Elements of a planned set by the configured elements that they came from.
fn pair_with_config<'o>(
    level: Level<'_>,
    planned: &[Value],
    configs: &'o [Value],
) -> Vec<Option<&'o Value>> {
    let came_from = |planned: &Value, config: &Value| {
        same_object(level, planned, config, &|attribute, _, config| {
            config.is_null() && attribute.mode.is_computed()
        })
    };
    pair(planned, configs, &[&came_from])
}

/// Elements of a planned set by the prior elements that they continue: those that agree in everything that is the user's.
fn pair_with_prior<'o>(
    level: Level<'_>,
    planned: &[Value],
    priors: &'o [Value],
) -> Vec<Option<&'o Value>> {
    pair(planned, priors, &[&|planned, prior| same_object(level, planned, prior, &providers_own)])
}

/// Whether the value of an attribute in a plan is the provider's to give, so that it says nothing about the user's intent.
fn providers_own(attribute: &Attribute, planned: &Value, _: &Value) -> bool {
    let given = planned.is_null() || planned.is_unknown();
    !attribute.mode.is_configurable()
        || given && attribute.mode.is_computed() && attribute.plan.default.is_none()
}
