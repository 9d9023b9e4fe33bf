//! Subcommands for people and pipelines. Terraform never passes arguments.
//!
//! Invariant: nothing here knows what a call of Terraform means, and nothing else of the crate uses this room.
//! Start reading at [`run`]; each subcommand is a file.

mod arguments;
mod auth;
mod client;
mod demo;
mod failure;
mod mock;
mod permissions;

use std::io::Write as _;
use std::process::ExitCode;

use failure::Failure;

/// The subcommands, each with what it does, for the help text.
pub const COMMANDS: &[(&str, &str)] = &[
    ("auth", "sign a person in for the provider, show who is signed in, sign out"),
    ("demo", "run the quickstart example with terraform or tofu, against a mock tenant"),
    ("mock", "start a mock of Microsoft Graph and print the environment that points here"),
    ("permissions", "print the least permissions for a plan or for types"),
];

/// Runs the subcommand that the arguments, without the name of the program, ask for. `None`: they ask for none.
pub fn run(arguments: &[String]) -> Option<ExitCode> {
    let (command, rest) = arguments.split_first()?;
    let result = match command.as_str() {
        "auth" => auth::run(rest),
        "demo" => demo::run(rest),
        "mock" => mock::run(rest),
        "permissions" => permissions::run(rest),
        _ => return None,
    };
    Some(match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to hear that this failed.
            let _ = writeln!(std::io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    })
}

/// A runtime with threads of its own, so that a mock answers while this thread waits for a child.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("Cannot start threads: {error}.")))
}

/// Writes lines for a person to standard output. A reader who left early (`| head`) missed nothing.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
