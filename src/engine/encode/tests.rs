//! Bodies of descriptions that the entities do not need yet.

use expect_test::expect;
use serde_json::{Map, Value as Json, json};

use crate::engine::check::check;
use crate::engine::{check, encode, schema};
use crate::spec::*;

static THING: Entity =
    Entity::collection("test_thing", "thing", "/things").without_type().attributes(&[
        string("name").required(),
        string("color").on_create(),
        string("logo").on_update(),
        string("note").cleared_with_empty(),
        int32("count").sent_with("unit"),
        string("unit"),
        object("part").of(&[
            string("a"),
            string("b"),
            string("c").defaulted(),
            string("d").read_only(),
        ]),
    ]);

#[test]
fn what_a_create_cannot_carry_follows_in_an_update() {
    check(&THING).config(json!({"name": "n", "color": "red", "logo": "png"})).creates(expect![[
        r#"
            POST /things
            {
              "color": "red",
              "name": "n"
            }
            PATCH /things/ID
            {
              "logo": "png"
            }
        "#
    ]]);
}

#[test]
fn each_value_is_cleared_in_its_own_way_and_companions_go_along() {
    let before = json!({"name": "n", "color": "red", "note": "x", "count": 1, "unit": "m", "part": {"a": "1", "b": "2"}});
    let answer = json!({"id": "i", "name": "n", "note": "x", "count": 1, "unit": "m", "part": {"a": "1", "b": "2", "c": "3", "d": "4"}});
    let after = json!({"name": "n", "color": "blue", "unit": "km", "count": 1, "part": {"a": "9"}});
    check(&THING).config(before).answer(answer).then(after).updates(expect![[r#"
        PATCH /things/i
        {
          "count": 1,
          "note": "",
          "part": {
            "a": "9",
            "b": null
          },
          "unit": "km"
        }
    "#]]);
}

static WHOLE: Entity = Entity::collection("test_whole", "whole", "/wholes")
    .updated_by(Update::Put)
    .hooks(Hooks { shape_request: Some(shape), shape_response: None })
    .attributes(&[string("name").required(), string("note"), strings("tags")]);

fn shape(phase: Phase, body: &mut Map<String, Json>) {
    body.insert("phase".to_owned(), json!(format!("{phase:?}")));
}

#[test]
fn put_sends_the_whole_object_and_hooks_have_the_last_word() {
    let answer = json!({"id": "i", "name": "n", "note": "x", "tags": ["a"]});
    check(&WHOLE)
        .config(json!({"name": "n", "note": "x", "tags": ["a"]}))
        .answer(answer)
        .then(json!({"name": "n", "tags": ["a"]}))
        .updates(expect![[r##"
            PUT /wholes/i
            {
              "@odata.type": "#microsoft.graph.whole",
              "name": "n",
              "note": null,
              "phase": "Update",
              "tags": [
                "a"
              ]
            }
        "##]]);
}

#[test]
fn f85_quotes_in_a_key_cannot_end_it() {
    static BOUND: Entity = Entity::collection("test_bound", "bound", "/bounds")
        .attributes(&[reference("role", "role_id", "/roles")]);
    let planned = check::value(&schema::resource(&BOUND), &json!({"role_id": "a')/x('b"}));
    let body = encode::create(
        &BOUND,
        &planned,
        &planned,
        &encode::Bases { root: "https://graph.test/v1.0" },
    );
    assert_eq!(body["role@odata.bind"], "https://graph.test/v1.0/roles('a'')/x(''b')");
}
