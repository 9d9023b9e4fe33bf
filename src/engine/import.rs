//! Finding the object that an import names: by id, by identity, or by `name:`.
//!
//! The result is a stub with nothing but ids: the read that Terraform sends next fills it.

use super::connection::Connect;
use super::diagnose::{Failure, Task, Verb, visible};
use super::find::{self, Name, Names, Within};
use super::operation::Operation;
use super::permission::Use;
use super::read::{self, Found};
use super::requests::Item;
use super::resource::identity_of;
use super::{decode, refresh, timeouts, youth};
use crate::framework::provider::{ImportRequest, Outcome};
use crate::framework::{Context, Private};
use crate::spec::{Entity, Place};
use crate::tf::{Diagnostics, Schema, Value};

/// What an import text names.
#[derive(Debug, PartialEq, Eq)]
enum Named<'a> {
    Id(&'a str),
    Name(&'a str),
}

/// Finds the object.
pub(super) async fn import(
    entity: &'static Entity,
    connection: &dyn Connect,
    names: &Names,
    schema: &Schema,
    cx: &Context,
    request: ImportRequest,
) -> Result<Outcome, Diagnostics> {
    let (text, tenant) = match request {
        ImportRequest::Id(text) => (text, None),
        ImportRequest::Identity(identity) => {
            let id = identity.get("id").as_str().unwrap_or_default();
            let text = match entity.place {
                Place::Child { parent, .. } => {
                    format!("{}/{id}", identity.get(parent).as_str().unwrap_or_default())
                }
                _ => id.to_owned(),
            };
            (text, identity.get("tenant_id").as_str().map(str::to_owned))
        }
    };
    let task = Task::of(entity, Verb::Import, Some(&text));
    let (parent, named) = parse(entity, &text).map_err(|why| task.error(why))?;
    let id = match named {
        Named::Id(_) if matches!(entity.place, Place::Singleton(_)) => {
            let client = connection.client()?;
            let limit = timeouts::of(entity, timeouts::Operation::Read, &Value::Null);
            let operation = Operation::new(client, limit, cx.stop.clone());
            only(&operation, entity, &task).await?
        }
        Named::Id(id) => id.to_owned(),
        Named::Name(name) => {
            let client = connection.client()?;
            let limit = timeouts::of(entity, timeouts::Operation::Read, &Value::Null);
            let operation = Operation::new(client, limit, cx.stop.clone());
            by_name(&operation, entity, &task, names, parent, name).await?
        }
    };
    let item = Item { parent: parent.map(str::to_owned), id };
    let state = refresh::stub(entity, schema, &item);
    let mut identity = identity_of(entity, &state, None);
    if let (Some(Value::Object(attributes)), Some(tenant)) = (&mut identity, tenant) {
        attributes.insert("tenant_id".to_owned(), Value::from(tenant));
    }
    // What always exists has no age.
    let private = match entity.place {
        Place::Singleton(_) | Place::Function(_) => Private::default(),
        Place::Collection(_) | Place::Child { .. } => youth::met(),
    };
    Ok(Outcome { state: Some(state), private, identity, diagnostics: Diagnostics::new() })
}

/// Reads an import text: `<id>`, `name:<name>`, and below a parent `<parent id>/<id>` or `<parent id>/name:<name>`.
fn parse<'a>(entity: &Entity, text: &'a str) -> Result<(Option<&'a str>, Named<'a>), String> {
    let text = text.trim();
    let (parent, rest) = match (entity.place, text.split_once('/')) {
        (Place::Child { parent, .. }, None) => {
            return Err(format!(
                "The object lies below another one, so its import needs both ids, as in `<{parent}>/<id>` or `<{parent}>/name:<name>`."
            ));
        }
        (Place::Child { .. }, Some((parent, rest))) => (Some(check_id(parent)?), rest),
        _ => (None, text),
    };
    match rest.strip_prefix("name:") {
        Some(name) if name.trim().is_empty() => Err("There is no name after `name:`.".to_owned()),
        Some(name) => Ok((parent, Named::Name(name))),
        None => Ok((parent, Named::Id(check_id(rest)?))),
    }
}

/// Ids are GUIDs, GUIDs joined by underscores, small numbers and the like: plain text without anything that means something in an
/// address.
fn check_id(id: &str) -> Result<&str, String> {
    let plain = !id.is_empty()
        && id.len() <= 512
        && !id.contains("..")
        && id != "."
        && id.chars().all(|c| c.is_ascii_graphic() && !"/\\?#%\"'<>;&".contains(c));
    if plain {
        return Ok(id);
    }
    Err(format!(
        "\"{}\" cannot be an id. Give the id of an object, or `name:` and its name.",
        visible(id, 100)
    ))
}

/// The id of the object of which there is only one. Its identity must be right from the start, whatever text named it.
async fn only(
    operation: &Operation,
    entity: &'static Entity,
    task: &Task,
) -> Result<String, Diagnostics> {
    let item = Item { parent: None, id: String::new() };
    let found = read::read(operation, entity, &item)
        .await
        .map_err(|failure| task.report(operation, None, &failure))?;
    let object = match found {
        Found::Here(object) => object,
        Found::Absent(error) => {
            return Err(task.report(operation, None, &Failure::graph(*error, Use::Read)).into());
        }
    };
    let state = decode::state(entity, &object, &Value::Null, &mut Diagnostics::new());
    Ok(state.get("id").as_str().unwrap_or_default().to_owned())
}

async fn by_name(
    operation: &Operation,
    entity: &'static Entity,
    task: &Task,
    names: &Names,
    parent: Option<&str>,
    name: &str,
) -> Result<String, Diagnostics> {
    if matches!(entity.place, Place::Singleton(_)) {
        return Err(task
            .error("There is only one such object, and it has no name: any id will do.")
            .into());
    }
    let within = Within { entity, parent };
    let found = find::Names::since(names, operation, within, operation.now())
        .await
        .map_err(|failure| task.report(operation, None, &failure))?;
    let wanted = Name::any(name);
    let matches: Vec<(String, Name)> =
        found.into_iter().filter(|(_, found)| found.is(&wanted)).collect();
    match matches.as_slice() {
        [(one, _)] => Ok(one.clone()),
        [] => Err(task
            .error(format!(
                "No {} has the name \"{}\". Names are compared letter by letter, capitals included.",
                entity.name,
                visible(name, 200)
            ))
            .into()),
        several => Err(task.error(ambiguous(entity, name, several)).into()),
    }
}

/// The finding that several objects have one name. Where two properties make the name, both are shown.
pub(super) fn ambiguous(entity: &Entity, name: &str, found: &[(String, Name)]) -> String {
    const SHOWN: usize = 20;
    let line = |(id, name): &(String, Name)| match entity.key.second {
        Some(_) => format!("  {id} ({})", visible(&name.to_string(), 200)),
        None => format!("  {id}"),
    };
    let shown = found.iter().take(SHOWN).map(line).collect::<Vec<_>>().join("\n");
    let more = match found.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    format!(
        "{} objects of the type {} have the name \"{}\", so the name does not tell which is meant. Use one of their ids:\n\n{shown}{more}",
        found.len(),
        entity.name,
        visible(name, 200)
    )
}
