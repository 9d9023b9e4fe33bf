//! What the client signs in with.

use std::path::PathBuf;

use super::cache::Cached;
use super::certificate::Certificate;
use super::command_line::CommandLine;
use super::foreign::{ForeignToken, facts};
use super::managed_identity::ManagedIdentity;
use crate::graph::{Clock, Secret};

/// What the client signs in with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// An app and its secret: the client-credentials grant.
    /// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.
    ClientSecret {
        /// Tenant: GUID or domain name.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// The value of the secret, not its id.
        secret: Secret,
    },
    /// An app and its certificate: the same grant with an assertion that the certificate's key signs.
    ClientCertificate {
        /// Tenant: GUID or domain name.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// Certificate with key.
        certificate: Certificate,
    },
    /// An app and a token of somebody whom it trusts: workload identity federation.
    /// Source: <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.
    Federated {
        /// Tenant: GUID or domain name.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// Where the token comes from, each time one is wanted.
        source: ForeignToken,
    },
    /// The identity that Azure gave the machine.
    ManagedIdentity {
        /// Which identity of which host.
        identity: ManagedIdentity,
        /// Tenant that the token must be for, if it matters.
        tenant_id: Option<String>,
    },
    /// Whoever is signed in to the Azure CLI or the Azure Developer CLI.
    CommandLine(CommandLine),
    /// An app for the person who called it: the on-behalf-of grant.
    /// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow>.
    OnBehalfOf {
        /// Tenant: GUID or domain name.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// How the app proves to be itself.
        proof: Proof,
        /// The person's token for this app.
        user: UserAssertion,
    },
    /// The person who signed in earlier: the refresh grant.
    /// Source: <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.
    Cached {
        /// Tenant: GUID or domain name.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// How the app proves to be itself: not at all for a public client.
        proof: Proof,
        /// Where the sign-in was kept.
        cached: Cached,
    },
    /// A token that somebody else got. Used as it is, never renewed.
    StaticToken {
        /// The token.
        token: Secret,
        /// Tenant that the token must be for, if it matters.
        tenant_id: Option<String>,
    },
}

/// How an app proves to be itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// Not at all: a public client, which only people can use.
    None,
    /// By a secret.
    Secret(Secret),
    /// By a certificate.
    Certificate(Certificate),
    /// By a token of somebody whom it trusts.
    Foreign(ForeignToken),
}

/// A person's token for the app that acts on their behalf.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UserAssertion {
    /// The token.
    Given(Secret),
    /// A file that holds it, read each time.
    File(PathBuf),
}

impl Proof {
    /// What may be shown of it after a failure; `assertion` is what was sent.
    pub(super) fn describe(&self, assertion: Option<&Secret>, clock: &dyn Clock) -> Option<String> {
        match self {
            Proof::None | Proof::Secret(_) => None,
            Proof::Certificate(certificate) => Some(certificate.describe()),
            Proof::Foreign(_) => Some(facts(assertion?, clock)),
        }
    }
}
