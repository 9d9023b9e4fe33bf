//! A process that is ready for calls about data and resources, and those calls.

use std::sync::Arc;

use tonic::transport::Channel;
use windows365::plugin::proto::provider_client::ProviderClient;
use windows365::plugin::proto::*;

use super::process::patiently;

/// A process that was told its schema and given a provider block with nothing in it.
#[derive(Clone)]
pub(crate) struct Configured {
    pub(crate) client: ProviderClient<Channel>,
    schema: Arc<get_provider_schema::Response>,
}

impl Configured {
    /// Asks and configures it; also what it finds wrong with that.
    pub(crate) async fn new(channel: Channel) -> (Self, Vec<Diagnostic>) {
        const LARGEST: usize = 256 << 20;
        let mut client = ProviderClient::new(channel)
            .max_decoding_message_size(LARGEST)
            .max_encoding_message_size(usize::MAX);
        let asked = client.get_provider_schema(get_provider_schema::Request {});
        let schema = patiently("GetProviderSchema", asked).await.unwrap().into_inner();
        let request = configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(object(schema.provider.as_ref(), &[])),
            client_capabilities: None,
        };
        let configured = client.configure_provider(request);
        let diagnostics = patiently("ConfigureProvider", configured).await.unwrap().into_inner();
        (Configured { client, schema: Arc::new(schema) }, diagnostics.diagnostics)
    }

    /// Makes sure that it answers still.
    pub(crate) async fn lives(&self) {
        let mut client = self.client.clone();
        let answer = patiently("GetMetadata", client.get_metadata(get_metadata::Request {})).await;
        assert!(!answer.unwrap().into_inner().resources.is_empty());
    }

    /// A data source with a list of texts, and the encoding of its block as far as to that list.
    pub(crate) fn up_to_a_list(&self) -> (String, Vec<u8>) {
        let lists = |it: &schema::Attribute| {
            [&b"[\"list\",\"string\"]"[..], b"[\"set\",\"string\"]"].contains(&&it.r#type[..])
        };
        let of = |(name, schema): (&String, &Schema)| {
            let attributes = &schema.block.as_ref()?.attributes;
            let list = attributes.iter().find(|it| lists(it))?;
            let mut bytes = Vec::new();
            rmpv::encode::write_value(&mut bytes, &rmpv::Value::from(list.name.as_str())).unwrap();
            let count = u16::try_from(attributes.len()).unwrap().to_be_bytes();
            Some((name.clone(), [&[0xde], &count[..], &bytes].concat()))
        };
        self.schema.data_source_schemas.iter().find_map(of).unwrap()
    }

    /// Reads a data source with some texts in its block: the errors, as people see them.
    pub(crate) async fn read_data(&self, name: &str, texts: &[(&str, &str)]) -> Vec<String> {
        let request = read_data_source::Request {
            type_name: name.to_owned(),
            config: Some(object(self.schema.data_source_schemas.get(name), texts)),
            ..read_data_source::Request::default()
        };
        let mut client = self.client.clone();
        let answer = patiently(name, client.read_data_source(request)).await.unwrap();
        let diagnostics = answer.into_inner().diagnostics.into_iter();
        diagnostics
            .filter(|it| it.severity() == diagnostic::Severity::Error)
            .map(|it| format!("{}\n{}", it.summary, it.detail))
            .collect()
    }
}

impl Configured {
    /// Plans the creation of a managed resource with some texts in it, and applies it.
    pub(crate) async fn create(&self, name: &str, texts: &[(&str, &str)]) -> Vec<String> {
        let config = object(self.schema.resource_schemas.get(name), texts);
        let nothing = DynamicValue { msgpack: vec![0xc0], json: Vec::new() };
        let request = plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: Some(nothing.clone()),
            proposed_new_state: Some(config.clone()),
            config: Some(config.clone()),
            ..plan_resource_change::Request::default()
        };
        let mut client = self.client.clone();
        let plan = client.plan_resource_change(request).await.unwrap().into_inner();
        assert_eq!(plan.diagnostics, []);
        let request = apply_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: Some(nothing),
            planned_state: plan.planned_state,
            planned_private: plan.planned_private,
            config: Some(config),
            ..apply_resource_change::Request::default()
        };
        let answer = client.apply_resource_change(request).await.unwrap().into_inner();
        answer.diagnostics.into_iter().map(|it| it.summary).collect()
    }
}

/// A block with some texts in it, and nothing else.
fn object(schema: Option<&Schema>, texts: &[(&str, &str)]) -> DynamicValue {
    let attributes = &schema.unwrap().block.as_ref().unwrap().attributes;
    let member = |attribute: &schema::Attribute| {
        let text = texts.iter().find(|(name, _)| *name == attribute.name);
        (attribute.name.clone().into(), text.map_or(rmpv::Value::Nil, |(_, text)| (*text).into()))
    };
    let mut msgpack = Vec::new();
    let object = rmpv::Value::Map(attributes.iter().map(member).collect());
    rmpv::encode::write_value(&mut msgpack, &object).unwrap();
    DynamicValue { msgpack, json: Vec::new() }
}
