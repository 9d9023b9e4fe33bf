//! What the engine is given when it asks for a client: the client, or why there is none.
//!
//! A plan must work while the provider block still holds unknown values, and a validation without any credential. So configuring never
//! fails for something missing: the first operation that needs the service does, and names it.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::check;
use super::inputs::{self, Input};
use super::managed_desktop::ManagedDesktop;
use super::settings::{Found, Settings};
use super::sign_in::{self, Obstacle};
use super::{credential, metadata};
use crate::engine::Connect;
use crate::engine::preflight::{Absent, Check, Preflight};
use crate::graph::{Client, ClientConfig, Cloud, Endpoints, HttpOptions, Runtime, Secret, Shared};
use crate::tf::{Diagnostic, Diagnostics, Path};

/// Attributes that say where requests go, whatever the way to sign in.
pub(super) const WHERE: &[&Input] = &[
    &inputs::ENVIRONMENT,
    &inputs::AUTHORITY_HOST,
    &inputs::GRAPH_ENDPOINT,
    &inputs::GRAPH_AUDIENCE,
    &inputs::METADATA_HOST,
    &inputs::CA_FILE,
    &inputs::PROXY_URL,
    &inputs::NO_PROXY,
    &inputs::PARTNER_ID,
    &inputs::USER_AGENT_SUFFIX,
    &inputs::PERMISSION_CHECK,
    &inputs::SKIP_CLOUD_CHECK,
];

/// The connection of one provider. Configuring it again replaces what was there.
pub struct Connection {
    make_runtime: Box<dyn Fn(&HttpOptions) -> Runtime + Send + Sync>,
    state: RwLock<State>,
}

enum State {
    /// Nobody configured the provider.
    Unconfigured,
    /// There is everything that a client needs.
    Ready(Box<Ready>),
    /// There will be no client, and this is why.
    Refused(Diagnostics),
}

struct Ready {
    config: ClientConfig,
    runtime: Runtime,
    preflight: Arc<Preflight>,
    /// Who is to be asked first where the cloud is.
    metadata: Option<metadata::Ask>,
    /// What came of it.
    settled: OnceLock<Result<ClientConfig, Diagnostics>>,
    /// Made at the first call, so that a process that only plans opens nothing.
    client: OnceLock<Result<Client, Diagnostics>>,
    managed_desktop: Option<ManagedDesktop>,
    tenant_id: Option<String>,
}

/// Managed Desktop as a provider block enables it.
pub(super) struct Desktop {
    /// A client for it.
    pub(super) client: Client,
    /// Tenant as the settings name it.
    pub(super) tenant_id: Option<String>,
}

impl Connection {
    /// A connection that nobody has configured. `runtime` is called for each configuration.
    pub fn new(runtime: impl Fn(&HttpOptions) -> Runtime + Send + Sync + 'static) -> Self {
        Connection { make_runtime: Box::new(runtime), state: RwLock::new(State::Unconfigured) }
    }

    /// Takes new settings. Errors in `diags` are about values that are there and wrong; what is missing or unknown is kept for
    /// [`Connect::client`].
    pub(super) fn configure(
        &self,
        settings: &Settings,
        user_agent: String,
        diags: &mut Diagnostics,
    ) {
        let state = match self.prepare(settings, user_agent, diags) {
            Ok(ready) => State::Ready(Box::new(ready)),
            // An operation that meets these findings belongs to another block, where the paths would point at something else.
            Err(why) => State::Refused(Diagnostics(
                why.0.into_iter().map(|finding| finding.at(Path::root())).collect(),
            )),
        };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

impl Connection {
    fn with_ready<T>(
        &self,
        of: impl FnOnce(&Ready) -> Result<T, Diagnostics>,
    ) -> Result<T, Diagnostics> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(ready) => of(ready),
            State::Refused(why) => Err(why.clone()),
            State::Unconfigured => Err(Diagnostic::bug(
                "The service was needed before Terraform had configured the provider.",
            )
            .into()),
        }
    }

    /// A client that signs in the same way for something else than Graph as it is configured. The attribute at fault is the caller's.
    ///
    /// # Errors
    /// As [`Connect::client`]; also endpoints that cannot be used.
    pub(super) fn client_for(
        &self,
        change: impl FnOnce(Endpoints) -> Result<Endpoints, String>,
    ) -> Result<Client, Diagnostics> {
        self.with_ready(|ready| ready.client_for(change))
    }

    /// Managed Desktop, where it is enabled.
    ///
    /// # Errors
    /// As [`Connect::client`].
    pub(super) fn managed_desktop(&self) -> Result<Option<Desktop>, Diagnostics> {
        self.with_ready(|ready| {
            let Some(setting) = &ready.managed_desktop else { return Ok(None) };
            let ManagedDesktop { endpoint, audience, uses_v1_authority } = setting;
            let client = ready
                .client_for(|usual| usual.for_service(endpoint, audience, *uses_v1_authority))?;
            Ok(Some(Desktop { client, tenant_id: ready.tenant_id.clone() }))
        })
    }
}

impl Connect for Connection {
    fn client(&self) -> Result<Client, Diagnostics> {
        self.with_ready(|ready| ready.client.get_or_init(|| ready.connect()).clone())
    }

    fn preflight(&self) -> Option<Arc<Preflight>> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(ready) => Some(Arc::clone(&ready.preflight)),
            State::Refused(_) | State::Unconfigured => None,
        }
    }
}

impl Ready {
    fn connect(&self) -> Result<Client, Diagnostics> {
        Ok(Client::new(self.settled()?, self.runtime.clone()))
    }

    fn client_for(
        &self,
        change: impl FnOnce(Endpoints) -> Result<Endpoints, String>,
    ) -> Result<Client, Diagnostics> {
        let mut config = self.settled()?;
        config.endpoints = change(config.endpoints).map_err(|why| {
            Diagnostic::error("No token can be asked for", format!("That is because {why}."))
        })?;
        Ok(Client::new(config, self.runtime.clone()))
    }

    fn settled(&self) -> Result<ClientConfig, Diagnostics> {
        let settle = || {
            let mut config = self.config.clone();
            if let Some(ask) = &self.metadata {
                config.endpoints = ask_metadata(ask)?;
            }
            Ok(config)
        };
        self.settled.get_or_init(settle).clone()
    }
}

impl Connection {
    /// Everything that a client is made of, from what was found.
    ///
    /// # Errors
    /// What is missing, unknown or wrong. What is wrong stands in `diags` too.
    fn prepare(
        &self,
        settings: &Settings,
        user_agent: String,
        diags: &mut Diagnostics,
    ) -> Result<Ready, Diagnostics> {
        let mut wrong = Diagnostics::new();
        check::used(settings, &[&inputs::AUTH_METHOD], &mut wrong);
        check::used(settings, sign_in::FLAGS, &mut wrong);
        if wrong.has_error() {
            diags.extend(wrong.clone());
            return Err(wrong);
        }
        let method = match sign_in::choose(settings, endpoints(settings).ok().as_ref()) {
            Ok(method) => method,
            Err(Obstacle::Unknown(names)) => return Err(unknown(&names).into()),
            Err(Obstacle::Missing(missing)) => {
                check::alone(settings, diags);
                return Err(missing.into());
            }
        };
        let used: Vec<_> = method.uses().chain(WHERE.iter().copied()).collect();
        let flags: Vec<_> = sign_in::FLAGS.iter().map(|input| input.name).collect();
        let fresh: Vec<_> =
            used.iter().copied().filter(|input| !flags.contains(&input.name)).collect();
        check::used(settings, &fresh, &mut wrong);
        diags.extend(wrong.clone());
        if wrong.has_error() {
            return Err(wrong);
        }
        let names = used.iter().filter(|input| matches!(settings.get(input), Found::Unknown));
        let names: Vec<_> = names.map(|input| input.name).collect();
        if !names.is_empty() {
            return Err(unknown(&names).into());
        }
        sign_in::accidents(settings, method, diags);
        let fail = |finding: Diagnostic, diags: &mut Diagnostics| {
            diags.push(finding.clone());
            Diagnostics::from(finding)
        };
        let options = options(settings).map_err(|finding| fail(finding, diags))?;
        let runtime = (self.make_runtime)(&options);
        let credential = credential::make(settings, method, &*runtime.clock)
            .map_err(|finding| fail(finding, diags))?;
        let endpoints = endpoints(settings).map_err(|why| {
            Diagnostic::bug(format!("An address passed its check and was refused after: {why}."))
        })?;
        for address in endpoints.foreign() {
            diags.push(Diagnostic::warning(
                format!("{address} belongs to none of Microsoft's clouds"),
                "The provider will send its credentials or its token there. Make sure that authority_host and graph_endpoint are \
                 meant, and that the host is trusted.",
            ));
        }
        // With connections of its own: they belong to the thread that asks.
        let metadata =
            metadata(settings, &endpoints, &user_agent, || (self.make_runtime)(&options));
        let config = ClientConfig {
            endpoints,
            credential,
            user_agent,
            waits_for_replication: settings.flag(&inputs::WAIT_FOR_REPLICATION, true),
            shared: Shared::default(),
        };
        let from = method.credentials().iter().find_map(|input| settings.source(input));
        tracing::info!(
            auth_method = method.name(),
            credential_from = from.map(|source| source.to_string()).unwrap_or_default(),
            "way to sign in was chosen"
        );
        let preflight = Arc::new(preflight(settings));
        Ok(Ready {
            config,
            runtime,
            preflight,
            metadata,
            settled: OnceLock::new(),
            client: OnceLock::new(),
            managed_desktop: settings.managed_desktop.clone(),
            tenant_id: settings.text(&inputs::TENANT_ID).map(str::to_owned),
        })
    }
}

/// What is checked before the service is asked.
fn preflight(settings: &Settings) -> Preflight {
    let check = match settings.text(&inputs::PERMISSION_CHECK) {
        Some("error") => Check::Error,
        Some("off") => Check::Off,
        _ => Check::Warn,
    };
    let cloud = settings.text(&inputs::ENVIRONMENT).and_then(Cloud::named);
    let mut absent = Vec::new();
    if let Some(cloud) = cloud.filter(|_| !settings.flag(&inputs::SKIP_CLOUD_CHECK, false)) {
        let mut lacks = |paths: &[&'static str], service: &str| {
            let why = format!("The cloud {:?} is not known to offer {service}.", cloud.name);
            absent.extend(paths.iter().map(|path| Absent { path, why: why.clone() }));
        };
        if !cloud.has_windows_365 {
            lacks(&["/deviceManagement/virtualEndpoint", "/roleManagement/cloudPC"], "Windows 365");
        }
        if !cloud.has_intune {
            lacks(&["/deviceManagement", "/deviceAppManagement"], "Intune");
        }
    }
    Preflight::new(check, absent)
}

/// What the network demands.
pub(super) fn options(settings: &Settings) -> Result<HttpOptions, Diagnostic> {
    let wrong = |name: &'static str, why: &str| {
        Diagnostic::error(format!("Invalid {name}"), format!("It cannot be used: {why}."))
            .at(Path::attribute(name))
    };
    let authorities = settings.text(&inputs::CA_FILE).map(|path| {
        credential::read(path, 4 << 20)
            .map_err(|why| wrong("ca_file", &format!("{path} cannot be read: {why}")))
    });
    let options = HttpOptions {
        authorities: authorities.transpose()?,
        proxy: settings.text(&inputs::PROXY_URL).map(Secret::new),
        no_proxy: settings.text(&inputs::NO_PROXY).map(str::to_owned),
    };
    options.check().map_err(|(name, why)| wrong(name, &why))?;
    Ok(options)
}

pub(super) fn endpoints(settings: &Settings) -> Result<Endpoints, String> {
    let mut endpoints = settings
        .text(&inputs::ENVIRONMENT)
        .and_then(Cloud::named)
        .map_or_else(Endpoints::default, Endpoints::of);
    if let Some(address) = settings.text(&inputs::AUTHORITY_HOST) {
        endpoints = endpoints.with_authority_host(address)?;
    }
    if let Some(address) = settings.text(&inputs::GRAPH_ENDPOINT) {
        endpoints = endpoints.with_graph_endpoint(address)?;
    }
    if let Some(audience) = settings.text(&inputs::GRAPH_AUDIENCE) {
        endpoints = endpoints.with_audience(audience)?;
    }
    if let Some(audience) = settings.text(&inputs::OIDC_AUDIENCE) {
        endpoints = endpoints.with_exchange_audience(audience);
    }
    Ok(endpoints)
}

/// Whom to ask where the cloud is, if anybody.
fn metadata(
    settings: &Settings,
    usual: &Endpoints,
    user_agent: &str,
    runtime: impl FnOnce() -> Runtime,
) -> Option<metadata::Ask> {
    let host = settings.text(&inputs::METADATA_HOST)?;
    Some(metadata::Ask {
        host: host.to_owned(),
        authority_host: settings.text(&inputs::AUTHORITY_HOST).map(str::to_owned),
        graph_endpoint: settings.text(&inputs::GRAPH_ENDPOINT).map(str::to_owned),
        usual: usual.clone(),
        audience_is_set: settings.text(&inputs::GRAPH_AUDIENCE).is_some(),
        user_agent: user_agent.to_owned(),
        runtime: runtime(),
    })
}

fn ask_metadata(ask: &metadata::Ask) -> Result<Endpoints, Diagnostics> {
    ask.endpoints()
        .map_err(|why| Diagnostic::error("Cannot ask metadata_host where the cloud is", why).into())
}

/// The endpoints, after a metadata service was asked if there is one to ask.
///
/// # Errors
/// An address cannot be used, or the metadata service gave no answer of use.
pub(super) fn settled_endpoints(
    settings: &Settings,
    user_agent: &str,
    runtime: &Runtime,
) -> Result<Endpoints, Diagnostics> {
    let usual = endpoints(settings)
        .map_err(|why| Diagnostic::error("An address cannot be used", format!("{why}.")))?;
    match metadata(settings, &usual, user_agent, || runtime.clone()) {
        Some(ask) => ask_metadata(&ask),
        None => Ok(usual),
    }
}

/// The error of an operation that came too early. It points at no attribute: the operation belongs to another block.
fn unknown(names: &[&str]) -> Diagnostic {
    let ways: Vec<_> = inputs::ALL
        .iter()
        .filter(|input| names.contains(&input.name))
        .map(|input| format!("  {}: {}", input.name, input.variables_phrase()))
        .collect();
    let names = names.join(", ");
    Diagnostic::error(
        format!("The provider's {names} is not known yet"),
        format!(
            "The provider block takes {names} from something that is made during apply, but the service is needed now.\n\nApply that \
             first (terraform apply -target=...), take the value from an ephemeral resource or a data source, or leave it out of the \
             provider block and set it in the environment:\n\n{}",
            ways.join("\n")
        ),
    )
}
