//! Lists.

use tokio::sync::mpsc;
use tonic::codegen::BoxStream;

use super::super::calls::Name;
use super::super::convert::{diagnostics, identity, raw, value};
use super::events::{Events, WAITING};
use super::{Service, list_resource};
use crate::framework::call;

/// ListResource. The search ends when the client has enough.
pub(super) fn list(
    service: &Service,
    request: list_resource::Request,
) -> BoxStream<list_resource::Event> {
    let (events, pieces) = mpsc::channel(WAITING);
    let (server, calls) = (service.server.clone(), service.calls.clone());
    let work = async move {
        let name = request.type_name.clone();
        let request = call::List {
            type_name: request.type_name,
            config: raw(request.config),
            include_resource: request.include_resource_object,
            limit: request.limit,
        };
        let name = Name { rpc: "ListResource", about: &name };
        calls.read(name, |cx| async move { server.list(&cx, request, events).await }).await
    };
    Box::pin(Events::new(pieces, Box::pin(work), event, |panic| {
        event(call::ListEvent { diagnostics: panic.into(), ..call::ListEvent::default() })
    }))
}

fn event(event: call::ListEvent) -> list_resource::Event {
    list_resource::Event {
        identity: identity(event.identity),
        display_name: event.display_name,
        resource_object: event.resource.and_then(value),
        diagnostic: diagnostics(event.diagnostics),
    }
}
