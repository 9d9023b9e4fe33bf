//! The provider block from the outside: what is refused, what wins, and what an operation is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};

use super::environment::Environment;
use super::{Provider, connection::Connection, inputs, settings::Settings};
use crate::engine::Connect;
use crate::framework::Provider as _;
use crate::framework::provider::ConfigureRequest;
use crate::graph::scripted::{Answer, Script};
use crate::tf::{Diagnostics, Path, Severity, Value};

mod clouds;
mod methods;

const TENANT: &str = "4b9d3c1a-6f58-4e2b-9a70-1c8e5d2f7b36";
const CLIENT: &str = "c0a4f7d2-93be-4d61-8f15-6e2b7a9c3d48";
const SECRET: &str = "s3cr3t~value-of-the-app";

/// A provider block with these attributes; the rest is null.
fn block(attributes: &[(&str, Value)]) -> Value {
    let given: BTreeMap<_, _> = attributes.iter().cloned().collect();
    Value::object(
        inputs::ALL.iter().map(|i| (i.name, given.get(i.name).cloned().unwrap_or(Value::Null))),
    )
}

fn texts(attributes: &[(&str, &str)]) -> Value {
    block(&attributes.iter().map(|(name, text)| (*name, Value::from(*text))).collect::<Vec<_>>())
}

fn provider(environment: impl Environment + 'static) -> (Provider, Arc<Script>) {
    let script = Script::new(|_| Answer::empty(500));
    let wire = script.clone();
    (Provider::new(environment, move || wire.runtime()), script)
}

/// Findings as text: severity, path, summary, detail.
fn shown(diags: &Diagnostics) -> String {
    let mut text = String::new();
    for diagnostic in diags.iter() {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let at = if diagnostic.path.is_root() {
            String::new()
        } else {
            format!(" at {}", diagnostic.path)
        };
        text.push_str(&format!("{severity}{at}: {}\n{}\n", diagnostic.summary, diagnostic.detail));
    }
    text
}

fn check_validate(config: &Value, expected: Expect) {
    let mut diags = Diagnostics::new();
    provider([]).0.validate(config, &mut diags);
    expected.assert_eq(&shown(&diags));
}

/// Configures, asks for a client, and shows the findings of both; `ok` when there is a client.
fn check_connect(config: &Value, environment: impl Environment + 'static, expected: Expect) {
    let (provider, script) = provider(environment);
    let mut diags = Diagnostics::new();
    let request = ConfigureRequest { config, terraform_version: "1.11.4" };
    provider.configure(request, &mut diags);
    let answer = match provider.connection.client() {
        Ok(_) => "client: ok\n".to_owned(),
        Err(why) => format!("client: {}", shown(&why)),
    };
    assert!(script.seen().is_empty(), "configuring sends nothing");
    expected.assert_eq(&format!("{}{answer}", shown(&diags)));
}

#[test]
fn an_empty_block_is_valid_because_the_environment_may_hold_everything() {
    check_validate(&texts(&[]), expect![""]);
}

#[test]
fn a_block_of_unknown_values_is_valid() {
    let all = inputs::ALL.iter().map(|input| (input.name, Value::unknown()));
    check_validate(&block(&all.collect::<Vec<_>>()), expect![""]);
}

#[test]
fn an_unknown_credential_may_be_null_and_excludes_nothing() {
    for (known, unknown) in [("client_secret", "access_token"), ("access_token", "client_secret")] {
        let both = [(known, Value::from("text")), (unknown, Value::unknown())];
        check_validate(&block(&both), expect![""]);
        let named = [("auth_method", Value::from(known)), (unknown, Value::unknown())];
        check_validate(&block(&named), expect![""]);
    }
}

#[test]
fn two_credentials_in_one_block_exclude_each_other() {
    check_validate(
        &texts(&[("client_secret", SECRET), ("access_token", "token")]),
        expect![[r#"
        error at access_token: Both client_secret and access_token are set
        Each is a way to sign in by itself, and only one is used. Remove one of them.
    "#]],
    );
}

#[test]
fn a_credential_that_the_named_method_ignores_is_an_error() {
    check_validate(
        &texts(&[("auth_method", "client_secret"), ("access_token", "token")]),
        expect![[r#"
            error at access_token: access_token is not used by auth_method "client_secret"
            Remove access_token, or set auth_method to "access_token" or "auto".
        "#]],
    );
}

#[test]
fn every_value_is_checked_and_none_that_is_secret_is_repeated() {
    check_validate(
        &texts(&[
            ("tenant_id", "Common"),
            ("client_id", "my app"),
            ("client_secret", "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"),
            ("auth_method", "password"),
            ("environment", "moon"),
            ("authority_host", "http://login.example"),
            ("graph_endpoint", "https://graph.example/v1.0"),
        ]),
        expect![[r#"
            error at auth_method: Invalid auth_method
            There is no way to sign in called "password". It must be "auto" or one of "access_token", "client_certificate", "client_secret", "on_behalf_of", "oidc", "oidc_azure_devops", "oidc_github", "workload_identity", "managed_identity", "token_cache", "azure_developer_cli", "azure_cli", "device_code", "interactive_browser".
            error at authority_host: Invalid authority_host
            "http://login.example" cannot be used: plain http is allowed for loopback addresses only; use https.
            error at client_id: Invalid client_id
            It must be the application (client) id of an app registration, a GUID such as 00000000-0000-0000-0000-000000000000.
            warning at client_secret: Unusual client_secret
            It looks like the secret's id. What signs in is the secret's value, which the portal shows once, when the secret is made.
            error at environment: Invalid environment
            There is no cloud "moon". It must be one of "public", "usgovernment", "usgovernmentdod", "china", "bleu", "delos", "usnat", "ussec". For another cloud set authority_host and graph_endpoint.
            error at graph_endpoint: Invalid graph_endpoint
            "https://graph.example/v1.0" cannot be used: it must be an address without a path or a query.
            error at tenant_id: Invalid tenant_id
            "Common" names no tenant. Give the tenant's id, a GUID, or one of its verified domain names, such as contoso.onmicrosoft.com.
        "#]],
    );
}

#[test]
fn f83_a_tenant_is_a_guid_or_a_domain() {
    for (tenant, good) in [
        (TENANT, true),
        ("contoso.onmicrosoft.com", true),
        ("xn--mnchen-3ya.example", true),
        ("organizations", false),
        ("contoso", false),
        ("{4b9d3c1a-6f58-4e2b-9a70-1c8e5d2f7b36}", false),
        ("contoso..com", false),
        ("../contoso.com", false),
        ("contoso.com\r\nX: y", false),
    ] {
        let mut diags = Diagnostics::new();
        provider([]).0.validate(&texts(&[("tenant_id", tenant)]), &mut diags);
        assert_eq!(!diags.has_error(), good, "{tenant}");
    }
}

#[test]
fn f87_plain_http_is_for_loopback_only() {
    for (address, good) in [
        ("http://127.0.0.1:8080", true),
        ("http://localhost:8080", true),
        ("http://[::1]:8080", true),
        ("https://graph.example", true),
        ("http://graph.example", false),
        ("http://127.0.0.1.example", false),
        ("graph.example", false),
    ] {
        let mut diags = Diagnostics::new();
        provider([]).0.validate(&texts(&[("graph_endpoint", address)]), &mut diags);
        assert_eq!(!diags.has_error(), good, "{address}");
    }
}

#[test]
fn with_nothing_set_configuring_succeeds_and_the_first_call_lists_what_is_missing() {
    check_connect(
        &texts(&[]),
        [],
        expect![[r#"
            client: error: Cannot sign in to Microsoft Graph
            No way to sign in has all its values. The first that is missing for each:

              access_token: access_token is not set (attribute access_token, or WINDOWS365_ACCESS_TOKEN).
              client_certificate: tenant_id is not set (attribute tenant_id, or WINDOWS365_TENANT_ID, ARM_TENANT_ID, AZURE_TENANT_ID or M365_TENANT_ID).
              client_secret: tenant_id is not set (attribute tenant_id, or WINDOWS365_TENANT_ID, ARM_TENANT_ID, AZURE_TENANT_ID or M365_TENANT_ID).
              on_behalf_of: tenant_id is not set (attribute tenant_id, or WINDOWS365_TENANT_ID, ARM_TENANT_ID, AZURE_TENANT_ID or M365_TENANT_ID).
              oidc: use_oidc is not true (attribute use_oidc, or WINDOWS365_USE_OIDC or ARM_USE_OIDC).
              oidc_azure_devops: use_oidc is not true (attribute use_oidc, or WINDOWS365_USE_OIDC or ARM_USE_OIDC).
              oidc_github: use_oidc is not true (attribute use_oidc, or WINDOWS365_USE_OIDC or ARM_USE_OIDC).
              workload_identity: use_aks_workload_identity is not true (attribute use_aks_workload_identity, or WINDOWS365_USE_AKS_WORKLOAD_IDENTITY or ARM_USE_AKS_WORKLOAD_IDENTITY).
              managed_identity: use_msi is not true (attribute use_msi, or WINDOWS365_USE_MSI or ARM_USE_MSI).
              token_cache: tenant_id is not set (attribute tenant_id, or WINDOWS365_TENANT_ID, ARM_TENANT_ID, AZURE_TENANT_ID or M365_TENANT_ID).
              azure_developer_cli: use_azd is not true (attribute use_azd, or WINDOWS365_USE_AZD).
              azure_cli: az is not in PATH.

            Set it in the provider block or in the environment.
        "#]],
    );
}

#[test]
fn each_way_is_listed_with_its_first_missing_value() {
    check_connect(
        &texts(&[("tenant_id", TENANT)]),
        [("AZURE_CLIENT_SECRET", SECRET)],
        expect![[r#"
            client: error: Cannot sign in to Microsoft Graph
            No way to sign in has all its values. The first that is missing for each:

              access_token: access_token is not set (attribute access_token, or WINDOWS365_ACCESS_TOKEN).
              client_certificate: client_id is not set (attribute client_id, or WINDOWS365_CLIENT_ID, ARM_CLIENT_ID, AZURE_CLIENT_ID or M365_CLIENT_ID, or attribute client_id_file_path, or WINDOWS365_CLIENT_ID_FILE_PATH or ARM_CLIENT_ID_FILE_PATH).
              client_secret: client_id is not set (attribute client_id, or WINDOWS365_CLIENT_ID, ARM_CLIENT_ID, AZURE_CLIENT_ID or M365_CLIENT_ID, or attribute client_id_file_path, or WINDOWS365_CLIENT_ID_FILE_PATH or ARM_CLIENT_ID_FILE_PATH).
              on_behalf_of: client_id is not set (attribute client_id, or WINDOWS365_CLIENT_ID, ARM_CLIENT_ID, AZURE_CLIENT_ID or M365_CLIENT_ID, or attribute client_id_file_path, or WINDOWS365_CLIENT_ID_FILE_PATH or ARM_CLIENT_ID_FILE_PATH).
              oidc: use_oidc is not true (attribute use_oidc, or WINDOWS365_USE_OIDC or ARM_USE_OIDC).
              oidc_azure_devops: use_oidc is not true (attribute use_oidc, or WINDOWS365_USE_OIDC or ARM_USE_OIDC).
              oidc_github: use_oidc is not true (attribute use_oidc, or WINDOWS365_USE_OIDC or ARM_USE_OIDC).
              workload_identity: use_aks_workload_identity is not true (attribute use_aks_workload_identity, or WINDOWS365_USE_AKS_WORKLOAD_IDENTITY or ARM_USE_AKS_WORKLOAD_IDENTITY).
              managed_identity: use_msi is not true (attribute use_msi, or WINDOWS365_USE_MSI or ARM_USE_MSI).
              token_cache: client_id is not set (attribute client_id, or WINDOWS365_CLIENT_ID, ARM_CLIENT_ID, AZURE_CLIENT_ID or M365_CLIENT_ID, or attribute client_id_file_path, or WINDOWS365_CLIENT_ID_FILE_PATH or ARM_CLIENT_ID_FILE_PATH).
              azure_developer_cli: use_azd is not true (attribute use_azd, or WINDOWS365_USE_AZD).
              azure_cli: az is not in PATH.

            Set it in the provider block or in the environment.
        "#]],
    );
}

#[test]
fn a_named_method_is_not_replaced_by_another_that_would_work() {
    check_connect(
        &texts(&[("auth_method", "client_secret")]),
        [("WINDOWS365_ACCESS_TOKEN", "token")],
        expect![[r#"
            client: error: Cannot sign in to Microsoft Graph
            The provider is to sign in by client_secret, but lacks a value:

              client_secret: tenant_id is not set (attribute tenant_id, or WINDOWS365_TENANT_ID, ARM_TENANT_ID, AZURE_TENANT_ID or M365_TENANT_ID).

            Set it in the provider block or in the environment.
        "#]],
    );
}

#[test]
fn an_unknown_value_fails_the_first_call_and_not_the_plan() {
    check_connect(
        &block(&[("client_secret", Value::unknown()), ("tenant_id", Value::from(TENANT))]),
        [("ARM_CLIENT_ID", CLIENT), ("ARM_CLIENT_SECRET", SECRET)],
        expect![[r#"
            client: error: The provider's client_secret is not known yet
            The provider block takes client_secret from something that is made during apply, but the service is needed now.

            Apply that first (terraform apply -target=...), take the value from an ephemeral resource or a data source, or leave it out of the provider block and set it in the environment:

              client_secret: WINDOWS365_CLIENT_SECRET, ARM_CLIENT_SECRET, AZURE_CLIENT_SECRET or M365_CLIENT_SECRET
        "#]],
    );
}

#[test]
fn an_unknown_cloud_is_waited_for_too() {
    check_connect(
        &block(&[("access_token", Value::from("token")), ("environment", Value::unknown())]),
        [],
        expect![[r#"
            client: error: The provider's environment is not known yet
            The provider block takes environment from something that is made during apply, but the service is needed now.

            Apply that first (terraform apply -target=...), take the value from an ephemeral resource or a data source, or leave it out of the provider block and set it in the environment:

              environment: WINDOWS365_ENVIRONMENT, ARM_ENVIRONMENT, AZURE_CLOUD or M365_CLOUD
        "#]],
    );
}

#[test]
fn a_secret_in_the_block_is_meant_even_where_a_token_is_around() {
    check_connect(
        &texts(&[("tenant_id", TENANT), ("client_id", CLIENT), ("client_secret", SECRET)]),
        [("WINDOWS365_ACCESS_TOKEN", "token")],
        expect![[r#"
            warning: The variable WINDOWS365_ACCESS_TOKEN is not used
            The provider block sets client_secret, and the configuration counts before the environment.
            client: ok
        "#]],
    );
}

#[test]
fn app_and_secret_from_different_prefixes_are_warned_of() {
    check_connect(
        &texts(&[("tenant_id", TENANT)]),
        [("WINDOWS365_CLIENT_ID", CLIENT), ("ARM_CLIENT_SECRET", SECRET)],
        expect![[r#"
            warning: App and secret come from different sets of variables
            client_id comes from WINDOWS365_CLIENT_ID and client_secret from ARM_CLIENT_SECRET. That works only if they belong to the same app. Set both under one prefix.
            client: ok
        "#]],
    );
}

#[test]
fn a_wrong_variable_is_named() {
    check_connect(
        &texts(&[("access_token", "token")]),
        // The app's id is not looked at: a token needs none.
        [("ARM_ENVIRONMENT", "moon"), ("ARM_CLIENT_ID", "none")],
        expect![[r#"
            error: Invalid environment
            There is no cloud "moon". It must be one of "public", "usgovernment", "usgovernmentdod", "china", "bleu", "delos", "usnat", "ussec". For another cloud set authority_host and graph_endpoint.

            The value comes from the variable ARM_ENVIRONMENT.
            client: error: Invalid environment
            There is no cloud "moon". It must be one of "public", "usgovernment", "usgovernmentdod", "china", "bleu", "delos", "usnat", "ussec". For another cloud set authority_host and graph_endpoint.

            The value comes from the variable ARM_ENVIRONMENT.
        "#]],
    );
}

#[test]
fn what_is_wrong_in_the_block_points_there_only_while_configuring() {
    let (provider, _) = provider([]);
    let config = texts(&[("access_token", "token"), ("environment", "moon")]);
    let mut diags = Diagnostics::new();
    provider.configure(ConfigureRequest { config: &config, terraform_version: "" }, &mut diags);
    assert!(diags.iter().all(|d| d.path == Path::attribute("environment")));
    let later = provider.connection.client().err().unwrap_or_default();
    assert!(later.has_error() && later.iter().all(|d| d.path.is_root()));
}

#[test]
fn a_method_of_the_environment_that_is_not_offered_is_refused_at_once() {
    check_connect(
        &texts(&[]),
        [("M365_AUTH_METHOD", "username_password")],
        expect![[r#"
            error: Invalid auth_method
            There is no way to sign in called "username_password". It must be "auto" or one of "access_token", "client_certificate", "client_secret", "on_behalf_of", "oidc", "oidc_azure_devops", "oidc_github", "workload_identity", "managed_identity", "token_cache", "azure_developer_cli", "azure_cli", "device_code", "interactive_browser".

            The value comes from the variable M365_AUTH_METHOD.
            client: error: Invalid auth_method
            There is no way to sign in called "username_password". It must be "auto" or one of "access_token", "client_certificate", "client_secret", "on_behalf_of", "oidc", "oidc_azure_devops", "oidc_github", "workload_identity", "managed_identity", "token_cache", "azure_developer_cli", "azure_cli", "device_code", "interactive_browser".

            The value comes from the variable M365_AUTH_METHOD.
        "#]],
    );
}

#[test]
fn f87_a_host_of_no_cloud_is_warned_of() {
    check_connect(
        &texts(&[("access_token", "token"), ("graph_endpoint", "https://gateway.example")]),
        [],
        expect![[r#"
            warning: https://gateway.example belongs to none of Microsoft's clouds
            The provider will send its credentials or its token there. Make sure that authority_host and graph_endpoint are meant, and that the host is trusted.
            client: ok
        "#]],
    );
}

#[test]
fn loopback_addresses_of_a_mock_are_not_warned_of() {
    check_connect(
        &texts(&[
            ("access_token", "token"),
            ("graph_endpoint", "http://127.0.0.1:9000"),
            ("authority_host", "http://127.0.0.1:9000"),
        ]),
        [],
        expect![[r#"
            client: ok
        "#]],
    );
}

#[test]
fn a_second_configuration_replaces_the_first() {
    let (provider, _) = provider([]);
    let configure = |config: &Value| {
        let request = ConfigureRequest { config, terraform_version: "" };
        provider.configure(request, &mut Diagnostics::new());
        provider.connection.client().is_ok()
    };
    assert!(configure(&texts(&[("access_token", "token")])));
    assert!(!configure(&texts(&[])));
    assert!(configure(&texts(&[("access_token", "token")])));
}

#[test]
fn f80_a_call_before_any_configuration_is_a_fault_and_not_a_panic() {
    let connection = Connection::new(|_| Script::new(|_| Answer::empty(500)).runtime());
    assert!(connection.client().is_err());
}

#[test]
fn the_configuration_beats_the_environment_and_our_prefix_beats_the_others() {
    for input in inputs::ALL {
        let mut environment: BTreeMap<String, String> =
            input.variables.iter().map(|name| ((*name).to_owned(), format!("of {name}"))).collect();
        let configured = Settings::gather(&texts(&[(input.name, "of the block")]), &environment);
        assert_eq!(configured.text(input), Some("of the block"), "{}", input.name);
        // An empty text is no value, in the block and in a variable.
        for name in input.variables {
            let settings = Settings::gather(&texts(&[(input.name, "")]), &environment);
            assert_eq!(settings.text(input), Some(format!("of {name}").as_str()));
            environment.insert((*name).to_owned(), String::new());
        }
        assert_eq!(Settings::gather(&texts(&[]), &environment).text(input), None);
    }
}

#[test]
fn our_own_prefix_stands_first_for_every_attribute() {
    for input in inputs::ALL {
        let own = format!("WINDOWS365_{}", input.name.to_uppercase());
        assert_eq!(input.variables.first(), Some(&own.as_str()));
    }
    assert!(inputs::ALL.is_sorted_by_key(|input| input.name));
}

#[test]
fn only_credentials_are_hidden_and_nothing_is_required() {
    let schema = inputs::schema();
    let hidden: Vec<_> =
        schema.block.attributes.iter().filter(|a| a.sensitive).map(|a| a.name.as_ref()).collect();
    assert_eq!(
        hidden,
        [
            "access_token",
            "client_certificate",
            "client_certificate_password",
            "client_secret",
            "oidc_request_token",
            "oidc_token",
            "proxy_url",
            "user_assertion"
        ]
    );
    assert!(schema.block.attributes.iter().all(|a| a.mode == crate::tf::Mode::Optional));
}

#[test]
fn the_user_agent_takes_no_odd_parts() {
    let agent = |version: &str, attributes: &[(&str, &str)]| {
        super::user_agent(version, &Settings::gather(&texts(attributes), &[]))
    };
    assert!(agent("1.11.4", &[]).ends_with(" Terraform/1.11.4"));
    assert!(!agent("1.11\r\nX: y", &[]).contains("Terraform"));
    let partner = "3F6A0C5E-0f3b-4c6f-9d0e-5f2f0d1c9b11";
    let both = agent("1.0", &[("partner_id", partner), ("user_agent_suffix", "pipeline/7")]);
    assert!(both.ends_with(" Terraform/1.0 pipeline/7 pid-3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"));
    assert!(!agent("", &[("user_agent_suffix", "a\r\nX: y")]).contains('X'));
}

#[test]
fn f96_every_secret_of_the_block_is_known_by_its_variables() {
    use super::machine::is_secret;
    for name in [
        "WINDOWS365_CLIENT_SECRET",
        "ARM_CLIENT_SECRET",
        "AZURE_CLIENT_SECRET",
        "M365_CLIENT_SECRET",
        "arm_client_secret",
        "WINDOWS365_ACCESS_TOKEN",
        "ARM_OIDC_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "TF_VAR_password",
        "TF_TOKEN_app_terraform_io",
    ] {
        assert!(is_secret(name), "{name}");
    }
    for name in ["PATH", "HOME", "AZURE_CONFIG_DIR", "AZURE_TENANT_ID", "IDENTITY_HEADER", "TF_V"] {
        assert!(!is_secret(name), "{name}");
    }
}
