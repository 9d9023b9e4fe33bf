//! Data sources, and the list resource.

use serde_json::json;

use super::bench::Bench;
use super::tenant::{Fault, not_found};
use super::{ANSWER, FUNCTION, GROUP, ONLY, THING};
use crate::engine::check::value;
use crate::engine::{schema, validate};
use crate::graph::scripted::Answer;
use crate::tf::{Diagnostics, Value};

fn tenant() -> Bench {
    let bench = Bench::new(&THING);
    let assigned = json!([{"id": "x", "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": GROUP}}]);
    bench
        .tenant
        .has("/things/b", json!({"displayName": "two", "color": "red", "assignments": assigned}));
    bench.tenant.has("/things/a", json!({"displayName": "one", "color": "red"}));
    bench.tenant.has("/things/c", json!({"displayName": "two", "color": "blue"}));
    bench
}

fn ids(data: &Value) -> Vec<&str> {
    let items = data.get("items").elements().unwrap_or_default();
    items.iter().map(|item| item.get("id").as_str().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn one_object_is_read_by_id_or_by_name() {
    let bench = tenant();
    let (data, findings) = bench.data("test_thing", json!({"id": "b"})).await;
    assert_eq!((findings.as_str(), data.get("display_name").as_str()), ("", Some("two")));
    assert_eq!(data.get("assignments").elements().unwrap().len(), 1);
    let (data, findings) = bench.data("test_thing", json!({"display_name": "one"})).await;
    assert_eq!((findings.as_str(), data.get("id").as_str()), ("", Some("a")));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_tells_no_one_object_is_an_error() {
    let bench = tenant();
    let (_, findings) = bench.data("test_thing", json!({"display_name": "two"})).await;
    assert!(findings.contains("2 objects") && findings.contains("  b\n  c"), "{findings}");
    let (_, findings) = bench.data("test_thing", json!({"display_name": "three"})).await;
    assert!(findings.contains("No object has this name"), "{findings}");
    let (_, findings) = bench.data("test_thing", json!({"id": "zzz"})).await;
    assert!(findings.contains("No object has the id zzz"), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn an_object_made_moments_ago_is_found_by_name() {
    let bench = tenant();
    let empty = Answer::json(200, json!({"value": []}));
    bench.tenant.on(2, "GET", "/things", Fault::Instead(empty));
    bench.tenant.on(1, "GET", "/things/a", Fault::Instead(not_found()));
    let (data, findings) = bench.data("test_thing", json!({"display_name": "one"})).await;
    assert_eq!((findings.as_str(), data.get("id").as_str()), ("", Some("a")));
}

#[tokio::test(start_paused = true)]
async fn the_one_object_that_always_exists_needs_no_name() {
    let bench = Bench::new(&ONLY);
    bench.tenant.has("/only", json!({"mode": "old"}));
    let (data, findings) = bench.data("test_only", json!({})).await;
    assert_eq!((findings.as_str(), data.get("mode").as_str()), ("", Some("old")));
}

#[tokio::test(start_paused = true)]
async fn many_objects_take_one_listing_and_come_sorted_by_id() {
    let bench = tenant();
    let (data, findings) = bench.data("test_things", json!({})).await;
    assert_eq!((findings.as_str(), ids(&data)), ("", vec!["a", "b", "c"]));
    assert_eq!(bench.tenant.sent(), ["GET /things"]);
    let items = data.get("items").elements().unwrap();
    assert_eq!(items[1].get("assignments").elements().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_the_service_ignores_or_refuses_is_applied_here() {
    let bench = tenant();
    let config = json!({"filter": "color eq 'red'"});
    assert_eq!(ids(&bench.data("test_things", config.clone()).await.0), ["a", "b"]);
    bench.tenant.trouble(
        1,
        |seen| seen.path.contains("filter"),
        Fault::Instead(Answer::error(400, "BadRequest", "No filters.")),
    );
    assert_eq!(ids(&bench.data("test_things", config).await.0), ["a", "b"]);
    bench.tenant.trouble(
        1,
        |seen| seen.path.contains("filter"),
        Fault::Instead(Answer::error(400, "BadRequest", "No filters.")),
    );
    let (_, findings) = bench.data("test_things", json!({"filter": "isof('red')"})).await;
    assert!(findings.contains("No filters."), "{findings}");
}

#[tokio::test(start_paused = true)]
async fn top_is_a_total_and_goes_by_the_order_asked_for() {
    let bench = tenant();
    assert_eq!(ids(&bench.data("test_things", json!({"top": 2})).await.0).len(), 2);
    let config = json!({"top": 1, "order_by": "color asc"});
    assert_eq!(ids(&bench.data("test_things", config).await.0), ["c"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_names_what_could_be_imported() {
    let bench = tenant();
    let events = bench.list(json!({}), false, 0).await;
    assert_eq!(
        events.iter().map(|it| it.display_name.as_str()).collect::<Vec<_>>(),
        ["one", "two", "two"]
    );
    assert!(
        events
            .iter()
            .all(|it| it.identity.is_some() && it.resource.is_none() && it.diagnostics.is_empty())
    );
    assert_eq!(bench.tenant.sent(), ["GET /things"]);
    assert_eq!(bench.list(json!({"filter": "color eq 'red'"}), false, 1).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_with_whole_objects_reads_each() {
    let bench = tenant();
    let events = bench.list(json!({}), true, 0).await;
    let object = bench.decode(events[1].resource.as_ref().unwrap());
    assert_eq!(object.get("assignments").elements().unwrap().len(), 1);
    assert_eq!(bench.tenant.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_says_so_once() {
    let bench = tenant();
    bench.tenant.on(9, "GET", "/things", Fault::Instead(Answer::error(403, "Forbidden", "No.")));
    let events = bench.list(json!({}), false, 0).await;
    assert_eq!(events.len(), 1);
    assert!(events[0].diagnostics.has_error());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_moved_to_another_object_is_looked_up_anew() {
    let bench = tenant();
    assert_eq!(bench.data("test_thing", json!({"display_name": "one"})).await.1, "");
    bench.tenant.loses("/things/a");
    bench.tenant.has("/things/d", json!({"displayName": "one"}));
    let (data, findings) = bench.data("test_thing", json!({"display_name": "one"})).await;
    assert_eq!((findings.as_str(), data.get("id").as_str()), ("", Some("d")));
}

#[tokio::test(start_paused = true)]
async fn a_function_is_asked_with_its_arguments_and_nothing_else() {
    let bench = Bench::new(&FUNCTION);
    let answer = json!({"value": [
        {"name": "b", "at": "2026-03-01T08:00:00Z"}, {"name": "a", "at": "2026-03-01T08:00:00.5Z"}, {"name": "a", "at": "2026-03-01T08:00:00Z"},
    ]});
    let of = "five o'clock";
    bench.tenant.trouble(2, |_| true, Fault::Instead(Answer::json(200, answer)));
    let (data, findings) =
        bench.data("test_functions", json!({"of": of, "filter": "name ne 'b'", "top": 1})).await;
    assert_eq!(findings, "");
    let items = data.get("items").elements().unwrap();
    assert_eq!((items.len(), items[0].get("at").as_str()), (1, Some("2026-03-01T08:00:00.5Z")));
    let (data, findings) = bench.data("test_function", json!({"of": of, "name": "a"})).await;
    assert_eq!((findings.as_str(), data.get("of").as_str()), ("", Some(of)));
    assert_eq!(data.get("at").as_str(), Some("2026-03-01T08:00:00.5Z"));
    let sent = bench.tenant.sent();
    let [first, second] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(first, second);
    // The quote is doubled, and nothing is asked of the service that a function does not know.
    assert!(first.starts_with("GET /things/list(of='five") && !first.contains('?'), "{first}");
    assert!(first.ends_with("clock')"), "{first}");
    assert!(first.contains("%27%27") || first.contains("''"), "{first}");
}

#[tokio::test(start_paused = true)]
async fn one_object_comes_bare_or_as_the_value_of_an_answer() {
    let bench = Bench::new(&ANSWER);
    for answer in [json!({"mode": "new"}), json!({"value": {"mode": "new"}})] {
        bench.tenant.trouble(1, |_| true, Fault::Instead(Answer::json(200, answer)));
        let (data, findings) = bench.data("test_answer", json!({})).await;
        assert_eq!((findings.as_str(), data.get("mode").as_str()), ("", Some("new")));
    }
    bench.tenant.trouble(1, |_| true, Fault::Instead(Answer::json(200, json!(["new"]))));
    let (_, findings) = bench.data("test_answer", json!({})).await;
    assert!(findings.contains("no object"), "{findings}");
}

#[test]
fn a_query_that_nobody_would_answer_is_an_error() {
    let check = |config: serde_json::Value| {
        let config = value(&schema::data_sources(&FUNCTION), &config);
        let mut diags = Diagnostics::new();
        validate::data_sources(&FUNCTION, &config, &mut diags);
        diags.iter().map(|it| it.detail.clone()).collect::<String>()
    };
    let good =
        json!({"filter": "name eq 'a' or at gt 2026-03-01T08:00:00Z", "order_by": "at desc"});
    assert_eq!(check(good), "");
    assert!(check(json!({"filter": "isof('a')"})).contains("does not understand"));
    assert!(check(json!({"filter": "nmae eq 'a'"})).contains("nmae"));
    assert!(check(json!({"order_by": "at, name"})).contains("One property"));
    assert!(check(json!({"order_by": "nmae"})).contains("nmae"));
}
