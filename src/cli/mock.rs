//! `mock`: a tenant on loopback, until Ctrl-C.

use super::arguments::{Given, Grammar};
use super::{Failure, runtime, say};
use crate::mock::{Mock, Options};

const USAGE: &str = "\
Usage: mock [--port PORT] [--seed NUMBER]

Starts a mock of Microsoft Graph and its token service on 127.0.0.1, until Ctrl-C. What it prints is a shell script.

  --port PORT    port to listen on (default: any that is free)
  --seed NUMBER  what the ids of new objects follow from (default: 1)";

const GRAMMAR: Grammar = Grammar {
    command: "mock",
    usage: USAGE,
    flags: &[],
    options: &["--port", "--seed"],
    words: false,
};

pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let Some(given) = GRAMMAR.read(arguments)? else { return Ok(()) };
    let options = options(&given)?;
    let seed = options.seed;
    runtime()?.block_on(async {
        let port = options.port;
        let mock = Mock::start(options).await.map_err(|error| {
            Failure::new(format!("Cannot listen on 127.0.0.1, port {port}: {error}."))
        })?;
        say(&greeting(&mock.origin(), seed, &mock.environment(), cfg!(windows)));
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::new(format!("Cannot wait for Ctrl-C: {error}.")))?;
        Ok(())
    })
}

fn options(given: &Given) -> Result<Options, Failure> {
    let mut options = Options::default();
    if let Some(port) = given.value("--port") {
        let port = port.parse();
        options.port =
            port.map_err(|_| GRAMMAR.complaint("--port needs a port from 0 to 65535."))?;
    }
    if let Some(seed) = given.value("--seed") {
        options.seed =
            seed.parse().map_err(|_| GRAMMAR.complaint("--seed needs a whole number."))?;
    }
    Ok(options)
}

/// What people read: a script for their shell whose comments tell the rest.
fn greeting(origin: &str, seed: u64, environment: &[(String, String)], powershell: bool) -> String {
    let mut text = format!(
        "# Mock of Microsoft Graph on {origin}, seed {seed}. Ctrl-C ends it, and its objects with it.\n\
         # In another terminal, point the provider at it:\n\n"
    );
    for (name, value) in environment {
        text.push_str(&match powershell {
            true => format!("$env:{name} = '{}'\n", value.replace('\'', "''")),
            false => format!("export {name}='{}'\n", value.replace('\'', r"'\''")),
        });
    }
    text.push_str(
        "\n# Then use terraform as always: terraform apply, terraform test.\n\
         # No installed provider yet? See \"By dev override\" in the README.",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options_of(arguments: &str) -> Result<(u16, u64), Failure> {
        let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
        let given = GRAMMAR.read(&arguments)?.expect("no help is asked for");
        options(&given).map(|options| (options.port, options.seed))
    }

    #[test]
    fn port_and_seed_are_read_in_both_spellings() {
        assert_eq!(options_of("--port 8080 --seed=7"), Ok((8080, 7)));
        assert_eq!(options_of("--seed 9 --port=1"), Ok((1, 9)));
    }

    #[test]
    fn what_is_not_understood_is_said_with_the_usage() {
        for wrong in ["--port", "--port 70000", "--seed=x", "--loud", "8080"] {
            let text = options_of(wrong).unwrap_err().to_string();
            assert!(text.contains("Usage: mock"), "{wrong}: {text}");
        }
    }

    #[test]
    fn the_greeting_is_a_script_for_the_shell() {
        let environment = [("WINDOWS365_CLIENT_SECRET".to_owned(), "it's".to_owned())];
        let text = greeting("http://127.0.0.1:1", 1, &environment, false);
        assert!(text.contains("\nexport WINDOWS365_CLIENT_SECRET='it'\\''s'\n"), "{text}");
        let other = |line: &&str| !(line.is_empty() || line.starts_with("# "));
        assert_eq!(text.lines().filter(other).count(), 1, "{text}");
        let text = greeting("http://127.0.0.1:1", 1, &environment, true);
        assert!(text.contains("\n$env:WINDOWS365_CLIENT_SECRET = 'it''s'\n"), "{text}");
    }
}
