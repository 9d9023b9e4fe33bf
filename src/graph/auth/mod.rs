//! Sign-in: how the client gets, keeps and renews its token.

mod credential;

pub use credential::Credential;
