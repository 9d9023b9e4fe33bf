//! The provider's settings for a person at a shell: options stand where the provider block stands in Terraform, and everything else is
//! as there, so that what works by hand works in a run.

use super::connection::{self, Connection};
use super::inputs::{self, Input};
use super::machine;
use super::method::Method;
use super::settings::{Settings, Source};
use super::sign_in::{self, Obstacle};
use super::{Environment, check, credential, user_agent};
use crate::engine::Connect as _;
use crate::graph::auth::interactive::SignIn;
use crate::graph::auth::{Proof, TokenCache};
use crate::graph::{Client, HttpOptions, Runtime};
use crate::tf::{Diagnostic, Diagnostics, Value};

/// Settings of options and variables.
pub struct ByHand(Settings);

/// How the provider would sign in.
pub struct WayIn {
    /// The way.
    pub method: Method,
    /// Where what proves the identity comes from, if it is a value of the settings.
    pub credential: Option<(&'static str, Source)>,
    /// A client that signs in so.
    pub client: Client,
}

/// Why the provider would not sign in.
pub enum NoWayIn {
    /// Values are missing.
    Missing(Diagnostics),
    /// Values are wrong.
    Wrong(Diagnostics),
}

impl ByHand {
    /// Gathers. `options` are attributes of the provider block.
    ///
    /// # Errors
    /// An option that the provider block would not take either.
    pub fn gather(
        options: &[(&'static Input, Value)],
        environment: &dyn Environment,
    ) -> Result<ByHand, Diagnostics> {
        let config =
            Value::object(options.iter().map(|(input, value)| (input.name, value.clone())));
        let mut diags = Diagnostics::new();
        check::configuration(&config, &mut diags);
        if diags.has_error() {
            Err(diags)
        } else {
            Ok(ByHand(Settings::gather(&config, environment)))
        }
    }

    /// The cache that the provider looks into.
    ///
    /// # Errors
    /// There is no place for it.
    pub fn cache(&self) -> Result<TokenCache, Diagnostics> {
        machine::cache(&self.0).ok_or_else(|| {
            Diagnostic::error(
                "There is no folder for the token cache",
                "Neither HOME nor XDG_STATE_HOME (on Windows LOCALAPPDATA) is set.",
            )
            .into()
        })
    }

    /// The network as the settings demand it.
    ///
    /// # Errors
    /// A certificate or a proxy cannot be used.
    pub fn http(&self) -> Result<HttpOptions, Diagnostics> {
        connection::options(&self.0).map_err(Diagnostics::from)
    }

    /// Whether a browser of this machine can be shown to a person.
    pub fn has_browser(&self) -> bool {
        machine::has_browser(&|name| self.0.variable(name).is_some())
    }

    /// The redirect address of the app registration.
    pub fn redirect(&self) -> Option<String> {
        self.0.text(&inputs::REDIRECT_URL).map(str::to_owned)
    }

    /// The command that signs a person in with these settings.
    pub fn login_command(&self) -> String {
        machine::login_command(&self.0, false)
    }

    /// Who is to sign in where. `web`: the app proves itself by its secret or certificate, as Web apps do.
    ///
    /// # Errors
    /// A value is missing or wrong.
    pub fn sign_in(
        &self,
        scopes: Vec<String>,
        web: bool,
        runtime: &Runtime,
    ) -> Result<SignIn, Diagnostics> {
        const LOOKED_AT: &[&Input] =
            &[&inputs::TENANT_ID, &inputs::CLIENT_ID, &inputs::LOGIN_HINT, &inputs::REDIRECT_URL];
        let settings = &self.0;
        let mut diags = Diagnostics::new();
        check::used(settings, LOOKED_AT, &mut diags);
        check::used(settings, connection::WHERE, &mut diags);
        if diags.has_error() {
            return Err(diags);
        }
        let tenant_id = settings
            .text(&inputs::TENANT_ID)
            .ok_or_else(|| missing(&inputs::TENANT_ID, "--tenant"))?;
        if settings.text(&inputs::CLIENT_ID).is_none()
            && settings.text(&inputs::CLIENT_ID_FILE_PATH).is_none()
        {
            return Err(missing(&inputs::CLIENT_ID, "--client-id").into());
        }
        let agent = user_agent("", settings);
        let proof = if web { credential::proof(settings, &*runtime.clock)? } else { Proof::None };
        if web && matches!(proof, Proof::None) {
            return Err(missing(&inputs::CLIENT_SECRET, "a secret or a certificate").into());
        }
        Ok(SignIn {
            endpoints: connection::settled_endpoints(settings, &agent, runtime)?,
            tenant_id: tenant_id.to_owned(),
            client_id: credential::client_id(settings)?,
            proof,
            scopes,
            login_hint: settings.text(&inputs::LOGIN_HINT).map(str::to_owned),
            user_agent: agent,
            filter: std::sync::Arc::default(),
        })
    }

    /// How the provider would sign in. Nothing is sent, but for the question to a metadata host.
    ///
    /// # Errors
    /// It would not.
    pub fn way_in(
        &self,
        runtime: impl Fn(&HttpOptions) -> Runtime + Send + Sync + 'static,
    ) -> Result<WayIn, NoWayIn> {
        let connection = Connection::new(runtime);
        let mut diags = Diagnostics::new();
        connection.configure(&self.0, user_agent("", &self.0), &mut diags);
        let endpoints = connection::endpoints(&self.0).ok();
        let method = sign_in::choose(&self.0, endpoints.as_ref()).map_err(|why| match why {
            _ if diags.has_error() => NoWayIn::Wrong(diags.clone()),
            Obstacle::Missing(missing) => NoWayIn::Missing(missing.into()),
            Obstacle::Unknown(_) => {
                NoWayIn::Wrong(Diagnostic::bug("An option of a command was unknown.").into())
            }
        })?;
        let client = connection.client().map_err(NoWayIn::Wrong)?;
        let credential =
            method.credentials().iter().find_map(|input| Some((input.name, self.0.source(input)?)));
        Ok(WayIn { method, credential, client })
    }
}

fn missing(input: &Input, option: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{} is not set", input.name),
        format!("Give {option}, or set {}.", input.variables_phrase()),
    )
}
