//! The calls to one process, with what must hold for each answer by itself.

use std::future::Future;
use std::sync::{Arc, Mutex};

use tonic::{Response, Status};
use windows365::plugin::proto;
use windows365::plugin::proto::provider_client::ProviderClient;

use super::catalog::Catalog;
use super::codec::{self, Form};
use super::diagnostics::Diags;
use super::path::AttributePath;
use super::process::Plugin;
use super::schema::{Attribute, Block, Schema};
use super::types::Ty;
use super::value::Val;

/// Where broken rules are written down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Violations(Arc<Mutex<Vec<String>>>);

impl Violations {
    pub(crate) fn add(&self, violation: impl Into<String>) {
        if let Ok(mut list) = self.0.lock() {
            list.push(violation.into());
        }
    }

    pub(crate) fn extend(&self, violations: impl IntoIterator<Item = String>) {
        violations.into_iter().for_each(|it| self.add(it));
    }

    pub(crate) fn take(&self) -> Vec<String> {
        self.0.lock().map(|mut list| std::mem::take(&mut *list)).unwrap_or_default()
    }
}

/// A running process, and how to talk to it.
pub(crate) struct Session {
    pub plugin: Plugin,
    pub catalog: Arc<Catalog>,
    pub violations: Violations,
    pub client: proto::ClientCapabilities,
    /// In which of the legal forms values are sent.
    pub form: Form,
}

/// An object as it is stored, or about to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    pub value: Val,
    pub private: Vec<u8>,
    pub identity: Option<Val>,
    /// Left behind by a failed create.
    pub tainted: bool,
}

/// What a plan is asked for.
#[derive(Clone, Debug)]
pub(crate) struct PlanCall {
    pub prior: Val,
    pub proposed: Val,
    pub config: Val,
    pub prior_private: Vec<u8>,
    pub prior_identity: Option<Val>,
    /// In the apply phase, what the plan phase returned.
    pub planned_private: Vec<u8>,
}

/// What a plan answered.
#[derive(Clone, Debug)]
pub(crate) struct PlanAnswer {
    pub planned: Val,
    pub requires_replace: Vec<AttributePath>,
    pub private: Vec<u8>,
    pub identity: Option<Val>,
    pub diags: Diags,
}

/// What an apply is asked for.
#[derive(Clone, Debug)]
pub(crate) struct ApplyCall {
    pub prior: Val,
    pub planned: Val,
    pub config: Val,
    pub planned_private: Vec<u8>,
    pub planned_identity: Option<Val>,
}

/// What a read, apply or import answered.
#[derive(Clone, Debug)]
pub(crate) struct ObjectAnswer {
    pub value: Val,
    pub private: Vec<u8>,
    pub identity: Option<Val>,
    pub diags: Diags,
}

impl Session {
    pub(crate) fn rpc(&self) -> ProviderClient<tonic::transport::Channel> {
        self.plugin.rpc.clone()
    }

    /// The answer of a call. Problems of the application must come as diagnostics, so any other status is a violation.
    pub(crate) async fn answer<T: Default>(
        &self,
        call: &str,
        answer: impl Future<Output = Result<Response<T>, Status>>,
    ) -> (T, Diags) {
        match answer.await {
            Ok(response) => (response.into_inner(), Diags::default()),
            Err(status) => {
                self.violations.add(format!(
                    "{call}: status {:?}: {}",
                    status.code(),
                    status.message()
                ));
                (T::default(), Diags::error(format!("{call}: {}", status.message())))
            }
        }
    }

    pub(crate) fn resource(&self, name: &str) -> &Schema {
        self.catalog.resources.get(name).unwrap_or_else(|| panic!("no resource {name}"))
    }

    pub(crate) fn diags(&self, call: &str, ty: &Ty, diagnostics: &[proto::Diagnostic]) -> Diags {
        let mut faults = Vec::new();
        let diags = Diags::read(diagnostics, Some(ty), call, &mut faults);
        self.violations.extend(faults);
        diags
    }

    /// A value for the wire.
    pub(crate) fn send(&self, value: &Val, ty: &Ty) -> Option<proto::DynamicValue> {
        Some(proto::DynamicValue {
            msgpack: codec::encode(value, ty, self.form),
            json: Default::default(),
        })
    }

    /// A value from the wire. What cannot be read counts as null.
    pub(crate) fn receive(&self, call: &str, value: &Option<proto::DynamicValue>, ty: &Ty) -> Val {
        let Some(value) = value else { return Val::Null };
        if value.msgpack.is_empty() {
            if !value.json.is_empty() {
                self.violations.add(format!("{call}: answered with JSON"));
            }
            return Val::Null;
        }
        codec::decode(&value.msgpack, ty).unwrap_or_else(|error| {
            self.violations.add(format!("{call}: {error}"));
            Val::Null
        })
    }

    fn send_identity(
        &self,
        name: &str,
        identity: &Option<Val>,
    ) -> Option<proto::ResourceIdentityData> {
        let ty = &self.catalog.identities.get(name)?.ty;
        let identity = identity.as_ref()?;
        Some(proto::ResourceIdentityData { identity_data: self.send(identity, ty) })
    }

    pub(crate) fn receive_identity(
        &self,
        call: &str,
        name: &str,
        data: &Option<proto::ResourceIdentityData>,
    ) -> Option<Val> {
        let data = data.as_ref()?;
        let Some(schema) = self.catalog.identities.get(name) else {
            self.violations
                .add(format!("{call}: an identity although there is no identity schema"));
            return None;
        };
        match self.receive(call, &data.identity_data, &schema.ty) {
            Val::Null => None,
            identity => Some(identity),
        }
    }

    fn no_deferral(&self, call: &str, deferred: Option<proto::Deferred>) {
        if deferred.is_some() {
            self.violations.add(format!("{call}: deferred although that is not allowed"));
        }
    }

    /// What every object that a provider gives for keeps must be: known, and without write-only values.
    fn check_object(&self, call: &str, block: &Block, value: &Val) {
        if !value.is_wholly_known() {
            self.violations.add(format!("{call}: still indicated an unknown value: {value:?}"));
        }
        self.check_write_only(call, block, value);
    }

    fn check_write_only(&self, call: &str, block: &Block, value: &Val) {
        for place in write_only_values(block, value) {
            self.violations
                .add(format!("{call}: returned a value for the write-only attribute {place}"));
        }
    }

    /// Every successful answer replaces the stored identity, so one that is missing or half known is lost.
    fn check_identity(&self, call: &str, name: &str, answer: &ObjectAnswer) {
        if answer.value.is_null()
            || answer.diags.has_error()
            || !self.catalog.identities.contains_key(name)
        {
            return;
        }
        match &answer.identity {
            None => self
                .violations
                .add(format!("{call}: the identity is missing, so the stored one is lost")),
            Some(identity) if !identity.is_wholly_known() => {
                self.violations.add(format!("{call}: the identity is not known: {identity:?}"));
            }
            Some(_) => {}
        }
    }

    pub(crate) async fn validate_provider(&self, config: &Val) -> Diags {
        let ty = self.catalog.provider.ty();
        let request = proto::validate_provider_config::Request { config: self.send(config, &ty) };
        let call = "ValidateProviderConfig";
        let (answer, mut diags) =
            self.answer(call, self.rpc().validate_provider_config(request)).await;
        diags.extend(self.diags(call, &ty, &answer.diagnostics));
        diags
    }

    pub(crate) async fn configure(&self, config: &Val) -> Diags {
        let ty = self.catalog.provider.ty();
        let request = proto::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: self.send(config, &ty),
            client_capabilities: Some(self.client),
        };
        let call = "ConfigureProvider";
        let (answer, mut diags) = self.answer(call, self.rpc().configure_provider(request)).await;
        diags.extend(self.diags(call, &ty, &answer.diagnostics));
        diags
    }

    pub(crate) async fn validate(&self, name: &str, config: &Val) -> Diags {
        let ty = self.resource(name).ty();
        let request = proto::validate_resource_config::Request {
            type_name: name.to_owned(),
            config: self.send(config, &ty),
            client_capabilities: Some(self.client),
        };
        let call = format!("ValidateResourceConfig of {name}");
        let (answer, mut diags) =
            self.answer(&call, self.rpc().validate_resource_config(request)).await;
        diags.extend(self.diags(&call, &ty, &answer.diagnostics));
        diags
    }

    /// Reads a stored state through the provider, as happens at every use of it.
    pub(crate) async fn upgrade(
        &self,
        name: &str,
        version: i64,
        json: Vec<u8>,
    ) -> Result<Val, Diags> {
        let schema = self.resource(name);
        let request = proto::upgrade_resource_state::Request {
            type_name: name.to_owned(),
            version,
            raw_state: Some(proto::RawState { json, flatmap: Default::default() }),
        };
        let call = format!("UpgradeResourceState of {name}");
        let (answer, mut diags) =
            self.answer(&call, self.rpc().upgrade_resource_state(request)).await;
        diags.extend(self.diags(&call, &schema.ty(), &answer.diagnostics));
        if diags.has_error() {
            return Err(diags);
        }
        let value = self.receive(&call, &answer.upgraded_state, &schema.ty());
        if value.is_null() {
            self.violations.add(format!("{call}: the object is lost"));
        }
        self.check_object(&call, &schema.block, &value);
        Ok(value)
    }

    pub(crate) async fn upgrade_identity(
        &self,
        name: &str,
        version: i64,
        json: Vec<u8>,
    ) -> Result<Val, Diags> {
        let Some(identity) = self.catalog.identities.get(name) else {
            return Err(Diags::error(format!("{name} has no identity")));
        };
        let request = proto::upgrade_resource_identity::Request {
            type_name: name.to_owned(),
            version,
            raw_identity: Some(proto::RawState { json, flatmap: Default::default() }),
        };
        let call = format!("UpgradeResourceIdentity of {name}");
        let (answer, mut diags) =
            self.answer(&call, self.rpc().upgrade_resource_identity(request)).await;
        diags.extend(self.diags(&call, &identity.ty, &answer.diagnostics));
        if diags.has_error() {
            return Err(diags);
        }
        self.receive_identity(&call, name, &answer.upgraded_identity)
            .ok_or_else(|| Diags::error(format!("{call}: the identity is lost")))
    }

    pub(crate) async fn read(&self, name: &str, object: &Object) -> ObjectAnswer {
        let schema = self.resource(name);
        let request = proto::read_resource::Request {
            type_name: name.to_owned(),
            current_state: self.send(&object.value, &schema.ty()),
            private: object.private.clone(),
            provider_meta: None,
            client_capabilities: Some(self.client),
            current_identity: self.send_identity(name, &object.identity),
        };
        let call = format!("ReadResource of {name}");
        let (answer, mut diags) = self.answer(&call, self.rpc().read_resource(request)).await;
        diags.extend(self.diags(&call, &schema.ty(), &answer.diagnostics));
        self.no_deferral(&call, answer.deferred);
        let answer = ObjectAnswer {
            value: self.receive(&call, &answer.new_state, &schema.ty()),
            private: answer.private.to_vec(),
            identity: self.receive_identity(&call, name, &answer.new_identity),
            diags,
        };
        self.check_object(&call, &schema.block, &answer.value);
        self.check_identity(&call, name, &answer);
        answer
    }

    pub(crate) fn plan_request(
        &self,
        name: &str,
        call: &PlanCall,
    ) -> proto::plan_resource_change::Request {
        let ty = self.resource(name).ty();
        proto::plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: self.send(&call.prior, &ty),
            proposed_new_state: self.send(&call.proposed, &ty),
            config: self.send(&call.config, &ty),
            prior_private: call.prior_private.clone(),
            provider_meta: None,
            client_capabilities: Some(self.client),
            prior_identity: self.send_identity(name, &call.prior_identity),
            planned_private: call.planned_private.clone(),
        }
    }

    pub(crate) async fn plan(&self, name: &str, plan: &PlanCall) -> PlanAnswer {
        let schema = self.resource(name);
        let call = format!("PlanResourceChange of {name}");
        let request = self.plan_request(name, plan);
        let (raw, mut diags) = self.answer(&call, self.rpc().plan_resource_change(request)).await;
        diags.extend(self.diags(&call, &schema.ty(), &raw.diagnostics));
        self.no_deferral(&call, raw.deferred);
        if raw.legacy_type_system {
            self.violations.add(format!("{call}: claims the legacy type system"));
        }
        let planned = self.receive(&call, &raw.planned_state, &schema.ty());
        self.check_write_only(&call, &schema.block, &planned);
        let mut requires_replace = Vec::new();
        for path in &raw.requires_replace {
            match AttributePath::read(path) {
                Ok(path) => requires_replace.push(path),
                Err(error) => self.violations.add(format!("{call}: requires_replace: {error}")),
            }
        }
        let mut sorted = requires_replace.clone();
        sorted.sort();
        sorted.dedup();
        if sorted != requires_replace {
            self.violations
                .add(format!("{call}: requires_replace is not sorted or repeats itself"));
        }
        let identity = self.receive_identity(&call, name, &raw.planned_identity);
        PlanAnswer {
            planned,
            requires_replace,
            private: raw.planned_private.to_vec(),
            identity,
            diags,
        }
    }

    pub(crate) async fn apply(&self, name: &str, apply: &ApplyCall) -> ObjectAnswer {
        let schema = self.resource(name);
        let ty = schema.ty();
        let request = proto::apply_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: self.send(&apply.prior, &ty),
            planned_state: self.send(&apply.planned, &ty),
            config: self.send(&apply.config, &ty),
            planned_private: apply.planned_private.clone(),
            provider_meta: None,
            planned_identity: self.send_identity(name, &apply.planned_identity),
        };
        let call = format!("ApplyResourceChange of {name}");
        let (answer, mut diags) =
            self.answer(&call, self.rpc().apply_resource_change(request)).await;
        diags.extend(self.diags(&call, &ty, &answer.diagnostics));
        if answer.legacy_type_system {
            self.violations.add(format!("{call}: claims the legacy type system"));
        }
        let answer = ObjectAnswer {
            value: self.receive(&call, &answer.new_state, &ty),
            private: answer.private.to_vec(),
            identity: self.receive_identity(&call, name, &answer.new_identity),
            diags,
        };
        self.check_object(&call, &schema.block, &answer.value);
        self.check_identity(&call, name, &answer);
        answer
    }

    /// Imports by text, or by identity.
    pub(crate) async fn import(
        &self,
        name: &str,
        id: &str,
        identity: Option<Val>,
    ) -> Result<Object, Diags> {
        let schema = self.resource(name);
        let by_identity = identity.is_some();
        let request = proto::import_resource_state::Request {
            type_name: name.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(self.client),
            identity: self.send_identity(name, &identity),
        };
        let call = format!("ImportResourceState of {name}");
        let (answer, mut diags) =
            self.answer(&call, self.rpc().import_resource_state(request)).await;
        diags.extend(self.diags(&call, &schema.ty(), &answer.diagnostics));
        self.no_deferral(&call, answer.deferred);
        if diags.has_error() {
            return Err(diags);
        }
        let [imported] = answer.imported_resources.as_slice() else {
            let count = answer.imported_resources.len();
            self.violations.add(format!("{call}: {count} resources without an error"));
            return Err(Diags::error("Import returned no resources"));
        };
        if imported.type_name != name {
            self.violations
                .add(format!("{call}: import of {name} gave type {:?}", imported.type_name));
        }
        let object = Object {
            value: self.receive(&call, &imported.state, &schema.ty()),
            private: imported.private.to_vec(),
            identity: self.receive_identity(&call, name, &imported.identity),
            tainted: false,
        };
        if object.value.is_null() {
            self.violations.add(format!("{call}: Import returned null resource"));
        }
        if by_identity && object.identity.is_none() {
            self.violations.add(format!("{call}: import by identity gave no identity"));
        }
        self.check_object(&call, &schema.block, &object.value);
        self.check_blocks(&call, &schema.block, &object.value);
        Ok(object)
    }

    /// Collections of blocks are empty when there are none, never null.
    fn check_blocks(&self, call: &str, block: &Block, value: &Val) {
        for (name, nested) in &block.blocks {
            if value.get(name).is_null() && nested.none() != Val::Null {
                self.violations.add(format!("{call}: block {name} is null"));
            }
        }
    }

    /// Ends the process.
    pub(crate) async fn close(self) {
        let violations = self.violations.clone();
        violations.extend(self.plugin.shut_down().await);
    }
}

/// The places of write-only attributes that hold a value.
pub(crate) fn write_only_values(block: &Block, value: &Val) -> Vec<String> {
    let mut places = Vec::new();
    in_block(block, value, "", &mut places);
    places
}

fn in_block(block: &Block, value: &Val, place: &str, places: &mut Vec<String>) {
    for (name, attribute) in &block.attributes {
        in_attribute(attribute, &value.get(name), &format!("{place}.{name}"), places);
    }
    for (name, nested) in &block.blocks {
        each_object(&value.get(name), &mut |object| {
            in_block(&nested.block, object, &format!("{place}.{name}"), places);
        });
    }
}

fn in_attribute(attribute: &Attribute, value: &Val, place: &str, places: &mut Vec<String>) {
    if attribute.write_only && !value.is_null() {
        places.push(place.to_owned());
    }
    let Some((nesting, attributes)) = &attribute.nested else { return };
    let mut inside = |object: &Val| {
        for (name, attribute) in attributes {
            in_attribute(attribute, &object.get(name), &format!("{place}.{name}"), places);
        }
    };
    match nesting {
        super::schema::Nesting::Map => value.entries().for_each(|(_, object)| inside(object)),
        _ => each_object(value, &mut inside),
    }
}

/// The elements of a list or set of objects, the values of a map of them, or the one object itself.
fn each_object(value: &Val, visit: &mut dyn FnMut(&Val)) {
    match value {
        Val::List(elements) | Val::Set(elements) => elements.iter().for_each(visit),
        Val::Map(_) => visit(value),
        _ => {}
    }
}
