//! Checks of configuration, and the provider block.

use super::super::convert::{diagnostics, raw};
use super::{
    Service, configure_provider, validate_action_config, validate_data_resource_config,
    validate_ephemeral_resource_config, validate_list_resource_config, validate_provider_config,
    validate_resource_config,
};
use crate::framework::call::Client;

/// ValidateProviderConfig.
pub(super) async fn provider(
    service: &Service,
    request: validate_provider_config::Request,
) -> validate_provider_config::Response {
    service
        .read("ValidateProviderConfig", "", |server, _| async move {
            let found = server.validate_provider(raw(request.config));
            validate_provider_config::Response { diagnostics: diagnostics(found) }
        })
        .await
}

/// ConfigureProvider.
pub(super) async fn configure(
    service: &Service,
    request: configure_provider::Request,
) -> configure_provider::Response {
    service
        .read("ConfigureProvider", "", |server, _| async move {
            let found = server.configure(raw(request.config), &request.terraform_version);
            configure_provider::Response { diagnostics: diagnostics(found) }
        })
        .await
}

/// ValidateResourceConfig.
pub(super) async fn resource(
    service: &Service,
    request: validate_resource_config::Request,
) -> validate_resource_config::Response {
    let name = request.type_name.clone();
    let client = request.client_capabilities.unwrap_or_default();
    let client = Client { write_only: client.write_only_attributes_allowed };
    service
        .read("ValidateResourceConfig", &name, |server, _| async move {
            let config = raw(request.config);
            let found = server.validate_resource(&request.type_name, config, client);
            validate_resource_config::Response { diagnostics: diagnostics(found) }
        })
        .await
}

/// ValidateDataResourceConfig.
pub(super) async fn data_source(
    service: &Service,
    request: validate_data_resource_config::Request,
) -> validate_data_resource_config::Response {
    let name = request.type_name.clone();
    service
        .read("ValidateDataResourceConfig", &name, |server, _| async move {
            let found = server.validate_data_source(&request.type_name, raw(request.config));
            validate_data_resource_config::Response { diagnostics: diagnostics(found) }
        })
        .await
}

/// ValidateEphemeralResourceConfig.
pub(super) async fn ephemeral(
    service: &Service,
    request: validate_ephemeral_resource_config::Request,
) -> validate_ephemeral_resource_config::Response {
    let name = request.type_name.clone();
    service
        .read("ValidateEphemeralResourceConfig", &name, |server, _| async move {
            let found = server.validate_ephemeral(&request.type_name, raw(request.config));
            validate_ephemeral_resource_config::Response { diagnostics: diagnostics(found) }
        })
        .await
}

/// ValidateListResourceConfig.
pub(super) async fn list(
    service: &Service,
    request: validate_list_resource_config::Request,
) -> validate_list_resource_config::Response {
    let name = request.type_name.clone();
    service
        .read("ValidateListResourceConfig", &name, |server, _| async move {
            let found = server.validate_list(&request.type_name, raw(request.config));
            validate_list_resource_config::Response { diagnostics: diagnostics(found) }
        })
        .await
}

/// ValidateActionConfig.
pub(super) async fn action(
    service: &Service,
    request: validate_action_config::Request,
) -> validate_action_config::Response {
    let name = request.type_name.clone();
    service
        .read("ValidateActionConfig", &name, |server, _| async move {
            let found = server.validate_action(&request.type_name, raw(request.config));
            validate_action_config::Response { diagnostics: diagnostics(found) }
        })
        .await
}
