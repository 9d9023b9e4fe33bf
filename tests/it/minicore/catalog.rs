//! Everything that a provider says about itself, loaded and checked once.

use std::collections::BTreeMap;

use windows365::plugin::proto;

use super::diagnostics::Diags;
use super::process::Launch;
use super::schema::{Role, Schema};
use super::types::Ty;

/// The schemas of a provider.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub provider: Schema,
    pub resources: BTreeMap<String, Schema>,
    pub data_sources: BTreeMap<String, Schema>,
    pub ephemerals: BTreeMap<String, Schema>,
    pub lists: BTreeMap<String, Schema>,
    pub actions: BTreeMap<String, Schema>,
    pub functions: BTreeMap<String, Function>,
    pub identities: BTreeMap<String, Identity>,
    pub capabilities: proto::ServerCapabilities,
}

/// What names objects of a type.
#[derive(Debug)]
pub(crate) struct Identity {
    pub version: i64,
    pub ty: Ty,
    pub required: Vec<String>,
}

/// The signature of a function.
#[derive(Debug)]
pub(crate) struct Function {
    pub parameters: Vec<Ty>,
    pub variadic: Option<Ty>,
    pub returns: Ty,
}

impl Catalog {
    /// Starts a process for nothing but its schemas, as every command does first.
    pub(crate) async fn load(launch: &Launch, faults: &mut Vec<String>) -> Result<Catalog, String> {
        let plugin = launch.start().await?;
        let mut rpc = plugin.rpc.clone();
        let says = |status: tonic::Status| format!("the schemas: {status}");
        let schema = rpc
            .get_provider_schema(proto::get_provider_schema::Request {})
            .await
            .map_err(says)?
            .into_inner();
        let identities = rpc
            .get_resource_identity_schemas(proto::get_resource_identity_schemas::Request {})
            .await
            .map_err(says)?
            .into_inner();
        let metadata =
            rpc.get_metadata(proto::get_metadata::Request {}).await.map_err(says)?.into_inner();
        let functions =
            rpc.get_functions(proto::get_functions::Request {}).await.map_err(says)?.into_inner();
        faults.extend(plugin.shut_down().await);
        for diagnostics in [
            &schema.diagnostics,
            &identities.diagnostics,
            &metadata.diagnostics,
            &functions.diagnostics,
        ] {
            let diags = Diags::read(diagnostics, None, "the schemas", faults);
            faults.extend(diags.0.iter().map(|it| format!("the schemas come with {it}")));
        }
        check_metadata(&schema, &metadata, &functions, faults);
        Ok(Catalog::read(schema, identities, faults))
    }

    fn read(
        schema: proto::get_provider_schema::Response,
        identities: proto::get_resource_identity_schemas::Response,
        faults: &mut Vec<String>,
    ) -> Catalog {
        let mut all = |schemas: &BTreeMap<String, proto::Schema>, role, kind: &str| {
            let read = |(name, schema): (&String, _)| {
                (name.clone(), Schema::read(schema, role, &format!("{kind} {name}"), faults))
            };
            schemas.iter().map(read).collect::<BTreeMap<_, _>>()
        };
        let resources = all(&schema.resource_schemas, Role::Resource, "resource");
        let data_sources = all(&schema.data_source_schemas, Role::Data, "data source");
        let ephemerals = all(&schema.ephemeral_resource_schemas, Role::Data, "ephemeral resource");
        let lists = all(&schema.list_resource_schemas, Role::Other, "list resource");
        let actions: BTreeMap<String, proto::Schema> = schema
            .action_schemas
            .iter()
            .map(|(name, action)| (name.clone(), action.schema.clone().unwrap_or_default()))
            .collect();
        let actions = all(&actions, Role::Other, "action");
        let provider = match &schema.provider {
            Some(provider) => Schema::read(provider, Role::Provider, "the provider", faults),
            None => {
                faults.push("missing provider schema".to_owned());
                Schema { version: 0, block: Default::default() }
            }
        };
        let functions = schema
            .functions
            .iter()
            .map(|(name, it)| (name.clone(), read_function(name, it, faults)));
        let functions = functions.collect();
        let identities: BTreeMap<_, _> = identities
            .identity_schemas
            .iter()
            .map(|(name, it)| (name.clone(), read_identity(name, it, faults)))
            .collect();
        for name in identities.keys().filter(|name| !resources.contains_key(*name)) {
            faults.push(format!("there is an identity schema for {name}, but no such resource"));
        }
        for name in lists.keys().filter(|name| !identities.contains_key(*name)) {
            faults.push(format!("list resource {name} has no resource with an identity"));
        }
        Catalog {
            provider,
            resources,
            data_sources,
            ephemerals,
            lists,
            actions,
            functions,
            identities,
            capabilities: schema.server_capabilities.unwrap_or_default(),
        }
    }
}

fn read_identity(
    name: &str,
    schema: &proto::ResourceIdentitySchema,
    faults: &mut Vec<String>,
) -> Identity {
    let mut fault = |what: String| faults.push(format!("identity of {name}: {what}"));
    if schema.version < 0 {
        fault("negative version".to_owned());
    }
    let mut attributes = BTreeMap::new();
    let mut required = Vec::new();
    for attribute in &schema.identity_attributes {
        let name = &attribute.name;
        if attribute.required_for_import == attribute.optional_for_import {
            fault(format!("{name} needs to be either required or optional for import"));
        }
        if attribute.required_for_import {
            required.push(name.clone());
        }
        let ty = Ty::parse(&attribute.r#type).unwrap_or_else(|error| {
            fault(error);
            Ty::String
        });
        let primitive = |ty: &Ty| matches!(ty, Ty::String | Ty::Number | Ty::Bool);
        if !primitive(&ty) && !matches!(&ty, Ty::List(element) if primitive(element)) {
            fault(format!("{name} is neither a primitive nor a list of them"));
        }
        attributes.insert(name.clone(), ty);
    }
    Identity { version: schema.version, ty: Ty::Object(attributes), required }
}

fn read_function(name: &str, function: &proto::Function, faults: &mut Vec<String>) -> Function {
    let mut read = |what: &str, bytes: &[u8]| {
        Ty::parse(bytes).unwrap_or_else(|error| {
            faults.push(format!("function {name}, {what}: {error}"));
            Ty::Dynamic
        })
    };
    let parameters: Vec<Ty> =
        function.parameters.iter().map(|it| read(&it.name, &it.r#type)).collect();
    let variadic = function.variadic_parameter.as_ref().map(|it| read(&it.name, &it.r#type));
    let returns = function.r#return.as_ref().map_or(&[][..], |it| &it.r#type);
    let returns = read("its result", returns);
    let names: Vec<&str> = function
        .parameters
        .iter()
        .chain(&function.variadic_parameter)
        .map(|it| it.name.as_str())
        .collect();
    for name_of_parameter in &names {
        let identifier = |it: &str| {
            it.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && it.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if !identifier(name_of_parameter)
            || names.iter().filter(|it| *it == name_of_parameter).count() > 1
        {
            faults.push(format!("function {name}: bad parameter name {name_of_parameter:?}"));
        }
    }
    Function { parameters, variadic, returns }
}

/// The short answers must agree with the long one.
fn check_metadata(
    schema: &proto::get_provider_schema::Response,
    metadata: &proto::get_metadata::Response,
    functions: &proto::get_functions::Response,
    faults: &mut Vec<String>,
) {
    fn sorted<'n>(names: impl Iterator<Item = &'n String>) -> Vec<&'n String> {
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
    let pairs = [
        (
            "resources",
            sorted(schema.resource_schemas.keys()),
            sorted(metadata.resources.iter().map(|it| &it.type_name)),
        ),
        (
            "data sources",
            sorted(schema.data_source_schemas.keys()),
            sorted(metadata.data_sources.iter().map(|it| &it.type_name)),
        ),
        (
            "ephemeral resources",
            sorted(schema.ephemeral_resource_schemas.keys()),
            sorted(metadata.ephemeral_resources.iter().map(|it| &it.type_name)),
        ),
        (
            "list resources",
            sorted(schema.list_resource_schemas.keys()),
            sorted(metadata.list_resources.iter().map(|it| &it.type_name)),
        ),
        (
            "actions",
            sorted(schema.action_schemas.keys()),
            sorted(metadata.actions.iter().map(|it| &it.type_name)),
        ),
        (
            "functions",
            sorted(schema.functions.keys()),
            sorted(metadata.functions.iter().map(|it| &it.name)),
        ),
        ("functions", sorted(schema.functions.keys()), sorted(functions.functions.keys())),
    ];
    for (what, full, short) in pairs {
        if full != short {
            faults.push(format!("the {what} of the schemas are {full:?}, elsewhere {short:?}"));
        }
    }
    if schema.server_capabilities != metadata.server_capabilities {
        faults.push("the capabilities in the schema and in the metadata differ".to_owned());
    }
}
