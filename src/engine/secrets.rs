//! Secrets of a configuration, told to the client before it sends them, so that no message can repeat them.

use crate::graph::Client;
use crate::tf::{Attribute, Diagnostics, Kind, Value};

/// Findings without the secrets that the client knows of. Errors of the client are clean already; what else stands in an answer, such as
/// the reason why work behind the scenes failed, is not.
pub(super) fn without(client: &Client, mut diags: Diagnostics) -> Diagnostics {
    for diagnostic in &mut diags.0 {
        diagnostic.summary = client.redact(&diagnostic.summary);
        diagnostic.detail = client.redact(&diagnostic.detail);
    }
    diags
}

/// Conceals every sensitive and every write-only text of an object.
pub(super) fn conceal(client: &Client, attributes: &[Attribute], object: &Value) {
    for attribute in attributes {
        let value = object.get(&attribute.name);
        if attribute.sensitive || attribute.write_only {
            conceal_all(client, value);
        } else if let Kind::Nested(_, attributes) = &attribute.kind {
            match value {
                Value::Object(_) => conceal(client, attributes, value),
                Value::Map(entries) => {
                    entries.values().for_each(|value| conceal(client, attributes, value))
                }
                value => value
                    .elements()
                    .unwrap_or_default()
                    .iter()
                    .for_each(|value| conceal(client, attributes, value)),
            }
        }
    }
}

fn conceal_all(client: &Client, value: &Value) {
    match value {
        Value::String(secret) => client.conceal(secret),
        Value::Object(entries) | Value::Map(entries) => {
            entries.values().for_each(|value| conceal_all(client, value));
        }
        value => {
            value
                .elements()
                .unwrap_or_default()
                .iter()
                .for_each(|value| conceal_all(client, value));
        }
    }
}
