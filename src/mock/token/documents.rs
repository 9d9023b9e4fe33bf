//! What anybody may read: where a tenant signs in, and what belongs to a cloud (OpenID Connect Discovery 1.0; Azure's metadata service).

use serde_json::{Value, json};

use super::refused::Refused;
use super::{Asked, cloud};
use crate::mock::answer::Answer;
use crate::mock::world::World;

/// Answers GET `/{tenant}/v2.0/.well-known/openid-configuration`.
pub(super) fn openid(world: &mut World, tenant: &str, asked: &Asked<'_>) -> Answer {
    let elsewhere = world.tokens.elsewhere.get(&tenant.to_ascii_lowercase());
    let app = world.tokens.apps.iter().find(|app| app.is_in(tenant));
    let (id, cloud) = match (elsewhere, app) {
        (Some(name), _) => (tenant.to_owned(), cloud::named(name)),
        (None, Some(app)) => (app.tenant_id.clone(), cloud::of(world)),
        (None, None) => {
            let refused = Refused::new(
                "invalid_tenant",
                90_002,
                format!(
                    "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
                ),
            );
            return refused.answer(world, asked.correlation);
        }
    };
    let base = format!("{}/{id}", world.origin);
    Answer::json(
        200,
        json!({
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "issuer": format!("https://login.{}/{id}/v2.0", cloud.instance),
            "tenant_region_scope": cloud.region,
            "cloud_instance_name": cloud.instance,
            "msgraph_host": cloud.graph,
        }),
    )
}

/// Answers GET `/metadata/endpoints`. What it names are the mock's own addresses.
pub(super) fn metadata(world: &World, asked: &Asked<'_>) -> Answer {
    if !asked.options().contains_key("api-version") {
        return Answer::json(400, json!({ "error": { "code": "MissingApiVersionParameter" } }));
    }
    let cloud = cloud::of(world);
    let document = json!({
        "name": cloud.name,
        "authentication": {
            "loginEndpoint": world.origin,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": world.switches.identity_provider,
        },
        "microsoftGraphResourceId": format!("{}/", world.origin),
        "resourceManager": "https://management.azure.com/",
    });
    let text = match world.switches.metadata_array {
        true => json!([document]).to_string(),
        false => document.to_string(),
    };
    // Seen in public issue threads: a byte-order mark comes first.
    let body = Value::String(format!("\u{feff}{text}"));
    Answer { status: 200, headers: Vec::new(), body: Some(body) }
        .with("Content-Type", "application/json; charset=utf-8")
}

/// Answers GET `/common/discovery/instance`. It is there so that the ledger can show that nobody asks.
pub(super) fn discovery(world: &World) -> Answer {
    Answer::json(
        200,
        json!({ "tenant_discovery_endpoint": format!("{}/common/.well-known/openid-configuration", world.origin), "metadata": [] }),
    )
}
