//! The provider block, and what is served.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use windows365::framework::{
    Action, ConfigureRequest, DataSource, Ephemeral, Function, ListResource, Provider, Resource,
};
use windows365::tf::{Diagnostic, Diagnostics, Mode, Path, Schema, Value};

use crate::announce::Announce;
use crate::functions::{Exact, Join, TypeOf};
use crate::item::Item;
use crate::list::ListThings;
use crate::schema::{schema, string};
use crate::store::Store;
use crate::thing::Thing;
use crate::things::OneThing;
use crate::token::Token;

type Served<T> = BTreeMap<&'static str, Arc<T>>;

pub(crate) struct Memory {
    schema: Schema,
    store: Arc<Store>,
    resources: Served<dyn Resource>,
    data_sources: Served<dyn DataSource>,
    functions: Served<dyn Function>,
    ephemerals: Served<dyn Ephemeral>,
    list_resources: Served<dyn ListResource>,
    actions: Served<dyn Action>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        let store = Arc::new(Store::default());
        let path =
            string("path", Mode::Optional, "The file that holds the objects. Made when missing.");
        let mut resources: Served<dyn Resource> = BTreeMap::new();
        resources.insert("memory_item", Arc::new(Item::new(Arc::clone(&store))));
        resources.insert("memory_thing", Arc::new(Thing::new(Arc::clone(&store))));
        let mut functions: Served<dyn Function> = BTreeMap::new();
        functions.insert("exact", Arc::new(Exact::new()));
        functions.insert("join", Arc::new(Join::new()));
        functions.insert("type_of", Arc::new(TypeOf::new()));
        Memory {
            schema: schema("A provider whose service is a file.", vec![path], Vec::new()),
            data_sources: [("memory_thing", Arc::new(OneThing::new(Arc::clone(&store))) as _)]
                .into(),
            ephemerals: [("memory_token", Arc::new(Token::new(Arc::clone(&store))) as _)].into(),
            list_resources: [("memory_thing", Arc::new(ListThings::new(Arc::clone(&store))) as _)]
                .into(),
            actions: [("memory_announce", Arc::new(Announce::new(Arc::clone(&store))) as _)].into(),
            resources,
            functions,
            store,
        }
    }
}

impl Provider for Memory {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if config.get("path").as_str() == Some("") {
            diags.push(
                Diagnostic::error(
                    "Cannot use an empty path",
                    "Give the name of a file, or leave `path` out.",
                )
                .at(Path::attribute("path")),
            );
        }
    }

    fn configure(&self, request: ConfigureRequest<'_>, _: &mut Diagnostics) {
        self.store.use_file(request.config.get("path").as_str().map(PathBuf::from));
    }

    fn resources(&self) -> &Served<dyn Resource> {
        &self.resources
    }

    fn data_sources(&self) -> &Served<dyn DataSource> {
        &self.data_sources
    }

    fn functions(&self) -> &Served<dyn Function> {
        &self.functions
    }

    fn ephemerals(&self) -> &Served<dyn Ephemeral> {
        &self.ephemerals
    }

    fn list_resources(&self) -> &Served<dyn ListResource> {
        &self.list_resources
    }

    fn actions(&self) -> &Served<dyn Action> {
        &self.actions
    }
}
