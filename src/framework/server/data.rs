//! Data sources.

use super::{Server, find};
use crate::framework::call::Raw;
use crate::framework::{Context, echo, values};
use crate::tf::{Diagnostic, Diagnostics, msgpack};

impl Server {
    /// ValidateDataResourceConfig.
    pub fn validate_data_source(&self, type_name: &str, config: Raw) -> Diagnostics {
        match find(self.provider.data_sources(), "data source", type_name) {
            Ok(source) => {
                super::validate(&config, &source.schema().block, type_name, |config, diags| {
                    source.validate(config, diags);
                })
            }
            Err(unknown) => unknown,
        }
    }

    /// ReadDataSource. The answer is null beside errors only.
    pub async fn read_data(
        &self,
        cx: &Context,
        type_name: &str,
        config: Raw,
    ) -> (Vec<u8>, Diagnostics) {
        self.read_data_or_fail(cx, type_name, config)
            .await
            .unwrap_or_else(|diags| (values::nil(), diags))
    }

    async fn read_data_or_fail(
        &self,
        cx: &Context,
        type_name: &str,
        config: Raw,
    ) -> Result<(Vec<u8>, Diagnostics), Diagnostics> {
        let source = find(self.provider.data_sources(), "data source", type_name)?;
        let block = &source.schema().block;
        let config = values::read_config(&config, block, type_name)?;
        let (state, mut diags) = source.read(cx, config.clone()).await?;
        let state = echo::configured(block.into(), values::fit(block, state, &mut diags), &config);
        let (state, unknown) = values::known(state);
        values::left_unknown(&unknown, "reading it", &mut diags);
        if state.is_null() && !diags.has_error() {
            diags.push(Diagnostic::bug(format!("Reading {type_name} gave nothing.")));
        }
        let state = values::fit(block, state, &mut diags);
        Ok((msgpack::encode(&state, &block.implied_type()), diags))
    }
}
