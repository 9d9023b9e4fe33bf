//! What the engine is given when it asks for a client: the client, or why there is none.
//!
//! A plan must work while the provider block still holds unknown values, and a validation without any credential. So configuring never
//! fails for something missing: the first operation that needs the service does, and names it.

use std::sync::{OnceLock, PoisonError, RwLock};

use super::check;
use super::inputs::{self, Input};
use super::settings::{Found, Settings};
use super::sign_in::{self, Method, Obstacle};
use crate::engine::Connect;
use crate::graph::{Client, ClientConfig, Cloud, Credential, Endpoints, Runtime, Secret};
use crate::tf::{Diagnostic, Diagnostics, Path};

/// Attributes that say where requests go, whatever the way to sign in.
const WHERE: &[&Input] = &[&inputs::ENVIRONMENT, &inputs::AUTHORITY_HOST, &inputs::GRAPH_ENDPOINT];

/// The connection of one provider. Configuring it again replaces what was there.
pub struct Connection {
    make_runtime: Box<dyn Fn() -> Runtime + Send + Sync>,
    /// Kept over configurations: it holds the pool of open connections.
    runtime: OnceLock<Runtime>,
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
    /// Made at the first call, so that a process that only plans opens nothing.
    client: OnceLock<Client>,
}

impl Connection {
    /// A connection that nobody has configured. `runtime` is called once, when the first client is made.
    pub fn new(runtime: impl Fn() -> Runtime + Send + Sync + 'static) -> Self {
        Connection {
            make_runtime: Box::new(runtime),
            runtime: OnceLock::new(),
            state: RwLock::new(State::Unconfigured),
        }
    }

    /// Takes new settings. Errors in `diags` are about values that are there and wrong; what is missing or unknown is kept for
    /// [`Connect::client`].
    pub(super) fn configure(
        &self,
        settings: &Settings,
        user_agent: String,
        diags: &mut Diagnostics,
    ) {
        let state = match client_config(settings, user_agent, diags) {
            Ok(config) => State::Ready(Box::new(Ready { config, client: OnceLock::new() })),
            // An operation that meets these findings belongs to another block, where the paths would point at something else.
            Err(why) => State::Refused(Diagnostics(
                why.0.into_iter().map(|finding| finding.at(Path::root())).collect(),
            )),
        };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

impl Connect for Connection {
    fn client(&self) -> Result<Client, Diagnostics> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(ready) => Ok(ready
                .client
                .get_or_init(|| {
                    let runtime = self.runtime.get_or_init(&self.make_runtime);
                    Client::new(ready.config.clone(), runtime.clone())
                })
                .clone()),
            State::Refused(why) => Err(why.clone()),
            State::Unconfigured => Err(Diagnostic::bug(
                "The service was needed before Terraform had configured the provider.",
            )
            .into()),
        }
    }
}

/// Everything that a client is made of, from what was found.
///
/// # Errors
/// What is missing, unknown or wrong. What is wrong stands in `diags` too.
fn client_config(
    settings: &Settings,
    user_agent: String,
    diags: &mut Diagnostics,
) -> Result<ClientConfig, Diagnostics> {
    let mut wrong = Diagnostics::new();
    check::used(settings, &[&inputs::AUTH_METHOD], &mut wrong);
    if wrong.has_error() {
        diags.extend(wrong.clone());
        return Err(wrong);
    }
    let method = match sign_in::choose(settings) {
        Ok(method) => method,
        Err(Obstacle::Unknown(names)) => return Err(unknown(&names).into()),
        Err(Obstacle::Missing(missing)) => return Err(missing.into()),
    };
    let used: Vec<_> = method.uses().iter().chain(WHERE).copied().collect();
    check::used(settings, &used, &mut wrong);
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
    let endpoints = endpoints(settings).map_err(|why| {
        Diagnostic::bug(format!("An address passed its check and was refused after: {why}."))
    })?;
    for address in endpoints.foreign() {
        diags.push(Diagnostic::warning(
            format!("{address} belongs to none of Microsoft's clouds"),
            "The provider will send its credentials or its token there. Make sure that authority_host and graph_endpoint are meant, \
             and that the host is trusted.",
        ));
    }
    let config = ClientConfig { endpoints, credential: credential(settings, method)?, user_agent };
    let from = settings.source(method.credential()).map(|source| source.to_string());
    tracing::info!(
        auth_method = method.name(),
        credential_from = from.unwrap_or_default(),
        "way to sign in was chosen"
    );
    Ok(config)
}

fn credential(settings: &Settings, method: Method) -> Result<Credential, Diagnostics> {
    let text = |input: &Input| {
        settings
            .text(input)
            .map(str::to_owned)
            .ok_or_else(|| Diagnostic::bug(format!("{} was there and is missing now.", input.name)))
    };
    Ok(match method {
        Method::AccessToken => Credential::StaticToken {
            token: Secret::new(text(&inputs::ACCESS_TOKEN)?),
            tenant_id: settings.text(&inputs::TENANT_ID).map(str::to_owned),
        },
        Method::ClientSecret => Credential::ClientSecret {
            tenant_id: text(&inputs::TENANT_ID)?,
            client_id: text(&inputs::CLIENT_ID)?,
            secret: Secret::new(text(&inputs::CLIENT_SECRET)?),
        },
    })
}

fn endpoints(settings: &Settings) -> Result<Endpoints, String> {
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
    Ok(endpoints)
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
