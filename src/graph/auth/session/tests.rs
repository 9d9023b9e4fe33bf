//! Sign-in as a client sees it: a scripted token service and a scripted Graph, on paused time.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::graph::scripted::{Answer, Script, Seen, token};
use crate::graph::{Client, ClientConfig, Request, TransportError, Version};

mod given;

const SECOND: Duration = Duration::from_secs(1);
const TENANT: &str = "4d9e7b21-8c35-4f60-a1e8-2b6c0d5f9a31";
const APP: &str = "a1b7c3d9-5e2f-4680-9c1d-3f4e5a6b7c32";
const SECRET: &str = "p+l%a&n=t e\"d~secret";
/// The scripted wall clock's start.
const START: i64 = 1_772_528_400;

fn read() -> Request {
    Request::get(Version::Beta, "/deviceManagement/roleDefinitions", &[])
}

fn cx(client: &Client) -> Context {
    client.context(Duration::from_secs(100_000), CancellationToken::new())
}

fn is_login(request: &Seen) -> bool {
    request.url.starts_with("https://login.microsoftonline.com/")
}

fn client_of(script: &Arc<Script>, tenant_id: &str) -> Client {
    let credential = Credential::ClientSecret {
        tenant_id: tenant_id.to_owned(),
        client_id: APP.to_owned(),
        secret: Secret::new(SECRET),
    };
    Client::new(ClientConfig::new(credential), script.runtime())
}

/// A script whose token service gives the nth answer (from 1) and whose Graph accepts what `graph` says.
fn script(
    login: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static,
    graph: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
) -> Arc<Script> {
    let count = AtomicUsize::new(0);
    Script::new(move |request| match is_login(request) {
        true => login(count.fetch_add(1, Ordering::SeqCst) + 1, request),
        false => graph(request),
    })
}

fn issued(nth: usize, life: i64) -> Answer {
    Answer::json(
        200,
        json!({"token_type": "Bearer", "expires_in": life, "access_token": format!("token-{nth}")}),
    )
}

fn ok() -> Answer {
    Answer::json(200, json!({"value": []}))
}

fn refused() -> Answer {
    Answer::error(401, "InvalidAuthenticationToken", "The token is not valid.")
}

fn logins(script: &Script) -> usize {
    script.seen().iter().filter(|request| is_login(request)).count()
}

/// The error of a client whose token service always gives this answer, and how often it was asked.
async fn failing(answer: Answer) -> (Error, usize) {
    let script = script(move |_, _| answer.clone(), |_| ok());
    let client = client_of(&script, TENANT);
    let error = client.send(&cx(&client), &read()).await.unwrap_err();
    assert!(error.is_sign_in(), "{error:?}");
    assert!(!error.message().contains("p+l"), "the secret is shown: {error}");
    // Where a tenant lives is looked up besides.
    let asked = script.seen().iter().filter(|request| request.method == "POST").count();
    (error, asked)
}

#[tokio::test(start_paused = true)]
async fn five_hundred_callers_share_one_sign_in_with_the_right_form() {
    let script = script(|nth, _| issued(nth, 3600).after(2 * SECOND), |_| ok());
    let client = client_of(&script, TENANT);
    let calls: Vec<_> = (0..500)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(&cx(&client), &read()).await.is_ok() })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
    assert_eq!(logins(&script), 1);
    let seen = script.seen();
    let login = &seen[0];
    assert_eq!(login.line(), format!("POST /{TENANT}/oauth2/v2.0/token"));
    assert_eq!(login.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(login.header("return-client-request-id"), "true");
    assert!(uuid::Uuid::try_parse(login.header("client-request-id")).is_ok());
    assert!(!login.header("user-agent").is_empty() && login.header("authorization").is_empty());
    let mut fields: Vec<&str> = login.text.split('&').collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22CP1%22%5D%7D%7D%7D",
            &format!("client_id={APP}"),
            "client_secret=p%2Bl%25a%26n%3Dt+e%22d%7Esecret",
            "grant_type=client_credentials",
            "scope=https%3A%2F%2Fgraph.microsoft.com%2F.default",
        ]
    );
    assert!(seen[1..].iter().all(|request| request.header("authorization") == "Bearer token-1"));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_in_the_background_before_it_ends() {
    let script = script(|nth, _| issued(nth, 3600).after(20 * SECOND), |_| ok());
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    client.send(&cx, &read()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3290)).await;
    client.send(&cx, &read()).await.unwrap();
    assert_eq!(logins(&script), 1, "not due yet");
    tokio::time::sleep(20 * SECOND).await;
    let before = client.runtime().clock.now();
    client.send(&cx, &read()).await.unwrap();
    client.send(&cx, &read()).await.unwrap();
    assert_eq!(
        client.runtime().clock.now(),
        before,
        "nobody waits for a renewal in the background"
    );
    tokio::time::sleep(30 * SECOND).await;
    client.send(&cx, &read()).await.unwrap();
    let seen = script.seen();
    assert_eq!(logins(&script), 2);
    assert_eq!(seen.last().unwrap().header("authorization"), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn an_ended_token_is_never_sent_and_all_callers_wait_for_one_new_one() {
    let script = script(|nth, _| issued(nth, 3600).after(SECOND), |_| ok());
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    client.send(&cx, &read()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    let request = read();
    let results = tokio::join!(
        client.send(&cx, &request),
        client.send(&cx, &request),
        client.send(&cx, &request)
    );
    assert!(results.0.is_ok() && results.1.is_ok() && results.2.is_ok());
    assert_eq!(logins(&script), 2);
    assert!(
        script.seen()[3..]
            .iter()
            .all(|request| request.header("authorization") == "Bearer token-2")
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_background_renewal_keeps_the_token_and_pauses_for_half_a_minute() {
    let script = script(
        |nth, _| {
            if nth == 1 {
                issued(nth, 3600)
            } else {
                Answer::json(400, json!({"error": "invalid_client"}))
            }
        },
        |_| ok(),
    );
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    client.send(&cx, &read()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3310)).await;
    for _ in 0..40 {
        client.send(&cx, &read()).await.unwrap();
        tokio::time::sleep(SECOND).await;
    }
    assert_eq!(logins(&script), 3, "one try at the beginning and one after 30 s");
}

#[tokio::test(start_paused = true)]
async fn a_failure_goes_to_all_waiters_and_is_remembered_for_five_seconds() {
    let script = script(
        |_, _| {
            Answer::json(
                401,
                json!({"error": "invalid_client", "error_description": "AADSTS7000222: expired."}),
            )
            .after(SECOND)
        },
        |_| ok(),
    );
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    let request = read();
    let results = tokio::join!(
        client.send(&cx, &request),
        client.send(&cx, &request),
        client.send(&cx, &request)
    );
    for result in [results.0, results.1, results.2] {
        assert!(result.unwrap_err().message().contains("has expired"));
    }
    client.send(&cx, &request).await.unwrap_err();
    assert_eq!(logins(&script), 1);
    tokio::time::sleep(6 * SECOND).await;
    client.send(&cx, &request).await.unwrap_err();
    assert_eq!(logins(&script), 2);
    assert_eq!(script.seen().len(), 2, "Graph is never asked without a token");
}

#[tokio::test(start_paused = true)]
async fn f33_a_token_that_graph_refuses_is_renewed_once_for_all_its_users() {
    let script = script(
        |nth, _| issued(nth, 3600).after(SECOND),
        |request| {
            if request.header("authorization") == "Bearer token-1" { refused() } else { ok() }
        },
    );
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    let (one, two) = (Request::create(Version::Beta, "/a", &[], json!({})), read());
    let results =
        tokio::join!(client.send(&cx, &one), client.send(&cx, &two), client.send(&cx, &two));
    assert!(results.0.is_ok() && results.1.is_ok() && results.2.is_ok(), "{results:?}");
    assert_eq!(logins(&script), 2);
}

#[tokio::test(start_paused = true)]
async fn f34_a_refusal_for_ever_ends_after_two_attempts_and_starts_no_storm() {
    let claims = json!({"aud": "https://graph.microsoft.com", "tid": TENANT, "appid": APP, "exp": START + 3600, "iat": START + 900});
    let made = token(&claims);
    let script = script(
        move |_, _| Answer::json(200, json!({"access_token": made, "expires_in": 3600})),
        |_| refused(),
    );
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    let error = client.send(&cx, &read()).await.unwrap_err();
    assert_eq!(
        (error.status(), error.is_ambiguous(), error.is_forbidden()),
        (Some(401), false, false)
    );
    let facts = error.facts().join("\n");
    assert!(
        facts.contains("Token: for https://graph.microsoft.com, issued to app")
            && facts.contains("differs"),
        "{facts}"
    );
    assert_eq!((script.seen().len(), logins(&script)), (4, 2));
    for _ in 0..20 {
        client.send(&cx, &read()).await.unwrap_err();
    }
    assert_eq!(logins(&script), 2, "a token that was renewed just now is not renewed again");
}

#[tokio::test(start_paused = true)]
async fn f34_a_service_that_refuses_slowly_is_asked_twice_as_well() {
    let script = script(|nth, _| issued(nth, 3600), |_| refused().after(60 * SECOND));
    let client = client_of(&script, TENANT);
    let error = client.send(&cx(&client), &read()).await.unwrap_err();
    assert_eq!((error.status(), script.seen().len()), (Some(401), 4));
}

#[tokio::test(start_paused = true)]
async fn a_late_refusal_of_the_old_token_does_not_cost_the_new_one() {
    let script = script(
        |nth, _| issued(nth, 3600),
        |request| match (request.header("authorization"), request.method.as_str()) {
            ("Bearer token-1", "GET") => refused(),
            ("Bearer token-1", _) => refused().after(30 * SECOND),
            _ => ok(),
        },
    );
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    let (quick, slow) = (read(), Request::create(Version::Beta, "/a", &[], json!({})));
    let results = tokio::join!(client.send(&cx, &quick), client.send(&cx, &slow));
    assert!(results.0.is_ok() && results.1.is_ok(), "{results:?}");
    assert_eq!(logins(&script), 2);
}

fn challenge(claims: &str) -> Answer {
    use base64::Engine as _;
    let claims = base64::engine::general_purpose::STANDARD.encode(claims);
    refused().header(
        "WWW-Authenticate",
        &format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{claims}\""),
    )
}

#[tokio::test(start_paused = true)]
async fn f35_a_claims_challenge_is_answered_once() {
    const WANTED: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#;
    let script1 = script(
        |nth, _| issued(nth, 3600),
        |request| {
            if request.header("authorization") == "Bearer token-1" {
                challenge(WANTED)
            } else {
                ok()
            }
        },
    );
    let client = client_of(&script1, TENANT);
    client.send(&cx(&client), &Request::create(Version::Beta, "/a", &[], json!({}))).await.unwrap();
    let seen = script1.seen();
    assert!(seen[2].text.contains("nbf") && seen[2].text.contains("CP1"), "{}", seen[2].text);

    let script2 = script(|nth, _| issued(nth, 3600), |_| challenge(WANTED));
    let client = client_of(&script2, TENANT);
    let error = client.send(&cx(&client), &read()).await.unwrap_err();
    assert_eq!((error.status(), script2.seen().len()), (Some(401), 4));
}

#[tokio::test(start_paused = true)]
async fn f38_errors_of_the_token_service_say_what_to_do_and_are_not_repeated() {
    for (number, part) in [
        (7_000_215, "not its id"),
        (7_000_222, "has expired"),
        (700_016, "not in this tenant"),
        (90002, "does not exist in this cloud"),
        (7_000_112, "disabled"),
        (53003, "conditional-access policy"),
    ] {
        let (error, count) = failing(Answer::json(
            401,
            json!({"error": "invalid_client", "error_description": format!("AADSTS{number}: The words of Entra. Trace ID: x\r\nmore"),
                   "error_codes": [number.to_string()], "correlation_id": "corr", "trace_id": "trace", "timestamp": "then"}),
        ))
        .await;
        assert_eq!(count, 1, "{number}");
        for part in [
            part,
            "The words of Entra.",
            "correlation id corr",
            "trace id trace",
            "time then",
            APP,
            TENANT,
        ] {
            assert!(error.message().contains(part), "{part} is not in {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f93_a_secret_in_the_words_of_the_token_service_is_not_shown() {
    let text = format!("AADSTS1: got {SECRET} and eyJhbGciOiJub25lIn0.e30.");
    let (error, _) =
        failing(Answer::json(400, json!({"error": "invalid_request", "error_description": text})))
            .await;
    assert!(error.message().contains("got [redacted] and [redacted]"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn f36_passing_faults_of_the_token_service_are_repeated_for_half_a_minute() {
    for fault in [
        Answer::text(503, "text/html", "<html><title>Down</title></html>"),
        Answer::empty(500),
        Answer::Fail(TransportError::cut("reset")),
        Answer::Fail(TransportError::unsent("refused")),
        Answer::json(
            400,
            json!({"error": "x", "error_description": "AADSTS90033: later", "error_codes": [90033]}),
        ),
    ] {
        let again = fault.clone();
        let script =
            script(move |nth, _| if nth < 3 { again.clone() } else { issued(nth, 3600) }, |_| ok());
        let client = client_of(&script, TENANT);
        client.send(&cx(&client), &read()).await.unwrap();
        assert_eq!(logins(&script), 3, "{fault:?}");
        let (error, count) = failing(fault.clone()).await;
        assert!(
            (2..=5).contains(&count) && error.message().contains("(tried "),
            "{fault:?}: {count} {error}"
        );
    }
    let before = tokio::time::Instant::now();
    let (_, count) = failing(Answer::Never).await;
    assert!(before.elapsed() <= 60 * SECOND && count <= 2, "{count} in {:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn f36_throttling_in_plain_text_is_waited_out() {
    let script = script(
        |nth, _| {
            if nth == 1 {
                Answer::text(429, "text/plain", "Too many requests").header("Retry-After", "60")
            } else {
                issued(nth, 3600)
            }
        },
        |_| ok(),
    );
    let client = client_of(&script, TENANT);
    client.send(&cx(&client), &read()).await.unwrap();
    let at = script.seen()[1].at;
    assert!(at >= 60 * SECOND && at <= 66 * SECOND, "{at:?}");
}

#[tokio::test(start_paused = true)]
async fn f36_what_cannot_be_a_token_response_is_an_error_without_its_body() {
    for (answer, part) in [
        (Answer::text(200, "text/html", "<html>planted</html>"), "no token response"),
        (Answer::json(200, json!({"access": "planted"})), "no token response"),
        (Answer::json(200, json!({"access_token": ""})), "empty token"),
        (Answer::empty(200), "no token response"),
        (Answer::empty(302).header("Location", "https://evil.test/planted"), "redirect"),
        (
            Answer::text(407, "text/html", "<html><title>Proxy wants a password</title></html>"),
            "Proxy wants a password",
        ),
        (
            Answer::Fail(TransportError {
                certificate: true,
                ..TransportError::unsent("UnknownIssuer")
            }),
            "UnknownIssuer",
        ),
    ] {
        let (error, count) = failing(answer.clone()).await;
        assert!(
            error.message().contains(part) && !error.message().contains("planted") && count == 1,
            "{answer:?}: {error} ({count})"
        );
    }
}

/// How often the token service is asked in an hour of one call every five seconds, for an answer.
async fn asked_in_an_hour(answer: Json) -> usize {
    let script = script(move |_, _| Answer::json(200, answer.clone()), |_| ok());
    let client = client_of(&script, TENANT);
    let cx = cx(&client);
    for _ in 0..720 {
        client.send(&cx, &read()).await.unwrap();
        tokio::time::sleep(5 * SECOND).await;
    }
    logins(&script)
}

#[tokio::test(start_paused = true)]
async fn f37_odd_lives_are_believed_in_bounds_and_cause_no_busy_renewal() {
    for (life, most) in [
        (json!({"expires_in": "3599"}), 2),
        (json!({"expires_in": 3599.5}), 2),
        (json!({"expires_in": 1_000_000_000_000_i64}), 1),
        (json!({"expires_in": "1e30"}), 30),
        (json!({}), 30),
        (json!({"expires_in": 0}), 125),
        (json!({"expires_in": -5}), 125),
        (json!({"expires_in": "soon"}), 30),
        (json!({"expires_in": 3599, "refresh_in": "600"}), 7),
    ] {
        let mut answer = life.clone();
        answer["access_token"] = json!("opaque-one");
        let count = asked_in_an_hour(answer).await;
        assert!((1..=most).contains(&count), "{life}: {count}");
    }
    let by_claim =
        json!({"access_token": token(&json!({"exp": START + 4000})), "token_type": 5.to_string()});
    assert_eq!(asked_in_an_hour(by_claim).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_for_another_tenant_is_refused() {
    let made = token(&json!({"tid": "00000000-0000-4000-8000-000000000001", "roles": ["A"]}));
    let answer = Answer::json(200, json!({"access_token": made, "expires_in": 3600}));
    let (error, _) = failing(answer.clone()).await;
    assert!(error.message().contains("00000000-0000-4000-8000-000000000001"), "{error}");
    let script = script(move |_, _| answer.clone(), |_| ok());
    let client = client_of(&script, "contoso.example");
    client.send(&cx(&client), &read()).await.unwrap();
    let granted = client.granted().unwrap();
    assert!(granted.application && granted.permissions == ["A"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_or_the_deadline_ends_the_wait_for_a_token() {
    let script = script(|_, _| Answer::Never, |_| ok());
    let client = client_of(&script, TENANT);
    let stop = CancellationToken::new();
    let cx = client.context(Duration::from_secs(600), stop.clone());
    let request = read();
    let (result, ()) = tokio::join!(client.send(&cx, &request), async {
        tokio::time::sleep(3 * SECOND).await;
        stop.cancel();
    });
    assert!(result.unwrap_err().is_stopped());
    assert_eq!(client.runtime().clock.now(), 3 * SECOND);
    let error = client
        .send(&client.context(5 * SECOND, CancellationToken::new()), &request)
        .await
        .unwrap_err();
    assert!(error.is_deadline() && error.message().contains("signing in"), "{error}");
}

/// Tokens whose roles grow with each one; Graph forbids until there are two.
fn growing(old: i64, roles: [&'static [&'static str]; 2]) -> Arc<Script> {
    script(
        move |nth, _| {
            let roles = roles[nth.min(2) - 1];
            let issued = if nth == 1 { START - old } else { START };
            Answer::json(
                200,
                json!({"access_token": token(&json!({"tid": TENANT, "roles": roles, "iat": issued, "n": nth})), "expires_in": 3600}),
            )
        },
        |request| {
            let claims = super::super::claims::Claims::decode(
                request.header("authorization").trim_start_matches("Bearer "),
            );
            if claims.is_some_and(|claims| claims.permissions.len() > 1) {
                ok()
            } else {
                Answer::error(403, "Forbidden", "No.")
            }
        },
    )
}

#[tokio::test(start_paused = true)]
async fn permissions_granted_since_the_token_was_issued_are_noticed() {
    let script = growing(400, [&["A"], &["A", "B"]]);
    let client = client_of(&script, TENANT);
    client.send(&cx(&client), &Request::create(Version::Beta, "/a", &[], json!({}))).await.unwrap();
    assert_eq!(script.seen().len(), 4);
    for (old, roles, requests) in
        [(100, [&["A"][..], &["A", "B"][..]], 2), (400, [&["A"][..], &["A"][..]], 3)]
    {
        let script = growing(old, roles);
        let client = client_of(&script, TENANT);
        assert!(client.send(&cx(&client), &read()).await.unwrap_err().is_forbidden());
        assert_eq!(script.seen().len(), requests, "{old}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_old_token_is_renewed_for_a_refusal_of_rights_and_for_nothing_else() {
    let old = token(&json!({"tid": TENANT, "roles": ["A"], "iat": START - 400}));
    for (answer, requests) in [
        (Answer::error(403, "Forbidden", "No."), 3),
        (Answer::error(404, "ResourceNotFound", "No such thing."), 2),
        (Answer::text(403, "text/html", "<html>The proxy does not like this.</html>"), 2),
    ] {
        let issued = json!({"access_token": old, "expires_in": 3600});
        let script = script(move |_, _| Answer::json(200, issued.clone()), move |_| answer.clone());
        let client = client_of(&script, TENANT);
        client.send(&cx(&client), &read()).await.unwrap_err();
        assert_eq!(script.seen().len(), requests);
    }
}
