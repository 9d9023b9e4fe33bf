//! One test for each fault that the provider must survive; the number in its name is the row of `docs/development/faults.md`.
//!
//! A fault that is proved beside the code has its test there, under the same kind of name.

mod ambiguity;
mod amplification;
mod auth;
#[cfg(unix)]
mod bombs;
mod canaries;
mod consistency;
mod identity;
mod input;
mod lasting;
mod life;
mod network;
mod others;
#[cfg(unix)]
mod pressure;
mod process;
mod replies;
mod secrets;
mod stopping;
mod throttling;
mod tls;
pub(crate) mod wire;
