//! The two data sources: one device by name, and all of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value as Json;

use super::{ENDED, shape};
use crate::framework::{Context, DataSource};
use crate::graph::{self, Client, Error, Request, Version};
use crate::provider::connection::{Connection, Desktop};
use crate::tf::{
    Attribute, Block, Diagnostic, Diagnostics, Kind, Mode, Nesting, Path, Schema, Type, Value,
};

/// How long a read may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// Devices on a page.
const PAGE: usize = 100;
/// Most devices that are read.
const MOST: usize = 10_000;

/// `windows365_managed_desktop_device`.
pub(in crate::provider) struct One {
    schema: Schema,
    connection: Arc<Connection>,
}

/// `windows365_managed_desktop_devices`.
pub(in crate::provider) struct Many {
    schema: Schema,
    connection: Arc<Connection>,
}

impl One {
    pub(in crate::provider) fn new(connection: Arc<Connection>) -> Self {
        let mut attributes = shape::attributes();
        attributes.push(
            Attribute::new("name", Kind::Type(Type::String), Mode::Required)
                .described("Name of the device."),
        );
        One {
            schema: schema(
                attributes,
                "Reads one device of Microsoft Managed Desktop, by its name.",
            ),
            connection,
        }
    }
}

impl Many {
    pub(in crate::provider) fn new(connection: Arc<Connection>) -> Self {
        let mut device = shape::attributes();
        device.push(
            Attribute::new("name", Kind::Type(Type::String), Mode::Computed)
                .described("Name of the device."),
        );
        device.sort_by(|a, b| a.name.cmp(&b.name));
        let attributes = vec![
            Attribute::new("items", Kind::Nested(Nesting::List, device), Mode::Computed)
                .described("The devices, sorted by name. At most 10,000 are read."),
            Attribute::new("search", Kind::Type(Type::String), Mode::Optional).described(
                "Text that the service looks for in its devices (`$searchText`); what it compares was never documented.",
            ),
        ];
        Many {
            schema: schema(attributes, "Reads the devices of Microsoft Managed Desktop."),
            connection,
        }
    }
}

fn schema(mut attributes: Vec<Attribute>, purpose: &str) -> Schema {
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: format!(
                "{purpose} The service ended on 31 July 2024 and went on as Windows Autopatch; whether its interface still answers is not \
                 known, and nothing is promised. It must be enabled by `managed_desktop` in the provider block. For an inventory of \
                 devices use the managed devices of Intune."
            )
            .into(),
            deprecated: Some("The service ended on 31 July 2024.".into()),
        },
    }
}

#[async_trait]
impl DataSource for One {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if config.get("name").as_str().is_some_and(str::is_empty) {
            let finding = Diagnostic::error("Invalid name", "It must not be empty.");
            diags.push(finding.at(Path::attribute("name")));
        }
    }

    async fn read(&self, cx: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        let name = config.get("name").as_str().unwrap_or_default();
        let what = format!("Cannot read windows365_managed_desktop_device {name:?}");
        let asking = Asking::begin(&self.connection, cx, &what).await?;
        let request =
            Request::get(Version::V1, "/tenants/{}/devices/{}", &[&asking.tenant_id, name]);
        let reply = asking.client.send(&asking.cx, &request).await;
        let reply = reply.map_err(|error| refused(&what, &error, true))?;
        // One device comes by itself, or as the only element of a list.
        let device = match reply.body.get("value") {
            Some(Json::Array(devices)) => devices.first().cloned(),
            _ => Some(reply.body),
        };
        let Some(device) = device.filter(Json::is_object) else {
            let text = format!("The service answered, but with no device of this name.\n\n{ENDED}");
            return Err(Diagnostic::error(what, text).into());
        };
        Ok((with_name(shape::decode(&device), name), Diagnostics::new()))
    }
}

/// The name as the configuration has it: the service may spell it in another case.
fn with_name(device: Value, name: &str) -> Value {
    match device {
        Value::Object(mut attributes) => {
            attributes.insert("name".to_owned(), Value::from(name));
            Value::Object(attributes)
        }
        other => other,
    }
}

#[async_trait]
impl DataSource for Many {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    async fn read(&self, cx: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        const WHAT: &str = "Cannot read windows365_managed_desktop_devices";
        let asking = Asking::begin(&self.connection, cx, WHAT).await?;
        let search = config.get("search").as_str().filter(|text| !text.is_empty());
        let mut devices =
            asking.devices(search).await.map_err(|error| refused(WHAT, &error, false))?;
        let mut diags = Diagnostics::new();
        if devices.len() >= MOST {
            diags.push(Diagnostic::warning(
                "Not all devices were read",
                format!("Reading stops at {MOST} devices. Set search to find fewer."),
            ));
        }
        let name = |device: &Json| device.get("name").and_then(Json::as_str).map(str::to_owned);
        devices.sort_by_key(|device| (name(device), device.to_string()));
        let items = Value::List(devices.iter().map(shape::decode).collect());
        let result = Value::object([("items", items), ("search", config.get("search").clone())]);
        Ok((result, diags))
    }
}

/// A question to the service.
struct Asking {
    client: Client,
    cx: graph::Context,
    tenant_id: String,
}

impl Asking {
    async fn begin(connection: &Connection, cx: &Context, what: &str) -> Result<Self, Diagnostics> {
        let Some(Desktop { client, tenant_id }) = connection.managed_desktop()? else {
            let text = format!(
                "Set managed_desktop = {{ enabled = true }} in the provider block to ask it all the same.\n\n{ENDED}"
            );
            return Err(Diagnostic::error(what, text).into());
        };
        let cx = client.context(PATIENCE, cx.stop.clone());
        let claims = client.claims(&cx).await.map_err(|error| refused(what, &error, false))?;
        let told = claims.as_ref().and_then(|claims| claims.tenant_id.clone());
        if claims.is_some_and(|claims| claims.application) {
            tracing::info!(
                "Managed Desktop is asked as an app; what is documented is the delegated permission MWaaSDevice.Read"
            );
        }
        let Some(tenant_id) = told.or(tenant_id) else {
            let text = "The tenant is not known: the token does not tell, so set tenant_id in the provider block.";
            return Err(Diagnostic::error(what, text).into());
        };
        Ok(Asking { client, cx, tenant_id })
    }

    /// Page after page until one brings nothing new.
    async fn devices(&self, search: Option<&str>) -> Result<Vec<Json>, Error> {
        let mut devices: Vec<Json> = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            let mut request = Request::get(Version::V1, "/tenants/{}/devices", &[&self.tenant_id])
                .query("$top", PAGE.to_string())
                .query("$skip", devices.len().to_string());
            if let Some(search) = search {
                request = request.query("$searchText", search);
            }
            let room = MOST.saturating_sub(devices.len());
            let page = self.client.list(&self.cx, &request, Some(room)).await?;
            let before = devices.len();
            // A service that does not know `$skip` would give the same page for ever.
            devices.extend(page.into_iter().filter(|device| seen.insert(device.to_string())));
            if devices.len() == before || devices.len() >= MOST {
                return Ok(devices);
            }
        }
    }
}

/// A failure, with what is known of the service.
fn refused(what: &str, error: &Error, one: bool) -> Diagnostics {
    let mut text = error.to_string();
    let facts = error.facts();
    if !facts.is_empty() {
        text.push_str(&format!("\n\n{}", facts.join("\n")));
    }
    if error.is_forbidden() {
        text.push_str(
            "\n\nThe permission is MWaaSDevice.Read of \"Modern Workplace Customer APIs\", for a signed-in person; apps may need \
             MmdSupport.ReadWrite. Both must be consented to.",
        );
    }
    if one && error.is_not_found() {
        text.push_str("\n\nThere is no such device, or no such service any more.");
    }
    text.push_str(&format!("\n\n{ENDED}"));
    Diagnostic::error(what, text).into()
}
