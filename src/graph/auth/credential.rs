//! What the client signs in with.

use crate::graph::Secret;

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
    /// A token that somebody else got. Used as it is, never renewed.
    StaticToken {
        /// The token.
        token: Secret,
        /// Tenant that the token must be for, if it matters.
        tenant_id: Option<String>,
    },
}
