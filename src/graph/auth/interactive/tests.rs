//! People sign in: over a scripted token service, and for the browser over real loopback connections.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::graph::Secret;
use crate::graph::auth::{Cached, Credential, KeyPlace};
use crate::graph::scripted::{Answer, Script, Seen, token};
use crate::graph::{Client, ClientConfig, Request, Version};

const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const APP: &str = "a1b7c3d9-5e2f-4680-9c1d-3f4e5a6b7c32";

fn sign_in(scopes: &[&str]) -> SignIn {
    SignIn {
        endpoints: Endpoints::default(),
        tenant_id: TENANT.to_owned(),
        client_id: APP.to_owned(),
        proof: Proof::None,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        login_hint: None,
        user_agent: "test".to_owned(),
        filter: Arc::default(),
    }
}

fn fields(text: &str) -> std::collections::BTreeMap<String, String> {
    let mut url = reqwest::Url::parse("http://localhost").unwrap();
    url.set_query(Some(text));
    url.query_pairs().into_owned().collect()
}

fn started() -> Answer {
    Answer::json(
        200,
        json!({
            "device_code": "the-device-code", "user_code": "ABCD-EFGH", "verification_uri": "https://microsoft.com/devicelogin",
            "expires_in": "900", "interval": 5, "message": "To sign in, open https://microsoft.com/devicelogin and enter ABCD-EFGH.",
        }),
    )
}

fn refused(error: &str, number: i64) -> Answer {
    Answer::json(
        400,
        json!({"error": error, "error_description": format!("AADSTS{number}: text."), "error_codes": [number]}),
    )
}

fn granted(nonce: &str) -> Answer {
    let id = token(&json!({
        "aud": APP, "tid": TENANT, "oid": "ada-id", "preferred_username": "ada@contoso.com", "nonce": nonce,
    }));
    let access = token(&json!({"tid": TENANT, "scp": "CloudPC.Read.All", "appid": APP}));
    Answer::json(
        200,
        json!({"access_token": access, "refresh_token": "the-refresh-token", "id_token": id, "expires_in": "3600"}),
    )
}

#[tokio::test(start_paused = true)]
async fn a_code_is_shown_and_asked_about_as_slowly_as_the_service_wants() {
    let script = Script::of([
        started(),
        refused("authorization_pending", 70016),
        refused("slow_down", 70016),
        refused("authorization_pending", 70016),
        granted(""),
    ]);
    let mut shown = Vec::new();
    let signed_in =
        device_code(&sign_in(&["CloudPC.Read.All"]), &script.runtime(), &mut |prompt| {
            shown.push(prompt.clone());
        })
        .await
        .unwrap();
    let expected = DevicePrompt {
        address: "https://microsoft.com/devicelogin".to_owned(),
        user_code: "ABCD-EFGH".to_owned(),
        expires_in: Duration::from_secs(900),
        message: "To sign in, open https://microsoft.com/devicelogin and enter ABCD-EFGH."
            .to_owned(),
    };
    assert_eq!(shown, [expected]);
    assert_eq!(signed_in.account().username, "ada@contoso.com");
    assert_eq!(signed_in.account().tenant_id, TENANT);
    assert_eq!(signed_in.granted().unwrap().permissions, ["CloudPC.Read.All"]);
    let seen = script.seen();
    assert_eq!(seen[0].line(), format!("POST /{TENANT}/oauth2/v2.0/devicecode"));
    assert_eq!(
        fields(&seen[0].text)["scope"],
        "https://graph.microsoft.com/CloudPC.Read.All openid profile offline_access"
    );
    let form = fields(&seen[1].text);
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!(
        (form["device_code"].as_str(), form["client_id"].as_str()),
        ("the-device-code", APP)
    );
    assert!(!form.contains_key("client_secret"));
    let times: Vec<_> = seen[1..].iter().map(|request| request.at.as_secs()).collect();
    assert_eq!(times, [0, 5, 15, 25], "five seconds apart, and five more after `slow_down`");
    assert!(!format!("{signed_in:?}").contains("refresh-token"));
}

#[tokio::test(start_paused = true)]
async fn why_nobody_signed_in_is_said() {
    for (answer, expected) in [
        (refused("authorization_declined", 70017), "was declined"),
        (refused("expired_token", 70019), "not finished in time"),
        (refused("bad_verification_code", 70018), "not finished in time"),
        (refused("invalid_client", 7_000_218), "allow public client flows"),
        (refused("access_denied", 53003), "conditional-access policy"),
        (refused("access_denied", 530_033), "Sign in with a browser"),
        (refused("invalid_grant", 50105), "Assign the person"),
        (refused("authorization_pending", 70016), "not entered in time"),
    ] {
        let script =
            Script::new(move |request: &Seen| match request.path.ends_with("/devicecode") {
                true => started(),
                false => answer.clone(),
            });
        let why = device_code(&sign_in(&[]), &script.runtime(), &mut |_| {}).await.unwrap_err();
        assert!(why.contains(expected), "{expected:?} is missing in: {why}");
        assert!(!why.contains("the-device-code"), "{why}");
    }
    // The start itself can be refused.
    let script = Script::of([refused("unauthorized_client", 700_016)]);
    let why = device_code(&sign_in(&[]), &script.runtime(), &mut |_| {}).await.unwrap_err();
    assert!(why.contains("The app is not in this tenant"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_person_of_another_tenant_is_refused() {
    let other = token(&json!({"tid": "11111111-2222-3333-4444-555555555555", "scp": "x"}));
    let answer = json!({"access_token": other, "refresh_token": "r-token", "expires_in": 3600});
    let script = Script::of([started(), Answer::json(200, answer)]);
    let why = device_code(&sign_in(&[]), &script.runtime(), &mut |_| {}).await.unwrap_err();
    assert!(why.contains("11111111-2222") && why.contains(TENANT), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_run_can_ask_for_the_code_itself_and_the_next_run_need_not() {
    let folder = tempfile::tempdir().unwrap();
    let shown = Arc::new(Mutex::new(Vec::new()));
    let client = |script: &Arc<Script>| {
        let shown = Arc::clone(&shown);
        let prompt = Prompt::new(Asking::DeviceCode, move |text| {
            shown.lock().unwrap().push(text.to_owned());
            Ok(())
        });
        let credential = Credential::Cached {
            tenant_id: TENANT.to_owned(),
            client_id: APP.to_owned(),
            proof: Proof::None,
            cached: Cached {
                cache: TokenCache::new(folder.path().to_owned(), KeyPlace::File),
                login_hint: None,
                command: "sign in".to_owned(),
                prompt: Some(prompt),
            },
        };
        Client::new(ClientConfig::new(credential), script.runtime())
    };
    for _ in 0..2 {
        let script = Script::new(|request| match request.path.as_str() {
            path if path.ends_with("/devicecode") => started(),
            path if path.ends_with("/token") => granted(""),
            _ => Answer::json(200, json!({"value": []})),
        });
        let client = client(&script);
        let cx =
            client.context(Duration::from_secs(60), tokio_util::sync::CancellationToken::new());
        client.send(&cx, &Request::get(Version::V1, "/things", &[])).await.unwrap();
    }
    assert_eq!(
        *shown.lock().unwrap(),
        ["To sign in, open https://microsoft.com/devicelogin and enter ABCD-EFGH."]
    );
}

/// Sends one HTTP request and returns the whole answer.
async fn ask(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let text = format!(
        "{head}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// What a browser does after the person signed in: `bring` makes the form from state and nonce; returns the statuses of the attempts.
struct Person {
    nonce: Arc<Mutex<String>>,
    address: Arc<Mutex<String>>,
    statuses: Arc<Mutex<Vec<String>>>,
}

impl Person {
    fn new() -> Person {
        Person { nonce: Arc::default(), address: Arc::default(), statuses: Arc::default() }
    }

    /// Signs in: with some mischief before, and a form made from the state.
    fn open(&self, bring: impl Fn(&str) -> String + Send + 'static) -> impl FnMut(&str) + Send {
        let (nonce, shown, statuses) =
            (Arc::clone(&self.nonce), Arc::clone(&self.address), Arc::clone(&self.statuses));
        let mut bring = Some(bring);
        move |address: &str| {
            address.clone_into(&mut shown.lock().unwrap());
            let url = reqwest::Url::parse(address).unwrap();
            let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
            query["nonce"].clone_into(&mut nonce.lock().unwrap());
            let redirect = reqwest::Url::parse(&query["redirect_uri"]).unwrap();
            let (port, state) = (redirect.port().unwrap(), query["state"].clone());
            let bring = bring.take().unwrap();
            let statuses = Arc::clone(&statuses);
            tokio::spawn(async move {
                let local = format!("Host: localhost:{port}");
                let right = bring(&state);
                for (head, body) in [
                    (format!("GET /?code=stolen&state={state} HTTP/1.1\r\n{local}"), String::new()),
                    (format!("POST / HTTP/1.1\r\n{local}"), "code=stolen&state=wrong".to_owned()),
                    (format!("POST / HTTP/1.1\r\nHost: evil.example:{port}"), right.clone()),
                    (format!("POST / HTTP/1.1\r\n{local}"), right.clone()),
                ] {
                    let answer = ask(port, &head, &body).await;
                    assert!(
                        !answer.contains("stolen") && !answer.contains(&state),
                        "echoed: {answer}"
                    );
                    statuses
                        .lock()
                        .unwrap()
                        .push(answer.split(' ').nth(1).unwrap_or_default().to_owned());
                }
            });
        }
    }
}

#[tokio::test]
async fn the_browser_brings_a_code_that_is_exchanged_with_its_verifier() {
    let person = Person::new();
    let nonce = Arc::clone(&person.nonce);
    let script = Script::new(move |_| granted(&nonce.lock().unwrap()));
    let mut open = person.open(|state| format!("code=the+code%2B1&state={state}"));
    let way = Browser { redirect: None, open: &mut open };
    let sign_in = SignIn { proof: Proof::Secret(Secret::new("web-app-secret")), ..sign_in(&[]) };
    let signed_in = browser(&sign_in, &script.runtime(), way).await.unwrap();
    assert_eq!(signed_in.account().object_id, "ada-id");

    let address = reqwest::Url::parse(&person.address.lock().unwrap()).unwrap();
    assert_eq!(address.path(), format!("/{TENANT}/oauth2/v2.0/authorize"));
    let query: std::collections::BTreeMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["response_mode"], "form_post");
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["prompt"], "select_account");
    assert!(query["redirect_uri"].starts_with("http://localhost:"));
    assert!(!query.contains_key("client_secret"));

    let form = fields(&script.seen()[0].text);
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(
        (form["code"].as_str(), &form["redirect_uri"]),
        ("the code+1", &query["redirect_uri"])
    );
    assert_eq!(form["client_secret"], "web-app-secret");
    let digest =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
    use base64::Engine as _;
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest.as_ref());
    assert_eq!(query["code_challenge"], challenge);
    // The last answer may still be on its way when the sign-in is done.
    let statuses = person.statuses.lock().unwrap();
    assert_eq!(statuses[..3], ["405", "400", "400"]);
}

#[tokio::test]
async fn a_declined_sign_in_and_a_foreign_answer_are_refused() {
    let person = Person::new();
    let script = Script::new(|_| granted("another nonce"));
    let mut open = person.open(|state| {
        format!("error=access_denied&error_description=AADSTS65004%3A+User+declined&state={state}")
    });
    let why =
        browser(&sign_in(&[]), &script.runtime(), Browser { redirect: None, open: &mut open })
            .await
            .unwrap_err();
    assert!(why.contains("Consent was declined") && why.contains("adminconsent"), "{why}");
    assert!(script.seen().is_empty());

    let person = Person::new();
    let mut open = person.open(|state| format!("code=c&state={state}"));
    let why =
        browser(&sign_in(&[]), &script.runtime(), Browser { redirect: None, open: &mut open })
            .await
            .unwrap_err();
    assert!(why.contains("answers to another sign-in"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_five_minutes_and_a_redirect_elsewhere_is_refused() {
    let script = Script::of([]);
    let runtime = script.runtime();
    let way = Browser { redirect: None, open: &mut |_| {} };
    let why = browser(&sign_in(&[]), &runtime, way).await.unwrap_err();
    assert!(why.contains("within 5 minutes"), "{why}");
    assert_eq!(runtime.clock.now().as_secs(), 300);
    for redirect in ["https://localhost", "http://login.example", "urn:ietf:wg:oauth:2.0:oob"] {
        let way = Browser { redirect: Some(redirect.to_owned()), open: &mut |_| {} };
        assert!(browser(&sign_in(&[]), &runtime, way).await.is_err(), "{redirect}");
    }
}

#[tokio::test]
async fn the_browser_is_sent_to_the_host_of_the_cloud_for_its_audience() {
    for cloud in crate::graph::CLOUDS {
        let sign_in = SignIn { endpoints: Endpoints::of(cloud), ..sign_in(&[]) };
        let script = Script::new(|_| Answer::empty(500));
        let runtime = script.runtime();
        let (sender, mut opened) = tokio::sync::mpsc::unbounded_channel();
        let mut open = |address: &str| sender.send(address.to_owned()).unwrap();
        let browser_of = Browser { redirect: None, open: &mut open };
        let address = tokio::select! {
            ended = browser(&sign_in, &runtime, browser_of) => panic!("{:?}", ended.map(drop)),
            Some(address) = opened.recv() => address,
        };
        let login = format!("https://{}/{TENANT}/oauth2/v2.0/authorize?", cloud.login_host);
        assert!(address.starts_with(&login), "{address}");
        let scope = format!("https%3A%2F%2F{}%2F.default+openid", cloud.graph_host);
        assert!(address.contains(&scope), "{address}");
    }
}
