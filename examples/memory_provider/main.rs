//! A complete provider on nothing but the library's `tf`, `framework` and `plugin` rooms.
//!
//! Its service is a JSON file, so that objects outlive the process: Terraform starts several per command. It has an attribute of every
//! class and a block of every nesting, and can be told to be slow, to fail and to panic, because the tests of the framework drive it.
//! To see it work: `cargo build --example memory_provider`, then point a `dev_overrides` entry for `examples/memory` at a folder that
//! holds the program under the name `terraform-provider-memory`.

mod announce;
mod functions;
mod item;
mod list;
mod provider;
mod schema;
mod store;
mod thing;
mod thing_schema;
mod things;
mod token;

use std::process::ExitCode;
use std::sync::Arc;

use windows365::plugin::{self, Options, Transport};

fn main() -> ExitCode {
    let options = Options {
        program: "terraform-provider-memory",
        version: env!("CARGO_PKG_VERSION"),
        about: "A Terraform provider that keeps its objects in a file, to show and test how one is built.",
        addresses: &["registry.terraform.io/examples/memory"],
        commands: &[],
        transport: Transport::default(),
        log_crates: &["memory_provider"],
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    plugin::run(|| Arc::new(provider::Memory::new()), &options, &arguments)
}
