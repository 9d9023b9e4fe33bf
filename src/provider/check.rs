//! Checks of single values, and of what excludes each other. Offline, and silent about what is merely missing: that depends on the
//! environment, which a validation must not look at.

use super::inputs::{self, Input, Shape};
use super::managed_desktop::ManagedDesktop;
use super::method::Method;
use super::settings::flag;
use super::settings::{Settings, Source};
use super::sign_in;
use crate::graph::{CLOUDS, Cloud, Endpoints, HttpOptions, Secret, check_endpoint};
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
    // What is unknown may turn out to be null. Terraform validates once more when it is known.
    let is_set = |input: &Input| known(input).is_some();
    let spoken = |method: Method| method.credentials().iter().copied().find(|input| is_set(input));
    let named = known(&inputs::AUTH_METHOD).and_then(Method::named);
    // Each is a way to sign in by itself. A person's token comes with a secret or a certificate.
    const ALONE: [Method; 4] =
        [Method::ClientSecret, Method::ClientCertificate, Method::Oidc, Method::AccessToken];
    let mut alone = ALONE.iter().filter_map(|method| spoken(*method));
    if let (Some(one), Some(two)) = (alone.next(), alone.next()) {
        diags.push(
            Diagnostic::error(
                format!("Both {} and {} are set", one.name, two.name),
                "Each is a way to sign in by itself, and only one is used. Remove one of them.",
            )
            .at(Path::attribute(two.name)),
        );
        return;
    }
    // A method that is named leaves no use for the others' credentials.
    if let Some(method) = named {
        let used: Vec<_> = method.uses().map(|input| input.name).collect();
        for other in Method::ALL.iter().filter(|other| **other != method) {
            for unused in other.credentials().iter().filter(|input| is_set(input)) {
                if used.contains(&unused.name)
                    || diags.iter().any(|d| d.path == Path::attribute(unused.name))
                {
                    continue;
                }
                diags.push(
                    Diagnostic::error(
                        format!("{} is not used by auth_method \"{}\"", unused.name, method.name()),
                        format!(
                            "Remove {}, or set auth_method to \"{}\" or \"auto\".",
                            unused.name,
                            other.name()
                        ),
                    )
                    .at(Path::attribute(unused.name)),
                );
            }
        }
    }
    managed_desktop(config.get("managed_desktop"), diags);
}

/// Checks `managed_desktop`.
fn managed_desktop(value: &Value, diags: &mut Diagnostics) {
    let path = Path::attribute("managed_desktop");
    let text = |name: &str| value.get(name).as_str().filter(|text| !text.is_empty());
    if value.get("enabled").as_bool() == Some(true) {
        diags.push(
            Diagnostic::warning(
                "Microsoft Managed Desktop has ended",
                "The service ended on 31 July 2024 and went on as Windows Autopatch. Whether its interface still answers is not known; \
                 nothing is promised.",
            )
            .at(path.clone()),
        );
    }
    if let Some(endpoint) = text("endpoint")
        && let Err(why) = ManagedDesktop::check_endpoint(endpoint)
    {
        let text = format!("{endpoint:?} cannot be used: {why}.");
        diags.push(Diagnostic::error("Invalid endpoint", text).at(path.clone().child("endpoint")));
    }
    if let Some(audience) = text("audience")
        && let Err(why) = Endpoints::default().with_audience(audience)
    {
        let text = format!("{audience:?} cannot be used: {why}.");
        diags.push(Diagnostic::error("Invalid audience", text).at(path.child("audience")));
    }
}

/// Says what stands in the configuration for a credential that is not there.
pub(super) fn alone(settings: &Settings, diags: &mut Diagnostics) {
    for (input, wanted) in [
        (
            &inputs::CLIENT_CERTIFICATE_PASSWORD,
            "a certificate (client_certificate or client_certificate_path)",
        ),
        (&inputs::USER_ASSERTION, "the app's own credential (client_secret or a certificate)"),
        (
            &inputs::USER_ASSERTION_FILE_PATH,
            "the app's own credential (client_secret or a certificate)",
        ),
        (
            &inputs::ADO_PIPELINE_SERVICE_CONNECTION_ID,
            "oidc_request_url and oidc_request_token, which a pipeline sets, and use_oidc",
        ),
    ] {
        if settings.is_configured(input) && settings.text(input).is_some() {
            diags.push(
                Diagnostic::warning(
                    format!("{} is of no use by itself", input.name),
                    format!("It goes with {wanted}."),
                )
                .at(Path::attribute(input.name)),
            );
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
    if input.shape == Shape::Flag && flag(text).is_none() {
        return Some(Verdict::Wrong(format!("{text:?} is neither \"true\" nor \"false\".")));
    }
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
            "There is no cloud {text:?}. It must be one of {}. For another cloud set authority_host and graph_endpoint.",
            CLOUDS.map(|cloud| format!("{:?}", cloud.name)).join(", ")
        ))),
        "oidc_token" | "user_assertion" if text.trim().split('.').count() != 3 => {
            Some(Verdict::Wrong(
                "It is no JSON web token, which has three parts with dots between them: it may be cut off, or have quotes around it."
                    .to_owned(),
            ))
        }
        "oidc_request_url" => endpoint_verdict(check_endpoint(text, false), "It"),
        "msi_endpoint" => endpoint_verdict(check_endpoint(text, true), "It"),
        "redirect_url" => redirect(text),
        "ado_pipeline_service_connection_id" if !is_guid(text) => {
            Some(Verdict::Wrong("It must be the id of a service connection, a GUID.".to_owned()))
        }
        "partner_id" if !is_guid(text.trim_start_matches("pid-")) => {
            Some(Verdict::Wrong("It must be a GUID.".to_owned()))
        }
        "managed_identity_id" if !is_guid(text) && !text.to_ascii_lowercase().starts_with("/subscriptions/") => {
            Some(Verdict::Wrong(
                "It must be the client id of a user-assigned identity (a GUID), or its resource id (/subscriptions/...).".to_owned(),
            ))
        }
        "permission_check" if !["warn", "error", "off"].contains(&text) => {
            Some(Verdict::Wrong(format!("{text:?} must be \"warn\", \"error\" or \"off\".")))
        }
        "prompt" if text != "tty" => Some(Verdict::Wrong(format!("{text:?} must be \"tty\", or left out."))),
        "graph_audience" => Endpoints::default()
            .with_audience(text)
            .err()
            .map(|why| Verdict::Wrong(format!("{text:?} cannot be used: {why}."))),
        "metadata_host" => {
            let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
            Endpoints::default()
                .with_authority_host(&address)
                .err()
                .map(|why| Verdict::Wrong(format!("{text:?} cannot be used: {why}.")))
        }
        "proxy_url" => {
            let options = HttpOptions { proxy: Some(Secret::new(text)), ..HttpOptions::default() };
            options.check().err().map(|(_, why)| Verdict::Wrong(format!("It cannot be used: {why}.")))
        }
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

fn endpoint_verdict(checked: Result<(), String>, what: &str) -> Option<Verdict> {
    checked.err().map(|why| Verdict::Wrong(format!("{what} cannot be used: {why}.")))
}

fn redirect(text: &str) -> Option<Verdict> {
    let local = check_endpoint(text, false).is_ok()
        && ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|host| {
            text.strip_prefix(host)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        });
    (!local).then(|| {
        Verdict::Wrong(format!(
            "{text:?} does not lead to this machine. It must begin with http://localhost, as registered for the app."
        ))
    })
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
