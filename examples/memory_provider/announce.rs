//! The action `memory_announce`: writes a line into the journal, some times over.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;
use windows365::framework::{Action, Context};
use windows365::tf::{Diagnostic, Diagnostics, Mode, Path, Schema, Value};

use crate::schema::{number, schema, string};
use crate::store::Store;

pub(crate) struct Announce {
    schema: Schema,
    store: Arc<Store>,
}

impl Announce {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        let attributes = vec![
            string("text", Mode::Required, "What to announce."),
            number("times", Mode::Optional, "How often. Once when left out."),
        ];
        Announce { schema: schema("Announces something.", attributes, Vec::new()), store }
    }
}

fn times(config: &Value) -> u64 {
    config.get("times").as_number().and_then(|number| number.as_u64()).unwrap_or(1)
}

#[async_trait]
impl Action for Announce {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if config.get("times").is_known() && times(config) == 0 {
            diags.push(
                Diagnostic::error("Cannot announce so", "Announce at least once.")
                    .at(Path::attribute("times")),
            );
        }
    }

    fn plan(&self, config: &Value, diags: &mut Diagnostics) {
        if times(config) > 100 {
            diags.push(Diagnostic::warning("This will be loud", "More than 100 announcements."));
        }
    }

    async fn invoke(
        &self,
        cx: &Context,
        config: Value,
        progress: mpsc::Sender<String>,
    ) -> Diagnostics {
        let text = config.get("text").as_str().unwrap_or_default();
        for time in 1..=times(&config) {
            if cx.stop.is_cancelled() {
                return Diagnostic::error("Cannot announce any more", "The run was stopped.")
                    .into();
            }
            if let Err(diagnostic) = self.store.journal(&format!("announce {text}")) {
                return diagnostic.into();
            }
            // Nobody may be listening.
            let _ = progress.send(format!("announced {time}: {text}")).await;
        }
        Diagnostics::new()
    }
}
