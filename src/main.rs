//! Terraform provider for Windows 365 and Microsoft Intune: the program. Everything happens in the library.

use std::process::ExitCode;
use std::sync::Arc;

use windows365::cli;
use windows365::plugin::{self, Options, Transport};
use windows365::provider::Provider;

pub(crate) fn main() -> ExitCode {
    plugin::keep_secrets();
    let options = Options {
        program: env!("CARGO_BIN_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        about: "Terraform provider for Windows 365 and Microsoft Intune.",
        addresses: &[
            "registry.terraform.io/windows365-rs/windows365",
            "registry.terraform.io/windows365-rs/intune",
        ],
        commands: cli::COMMANDS,
        transport: Transport::System,
        log_crates: &[],
    };
    // What is no Unicode is no command either, and then the help says what there is.
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    if let Some(code) = cli::run(&arguments) {
        return code;
    }
    plugin::run(|| Arc::new(Provider::of_process()), &options, &arguments)
}
