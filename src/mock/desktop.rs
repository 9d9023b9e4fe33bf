//! The customer interface of Microsoft Managed Desktop, as it was documented until the service ended: devices of a tenant. It is off
//! until a test switches it on, as the service is.
//!
//! Source: the Managed Desktop documentation (previous versions), page "Devices". A single device comes in a list, too; an error has
//! one of two shapes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::address;
use super::answer::Answer;
use super::world::World;

/// What its paths begin with.
const BASE: &str = "/support/odata/v1/";
/// What its tokens are for.
pub(crate) const AUDIENCE: &str = "https://mwaas-services-customerapi-prod.azurewebsites.net";
/// The permissions that are good for reading devices: of a person, of an app.
const PERMISSIONS: [&str; 2] = ["MWaaSDevice.Read", "MmdSupport.ReadWrite"];

/// Answers a request for it; `None` for any other.
pub(crate) fn answer(
    world: &World,
    method: &str,
    path: &str,
    query: &str,
    headers: &BTreeMap<String, String>,
) -> Option<Answer> {
    let rest = path.strip_prefix(BASE)?;
    let Some(devices) = &world.desktop else {
        let page = Answer::json(404, Value::Null).with("Content-Type", "text/html");
        return Some(page);
    };
    let refused = |status: u16, message: &str| {
        Some(Answer::json(
            status,
            json!({"error": {"code": status.to_string(), "message": message}}),
        ))
    };
    let authorization = headers.get("authorization").map(String::as_str).unwrap_or_default();
    let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
    let Some(claims) = world.tokens.issued.get(token).filter(|it| it.audience == AUDIENCE) else {
        return refused(401, "Unauthorized");
    };
    let held = |it: &&str| claims.scopes.iter().chain(&claims.roles).any(|held| held == it);
    if !PERMISSIONS.iter().any(held) {
        return refused(403, "Forbidden");
    }
    let rest = address::decode(rest, false);
    let parts: Vec<&str> = rest.split('/').collect();
    let (tenant, name) = match (method, parts.as_slice()) {
        ("GET", ["tenants", tenant, "devices"]) => (*tenant, None),
        ("GET", ["tenants", tenant, "devices", name]) => (*tenant, Some(*name)),
        _ => {
            let body =
                json!({"errorCode": "404", "message": "Not Found", "instanceAnnotations": []});
            return Some(Answer::json(404, body));
        }
    };
    if !tenant.eq_ignore_ascii_case(&claims.tenant_id) {
        return refused(403, "Forbidden");
    }
    let options = address::options(query);
    let number = |name: &str, usual: usize| {
        options.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let search = options.get("$searchText").map(|text| text.to_lowercase()).unwrap_or_default();
    let named = |device: &Value, name: &str| {
        device["name"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    let found: Vec<&Value> = match name {
        Some(name) => devices.iter().filter(|device| named(device, name)).collect(),
        None => devices
            .iter()
            .filter(|device| device.to_string().to_lowercase().contains(&search))
            .skip(number("$skip", 0))
            .take(number("$top", 50))
            .collect(),
    };
    if name.is_some() && found.is_empty() {
        return refused(404, "Device not found");
    }
    Some(Answer::json(
        200,
        json!({
            "@odata.context": "http://internal.example/odata/v1/$metadata#devices",
            "value": found,
        }),
    ))
}
