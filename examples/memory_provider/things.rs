//! The data source `memory_thing`: one thing by its id or name.

use std::sync::Arc;

use async_trait::async_trait;
use windows365::framework::{Context, DataSource};
use windows365::tf::{Diagnostic, Diagnostics, Mode, Path, Schema, Type, Value};

use crate::schema::{number, plain, schema, string};
use crate::store::Store;
use crate::thing::Thing;

pub(crate) struct OneThing {
    schema: Schema,
    store: Arc<Store>,
    thing: Thing,
}

impl OneThing {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        let attributes = vec![
            string("id", Mode::OptionalComputed, "Id; give this or the name."),
            string("name", Mode::OptionalComputed, "Name; give this or the id."),
            string("note", Mode::Computed, "The remark."),
            number("size", Mode::Computed, "The size."),
            plain("colors", Type::set(Type::String), Mode::Computed, "The texts."),
        ];
        OneThing {
            schema: schema("Finds a thing.", attributes, Vec::new()),
            thing: Thing::new(Arc::clone(&store)),
            store,
        }
    }

    fn find(&self, config: &Value) -> Result<Option<Value>, Diagnostic> {
        for (_, object) in self.store.all()? {
            let state = self.thing.decode(&object)?;
            let fits =
                |name: &str| config.get(name).is_null() || config.get(name) == state.get(name);
            if fits("id") && fits("name") {
                return Ok(Some(state));
            }
        }
        Ok(None)
    }
}

#[async_trait]
impl DataSource for OneThing {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        let given = ["id", "name"].map(|name| config.get(name));
        let undecided = given.iter().any(|value| value.is_unknown());
        if !undecided && given.iter().filter(|value| value.is_known()).count() != 1 {
            diags.push(
                Diagnostic::error("Cannot find a thing so", "Give exactly one of `id` and `name`.")
                    .at(Path::attribute("id")),
            );
        }
    }

    async fn read(&self, _: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        let state = self.find(&config)?.ok_or_else(|| {
            Diagnostic::error("Cannot find the thing", "The store holds none of this id or name.")
        })?;
        let names = ["id", "name", "note", "size", "colors"];
        Ok((Value::object(names.map(|name| (name, state.get(name).clone()))), Diagnostics::new()))
    }
}
