//! People who sign in in a browser, and what is kept of them: codes, states, verifiers and refresh tokens are told nobody.

use std::sync::Mutex;
use std::time::Duration;

use windows365::graph::auth::interactive::{Asking, Prompt};
use windows365::graph::auth::{Cached, KeyPlace, Proof, TokenCache};
use windows365::graph::{Client, ClientConfig, Credential, Endpoints, Version};

use super::*;

/// What a browser is sent with, of which only the challenge and the names may be told.
fn secrets_of(address: &str) -> Vec<String> {
    let query = address.split_once('?').unwrap().1;
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    let secret = fields.filter(|(name, _)| ["state", "nonce"].contains(name));
    secret.map(|(_, value)| value.to_owned()).collect()
}

/// What a page or a program says in the middle of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// The person signs in.
    SignsIn,
    /// The page brings a refusal with all that it was told.
    Refuses,
}

/// Brings a refusal to where the code should go.
fn refuses(address: &str) -> String {
    let decoded = address.replace("%3A", ":").replace("%2F", "/");
    let field = |name: &str| {
        let (_, rest) = decoded.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let (state, nonce) = (field("state"), field("nonce"));
    let description = format!("AADSTS65004: {state} and {nonce} were declined");
    let body = format!("error=access_denied&state={state}&error_description={description}");
    crate::sign_in::browser::post(&field("redirect_uri"), &body.replace(' ', "+"))
}

#[tokio::test]
async fn f92_f93_no_browser_sign_in_tells_its_secrets_whoever_repeats_them() {
    let log = Log::default();
    let _listening = log.listen();
    for (page, repeats) in [
        (Page::SignsIn, Repeats::Nobody),
        (Page::SignsIn, Repeats::Graph),
        (Page::SignsIn, Repeats::Answers),
        (Page::SignsIn, Repeats::Tokens),
        (Page::Refuses, Repeats::Nobody),
    ] {
        let whose = format!("{page:?} {repeats:?}");
        let mock = Mock::start(Options::default()).await.unwrap();
        mock.switch(|switches| switches.token_form = TokenForm::Opaque);
        mock.app(|app| app.scopes.clone_from(&app.roles));
        let folder = tempfile::tempdir().unwrap();
        let system = Runtime::system();
        let echo = Echo::over(Arc::clone(&system.transport));
        let runtime = Runtime { transport: Arc::new(echo.clone()), ..system };
        let pages = Arc::new(Mutex::new(Vec::new()));
        let (heard, opened) = (echo.clone(), Arc::clone(&pages));
        let prompt = Prompt::new(Asking::Browser { redirect: None }, move |address| {
            secrets_of(address).iter().for_each(|secret| heard.learn(secret));
            let address = address.to_owned();
            let person = std::thread::spawn(move || match page {
                Page::SignsIn => crate::sign_in::browser::open(&address),
                Page::Refuses => refuses(&address),
            });
            opened.lock().unwrap().push(person);
            Ok(())
        });
        let App { tenant_id, client_id, .. } = Options::default().app;
        let cached = Cached {
            cache: TokenCache::new(folder.path().join("kept"), KeyPlace::File),
            login_hint: None,
            command: "sign in".to_owned(),
            prompt: Some(prompt),
        };
        let proof = Proof::None;
        let mut config =
            ClientConfig::new(Credential::Cached { tenant_id, client_id, proof, cached });
        let origin = mock.origin();
        config.endpoints = Endpoints::default()
            .with_authority_host(&origin)
            .unwrap()
            .with_graph_endpoint(&origin)
            .unwrap();
        let client = Client::new(config, runtime);
        echo.repeats(repeats);
        let cx = client.context(Duration::from_secs(30), Default::default());
        let path = "/deviceManagement/virtualEndpoint/userSettings";
        let request = windows365::graph::Request::create(
            Version::Beta,
            path,
            &[],
            json!({"displayName": "One", "localAdminEnabled": true}),
        );
        let said = match client.send(&cx, &request).await {
            Ok(reply) => format!("{:?} {}", reply, reply.body),
            Err(error) => format!("{error:?} {error} {:?}", error.facts()),
        };
        let person = pages.lock().unwrap().pop().expect("a browser is opened");
        let shown = person.join().unwrap();
        let secrets = echo.secrets();
        let least = if page == Page::Refuses { 2 } else { 4 };
        assert!(secrets.len() >= least, "{whose}: {secrets:?}");
        clean(&said, &secrets, &whose);
        clean(&shown, &secrets, &format!("page of {whose}"));
        clean(&log.take(), &secrets, &format!("log of {whose}"));
        let repeated = repeats != Repeats::Nobody || page == Page::Refuses;
        assert_eq!(said.contains("[redacted]"), repeated, "{whose}: {said}");
        assert_eq!(said.contains("One"), repeats == Repeats::Nobody && !repeated, "{said}");
        let works = page == Page::SignsIn && repeats != Repeats::Tokens;
        kept(folder.path(), &secrets, works, &whose);
    }
}

/// Checks what lies on the disk: sealed, and for nobody but its owner.
fn kept(home: &Path, secrets: &BTreeSet<String>, signed_in: bool, whose: &str) {
    let mut files = Vec::new();
    let mut folders = vec![home.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        clean(&String::from_utf8_lossy(&bytes), secrets, &format!("{whose}: {}", path.display()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(path), 0o600, "{whose}: {}", path.display());
            assert_eq!(mode(path.parent().unwrap()), 0o700, "{whose}: {}", path.display());
        }
    }
    let is_kept = |name: &str| files.iter().any(|path| path.ends_with(name));
    assert_eq!(is_kept("tokens"), signed_in, "{whose}: {files:?}");
    let known = ["tokens", "key", "codes", "lock"];
    let other = files.iter().find(|path| !known.iter().any(|name| path.ends_with(name)));
    assert_eq!(other, None, "{whose}: only what is documented lies there");
}

#[tokio::test(start_paused = true)]
async fn f92_f93_f96_what_is_kept_of_a_person_is_sealed_and_told_by_nobody() {
    let log = Log::default();
    let _listening = log.listen();
    for repeats in [Repeats::Nobody, Repeats::Graph, Repeats::Answers, Repeats::Tokens] {
        let (mut case, echo, _) = case("device_code");
        case.mock.switch(|switches| switches.token_form = TokenForm::Opaque);
        let whose = format!("token_cache {repeats:?}");
        // The code waits in one run, and is entered before the next.
        let home = case.folder.path().to_owned();
        let asked = case.outcome().await;
        let code = code(&asked).unwrap().to_owned();
        clean(&asked, &echo.secrets(), &whose);
        kept(&home, &echo.secrets(), false, &whose);
        case.mock.enter_code(&code, PersonDoes::Approves, None).unwrap();
        assert_eq!(case.outcome().await, "");
        kept(&home, &echo.secrets(), true, &whose);

        // A later run, which has the access token of the earlier one, or must renew it.
        case.set("auth_method", "token_cache");
        let tokens: BTreeSet<String> = echo.secrets();
        echo.repeats(repeats);
        let mut said = case.outcome().await;
        tokio::time::sleep(Duration::from_secs(4_000)).await;
        said += &case.outcome().await;
        let secrets = echo.secrets();
        assert!(
            repeats == Repeats::Tokens || secrets.len() > tokens.len(),
            "{whose}: it is renewed"
        );
        // A code that is used up is known to nobody any more, nor is the ID token that came for it.
        let code = |secret: &String| secret.len() == 72 && !secret.starts_with("0.");
        let dead = |it: &&String| code(it) || it.starts_with("eyJ") && tokens.contains(*it);
        let alive: Vec<&String> = secrets.iter().filter(|secret| !dead(secret)).collect();
        clean(&said, alive, &whose);
        clean(&log.take(), &secrets, &format!("log of {whose}"));
        kept(&home, &secrets, true, &whose);
        let refused = matches!(repeats, Repeats::Graph | Repeats::Tokens);
        assert_eq!(said.contains("[redacted]"), refused, "{whose}: {said}");
    }
}
