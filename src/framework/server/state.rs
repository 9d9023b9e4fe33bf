//! Stored state from elsewhere: older schema versions, other resource types, imports; and configuration made from state.

use super::Server;
use crate::framework::call::{self, NewState, Raw, Stored};
use crate::framework::provider::{ImportRequest, MoveSource};
use crate::framework::{Context, Resource, generate, identity, values};
use crate::tf::{Diagnostic, Diagnostics, Value, json, msgpack};

impl Server {
    /// UpgradeResourceState: stored state of this or an older schema version, to the current schema. Called on every read of a state.
    /// The answer is null beside errors only.
    pub fn upgrade_state(
        &self,
        type_name: &str,
        version: i64,
        state: Stored,
    ) -> (Vec<u8>, Diagnostics) {
        let mut diags = Diagnostics::new();
        let upgraded = self.resource(type_name).and_then(|resource| {
            upgrade_state(resource.as_ref(), type_name, version, &state, &mut diags)
        });
        finish(upgraded, diags)
    }

    /// UpgradeResourceIdentity.
    pub fn upgrade_identity(
        &self,
        type_name: &str,
        version: i64,
        identity: Stored,
    ) -> (Vec<u8>, Diagnostics) {
        let mut diags = Diagnostics::new();
        let upgraded = self.resource(type_name).and_then(|resource| {
            let Some(schema) = resource.identity() else {
                return Err(Diagnostic::bug(format!("The {type_name} has no identity.")).into());
            };
            known_version("the identity", type_name, version, schema.version)?;
            let stored = values::read_stored(&identity, "the identity", type_name)?;
            let identity = json::from_json(&stored, &schema.implied_type())
                .map_err(|error| values::unreadable("the identity", type_name, &error))?;
            Ok(identity::write(schema, identity, &mut diags))
        });
        finish(upgraded, diags)
    }

    /// MoveResourceState: state of another type or provider that a `moved` block wants to become this type's.
    pub fn move_state(&self, request: call::Move) -> NewState {
        let moved = self
            .resource(&request.target_type_name)
            .and_then(|resource| move_state(resource.as_ref(), &request));
        moved.unwrap_or_else(|diagnostics| NewState {
            state: values::nil(),
            diagnostics,
            ..NewState::default()
        })
    }

    /// ImportResourceState: exactly one object, or null and an error.
    pub async fn import(&self, cx: &Context, request: call::Import) -> NewState {
        let imported = match self.resource(&request.type_name) {
            Ok(resource) => import(resource.as_ref(), cx, request).await,
            Err(unknown) => Err(unknown),
        };
        imported.unwrap_or_else(|diagnostics| NewState {
            state: values::nil(),
            diagnostics,
            ..NewState::default()
        })
    }

    /// GenerateResourceConfig: the configuration that a user would write for a state.
    pub fn generate_config(&self, type_name: &str, state: Raw) -> (Vec<u8>, Diagnostics) {
        let mut diags = Diagnostics::new();
        let generated = self.resource(type_name).and_then(|resource| {
            let block = &resource.schema().block;
            let r#type = block.implied_type();
            let state = values::read(&state, &r#type, "the state", type_name)?;
            let config = generate::config(block.into(), state.clone());
            let config = match state {
                Value::Null => config,
                state => resource.generate_config(&state, config),
            };
            let (config, unknown) = values::known(config);
            values::left_unknown(&unknown, "generating its configuration", &mut diags);
            Ok(msgpack::encode(&values::fit(block, config, &mut diags), &r#type))
        });
        finish(generated, diags)
    }
}

/// Bytes with the findings made on the way, or null with the errors.
fn finish(done: Result<Vec<u8>, Diagnostics>, mut diags: Diagnostics) -> (Vec<u8>, Diagnostics) {
    let bytes = done.unwrap_or_else(|errors| {
        diags.extend(errors);
        values::nil()
    });
    (bytes, diags)
}

/// Refuses what a newer provider wrote.
fn known_version(
    what: &str,
    type_name: &str,
    version: i64,
    current: i64,
) -> Result<(), Diagnostics> {
    if (0..=current).contains(&version) {
        return Ok(());
    }
    let blame = if version < 0 {
        "there are no such versions. The state file is damaged: restore an earlier one".to_owned()
    } else {
        format!(
            "this version of the provider knows versions up to {current} only. It was written by a newer version of the provider: \
             use that one or a later one"
        )
    };
    Err(Diagnostic::error(
        format!("Cannot read {what} of {type_name}"),
        format!("It has the schema version {version}, but {blame}."),
    )
    .into())
}

fn upgrade_state(
    resource: &dyn Resource,
    type_name: &str,
    version: i64,
    state: &Stored,
    diags: &mut Diagnostics,
) -> Result<Vec<u8>, Diagnostics> {
    let schema = resource.schema();
    known_version("the state", type_name, version, schema.version)?;
    let mut stored = values::read_stored(state, "the state", type_name)?;
    if version < schema.version {
        let mut found = Diagnostics::new();
        stored = resource.upgrade(version, stored, &mut found);
        if found.has_error() {
            return Err(found);
        }
        diags.extend(found);
    }
    let r#type = schema.block.implied_type();
    let state = json::from_json(&stored, &r#type)
        .map_err(|error| values::unreadable("the state", type_name, &error))?;
    if state.is_null() {
        // Terraform would forget the object.
        return Err(Diagnostic::error(
            format!("Cannot read the state of {type_name}"),
            "The stored state is empty. Remove the object from the state and import it again.",
        )
        .into());
    }
    let state = values::without_write_only(
        (&schema.block).into(),
        values::fit(&schema.block, state, diags),
    );
    Ok(msgpack::encode(&state, &r#type))
}

fn move_state(resource: &dyn Resource, request: &call::Move) -> Result<NewState, Diagnostics> {
    let (source, target) = (request.source_type_name.as_str(), request.target_type_name.as_str());
    let stored = values::read_stored(&request.source_state, "the state", source)?;
    let mut diags = Diagnostics::new();
    let moved = resource.move_from(
        MoveSource {
            provider_address: &request.source_provider_address,
            type_name: source,
            schema_version: request.source_schema_version,
            state: &stored,
            private: &request.source_private,
        },
        &mut diags,
    );
    if diags.has_error() {
        return Err(diags);
    }
    let Some(moved) = moved.filter(|moved| !moved.state.is_null()) else {
        diags.push(Diagnostic::error(
            format!("Cannot move {source} to {target}"),
            format!(
                "A {target} cannot take over the state of a {source} of the provider {}. \
                 Remove the object from the state and import it as {target} instead.",
                request.source_provider_address
            ),
        ));
        return Err(diags);
    };
    let state = finished(resource, moved.state, "moving it", &mut diags);
    Ok(NewState {
        state,
        private: moved.private.encode(),
        identity: resource
            .identity()
            .zip(moved.identity)
            .map(|(schema, identity)| identity::write(schema, identity, &mut diags)),
        diagnostics: diags,
    })
}

async fn import(
    resource: &dyn Resource,
    cx: &Context,
    request: call::Import,
) -> Result<NewState, Diagnostics> {
    let name = request.type_name.as_str();
    let given = identity::read(request.identity.as_ref(), resource.identity(), name)?;
    let wanted = match given.clone() {
        Some(identity) => ImportRequest::Identity(identity),
        None => ImportRequest::Id(request.id),
    };
    let outcome = resource.import(cx, wanted).await;
    let mut diags = outcome.diagnostics;
    let state = match outcome.state {
        Some(state) if !diags.has_error() => state,
        _ => {
            if !diags.has_error() {
                diags.push(Diagnostic::bug(format!(
                    "Importing a {name} ended without an error and without an object."
                )));
            }
            return Err(diags);
        }
    };
    let state = finished(resource, state, "importing it", &mut diags);
    let found = outcome.identity;
    // An import by text need not know the identity yet: the read that follows finds it.
    let identity = match (&found, &given) {
        (None, None) => None,
        _ => identity::settle(resource.identity(), found, given, name, &mut diags),
    };
    if diags.has_error() {
        return Err(diags);
    }
    Ok(NewState { state, private: outcome.private.encode(), identity, diagnostics: diags })
}

/// Encodes a state that must be complete, wholly known and free of write-only values.
fn finished(
    resource: &dyn Resource,
    state: Value,
    operation: &str,
    diags: &mut Diagnostics,
) -> Vec<u8> {
    let block = &resource.schema().block;
    let (state, unknown) = values::known(state);
    values::left_unknown(&unknown, operation, diags);
    let state = values::without_write_only(block.into(), values::fit(block, state, diags));
    msgpack::encode(&state, &block.implied_type())
}
