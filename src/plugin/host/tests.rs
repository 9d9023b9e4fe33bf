//! A host in this process, over TCP, with a provider in which everything panics.

use std::collections::BTreeMap;

use tonic::transport::{Channel, Endpoint};

use super::*;
use crate::framework::{
    Action, ConfigureRequest, DataSource, Ephemeral, Function, ListResource, Resource,
};
use crate::plugin::proto::provider_client::ProviderClient;
use crate::plugin::proto::*;
use crate::tf::{Diagnostics, Schema, Value};

/// Nothing works.
struct Broken;

#[rustfmt::skip]
impl Provider for Broken {
    fn schema(&self) -> &Schema { panic!("broken") }
    fn validate(&self, _: &Value, _: &mut Diagnostics) {}
    fn configure(&self, _: ConfigureRequest<'_>, _: &mut Diagnostics) {}
    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> { panic!("broken") }
    fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn DataSource>> { panic!("broken") }
    fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn Function>> { panic!("broken") }
    fn ephemerals(&self) -> &BTreeMap<&'static str, Arc<dyn Ephemeral>> { panic!("broken") }
    fn list_resources(&self) -> &BTreeMap<&'static str, Arc<dyn ListResource>> { panic!("broken") }
    fn actions(&self) -> &BTreeMap<&'static str, Arc<dyn Action>> { panic!("broken") }
}

/// A connection to a server of `provider` that listens on TCP.
async fn served(provider: impl Provider) -> Channel {
    let Listener { address, accept, directory } = listener::tcp(None).await.unwrap();
    assert_eq!(address.network, "tcp");
    assert!(address.text.starts_with("127.0.0.1:") && directory.is_none());
    let connections = connections(accept, None, Hosts::none());
    let service = Service::new(Server::new(Arc::new(provider)), Arc::default());
    answer(service, connections, CancellationToken::new());
    Endpoint::new(format!("http://{}", address.text)).unwrap().connect().await.unwrap()
}

/// Whether the answer is the one error that asks for a report.
fn is_report(diagnostics: &[Diagnostic]) -> bool {
    matches!(diagnostics, [only] if only.severity() == diagnostic::Severity::Error
        && only.detail.contains("panicked") && only.detail.contains("Please report it"))
}

#[tokio::test]
async fn a_panic_in_any_call_is_a_diagnostic_and_the_process_lives() {
    let mut client = ProviderClient::new(served(Broken).await);
    macro_rules! report {
        ($($method:ident),* $(,)?) => {
            $(
                let response = client.$method($method::Request::default()).await.unwrap().into_inner();
                assert!(is_report(&response.diagnostics), "{}: {response:?}", stringify!($method));
            )*
        };
    }
    report!(
        get_metadata,
        get_provider_schema,
        get_resource_identity_schemas,
        get_functions,
        validate_provider_config,
        validate_resource_config,
        validate_data_resource_config,
        validate_ephemeral_resource_config,
        validate_list_resource_config,
        validate_action_config,
        configure_provider,
        upgrade_resource_state,
        upgrade_resource_identity,
        read_resource,
        plan_resource_change,
        apply_resource_change,
        import_resource_state,
        move_resource_state,
        generate_resource_config,
        read_data_source,
        open_ephemeral_resource,
        renew_ephemeral_resource,
        close_ephemeral_resource,
        plan_action,
    );

    let called = client.call_function(call_function::Request::default()).await.unwrap();
    assert!(called.into_inner().error.unwrap().text.contains("CallFunction panicked"));

    let listed = client.list_resource(list_resource::Request::default()).await.unwrap();
    let mut listed = listed.into_inner();
    assert!(is_report(&listed.message().await.unwrap().unwrap().diagnostic));
    assert_eq!(listed.message().await.unwrap(), None);

    let invoked = client.invoke_action(invoke_action::Request::default()).await.unwrap();
    let mut invoked = invoked.into_inner();
    let event = invoked.message().await.unwrap().unwrap();
    let Some(invoke_action::event::Type::Completed(completed)) = event.r#type else {
        panic!("not the end: {event:?}")
    };
    assert!(is_report(&completed.diagnostics));
    assert_eq!(invoked.message().await.unwrap(), None);
}

#[tokio::test]
async fn an_apply_that_panics_claims_no_new_state() {
    let mut client = ProviderClient::new(served(Broken).await);
    let request = apply_resource_change::Request::default();
    let response = client.apply_resource_change(request).await.unwrap().into_inner();
    assert_eq!(response.new_state, None);
}

#[tokio::test]
async fn a_taken_port_is_passed_over() {
    let first = listener::tcp(None).await.unwrap();
    let port: u16 = first.address.text.rsplit(':').next().unwrap().parse().unwrap();
    assert!(listener::tcp(Some(port..=port)).await.is_err());
    if let Some(next) = port.checked_add(1) {
        // Somebody else may hold the next port too, but then they cannot both be had.
        let second = listener::tcp(Some(port..=next)).await;
        assert!(second.is_err() || second.unwrap().address.text.ends_with(&next.to_string()));
    }
}
