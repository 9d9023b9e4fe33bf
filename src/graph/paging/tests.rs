//! Listings against a scripted wire.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::graph::Version;
use crate::graph::scripted::{Answer, Script};

const ROOT: &str = "https://graph.microsoft.com/beta/deviceManagement/roleDefinitions";

fn page(ids: &[&str], next: Option<&str>) -> Answer {
    let items: Vec<Json> = ids.iter().map(|id| json!({"id": id})).collect();
    let mut body = json!({"@odata.context": "x", "value": items});
    if let Some(next) = next {
        body["@odata.nextLink"] = json!(format!("{ROOT}?{next}"));
    }
    Answer::json(200, body)
}

fn request() -> Request {
    Request::get(Version::Beta, "/deviceManagement/roleDefinitions", &[])
}

async fn list_of(
    script: &Arc<Script>,
    request: &Request,
    limit: Option<usize>,
) -> Result<Vec<String>, Error> {
    let client = script.client();
    let cx = client.context(Duration::from_secs(6000), CancellationToken::new());
    let items = client.list(&cx, request, limit).await?;
    Ok(items.iter().map(|item| item["id"].as_str().unwrap_or("none").to_owned()).collect())
}

async fn list(answers: Vec<Answer>) -> (Result<Vec<String>, Error>, Vec<String>) {
    let script = Script::of(answers);
    (list_of(&script, &request(), None).await, script.lines())
}

#[tokio::test(start_paused = true)]
async fn pages_are_joined_in_order_without_duplicates() {
    let script = Script::of([
        page(&["a", "b"], Some("$skiptoken=1")),
        page(&[], Some("$skiptoken=2%2b")),
        page(&["b", "c"], Some("$skip=3")),
        Answer::json(200, json!({"value": [{"id": "d"}, {}, {}], "@odata.nextLink": null})),
    ]);
    let ids = list_of(&script, &request().query("$top", "2"), None).await.unwrap();
    assert_eq!(ids, ["a", "b", "c", "d", "none", "none"]);
    let seen = script.seen();
    assert_eq!(seen[0].path, "/beta/deviceManagement/roleDefinitions?$top=2");
    assert_eq!(
        seen[2].path, "/beta/deviceManagement/roleDefinitions?$skiptoken=2%2b",
        "the link is followed as it is"
    );
    assert!(seen.iter().all(|request| request.header("prefer") == "include-unknown-enum-members"));
}

#[tokio::test(start_paused = true)]
async fn a_limit_ends_the_listing_early() {
    let script =
        Script::of([page(&["a", "b"], Some("$skip=2")), page(&["c", "d"], Some("$skip=4"))]);
    assert_eq!(list_of(&script, &request(), Some(3)).await.unwrap(), ["a", "b", "c"]);
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn f57_circles_and_endless_listings_end() {
    let (result, lines) = list(vec![
        page(&["a"], Some("$skip=1")),
        page(&["b"], Some("$skip=2")),
        page(&["c"], Some("$skip=1")),
    ])
    .await;
    assert!(result.unwrap_err().message().contains("leads back") && lines.len() == 3);
    let (result, lines) =
        list(vec![page(&["a"], Some("$skip=1")), page(&["b"], Some("$skip=1"))]).await;
    assert!(result.unwrap_err().message().contains("leads back") && lines.len() == 2);
    let count = std::sync::atomic::AtomicUsize::new(0);
    let script = Script::new(move |_| {
        let nth = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        page(&[], Some(&format!("$skiptoken={nth}")))
    });
    let error = list_of(&script, &request(), None).await.unwrap_err();
    assert!(error.message().contains("2000 pages") && script.seen().len() == 2000, "{error}");
    let page: Vec<Json> = (0..49_000).map(Json::from).collect();
    let count = std::sync::atomic::AtomicUsize::new(0);
    let script = Script::new(move |_| {
        let nth = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Answer::json(
            200,
            json!({"value": page, "@odata.nextLink": format!("{ROOT}?$skiptoken={nth}")}),
        )
    });
    let error = list_of(&script, &request(), None).await.unwrap_err();
    assert!(error.message().contains("500000 items") && script.seen().len() == 11, "{error}");
}

#[tokio::test(start_paused = true)]
async fn f10_a_listing_that_would_take_all_memory_ends() {
    let text = "x".repeat(15 << 20);
    let count = std::sync::atomic::AtomicUsize::new(0);
    let script = Script::new(move |_| {
        let nth = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let next = format!("{ROOT}?$skiptoken={nth}");
        Answer::json(
            200,
            json!({"value": [{"id": nth.to_string(), "text": text}], "@odata.nextLink": next}),
        )
    });
    let error = list_of(&script, &request(), None).await.unwrap_err();
    assert!(error.message().contains("bytes of memory") && script.seen().len() == 18, "{error}");
}

#[tokio::test(start_paused = true)]
async fn f58_a_link_to_elsewhere_is_refused_before_anything_is_sent() {
    for link in [
        "https://evil.test/beta/deviceManagement/roleDefinitions",
        "http://graph.microsoft.com/beta/x",
        "https://graph.microsoft.com:8443/beta/x",
        "https://graph.microsoft.com@evil.test/beta/x",
        "https://graph.microsoft.com/v1.0/x",
        "//graph.microsoft.com/beta/x",
        "/beta/x",
        "x?planted=1",
    ] {
        let (result, lines) =
            list(vec![Answer::json(200, json!({"value": [], "@odata.nextLink": link}))]).await;
        let error = result.unwrap_err();
        assert!(
            error.message().contains("cannot be trusted") && !error.message().contains("planted"),
            "{link}: {error}"
        );
        assert_eq!(lines.len(), 1, "{link}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_page_is_an_error() {
    for body in [
        json!([]),
        json!({}),
        json!({"value": {}}),
        json!({"value": [], "@odata.nextLink": 5}),
        json!({"value": null}),
    ] {
        let (result, _) = list(vec![Answer::json(200, body.clone())]).await;
        assert!(result.is_err(), "{body}");
    }
}

/// Answers like a service that can do no more than so many items at a time.
fn weak(most: usize) -> Arc<Script> {
    Script::new(move |request| {
        let top = request
            .path
            .split("$top=")
            .nth(1)
            .and_then(|top| top.parse::<usize>().ok())
            .unwrap_or(1000);
        if top > most {
            Answer::error(503, "ServiceUnavailable", "Too much.")
        } else {
            page(&["a"], None)
        }
    })
}

#[tokio::test(start_paused = true)]
async fn f46_an_overloaded_service_is_asked_for_smaller_pages() {
    let sizes = |script: &Script| -> Vec<String> {
        let mut sizes: Vec<String> = script
            .lines()
            .iter()
            .map(|line| line.split("$top=").nth(1).unwrap_or("none").to_owned())
            .collect();
        sizes.dedup();
        sizes
    };
    let script = weak(20);
    assert_eq!(list_of(&script, &request().query("$top", "500"), None).await.unwrap(), ["a"]);
    assert_eq!(sizes(&script), ["500", "250", "125", "62", "31", "20"]);
    let script = weak(50);
    assert_eq!(list_of(&script, &request(), None).await.unwrap(), ["a"]);
    assert_eq!(sizes(&script), ["none", "100", "50"]);
    let script = weak(0);
    let error = list_of(&script, &request().query("$top", "40"), None).await.unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert_eq!(sizes(&script), ["40", "20"]);
}

#[tokio::test(start_paused = true)]
async fn f45_an_outage_is_not_amplified_by_smaller_pages() {
    let script = weak(0);
    let client = script.client();
    let cx = client.context(std::time::Duration::from_secs(3_600), CancellationToken::new());
    for _ in 0..200 {
        let error = client.list(&cx, &request(), None).await.unwrap_err();
        assert_eq!(error.status(), Some(503));
    }
    assert!(script.seen().len() <= 220, "{} requests", script.seen().len());
}

#[tokio::test(start_paused = true)]
async fn a_single_overload_changes_nothing() {
    let (result, lines) = list(vec![Answer::empty(503), page(&["a"], None)]).await;
    assert_eq!((result.unwrap(), lines.len()), (vec!["a".to_owned()], 2));
    assert!(!lines[1].contains("$top"));
}

#[tokio::test(start_paused = true)]
async fn where_small_pages_are_refused_the_first_failure_is_told() {
    let (result, _) = list(vec![
        Answer::empty(503),
        Answer::empty(503),
        Answer::error(400, "BadRequest", "No $top here."),
    ])
    .await;
    assert_eq!(result.unwrap_err().status(), Some(503));
}

#[tokio::test(start_paused = true)]
async fn an_expired_link_begins_the_listing_once_more() {
    for status in [410, 400] {
        let expired = || Answer::error(status, "ExpiredToken", "The skip token has expired.");
        let (result, lines) = list(vec![
            page(&["a"], Some("$skiptoken=1")),
            expired(),
            page(&["a"], Some("$skiptoken=2")),
            page(&["b"], None),
        ])
        .await;
        assert_eq!((result.unwrap(), lines.len()), (vec!["a".to_owned(), "b".to_owned()], 4));
        let (result, lines) = list(vec![
            page(&["a"], Some("$skiptoken=1")),
            expired(),
            page(&["a"], Some("$skiptoken=2")),
            expired(),
        ])
        .await;
        assert_eq!((result.unwrap_err().status(), lines.len()), (Some(status), 4));
    }
    let (result, lines) = list(vec![Answer::error(400, "BadRequest", "Bad filter.")]).await;
    assert_eq!((result.unwrap_err().status(), lines.len()), (Some(400), 1));
}

/// So many of the plainest objects are a large page.
const LARGE: usize = 6_000;

/// A service whose listings have so many pages of so many objects.
fn pages_of(objects: usize, last: usize) -> Arc<Script> {
    let page = |page: usize| {
        let items: Vec<_> =
            (0..objects).map(|nth| format!("{{\"id\":\"{page}-{nth}\"}}")).collect();
        let next = format!("\"{ROOT}?page={}\"", page + 1);
        let next = if page < last { next } else { "null".to_owned() };
        let body = format!("{{\"@odata.nextLink\":{next},\"value\":[{}]}}", items.join(","));
        Answer::text(200, "application/json", &body).after(Duration::from_secs(1))
    };
    let pages: Vec<_> = (1..=last).map(page).collect();
    Script::new(move |request| {
        let page = request.path.split_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
        pages[page - 1].clone()
    })
}

/// Lists at the same time, so often.
async fn at_once(client: &Client, times: usize) -> Vec<Result<usize, Error>> {
    let one = || {
        let client = client.clone();
        tokio::spawn(async move {
            let cx = client.context(Duration::from_secs(600), CancellationToken::new());
            client.list(&cx, &request(), None).await.map(|items| items.len())
        })
    };
    let all: Vec<_> = (0..times).map(|_| one()).collect();
    let mut counts = Vec::new();
    for listing in all {
        counts.push(listing.await.unwrap());
    }
    counts
}

#[tokio::test(start_paused = true)]
async fn f10_of_large_listings_one_is_read_at_a_time_and_none_waits_for_ever() {
    // More of them than turns, and each grows over what is small in the middle.
    const OBJECTS: usize = 2_500;
    for times in [2, 12] {
        let script = pages_of(OBJECTS, 4);
        for count in at_once(&script.client(), times).await {
            assert_eq!(count.unwrap(), 4 * OBJECTS);
        }
        // Small pages are never asked for again.
        assert_eq!(script.seen().len(), 4 * times);
    }
    // Pages that are large by themselves: who finds the place taken asks once more.
    let script = pages_of(LARGE, 2);
    for count in at_once(&script.client(), 12).await {
        assert_eq!(count.unwrap(), 2 * LARGE);
    }
    let asked = script.seen().len();
    assert!((2 * 12 + 1..=3 * 12 - 1).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn small_listings_pass_large_ones() {
    let script = Script::new(|request| {
        let items = if request.path.contains("roleDefinitions") { LARGE } else { 1 };
        let items: Vec<Json> = (0..items).map(|nth| json!({"id": nth.to_string()})).collect();
        Answer::json(200, json!({ "value": items }))
    });
    let client = script.client();
    let cx = cx_of(&client);
    let (items, place) = client.list_in_room(&cx, &request(), None).await.unwrap();
    assert!(items.len() == LARGE && place.is_some());
    let small = Request::get(Version::Beta, "/things", &[]);
    let (items, none) = client.list_in_room(&cx, &small, None).await.unwrap();
    assert!(items.len() == 1 && none.is_none());
}

#[tokio::test(start_paused = true)]
async fn f05_who_waits_for_room_can_be_stopped_and_is_told_what_it_waited_for() {
    let script = pages_of(LARGE, 1);
    let client = script.client();
    let cx = client.context(Duration::from_secs(600), CancellationToken::new());
    let (_, place) = client.list_in_room(&cx, &request(), None).await.unwrap();
    let began = client.runtime().clock.now();
    let short = client.context(Duration::from_secs(30), CancellationToken::new());
    let late = client.list(&short, &request(), None).await.unwrap_err();
    assert!(late.is_deadline() && late.to_string().contains("large answer"), "{late}");
    let stop = CancellationToken::new();
    let cx = client.context(Duration::from_secs(600), stop.clone());
    let stopped = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        stop.cancel();
    };
    let request = request();
    let (listed, ()) = tokio::join!(client.list(&cx, &request, None), stopped);
    let stopped = listed.unwrap_err();
    assert!(stopped.is_stopped() && stopped.to_string().contains("large answer"), "{stopped}");
    assert_eq!((client.runtime().clock.now() - began).as_secs(), 90);
    drop(place);
    assert_eq!(client.list(&cx_of(&client), &request, None).await.unwrap().len(), LARGE);
}

fn cx_of(client: &Client) -> Context {
    client.context(Duration::from_secs(600), CancellationToken::new())
}

#[tokio::test(start_paused = true)]
async fn a_single_object_may_be_large_and_keeps_nobody_waiting() {
    let text = "x".repeat(6 << 20);
    let script = Script::new(move |_| Answer::json(200, json!({ "id": "a", "text": text })));
    let client = script.client();
    let cx = cx_of(&client);
    let one = Request::get(Version::Beta, "/things/a", &[]);
    let first = client.send(&cx, &one).await.unwrap();
    let second = client.send(&cx, &one).await.unwrap();
    assert_eq!((first.body["id"].as_str(), second.body["id"].as_str()), (Some("a"), Some("a")));
    assert_eq!(script.seen().len(), 2);
}
