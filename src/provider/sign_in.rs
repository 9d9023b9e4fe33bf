//! Which way to sign in: the one that is named, or the first whose values are all there.
//!
//! What was chosen is never given up for another: a way that fails is an error, because falling through would hide the real one.

use super::inputs::{self, Input};
use super::settings::{Found, Settings, Source};
use crate::tf::{Diagnostic, Diagnostics};

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A token that was got elsewhere.
    AccessToken,
    /// An app and its secret.
    ClientSecret,
}

/// Ways that users know from other providers and that this version does not offer.
const NOT_OFFERED: &[&str] = &[
    "azure_cli",
    "azure_developer_cli",
    "client_certificate",
    "device_code",
    "interactive_browser",
    "managed_identity",
    "oidc",
    "oidc_azure_devops",
    "oidc_github",
    "on_behalf_of",
    "token_cache",
    "workload_identity",
];

/// Why nobody can sign in.
pub enum Obstacle {
    /// These attributes are not known before apply.
    Unknown(Vec<&'static str>),
    /// Something is missing: what, and how to set it.
    Missing(Diagnostic),
}

impl Method {
    /// All, in the order in which `auto` tries them.
    pub const ALL: &[Method] = &[Method::AccessToken, Method::ClientSecret];

    /// The method of this name.
    pub fn named(name: &str) -> Option<Method> {
        Method::ALL.iter().copied().find(|method| method.name() == name)
    }

    /// Its name in `auth_method`.
    pub fn name(self) -> &'static str {
        match self {
            Method::AccessToken => "access_token",
            Method::ClientSecret => "client_secret",
        }
    }

    /// What proves who signs in.
    pub fn credential(self) -> &'static Input {
        match self {
            Method::AccessToken => &inputs::ACCESS_TOKEN,
            Method::ClientSecret => &inputs::CLIENT_SECRET,
        }
    }

    /// What it cannot do without, in the order in which a lack is reported.
    pub fn needs(self) -> &'static [&'static Input] {
        match self {
            Method::AccessToken => const { &[&inputs::ACCESS_TOKEN] },
            Method::ClientSecret => {
                const { &[&inputs::TENANT_ID, &inputs::CLIENT_ID, &inputs::CLIENT_SECRET] }
            }
        }
    }

    /// Everything that it looks at.
    pub fn uses(self) -> &'static [&'static Input] {
        match self {
            Method::AccessToken => const { &[&inputs::ACCESS_TOKEN, &inputs::TENANT_ID] },
            Method::ClientSecret => self.needs(),
        }
    }

    fn first_missing(self, settings: &Settings) -> Option<&'static Input> {
        self.needs().iter().copied().find(|input| matches!(settings.get(input), Found::Nothing))
    }
}

/// Why a text cannot stand in `auth_method`, if it cannot.
pub(super) fn refusal(name: &str) -> Option<String> {
    if name == "auto" || Method::named(name).is_some() {
        return None;
    }
    let offered = "It can sign in with \"client_secret\", or with an \"access_token\" that you got in another way; \"auto\" takes \
                   whichever is set.";
    Some(if NOT_OFFERED.contains(&name) {
        format!("This version of the provider cannot sign in by \"{name}\". {offered}")
    } else {
        format!("There is no way to sign in called {name:?}. {offered}")
    })
}

/// Chooses.
///
/// # Errors
/// The method is not known yet, or values are missing: for each way in question the first one.
pub fn choose(settings: &Settings) -> Result<Method, Obstacle> {
    let named = match settings.get(&inputs::AUTH_METHOD) {
        Found::Unknown => return Err(Obstacle::Unknown(vec![inputs::AUTH_METHOD.name])),
        Found::Text(name, _) => Method::named(name),
        Found::Nothing => None,
    };
    let candidates: Vec<Method> = match named {
        Some(method) => vec![method],
        None => {
            // A credential in the configuration is meant: variables that are around for other tools must not overrule it.
            let configured = |method: &Method| settings.is_configured(method.credential());
            let configured: Vec<_> = Method::ALL.iter().copied().filter(configured).collect();
            if configured.is_empty() { Method::ALL.to_vec() } else { configured }
        }
    };
    match candidates.iter().find(|method| method.first_missing(settings).is_none()) {
        Some(method) => Ok(*method),
        None => Err(Obstacle::Missing(missing(settings, &candidates))),
    }
}

fn missing(settings: &Settings, candidates: &[Method]) -> Diagnostic {
    let lack = |method: &Method| {
        let input = method.first_missing(settings)?;
        Some(format!("  {}: {} is not set ({}).", method.name(), input.name, input.ways()))
    };
    let lacks: Vec<_> = candidates.iter().filter_map(lack).collect();
    let opening = match candidates {
        [only] => format!("The provider is to sign in by {}, but lacks a value:", only.name()),
        _ => "No way to sign in has all its values. The first that is missing for each:".to_owned(),
    };
    Diagnostic::error(
        "Cannot sign in to Microsoft Graph",
        format!(
            "{opening}\n\n{}\n\nSet it in the provider block or in the environment.",
            lacks.join("\n")
        ),
    )
}

/// Says what looks like an accident in where the values of the chosen method come from.
pub(super) fn accidents(settings: &Settings, method: Method, diags: &mut Diagnostics) {
    let variable = |input| match settings.source(input) {
        Some(Source::Variable(name)) => Some(name),
        _ => None,
    };
    if method == Method::ClientSecret
        && let (Some(id), Some(secret)) =
            (variable(&inputs::CLIENT_ID), variable(&inputs::CLIENT_SECRET))
        && prefix(id) != prefix(secret)
    {
        diags.push(Diagnostic::warning(
            "App and secret come from different sets of variables",
            format!(
                "client_id comes from {id} and client_secret from {secret}. That works only if they belong to the same app. Set both \
                 under one prefix."
            ),
        ));
    }
    // Variables of other prefixes may be there for other providers; our own cannot.
    for other in Method::ALL.iter().filter(|other| **other != method) {
        if settings.is_configured(method.credential())
            && let Some(ignored) = variable(other.credential())
            && ignored.starts_with("WINDOWS365_")
        {
            diags.push(Diagnostic::warning(
                format!("The variable {ignored} is not used"),
                format!("The provider block sets {}, and the configuration counts before the environment.", method.credential().name),
            ));
        }
    }
}

fn prefix(variable: &str) -> &str {
    variable.split('_').next().unwrap_or(variable)
}
