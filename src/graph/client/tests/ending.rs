//! Stops and deadlines.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_fails_at_once_and_says_what_for() {
    let script = Script::new(|_| throttled("120"));
    let client = script.client();
    let cx = client.context(60 * SECOND, CancellationToken::new());
    let error = client.send(&cx, &create()).await.unwrap_err();
    assert!(error.is_deadline() && !error.is_ambiguous() && error.is_throttled());
    assert!(
        error.message().contains("Graph throttles this app") && error.message().contains("429"),
        "{error}"
    );
    assert_eq!(client.runtime().clock.now(), Duration::ZERO);
    // The next call knows it too, without asking.
    let error = client.send(&cx, &read()).await.unwrap_err();
    assert!(error.is_deadline() && error.message().contains("throttles"), "{error}");
    assert_eq!((script.seen().len(), client.runtime().clock.now()), (1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn the_last_real_error_is_told_when_time_runs_out() {
    let script = Script::new(|_| Reply::error(423, "Locked", "The policy is being changed."));
    let client = script.client();
    let cx = client.context(90 * SECOND, CancellationToken::new());
    let error = client.send(&cx, &change()).await.unwrap_err();
    assert!(error.is_deadline() && error.status() == Some(423));
    assert!(error.message().contains("The policy is being changed."), "{error}");
    let count = script.seen().len();
    assert!((3..=8).contains(&count), "a lock is asked about slowly, not {count} times");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_wait_at_once() {
    let script = Script::new(|_| throttled("60"));
    let client = script.client();
    let stop = CancellationToken::new();
    let cx = client.context(600 * SECOND, stop.clone());
    let request = create();
    let (result, ()) = tokio::join!(client.send(&cx, &request), async {
        tokio::time::sleep(5 * SECOND).await;
        stop.cancel();
    });
    let error = result.unwrap_err();
    assert!(
        error.is_stopped() && !error.is_ambiguous() && error.message().contains("429"),
        "{error}"
    );
    assert_eq!(client.runtime().clock.now(), 5 * SECOND);
    let error = client.send(&cx, &create()).await.unwrap_err();
    assert!(error.is_stopped() && !error.is_ambiguous());
    assert_eq!(script.seen().len(), 1, "nothing is sent after a stop");
}

/// Stops at five seconds while a request is in flight that is answered at `answered`.
async fn stopped_in_flight(
    request: &Request,
    answered: Duration,
) -> (Result<crate::graph::Reply, Error>, Duration) {
    let script = Script::new(move |_| ok().after(answered));
    let client = script.client();
    let stop = CancellationToken::new();
    let cx = client.context(600 * SECOND, stop.clone());
    let (result, ()) = tokio::join!(client.send(&cx, request), async {
        tokio::time::sleep(5 * SECOND).await;
        stop.cancel();
    });
    (result, client.runtime().clock.now())
}

#[tokio::test(start_paused = true)]
async fn a_write_in_flight_gets_a_second_after_a_stop_and_a_read_gets_none() {
    let (result, now) = stopped_in_flight(&create(), Duration::from_millis(5_900)).await;
    assert!(result.is_ok() && now == Duration::from_millis(5_900), "{result:?}");
    let (result, now) = stopped_in_flight(&create(), 8 * SECOND).await;
    let error = result.unwrap_err();
    assert!(error.is_stopped() && error.is_ambiguous() && now == 6 * SECOND, "{error:?} {now:?}");
    let (result, now) = stopped_in_flight(&read(), 8 * SECOND).await;
    let error = result.unwrap_err();
    assert!(error.is_stopped() && !error.is_ambiguous() && now == 5 * SECOND, "{error:?} {now:?}");
}

#[tokio::test(start_paused = true)]
async fn no_call_outlives_its_deadline() {
    for (request, ambiguous) in [(read(), false), (create(), true), (change(), true)] {
        let script = Script::new(|_| Reply::Never);
        let client = script.client();
        let cx = client.context(7 * SECOND, CancellationToken::new());
        let error = client.send(&cx, &request).await.unwrap_err();
        assert!(error.is_deadline() && error.is_ambiguous() == ambiguous, "{error:?}");
        assert_eq!(client.runtime().clock.now(), 7 * SECOND);
    }
}
