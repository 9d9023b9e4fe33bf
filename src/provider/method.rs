//! The ways to sign in: what each is called, needs and looks at.

use super::inputs::{self, Input};
use super::settings::{Found, Settings};

/// A way to sign in, in the order in which `auto` tries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A token that was got elsewhere.
    AccessToken,
    /// An app and its certificate.
    ClientCertificate,
    /// An app and its secret.
    ClientSecret,
    /// An app for the person who called it.
    OnBehalfOf,
    /// An app and a federated token.
    Oidc,
    /// An app and a token of Azure DevOps.
    OidcAzureDevOps,
    /// An app and a token of GitHub Actions.
    OidcGitHub,
    /// An app and the token of a Kubernetes pod.
    WorkloadIdentity,
    /// The machine's identity.
    ManagedIdentity,
    /// A person who signed in earlier.
    TokenCache,
    /// Whoever is signed in to the Azure Developer CLI.
    AzureDeveloperCli,
    /// Whoever is signed in to the Azure CLI.
    AzureCli,
    /// A person, by a code on any device. Only when named.
    DeviceCode,
    /// A person, in the browser. Only when named.
    InteractiveBrowser,
}

/// Something that a method cannot do without.
pub enum Lack {
    /// One of these attributes must be set.
    Value(&'static [&'static Input]),
    /// This flag must be true for `auto` to consider the method.
    Consent(&'static Input, bool),
    /// Something about the machine, in words.
    Machine(String),
}

type Group = &'static [&'static Input];

const TENANT: Group = &[&inputs::TENANT_ID];
const CLIENT: Group = &[&inputs::CLIENT_ID, &inputs::CLIENT_ID_FILE_PATH];
const SECRET: Group = &[&inputs::CLIENT_SECRET, &inputs::CLIENT_SECRET_FILE_PATH];
const CERTIFICATE: Group = &[&inputs::CLIENT_CERTIFICATE_PATH, &inputs::CLIENT_CERTIFICATE];
const CERTIFICATE_MORE: Group =
    &[&inputs::CLIENT_CERTIFICATE_PASSWORD, &inputs::SEND_CERTIFICATE_CHAIN];
const OIDC_TOKEN: Group = &[&inputs::OIDC_TOKEN, &inputs::OIDC_TOKEN_FILE_PATH];
const OIDC_FILE: Group = &[&inputs::OIDC_TOKEN_FILE_PATH];
const REQUEST_URL: Group = &[&inputs::OIDC_REQUEST_URL];
const REQUEST_TOKEN: Group = &[&inputs::OIDC_REQUEST_TOKEN];
const CONNECTION: Group = &[&inputs::ADO_PIPELINE_SERVICE_CONNECTION_ID];
const ASSERTION: Group = &[&inputs::USER_ASSERTION, &inputs::USER_ASSERTION_FILE_PATH];
const ACCESS_TOKEN: Group = &[&inputs::ACCESS_TOKEN];
const IDENTITY: Group = &[&inputs::MANAGED_IDENTITY_ID, &inputs::MSI_ENDPOINT];
const PERSON: Group = &[&inputs::LOGIN_HINT, &inputs::ALLOW_UNENCRYPTED_TOKEN_CACHE];
const AUDIENCE: Group = &[&inputs::OIDC_AUDIENCE];
const VOUCHING: Group = &[&inputs::USE_MSI];
const REDIRECT: Group = &[&inputs::REDIRECT_URL];
const PROMPT: Group = &[&inputs::PROMPT];
const WAIT: Group = &[&inputs::WAIT_FOR_REPLICATION];

impl Method {
    /// All, in the order in which `auto` tries them; the last two it leaves alone.
    pub const ALL: &[Method] = &[
        Method::AccessToken,
        Method::ClientCertificate,
        Method::ClientSecret,
        Method::OnBehalfOf,
        Method::Oidc,
        Method::OidcAzureDevOps,
        Method::OidcGitHub,
        Method::WorkloadIdentity,
        Method::ManagedIdentity,
        Method::TokenCache,
        Method::AzureDeveloperCli,
        Method::AzureCli,
        Method::DeviceCode,
        Method::InteractiveBrowser,
    ];

    /// The method of this name.
    pub fn named(name: &str) -> Option<Method> {
        Method::ALL.iter().copied().find(|method| method.name() == name)
    }

    /// Whether `auto` may choose it.
    pub fn is_automatic(self) -> bool {
        !matches!(self, Method::DeviceCode | Method::InteractiveBrowser)
    }

    /// Its name in `auth_method`.
    pub fn name(self) -> &'static str {
        match self {
            Method::AccessToken => "access_token",
            Method::ClientCertificate => "client_certificate",
            Method::ClientSecret => "client_secret",
            Method::OnBehalfOf => "on_behalf_of",
            Method::Oidc => "oidc",
            Method::OidcAzureDevOps => "oidc_azure_devops",
            Method::OidcGitHub => "oidc_github",
            Method::WorkloadIdentity => "workload_identity",
            Method::ManagedIdentity => "managed_identity",
            Method::TokenCache => "token_cache",
            Method::AzureDeveloperCli => "azure_developer_cli",
            Method::AzureCli => "azure_cli",
            Method::DeviceCode => "device_code",
            Method::InteractiveBrowser => "interactive_browser",
        }
    }

    /// What proves who signs in: where it stands in the configuration, the method is meant.
    pub fn credentials(self) -> Group {
        match self {
            Method::AccessToken => ACCESS_TOKEN,
            Method::ClientCertificate => CERTIFICATE,
            Method::ClientSecret => SECRET,
            Method::OnBehalfOf => ASSERTION,
            Method::Oidc => OIDC_TOKEN,
            Method::OidcAzureDevOps => CONNECTION,
            Method::OidcGitHub
            | Method::WorkloadIdentity
            | Method::ManagedIdentity
            | Method::TokenCache
            | Method::AzureDeveloperCli
            | Method::AzureCli
            | Method::DeviceCode
            | Method::InteractiveBrowser => &[],
        }
    }

    /// The flag that lets `auto` consider it, and what it is when it is not set.
    pub fn consent(self) -> Option<(&'static Input, bool)> {
        match self {
            Method::Oidc | Method::OidcAzureDevOps | Method::OidcGitHub => {
                Some((&inputs::USE_OIDC, false))
            }
            Method::WorkloadIdentity => Some((&inputs::USE_AKS_WORKLOAD_IDENTITY, false)),
            Method::ManagedIdentity => Some((&inputs::USE_MSI, false)),
            Method::TokenCache => Some((&inputs::USE_TOKEN_CACHE, true)),
            Method::AzureDeveloperCli => Some((&inputs::USE_AZD, false)),
            Method::AzureCli => Some((&inputs::USE_CLI, true)),
            _ => None,
        }
    }

    /// What it cannot do without: one attribute of each group, in the order in which a lack is reported.
    pub fn needs(self) -> &'static [Group] {
        match self {
            Method::AccessToken => &[ACCESS_TOKEN],
            Method::ClientCertificate => &[TENANT, CLIENT, CERTIFICATE],
            Method::ClientSecret => &[TENANT, CLIENT, SECRET],
            Method::OnBehalfOf => &[TENANT, CLIENT, ASSERTION],
            Method::Oidc => &[TENANT, CLIENT, OIDC_TOKEN],
            Method::OidcAzureDevOps => &[TENANT, CLIENT, CONNECTION, REQUEST_URL, REQUEST_TOKEN],
            Method::OidcGitHub => &[TENANT, CLIENT, REQUEST_URL, REQUEST_TOKEN],
            Method::WorkloadIdentity => &[TENANT, CLIENT, OIDC_FILE],
            Method::ManagedIdentity | Method::AzureDeveloperCli | Method::AzureCli => &[],
            Method::TokenCache | Method::DeviceCode | Method::InteractiveBrowser => {
                &[TENANT, CLIENT]
            }
        }
    }

    /// What it looks at besides.
    fn more(self) -> &'static [Group] {
        match self {
            Method::AccessToken | Method::AzureDeveloperCli | Method::AzureCli => &[TENANT],
            Method::ClientCertificate => &[CERTIFICATE_MORE, WAIT],
            Method::ClientSecret => &[WAIT],
            Method::OnBehalfOf => &[SECRET, CERTIFICATE, CERTIFICATE_MORE, WAIT],
            Method::Oidc => &[AUDIENCE, WAIT, IDENTITY, VOUCHING],
            Method::OidcAzureDevOps | Method::OidcGitHub | Method::WorkloadIdentity => {
                &[AUDIENCE, WAIT]
            }
            Method::ManagedIdentity => &[IDENTITY, CLIENT, TENANT],
            // A Web app proved itself at the sign-in, and does so at each renewal.
            Method::TokenCache => &[PERSON, SECRET, CERTIFICATE, CERTIFICATE_MORE],
            Method::DeviceCode => &[PERSON, PROMPT],
            // A Web app proves itself as well.
            Method::InteractiveBrowser => {
                &[PERSON, SECRET, CERTIFICATE, CERTIFICATE_MORE, REDIRECT]
            }
        }
    }

    /// Everything that it looks at.
    pub fn uses(self) -> impl Iterator<Item = &'static Input> {
        self.needs().iter().chain(self.more()).flat_map(|group| group.iter().copied())
    }

    /// The first thing that it lacks. `named`: whether the user chose it, so that no flag must allow it.
    pub(super) fn lack(self, settings: &Settings, named: bool) -> Option<Lack> {
        if let (Some((flag, usual)), false) = (self.consent(), named) {
            let known = !matches!(settings.get(flag), Found::Unknown);
            let usual = usual && !(self == Method::TokenCache && settings.variable("CI").is_some());
            if known && !settings.flag(flag, usual) {
                return Some(Lack::Consent(flag, usual));
            }
        }
        let is_there = |group: &Group| {
            group.iter().any(|input| !matches!(settings.get(input), Found::Nothing))
                // The machine's identity vouches for the app instead.
                || (*group == OIDC_TOKEN && vouches(settings))
        };
        if let Some(group) = self.needs().iter().find(|group| !is_there(group)) {
            return Some(Lack::Value(group));
        }
        match self {
            Method::OnBehalfOf if ![SECRET, CERTIFICATE].iter().any(is_there) => {
                Some(Lack::Value(SECRET))
            }
            Method::OidcGitHub if !named && is_there(&CONNECTION) => Some(Lack::Machine(
                "ado_pipeline_service_connection_id is set, which is for Azure DevOps".to_owned(),
            )),
            // Azure DevOps' address is not GitHub's.
            Method::OidcGitHub
                if !named && settings.variable("SYSTEM_OIDCREQUESTURI").is_some() =>
            {
                Some(Lack::Machine("this is a pipeline of Azure DevOps".to_owned()))
            }
            _ => None,
        }
    }
}

/// Whether the machine's identity is to vouch for an app.
pub(super) fn vouches(settings: &Settings) -> bool {
    settings.flag(&inputs::USE_MSI, false)
        && !matches!(settings.get(&inputs::MANAGED_IDENTITY_ID), Found::Nothing)
}
