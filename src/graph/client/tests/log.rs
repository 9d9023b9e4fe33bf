//! What the operator reads.

use super::*;

/// Collects everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<String>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let mut line = format!("{} ", event.metadata().level());
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            line.push_str(&format!("{field}={value:?} "));
        });
        let mut log = self.0.lock().unwrap();
        log.push_str(&line);
        log.push('\n');
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_tells_of_each_wait_and_of_no_secret() {
    use tracing_subscriber::layer::SubscriberExt as _;
    let log = Log::default();
    // A place that logs is asked once whether anybody listens. With one listener alone, the answer is that of the thread that came by
    // first, which may be another test's; with two, everybody is asked.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let script = Script::of([
        throttled("5"),
        Reply::json(200, json!({"password": "planted-in-reply"})).header("request-id", "req-9"),
    ]);
    let client = script.client();
    let request = Request {
        effect: Effect::Idempotent,
        ..Request::create(
            Version::Beta,
            "/a/{}/b",
            &["planted-in-key"],
            json!({"password": "planted-in-body"}),
        )
    };
    client.send(&cx(&client), &request.query("$filter", "planted-in-query")).await.unwrap();
    drop(guard);
    let log = log.0.lock().unwrap().clone();
    let info: Vec<&str> = log.lines().filter(|line| line.starts_with("INFO")).collect();
    assert_eq!(info.len(), 1, "{log}");
    for part in [
        "method=\"POST\"",
        "template=\"/a/{}/b\"",
        "status=429",
        "status=200",
        "attempt=2",
        "request_id=\"req-9\"",
        "seconds=5.",
    ] {
        assert!(log.contains(part), "{part} is not in {log}");
    }
    assert!(!log.contains("planted") && !log.contains("opaque-test-token"), "{log}");
}
