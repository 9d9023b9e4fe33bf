//! Planning a change, and making it.

use super::super::convert::{diagnostics, identity, identity_raw, path, raw, value};
use super::{Service, apply_resource_change, plan_resource_change};
use crate::framework::call;

/// PlanResourceChange.
pub(super) async fn change(
    service: &Service,
    request: plan_resource_change::Request,
) -> plan_resource_change::Response {
    let name = request.type_name.clone();
    service
        .read("PlanResourceChange", &name, |server, _| async move {
            let planned = server.plan(call::Plan {
                type_name: request.type_name,
                prior_state: raw(request.prior_state),
                proposed_new_state: raw(request.proposed_new_state),
                config: raw(request.config),
                prior_private: request.prior_private,
                prior_identity: identity_raw(request.prior_identity),
            });
            plan_resource_change::Response {
                planned_state: value(planned.planned_state),
                requires_replace: planned.requires_replace.into_iter().map(path).collect(),
                planned_private: planned.planned_private,
                planned_identity: identity(planned.planned_identity),
                diagnostics: diagnostics(planned.diagnostics),
                legacy_type_system: false,
                deferred: None,
            }
        })
        .await
}

/// ApplyResourceChange.
pub(super) async fn apply(
    service: &Service,
    request: apply_resource_change::Request,
) -> apply_resource_change::Response {
    let name = request.type_name.clone();
    service
        .change("ApplyResourceChange", &name, |server, cx| async move {
            let request = call::Apply {
                type_name: request.type_name,
                prior_state: raw(request.prior_state),
                planned_state: raw(request.planned_state),
                config: raw(request.config),
                planned_private: request.planned_private,
                planned_identity: identity_raw(request.planned_identity),
            };
            let new = server.apply(&cx, request).await;
            apply_resource_change::Response {
                new_state: value(new.state),
                private: new.private,
                new_identity: identity(new.identity),
                diagnostics: diagnostics(new.diagnostics),
                legacy_type_system: false,
            }
        })
        .await
}
