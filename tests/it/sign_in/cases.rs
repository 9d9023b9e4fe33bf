//! What each way to sign in says where it fails: the cause, the cure, and no secret. In process, on a paused clock.

mod canaries;
mod rows;

use std::path::Path;

use serde_json::{Value as Json, json};
use windows365::mock::{
    App, ArcAgent, ArcTrick, Claims, Effect, Fault, Federated, GITHUB_ISSUER, LifetimeStyle,
    MACHINE_SECRET, Mock, Options, PIPELINE_SECRET, Person, PersonDoes, Scripted, TokenForm,
};

use crate::lifecycle::run::{Run, configured, text, world};
use rows::ROWS;

const PEM: &str = include_str!("../../../src/graph/auth/certificate/fixtures/chain-first.pem");
const TOKEN: &str = "/{tenant}/oauth2/v2.0/token";
const CI: (&str, &str) = ("https://ci.example", "project:desktops");
const EXCHANGE: &str = "api://AzureADTokenExchange";
const NOBODYS: &str = "22222222-3333-4444-5555-666666666666";

/// One attempt: a tenant, a provider block and an environment.
struct Case {
    mock: Mock,
    block: Json,
    environment: Vec<(String, String)>,
    folder: tempfile::TempDir,
    runtime: windows365::graph::Runtime,
    /// What must not be shown.
    secrets: Vec<String>,
}

impl Case {
    /// A way to sign in that works.
    fn new(way: &str) -> Case {
        let (mock, runtime) = world();
        let folder = tempfile::tempdir().unwrap();
        let App { tenant_id, client_id, client_secret, .. } = Options::default().app;
        let mut case = Case {
            block: json!({ "tenant_id": tenant_id, "client_id": client_id, "auth_method": way }),
            environment: Vec::new(),
            secrets: vec![client_secret.clone(), PIPELINE_SECRET.into(), MACHINE_SECRET.into()],
            mock,
            folder,
            runtime,
        };
        let origin = case.mock.origin();
        case.block["authority_host"] = json!(origin);
        case.block["graph_endpoint"] = json!(origin);
        let home = case.folder.path().to_str().unwrap().to_owned();
        case.variable("HOME", &home);
        case.block["allow_unencrypted_token_cache"] = json!(true);
        match way {
            "client_secret" => case.set("client_secret", client_secret),
            "client_certificate" => {
                let certificates: Vec<String> =
                    pem::parse_many(PEM).unwrap().iter().map(pem::encode).collect();
                case.mock.app(|app| app.certificates = certificates);
                case.set("client_certificate", PEM);
            }
            "oidc" => {
                case.trust(CI.0, CI.1);
                let token = case.foreign(CI.0, CI.1, EXCHANGE, 600);
                case.set("oidc_token", token);
            }
            "workload_identity" => {
                case.trust(CI.0, CI.1);
                let token = case.foreign(CI.0, CI.1, EXCHANGE, 600);
                let path = case.file("token", &token);
                case.variable("AZURE_FEDERATED_TOKEN_FILE", &path);
            }
            "oidc_github" => {
                let mut subject = String::new();
                case.mock.pipelines(|all| subject.clone_from(&all.github_subject));
                case.trust(GITHUB_ISSUER, &subject);
                case.set("oidc_request_url", format!("{origin}/actions/idtoken?api-version=2.0"));
                case.set("oidc_request_token", PIPELINE_SECRET);
            }
            "oidc_azure_devops" => {
                let mut known = windows365::mock::Pipelines::default();
                case.mock.pipelines(|all| known.clone_from(all));
                case.trust(&known.connection_issuer, &known.connection_subject);
                case.set("oidc_request_url", format!("{origin}/devops/oidctoken"));
                case.set("oidc_request_token", PIPELINE_SECRET);
                case.set("ado_pipeline_service_connection_id", known.connection);
            }
            "managed_identity" => {
                case.block["client_id"] = Json::Null;
                case.set("msi_endpoint", origin);
            }
            "on_behalf_of" => {
                let token = case.mock.token(Claims {
                    audience: client_id,
                    tenant_id,
                    scopes: vec!["access_as_user".to_owned()],
                    ..Claims::default()
                });
                case.secrets.push(token.clone());
                case.set("client_secret", client_secret);
                case.set("user_assertion", token);
            }
            "access_token" => {
                case.block["client_id"] = Json::Null;
                let Options { app, .. } = Options::default();
                let token = case.given(|claims| claims.roles = app.roles);
                case.set("access_token", token);
            }
            _ => {}
        }
        case
    }

    fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.block[name] = value.into();
    }

    fn variable(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn trust(&self, issuer: &str, subject: &str) {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        let known = Federated { issuer, subject, audience: String::new() };
        self.mock.app(|app| app.federated = vec![known]);
    }

    fn foreign(&mut self, issuer: &str, subject: &str, audience: &str, seconds: i64) -> String {
        let token = self.mock.foreign_token(issuer, subject, audience, seconds);
        self.secrets.push(token.clone());
        token
    }

    /// A token from elsewhere.
    fn given(&mut self, change: impl FnOnce(&mut Claims)) -> String {
        let App { tenant_id, client_id, .. } = Options::default().app;
        let expires_at = self.mock.now().as_second() + 3600;
        let mut claims = Claims { tenant_id, client_id, expires_at, ..Claims::default() };
        change(&mut claims);
        let token = self.mock.token(claims);
        self.secrets.push(token.clone());
        token
    }

    /// Every token request is answered so.
    fn token_service(&self, effect: Effect) {
        self.mock.fault(Fault::once("POST", TOKEN, effect).times(1000));
    }

    /// Every request to an address is answered with a text.
    fn says(&self, path: &str, status: u16, kind: &str, body: &str) {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        let effect = Effect::Reply(Scripted { status, headers, body: json!(body) });
        self.mock.fault(Fault::once("*", path, effect).times(1000));
    }

    fn agent(&mut self, trick: ArcTrick) {
        let folder = self.folder.path().join("tokens");
        std::fs::create_dir(&folder).unwrap();
        self.mock.arc_agent(ArcAgent { folder: folder.clone(), trick });
        self.block["msi_endpoint"] = Json::Null;
        let origin = self.mock.origin();
        self.variable("IDENTITY_ENDPOINT", &format!("{origin}/metadata/identity/oauth2/token"));
        self.variable("IMDS_ENDPOINT", &origin);
        self.variable("WINDOWS365_ARC_TOKENS_FOLDER", folder.to_str().unwrap());
    }

    /// What is found wrong with the settings, and with a first call; empty when all is well.
    async fn outcome(&self) -> String {
        let (server, findings) =
            configured(&self.block, self.environment.clone(), self.runtime.clone());
        let run = Run { mock: self.mock.clone(), server };
        let (_, read) = run.data("windows365_user_settings", json!({})).await;
        format!("{}{read}", text(&findings))
    }
}

#[tokio::test(start_paused = true)]
async fn every_failure_names_its_cause_and_its_cure_and_no_secret() {
    let mut wrong = Vec::new();
    for (number, (way, breaks, expected)) in ROWS.iter().enumerate() {
        let mut case = Case::new(way);
        breaks(&mut case);
        let said = case.outcome().await;
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let missing: Vec<_> = expected.iter().filter(|part| !words.contains(**part)).collect();
        let told: Vec<_> = case
            .secrets
            .iter()
            .map(String::as_str)
            .chain(["eyJ", "PRIVATE KEY", "root:x:0"])
            .filter(|secret| said.contains(*secret))
            .collect();
        if !missing.is_empty() || !told.is_empty() || !said.contains("Error at") {
            wrong.push(format!("{number} {way}: lacks {missing:?}, tells {told:?}:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn every_way_works_when_nothing_is_broken() {
    let mut ways: Vec<&str> = ROWS.iter().map(|(way, ..)| *way).collect();
    ways.sort_unstable();
    ways.dedup();
    for way in ways {
        if ["token_cache", "device_code", "interactive_browser"].contains(&way) {
            continue; // They need a person first.
        }
        assert_eq!(Case::new(way).outcome().await, "", "{way}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_waited_for_and_then_works() {
    type Passing = (&'static str, fn(&mut Case));
    let rows: &[Passing] = &[
        // A credential that was made just now.
        ("oidc", |case| case.mock.switch(|switches| switches.federation_lag = 3)),
        // A clock that is wrong by ten minutes: the certificate's assertion is made again by the service's own.
        ("client_certificate", |case| case.mock.advance(std::time::Duration::from_secs(900))),
        ("client_secret", |case| {
            let headers = vec![("Retry-After".to_owned(), "60".to_owned())];
            let body = json!("Too many requests");
            let reply = Scripted { status: 429, headers, body };
            case.mock.fault(Fault::once("POST", TOKEN, Effect::Reply(reply)).times(2));
        }),
        ("client_secret", |case| {
            case.mock.fault(Fault::once("POST", TOKEN, Effect::ActThenReset));
        }),
        ("client_secret", |case| {
            case.mock.fault(Fault::once("POST", TOKEN, Effect::Delay(20_000)));
        }),
        ("managed_identity", |case| {
            let effect = Effect::Reply(Scripted {
                status: 410,
                headers: Vec::new(),
                body: json!("updating"),
            });
            case.mock.fault(Fault::once("GET", "/metadata/identity/oauth2/token", effect).times(3));
        }),
        ("client_secret", |case| {
            case.mock.switch(|switches| switches.access_challenge = true);
        }),
        ("managed_identity", |case| case.agent(ArcTrick::Honest)),
        // Tokens and lives in every look.
        ("client_secret", |case| case.mock.switch(|it| it.token_form = TokenForm::WithoutKind)),
        ("client_secret", |case| case.mock.switch(|it| it.token_form = TokenForm::V2)),
        ("client_secret", |case| case.mock.switch(|it| it.token_form = TokenForm::Opaque)),
        ("client_secret", |case| case.mock.switch(|it| it.token_form = TokenForm::Encrypted)),
        ("client_secret", |case| case.mock.switch(|it| it.token_form = TokenForm::Huge)),
        ("oidc", |case| case.mock.switch(|it| it.token_lifetime_style = LifetimeStyle::Text)),
        ("oidc", |case| case.mock.switch(|it| it.token_lifetime_style = LifetimeStyle::Missing)),
        ("on_behalf_of", |case| {
            case.mock.switch(|it| it.token_lifetime_style = LifetimeStyle::WithRefresh);
        }),
        ("client_secret", |case| case.mock.switch(|it| it.token_lifetime_seconds = 60)),
        ("client_secret", |case| case.mock.switch(|it| it.token_lifetime_seconds = 100_800)),
    ];
    for (number, (way, passes)) in rows.iter().enumerate() {
        let mut case = Case::new(way);
        passes(&mut case);
        assert_eq!(case.outcome().await, "", "{number} {way}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_is_remembered_until_the_person_is_done_or_declines() {
    let mut case = Case::new("device_code");
    case.mock.switch(|switches| switches.person = PersonDoes::Waits);
    let code = |said: &str| {
        let words: Vec<&str> = said.split_whitespace().collect();
        let at = words.windows(2).position(|pair| pair == ["the", "code"]);
        words[at.unwrap_or_else(|| panic!("{said}")) + 2].to_owned()
    };
    let first = code(&case.outcome().await);
    assert_eq!(code(&case.outcome().await), first);
    case.mock.enter_code(&first, PersonDoes::Declines, None).unwrap();
    let said = case.outcome().await;
    assert!(said.contains("declined") && !said.contains("enter the code"), "{said}");
    // One that was not entered in time is replaced.
    let second = code(&case.outcome().await);
    tokio::time::sleep(std::time::Duration::from_secs(901)).await;
    let third = code(&case.outcome().await);
    assert!(first != second && second != third);
    case.mock.enter_code(&third, PersonDoes::Approves, None).unwrap();
    assert_eq!(case.outcome().await, "");
    // From now on the person is signed in, whatever the way is called.
    case.set("auth_method", "token_cache");
    assert_eq!(case.outcome().await, "");
    case.mock.end_sign_ins(700_082);
    tokio::time::sleep(std::time::Duration::from_secs(4000)).await;
    let said = case.outcome().await;
    for part in ["AADSTS700082", "no longer valid", "auth login --tenant"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(case.outcome().await.contains("Nobody is signed in"));
}

/// Programs that stand in for `az` and `azd`; real processes, so no clock is paused.
#[cfg(unix)]
#[tokio::test]
async fn what_the_command_lines_say_is_explained() {
    use std::os::unix::fs::PermissionsExt as _;
    fn program(folder: &Path, name: &str, script: &str) {
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let person = |case: &mut Case| {
        case.given(|claims| {
            claims.client_id = "04b07795-8ddb-461a-bbee-02f9e1bf7b46".to_owned();
            claims.scopes = vec!["User.Read".to_owned(), "Directory.AccessAsUser.All".to_owned()];
        })
    };
    for (way, script, expected) in [
        ("azure_cli", "", &["Azure CLI (`az`) was not found", "https://aka.ms/azure-cli"][..]),
        ("azure_developer_cli", "", &["`azd`", "was not found"]),
        (
            "azure_cli",
            "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
            &["Nobody is signed in to `az`", "az login --tenant 4d9e7b21"],
        ),
        (
            "azure_cli",
            "echo 'AADSTS50079: Interactive authentication is needed. Please run: az login --scope x' >&2; exit 1",
            &["az login --tenant", "AADSTS50079"],
        ),
        (
            "azure_cli",
            "echo 'boom eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln' >&2; exit 3",
            &["`az` failed", "az account get-access-token", "boom"],
        ),
        ("azure_cli", "echo 'no object'", &["something else than a token"]),
        (
            "azure_developer_cli",
            "echo '{\"type\":\"consoleMessage\",\"data\":{\"message\":\"ERROR: not logged in, run azd auth login to login\"}}'; exit 1",
            &["azd auth login --tenant-id", "not logged in"],
        ),
        (
            "azure_cli",
            "PERSON",
            &["can never manage Intune or Windows 365", "service principal", "auth login"],
        ),
    ] {
        let mut case = Case::new(way);
        let name = if way == "azure_cli" { "az" } else { "azd" };
        let script = match script {
            "PERSON" => format!("echo '{{\"accessToken\":\"{}\"}}'", person(&mut case)),
            script => script.to_owned(),
        };
        if !script.is_empty() {
            program(case.folder.path(), name, &script);
        }
        let path = case.folder.path().to_str().unwrap().to_owned();
        case.variable("PATH", &path);
        let said = case.outcome().await;
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in expected {
            assert!(words.contains(part), "{way} {script:?} lacks {part:?}: {said}");
        }
        assert!(!said.contains("eyJ"), "{said}");
    }
}

/// Signs the first person in by a code.
async fn signed_in() -> Case {
    let case = Case::new("device_code");
    let said = case.outcome().await;
    let words: Vec<&str> = said.split_whitespace().collect();
    let at = words.windows(2).position(|pair| pair == ["the", "code"]);
    let code = words[at.unwrap_or_else(|| panic!("{said}")) + 2];
    case.mock.enter_code(code, PersonDoes::Approves, None).unwrap();
    case
}

#[tokio::test(start_paused = true)]
async fn partners_and_guests_are_told_who_can_help() {
    // A guest who was never invited.
    let case = signed_in().await;
    case.mock.people(|people| {
        *people = vec![Person { tenants: vec![NOBODYS.to_owned()], ..Person::default() }];
    });
    let said = case.outcome().await;
    for part in ["AADSTS50020", "invited as a guest", "operator@mock.example"] {
        assert!(said.contains(part), "{part} is missing: {said}");
    }
    // One who was, and whose home is elsewhere.
    let case = signed_in().await;
    case.mock.people(|people| {
        let here = Options::default().app.tenant_id;
        *people = vec![Person { tenants: vec![NOBODYS.to_owned(), here], ..Person::default() }];
    });
    assert_eq!(case.outcome().await, "");
    for (number, parts) in [
        (90_099, ["not authorized in the customer's tenant", "Partner Center"]),
        (530_034, ["delegated administration is blocked", "Consent to the app in that tenant"]),
        (500_212, ["cross-tenant access policy", "administrators of both tenants"]),
        (500_213, ["cross-tenant access policy", "administrators of both tenants"]),
        (
            7_000_229,
            ["An app of another tenant must first be consented to", "/adminconsent?client_id="],
        ),
        (50_105, ["for assigned users only", "Enterprise applications"]),
        (650_052, ["not known in this tenant", "`graph_audience`"]),
        (65_001, ["has not consented", "/adminconsent?client_id="]),
    ] {
        let case = signed_in().await;
        let text = "The words of the service.";
        case.token_service(Effect::sign_in_refusal("invalid_grant", number, text, ""));
        let said = case.outcome().await;
        let number = format!("AADSTS{number}: {text}");
        for part in parts.iter().copied().chain([number.as_str()]) {
            assert!(said.contains(part), "{number} lacks {part:?}: {said}");
        }
    }
}
