//! The command line of a plugin. Terraform never passes arguments; people do.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use super::environment::Environment;
use super::{Options, host};
use crate::framework::Provider;

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
enum Wish<'a> {
    Serve,
    Debug,
    Version,
    Help,
    Unknown(&'a str),
}

fn wish(arguments: &[String]) -> Wish<'_> {
    match arguments {
        [] => Wish::Serve,
        [one] => match one.as_str() {
            "--debug" => Wish::Debug,
            "--version" | "-V" => Wish::Version,
            "--help" | "-h" => Wish::Help,
            other => Wish::Unknown(other),
        },
        [first, second, ..] => match wish(std::slice::from_ref(first)) {
            Wish::Unknown(first) => Wish::Unknown(first),
            _ => Wish::Unknown(second),
        },
    }
}

/// Does what the arguments, without the name of the program, ask for. With none, serves the host that started this process, or
/// explains itself to the person who did. `provider` is made only when it is needed.
pub fn run(
    provider: impl FnOnce() -> Arc<dyn Provider>,
    options: &Options,
    arguments: &[String],
) -> ExitCode {
    let environment = Environment::of_process();
    match wish(arguments) {
        Wish::Serve if environment.started_by_host => {
            host::serve(provider(), options, &environment)
        }
        Wish::Serve => say(&mut io::stderr(), &by_hand(options), ExitCode::FAILURE),
        Wish::Debug => host::debug(provider(), options, &environment),
        Wish::Version => {
            let version = format!("{} {}\n", options.program, options.version);
            say(&mut io::stdout(), &version, ExitCode::SUCCESS)
        }
        Wish::Help => say(&mut io::stdout(), &help(options), ExitCode::SUCCESS),
        Wish::Unknown(argument) => {
            let help = help(options);
            let text =
                format!("{}: there is no command \"{argument}\".\n\n{help}", options.program);
            say(&mut io::stderr(), &text, ExitCode::FAILURE)
        }
    }
}

/// Writes a text for a person and ends as told. A reader who left early missed nothing.
fn say(to: &mut dyn Write, text: &str, end: ExitCode) -> ExitCode {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    end
}

fn by_hand(options: &Options) -> String {
    format!(
        "{}\n\nThis program is a plugin. Terraform and OpenTofu start it by themselves; it does nothing when run by hand.\n\
         {} --help tells what else it can do.\n",
        options.about, options.program
    )
}

fn help(options: &Options) -> String {
    let own = [
        ("--debug", "wait for Terraform to connect, and print the variable that makes it"),
        ("--version", "print the version"),
        ("--help", "print this"),
    ];
    let mut text = format!("{}\n\nUsage: {} [command]\n\n", options.about, options.program);
    for (name, meaning) in options.commands.iter().chain(&own) {
        text.push_str(&format!("  {name:<12} {meaning}\n"));
    }
    text.push_str("\nWithout a command it serves the Terraform or OpenTofu that started it.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wished(arguments: &[&str]) -> String {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        format!("{:?}", wish(&arguments))
    }

    #[test]
    fn no_argument_serves_and_strange_ones_are_named() {
        assert_eq!(wished(&[]), "Serve");
        assert_eq!(wished(&["--debug"]), "Debug");
        assert_eq!(wished(&["--loud"]), r#"Unknown("--loud")"#);
        assert_eq!(wished(&["--debug", "--loud"]), r#"Unknown("--loud")"#);
    }
}
