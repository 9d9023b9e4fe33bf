//! What the two programs serve, driven by the small Terraform against a tenant in this process.
//!
//! Properties hold for every entity, by `table`. Start reading there.

mod actions;
mod data;
mod failures;
mod lasting;
mod life;
mod mistakes;
mod subjects;
mod table;
mod tenant;

pub(crate) use subjects::{mortal, subjects};

use serde_json::json;

use crate::minicore::{MiniCore, check_provider};
use crate::support::programs;

#[tokio::test]
async fn every_schema_is_one_that_terraform_loads() {
    for program in [programs::windows365(), programs::intune()] {
        let mut core = MiniCore::new(program, &[], json!({})).await;
        assert!(!core.catalog.resources.is_empty() && !core.catalog.data_sources.is_empty());
        check_provider(&mut core, &["windows365", "intune"]).await;
        core.finish();
    }
}
