//! Which value counts for each attribute of the provider block, and where it came from.

use std::collections::BTreeMap;

use super::Environment;
use super::inputs::{self, Input};
use crate::tf::Value;

/// What was found for one attribute.
#[derive(Clone, PartialEq, Eq)]
pub enum Found {
    /// Neither the configuration nor a variable sets it.
    Nothing,
    /// The configuration sets it to something that is not known before apply. The environment does not step in: it would be beaten
    /// by the value as soon as that is known.
    Unknown,
    /// A text, never empty.
    Text(String, Source),
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The provider block.
    Configuration,
    /// A variable of the environment.
    Variable(&'static str),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Configuration => f.write_str("the provider block"),
            Source::Variable(name) => f.write_str(name),
        }
    }
}

/// Everything that was found. Has no `Debug`: it holds secrets.
pub struct Settings {
    found: BTreeMap<&'static str, Found>,
}

impl Settings {
    /// Looks every attribute up: first in the provider block, then in its variables.
    pub fn gather(config: &Value, environment: &dyn Environment) -> Self {
        let look_up = |input: &Input| match config.get(input.name) {
            Value::Unknown(_) => Found::Unknown,
            Value::String(text) if !text.is_empty() => {
                Found::Text(text.clone(), Source::Configuration)
            }
            _ => input
                .variables
                .iter()
                .find_map(|name| Some(Found::Text(environment.get(name)?, Source::Variable(name))))
                .unwrap_or(Found::Nothing),
        };
        Settings { found: inputs::ALL.iter().map(|input| (input.name, look_up(input))).collect() }
    }

    /// What was found for an attribute.
    pub fn get(&self, input: &Input) -> &Found {
        self.found.get(input.name).unwrap_or(&Found::Nothing)
    }

    /// The text of an attribute, if there is one.
    pub fn text(&self, input: &Input) -> Option<&str> {
        match self.get(input) {
            Found::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// Where an attribute's text came from, if there is one.
    pub fn source(&self, input: &Input) -> Option<Source> {
        match self.get(input) {
            Found::Text(_, source) => Some(*source),
            _ => None,
        }
    }

    /// Whether the configuration sets an attribute, to something known or unknown.
    pub fn is_configured(&self, input: &Input) -> bool {
        matches!(self.get(input), Found::Unknown | Found::Text(_, Source::Configuration))
    }
}
