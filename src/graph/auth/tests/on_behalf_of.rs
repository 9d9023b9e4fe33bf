use super::*;
use crate::graph::auth::{Proof, UserAssertion};

fn credential(user: UserAssertion) -> Credential {
    Credential::OnBehalfOf {
        tenant_id: TENANT.to_owned(),
        client_id: APP.to_owned(),
        proof: Proof::Secret(Secret::new("app+secret%1")),
        user,
    }
}

#[tokio::test(start_paused = true)]
async fn an_app_acts_for_the_person_whose_token_it_was_given() {
    let user = token(&json!({"aud": APP, "scp": "access_as_user"}));
    let script = script(issued("token"));
    let client = client_with(&script, credential(UserAssertion::Given(Secret::new(user.clone()))));
    read(&client).await.unwrap();
    let form = form(&script.seen()[0]);
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!(form["requested_token_use"], "on_behalf_of");
    assert_eq!((&form["assertion"], form["client_secret"].as_str()), (&user, "app+secret%1"));
    assert_eq!(form["scope"], "https://graph.microsoft.com/.default");
    assert_eq!(form["client_id"], APP);
}

#[tokio::test(start_paused = true)]
async fn missing_consent_comes_with_the_address_to_give_it() {
    let script =
        script(refused("invalid_grant", 65001, "The user or administrator has not consented."));
    let user = UserAssertion::Given(Secret::new(token(&json!({"aud": APP}))));
    let text = read(&client_with(&script, credential(user))).await.unwrap_err().to_string();
    let consent =
        format!("https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={APP}");
    assert!(text.contains(&consent), "{text}");
    assert!(!text.contains("eyJ") && !text.contains("app+secret"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_file_with_the_persons_token_is_read_each_time() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "first\n").unwrap();
    let script = script(issued("token"));
    let client = client_with(&script, credential(UserAssertion::File(file.path().to_owned())));
    read(&client).await.unwrap();
    std::fs::write(file.path(), "second\n").unwrap();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    read(&client).await.unwrap();
    let seen = script.seen();
    assert_eq!(
        (form(&seen[0])["assertion"].as_str(), form(&seen[2])["assertion"].as_str()),
        ("first", "second")
    );
}
