//! The list resource `memory_thing`: finds things by the start of their names.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;
use windows365::framework::provider::{ListRequest, Listed};
use windows365::framework::{Context, ListResource};
use windows365::tf::{Diagnostics, Mode, Schema, Value};

use crate::schema::{schema, string};
use crate::store::Store;
use crate::thing::Thing;

pub(crate) struct ListThings {
    schema: Schema,
    store: Arc<Store>,
    thing: Thing,
}

impl ListThings {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        let attributes = vec![string("prefix", Mode::Optional, "Start of the names to find.")];
        ListThings {
            schema: schema("Finds things.", attributes, Vec::new()),
            thing: Thing::new(Arc::clone(&store)),
            store,
        }
    }
}

#[async_trait]
impl ListResource for ListThings {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    async fn list(&self, cx: &Context, request: ListRequest, events: mpsc::Sender<Listed>) {
        let prefix = request.config.get("prefix").as_str().unwrap_or_default();
        let objects = match self.store.all() {
            Ok(objects) => objects,
            Err(diagnostic) => {
                let _ = events
                    .send(Listed { diagnostics: diagnostic.into(), ..Listed::default() })
                    .await;
                return;
            }
        };
        for (id, object) in objects {
            let listed = match self.thing.decode(&object) {
                Ok(state) => Listed {
                    identity: Some(self.thing.identity_of(&id)),
                    display_name: state.get("name").as_str().unwrap_or_default().to_owned(),
                    resource: request.include_resource.then_some(state),
                    diagnostics: Diagnostics::new(),
                },
                Err(diagnostic) => Listed { diagnostics: diagnostic.into(), ..Listed::default() },
            };
            let wanted = !listed.diagnostics.is_empty() || listed.display_name.starts_with(prefix);
            if wanted && (events.send(listed).await.is_err() || cx.stop.is_cancelled()) {
                return;
            }
        }
    }
}
