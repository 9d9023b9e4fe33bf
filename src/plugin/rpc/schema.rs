//! What the provider is and serves.
//!
//! The answer to GetProviderSchema is by far the largest that a provider gives: megabytes. It is encoded schema by schema, so that no
//! second copy of the whole ever stands in memory, and kept as bytes for the next client of a process in debug mode. That works because
//! messages of protocol buffers that stand one after the other are one message with the fields of all of them. The generated code
//! cannot answer with bytes, hence a route of its own.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::body::Body;
use bytes::{Buf, BufMut, Bytes};
use prost::Message;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, UnaryService};
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use super::super::calls::Name;
use super::super::convert::{Findings, diagnostics, function, identity_schema, schema};
use super::{
    ActionSchema, LARGEST_MESSAGE, ServerCapabilities, Service, get_metadata, get_provider_schema,
    get_resource_identity_schemas,
};
use crate::framework::Provider;

/// Path of the method.
const PATH: &str = "/tfplugin6.Provider/GetProviderSchema";

/// What every provider on this host can do, because the framework does it.
fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

/// The answer to GetProviderSchema, made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Encoded(OnceLock<Bytes>);

/// Encodes the schemas of all that `provider` serves.
fn encode(provider: &dyn Provider) -> Bytes {
    use get_provider_schema::Response as Part;

    fn one<T>(name: &str, value: T) -> BTreeMap<String, T> {
        BTreeMap::from([(name.to_owned(), value)])
    }

    let mut bytes = Vec::new();
    let mut put = |part: Part| bytes.extend_from_slice(&part.encode_to_vec());
    put(Part {
        provider: Some(schema(provider.schema())),
        server_capabilities: Some(capabilities()),
        ..Part::default()
    });
    for (name, served) in provider.resources() {
        put(Part { resource_schemas: one(name, schema(served.schema())), ..Part::default() });
    }
    for (name, served) in provider.data_sources() {
        put(Part { data_source_schemas: one(name, schema(served.schema())), ..Part::default() });
    }
    for (name, served) in provider.functions() {
        put(Part { functions: one(name, function(served.signature())), ..Part::default() });
    }
    for (name, served) in provider.ephemerals() {
        let schemas = one(name, schema(served.schema()));
        put(Part { ephemeral_resource_schemas: schemas, ..Part::default() });
    }
    for (name, served) in provider.list_resources() {
        put(Part { list_resource_schemas: one(name, schema(served.schema())), ..Part::default() });
    }
    for (name, served) in provider.actions() {
        let action = ActionSchema { schema: Some(schema(served.schema())) };
        put(Part { action_schemas: one(name, action), ..Part::default() });
    }
    bytes.into()
}

/// GetProviderSchema, encoded.
async fn all(service: Service) -> Bytes {
    let Service { server, calls, schemas } = service;
    let made = calls
        .read(Name { rpc: "GetProviderSchema", about: "" }, |_| async move {
            schemas.0.get_or_init(|| encode(server.provider())).clone()
        })
        .await;
    made.unwrap_or_else(|panic| {
        get_provider_schema::Response::of(diagnostics(panic.into())).encode_to_vec().into()
    })
}

/// Adds the route that answers with bytes.
pub(super) fn route(service: Service, routes: Routes) -> Routes {
    let serve = |request: axum::http::Request<Body>| async move {
        Grpc::new(BytesCodec)
            .apply_max_message_size_config(None, Some(LARGEST_MESSAGE))
            .unary(Schemas(service), request)
            .await
    };
    Routes::from(routes.into_axum_router().route(PATH, axum::routing::any(serve)))
}

struct Schemas(Service);

impl UnaryService<()> for Schemas {
    type Response = Bytes;
    type Future = tonic::codegen::BoxFuture<Response<Bytes>, Status>;

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let service = self.0.clone();
        Box::pin(async move { Ok(Response::new(all(service).await)) })
    }
}

/// Sends a message that is encoded already. The request has nothing in it.
#[derive(Clone, Copy)]
struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(item.len());
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}

/// GetMetadata: names only, so that it is cheap.
pub(super) async fn metadata(service: &Service) -> get_metadata::Response {
    use get_metadata::{
        ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata,
        ListResourceMetadata, ResourceMetadata,
    };

    fn names<S, T>(served: &BTreeMap<&'static str, S>, of: fn(String) -> T) -> Vec<T> {
        served.keys().map(|name| of((*name).to_owned())).collect()
    }

    service
        .read("GetMetadata", "", |server, _| async move {
            let provider = server.provider();
            get_metadata::Response {
                server_capabilities: Some(capabilities()),
                diagnostics: Vec::new(),
                resources: names(provider.resources(), |type_name| ResourceMetadata { type_name }),
                data_sources: names(provider.data_sources(), |type_name| DataSourceMetadata {
                    type_name,
                }),
                functions: names(provider.functions(), |name| FunctionMetadata { name }),
                ephemeral_resources: names(provider.ephemerals(), |type_name| EphemeralMetadata {
                    type_name,
                }),
                list_resources: names(provider.list_resources(), |type_name| {
                    ListResourceMetadata { type_name }
                }),
                actions: names(provider.actions(), |type_name| ActionMetadata { type_name }),
                state_stores: Vec::new(),
            }
        })
        .await
}

/// GetResourceIdentitySchemas.
pub(super) async fn identities(service: &Service) -> get_resource_identity_schemas::Response {
    service
        .read("GetResourceIdentitySchemas", "", |server, _| async move {
            let resources = server.provider().resources().iter();
            let identities = resources.filter_map(|(name, served)| {
                Some(((*name).to_owned(), identity_schema(served.identity()?)))
            });
            get_resource_identity_schemas::Response {
                identity_schemas: identities.collect(),
                diagnostics: Vec::new(),
            }
        })
        .await
}
