//! What a process must do that was never configured, nor asked for its schema.

use windows365::plugin::proto;

use super::super::codec::Form;
use super::super::config::unknown;
use super::super::variants::{all_unknown, one_unknown};
use super::super::{MiniCore, Phase};
use super::{Fixture, broken, succeeded};

/// Unknown is not absent, and not wrong: a configuration stays valid whatever in it is unknown, in whatever form that is sent.
pub(super) async fn validate_with_unknowns(core: &mut MiniCore, name: &str, fixture: &Fixture) {
    let block = core.catalog.resources[name].block.clone();
    let mut variants = vec![("nothing".to_owned(), fixture.create.clone())];
    variants.extend(one_unknown(&block, &fixture.create));
    variants.push(("everything".to_owned(), all_unknown(&block, &fixture.create)));
    let Some(mut session) =
        succeeded(core, name, "cannot start", core.session(Phase::Validate).await)
    else {
        return;
    };
    for form in [Form::Usual, Form::Binary, Form::Refined, Form::OtherExtension] {
        session.form = form;
        for (place, config) in &variants {
            let Some(config) = succeeded(core, name, "the fixture", core.config(name, config))
            else {
                continue;
            };
            let diags = session.validate(name, &config).await;
            if diags.has_error() {
                broken(
                    core,
                    name,
                    format!("with {place} unknown ({form:?}) validation says {diags}"),
                );
            }
        }
    }
    session.close().await;
}

/// A client that does not know write-only attributes would store their values, so setting one there is an error.
pub(super) async fn write_only_needs_a_client_that_knows(
    core: &mut MiniCore,
    name: &str,
    fixture: &Fixture,
) {
    let block = &core.catalog.resources[name].block;
    let sets_one =
        |name: &String| block.attributes[name].write_only && !fixture.create[name].is_null();
    if !block.attributes.keys().any(sets_one) {
        return;
    }
    core.write_only = false;
    if core.validate(name, &fixture.create).await.is_ok() {
        broken(core, name, "an old client may set a write-only attribute");
    }
    core.write_only = true;
}

/// The calls that need no configuration. Each must be answered in a fresh process.
pub(super) async fn offline_calls(core: &mut MiniCore, name: &str, fixture: &Fixture) {
    let Some(session) = succeeded(core, name, "cannot start", core.session(Phase::Validate).await)
    else {
        return;
    };
    // Every attribute of the provider block unknown is a legal configuration too.
    let provider = &session.catalog.provider;
    let json = all_unknown(&provider.block, &unknown_free(&core.provider_config));
    if let Ok(config) = super::super::config::build(&provider.block, &json) {
        let diags = session.validate_provider(&config).await;
        if diags.has_error() {
            broken(core, name, format!("a provider block of unknowns is invalid: {diags}"));
        }
    }
    let state = serde_json::json!({ "id": "offline" });
    let version = session.resource(name).version;
    let upgraded = session.upgrade(name, version, state.to_string().into_bytes()).await;
    succeeded(core, name, "upgrading a bare state", upgraded);
    for (version, state) in &fixture.history {
        let upgraded = session.upgrade(name, *version, format!("{state:#}").into_bytes()).await;
        succeeded(core, name, &format!("upgrading from version {version}"), upgraded);
    }
    let (answer, _) = session
        .answer("GetMetadata", session.rpc().get_metadata(proto::get_metadata::Request {}))
        .await;
    if !answer.resources.iter().any(|it| it.type_name == name) {
        broken(core, name, "the metadata does not name it");
    }
    let request = proto::get_resource_identity_schemas::Request {};
    let (answer, _) = session
        .answer("GetResourceIdentitySchemas", session.rpc().get_resource_identity_schemas(request))
        .await;
    if answer.identity_schemas.contains_key(name) != session.catalog.identities.contains_key(name) {
        broken(core, name, "its identity schema comes and goes");
    }
    session.close().await;
}

fn unknown_free(config: &serde_json::Value) -> serde_json::Value {
    match super::super::config::resolved(config) {
        serde_json::Value::Object(entries) => serde_json::Value::Object(entries),
        other => unknown(other),
    }
}
