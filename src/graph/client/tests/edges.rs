//! What is just allowed and what is just not, and what a client tells of itself.

use super::*;
use crate::graph::Random;
use crate::graph::scripted::token;

#[tokio::test(start_paused = true)]
async fn a_write_is_not_begun_when_the_time_is_over() {
    let script = Script::new(|_| ok());
    let client = script.client();
    for request in [create(), change()] {
        let over = client.context(Duration::ZERO, CancellationToken::new());
        let error = client.send(&over, &request).await.unwrap_err();
        assert!(error.is_deadline() && !error.is_ambiguous(), "{error:?}");
    }
    assert!(script.seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_body_of_thirty_two_mebibytes_goes_out_and_one_of_a_byte_more_does_not() {
    let sized = |bytes: usize| {
        let quotes = 2;
        Request { body: Some(json!("x".repeat(bytes - quotes))), ..create() }
    };
    let (result, count) = run(&sized(32 << 20), vec![ok()]).await;
    assert!(result.is_ok() && count == 1, "{result:?}");
    let (result, count) = run(&sized((32 << 20) + 1), vec![ok()]).await;
    assert!(result.unwrap_err().message().contains("33554433 bytes long") && count == 0);
}

/// Chance that always asks for the longest wait.
struct Longest;

impl Random for Longest {
    fn next(&self) -> u64 {
        u64::MAX
    }
}

#[tokio::test(start_paused = true)]
async fn waits_double_from_a_second_to_a_minute() {
    let script = Script::new(|_| Reply::empty(500));
    let runtime = Runtime { random: Arc::new(Longest), ..script.runtime() };
    let credential =
        Credential::StaticToken { token: crate::graph::Secret::new("t"), tenant_id: None };
    let client = Client::new(ClientConfig::new(credential), runtime);
    client.send(&cx(&client), &read()).await.unwrap_err();
    let times: Vec<f64> =
        script.seen().iter().map(|request| request.at.as_secs_f64().round()).collect();
    assert_eq!(times, [0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 123.0]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_lasts_as_long_as_it_says_and_none_begins_that_cannot_end() {
    let client = Script::of([]).client();
    let short = client.context(60 * SECOND, CancellationToken::new());
    client.pause(&short, 45 * SECOND, "it is early").await.unwrap();
    assert_eq!(client.runtime().clock.now(), 45 * SECOND);
    let error = client.pause(&short, 45 * SECOND, "it is early").await.unwrap_err();
    assert!(
        error.is_deadline() && error.message().contains("45 s to wait because it is early"),
        "{error}"
    );
    assert_eq!(client.runtime().clock.now(), 45 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn f94_an_answer_that_is_printed_shows_nothing_of_its_body() {
    let (result, _) = run(&read(), vec![Reply::json(200, json!({"secret": "hunter2"}))]).await;
    let shown = format!("{:?}", result.unwrap());
    assert!(shown.starts_with("Reply { status: 200, location_id: None"), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("secret"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_breaks_off_is_not_taken_for_a_page() {
    let garbled = || Reply::text(200, "application/json", "{\"id\":");
    let (result, _) = run(&read(), vec![garbled(), garbled(), garbled()]).await;
    assert_eq!(
        result.unwrap_err().message(),
        "the answer of Graph (status 200) cannot be read: it is not JSON (line 1, column 6)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_tells_who_signed_in_and_what_is_allowed() {
    let app = token(&json!({
        "aud": "https://graph.microsoft.com", "tid": "t", "appid": "a", "idtyp": "app", "roles": ["CloudPC.Read.All"],
    }));
    let person =
        token(&json!({"aud": "https://graph.microsoft.com", "tid": "t", "scp": "User.Read"}));
    for (token, told) in [
        (app.as_str(), Some((true, "CloudPC.Read.All"))),
        (person.as_str(), Some((false, "User.Read"))),
        ("opaque", None),
    ] {
        let client = Script::of([]).client_with_token(token);
        let granted = client.sign_in(&cx(&client)).await.unwrap();
        let claims = client.claims(&cx(&client)).await.unwrap();
        assert_eq!(granted, client.granted());
        assert_eq!(client.is_application(), told.map(|(application, _)| application));
        assert_eq!(granted.is_some(), told.is_some());
        assert_eq!(claims.is_some(), told.is_some());
        if let (Some((application, permission)), Some(granted), Some(claims)) =
            (told, granted, claims)
        {
            assert_eq!((granted.application, claims.application), (application, application));
            assert_eq!((granted.permissions, claims.permissions), {
                let permissions = vec![permission.to_owned()];
                (permissions.clone(), permissions)
            });
            assert_eq!(claims.tenant_id.as_deref(), Some("t"));
        }
    }
}
