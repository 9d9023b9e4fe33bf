//! Create, update, delete.

use serde_json::Value;

use super::answer::{Answer, Problem};
use super::call::Call;
use super::check::{Check, Checked};
use super::metadata::metadata;
use super::read;
use super::rules::{Filling, Set, What, Write};
use super::store::{Body, Object};
use super::switches::PatchReply;
use super::time;
use super::world::World;

fn check<'a>(world: &World, call: &Call, set: &'a Set) -> Check<'a> {
    Check {
        version: call.address.version,
        set: Some(set),
        lax: world.switches.lax_bodies,
        any_case: world.switches.any_case_properties,
    }
}

/// What a set lies below must be there.
fn below_something(world: &World, set: &Set, path: &str) -> Result<(), Problem> {
    if !set.path.contains("{}") {
        return Ok(());
    }
    let parent = path.rsplit_once('/').and_then(|(item, _)| item.rsplit_once('/'));
    let Some((parents, id)) = parent else { return Ok(()) };
    match world.store.get(parents, id).and_then(Object::live) {
        Some(_) => Ok(()),
        None => Err(Problem::not_found("parent object", id)),
    }
}

/// POST to a collection.
pub(crate) fn create(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
) -> Result<Answer, Problem> {
    below_something(world, set, path)?;
    let Checked { body: sent, binds } =
        check(world, call, set).entity(set.type_name, call.json_body()?)?;
    for what in set.whats() {
        if let What::Required(names) = what
            && let Some(missing) =
                names.iter().find(|name| sent.get(**name).is_none_or(Value::is_null))
        {
            return Err(Problem::bad_request(format!("The property '{missing}' is required.")));
        }
    }
    let mut after = sent.clone();
    for what in set.whats() {
        if let What::Default(name, text) = what
            && after.get(*name).is_none_or(Value::is_null)
        {
            let value = serde_json::from_str(text)
                .expect("a default is JSON, which a test proves for every rule");
            after.insert((*name).to_owned(), value);
        }
    }
    if let Some(stored) = set.stored_type {
        after.insert("@odata.type".into(), Value::from(stored));
    }
    fill(world, call, set, &sent, &mut after, true);
    let bound = bind(world, call, set, &binds)?;
    accept_groups(world, set, &sent)?;
    obey(world, call, set, None, &sent, &after)?;

    let id = world.ids.guid();
    after.insert("id".into(), Value::from(id.clone()));
    let now = world.now();
    let object = world.store.insert(path, &id, after, now);
    object.hidden.extend(bound);
    then(world, set, &id);
    let shown = read::written(world, call, set, path, &id)?;
    let location = format!("{}/{}{path}/{id}", world.origin, call.address.version.segment());
    Ok(Answer::json(201, shown).with("Location", location))
}

/// PATCH of an object.
pub(crate) fn update(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    id: &str,
) -> Result<Answer, Problem> {
    let before = existing(world, set, path, id)?.clone();
    let id = before.id.clone();
    let Some(old) = before.live().cloned() else { return Err(Problem::not_found(set.noun, &id)) };
    if world.switches.spontaneous_412 > 0 {
        world.switches.spontaneous_412 -= 1;
        return Err(Problem::new(
            412,
            "ConditionNotMet",
            "The condition defined by headers is not met.",
        ));
    }
    let body = call.json_body()?;
    let Checked { body: mut sent, binds } = check(world, call, set).entity(set.type_name, body)?;
    same_type(set, &old, sent.remove("@odata.type"))?;
    if sent.is_empty() && binds.is_empty() {
        return Err(Problem::bad_request("The body of the request is empty."));
    }
    if let Some((name, _)) = binds.first() {
        return Err(Problem::bad_request(format!(
            "The navigation property '{name}' cannot be changed."
        )));
    }
    refuse_fixed(world, call, set, &old, &mut sent)?;
    for what in set.whats() {
        if let What::Required(names) = what
            && let Some(cleared) =
                names.iter().find(|name| sent.get(**name).is_some_and(Value::is_null))
        {
            return Err(Problem::bad_request(format!("The property '{cleared}' is required.")));
        }
    }
    accept_groups(world, set, &sent)?;
    let mut after = old;
    after.extend(sent.clone());
    fill(world, call, set, &sent, &mut after, false);
    obey(world, call, set, Some(&before), &sent, &after)?;

    let now = world.now();
    if let Some(object) = world.store.get_mut(path, &id) {
        object.body.write(now, Some(after));
    }
    then(world, set, &id);
    let with_body = match world.switches.patch_reply {
        PatchReply::Documented => !set.patch_without_body(),
        PatchReply::Body => true,
        PatchReply::NoContent => false,
    };
    if with_body {
        Ok(Answer::json(200, read::written(world, call, set, path, &id)?))
    } else {
        Ok(Answer::empty(204))
    }
}

/// DELETE of an object.
pub(crate) fn delete(
    world: &mut World,
    set: &'static Set,
    path: &str,
    id: &str,
) -> Result<Answer, Problem> {
    let object = existing(world, set, path, id)?;
    let id = object.id.clone();
    let refused = set.whats().find_map(|what| match what {
        What::Keep(keep) => keep(world, set, object),
        _ => None,
    });
    if let Some(refused) = refused {
        return Err(refused);
    }
    let now = world.now();
    world.store.delete(path, &id, now);
    then(world, set, &id);
    Ok(Answer::empty(204))
}

/// The object on the primary, where writes land.
pub(crate) fn existing<'w>(
    world: &'w World,
    set: &Set,
    path: &str,
    id: &str,
) -> Result<&'w Object, Problem> {
    world
        .store
        .get(path, id)
        .filter(|object| object.live().is_some() && !object.zombie)
        .ok_or_else(|| Problem::not_found(set.noun, id))
}

fn fill(world: &World, call: &Call, set: &Set, sent: &Body, after: &mut Body, create: bool) {
    let mut filling = Filling {
        now: time::graph_text(world.now()),
        caller: call.claims.object_id.clone(),
        create,
        sent,
    };
    for what in set.whats() {
        if let What::Fill(fill) = what {
            fill(after, &mut filling);
        }
    }
}

/// The groups that a body names.
fn accept_groups(world: &mut World, set: &Set, sent: &Body) -> Result<(), Problem> {
    for what in set.whats() {
        let What::Groups(names) = what else { continue };
        let ids = names.iter().filter_map(|name| sent.get(*name)?.as_array()).flatten();
        for id in ids {
            super::assign::accept_group(world, id.as_str().unwrap_or_default(), false)?;
        }
    }
    Ok(())
}

/// All rules over the object as it would be.
fn obey(
    world: &World,
    call: &Call,
    set: &Set,
    before: Option<&Object>,
    sent: &Body,
    after: &Body,
) -> Result<(), Problem> {
    let write = Write { world, before, sent, after, version: call.address.version };
    for what in set.whats() {
        match what {
            What::Check(check) => check(&write)?,
            What::Longest(name, most) => {
                let length =
                    sent.get(*name).and_then(Value::as_str).map(|text| text.chars().count());
                if length.is_some_and(|length| length > *most) {
                    return Err(Problem::bad_request(format!(
                        "The property '{name}' is longer than {most} characters."
                    )));
                }
            }
            What::Without(name, refused) => {
                let text = sent.get(*name).and_then(Value::as_str).unwrap_or_default();
                if let Some(bad) = text.chars().find(|c| refused.contains(*c)) {
                    return Err(Problem::bad_request(format!(
                        "The property '{name}' cannot hold the character {bad}."
                    )));
                }
            }
            What::Unique(name) => unique(world, set, before, after, name)?,
            _ => {}
        }
    }
    Ok(())
}

fn unique(
    world: &World,
    set: &Set,
    before: Option<&Object>,
    after: &Body,
    name: &str,
) -> Result<(), Problem> {
    let lower = |body: &Body| body.get(name).and_then(Value::as_str).map(str::to_lowercase);
    let wanted = lower(after);
    let taken = world.store.live(set.path).any(|(object, body)| {
        before.is_none_or(|before| before.id != object.id) && lower(body) == wanted
    });
    if taken && wanted.is_some() {
        return Err(Problem::bad_request(format!(
            "A {} with the same {name} already exists.",
            set.noun
        )));
    }
    Ok(())
}

/// An update names the type that the object has, or the declared one (Graph page "roledefinition-update" shows the latter).
fn same_type(set: &Set, old: &Body, sent: Option<Value>) -> Result<(), Problem> {
    let actual = old.get("@odata.type").and_then(Value::as_str).unwrap_or(set.type_name);
    match sent.as_ref().and_then(Value::as_str) {
        Some(sent) if sent != actual && sent != set.type_name => {
            Err(Problem::bad_request(format!(
                "The object is of the type 'microsoft.graph.{actual}', which cannot be changed to 'microsoft.graph.{sent}'."
            )))
        }
        _ => Ok(()),
    }
}

fn refuse_fixed(
    world: &World,
    call: &Call,
    set: &Set,
    old: &Body,
    sent: &mut Body,
) -> Result<(), Problem> {
    let type_name = old.get("@odata.type").and_then(Value::as_str).unwrap_or(set.type_name);
    let names: Vec<String> = sent.keys().cloned().collect();
    for name in names {
        let by_metadata = metadata()
            .property(type_name, &name, call.address.version)
            .is_some_and(|property| property.create_only);
        if !(by_metadata || set.fixed(&name)) || sent.get(&name) == old.get(&name) {
            continue;
        }
        if !world.switches.lax_bodies {
            return Err(Problem::bad_request(format!(
                "The property '{name}' cannot be changed after the {} was created.",
                set.noun
            )));
        }
        sent.remove(&name);
    }
    Ok(())
}

/// Resolves what a create binds by address.
fn bind(
    world: &World,
    call: &Call,
    set: &Set,
    binds: &[(String, String)],
) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut bound = Vec::new();
    for what in set.whats() {
        let What::Bind(name, target) = what else { continue };
        let Some((_, address)) = binds.iter().find(|(bound, _)| bound == name) else {
            return Err(Problem::bad_request(format!(
                "The annotation '{name}@odata.bind' is required."
            )));
        };
        let id = bound_id(world, call, target, address).ok_or_else(|| {
            Problem::bad_request(format!(
                "The address '{address}' of '{name}@odata.bind' does not lead to an object."
            ))
        })?;
        bound.push((*name, id));
    }
    if let Some((other, _)) = binds.iter().find(|(name, _)| !bound.iter().any(|(b, _)| b == name)) {
        return Err(Problem::bad_request(format!(
            "The navigation property '{other}' cannot be bound."
        )));
    }
    Ok(bound)
}

/// The id in a full address on this very host and version, or in a path below the version; with the key in either form.
fn bound_id(world: &World, call: &Call, target: &str, address: &str) -> Option<String> {
    let root = format!("{}/{}", world.origin, call.address.version.segment());
    let path = match address.strip_prefix(&root) {
        Some(path) => path.to_owned(),
        None if address.contains("://") => return None,
        None => format!("/{}", address.trim_start_matches('/')),
    };
    let key = path.strip_prefix(target)?;
    let id = match key.strip_prefix('/') {
        Some(id) => id.to_owned(),
        None => key.strip_prefix("('")?.strip_suffix("')")?.to_owned(),
    };
    world.store.get(target, &id).filter(|object| object.live().is_some()).map(|o| o.id.clone())
}

/// What happens elsewhere.
pub(crate) fn then(world: &mut World, set: &Set, id: &str) {
    for what in set.whats() {
        if let What::Then(then) = what {
            then(world, id);
        }
    }
}
