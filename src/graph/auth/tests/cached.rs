use super::*;
use crate::graph::auth::interactive::{SignIn, device_code};
use crate::graph::auth::{Account, Cached, KeyPlace, Proof, TokenCache};

const COMMAND: &str = "terraform-provider-windows365 auth login --tenant t --client-id c";

fn cache(folder: &std::path::Path) -> TokenCache {
    TokenCache::new(folder.to_owned(), KeyPlace::File)
}

fn credential(folder: &std::path::Path, hint: Option<&str>) -> Credential {
    Credential::Cached {
        tenant_id: TENANT.to_owned(),
        client_id: APP.to_owned(),
        proof: Proof::None,
        cached: Cached {
            cache: cache(folder),
            login_hint: hint.map(str::to_owned),
            command: COMMAND.to_owned(),
            prompt: None,
        },
    }
}

fn signed_in(refresh_token: &str, person: &str, life: i64) -> Answer {
    let id = token(&json!({
        "aud": APP, "tid": TENANT, "oid": format!("{person}-id"), "preferred_username": format!("{person}@contoso.com"),
    }));
    Answer::json(
        200,
        json!({
            "token_type": "Bearer", "expires_in": life, "access_token": format!("access-{refresh_token}"),
            "refresh_token": refresh_token, "id_token": id,
        }),
    )
}

/// Signs a person in with a device code and keeps the sign-in.
async fn keep_person(
    folder: &std::path::Path,
    endpoints: &Endpoints,
    tenant: &str,
    person: &'static str,
    life: i64,
) {
    let script = Script::new(move |request| match request.path.ends_with("/devicecode") {
        true => Answer::json(
            200,
            json!({"device_code": "device-code-1", "user_code": "ABC", "verification_uri": "https://microsoft.com/devicelogin", "expires_in": 900, "interval": 5, "message": "m"}),
        ),
        false => signed_in(&format!("refresh-of-{person}"), person, life),
    });
    let sign_in = SignIn {
        endpoints: endpoints.clone(),
        tenant_id: tenant.to_owned(),
        client_id: APP.to_owned(),
        proof: Proof::None,
        scopes: Vec::new(),
        login_hint: None,
        user_agent: "test".to_owned(),
        filter: Arc::default(),
    };
    let signed_in = device_code(&sign_in, &script.runtime(), &mut |_| {}).await.unwrap();
    signed_in.keep(&cache(folder), &script.runtime()).await.unwrap();
}

pub(super) async fn keep_sign_in(folder: &std::path::Path, endpoints: &Endpoints, tenant: &str) {
    keep_person(folder, endpoints, tenant, "ada", 60).await;
}

async fn kept(life: i64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    keep_person(folder.path(), &Endpoints::default(), TENANT, "ada", life).await;
    folder
}

#[tokio::test(start_paused = true)]
async fn a_kept_sign_in_is_renewed_and_the_newest_refresh_token_kept() {
    let folder = kept(60).await;
    let script = script(signed_in("refresh-2", "ada", 3600));
    read(&client_with(&script, credential(folder.path(), None))).await.unwrap();
    let form = form(&script.seen()[0]);
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["refresh_token"], "refresh-of-ada");
    assert_eq!(form["client_id"], APP);
    assert_eq!(form["scope"], "https://graph.microsoft.com/.default openid profile offline_access");
    assert!(!form.contains_key("client_secret"));

    // The next process finds the token that this one got; when it has ended, the newest refresh token serves.
    let next = self::script(signed_in("refresh-3", "ada", 3600));
    let client = client_with(&next, credential(folder.path(), None));
    read(&client).await.unwrap();
    assert_eq!(next.seen()[0].header("authorization"), "Bearer access-refresh-2");
    tokio::time::sleep(Duration::from_secs(4000)).await;
    read(&client).await.unwrap();
    assert_eq!(self::form(&next.seen()[1])["refresh_token"], "refresh-2");
}

#[tokio::test(start_paused = true)]
async fn processes_that_start_together_send_one_request() {
    let folder = kept(60).await;
    let script = Script::new(|request| match is_token_request(request) {
        true => signed_in("refresh-2", "ada", 3600).after(Duration::from_secs(2)),
        false => ok(),
    });
    let clients: Vec<_> =
        (0..4).map(|_| client_with(&script, credential(folder.path(), None))).collect();
    let results =
        tokio::join!(read(&clients[0]), read(&clients[1]), read(&clients[2]), read(&clients[3]));
    assert!(
        results.0.is_ok() && results.1.is_ok() && results.2.is_ok() && results.3.is_ok(),
        "{results:?}"
    );
    assert_eq!(script.seen().iter().filter(|request| is_token_request(request)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_graph_refused_is_not_taken_from_the_cache_again() {
    let folder = kept(3600).await;
    let script = Script::new(|request| match is_token_request(request) {
        true => signed_in("refresh-2", "ada", 3600),
        false if request.header("authorization") == "Bearer access-refresh-of-ada" => {
            Answer::error(401, "InvalidAuthenticationToken", "The token is not valid.")
        }
        false => ok(),
    });
    read(&client_with(&script, credential(folder.path(), None))).await.unwrap();
    assert_eq!(script.seen().last().unwrap().header("authorization"), "Bearer access-refresh-2");
}

#[tokio::test(start_paused = true)]
async fn a_dead_sign_in_is_forgotten_and_the_command_is_named() {
    for (number, suberror) in [(700_082, ""), (50173, ""), (50076, ""), (99, "bad_token")] {
        let folder = kept(60).await;
        let body = json!({
            "error": "invalid_grant", "error_description": format!("AADSTS{number}: no longer."),
            "error_codes": [number], "suberror": suberror,
        });
        let script = script(Answer::json(400, body));
        let text = read(&client_with(&script, credential(folder.path(), None)))
            .await
            .unwrap_err()
            .to_string();
        assert!(text.contains(COMMAND) && !text.contains("refresh-of"), "{text}");
        assert!(cache(folder.path()).entries().unwrap().is_empty(), "{number}");
        let text = read(&client_with(&script, credential(folder.path(), None)))
            .await
            .unwrap_err()
            .to_string();
        assert!(text.contains("Nobody is signed in") && text.contains(COMMAND), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_passing_fault_does_not_cost_the_sign_in() {
    let folder = kept(60).await;
    let script = script(Answer::text(503, "text/html", "<p>later</p>"));
    read(&client_with(&script, credential(folder.path(), None))).await.unwrap_err();
    assert_eq!(cache(folder.path()).entries().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn among_several_people_the_hint_decides() {
    let folder = kept(3600).await;
    keep_person(folder.path(), &Endpoints::default(), TENANT, "grace", 3600).await;
    let script = script(issued("unused"));
    let text =
        read(&client_with(&script, credential(folder.path(), None))).await.unwrap_err().to_string();
    assert!(
        text.contains("ada@contoso.com")
            && text.contains("grace@contoso.com")
            && text.contains("login_hint"),
        "{text}"
    );
    read(&client_with(&script, credential(folder.path(), Some("Grace@contoso.com"))))
        .await
        .unwrap();
    assert_eq!(script.seen()[0].header("authorization"), "Bearer access-refresh-of-grace");
}

#[tokio::test(start_paused = true)]
async fn the_file_shows_nothing_and_belongs_to_its_owner() {
    let folder = kept(60).await;
    let bytes = std::fs::read(folder.path().join("tokens")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for hidden in ["refresh-of-ada", "ada@contoso.com", TENANT, "access-"] {
        assert!(!text.contains(hidden), "{hidden} can be read");
    }
    #[cfg(unix)]
    for file in ["tokens", "key"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(folder.path().join("tokens"), damaged).unwrap();
    let why = cache(folder.path()).entries().unwrap_err();
    assert!(why.contains("cannot be decrypted") && why.contains("sign in again"), "{why}");
    std::fs::write(folder.path().join("tokens"), bytes).unwrap();
    std::fs::write(folder.path().join("key"), [7; 32]).unwrap();
    assert!(cache(folder.path()).entries().unwrap_err().contains("another one"));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn f96_a_folder_that_is_made_is_its_owners_alone_and_holds_nothing_unfinished() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("state/cache");
    keep_person(&folder, &Endpoints::default(), TENANT, "ada", 60).await;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    // What a crash left behind, for everybody to read.
    std::fs::write(folder.join("tokens.new"), "half a file").unwrap();
    keep_person(&folder, &Endpoints::default(), TENANT, "grace", 60).await;
    let files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3 && files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    assert!(files.iter().all(|file| file.extension().is_none()), "{files:?}");
}

#[tokio::test(start_paused = true)]
async fn signing_in_again_replaces_and_forgetting_removes() {
    let folder = kept(60).await;
    keep_person(folder.path(), &Endpoints::default(), TENANT, "ada", 60).await;
    keep_person(folder.path(), &Endpoints::default(), "contoso.com", "ada", 60).await;
    let cache = cache(folder.path());
    assert_eq!(cache.entries().unwrap().len(), 2, "one for each name of the tenant");
    assert!(cache.holds(&Endpoints::default(), TENANT, APP));
    assert!(!cache.holds(&Endpoints::default(), "other.com", APP));
    let clock = Script::of([]).runtime().clock;
    let gone =
        cache.forget(|account: &Account| account.tenant == "contoso.com", &*clock).await.unwrap();
    assert_eq!(gone.len(), 1);
    assert_eq!(cache.entries().unwrap().len(), 1);
}
