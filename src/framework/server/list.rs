//! List resources.

use tokio::sync::mpsc;

use super::{Server, find};
use crate::framework::call::{self, ListEvent, Raw};
use crate::framework::provider::{ListRequest, Listed};
use crate::framework::{Context, Resource, identity, values};
use crate::tf::{Diagnostic, Diagnostics, msgpack};

/// Objects that may wait for the client to take them. Few, so that a client that stops early stops the search early.
const WAITING: usize = 8;

impl Server {
    /// ValidateListResourceConfig.
    pub fn validate_list(&self, type_name: &str, config: Raw) -> Diagnostics {
        match find(self.provider.list_resources(), "list resource", type_name) {
            Ok(list) => {
                super::validate(&config, &list.schema().block, type_name, |config, diags| {
                    list.validate(config, diags);
                })
            }
            Err(unknown) => unknown,
        }
    }

    /// ListResource. Sends what is found until the limit is reached, an error was sent, or nobody listens any more.
    pub async fn list(&self, cx: &Context, request: call::List, events: mpsc::Sender<ListEvent>) {
        if let Err(diagnostics) = self.list_or_fail(cx, request, &events).await {
            // Nobody to tell is nobody to tell.
            let _ = events.send(ListEvent { diagnostics, ..ListEvent::default() }).await;
        }
    }

    async fn list_or_fail(
        &self,
        cx: &Context,
        request: call::List,
        events: &mpsc::Sender<ListEvent>,
    ) -> Result<(), Diagnostics> {
        let name = request.type_name.as_str();
        let list = find(self.provider.list_resources(), "list resource", name)?;
        let resource = self.resource(name)?;
        let config = values::read_config(&request.config, &list.schema().block, name)?;
        let limit = u64::try_from(request.limit).ok().filter(|limit| *limit > 0);
        let wanted = ListRequest { config, include_resource: request.include_resource, limit };

        let (found, mut finds) = mpsc::channel::<Listed>(WAITING);
        let forward = async move {
            let mut left = limit.unwrap_or(u64::MAX);
            while left > 0
                && let Some(listed) = finds.recv().await
            {
                left -= u64::from(listed.identity.is_some());
                let event = encode(resource.as_ref(), name, listed, request.include_resource);
                let last = event.diagnostics.has_error();
                if events.send(event).await.is_err() || last {
                    break;
                }
            }
        };
        tokio::join!(list.list(cx, wanted, found), forward);
        Ok(())
    }
}

fn encode(resource: &dyn Resource, name: &str, listed: Listed, include: bool) -> ListEvent {
    let mut diags = listed.diagnostics;
    if listed.identity.is_none() && diags.is_empty() {
        diags.push(Diagnostic::bug(format!("A {name} was listed without identity.")));
    }
    let block = &resource.schema().block;
    let object = listed.resource.filter(|_| include).map(|object| {
        let (object, unknown) = values::known(object);
        values::left_unknown(&unknown, "listing it", &mut diags);
        let object =
            values::without_write_only(block.into(), values::fit(block, object, &mut diags));
        msgpack::encode(&object, &block.implied_type())
    });
    let identity = match (resource.identity(), listed.identity) {
        (Some(schema), Some(identity)) => Some(identity::write(schema, identity, &mut diags)),
        _ => None,
    };
    ListEvent { identity, display_name: listed.display_name, resource: object, diagnostics: diags }
}
