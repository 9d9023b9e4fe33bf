//! States after an operation: what the service answered, against what was planned or stored.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::fixture::{shorthand, text, value};
use super::kitchen::{Kitchen, SCHEMA, identity};
use super::plan::stored;
use crate::framework::call::{Apply, NewState, Raw, Read};
use crate::framework::provider::Outcome;
use crate::framework::{Context, Private};
use crate::tf::{Diagnostic, Diagnostics, Value, msgpack};

pub(super) fn raw(json: Json) -> Raw {
    let msgpack = msgpack::encode(&value(&SCHEMA.block, json), &SCHEMA.implied_type());
    Raw { msgpack, json: Vec::new() }
}

pub(super) fn state(bytes: &[u8]) -> Value {
    msgpack::decode(bytes, &SCHEMA.implied_type()).expect("an answer fits the schema")
}

/// A resource that answers with this state, private data `p` and the identity `1`.
pub(super) fn answering(state: Json) -> Kitchen {
    let state = value(&SCHEMA.block, state);
    Kitchen {
        outcome: Outcome {
            state: Some(state).filter(|state| !state.is_null()),
            private: private("p"),
            identity: Some(Value::object([("id", Value::from("1"))])),
            diagnostics: Diagnostics::new(),
        },
        ..Kitchen::default()
    }
}

pub(super) fn failing(mut kitchen: Kitchen) -> Kitchen {
    kitchen.outcome.diagnostics.push(Diagnostic::error("no", "The service is on strike."));
    kitchen
}

pub(super) fn private(text: &str) -> Private {
    Private([("key".to_owned(), json!(text))].into())
}

/// One line for the state, then private data, identity and the summaries and paths of diagnostics.
pub(super) fn report(answer: &NewState) -> String {
    let mut lines = vec![match state(&answer.state) {
        Value::Null => "no state".to_owned(),
        state => text(&state),
    }];
    if !answer.private.is_empty() {
        lines.push(format!("private {}", String::from_utf8_lossy(&answer.private)));
    }
    if let Some(bytes) = &answer.identity {
        lines.push(format!("identity {}", shorthand(&identity(bytes))));
    }
    for diagnostic in answer.diagnostics.iter() {
        let first = diagnostic.detail.lines().next().unwrap_or_default();
        lines.push(format!(
            "{:?} {} [{}] {first}",
            diagnostic.severity, diagnostic.summary, diagnostic.path
        ));
    }
    lines.join("\n")
}

#[tokio::main(flavor = "current_thread")]
pub(super) async fn apply(kitchen: Kitchen, prior: Json, planned: Json) -> NewState {
    let request = Apply {
        type_name: "kitchen".to_owned(),
        // The plans here are made by hand, and follow from nothing.
        config: raw(Json::Null),
        prior_state: raw(prior),
        planned_state: raw(planned),
        planned_private: private("planned").encode(),
        planned_identity: Some(Raw {
            msgpack: super::kitchen::encoded_identity("1"),
            json: Vec::new(),
        }),
    };
    kitchen.serve().apply(&Context::unstoppable(), request).await
}

#[tokio::main(flavor = "current_thread")]
pub(super) async fn read(kitchen: Kitchen, current: Json) -> NewState {
    let request = Read {
        type_name: "kitchen".to_owned(),
        current_state: raw(current),
        private: private("stored").encode(),
        current_identity: Some(Raw {
            msgpack: super::kitchen::encoded_identity("1"),
            json: Vec::new(),
        }),
    };
    kitchen.serve().read(&Context::unstoppable(), request).await
}

fn check_apply(kitchen: Kitchen, prior: Json, planned: Json, expected: Expect) {
    expected.assert_eq(&report(&apply(kitchen, prior, planned)));
}

fn check_read(kitchen: Kitchen, current: Json, expected: Expect) {
    expected.assert_eq(&report(&read(kitchen, current)));
}

#[test]
fn a_created_object_is_stored_as_the_service_made_it_in_the_spelling_of_the_plan() {
    check_apply(
        answering(json!({
            "name": "a", "color": "RED", "id": "1", "etag": "E", "settings": {"color": "BLUE", "stamp": "S"},
            "rules": [{"name": "R1", "id": "i"}, {"name": "R2", "id": "j"}],
            "members": [{"id": "BO", "role": "r", "weight": 1, "since": "s"}, {"id": "MIA", "role": "r", "weight": 1, "since": "t"}],
            "peer": [{"address": "HOST", "seen": "now"}],
        })),
        json!(null),
        json!({
            "name": "a", "color": "red", "id": "?", "etag": "?", "settings": {"color": "Blue", "stamp": "?"},
            "rules": [{"name": "r1", "id": "?"}, {"name": "r2", "id": "?"}],
            "members": [{"id": "Mia", "role": "?", "weight": 1, "since": "?"}, {"id": "Bo", "role": "?", "weight": 1, "since": "?"}],
            "peer": [{"address": "host", "seen": "?"}],
        }),
        expect![[r#"
            {"color":"red","etag":"E","id":"1","members":[{"id":"Bo","role":"r","since":"s","weight":1},{"id":"Mia","role":"r","since":"t","weight":1}],"name":"a","peer":[{"address":"host","seen":"now"}],"rules":[{"id":"i","name":"r1"},{"id":"j","name":"r2"}],"settings":{"color":"Blue","stamp":"S"}}
            private {"key":"p"}
            identity {"id":"1"}"#]],
    );
}

#[test]
fn an_update_keeps_the_prior_spelling_of_what_the_plan_left_open() {
    check_apply(
        answering(json!({"name": "b", "mood": "CALM", "id": "1"})),
        json!({"name": "a", "mood": "Calm", "id": "1"}),
        json!({"name": "b", "mood": "?", "id": "1"}),
        expect![[r#"
            {"id":"1","mood":"Calm","name":"b"}
            private {"key":"p"}
            identity {"id":"1"}"#]],
    );
}

#[test]
fn a_read_keeps_the_stored_spelling_and_shows_drift() {
    check_read(
        answering(json!({
            "name": "changed", "color": "RED", "members": [{"id": "MIA", "since": "later"}, {"id": "NEW"}],
        })),
        json!({"name": "a", "color": "Red", "members": [{"id": "Mia", "since": "early"}]}),
        expect![[r#"
            {"color":"Red","members":[{"id":"Mia","since":"later"},{"id":"NEW"}],"name":"changed"}
            private {"key":"p"}
            identity {"id":"1"}"#]],
    );
}

#[test]
fn write_only_values_that_a_resource_gives_are_dropped() {
    check_apply(
        answering(json!({"name": "a", "secret": "s", "settings": {"secret": "t"}})),
        json!(null),
        json!({"name": "a", "settings": {}}),
        expect![[r#"
            {"name":"a"}
            private {"key":"p"}
            identity {"id":"1"}"#]],
    );
}

#[test]
fn unknown_values_after_an_apply_become_null_and_are_reported_and_the_rest_is_kept() {
    check_apply(
        answering(json!({"name": "a", "etag": "?", "limits": {"k": {"used": "?"}}})),
        json!(null),
        json!({"name": "a", "etag": "?", "limits": {"k": {"used": "?"}}}),
        expect![[r#"
            {"name":"a"}
            private {"key":"p"}
            identity {"id":"1"}
            Error Fault in the provider [etag] After creating it the value of etag is still unknown. It was stored as null.
            Error Fault in the provider [limits["k"].used] After creating it the value of limits["k"].used is still unknown. It was stored as null."#]],
    );
}

#[test]
fn a_failed_create_keeps_what_was_made() {
    check_apply(
        failing(answering(json!({"name": "a", "id": "1"}))),
        json!(null),
        json!({"name": "a", "id": "?"}),
        expect![[r#"
            {"id":"1","name":"a"}
            private {"key":"p"}
            identity {"id":"1"}
            Error no [] The service is on strike."#]],
    );
    check_apply(
        failing(answering(json!(null))),
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
        no state
        Error no [] The service is on strike."#]],
    );
}

#[test]
fn a_failed_update_keeps_the_prior_state_unless_the_resource_knows_better() {
    check_apply(
        failing(answering(json!(null))),
        stored(json!({})),
        stored(json!({"name": "b"})),
        expect![[r#"
            {"about":{"rev":"v1"},"etag":"e1","extra":{"given":"g"},"id":"1","mood":"Calm","name":"a","region":"r1","size":1,"zone":"z1"}
            private {"key":"p"}
            identity {"id":"1"}
            Error no [] The service is on strike."#]],
    );
    check_apply(
        failing(answering(stored(json!({"note": "half"})))),
        stored(json!({})),
        stored(json!({"name": "b", "note": "half"})),
        expect![[r#"
            {"about":{"rev":"v1"},"etag":"e1","extra":{"given":"g"},"id":"1","mood":"Calm","name":"a","note":"half","region":"r1","size":1,"zone":"z1"}
            private {"key":"p"}
            identity {"id":"1"}
            Error no [] The service is on strike."#]],
    );
}

#[test]
fn a_create_or_update_without_error_and_without_object_is_an_error() {
    check_apply(
        answering(json!(null)),
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
        no state
        Error Fault in the provider [] Creating a kitchen ended without an error and without an object."#]],
    );
    check_apply(
        answering(json!(null)),
        json!({"name": "a"}),
        json!({"name": "b"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        identity {"id":"1"}
        Error Cannot update kitchen: the object is gone [] It was deleted by someone else while the change was being made. Run apply again to create it anew."#]],
    );
}

#[test]
fn a_delete_answers_null_and_a_failed_one_keeps_everything() {
    check_apply(answering(json!(null)), json!({"name": "a"}), json!(null), expect!["no state"]);
    check_apply(
        failing(answering(json!(null))),
        json!({"name": "a"}),
        json!(null),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        identity {"id":"1"}
        Error no [] The service is on strike."#]],
    );
}

#[test]
fn private_data_survives_an_operation_that_failed_too_early_to_give_any() {
    let mut kitchen = failing(answering(json!(null)));
    kitchen.outcome.private = Private::default();
    kitchen.outcome.identity = None;
    check_apply(
        kitchen,
        json!({"name": "a"}),
        json!({"name": "b"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"planned"}
        identity {"id":"1"}
        Error no [] The service is on strike."#]],
    );
    let mut kitchen = failing(answering(json!(null)));
    kitchen.outcome.private = Private::default();
    kitchen.outcome.identity = None;
    check_read(
        kitchen,
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"stored"}
        identity {"id":"1"}
        Error no [] The service is on strike."#]],
    );
}

#[test]
fn an_object_that_is_gone_reads_as_null_without_error() {
    check_read(answering(json!(null)), json!({"name": "a"}), expect!["no state"]);
}

#[test]
fn identity_is_echoed_when_a_resource_forgets_it_and_refused_when_it_changes() {
    let mut kitchen = answering(json!({"name": "a"}));
    kitchen.outcome.identity = None;
    check_read(
        kitchen,
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        identity {"id":"1"}"#]],
    );

    let mut kitchen = answering(json!({"name": "a"}));
    kitchen.outcome.identity = Some(Value::object([("id", Value::from("2"))]));
    check_read(
        kitchen,
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        identity {"id":"1"}
        Error The identity of a kitchen changed [] The object that the service answered with is another one than the state speaks of: its identity differs, and an identity never changes. Remove the object from the state and import the one that is meant."#]],
    );

    let mut kitchen = answering(json!({"name": "b"}));
    kitchen.outcome.identity = Some(Value::object([("id", Value::from("2"))]));
    check_apply(
        kitchen,
        json!({"name": "a"}),
        json!({"name": "b"}),
        expect![[r#"
        {"name":"b"}
        private {"key":"p"}
        identity {"id":"1"}
        Error The identity of a kitchen changed [] The object that the service answered with is another one than the state speaks of: its identity differs, and an identity never changes. Remove the object from the state and import the one that is meant."#]],
    );

    // What the answer does not tell stays as it was; a part that was not known yet may be added.
    let mut kitchen = answering(json!({"name": "a"}));
    kitchen.outcome.identity = Some(Value::object([("tenant", Value::from("t"))]));
    check_read(
        kitchen,
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        identity {"id":"1","tenant":"t"}"#]],
    );
    let mut kitchen = answering(json!({"name": "a"}));
    kitchen.outcome.identity =
        Some(Value::object([("id", Value::from("1")), ("tenant", Value::from("t"))]));
    check_read(
        kitchen,
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        identity {"id":"1","tenant":"t"}"#]],
    );
}

#[test]
fn a_created_object_without_identity_is_a_fault_of_the_provider() {
    let mut kitchen = answering(json!({"name": "a"}));
    kitchen.outcome.identity = None;
    check_apply(
        kitchen,
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
        {"name":"a"}
        private {"key":"p"}
        Error Fault in the provider [] The kitchen has no identity after the operation."#]],
    );
}

#[test]
fn a_value_of_the_wrong_type_is_reported_and_the_rest_is_kept() {
    let mut kitchen = answering(json!({"name": "a", "id": "1", "limits": {"k": {"max": 1}}}));
    if let Some(Value::Object(state)) = &mut kitchen.outcome.state {
        state.insert("note".to_owned(), Value::Bool(true));
        state.insert("peer".to_owned(), Value::Null);
        state.insert("limits".to_owned(), Value::List(Vec::new()));
        state.remove("zone");
    }
    check_apply(
        kitchen,
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
        {"id":"1","name":"a"}
        private {"key":"p"}
        identity {"id":"1"}
        Error Fault in the provider [limits] The provider made a value that does not fit its schema: limits: a map is required.
        Error Fault in the provider [note] The provider made a value that does not fit its schema: note: a string is required."#]],
    );
}

#[test]
fn elements_of_a_set_come_once() {
    let mut kitchen = answering(json!({"name": "a"}));
    if let Some(Value::Object(state)) = &mut kitchen.outcome.state {
        let member = Value::object([("id", Value::from("m"))]);
        state.insert("members".to_owned(), Value::Set(vec![member.clone(), member]));
    }
    check_apply(
        kitchen,
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
        {"members":[{"id":"m"}],"name":"a"}
        private {"key":"p"}
        identity {"id":"1"}"#]],
    );
}
