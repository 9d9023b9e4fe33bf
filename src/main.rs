//! Terraform provider for Windows 365 and Microsoft Intune: the program. Everything happens in the library.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use windows365::framework::provider::{
    Action, ConfigureRequest, DataSource, Ephemeral, Function, ListResource, Provider, Resource,
};
use windows365::plugin::{self, Options, Transport};
use windows365::tf::{Diagnostics, Schema, Value};

pub(crate) fn main() -> ExitCode {
    let options = Options {
        program: env!("CARGO_BIN_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        about: "Terraform provider for Windows 365 and Microsoft Intune.",
        addresses: &[
            "registry.terraform.io/windows365-rs/windows365",
            "registry.terraform.io/windows365-rs/intune",
        ],
        commands: &[],
        transport: Transport::System,
        log_crates: &[],
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    plugin::run(|| Arc::<Nothing>::default(), &options, &arguments)
}

/// Serves nothing yet.
#[derive(Default)]
struct Nothing {
    schema: Schema,
    resources: BTreeMap<&'static str, Arc<dyn Resource>>,
    data_sources: BTreeMap<&'static str, Arc<dyn DataSource>>,
    functions: BTreeMap<&'static str, Arc<dyn Function>>,
    ephemerals: BTreeMap<&'static str, Arc<dyn Ephemeral>>,
    list_resources: BTreeMap<&'static str, Arc<dyn ListResource>>,
    actions: BTreeMap<&'static str, Arc<dyn Action>>,
}

#[rustfmt::skip]
impl Provider for Nothing {
    fn schema(&self) -> &Schema { &self.schema }
    fn validate(&self, _: &Value, _: &mut Diagnostics) {}
    fn configure(&self, _: ConfigureRequest<'_>, _: &mut Diagnostics) {}
    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> { &self.resources }
    fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn DataSource>> { &self.data_sources }
    fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn Function>> { &self.functions }
    fn ephemerals(&self) -> &BTreeMap<&'static str, Arc<dyn Ephemeral>> { &self.ephemerals }
    fn list_resources(&self) -> &BTreeMap<&'static str, Arc<dyn ListResource>> { &self.list_resources }
    fn actions(&self) -> &BTreeMap<&'static str, Arc<dyn Action>> { &self.actions }
}
