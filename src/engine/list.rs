//! The list resource: what exists and could be imported.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::connection::Connect;
use super::data_source::work;
use super::data_sources::{Wanted, listed};
use super::diagnose::{Failure, Verb, visible};
use super::find::Name;
use super::permission::Use;
use super::requests::Item;
use super::resource::{Shared, Work, identity_of, parent_of};
use super::{refresh, schema, validate};
use crate::framework::provider::{ListRequest, Listed};
use crate::framework::{Context, ListResource};
use crate::spec::{Entity, Place};
use crate::tf::{Diagnostics, Schema, Value};

/// The list resource of an entity.
pub(super) struct Lister {
    entity: &'static Entity,
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    schema: OnceLock<Schema>,
    /// Schema of the managed resource, for whole objects.
    resource: OnceLock<Schema>,
}

impl Lister {
    pub(super) fn new(
        entity: &'static Entity,
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        Lister { entity, connection, shared, schema: OnceLock::new(), resource: OnceLock::new() }
    }

    /// A state of nothing but nulls and ids, as an import makes it.
    fn stub(&self, item: &Item) -> Value {
        let schema = self.resource.get_or_init(|| schema::resource(self.entity));
        refresh::stub(self.entity, schema, item)
    }

    async fn send(
        &self,
        work: &Work<'_>,
        request: &ListRequest,
        events: &mpsc::Sender<Listed>,
    ) -> Result<(), Diagnostics> {
        let parent = parent_of(self.entity, &request.config);
        let mut wanted = Wanted::of(self.entity, &request.config);
        let limit = request.limit.and_then(|limit| usize::try_from(limit).ok());
        wanted.top = match (wanted.top, limit) {
            (Some(top), Some(limit)) => Some(top.min(limit)),
            (top, limit) => top.or(limit),
        };
        let (items, _) = listed(work, parent, &wanted).await.map_err(|error| {
            work.task.report(&work.operation, None, &Failure::graph(error, Use::Read))
        })?;
        for object in items.iter().filter_map(Json::as_object) {
            let Some(id) = object.get("id").and_then(Json::as_str) else { continue };
            let id = id.to_owned();
            let name = match Name::answered(self.entity, object).to_string() {
                none if none.trim().is_empty() => id.clone(),
                name => name,
            };
            let item = Item { parent: parent.map(str::to_owned), id };
            let stub = self.stub(&item);
            let mut event = Listed {
                identity: identity_of(self.entity, &stub, work.operation.client.granted().as_ref()),
                display_name: visible(&name, 256),
                ..Listed::default()
            };
            if request.include_resource {
                // A listing leaves properties out; only a read has all of them.
                let done = refresh::refresh(work, stub, None, || Duration::ZERO).await;
                if done.diags.has_error() {
                    return Err(done.diags);
                }
                let Some(state) = done.state else { continue };
                event.resource = Some(state);
                event.diagnostics = done.diags;
            }
            if events.send(event).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[async_trait]
impl ListResource for Lister {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::list_resource(self.entity))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        validate::data_sources(self.entity, config, diags);
    }

    async fn list(&self, cx: &Context, request: ListRequest, events: mpsc::Sender<Listed>) {
        let ended =
            match work(self.entity, self.connection.as_ref(), &self.shared, cx, Verb::List, None)
                .await
            {
                Ok(work) => self.send(&work, &request, &events).await,
                Err(diagnostics) => Err(diagnostics),
            };
        if let Err(diagnostics) = ended {
            // Nobody listening any more is no reason to complain.
            let _ = events.send(Listed { diagnostics, ..Listed::default() }).await;
        }
    }
}

/// Whether objects of this entity can be listed for import.
pub(super) fn listable(entity: &Entity) -> bool {
    entity.managed && matches!(entity.place, Place::Collection(_) | Place::Child { .. })
}
