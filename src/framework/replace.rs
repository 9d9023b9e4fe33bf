//! Which changes replace an object instead of updating it.

use std::collections::BTreeSet;

use super::level::{Level, Member, NULL, nested};
use super::meaning::{same, same_elements};
use crate::tf::{Attribute, Nesting, Path, Step, Value};

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
            let alike = both_nothing(attribute, planned, prior)
                || same(attribute, planned, prior, &both_nothing);
            if !provider_gives && !alike {
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
            let decisive = |value: &Value| -> Vec<Value> {
                let elements = value.elements().unwrap_or_default().iter();
                elements.filter(|element| decides(level, element)).cloned().collect()
            };
            let (before, after) = (Value::Set(decisive(prior)), Value::Set(decisive(planned)));
            if !same_elements(nesting, level, &after, &before, &|attribute, planned, _| {
                let provider_gives = planned.is_unknown() && !attribute.mode.is_configurable();
                provider_gives || !replaces(attribute)
            }) {
                found.insert(at.clone());
            }
        }
    }
}

/// Whether two values both say nothing, one as null and the other as an empty text or collection, where that is one to the service. To
/// Terraform it is a change, but none that needs another object.
fn both_nothing(attribute: &Attribute, planned: &Value, prior: &Value) -> bool {
    let empty = |value: &Value| {
        value.is_null()
            || value.as_str() == Some("")
            || value.elements().is_some_and(<[_]>::is_empty)
    };
    attribute.plan.empty_is_null && empty(planned) && empty(prior)
}

/// Whether a change of the attribute, or of something below it, replaces the object.
fn replaces(attribute: &Attribute) -> bool {
    let here = |attribute: &Attribute| attribute.plan.requires_replace;
    here(attribute) || nested(attribute).is_some_and(|(_, below)| below.any(&here))
}

/// Whether an element of a set says anything in an attribute that replaces.
fn decides(level: Level<'_>, element: &Value) -> bool {
    level.members().any(|member| {
        let replaces = match member {
            Member::Attribute(attribute) => replaces(attribute),
            Member::Block(_) => member
                .nested()
                .is_some_and(|(_, below)| below.any(&|below| below.plan.requires_replace)),
        };
        replaces && !element.get(member.name()).is_null()
    })
}
