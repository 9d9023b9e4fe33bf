//! The provider block, the environment, and everything that is served.
//!
//! Invariant: no behaviour of any entity lives here, and `plugin` and `mock` are not used. This is the one room beside `plugin` that
//! reads the process environment, through [`Environment`], so that tests need none.
//!
//! Start reading at [`inputs`], the table that schema, checks, messages and documentation follow from; then [`settings`] (who wins),
//! [`method`] and [`sign_in`] (which way in), [`connection`] (what the engine is given).

pub mod inputs;

pub mod environment;

mod access_token;
pub mod by_hand;
mod check;
pub mod connection;
mod credential;
pub mod machine;
pub mod managed_desktop;
mod metadata;
pub mod method;
pub mod permissions;
pub mod settings;
pub mod sign_in;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub use environment::{Environment, ProcessEnvironment};
pub use machine::cache_folder;

use crate::framework::provider::ConfigureRequest;
use crate::framework::{self, DataSource, Ephemeral, Function, ListResource, Resource};
use crate::graph::{HttpOptions, Runtime};
use crate::spec::{Action, Entity, Runner};
use crate::tf::{Diagnostics, Schema, Value};
use crate::{engine, entities, functions};
use connection::Connection;
use settings::Settings;

/// The provider for Windows 365 and Intune.
///
/// Schemas are built when first asked for, and each type's own schema only when that type is used: Terraform starts a process for
/// nearly every step, and most of them need a few types.
pub struct Provider {
    environment: Box<dyn Environment>,
    connection: Arc<Connection>,
    schema: OnceLock<Schema>,
    resources: OnceLock<BTreeMap<&'static str, Arc<dyn Resource>>>,
    data_sources: OnceLock<BTreeMap<&'static str, Arc<dyn DataSource>>>,
    list_resources: OnceLock<BTreeMap<&'static str, Arc<dyn ListResource>>>,
    functions: BTreeMap<&'static str, Arc<dyn Function>>,
    ephemerals: BTreeMap<&'static str, Arc<dyn Ephemeral>>,
    actions: OnceLock<BTreeMap<&'static str, Arc<dyn framework::Action>>>,
}

impl Provider {
    /// A provider that reads this environment. `runtime` is called when the provider is configured; it sends nothing.
    pub fn new(
        environment: impl Environment + 'static,
        runtime: impl Fn() -> Runtime + Send + Sync + 'static,
    ) -> Self {
        Provider::over_network(environment, move |_| runtime())
    }

    /// The same with a wire that is made as the settings demand.
    pub fn over_network(
        environment: impl Environment + 'static,
        runtime: impl Fn(&HttpOptions) -> Runtime + Send + Sync + 'static,
    ) -> Self {
        let connection = Arc::new(Connection::new(runtime));
        Provider {
            environment: Box::new(environment),
            ephemerals: ephemerals(&connection),
            connection,
            schema: OnceLock::new(),
            resources: OnceLock::new(),
            data_sources: OnceLock::new(),
            list_resources: OnceLock::new(),
            functions: all_functions(),
            actions: OnceLock::new(),
        }
    }

    /// A provider that reads the environment of this process and speaks to the real world.
    pub fn of_process() -> Self {
        Provider::over_network(ProcessEnvironment, Runtime::system_with)
    }

    fn connect(&self) -> Arc<dyn engine::Connect> {
        self.connection.clone()
    }
}

impl framework::Provider for Provider {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(inputs::schema)
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        check::configuration(config, diags);
    }

    fn configure(&self, request: ConfigureRequest<'_>, diags: &mut Diagnostics) {
        let settings = Settings::gather(request.config, self.environment.as_ref());
        let user_agent = user_agent(request.terraform_version, &settings);
        self.connection.configure(&settings, user_agent, diags);
    }

    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> {
        self.resources.get_or_init(|| {
            let mut resources = engine::resources(entities::ALL, self.connect());
            resources.extend(engine::action::runners(entities::RUNNERS, self.connect()));
            resources
        })
    }

    fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn DataSource>> {
        self.data_sources.get_or_init(|| {
            let mut sources = engine::data_sources(entities::ALL, self.connect());
            let one: Arc<dyn DataSource> =
                Arc::new(managed_desktop::One::new(self.connection.clone()));
            let many: Arc<dyn DataSource> =
                Arc::new(managed_desktop::Many::new(self.connection.clone()));
            sources.extend([(MANAGED_DESKTOP[0], one), (MANAGED_DESKTOP[1], many)]);
            sources
        })
    }

    fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn Function>> {
        &self.functions
    }

    fn ephemerals(&self) -> &BTreeMap<&'static str, Arc<dyn Ephemeral>> {
        &self.ephemerals
    }

    fn list_resources(&self) -> &BTreeMap<&'static str, Arc<dyn ListResource>> {
        self.list_resources.get_or_init(|| engine::list_resources(entities::ALL, self.connect()))
    }

    fn actions(&self) -> &BTreeMap<&'static str, Arc<dyn framework::Action>> {
        self.actions.get_or_init(|| engine::action::actions(entities::ACTIONS, self.connect()))
    }
}

/// The data sources of Managed Desktop: of one device and of many. They belong to no entity of Graph.
pub const MANAGED_DESKTOP: [&str; 2] =
    ["windows365_managed_desktop_device", "windows365_managed_desktop_devices"];

/// Ephemeral resources, by Terraform type.
fn ephemerals(connection: &Arc<Connection>) -> BTreeMap<&'static str, Arc<dyn Ephemeral>> {
    let token: Arc<dyn Ephemeral> = Arc::new(access_token::AccessToken::new(connection.clone()));
    BTreeMap::from([("windows365_access_token", token)])
}

/// Provider functions, by name. They need no configuration.
fn all_functions() -> BTreeMap<&'static str, Arc<dyn Function>> {
    let mut functions = functions::all();
    functions.insert("permissions", Arc::new(permissions::Permissions::default()));
    functions
}

/// A type that is served, for those who write about it.
pub struct Served {
    /// Its description.
    pub entity: &'static Entity,
    /// Terraform type of the data source of many.
    pub plural: String,
}

/// Everything that is served, by name.
pub fn served() -> Vec<Served> {
    let served =
        |entity: &&'static Entity| Served { entity, plural: engine::names::plural(entity) };
    entities::ALL.iter().map(served).collect()
}

/// Every action that is served, by name.
pub fn served_actions() -> &'static [&'static Action] {
    entities::ACTIONS
}

/// Every resource that runs actions.
pub fn served_runners() -> &'static [&'static Runner] {
    entities::RUNNERS
}

/// Who we are to the service, which refuses some calls without it. What could break a header is left out.
fn user_agent(terraform_version: &str, settings: &Settings) -> String {
    let mut text = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    if !terraform_version.is_empty() && terraform_version.chars().all(plain) {
        text.push_str(&format!(" Terraform/{terraform_version}"));
    }
    if let Some(suffix) = settings.text(&inputs::USER_AGENT_SUFFIX).map(str::trim)
        && suffix.chars().all(|c| c == ' ' || c.is_ascii_graphic())
    {
        text.push_str(&format!(" {suffix}"));
    }
    if let Some(partner) = settings.text(&inputs::PARTNER_ID)
        && let Ok(id) = uuid::Uuid::try_parse(partner.trim_start_matches("pid-"))
    {
        text.push_str(&format!(" pid-{id}"));
    }
    text
}
