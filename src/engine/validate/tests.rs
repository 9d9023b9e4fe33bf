//! Findings about single values.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use crate::engine::check::check as check_entity;
use crate::engine::{check, schema, validate};
use crate::spec::*;
use crate::tf::Diagnostics;

static CLOSED: Choice = Choice::closed("closed", &["on", "off"]);
static OPEN: Choice = Choice::open("open", &["on", "off"]);

static THING: Entity = Entity::collection("test_thing", "thing", "/things")
    .attributes(&[
        guid("group"),
        guids("groups"),
        date_time("at"),
        date("day"),
        time_of_day("time"),
        duration("every"),
        binary("icon"),
        int32("small").checks(&[Check::Between(1, 10)]),
        choice("closed", &CLOSED),
        choices("open", &OPEN),
        string("required").secret().required(),
        string("name").checks(&[Check::MinLength(2), Check::MaxLength(3)]),
        objects("rows").ordered().of(&[guid("key")]),
        objects("marks").of(&[guid("key"), string("note").empty_is_null()]),
        string("first"),
        string("second"),
    ])
    .rules(&[Rule::AtLeastOne(&["first", "second"])]);

fn check(config: Json, expected: Expect) {
    let mut valid = json!({"required": "x", "first": "y"});
    for (name, value) in config.as_object().unwrap() {
        valid[name] = value.clone();
    }
    check_entity(&THING).config(valid).finds(expected);
}

#[test]
fn good_values_pass() {
    check(
        json!({
            "group": "3F6A0C5E-0F3B-4C6F-9D0E-5F2F0D1C9B11", "at": "2026-03-01T08:30:00+01:00", "day": "2026-03-01", "time": "08:30:00",
            "every": "P1W", "icon": "aGVsbG8=", "small": 10, "closed": "ON", "open": ["on"], "name": "ünï",
            "timeouts": {"create": "1h30m"},
        }),
        expect![[r#""#]],
    );
}

#[test]
fn objects_of_a_set_that_say_the_same_are_given_twice() {
    const KEY: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
    let other = KEY.to_uppercase();
    let twice = json!({"marks": [{"key": KEY}, {"key": other, "note": ""}]});
    check(
        twice,
        expect![[r#"
        Error at marks: Given twice: Two elements say the same, if in another spelling. Write it once.
    "#]],
    );
    let distinct = json!({"marks": [{"key": KEY}, {"key": other, "note": "n"}], "rows": [{"key": KEY}, {"key": other}]});
    check(distinct, expect![[r#""#]]);
    check(json!({"groups": [KEY, other]}), expect![[r#""#]]);
}

#[test]
fn syntax_is_checked_where_a_kind_has_one() {
    check(
        json!({
            "group": "engineering", "groups": ["3f6a0c5e0f3b4c6f9d0e5f2f0d1c9b11"], "at": "2026-03-01T08:30:00", "day": "1 March", "time": "25:00",
            "every": "1 week", "icon": "secret text", "small": 1.5, "rows": [{"key": "?"}, {"key": "k"}], "timeouts": {"read": "soon"},
        }),
        expect![[r#"
            Error at group: Invalid value: The value must be a GUID such as "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11". "engineering" was given.
            Error at groups: Invalid value: The value must be a GUID such as "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11". "3f6a0c5e0f3b4c6f9d0e5f2f0d1c9b11" was given.
            Error at at: Invalid value: The value must be a date and time with an offset, such as "2026-03-01T08:30:00Z". "2026-03-01T08:30:00" was given.
            Error at day: Invalid value: The value must be a date such as "2026-03-01". "1 March" was given.
            Error at time: Invalid value: The value must be a time of day such as "08:30:00". "25:00" was given.
            Error at every: Invalid value: The value must be a length of time in ISO 8601, such as "P7D" or "PT1H30M". "1 week" was given.
            Error at icon: Invalid value: The value must be standard base64 with padding; `filebase64()` gives it.
            Error at small: Invalid value: The value must be between 1 and 10; 1.5 was given.
            Error at small: Invalid value: The value must be a whole number between -2147483648 and 2147483647. 1.5 was given.
            Error at rows[1].key: Invalid value: The value must be a GUID such as "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11". "k" was given.
            Error at timeouts.read: Invalid time-out: "soon" is no length of time. Write one such as "30m" or "1h30m".
        "#]],
    );
}

#[test]
fn limits_are_counted_in_characters() {
    check(
        json!({"name": "ü", "small": 11}),
        expect![[r#"
        Error at small: Invalid value: The value must be between 1 and 10; 11 was given.
        Error at name: Invalid value: At least 2 characters are needed; there are 1.
    "#]],
    );
    check(
        json!({"name": "four"}),
        expect![[r#"
        Error at name: Invalid value: At most 3 characters are allowed; there are 4.
    "#]],
    );
}

#[test]
fn unknown_members_are_errors_only_where_the_service_is_known_to_refuse_them() {
    check(
        json!({"closed": "maybe", "open": ["maybe"]}),
        expect![[r#"
        Error at closed: Unknown value: "maybe" is not one of the values that Microsoft Graph takes. Known values: "on", "off".
        Warning at open: Unknown value: "maybe" is no value that this version of the provider knows; Microsoft Graph may refuse it. Known values: "on", "off".
    "#]],
    );
    check(
        json!({"open": ["unknownFutureValue"]}),
        expect![[r#"
        Error at open: Unknown value: "unknownFutureValue" is not one of the values that Microsoft Graph takes. Known values: "on", "off".
    "#]],
    );
}

#[test]
fn required_secret_and_one_of_several_are_missed() {
    check(
        json!({"required": null, "first": null}),
        expect![[r#"
        Error at required: Secret missing: One of `required` and `required_wo` must be set.
        Error at first: Attributes that do not go together: At least one of `first` and `second` must be set.
    "#]],
    );
    check(json!({"required": null, "required_wo": "?", "first": null, "second": "?"}), expect![""]);
}

#[test]
fn data_source_needs_one_way_to_find_the_object() {
    static NAMED: Entity =
        Entity::collection("test_named", "named", "/named").attributes(&[string("displayName")]);
    let findings = |config: Json| {
        let config = check::value(&schema::data_source(&NAMED), &config);
        let mut diags = Diagnostics::new();
        validate::data_source(&NAMED, &config, &mut diags);
        diags.iter().map(|it| it.detail.clone()).collect::<Vec<_>>()
    };
    assert_eq!(findings(json!({"id": "i"})), Vec::<String>::new());
    assert_eq!(findings(json!({"id": "?", "display_name": null})), Vec::<String>::new());
    assert_eq!(findings(json!({})), ["One of `id` and `display_name` must be set."]);
    assert_eq!(
        findings(json!({"id": "i", "display_name": "n"})),
        ["Only one of `id` and `display_name` may be set."]
    );

    static VERSIONED: Entity = Entity::collection("test_versioned", "versioned", "/versioned")
        .attributes(&[string("displayName"), string("version")])
        .named_also_by("version");
    let findings = |config: Json| {
        let config = check::value(&schema::data_source(&VERSIONED), &config);
        let mut diags = Diagnostics::new();
        validate::data_source(&VERSIONED, &config, &mut diags);
        diags.iter().map(|it| it.detail.clone()).collect::<Vec<_>>()
    };
    assert_eq!(findings(json!({"display_name": "n", "version": "1"})), Vec::<String>::new());
    assert_eq!(
        findings(json!({"id": "i", "version": "1"})),
        ["`version` tells objects of one `display_name` apart; it means nothing without it."]
    );
}
