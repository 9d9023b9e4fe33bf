//! Actions.

use tokio::sync::mpsc;

use super::{Server, find};
use crate::framework::call::{ActionEvent, Raw};
use crate::framework::{Context, values};
use crate::tf::Diagnostics;

/// Messages of progress that may wait to be shown.
const WAITING: usize = 8;

impl Server {
    /// ValidateActionConfig.
    pub fn validate_action(&self, type_name: &str, config: Raw) -> Diagnostics {
        match find(self.provider.actions(), "action", type_name) {
            Ok(action) => {
                super::validate(&config, &action.schema().block, type_name, |config, diags| {
                    action.validate(config, diags);
                })
            }
            Err(unknown) => unknown,
        }
    }

    /// PlanAction.
    pub fn plan_action(&self, type_name: &str, config: Raw) -> Diagnostics {
        match find(self.provider.actions(), "action", type_name) {
            Ok(action) => {
                super::validate(&config, &action.schema().block, type_name, |config, diags| {
                    action.plan(config, diags);
                })
            }
            Err(unknown) => unknown,
        }
    }

    /// InvokeAction. Whatever happens, exactly one [`ActionEvent::Completed`] is sent, last. An action whose progress nobody hears
    /// goes on to its end.
    pub async fn invoke_action(
        &self,
        cx: &Context,
        type_name: &str,
        config: Raw,
        events: mpsc::Sender<ActionEvent>,
    ) {
        let diags = self
            .invoke_or_fail(cx, type_name, config, &events)
            .await
            .unwrap_or_else(|failure| failure);
        let _ = events.send(ActionEvent::Completed(diags)).await;
    }

    async fn invoke_or_fail(
        &self,
        cx: &Context,
        type_name: &str,
        config: Raw,
        events: &mpsc::Sender<ActionEvent>,
    ) -> Result<Diagnostics, Diagnostics> {
        let action = find(self.provider.actions(), "action", type_name)?;
        let config = values::read_config(&config, &action.schema().block, type_name)?;
        let (progress, mut messages) = mpsc::channel(WAITING);
        let forward = async move {
            while let Some(message) = messages.recv().await {
                let _ = events.send(ActionEvent::Progress(message)).await;
            }
        };
        let (diags, ()) = tokio::join!(action.invoke(cx, config, progress), forward);
        Ok(diags)
    }
}
