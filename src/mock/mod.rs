//! A Microsoft Graph for Windows 365 and Intune, with its token service, for tests and for trying things out.
//!
//! Invariant: this room imports nothing from the rest of the crate. A mock that read our descriptions would prove only that we agree with
//! ourselves. Its types come from Microsoft's published metadata ([`metadata`]), its behaviour from the reference and from public issue
//! threads, each rule with its source (`rules/`). It is strict where services are lenient: what is wrong is refused.
//!
//! Start reading at [`Mock`], then `service.rs` (what happens to a request), then `rules/mod.rs` (the words that a rule is made of).

mod action;
mod address;
mod admin;
mod answer;
mod assign;
mod batch;
mod call;
mod check;
mod cloud_pc;
mod desktop;
mod fault;
mod health;
mod jwt;
mod ledger;
mod list;
pub mod metadata;
mod query;
mod random;
mod read;
mod remote;
mod report;
mod route;
mod rules;
mod seed;
mod server;
mod service;
mod show;
mod store;
mod switches;
#[cfg(test)]
mod tests;
mod throttle;
mod time;
mod timed;
mod token;
mod view;
mod world;
mod write;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::task::JoinHandle;

pub use fault::{Broken, Effect, Exchange, Fault, Scripted};
pub use ledger::LoggedRequest;
pub use switches::{
    DateDigits, Lag, LifetimeStyle, Mode, Nothing, Paging, PatchReply, PersonDoes, Switches,
    TypeStyle, UnknownGroups,
};
pub use time::Time;
pub use token::{
    App, ArcAgent, ArcTrick, Claims, Federated, GITHUB_ISSUER, Identity, MACHINE_SECRET,
    PIPELINE_SECRET, Person, Pipelines, TokenForm,
};

use world::World;

/// How a mock starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// Ids and choices follow from it.
    pub seed: u64,
    /// The clock.
    pub time: Time,
    /// The port on 127.0.0.1; 0 for any.
    pub port: u16,
    /// The switches.
    pub switches: Switches,
    /// The application that can get tokens.
    pub app: App,
}

impl Default for Options {
    fn default() -> Options {
        let roles = [
            "CloudPC.ReadWrite.All",
            "DeviceManagementRBAC.ReadWrite.All",
            "DeviceManagementConfiguration.ReadWrite.All",
            "DeviceManagementServiceConfig.ReadWrite.All",
            "DeviceManagementApps.ReadWrite.All",
            "DeviceManagementManagedDevices.ReadWrite.All",
            "Group.Read.All",
        ];
        Options {
            seed: 1,
            time: Time::System,
            port: 0,
            switches: Switches::default(),
            app: App {
                tenant_id: "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31".to_owned(),
                domain: "northgate.onmicrosoft.com".to_owned(),
                client_id: "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21".to_owned(),
                client_secret: "mock~Secret+with/odd=characters&more%".to_owned(),
                roles: roles.map(str::to_owned).to_vec(),
                scopes: roles.iter().chain(&["User.Read"]).map(|&name| name.to_owned()).collect(),
                public_client: true,
                desktop_redirects: vec!["http://localhost".to_owned()],
                ..App::default()
            },
        }
    }
}

/// A running mock. It ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Mock {
    shared: Arc<Shared>,
    _server: Option<Arc<Server>>,
}

/// What the server and the handles share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic inside the mock fails its test anyway; later requests may still look.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn exchange(&self, request: http::Request<Bytes>) -> Exchange {
        service::serve(&mut self.lock(), request)
    }
}

#[derive(Debug)]
struct Server {
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mock {
    /// Starts a mock on a loopback port.
    ///
    /// # Errors
    ///
    /// When the port cannot be had.
    pub async fn start(options: Options) -> std::io::Result<Mock> {
        let listener = server::bind(options.port).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let mut mock = Mock::without_server(options, &origin);
        let task = tokio::spawn(server::run(listener, Arc::clone(&mock.shared)));
        mock._server = Some(Arc::new(Server { task }));
        Ok(mock)
    }

    /// A mock without a socket, reached through [`Mock::handle`]. `origin` is the scheme, host and port that it takes for its own.
    pub fn without_server(options: Options, origin: &str) -> Mock {
        let tokens = token::Tokens::of(options.app);
        let mut world = World::new(options.seed, origin.to_owned(), options.time, tokens);
        world.switches = options.switches;
        Mock { shared: Arc::new(Shared { world: Mutex::new(world) }), _server: None }
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn origin(&self) -> String {
        self.shared.lock().origin.clone()
    }

    /// Variables that point a provider at the mock: its tenant, its application and both addresses.
    pub fn environment(&self) -> Vec<(String, String)> {
        let world = self.shared.lock();
        let Some(app) = world.tokens.apps.first() else { return Vec::new() };
        [
            ("TENANT_ID", &app.tenant_id),
            ("CLIENT_ID", &app.client_id),
            ("CLIENT_SECRET", &app.client_secret),
            ("AUTHORITY_HOST", &world.origin),
            ("GRAPH_ENDPOINT", &world.origin),
        ]
        .map(|(name, value)| (format!("WINDOWS365_{name}"), value.clone()))
        .to_vec()
    }

    /// The same for a signed-in person in place of the application: a token with the same permissions, delegated ones.
    pub fn environment_of_person(&self) -> Vec<(String, String)> {
        let mut environment = self.environment();
        environment.retain(|(name, _)| !name.ends_with("CLIENT_SECRET"));
        let mut world = self.shared.lock();
        let Some(app) = world.tokens.apps.first().cloned() else { return environment };
        let claims = Claims {
            audience: world.origin.clone(),
            tenant_id: app.tenant_id,
            client_id: app.client_id,
            scopes: app.roles,
            ..Claims::default()
        };
        let token = token::issue(&mut world, claims);
        environment.push(("WINDOWS365_ACCESS_TOKEN".to_owned(), token));
        environment
    }

    /// Serves one request without a socket. The error is a connection that breaks; delays are left out.
    ///
    /// # Errors
    ///
    /// What a scripted fault does to the connection.
    pub fn handle(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
        self.exchange(request).reply
    }

    /// Serves one request without a socket and says how long the answer takes.
    pub fn exchange(&self, request: http::Request<Bytes>) -> Exchange {
        self.shared.exchange(request)
    }

    /// The mock's time.
    pub fn now(&self) -> Timestamp {
        self.shared.lock().now()
    }

    /// Moves the mock's clock forward.
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.shared.lock().clock.advance(by);
    }

    /// Back to the tenant of the start: no objects but the built-in ones, no faults, no log. Switches and tokens stay.
    pub fn reset(&self) {
        self.shared.lock().reset();
    }

    /// The objects of a collection as they really are, in order of creation, with `assignments` and what is bound. The path is below
    /// the version: `/deviceManagement/virtualEndpoint/provisioningPolicies`.
    pub fn objects(&self, path: &str) -> Vec<Value> {
        view::objects(&self.shared.lock(), path)
    }

    /// All objects, by path.
    pub fn everything(&self) -> Value {
        view::everything(&self.shared.lock())
    }

    /// What an object was from its creation on, with the time of each change; deleted objects too.
    pub fn history(&self, path: &str, id: &str) -> Vec<Value> {
        view::history(&self.shared.lock(), path, id)
    }

    /// Makes or replaces an object past all checks, as somebody in the portal would. `assignments` become its assignments.
    pub fn put(&self, path: &str, id: &str, body: Value) {
        admin::put(&mut self.shared.lock(), path, id, body);
    }

    /// Changes properties of an object past all checks; `assignments` replaces its assignments.
    pub fn change(&self, path: &str, id: &str, changes: Value) {
        if let Value::Object(changes) = changes {
            admin::change(&mut self.shared.lock(), path, id, changes);
        }
    }

    /// Removes an object past all checks.
    pub fn delete(&self, path: &str, id: &str) {
        admin::remove(&mut self.shared.lock(), path, id);
    }

    /// Makes a group, known to the directory at once.
    pub fn add_group(&self, id: &str, name: &str, members: &[&str]) {
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        seed::add_group(&mut self.shared.lock(), id, name, members);
    }

    /// Lets a group be refused as a target so many times more, as a group that was just made is.
    pub fn refuse_group(&self, id: &str, times: u32) {
        let mut world = self.shared.lock();
        let group = world.groups.entry(id.to_ascii_lowercase()).or_default();
        group.refusals = times;
    }

    /// Lets a group be refused as a target for so long, as a group that was just made is.
    pub fn hide_group(&self, id: &str, seconds: i64) {
        let mut world = self.shared.lock();
        let from = world.now().saturating_add(SignedDuration::from_secs(seconds)).ok();
        let group = world.groups.entry(id.to_ascii_lowercase()).or_default();
        group.visible_from = from.filter(|_| seconds > 0);
    }

    /// Removes a group.
    pub fn delete_group(&self, id: &str) {
        admin::remove_group(&mut self.shared.lock(), id);
    }

    /// Every request so far, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.lock().ledger.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.lock().ledger.clear();
    }

    /// Scripts a fault. Each counts its requests from now on.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.push(fault::Armed { fault, met: 0 });
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Changes the switches.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.shared.lock().switches);
    }

    /// The application that can get tokens, to be changed: another secret, fewer permissions.
    pub fn app(&self, change: impl FnOnce(&mut App)) {
        if let Some(app) = self.shared.lock().tokens.apps.first_mut() {
            change(app);
        }
    }

    /// Makes another application or tenant known, in place of one with the same id in the same tenant.
    pub fn add_app(&self, app: App) {
        let apps = &mut self.shared.lock().tokens.apps;
        let same =
            |known: &&mut App| known.client_id == app.client_id && known.tenant_id == app.tenant_id;
        match apps.iter_mut().find(same) {
            Some(known) => *known = app,
            None => apps.push(app),
        }
    }

    /// The people who can sign in, to be changed. The first one signs in where nobody is named.
    pub fn people(&self, change: impl FnOnce(&mut Vec<Person>)) {
        change(&mut self.shared.lock().tokens.people);
    }

    /// The machine's identities, to be changed; one without a resource id is the machine's own.
    pub fn identities(&self, change: impl FnOnce(&mut Vec<Identity>)) {
        change(&mut self.shared.lock().tokens.identities);
    }

    /// What runs in pipelines, to be changed.
    pub fn pipelines(&self, change: impl FnOnce(&mut Pipelines)) {
        change(&mut self.shared.lock().tokens.pipelines);
    }

    /// What Azure Arc's agent asks for.
    pub fn arc_agent(&self, agent: ArcAgent) {
        self.shared.lock().tokens.arc = agent;
    }

    /// Says of a tenant that it lives in another cloud.
    pub fn add_tenant_elsewhere(&self, tenant: &str, cloud: &str) {
        let mut world = self.shared.lock();
        world.tokens.elsewhere.insert(tenant.to_ascii_lowercase(), cloud.to_owned());
    }

    /// A token of somebody whom an app may trust by a federated credential: a cluster, a pipeline. It is good for so many seconds.
    pub fn foreign_token(
        &self,
        issuer: &str,
        subject: &str,
        audience: &str,
        seconds: i64,
    ) -> String {
        token::foreign(&mut self.shared.lock(), issuer, subject, audience, seconds)
    }

    /// Somebody enters a code on another device and decides; without a name it is the first person.
    ///
    /// # Errors
    /// There is no such code or person.
    pub fn enter_code(
        &self,
        user_code: &str,
        decision: PersonDoes,
        name: Option<&str>,
    ) -> Result<(), String> {
        token::decide(&mut self.shared.lock(), user_code, decision, name)
    }

    /// Makes every refresh token so far useless: the AADSTS number says why.
    pub fn end_sign_ins(&self, number: u64) {
        self.shared.lock().tokens.end_sign_ins(number);
    }

    /// A token with these claims, as if it came from elsewhere.
    pub fn token(&self, claims: Claims) -> String {
        token::issue(&mut self.shared.lock(), claims)
    }

    /// A token of the first person, with all delegated permissions of the first app: for addresses that take no other kind.
    pub fn person_token(&self) -> String {
        let mut world = self.shared.lock();
        let reply = token::admin::act(
            &mut world,
            "POST",
            &["tokens"],
            &serde_json::json!({ "kind": "delegated" }),
        );
        let token = reply
            .and_then(Result::ok)
            .and_then(|reply| reply["access_token"].as_str().map(str::to_owned));
        token.unwrap_or_default()
    }

    /// Brings Managed Desktop back, with these devices, and lets the application read them.
    pub fn offer_managed_desktop(&self, devices: Vec<Value>) {
        let mut world = self.shared.lock();
        world.desktop = Some(devices);
        if let Some(app) = world.tokens.apps.first_mut() {
            let permissions =
                vec!["MWaaSDevice.Read".to_owned(), "MmdSupport.ReadWrite".to_owned()];
            app.resources.insert(desktop::AUDIENCE.to_owned(), permissions);
        }
    }

    /// Makes every token so far invalid.
    pub fn revoke_tokens(&self) {
        self.shared.lock().tokens.issued.clear();
    }

    /// How many tokens the token service gave.
    pub fn tokens_given(&self) -> u64 {
        self.shared.lock().tokens.count
    }

    /// Ids of the Cloud PCs that ever entered their grace period, in order.
    pub fn grace_periods(&self) -> Vec<String> {
        self.shared.lock().grace_periods.clone()
    }
}
