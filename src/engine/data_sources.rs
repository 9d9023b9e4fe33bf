//! The data source of many objects: one listing, checked again on our side, sorted by id.
//!
//! It costs one listing however many objects there are. What a listing leaves out (and a read of each object would tell) is null in the
//! items; whoever needs it reads the objects one by one with the other data source.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use serde_json::Value as Json;

use super::connection::Connect;
use super::data_source::work;
use super::diagnose::{Failure, Verb};
use super::permission::Use;
use super::query::{Filter, Order};
use super::requests::{self, Hints};
use super::resource::{Shared, Work, parent_of};
use super::{decode, schema, validate};
use crate::framework::{Context, DataSource};
use crate::graph::{self, Place, Request};
use crate::spec::Entity;
use crate::tf::{Diagnostics, Number, Schema, Value};

/// The data source of many objects of an entity.
pub(super) struct Many {
    entity: &'static Entity,
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    schema: OnceLock<Schema>,
}

impl Many {
    pub(super) fn new(
        entity: &'static Entity,
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        Many { entity, connection, shared, schema: OnceLock::new() }
    }
}

#[async_trait]
impl DataSource for Many {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::data_sources(self.entity))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        validate::data_sources(self.entity, config, diags);
    }

    async fn read(&self, cx: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        let work =
            work(self.entity, self.connection.as_ref(), &self.shared, cx, Verb::List, None).await?;
        let parent = parent_of(self.entity, &config);
        let wanted = Wanted::of(self.entity, &config);
        // Until they are decoded the items keep their place, if they are large.
        let (items, _place) = listed(&work, parent, &wanted).await.map_err(|error| {
            work.task.report(&work.operation, None, &Failure::graph(error, Use::Read))
        })?;
        let mut diags = work.warnings.clone();
        let count = items.len();
        let items = decode::items(self.entity, items, &mut diags).ok_or_else(|| {
            work.task.error(format!(
                "{count} objects were listed, and what they hold is more than one answer to Terraform can be. \
                 Ask for fewer with `filter` or `top`, or for each by its `id`."
            ))
        })?;
        let Value::Object(mut data) = config else { return Ok((config, diags)) };
        data.insert("items".to_owned(), items);
        Ok((Value::Object(data), diags))
    }
}

/// Which objects are wanted.
#[derive(Default)]
pub(super) struct Wanted {
    /// The function that is asked instead of the listing. It takes no queries.
    pub(super) function: Option<Request>,
    pub(super) filter: Option<String>,
    pub(super) order_by: Option<String>,
    pub(super) top: Option<usize>,
}

impl Wanted {
    pub(super) fn of(entity: &Entity, config: &Value) -> Self {
        let text = |name: &str| config.get(name).as_str().map(str::to_owned);
        let top = config
            .get("top")
            .as_number()
            .and_then(Number::as_u64)
            .and_then(|top| usize::try_from(top).ok());
        let function = requests::function(entity, config);
        Wanted { function, filter: text("filter"), order_by: text("order_by"), top }
    }
}

/// Lists what is wanted. The service may ignore or refuse what it is asked for; what is understood here is done here again. With the
/// items comes the place that they take if they are large: who keeps it must not ask for anything more.
pub(super) async fn listed(
    work: &Work<'_>,
    parent: Option<&str>,
    wanted: &Wanted,
) -> Result<(Vec<Json>, Option<Place>), graph::Error> {
    let filter = wanted.filter.as_deref().map(Filter::parse);
    let order = wanted.order_by.as_deref().map(Order::parse);
    // The service may cut off before it filters or sorts, so it is told where to cut only when there is nothing else to do.
    let plain = filter.is_none() && order.is_none();
    let limit = if plain { wanted.top } else { None };
    let hints = Hints {
        filter: wanted.filter.clone(),
        order_by: wanted.order_by.clone(),
        top: limit.and_then(|top| u32::try_from(top).ok()),
        expand: true,
    };
    let request = match &wanted.function {
        Some(function) => function.clone(),
        None => requests::list(work.entity, parent, &hints),
    };
    let limit = limit.filter(|_| wanted.function.is_none());
    let understood =
        filter.as_ref().is_none_or(Option::is_some) && order.as_ref().is_none_or(Option::is_some);
    let answer = work.operation.client.list_in_room(&work.operation.cx, &request, limit).await;
    let (mut items, place) = match answer {
        Err(error)
            if !plain
                && understood
                && wanted.function.is_none()
                && matches!(error.status(), Some(400 | 501)) =>
        {
            tracing::info!(
                entity = work.entity.name,
                "the service refuses the query; everything is listed and searched here"
            );
            let request =
                requests::list(work.entity, parent, &Hints { expand: true, ..Hints::default() });
            work.operation.client.list_in_room(&work.operation.cx, &request, None).await?
        }
        answer => answer?,
    };
    if let Some(Some(filter)) = &filter {
        items.retain(|item| filter.accepts(item));
    }
    if let Some(Some(order)) = &order {
        items.sort_by(|one, other| order.compare(one, other));
    }
    if let Some(top) = wanted.top {
        items.truncate(top);
    }
    Ok((items, place))
}
