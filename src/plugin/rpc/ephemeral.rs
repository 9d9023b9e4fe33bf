//! Ephemeral resources. What they open lives outside, so all three calls run to their end.

use super::super::convert::{diagnostics, raw, timestamp, value};
use super::{Service, close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource};

/// OpenEphemeralResource.
pub(super) async fn open(
    service: &Service,
    request: open_ephemeral_resource::Request,
) -> open_ephemeral_resource::Response {
    let name = request.type_name.clone();
    service
        .change("OpenEphemeralResource", &name, |server, cx| async move {
            let config = raw(request.config);
            let opened = server.open_ephemeral(&cx, &request.type_name, config).await;
            open_ephemeral_resource::Response {
                result: value(opened.result),
                renew_at: timestamp(opened.renew_at),
                private: Some(opened.private),
                diagnostics: diagnostics(opened.diagnostics),
                deferred: None,
            }
        })
        .await
}

/// RenewEphemeralResource.
pub(super) async fn renew(
    service: &Service,
    request: renew_ephemeral_resource::Request,
) -> renew_ephemeral_resource::Response {
    let name = request.type_name.clone();
    service
        .change("RenewEphemeralResource", &name, |server, cx| async move {
            let private = request.private.unwrap_or_default();
            let renewed = server.renew_ephemeral(&cx, &request.type_name, private).await;
            renew_ephemeral_resource::Response {
                renew_at: timestamp(renewed.renew_at),
                private: Some(renewed.private),
                diagnostics: diagnostics(renewed.diagnostics),
            }
        })
        .await
}

/// CloseEphemeralResource.
pub(super) async fn close(
    service: &Service,
    request: close_ephemeral_resource::Request,
) -> close_ephemeral_resource::Response {
    let name = request.type_name.clone();
    service
        .change("CloseEphemeralResource", &name, |server, cx| async move {
            let private = request.private.unwrap_or_default();
            let found = server.close_ephemeral(&cx, &request.type_name, private).await;
            close_ephemeral_resource::Response { diagnostics: diagnostics(found) }
        })
        .await
}
