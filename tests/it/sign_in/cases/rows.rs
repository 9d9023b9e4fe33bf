//! The table of failures.

use super::*;

const MISMATCH: &str = include_str!("../../../../src/graph/auth/certificate/fixtures/mismatch.pem");
const ENCRYPTED: &str =
    include_str!("../../../../src/graph/auth/certificate/fixtures/encrypted.pem");
const EXPIRED: &str = include_str!("../../../../src/graph/auth/certificate/fixtures/expired.pem");
const ELLIPTIC: &str = include_str!("../../../../src/graph/auth/certificate/fixtures/elliptic.pem");
/// A way, what goes wrong, and what must be said then.
pub(super) type Row = (&'static str, fn(&mut Case), &'static [&'static str]);

pub(super) const ROWS: &[Row] = &[
    // Secrets.
    (
        "client_secret",
        |case| case.mock.app(|app| app.client_secret = "other".to_owned()),
        &[
            "AADSTS7000215",
            "value and not its id",
            "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21",
            "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31",
            "correlation id",
        ],
    ),
    (
        "client_secret",
        |case| case.mock.app(|app| app.secret_expired = true),
        &["AADSTS7000222", "expired", "Make a new one"],
    ),
    (
        "client_secret",
        |case| case.mock.app(|app| app.disabled = true),
        &["AADSTS7000112", "Enable it under Enterprise applications"],
    ),
    (
        "client_secret",
        |case| case.set("client_id", NOBODYS),
        &["AADSTS700016", "not in this tenant", "Consent: ", "/adminconsent?client_id=22222222"],
    ),
    (
        "client_secret",
        |case| case.set("tenant_id", "nobody.example"),
        &["AADSTS90002", "`tenant_id` and `environment`"],
    ),
    (
        "client_secret",
        |case| {
            case.mock.add_tenant_elsewhere(NOBODYS, "china");
            case.set("tenant_id", NOBODYS);
        },
        &["AADSTS90038", "another cloud", "`environment`", "\"china\""],
    ),
    (
        "client_secret",
        |case| case.mock.app(|app| app.roles.clear()),
        &["no application permission at all", "CloudPC.Read.All", "admin consent"],
    ),
    (
        "client_secret",
        |case| case.mock.switch(|switches| switches.cloud = "usgovernment".to_owned()),
        &["AADSTS500011", "`environment` and `graph_audience`"],
    ),
    (
        "client_secret",
        |case| {
            case.token_service(Effect::sign_in_refusal(
                "invalid_grant",
                53_003,
                "Access has been blocked by Conditional Access policies.",
                "",
            ))
        },
        &["AADSTS53003", "conditional-access policy", "sign-in log"],
    ),
    (
        "client_secret",
        |case| {
            case.token_service(Effect::sign_in_refusal(
                "temporarily_unavailable",
                90_055,
                "Throttled.",
                "",
            ))
        },
        &["AADSTS90055", "Parallel jobs", "tried 5 times"],
    ),
    (
        "client_secret",
        |case| case.says(TOKEN, 429, "text/plain", "Too many requests"),
        &["status 429", "Too many requests", "tried 5 times"],
    ),
    (
        "client_secret",
        |case| case.says(TOKEN, 503, "text/html", "<html><h1>Busy</h1></html>"),
        &["status 503", "text/html", "tried"],
    ),
    ("client_secret", |case| case.says(TOKEN, 307, "text/html", ""), &["redirect", "not followed"]),
    (
        "client_secret",
        |case| case.says(TOKEN, 200, "text/html", "<html>Log in to the hotel's network</html>"),
        &["status 200", "text/html", "no token response"],
    ),
    ("client_secret", |case| case.token_service(Effect::Reset), &["connection reset", "tried"]),
    (
        "client_secret",
        |case| {
            let path = case.folder.path().join("nothing").to_str().unwrap().to_owned();
            case.set("client_secret", Json::Null);
            case.set("client_secret_file_path", path);
        },
        &["client_secret_file_path", "cannot be read"],
    ),
    // Certificates.
    (
        "client_certificate",
        |case| case.mock.app(|app| app.certificates.clear()),
        &[
            "AADSTS700027",
            "Upload the certificate",
            "86D04DC055CB71F4A009EEDF18C939BC81EEB561",
            "CN=Terraform leaf",
            "2045-01-01",
        ],
    ),
    (
        "client_certificate",
        |case| case.set("client_certificate", ELLIPTIC),
        &["client_certificate", "RSA"],
    ),
    (
        "client_certificate",
        |case| case.set("client_certificate", EXPIRED),
        &["client_certificate", "expired"],
    ),
    (
        "client_certificate",
        |case| case.set("client_certificate", ENCRYPTED),
        &["client_certificate", "client_certificate_password"],
    ),
    (
        "client_certificate",
        |case| case.set("client_certificate", MISMATCH),
        &["client_certificate", "key"],
    ),
    (
        "client_certificate",
        |case| {
            case.set("client_certificate", Json::Null);
            case.set("client_certificate_path", "/nowhere/app.pfx");
        },
        &["client_certificate_path", "/nowhere/app.pfx", "No such file"],
    ),
    // Federated tokens.
    (
        "oidc",
        |case| case.trust(CI.0, "project:other"),
        &[
            "AADSTS700213",
            "issuer \"https://ci.example\"",
            "subject \"project:desktops\"",
            "audience \"api://AzureADTokenExchange\"",
            "capital letters",
        ],
    ),
    (
        "oidc",
        |case| case.trust("https://ci.example/", CI.1),
        &["AADSTS700211", "issuer \"https://ci.example\""],
    ),
    (
        "oidc",
        |case| {
            let token = case.foreign(CI.0, CI.1, "api://other", 600);
            case.set("oidc_token", token);
        },
        &["AADSTS700212", "audience \"api://other\""],
    ),
    (
        "oidc",
        |case| {
            let token = case.foreign(CI.0, CI.1, EXCHANGE, -60);
            case.set("oidc_token", token);
        },
        &["`oidc_token` has expired", "oidc_token_file_path", "oidc_request_url", "expired at"],
    ),
    (
        "oidc",
        |case| {
            let path = case.file("empty", "\n");
            case.set("oidc_token", Json::Null);
            case.set("oidc_token_file_path", path);
        },
        &["oidc_token_file_path", "empty"],
    ),
    (
        "oidc",
        |case| {
            case.token_service(Effect::sign_in_refusal(
                "invalid_client",
                700_229,
                "Only app-only tokens can be used.",
                "",
            ));
        },
        &["AADSTS700229", "belongs to a person"],
    ),
    (
        "workload_identity",
        |case| case.variable("AZURE_CLIENT_ID", NOBODYS),
        &["client_id", NOBODYS, "AZURE_CLIENT_ID", "pod"],
    ),
    (
        "workload_identity",
        |case| std::fs::remove_file(case.folder.path().join("token")).unwrap(),
        &["oidc_token_file_path", "No such file"],
    ),
    // Pipelines.
    (
        "oidc_github",
        |case| case.set("oidc_request_token", "wrong"),
        &["id-token: write", "pull requests from forks", "status 401"],
    ),
    (
        "oidc_github",
        |case| case.says("/actions/idtoken", 200, "text/html", "<html>"),
        &["GitHub's token service", "no token", "text/html"],
    ),
    (
        "oidc_github",
        |case| case.trust(GITHUB_ISSUER, "repo:other"),
        &["AADSTS700213", "repo:northgate/desktops:ref:refs/heads/main"],
    ),
    (
        "oidc_azure_devops",
        |case| case.set("oidc_request_token", "wrong"),
        &["SYSTEM_ACCESSTOKEN: $(System.AccessToken)", "x-vss-e2eid", "status 401"],
    ),
    (
        "oidc_azure_devops",
        |case| case.set("ado_pipeline_service_connection_id", NOBODYS),
        &["`ado_pipeline_service_connection_id`", "authorized", "status 404"],
    ),
    (
        "oidc_azure_devops",
        |case| {
            case.says(
                "/devops/oidctoken",
                203,
                "text/html",
                "<html><title>Azure DevOps Services | Sign In</title></html>",
            )
        },
        &["SYSTEM_ACCESSTOKEN", "status 203"],
    ),
    // Machines.
    (
        "managed_identity",
        |case| case.mock.identities(Vec::clear),
        &["no identity of its own", "`managed_identity_id`", "Identity not found"],
    ),
    (
        "managed_identity",
        |case| case.set("managed_identity_id", NOBODYS),
        &["does not have the identity of `managed_identity_id`", "Assign it"],
    ),
    (
        "managed_identity",
        |case| {
            let body = "A socket operation was attempted to an unreachable network";
            case.says("/metadata/identity/oauth2/token", 403, "text/plain", body);
        },
        &["proxy of the container engine", "unreachable"],
    ),
    (
        "managed_identity",
        |case| case.says("/metadata/identity/oauth2/token", 410, "text/plain", "updating"),
        &["status 410", "tried"],
    ),
    (
        "managed_identity",
        |case| case.mock.identities(|all| all[0].roles.clear()),
        &["no application permission at all", "CloudPC.Read.All"],
    ),
    (
        "managed_identity",
        |case| case.set("tenant_id", NOBODYS),
        &["the token is for tenant 4d9e7b21", NOBODYS],
    ),
    (
        "managed_identity",
        |case| {
            case.block["msi_endpoint"] = Json::Null;
            for name in ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"] {
                case.variable(name, "x");
            }
        },
        &["Service Fabric are not supported"],
    ),
    (
        "managed_identity",
        |case| {
            case.block["msi_endpoint"] = Json::Null;
            case.variable("IDENTITY_ENDPOINT", "http://127.0.0.1:8443/msi/token");
            case.variable("IDENTITY_HEADER", "wrong");
        },
        &["App Service", "refuses this process", "status 401"],
    ),
    (
        "managed_identity",
        |case| {
            case.block["msi_endpoint"] = Json::Null;
            case.set("managed_identity_id", NOBODYS);
            case.variable("MSI_ENDPOINT", "http://127.0.0.1:8443/oauth2/token");
        },
        &["Cloud Shell has no managed identities of its own", "`managed_identity_id`"],
    ),
    (
        "managed_identity",
        |case| case.agent(ArcTrick::File("/etc/passwd".into())),
        &["Azure Arc's agent cannot be trusted", "does not lie directly in"],
    ),
    (
        "managed_identity",
        |case| {
            let file = case.folder.path().join("tokens/../secret.key");
            case.agent(ArcTrick::File(file));
        },
        &["does not lie directly in"],
    ),
    (
        "managed_identity",
        |case| {
            let file = case.folder.path().join("tokens/secret.txt");
            case.agent(ArcTrick::File(file));
        },
        &["does not end in .key"],
    ),
    ("managed_identity", |case| case.agent(ArcTrick::TooBig), &["larger than 4096 bytes"]),
    (
        "managed_identity",
        |case| case.agent(ArcTrick::Link("/etc/passwd".into())),
        &["no plain file"],
    ),
    ("managed_identity", |case| case.agent(ArcTrick::Nothing), &["without naming a key"]),
    // People.
    (
        "token_cache",
        |_| {},
        &[
            "Nobody is signed in to app 0c8b6a54",
            "auth login --tenant 4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31 --client-id 0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21",
        ],
    ),
    (
        "device_code",
        |case| {
            let effect = Effect::sign_in_refusal(
                "invalid_grant",
                530_033,
                "Device code flow is blocked by policy.",
                "",
            );
            case.mock.fault(Fault::once("POST", "/{tenant}/oauth2/v2.0/devicecode", effect));
        },
        &["AADSTS530033", "policy of the tenant blocks", "browser", "as an app"],
    ),
    (
        "device_code",
        |_| {},
        &[
            "/devicelogin",
            "enter the code",
            "15 minutes",
            "run the same command again",
            "auth login --tenant",
        ],
    ),
    (
        "interactive_browser",
        |case| case.variable("TF_IN_AUTOMATION", "1"),
        &["Nobody is signed in", "auth login", "--browser"],
    ),
    (
        "on_behalf_of",
        |case| case.mock.app(|app| app.scopes.clear()),
        &["AADSTS65001", "consented", "Consent: ", "/adminconsent"],
    ),
    (
        "on_behalf_of",
        |case| {
            let token = case.given(|claims| claims.scopes = vec!["User.Read".to_owned()]);
            case.set("user_assertion", token);
        },
        &["AADSTS50013", "not meant for this app"],
    ),
    (
        "on_behalf_of",
        |case| case.set("client_secret", Json::Null),
        &["on_behalf_of", "client_secret is not set"],
    ),
    // Tokens from elsewhere.
    (
        "access_token",
        |case| {
            let ends = case.mock.now().as_second() - 1;
            let token = case.given(|claims| claims.expires_at = ends);
            case.set("access_token", token);
        },
        &["`access_token` has expired", "cannot be renewed"],
    ),
    (
        "access_token",
        |case| {
            let token =
                case.given(|claims| claims.audience = "https://management.azure.com".to_owned());
            case.set("access_token", token);
        },
        &["`access_token` is not for Microsoft Graph", "https://management.azure.com"],
    ),
    (
        "access_token",
        |case| case.set("tenant_id", NOBODYS),
        &["the token is for tenant 4d9e7b21", NOBODYS],
    ),
    ("access_token", |case| case.set("access_token", "two words"), &["access_token", "blanks"]),
    (
        "access_token",
        |case| case.mock.revoke_tokens(),
        &["401", "expires at", "in tenant 4d9e7b21"],
    ),
];
