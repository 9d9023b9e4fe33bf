//! Checks of single values, and of what excludes each other. Offline, and silent about what is merely missing: that depends on the
//! environment, which a validation must not look at.

use super::inputs::{self, Input};
use super::settings::{Settings, Source};
use super::sign_in::{self, Method};
use crate::graph::{Cloud, Endpoints};
use crate::tf::{Diagnostic, Diagnostics, Path, Value};

/// What is to be said about a value.
enum Verdict {
    /// It cannot be used: why, and what to write instead.
    Wrong(String),
    /// It can be used, but is probably a mistake.
    Odd(String),
}

/// Checks a provider block, unknown values excepted.
pub(super) fn configuration(config: &Value, diags: &mut Diagnostics) {
    let known = |input: &Input| config.get(input.name).as_str().filter(|text| !text.is_empty());
    for input in inputs::ALL {
        if let Some(verdict) = known(input).and_then(|text| verdict(input, text)) {
            diags.push(diagnostic(input, Source::Configuration, verdict));
        }
    }
    let both = [&inputs::CLIENT_SECRET, &inputs::ACCESS_TOKEN];
    // What is unknown may turn out to be null. Terraform validates once more when it is known.
    let is_set = |input: &Input| known(input).is_some();
    if both.into_iter().all(is_set) {
        diags.push(
            Diagnostic::error(
                "Both client_secret and access_token are set",
                "Each is a way to sign in by itself, and only one is used. Remove one of them.",
            )
            .at(Path::attribute(inputs::ACCESS_TOKEN.name)),
        );
        return;
    }
    // A method that is named leaves no use for the other's credential.
    if let Some(method) = known(&inputs::AUTH_METHOD).and_then(Method::named) {
        for other in Method::ALL.iter().filter(|other| **other != method) {
            if is_set(other.credential()) {
                let unused = other.credential().name;
                diags.push(
                    Diagnostic::error(
                        format!("{unused} is not used by auth_method \"{}\"", method.name()),
                        format!(
                            "Remove {unused}, or set auth_method to \"{}\" or \"auto\".",
                            other.name()
                        ),
                    )
                    .at(Path::attribute(unused)),
                );
            }
        }
    }
}

/// Checks values that a client is about to be made of. What the configuration holds was validated before; of it only errors are
/// repeated, for values that were unknown then.
pub(super) fn used(settings: &Settings, inputs: &[&'static Input], diags: &mut Diagnostics) {
    for input in inputs {
        let (Some(text), Some(source)) = (settings.text(input), settings.source(input)) else {
            continue;
        };
        match verdict(input, text) {
            Some(Verdict::Odd(_)) if source == Source::Configuration => {}
            Some(verdict) => diags.push(diagnostic(input, source, verdict)),
            None => {}
        }
    }
}

fn diagnostic(input: &Input, source: Source, verdict: Verdict) -> Diagnostic {
    let with_source = |text: String| match source {
        Source::Configuration => text,
        Source::Variable(name) => format!("{text}\n\nThe value comes from the variable {name}."),
    };
    let diagnostic = match verdict {
        Verdict::Wrong(text) => {
            Diagnostic::error(format!("Invalid {}", input.name), with_source(text))
        }
        Verdict::Odd(text) => {
            Diagnostic::warning(format!("Unusual {}", input.name), with_source(text))
        }
    };
    match source {
        Source::Configuration => diagnostic.at(Path::attribute(input.name)),
        Source::Variable(_) => diagnostic,
    }
}

/// Secrets are never repeated in a verdict, nor anything of them.
fn verdict(input: &Input, text: &str) -> Option<Verdict> {
    match input.name {
        "tenant_id" => tenant(text),
        "client_id" if !is_guid(text) => Some(Verdict::Wrong(
            "It must be the application (client) id of an app registration, a GUID such as \
             00000000-0000-0000-0000-000000000000."
                .to_owned(),
        )),
        "client_secret" if is_guid(text) => Some(Verdict::Odd(
            "It looks like the secret's id. What signs in is the secret's value, which the portal shows once, when the secret is \
             made."
                .to_owned(),
        )),
        "client_secret" if text.ends_with(['\n', '\r']) => Some(Verdict::Odd(
            "It ends with a line break, which is hardly part of the secret. Use chomp() on what was read from a file.".to_owned(),
        )),
        "access_token" if text.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            Some(Verdict::Wrong(
                "It holds blanks or line breaks, which no token does. Use trimspace() on what was read from a file.".to_owned(),
            ))
        }
        "auth_method" => sign_in::refusal(text).map(Verdict::Wrong),
        "environment" if Cloud::named(text).is_none() => Some(Verdict::Wrong(format!(
            "There is no cloud {text:?}. It must be \"public\", \"usgovernment\", \"usgovernmentdod\" or \"china\". For another \
             cloud set authority_host and graph_endpoint."
        ))),
        "authority_host" => Endpoints::default()
            .with_authority_host(text)
            .err()
            .map(|why| Verdict::Wrong(format!("{text:?} cannot be used: {why}."))),
        "graph_endpoint" => Endpoints::default()
            .with_graph_endpoint(text)
            .err()
            .map(|why| Verdict::Wrong(format!("{text:?} cannot be used: {why}."))),
        _ => None,
    }
}

fn tenant(text: &str) -> Option<Verdict> {
    const INSTEAD: &str = "Give the tenant's id, a GUID, or one of its verified domain names, such as contoso.onmicrosoft.com.";
    let many = ["common", "organizations", "consumers"];
    if many.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Some(Verdict::Wrong(format!("{text:?} names no tenant. {INSTEAD}")));
    }
    (!is_guid(text) && !is_domain(text))
        .then(|| Verdict::Wrong(format!("{text:?} is neither a GUID nor a domain name. {INSTEAD}")))
}

/// A GUID as the portal writes it: no braces, with hyphens.
fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// A DNS name of at least two labels (RFC 1035, section 2.3.1, with the digits of RFC 1123).
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}
