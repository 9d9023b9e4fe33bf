//! `auth`: signs a person in, shows who is signed in, and signs out.
//!
//! Terraform gives a provider no way to talk to a person, so a sign-in happens here, before Terraform runs. What comes of it lies
//! encrypted in the token cache, where the provider finds it.

use super::{Failure, runtime, say};
use crate::graph::auth::interactive::{Browser, SignIn, SignedIn, browser, device_code};
use crate::graph::auth::{KeyPlace, Proof, TokenCache};
use crate::graph::{Cloud, Endpoints, Runtime};
use crate::provider::{Environment, ProcessEnvironment, cache_folder};

#[cfg(test)]
mod tests;

const USAGE: &str = "\
Usage: auth login --tenant TENANT --client-id APP [--environment CLOUD] [--browser] [--scopes A,B] [--allow-unencrypted-token-cache]
       auth status
       auth logout [--tenant TENANT] [--client-id APP]

Signs a person in for the provider, which then uses auth_method = \"token_cache\".

  --tenant TENANT      tenant, by id or domain name (else WINDOWS365_TENANT_ID)
  --client-id APP      app registration with public client flows allowed (else WINDOWS365_CLIENT_ID)
  --environment CLOUD  public, usgovernment, usgovernmentdod or china (else WINDOWS365_ENVIRONMENT)
  --browser            sign in in the browser of this machine instead of with a code on any device
  --scopes A,B         permissions to ask for (default: all that were consented to)
  --allow-unencrypted-token-cache
                       keep the key of the cache in a file where the operating system keeps no keys";

/// What the arguments ask for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    tenant: Option<String>,
    client_id: Option<String>,
    environment: Option<String>,
    scopes: Vec<String>,
    browser: bool,
    unencrypted: bool,
}

pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        say(USAGE);
        return Ok(());
    }
    let Some((verb, rest)) = arguments.split_first() else {
        return Err(Failure::new(USAGE));
    };
    let arguments = parse(rest)?;
    let cache = cache(&arguments, &ProcessEnvironment)?;
    crate::graph::tls::install();
    let system = Runtime::system();
    match verb.as_str() {
        "login" => {
            let sign_in = sign_in(&arguments, &ProcessEnvironment)?;
            say(&runtime()?.block_on(login(&sign_in, arguments.browser, &cache, &system))?);
        }
        "status" => say(&status(&cache)?),
        "logout" => say(&runtime()?.block_on(logout(&arguments, &cache, &system))?),
        _ => return Err(Failure::new(format!("auth knows no command {verb:?}.\n\n{USAGE}"))),
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Arguments, Failure> {
    let mut parsed = Arguments::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        match name {
            "--browser" => parsed.browser = true,
            "--allow-unencrypted-token-cache" => parsed.unencrypted = true,
            "--tenant" | "--client-id" | "--environment" | "--scopes" => {
                let value =
                    inline.or_else(|| arguments.next().cloned()).filter(|it| !it.is_empty());
                let value = value
                    .ok_or_else(|| Failure::new(format!("{name} needs a value.\n\n{USAGE}")))?;
                match name {
                    "--tenant" => parsed.tenant = Some(value),
                    "--client-id" => parsed.client_id = Some(value),
                    "--environment" => parsed.environment = Some(value),
                    _ => parsed.scopes = value.split(',').map(|it| it.trim().to_owned()).collect(),
                }
            }
            _ => {
                return Err(Failure::new(format!(
                    "auth knows no argument {argument:?}.\n\n{USAGE}"
                )));
            }
        }
    }
    Ok(parsed)
}

/// The cache that the provider looks into.
fn cache(arguments: &Arguments, environment: &dyn Environment) -> Result<TokenCache, Failure> {
    let folder = cache_folder(&|name| environment.get(name)).ok_or_else(|| {
        Failure::new(
            "There is no folder for the token cache: neither HOME nor XDG_STATE_HOME (on Windows LOCALAPPDATA) is set.",
        )
    })?;
    let allowed = environment
        .get("WINDOWS365_ALLOW_UNENCRYPTED_TOKEN_CACHE")
        .is_some_and(|text| text.eq_ignore_ascii_case("true") || text == "1");
    let key =
        if arguments.unencrypted || allowed { KeyPlace::KeyringOrFile } else { KeyPlace::Keyring };
    Ok(TokenCache::new(folder, key))
}

/// Who is to sign in where: arguments first, then the variables that the provider reads.
fn sign_in(arguments: &Arguments, environment: &dyn Environment) -> Result<SignIn, Failure> {
    let either = |argument: &Option<String>, suffix: &str| {
        argument.clone().or_else(|| environment.get(&format!("WINDOWS365_{suffix}")))
    };
    let needed = |argument: &Option<String>, option: &str, suffix: &str| {
        either(argument, suffix).ok_or_else(|| {
            Failure::new(format!("Say {option}, or set WINDOWS365_{suffix}.\n\n{USAGE}"))
        })
    };
    let name = either(&arguments.environment, "ENVIRONMENT").unwrap_or_else(|| "public".to_owned());
    let cloud = Cloud::named(&name)
        .ok_or_else(|| Failure::new(format!("There is no cloud called {name:?}.\n\n{USAGE}")))?;
    let mut endpoints = Endpoints::of(cloud);
    if let Some(address) = environment.get("WINDOWS365_AUTHORITY_HOST") {
        endpoints = endpoints.with_authority_host(&address).map_err(|why| {
            Failure::new(format!("WINDOWS365_AUTHORITY_HOST cannot be used: {why}."))
        })?;
    }
    Ok(SignIn {
        endpoints,
        tenant_id: needed(&arguments.tenant, "--tenant", "TENANT_ID")?,
        client_id: needed(&arguments.client_id, "--client-id", "CLIENT_ID")?,
        proof: Proof::None,
        scopes: arguments.scopes.clone(),
        login_hint: environment.get("WINDOWS365_LOGIN_HINT"),
        user_agent: format!("terraform-provider-windows365/{}", env!("CARGO_PKG_VERSION")),
    })
}

async fn login(
    sign_in: &SignIn,
    in_browser: bool,
    cache: &TokenCache,
    runtime: &Runtime,
) -> Result<String, Failure> {
    let failed = |why: String| Failure::new(format!("Cannot sign in: {why}."));
    let signed_in: SignedIn = if in_browser {
        let mut open = |address: &str| say(&format!("Open this address in a browser:\n{address}"));
        browser(sign_in, runtime, Browser { redirect: None, open: &mut open })
            .await
            .map_err(failed)?
    } else {
        let mut show = |prompt: &crate::graph::auth::interactive::DevicePrompt| {
            say(&format!("Open {} and enter the code {}.", prompt.address, prompt.user_code));
        };
        device_code(sign_in, runtime, &mut show).await.map_err(failed)?
    };
    signed_in.keep(cache, runtime).await.map_err(|why| {
        Failure::new(format!("Signed in, but the sign-in cannot be kept: {why}."))
    })?;
    let account = signed_in.account();
    Ok(format!(
        "Signed in as {} in tenant {}. The provider finds it with auth_method = \"token_cache\".",
        account.username, account.tenant_id
    ))
}

fn status(cache: &TokenCache) -> Result<String, Failure> {
    let entries = cache.entries().map_err(unreadable)?;
    if entries.is_empty() {
        return Ok("Nobody is signed in.".to_owned());
    }
    let lines = entries.iter().map(|entry| {
        let account = &entry.account;
        format!(
            "{} in tenant {}, app {}, at {}",
            account.username, account.tenant_id, account.client_id, account.authority
        )
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

async fn logout(
    arguments: &Arguments,
    cache: &TokenCache,
    runtime: &Runtime,
) -> Result<String, Failure> {
    let asked = |wanted: &Option<String>, values: [&str; 2]| {
        wanted.as_ref().is_none_or(|it| values.iter().any(|value| value.eq_ignore_ascii_case(it)))
    };
    let gone = cache
        .forget(
            |account| {
                asked(&arguments.tenant, [&account.tenant_id, &account.tenant])
                    && asked(&arguments.client_id, [&account.client_id, &account.client_id])
            },
            &*runtime.clock,
        )
        .await
        .map_err(unreadable)?;
    Ok(match gone.len() {
        0 => "Nobody was signed in.".to_owned(),
        1 => "1 sign-in was forgotten.".to_owned(),
        many => format!("{many} sign-ins were forgotten."),
    })
}

fn unreadable(why: String) -> Failure {
    Failure::new(format!("The token cache cannot be used: {why}."))
}
