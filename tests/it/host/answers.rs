//! Every call has an answer, in a process that has been asked nothing before.

use tonic::transport::Channel;
use tonic::{Code, Status};
use windows365::plugin::proto::provider_client::ProviderClient;
use windows365::plugin::proto::*;

use super::configured::Configured;
use super::process::{Plugin, patiently};

/// Whether the process tells its schema.
pub(super) async fn knows_its_schema(channel: Channel) -> bool {
    let mut client = ProviderClient::new(channel).max_decoding_message_size(64 << 20);
    let request = get_provider_schema::Request {};
    let response = patiently("GetProviderSchema", client.get_provider_schema(request)).await;
    response.unwrap().into_inner().provider.is_some_and(|schema| schema.block.is_some())
}

/// Whether the process takes a provider block with nothing in it.
pub(super) async fn can_be_configured(channel: Channel) -> bool {
    let (_, diagnostics) = Configured::new(channel).await;
    diagnostics.iter().all(|it| it.severity() != diagnostic::Severity::Error)
}

/// The statuses of all calls, each made with an empty request.
async fn statuses(channel: Channel) -> Vec<(&'static str, Result<(), Status>)> {
    let mut client = ProviderClient::new(channel);
    let mut statuses = Vec::new();
    macro_rules! call {
        ($($method:ident($request:expr)),* $(,)?) => {
            $(
                let answer = patiently(stringify!($method), client.$method($request)).await;
                statuses.push((stringify!($method), answer.map(drop)));
            )*
        };
    }
    call!(
        get_metadata(get_metadata::Request::default()),
        get_provider_schema(get_provider_schema::Request::default()),
        get_resource_identity_schemas(get_resource_identity_schemas::Request::default()),
        get_functions(get_functions::Request::default()),
        validate_provider_config(validate_provider_config::Request::default()),
        validate_resource_config(validate_resource_config::Request::default()),
        validate_data_resource_config(validate_data_resource_config::Request::default()),
        validate_ephemeral_resource_config(validate_ephemeral_resource_config::Request::default()),
        validate_list_resource_config(validate_list_resource_config::Request::default()),
        validate_action_config(validate_action_config::Request::default()),
        configure_provider(configure_provider::Request::default()),
        stop_provider(stop_provider::Request::default()),
        upgrade_resource_state(upgrade_resource_state::Request::default()),
        upgrade_resource_identity(upgrade_resource_identity::Request::default()),
        read_resource(read_resource::Request::default()),
        plan_resource_change(plan_resource_change::Request::default()),
        apply_resource_change(apply_resource_change::Request::default()),
        import_resource_state(import_resource_state::Request::default()),
        move_resource_state(move_resource_state::Request::default()),
        generate_resource_config(generate_resource_config::Request::default()),
        read_data_source(read_data_source::Request::default()),
        open_ephemeral_resource(open_ephemeral_resource::Request::default()),
        renew_ephemeral_resource(renew_ephemeral_resource::Request::default()),
        close_ephemeral_resource(close_ephemeral_resource::Request::default()),
        call_function(call_function::Request::default()),
        list_resource(list_resource::Request::default()),
        plan_action(plan_action::Request::default()),
        invoke_action(invoke_action::Request::default()),
        validate_state_store_config(validate_state_store::Request::default()),
        configure_state_store(configure_state_store::Request::default()),
        read_state_bytes(read_state_bytes::Request::default()),
        write_state_bytes(tokio_stream::pending::<write_state_bytes::RequestChunk>()),
        lock_state(lock_state::Request::default()),
        unlock_state(unlock_state::Request::default()),
        get_states(get_states::Request::default()),
        delete_state(delete_state::Request::default()),
    );
    statuses
}

#[tokio::test]
async fn every_call_is_answered_and_only_state_stores_are_not_offered() {
    let plugin = Plugin::start(None, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let mut not_offered = Vec::new();
    for (method, status) in statuses(channel).await {
        match status {
            Ok(()) => (),
            Err(status) if status.code() == Code::Unimplemented => not_offered.push(method),
            Err(status) => panic!("{method}: {status}"),
        }
    }
    assert_eq!(
        not_offered,
        [
            "validate_state_store_config",
            "configure_state_store",
            "read_state_bytes",
            "write_state_bytes",
            "lock_state",
            "unlock_state",
            "get_states",
            "delete_state"
        ]
    );
}

#[tokio::test]
async fn it_says_what_it_can_do() {
    let plugin = Plugin::start(None, &[]).await;
    let mut client = ProviderClient::new(plugin.connect(None).await.unwrap());
    let all = Some(ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    });
    let metadata = client.get_metadata(get_metadata::Request {}).await.unwrap().into_inner();
    assert_eq!(metadata.server_capabilities, all);
    let request = get_provider_schema::Request {};
    let schema = client.get_provider_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.server_capabilities, all);
}
