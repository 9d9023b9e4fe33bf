//! Which value counts for each attribute of the provider block, and where it came from.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Environment;
use super::inputs::{self, Input};
use super::managed_desktop::ManagedDesktop;
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
    /// What the environment says of the machine.
    surroundings: BTreeMap<&'static str, String>,
    /// `managed_desktop`, where it is enabled.
    pub(super) managed_desktop: Option<ManagedDesktop>,
    /// The running program, for commands that people are to type.
    pub(super) program: Option<PathBuf>,
}

/// Variables that are no settings of ours but tell what machine this is, and what belongs together on it.
const SURROUNDINGS: &[&str] = &[
    "AZUREPS_HOST_ENVIRONMENT",
    "AZURE_CLIENT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_TENANT_ID",
    "CI",
    "DISPLAY",
    "HOME",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "LOCALAPPDATA",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "PATH",
    "PATHEXT",
    "ProgramData",
    "ProgramFiles",
    "SSH_CONNECTION",
    "SYSTEM_OIDCREQUESTURI",
    "SystemRoot",
    "TF_INPUT",
    "TF_IN_AUTOMATION",
    "WAYLAND_DISPLAY",
    "WINDOWS365_ARC_TOKENS_FOLDER",
    "WINDOWS365_CLIENT_ASSERTION_RS256",
    "XDG_STATE_HOME",
];

impl Settings {
    /// Looks every attribute up: first in the provider block, then in its variables.
    pub fn gather(config: &Value, environment: &dyn Environment) -> Self {
        let look_up = |input: &Input| match config.get(input.name) {
            Value::Unknown(_) => Found::Unknown,
            Value::String(text) if !text.is_empty() => {
                Found::Text(text.clone(), Source::Configuration)
            }
            Value::Bool(flag) => Found::Text(flag.to_string(), Source::Configuration),
            _ => input
                .variables
                .iter()
                .find_map(|name| Some(Found::Text(environment.get(name)?, Source::Variable(name))))
                .unwrap_or(Found::Nothing),
        };
        let surroundings =
            SURROUNDINGS.iter().filter_map(|name| Some((*name, environment.get(name)?))).collect();
        let found = inputs::ALL.iter().map(|input| (input.name, look_up(input))).collect();
        let managed_desktop = ManagedDesktop::of(config);
        Settings { found, surroundings, managed_desktop, program: environment.program() }
    }

    /// A variable that tells of the machine.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.surroundings.get(name).map(String::as_str)
    }

    /// Whether a flag is set, or `default` when it is not set to anything known.
    pub fn flag(&self, input: &Input, default: bool) -> bool {
        self.text(input).and_then(flag).unwrap_or(default)
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

/// Yes or no, as people write it.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}
