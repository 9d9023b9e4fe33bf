//! Identities of machines: who hands out their tokens, with the checks and dialects of each host (Entra page "How to use managed
//! identities on an Azure VM to acquire an access token"; App Service page "How to use managed identities"; Azure Arc page "Authenticate
//! against Azure resources with Azure Arc-enabled servers").

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::app::Identity;
use super::claims::{Claims, issue};
use super::{Asked, cloud};
use crate::mock::answer::Answer;
use crate::mock::world::World;
use crate::mock::{address, jwt};

/// What App Service and its relatives want to see in a header.
pub const MACHINE_SECRET: &str = "mock-identity-header-7Q2w";
/// How long tokens of machines live, in seconds.
const LIFE: i64 = 86_399;

/// Azure Arc's agent: it asks for the content of a file that it writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArcAgent {
    /// The folder of its keys. Nothing is written while it is empty.
    pub folder: PathBuf,
    /// What it asks for.
    pub trick: ArcTrick,
}

/// Which file an agent asks for, honest or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArcTrick {
    /// Its own key.
    #[default]
    Honest,
    /// A file of somebody else.
    File(PathBuf),
    /// A key of more than 4096 bytes.
    TooBig,
    /// A link with the name of a key that leads to a file of somebody else.
    Link(PathBuf),
    /// Nothing: the header is not there.
    Nothing,
}

/// A refusal of an identity endpoint.
fn refused(status: u16, error: &str, text: &str) -> Answer {
    Answer::json(status, json!({ "error": error, "error_description": text }))
}

fn bad(text: &str) -> Answer {
    refused(400, "invalid_request", text)
}

/// The identity that is asked for: by one id at most; without one it must be clear which.
fn identity(world: &World, asked: &Asked<'_>, ids: &[&str]) -> Result<Identity, Answer> {
    let options = asked.options();
    let named: Vec<&String> = ids.iter().filter_map(|name| options.get(*name)).collect();
    let known = &world.tokens.identities;
    let found = match named.as_slice() {
        [] => {
            let own = known.iter().find(|identity| identity.resource_id.is_empty());
            match (own, known.as_slice()) {
                (Some(own), _) => Some(own),
                (None, [one]) => Some(one),
                (None, []) => None,
                (None, _) => {
                    return Err(bad(
                        "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
                    ));
                }
            }
        }
        [id] => known.iter().find(|identity| {
            [&identity.client_id, &identity.object_id, &identity.resource_id]
                .into_iter()
                .any(|known| known.eq_ignore_ascii_case(id))
        }),
        _ => return Err(bad("More than one identity is named")),
    };
    found.cloned().ok_or_else(|| bad("Identity not found"))
}

/// A token of an identity for a resource.
fn token(world: &mut World, identity: &Identity, resource: &str) -> Result<(String, i64), Answer> {
    let is_graph = cloud::is_graph(world, resource);
    let exchange = resource == cloud::of(world).exchange;
    if !is_graph && !exchange && resource != "https://management.azure.com" {
        return Err(refused(
            400,
            "invalid_resource",
            &format!(
                "AADSTS500011: The resource principal named {resource} was not found in the tenant."
            ),
        ));
    }
    let expires_at = world.now().as_second().saturating_add(LIFE);
    let claims = Claims {
        audience: resource.to_owned(),
        tenant_id: identity.tenant_id.clone(),
        client_id: identity.client_id.clone(),
        object_id: identity.object_id.clone(),
        roles: if is_graph { identity.roles.clone() } else { Vec::new() },
        expires_at,
        proof: 2,
        managed_identity: match identity.resource_id.as_str() {
            "" => "/subscriptions/1b2c3d4e-0000-4000-8000-5f6a7b8c9d45/resourcegroups/ops/providers/Microsoft.Compute/virtualMachines/runner".to_owned(),
            id => id.to_owned(),
        },
        ..Claims::default()
    };
    world.tokens.count += 1;
    Ok((issue(world, claims), expires_at))
}

fn resource(options: &std::collections::BTreeMap<String, String>) -> Result<&str, Answer> {
    options
        .get("resource")
        .map(String::as_str)
        .filter(|resource| !resource.is_empty())
        .ok_or_else(|| bad("Required query variable 'resource' is missing"))
}

/// Numbers come as texts from every host.
fn reply(
    world: &World,
    identity: &Identity,
    resource: &str,
    (token, ends): (String, i64),
) -> Value {
    let now = world.now().as_second();
    json!({
        "access_token": token,
        "client_id": identity.client_id,
        "expires_in": (ends - now).to_string(),
        "expires_on": ends.to_string(),
        "ext_expires_in": (ends - now).to_string(),
        "not_before": now.to_string(),
        "resource": resource,
        "token_type": "Bearer",
    })
}

/// Answers GET `/metadata/identity/oauth2/token`: a virtual machine's metadata service, or Azure Arc's agent, by the version that is asked
/// for.
pub(super) fn virtual_machine(world: &mut World, asked: &Asked<'_>) -> Answer {
    let options = asked.options();
    match options.get("api-version").map(String::as_str) {
        Some("2018-02-01") => {}
        Some("2019-11-01" | "2020-06-01") => return arc(world, asked),
        _ => return bad("The api-version is not supported. Supported versions: 2018-02-01"),
    }
    if let Some(refused) = unasked(asked) {
        return refused;
    }
    let answer = resource(&options).and_then(|resource| {
        let identity = identity(world, asked, &["client_id", "object_id", "msi_res_id"])?;
        let token = token(world, &identity, resource)?;
        Ok(Answer::json(200, reply(world, &identity, resource, token)))
    });
    answer.unwrap_or_else(|refused| refused)
}

/// Requests that somebody was tricked into: without the header, or through a proxy.
fn unasked(asked: &Asked<'_>) -> Option<Answer> {
    if asked.header("metadata") != "true" {
        return Some(bad("Required metadata header not specified"));
    }
    let proxied = ["via", "x-forwarded-for"].iter().any(|name| !asked.header(name).is_empty());
    proxied.then(|| bad("The request came through a proxy"))
}

fn arc(world: &mut World, asked: &Asked<'_>) -> Answer {
    if let Some(refused) = unasked(asked) {
        return refused;
    }
    let options = asked.options();
    if ["client_id", "object_id", "msi_res_id"].iter().any(|name| options.contains_key(*name)) {
        return bad("User assigned identities are not supported");
    }
    let key = jwt::sha256(&world.seed.to_be_bytes());
    if asked.header("authorization") == format!("Basic {key}") {
        let answer = resource(&options).and_then(|resource| {
            let identity = identity(world, asked, &[])?;
            let token = token(world, &identity, resource)?;
            Ok(Answer::json(200, reply(world, &identity, resource, token)))
        });
        return answer.unwrap_or_else(|refused| refused);
    }
    let ArcAgent { folder, trick } = world.tokens.arc.clone();
    let own = folder.join("6f1e2d3c.key");
    let mut realm = own.clone();
    if !folder.as_os_str().is_empty() {
        let written = match &trick {
            ArcTrick::TooBig => std::fs::write(&own, "k".repeat(4097)),
            ArcTrick::Link(target) => {
                realm = folder.join("linked.key");
                link(target, &realm)
            }
            _ => std::fs::write(&own, &key),
        };
        if written.is_err() {
            return refused(500, "server_error", "The agent cannot write its key");
        }
    }
    if let ArcTrick::File(path) = &trick {
        realm.clone_from(path);
    }
    let answer = refused(401, "unauthorized_client", "Missing Basic Authorization header");
    match trick {
        ArcTrick::Nothing => answer,
        _ => answer.with("WWW-Authenticate", format!("Basic realm={}", realm.display())),
    }
}

#[cfg(unix)]
fn link(target: &std::path::Path, name: &std::path::Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, name)
}

#[cfg(not(unix))]
fn link(target: &std::path::Path, name: &std::path::Path) -> std::io::Result<()> {
    std::fs::copy(target, name).map(drop)
}

/// Answers GET `/msi/token`: App Service and its relatives, and Azure Machine Learning, by the version that is asked for.
pub(super) fn app_service(world: &mut World, asked: &Asked<'_>) -> Answer {
    let options = asked.options();
    let (header, ids): (&str, &[&str]) = match options.get("api-version").map(String::as_str) {
        Some("2019-08-01") => ("x-identity-header", &["client_id", "object_id", "mi_res_id"]),
        Some("2017-09-01") => ("secret", &["clientid", "mi_res_id"]),
        _ => return bad("The api-version is not supported"),
    };
    if asked.header(header) != MACHINE_SECRET {
        return refused(401, "Unauthorized", "The header does not match");
    }
    let answer = resource(&options).and_then(|resource| {
        let identity = identity(world, asked, ids)?;
        let (token, ends) = token(world, &identity, resource)?;
        let mut body = json!({
            "access_token": token,
            "expires_on": ends.to_string(),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": identity.client_id,
        });
        if header == "secret" {
            // Seen in public issue threads: the older version writes the end as a date.
            let ends = jiff::Timestamp::from_second(ends).unwrap_or_default();
            body["expires_on"] = json!(ends.strftime("%m/%d/%Y %H:%M:%S +00:00").to_string());
        }
        Ok(Answer::json(200, body))
    });
    answer.unwrap_or_else(|refused| refused)
}

/// Answers POST `/oauth2/token`: Cloud Shell, whose token is that of the person in it.
pub(super) fn cloud_shell(world: &mut World, asked: &Asked<'_>) -> Answer {
    if asked.header("metadata") != "true" || !asked.is_form() {
        return bad("Required metadata header not specified");
    }
    let fields = address::options(&String::from_utf8_lossy(asked.body));
    let resource = match resource(&fields) {
        Ok(resource) => resource.to_owned(),
        Err(refused) => return refused,
    };
    let (Some(person), Some(app)) =
        (world.tokens.people.first().cloned(), world.tokens.apps.first().cloned())
    else {
        return bad("Nobody is signed in");
    };
    let ends = world.now().as_second().saturating_add(3599);
    let claims = Claims {
        audience: resource.clone(),
        tenant_id: app.tenant_id,
        // The portal's own app.
        client_id: "b677c290-cf4b-4a8e-a60e-91ba650a4abe".to_owned(),
        scopes: world.switches.cloud_shell_scopes.clone(),
        object_id: person.object_id,
        name: person.name,
        directory_roles: person.directory_roles,
        expires_at: ends,
        ..Claims::default()
    };
    world.tokens.count += 1;
    let token = issue(world, claims);
    Answer::json(
        200,
        json!({
            "access_token": token,
            "refresh_token": "",
            "expires_in": "3599",
            "expires_on": ends.to_string(),
            "not_before": world.now().as_second().to_string(),
            "resource": resource,
            "token_type": "Bearer",
        }),
    )
}
