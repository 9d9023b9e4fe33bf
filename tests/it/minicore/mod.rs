//! A Terraform in small: it drives a built provider over the real protocol and checks Terraform's own rules at every exchange.
//!
//! Nothing here uses the provider's types but the generated messages, so that both sides must be wrong in the same way for a mistake
//! to pass. The rules are those of `internal/plans/objchange`, `internal/terraform` and `internal/plugin6` in hashicorp/terraform.
//! What breaks a rule is kept as a sentence; tests end with [`MiniCore::finish`], which fails on any.
//!
//! A "command" is what a person types: it starts its own processes, and everything that it knows of earlier ones it reads from the
//! stored states. Start reading at `drive`, then `session`.

mod catalog;
mod codec;
mod compatible;
mod config;
mod diagnostics;
mod drive;
mod extras;
mod path;
mod plan_valid;
mod planning;
mod process;
mod properties;
mod proposed;
mod schema;
mod session;
mod tests;
mod types;
mod value;
mod variants;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;
use windows365::plugin::proto;

pub(crate) use catalog::Catalog;
pub(crate) use codec::Form;
pub(crate) use config::{build, resolved, unknown};
pub(crate) use diagnostics::Diags;
pub(crate) use drive::{Action, Plan};
pub(crate) use extras::MoveFrom;
pub(crate) use process::Launch;
pub(crate) use properties::{Fixture, check_provider, check_resource};
pub(crate) use session::{ApplyCall, Object, ObjectAnswer, Session, Violations};

/// An object in the state file.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub attributes: Json,
    pub schema_version: i64,
    pub private: Vec<u8>,
    pub identity: Option<(i64, Json)>,
    pub tainted: bool,
}

/// What a process is used for, which decides what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Never configured.
    Validate,
    /// Configured with what is known by then.
    Plan,
    /// Configured with everything; says that deferring is allowed, although it is not.
    Apply,
}

/// The small Terraform, with its state.
pub(crate) struct MiniCore {
    pub launch: Launch,
    pub provider_config: Json,
    pub catalog: Arc<Catalog>,
    pub violations: Violations,
    /// By address.
    pub states: BTreeMap<String, Stored>,
    /// Whether to be a client that knows write-only attributes.
    pub write_only: bool,
    /// In which of the legal forms to send values.
    pub form: Form,
}

impl MiniCore {
    /// Loads the schemas of a provider. Nothing is configured yet.
    pub(crate) async fn new(
        binary: PathBuf,
        env: &[(&str, &str)],
        provider_config: Json,
    ) -> MiniCore {
        let env: Vec<_> =
            env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let launch = Launch { binary, env, tls: true };
        let mut faults = Vec::new();
        let catalog =
            Catalog::load(&launch, &mut faults).await.unwrap_or_else(|error| panic!("{error}"));
        let Launch { binary, env, .. } = launch;
        let core = MiniCore::with_catalog(binary, env, provider_config, Arc::new(catalog));
        core.violations.extend(faults);
        core
    }

    /// The same with schemas that were loaded before.
    pub(crate) fn with_catalog(
        binary: PathBuf,
        env: Vec<(String, String)>,
        provider_config: Json,
        catalog: Arc<Catalog>,
    ) -> MiniCore {
        MiniCore {
            launch: Launch { binary, env, tls: true },
            provider_config,
            catalog,
            violations: Violations::default(),
            states: BTreeMap::new(),
            write_only: true,
            form: Form::Usual,
        }
    }

    /// Starts a process, and configures it unless it is for validation only.
    pub(crate) async fn session(&self, phase: Phase) -> Result<Session, Diags> {
        let plugin = self.launch.start().await.map_err(Diags::error)?;
        let session = Session {
            plugin,
            catalog: Arc::clone(&self.catalog),
            violations: self.violations.clone(),
            client: proto::ClientCapabilities {
                deferral_allowed: phase == Phase::Apply,
                write_only_attributes_allowed: self.write_only,
                store_planned_private: true,
                computed_blocks_allowed: true,
            },
            form: self.form,
        };
        let config = match phase {
            Phase::Apply => resolved(&self.provider_config),
            _ => self.provider_config.clone(),
        };
        let config = config::build(&self.catalog.provider.block, &config).map_err(Diags::error)?;
        let mut diags = session.validate_provider(&config).await;
        if phase != Phase::Validate && !diags.has_error() {
            diags.extend(session.configure(&config).await);
        }
        if diags.has_error() {
            session.close().await;
            return Err(diags);
        }
        Ok(session)
    }

    /// The stored attributes of an object; null when there is none.
    pub(crate) fn state(&self, address: &str) -> Json {
        self.states.get(address).map_or(Json::Null, |it| it.attributes.clone())
    }

    /// Marks an object for replacement.
    pub(crate) fn taint(&mut self, address: &str) {
        if let Some(stored) = self.states.get_mut(address) {
            stored.tainted = true;
        }
    }

    /// Fails with every rule that was broken, if any was.
    #[track_caller]
    pub(crate) fn finish(&self) {
        let violations = self.violations.take();
        assert!(violations.is_empty(), "rules broken:\n{}", violations.join("\n"));
    }
}
