//! The real Terraform drives the programs: both names start, and speak the protocol.

use crate::support::programs;
use crate::support::terraform::{Override, Terraform};

#[test]
fn both_names_of_the_program_load() {
    let providers = [
        Override { source: "windows365-rs/windows365", program: programs::windows365() },
        Override { source: "windows365-rs/intune", program: programs::intune() },
    ];
    let Some(terraform) = Terraform::with(&providers) else { return };
    terraform.write(
        "main.tf",
        r#"
        terraform {
          required_providers {
            windows365 = { source = "windows365-rs/windows365" }
            intune     = { source = "windows365-rs/intune" }
          }
        }
        "#,
    );
    let schemas = terraform.run(&["providers", "schema", "-json"]).succeeded();
    let schemas: serde_json::Value = serde_json::from_str(&schemas).unwrap();
    for source in ["windows365", "intune"] {
        let address = format!("registry.terraform.io/windows365-rs/{source}");
        assert!(schemas["provider_schemas"][&address]["provider"].is_object(), "{schemas}");
    }
}
