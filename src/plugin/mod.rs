//! The wire: how a provider process meets Terraform or OpenTofu, and how their calls reach the framework.
//!
//! Invariant: nothing is decided here about a plan or a state, and nothing of any service is known. It uses `tf` and `framework`.
//! Names and addresses of the provider come in through [`Options`]. Start reading at `host`, then `rpc`.
//!
//! The protocol is that of go-plugin with version 6 of Terraform's provider protocol on top of it; see
//! <https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol>.

mod auxiliary;
mod calls;
mod command;
mod convert;
mod environment;
mod handshake;
mod host;
mod listener;
pub mod log;
mod platform;
#[doc(hidden)]
pub mod proto;
mod reattach;
mod rpc;
mod tls;

pub use command::run;
pub use listener::Transport;

/// Keeps what the process knows to itself, however it ends: a panic tells where it stood and nothing of values, and what is left in memory
/// is not written to a file. To be called before anything else, by whatever the program does.
pub fn keep_secrets() {
    log::watch_panics(log::Form::Lines);
    platform::leave_no_core();
}

/// What a provider tells the host about itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the program, for people.
    pub program: &'static str,
    /// Its version.
    pub version: &'static str,
    /// A sentence or two for a person who runs it by hand.
    pub about: &'static str,
    /// Source addresses under which Terraform knows the provider, host included.
    pub addresses: &'static [&'static str],
    /// Commands of the program that the host does not handle, with what they do, for the help text.
    pub commands: &'static [(&'static str, &'static str)],
    /// How it is reached.
    pub transport: Transport,
    /// Crates whose events are logged beside those of this library: the program's own.
    pub log_crates: &'static [&'static str],
}
