//! What each RPC means. The plugin host calls one method per RPC and translates; everything that is decided is decided here.
//!
//! No method fails: whatever goes wrong is told in diagnostics, beside the most that can still be said. An answer with an error but
//! without state makes Terraform keep what it has stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::call::Raw;
use super::provider::unknown_type;
use super::{ConfigureRequest, Provider, Resource, values};
use crate::tf::{Block, Diagnostics, Value};

mod action;
mod change;
mod data;
mod ephemeral;
mod function;
mod list;
mod plan;
mod state;

/// A provider behind the calls of Terraform.
#[derive(Clone)]
pub struct Server {
    provider: Arc<dyn Provider>,
}

impl Server {
    /// Serves `provider`.
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Server { provider }
    }

    /// The provider, for the answers that are nothing but its schemas.
    pub fn provider(&self) -> &dyn Provider {
        self.provider.as_ref()
    }

    /// ValidateProviderConfig.
    pub fn validate_provider(&self, config: Raw) -> Diagnostics {
        let mut diags = Diagnostics::new();
        match values::read_config(&config, &self.provider.schema().block, "the provider") {
            Ok(config) => self.provider.validate(&config, &mut diags),
            Err(unreadable) => diags.extend(unreadable),
        }
        diags
    }

    /// ConfigureProvider.
    pub fn configure(&self, config: Raw, terraform_version: &str) -> Diagnostics {
        let mut diags = Diagnostics::new();
        match values::read_config(&config, &self.provider.schema().block, "the provider") {
            Ok(config) => self
                .provider
                .configure(ConfigureRequest { config: &config, terraform_version }, &mut diags),
            Err(unreadable) => diags.extend(unreadable),
        }
        diags
    }

    fn resource(&self, type_name: &str) -> Result<&Arc<dyn Resource>, Diagnostics> {
        find(self.provider.resources(), "resource", type_name)
    }
}

/// Looks up what Terraform asks for.
fn find<'a, T: ?Sized>(
    served: &'a BTreeMap<&'static str, Arc<T>>,
    kind: &str,
    type_name: &str,
) -> Result<&'a Arc<T>, Diagnostics> {
    served.get(type_name).ok_or_else(|| unknown_type(kind, type_name).into())
}

/// Reads a configuration and has it checked.
fn validate(
    raw: &Raw,
    block: &Block,
    type_name: &str,
    check: impl FnOnce(&Value, &mut Diagnostics),
) -> Diagnostics {
    let mut diags = Diagnostics::new();
    match values::read_config(raw, block, type_name) {
        Ok(config) => check(&config, &mut diags),
        Err(unreadable) => diags.extend(unreadable),
    }
    diags
}
