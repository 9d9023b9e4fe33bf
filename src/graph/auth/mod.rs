//! Sign-in: how the client gets, keeps and renews its token.
//!
//! Start reading at [`Credential`], then `session` (the cache and its single flight) and `entra` (the grant itself).

mod aadsts;
mod assertion;
mod cache;
mod certificate;
mod claims;
mod command_line;
mod credential;
mod entra;
mod flow;
mod foreign;
pub mod interactive;
mod managed_identity;
mod session;
mod tenant;
mod token;

pub use cache::{Account, Cached, Entry, KeyPlace, TokenCache};
pub use certificate::Certificate;
pub use claims::Claims;
pub use command_line::{CommandLine, Tool};
pub use credential::{Credential, Proof, UserAssertion};
pub(super) use entra::Service;
pub use foreign::ForeignToken;
pub use managed_identity::{ARC, Host, IMDS, ManagedIdentity};
pub(super) use session::Session;
pub(super) use token::Token;

#[cfg(test)]
mod tests;
