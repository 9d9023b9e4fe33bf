//! Which changes replace an object instead of updating it.

use std::collections::BTreeSet;

use super::level::{Level, Member, NULL};
use super::meaning::{same, same_elements};
use crate::tf::{Nesting, Path, Step, Value};

/// The paths that a plan changes and that only a new object can change, sorted and without duplicates.
///
/// Terraform counts an unknown planned value as changed. A value that is unknown only because it is the provider's to give is
/// therefore left out; one that is unknown in the configuration is not.
pub(super) fn paths(level: Level<'_>, config: &Value, prior: &Value, planned: &Value) -> Vec<Path> {
    let mut found = BTreeSet::new();
    if !prior.is_null() && !planned.is_null() {
        collect(level, [config, prior, planned], &Path::root(), &mut found);
    }
    found.into_iter().collect()
}

fn collect(level: Level<'_>, sides: [&Value; 3], at: &Path, found: &mut BTreeSet<Path>) {
    for member in level.members() {
        let at = at.child(member.name());
        let [config, prior, planned] = sides.map(|side| side.get(member.name()));
        if let Member::Attribute(attribute) = member
            && attribute.plan.requires_replace
        {
            let provider_gives = planned.is_unknown() && config.is_null();
            // What is unknown below is unknown to the comparison too: equal only to itself.
            if !provider_gives && !same(attribute, planned, prior, &super::meaning::nothing) {
                found.insert(at);
            }
        } else if let Some((nesting, level)) = member.nested()
            && level.any(&|attribute| attribute.plan.requires_replace)
        {
            collect_elements(nesting, level, [config, prior, planned], &at, found);
        }
    }
}

fn collect_elements(
    nesting: Nesting,
    level: Level<'_>,
    sides: [&Value; 3],
    at: &Path,
    found: &mut BTreeSet<Path>,
) {
    let [config, prior, planned] = sides;
    if planned.is_unknown() {
        if !config.is_null() {
            found.insert(at.clone());
        }
        return;
    }
    match nesting {
        Nesting::Single | Nesting::Group => collect(level, sides, at, found),
        Nesting::List => {
            let length = |value: &Value| value.elements().map_or(0, <[Value]>::len);
            for index in 0..length(prior).max(length(planned)) {
                let element = |side: &'_ Value| -> Value {
                    side.elements().and_then(|all| all.get(index)).unwrap_or(&NULL).clone()
                };
                let [config, prior, planned] = sides.map(element);
                collect(level, [&config, &prior, &planned], &at.index(index), found);
            }
        }
        Nesting::Map => {
            let keys = |value: &Value| -> BTreeSet<String> {
                value.entries().map(|entries| entries.keys().cloned().collect()).unwrap_or_default()
            };
            for key in &keys(prior) | &keys(planned) {
                let sides = sides.map(|side| side.get(&key));
                collect(level, sides, &at.then(Step::Key(key)), found);
            }
        }
        Nesting::Set => {
            let beside_the_point = |attribute: &crate::tf::Attribute,
                                    planned: &Value,
                                    _: &Value| {
                let below = super::level::nested(attribute);
                let decides = attribute.plan.requires_replace
                    || below
                        .is_some_and(|(_, level)| level.any(&|below| below.plan.requires_replace));
                !decides || planned.is_unknown() && !attribute.mode.is_configurable()
            };
            let empty = Value::Set(Vec::new());
            let or_empty = |side| if Value::is_null(side) { &empty } else { side };
            if !same_elements(nesting, level, or_empty(planned), or_empty(prior), &beside_the_point)
            {
                found.insert(at.clone());
            }
        }
    }
}
