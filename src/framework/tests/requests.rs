//! Whole requests: what is echoed, what is refused, and what comes of bytes that nobody should send.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::apply::{answering, failing, private, raw, report, state};
use super::fixture::{lines, text, value};
use super::kitchen::{Kitchen, SCHEMA, encoded_identity, identity};
use super::plan::stored;
use crate::framework::call::{self, Client, Import, Move, Planned, Raw, Stored};
use crate::framework::proposed::proposed;
use crate::framework::provider::Moved;
use crate::framework::{Context, Private};
use crate::tf::{Diagnostics, Path, Value, msgpack};

fn findings(diags: &Diagnostics) -> String {
    let line = |diagnostic: &crate::tf::Diagnostic| {
        let first = diagnostic.detail.lines().next().unwrap_or_default();
        format!("{:?} {} [{}] {first}", diagnostic.severity, diagnostic.summary, diagnostic.path)
    };
    diags.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Asks for a plan as Terraform does.
pub(super) fn plan(kitchen: Kitchen, prior: Json, config: Json) -> Planned {
    let block = &SCHEMA.block;
    let (prior, config) = (value(block, prior), value(block, config));
    let encode = |value: &Value| Raw {
        msgpack: msgpack::encode(value, &block.implied_type()),
        json: Vec::new(),
    };
    kitchen.serve().plan(call::Plan {
        type_name: "kitchen".to_owned(),
        proposed_new_state: encode(&proposed(block, &prior, &config)),
        prior_private: if prior.is_null() { Vec::new() } else { private("prior").encode() },
        prior_identity: (!prior.is_null())
            .then(|| Raw { msgpack: encoded_identity("1"), json: Vec::new() }),
        prior_state: encode(&prior),
        config: encode(&config),
    })
}

fn check_plan(kitchen: Kitchen, prior: Json, config: Json, expected: Expect) {
    let answer = plan(kitchen, prior, config);
    let mut lines = vec![match state(&answer.planned_state) {
        Value::Null => "no object".to_owned(),
        state => text(&state),
    }];
    lines.push(match answer.planned_private.as_slice() {
        [] => "no private data".to_owned(),
        bytes => format!("private {}", String::from_utf8_lossy(bytes)),
    });
    if let Some(bytes) = &answer.planned_identity {
        lines.push(format!("identity {}", text(&identity(bytes))));
    }
    lines.extend(answer.requires_replace.iter().map(|path| format!("replace {path}")));
    lines.push(findings(&answer.diagnostics));
    expected.assert_eq(lines.join("\n").trim_end());
}

#[test]
fn a_plan_passes_private_data_and_identity_on() {
    check_plan(
        Kitchen::default(),
        stored(json!({})),
        json!({"name": "a"}),
        expect![[r#"
        {"about":{"rev":"v1"},"etag":"e1","extra":{"given":"g"},"id":"1","mood":"Calm","name":"a","region":"r1","size":1,"zone":"z1"}
        private {"key":"prior"}
        identity {"id":"1"}"#]],
    );
    check_plan(
        Kitchen::default(),
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
            {"about":{"rev":"?"},"etag":"?","extra":"?","id":"?","mood":"Calm","name":"a","region":"?","size":1,"zone":"?"}
            no private data"#]],
    );
}

#[test]
fn a_destroy_is_planned_as_null_with_private_data_and_identity() {
    check_plan(
        Kitchen::default(),
        stored(json!({})),
        json!(null),
        expect![[r#"
        no object
        private {"key":"prior"}
        identity {"id":"1"}"#]],
    );
}

#[test]
fn a_resource_changes_the_plan_by_rules_of_its_own() {
    let kitchen = Kitchen {
        modify: Some(|plan| {
            if let Value::Object(planned) = &mut plan.planned {
                planned.insert("etag".to_owned(), Value::from("foreseen"));
                planned.insert("secret".to_owned(), Value::from("leaked"));
            }
            plan.requires_replace = vec![Path::attribute("secret"), Path::attribute("name")];
            plan.requires_replace.push(Path::attribute("secret"));
            plan.private = private("planned");
        }),
        ..Kitchen::default()
    };
    check_plan(
        kitchen,
        stored(json!({})),
        json!({"name": "b"}),
        expect![[r#"
        {"about":{"rev":"?"},"etag":"foreseen","extra":"?","id":"1","mood":"Calm","name":"b","region":"r1","size":1,"zone":"?"}
        private {"key":"planned"}
        identity {"id":"1"}
        replace name
        replace secret"#]],
    );
}

#[test]
fn a_resource_cannot_plan_an_object_away_or_into_being() {
    let gone = Kitchen { modify: Some(|plan| plan.planned = Value::Null), ..Kitchen::default() };
    check_plan(
        gone,
        json!(null),
        json!({"name": "a"}),
        expect![[r#"
            {"about":{"rev":"?"},"etag":"?","extra":"?","id":"?","mood":"Calm","name":"a","region":"?","size":1,"zone":"?"}
            no private data
            Error Fault in the provider [] The provider planned an object that the configuration does not want, or none where it wants one."#]],
    );
    let back =
        Kitchen { modify: Some(|plan| plan.planned = plan.prior.clone()), ..Kitchen::default() };
    check_plan(
        back,
        stored(json!({})),
        json!(null),
        expect![[r#"
        no object
        private {"key":"prior"}
        identity {"id":"1"}
        Error Fault in the provider [] The provider planned an object that the configuration does not want, or none where it wants one."#]],
    );
}

#[test]
fn private_data_of_another_provider_passes_through_a_plan_untouched() {
    let answer = Kitchen::default().serve().plan(call::Plan {
        type_name: "kitchen".to_owned(),
        prior_state: raw(json!({"name": "a"})),
        proposed_new_state: raw(json!({"name": "a"})),
        config: raw(json!({"name": "a"})),
        prior_private: vec![0, 159, 146, 150],
        prior_identity: None,
    });
    assert_eq!(answer.planned_private, [0, 159, 146, 150]);
}

#[test]
fn f77_bytes_that_are_no_value_are_refused_with_the_place_at_fault() {
    let wrong = |msgpack: &[u8]| Raw { msgpack: msgpack.to_vec(), json: Vec::new() };
    let server = Kitchen::default().serve();
    let client = Client { write_only: true };
    let found: Vec<String> = [
        wrong(&[0xc1]),
        wrong(&[0x81, 0xa4, b'n', b'a', b'm', b'e', 0xc0]),
        wrong(&[0x92]),
        wrong(&[0xc0, 0xc0]),
        Raw { msgpack: Vec::new(), json: b"{".to_vec() },
        Raw { msgpack: Vec::new(), json: br#"{"limits": {"k": {"max": true}}}"#.to_vec() },
    ]
    .into_iter()
    .map(|raw| findings(&server.validate_resource("kitchen", raw, client)))
    .collect();
    expect![[r#"
        Error Cannot read the configuration of kitchen [] It does not fit the schema of this version of the provider: the encoding holds a reserved byte.
        Error Cannot read the configuration of kitchen [] It does not fit the schema of this version of the provider: an object with 24 attributes is required (1 given).
        Error Cannot read the configuration of kitchen [] It does not fit the schema of this version of the provider: an object is required (an array given).
        Error Cannot read the configuration of kitchen [] It does not fit the schema of this version of the provider: the encoding holds more than one value.
        Error Cannot read the configuration of kitchen [] It does not fit the schema of this version of the provider: not JSON: EOF while parsing an object at line 1 column 1.
        Error Cannot read the configuration of kitchen [limits["k"].max] It does not fit the schema of this version of the provider: a number is required (a bool given)."#]].assert_eq(&found.join("\n"));
}

#[test]
fn f80_every_call_about_a_type_that_is_not_served_says_so() {
    let server = Kitchen::default().serve();
    let mut found = vec![
        server.validate_resource("x", Raw::default(), Client::default()),
        server.validate_data_source("x", Raw::default()),
        server.validate_ephemeral("x", Raw::default()),
        server.validate_list("x", Raw::default()),
        server.validate_action("x", Raw::default()),
        server.plan_action("x", Raw::default()),
        server.plan(call::Plan { type_name: "x".to_owned(), ..call::Plan::default() }).diagnostics,
        server.upgrade_state("x", 0, Stored::default()).1,
        server.upgrade_identity("x", 0, Stored::default()).1,
        server.generate_config("x", Raw::default()).1,
    ];
    found.push(
        server.move_state(Move { target_type_name: "x".to_owned(), ..Move::default() }).diagnostics,
    );
    for diags in found {
        assert!(diags.has_error(), "{diags:?}");
        assert!(
            findings(&diags).contains("\"x\", which this provider does not serve"),
            "{diags:?}"
        );
    }
    assert!(server.call_function("x", Vec::new()).is_err());
}

#[test]
fn write_only_values_are_refused_where_the_client_would_store_them() {
    let config = || raw(json!({"name": "a", "secret": "s", "settings": {"secret": "t"}}));
    let validate =
        |client| Kitchen::default().serve().validate_resource("kitchen", config(), client);
    expect![[r#"
        Error Cannot use the write-only attribute secret [secret] Write-only attributes need Terraform 1.11 or OpenTofu 1.11, or later: this version would store the value. Leave the attribute out, or use a newer version.
        Error Cannot use the write-only attribute secret [settings.secret] Write-only attributes need Terraform 1.11 or OpenTofu 1.11, or later: this version would store the value. Leave the attribute out, or use a newer version."#]].assert_eq(&findings(&validate(Client { write_only: false })));
    assert!(validate(Client { write_only: true }).is_empty());
    let unset = raw(json!({"name": "a", "secret": "?", "settings": {}}));
    let server = Kitchen::default().serve();
    assert!(server.validate_resource("kitchen", unset, Client::default()).is_empty());
}

fn check_upgrade(version: i64, json: &str, expected: Expect) {
    let stored = Stored { json: json.as_bytes().to_vec(), flatmap: false };
    let (bytes, diags) = Kitchen::default().serve().upgrade_state("kitchen", version, stored);
    let upgraded = state(&bytes);
    assert_eq!(
        upgraded.is_null(),
        diags.has_error(),
        "a state without error or an error without state"
    );
    let shown = if upgraded.is_null() { "no state".to_owned() } else { text(&upgraded) };
    expected.assert_eq(&format!("{shown}\n{}", findings(&diags)));
}

#[test]
fn state_of_this_version_is_completed() {
    check_upgrade(
        2,
        r#"{"name": "a", "size": 12345678901234567890.5, "secret": "s", "unheard_of": [1], "settings": {"mode": "m", "gone": 1}, "step": null,
            "anything": {"value": [1, "x"], "type": ["tuple", ["number", "string"]]}}"#,
        expect![[r#"
            {"anything":[1,"x"],"name":"a","settings":{"mode":"m"},"size":12345678901234567890.5}
        "#]],
    );
}

#[test]
fn state_of_an_older_version_is_upgraded_in_one_step() {
    check_upgrade(
        0,
        r#"{"title": "old"}"#,
        expect![[r#"
        {"name":"old"}
    "#]],
    );
    check_upgrade(
        1,
        r#"{"name": "old"}"#,
        expect![[r#"
        {"name":"old"}
    "#]],
    );
}

#[test]
fn f79_state_that_cannot_be_upgraded_is_an_error_and_never_lost() {
    check_upgrade(
        3,
        r#"{"name": "a"}"#,
        expect![[r#"
        no state
        Error Cannot read the state of kitchen [] It has the schema version 3, but this version of the provider knows versions up to 2 only. It was written by a newer version of the provider: use that one or a later one."#]],
    );
    check_upgrade(
        -1,
        r#"{"name": "a"}"#,
        expect![[r#"
        no state
        Error Cannot read the state of kitchen [] It has the schema version -1, but there are no such versions. The state file is damaged: restore an earlier one."#]],
    );
    check_upgrade(
        2,
        "null",
        expect![[r#"
        no state
        Error Cannot read the state of kitchen [] The stored state is empty. Remove the object from the state and import it again."#]],
    );
    check_upgrade(
        2,
        "",
        expect![[r#"
        no state
        Error Cannot read the state of kitchen [] It does not fit the schema of this version of the provider: not JSON: EOF while parsing a value at line 1 column 0."#]],
    );
    check_upgrade(
        2,
        r#"{"name": "#,
        expect![[r#"
        no state
        Error Cannot read the state of kitchen [] It does not fit the schema of this version of the provider: not JSON: EOF while parsing a value at line 1 column 9."#]],
    );
    check_upgrade(
        2,
        r#"{"name": {}}"#,
        expect![[r#"
        no state
        Error Cannot read the state of kitchen [name] It does not fit the schema of this version of the provider: a string is required (an object given)."#]],
    );
    let flatmap = Stored { json: Vec::new(), flatmap: true };
    let (bytes, diags) = Kitchen::default().serve().upgrade_state("kitchen", 2, flatmap);
    assert!(state(&bytes).is_null() && diags.has_error());
    assert!(findings(&diags).contains("Terraform 0.11"), "{diags:?}");
}

#[test]
fn a_stored_identity_is_completed() {
    let upgrade = |version, json: &str| {
        let stored = Stored { json: json.as_bytes().to_vec(), flatmap: false };
        Kitchen::default().serve().upgrade_identity("kitchen", version, stored)
    };
    let (bytes, diags) = upgrade(0, r#"{"id": "1", "unheard_of": 2}"#);
    assert_eq!(text(&identity(&bytes)), r#"{"id":"1"}"#);
    assert!(diags.is_empty(), "{diags:?}");
    assert!(upgrade(2, r#"{"id": "1"}"#).1.has_error());
    assert!(upgrade(1, r#"[]"#).1.has_error());
}

#[tokio::main(flavor = "current_thread")]
async fn import(kitchen: Kitchen, id: &str, given: Option<&str>) -> call::NewState {
    let request = Import {
        type_name: "kitchen".to_owned(),
        id: id.to_owned(),
        identity: given.map(|id| Raw { msgpack: encoded_identity(id), json: Vec::new() }),
    };
    kitchen.serve().import(&Context::unstoppable(), request).await
}

#[test]
fn an_imported_stub_is_completed() {
    let mut kitchen = answering(json!(null));
    kitchen.outcome.state = Some(Value::object([("id", Value::from("1"))]));
    let answer = import(kitchen, "1", None);
    expect![[r#"
        {"id":"1"}
        private {"key":"p"}
        identity {"id":"1"}"#]]
    .assert_eq(&report(&answer));
    let imported = state(&answer.state);
    assert_eq!(*imported.get("step"), Value::List(Vec::new()));
    assert_eq!(*imported.get("peer"), Value::Set(Vec::new()));
    assert!(imported.get("about").is_known());
}

#[test]
fn an_import_by_identity_carries_that_identity() {
    let mut kitchen = answering(json!({"id": "1"}));
    kitchen.outcome.identity = None;
    expect![[r#"
        {"id":"1"}
        private {"key":"p"}
        identity {"id":"1"}"#]]
    .assert_eq(&report(&import(kitchen, "", Some("1"))));
}

#[test]
fn an_import_that_finds_nothing_or_fails_is_an_error_without_object() {
    expect![[r#"
        no state
        Error Fault in the provider [] Importing a kitchen ended without an error and without an object."#]].assert_eq(&report(&import(answering(json!(null)), "1", None)));
    expect![[r#"
        no state
        Error no [] The service is on strike."#]]
    .assert_eq(&report(&import(failing(answering(json!({"id": "1"}))), "1", None)));
    expect![[r#"
        no state
        Error The identity of a kitchen changed [] The object that the service answered with is another one than the state speaks of: its identity differs, and an identity never changes. Remove the object from the state and import the one that is meant."#]].assert_eq(&report(&import(answering(json!({"id": "1"})), "", Some("2"))));
}

fn moved(kitchen: Kitchen, json: &str) -> call::NewState {
    kitchen.serve().move_state(Move {
        source_provider_address: "registry.terraform.io/else/where".to_owned(),
        source_type_name: "stove".to_owned(),
        source_schema_version: 0,
        source_state: Stored { json: json.as_bytes().to_vec(), flatmap: false },
        source_private: Vec::new(),
        target_type_name: "kitchen".to_owned(),
    })
}

#[test]
fn a_moved_state_is_completed_and_one_that_nobody_takes_is_an_error() {
    let taken = Moved {
        state: Value::object(
            [("name", "a"), ("secret", "s")].map(|(name, text)| (name, text.into())),
        ),
        private: private("moved"),
        identity: Some(Value::object([("id", Value::from("1"))])),
    };
    let kitchen = || Kitchen { moved: Some(taken.clone()), ..Kitchen::default() };
    expect![[r#"
        {"name":"a"}
        private {"key":"moved"}
        identity {"id":"1"}"#]]
    .assert_eq(&report(&moved(kitchen(), "{}")));
    expect![[r#"
        no state
        Error Cannot move stove to kitchen [] A kitchen cannot take over the state of a stove of the provider registry.terraform.io/else/where. Remove the object from the state and import it as kitchen instead."#]].assert_eq(&report(&moved(Kitchen::default(), "{}")));
    assert!(moved(kitchen(), "{").diagnostics.has_error());
}

fn check_generate(state_json: Json, expected: Expect) {
    let (bytes, diags) = Kitchen::default().serve().generate_config("kitchen", raw(state_json));
    assert!(diags.is_empty(), "{diags:?}");
    expected.assert_eq(&lines(&state(&bytes)));
}

#[test]
fn a_generated_configuration_says_what_a_user_would() {
    check_generate(
        stored(json!({
            "note": "n", "old": "o", "size": 7, "anything": ["x"],
            "settings": {"mode": "m", "level": 5, "key": "k", "stamp": "s"},
            "rules": [{"name": "r", "port": 1, "id": "i"}],
            "members": [{"id": "m", "role": "r", "weight": 1, "key": "k", "since": "s"}],
            "limits": {"k": {"max": 1, "used": 0}},
            "step": [{"run": "x", "took": "1s"}], "peer": [{"address": "p", "seen": "s"}],
        })),
        expect![[r#"
            anything: ["x"]
            limits: {"k":{"max":1}}
            members: [{"id":"m","role":"r"}]
            name: "a"
            note: "n"
            peer: [{"address":"p"}]
            region: "r1"
            rules: [{"name":"r","port":1}]
            settings: {"mode":"m"}
            size: 7
            step: [{"run":"x"}]
            zone: "z1"
        "#]],
    );
}

#[test]
fn a_generated_configuration_plans_no_change() {
    let before =
        stored(json!({"note": "n", "size": 7, "settings": {"level": 5, "key": "k", "stamp": "s"}}));
    let (bytes, _) = Kitchen::default().serve().generate_config("kitchen", raw(before.clone()));
    let mut config = super::fixture::shorthand(&state(&bytes));
    // An empty nested object cannot be told from an absent one in shorthand, so it is put back.
    config["settings"] = json!({});
    assert_eq!(super::plan::plan(before, config), "no change");
}

#[test]
fn f78_private_data_is_readable_by_its_own_rules_only() {
    assert_eq!(Private::default().encode(), Vec::<u8>::new());
    assert_eq!(Private::decode(&private("x").encode()), private("x"));
    assert_eq!(Private::decode(b"[]"), Private::default());
    assert_eq!(Private::decode(&[0xff]), Private::default());
}
