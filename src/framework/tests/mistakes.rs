//! The mistakes that providers written by hand make, each with the symptom that Terraform shows, and the test that we do not make it.
//! Mistakes on the wire are tested where the wire is.

use serde_json::{Value as Json, json};

use super::apply::{answering, apply, failing, private, raw, read, report, state};
use super::fixture::{shorthand, value};
use super::kitchen::{Kitchen, SCHEMA};
use super::plan::stored;
use super::requests;
use crate::framework::call::{Client, Stored};
use crate::framework::provider::Outcome;
use crate::tf::{Path, Type, Value, msgpack};

/// The planned state in shorthand.
fn planned(prior: Json, config: Json) -> Json {
    shorthand(&state(&requests::plan(Kitchen::default(), prior, config).planned_state))
}

/// "an object with N attributes is required (M given)"
#[test]
fn mistake_12_attributes_that_are_null_are_left_out() {
    let mut kitchen = answering(json!({}));
    kitchen.outcome.state = Some(Value::object([("name", Value::from("a"))]));
    let answer = apply(kitchen, json!(null), json!({"name": "a"}));
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(state(&answer.state), value(&SCHEMA.block, json!({"name": "a"})));
}

/// "planned for absence", "Root object was present, but now absent", and objects lost in refresh and upgrade
#[test]
fn mistake_13_success_is_answered_with_nothing() {
    let plan = requests::plan(Kitchen::default(), json!(null), json!({"name": "a"}));
    assert!(!state(&plan.planned_state).is_null());
    let created = apply(answering(json!(null)), json!(null), json!({"name": "a"}));
    assert!(created.diagnostics.has_error(), "a create without object must not look like success");
    let server = Kitchen::default().serve();
    let empty = Stored { json: b"null".to_vec(), flatmap: false };
    assert!(server.upgrade_state("kitchen", 2, empty).1.has_error());
}

/// "was null, but now …"
#[test]
fn mistake_14_computed_values_stay_null_in_the_plan_of_a_create() {
    let planned =
        planned(json!(null), json!({"name": "a", "settings": {}, "rules": [{"name": "r"}]}));
    for (value, what) in [
        (&planned["id"], "id"),
        (&planned["etag"], "etag"),
        (&planned["settings"]["stamp"], "settings.stamp"),
        (&planned["rules"][0]["id"], "rules[0].id"),
        (&planned["about"]["rev"], "about.rev"),
    ] {
        assert_eq!(value, "?", "{what}");
    }
}

/// "was X, but now Y"
#[test]
fn mistake_15_a_value_that_the_service_changes_keeps_its_prior_value_in_the_plan() {
    let planned = planned(stored(json!({})), json!({"name": "b"}));
    assert_eq!(planned["etag"], "?");
    assert_eq!(planned["id"], "1", "what is stable stays known");
}

/// "known after apply" in every plan
#[test]
fn mistake_16_computed_values_become_unknown_though_nothing_changed() {
    assert_eq!(planned(stored(json!({})), json!({"name": "a"})), stored(json!({})));
}

/// "inconsistent result after apply" and a change in every plan
#[test]
fn mistake_17_the_spelling_of_the_service_wins_over_that_of_the_user() {
    let created = apply(
        answering(json!({"name": "a", "color": "RED"})),
        json!(null),
        json!({"name": "a", "color": "red"}),
    );
    assert_eq!(shorthand(&state(&created.state))["color"], "red");
    let refreshed =
        read(answering(stored(json!({"color": "RED"}))), stored(json!({"color": "red"})));
    let refreshed = shorthand(&state(&refreshed.state));
    assert_eq!(planned(refreshed.clone(), json!({"name": "a", "color": "red"})), refreshed);
}

/// "planned value … for a non-computed attribute"
#[test]
fn mistake_18_a_default_is_planned_for_an_attribute_that_is_not_computed() {
    let planned = planned(json!(null), json!({"name": "a", "settings": {}}));
    for name in ["note", "color", "kind", "lock"] {
        assert!(planned.get(name).is_none(), "{name} is the user's alone");
    }
    assert_eq!(planned["size"], 1, "a default of a computed attribute is planned");
}

/// "does not match config value cty.UnknownVal"
#[test]
fn mistake_19_a_known_value_is_planned_where_the_configuration_is_unknown() {
    let config =
        json!({"name": "a", "size": "?", "mood": "?", "color": "?", "extra": "?", "rules": "?"});
    let planned = planned(stored(json!({"color": "red"})), config.clone());
    for name in ["size", "mood", "color", "extra", "rules"] {
        assert_eq!(planned[name], config[name], "{name}");
    }
}

/// "must be empty to indicate no blocks, not null"
#[test]
fn mistake_20_blocks_that_are_absent_are_null() {
    let mut kitchen = answering(json!({"name": "a"}));
    if let Some(Value::Object(state)) = &mut kitchen.outcome.state {
        for block in ["step", "peer", "tag", "about"] {
            state.insert(block.to_owned(), Value::Null);
        }
    }
    let state = state(&read(kitchen, json!({"name": "a"})).state);
    assert_eq!(*state.get("step"), Value::List(Vec::new()));
    assert_eq!(*state.get("peer"), Value::Set(Vec::new()));
    assert_eq!(*state.get("tag"), Value::Map([].into()));
    assert!(state.get("about").is_known());
    assert!(state.get("lock").is_null());
}

/// "was null, but now \"\"" and a change in every plan
#[test]
fn mistake_21_empty_and_null_are_confused() {
    for empty in
        [json!({"note": ""}), json!({"rules": []}), json!({"limits": {}}), json!({"settings": {}})]
    {
        let mut config = json!({"name": "a"});
        let (name, value) = empty.as_object().unwrap().iter().next().unwrap();
        config[name] = value.clone();
        let block = &SCHEMA.block;
        let planned = requests::plan(Kitchen::default(), json!(null), config.clone());
        let planned = state(&planned.planned_state);
        assert!(planned.get(name).is_known(), "{name} is empty, not null");
        let created = apply(answering(config.clone()), json!(null), config.clone());
        assert_eq!(state(&created.state).get(name), self::value(block, config).get(name), "{name}");
    }
    assert!(planned(json!(null), json!({"name": "a"})).get("note").is_none());
}

/// "returned a value for the write-only attribute"
#[test]
fn mistake_22_a_write_only_value_is_copied_from_the_proposed_state() {
    let config = json!({"name": "a", "secret": "s", "settings": {"secret": "t", "mode": "m"}});
    let planned = planned(json!(null), config);
    assert!(planned.get("secret").is_none());
    assert!(planned["settings"].get("secret").is_none());
    let kitchen = answering(json!({"name": "a", "secret": "s"}));
    assert!(state(&read(kitchen, json!({"name": "a"})).state).get("secret").is_null());
}

/// errors in validate and plan though apply would work
#[test]
fn mistake_23_unknown_values_are_validated_as_if_they_were_absent() {
    let everything: Value = Value::object(
        SCHEMA.block.attributes.iter().map(|it| (it.name.to_string(), Value::unknown())),
    );
    let config = SCHEMA.block.with_blocks(everything);
    let raw = crate::framework::call::Raw {
        msgpack: msgpack::encode(&config, &SCHEMA.implied_type()),
        json: Vec::new(),
    };
    for write_only in [true, false] {
        let server = Kitchen::default().serve();
        let found = server.validate_resource("kitchen", raw.clone(), Client { write_only });
        assert!(found.is_empty(), "{found:?}");
    }
}

/// "Provider produced inconsistent final plan"
#[test]
fn mistake_24_the_same_plan_comes_out_differently_the_second_time() {
    let config = json!({"name": "b", "members": [{"id": "x"}, {"id": "y"}, {"id": "Z"}], "peer": [{"address": "p"}]});
    let prior = stored(
        json!({"members": [{"id": "z", "role": "r", "weight": 1, "key": "k", "since": "s"}]}),
    );
    let first = requests::plan(Kitchen::default(), prior.clone(), config.clone());
    let second = requests::plan(Kitchen::default(), prior, config);
    assert_eq!(first.planned_state, second.planned_state);
    assert_eq!(first.planned_private, second.planned_private);
    assert_eq!(first.requires_replace, second.requires_replace);
}

/// an orphaned object, and a duplicate at the next apply
#[test]
fn mistake_25_a_create_that_failed_half_way_forgets_the_object() {
    let half = failing(answering(json!({"name": "a", "id": "1", "etag": "?"})));
    let answer = apply(half, json!(null), json!({"name": "a", "id": "?", "etag": "?"}));
    assert_eq!(shorthand(&state(&answer.state)), json!({"name": "a", "id": "1"}));
    assert!(answer.diagnostics.has_error());
}

/// private data or identity lost in silence
#[test]
fn mistake_26_private_data_and_identity_are_dropped() {
    for kitchen in [
        answering(json!({"name": "b"})),
        failing(answering(json!({"name": "b"}))),
        failing(answering(json!(null))),
    ] {
        let forgetful = |kitchen: &Kitchen| Kitchen {
            outcome: Outcome { identity: None, ..kitchen.outcome.clone() },
            ..Kitchen::default()
        };
        let updated = apply(forgetful(&kitchen), json!({"name": "a"}), json!({"name": "b"}));
        let refreshed = read(forgetful(&kitchen), json!({"name": "a"}));
        for answer in [updated, refreshed] {
            assert!(!answer.private.is_empty(), "{}", report(&answer));
            assert!(answer.identity.is_some(), "{}", report(&answer));
        }
    }
    let plan = requests::plan(Kitchen::default(), stored(json!({})), json!({"name": "b"}));
    assert_eq!(plan.planned_private, private("prior").encode());
    assert!(plan.planned_identity.is_some());
}

/// broken replacement of tainted objects
#[test]
fn mistake_27_a_delete_needs_private_data() {
    let request = crate::framework::call::Apply {
        type_name: "kitchen".to_owned(),
        prior_state: raw(json!({"name": "a"})),
        ..Default::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let context = crate::framework::Context::unstoppable();
    let answer = runtime.block_on(answering(json!(null)).serve().apply(&context, request));
    assert!(state(&answer.state).is_null());
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
}

/// "non-existent attribute path"
#[test]
fn mistake_28_a_replacing_path_leads_into_a_set_or_to_nowhere() {
    let prior = stored(json!({
        "members": [{"id": "m", "home": "h"}], "rules": [{"name": "r", "net": "n"}], "settings": {"disk": "d"},
    }));
    let config = json!({"name": "a", "members": [{"id": "m", "home": "i"}], "kind": "k"});
    let plan = requests::plan(Kitchen::default(), prior.clone(), config);
    let (prior, planned) = (value(&SCHEMA.block, prior), state(&plan.planned_state));
    assert!(plan.requires_replace.contains(&Path::attribute("members")));
    assert!(plan.requires_replace.contains(&Path::attribute("settings").child("disk")));
    for path in &plan.requires_replace {
        assert!(prior.at(path).is_some() || planned.at(path).is_some(), "{path} leads to nowhere");
    }
}

/// decode errors with template strings and `length()`
#[test]
fn mistake_29_an_unknown_value_in_another_form_is_not_understood() {
    let config = value(&SCHEMA.block, json!({"name": "?"}));
    let plain = msgpack::encode(&config, &SCHEMA.implied_type());
    let at = plain.windows(3).position(|bytes| bytes == [0xd4, 0x00, 0x00]).unwrap();
    let forms: [&[u8]; 5] = [
        // code 12 with {1: false, 2: "pre-"}; ext8 header
        &[0xc7, 0x09, 0x0c, 0x82, 0x01, 0xc2, 0x02, 0xa4, b'p', b'r', b'e', b'-'],
        // {1: false}, also with an unheard-of key
        &[0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2],
        &[0xc7, 0x05, 0x0c, 0x82, 0x01, 0xc2, 0x63, 0x07],
        // unheard-of codes
        &[0xd4, 0x01, 0x00],
        &[0xc7, 0x02, 0x55, 0x00, 0x00],
    ];
    for form in forms {
        let mut msgpack = plain[..at].to_vec();
        msgpack.extend_from_slice(form);
        msgpack.extend_from_slice(&plain[at + 3..]);
        let raw = crate::framework::call::Raw { msgpack, json: Vec::new() };
        let request = crate::framework::call::Plan {
            type_name: "kitchen".to_owned(),
            proposed_new_state: raw.clone(),
            config: raw,
            ..Default::default()
        };
        let plan = Kitchen::default().serve().plan(request);
        assert!(plan.diagnostics.is_empty(), "{form:?}: {:?}", plan.diagnostics);
        assert!(state(&plan.planned_state).get("name").is_unknown(), "{form:?}");
    }
}

/// "does not match config value" for long decimals
#[test]
fn mistake_30_numbers_lose_digits() {
    for digits in [
        "123456789012345678901234567890.000000000000000001",
        "0.1",
        "9007199254740993",
        "-1e-40",
        "18446744073709551616",
    ] {
        let number: Json = serde_json::from_str(digits).unwrap();
        let config = json!({"name": "a", "size": number});
        let block = &SCHEMA.block;
        let plan = requests::plan(Kitchen::default(), json!(null), config.clone());
        assert_eq!(
            state(&plan.planned_state).get("size"),
            value(block, config.clone()).get("size"),
            "{digits}"
        );
        let stored = Stored { json: config.to_string().into_bytes(), flatmap: false };
        let (upgraded, _) = Kitchen::default().serve().upgrade_state("kitchen", 2, stored);
        assert_eq!(state(&upgraded).get("size"), value(block, config).get("size"), "{digits}");
    }
}

/// "does not match config value" though the contents look equal
#[test]
fn mistake_31_a_dynamic_value_changes_its_type() {
    let config = json!({"name": "a", "anything": ["x", "y"]});
    let plan = requests::plan(Kitchen::default(), json!(null), config.clone());
    let Value::Dynamic(dynamic) = state(&plan.planned_state).get("anything").clone() else {
        panic!("a dynamic value keeps its wrapper");
    };
    assert_eq!(dynamic.r#type, Type::Tuple(vec![Type::String, Type::String]));
    let created = apply(answering(config.clone()), json!(null), config);
    assert_eq!(state(&created.state).get("anything"), &Value::Dynamic(dynamic));
}

/// "length changed", "does not correlate"
#[test]
fn mistake_32_sets_have_an_order_or_duplicates() {
    let prior = stored(json!({"members": [
        {"id": "m", "role": "r", "weight": 1, "key": "1", "since": "s"}, {"id": "n", "role": "r", "weight": 1, "key": "2", "since": "t"},
    ]}));
    let config = json!({"name": "a", "members": [{"id": "n"}, {"id": "m"}]});
    let before = value(&SCHEMA.block, prior.clone());
    let plan = requests::plan(Kitchen::default(), prior, config);
    assert_eq!(state(&plan.planned_state), before, "another order is no change");

    let mut kitchen = answering(json!({"name": "a"}));
    let member = Value::object([("id", Value::from("m"))]);
    if let Some(Value::Object(state)) = &mut kitchen.outcome.state {
        state.insert("members".to_owned(), Value::Set(vec![member.clone(), member]));
    }
    let answer = read(kitchen, json!({"name": "a"}));
    assert_eq!(state(&answer.state).get("members").elements().map(<[Value]>::len), Some(1));
}

/// errors only in validate, moved blocks or functions
#[test]
fn mistake_33_offline_calls_need_a_configured_provider() {
    // Nothing here was configured, and the answers are whole.
    let server = Kitchen::default().serve();
    assert!(server.validate_provider(crate::framework::call::Raw::default()).is_empty());
    assert!(
        server
            .validate_resource("kitchen", raw(json!({"name": "a"})), Client::default())
            .is_empty()
    );
    let stored = || Stored { json: br#"{"name": "a"}"#.to_vec(), flatmap: false };
    assert!(server.upgrade_state("kitchen", 2, stored()).1.is_empty());
    assert!(server.generate_config("kitchen", raw(json!({"name": "a"}))).1.is_empty());
}

/// the command says success and nothing was imported
#[test]
fn mistake_35_an_import_without_result_is_no_error() {
    let import = crate::framework::call::Import {
        type_name: "kitchen".to_owned(),
        id: "1".to_owned(),
        identity: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let context = crate::framework::Context::unstoppable();
    let answer = runtime.block_on(Kitchen::default().serve().import(&context, import));
    assert!(state(&answer.state).is_null());
    assert!(answer.diagnostics.has_error());
}
