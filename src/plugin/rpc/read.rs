//! Reading resources and data sources.

use super::super::convert::{diagnostics, identity, identity_raw, raw, value};
use super::{Service, read_data_source, read_resource};
use crate::framework::call;

/// ReadResource.
pub(super) async fn resource(
    service: &Service,
    request: read_resource::Request,
) -> read_resource::Response {
    let name = request.type_name.clone();
    service
        .read("ReadResource", &name, |server, cx| async move {
            let request = call::Read {
                type_name: request.type_name,
                current_state: raw(request.current_state),
                private: request.private,
                current_identity: identity_raw(request.current_identity),
            };
            let new = server.read(&cx, request).await;
            read_resource::Response {
                new_state: value(new.state),
                private: new.private,
                new_identity: identity(new.identity),
                diagnostics: diagnostics(new.diagnostics),
                deferred: None,
            }
        })
        .await
}

/// ReadDataSource.
pub(super) async fn data_source(
    service: &Service,
    request: read_data_source::Request,
) -> read_data_source::Response {
    let name = request.type_name.clone();
    service
        .read("ReadDataSource", &name, |server, cx| async move {
            let config = raw(request.config);
            let (state, found) = server.read_data(&cx, &request.type_name, config).await;
            read_data_source::Response {
                state: value(state),
                diagnostics: diagnostics(found),
                deferred: None,
            }
        })
        .await
}
