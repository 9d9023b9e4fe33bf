//! The life of an object, from its creation to being deleted twice.

use serde_json::{Value as Json, json};

use super::super::drive::Options;
use super::super::planning::{plan_change, type_of};
use super::super::schema::Block;
use super::super::value::Val;
use super::super::variants::{all_unknown, one_unknown};
use super::super::{Action, MiniCore, Phase, Plan};
use super::{Fixture, broken, expect, no_change, succeeded};

pub(super) async fn whole_life(core: &mut MiniCore, name: &str, fixture: &Fixture) {
    let address = &format!("{name}.life");
    let created = core.apply(address, &fixture.create).await;
    if succeeded(core, address, "create", created).is_none() {
        return destroy(core, address).await;
    }
    no_change(core, address, &fixture.create, "after the create").await;
    stored_state(core, address).await;
    imports(core, address, fixture).await;
    generated_config(core, address, fixture).await;
    lists(core, address).await;
    unknowns_over_an_object(core, address, fixture).await;

    changed(core, address, &fixture.update, "update").await;
    changed(core, address, &fixture.create, "update back").await;
    replacements(core, address, fixture).await;
    becomes_known(core, address, fixture).await;
    ends(core, address, fixture.guarded).await;
}

/// A change in place: what only the provider sets stays, or is announced as unknown.
async fn changed(core: &mut MiniCore, address: &str, config: &Json, what: &str) {
    let plan = core.plan(address, config).await;
    let Some(plan) = succeeded(core, address, what, plan) else { return };
    expect(core, address, what, &plan, Action::Update);
    silently_changed(core, address, what, &plan);
    let applied = core.apply(address, config).await;
    succeeded(core, address, what, applied);
    no_change(core, address, config, &format!("after the {what}")).await;
}

fn silently_changed(core: &MiniCore, address: &str, what: &str, plan: &Plan) {
    let Some(prior) = &plan.prior else { return };
    let block = &core.catalog.resources[type_of(address)].block;
    for (name, attribute) in &block.attributes {
        let (before, after) = (prior.value.get(name), plan.planned.get(name));
        let only_computed = attribute.computed && !attribute.optional;
        if only_computed && before != after && !after.is_unknown() && plan.action == Action::Update
        {
            broken(
                core,
                address,
                format!("{what}: computed {name} planned as {after:?}, was {before:?}"),
            );
        }
    }
}

/// Stored states come back whole, whatever was stored too much or too little, however it is laid out, and in every legal form.
async fn stored_state(core: &mut MiniCore, address: &str) {
    let name = type_of(address);
    let Some(stored) = core.states.get(address).cloned() else { return };
    let Some(session) = succeeded(core, address, "cannot start", core.session(Phase::Plan).await)
    else {
        return;
    };
    let version = stored.schema_version;
    let whole = session.upgrade(name, version, stored.attributes.to_string().into_bytes()).await;
    let Some(whole) = succeeded(core, address, "upgrade", whole) else { return };
    if whole.to_json() != stored.attributes {
        broken(core, address, format!("reading the stored state changed it to {whole:?}"));
    }
    let mut more = stored.attributes.clone();
    more["from_another_version"] = json!({ "a": [1, null] });
    let upgraded = session.upgrade(name, version, format!("{more:#}").into_bytes()).await;
    if succeeded(core, address, "upgrade with a strange attribute", upgraded)
        .is_some_and(|it| it != whole)
    {
        broken(core, address, "a strange attribute in the stored state changes the others");
    }
    let block = session.resource(name).block.clone();
    for attribute in block.attributes.keys().chain(block.blocks.keys()) {
        let mut fewer = stored.attributes.clone();
        fewer.as_object_mut().map(|it| it.remove(attribute));
        let upgraded = session.upgrade(name, version, fewer.to_string().into_bytes()).await;
        let what = format!("upgrade without {attribute}");
        let Some(upgraded) = succeeded(core, address, &what, upgraded) else { continue };
        let expected = block.blocks.get(attribute).map_or(Val::Null, |it| it.none());
        if upgraded.get(attribute) != expected {
            broken(
                core,
                address,
                format!("{what}: {:?} instead of {expected:?}", upgraded.get(attribute)),
            );
        }
    }
    if let Some((version, json)) = &stored.identity {
        let identity =
            session.upgrade_identity(name, *version, format!("{json:#}").into_bytes()).await;
        if succeeded(core, address, "upgrade of the identity", identity)
            .is_some_and(|it| it.to_json() != *json)
        {
            broken(core, address, "reading the stored identity changed it");
        }
    }
    session.close().await;
}

/// An imported object is the same object, and its configuration changes nothing about it.
async fn imports(core: &mut MiniCore, address: &str, fixture: &Fixture) {
    let name = type_of(address);
    let imported = &format!("{name}.imported");
    let id = (fixture.import_id)(&core.state(address));
    let result = core.import(imported, &id).await;
    if succeeded(core, address, &format!("import of {id:?}"), result).is_some() {
        no_change(core, imported, &fixture.imported(), "after the import").await;
    }
    core.states.remove(imported);
    if let Some((_, identity)) = core.states.get(address).and_then(|it| it.identity.clone()) {
        let result = core.import_by_identity(imported, &identity).await;
        if succeeded(core, address, "import by identity", result).is_some() {
            no_change(core, imported, &fixture.imported(), "after the import by identity").await;
        }
        core.states.remove(imported);
    }
    if core.import(imported, "no-object-has-this-name").await.is_ok() {
        broken(core, address, "importing what does not exist succeeds");
        core.states.remove(imported);
    }
}

/// The configuration that the provider writes is one that changes nothing.
async fn generated_config(core: &mut MiniCore, address: &str, fixture: &Fixture) {
    if !core.catalog.capabilities.generate_resource_config {
        return;
    }
    let generated = core.generate_config(address).await;
    let Some(mut config) = succeeded(core, address, "generating its configuration", generated)
    else {
        return;
    };
    // A write-only value is nowhere to be read, but its version is: give both or neither.
    for name in fixture.not_imported {
        config[*name] = fixture.create[*name].clone();
    }
    no_change(core, address, &config, "with generated configuration").await;
}

/// A list resource of the same type finds the object, under its identity, as its state has it.
async fn lists(core: &mut MiniCore, address: &str) {
    let name = type_of(address);
    if !core.catalog.lists.contains_key(name) {
        return;
    }
    let stored = core.states.get(address).cloned();
    let identity =
        stored.as_ref().and_then(|it| it.identity.as_ref()).map(|(_, json)| json.clone());
    for include_resource in [false, true] {
        let found = core.list(name, &json!({}), include_resource, 0).await;
        let Some(found) = succeeded(core, address, "listing", found) else { return };
        let Some(own) = found.iter().find(|it| it.identity == identity) else {
            broken(core, address, format!("the list does not hold {identity:?}: {found:?}"));
            continue;
        };
        if own.display_name.is_empty() {
            broken(core, address, "it is listed without a name");
        }
        if own.diags.has_error() {
            broken(core, address, format!("it is listed with {}", own.diags));
        }
    }
    let limited = core.list(name, &json!({}), false, 1).await;
    if succeeded(core, address, "listing one", limited).is_some_and(|found| found.is_empty()) {
        broken(core, address, "a list limited to one is empty");
    }
}

/// Unknown values over an existing object: each plan must be valid, and leave computed values alone or announce them.
async fn unknowns_over_an_object(core: &mut MiniCore, address: &str, fixture: &Fixture) {
    let name = type_of(address);
    let block: Block = core.catalog.resources[name].block.clone();
    let Some(session) = succeeded(core, address, "cannot start", core.session(Phase::Plan).await)
    else {
        return;
    };
    let object = core.loaded(&session, address).await;
    let Some(Some(object)) = succeeded(core, address, "upgrade", object) else { return };
    for (place, config) in one_unknown(&block, &fixture.update) {
        let Some(config) = succeeded(core, name, "the fixture", core.config(name, &config)) else {
            continue;
        };
        let what = format!("update with {place} unknown");
        let plan =
            plan_change(&session, name, Some(object.clone()), &config, Options::default()).await;
        if let Some(plan) = succeeded(core, address, &what, plan) {
            silently_changed(core, address, &what, &plan);
        }
    }
    session.close().await;
}

/// Replacing: by a changed attribute, on demand, after a failed create, in both orders.
async fn replacements(core: &mut MiniCore, address: &str, fixture: &Fixture) {
    if let Some((config, path)) = &fixture.replace {
        let plan = core.plan(address, config).await;
        if let Some(plan) = succeeded(core, address, "change that replaces", plan) {
            expect(core, address, "change that replaces", &plan, Action::Replace);
            if !plan.replace_paths.iter().any(|it| it.to_string() == *path) {
                broken(
                    core,
                    address,
                    format!(
                        "{path} is not among what forces the replacement: {:?}",
                        plan.replace_paths
                    ),
                );
            }
        }
        let applied = core.apply(address, config).await;
        succeeded(core, address, "replacement", applied);
        no_change(core, address, config, "after the replacement").await;
        let applied = core.apply(address, &fixture.create).await;
        succeeded(core, address, "replacement back", applied);
    }
    core.taint(address);
    replaced(core, address, fixture, "replacement of a tainted object", Options::default()).await;
    let forced = Options { force_replace: true, ..Options::default() };
    replaced(core, address, fixture, "replacement on demand", forced).await;
    if fixture.coexists {
        let created_first = Options { force_replace: true, create_before_destroy: true };
        replaced(core, address, fixture, "replacement that creates first", created_first).await;
    }
}

async fn replaced(
    core: &mut MiniCore,
    address: &str,
    fixture: &Fixture,
    what: &str,
    options: Options,
) {
    let before = core.state(address);
    let applied = core.apply_with(address, &fixture.create, options).await;
    let Some(applied) = succeeded(core, address, what, applied) else { return };
    if applied.action != Action::Replace {
        broken(core, address, format!("{what}: {:?}", applied.action));
    }
    if !before["id"].is_null() && applied.state["id"] == before["id"] {
        broken(core, address, format!("{what}: it is still the old object"));
    }
    no_change(core, address, &fixture.create, &format!("after the {what}")).await;
}

/// Everything unknown in the plan, known in the apply: the object ends up as configured.
async fn becomes_known(core: &mut MiniCore, address: &str, fixture: &Fixture) {
    let block = core.catalog.resources[type_of(address)].block.clone();
    let applied = core.apply(address, &all_unknown(&block, &fixture.create)).await;
    succeeded(core, address, "apply of what was unknown", applied);
    no_change(core, address, &fixture.create, "after the apply of what was unknown").await;
}

/// Deleting: with nothing but the state, and once more when there is nothing to delete.
async fn ends(core: &mut MiniCore, address: &str, guarded: bool) {
    let Some(stored) = core.states.get_mut(address) else { return };
    let private = std::mem::take(&mut stored.private);
    if guarded {
        if core.destroy_unread(address).await.is_ok() {
            broken(core, address, "it is deleted without private data");
        }
        let Some(stored) = core.states.get_mut(address) else {
            return broken(core, address, "a refused delete loses the object");
        };
        stored.private = private;
    }
    let Some(stored) = core.states.get(address).cloned() else { return };
    let deleted = core.destroy_unread(address).await;
    succeeded(core, address, "delete", deleted);
    if core.states.contains_key(address) {
        return broken(core, address, "it is still in the state after its destruction");
    }
    core.states.insert(address.to_owned(), stored.clone());
    let deleted = core.destroy_unread(address).await;
    succeeded(core, address, "delete of what is gone", deleted);
    core.states.insert(address.to_owned(), stored);
    let found = core.refresh(address).await;
    if succeeded(core, address, "refresh of what is gone", found) == Some(true) {
        broken(core, address, "reading finds what was deleted");
    }
}

async fn destroy(core: &mut MiniCore, address: &str) {
    let destroyed = core.destroy(address).await;
    succeeded(core, address, "destroy", destroyed);
}
