//! The traits that a provider implements. All values are complete against their schema: every attribute is present.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{Context, Private};
use crate::tf::{Diagnostic, Diagnostics, Identity, Path, Schema, Type, Value};

/// A provider: its own block, and everything it serves by Terraform type name.
///
/// The maps are built once and borrowed for ever; schemas inside the entries should be built when first asked for.
pub trait Provider: Send + Sync + 'static {
    /// Schema of the provider block.
    fn schema(&self) -> &Schema;

    /// Checks the provider block. Values may be unknown anywhere; no environment, no network.
    fn validate(&self, config: &Value, diags: &mut Diagnostics);

    /// Takes the provider block. Values may be unknown, which must not fail. Fetches nothing. May be called again, and then replaces
    /// what was configured before.
    fn configure(&self, request: ConfigureRequest<'_>, diags: &mut Diagnostics);

    /// Managed resources.
    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>>;

    /// Data sources. None unless said otherwise.
    fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn DataSource>> {
        static NONE: BTreeMap<&str, Arc<dyn DataSource>> = BTreeMap::new();
        &NONE
    }

    /// Provider functions, by their unprefixed name. None unless said otherwise.
    fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn Function>> {
        static NONE: BTreeMap<&str, Arc<dyn Function>> = BTreeMap::new();
        &NONE
    }

    /// Ephemeral resources. None unless said otherwise.
    fn ephemerals(&self) -> &BTreeMap<&'static str, Arc<dyn Ephemeral>> {
        static NONE: BTreeMap<&str, Arc<dyn Ephemeral>> = BTreeMap::new();
        &NONE
    }

    /// List resources; each name is also a managed resource with an identity. None unless said otherwise.
    fn list_resources(&self) -> &BTreeMap<&'static str, Arc<dyn ListResource>> {
        static NONE: BTreeMap<&str, Arc<dyn ListResource>> = BTreeMap::new();
        &NONE
    }

    /// Actions. None unless said otherwise.
    fn actions(&self) -> &BTreeMap<&'static str, Arc<dyn Action>> {
        static NONE: BTreeMap<&str, Arc<dyn Action>> = BTreeMap::new();
        &NONE
    }
}

/// What [`Provider::configure`] is given.
#[derive(Debug)]
pub struct ConfigureRequest<'a> {
    /// The provider block; may hold unknowns during a plan.
    pub config: &'a Value,
    /// The product's own version, for the user agent only.
    pub terraform_version: &'a str,
}

/// What a managed resource looks like after an operation.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The new state. `None`: there is no object (after a create: nothing was made; after a read: it is gone; after a delete: done).
    /// An update or delete that failed gives what is now true.
    pub state: Option<Value>,
    /// Private state to store beside it.
    pub private: Private,
    /// Identity to store beside it, an object of the identity schema's attributes.
    pub identity: Option<Value>,
    /// Findings. State is kept beside errors: what exists is never lost.
    pub diagnostics: Diagnostics,
}

/// A managed resource type.
///
/// The framework has already applied defaults, computed unknowns, semantic equality and replacement by the schema's
/// [`PlanRules`](crate::tf::schema::PlanRules); a resource adds what only it knows.
#[async_trait]
pub trait Resource: Send + Sync {
    /// The schema, built once.
    fn schema(&self) -> &Schema;

    /// The identity schema, if objects have an identity.
    fn identity(&self) -> Option<&Identity> {
        None
    }

    /// Checks a configuration. Any value may be unknown; unknown is not absent.
    fn validate(&self, config: &Value, diags: &mut Diagnostics);

    /// Changes the plan of a create or update after the schema's rules were applied, or comments on a destroy. Must be pure.
    /// On a destroy `plan.planned` is null and stays so.
    fn modify_plan(&self, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
        let _ = (plan, diags);
    }

    /// Creates the object.
    async fn create(&self, cx: &Context, request: CreateRequest) -> Outcome;

    /// Reads the object as it is now.
    async fn read(&self, cx: &Context, request: ReadRequest) -> Outcome;

    /// Changes the object.
    async fn update(&self, cx: &Context, request: UpdateRequest) -> Outcome;

    /// Deletes the object. An object that is gone already is deleted. Must work without private state.
    async fn delete(&self, cx: &Context, request: DeleteRequest) -> Outcome;

    /// Finds the object that an import names. The state may be a stub with nothing but what [`Resource::read`] needs.
    /// A result without state must hold an error.
    async fn import(&self, cx: &Context, request: ImportRequest) -> Outcome;

    /// Brings a stored state of an older schema version to the shape of the current one. `state` is the stored JSON.
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
        diags: &mut Diagnostics,
    ) -> serde_json::Value {
        let _ = (version, diags);
        state
    }

    /// Takes over the state of another resource type or provider. `None` (the default): not supported, the framework says so.
    fn move_from(&self, source: MoveSource<'_>, diags: &mut Diagnostics) -> Option<Moved> {
        let _ = (source, diags);
        None
    }

    /// Turns a state into the configuration that a user would write for it. The framework has already removed computed-only and
    /// deprecated attributes; this resolves what excludes each other.
    fn generate_config(&self, state: &Value, config: Value) -> Value {
        let _ = state;
        config
    }
}

/// A plan in the making.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The configuration; null on destroy.
    pub config: &'a Value,
    /// The prior state; null on create.
    pub prior: &'a Value,
    /// The planned state so far; null on destroy.
    pub planned: Value,
    /// Paths whose change replaces the object.
    pub requires_replace: Vec<Path>,
    /// Private state that the apply will be given.
    pub private: Private,
}

/// What [`Resource::create`] is given.
#[derive(Clone, Debug)]
pub struct CreateRequest {
    /// The whole configuration, wholly known, write-only values included.
    pub config: Value,
    /// The planned state; computed values may be unknown.
    pub planned: Value,
    /// Private state from the plan.
    pub private: Private,
}

/// What [`Resource::read`] is given.
#[derive(Clone, Debug)]
pub struct ReadRequest {
    /// The state as stored, or as an import stubbed it.
    pub state: Value,
    /// Private state as stored.
    pub private: Private,
    /// The identity as stored.
    pub identity: Option<Value>,
}

/// What [`Resource::update`] is given.
#[derive(Clone, Debug)]
pub struct UpdateRequest {
    /// The whole configuration, wholly known, write-only values included.
    pub config: Value,
    /// The prior state.
    pub prior: Value,
    /// The planned state; computed values may be unknown.
    pub planned: Value,
    /// Private state from the plan.
    pub private: Private,
}

/// What [`Resource::delete`] is given.
#[derive(Clone, Debug)]
pub struct DeleteRequest {
    /// The prior state.
    pub prior: Value,
    /// Private state, empty for a tainted object.
    pub private: Private,
}

/// How an import names an object.
#[derive(Clone, Debug)]
pub enum ImportRequest {
    /// By the text of the `terraform import` command or of `id` in an import block.
    Id(String),
    /// By identity, an object of the identity schema's attributes.
    Identity(Value),
}

/// A state that a `moved` block wants to become this resource's.
#[derive(Clone, Copy, Debug)]
pub struct MoveSource<'a> {
    /// Address of the provider that wrote it, host included.
    pub provider_address: &'a str,
    /// Its resource type there.
    pub type_name: &'a str,
    /// Its schema version there.
    pub schema_version: i64,
    /// The stored JSON.
    pub state: &'a serde_json::Value,
    /// Its private state.
    pub private: &'a [u8],
}

/// The answer to a [`MoveSource`].
#[derive(Clone, Debug)]
pub struct Moved {
    /// State in this resource's shape.
    pub state: Value,
    /// Private state.
    pub private: Private,
    /// Identity.
    pub identity: Option<Value>,
}

/// A data source type.
#[async_trait]
pub trait DataSource: Send + Sync {
    /// The schema, built once.
    fn schema(&self) -> &Schema;

    /// Checks a configuration, unknowns allowed.
    fn validate(&self, config: &Value, diags: &mut Diagnostics);

    /// Reads. The result echoes the configured attributes. `Err` holds at least one error.
    async fn read(&self, cx: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics>;
}

/// A provider function: pure, without configuration.
pub trait Function: Send + Sync {
    /// What it takes and gives.
    fn signature(&self) -> &Signature;

    /// Calls it. `Err` names the zero-based argument at fault where one is.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Positional parameters.
    pub parameters: Vec<Parameter>,
    /// A last parameter that may repeat.
    pub variadic: Option<Parameter>,
    /// Type of the result.
    pub returns: Type,
    /// One line.
    pub summary: &'static str,
    /// Markdown.
    pub description: &'static str,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub r#type: Type,
    /// Whether null may be passed.
    pub allow_null: bool,
    /// What it is, in Markdown.
    pub description: &'static str,
}

/// Why a function call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, for the user.
    pub text: String,
    /// The argument at fault, from zero.
    pub argument: Option<i64>,
}

/// An ephemeral resource type: a value that lives for one run and is never stored.
#[async_trait]
pub trait Ephemeral: Send + Sync {
    /// The schema, built once.
    fn schema(&self) -> &Schema;

    /// Checks a configuration, unknowns allowed.
    fn validate(&self, config: &Value, diags: &mut Diagnostics);

    /// Opens it.
    async fn open(&self, cx: &Context, config: Value) -> Result<Opened, Diagnostics>;

    /// Renews what is open. The bytes are those of the latest open or renewal.
    async fn renew(&self, cx: &Context, private: Vec<u8>) -> Result<Renewed, Diagnostics>;

    /// Closes it. May be called more than once.
    async fn close(&self, cx: &Context, private: Vec<u8>) -> Diagnostics;
}

/// An open ephemeral resource.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The configuration with computed attributes filled in, wholly known.
    pub result: Value,
    /// When to renew, if ever.
    pub renew_at: Option<SystemTime>,
    /// For renewing and closing.
    pub private: Vec<u8>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// A renewed ephemeral resource.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// When to renew again; `None` ends renewals.
    pub renew_at: Option<SystemTime>,
    /// For the next renewal.
    pub private: Vec<u8>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// A list resource: finds existing objects of a managed resource type.
#[async_trait]
pub trait ListResource: Send + Sync {
    /// Schema of the `config` block.
    fn schema(&self) -> &Schema;

    /// Checks a configuration, unknowns allowed.
    fn validate(&self, config: &Value, diags: &mut Diagnostics);

    /// Sends what it finds, at most `limit` objects. Ends early when the receiver is gone. An event with an error is the last.
    async fn list(&self, cx: &Context, request: ListRequest, events: mpsc::Sender<Listed>);
}

/// What [`ListResource::list`] is given.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// The `config` block.
    pub config: Value,
    /// Whether each event should carry the whole object.
    pub include_resource: bool,
    /// Greatest number of events; `None` for no limit.
    pub limit: Option<u64>,
}

/// One object found, or a finding.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Identity; may be missing beside findings only.
    pub identity: Option<Value>,
    /// Name to show.
    pub display_name: String,
    /// The whole object, when asked for.
    pub resource: Option<Value>,
    /// Findings.
    pub diagnostics: Diagnostics,
}

/// An action: something done once, with no state.
#[async_trait]
pub trait Action: Send + Sync {
    /// The schema, built once.
    fn schema(&self) -> &Schema;

    /// Checks a configuration, unknowns allowed.
    fn validate(&self, config: &Value, diags: &mut Diagnostics);

    /// Comments on a planned invocation; unknowns allowed.
    fn plan(&self, config: &Value, diags: &mut Diagnostics) {
        let _ = (config, diags);
    }

    /// Does it, telling progress as it goes.
    async fn invoke(
        &self,
        cx: &Context,
        config: Value,
        progress: mpsc::Sender<String>,
    ) -> Diagnostics;
}

/// The error for something that is not there. Terraform only asks for what the schema names, so this is a fault.
pub(crate) fn unknown_type(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::bug(format!(
        "Terraform asked for the {kind} \"{name}\", which this provider does not serve."
    ))
}
