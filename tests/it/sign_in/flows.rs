//! Apps and machines sign in under the real Terraform.

use std::os::unix::fs::PermissionsExt as _;

use windows365::mock::{ArcAgent, ArcTrick, Claims, Federated, GITHUB_ISSUER, Identity};

use super::*;

/// A certificate with its key, PEM; the mock knows the leaf.
const PEM: &str = include_str!("../../../src/graph/auth/certificate/fixtures/chain-first.pem");
const PFX: &[u8] = include_bytes!("../../../src/graph/auth/certificate/fixtures/modern.pfx");
const APP_ONLY: &str = "client_credentials";

/// Changes both apps.
fn each_app(scene: &Scene, change: impl Fn(&mut App)) {
    let mut other = App { client_id: BY_ENVIRONMENT.to_owned(), ..app() };
    change(&mut other);
    scene.mock.app(change);
    scene.mock.add_app(other);
}

/// Lets both apps trust somebody.
fn trust(scene: &Scene, issuer: &str, subject: &str) {
    let known = Federated {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        audience: String::new(),
    };
    each_app(scene, |app| app.federated = vec![known.clone()]);
}

#[test]
fn a_client_secret_from_a_file_and_from_variables() {
    let Some(mut scene) = Scene::new() else { return };
    let App { tenant_id, client_secret, .. } = app();
    let file = scene.file("secret", format!("{client_secret}\n"));
    scene.works(
        &named("client_secret", &format!("  client_secret_file_path = {file:?}")),
        &[
            ("ARM_TENANT_ID", &tenant_id),
            ("ARM_CLIENT_ID", BY_ENVIRONMENT),
            ("ARM_CLIENT_SECRET", &client_secret),
        ],
    );
    assert_eq!(scene.apps_by(APP_ONLY), Scene::both());
    // Nobody asks the public cloud what kind of authority this is.
    assert!(!scene.mock.requests().iter().any(|request| request.path.contains("discovery")));
}

#[test]
fn a_certificate_as_pem_with_its_chain_and_as_an_archive_with_a_password() {
    let Some(mut scene) = Scene::new() else { return };
    let certificates: Vec<String> = pem::parse_many(PEM)
        .unwrap()
        .into_iter()
        .filter(|part| part.tag() == "CERTIFICATE")
        .map(|part| pem::encode(&part))
        .collect();
    each_app(&scene, |app| app.certificates.clone_from(&certificates));
    let archive = scene.file("app.pfx", PFX);
    let inline =
        format!("  send_certificate_chain = true\n  client_certificate = <<-EOT\n{PEM}\n  EOT\n");
    scene.works(
        &named("client_certificate", &inline),
        &[
            ("AZURE_TENANT_ID", &app().domain),
            ("AZURE_CLIENT_ID", BY_ENVIRONMENT),
            ("AZURE_CLIENT_CERTIFICATE_PATH", archive.to_str().unwrap()),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "opensesame"),
        ],
    );
    assert_eq!(scene.apps_by(APP_ONLY), Scene::both());
}

#[test]
fn a_federated_token_from_a_file_and_as_text() {
    let Some(mut scene) = Scene::new() else { return };
    let (issuer, subject) = ("https://ci.example", "project:desktops");
    trust(&scene, issuer, subject);
    let token = scene.mock.foreign_token(issuer, subject, "api://AzureADTokenExchange", 600);
    let file = scene.file("token", &token);
    scene.works(
        &named("oidc", &format!("  oidc_token_file_path = {file:?}")),
        &[
            ("ARM_USE_OIDC", "true"),
            ("ARM_TENANT_ID", &app().tenant_id),
            ("ARM_CLIENT_ID", BY_ENVIRONMENT),
            ("ARM_OIDC_TOKEN", &token),
        ],
    );
    assert_eq!(scene.apps_by(APP_ONLY), Scene::both());
}

#[test]
fn a_job_of_github_actions() {
    let Some(mut scene) = Scene::new() else { return };
    let mut subject = String::new();
    scene.mock.pipelines(|pipelines| subject.clone_from(&pipelines.github_subject));
    trust(&scene, GITHUB_ISSUER, &subject);
    let url = format!("{}/actions/idtoken?api-version=2.0", scene.mock.origin());
    scene.works(
        &named(
            "oidc_github",
            &format!("  oidc_request_url = {url:?}\n  oidc_request_token = {PIPELINE_SECRET:?}"),
        ),
        &[
            ("ARM_USE_OIDC", "true"),
            ("ARM_TENANT_ID", &app().tenant_id),
            ("ARM_CLIENT_ID", BY_ENVIRONMENT),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", &url),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", PIPELINE_SECRET),
        ],
    );
    assert_eq!(scene.apps_by(APP_ONLY), Scene::both());
}

#[test]
fn a_pipeline_of_azure_devops() {
    let Some(mut scene) = Scene::new() else { return };
    let mut known = windows365::mock::Pipelines::default();
    scene.mock.pipelines(|pipelines| known.clone_from(pipelines));
    trust(&scene, &known.connection_issuer, &known.connection_subject);
    let url = format!("{}/devops/oidctoken", scene.mock.origin());
    scene.works(
        &named(
            "oidc_azure_devops",
            &format!(
                "  oidc_request_url = {url:?}\n  oidc_request_token = {PIPELINE_SECRET:?}\n  ado_pipeline_service_connection_id = {:?}",
                known.connection
            ),
        ),
        &[
            ("ARM_USE_OIDC", "true"),
            ("ARM_TENANT_ID", &app().tenant_id),
            ("ARM_CLIENT_ID", BY_ENVIRONMENT),
            ("SYSTEM_OIDCREQUESTURI", &url),
            ("SYSTEM_ACCESSTOKEN", PIPELINE_SECRET),
            ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", &known.connection),
        ],
    );
    assert_eq!(scene.apps_by(APP_ONLY), Scene::both());
}

#[test]
fn a_pod_of_kubernetes() {
    let Some(mut scene) = Scene::new() else { return };
    let (issuer, subject) = ("https://cluster.example", "system:serviceaccount:ops:terraform");
    trust(&scene, issuer, subject);
    let token = scene.mock.foreign_token(issuer, subject, "api://AzureADTokenExchange", 600);
    let file = scene.file("token", &token);
    let App { tenant_id, client_id, .. } = app();
    scene.works(
        "  auth_method = \"workload_identity\"",
        &[
            ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"),
            ("AZURE_TENANT_ID", &tenant_id),
            ("AZURE_CLIENT_ID", &client_id),
            ("AZURE_FEDERATED_TOKEN_FILE", file.to_str().unwrap()),
        ],
    );
    assert_eq!(scene.apps_by(APP_ONLY), BTreeSet::from([client_id]));
}

#[test]
fn a_virtual_machine_by_block_and_app_service_by_variables() {
    let Some(mut scene) = Scene::new() else { return };
    let mut all: Vec<Identity> = Vec::new();
    scene.mock.identities(|identities| all.clone_from(identities));
    let origin = scene.mock.origin();
    // A proxy that cannot be reached does no harm: the addresses are the machine's own.
    scene.works(
        &format!(
            "  use_msi      = true\n  msi_endpoint = {origin:?}\n  client_id = {:?}",
            all[0].client_id
        ),
        &[
            ("HTTP_PROXY", "http://127.0.0.1:1"),
            ("ARM_USE_MSI", "true"),
            ("IDENTITY_ENDPOINT", &format!("{origin}/msi/token")),
            ("IDENTITY_HEADER", MACHINE_SECRET),
            ("WINDOWS365_MANAGED_IDENTITY_ID", &all[1].resource_id),
        ],
    );
    let asked: Vec<String> =
        scene.mock.requests().into_iter().map(|request| request.path).collect();
    for path in ["/metadata/identity/oauth2/token", "/msi/token"] {
        assert!(asked.iter().any(|asked| asked == path), "{path}: {asked:?}");
    }
}

#[test]
fn a_machine_of_azure_arc() {
    let Some(mut scene) = Scene::new() else { return };
    let folder = scene.terraform.directory().join("tokens");
    std::fs::create_dir(&folder).unwrap();
    scene.mock.arc_agent(ArcAgent { folder: folder.clone(), trick: ArcTrick::Honest });
    let origin = scene.mock.origin();
    scene.set(&[
        ("IDENTITY_ENDPOINT", &format!("{origin}/metadata/identity/oauth2/token")),
        ("IMDS_ENDPOINT", &origin),
        ("WINDOWS365_ARC_TOKENS_FOLDER", folder.to_str().unwrap()),
    ]);
    scene.works("  use_msi = true", &[]);
}

#[test]
fn azure_machine_learning() {
    let Some(mut scene) = Scene::new() else { return };
    let origin = scene.mock.origin();
    scene.set(&[("MSI_ENDPOINT", &format!("{origin}/msi/token")), ("MSI_SECRET", MACHINE_SECRET)]);
    scene.works("  auth_method = \"managed_identity\"", &[]);
}

#[test]
fn cloud_shell_whose_person_may_not_manage_anything_here() {
    let Some(mut scene) = Scene::new() else { return };
    let origin = scene.mock.origin();
    scene.set(&[("MSI_ENDPOINT", &format!("{origin}/oauth2/token"))]);
    let complaint = scene.configure("  auth_method = \"managed_identity\"", false).apply().failed();
    for part in ["CloudPC.ReadWrite.All", "signed-in person", "User.Read"] {
        assert!(complaint.contains(part), "{part} is missing: {complaint}");
    }
    scene.mock.switch(|switches| {
        switches.cloud_shell_scopes = vec!["CloudPC.ReadWrite.All".to_owned()];
    });
    scene.works("  auth_method = \"managed_identity\"", &[]);
}

#[test]
fn an_identity_that_vouches_for_an_app() {
    let Some(mut scene) = Scene::new() else { return };
    let mut identity = Identity::default();
    scene.mock.identities(|all| identity.clone_from(&all[1]));
    let issuer = format!("https://login.microsoftonline.com/{}/v2.0", app().tenant_id);
    trust(&scene, &issuer, &identity.object_id);
    let origin = scene.mock.origin();
    scene.works(
        &named(
            "oidc",
            &format!(
                "  use_msi = true\n  use_oidc = true\n  msi_endpoint = {origin:?}\n  managed_identity_id = {:?}",
                identity.client_id
            ),
        ),
        &[],
    );
    assert_eq!(scene.apps_by(APP_ONLY), BTreeSet::from([app().client_id]));
}

/// Puts a program into the search path that prints a text and writes its arguments down.
fn program(scene: &mut Scene, name: &str, output: &str) {
    let folder = scene.terraform.directory().join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.json")), output).unwrap();
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{0}/{name}.arguments'\necho 'WARNING: update me' >&2\ncat '{0}/{name}.json'\n",
        folder.display()
    );
    let path = folder.join(name);
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let rest = std::env::var("PATH").unwrap();
    scene.set(&[("PATH", &format!("{}:{rest}", folder.display()))]);
}

#[test]
fn whoever_is_signed_in_to_the_command_lines() {
    let Some(mut scene) = Scene::new() else { return };
    let App { tenant_id, roles, .. } = app();
    let ends = scene.mock.now().as_second() + 3600;
    let token = |client_id: &str| {
        scene.mock.token(Claims {
            tenant_id: tenant_id.clone(),
            client_id: client_id.to_owned(),
            roles: roles.clone(),
            expires_at: ends,
            ..Claims::default()
        })
    };
    let az = serde_json::json!({ "accessToken": token("az"), "expires_on": ends, "expiresOn": "2026-01-01 00:00:00.000000", "tenant": tenant_id, "tokenType": "Bearer" });
    let until = jiff::Timestamp::from_second(ends).unwrap().to_string();
    let azd = serde_json::json!({ "token": token("azd"), "expiresOn": until });
    program(&mut scene, "az", &az.to_string());
    program(&mut scene, "azd", &azd.to_string());
    scene.works(
        &format!("  auth_method = \"azure_cli\"\n  tenant_id = {tenant_id:?}"),
        &[("WINDOWS365_USE_AZD", "true")],
    );
    let arguments = |name: &str| {
        let path = scene.terraform.directory().join(format!("bin/{name}.arguments"));
        std::fs::read_to_string(path).unwrap()
    };
    let az = arguments("az");
    assert!(
        az.starts_with(&format!("account get-access-token --output json --scope https://graph.microsoft.com/.default --tenant {tenant_id}\n")),
        "{az}"
    );
    let azd = arguments("azd");
    assert!(
        azd.starts_with(
            "auth token --output json --no-prompt --scope https://graph.microsoft.com/.default"
        ),
        "{azd}"
    );
}

#[test]
fn a_token_that_was_got_elsewhere() {
    let Some(mut scene) = Scene::new() else { return };
    let App { tenant_id, client_id, roles, .. } = app();
    let claims = Claims { tenant_id, client_id, roles, ..Claims::default() };
    let token = scene.mock.token(claims);
    let person = scene.mock.person_token();
    scene.works(&format!("  access_token = {token:?}"), &[("WINDOWS365_ACCESS_TOKEN", &person)]);
    assert_eq!(scene.mock.tokens_given(), 0);
}

#[test]
fn the_cloud_is_asked_where_it_is() {
    let Some(mut scene) = Scene::new() else { return };
    let origin = scene.mock.origin();
    scene.set(&[("WINDOWS365_AUTHORITY_HOST", ""), ("WINDOWS365_GRAPH_ENDPOINT", "")]);
    scene.works(
        &named(
            "client_secret",
            &format!("  client_secret = {:?}\n  metadata_host = {origin:?}", app().client_secret),
        ),
        &[],
    );
    assert_eq!(scene.mock.requests()[0].path, "/metadata/endpoints");
}
