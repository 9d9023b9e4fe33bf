//! Everything that is not a managed resource's life: data sources, ephemeral resources, functions, lists, actions, generated
//! configuration, and states that move between types.

use serde_json::Value as Json;
use windows365::plugin::proto;
use windows365::plugin::proto::invoke_action::event::Type as ActionEvent;

use super::config::build;
use super::diagnostics::Diags;
use super::planning::type_of;
use super::schema::{Block, Schema};
use super::session::Session;
use super::value::Val;
use super::{MiniCore, Phase, Stored};

/// An ephemeral resource's life.
#[derive(Debug)]
pub(crate) struct Ephemeral {
    pub result: Json,
    /// Whether it wanted to be renewed, and was.
    pub renewed: bool,
}

/// An object that a list resource found.
#[derive(Debug)]
pub(crate) struct Found {
    pub identity: Option<Json>,
    pub display_name: String,
    pub resource: Option<Json>,
    pub diags: Diags,
}

/// Every configured value of a block must come back as it was given.
fn check_echo(session: &Session, call: &str, block: &Block, config: &Val, result: &Val) {
    for name in block.attributes.keys().chain(block.blocks.keys()) {
        let (given, back) = (config.get(name), result.get(name));
        if !given.is_null() && given != back && block.attributes.contains_key(name) {
            session
                .violations
                .add(format!("{call}: changed the configured {name} from {given:?} to {back:?}"));
        }
    }
}

impl MiniCore {
    /// Reads a data source: `validate`, then a read in a configured process.
    pub(crate) async fn data(&self, name: &str, config: &Json) -> Result<Json, Diags> {
        let schema = self
            .catalog
            .data_sources
            .get(name)
            .ok_or_else(|| Diags::error(format!("no data source {name}")))?;
        let session = self.session(Phase::Plan).await?;
        let result = read_data(&session, name, schema, config).await;
        session.close().await;
        result
    }

    /// Opens an ephemeral resource, renews it if it asks for that, and closes it.
    pub(crate) async fn ephemeral(&self, name: &str, config: &Json) -> Result<Ephemeral, Diags> {
        let schema = self
            .catalog
            .ephemerals
            .get(name)
            .ok_or_else(|| Diags::error(format!("no ephemeral resource {name}")))?;
        let session = self.session(Phase::Plan).await?;
        let result = live_ephemeral(&session, name, schema, config).await;
        session.close().await;
        result
    }

    /// Calls a function in a process that is not configured, twice, because functions are pure.
    pub(crate) async fn function(&self, name: &str, arguments: &[Json]) -> Result<Json, String> {
        let function =
            self.catalog.functions.get(name).ok_or_else(|| format!("no function {name}"))?;
        let mut values = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            let ty = function
                .parameters
                .get(index)
                .or(function.variadic.as_ref())
                .ok_or("too many arguments")?;
            values.push((Val::from_json(argument, ty)?, ty));
        }
        let session = self.session(Phase::Validate).await.map_err(|diags| diags.to_string())?;
        let request = proto::call_function::Request {
            name: name.to_owned(),
            arguments: values.iter().filter_map(|(value, ty)| session.send(value, ty)).collect(),
        };
        let call = format!("CallFunction of {name}");
        let (first, _) = session.answer(&call, session.rpc().call_function(request.clone())).await;
        let (second, _) = session.answer(&call, session.rpc().call_function(request)).await;
        if first != second {
            self.violations.add(format!("{call}: gave two results for the same arguments"));
        }
        let result = session.receive(&call, &first.result, &function.returns);
        session.close().await;
        match first.error {
            Some(error) => {
                if error
                    .function_argument
                    .is_some_and(|it| usize::try_from(it).map_or(true, |it| it >= arguments.len()))
                {
                    self.violations.add(format!("{call}: blames an argument that was not given"));
                }
                Err(error.text)
            }
            None if !result.is_wholly_known() => {
                self.violations.add(format!("{call}: the result is not known"));
                Ok(Json::Null)
            }
            None => Ok(result.to_json()),
        }
    }

    /// `terraform query`: what a list resource finds.
    pub(crate) async fn list(
        &self,
        name: &str,
        config: &Json,
        include_resource: bool,
        limit: i64,
    ) -> Result<Vec<Found>, Diags> {
        let schema = self
            .catalog
            .lists
            .get(name)
            .ok_or_else(|| Diags::error(format!("no list resource {name}")))?;
        let session = self.session(Phase::Plan).await?;
        let found = list_all(&session, name, schema, config, include_resource, limit).await;
        session.close().await;
        found
    }

    /// Plans and invokes an action, and gives the progress that it told.
    pub(crate) async fn action(&self, name: &str, config: &Json) -> Result<Vec<String>, Diags> {
        let schema = self
            .catalog
            .actions
            .get(name)
            .ok_or_else(|| Diags::error(format!("no action {name}")))?;
        let session = self.session(Phase::Apply).await?;
        let told = invoke(&session, name, schema, config).await;
        session.close().await;
        told
    }

    /// The configuration that the provider would write for a stored object, as JSON without nulls. The process is not configured.
    pub(crate) async fn generate_config(&self, address: &str) -> Result<Json, Diags> {
        let name = type_of(address);
        let session = self.session(Phase::Validate).await?;
        let loaded = self.loaded(&session, address).await;
        let schema = session.resource(name);
        let generated = match loaded {
            Ok(Some(object)) => {
                let request = proto::generate_resource_config::Request {
                    type_name: name.to_owned(),
                    state: session.send(&object.value, &schema.ty()),
                };
                let call = format!("GenerateResourceConfig of {name}");
                let (answer, mut diags) =
                    session.answer(&call, session.rpc().generate_resource_config(request)).await;
                diags.extend(session.diags(&call, &schema.ty(), &answer.diagnostics));
                let config = session.receive(&call, &answer.config, &schema.ty());
                check_generated(&session, &call, &schema.block, &config);
                if diags.has_error() {
                    Err(diags)
                } else {
                    Ok(without_nulls(&config.to_json(), &schema.block))
                }
            }
            Ok(None) => Err(Diags::error("there is no such object")),
            Err(diags) => Err(diags),
        };
        session.close().await;
        generated
    }

    /// A `moved` block from another type or provider: an unconfigured process takes the stored state over.
    pub(crate) async fn take_over(
        &mut self,
        source: MoveFrom<'_>,
        address: &str,
    ) -> Result<(), Diags> {
        let name = type_of(address);
        let session = self.session(Phase::Validate).await?;
        let schema = session.resource(name);
        let request = proto::move_resource_state::Request {
            source_provider_address: source.provider.to_owned(),
            source_type_name: source.type_name.to_owned(),
            source_schema_version: source.schema_version,
            source_state: Some(proto::RawState {
                json: source.state.to_string().into_bytes(),
                flatmap: Default::default(),
            }),
            target_type_name: name.to_owned(),
            source_private: source.private.to_vec(),
            source_identity: None,
            source_identity_schema_version: 0,
        };
        let call = format!("MoveResourceState to {name}");
        let (answer, mut diags) =
            session.answer(&call, session.rpc().move_resource_state(request)).await;
        diags.extend(session.diags(&call, &schema.ty(), &answer.diagnostics));
        let value = session.receive(&call, &answer.target_state, &schema.ty());
        let identity = session.receive_identity(&call, name, &answer.target_identity);
        if !diags.has_error()
            && (value.is_null()
                || !value.is_wholly_known()
                || !super::session::write_only_values(&schema.block, &value).is_empty())
        {
            self.violations.add(format!("{call}: Provider returned invalid value: {value:?}"));
        }
        let version = schema.version;
        session.close().await;
        if diags.has_error() {
            return Err(diags);
        }
        let identity_version = self.catalog.identities.get(name).map_or(0, |it| it.version);
        let stored = Stored {
            attributes: value.to_json(),
            schema_version: version,
            private: answer.target_private.to_vec(),
            identity: identity.map(|it| (identity_version, it.to_json())),
            tainted: false,
        };
        self.states.insert(address.to_owned(), stored);
        Ok(())
    }
}

/// Where a moved state comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MoveFrom<'a> {
    pub provider: &'a str,
    pub type_name: &'a str,
    pub schema_version: i64,
    pub state: &'a Json,
    pub private: &'a [u8],
}

async fn read_data(
    session: &Session,
    name: &str,
    schema: &Schema,
    config: &Json,
) -> Result<Json, Diags> {
    let ty = schema.ty();
    let config = build(&schema.block, config).map_err(Diags::error)?;
    let call = format!("ValidateDataResourceConfig of {name}");
    let request = proto::validate_data_resource_config::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
    };
    let (answer, mut diags) =
        session.answer(&call, session.rpc().validate_data_resource_config(request)).await;
    diags.extend(session.diags(&call, &ty, &answer.diagnostics));
    if diags.has_error() {
        return Err(diags);
    }
    let call = format!("ReadDataSource of {name}");
    let request = proto::read_data_source::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
        provider_meta: None,
        client_capabilities: Some(session.client),
    };
    let (answer, mut diags) = session.answer(&call, session.rpc().read_data_source(request)).await;
    diags.extend(session.diags(&call, &ty, &answer.diagnostics));
    if answer.deferred.is_some() {
        session.violations.add(format!("{call}: deferred although that is not allowed"));
    }
    if diags.has_error() {
        return Err(diags);
    }
    let state = session.receive(&call, &answer.state, &ty);
    if state.is_null() {
        session.violations.add(format!("{call}: Provider produced null object"));
    }
    if !state.is_wholly_known() {
        session.violations.add(format!("{call}: Provider produced invalid object: {state:?}"));
    }
    check_echo(session, &call, &schema.block, &config, &state);
    Ok(state.to_json())
}

async fn live_ephemeral(
    session: &Session,
    name: &str,
    schema: &Schema,
    config: &Json,
) -> Result<Ephemeral, Diags> {
    let ty = schema.ty();
    let config = build(&schema.block, config).map_err(Diags::error)?;
    let call = format!("ValidateEphemeralResourceConfig of {name}");
    let request = proto::validate_ephemeral_resource_config::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
    };
    let (answer, mut diags) =
        session.answer(&call, session.rpc().validate_ephemeral_resource_config(request)).await;
    diags.extend(session.diags(&call, &ty, &answer.diagnostics));
    if diags.has_error() {
        return Err(diags);
    }
    let call = format!("OpenEphemeralResource of {name}");
    let request = proto::open_ephemeral_resource::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
        client_capabilities: Some(proto::ClientCapabilities::default()),
    };
    let (opened, mut diags) =
        session.answer(&call, session.rpc().open_ephemeral_resource(request)).await;
    diags.extend(session.diags(&call, &ty, &opened.diagnostics));
    if diags.has_error() {
        return Err(diags);
    }
    let result = session.receive(&call, &opened.result, &ty);
    if !result.is_wholly_known() {
        session.violations.add(format!("{call}: the result is not known: {result:?}"));
    }
    check_echo(session, &call, &schema.block, &config, &result);
    let mut private = opened.private.clone();
    let renewed = opened.renew_at.is_some();
    let mut renew = opened.renew_at;
    let call = format!("RenewEphemeralResource of {name}");
    for _ in 0..3 {
        if renew.is_none() {
            break;
        }
        let request = proto::renew_ephemeral_resource::Request {
            type_name: name.to_owned(),
            private: private.clone(),
        };
        let (answer, mut diags) =
            session.answer(&call, session.rpc().renew_ephemeral_resource(request)).await;
        diags.extend(session.diags(&call, &ty, &answer.diagnostics));
        if diags.has_error() {
            return Err(diags);
        }
        private = answer.private;
        renew = answer.renew_at;
    }
    // Closing gets what opening gave, and may come twice.
    let call = format!("CloseEphemeralResource of {name}");
    for _ in 0..2 {
        let request = proto::close_ephemeral_resource::Request {
            type_name: name.to_owned(),
            private: opened.private.clone(),
        };
        let (answer, mut diags) =
            session.answer(&call, session.rpc().close_ephemeral_resource(request)).await;
        diags.extend(session.diags(&call, &ty, &answer.diagnostics));
        if diags.has_error() {
            return Err(diags);
        }
    }
    Ok(Ephemeral { result: result.to_json(), renewed })
}

async fn list_all(
    session: &Session,
    name: &str,
    schema: &Schema,
    config: &Json,
    include_resource: bool,
    limit: i64,
) -> Result<Vec<Found>, Diags> {
    let ty = schema.ty();
    let config = build(&schema.block, config).map_err(Diags::error)?;
    let call = format!("ValidateListResourceConfig of {name}");
    let request = proto::validate_list_resource_config::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
        include_resource_object: None,
        limit: None,
    };
    let (answer, mut diags) =
        session.answer(&call, session.rpc().validate_list_resource_config(request)).await;
    diags.extend(session.diags(&call, &ty, &answer.diagnostics));
    if diags.has_error() {
        return Err(diags);
    }
    let call = format!("ListResource of {name}");
    let request = proto::list_resource::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
        include_resource_object: include_resource,
        limit,
    };
    let mut stream = session
        .rpc()
        .list_resource(request)
        .await
        .map_err(|status| Diags::error(format!("{call}: {status}")))?
        .into_inner();
    let resource_ty = session.resource(name).ty();
    let mut found = Vec::new();
    loop {
        let event = match stream.message().await {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(status) => {
                session.violations.add(format!("{call}: {status}"));
                break;
            }
        };
        let diags = session.diags(&call, &ty, &event.diagnostic);
        let identity = session.receive_identity(&call, name, &event.identity);
        if identity.is_none() && diags.0.is_empty() {
            session.violations.add(format!("{call}: an event without identity"));
        }
        let resource = event
            .resource_object
            .as_ref()
            .map(|_| session.receive(&call, &event.resource_object, &resource_ty));
        if !diags.has_error() && identity.is_some() && resource.is_some() != include_resource {
            session.violations.add(format!(
                "{call}: the whole object was {} asked for",
                if include_resource { "" } else { "not" }
            ));
        }
        let ended = diags.has_error();
        found.push(Found {
            identity: identity.map(|it| it.to_json()),
            display_name: event.display_name,
            resource: resource.map(|it| it.to_json()),
            diags,
        });
        if ended && matches!(stream.message().await, Ok(Some(_))) {
            session.violations.add(format!("{call}: goes on after an error"));
        }
    }
    let objects = found.iter().filter(|it| it.identity.is_some()).count();
    if limit > 0 && i64::try_from(objects).is_ok_and(|objects| objects > limit) {
        session.violations.add(format!("{call}: {objects} objects are over the limit of {limit}"));
    }
    Ok(found)
}

async fn invoke(
    session: &Session,
    name: &str,
    schema: &Schema,
    config: &Json,
) -> Result<Vec<String>, Diags> {
    let ty = schema.ty();
    let config = build(&schema.block, config).map_err(Diags::error)?;
    let call = format!("ValidateActionConfig of {name}");
    let request = proto::validate_action_config::Request {
        type_name: name.to_owned(),
        config: session.send(&config, &ty),
    };
    let (answer, mut diags) =
        session.answer(&call, session.rpc().validate_action_config(request)).await;
    diags.extend(session.diags(&call, &ty, &answer.diagnostics));
    let call = format!("PlanAction of {name}");
    let request = proto::plan_action::Request {
        action_type: name.to_owned(),
        config: session.send(&config, &ty),
        client_capabilities: Some(session.client),
    };
    let (answer, failed) = session.answer(&call, session.rpc().plan_action(request)).await;
    diags.extend(failed);
    diags.extend(session.diags(&call, &ty, &answer.diagnostics));
    if diags.has_error() {
        return Err(diags);
    }
    let call = format!("InvokeAction of {name}");
    let request = proto::invoke_action::Request {
        action_type: name.to_owned(),
        config: session.send(&config, &ty),
        client_capabilities: Some(session.client),
    };
    let mut stream = session
        .rpc()
        .invoke_action(request)
        .await
        .map_err(|status| Diags::error(format!("{call}: {status}")))?
        .into_inner();
    let mut progress = Vec::new();
    let mut end = None;
    while let Ok(Some(event)) = stream.message().await {
        if end.is_some() {
            session.violations.add(format!("{call}: an event after the completed one"));
        }
        match event.r#type {
            Some(ActionEvent::Progress(it)) => progress.push(it.message),
            Some(ActionEvent::Completed(it)) => {
                end = Some(session.diags(&call, &ty, &it.diagnostics))
            }
            None => {
                session.violations.add(format!("{call}: an empty event, which crashes Terraform"))
            }
        }
    }
    match end {
        Some(diags) if diags.has_error() => Err(diags),
        Some(_) => Ok(progress),
        None => {
            session.violations.add(format!("{call}: the completed event is missing"));
            Ok(progress)
        }
    }
}

/// A generated configuration holds nothing that a configuration may not.
fn check_generated(session: &Session, call: &str, block: &Block, config: &Val) {
    if config.is_null() {
        session.violations.add(format!("{call}: no configuration"));
    }
    for (name, attribute) in &block.attributes {
        let value = config.get(name);
        if !value.is_null() && !attribute.optional && !attribute.required {
            session.violations.add(format!("{call}: sets the computed {name}"));
        }
        if !value.is_null() && attribute.deprecated {
            session.violations.add(format!("{call}: sets the deprecated {name}"));
        }
        if value.is_null() && attribute.required {
            session.violations.add(format!("{call}: leaves out the required {name}"));
        }
    }
}

/// The configuration as a test writes it.
fn without_nulls(config: &Json, block: &Block) -> Json {
    let mut config = config.clone();
    if let Json::Object(entries) = &mut config {
        entries.retain(|name, value| !value.is_null() || block.blocks.contains_key(name));
    }
    config
}
