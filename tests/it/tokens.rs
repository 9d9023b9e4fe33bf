//! Tokens and permissions through the real Terraform and the built program: what a plan needs, tokens for other audiences, the service
//! that ended, and the text that a missing sign-in ends with.

use std::process::Command;

use serde_json::{Value as Json, json};
use windows365::mock::{Mock, Options};

use crate::support::programs;
use crate::support::terraform::{Override, Terraform};

/// Intune's own API; its address ends in a slash.
const INTUNE: &str = "https://api.manage.microsoft.com/";

struct Scene {
    terraform: Terraform,
    mock: Mock,
    _runtime: tokio::runtime::Runtime,
}

const HEAD: &str = r#"
terraform {
  required_providers {
    windows365 = { source = "windows365-rs/windows365" }
    intune     = { source = "windows365-rs/intune" }
  }
}
"#;

impl Scene {
    fn new(configuration: &str) -> Option<Scene> {
        let mut terraform = Terraform::with(&[
            Override { source: "windows365-rs/windows365", program: programs::windows365() },
            Override { source: "windows365-rs/intune", program: programs::intune() },
        ])?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mock = runtime.block_on(Mock::start(Options::default())).unwrap();
        for (name, value) in mock.environment() {
            terraform.set(&name, value);
        }
        let configuration = configuration.replace("MOCK", &mock.origin());
        terraform.write("main.tf", &format!("{HEAD}{configuration}"));
        Some(Scene { terraform, mock, _runtime: runtime })
    }

    fn output(&self, name: &str) -> Json {
        let shown = self.terraform.run(&["output", "-json", name]).succeeded();
        serde_json::from_str(&shown).unwrap()
    }
}

/// Runs the program with arguments; code, what it said and what it complained of.
fn program(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new(programs::windows365())
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const PLANNED: &str = r#"
resource "windows365_user_setting" "kept" {
  display_name = "Kept"
}

resource "windows365_user_setting" "new" {
  count        = var.more ? 1 : 0
  display_name = "New"
}

variable "more" {
  type    = bool
  default = false
}

module "roles" {
  source = "./roles"
}

data "windows365_supported_regions" "all" {}

output "needed" {
  value = provider::windows365::permissions(["windows365_user_setting", "data.intune_role_definition"])
}
"#;

const ROLES: &str = r#"
terraform {
  required_providers {
    intune = { source = "windows365-rs/intune" }
  }
}

data "intune_role_definition" "operator" {
  display_name = "Read Only Operator"
}
"#;

#[test]
fn the_least_permissions_are_those_of_what_a_real_plan_does() {
    let Some(scene) = Scene::new(PLANNED) else { return };
    let terraform = &scene.terraform;
    let roles = terraform.directory().join("roles");
    std::fs::create_dir(&roles).unwrap();
    std::fs::write(roles.join("main.tf"), ROLES).unwrap();
    terraform.run(&["get"]).succeeded();
    terraform.run(&["apply", "-auto-approve"]).succeeded();
    assert_eq!(
        scene.output("needed"),
        json!({
            "application": ["CloudPC.ReadWrite.All", "DeviceManagementRBAC.Read.All"],
            "delegated": ["CloudPC.ReadWrite.All", "DeviceManagementRBAC.Read.All"],
            "not_for_apps": [], "not_for_people": [],
        })
    );

    let needed = |more: &str| -> Json {
        terraform.run(&["plan", "-out", "plan.out", "-var", more]).succeeded();
        let plan = terraform.run(&["show", "-json", "plan.out"]).succeeded();
        terraform.write("plan.json", &plan);
        let file = terraform.directory().join("plan.json");
        let (code, said, complaint) =
            program(&["permissions", "--json", "--plan", file.to_str().unwrap()], &[]);
        assert_eq!(code, Some(0), "{complaint}");
        serde_json::from_str(&said).unwrap()
    };
    let names = |document: &Json| -> Vec<String> {
        let permissions = document["application"]["permissions"].as_array().unwrap();
        permissions.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let idle = needed("more=false");
    assert_eq!(names(&idle), ["CloudPC.Read.All", "DeviceManagementRBAC.Read.All"], "{idle}");
    let busy = needed("more=true");
    assert_eq!(names(&busy), ["CloudPC.ReadWrite.All", "DeviceManagementRBAC.Read.All"], "{busy}");
    assert_eq!(
        busy["types"],
        json!([
            {"type": "windows365_user_setting", "operations": ["read", "create"]},
            {"type": "data.intune_role_definition", "operations": ["read"]},
            {"type": "data.windows365_supported_regions", "operations": ["read"]},
        ])
    );
}

#[test]
fn the_command_lists_permissions_without_credentials_and_says_what_it_does_not_know() {
    let (code, said, _) = program(&["permissions", "windows365_user_setting"], &[]);
    assert_eq!(code, Some(0));
    assert!(said.contains("CloudPC.ReadWrite.All                     3b4349e1"), "{said}");
    let (code, _, complaint) = program(&["permissions", "aws_instance"], &[]);
    assert_eq!(code, Some(1));
    assert!(complaint.starts_with("\"aws_instance\" is no type of this provider."), "{complaint}");
    let (code, said, _) = program(&["permissions", "--json"], &[]);
    let all: Json = serde_json::from_str(&said).unwrap();
    assert_eq!(code, Some(0));
    assert!(all["types"].as_array().unwrap().len() > 20, "{said}");
}

#[test]
fn a_token_for_another_audience_lives_for_one_run_and_is_stored_nowhere() {
    let Some(scene) = Scene::new(&format!(
        r#"
ephemeral "windows365_access_token" "intune" {{
  audience = "{INTUNE}"
}}

provider "windows365" {{
  alias        = "second"
  access_token = ephemeral.windows365_access_token.graph.access_token
}}

ephemeral "windows365_access_token" "graph" {{
  audience = "MOCK"
}}

# A provider that signs in by the token of another.
data "windows365_supported_regions" "all" {{
  provider = windows365.second
}}

check "token" {{
  assert {{
    condition     = contains(ephemeral.windows365_access_token.intune.permissions, "get_data_warehouse")
    error_message = "permissions: ${{join(" ", ephemeral.windows365_access_token.intune.permissions)}}"
  }}
}}

output "regions" {{
  value = length(data.windows365_supported_regions.all.items)
}}
"#
    )) else {
        return;
    };
    scene.mock.app(|app| {
        app.resources.insert(INTUNE.to_owned(), vec!["get_data_warehouse".to_owned()]);
    });
    let applied = scene.terraform.run(&["apply", "-auto-approve"]);
    let text = applied.all();
    applied.succeeded();
    assert!(!text.contains("Check block assertion failed"), "{text}");
    assert!(scene.output("regions").as_u64().unwrap() > 0);
    let state =
        std::fs::read_to_string(scene.terraform.directory().join("terraform.tfstate")).unwrap();
    assert!(!state.contains("eyJ") && !text.contains("eyJ"), "{state}");
}

#[test]
fn managed_desktop_is_read_where_it_still_answers_and_explained_where_it_does_not() {
    const CONFIGURATION: &str = r#"
provider "windows365" {
  managed_desktop = {
    enabled  = true
    endpoint = "MOCK/support/odata/v1/"
  }
}

data "windows365_managed_desktop_device" "one" {
  name = "desktop-2"
}

data "windows365_managed_desktop_devices" "all" {
  search = "desktop"
}

output "found" {
  value = {
    ring  = data.windows365_managed_desktop_device.one.primary_update_ring
    names = data.windows365_managed_desktop_devices.all.items[*].name
  }
}
"#;
    let Some(scene) = Scene::new(CONFIGURATION) else { return };
    let failed = scene.terraform.run(&["plan"]).failed();
    for part in ["31 July 2024", "Windows Autopatch"] {
        let words = failed.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(words.contains(part), "{failed}");
    }
    let device = |number: usize| json!({"name": format!("DESKTOP-{number}"), "primaryUpdateRing": "Fast", "model": null});
    scene.mock.offer_managed_desktop((1..=3).map(device).collect());
    let applied = scene.terraform.run(&["apply", "-auto-approve"]);
    let text = applied.all();
    applied.succeeded();
    assert!(text.contains("Managed Desktop has ended"), "{text}");
    assert_eq!(
        scene.output("found"),
        json!({"ring": "Fast", "names": ["DESKTOP-1", "DESKTOP-2", "DESKTOP-3"]})
    );
}

#[test]
fn a_plan_that_needs_a_sign_in_names_the_whole_command() {
    const CONFIGURATION: &str = r#"
provider "windows365" {
  auth_method                   = "token_cache"
  login_hint                    = "ada lovelace@contoso.com"
  allow_unencrypted_token_cache = true
}

data "windows365_supported_regions" "all" {}
"#;
    let Some(scene) = Scene::new(CONFIGURATION) else { return };
    let failed = scene.terraform.run(&["plan"]).failed();
    let words = failed.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let variables = scene.mock.environment();
    let value = |name: &str| &variables.iter().find(|(known, _)| known.ends_with(name)).unwrap().1;
    let command = format!(
        " auth login --tenant {} --client-id {} --authority-host {} --login-hint 'ada lovelace@contoso.com' \
         --allow-unencrypted-token-cache",
        value("TENANT_ID"),
        value("CLIENT_ID"),
        scene.mock.origin(),
    );
    assert!(words.contains(&command), "{command}\n\n{words}");
    // Terraform installs the program where no shell looks, so the command has its path.
    assert!(words.contains("terraform-provider-windows365 auth login"), "{words}");
}
