//! The loop against a scripted wire, on paused time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;

use super::*;
use crate::graph::scripted::{Answer as Reply, Script};
use crate::graph::{Effect, TransportError};

mod edges;
mod ending;
mod log;

const SECOND: Duration = Duration::from_secs(1);

fn read() -> Request {
    Request::get(Version::Beta, "/deviceManagement/roleDefinitions/{}", &["1"])
}

fn create() -> Request {
    Request::create(
        Version::Beta,
        "/deviceManagement/roleDefinitions",
        &[],
        json!({"displayName": "A"}),
    )
}

fn change() -> Request {
    Request::patch(
        Version::Beta,
        "/deviceManagement/roleDefinitions/{}",
        &["1"],
        json!({"displayName": "B"}),
    )
}

fn ok() -> Reply {
    Reply::json(200, json!({"id": "1"}))
}

fn throttled(after: &str) -> Reply {
    Reply::error(429, "TooManyRequests", "Slow down.").header("Retry-After", after)
}

fn cx(client: &Client) -> Context {
    client.context(Duration::from_secs(600), CancellationToken::new())
}

/// Sends one request against some answers; gives the result and the number of requests.
async fn run(request: &Request, answers: Vec<Reply>) -> (Result<super::Reply, Error>, usize) {
    let script = Script::of(answers);
    let client = script.client();
    let result = client.send(&cx(&client), request).await;
    (result, script.seen().len())
}

#[tokio::test(start_paused = true)]
async fn a_request_goes_out_with_all_its_headers_and_nothing_else() {
    let script = Script::of([ok(), ok(), Reply::empty(204), Reply::empty(204)]);
    let client = script.client();
    let cx = cx(&client);
    client.send(&cx, &read().query("$select", "id")).await.unwrap();
    client.send(&cx, &create()).await.unwrap();
    client.send(&cx, &Request { body: None, ..create() }).await.unwrap();
    client.send(&cx, &Request::delete(Version::V1, "/a/{}", &["b c"])).await.unwrap();
    let seen = script.seen();
    assert_eq!(
        script.lines(),
        [
            "GET /beta/deviceManagement/roleDefinitions/1?$select=id",
            "POST /beta/deviceManagement/roleDefinitions",
            "POST /beta/deviceManagement/roleDefinitions",
            "DELETE /v1.0/a/b%20c",
        ]
    );
    assert!(seen.iter().all(|request| request.url.starts_with("https://graph.microsoft.com/")));
    for request in &seen {
        assert_eq!(request.header("authorization"), "Bearer opaque-test-token");
        assert_eq!(request.header("accept"), "application/json");
        assert!(request.header("user-agent").starts_with("terraform-provider-windows365/"));
        assert!(uuid::Uuid::try_parse(request.header("client-request-id")).is_ok());
    }
    assert_ne!(seen[0].header("client-request-id"), seen[1].header("client-request-id"));
    let names = |index: usize| {
        let mut names: Vec<String> = seen[index].headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    let usual = ["accept", "authorization", "client-request-id"];
    assert_eq!(names(0), [&usual[..], &["prefer", "user-agent"]].concat());
    assert_eq!(
        names(1),
        ["accept", "authorization", "client-request-id", "content-type", "user-agent"]
    );
    assert_eq!(names(3), [&usual[..], &["user-agent"]].concat());
    assert_eq!(
        (seen[1].text.as_str(), seen[2].text.as_str(), seen[3].text.as_str()),
        (r#"{"displayName":"A"}"#, "{}", "")
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_safe_to_repeat_is_repeated_with_growing_waits() {
    for request in
        [read(), change(), Request::replace_action(Version::Beta, "/x/assign", &[], json!({}))]
    {
        for fault in [
            Reply::error(500, "UnknownError", ""),
            Reply::text(502, "text/html", "<html>"),
            Reply::error(503, "ServiceUnavailable", ""),
            Reply::empty(504),
            Reply::empty(408),
            Reply::Fail(TransportError::cut("reset")),
            Reply::Fail(TransportError::unsent("refused")),
        ] {
            let (result, count) = run(&request, vec![fault.clone(), fault.clone(), ok()]).await;
            assert!(result.is_ok() && count == 3, "{fault:?}: {result:?}");
        }
    }
    let script = Script::new(|_| Reply::empty(500));
    let client = script.client();
    let error = client.send(&cx(&client), &read()).await.unwrap_err();
    let times: Vec<Duration> = script.seen().iter().map(|request| request.at).collect();
    assert_eq!(times.len(), 8);
    assert!(
        times.windows(2).all(|pair| pair[0] < pair[1]) && times[7] < Duration::from_secs(124),
        "{times:?}"
    );
    assert_eq!(error.status(), Some(500));
    assert!(!error.is_ambiguous());
    assert!(
        error.facts().iter().any(|fact| fact.starts_with("Attempts: 8, with ")),
        "{:?}",
        error.facts()
    );
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_only_when_the_service_certainly_did_not_act() {
    let genuine = Reply::error(503, "ServiceUnavailable", "later").header("Retry-After", "2");
    for certain in [
        Reply::Fail(TransportError::unsent("refused")),
        throttled("1"),
        genuine,
        Reply::error(412, "ConditionNotMet", ""),
    ] {
        let (result, count) = run(&create(), vec![certain.clone(), ok()]).await;
        assert!(result.is_ok() && count == 2, "{certain:?}: {result:?}");
    }
    for doubtful in [
        Reply::Fail(TransportError::cut("reset")),
        Reply::empty(408),
        Reply::empty(500),
        Reply::empty(502),
        Reply::empty(503),
        Reply::empty(504),
        Reply::text(200, "text/html", "<html>"),
        Reply::text(201, "application/json", "{\"id\":"),
    ] {
        let (result, count) = run(&create(), vec![doubtful.clone(), ok()]).await;
        let error = result.unwrap_err();
        assert!(error.is_ambiguous() && count == 1, "{doubtful:?}: {error:?}");
    }
    for refused in [
        Reply::empty(400),
        Reply::empty(403),
        Reply::empty(404),
        Reply::empty(409),
        Reply::empty(501),
    ] {
        let (result, count) = run(&create(), vec![refused.clone(), ok()]).await;
        let error = result.unwrap_err();
        assert!(!error.is_ambiguous() && count == 1, "{refused:?}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_id_of_a_created_object_survives_an_unreadable_answer() {
    let location = "https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('77-aa')";
    let garbled = Reply::text(201, "application/json", "{\"id\":").header("Location", location);
    let (result, _) = run(&create(), vec![garbled]).await;
    let error = result.unwrap_err();
    assert!(error.is_ambiguous());
    assert_eq!(error.location_id(), Some("77-aa"));

    let mut cut = TransportError::cut("broke off");
    let mut headers = http::HeaderMap::new();
    headers.insert("location", location.parse().unwrap());
    cut.head = Some(Box::new(crate::graph::Head { status: http::StatusCode::CREATED, headers }));
    let (result, count) = run(&create(), vec![Reply::Fail(cut)]).await;
    let error = result.unwrap_err();
    assert_eq!((error.location_id(), error.is_ambiguous(), count), (Some("77-aa"), true, 1));

    let (result, _) =
        run(&create(), vec![Reply::json(201, json!({"id": "77-aa"})).header("Location", location)])
            .await;
    assert_eq!(result.unwrap().location_id.as_deref(), Some("77-aa"));
}

#[tokio::test(start_paused = true)]
async fn f52_f53_odd_successes_are_told_apart() {
    let (result, _) = run(&change(), vec![Reply::text(204, "application/json", "{\"id\":")]).await;
    assert!(result.unwrap().body.is_null(), "a 204 has no body");
    let (result, _) = run(&change(), vec![Reply::empty(200)]).await;
    assert!(result.unwrap().body.is_null(), "a change may be answered with nothing");
    let (result, count) =
        run(&read(), vec![Reply::empty(200), Reply::empty(200), Reply::empty(200)]).await;
    assert!(result.unwrap_err().message().contains("empty") && count == 3);
    let page =
        Reply::text(200, "text/html", "<html><title>Log in to the guest network</title></html>");
    let (result, count) = run(&read(), vec![page.clone(), page.clone(), page]).await;
    let error = result.unwrap_err();
    assert!(
        error.message().contains("Log in to the guest network")
            && !error.is_not_found()
            && count == 3,
        "{error}"
    );
    let (result, count) = run(&read(), vec![Reply::error(200, "Broken", "It broke."), ok()]).await;
    let error = result.unwrap_err();
    assert_eq!((error.message(), error.code(), count), ("It broke.", Some("Broken"), 1));
    let (result, _) =
        run(&read(), vec![Reply::text(200, "text/plain", "\u{feff}{\"id\":\"1\"}")]).await;
    assert_eq!(result.unwrap().body, json!({"id": "1"}));
}

#[tokio::test(start_paused = true)]
async fn hopeless_failures_are_not_repeated() {
    for (hopeless, part) in [
        (
            TransportError { certificate: true, ..TransportError::unsent("UnknownIssuer") },
            "UnknownIssuer",
        ),
        (TransportError { oversize: true, ..TransportError::cut("too large") }, "too large"),
    ] {
        let (result, count) = run(&read(), vec![Reply::Fail(hopeless), ok()]).await;
        assert!(result.unwrap_err().message().contains(part) && count == 1);
    }
    let (result, count) = run(&Request::get(Version::Beta, "/a/{}", &["../b"]), vec![ok()]).await;
    assert!(result.unwrap_err().message().contains("../b") && count == 0);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_service_is_left_alone_by_all_calls_to_it_and_by_no_others() {
    let script = Script::new(|request| match request.path.as_str() {
        "/beta/deviceManagement/roleDefinitions/1" if request.at < 30 * SECOND => throttled("30"),
        _ => ok(),
    });
    let client = script.client();
    let cx = cx(&client);
    let other = Request::get(Version::Beta, "/deviceManagement/roleScopeTags", &[]);
    let apps = Request::get(Version::Beta, "/deviceAppManagement/mobileApps/{}", &["1"]);
    let later = async {
        tokio::time::sleep(SECOND).await;
        tokio::join!(client.send(&cx, &other), client.send(&cx, &apps))
    };
    let read = read();
    let (first, (second, third)) = tokio::join!(client.send(&cx, &read), later);
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    let seen = script.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen[1].path.starts_with("/beta/deviceAppManagement") && seen[1].at == SECOND);
    assert!(
        seen[2..].iter().all(|request| request.at >= 30 * SECOND && request.at <= 37 * SECOND),
        "{seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_turn_is_held_back_too() {
    let count = AtomicUsize::new(0);
    let script = Script::new(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => throttled("30").after(SECOND),
        _ => ok().after(2 * SECOND),
    });
    let client = script.client();
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(&cx(&client), &read()).await.is_ok() })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
    let times: Vec<u64> = script.seen().iter().map(|request| request.at.as_secs()).collect();
    assert_eq!(times[..8], [0; 8]);
    assert!(times.len() == 13 && times[8..].iter().all(|at| *at >= 30), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn f43_intunes_nested_retry_after_counts() {
    let nested = json!({"Message": "busy", "RetryAfter": 20, "HttpHeaders": "{}"}).to_string();
    let script = Script::of([Reply::error(429, "TooManyRequests", &nested), ok()]);
    let client = script.client();
    client.send(&cx(&client), &read()).await.unwrap();
    let at = script.seen()[1].at;
    assert!(at >= 20 * SECOND && at <= 22 * SECOND, "{at:?}");
}

#[tokio::test(start_paused = true)]
async fn f41_five_minutes_of_throttling_are_outlasted() {
    let script =
        Script::new(|request| if request.at < 300 * SECOND { throttled("10") } else { ok() });
    let client = script.client();
    let cx = cx(&client);
    let (write, read) = (create(), read());
    let results = tokio::join!(client.send(&cx, &write), client.send(&cx, &read));
    assert!(results.0.is_ok() && results.1.is_ok(), "{results:?}");
}

/// A wire that takes a second and counts what it finished and what it had at the same time.
#[derive(Default)]
struct Slow {
    finished: AtomicBool,
    now: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait::async_trait]
impl crate::graph::Transport for Slow {
    async fn send(
        &self,
        _: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(SECOND).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.finished.store(true, Ordering::SeqCst);
        Ok(http::Response::new(bytes::Bytes::from_static(b"{}")))
    }
}

fn slow_client() -> (Arc<Slow>, Client) {
    let slow = Arc::new(Slow::default());
    let runtime = Runtime { transport: slow.clone(), ..Script::of([]).runtime() };
    let credential =
        Credential::StaticToken { token: crate::graph::Secret::new("t"), tenant_id: None };
    (slow, Client::new(ClientConfig::new(credential), runtime))
}

#[tokio::test(start_paused = true)]
async fn a_write_goes_on_when_its_caller_is_dropped() {
    let (slow, client) = slow_client();
    let cx = cx(&client);
    let request = create();
    tokio::select! {
        _ = client.send(&cx, &request) => panic!("it takes a second"),
        () = tokio::time::sleep(SECOND / 2) => {}
    }
    assert!(!slow.finished.load(Ordering::SeqCst));
    tokio::time::sleep(SECOND).await;
    assert!(slow.finished.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_eight_requests_and_four_writes_are_in_flight() {
    for (request, most, seconds) in [(read(), 8, 5), (change(), 4, 10)] {
        let (slow, client) = slow_client();
        let cx = cx(&client);
        let calls: Vec<_> = (0..40)
            .map(|_| {
                let (client, cx, request) = (client.clone(), cx.clone(), request.clone());
                tokio::spawn(async move { client.send(&cx, &request).await.is_ok() })
            })
            .collect();
        for call in calls {
            assert!(call.await.unwrap());
        }
        assert_eq!(slow.most.load(Ordering::SeqCst), most);
        assert_eq!(client.runtime().clock.now(), seconds * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn f45_an_outage_is_not_amplified() {
    let script = Script::new(|_| Reply::empty(503));
    let client = script.client();
    let mut notes = 0;
    for _ in 0..200 {
        let error = client.send(&cx(&client), &read()).await.unwrap_err();
        notes += usize::from(error.facts().iter().any(|fact| fact.starts_with("Not tried again")));
    }
    assert_eq!(script.seen().len(), 220, "twenty repetitions for two hundred calls");
    assert!(notes > 190, "{notes}");
}

#[tokio::test(start_paused = true)]
async fn f45_what_only_a_failure_gives_rise_to_is_paid_for_as_a_repetition() {
    let late = TransportError { timeout: true, ..TransportError::cut("late") };
    for (answer, allowed) in [
        (Reply::empty(500), 20),
        (Reply::empty(503), 20),
        (Reply::empty(599), 20),
        (Reply::Fail(TransportError::cut("reset")), 20),
        (Reply::text(200, "text/html", "<html>"), 20),
        (Reply::Fail(late), 10),
        (Reply::empty(408), 10),
        // The service is well, and says no.
        (Reply::error(400, "BadRequest", "No."), 1_000),
        (Reply::error(409, "Conflict", "The name is already in use."), 1_000),
        (Reply::error(500, "InternalServerError", "The filter is in use."), 1_000),
    ] {
        let script = Script::new(move |_| answer.clone());
        let client = script.client();
        let failed = client.send(&cx(&client), &create()).await.unwrap_err();
        let may = |request: &Request| client.may_follow(&failed, request);
        assert_eq!((0..1_000).filter(|_| may(&read())).count(), allowed, "{failed:?}");
        let apps = Request::get(Version::Beta, "/deviceAppManagement/mobileApps", &[]);
        assert!(may(&apps), "another service is not down");
    }
}

#[tokio::test(start_paused = true)]
async fn f48_half_of_all_calls_fail_and_cost_little_more_than_twice_the_requests() {
    for seed in 0..5 {
        let random = crate::graph::scripted::Sequence::new(seed);
        let script = Script::new(move |_| {
            let number = crate::graph::Random::next(&random);
            if number.is_multiple_of(2) {
                ok()
            } else {
                Reply::empty([500, 502, 503, 504][(number >> 8) as usize % 4])
            }
        });
        let client = script.client();
        let mut failed = 0;
        for call in 0..1_000 {
            let request = if call % 2 == 0 { read() } else { change() };
            if let Err(error) = client.send(&cx(&client), &request).await {
                assert!(
                    error.status().is_some_and(|status| status >= 500) && !error.is_ambiguous()
                );
                failed += 1;
            }
        }
        let requests = script.seen().len();
        assert!(requests <= 2_200, "{requests}");
        // Tokens come back with each success; what they do not pay for fails at once.
        assert!((200..500).contains(&failed), "{failed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_race_is_tried_three_times() {
    let race = || Reply::error(412, "ConditionNotMet", "Race.");
    let (result, count) = run(&change(), vec![race(), race(), race(), ok()]).await;
    assert!(result.unwrap_err().status() == Some(412) && count == 3);
}

#[tokio::test(start_paused = true)]
async fn f59_redirects_are_followed_for_reads_on_the_same_origin_three_times() {
    let to = |place: &str| Reply::empty(302).header("Location", place);
    let here = "https://graph.microsoft.com/beta/x?y=1";
    let (result, count) = run(&read(), vec![to(here), to("/beta/z"), to(here), ok()]).await;
    assert!(result.is_ok() && count == 4);
    let (result, count) = run(&read(), vec![to(here), to(here), to(here), to(here), ok()]).await;
    assert!(result.is_err() && count == 4);
    for elsewhere in [
        "https://evil.test/beta/x",
        "http://graph.microsoft.com/beta/x",
        "//evil.test/beta/x",
        "/v1.0/x",
        "https://graph.microsoft.us/beta/x",
    ] {
        let (result, count) = run(&read(), vec![to(elsewhere), ok()]).await;
        assert!(
            result.unwrap_err().message().contains("cannot be trusted") && count == 1,
            "{elsewhere}"
        );
    }
    for request in [create(), change()] {
        let (result, count) = run(&request, vec![to(here), ok()]).await;
        assert!(result.unwrap_err().status() == Some(302) && count == 1);
    }
}

#[tokio::test(start_paused = true)]
async fn errors_speak_to_people_and_keep_the_facts() {
    let answer = Reply::json(
        403,
        json!({"error": {"code": "Forbidden", "message": "Not allowed. Password was hunter2-hunter2. - Operation ID (for customer support): op - Activity ID: act - Url: https://fef.test/x",
               "innerError": {"code": "PermissionScopeNotGranted"}}}),
    )
    .header("request-id", "req-1")
    .header("client-request-id", "cli-1")
    .header("Date", "Tue, 03 Mar 2026 09:14:27 GMT");
    let script = Script::of([answer]);
    let client = script.client();
    client.conceal("hunter2-hunter2");
    let error = client.send(&cx(&client), &read()).await.unwrap_err();
    assert!(
        error.is_forbidden()
            && !error.is_conflict()
            && !error.is_not_found()
            && !error.is_sign_in()
    );
    assert_eq!(error.to_string(), "Not allowed. Password was [redacted].");
    assert_eq!(error.code(), Some("PermissionScopeNotGranted"));
    assert_eq!(
        error.facts(),
        [
            "Status: 403",
            "Code: Forbidden > PermissionScopeNotGranted",
            "Request id: req-1",
            "Operation id: op",
            "Client request id: cli-1",
            "Time: Tue, 03 Mar 2026 09:14:27 GMT",
        ]
    );
    let (result, _) =
        run(&read(), vec![Reply::error(404, "ResourceNotFound", "No such thing.")]).await;
    assert!(result.unwrap_err().is_not_found());
    let (result, _) = run(&read(), vec![Reply::error(409, "Conflict", "In use.")]).await;
    assert!(result.unwrap_err().is_conflict());
}

#[test]
fn addresses_are_below_the_configured_origin() {
    let credential =
        Credential::StaticToken { token: crate::graph::Secret::new("t"), tenant_id: None };
    let mut config = ClientConfig::new(credential);
    config.endpoints = Endpoints::default().with_graph_endpoint("http://127.0.0.1:8080").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(async { Script::of([]).runtime() });
    let client = Client::new(config, runtime);
    assert_eq!(client.root(Version::V1), "http://127.0.0.1:8080/v1.0");
    assert_eq!(client.granted(), None);
}
