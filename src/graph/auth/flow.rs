//! The flows that get tokens by themselves, behind one door.

use super::cache::Cached;
use super::command_line::{CommandLine, Tool};
use super::credential::UserAssertion;
use super::entra::{App, Failure, Service, Wanted};
use super::foreign::from_file;
use super::managed_identity::{Host, ManagedIdentity};
use super::token::Issued;
use super::{Credential, Proof};
use crate::graph::Secret;

/// A way to get a token as often as one is wanted.
pub(super) enum Flow {
    App(App),
    OnBehalfOf(App, UserAssertion),
    Cached(App, Cached),
    ManagedIdentity(ManagedIdentity, Option<String>),
    CommandLine(CommandLine),
}

impl Flow {
    /// The flow of a credential; of a given token, which has none, the token and its tenant.
    pub(super) fn of(credential: Credential) -> Result<Flow, (Secret, Option<String>)> {
        let app = |tenant_id, client_id, proof| App { tenant_id, client_id, proof };
        Ok(match credential {
            Credential::ClientSecret { tenant_id, client_id, secret } => {
                Flow::App(app(tenant_id, client_id, Proof::Secret(secret)))
            }
            Credential::ClientCertificate { tenant_id, client_id, certificate } => {
                Flow::App(app(tenant_id, client_id, Proof::Certificate(certificate)))
            }
            Credential::Federated { tenant_id, client_id, source } => {
                Flow::App(app(tenant_id, client_id, Proof::Foreign(source)))
            }
            Credential::OnBehalfOf { tenant_id, client_id, proof, user } => {
                Flow::OnBehalfOf(app(tenant_id, client_id, proof), user)
            }
            Credential::Cached { tenant_id, client_id, proof, cached } => {
                Flow::Cached(app(tenant_id, client_id, proof), cached)
            }
            Credential::ManagedIdentity { identity, tenant_id } => {
                Flow::ManagedIdentity(identity, tenant_id)
            }
            Credential::CommandLine(command) => Flow::CommandLine(command),
            Credential::StaticToken { token, tenant_id } => return Err((token, tenant_id)),
        })
    }

    /// What the log calls it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Flow::App(app) => match app.proof {
                Proof::None => "nothing",
                Proof::Secret(_) => "a client secret",
                Proof::Certificate(_) => "a certificate",
                Proof::Foreign(_) => "a federated token",
            },
            Flow::OnBehalfOf(..) => "a person's token",
            Flow::Cached(..) => "an earlier sign-in of a person",
            Flow::ManagedIdentity(..) => "a managed identity",
            Flow::CommandLine(command) => match command.tool {
                Tool::Azure => "the Azure CLI",
                Tool::Developer => "the Azure Developer CLI",
            },
        }
    }

    /// The tenant that tokens must be for, as far as the flow was told.
    pub(super) fn tenant_id(&self) -> Option<&str> {
        match self {
            Flow::App(app) | Flow::OnBehalfOf(app, _) | Flow::Cached(app, _) => {
                Some(&app.tenant_id)
            }
            Flow::ManagedIdentity(_, tenant_id) => tenant_id.as_deref(),
            Flow::CommandLine(command) => command.tenant_id.as_deref(),
        }
    }

    /// Whether its tokens are an app's rather than a person's, if that is known beforehand.
    pub(super) fn is_application(&self) -> Option<bool> {
        match self {
            Flow::App(_) => Some(true),
            Flow::OnBehalfOf(..) | Flow::Cached(..) => Some(false),
            Flow::ManagedIdentity(identity, _) => {
                (!matches!(identity.host, Host::CloudShell { .. })).then_some(true)
            }
            Flow::CommandLine(_) => None,
        }
    }

    /// Whether the tenant is part of the address that tokens come from.
    pub(super) fn names_tenant_to_entra(&self) -> bool {
        matches!(self, Flow::App(_) | Flow::OnBehalfOf(..) | Flow::Cached(..))
    }

    /// What the service must never be allowed to repeat in a text.
    pub(super) fn secrets(&self) -> Vec<&str> {
        match self {
            Flow::App(App { proof: Proof::Secret(secret), .. })
            | Flow::OnBehalfOf(App { proof: Proof::Secret(secret), .. }, _)
            | Flow::Cached(App { proof: Proof::Secret(secret), .. }, _) => {
                vec![secret.reveal()]
            }
            _ => Vec::new(),
        }
    }

    /// Gets a token. `claims` are what a service demands beyond the usual; `refused` is a token that no longer serves.
    ///
    /// # Errors
    /// A text for people, without secrets, after what was worth repeating was repeated.
    pub(super) async fn token(
        &self,
        service: &Service,
        claims: Option<&str>,
        refused: Option<&Secret>,
    ) -> Result<Issued, String> {
        if !service.endpoints.scopes.is_empty()
            && !matches!(self, Flow::OnBehalfOf(..) | Flow::Cached(..))
        {
            return Err(format!(
                "{} gets a token with all the permissions that it was granted: permissions can be named only for a signed-in person \
                 (token_cache, device_code, interactive_browser, on_behalf_of)",
                self.name()
            ));
        }
        let got = match self {
            Flow::App(app) => app.ask(service, &Wanted::ClientCredentials, &[], claims).await,
            Flow::OnBehalfOf(app, user) => {
                let assertion = match user {
                    UserAssertion::Given(token) => token.clone(),
                    UserAssertion::File(path) => from_file(path, "user_assertion_file_path")
                        .map_err(|failure| failure.message)?,
                };
                service.filter.learn(assertion.reveal());
                app.ask(service, &Wanted::OnBehalfOf(&assertion), &[], claims).await
            }
            Flow::Cached(app, cached) => cached.token(app, service, claims, refused).await,
            Flow::ManagedIdentity(identity, _) => {
                let mut tries = service.tries();
                loop {
                    match identity.token(service, &service.endpoints.audience).await {
                        Ok(issued) => break Ok(issued),
                        Err(failure) => {
                            if let Err(failure) = tries.again(failure).await {
                                break Err(failure);
                            }
                        }
                    }
                }
            }
            Flow::CommandLine(command) => command.token(service, claims).await,
        };
        got.map_err(|Failure { message, .. }| message)
    }
}
