//! The token service: every way to get a token, as Microsoft Entra ID and the machines around it hand them out.
//!
//! Sources are named in each file; the numbers of refusals are those of the page "Microsoft Entra authentication and authorization error
//! codes". [`answer`] finds the endpoint; `grant.rs` is the token endpoint, `proof.rs` tells who an app is, `resource.rs` what it may ask
//! for, `claims.rs` what a token says.

pub(crate) mod admin;
mod app;
mod authorize;
mod claims;
mod cloud;
mod device;
mod documents;
mod form;
mod grant;
mod keys;
mod machine;
mod person;
mod pipeline;
mod proof;
mod refused;
mod resource;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::answer::Answer;
use super::world::World;
use super::{address, jwt};

pub use app::{App, Federated, Identity, Person};
pub use claims::{Claims, TokenForm};
pub use machine::{ArcAgent, ArcTrick, MACHINE_SECRET};
pub use pipeline::{GITHUB_ISSUER, PIPELINE_SECRET, Pipelines};

pub(crate) use claims::issue;
pub(crate) use cloud::is_graph;
pub(crate) use device::decide;
pub(crate) use keys::foreign;
pub(crate) use refused::refusal;

/// Graph's address as an audience.
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
/// Graph's application id, which is an audience too.
pub(crate) const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";
/// The claims that a challenge asks for, before base64.
pub(crate) const CHALLENGE: &str =
    r#"{"access_token":{"nbf":{"essential":true,"value":"1767225600"}}}"#;

/// Who may ask for tokens, what is under way, and the tokens that were given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) apps: Vec<App>,
    pub(crate) people: Vec<Person>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) pipelines: Pipelines,
    pub(crate) arc: ArcAgent,
    /// Tenants that live in another cloud, and the name of that cloud.
    pub(crate) elsewhere: BTreeMap<String, String>,
    pub(crate) issued: BTreeMap<String, Claims>,
    /// How many tokens the token service gave.
    pub(crate) count: u64,
    devices: BTreeMap<String, device::Device>,
    codes: BTreeMap<String, authorize::Code>,
    pub(crate) refresh: BTreeMap<String, person::Refresh>,
    /// Assertions that were used, by their `jti`.
    assertions: BTreeSet<String>,
}

impl Tokens {
    /// A tenant with one app, one person who administers it, and two managed identities.
    pub(crate) fn of(app: App) -> Tokens {
        let person = Person { tenants: vec![app.tenant_id.clone()], ..Person::default() };
        let identities = Identity::usual(&app);
        let pipelines = Pipelines::of(&app);
        Tokens { apps: vec![app], people: vec![person], identities, pipelines, ..Tokens::default() }
    }

    /// Makes every refresh token so far useless, with the number that is answered from now on.
    pub(crate) fn end_sign_ins(&mut self, number: u64) {
        for token in self.refresh.values_mut() {
            token.ended = Some(number);
        }
    }
}

/// A request as the endpoints see it.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a BTreeMap<String, String>,
    pub(crate) body: &'a [u8],
    /// `client-request-id`.
    pub(crate) correlation: &'a str,
}

impl Asked<'_> {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    fn options(&self) -> BTreeMap<String, String> {
        address::options(self.query)
    }

    fn is_form(&self) -> bool {
        let kind = self.header("content-type").split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }
}

/// Which version of the endpoints: the older one names a resource instead of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authority {
    V1,
    V2,
}

/// What an address of the token service is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Endpoint {
    Token(Authority, String),
    Authorize(Authority, String),
    DeviceCode(String),
    OpenId(String),
    Metadata,
    Discovery,
    Machine,
    AppService,
    CloudShell,
    GitHub,
    DevOps,
}

impl Endpoint {
    fn of(path: &str) -> Option<Endpoint> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let tenant = |text: &str| address::decode(text, false);
        Some(match parts.as_slice() {
            ["metadata", "endpoints"] => Endpoint::Metadata,
            ["metadata", "identity", "oauth2", "token"] => Endpoint::Machine,
            ["msi", "token"] => Endpoint::AppService,
            ["oauth2", "token"] => Endpoint::CloudShell,
            ["actions", "idtoken"] => Endpoint::GitHub,
            ["devops", "oidctoken"] => Endpoint::DevOps,
            [_, "discovery", "instance"] => Endpoint::Discovery,
            [name, "oauth2", "v2.0", "token"] => Endpoint::Token(Authority::V2, tenant(name)),
            [name, "oauth2", "token"] => Endpoint::Token(Authority::V1, tenant(name)),
            [name, "oauth2", "v2.0", "authorize"] => {
                Endpoint::Authorize(Authority::V2, tenant(name))
            }
            [name, "oauth2", "authorize"] => Endpoint::Authorize(Authority::V1, tenant(name)),
            [name, "oauth2", "v2.0", "devicecode"] => Endpoint::DeviceCode(tenant(name)),
            [name, "v2.0", ".well-known", "openid-configuration"]
            | [name, ".well-known", "openid-configuration"] => Endpoint::OpenId(tenant(name)),
            _ => return None,
        })
    }
}

/// What the ledger keeps of a request's body, if the address is one of ours: fields, with the secret ones hashed.
pub(crate) fn logged(path: &str, body: &[u8]) -> Option<Value> {
    match Endpoint::of(path)? {
        Endpoint::Token(..) | Endpoint::DeviceCode(_) | Endpoint::CloudShell => {
            Some(redacted(&String::from_utf8_lossy(body)))
        }
        _ => Some(Value::Null),
    }
}

/// Answers a request, if its address belongs to the token service or to one of the machines' identity endpoints.
pub(crate) fn answer(world: &mut World, asked: &Asked<'_>) -> Option<Answer> {
    let endpoint = Endpoint::of(asked.path)?;
    let method = match endpoint {
        Endpoint::Token(..) | Endpoint::DeviceCode(_) | Endpoint::CloudShell | Endpoint::DevOps => {
            "POST"
        }
        _ => "GET",
    };
    if asked.method != method {
        return Some(Answer::empty(405));
    }
    Some(match endpoint {
        Endpoint::Token(authority, tenant) => grant::answer(world, authority, &tenant, asked),
        Endpoint::Authorize(authority, tenant) => {
            authorize::answer(world, authority, &tenant, asked)
        }
        Endpoint::DeviceCode(tenant) => device::answer(world, &tenant, asked),
        Endpoint::OpenId(tenant) => documents::openid(world, &tenant, asked),
        Endpoint::Metadata => documents::metadata(world, asked),
        Endpoint::Discovery => documents::discovery(world),
        Endpoint::Machine => machine::virtual_machine(world, asked),
        Endpoint::AppService => machine::app_service(world, asked),
        Endpoint::CloudShell => machine::cloud_shell(world, asked),
        Endpoint::GitHub => pipeline::github(world, asked),
        Endpoint::DevOps => pipeline::devops(world, asked),
    })
}

/// The form of a token request with every secret replaced by its hash.
fn redacted(form: &str) -> Value {
    const SECRET: &[&str] = &[
        "client_secret",
        "client_assertion",
        "assertion",
        "refresh_token",
        "code",
        "code_verifier",
        "device_code",
        "password",
    ];
    let fields = address::pairs(form).into_iter().map(|(name, value)| {
        let value = if SECRET.contains(&name.as_str()) {
            format!("sha256:{}", jwt::sha256(value.as_bytes()))
        } else {
            value
        };
        (name, Value::String(value))
    });
    Value::Object(fields.collect())
}
