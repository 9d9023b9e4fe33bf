//! `auth`: signs a person in, shows who is signed in and what that is good for, and signs out.
//!
//! Terraform gives a provider no way to talk to a person, so a sign-in happens here, before Terraform runs. What comes of it lies
//! encrypted in the token cache, where the provider finds it. Options stand where the provider block stands in Terraform; what they do
//! not say comes from the variables that the provider reads.

mod status;

use super::arguments::{Given, Grammar};
use super::{Failure, runtime, say};
use crate::graph::auth::TokenCache;
use crate::graph::auth::interactive::{
    Browser, DevicePrompt, SignIn, SignedIn, browser, device_code,
};
use crate::graph::{HttpOptions, Runtime};
use crate::provider::by_hand::ByHand;
use crate::provider::inputs::{self, Input};
use crate::provider::machine::{LOGIN_OPTIONS, open_browser};
use crate::provider::{Environment, ProcessEnvironment};
use crate::tf::Value;

#[cfg(test)]
mod tests;

const USAGE: &str = "\
Usage: auth login [--tenant TENANT] [--client-id APP] [--browser] [--scope PERMISSION]... [OPTION]...
       auth status [--auth-method METHOD] [OPTION]...
       auth logout [--tenant TENANT] [--client-id APP]

login signs a person in for the provider, which then uses auth_method = \"token_cache\".
status shows who is signed in, how the provider would sign in, and what it may read and write then.
logout forgets sign-ins: all of them, or those of a tenant or an app.

  --tenant TENANT      tenant, by id or domain name
  --client-id APP      app registration; it must allow public client flows, but for --web
  --browser            sign in in the browser of this machine instead of with a code on any device
  --web                the app is a Web app: prove it by its secret or certificate (with --browser)
  --redirect-url URL   redirect address of the app (default: http://localhost with any free port)
  --scope PERMISSION   permission to ask for, once for each (default: all that were consented to)
  --login-hint NAME    account to sign in with
  --environment CLOUD  public, usgovernment, usgovernmentdod, china and so on
  --authority-host URL, --graph-audience URL
                       as in the provider block
  --auth-method METHOD way to sign in that status looks at (default: the one that the provider would choose)
  --allow-unencrypted-token-cache
                       keep the key of the cache in a file where the operating system keeps no keys

What is not given comes from the variables that the provider reads, such as WINDOWS365_TENANT_ID or ARM_TENANT_ID.";

const GRAMMAR: Grammar = Grammar {
    command: "auth",
    usage: USAGE,
    flags: &["--browser", "--web", "--allow-unencrypted-token-cache"],
    options: &[
        "--tenant",
        "--client-id",
        "--environment",
        "--authority-host",
        "--graph-audience",
        "--login-hint",
        "--redirect-url",
        "--auth-method",
        "--scope",
        "--scopes",
    ],
    words: false,
};

pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let (verb, rest) = match arguments.split_first() {
        Some((verb, rest)) if !verb.starts_with('-') => (verb.as_str(), rest),
        _ => ("", arguments),
    };
    let Some(given) = GRAMMAR.read(rest)? else { return Ok(()) };
    crate::graph::tls::install();
    let hand = gather(&given, &ProcessEnvironment)?;
    match verb {
        "login" => {
            let system = Runtime::system_with(&hand.http()?);
            let sign_in = hand.sign_in(scopes(&given), given.has("--web"), &system)?;
            let way = Way::of(&given, &hand);
            let cache = hand.cache()?;
            say(&runtime()?.block_on(login(&sign_in, way, &cache, &system))?);
            Ok(())
        }
        "status" => {
            let make = |options: &HttpOptions| Runtime::system_with(options);
            let (text, good) = runtime()?.block_on(status::tell(&hand, make))?;
            say(&text);
            // Scripts ask whether there is a way in.
            if good { Ok(()) } else { Err(Failure::new("The provider would not sign in.")) }
        }
        "logout" => {
            let (cache, system) = (hand.cache()?, Runtime::system());
            say(&runtime()?.block_on(logout(&given, &cache, &system))?);
            Ok(())
        }
        "" => Err(Failure::new(USAGE)),
        _ => Err(GRAMMAR.complaint(&format!("auth knows no command {verb:?}."))),
    }
}

/// The provider's settings, with the options in place of a provider block.
fn gather(given: &Given, environment: &dyn Environment) -> Result<ByHand, Failure> {
    const MORE: [(&str, &Input); 2] =
        [("--redirect-url", &inputs::REDIRECT_URL), ("--auth-method", &inputs::AUTH_METHOD)];
    let option = |(option, input): &(&'static str, &'static Input)| {
        Some((*input, Value::from(given.value(option)?)))
    };
    let mut block: Vec<_> = LOGIN_OPTIONS.iter().chain(&MORE).filter_map(option).collect();
    if given.has("--allow-unencrypted-token-cache") {
        block.push((&inputs::ALLOW_UNENCRYPTED_TOKEN_CACHE, Value::Bool(true)));
    }
    Ok(ByHand::gather(&block, environment)?)
}

/// The permissions to ask for, from `--scope A --scope B` as well as from `--scopes A,B`.
fn scopes(given: &Given) -> Vec<String> {
    let listed = given.values("--scopes").flat_map(|list| list.split(','));
    let all = given.values("--scope").chain(listed).map(str::trim);
    all.filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// How the person is reached.
enum Way {
    DeviceCode,
    Browser {
        redirect: Option<String>,
        /// Whether a browser can be opened here, or only an address shown.
        opens: bool,
    },
}

impl Way {
    fn of(given: &Given, hand: &ByHand) -> Way {
        // A Web app has no code for other devices.
        match given.has("--browser") || given.has("--web") {
            true => Way::Browser { redirect: hand.redirect(), opens: hand.has_browser() },
            false => Way::DeviceCode,
        }
    }
}

async fn login(
    sign_in: &SignIn,
    way: Way,
    cache: &TokenCache,
    runtime: &Runtime,
) -> Result<String, Failure> {
    let failed = |why: String| Failure::new(format!("Cannot sign in: {}", full_stop(&why)));
    let signed_in: SignedIn = match way {
        Way::Browser { redirect, opens } => {
            let mut open = |address: &str| {
                if !opens || open_browser(address).is_err() {
                    say(&format!("Open this address in a browser of this machine:\n\n{address}\n"));
                } else {
                    say("The browser was opened. Sign in there.");
                }
            };
            let browser_of = Browser { redirect, open: &mut open };
            browser(sign_in, runtime, browser_of).await.map_err(failed)?
        }
        Way::DeviceCode => {
            let mut show = |prompt: &DevicePrompt| {
                say(&format!(
                    "Open {} on any device and enter the code {}.",
                    prompt.address, prompt.user_code
                ));
            };
            device_code(sign_in, runtime, &mut show).await.map_err(failed)?
        }
    };
    signed_in.keep(cache, runtime).await.map_err(|why| {
        Failure::new(format!(
            "Signed in, but the sign-in cannot be kept: {} Where the operating system keeps no keys, \
             --allow-unencrypted-token-cache keeps the key in a file.",
            full_stop(&why)
        ))
    })?;
    let account = signed_in.account();
    let mut text = format!(
        "Signed in as {} in tenant {}. The provider finds it with auth_method = \"token_cache\".",
        account.username, account.tenant_id
    );
    if let Some(granted) = signed_in.granted() {
        let of_use = |name: &String| {
            ["CloudPC.", "DeviceManagement", "RoleManagement."]
                .iter()
                .any(|it| name.starts_with(it))
        };
        match granted.permissions.iter().any(of_use) {
            true => text.push_str(&format!("\nPermissions: {}.", granted.permissions.join(", "))),
            false => text.push_str(
                "\nThe token holds no permission of Windows 365 or Intune. Add delegated permissions to the app registration, have an \
                 administrator consent, and sign in again: `terraform-provider-windows365 permissions` lists them.",
            ),
        }
    }
    Ok(text)
}

async fn logout(given: &Given, cache: &TokenCache, runtime: &Runtime) -> Result<String, Failure> {
    let asked = |wanted: Option<&str>, values: [&str; 2]| {
        wanted.is_none_or(|it| values.iter().any(|value| value.eq_ignore_ascii_case(it)))
    };
    let gone = cache
        .forget(
            |account| {
                asked(given.value("--tenant"), [&account.tenant_id, &account.tenant])
                    && asked(given.value("--client-id"), [&account.client_id, &account.client_id])
                    && asked(given.value("--login-hint"), [&account.username, &account.object_id])
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
    Failure::new(format!("The token cache cannot be used: {}", full_stop(&why)))
}

fn full_stop(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
