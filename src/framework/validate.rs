//! What the framework itself checks in a configuration. Required attributes, types and numbers of blocks are checked by Terraform.

use super::call::Client;
use super::level::{Level, Member};
use crate::tf::{Diagnostic, Diagnostics, Path, Step, Value};

/// Refuses write-only values that the client would store. Older clients do not know that they must not.
pub(super) fn write_only(
    level: Level<'_>,
    config: &Value,
    client: Client,
    diags: &mut Diagnostics,
) {
    if !client.write_only && level.any(&|attribute| attribute.write_only) {
        refuse(level, config, &Path::root(), diags);
    }
}

fn refuse(level: Level<'_>, config: &Value, at: &Path, diags: &mut Diagnostics) {
    for member in level.members() {
        let at = at.child(member.name());
        let value = config.get(member.name());
        if let Member::Attribute(attribute) = member
            && attribute.write_only
            && value.is_known()
        {
            diags.push(
                Diagnostic::error(
                    format!("Cannot use the write-only attribute {}", attribute.name),
                    "Write-only attributes need Terraform 1.11 or OpenTofu 1.11, or later: this version would store the value. \
                     Leave the attribute out, or use a newer version.",
                )
                .at(at),
            );
            continue;
        }
        let Some((_, below)) = member.nested() else { continue };
        match value {
            Value::Object(_) => refuse(below, value, &at, diags),
            Value::List(elements) => elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| refuse(below, element, &at.index(index), diags)),
            Value::Map(entries) => entries.iter().for_each(|(key, entry)| {
                refuse(below, entry, &at.then(Step::Key(key.clone())), diags)
            }),
            // Write-only attributes cannot stand inside sets.
            _ => {}
        }
    }
}
