//! Resource identity: what names one object for ever. Terraform replaces the stored identity with whatever an answer carries, so
//! every answer carries it; and it does not compare the two, so a change is refused here.

use super::call::Raw;
use super::values;
use crate::tf::{Diagnostic, Diagnostics, Identity, Value, msgpack};

/// Reads an identity; `None` when there is none, or nothing in it is known.
///
/// # Errors
/// Bytes that do not fit the identity schema.
pub(super) fn read(
    raw: Option<&Raw>,
    schema: Option<&Identity>,
    type_name: &str,
) -> Result<Option<Value>, Diagnostics> {
    let (Some(raw), Some(schema)) = (raw, schema) else { return Ok(None) };
    let identity = values::read(raw, &schema.implied_type(), "the identity", type_name)?;
    let says_something =
        identity.entries().is_some_and(|attributes| attributes.values().any(Value::is_known));
    Ok(says_something.then_some(identity))
}

/// The encoded identity to store beside an object that exists: the one that the operation found, else the one known before.
pub(super) fn settle(
    schema: Option<&Identity>,
    found: Option<Value>,
    before: Option<Value>,
    type_name: &str,
    diags: &mut Diagnostics,
) -> Option<Vec<u8>> {
    let schema = schema?;
    let found = found.map(|identity| remembering(fit(schema, identity, diags), before.as_ref()));
    let identity = match (found, before) {
        (Some(found), Some(before)) if moved(&before, &found) => {
            diags.push(Diagnostic::error(
                format!("The identity of a {type_name} changed"),
                "The object that the service answered with is another one than the state speaks of: its identity differs, and an \
                 identity never changes. Remove the object from the state and import the one that is meant.",
            ));
            Some(before)
        }
        (Some(found), _) => Some(found),
        (None, before) => before,
    };
    if identity.is_none() && !diags.has_error() {
        diags
            .push(Diagnostic::bug(format!("The {type_name} has no identity after the operation.")));
    }
    identity.map(|identity| msgpack::encode(&identity, &schema.implied_type()))
}

/// Encodes an identity as it stands, made to fit the schema.
pub(super) fn write(schema: &Identity, identity: Value, diags: &mut Diagnostics) -> Vec<u8> {
    msgpack::encode(&fit(schema, identity, diags), &schema.implied_type())
}

fn fit(schema: &Identity, identity: Value, diags: &mut Diagnostics) -> Value {
    let (identity, unknown) = values::known(identity);
    values::left_unknown(&unknown, "the operation", diags);
    let Value::Object(mut entries) = identity else {
        diags.push(Diagnostic::bug("An identity must be an object."));
        return Value::Null;
    };
    let attributes = schema.attributes.iter().map(|attribute| {
        let value = entries.remove(attribute.name.as_ref()).unwrap_or(Value::Null);
        let value = match value.conforms(&attribute.r#type) {
            Ok(()) => value,
            Err(error) => {
                diags.push(Diagnostic::bug(format!(
                    "The attribute {} of an identity does not fit its schema: {error}.",
                    attribute.name
                )));
                Value::Null
            }
        };
        (attribute.name.to_string(), value)
    });
    Value::object(attributes.collect::<Vec<_>>())
}

/// What an operation could not tell of an identity is as it was before.
fn remembering(found: Value, before: Option<&Value>) -> Value {
    match (found, before) {
        (Value::Object(found), Some(before)) => Value::Object(
            found
                .into_iter()
                .map(|(name, value)| match value {
                    Value::Null => (name.clone(), before.get(&name).clone()),
                    value => (name, value),
                })
                .collect(),
        ),
        (found, _) => found,
    }
}

/// Whether two identities name different objects. An attribute that was not known before may become known.
fn moved(before: &Value, found: &Value) -> bool {
    before.entries().is_some_and(|all| {
        all.iter().any(|(name, value)| value.is_known() && found.get(name) != value)
    })
}
