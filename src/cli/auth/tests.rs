use serde_json::json;

use super::*;
use crate::graph::scripted::{Answer, Script, token};

const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const APP: &str = "0c8b6a54-2f1e-4d3c-9b8a-7f6e5d4c3b21";

struct Variables(Vec<(&'static str, &'static str)>);

impl Environment for Variables {
    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn device() -> std::sync::Arc<Script> {
    Script::new(|request| match request.path.ends_with("/devicecode") {
        true => Answer::json(
            200,
            json!({"device_code": "d", "user_code": "ABC", "verification_uri": "https://microsoft.com/devicelogin", "expires_in": 900, "interval": 5, "message": "m"}),
        ),
        false => Answer::json(
            200,
            json!({
                "token_type": "Bearer", "expires_in": 3600, "access_token": "access", "refresh_token": "refresh-canary",
                "id_token": token(&json!({"aud": APP, "tid": TENANT, "oid": "o", "preferred_username": "ann@contoso.com"})),
            }),
        ),
    })
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_is_shown_and_signs_out() {
    let folder = tempfile::tempdir().unwrap();
    let cache = TokenCache::new(folder.path().to_owned(), KeyPlace::File);
    let runtime = device().runtime();
    let asked = parse(&words(&format!("--tenant {TENANT} --client-id={APP}"))).unwrap();
    let sign_in = sign_in(&asked, &Variables(Vec::new())).unwrap();

    assert_eq!(status(&cache).unwrap(), "Nobody is signed in.");
    let said = login(&sign_in, false, &cache, &runtime).await.unwrap();
    assert!(
        said.starts_with(&format!("Signed in as ann@contoso.com in tenant {TENANT}.")),
        "{said}"
    );

    let shown = status(&cache).unwrap();
    assert!(shown.contains("ann@contoso.com") && shown.contains(APP), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");

    let other = Arguments { tenant: Some("fabrikam.com".to_owned()), ..Arguments::default() };
    assert_eq!(logout(&other, &cache, &runtime).await.unwrap(), "Nobody was signed in.");
    assert_eq!(logout(&asked, &cache, &runtime).await.unwrap(), "1 sign-in was forgotten.");
    assert_eq!(status(&cache).unwrap(), "Nobody is signed in.");
}

#[test]
fn arguments_win_over_variables_and_what_is_missing_is_named() {
    let variables = Variables(vec![
        ("WINDOWS365_TENANT_ID", "variable.com"),
        ("WINDOWS365_CLIENT_ID", APP),
        ("WINDOWS365_ENVIRONMENT", "china"),
    ]);
    let asked = parse(&words("--tenant argument.com")).unwrap();
    let who = sign_in(&asked, &variables).unwrap();
    assert_eq!((who.tenant_id.as_str(), who.client_id.as_str()), ("argument.com", APP));

    let why = sign_in(&asked, &Variables(Vec::new())).unwrap_err().to_string();
    assert!(why.starts_with("Say --client-id, or set WINDOWS365_CLIENT_ID."), "{why}");
    let why = parse(&words("--tennant x")).unwrap_err().to_string();
    assert!(why.starts_with("auth knows no argument \"--tennant\"."), "{why}");
    let why = parse(&words("--tenant")).unwrap_err().to_string();
    assert!(why.starts_with("--tenant needs a value."), "{why}");
}
