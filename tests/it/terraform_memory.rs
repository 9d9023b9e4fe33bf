//! The real Terraform drives the example provider, and loads the program under both names.

mod scenes;
mod trouble;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::programs;
use crate::support::terraform::{Output, Override, Terraform};

const SOURCE: &str = "examples/memory";

/// A folder in which Terraform uses the example provider, and the file that is its service.
struct Memory {
    terraform: Terraform,
    store: PathBuf,
}

impl Memory {
    fn new() -> Option<Self> {
        let provider = Override { source: SOURCE, program: programs::memory() };
        let terraform = Terraform::with(&[provider])?;
        let store = terraform.directory().join("store.json");
        Some(Memory { terraform, store })
    }

    /// Replaces the configuration by the provider block and this.
    fn configure(&self, resources: &str) -> &Self {
        let head = format!(
            "terraform {{\n  required_providers {{\n    memory = {{ source = {SOURCE:?} }}\n  }}\n}}\n\
             provider \"memory\" {{\n  path = {:?}\n}}\n",
            self.store
        );
        self.terraform.write("main.tf", &format!("{head}{resources}"));
        self
    }

    fn apply(&self) -> Output {
        self.terraform.run(&["apply", "-auto-approve"])
    }

    /// Applies, and then insists that there is nothing left to do.
    #[track_caller]
    fn settle(&self) -> String {
        let applied = self.apply().succeeded();
        let again = self.terraform.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(again.code, Some(0), "a second plan has changes:\n{}", again.all());
        applied
    }

    #[track_caller]
    fn destroy(&self) -> String {
        let destroyed = self.terraform.run(&["destroy", "-auto-approve"]).succeeded();
        assert_eq!(self.objects(), Value::Object(Default::default()));
        destroyed
    }

    /// The attributes of a resource or data source in the state.
    #[track_caller]
    fn state_of(&self, address: &str) -> Value {
        let shown = self.terraform.run(&["show", "-json"]).succeeded();
        let shown: Value = serde_json::from_str(&shown).unwrap();
        let resources = shown["values"]["root_module"]["resources"].as_array().unwrap();
        let found = resources.iter().find(|resource| resource["address"] == address);
        found.unwrap_or_else(|| panic!("no {address} in {shown}"))["values"].clone()
    }

    /// What the service holds, by id.
    fn objects(&self) -> Value {
        self.content()["objects"].take()
    }

    /// What was done to the service, in order.
    fn journal(&self) -> Vec<String> {
        serde_json::from_value(self.content()["journal"].take()).unwrap()
    }

    fn content(&self) -> Value {
        serde_json::from_slice(&fs::read(&self.store).unwrap()).unwrap()
    }
}

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
    let schemas: Value = serde_json::from_str(&schemas).unwrap();
    for source in ["windows365", "intune"] {
        let address = format!("registry.terraform.io/windows365-rs/{source}");
        assert!(schemas["provider_schemas"][&address]["provider"].is_object(), "{schemas}");
    }
}
