//! The same program under the second name: Terraform looks for the provider of a type by the word before its first underscore.

use std::process::ExitCode;

#[path = "../main.rs"]
mod program;

fn main() -> ExitCode {
    program::main()
}
