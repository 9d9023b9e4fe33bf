//! The provider service. Each call is a dull page: convert, ask [`Server`], convert back.
//!
//! A call never fails on the level of gRPC, because Terraform would show that as a crash, or lose what was created. Whatever goes wrong
//! is told in diagnostics. State stores are not offered: those calls, which no client makes of a provider whose schema names no
//! store, keep the generated answer "unimplemented".

mod action;
mod ephemeral;
mod events;
mod function;
mod list;
mod plan;
mod read;
mod schema;
mod state;
mod validate;

use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use super::calls::{Calls, Name};
use super::convert::{Findings, answer};
use super::proto::provider_server::{Provider, ProviderServer};
use super::proto::*;
use crate::framework::{Context, Server};

/// Greatest size of a message in bytes, both ways: what other providers allow.
pub(super) const LARGEST_MESSAGE: usize = 256 << 20;

/// Answers the calls of the provider service.
#[derive(Clone)]
pub(super) struct Service {
    server: Server,
    calls: Arc<Calls>,
    schemas: Arc<schema::Encoded>,
}

/// What a method of the service returns.
type Answer<T> = Result<Response<T>, Status>;

impl Service {
    pub(super) fn new(server: Server, calls: Arc<Calls>) -> Self {
        Service { server, calls, schemas: Arc::default() }
    }

    /// The service with the paths of its methods.
    pub(super) fn routes(self) -> Routes {
        let schemas = self.clone();
        let service = ProviderServer::new(self)
            .max_decoding_message_size(LARGEST_MESSAGE)
            .max_encoding_message_size(LARGEST_MESSAGE);
        schema::route(schemas, Routes::new(service))
    }

    /// Answers a call that changes nothing outside.
    async fn read<R, F>(
        &self,
        rpc: &'static str,
        about: &str,
        work: impl FnOnce(Server, Context) -> F,
    ) -> R
    where
        R: Findings + Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let server = self.server.clone();
        answer(self.calls.read(Name { rpc, about }, |cx| work(server, cx)).await)
    }

    /// Answers a call that changes something outside.
    async fn change<R, F>(
        &self,
        rpc: &'static str,
        about: &str,
        work: impl FnOnce(Server, Context) -> F,
    ) -> R
    where
        R: Findings + Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let server = self.server.clone();
        answer(self.calls.change(Name { rpc, about }, |cx| work(server, cx)).await)
    }
}

#[tonic::async_trait]
impl Provider for Service {
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Answer<get_metadata::Response> {
        Ok(Response::new(schema::metadata(self).await))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<get_resource_identity_schemas::Request>,
    ) -> Answer<get_resource_identity_schemas::Response> {
        Ok(Response::new(schema::identities(self).await))
    }

    async fn get_functions(
        &self,
        _: Request<get_functions::Request>,
    ) -> Answer<get_functions::Response> {
        Ok(Response::new(function::all(self).await))
    }

    async fn validate_provider_config(
        &self,
        request: Request<validate_provider_config::Request>,
    ) -> Answer<validate_provider_config::Response> {
        Ok(Response::new(validate::provider(self, request.into_inner()).await))
    }

    async fn validate_resource_config(
        &self,
        request: Request<validate_resource_config::Request>,
    ) -> Answer<validate_resource_config::Response> {
        Ok(Response::new(validate::resource(self, request.into_inner()).await))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<validate_data_resource_config::Request>,
    ) -> Answer<validate_data_resource_config::Response> {
        Ok(Response::new(validate::data_source(self, request.into_inner()).await))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<validate_ephemeral_resource_config::Request>,
    ) -> Answer<validate_ephemeral_resource_config::Response> {
        Ok(Response::new(validate::ephemeral(self, request.into_inner()).await))
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<validate_list_resource_config::Request>,
    ) -> Answer<validate_list_resource_config::Response> {
        Ok(Response::new(validate::list(self, request.into_inner()).await))
    }

    async fn validate_action_config(
        &self,
        request: Request<validate_action_config::Request>,
    ) -> Answer<validate_action_config::Response> {
        Ok(Response::new(validate::action(self, request.into_inner()).await))
    }

    async fn configure_provider(
        &self,
        request: Request<configure_provider::Request>,
    ) -> Answer<configure_provider::Response> {
        Ok(Response::new(validate::configure(self, request.into_inner()).await))
    }

    async fn stop_provider(
        &self,
        _: Request<stop_provider::Request>,
    ) -> Answer<stop_provider::Response> {
        self.calls.stop();
        Ok(Response::new(stop_provider::Response { error: String::new() }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<upgrade_resource_state::Request>,
    ) -> Answer<upgrade_resource_state::Response> {
        Ok(Response::new(state::upgrade(self, request.into_inner()).await))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<upgrade_resource_identity::Request>,
    ) -> Answer<upgrade_resource_identity::Response> {
        Ok(Response::new(state::upgrade_identity(self, request.into_inner()).await))
    }

    async fn read_resource(
        &self,
        request: Request<read_resource::Request>,
    ) -> Answer<read_resource::Response> {
        Ok(Response::new(read::resource(self, request.into_inner()).await))
    }

    async fn plan_resource_change(
        &self,
        request: Request<plan_resource_change::Request>,
    ) -> Answer<plan_resource_change::Response> {
        Ok(Response::new(plan::change(self, request.into_inner()).await))
    }

    async fn apply_resource_change(
        &self,
        request: Request<apply_resource_change::Request>,
    ) -> Answer<apply_resource_change::Response> {
        Ok(Response::new(plan::apply(self, request.into_inner()).await))
    }

    async fn import_resource_state(
        &self,
        request: Request<import_resource_state::Request>,
    ) -> Answer<import_resource_state::Response> {
        Ok(Response::new(state::import(self, request.into_inner()).await))
    }

    async fn move_resource_state(
        &self,
        request: Request<move_resource_state::Request>,
    ) -> Answer<move_resource_state::Response> {
        Ok(Response::new(state::take_over(self, request.into_inner()).await))
    }

    async fn generate_resource_config(
        &self,
        request: Request<generate_resource_config::Request>,
    ) -> Answer<generate_resource_config::Response> {
        Ok(Response::new(state::generate_config(self, request.into_inner()).await))
    }

    async fn read_data_source(
        &self,
        request: Request<read_data_source::Request>,
    ) -> Answer<read_data_source::Response> {
        Ok(Response::new(read::data_source(self, request.into_inner()).await))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<open_ephemeral_resource::Request>,
    ) -> Answer<open_ephemeral_resource::Response> {
        Ok(Response::new(ephemeral::open(self, request.into_inner()).await))
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<renew_ephemeral_resource::Request>,
    ) -> Answer<renew_ephemeral_resource::Response> {
        Ok(Response::new(ephemeral::renew(self, request.into_inner()).await))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<close_ephemeral_resource::Request>,
    ) -> Answer<close_ephemeral_resource::Response> {
        Ok(Response::new(ephemeral::close(self, request.into_inner()).await))
    }

    async fn call_function(
        &self,
        request: Request<call_function::Request>,
    ) -> Answer<call_function::Response> {
        Ok(Response::new(function::call(self, request.into_inner()).await))
    }

    async fn list_resource(
        &self,
        request: Request<list_resource::Request>,
    ) -> Answer<BoxStream<list_resource::Event>> {
        Ok(Response::new(list::list(self, request.into_inner())))
    }

    async fn plan_action(
        &self,
        request: Request<plan_action::Request>,
    ) -> Answer<plan_action::Response> {
        Ok(Response::new(action::plan(self, request.into_inner()).await))
    }

    async fn invoke_action(
        &self,
        request: Request<invoke_action::Request>,
    ) -> Answer<BoxStream<invoke_action::Event>> {
        Ok(Response::new(action::invoke(self, request.into_inner())))
    }
}
