//! What the client signs in with, made from the settings. Files are read here, because what is wrong with them is a finding of the
//! provider block; those whose content changes while Terraform runs are read by the flow, each time.

use super::inputs::{self, Input};
use super::machine;
use super::method::{Method, vouches};
use super::settings::{Settings, Source};
use crate::graph::auth::{Certificate, ForeignToken, Proof, Tool, UserAssertion};
use crate::graph::{Clock, Credential, Secret};
use crate::tf::{Diagnostic, Path};

/// Longest file of a secret or an id, in bytes.
const LONGEST: u64 = 64 << 10;
/// Longest certificate file, in bytes.
const LONGEST_CERTIFICATE: u64 = 1 << 20;

/// Makes the credential of a method whose values are all there.
///
/// # Errors
/// What is wrong with a value or with the file it names, at its attribute.
pub(super) fn make(
    settings: &Settings,
    method: Method,
    clock: &dyn Clock,
) -> Result<Credential, Diagnostic> {
    let tenant_id = || needed(settings, &inputs::TENANT_ID);
    let tenant = settings.text(&inputs::TENANT_ID).map(str::to_owned);
    let client_id = || client_id(settings);
    Ok(match method {
        Method::AccessToken => Credential::StaticToken {
            token: Secret::new(needed(settings, &inputs::ACCESS_TOKEN)?),
            tenant_id: tenant,
        },
        Method::ClientCertificate => Credential::ClientCertificate {
            tenant_id: tenant_id()?,
            client_id: client_id()?,
            certificate: certificate(settings, clock)?,
        },
        Method::ClientSecret => Credential::ClientSecret {
            tenant_id: tenant_id()?,
            client_id: client_id()?,
            secret: secret(settings)?,
        },
        Method::OnBehalfOf => Credential::OnBehalfOf {
            tenant_id: tenant_id()?,
            client_id: client_id()?,
            proof: proof(settings, clock)?,
            user: match settings.text(&inputs::USER_ASSERTION) {
                Some(token) => UserAssertion::Given(Secret::new(token.trim())),
                None => {
                    UserAssertion::File(needed(settings, &inputs::USER_ASSERTION_FILE_PATH)?.into())
                }
            },
        },
        Method::Oidc | Method::OidcAzureDevOps | Method::OidcGitHub | Method::WorkloadIdentity => {
            if method == Method::WorkloadIdentity {
                check_pod(settings)?;
            }
            Credential::Federated {
                tenant_id: tenant_id()?,
                client_id: client_id()?,
                source: foreign(settings, method)?,
            }
        }
        Method::ManagedIdentity => Credential::ManagedIdentity {
            identity: machine::identity(settings).map_err(|why| plain(&why))?,
            tenant_id: tenant,
        },
        Method::AzureCli => Credential::CommandLine(machine::command_line(settings, Tool::Azure)),
        Method::AzureDeveloperCli => {
            Credential::CommandLine(machine::command_line(settings, Tool::Developer))
        }
        Method::TokenCache | Method::DeviceCode | Method::InteractiveBrowser => {
            let cached = machine::cached(settings, method).ok_or_else(|| {
                plain("there is no folder for the token cache: neither HOME nor XDG_STATE_HOME (on Windows LOCALAPPDATA) is set")
            })?;
            Credential::Cached {
                tenant_id: tenant_id()?,
                client_id: client_id()?,
                proof: match method {
                    Method::DeviceCode => Proof::None,
                    // Whatever is around is used only for a sign-in that was made with it; the configuration's own must be good.
                    Method::TokenCache if !has_own_proof(settings) => {
                        proof(settings, clock).unwrap_or(Proof::None)
                    }
                    _ => proof(settings, clock)?,
                },
                cached,
            }
        }
    })
}

fn needed(settings: &Settings, input: &Input) -> Result<String, Diagnostic> {
    settings
        .text(input)
        .map(str::to_owned)
        .ok_or_else(|| Diagnostic::bug(format!("{} was there and is missing now.", input.name)))
}

fn plain(why: &str) -> Diagnostic {
    Diagnostic::error("Cannot sign in to Microsoft Graph", format!("It fails because {why}."))
}

/// A finding about an attribute, wherever its value came from.
fn wrong(settings: &Settings, input: &Input, why: &str) -> Diagnostic {
    let mut text = why.to_owned();
    if let Some(Source::Variable(name)) = settings.source(input) {
        text.push_str(&format!("\n\nThe value comes from the variable {name}."));
        return Diagnostic::error(format!("Invalid {}", input.name), text);
    }
    Diagnostic::error(format!("Invalid {}", input.name), text).at(Path::attribute(input.name))
}

pub(super) fn client_id(settings: &Settings) -> Result<String, Diagnostic> {
    let inline = settings.text(&inputs::CLIENT_ID).map(str::to_owned);
    let Some(from_file) = file_text(settings, &inputs::CLIENT_ID_FILE_PATH)? else {
        return match inline {
            Some(id) => Ok(id),
            None => needed(settings, &inputs::CLIENT_ID),
        };
    };
    let from_file = from_file.trim().to_owned();
    if uuid::Uuid::try_parse(&from_file).is_err() {
        let why = "The file holds no application (client) id, which is a GUID.";
        return Err(wrong(settings, &inputs::CLIENT_ID_FILE_PATH, why));
    }
    match inline {
        Some(id) if !id.eq_ignore_ascii_case(&from_file) => {
            Err(differ(settings, &inputs::CLIENT_ID_FILE_PATH, &inputs::CLIENT_ID))
        }
        _ => Ok(from_file),
    }
}

fn differ(settings: &Settings, file: &Input, inline: &Input) -> Diagnostic {
    let from = settings.source(inline).map(|source| source.to_string()).unwrap_or_default();
    wrong(
        settings,
        file,
        &format!(
            "The file says something else than {} (from {from}). Set only one of them.",
            inline.name
        ),
    )
}

fn secret(settings: &Settings) -> Result<Secret, Diagnostic> {
    let inline = settings.text(&inputs::CLIENT_SECRET);
    let Some(text) = file_text(settings, &inputs::CLIENT_SECRET_FILE_PATH)? else {
        return needed(settings, &inputs::CLIENT_SECRET).map(Secret::new);
    };
    let secret = Secret::new(text.trim_end_matches(['\r', '\n']));
    if secret.is_empty() {
        return Err(wrong(settings, &inputs::CLIENT_SECRET_FILE_PATH, "The file is empty."));
    }
    match inline {
        Some(inline) if inline != secret.reveal() => {
            Err(differ(settings, &inputs::CLIENT_SECRET_FILE_PATH, &inputs::CLIENT_SECRET))
        }
        _ => Ok(secret),
    }
}

fn has_own_proof(settings: &Settings) -> bool {
    [
        &inputs::CLIENT_CERTIFICATE,
        &inputs::CLIENT_CERTIFICATE_PATH,
        &inputs::CLIENT_SECRET,
        &inputs::CLIENT_SECRET_FILE_PATH,
    ]
    .iter()
    .any(|input| settings.is_configured(input))
}

/// How the app proves to be itself beside a person: by certificate, by secret, or not at all.
pub(super) fn proof(settings: &Settings, clock: &dyn Clock) -> Result<Proof, Diagnostic> {
    let is_there = |inputs: [&Input; 2]| inputs.iter().any(|input| settings.text(input).is_some());
    Ok(if is_there([&inputs::CLIENT_CERTIFICATE, &inputs::CLIENT_CERTIFICATE_PATH]) {
        Proof::Certificate(certificate(settings, clock)?)
    } else if is_there([&inputs::CLIENT_SECRET, &inputs::CLIENT_SECRET_FILE_PATH]) {
        Proof::Secret(secret(settings)?)
    } else {
        Proof::None
    })
}

fn certificate(settings: &Settings, clock: &dyn Clock) -> Result<Certificate, Diagnostic> {
    let password = settings.text(&inputs::CLIENT_CERTIFICATE_PASSWORD).map(Secret::new);
    let inline = settings.text(&inputs::CLIENT_CERTIFICATE).map(|text| {
        Certificate::read_text(text, password.as_ref()).map_err(|why| {
            (&inputs::CLIENT_CERTIFICATE, sentence("The certificate cannot be used", &why))
        })
    });
    let from_file = settings.text(&inputs::CLIENT_CERTIFICATE_PATH).map(|path| {
        read(path, LONGEST_CERTIFICATE)
            .and_then(|bytes| Certificate::read(&bytes, password.as_ref()))
            .map_err(|why| {
                let what = format!("The certificate in {path} cannot be used");
                (&inputs::CLIENT_CERTIFICATE_PATH, sentence(&what, &why))
            })
    });
    let wrong = |(input, why): (&Input, String)| wrong(settings, input, &why);
    let (input, certificate) =
        match (inline.transpose().map_err(wrong)?, from_file.transpose().map_err(wrong)?) {
            (Some(one), Some(two)) if one.describe() != two.describe() => {
                return Err(differ(
                    settings,
                    &inputs::CLIENT_CERTIFICATE_PATH,
                    &inputs::CLIENT_CERTIFICATE,
                ));
            }
            (Some(one), _) => (&inputs::CLIENT_CERTIFICATE, one),
            (None, Some(one)) => (&inputs::CLIENT_CERTIFICATE_PATH, one),
            (None, None) => {
                return needed(settings, &inputs::CLIENT_CERTIFICATE)
                    .and(Err(plain("there is no certificate")));
            }
        };
    certificate.check_time(clock.wall()).map_err(|why| wrong((input, why)))?;
    Ok(certificate
        .with_chain(settings.flag(&inputs::SEND_CERTIFICATE_CHAIN, false))
        .with_legacy_assertions(settings.variable("WINDOWS365_CLIENT_ASSERTION_RS256").is_some()))
}

fn sentence(what: &str, why: &str) -> String {
    format!("{what}: {why}.")
}

fn foreign(settings: &Settings, method: Method) -> Result<ForeignToken, Diagnostic> {
    let request = || -> Result<(String, Secret), Diagnostic> {
        let token = needed(settings, &inputs::OIDC_REQUEST_TOKEN)?;
        Ok((needed(settings, &inputs::OIDC_REQUEST_URL)?, Secret::new(token)))
    };
    Ok(match method {
        Method::OidcAzureDevOps => {
            let (url, token) = request()?;
            ForeignToken::AzureDevOps {
                url,
                token,
                connection: needed(settings, &inputs::ADO_PIPELINE_SERVICE_CONNECTION_ID)?,
                names_audience: settings.text(&inputs::OIDC_AUDIENCE).is_some(),
            }
        }
        Method::OidcGitHub => {
            let (url, token) = request()?;
            ForeignToken::GitHub { url, token }
        }
        Method::WorkloadIdentity => {
            ForeignToken::File(needed(settings, &inputs::OIDC_TOKEN_FILE_PATH)?.into())
        }
        _ => {
            match (settings.text(&inputs::OIDC_TOKEN), settings.text(&inputs::OIDC_TOKEN_FILE_PATH))
            {
                (Some(token), Some(_)) => {
                    let same = file_text(settings, &inputs::OIDC_TOKEN_FILE_PATH)?
                        .is_some_and(|text| text.trim() == token.trim());
                    let both = settings.is_configured(&inputs::OIDC_TOKEN)
                        == settings.is_configured(&inputs::OIDC_TOKEN_FILE_PATH);
                    if both && !same {
                        return Err(differ(
                            settings,
                            &inputs::OIDC_TOKEN_FILE_PATH,
                            &inputs::OIDC_TOKEN,
                        ));
                    }
                    if settings.is_configured(&inputs::OIDC_TOKEN) {
                        ForeignToken::Given(Secret::new(token.trim()))
                    } else {
                        ForeignToken::File(needed(settings, &inputs::OIDC_TOKEN_FILE_PATH)?.into())
                    }
                }
                (Some(token), None) => ForeignToken::Given(Secret::new(token.trim())),
                (None, Some(path)) => ForeignToken::File(path.into()),
                (None, None) if vouches(settings) => ForeignToken::ManagedIdentity(Box::new(
                    machine::voucher(settings).map_err(|why| plain(&why))?,
                )),
                (None, None) => return Err(plain("there is no federated token")),
            }
        }
    })
}

/// What the cluster put into the pod must not contradict the settings: a token of one identity does not fit the app of another.
fn check_pod(settings: &Settings) -> Result<(), Diagnostic> {
    for (input, variable) in [
        (&inputs::CLIENT_ID, "AZURE_CLIENT_ID"),
        (&inputs::TENANT_ID, "AZURE_TENANT_ID"),
        (&inputs::OIDC_TOKEN_FILE_PATH, "AZURE_FEDERATED_TOKEN_FILE"),
    ] {
        if let (Some(set), Some(pod)) = (settings.text(input), settings.variable(variable))
            && !set.eq_ignore_ascii_case(pod)
        {
            let why = format!(
                "It is {set:?}, but the pod's workload identity says {pod:?} ({variable}). Set it to the same value, or leave it out."
            );
            return Err(wrong(settings, input, &why));
        }
    }
    Ok(())
}

fn file_text(settings: &Settings, input: &Input) -> Result<Option<String>, Diagnostic> {
    let Some(path) = settings.text(input) else { return Ok(None) };
    let bytes = read(path, LONGEST)
        .map_err(|why| wrong(settings, input, &format!("{path} cannot be read: {why}.")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong(settings, input, &format!("{path} holds something else than text.")))?;
    Ok(Some(text))
}

/// A whole file, if it is not absurdly large.
pub(super) fn read(path: &str, longest: u64) -> Result<Vec<u8>, String> {
    let facts = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if facts.len() > longest {
        return Err(format!("it is larger than {longest} bytes"));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}
