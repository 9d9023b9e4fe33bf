//! The fields of a token request, each of which comes once and belongs to its grant.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Asked;
use super::refused::{Outcome, Refused};
use crate::mock::address;

/// A form.
#[derive(Debug)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads the body of a request.
    pub(super) fn read(asked: &Asked<'_>) -> Outcome<Form> {
        if !asked.is_form() {
            return Err(Refused::missing("grant_type"));
        }
        Form::of(address::pairs(&String::from_utf8_lossy(asked.body)))
    }

    pub(super) fn of(pairs: Vec<(String, String)>) -> Outcome<Form> {
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            if fields.contains_key(&name) {
                return Err(Refused::new(
                    "invalid_request",
                    9_000_411,
                    format!(
                        "The request is not properly formatted. The parameter '{name}' is duplicated."
                    ),
                ));
            }
            fields.insert(name, value);
        }
        Ok(Form(fields))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that must be there with a value.
    pub(super) fn required(&self, name: &str) -> Outcome<&str> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| Refused::missing(name))
    }

    /// Nothing but these fields, besides those of every grant.
    pub(super) fn only(&self, known: &[&str]) -> Outcome<()> {
        const ALWAYS: &[&str] = &["grant_type", "client_id", "claims", "client_info"];
        let fits =
            |name: &&String| ALWAYS.contains(&name.as_str()) || known.contains(&name.as_str());
        match self.0.keys().find(|name| !fits(name)) {
            None => Ok(()),
            Some(unknown) => Err(Refused::new(
                "invalid_request",
                90_014,
                format!("The parameter '{unknown}' does not belong to this grant."),
            )),
        }
    }

    /// What is demanded of the token: whether its holder can be challenged, and whether it answers a challenge
    /// (identity platform page "Claims challenges, claims requests, and client capabilities").
    pub(super) fn demands(&self) -> Outcome<Demands> {
        let asked: Value = match self.get("claims") {
            None => Value::Null,
            Some(claims) => serde_json::from_str(claims).map_err(|_| {
                Refused::new("invalid_request", 50_146, "The parameter 'claims' is no valid JSON.")
            })?,
        };
        let capabilities = asked.pointer("/access_token/xms_cc/values").and_then(Value::as_array);
        Ok(Demands {
            can_be_challenged: capabilities
                .is_some_and(|values| values.iter().any(|value| value == "CP1")),
            answers_challenge: asked.pointer("/access_token/nbf").is_some(),
        })
    }
}

/// See [`Form::demands`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Demands {
    pub(super) can_be_challenged: bool,
    pub(super) answers_challenge: bool,
}
