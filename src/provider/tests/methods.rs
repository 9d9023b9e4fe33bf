//! Each way to sign in from the provider block and from the environment, and what is said when something does not fit.

use super::*;
use crate::graph::Credential;
use crate::graph::auth::{ForeignToken, Host, Tool};

const OTHER: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
const PEM: &str = include_str!("../../graph/auth/certificate/fixtures/chain-first.pem");

/// The credential that a configuration leads to.
fn credential(config: &Value, environment: &[(&str, &str)]) -> Result<Credential, String> {
    let map: BTreeMap<String, String> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings = Settings::gather(config, &map);
    let method = match crate::provider::sign_in::choose(&settings, None) {
        Ok(method) => method,
        Err(crate::provider::sign_in::Obstacle::Missing(why)) => return Err(why.detail),
        Err(crate::provider::sign_in::Obstacle::Unknown(names)) => return Err(names.join(", ")),
    };
    let clock = Script::new(|_| Answer::empty(500)).runtime().clock;
    crate::provider::credential::make(&settings, method, &*clock)
        .map_err(|why| format!("{}: {} {}", why.path, why.summary, why.detail))
}

const APP_IN_ENVIRONMENT: [(&str, &str); 2] =
    [("ARM_TENANT_ID", TENANT), ("ARM_CLIENT_ID", CLIENT)];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    APP_IN_ENVIRONMENT.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn each_set_of_variables_leads_to_its_way() {
    let none = texts(&[]);
    let made = |more: &[(&'static str, &'static str)]| credential(&none, &with(more)).unwrap();
    assert!(matches!(made(&[("ARM_CLIENT_SECRET", SECRET)]), Credential::ClientSecret { .. }));
    assert!(matches!(
        made(&[("ARM_CLIENT_CERTIFICATE", PEM)]),
        Credential::ClientCertificate { .. }
    ));
    assert!(matches!(
        made(&[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", "a.b.c")]),
        Credential::Federated { source: ForeignToken::Given(_), .. }
    ));
    assert!(matches!(
        made(&[("ARM_USE_OIDC", "1"), ("TFC_WORKLOAD_IDENTITY_TOKEN", "a.b.c")]),
        Credential::Federated { source: ForeignToken::Given(_), .. }
    ));
    assert!(matches!(
        made(&[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN_FILE_PATH", "/token")]),
        Credential::Federated { source: ForeignToken::File(_), .. }
    ));
    let github = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://g.example/?x=1"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job"),
    ];
    assert!(matches!(
        made(&[("ARM_USE_OIDC", "true"), github[0], github[1]]),
        Credential::Federated { source: ForeignToken::GitHub { .. }, .. }
    ));
    let azure = [
        ("SYSTEM_OIDCREQUESTURI", "https://d.example/"),
        ("SYSTEM_ACCESSTOKEN", "job"),
        ("ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", OTHER),
    ];
    assert!(matches!(
        made(&[("ARM_USE_OIDC", "true"), azure[0], azure[1], azure[2]]),
        Credential::Federated {
            source: ForeignToken::AzureDevOps { names_audience: false, .. },
            ..
        }
    ));
    assert!(matches!(
        credential(
            &none,
            &[
                ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"),
                ("AZURE_TENANT_ID", TENANT),
                ("AZURE_CLIENT_ID", CLIENT),
                ("AZURE_FEDERATED_TOKEN_FILE", "/var/run/token"),
            ]
        ),
        Ok(Credential::Federated { source: ForeignToken::File(_), .. })
    ));
    assert!(matches!(
        made(&[
            ("ARM_USE_OIDC", "true"),
            ("ARM_USE_MSI", "true"),
            ("M365_MANAGED_IDENTITY_ID", OTHER)
        ]),
        Credential::Federated { source: ForeignToken::ManagedIdentity(_), .. }
    ));
}

#[tokio::test]
async fn the_host_of_a_managed_identity_is_told_by_its_variables() {
    let none = texts(&[("use_msi", "true")]);
    let host = |variables: &[(&str, &str)]| match credential(&none, variables) {
        Ok(Credential::ManagedIdentity { identity, .. }) => Ok(identity.host),
        Ok(_) => Err("another way".to_owned()),
        Err(why) => Err(why),
    };
    let endpoint = ("IDENTITY_ENDPOINT", "http://127.0.0.1:1/token");
    let header = ("IDENTITY_HEADER", "secret");
    assert!(matches!(host(&[endpoint, header]), Ok(Host::AppService { .. })));
    assert!(matches!(
        host(&[("MSI_ENDPOINT", "http://localhost/t"), ("MSI_SECRET", "s")]),
        Ok(Host::MachineLearning { .. })
    ));
    assert!(matches!(host(&[("MSI_ENDPOINT", "http://localhost/t")]), Ok(Host::CloudShell { .. })));
    assert!(matches!(
        host(&[("IDENTITY_ENDPOINT", "http://127.0.0.1:40342/metadata/identity/oauth2/token"), ("IMDS_ENDPOINT", "http://127.0.0.1:40342")]),
        Ok(Host::Arc { endpoint, .. }) if endpoint == "http://127.0.0.1:40342"
    ));
    assert!(matches!(
        host(&[("ARM_MSI_ENDPOINT", "http://127.0.0.1:9/metadata/identity/oauth2/token")]),
        Ok(Host::Imds { endpoint }) if endpoint == "http://127.0.0.1:9"
    ));
    assert!(
        host(&[endpoint, header, ("IDENTITY_SERVER_THUMBPRINT", "x")])
            .unwrap_err()
            .contains("Service Fabric")
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_command_lines_are_found_in_path_and_never_in_the_working_directory() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    for name in ["az", "azd"] {
        let program = folder.path().join(name);
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!(".::{}", folder.path().display());
    let tool = |config: &[(&str, &str)], more: &[(&str, &str)]| {
        let environment: Vec<_> =
            [("PATH", path.as_str())].into_iter().chain(more.iter().copied()).collect();
        match credential(&texts(config), &environment) {
            Ok(Credential::CommandLine(line)) => Ok((line.tool, line.program, line.tenant_id)),
            Ok(_) => Err("another way".to_owned()),
            Err(why) => Err(why),
        }
    };
    let az = folder.path().join("az");
    assert_eq!(
        tool(&[("tenant_id", TENANT)], &[]),
        Ok((Tool::Azure, az.clone(), Some(TENANT.to_owned())))
    );
    assert_eq!(
        tool(&[], &[("ARM_USE_CLI", "false"), ("WINDOWS365_USE_AZD", "true")]).map(|found| found.0),
        Ok(Tool::Developer)
    );
    let shell = ("AZUREPS_HOST_ENVIRONMENT", "cloud-shell/1.0");
    assert_eq!(tool(&[("tenant_id", TENANT)], &[shell]), Ok((Tool::Azure, az, None)));
    assert!(
        tool(&[], &[("ARM_USE_CLI", "false")])
            .unwrap_err()
            .contains("azure_cli: use_cli is not true")
    );
}

#[tokio::test]
async fn files_of_id_and_secret_are_read_and_must_agree() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (id, secret) = (write("id", &format!("{CLIENT}\n")), write("secret", "from the file\r\n"));
    let config = |more: &[(&'static str, &str)]| {
        let mut all = vec![
            ("tenant_id", TENANT),
            ("client_id_file_path", id.as_str()),
            ("client_secret_file_path", secret.as_str()),
        ];
        all.extend_from_slice(more);
        texts(&all)
    };
    match credential(&config(&[]), &[]) {
        Ok(Credential::ClientSecret { client_id, secret, .. }) => {
            assert_eq!((client_id.as_str(), secret.reveal()), (CLIENT, "from the file"));
        }
        other => panic!("{other:?}"),
    }
    let why = credential(&config(&[("client_id", OTHER)]), &[]).unwrap_err();
    assert!(
        why.contains("client_id_file_path") && why.contains("something else than client_id"),
        "{why}"
    );
    let why = credential(&config(&[("client_secret", SECRET)]), &[]).unwrap_err();
    assert!(why.contains("client_secret_file_path") && !why.contains(SECRET), "{why}");
    let missing = texts(&[
        ("tenant_id", TENANT),
        ("client_id", CLIENT),
        ("client_secret_file_path", "/nowhere/secret"),
    ]);
    let why = credential(&missing, &[]).unwrap_err();
    assert!(why.contains("/nowhere/secret cannot be read"), "{why}");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_a_finding_of_the_block() {
    let expired = include_str!("../../graph/auth/certificate/fixtures/expired.pem");
    let encrypted = include_str!("../../graph/auth/certificate/fixtures/encrypted.pem");
    for (certificate, expected) in [
        (expired, "has expired"),
        (encrypted, "`client_certificate_password` is not set"),
        ("hello", "neither PEM nor base64"),
    ] {
        let config = texts(&[
            ("tenant_id", TENANT),
            ("client_id", CLIENT),
            ("client_certificate", certificate),
        ]);
        let why = credential(&config, &[]).unwrap_err();
        assert!(why.starts_with("client_certificate: Invalid client_certificate"), "{why}");
        assert!(why.contains(expected), "{why}");
    }
    let path = texts(&[
        ("tenant_id", TENANT),
        ("client_id", CLIENT),
        ("client_certificate_path", "/nowhere/app.pfx"),
    ]);
    let why = credential(&path, &[]).unwrap_err();
    assert!(why.contains("/nowhere/app.pfx") && why.contains("No such file"), "{why}");
}

#[tokio::test]
async fn what_the_pod_says_must_agree_with_the_block() {
    let config = texts(&[("use_aks_workload_identity", "true"), ("client_id", OTHER)]);
    let pod = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", CLIENT),
        ("AZURE_FEDERATED_TOKEN_FILE", "/t"),
    ];
    let why = credential(&config, &pod).unwrap_err();
    assert!(
        why.contains("client_id") && why.contains("AZURE_CLIENT_ID") && why.contains(CLIENT),
        "{why}"
    );
}

#[tokio::test]
async fn a_persons_token_beside_a_secret_means_on_behalf_of() {
    let config = texts(&[
        ("tenant_id", TENANT),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("user_assertion", "a.b.c"),
    ]);
    check_validate(&config, expect![""]);
    assert!(matches!(credential(&config, &[]), Ok(Credential::OnBehalfOf { .. })));
    let alone = texts(&[("tenant_id", TENANT), ("client_id", CLIENT), ("user_assertion", "a.b.c")]);
    assert!(
        credential(&alone, &[]).unwrap_err().contains("on_behalf_of: client_secret is not set")
    );
}

#[tokio::test]
async fn a_sign_in_of_a_person_names_its_command() {
    let config = texts(&[
        ("auth_method", "token_cache"),
        ("tenant_id", TENANT),
        ("client_id", CLIENT),
        ("environment", "usgovernment"),
    ]);
    match credential(&config, &[("HOME", "/nowhere")]) {
        Ok(Credential::Cached { cached, .. }) => assert_eq!(
            cached.command,
            format!(
                "terraform-provider-windows365 auth login --tenant {TENANT} --client-id {CLIENT} --environment usgovernment"
            )
        ),
        other => panic!("{other:?}"),
    }
    let why = credential(&config, &[]).unwrap_err();
    assert!(why.contains("HOME"), "{why}");
}

#[test]
fn odd_values_of_the_further_attributes_are_refused() {
    for (name, text, expected) in [
        ("oidc_token", "not-a-token", "three parts"),
        ("oidc_request_url", "http://pipelines.example/", "use https"),
        ("msi_endpoint", "http://10.0.0.4", "loopback"),
        ("redirect_url", "https://contoso.com/cb", "does not lead to this machine"),
        ("redirect_url", "http://localhost.evil.test", "does not lead to this machine"),
        ("ado_pipeline_service_connection_id", "mine", "GUID"),
        ("managed_identity_id", "mine", "/subscriptions/"),
        ("partner_id", "mine", "GUID"),
        ("permission_check", "perhaps", "\"warn\", \"error\" or \"off\""),
        ("prompt", "window", "\"tty\""),
        ("proxy_url", "ftp://user:hunter2@proxy", "http:// or https://"),
        ("metadata_host", "https://m.example/path", "without a path"),
        ("graph_audience", "a b", "blanks"),
    ] {
        let mut diags = Diagnostics::new();
        provider([]).0.validate(&texts(&[(name, text)]), &mut diags);
        let said = shown(&diags);
        assert!(diags.has_error() && said.contains(expected), "{name}: {said}");
        assert!(said.contains(&format!("at {name}")) && !said.contains("hunter2"), "{said}");
    }
    for (name, text) in [
        ("msi_endpoint", "http://169.254.169.254"),
        ("proxy_url", "http://user:pw@proxy:8080"),
        ("redirect_url", "http://localhost:8400/cb"),
    ] {
        check_validate(&texts(&[(name, text)]), expect![""]);
    }
}

#[test]
fn a_flag_in_the_environment_must_be_one() {
    let (provider, _) = provider([("ARM_USE_MSI", "perhaps")]);
    let mut diags = Diagnostics::new();
    let config = texts(&[]);
    provider.configure(ConfigureRequest { config: &config, terraform_version: "" }, &mut diags);
    let said = shown(&diags);
    assert!(said.contains("Invalid use_msi") && said.contains("ARM_USE_MSI"), "{said}");
}

#[tokio::test]
async fn a_metadata_host_is_asked_at_the_first_use_and_overrides_win() {
    let body = serde_json::json!([{
        "authentication": {"loginEndpoint": "https://login.own.example/", "identityProvider": "AAD"},
        "microsoftGraphResourceId": "https://graph.own.example/",
    }]);
    let script = Script::new(move |request| {
        assert_eq!(
            request.url,
            "https://metadata.own.example/metadata/endpoints?api-version=2022-09-01"
        );
        Answer::text(200, "application/json", &format!("\u{feff}{body}"))
    });
    let wire = script.clone();
    let provider = Provider::new([], move || wire.runtime());
    let config = texts(&[
        ("access_token", "token"),
        ("metadata_host", "metadata.own.example"),
        ("graph_endpoint", "http://127.0.0.1:9"),
    ]);
    let mut diags = Diagnostics::new();
    provider.configure(ConfigureRequest { config: &config, terraform_version: "" }, &mut diags);
    assert!(script.seen().is_empty(), "configuring sends nothing");
    let client = provider.connection.client().unwrap();
    assert_eq!(client.root(crate::graph::Version::V1), "http://127.0.0.1:9/v1.0");
    assert!(provider.connection.client().is_ok());
    assert_eq!(script.seen().len(), 1, "asked once");
}
