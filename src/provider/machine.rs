//! What the machine offers to sign in with: programs, identities, a place for files. Looked at only for methods that need it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::inputs::{self, Input};
use super::method::{Lack, Method};
use super::settings::Settings;
use crate::graph::auth::interactive::{Asking, Prompt};
use crate::graph::auth::{
    ARC, Cached, CommandLine, Host, IMDS, KeyPlace, ManagedIdentity, TokenCache, Tool,
};
use crate::graph::{Endpoints, Secret};

/// What the machine lacks for a method that has all its values.
pub(super) fn lack(
    settings: &Settings,
    method: Method,
    endpoints: Option<&Endpoints>,
    named: bool,
) -> Option<Lack> {
    match method {
        // Named, the program's absence is the error of the first call, with more words.
        Method::AzureCli | Method::AzureDeveloperCli if !named => {
            let name = if method == Method::AzureCli { "az" } else { "azd" };
            let missing = find(settings, name).is_none();
            missing.then(|| Lack::Machine(format!("{name} is not in PATH")))
        }
        Method::ManagedIdentity => host(settings).err().map(Lack::Machine),
        Method::TokenCache if !named => {
            let (Some(endpoints), Some(tenant), Some(client)) =
                (endpoints, settings.text(&inputs::TENANT_ID), settings.text(&inputs::CLIENT_ID))
            else {
                // It will be known later.
                return None;
            };
            let holds = cache(settings).is_some_and(|cache| cache.holds(endpoints, tenant, client));
            (!holds).then(|| {
                Lack::Machine(format!(
                    "nobody is signed in to this app in this tenant ({})",
                    login_command(settings, false)
                ))
            })
        }
        _ => None,
    }
}

/// The cache of sign-ins; `None` when there is no place for it.
pub(super) fn cache(settings: &Settings) -> Option<TokenCache> {
    let allowed = settings.flag(&inputs::ALLOW_UNENCRYPTED_TOKEN_CACHE, false);
    let key = if allowed { KeyPlace::KeyringOrFile } else { KeyPlace::Keyring };
    Some(TokenCache::new(cache_folder(&|name| settings.variable(name).map(str::to_owned))?, key))
}

/// The folder of the cache, from variables of the environment; `None` when they tell of no place.
pub fn cache_folder(variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA").map(PathBuf::from)
    } else {
        let home = || variable("HOME").map(|home| Path::new(&home).join(".local/state"));
        variable("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(home)
    };
    base.map(|base| base.join("terraform-provider-windows365"))
}

/// The command that signs a person in with these settings, to be pasted into a shell.
pub(super) fn login_command(settings: &Settings, browser: bool) -> String {
    let mut command = format!("{} auth login", program(settings));
    for (option, input) in LOGIN_OPTIONS {
        if let Some(text) = settings.text(input) {
            command.push_str(&format!(" {option} {}", quoted(text)));
        }
    }
    if settings.flag(&inputs::ALLOW_UNENCRYPTED_TOKEN_CACHE, false) {
        command.push_str(" --allow-unencrypted-token-cache");
    }
    if browser {
        command.push_str(" --browser");
    }
    command
}

/// The options of `auth` that stand for attributes of the provider block.
pub const LOGIN_OPTIONS: [(&str, &Input); 6] = [
    ("--tenant", &inputs::TENANT_ID),
    ("--client-id", &inputs::CLIENT_ID),
    ("--environment", &inputs::ENVIRONMENT),
    ("--authority-host", &inputs::AUTHORITY_HOST),
    ("--graph-audience", &inputs::GRAPH_AUDIENCE),
    ("--login-hint", &inputs::LOGIN_HINT),
];

/// How this program is started by hand: by name where the shell finds it, else by path. Terraform installs it where no shell looks.
fn program(settings: &Settings) -> String {
    const NAME: &str = "terraform-provider-windows365";
    match &settings.program {
        Some(path) if find(settings, NAME).is_none() => quoted(&path.to_string_lossy()),
        _ => NAME.to_owned(),
    }
}

/// A word for a shell, in quotes if it needs any.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-._/:@\\+=".contains(c);
    match word.chars().all(plain) {
        true => word.to_owned(),
        false if cfg!(windows) => format!("\"{word}\""),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// The earlier sign-in that these settings speak of.
pub(super) fn cached(settings: &Settings, method: Method) -> Option<Cached> {
    Some(Cached {
        cache: cache(settings)?,
        prompt: prompt(settings, method),
        login_hint: settings.text(&inputs::LOGIN_HINT).map(str::to_owned),
        command: login_command(settings, method == Method::InteractiveBrowser),
    })
}

/// How a person can be asked in the middle of a run, if that is wanted and possible. Terraform reads its own input and hides the output
/// of providers, so it is the terminal itself, for writing only, or the browser.
fn prompt(settings: &Settings, method: Method) -> Option<Prompt> {
    let automation = settings.variable("CI").is_some()
        || settings.variable("TF_IN_AUTOMATION").is_some()
        || settings.variable("TF_INPUT").and_then(super::settings::flag) == Some(false);
    match method {
        Method::DeviceCode => {
            let terminal =
                !automation && settings.text(&inputs::PROMPT) == Some("tty") && terminal().is_ok();
            Some(match terminal {
                true => Prompt::new(Asking::DeviceCode, onto_terminal),
                false => Prompt::by_next_run(),
            })
        }
        _ if automation => None,
        Method::InteractiveBrowser if has_browser(&|name| settings.variable(name).is_some()) => {
            let redirect = settings.text(&inputs::REDIRECT_URL).map(str::to_owned);
            Some(Prompt::new(Asking::Browser { redirect }, open_browser))
        }
        _ => None,
    }
}

/// The terminal that Terraform was started on, if there is one.
fn terminal() -> std::io::Result<std::fs::File> {
    let device = if cfg!(windows) { "CONOUT$" } else { "/dev/tty" };
    std::fs::OpenOptions::new().write(true).open(device)
}

fn onto_terminal(text: &str) -> Result<(), String> {
    use std::io::Write as _;
    terminal()
        .and_then(|mut terminal| writeln!(terminal, "\n{text}\n"))
        .map_err(|error| format!("there is no terminal to show the code on: {error}"))
}

/// Whether a browser of this machine can be shown to a person, by which variables are set.
pub fn has_browser(is_set: &dyn Fn(&str) -> bool) -> bool {
    let remote = is_set("SSH_CONNECTION") || is_set("CI");
    let screen = !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    screen && !remote
}

/// Opens an address in the browser. No shell is involved.
///
/// # Errors
/// Half a sentence.
pub fn open_browser(address: &str) -> Result<(), String> {
    let (program, arguments): (&str, &[&str]) = if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let null = std::process::Stdio::null;
    let mut command = std::process::Command::new(program);
    for variable in secret_variables() {
        command.env_remove(variable);
    }
    command
        .args(arguments)
        .arg(address)
        .stdin(null())
        .stdout(null())
        .stderr(null())
        .spawn()
        .map(drop)
        .map_err(|error| format!("the browser could not be opened ({program}): {error}"))
}

/// The program that is asked for tokens.
pub(super) fn command_line(settings: &Settings, tool: Tool) -> CommandLine {
    let name = if tool == Tool::Azure { "az" } else { "azd" };
    // In Cloud Shell az is signed in by the machine, and refuses to be told of a tenant.
    let cloud_shell = settings
        .variable("AZUREPS_HOST_ENVIRONMENT")
        .is_some_and(|host| host.starts_with("cloud-shell/"));
    let tenant = settings.text(&inputs::TENANT_ID).filter(|_| tool != Tool::Azure || !cloud_shell);
    let root = if cfg!(windows) {
        PathBuf::from(settings.variable("SystemRoot").unwrap_or(r"C:\Windows"))
    } else {
        PathBuf::from("/")
    };
    CommandLine {
        tool,
        program: find(settings, name).unwrap_or_else(|| PathBuf::from(name)),
        directory: root,
        tenant_id: tenant.map(str::to_owned),
        withheld: secret_variables,
    }
}

/// The variables of this process that no program which is started from here gets.
pub fn secret_variables() -> Vec<OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| is_secret(&name.to_string_lossy())).collect()
}

/// Variables with such beginnings hold values of configurations, and tokens of registries.
const SECRET_PREFIXES: [&str; 2] = ["TF_VAR_", "TF_TOKEN_"];

/// Whether a variable may hold a secret that no other program needs. What the machine itself gives everybody to sign in with, such as
/// `IDENTITY_HEADER`, is not meant: `az` signs in by it.
pub(super) fn is_secret(variable: &str) -> bool {
    let is = |name: &str| name.eq_ignore_ascii_case(variable);
    let begins = |prefix: &str| {
        variable.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
    };
    inputs::ALL.iter().any(|input| input.sensitive && input.variables.iter().any(|name| is(name)))
        || SECRET_PREFIXES.into_iter().any(begins)
}

/// A program in the folders of `PATH`; on Windows with one of the usual endings.
fn find(settings: &Settings, name: &str) -> Option<PathBuf> {
    let path = settings.variable("PATH")?;
    let endings: Vec<String> = if cfg!(windows) {
        let endings = settings.variable("PATHEXT").unwrap_or(".COM;.EXE;.BAT;.CMD");
        endings.split(';').map(str::to_ascii_lowercase).collect()
    } else {
        vec![String::new()]
    };
    std::env::split_paths(path)
        // An empty entry means the working directory, where anybody's program may lie.
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{name}{ending}"))))
        .find(|program| program.is_file())
}

/// The machine's identity that is meant.
pub(super) fn identity(settings: &Settings) -> Result<ManagedIdentity, String> {
    let id =
        settings.text(&inputs::MANAGED_IDENTITY_ID).or_else(|| settings.text(&inputs::CLIENT_ID));
    Ok(ManagedIdentity { host: host(settings)?, id: id.map(str::to_owned) })
}

/// The identity that vouches for an app: a user-assigned one, which must be named.
pub(super) fn voucher(settings: &Settings) -> Result<ManagedIdentity, String> {
    let id = settings.text(&inputs::MANAGED_IDENTITY_ID).map(str::to_owned);
    Ok(ManagedIdentity { host: host(settings)?, id })
}

/// Who hands out tokens here.
fn host(settings: &Settings) -> Result<Host, String> {
    let variable = |name| settings.variable(name).map(str::to_owned);
    if let Some(endpoint) = settings.text(&inputs::MSI_ENDPOINT).filter(|_| {
        settings.is_configured(&inputs::MSI_ENDPOINT) || variable("IDENTITY_ENDPOINT").is_none()
    }) {
        return Ok(Host::Imds { endpoint: imds_origin(endpoint) });
    }
    match (variable("IDENTITY_ENDPOINT"), variable("IDENTITY_HEADER")) {
        (Some(_), Some(_)) if variable("IDENTITY_SERVER_THUMBPRINT").is_some() => {
            return Err("managed identities of Service Fabric are not supported".to_owned());
        }
        (Some(endpoint), Some(header)) => {
            return Ok(Host::AppService { endpoint, header: Secret::new(header) });
        }
        _ => {}
    }
    match (variable("MSI_ENDPOINT"), variable("MSI_SECRET")) {
        (Some(endpoint), Some(secret)) => {
            return Ok(Host::MachineLearning { endpoint, secret: Secret::new(secret) });
        }
        (Some(endpoint), None) => return Ok(Host::CloudShell { endpoint }),
        _ => {}
    }
    // The agent's own setting is not told to others, so that people whose agent keeps its keys elsewhere have to say where.
    let keys = if let Some(folder) = variable("WINDOWS365_ARC_TOKENS_FOLDER") {
        PathBuf::from(folder)
    } else if cfg!(windows) {
        Path::new(settings.variable("ProgramData").unwrap_or(r"C:\ProgramData"))
            .join(r"AzureConnectedMachineAgent\Tokens")
    } else {
        PathBuf::from("/var/opt/azcmagent/tokens")
    };
    if let (Some(endpoint), Some(_)) = (variable("IDENTITY_ENDPOINT"), variable("IMDS_ENDPOINT")) {
        let endpoint = endpoint.split("/metadata/").next().unwrap_or(&endpoint).to_owned();
        return Ok(Host::Arc { endpoint, keys });
    }
    let agent = if cfg!(windows) {
        Path::new(settings.variable("ProgramFiles").unwrap_or(r"C:\Program Files"))
            .join(r"AzureConnectedMachineAgent\himds.exe")
    } else {
        PathBuf::from("/opt/azcmagent/bin/himds")
    };
    if agent.exists() {
        return Ok(Host::Arc { endpoint: ARC.to_owned(), keys });
    }
    Ok(Host::Imds { endpoint: IMDS.to_owned() })
}

/// Other providers want the whole address here, ours only the beginning.
fn imds_origin(endpoint: &str) -> String {
    endpoint.split("/metadata/").next().unwrap_or(endpoint).to_owned()
}
