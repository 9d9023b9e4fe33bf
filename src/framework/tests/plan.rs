//! Planned states.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::fixture::{Marks, lines, nested, schema, string, value};
use super::kitchen::SCHEMA;
use crate::framework::proposed::proposed;
use crate::framework::{plan, replace};
use crate::tf::{Attribute, Kind, Mode, Nesting, Type};

/// Plans a change of the kitchen; prints the planned state and what of it replaces the object.
pub(super) fn plan(prior: Json, config: Json) -> String {
    let block = &SCHEMA.block;
    let (prior, config) = (value(block, prior), value(block, config));
    let planned = plan::plan(block.into(), &config, &prior, proposed(block, &prior, &config));
    planned.conforms(&block.implied_type()).expect("a plan fits the schema");
    let mut printed = if planned == prior { "no change".to_owned() } else { lines(&planned) };
    for path in replace::paths(block.into(), &config, &prior, &planned) {
        printed.push_str(&format!("replace {path}\n"));
    }
    printed
}

fn check(prior: Json, config: Json, expected: Expect) {
    expected.assert_eq(&plan(prior, config));
}

/// What stands in the state after `{"name": "a"}` was created.
pub(super) fn stored(more: Json) -> Json {
    let mut state = json!({
        "name": "a", "size": 1, "zone": "z1", "mood": "Calm", "id": "1", "etag": "e1", "region": "r1",
        "extra": {"given": "g"}, "about": {"rev": "v1"},
    });
    for (name, value) in more.as_object().expect("an object") {
        state[name] = value.clone();
    }
    state
}

#[test]
fn create_leaves_to_the_provider_what_the_configuration_leaves_out() {
    check(
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "?"
        mood: "Calm"
        name: "a"
        region: "?"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn create_keeps_configured_values_of_computed_attributes() {
    check(
        json!(null),
        json!({"name": "a", "size": 3, "zone": "z", "region": "r", "extra": {"wish": "w"}}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: {"given":"?","wish":"w"}
            id: "?"
            mood: "Calm"
            name: "a"
            region: "r"
            size: 3
            zone: "z"
        "#]],
    );
}

#[test]
fn create_keeps_unknown_what_is_unknown_in_the_configuration() {
    check(
        json!(null),
        json!({"name": "?", "size": "?", "rules": "?", "members": [{"id": "?"}], "anything": "?", "step": "?"}),
        expect![[r#"
            about: {"rev":"?"}
            anything: "?"
            etag: "?"
            extra: "?"
            id: "?"
            members: [{"id":"?","key":"?","role":"?","since":"?","weight":1}]
            mood: "Calm"
            name: "?"
            region: "?"
            rules: "?"
            size: "?"
            step: "?"
            zone: "?"
        "#]],
    );
}

#[test]
fn create_marks_computed_values_at_every_depth() {
    check(
        json!(null),
        json!({
            "name": "a", "settings": {"mode": "m"}, "rules": [{"name": "r"}], "members": [{"id": "m"}, {"id": "n", "weight": 2}],
            "limits": {"k": {"max": 1}}, "step": [{"run": "x"}], "peer": [{"address": "p"}], "about": {"owner": "o"},
            "lock": {"holder": "h"}, "tag": {"t": {"text": "x"}}
        }),
        expect![[r#"
            about: {"owner":"o","rev":"?"}
            etag: "?"
            extra: "?"
            id: "?"
            limits: {"k":{"max":1,"used":"?"}}
            lock: {"holder":"h"}
            members: [{"id":"m","key":"?","role":"?","since":"?","weight":1},{"id":"n","key":"?","role":"?","since":"?","weight":2}]
            mood: "Calm"
            name: "a"
            peer: [{"address":"p","seen":"?"}]
            region: "?"
            rules: [{"id":"?","name":"r","port":"?"}]
            settings: {"key":"?","level":5,"mode":"m","stamp":"?"}
            size: 1
            step: [{"run":"x","took":"?"}]
            tag: {"t":{"text":"x"}}
            zone: "?"
        "#]],
    );
}

#[test]
fn nothing_configured_differently_is_no_change() {
    check(stored(json!({})), json!({"name": "a"}), expect!["no change"]);
}

#[test]
fn nothing_configured_differently_in_nested_places_is_no_change() {
    check(
        stored(json!({
            "settings": {"mode": "m", "level": 5, "key": "k", "stamp": "s"},
            "rules": [{"name": "r", "port": 1, "id": "i"}],
            "members": [{"id": "m", "role": "r", "weight": 1, "key": "k1", "since": "s1"}, {"id": "n", "role": "r", "weight": 1, "key": "k2", "since": "s2"}],
            "limits": {"k": {"max": 1, "used": 0}}, "step": [{"run": "x", "took": "1s"}], "peer": [{"address": "p", "seen": "now"}],
        })),
        json!({
            "name": "a", "settings": {"mode": "m"}, "rules": [{"name": "r"}], "members": [{"id": "n"}, {"id": "m"}],
            "limits": {"k": {"max": 1}}, "step": [{"run": "x"}], "peer": [{"address": "p"}],
        }),
        expect!["no change"],
    );
}

#[test]
fn update_makes_computed_values_unknown_and_keeps_stable_ones() {
    check(
        stored(json!({})),
        json!({"name": "b"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "1"
        mood: "Calm"
        name: "b"
        region: "r1"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn update_keeps_stable_values_of_elements_that_go_on() {
    check(
        stored(json!({
            "settings": {"mode": "m", "level": 5, "key": "k", "stamp": "s"},
            "rules": [{"name": "r", "port": 1, "id": "i"}],
            "members": [{"id": "m", "role": "r", "weight": 1, "key": "k1", "since": "s1"}],
        })),
        json!({
            "name": "a", "settings": {"mode": "n"}, "rules": [{"name": "R2"}, {"name": "new"}],
            "members": [{"id": "M"}, {"id": "n"}],
        }),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            members: [{"id":"M","key":"k1","role":"?","since":"?","weight":1},{"id":"n","key":"?","role":"?","since":"?","weight":1}]
            mood: "Calm"
            name: "a"
            region: "r1"
            rules: [{"id":"i","name":"R2","port":"?"},{"id":"?","name":"new","port":"?"}]
            settings: {"key":"k","level":5,"mode":"n","stamp":"?"}
            size: 1
            zone: "?"
        "#]],
    );
}

#[test]
fn removed_optional_value_is_planned_null() {
    check(
        stored(json!({"note": "n"})),
        json!({"name": "a"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "1"
        mood: "Calm"
        name: "a"
        region: "r1"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn removed_value_of_a_computed_attribute_stays() {
    check(stored(json!({"zone": "mine"})), json!({"name": "a"}), expect!["no change"]);
}

#[test]
fn removed_value_with_a_default_returns_to_the_default() {
    check(
        stored(json!({"size": 9})),
        json!({"name": "a"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "1"
        mood: "Calm"
        name: "a"
        region: "r1"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn nested_computed_value_that_terraform_drops_is_put_back() {
    // `wish` can only come from an earlier configuration, so Terraform proposes null for all of `extra`.
    check(
        stored(json!({"extra": {"wish": "w", "given": "g"}})),
        json!({"name": "a"}),
        expect!["no change"],
    );
}

#[test]
fn default_spelled_differently_by_the_service_is_no_change() {
    check(stored(json!({"mood": "calm"})), json!({"name": "a"}), expect!["no change"]);
}

#[test]
fn another_spelling_is_no_change() {
    check(
        stored(json!({"color": "Red"})),
        json!({"name": "a", "color": "RED"}),
        expect!["no change"],
    );
}

#[test]
fn another_spelling_in_nested_places_is_no_change() {
    check(
        stored(json!({
            "settings": {"color": "Red", "level": 5, "key": "k", "stamp": "s"},
            "rules": [{"name": "R", "port": 1, "id": "i"}],
            "members": [{"id": "Mia", "role": "r", "weight": 1, "key": "k1", "since": "s1"}],
        })),
        json!({"name": "a", "settings": {"color": "red"}, "rules": [{"name": "r"}], "members": [{"id": "MIA"}]}),
        expect!["no change"],
    );
}

#[test]
fn a_set_with_a_real_change_keeps_the_configured_spelling() {
    // Terraform compares elements of a changed set with the configuration only.
    check(
        stored(
            json!({"members": [{"id": "Mia", "role": "r", "weight": 1, "key": "k1", "since": "s1"}]}),
        ),
        json!({"name": "a", "members": [{"id": "MIA"}, {"id": "bo"}]}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            members: [{"id":"MIA","key":"k1","role":"?","since":"?","weight":1},{"id":"bo","key":"?","role":"?","since":"?","weight":1}]
            mood: "Calm"
            name: "a"
            region: "r1"
            size: 1
            zone: "?"
        "#]],
    );
}

#[test]
fn a_list_that_is_equal_as_a_whole_is_kept_as_a_whole_or_not_at_all() {
    let prior =
        || stored(json!({"queue": [{"item": "x", "ticket": "1"}, {"item": "y", "ticket": "2"}]}));
    let queue = json!([{"item": "y"}, {"item": "x"}]);
    check(prior(), json!({"name": "a", "queue": queue}), expect!["no change"]);
    check(
        prior(),
        json!({"name": "b", "queue": queue}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "1"
        mood: "Calm"
        name: "b"
        queue: [{"item":"y","ticket":"?"},{"item":"x","ticket":"?"}]
        region: "r1"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn a_set_of_blocks_keeps_the_configured_spelling() {
    check(
        stored(json!({"peer": [{"address": "Host", "seen": "s"}]})),
        json!({"name": "a", "peer": [{"address": "HOST"}]}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            mood: "Calm"
            name: "a"
            peer: [{"address":"HOST","seen":"?"}]
            region: "r1"
            size: 1
            zone: "?"
        "#]],
    );
}

#[test]
fn write_only_values_are_never_planned() {
    check(
        json!(null),
        json!({"name": "a", "secret": "s", "settings": {"secret": "t"}}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "?"
            mood: "Calm"
            name: "a"
            region: "?"
            settings: {"key":"?","level":5,"stamp":"?"}
            size: 1
            zone: "?"
        "#]],
    );
    check(stored(json!({})), json!({"name": "a", "secret": "?"}), expect!["no change"]);
}

#[test]
fn set_elements_are_told_apart_by_what_is_configured() {
    // Both came from one configuration with equal ids; what is left out in one is not taken from the other.
    check(
        stored(json!({"members": [
            {"id": "m", "role": "boss", "weight": 1, "key": "k1", "since": "s1"},
            {"id": "m", "role": "clerk", "weight": 2, "key": "k2", "since": "s2"},
        ]})),
        json!({"name": "b", "members": [{"id": "m", "role": "clerk", "weight": 2}, {"id": "m"}]}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            members: [{"id":"m","key":"k1","role":"?","since":"?","weight":1},{"id":"m","key":"k2","role":"clerk","since":"?","weight":2}]
            mood: "Calm"
            name: "b"
            region: "r1"
            size: 1
            zone: "?"
        "#]],
    );
}

#[test]
fn changes_that_replace_are_listed_in_order() {
    check(
        stored(json!({
            "kind": "k", "settings": {"disk": "d", "level": 5, "key": "k", "stamp": "s"},
            "rules": [{"name": "r", "port": 1, "id": "i", "net": "n"}, {"name": "gone", "net": "n"}],
        })),
        json!({
            "name": "a", "kind": "l", "region": "r2", "settings": {"disk": "e"}, "rules": [{"name": "r", "net": "m"}],
        }),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            kind: "l"
            mood: "Calm"
            name: "a"
            region: "r2"
            rules: [{"id":"i","name":"r","net":"m","port":"?"}]
            settings: {"disk":"e","key":"k","level":5,"stamp":"?"}
            size: 1
            zone: "?"
            replace kind
            replace region
            replace rules[0].net
            replace rules[1].net
            replace settings.disk
        "#]],
    );
}

#[test]
fn unknown_configured_value_replaces_and_a_value_left_to_the_provider_does_not() {
    check(
        stored(json!({"kind": "k"})),
        json!({"name": "b", "kind": "?"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "1"
        kind: "?"
        mood: "Calm"
        name: "b"
        region: "r1"
        size: 1
        zone: "?"
        replace kind
    "#]],
    );
    check(
        stored(json!({"region": null})),
        json!({"name": "b"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "1"
        mood: "Calm"
        name: "b"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn replacing_change_inside_a_set_is_listed_at_the_set() {
    check(
        stored(
            json!({"members": [{"id": "m", "role": "r", "weight": 1, "home": "h", "key": "k", "since": "s"}]}),
        ),
        json!({"name": "a", "members": [{"id": "m", "home": "i"}]}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            members: [{"home":"i","id":"m","key":"?","role":"?","since":"?","weight":1}]
            mood: "Calm"
            name: "a"
            region: "r1"
            size: 1
            zone: "?"
            replace members
        "#]],
    );
    check(
        stored(
            json!({"members": [{"id": "m", "role": "r", "weight": 1, "home": "h", "key": "k", "since": "s"}]}),
        ),
        json!({"name": "a", "members": [{"id": "m", "home": "h", "weight": 2}]}),
        expect![[r#"
            about: {"rev":"?"}
            etag: "?"
            extra: "?"
            id: "1"
            members: [{"home":"h","id":"m","key":"?","role":"?","since":"?","weight":2}]
            mood: "Calm"
            name: "a"
            region: "r1"
            size: 1
            zone: "?"
        "#]],
    );
}

#[test]
fn respelling_a_value_does_not_replace() {
    check(
        stored(json!({"kind": "k", "color": "Red"})),
        json!({"name": "a", "kind": "k", "color": "red"}),
        expect!["no change"],
    );
}

#[test]
fn an_empty_value_where_nothing_was_does_not_replace() {
    let replaced = |empty_is_null: bool, prior: Json, config: Json| {
        let mark = |mut attribute: Attribute| {
            attribute.plan.empty_is_null = empty_is_null;
            attribute
        };
        let labels = Kind::Type(Type::set(Type::String));
        let inner = vec![
            mark(string("note", Mode::Optional)),
            mark(Attribute::new("labels", labels, Mode::Optional)),
        ];
        let block = schema(
            vec![
                mark(string("kind", Mode::Optional)).replaces(),
                nested("network", Nesting::List, Mode::Optional, inner).replaces(),
            ],
            Vec::new(),
        );
        let [prior, config] = [prior, config].map(|json| value(&block.block, json));
        let planned = plan::plan((&block.block).into(), &config, &prior, config.clone());
        replace::paths((&block.block).into(), &config, &prior, &planned).len()
    };
    for (prior, config) in [
        (json!({}), json!({"kind": ""})),
        (json!({"kind": ""}), json!({})),
        (json!({"network": [{}]}), json!({"network": [{"note": "", "labels": []}]})),
    ] {
        assert_eq!(replaced(true, prior.clone(), config.clone()), 0, "{prior} {config}");
        assert_eq!(replaced(false, prior, config), 1, "they are two values elsewhere");
    }
    for (prior, config) in [
        (json!({}), json!({"kind": "k"})),
        (json!({"kind": "k"}), json!({"kind": ""})),
        (json!({"network": [{}]}), json!({"network": [{"note": "n"}]})),
    ] {
        assert_eq!(replaced(true, prior, config), 1, "something is said");
    }
}

#[test]
fn the_second_plan_of_a_replacement_is_a_create() {
    check(
        json!(null),
        json!({"name": "a", "kind": "l", "region": "r2"}),
        expect![[r#"
        about: {"rev":"?"}
        etag: "?"
        extra: "?"
        id: "?"
        kind: "l"
        mood: "Calm"
        name: "a"
        region: "r2"
        size: 1
        zone: "?"
    "#]],
    );
}

#[test]
fn a_plan_of_the_planned_state_is_the_same_plan() {
    for config in [
        json!({"name": "b", "members": [{"id": "M"}, {"id": "n"}]}),
        json!({"name": "a", "rules": [{"name": "x"}], "settings": {}}),
    ] {
        let prior = stored(
            json!({"members": [{"id": "m", "role": "r", "weight": 1, "key": "k", "since": "s"}]}),
        );
        assert_eq!(plan(prior.clone(), config.clone()), plan(prior, config));
    }
}
