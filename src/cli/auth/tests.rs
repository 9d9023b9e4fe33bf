use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::graph::auth::KeyPlace;
use crate::graph::scripted::{Answer, Script, token};

const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const APP: &str = "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21";

type Variables = BTreeMap<String, String>;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn given(line: &str) -> Given {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    GRAMMAR.read(&words).unwrap().unwrap()
}

/// Answers as Entra does: a code for a device, tokens of a person for it, tokens of an app for a secret.
fn entra() -> Arc<Script> {
    Script::new(|request| {
        let body = request.text.clone();
        if request.path.ends_with("/devicecode") {
            return Answer::json(
                200,
                json!({"device_code": "d", "user_code": "ABC", "verification_uri": "https://microsoft.com/devicelogin", "expires_in": 900, "interval": 5, "message": "m"}),
            );
        }
        let person = !body.contains("client_credentials");
        let mut claims = json!({"tid": TENANT, "appid": APP, "oid": "id-of-ann", "exp": 4_000_000_000_i64, "aud": "https://graph.microsoft.com"});
        if person {
            claims["scp"] = json!("CloudPC.Read.All DeviceManagementRBAC.ReadWrite.All");
            claims["upn"] = json!("ann@contoso.com");
        } else {
            claims["roles"] = json!(["CloudPC.ReadWrite.All"]);
            claims["app_displayname"] = json!("Robot");
        }
        let mut reply =
            json!({"token_type": "Bearer", "expires_in": 3600, "access_token": token(&claims)});
        if person {
            reply["refresh_token"] = json!("refresh-canary");
            reply["id_token"] = json!(token(
                &json!({"aud": APP, "tid": TENANT, "oid": "id-of-ann", "preferred_username": "ann@contoso.com"})
            ));
        }
        Answer::json(200, reply)
    })
}

struct Home {
    _folder: tempfile::TempDir,
    variables: Variables,
    script: Arc<Script>,
}

impl Home {
    fn new(more: &[(&str, &str)]) -> Home {
        let folder = tempfile::tempdir().unwrap();
        let mut variables = variables(more);
        for (name, value) in [
            ("XDG_STATE_HOME", folder.path().to_str().unwrap()),
            ("LOCALAPPDATA", folder.path().to_str().unwrap()),
            ("WINDOWS365_ALLOW_UNENCRYPTED_TOKEN_CACHE", "true"),
        ] {
            variables.insert(name.to_owned(), value.to_owned());
        }
        Home { _folder: folder, variables, script: entra() }
    }

    fn hand(&self, line: &str) -> ByHand {
        gather(&given(line), &self.variables).unwrap()
    }

    async fn login(&self, line: &str) -> String {
        let (hand, runtime) = (self.hand(line), self.script.runtime());
        let sign_in = hand.sign_in(scopes(&given(line)), false, &runtime).unwrap();
        login(&sign_in, Way::DeviceCode, &hand.cache().unwrap(), &runtime).await.unwrap()
    }

    async fn status(&self, line: &str) -> (String, bool) {
        let script = Arc::clone(&self.script);
        status::tell(&self.hand(line), move |_| script.runtime()).await.unwrap()
    }

    async fn logout(&self, line: &str) -> String {
        let cache = self.hand(line).cache().unwrap();
        logout(&given(line), &cache, &self.script.runtime()).await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_is_shown_and_signs_out() {
    let home = Home::new(&[("WINDOWS365_USE_CLI", "false")]);
    let who = format!("--tenant {TENANT} --client-id={APP}");
    let (before, good) = home.status(&who).await;
    assert!(before.starts_with("Nobody is signed in.") && !good, "{before}");
    assert!(
        before.contains(&format!("auth login --tenant {TENANT} --client-id {APP}")),
        "{before}"
    );

    let said = home.login(&who).await;
    let expected = format!("Signed in as ann@contoso.com in tenant {TENANT}.");
    assert!(said.starts_with(&expected) && said.contains("CloudPC.Read.All"), "{said}");

    let (shown, good) = home.status(&who).await;
    assert!(good, "{shown}");
    for part in [
        "Signed in:\n  ann@contoso.com in tenant",
        "The provider signs in by token_cache:",
        "person:  ann@contoso.com (id-of-ann)",
        "scopes:  CloudPC.Read.All, DeviceManagementRBAC.ReadWrite.All",
        "expires: 2096-10-02T07:06:40Z",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let row = |name: &str| {
        let line = shown.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("windows365_user_setting"), "yes no");
    assert_eq!(row("intune_role_definition"), "yes yes");
    assert_eq!(row("windows365_cloud_pc"), "yes -");
    assert!(!shown.contains("canary") && !shown.contains("eyJ"), "{shown}");

    assert_eq!(home.logout("--tenant fabrikam.com").await, "Nobody was signed in.");
    assert_eq!(home.logout(&who).await, "1 sign-in was forgotten.");
    assert!(home.status(&who).await.0.starts_with("Nobody is signed in."));
}

#[tokio::test(start_paused = true)]
async fn an_app_is_shown_with_where_its_secret_comes_from() {
    let home = Home::new(&[
        ("ARM_TENANT_ID", TENANT),
        ("ARM_CLIENT_ID", APP),
        ("ARM_CLIENT_SECRET", "secret-canary"),
    ]);
    let (shown, good) = home.status("").await;
    assert!(good, "{shown}");
    for part in [
        "The provider signs in by client_secret (client_secret from ARM_CLIENT_SECRET):",
        &format!("app:     Robot ({APP})"),
        "roles:   CloudPC.ReadWrite.All",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_way_in_that_fails_is_told_and_is_no_success() {
    let mut home = Home::new(&[
        ("WINDOWS365_TENANT_ID", TENANT),
        ("WINDOWS365_CLIENT_ID", APP),
        ("WINDOWS365_CLIENT_SECRET", "secret-canary"),
    ]);
    home.script = Script::new(|_| {
        Answer::json(
            401,
            json!({"error": "invalid_client", "error_description": "AADSTS7000222: expired.", "error_codes": [7_000_222]}),
        )
    });
    let (shown, good) = home.status("").await;
    assert!(
        !good && shown.contains("by client_secret") && shown.contains("AADSTS7000222"),
        "{shown}"
    );
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn options_win_over_variables_and_what_is_missing_or_wrong_is_named() {
    let runtime = entra().runtime();
    let environment = variables(&[
        ("ARM_TENANT_ID", "variable.com"),
        ("ARM_CLIENT_ID", APP),
        ("ARM_ENVIRONMENT", "china"),
    ]);
    let hand = gather(&given("--tenant argument.com"), &environment).unwrap();
    let who = hand.sign_in(Vec::new(), false, &runtime).unwrap();
    assert_eq!((who.tenant_id.as_str(), who.client_id.as_str()), ("argument.com", APP));
    assert!(
        who.endpoints != crate::graph::Endpoints::default(),
        "the cloud of the variable counts"
    );

    let failure = |line: &str, environment: &Variables| {
        let hand = gather(&given(line), environment)?;
        let web = given(line).has("--web");
        hand.sign_in(Vec::new(), web, &runtime).map_err(Failure::from)
    };
    let why = |line: &str| failure(line, &Variables::new()).unwrap_err().to_string();
    let text = why("--tenant contoso.com");
    assert!(
        text.starts_with(
            "client_id is not set. Give --client-id, or set WINDOWS365_CLIENT_ID, ARM_CLIENT_ID"
        ),
        "{text}"
    );
    assert!(why("--tenant common").starts_with("Invalid tenant_id. \"common\" names no tenant."));
    let text = why(&format!("--tenant contoso.com --client-id {APP} --web"));
    assert!(text.starts_with("client_secret is not set. Give a secret or a certificate"), "{text}");
    let text = why(&format!("--tenant contoso.com --client-id {APP} --environment moon"));
    assert!(text.starts_with("Invalid environment."), "{text}");
}

#[test]
fn scopes_are_read_in_both_spellings() {
    let given = given("--scope CloudPC.Read.All --scopes a,b --scope c");
    assert_eq!(scopes(&given), ["CloudPC.Read.All", "c", "a", "b"]);
}

#[test]
fn the_cache_is_encrypted_by_a_key_that_no_file_holds_unless_that_is_allowed() {
    let environment = variables(&[("XDG_STATE_HOME", "/state"), ("LOCALAPPDATA", "/state")]);
    let strict = gather(&given(""), &environment).unwrap().cache().unwrap();
    let loose =
        gather(&given("--allow-unencrypted-token-cache"), &environment).unwrap().cache().unwrap();
    let place = |cache: &TokenCache| format!("{cache:?}");
    assert!(place(&strict).contains(&format!("{:?}", KeyPlace::Keyring)));
    assert!(place(&loose).contains(&format!("{:?}", KeyPlace::KeyringOrFile)));
}
