//! Assignments as the service gives them.

use serde_json::Value as Json;

use super::value::Reader;
use crate::engine::target::Unpaired;
use crate::engine::{encode, names, target};
use crate::spec::{Assignments, Entity, Targets};
use crate::tf::{Diagnostic, Diagnostics, Path, Value};

/// The value of the attribute `assignments`, from the assignments as the service gave them. Those that come from policy sets are left
/// out: they are not ours.
pub fn assignments(
    entity: &Entity,
    items: &[Json],
    reference: &Value,
    diags: &mut Diagnostics,
) -> Value {
    let Some(described) = &entity.assignments else { return Value::Null };
    let before = reference.elements().unwrap_or_default().iter().map(|old| (old, ()));
    let mut unpaired = Unpaired::new(described, before);
    let mut read = Vec::new();
    for item in items.iter().filter(|item| target::is_direct(item)) {
        let alone = assignment(described, item);
        let old = unpaired.take(&alone).map_or(&Value::Null, |(old, ())| old);
        read.push(one(entity.name, described, item, old, diags));
    }
    Value::set(read)
}

/// One assignment without a reference, its oddities unheard.
pub(in crate::engine) fn assignment(described: &Assignments, item: &Json) -> Value {
    one("", described, item, &Value::Null, &mut Diagnostics::new())
}

/// The zero GUID stands for "no filter".
const NO_FILTER: &str = "00000000-0000-0000-0000-000000000000";

fn one(
    entity: &'static str,
    described: &Assignments,
    item: &Json,
    old: &Value,
    diags: &mut Diagnostics,
) -> Value {
    let path = Path::attribute("assignments");
    let target = match described.targets {
        Targets::Named { .. } => item,
        _ => item.get("target").unwrap_or(&Json::Null),
    };
    let kind = match target.get(encode::TYPE).and_then(Json::as_str) {
        None => target::default_kind(&described.targets).to_owned(),
        Some(name) => match kind_of(described, name) {
            Some(kind) => kind.to_owned(),
            None => {
                diags.push(
                    Diagnostic::warning(
                        format!("Unknown kind of assignment of {entity}"),
                        format!(
                            "Microsoft Graph gives a target of the kind {name}, which this version of the provider does not know. \
                             It is shown by its name; an update of the assignments would remove it."
                        ),
                    )
                    .at(path.clone()),
                );
                name.trim_start_matches("#microsoft.graph.").to_owned()
            }
        },
    };
    let mut reader = Reader { entity, diags };
    let mut assignment = std::collections::BTreeMap::new();
    assignment.insert("type".to_owned(), Value::from(kind));
    let inside = target::inside(&described.targets).into_iter().map(|it| (it, target));
    for (attribute, from) in inside.chain(described.extra.iter().map(|it| (it, item))) {
        let name = names::attribute_name(attribute);
        let value = match from.get(attribute.property) {
            None => Value::Null,
            Some(json) if name == "filter_id" && json == NO_FILTER => Value::Null,
            Some(json) if name == "filter_type" && json == "none" => Value::Null,
            Some(json) => reader.value(attribute, json, old.get(&name), &path),
        };
        assignment.insert(name.into_owned(), value);
    }
    Value::Object(assignment)
}

fn kind_of(described: &Assignments, name: &str) -> Option<&'static str> {
    let kinds = target::kinds(&described.targets);
    kinds.iter().copied().find(|kind| super::value::is_type(name, kind))
}
