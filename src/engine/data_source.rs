//! The data source of one object, found by id or by name.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use super::connection::Connect;
use super::data_sources::{Wanted, listed};
use super::diagnose::{Failure, Task, Verb, visible};
use super::equal::instant;
use super::find::Name;
use super::operation::Operation;
use super::permission::Use;
use super::read::{self, Presence};
use super::requests::{self, Item};
use super::resource::{Shared, Work, called, parent_of};
use super::{decode, import, schema, timeouts, validate};
use crate::framework::{Context, DataSource};
use crate::spec::{Answers, Entity, Function, Place};
use crate::tf::{Diagnostic, Diagnostics, Schema, Value};

/// The data source of one object of an entity.
pub(super) struct One {
    entity: &'static Entity,
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    schema: OnceLock<Schema>,
}

impl One {
    pub(super) fn new(
        entity: &'static Entity,
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        One { entity, connection, shared, schema: OnceLock::new() }
    }
}

/// Everything that a read by a data source needs.
pub(super) async fn work<'a>(
    entity: &'static Entity,
    connection: &dyn Connect,
    shared: &'a Shared,
    cx: &Context,
    verb: Verb,
    object: Option<&str>,
) -> Result<Work<'a>, Diagnostics> {
    let client = connection.client()?;
    let limit = timeouts::of(entity, timeouts::Operation::Read, &Value::Null);
    let operation = Operation::new(client, limit, cx.stop.clone());
    let warnings = match connection.preflight() {
        Some(preflight) => preflight.before(entity, Use::Read, &operation).await?,
        None => Diagnostics::new(),
    };
    let task = Task::of(entity, verb, object);
    Ok(Work { entity, operation, shared, task, warnings })
}

#[async_trait]
impl DataSource for One {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::data_source(self.entity))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        validate::data_source(self.entity, config, diags);
    }

    async fn read(&self, cx: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        let object = called(self.entity, &config);
        let work = work(
            self.entity,
            self.connection.as_ref(),
            &self.shared,
            cx,
            Verb::Read,
            object.as_deref(),
        )
        .await?;
        let parent = parent_of(self.entity, &config).map(str::to_owned);
        let apart = match self.entity.place {
            Place::Function(Function { answers: Answers::Object, .. }) => {
                Some(answer(&work, &config).await?)
            }
            Place::Function(_) => Some(in_listing(&work, None, &config).await?),
            _ if self.entity.reading.listed => {
                Some(in_listing(&work, parent.as_deref(), &config).await?)
            }
            _ => None,
        };
        if let Some(object) = apart {
            let mut diags = work.warnings.clone();
            let data = decode::data(self.entity, parent.as_deref(), &object, &mut diags);
            return Ok((with_arguments(self.entity, data, &config), diags));
        }
        let names = &self.shared.names;
        let given = match (config.get("id").as_str(), self.entity.place) {
            (Some(id), _) => Some(id.to_owned()),
            (None, Place::Singleton(_)) => Some(String::new()),
            (None, _) => None,
        };
        let mut fresh = false;
        loop {
            let id = match &given {
                Some(id) => id.clone(),
                None => {
                    by_name(&work, parent.as_deref(), Name::of(self.entity, &config), fresh).await?
                }
            };
            let item = Item { parent: parent.clone(), id };
            let found = read::refresh(&work.operation, self.entity, &item, names)
                .await
                .map_err(|failure| work.task.report(&work.operation, None, &failure))?;
            match found {
                Presence::Here(object) => {
                    let mut diags = work.warnings.clone();
                    let data = decode::data(self.entity, parent.as_deref(), &object, &mut diags);
                    return Ok((data, diags));
                }
                // The listing that many data sources share may be older than a deletion.
                Presence::Gone | Presence::Zombie if given.is_none() && !fresh => fresh = true,
                Presence::Gone | Presence::Zombie => return Err(missing(&work, &item.id).into()),
            }
        }
    }
}

/// What was found, with what it was asked for.
fn with_arguments(entity: &Entity, mut data: Value, config: &Value) -> Value {
    if let Value::Object(data) = &mut data {
        for argument in schema::arguments(entity) {
            data.insert(argument.name.to_owned(), config.get(argument.name).clone());
        }
    }
    data
}

/// The one object that a function answers with, bare or as the only content of `value`.
async fn answer(work: &Work<'_>, config: &Value) -> Result<Map<String, Json>, Diagnostics> {
    let Some(request) = requests::function(work.entity, config) else {
        return Err(work.task.error("There is no function to ask.").into());
    };
    let reply =
        work.operation.client.send(&work.operation.cx, &request).await.map_err(|error| {
            work.task.report(&work.operation, None, &Failure::graph(error, Use::Read))
        })?;
    match reply.body {
        Json::Object(mut object) => match object.remove("value") {
            Some(Json::Object(inner)) => Ok(inner),
            _ => Ok(object),
        },
        _ => Err(work.task.error("The service answered with something that is no object.").into()),
    }
}

fn missing(work: &Work<'_>, id: &str) -> Diagnostic {
    work.task.error(format!(
        "No object has the id {}. Check the id, and that the provider speaks to the right tenant.",
        visible(id, 200)
    ))
}

const NO_SUCH_NAME: &str =
    "No object has this name. Names are compared letter by letter, capitals included.";

/// The object out of a listing, by its id or by its name, for services that do not answer for one.
async fn in_listing(
    work: &Work<'_>,
    parent: Option<&str>,
    config: &Value,
) -> Result<Map<String, Json>, Diagnostics> {
    let entity = work.entity;
    let wanted = Wanted { function: requests::function(entity, config), ..Wanted::default() };
    let (items, _) = listed(work, parent, &wanted).await.map_err(|error| {
        work.task.report(&work.operation, None, &Failure::graph(error, Use::Read))
    })?;
    let text = |object: &Map<String, Json>, property: &str| {
        object.get(property).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let mut objects = items.into_iter().filter_map(|item| match item {
        Json::Object(object) => Some(object),
        Json::String(text) => {
            Some(Map::from_iter([(entity.key.property.to_owned(), Json::String(text))]))
        }
        _ => None,
    });
    if let Some(id) = config.get("id").as_str() {
        return objects
            .find(|object| text(object, "id").eq_ignore_ascii_case(id))
            .ok_or_else(|| missing(work, id).into());
    }
    let wanted = Name::of(work.entity, config).unwrap_or_default();
    let named = |object: Map<String, Json>| {
        let name = Name::answered(work.entity, &object);
        name.is(&wanted).then_some((object, name))
    };
    let mut found: Vec<_> = objects.filter_map(named).collect();
    if let Some(newest) = entity.key.newest {
        found.sort_by_key(|(object, _)| instant(&text(object, newest)));
        found.drain(..found.len().saturating_sub(1));
    }
    let all: Vec<_> =
        found.iter().map(|(object, name)| (text(object, "id"), name.clone())).collect();
    match (found.pop(), found.is_empty()) {
        (Some((one, _)), true) => Ok(one),
        (None, _) => Err(work.task.error(NO_SUCH_NAME).into()),
        (Some(_), false) => {
            let name = wanted.to_string();
            Err(work.task.error(import::ambiguous(work.entity, &name, &all)).into())
        }
    }
}

/// Waits before the name is looked for once more: an object made moments ago, in this very run perhaps, takes time to be listed.
const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::ZERO, Duration::from_secs(2), Duration::from_secs(4)];

/// The id of the one object that has this name.
async fn by_name(
    work: &Work<'_>,
    parent: Option<&str>,
    name: Option<Name>,
    fresh: bool,
) -> Result<String, Diagnostics> {
    let Some(name) = name else {
        return Err(work.task.error("Neither an id nor a name is given.").into());
    };
    let report = |failure| work.task.report(&work.operation, None, &failure);
    let names = &work.shared.names;
    let within = work.within(parent);
    let mut matches: Vec<(String, Name)> = Vec::new();
    for (look, wait) in LOOKS.iter().enumerate() {
        if !wait.is_zero() {
            work.operation
                .pause(*wait)
                .await
                .map_err(|halt| report(Failure::Halt(halt, "the name to be listed".to_owned())))?;
        }
        // Many data sources share one listing; what that does not settle is asked for anew.
        let listed = match look {
            0 if !fresh => names.known(&work.operation, within).await,
            _ => names.since(&work.operation, within, work.operation.now()).await,
        };
        matches =
            listed.map_err(report)?.into_iter().filter(|(_, found)| found.is(&name)).collect();
        match matches.as_slice() {
            [(one, _)] => return Ok(one.clone()),
            [] => {}
            _ if look > 0 => break,
            _ => {}
        }
    }
    Err(match matches.as_slice() {
        [] => work.task.error(NO_SUCH_NAME),
        several => work.task.error(import::ambiguous(work.entity, &name.to_string(), several)),
    }
    .into())
}
