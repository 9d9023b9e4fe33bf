//! Every way to sign in, from the provider block and from the environment to objects that were created, and what is said where it fails.

mod browser;
mod cases;
#[cfg(unix)]
mod flows;
#[cfg(unix)]
mod network;
#[cfg(unix)]
mod people;

use std::collections::BTreeSet;
use std::path::PathBuf;

use windows365::mock::{App, MACHINE_SECRET, Mock, Options, PIPELINE_SECRET};

use crate::support::programs;
use crate::support::terraform::{Output, Override, Terraform};

/// The app of the provider block, and another one of the same tenant for the environment.
const BY_ENVIRONMENT: &str = "b7d2c4e6-1f3a-4958-8c7b-0a9e8d6f5c47";

/// A tenant, and a folder in which Terraform manages it. Of the tenant nothing is known but where it is.
struct Scene {
    terraform: Terraform,
    mock: Mock,
    runtime: tokio::runtime::Runtime,
}

impl Scene {
    /// `None` where there is no Terraform.
    fn new() -> Option<Scene> {
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
        mock.switch(|switches| switches.device_interval = 1);
        mock.add_app(App { client_id: BY_ENVIRONMENT.to_owned(), ..Options::default().app });
        for name in ["AUTHORITY_HOST", "GRAPH_ENDPOINT"] {
            terraform.set(&format!("WINDOWS365_{name}"), mock.origin());
        }
        terraform.set("WINDOWS365_ALLOW_UNENCRYPTED_TOKEN_CACHE", "true");
        Some(Scene { terraform, mock, runtime })
    }

    /// A file for the provider.
    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.terraform.directory().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn set(&mut self, variables: &[(&str, &str)]) -> &mut Scene {
        for (name, value) in variables {
            self.terraform.set(name, *value);
        }
        self
    }

    /// Writes a configuration: one object by a provider with this block, and one by a provider that has only the environment.
    fn configure(&self, block: &str, by_environment: bool) -> &Scene {
        let mut text = String::from(
            "terraform {\n  required_providers {\n    windows365 = { source = \"windows365-rs/windows365\" }\n",
        );
        if by_environment {
            text.push_str("    intune = { source = \"windows365-rs/intune\" }\n");
        }
        text.push_str("  }\n}\n");
        text.push_str(&format!("provider \"windows365\" {{\n{block}\n}}\n"));
        text.push_str(
            "resource \"windows365_user_setting\" \"a\" {\n  display_name = \"Engineering\"\n}\n",
        );
        if by_environment {
            text.push_str(
                "resource \"intune_role_definition\" \"a\" {\n  display_name = \"Help desk\"\n  allowed_resource_actions = [\"Microsoft.Intune_ManagedDevices_Read\"]\n}\n",
            );
        }
        self.terraform.write("main.tf", &text);
        self
    }

    fn apply(&self) -> Output {
        self.terraform.run(&["apply", "-auto-approve"])
    }

    /// The objects that were made, by name.
    fn made(&self) -> Vec<String> {
        ["/deviceManagement/virtualEndpoint/userSettings", "/deviceManagement/roleDefinitions"]
            .into_iter()
            .flat_map(|path| self.mock.objects(path))
            .filter(|object| object["isBuiltIn"] != true)
            .map(|object| object["displayName"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The apps that asked the token service for a token by a grant.
    fn apps_by(&self, grant: &str) -> BTreeSet<String> {
        self.mock
            .requests()
            .into_iter()
            .filter_map(|request| request.body)
            .filter(|body| body["grant_type"] == grant)
            .filter_map(|body| body["client_id"].as_str().map(str::to_owned))
            .collect()
    }

    /// Applies a configuration by block and, with the variables, one by environment; both must make their object.
    #[track_caller]
    fn works(&mut self, block: &str, variables: &[(&str, &str)]) {
        let log = self.terraform.directory().join("log");
        self.set(variables).configure(block, !variables.is_empty());
        self.set(&[("TF_LOG", "trace"), ("TF_LOG_PATH", log.to_str().unwrap())]);
        self.apply().succeeded();
        self.nothing_is_told(&std::fs::read_to_string(log).unwrap());
        let expected: &[&str] =
            if variables.is_empty() { &["Engineering"] } else { &["Engineering", "Help desk"] };
        assert_eq!(self.made(), expected);
    }

    /// Neither the log of our processes nor the state holds anything secret, and the log says which way won.
    #[track_caller]
    fn nothing_is_told(&self, log: &str) {
        let ours: Vec<&str> =
            log.lines().filter(|line| line.contains("terraform-provider-")).collect();
        assert!(ours.iter().any(|line| line.contains("auth_method=")), "nothing about the way");
        let state = self.terraform.directory().join("terraform.tfstate");
        let state = std::fs::read_to_string(state).unwrap();
        let secrets =
            ["eyJhbGci", "mock~Secret", PIPELINE_SECRET, MACHINE_SECRET, "opensesame", "pa55word"];
        for secret in secrets.into_iter().chain(["PRIVATE KEY", "another~secret"]) {
            let told = ours.iter().copied().chain(state.lines()).find(|line| line.contains(secret));
            assert_eq!(told, None, "{secret} is told");
        }
    }

    /// The two apps, as grants name them.
    fn both() -> BTreeSet<String> {
        [app().client_id, BY_ENVIRONMENT.to_owned()].into()
    }
}

/// The app of the provider block.
fn app() -> App {
    Options::default().app
}

/// The attributes that name tenant and app.
fn named(method: &str, more: &str) -> String {
    let App { tenant_id, client_id, .. } = app();
    format!(
        "  auth_method = {method:?}\n  tenant_id   = {tenant_id:?}\n  client_id   = {client_id:?}\n{more}"
    )
}
