//! Actions.

use tokio::sync::mpsc;
use tonic::codegen::BoxStream;

use super::super::calls::Name;
use super::super::convert::{diagnostics, raw};
use super::events::{Events, WAITING};
use super::invoke_action::event::{Completed, Progress, Type};
use super::{Service, invoke_action, plan_action};
use crate::framework::call::ActionEvent;

/// PlanAction.
pub(super) async fn plan(
    service: &Service,
    request: plan_action::Request,
) -> plan_action::Response {
    let name = request.action_type.clone();
    service
        .read("PlanAction", &name, |server, _| async move {
            let found = server.plan_action(&request.action_type, raw(request.config));
            plan_action::Response { diagnostics: diagnostics(found), deferred: None }
        })
        .await
}

/// InvokeAction. Once begun it runs to its end, whether or not the client still listens.
pub(super) fn invoke(
    service: &Service,
    request: invoke_action::Request,
) -> BoxStream<invoke_action::Event> {
    let (events, pieces) = mpsc::channel(WAITING);
    let (server, calls) = (service.server.clone(), service.calls.clone());
    let work = async move {
        let name = request.action_type.clone();
        let invoke = |cx| async move {
            let config = raw(request.config);
            server.invoke_action(&cx, &request.action_type, config, events).await;
        };
        calls.change(Name { rpc: "InvokeAction", about: &name }, invoke).await
    };
    Box::pin(Events::new(pieces, Box::pin(work), event, |panic| {
        event(ActionEvent::Completed(panic.into()))
    }))
}

fn event(event: ActionEvent) -> invoke_action::Event {
    let r#type = match event {
        ActionEvent::Progress(message) => Type::Progress(Progress { message }),
        ActionEvent::Completed(found) => {
            Type::Completed(Completed { diagnostics: diagnostics(found) })
        }
    };
    invoke_action::Event { r#type: Some(r#type) }
}
