//! Sign-in: how the client gets, keeps and renews its token.
//!
//! Start reading at [`Credential`], then `session` (the cache and its single flight) and `entra` (the grant itself).

mod aadsts;
mod claims;
mod credential;
mod entra;
mod session;
mod tenant;
mod token;

pub use credential::Credential;
pub(super) use session::Session;
pub(super) use token::Token;
