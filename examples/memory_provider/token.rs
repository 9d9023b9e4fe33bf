//! The ephemeral resource `memory_token`: a secret that lives for one run.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use windows365::framework::provider::{Opened, Renewed};
use windows365::framework::{Context, Ephemeral};
use windows365::tf::{Diagnostics, Mode, Schema, Value};

use crate::schema::{Rules, number, schema, string};
use crate::store::Store;

pub(crate) struct Token {
    schema: Schema,
    store: Arc<Store>,
}

impl Token {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        let attributes = vec![
            string("audience", Mode::Required, "Whom the token is for."),
            number("renew_seconds", Mode::Optional, "After how long it is renewed."),
            string("token", Mode::Computed, "The token.").sensitive(),
        ];
        Token { schema: schema("A token.", attributes, Vec::new()), store }
    }
}

#[async_trait]
impl Ephemeral for Token {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    async fn open(&self, _: &Context, config: Value) -> Result<Opened, Diagnostics> {
        let audience = config.get("audience").as_str().unwrap_or_default();
        self.store.journal(&format!("open {audience}"))?;
        let seconds = config.get("renew_seconds").as_number().and_then(|number| number.as_u64());
        let result = Value::object([
            ("audience", config.get("audience").clone()),
            ("renew_seconds", config.get("renew_seconds").clone()),
            ("token", format!("token for {audience}").into()),
        ]);
        Ok(Opened {
            result,
            renew_at: seconds
                .and_then(|seconds| SystemTime::now().checked_add(Duration::from_secs(seconds))),
            private: audience.as_bytes().to_vec(),
            diagnostics: Diagnostics::new(),
        })
    }

    async fn renew(&self, _: &Context, private: Vec<u8>) -> Result<Renewed, Diagnostics> {
        self.store.journal(&format!("renew {}", String::from_utf8_lossy(&private)))?;
        Ok(Renewed { renew_at: None, private, diagnostics: Diagnostics::new() })
    }

    async fn close(&self, _: &Context, private: Vec<u8>) -> Diagnostics {
        let closed = self.store.journal(&format!("close {}", String::from_utf8_lossy(&private)));
        closed.err().map(Into::into).unwrap_or_default()
    }
}
