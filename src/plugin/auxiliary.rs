//! The services beside the provider: ending the process, two streams that carry nothing, and the health check.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::Stream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use super::proto::go_plugin::grpc_broker_server::GrpcBroker;
use super::proto::go_plugin::grpc_controller_server::GrpcController;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdio;
use super::proto::go_plugin::{ConnInfo, Empty, StdioData};
use super::proto::health::health_check_response::ServingStatus;
use super::proto::health::health_server::Health;
use super::proto::health::{HealthCheckRequest, HealthCheckResponse};

/// The name under which go-plugin asks for the health of a plugin.
const HEALTH_NAME: &str = "plugin";

/// Answers all of them. The token is cancelled when the host asks the process to end.
#[derive(Clone, Debug)]
pub(super) struct Auxiliary {
    closing: CancellationToken,
}

impl Auxiliary {
    pub(super) fn new(closing: CancellationToken) -> Self {
        Auxiliary { closing }
    }

    /// A stream that carries `first` and then stays open until the process ends, or the host has enough. `request` is what the host
    /// may still send meanwhile.
    fn open<T, R>(&self, first: Option<T>, request: R) -> Response<BoxStream<T>>
    where
        T: Send + Unpin + 'static,
        R: Send + Unpin + 'static,
    {
        let closing = Box::pin(self.closing.clone().cancelled_owned());
        Response::new(Box::pin(Open { first, closing, _request: request }))
    }
}

/// A stream that stays open with nothing to say.
struct Open<T, R> {
    first: Option<T>,
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    _request: R,
}

impl<T: Unpin, R: Unpin> Stream for Open<T, R> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => self.closing.as_mut().poll(cx).map(|()| None),
        }
    }
}

#[tonic::async_trait]
impl GrpcController for Auxiliary {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        // The server still writes the answers that are due, this one among them.
        self.closing.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Auxiliary {
    async fn stream_stdio(
        &self,
        request: Request<()>,
    ) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(self.open(None, request))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Auxiliary {
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(self.open(None, request))
    }
}

/// The health of a service, which is good as long as there is anybody to answer.
fn health(service: &str) -> Option<HealthCheckResponse> {
    let known = service.is_empty() || service == HEALTH_NAME;
    known.then(|| HealthCheckResponse { status: ServingStatus::Serving.into() })
}

#[tonic::async_trait]
impl Health for Auxiliary {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let health = health(&request.into_inner().service);
        health.map(Response::new).ok_or_else(|| Status::not_found("there is no such service"))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<BoxStream<HealthCheckResponse>>, Status> {
        let unknown = HealthCheckResponse { status: ServingStatus::ServiceUnknown.into() };
        let health = health(&request.get_ref().service).unwrap_or(unknown);
        Ok(self.open(Some(health), request))
    }
}
