//! Ephemeral resources.

use super::{Server, find};
use crate::framework::call::{OpenedEphemeral, Raw};
use crate::framework::{Context, echo, values};
use crate::tf::{Diagnostic, Diagnostics, msgpack};

impl Server {
    /// ValidateEphemeralResourceConfig.
    pub fn validate_ephemeral(&self, type_name: &str, config: Raw) -> Diagnostics {
        match find(self.provider.ephemerals(), "ephemeral resource", type_name) {
            Ok(ephemeral) => {
                super::validate(&config, &ephemeral.schema().block, type_name, |config, diags| {
                    ephemeral.validate(config, diags);
                })
            }
            Err(unknown) => unknown,
        }
    }

    /// OpenEphemeralResource.
    pub async fn open_ephemeral(
        &self,
        cx: &Context,
        type_name: &str,
        config: Raw,
    ) -> OpenedEphemeral {
        self.open_or_fail(cx, type_name, config).await.unwrap_or_else(|diagnostics| {
            OpenedEphemeral { result: values::nil(), diagnostics, ..OpenedEphemeral::default() }
        })
    }

    async fn open_or_fail(
        &self,
        cx: &Context,
        type_name: &str,
        config: Raw,
    ) -> Result<OpenedEphemeral, Diagnostics> {
        let ephemeral = find(self.provider.ephemerals(), "ephemeral resource", type_name)?;
        let block = &ephemeral.schema().block;
        let config = values::read_config(&config, block, type_name)?;
        let opened = ephemeral.open(cx, config.clone()).await?;
        let mut diags = opened.diagnostics;
        let result = values::fit(block, opened.result, &mut diags);
        let (result, unknown) = values::known(echo::configured(block.into(), result, &config));
        values::left_unknown(&unknown, "opening it", &mut diags);
        if result.is_null() && !diags.has_error() {
            diags.push(Diagnostic::bug(format!("Opening {type_name} gave nothing.")));
        }
        let result = values::fit(block, result, &mut diags);
        Ok(OpenedEphemeral {
            result: msgpack::encode(&result, &block.implied_type()),
            renew_at: opened.renew_at,
            private: opened.private,
            diagnostics: diags,
        })
    }

    /// RenewEphemeralResource. The answer's `result` is empty.
    pub async fn renew_ephemeral(
        &self,
        cx: &Context,
        type_name: &str,
        private: Vec<u8>,
    ) -> OpenedEphemeral {
        let renewed = match find(self.provider.ephemerals(), "ephemeral resource", type_name) {
            Ok(ephemeral) => ephemeral.renew(cx, private.clone()).await,
            Err(unknown) => Err(unknown),
        };
        match renewed {
            Ok(renewed) => OpenedEphemeral {
                result: Vec::new(),
                renew_at: renewed.renew_at,
                private: renewed.private,
                diagnostics: renewed.diagnostics,
            },
            // Closing needs what is known, even after a renewal failed.
            Err(diagnostics) => {
                OpenedEphemeral { private, diagnostics, ..OpenedEphemeral::default() }
            }
        }
    }

    /// CloseEphemeralResource.
    pub async fn close_ephemeral(
        &self,
        cx: &Context,
        type_name: &str,
        private: Vec<u8>,
    ) -> Diagnostics {
        match find(self.provider.ephemerals(), "ephemeral resource", type_name) {
            Ok(ephemeral) => ephemeral.close(cx, private).await,
            Err(unknown) => unknown,
        }
    }
}
