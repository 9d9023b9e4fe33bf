//! Whoever is signed in to the Azure CLI (`az`) or the Azure Developer CLI (`azd`): the program is asked for a token.
//!
//! No shell is involved, and what goes onto the command line is checked: on Windows `az` is a batch file, where special characters would
//! mean something. Sources: <https://learn.microsoft.com/cli/azure/account#az-account-get-access-token>,
//! <https://learn.microsoft.com/azure/developer/azure-developer-cli/reference#azd-auth-token>.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::entra::{Failure, Service, merged_claims, scope_of};
use super::managed_identity::reply::moment;
use super::token::Issued;
use crate::graph::{Secret, json};

/// How long the program may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest output that is looked at, in bytes.
const LONGEST: usize = 1 << 20;

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `az`.
    Azure,
    /// `azd`.
    Developer,
}

/// A program that is asked for tokens.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// Which.
    pub tool: Tool,
    /// What to run: a name that is looked for in `PATH`, or a path.
    pub program: PathBuf,
    /// Where to run it: a folder in which nobody can lay programs.
    pub directory: PathBuf,
    /// Tenant, unless whoever is signed in decides.
    pub tenant_id: Option<String>,
    /// Names the variables of the environment that the program does not get: secrets that are none of its business.
    pub withheld: fn() -> Vec<OsString>,
}

impl CommandLine {
    fn name(&self) -> &'static str {
        match self.tool {
            Tool::Azure => "az",
            Tool::Developer => "azd",
        }
    }

    pub(super) async fn token(
        &self,
        service: &Service,
        claims: Option<&str>,
    ) -> Result<Issued, Failure> {
        if let (Tool::Azure, Some(claims)) = (self.tool, claims) {
            // az cannot be given claims; it wants the person to do it.
            let tenant =
                self.tenant_id.as_deref().map(|t| format!(" --tenant {t}")).unwrap_or_default();
            return Err(Failure::new(format!(
                "Microsoft Graph wants a new sign-in (continuous access evaluation). Run: az login{tenant} --claims-challenge {}",
                STANDARD.encode(claims)
            )));
        }
        let arguments = self.arguments(service, claims)?;
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&arguments)
            .current_dir(&self.directory)
            .env("AZURE_CORE_COLLECT_TELEMETRY", "false")
            .env("AZURE_CORE_NO_COLOR", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for variable in (self.withheld)() {
            command.env_remove(variable);
        }
        let child = command.spawn().map_err(|error| self.not_started(&error))?;
        let output = tokio::select! {
            output = child.wait_with_output() => output.map_err(|error| self.not_started(&error))?,
            () = service.runtime.clock.sleep(PATIENCE) => {
                return Err(Failure::new(format!(
                    "`{}` gave no answer within {} s. Run it by hand to see what it waits for: {}",
                    self.name(), PATIENCE.as_secs(), self.shown(&arguments)
                )));
            }
        };
        if !output.status.success() {
            return Err(self.failed(
                service,
                output.status.code(),
                &output.stdout,
                &output.stderr,
                &arguments,
            ));
        }
        self.read(service, &output.stdout)
    }

    fn arguments(&self, service: &Service, claims: Option<&str>) -> Result<Vec<String>, Failure> {
        let scope = scope_of(&service.endpoints.audience);
        let plain = |text: &str, also: &str| {
            !text.is_empty()
                && !text.starts_with('-')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
        };
        if !plain(&scope, ":/._-") {
            return Err(Failure::new(format!(
                "`{}` cannot be asked for a token for {scope:?}: the audience holds special characters",
                self.name()
            )));
        }
        if let Some(tenant) = self.tenant_id.as_deref().filter(|tenant| !plain(tenant, ".-")) {
            return Err(Failure::new(format!("`tenant_id` {tenant:?} holds special characters")));
        }
        let fixed: &[&str] = match self.tool {
            Tool::Azure => &["account", "get-access-token", "--output", "json", "--scope"],
            Tool::Developer => &["auth", "token", "--output", "json", "--no-prompt", "--scope"],
        };
        let mut arguments: Vec<String> = fixed.iter().map(|text| (*text).to_owned()).collect();
        arguments.push(scope);
        if let Some(tenant) = &self.tenant_id {
            let name = if self.tool == Tool::Azure { "--tenant" } else { "--tenant-id" };
            arguments.extend([name.to_owned(), tenant.clone()]);
        }
        if let Some(claims) = claims {
            arguments.extend(["--claims".to_owned(), STANDARD.encode(merged_claims(Some(claims)))]);
        }
        Ok(arguments)
    }

    fn shown(&self, arguments: &[String]) -> String {
        format!("{} {}", self.name(), arguments.join(" "))
    }

    fn login(&self) -> String {
        match (self.tool, &self.tenant_id) {
            (Tool::Azure, Some(tenant)) => {
                format!(
                    "az login --tenant {tenant} (with --allow-no-subscriptions where the tenant has none)"
                )
            }
            (Tool::Azure, None) => "az login".to_owned(),
            (Tool::Developer, Some(tenant)) => format!("azd auth login --tenant-id {tenant}"),
            (Tool::Developer, None) => "azd auth login".to_owned(),
        }
    }

    fn not_installed(&self) -> Failure {
        let (what, address) = match self.tool {
            Tool::Azure => ("The Azure CLI", "https://aka.ms/azure-cli"),
            Tool::Developer => ("The Azure Developer CLI", "https://aka.ms/azd"),
        };
        Failure::new(format!(
            "{what} (`{}`) was not found. Install it ({address}), add it to PATH, or sign in in another way.",
            self.name()
        ))
    }

    fn not_started(&self, error: &std::io::Error) -> Failure {
        if error.kind() == std::io::ErrorKind::NotFound {
            return self.not_installed();
        }
        Failure::new(format!("`{}` could not be run: {error}", self.name()))
    }

    fn failed(
        &self,
        service: &Service,
        code: Option<i32>,
        stdout: &[u8],
        stderr: &[u8],
        arguments: &[String],
    ) -> Failure {
        let said = said(stdout, stderr);
        let lower = said.to_ascii_lowercase();
        if code == Some(127) || code == Some(9009) || lower.contains("is not recognized") {
            return self.not_installed();
        }
        let shown = crate::graph::error::clip(&service.clean(&said), 600);
        let signed_out = [
            "az login",
            "azd auth login",
            "not logged in",
            "interactive authentication is needed",
            "aadsts",
        ]
        .iter()
        .any(|text| lower.contains(text));
        let cure = if signed_out {
            format!(
                "Nobody is signed in to `{}` for this tenant, or the sign-in has ended. Run: {}",
                self.name(),
                self.login()
            )
        } else {
            format!(
                "`{}` failed. Run it by hand to see more: {}",
                self.name(),
                self.shown(arguments)
            )
        };
        let shown = if shown.is_empty() { "nothing".to_owned() } else { shown };
        Failure::new(format!("{cure}. It said: {shown}"))
    }

    fn read(&self, service: &Service, stdout: &[u8]) -> Result<Issued, Failure> {
        let garbled = || {
            Failure::new(format!(
                "`{}` printed something else than a token. Update it, and make sure that nothing else writes into its output.",
                self.name()
            ))
        };
        let stdout = stdout.get(..LONGEST.min(stdout.len())).unwrap_or_default();
        // Warnings may stand before the object.
        let begin = stdout.iter().position(|byte| *byte == b'{').ok_or_else(garbled)?;
        let body = json::parse(stdout.get(begin..).unwrap_or_default()).map_err(|_| garbled())?;
        let name = if self.tool == Tool::Azure { "accessToken" } else { "token" };
        let token = body.get(name).and_then(Json::as_str).filter(|token| !token.is_empty());
        let token = token.ok_or_else(garbled)?;
        service.filter.learn(token);
        let now = service.runtime.clock.wall().as_second();
        // az also tells `expiresOn` in local time without a zone; the token's own claim is better than that.
        let ends = match self.tool {
            Tool::Azure => body.get("expires_on"),
            Tool::Developer => body.get("expiresOn"),
        };
        Ok(Issued {
            secret: Secret::new(token),
            expires_in: ends.and_then(moment).and_then(|ends| ends.checked_sub(now)),
            ..Issued::default()
        })
    }
}

/// What a program said of its failure. `azd` puts it into JSON, one object a line.
fn said(stdout: &[u8], stderr: &[u8]) -> String {
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes.get(..LONGEST.min(bytes.len())).unwrap_or_default())
            .into_owned()
    };
    let (stdout, stderr) = (text(stdout), text(stderr));
    let mut lines = Vec::new();
    for line in stderr.lines().chain(stdout.lines()) {
        let line = line.trim();
        match serde_json::from_str::<Json>(line) {
            Ok(Json::Object(object)) => {
                let message = object
                    .get("data")
                    .and_then(|data| data.get("message"))
                    .or_else(|| object.get("error"))
                    .and_then(Json::as_str);
                lines.extend(message.map(|message| message.trim().to_owned()));
            }
            _ if !line.is_empty() => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines.join(" ")
}
