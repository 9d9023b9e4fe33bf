//! Answers that are odd.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use crate::engine::{decode, schema};
use crate::spec::*;
use crate::tf::{Diagnostics, Value, json as tf_json};

static MOOD: Choice = Choice::open("mood", &["calm", "wild"]);

static THING: Entity = Entity::collection("test_thing", "thing", "/things").attributes(&[
    string("name").required(),
    string("note"),
    string("remark").empty_is_null(),
    strings("tags").empty_is_null(),
    strings("labels"),
    choice("mood", &MOOD),
    choice("weather", &MOOD).read_only(),
    flags("moods", &MOOD),
    int64("size"),
    binary("icon"),
    object("part").of(&[string("a"), string("secret").secret(), string("b").defaulted()]),
    union("shape").one_of(&[
        variant("circle", "circleShape").of(&[int32("radius")]),
        variant("square", "squareShape").of(&[int32("side")]),
    ]),
    objects("rows").of(&[string("key").required(), string("value").empty_is_null()]),
]);

/// Reads an answer in the light of a reference (`"?"` is unknown), and shows the state and the findings.
fn check(reference: Json, answer: Json, expected: Expect) {
    let r#type = schema::resource(&THING).block.implied_type();
    let mut reference = tf_json::from_json(&reference, &r#type).unwrap();
    if let Value::Object(entries) = &mut reference {
        for entry in entries.values_mut().filter(|entry| **entry == Value::from("?")) {
            *entry = Value::unknown();
        }
    }
    let mut diags = Diagnostics::new();
    let state = decode::state(&THING, answer.as_object().unwrap(), &reference, &mut diags);
    state.conforms(&r#type).unwrap();
    assert!(state.is_wholly_known(), "a state is known");
    let Json::Object(shown) = tf_json::to_json(&state, &r#type).unwrap() else {
        panic!("an object")
    };
    let shown: Json = shown
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect::<serde_json::Map<_, _>>()
        .into();
    let findings =
        diags.iter().map(|it| format!("\n{:?} at {}: {}", it.severity, it.path, it.detail));
    expected.assert_eq(&format!("{shown}{}", findings.collect::<String>()));
}

#[test]
fn an_empty_collection_that_was_written_and_is_answered_as_null_stays() {
    check(
        json!({"id": "1", "name": "n", "labels": [], "moods": [], "rows": []}),
        json!({"name": "n", "labels": null, "moods": null, "rows": null}),
        expect![[r#"{"id":"1","labels":[],"moods":[],"name":"n","rows":[]}"#]],
    );
    check(
        json!({"id": "1", "name": "n", "labels": ["a"]}),
        json!({"name": "n", "labels": null}),
        expect![[r#"{"id":"1","name":"n"}"#]],
    );
}

#[test]
fn absent_keeps_the_reference_and_null_does_not() {
    check(
        json!({"id": "1", "name": "n", "note": "old", "labels": ["a"], "size": 1}),
        json!({"name": "n", "note": null}),
        expect![[r#"{"id":"1","labels":["a"],"name":"n","size":1}"#]],
    );
    check(
        json!({"note": "?", "remark": "?"}),
        json!({"id": "2", "name": "n"}),
        expect![[r#"{"id":"2","name":"n"}"#]],
    );
}

#[test]
fn null_and_empty_are_one_where_declared_and_the_reference_decides() {
    let nothing = json!({"remark": "", "tags": [], "labels": [], "note": ""});
    let null = json!({"remark": null, "tags": null, "labels": null, "note": null});
    check(json!({}), nothing.clone(), expect![[r#"{"labels":[]}"#]]);
    check(json!({"remark": "", "tags": []}), null.clone(), expect![[r#"{"remark":"","tags":[]}"#]]);
    check(json!({"remark": "x", "tags": ["x"]}), nothing, expect![[r#"{"labels":[]}"#]]);
    check(json!({"labels": [], "note": ""}), null, expect![[r#"{"labels":[],"note":""}"#]]);
}

#[test]
fn f55_unknown_member_is_reported_and_the_old_value_stays() {
    check(
        json!({"mood": "calm"}),
        json!({"mood": "stormy"}),
        expect![[r#"
        {"mood":"calm"}
        Warning at mood: Microsoft Graph gives the value stormy, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it."#]],
    );
    check(
        json!({"moods": ["calm"]}),
        json!({"moods": "calm, stormy"}),
        expect![[r#"
        {"moods":["calm"]}
        Warning at moods: Microsoft Graph gives the value stormy, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it."#]],
    );
}

#[test]
fn unknown_member_is_shown_where_there_is_no_old_value() {
    check(
        json!({}),
        json!({"mood": "stormy"}),
        expect![[r#"
        {"mood":"stormy"}
        Warning at mood: Microsoft Graph gives the value stormy, which this version of the provider does not know. It is shown as it is. A newer version of the provider may know it."#]],
    );
}

#[test]
fn unknown_member_that_the_user_wrote_or_only_the_service_gives_is_taken() {
    check(
        json!({"mood": "Stormy", "weather": "calm"}),
        json!({"mood": "stormy", "weather": "foggy"}),
        expect![[r#"{"mood":"stormy","weather":"foggy"}"#]],
    );
}

#[test]
fn f55_unknown_odata_type_is_reported_not_dropped() {
    check(
        json!({"shape": {"circle": {"radius": 1}}}),
        json!({"shape": {"@odata.type": "#microsoft.graph.triangleShape", "side": 2}}),
        expect![[r#"
            {"shape":{"circle":{"radius":1},"square":null}}
            Warning at shape: Microsoft Graph gives an object of the type #microsoft.graph.triangleShape, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it."#]],
    );
}

#[test]
fn odata_type_is_compared_without_regard_to_case_and_may_be_missing() {
    check(
        json!({}),
        json!({"shape": {"@odata.type": "microsoft.graph.SquareShape", "side": 2}}),
        expect![[r#"{"shape":{"circle":null,"square":{"side":2}}}"#]],
    );
    check(
        json!({"shape": {"circle": {"radius": 1}}}),
        json!({"shape": {"radius": 2}}),
        expect![[r#"{"shape":{"circle":{"radius":2},"square":null}}"#]],
    );
}

#[test]
fn f54_another_json_type_is_reported_and_the_old_value_stays() {
    check(
        json!({"name": "n", "size": 1, "labels": ["a"], "part": {"a": "x"}}),
        json!({"name": 5, "size": "many", "labels": "a", "part": []}),
        expect![[r#"
            {"labels":["a"],"name":"n","part":{"a":"x","b":null,"secret":null,"secret_wo":null,"secret_wo_version":null},"size":1}
            Warning at name: Microsoft Graph gives something unexpected: a number instead of text, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it.
            Warning at labels: Microsoft Graph gives something unexpected: text instead of a collection, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it.
            Warning at size: Microsoft Graph gives something unexpected: text instead of a number, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it.
            Warning at part: Microsoft Graph gives something unexpected: a collection instead of an object, which this version of the provider does not know. The old value is kept. A newer version of the provider may know it."#]],
    );
}

#[test]
fn long_numbers_keep_their_digits_even_as_text() {
    check(
        json!({}),
        json!({"size": "9223372036854775807"}),
        expect![[r#"{"size":9223372036854775807}"#]],
    );
    check(
        json!({}),
        json!({"size": 9223372036854775807_i64}),
        expect![[r#"{"size":9223372036854775807}"#]],
    );
}

#[test]
fn complex_values_come_whole_and_keep_their_secrets() {
    check(
        json!({"part": {"a": "x", "secret": "s", "secret_wo_version": 3, "b": "y"}}),
        json!({"part": {"b": "z", "secret": null}}),
        expect![[
            r#"{"part":{"a":null,"b":"z","secret":"s","secret_wo":null,"secret_wo_version":3}}"#
        ]],
    );
}

#[test]
fn elements_of_sets_find_the_ones_that_they_continue() {
    check(
        json!({"rows": [{"key": "a", "value": ""}, {"key": "b", "value": null}]}),
        json!({"rows": [{"key": "b", "value": ""}, {"key": "a", "value": null}, {"key": "c", "value": ""}, null]}),
        expect![[
            r#"{"rows":[{"key":"b","value":null},{"key":"a","value":""},{"key":"c","value":null}]}"#
        ]],
    );
}

#[test]
fn assignments_of_policy_sets_and_filters_that_are_none_are_left_out() {
    static ASSIGNED: Entity =
        Entity::collection("test_assigned", "thing", "/things").assigned_by(Assignments {
            style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
            read_by: ReadBy::SubCollection,
            targets: Targets::Intune { kinds: INTUNE_TARGETS, filters: true },
            item_type: None,
            extra: &[],
            block_delete: false,
        });
    let items = [
        json!({"source": "policySets", "target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}}),
        json!({"source": "direct", "target": {
            "@odata.type": "#microsoft.graph.AllLicensedUsersAssignmentTarget",
            "deviceAndAppManagementAssignmentFilterId": "00000000-0000-0000-0000-000000000000",
            "deviceAndAppManagementAssignmentFilterType": "none",
        }}),
        json!({"target": {"@odata.type": "#microsoft.graph.somethingNewTarget", "groupId": "g"}}),
    ];
    let mut diags = Diagnostics::new();
    let read = decode::assignments(&ASSIGNED, &items, &Value::Null, &mut diags);
    let shown: Vec<(Option<&str>, bool)> = read
        .elements()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it.get("type").as_str(),
                it.get("filter_id").is_null() && it.get("filter_type").is_null(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [(Some("allLicensedUsersAssignmentTarget"), true), (Some("somethingNewTarget"), true)]
    );
    assert_eq!(diags.0.len(), 1, "the new kind is reported: {diags:?}");
}

#[test]
fn a_trigger_that_is_not_known_is_not_kept_unknown() {
    static CALLED: Entity = Entity::collection("test_called", "called", "/called")
        .attributes(&[string("name")])
        .calls(&[Call {
            when: When::Triggered(Trigger {
                name: "triggers",
                doc: "What calls it.",
                implied_by_update: false,
            }),
            action: "run",
            why: "Something else changed.",
        }]);
    let triggers = [("a", Value::from("1")), ("b", Value::unknown())];
    let triggers = Value::Map(triggers.map(|(name, value)| (name.to_owned(), value)).into());
    let planned = Value::object([("triggers", triggers)]);
    let answer = serde_json::Map::from_iter([("name".to_owned(), json!("n"))]);
    let state = decode::state(&CALLED, &answer, &planned, &mut Diagnostics::new());
    assert!(state.is_wholly_known(), "{state:?}");
    assert_eq!(state.get("triggers").get("a"), &Value::from("1"));
}
