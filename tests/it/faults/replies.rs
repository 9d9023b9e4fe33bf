//! Answers that are cut, twisted, or about something else.

use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;
use windows365::graph::scripted::{Answer, Script};
use windows365::graph::{Request, Version};
use windows365::mock::{Effect, Fault, Scripted};

use crate::lifecycle::run::Run;
use crate::lifecycle::{all_lives, lives, made};

/// A 201 with this body, although nothing is made.
fn answered(body: Json) -> Effect {
    Effect::Reply(Scripted { status: 201, headers: Vec::new(), body })
}

#[tokio::test(start_paused = true)]
async fn f50_a_real_answer_that_is_cut_anywhere_is_never_taken_for_whole() {
    for life in all_lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let whole = made(&run, &life).remove(0).to_string();
        let parts: Vec<usize> = (0..whole.len()).filter(|at| whole.is_char_boundary(*at)).collect();
        let cuts = std::sync::Mutex::new(parts.clone().into_iter());
        let text = whole.clone();
        let script = Script::new(move |_| {
            let cut = cuts.lock().unwrap().next().unwrap_or(text.len());
            Answer::text(201, "application/json", &text[..cut])
        });
        let client = script.client();
        let cx = client.context(std::time::Duration::from_secs(3_600), CancellationToken::new());
        let create = Request::create(Version::Beta, "/things", &[], json!({}));
        for cut in parts {
            match client.send(&cx, &create).await {
                // Nothing at all is an answer: 201 alone says that it was done.
                Ok(reply) => assert!(cut == 0 && reply.body.is_null(), "{}: {cut}", life.name),
                Err(error) => assert!(error.is_ambiguous(), "{}: {cut}: {error}", life.name),
            }
        }
        assert_eq!(script.seen().len(), whole.chars().count(), "no create is sent twice");
        assert!(client.send(&cx, &create).await.is_ok(), "{}: the whole is taken", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn f50_every_entity_survives_a_create_whose_answer_is_cut() {
    for life in all_lives() {
        for cut in [0, 1, 2, 17, 64] {
            let run = Run::of(life.name);
            let truncated = Effect::ActThenTruncate(cut);
            run.mock.fault(Fault::once(life.creates_by(), life.path, truncated));
            let mut resource = run.resource(life.name);
            assert_eq!(resource.apply(&life.create).await, "", "{} after {cut}", life.name);
            assert_eq!(made(&run, &life).len(), 1, "{} after {cut}", life.name);
            run.mock.fault(Fault::once("GET", &life.item(), Effect::ActThenTruncate(cut)));
            assert_eq!(resource.refresh().await, "", "{} after {cut}", life.name);
            assert_eq!(resource.drift(&life.create), "", "{} after {cut}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f52_a_web_page_instead_of_an_answer_is_neither_success_nor_gone() {
    let page = |status| {
        Effect::Reply(Scripted {
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: json!("<html><body>Log in to the guest network</body></html>"),
        })
    };
    for life in all_lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let before = resource.state.clone();
        for status in [200, 403, 404, 511] {
            run.mock.fault(Fault::once("GET", "*", page(status)).times(u32::MAX));
            let findings = resource.refresh().await;
            run.mock.clear_faults();
            assert!(findings.contains("Error"), "{} {status}: {findings}", life.name);
            assert!(findings.contains("web page"), "{} {status}: {findings}", life.name);
            assert_eq!(resource.state, before, "{} {status}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f53_a_success_without_an_object_in_it_is_an_error_and_drops_nothing() {
    for life in all_lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let before = resource.state.clone();
        let refusal = json!({"error": {"code": "NotFound", "message": "It is not there."}});
        for (status, body) in
            [(200, refusal), (200, Json::Null), (204, Json::Null), (200, json!([]))]
        {
            let reply = Scripted { status, headers: Vec::new(), body: body.clone() };
            let item = life.item();
            run.mock.fault(Fault::once("GET", &item, Effect::Reply(reply)).times(u32::MAX));
            let findings = resource.refresh().await;
            run.mock.clear_faults();
            assert!(findings.contains("Error"), "{} {status} {body}: {findings}", life.name);
            assert_eq!(resource.state, before, "{} {status} {body}", life.name);
        }
        // A deletion that says more than it must is one all the same.
        if !life.is_only() {
            let reply = Scripted { status: 200, headers: Vec::new(), body: json!({"done": true}) };
            let item = life.item();
            run.mock.fault(Fault::once("DELETE", &item, Effect::ActThenReply(reply)));
            let left = resource.destroy().await;
            assert!(!left.contains("Error") && resource.state.is_null(), "{}: {left}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f54_f55_a_refresh_with_twisted_values_keeps_the_state_in_shape() {
    for life in all_lives() {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        let id = resource.id();
        let whole = made(&run, &life).remove(0);
        let members: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
        for member in members.iter().filter(|member| *member != "id") {
            for twisted in [
                json!(7),
                json!("unknownFutureValue"),
                json!([{}]),
                json!({"x": [null]}),
                Json::Null,
            ] {
                let mut body = whole.clone();
                body[member] = twisted.clone();
                body["somethingNew"] = json!({"of": ["tomorrow"]});
                let reply = Scripted { status: 200, headers: Vec::new(), body };
                let twist = Fault::once("GET", &life.item(), Effect::Reply(reply));
                run.mock.fault(twist.times(u32::MAX));
                let mut again = run.resource(life.name).with_state_of(&resource);
                // The state conforms to the schema and is known, or `refresh` panics.
                let findings = again.refresh().await;
                let state = again.state.clone();
                // What nobody understands is shown once and does not go back and forth.
                assert_eq!(again.refresh().await, findings, "{} {member} {twisted}", life.name);
                assert_eq!(again.state, state, "{} {member} {twisted}", life.name);
                run.mock.clear_faults();
                let (now, before) = (state.entries().unwrap(), resource.state.entries().unwrap());
                let changed: Vec<&String> =
                    now.keys().filter(|name| now[*name] != before[*name]).collect();
                // One property may be the source of two attributes.
                assert!(changed.len() <= 2, "{} {member} {twisted}: {changed:?}", life.name);
                if findings.contains("Error") {
                    assert!(changed.is_empty(), "{} {member} {twisted}: {findings}", life.name);
                }
                assert_eq!(again.id(), id, "{} {member} {twisted}: {findings}", life.name);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f84_an_id_from_the_service_cannot_leave_its_place() {
    for life in lives() {
        for id in
            ["../users/x", "a/b", "..", "%2e%2e%2f", "x?$filter=y", "a\r\nHost: evil.test", "a#b"]
        {
            let run = Run::of(life.name);
            run.mock.fault(Fault::once("POST", life.path, answered(json!({"id": id}))));
            let mut resource = run.resource(life.name);
            let findings = resource.apply(&life.create).await;
            for request in run.mock.requests() {
                let path = request.path.as_str();
                let outside = ["..", "users/x", "a/b"];
                let found = outside.iter().find(|part| path.contains(**part));
                assert_eq!(found, None, "{} {id:?}: {} {path}", life.name, request.method);
                assert!(!request.query.contains("filter=y"), "{} {id:?}", life.name);
            }
            let possible = windows365::graph::is_key(id);
            assert!(possible || resource.id() != id, "{} {id:?}: {findings}", life.name);
        }
    }
}
