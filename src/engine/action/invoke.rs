//! What Terraform itself calls an action: done when a configuration says so, and stored nowhere.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::run::{Order, Work, run};
use super::schema::{TARGET_IDS, TIMEOUT, WAIT};
use super::{Shared, report, schema};
use crate::engine::connection::Connect;
use crate::engine::operation::Operation;
use crate::engine::preflight::Intent;
use crate::engine::{encode, secrets, timeouts, validate};
use crate::framework::{self, Context};
use crate::graph::is_key;
use crate::spec::Action;
use crate::tf::{Diagnostic, Diagnostics, Path, Schema, Value};

/// An action.
pub(super) struct Invoked {
    action: &'static Action,
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    schema: OnceLock<Schema>,
}

impl Invoked {
    pub(super) fn new(
        action: &'static Action,
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        Invoked { action, connection, shared, schema: OnceLock::new() }
    }

    async fn run(
        &self,
        cx: &Context,
        config: &Value,
        progress: mpsc::Sender<String>,
    ) -> Result<Diagnostics, Diagnostics> {
        let client = self.connection.client()?;
        let limit = config.get(TIMEOUT).as_str().and_then(timeouts::parse);
        let operation =
            Operation::new(client, limit.unwrap_or(default_limit(self.action)), cx.stop.clone());
        let mut diags = match self.connection.preflight() {
            Some(preflight) => preflight.admit(Intent::to_run(self.action), &operation).await?,
            None => Diagnostics::new(),
        };
        secrets::conceal(
            &operation.client,
            &framework::Action::schema(self).block.attributes,
            config,
        );
        let order = Order {
            targets: targets(config.get(TARGET_IDS)),
            body: encode::parameters(self.action.arguments, self.action.kinds, config),
            wait: config.get(WAIT).as_bool().unwrap_or(true),
        };
        let work =
            Work { action: self.action, operation, shared: &self.shared, progress: Some(progress) };
        let done = run(&work, &order).await;
        let ends: Vec<_> = done.ends.iter().map(|(id, end)| (id.as_str(), end)).collect();
        diags.extend(report::errors(self.action, &ends, "").map(Into::into).unwrap_or_default());
        Ok(diags)
    }
}

/// How long an action may take when nobody says so.
pub(super) fn default_limit(action: &Action) -> Duration {
    Duration::from_secs(u64::from(action.minutes) * 60)
}

/// The ids of a set, sorted; ids that differ in case only are one.
pub(super) fn targets(ids: &Value) -> Vec<String> {
    let mut targets: Vec<String> = ids
        .elements()
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    targets.sort_by_key(|id| id.to_ascii_lowercase());
    targets.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    targets
}

/// Checks ids of targets as far as they are known.
pub(super) fn check_targets(ids: &Value, diags: &mut Diagnostics) {
    let fault = |id: &Value| match id.as_str() {
        _ if id.is_null() => Some("An id of a target is empty.".to_owned()),
        Some(text) if text.trim().is_empty() => Some("An id of a target is empty.".to_owned()),
        Some(text) if !is_key(text) => {
            let shown: String = text.chars().take(80).collect();
            Some(format!("{shown:?} cannot be the id of a target."))
        }
        _ => None,
    };
    if let Some(detail) = ids.elements().unwrap_or_default().iter().find_map(fault) {
        diags.push(Diagnostic::error("Invalid target", detail).at(Path::attribute(TARGET_IDS)));
    }
}

/// Checks a length of time.
pub(super) fn check_limit(value: &Value, path: Path, diags: &mut Diagnostics) {
    let Some(text) = value.as_str() else { return };
    if timeouts::parse(text).is_none_or(|limit| limit.is_zero()) {
        let detail =
            format!("\"{text}\" is no length of time. Write one such as \"30m\" or \"1h30m\".");
        diags.push(Diagnostic::error("Invalid time-out", detail).at(path));
    }
}

#[async_trait]
impl framework::Action for Invoked {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::action(self.action))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        validate::arguments(self.action, config, diags);
        check_targets(config.get(TARGET_IDS), diags);
        check_limit(config.get(TIMEOUT), Path::attribute(TIMEOUT), diags);
    }

    fn plan(&self, config: &Value, diags: &mut Diagnostics) {
        diags.extend(report::dangers(self.action, config, config.get(TARGET_IDS)));
        if let (Some(preflight), Ok(client)) =
            (self.connection.preflight(), self.connection.client())
            && let Err(why) =
                preflight.foresee(Intent::to_run(self.action), client.is_application())
        {
            diags.extend(why);
        }
    }

    async fn invoke(
        &self,
        cx: &Context,
        config: Value,
        progress: mpsc::Sender<String>,
    ) -> Diagnostics {
        self.run(cx, &config, progress).await.unwrap_or_else(|failure| failure)
    }
}
