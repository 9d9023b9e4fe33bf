//! Which way to sign in: the one that is named, or the first whose values are all there.
//!
//! What was chosen is never given up for another: a way that fails is an error, because falling through would hide the real one.

use super::inputs;
use super::machine;
use super::method::{Lack, Method};
use super::settings::{Found, Settings, Source};
use crate::graph::Endpoints;
use crate::tf::{Diagnostic, Diagnostics};

/// What decides which ways are considered at all.
pub(super) const FLAGS: &[&inputs::Input] = &[
    &inputs::USE_AKS_WORKLOAD_IDENTITY,
    &inputs::USE_AZD,
    &inputs::USE_CLI,
    &inputs::USE_MSI,
    &inputs::USE_OIDC,
    &inputs::USE_TOKEN_CACHE,
];

/// Why nobody can sign in.
pub enum Obstacle {
    /// These attributes are not known before apply.
    Unknown(Vec<&'static str>),
    /// Something is missing: what, and how to set it.
    Missing(Diagnostic),
}

/// Why a text cannot stand in `auth_method`, if it cannot.
pub(super) fn refusal(name: &str) -> Option<String> {
    if name == "auto" || Method::named(name).is_some() {
        return None;
    }
    let names: Vec<_> = Method::ALL.iter().map(|method| format!("{:?}", method.name())).collect();
    Some(format!(
        "There is no way to sign in called {name:?}. It must be \"auto\" or one of {}.",
        names.join(", ")
    ))
}

/// Chooses. `endpoints` are those of the cloud, as far as they are known.
///
/// # Errors
/// The method is not known yet, or values are missing: for each way in question the first one.
pub fn choose(settings: &Settings, endpoints: Option<&Endpoints>) -> Result<Method, Obstacle> {
    let named = match settings.get(&inputs::AUTH_METHOD) {
        Found::Unknown => return Err(Obstacle::Unknown(vec![inputs::AUTH_METHOD.name])),
        Found::Text(name, _) => Method::named(name),
        Found::Nothing => None,
    };
    let candidates: Vec<Method> = match named {
        Some(method) => vec![method],
        None => {
            // What stands in the configuration is meant: variables that are around for other tools must not overrule it.
            let automatic = || Method::ALL.iter().copied().filter(|method| method.is_automatic());
            let configured: Vec<_> =
                automatic().filter(|method| is_configured(settings, *method)).collect();
            match configured.as_slice() {
                [] => automatic().collect(),
                // A person's token comes with the app's own credential, and is what the user wants to be.
                some if some.contains(&Method::OnBehalfOf) => vec![Method::OnBehalfOf],
                _ => configured,
            }
        }
    };
    let lack = |method: Method| {
        method
            .lack(settings, named.is_some())
            .or_else(|| machine::lack(settings, method, endpoints, named.is_some()))
    };
    let mut lacks = Vec::new();
    for method in candidates {
        match lack(method) {
            None => return Ok(method),
            Some(lack) => lacks.push((method, lack)),
        }
    }
    Err(Obstacle::Missing(missing(&lacks)))
}

/// Whether the configuration itself speaks of a method, by a credential or by allowing it.
pub(super) fn is_configured(settings: &Settings, method: Method) -> bool {
    let allowed = match method.consent() {
        Some((flag, false)) => match settings.get(flag) {
            Found::Unknown => true,
            Found::Text(..) => settings.is_configured(flag) && settings.flag(flag, false),
            Found::Nothing => false,
        },
        _ => false,
    };
    allowed || method.credentials().iter().any(|input| settings.is_configured(input))
}

fn missing(lacks: &[(Method, Lack)]) -> Diagnostic {
    let line = |(method, lack): &(Method, Lack)| {
        let name = method.name();
        match lack {
            Lack::Value([]) => format!("  {name}: something is not set."),
            Lack::Value([first, others @ ..]) => {
                let others: Vec<_> =
                    others.iter().map(|input| format!(", or {}", input.ways())).collect();
                format!(
                    "  {name}: {} is not set ({}{}).",
                    first.name,
                    first.ways(),
                    others.concat()
                )
            }
            Lack::Consent(flag, _) => {
                format!("  {name}: {} is not true ({}).", flag.name, flag.ways())
            }
            Lack::Machine(why) => format!("  {name}: {why}."),
        }
    };
    let lines: Vec<_> = lacks.iter().map(line).collect();
    let opening = match lacks {
        [(only, _)] => format!("The provider is to sign in by {}, but lacks a value:", only.name()),
        _ => "No way to sign in has all its values. The first that is missing for each:".to_owned(),
    };
    Diagnostic::error(
        "Cannot sign in to Microsoft Graph",
        format!(
            "{opening}\n\n{}\n\nSet it in the provider block or in the environment.",
            lines.join("\n")
        ),
    )
}

/// Says what looks like an accident in where the values of the chosen method come from.
pub(super) fn accidents(settings: &Settings, method: Method, diags: &mut Diagnostics) {
    let variable = |input| match settings.source(input) {
        Some(Source::Variable(name)) => Some(name),
        _ => None,
    };
    let credential = method.credentials().iter().find(|input| settings.source(input).is_some());
    if method != Method::AccessToken
        && let Some(credential) = credential
        && let (Some(id), Some(secret)) = (variable(&inputs::CLIENT_ID), variable(credential))
        && ["WINDOWS365", "ARM", "AZURE", "M365"].contains(&prefix(secret))
        && prefix(id) != prefix(secret)
    {
        let what = if method == Method::ClientSecret { "secret" } else { "credential" };
        diags.push(Diagnostic::warning(
            format!("App and {what} come from different sets of variables"),
            format!(
                "client_id comes from {id} and {} from {secret}. That works only if they belong to the same app. Set both under one \
                 prefix.",
                credential.name
            ),
        ));
    }
    // Variables of other prefixes may be there for other providers; our own cannot.
    let Some(configured) = credential.filter(|input| settings.is_configured(input)) else { return };
    let used: Vec<_> = method.uses().map(|input| input.name).collect();
    for other in Method::ALL.iter().filter(|other| **other != method) {
        for input in other.credentials().iter().filter(|input| !used.contains(&input.name)) {
            if let Some(ignored) = variable(input)
                && ignored.starts_with("WINDOWS365_")
            {
                diags.push(Diagnostic::warning(
                    format!("The variable {ignored} is not used"),
                    format!(
                        "The provider block sets {}, and the configuration counts before the environment.",
                        configured.name
                    ),
                ));
            }
        }
    }
}

fn prefix(variable: &str) -> &str {
    variable.split('_').next().unwrap_or(variable)
}
