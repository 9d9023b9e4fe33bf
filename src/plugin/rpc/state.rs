//! Stored states: upgrades, imports, moves, and configuration made from them.

use super::super::convert::{diagnostics, identity, identity_raw, raw, stored, value};
use super::{
    Service, generate_resource_config, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};
use crate::framework::call;

/// UpgradeResourceState.
pub(super) async fn upgrade(
    service: &Service,
    request: upgrade_resource_state::Request,
) -> upgrade_resource_state::Response {
    let name = request.type_name.clone();
    service
        .read("UpgradeResourceState", &name, |server, _| async move {
            let state = stored(request.raw_state);
            let (state, found) = server.upgrade_state(&request.type_name, request.version, state);
            upgrade_resource_state::Response {
                upgraded_state: value(state),
                diagnostics: diagnostics(found),
            }
        })
        .await
}

/// UpgradeResourceIdentity.
pub(super) async fn upgrade_identity(
    service: &Service,
    request: upgrade_resource_identity::Request,
) -> upgrade_resource_identity::Response {
    let name = request.type_name.clone();
    service
        .read("UpgradeResourceIdentity", &name, |server, _| async move {
            let old = stored(request.raw_identity);
            let (new, found) = server.upgrade_identity(&request.type_name, request.version, old);
            upgrade_resource_identity::Response {
                upgraded_identity: identity(Some(new)),
                diagnostics: diagnostics(found),
            }
        })
        .await
}

/// ImportResourceState. The answer has exactly one object, or an error: Terraform takes none without an error for success.
pub(super) async fn import(
    service: &Service,
    request: import_resource_state::Request,
) -> import_resource_state::Response {
    let name = request.type_name.clone();
    service
        .read("ImportResourceState", &name, |server, cx| async move {
            let type_name = request.type_name.clone();
            let request = call::Import {
                type_name: request.type_name,
                id: request.id,
                identity: identity_raw(request.identity),
            };
            let found = server.import(&cx, request).await;
            let failed = found.diagnostics.has_error();
            let imported = import_resource_state::ImportedResource {
                type_name,
                state: value(found.state),
                private: found.private,
                identity: identity(found.identity),
            };
            import_resource_state::Response {
                imported_resources: if failed { Vec::new() } else { vec![imported] },
                diagnostics: diagnostics(found.diagnostics),
                deferred: None,
            }
        })
        .await
}

/// MoveResourceState.
pub(super) async fn take_over(
    service: &Service,
    request: move_resource_state::Request,
) -> move_resource_state::Response {
    let name = request.target_type_name.clone();
    service
        .read("MoveResourceState", &name, |server, _| async move {
            let moved = server.move_state(call::Move {
                source_provider_address: request.source_provider_address,
                source_type_name: request.source_type_name,
                source_schema_version: request.source_schema_version,
                source_state: stored(request.source_state),
                source_private: request.source_private,
                target_type_name: request.target_type_name,
            });
            move_resource_state::Response {
                target_state: value(moved.state),
                target_private: moved.private,
                target_identity: identity(moved.identity),
                diagnostics: diagnostics(moved.diagnostics),
            }
        })
        .await
}

/// GenerateResourceConfig.
pub(super) async fn generate_config(
    service: &Service,
    request: generate_resource_config::Request,
) -> generate_resource_config::Response {
    let name = request.type_name.clone();
    service
        .read("GenerateResourceConfig", &name, |server, _| async move {
            let (config, found) = server.generate_config(&request.type_name, raw(request.state));
            generate_resource_config::Response {
                config: value(config),
                diagnostics: diagnostics(found),
            }
        })
        .await
}
