//! The real Terraform drives the provider against the mock tenant, through all that people do.

mod actions;
mod changes;
mod examples;
mod existing;
mod people;
mod providers;
mod reading;

use std::fs;

use serde_json::Value as Json;
use windows365::mock::{Mock, Options};

use crate::support::terraform::{Output, Override, Terraform};
use crate::support::{programs, tenant};

const POLICIES: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";
const SETTINGS: &str = "/deviceManagement/virtualEndpoint/userSettings";
const ROLES: &str = "/deviceManagement/roleDefinitions";
const CONNECTIONS: &str = "/deviceManagement/virtualEndpoint/onPremisesConnections";
const IMAGES: &str = "/deviceManagement/virtualEndpoint/deviceImages";
const ROLE_ASSIGNMENTS: &str = "/deviceManagement/roleAssignments";
const ALERT_RULES: &str = "/deviceManagement/monitoring/alertRules";
const CLOUD_PC_ROLES: &str = "/roleManagement/cloudPC/roleDefinitions";
const CLOUD_PC_ROLE_ASSIGNMENTS: &str = "/roleManagement/cloudPC/roleAssignments";

/// Groups that the mock tenant has from the start.
const PEOPLE: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
const OTHERS: &str = "91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21";

/// A tenant, and a folder in which Terraform manages it. Both programs are there, and all that they know comes from the environment.
struct Scene {
    terraform: Terraform,
    mock: Mock,
    runtime: tokio::runtime::Runtime,
}

impl Scene {
    /// `None` where there is no Terraform.
    fn new() -> Option<Scene> {
        Scene::signed_in(Mock::environment)
    }

    /// The same, signed in to as one entity asks for.
    fn of(name: &str) -> Option<Scene> {
        Scene::signed_in(|mock| tenant::environment(mock, name))
    }

    fn signed_in(environment: impl FnOnce(&Mock) -> Vec<(String, String)>) -> Option<Scene> {
        let mut terraform = Terraform::with(&[
            Override { source: "windows365-rs/windows365", program: programs::windows365() },
            Override { source: "windows365-rs/intune", program: programs::intune() },
        ])?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mock = runtime.block_on(tenant::prompt());
        for (name, value) in environment(&mock) {
            terraform.set(&name, value);
        }
        Some(Scene { terraform, mock, runtime })
    }

    /// Another tenant in the same world.
    fn another_tenant(&self, options: Options) -> Mock {
        self.runtime.block_on(Mock::start(options)).unwrap()
    }

    /// Replaces the configuration. Providers are required as far as it uses them, by no more than their source.
    fn configure(&self, text: &str) -> &Self {
        let required: String = ["windows365", "intune"]
            .into_iter()
            .filter(|name| {
                text.contains(&format!("\"{name}_")) || text.contains(&format!("\"{name}\""))
            })
            .map(|name| format!("    {name} = {{ source = \"windows365-rs/{name}\" }}\n"))
            .collect();
        let head = format!("terraform {{\n  required_providers {{\n{required}  }}\n}}\n");
        self.terraform.write("main.tf", &format!("{head}{text}"));
        self
    }

    fn apply(&self) -> Output {
        self.terraform.run(&["apply", "-auto-approve"])
    }

    /// Applies, and then insists that there is nothing left to do.
    #[track_caller]
    fn settle(&self) -> String {
        let applied = self.apply().succeeded();
        self.nothing_to_do();
        applied
    }

    #[track_caller]
    fn nothing_to_do(&self) {
        let plan = self.terraform.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(plan.code, Some(0), "there are changes:\n{}", plan.all());
    }

    /// What a plan shows, which has to have changes.
    #[track_caller]
    fn changes(&self) -> String {
        let plan = self.terraform.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(plan.code, Some(2), "there are no changes:\n{}", plan.all());
        plan.stdout
    }

    /// Destroys everything, after which the tenant holds nothing of ours.
    #[track_caller]
    fn destroy(&self) -> String {
        let destroyed = self.terraform.run(&["destroy", "-auto-approve"]).succeeded();
        assert_eq!(self.objects(), Vec::<Json>::new());
        destroyed
    }

    /// The objects of the tenant that it did not have from the start.
    fn objects(&self) -> Vec<Json> {
        let sets = [
            POLICIES,
            SETTINGS,
            CONNECTIONS,
            IMAGES,
            ROLES,
            ROLE_ASSIGNMENTS,
            ALERT_RULES,
            "/deviceManagement/virtualEndpoint/cloudApps",
            "/deviceManagement/virtualEndpoint/cloudPcPools",
            CLOUD_PC_ROLES,
            CLOUD_PC_ROLE_ASSIGNMENTS,
        ];
        sets.into_iter()
            .flat_map(|path| self.mock.objects(path))
            .filter(|object| object["isBuiltIn"] != true && object["isSystemRule"] != true)
            .collect()
    }

    /// The only object of a collection.
    #[track_caller]
    fn only(&self, path: &str) -> Json {
        let objects = self.mock.objects(path);
        assert_eq!(objects.len(), 1, "{objects:#?}");
        objects[0].clone()
    }

    /// Its id.
    #[track_caller]
    fn only_id(&self, path: &str) -> String {
        self.only(path)["id"].as_str().unwrap().to_owned()
    }

    /// What was written since the requests were cleared: method, and path below the version.
    fn writes(&self) -> Vec<String> {
        self.mock
            .requests()
            .into_iter()
            .filter(|request| request.method != "GET" && !request.path.contains("/oauth2/"))
            .map(|request| format!("{} {}", request.method, request.path))
            .collect()
    }

    /// The attributes of a resource or data source in the state.
    #[track_caller]
    fn state_of(&self, address: &str) -> Json {
        let shown = self.terraform.run(&["show", "-json"]).succeeded();
        let shown: Json = serde_json::from_str(&shown).unwrap();
        let resources = shown["values"]["root_module"]["resources"].as_array();
        let found = resources.into_iter().flatten().find(|resource| resource["address"] == address);
        found.unwrap_or_else(|| panic!("no {address} in {shown}"))["values"].clone()
    }

    /// Makes Terraform forget everything.
    fn forget(&self) {
        fs::remove_file(self.terraform.directory().join("terraform.tfstate")).unwrap();
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.terraform.directory().join(name)).unwrap()
    }
}

/// A provisioning policy `a` with what it needs, and more.
fn policy(more: &str) -> String {
    format!(
        r#"
        resource "windows365_provisioning_policy" "a" {{
          display_name       = "Engineering"
          image_type         = "gallery"
          image_id           = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
          image_display_name = "Windows 11 Enterprise + Microsoft 365 Apps 24H2"
          domain_join_configurations = [{{
            domain_join_type = "azureADJoin"
            region_group     = "usWest"
            region_name      = "automatic"
          }}]
          {more}
        }}
        "#
    )
}

/// A user setting `a` with what it needs, and more.
fn setting(more: &str) -> String {
    format!(
        r#"
        resource "windows365_user_setting" "a" {{
          display_name = "Engineering"
          {more}
        }}
        "#
    )
}

/// As the service keeps an assignment that somebody made in the portal.
fn assigned_to(group: &str) -> Json {
    serde_json::json!([{
        "id": "5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411",
        "target": {
            "@odata.type": "cloudPcManagementGroupAssignmentTarget",
            "groupId": group,
        },
    }])
}
