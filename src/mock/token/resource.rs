//! What a token may be for: resources and their permissions (identity platform page "Scopes and permissions").

use super::app::App;
use super::cloud::is_graph;
use super::refused::{Outcome, Refused};
use super::{Authority, form::Form};
use crate::mock::world::World;

/// The Azure Resource Manager, which every tenant has and nobody here wants: its tokens are the usual mistake.
const MANAGEMENT: &str = "https://management.azure.com";
/// Scopes of the sign-in itself.
const SIGN_IN: &[&str] = &["openid", "profile", "offline_access", "email"];

/// What a delegated request asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// The resource.
    pub(super) audience: String,
    /// Its permissions.
    pub(super) scopes: Vec<String>,
    /// Whether a refresh token is wanted (`offline_access`).
    pub(super) offline: bool,
    /// Whether an ID token is wanted (`openid`).
    pub(super) openid: bool,
}

/// Whether the tenant has a resource.
fn exists(world: &World, tenant: &str, audience: &str) -> bool {
    is_graph(world, audience)
        || audience == MANAGEMENT
        || audience.starts_with("api://AzureADTokenExchange")
        || world
            .tokens
            .apps
            .iter()
            .filter(|app| app.is_in(tenant))
            .any(|app| app.resources.contains_key(audience) || app.client_id == audience)
}

fn unknown(audience: &str) -> Refused {
    Refused::new(
        "invalid_resource",
        500_011,
        format!("The resource principal named {audience} was not found in the tenant."),
    )
}

/// The application permissions that an app holds for a resource.
pub(super) fn roles(world: &World, app: &App, audience: &str) -> Vec<String> {
    if is_graph(world, audience) {
        return app.roles.clone();
    }
    app.resources.get(audience).cloned().unwrap_or_default()
}

/// The resource of an app-only request: exactly one, with `/.default`; the older endpoint has it in a field of its own.
pub(super) fn app_only(
    world: &World,
    authority: Authority,
    tenant: &str,
    form: &Form,
) -> Outcome<String> {
    if authority == Authority::V1 {
        let audience = form.required("resource")?;
        return match exists(world, tenant, audience) {
            true => Ok(audience.to_owned()),
            false => Err(unknown(audience)),
        };
    }
    let scope = form.required("scope")?;
    let mut resources = Vec::new();
    for one in scope.split_ascii_whitespace() {
        let resource = one.strip_suffix("/.default").ok_or_else(|| {
            Refused::new(
                "invalid_scope",
                1_002_012,
                format!("The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."),
            )
        })?;
        resources.push(resource);
    }
    match resources.as_slice() {
        [one] if exists(world, tenant, one) => Ok((*one).to_owned()),
        [one] => Err(unknown(one)),
        _ => Err(Refused::new(
            "invalid_scope",
            700_022,
            "The provided value for the input parameter 'scope' is not valid because it contains more than one resource.",
        )),
    }
}

/// What a person asks for: permissions of one resource that were consented to, or all of them.
pub(super) fn delegated(
    world: &World,
    authority: Authority,
    tenant: &str,
    app: &App,
    scope: &str,
    resource: Option<&str>,
) -> Outcome<Wanted> {
    let mut wanted = Wanted::default();
    let mut named: Vec<(String, String)> = Vec::new();
    for one in scope.split_ascii_whitespace() {
        match one {
            "offline_access" => wanted.offline = true,
            "openid" => wanted.openid = true,
            one if SIGN_IN.contains(&one) => {}
            one => named.push(match one.rsplit_once('/') {
                Some((resource, permission)) => (resource.to_owned(), permission.to_owned()),
                // A bare name is one of Graph's.
                None => (world.origin.clone(), one.to_owned()),
            }),
        }
    }
    if authority == Authority::V1 {
        // The older endpoint gives all that was consented to, with a refresh token.
        wanted.offline = true;
        named = resource
            .map(|audience| (audience.to_owned(), ".default".to_owned()))
            .into_iter()
            .collect();
    }
    let Some((audience, _)) = named.first().cloned() else {
        wanted.audience = world.origin.clone();
        wanted.scopes = vec!["User.Read".to_owned()];
        return Ok(wanted);
    };
    if named.iter().any(|(other, _)| *other != audience) {
        return Err(Refused::new(
            "invalid_grant",
            28_000,
            "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope is not valid.",
        ));
    }
    if !exists(world, tenant, &audience) {
        return Err(unknown(&audience));
    }
    let consented = if is_graph(world, &audience) {
        app.scopes.clone()
    } else {
        app.resources.get(&audience).cloned().unwrap_or_default()
    };
    let lacks = |permission: &str| {
        permission != ".default" && !consented.iter().any(|known| known == permission)
    };
    if consented.is_empty() || named.iter().any(|(_, permission)| lacks(permission)) {
        return Err(Refused::new(
            "invalid_grant",
            65_001,
            format!(
                "The user or administrator has not consented to use the application with ID '{}'. Send an interactive authorization request for this user and resource.",
                app.client_id
            ),
        )
        .with_suberror("consent_required"));
    }
    wanted.scopes = if named.iter().any(|(_, permission)| permission == ".default") {
        consented
    } else {
        named.into_iter().map(|(_, permission)| permission).collect()
    };
    wanted.audience = audience;
    Ok(wanted)
}
