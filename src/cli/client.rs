//! The terraform or tofu of the machine: which one, how old, and how it is run against our own program.

use std::io::{ErrorKind, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Failure, say};
use crate::provider::machine::secret_variables;

/// What the provider needs, as (major, minor).
const OLDEST: (u64, u64) = (1, 8);

/// Variables that would bend a run away from what it is meant to show.
const BENDING: &[&str] = &[
    "TF_CLI_ARGS",
    "TF_CLI_ARGS_apply",
    "TF_CLI_ARGS_destroy",
    "TF_CLI_ARGS_plan",
    "TF_DATA_DIR",
    "TF_REATTACH_PROVIDERS",
    "TF_VAR_devices_group_id",
    "TF_VAR_people_group_id",
    "TF_WORKSPACE",
    "WINDOWS365_ACCESS_TOKEN",
];

/// A client that is new enough.
#[derive(Debug)]
pub(super) struct Client {
    /// `terraform` or `tofu`.
    program: &'static str,
    /// As it calls itself.
    pub(super) version: String,
}

impl Client {
    /// Finds terraform, else tofu, on the path.
    ///
    /// # Errors
    /// Neither is there, or none is new enough.
    pub(super) fn find() -> Result<Self, Failure> {
        let mut reasons = Vec::new();
        for program in ["terraform", "tofu"] {
            match version(program) {
                Ok(version) if is_new_enough(&version) => return Ok(Client { program, version }),
                Ok(version) => reasons.push(format!(
                    "{program} is {version}, and the provider needs {}.{} or later.",
                    OLDEST.0, OLDEST.1
                )),
                Err(reason) => reasons.push(reason),
            }
        }
        Err(Failure::new(format!(
            "The demo needs Terraform or OpenTofu {}.{} or later.\n\n  {}\n\nInstall one of them:\n  \
             https://developer.hashicorp.com/terraform/install\n  https://opentofu.org/docs/intro/install/",
            OLDEST.0,
            OLDEST.1,
            reasons.join("\n  ")
        )))
    }

    /// Name and version, for people.
    pub(super) fn name(&self) -> String {
        let product = if self.program == "tofu" { "OpenTofu" } else { "Terraform" };
        format!("{product} {}", self.version)
    }

    /// The registry that it completes short source addresses with.
    fn registry(&self) -> &'static str {
        if self.program == "tofu" { "registry.opentofu.org" } else { "registry.terraform.io" }
    }

    /// Says a command and runs it in `folder`. What it prints goes where our own output goes.
    ///
    /// # Errors
    /// It could not be started, was killed, or ended with another code than one of `good`.
    pub(super) fn run(
        &self,
        folder: &Path,
        config: &Path,
        environment: &[(String, String)],
        arguments: &[&str],
        good: &[i32],
    ) -> Result<i32, Failure> {
        let line = format!("{} {}", self.program, arguments.join(" "));
        say(&format!("\n$ {line}\n"));
        let mut command = Command::new(self.program);
        command.args(arguments);
        if !std::io::stdout().is_terminal() {
            command.arg("-no-color");
        }
        // Secrets of real tenants have no part in this.
        for variable in secret_variables() {
            command.env_remove(variable);
        }
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .env("TF_CLI_CONFIG_FILE", config)
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .env("CHECKPOINT_DISABLE", "1")
            .env("WINDOWS365_AUTH_METHOD", "client_secret")
            .env("WINDOWS365_ENVIRONMENT", "public")
            .envs(environment.iter().map(|(name, value)| (name, value)));
        for name in BENDING {
            command.env_remove(name);
        }
        let status = command
            .status()
            .map_err(|error| Failure::new(format!("Cannot run {line}: {error}.")))?;
        match status.code() {
            Some(code) if good.contains(&code) => Ok(code),
            Some(code) => Err(Failure::new(format!("{line} ended with code {code}."))),
            None => Err(Failure::new(format!("{line} was killed."))),
        }
    }
}

/// Asks a program for its version.
fn version(program: &str) -> Result<String, String> {
    let output = Command::new(program)
        .args(["version", "-json"])
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("{program} is not on the PATH."),
            _ => format!("{program} cannot be run: {error}."),
        })?;
    parse_version(&output.stdout)
        .ok_or_else(|| format!("{program} does not say its version in a form that is understood."))
}

/// OpenTofu uses the same key.
fn parse_version(json: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    Some(value.get("terraform_version")?.as_str()?.to_owned())
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split(['.', '-', '+']).map(|part| part.parse::<u64>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) >= OLDEST,
        _ => false,
    }
}

/// A folder with this very program under both of its names, and the client configuration that leads there. Returns its path.
///
/// # Errors
/// Something cannot be copied or written.
pub(super) fn override_providers(client: &Client, folder: &Path) -> Result<PathBuf, Failure> {
    let failed =
        |what: &str, error: std::io::Error| Failure::new(format!("Cannot {what}: {error}."));
    let own = std::env::current_exe().map_err(|error| failed("find this program", error))?;
    let programs = folder.join("programs");
    std::fs::create_dir_all(&programs).map_err(|error| failed("make a folder", error))?;
    for name in ["windows365", "intune"] {
        let file = format!("terraform-provider-{name}{}", std::env::consts::EXE_SUFFIX);
        std::fs::copy(&own, programs.join(file))
            .map_err(|error| failed("copy this program", error))?;
    }
    let config = folder.join("client.tfrc");
    std::fs::write(&config, client_config(client.registry(), &programs))
        .map_err(|error| failed("write the client configuration", error))?;
    Ok(config)
}

/// Source addresses of `registry` lead to the programs in a folder.
fn client_config(registry: &str, programs: &Path) -> String {
    // HCL reads a JSON string as its own, but for interpolation, which paths hardly hold.
    let path = serde_json::Value::from(programs.to_string_lossy().into_owned())
        .to_string()
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!(
        "provider_installation {{\n  dev_overrides {{\n    \"{registry}/windows365-rs/windows365\" = {path}\n    \
         \"{registry}/windows365-rs/intune\" = {path}\n  }}\n  direct {{}}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_before_1_8_are_too_old() {
        for (version, good) in [
            ("1.11.4", true),
            ("1.8.0", true),
            ("1.10.0-beta1", true),
            ("2.0.0", true),
            ("1.7.5", false),
            ("0.15.5", false),
            ("", false),
            ("v1.9.0", false),
        ] {
            assert_eq!(is_new_enough(version), good, "{version}");
        }
    }

    #[test]
    fn the_version_is_read_from_json_only() {
        assert_eq!(parse_version(br#"{"terraform_version":"1.9.1"}"#).as_deref(), Some("1.9.1"));
        assert_eq!(parse_version(b"Terraform v1.9.1"), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_said_so() {
        let reason = version("no-such-program-anywhere").unwrap_err();
        assert_eq!(reason, "no-such-program-anywhere is not on the PATH.");
    }

    #[test]
    fn paths_cannot_break_the_client_configuration() {
        let text = client_config("registry.example", Path::new("C:\\a \"b\"\\${x}"));
        assert!(text.contains(r#"= "C:\\a \"b\"\\$${x}""#), "{text}");
    }
}
