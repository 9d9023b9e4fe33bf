//! Requests in their turns: who waits for what, for how long, and who does not.

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::graph::scripted::{Answer, Script, Seen};
use crate::graph::{Client, Request, Version};

const SECOND: Duration = Duration::from_secs(1);

fn change(path: &str) -> Request {
    Request::patch(Version::Beta, path, &[], json!({}))
}

fn read(path: &str) -> Request {
    Request::get(Version::Beta, path, &[])
}

fn cx(client: &Client, limit: Duration) -> Context {
    client.context(limit, CancellationToken::new())
}

/// Sends so many of a request at once, each with an hour; what came of them, in the order in which they were begun.
async fn send_all(client: &Client, request: &Request, count: usize) -> Vec<Result<(), String>> {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let (client, request) = (client.clone(), request.clone());
            tokio::spawn(async move {
                let cx = cx(&client, 3_600 * SECOND);
                client.send(&cx, &request).await.map(drop).map_err(|error| error.to_string())
            })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.unwrap());
    }
    results
}

fn times(seen: &[Seen]) -> Vec<u64> {
    seen.iter().map(|request| request.at.as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_small_run_never_waits() {
    let script = Script::new(|_| Answer::json(200, json!({})));
    let client = script.client();
    let (writes, reads) = (change("/deviceManagement/x"), read("/deviceManagement/x"));
    let (writes, reads) =
        tokio::join!(send_all(&client, &writes, 90), send_all(&client, &reads, 800));
    assert!(writes.iter().chain(&reads).all(Result::is_ok));
    assert_eq!(client.runtime().clock.now(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn writes_keep_the_rate_of_their_family_and_reads_do_not_wait_for_them() {
    let script = Script::new(|_| Answer::json(200, json!({})));
    let client = script.client();
    let (writes, reads) = (change("/deviceManagement/x"), read("/deviceManagement/x"));
    let apps = change("/deviceAppManagement/x");
    let devices = change("/deviceManagement/managedDevices");
    let all = tokio::join!(
        send_all(&client, &writes, 200),
        send_all(&client, &reads, 200),
        send_all(&client, &apps, 90),
        send_all(&client, &devices, 180),
    );
    assert!([all.0, all.1, all.2, all.3].iter().flatten().all(Result::is_ok));
    let late: Vec<Seen> =
        script.seen().into_iter().filter(|request| request.at > Duration::ZERO).collect();
    assert!(late.iter().all(|request| request.line() == "PATCH /beta/deviceManagement/x"));
    assert_eq!(times(&late), [[20; 90].as_slice(), &[40; 20]].concat());
}

#[tokio::test(start_paused = true)]
async fn who_comes_first_is_served_first() {
    let script = Script::new(|_| Answer::json(200, json!({})));
    let client = script.client();
    let calls: Vec<_> = (0..300)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move {
                let request = Request::patch(
                    Version::Beta,
                    "/deviceManagement/{}",
                    &[&number.to_string()],
                    json!({}),
                );
                client.send(&cx(&client, 3_600 * SECOND), &request).await.is_ok()
            })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
    let paths: Vec<String> = script.seen().into_iter().map(|request| request.path).collect();
    let expected: Vec<String> =
        (0..300).map(|number| format!("/beta/deviceManagement/{number}")).collect();
    assert_eq!(paths, expected);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_cannot_wait_for_its_turn_says_what_it_waited_for() {
    let script = Script::new(|_| Answer::json(200, json!({})));
    let client = script.client();
    let request = change("/deviceManagement/virtualEndpoint/userSettings");
    assert!(send_all(&client, &request, 90).await.iter().all(Result::is_ok));
    let short = cx(&client, 5 * SECOND);
    let error = client.send(&short, &request).await.unwrap_err();
    assert!(error.is_deadline() && client.runtime().clock.now() == Duration::ZERO, "{error}");
    assert_eq!(
        error.message(),
        "the time allowed for the operation is over, while requests wait for the rate that Windows 365 allows (the next one may go in \
         20 s)"
    );
    // The second one in the line learns it when its time is over.
    let long = cx(&client, 60 * SECOND);
    let first = client.send(&long, &request);
    let second = async { client.send(&short, &request).await.unwrap_err().to_string() };
    let (first, second) = tokio::join!(async { first.await.is_ok() }, second);
    assert!(
        first && second.contains("the rate that Windows 365 allows (the next one may go in 15 s)"),
        "{second}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_leaves_the_line_at_once_and_the_others_in_their_places() {
    let script = Script::new(|_| Answer::json(200, json!({})));
    let client = script.client();
    let request = change("/deviceManagement/x");
    send_all(&client, &request, 90).await;
    let stop = CancellationToken::new();
    let stoppable = client.context(3_600 * SECOND, stop.clone());
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let (client, cx, request) = (client.clone(), stoppable.clone(), request.clone());
            tokio::spawn(async move { client.send(&cx, &request).await.unwrap_err().is_stopped() })
        })
        .collect();
    tokio::task::yield_now().await;
    let others = send_all(&client, &request, 1);
    let (others, ()) = tokio::join!(others, async {
        tokio::time::sleep(SECOND).await;
        stop.cancel();
        for call in waiting {
            assert!(call.await.unwrap());
        }
        assert_eq!(client.runtime().clock.now(), SECOND);
    });
    assert!(others.iter().all(Result::is_ok));
    assert_eq!(
        client.runtime().clock.now(),
        20 * SECOND,
        "the hundred before it gave their places back"
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_429_the_rate_is_half_of_what_it_was() {
    let script = Script::new(|request| {
        if request.at < SECOND {
            Answer::error(429, "TooManyRequests", "Slow down.").header("Retry-After", "60")
        } else {
            Answer::json(200, json!({}))
        }
    });
    let client = script.client();
    let request = change("/deviceManagement/x");
    assert!(send_all(&client, &request, 100).await.iter().all(Result::is_ok));
    let seen = script.seen();
    let together = seen.iter().take_while(|request| request.at == Duration::ZERO).count();
    assert_eq!(together, 4, "nobody else goes before the answer was looked at");
    let after: Vec<_> = seen.iter().skip(together).map(|request| request.at).collect();
    let first_window = after.iter().filter(|at| **at < after[0] + 20 * SECOND).count();
    // Half of ninety, and a little more for the minute that has passed.
    assert!((45..55).contains(&first_window), "{first_window}");
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_in_flight_says_so() {
    let script = Script::new(|_| Answer::Never);
    let client = script.client();
    let request = read("/deviceManagement/x");
    let stuck: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, request) = (client.clone(), request.clone());
            tokio::spawn(async move { client.send(&cx(&client, 3_600 * SECOND), &request).await })
        })
        .collect();
    tokio::task::yield_now().await;
    assert_eq!(script.seen().len(), IN_FLIGHT);
    let error = client.send(&cx(&client, 5 * SECOND), &request).await.unwrap_err();
    assert_eq!(
        error.message(),
        "the time allowed for the operation is over, while waiting for other requests to finish"
    );
    for call in stuck {
        call.abort();
    }
}

#[test]
fn a_wait_of_a_second_is_worth_a_line_and_a_shorter_one_is_not() {
    let wait = |millis| Some(Wait { seconds: Duration::from_millis(millis), why: Why::Rate });
    let mut told = None;
    tell(&mut told, Family::Intune, wait(999));
    assert_eq!(told, None);
    tell(&mut told, Family::Intune, wait(1_000));
    assert_eq!(told, Some(Why::Rate));
}

/// Messages at info, as they are shown by default.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Text(String);
        impl tracing::field::Visit for Text {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0.push_str(&format!("{}={value:?} ", field.name()));
            }
        }
        if *event.metadata().level() == tracing::Level::INFO {
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_long_wait_is_one_line_in_the_log() {
    use tracing_subscriber::layer::SubscriberExt as _;
    let log = Log::default();
    // A place that logs is asked once whether anybody listens. With one listener alone, the answer is that of the thread that came by
    // first, which may be another test's; with two, everybody is asked.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let script = Script::new(|_| Answer::json(200, json!({})));
    let client = script.client();
    let request = change("/deviceManagement/virtualEndpoint/userSettings");
    assert!(send_all(&client, &request, 200).await.iter().all(Result::is_ok));
    let lines = std::mem::take(&mut *log.0.lock().unwrap());
    assert_eq!(lines.len(), 110, "one for each that had to wait: {lines:?}");
    for (line, seconds) in [(&lines[0], "20.0"), (&lines[89], "20.0"), (&lines[90], "40.0")] {
        assert!(line.contains(&format!("seconds={seconds}")), "{line}");
        assert!(line.contains("faster requests would be refused"), "{line}");
        assert!(line.contains("family=\"Windows 365\""), "{line}");
    }
    let script = Script::of([
        Answer::error(429, "TooManyRequests", "Slow down.").header("Retry-After", "60"),
        Answer::json(200, json!({})),
    ]);
    let client = script.client();
    assert!(send_all(&client, &request, 1).await.iter().all(Result::is_ok));
    let lines = log.0.lock().unwrap().clone();
    assert!(lines.len() == 1 && lines[0].contains("Graph throttles this app"), "{lines:?}");
}
