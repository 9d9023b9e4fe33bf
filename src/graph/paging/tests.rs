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
