//! What Terraform and its users hand us, at its worst. Nothing of it may be sent anywhere.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use windows365::framework::Context;
use windows365::framework::call::{self, Raw, Stored};
use windows365::graph::Random as _;
use windows365::graph::scripted::Sequence;
use windows365::mock::{Effect, Fault, Scripted};
use windows365::tf::{Value, msgpack};

use crate::lifecycle::run::{Run, text};
use crate::lifecycle::{Life, lives, made, with};

/// The entities that have a name to play tricks with.
fn named() -> impl Iterator<Item = Life> {
    lives().into_iter().filter(|life| life.create["display_name"].is_string())
}

fn raw(bytes: &[u8]) -> Raw {
    Raw { msgpack: bytes.to_vec(), json: Vec::new() }
}

/// Encodings that are none, or that promise more than they hold.
fn malformed(whole: &[u8]) -> Vec<Vec<u8>> {
    let random = Sequence::new(7);
    let mut all = vec![
        vec![0xdd, 0xff, 0xff, 0xff, 0xff],
        vec![0xdf, 0xff, 0xff, 0xff, 0xff],
        vec![0xdb, 0xff, 0xff, 0xff, 0xff, b'x'],
        vec![0xc6, 0xff, 0xff, 0xff, 0xff],
        vec![0xc9, 0xff, 0xff, 0xff, 0xff, 12],
        vec![0x91; 100_000],
        vec![0x81; 100_000],
        [[0x81, 0xa1, b'x'].repeat(50_000), vec![0xc0]].concat(),
        vec![0xc1],
        b"{\"display_name\": \"x\"}".to_vec(),
        vec![0xff; 64],
    ];
    for _ in 0..40 {
        let mut bytes = whole.to_vec();
        let place = usize::try_from(random.next() % bytes.len() as u64).unwrap();
        if random.next().is_multiple_of(2) {
            bytes.truncate(place);
        } else {
            bytes[place] = random.next().to_le_bytes()[0];
        }
        all.push(bytes);
    }
    all
}

#[tokio::test(start_paused = true)]
async fn f77_bytes_that_are_no_value_reach_nobody() {
    for life in lives() {
        let run = Run::of(life.name);
        let resource = run.resource(life.name);
        let (whole, ..) = resource.planned(&life.create);
        for bytes in malformed(&whole.config.msgpack) {
            let broken = raw(&bytes);
            let name = || life.name.to_owned();
            let server = &run.server;
            let client = call::Client { write_only: true };
            let _ = server.validate_resource(life.name, broken.clone(), client);
            let plan = server.plan(call::Plan {
                type_name: name(),
                prior_state: broken.clone(),
                proposed_new_state: broken.clone(),
                config: broken.clone(),
                prior_private: bytes.clone(),
                prior_identity: Some(broken.clone()),
            });
            let cx = Context::unstoppable();
            // The prior object is one that cannot be read, so that even well-formed bytes by chance change nothing.
            let applied = call::Apply {
                prior_state: raw(&[0xc1]),
                planned_state: broken.clone(),
                config: broken.clone(),
                planned_private: bytes.clone(),
                planned_identity: Some(broken.clone()),
                type_name: name(),
            };
            let applied = server.apply(&cx, applied).await;
            assert!(applied.diagnostics.has_error(), "{} {bytes:x?}", life.name);
            let read = call::Read {
                type_name: name(),
                current_state: broken.clone(),
                private: bytes.clone(),
                current_identity: Some(raw(&[0xc1])),
            };
            let read = server.read(&cx, read).await;
            assert!(read.diagnostics.has_error(), "{} {bytes:x?}", life.name);
            assert_eq!(read.state, bytes, "{}: what cannot be read stays as it is", life.name);
            for diagnostics in [&plan.diagnostics, &applied.diagnostics, &read.diagnostics] {
                assert!(text(diagnostics).len() < 8_192, "{}", life.name);
            }
        }
        assert!(run.mock.requests().is_empty(), "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn f78_a_plan_that_does_not_follow_from_its_configuration_is_refused() {
    for life in named() {
        let run = Run::of(life.name);
        let resource = run.resource(life.name);
        let (good, ..) = resource.planned(&life.create);
        let r#type = resource.schema().block.implied_type();
        let planned = msgpack::decode(&good.planned_state.msgpack, &r#type).unwrap();
        let changed = |name: &str, value: Value| {
            let Value::Object(mut entries) = planned.clone() else { panic!("an object") };
            entries.insert(name.to_owned(), value);
            resource.raw(&Value::Object(entries))
        };
        let name = "display_name";
        let others = ["windows365_user_setting", "intune_role_definition"];
        let other = crate::lifecycle::life(others[usize::from(life.name == others[0])]);
        let foreign = run.resource(other.name).planned(&other.create).0;
        for (what, request) in [
            (
                "another name",
                call::Apply { planned_state: changed(name, "x".into()), ..good.clone() },
            ),
            (
                "unknown",
                call::Apply { planned_state: changed(name, Value::unknown()), ..good.clone() },
            ),
            ("nothing", call::Apply { planned_state: changed(name, Value::Null), ..good.clone() }),
            (
                "an object of another type",
                call::Apply { planned_state: foreign.planned_state, ..good.clone() },
            ),
            (
                "a configuration of another type",
                call::Apply { config: foreign.config.clone(), ..good.clone() },
            ),
            (
                "a prior object of another type",
                call::Apply { prior_state: foreign.config, ..good.clone() },
            ),
        ] {
            let answer = run.server.apply(&Context::unstoppable(), request).await;
            assert!(answer.diagnostics.has_error(), "{}: {what}", life.name);
            assert!(run.mock.requests().is_empty(), "{}: {what}", life.name);
        }
        // Private data that is none is no memory, and no memory changes nothing of others.
        let mut resource = run.resource(life.name);
        assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
        resource.private = b"\xff{not json".to_vec();
        assert_eq!(resource.refresh().await, "", "{}", life.name);
        assert_eq!(resource.apply(&life.update).await, "", "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn f79_a_state_from_elsewhere_is_read_or_refused_and_never_sent() {
    let run = Run::new();
    for life in lives() {
        let huge = format!(r#"{{"id": "1", "display_name": "{}"}}"#, "x".repeat(4 << 20));
        for (version, stored) in [
            (0, "null"),
            (0, "{}"),
            (0, "[]"),
            (0, "\"text\""),
            (0, "{\"id\": {\"nested\": true}}"),
            (0, "{\"id\": \"1\", \"attribute_of_another_provider\": [1, 2, 3]}"),
            (99, "{\"id\": \"1\"}"),
            (-1, "{\"id\": \"1\"}"),
            (0, "{\"id\": \"1\""),
            (0, "\u{81}\u{a2}id"),
            (0, &"[".repeat(100_000)),
            (0, &huge),
        ] {
            for flatmap in [false, true] {
                let state = Stored { json: stored.as_bytes().to_vec(), flatmap };
                let (upgraded, diagnostics) = run.server.upgrade_state(life.name, version, state);
                if diagnostics.has_error() {
                    assert!(text(&diagnostics).len() < 8_192, "{} {version}", life.name);
                } else {
                    let schema = run.resource(life.name).schema().block.implied_type();
                    assert!(msgpack::decode(&upgraded, &schema).is_ok(), "{} {version}", life.name);
                }
                assert!(diagnostics.has_error() || (version == 0 && !flatmap), "{}", life.name);
            }
        }
    }
    assert!(run.mock.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn f80_calls_out_of_order_and_at_once_are_all_answered() {
    let run = Run::new();
    let cx = Context::unstoppable();
    let mut calls = Vec::new();
    for number in 0..50 {
        let (server, cx) = (run.server.clone(), cx.clone());
        calls.push(tokio::spawn(async move {
            let type_name =
                ["intune_role_definition", "", "no_such_type", "windows365_user_setting"]
                    [number % 4];
            let read = call::Read {
                type_name: type_name.to_owned(),
                current_state: raw(&[0xc0]),
                private: Vec::new(),
                current_identity: None,
            };
            server.read(&cx, read).await.diagnostics.has_error()
        }));
    }
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), matches!(number % 4, 1 | 2), "{number}");
    }
    assert!(run.mock.requests().is_empty());
}

/// What validation finds wrong with a configuration.
fn found(run: &Run, name: &'static str, config: &Json) -> String {
    let resource = run.resource(name);
    let schema = resource.schema().block.implied_type();
    let value = windows365::tf::json::from_json(config, &schema).unwrap();
    let client = call::Client { write_only: true };
    text(&run.server.validate_resource(name, resource.raw(&value), client))
}

/// So many groups.
fn groups(count: u32) -> Json {
    let group = |number| json!({"group_id": format!("00000000-0000-4000-8000-{number:012}")});
    (0..count).map(group).collect()
}

#[tokio::test(start_paused = true)]
async fn f81_what_is_too_large_is_refused_in_the_plan_with_the_limit() {
    let run = Run::new();
    let role = crate::lifecycle::life("intune_role_definition");
    let setting = "windows365_user_setting";
    let rule = crate::lifecycle::life("windows365_alert_rule");
    let many =
        |count| -> Json { (0..count).map(|number| json!(format!("right {number}"))).collect() };
    let quarters = ["a", "b", "c", "d"].map(|name| format!("{name}{}", "x".repeat(9 << 20)));
    for (name, config, parts) in [
        // A text of 50 MiB.
        (
            role.name,
            with(&role.create, json!({"description": "x".repeat(50 << 20)})),
            ["52428800 bytes long; at most 16777216", "at description"],
        ),
        // 100,000 groups.
        (
            setting,
            json!({"display_name": "x", "assignments": groups(100_000)}),
            ["100000 elements; at most 20000", "at assignments"],
        ),
        (
            role.name,
            with(&role.create, json!({"allowed_resource_actions": many(100_000)})),
            ["100000 elements; at most 50000", "at allowed_resource_actions"],
        ),
        // No part of it too large, and all of it.
        (
            role.name,
            with(&role.create, json!({"allowed_resource_actions": quarters})),
            ["bytes long; at most 33554432", "at allowed_resource_actions"],
        ),
        (
            rule.name,
            with(&rule.create, json!({"display_name": "x".repeat(17 << 20)})),
            ["17825792 bytes long; at most 16777216", "at display_name"],
        ),
    ] {
        let findings = found(&run, name, &config);
        for part in parts {
            assert!(findings.contains(part), "{name}: {part}: {findings:.2000}");
        }
        assert!(findings.len() < 8_192, "{name}");
    }
    // Twice the same among many.
    let mut twice = groups(20_000);
    let seventh = twice[7].clone();
    *twice[19_999].as_object_mut().unwrap() = seventh.as_object().unwrap().clone();
    let findings = found(&run, setting, &json!({"display_name": "x", "assignments": twice}));
    assert!(findings.is_empty() || findings.contains("is assigned twice"), "{findings:.2000}");
    assert!(run.mock.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn f81_many_groups_are_assigned_compared_and_taken_away() {
    let run = Run::new();
    let config = |count| json!({"display_name": "x", "assignments": groups(count)});
    let mut resource = run.resource("windows365_user_setting");
    // As many as can be read back.
    assert_eq!(resource.apply(&config(20_000)).await, "");
    assert_eq!(resource.drift(&config(20_000)), "");
    let made = run.mock.objects("/deviceManagement/virtualEndpoint/userSettings");
    assert_eq!(made[0]["assignments"].as_array().map(Vec::len), Some(20_000));
    assert_ne!(resource.drift(&config(19_999)), "", "one less is a change");
    assert_eq!(resource.destroy().await, "");
}

#[tokio::test(start_paused = true)]
async fn f81_twenty_thousand_settings_work() {
    let role = crate::lifecycle::life("intune_role_definition");
    let rule = crate::lifecycle::life("windows365_alert_rule");
    let rights = |from: u32| -> Json {
        (from..from + 20_000)
            .map(|number| json!(format!("Microsoft.Intune_Right_{number}")))
            .collect()
    };
    let conditions = |from: u32| -> Json {
        let condition = |number: u32| {
            json!({
                "relationship_type": "or", "condition_category": "provisionFailures", "aggregation": "count",
                "operator": "greaterOrEqual", "threshold_value": number.to_string(),
            })
        };
        // Each is an object of six members.
        (from..from + 3_000).map(condition).collect()
    };
    let configs: [(_, &dyn Fn(u32) -> Json); 2] = [
        (&role, &|from| with(&role.create, json!({"allowed_resource_actions": rights(from)}))),
        (&rule, &|from| with(&rule.create, json!({"conditions": conditions(from)}))),
    ];
    for (life, config) in configs {
        let run = Run::of(life.name);
        let mut resource = run.resource(life.name);
        for from in [0, 1] {
            assert_eq!(resource.apply(&config(from)).await, "", "{}", life.name);
            assert_eq!(resource.refresh().await, "", "{}", life.name);
            assert_eq!(resource.drift(&config(from)), "", "{}", life.name);
        }
        assert_eq!(made(&run, life).len(), 1, "{}", life.name);
        assert_eq!(resource.destroy().await, "", "{}", life.name);
    }
}

#[tokio::test(start_paused = true)]
async fn f82_every_script_of_the_world_comes_back_as_it_was_written() {
    for life in named() {
        for name in [
            "Ingeniería 設計部 🖥️ 👩‍💻",
            "\u{202e}gnireenignE",
            "e\u{301} is é",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            "tab\tand line\r\nbreak",
            "trailing ",
            "quote ' and \" and \\ and </a> & %20 {} ${x}",
            "𝒜𝒷𝒸 \u{10FFFD}",
        ] {
            let run = Run::of(life.name);
            let mut resource = run.resource(life.name);
            let config = with(&life.create, json!({"display_name": name}));
            let schema = resource.schema().block.implied_type();
            let value = windows365::tf::json::from_json(&config, &schema).unwrap();
            let client = call::Client { write_only: true };
            // Some services are known to mind some characters, and the user is told so.
            if !run.server.validate_resource(life.name, resource.raw(&value), client).is_empty() {
                continue;
            }
            let findings = resource.apply(&config).await;
            if findings.contains("Error") {
                assert!(made(&run, &life).is_empty(), "{} {name:?}: {findings}", life.name);
                continue;
            }
            assert_eq!(resource.refresh().await, "", "{} {name:?}", life.name);
            assert_eq!(resource.drift(&config), "", "{} {name:?}", life.name);
        }
        let run = Run::of(life.name);
        let resource = run.resource(life.name);
        let schema = resource.schema().block.implied_type();
        for control in ["a\u{0}b", "\u{1b}[31mred", "bell\u{7}", "\u{1f}"] {
            let config = with(&life.create, json!({"display_name": control}));
            let value = windows365::tf::json::from_json(&config, &schema).unwrap();
            let client = call::Client { write_only: true };
            let findings =
                text(&run.server.validate_resource(life.name, resource.raw(&value), client));
            assert!(findings.contains("control character U+00"), "{}: {findings}", life.name);
            assert!(!findings.contains(control), "{}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f83_f84_no_id_of_an_import_leaves_its_place() {
    for life in lives() {
        let run = Run::of(life.name);
        for id in [
            "../users/x",
            "%2e%2e%2f",
            "a/../../b",
            "?$filter=x",
            "a#b",
            "a;b",
            ".",
            "..",
            "\u{ff0e}\u{ff0e}",
            "a\r\nAuthorization: x",
            "a\0b",
            "a\\b",
            "a%0d%0ab",
            "\u{202e}x",
            &"x".repeat(100_000),
        ] {
            let findings = run.resource(life.name).import(id).await;
            assert!(findings.contains("Error"), "{} {id:?}", life.name);
            assert!(findings.len() < 8_192, "{}: {}", life.name, findings.len());
            assert!(!findings.contains(['\r', '\0', '\u{202e}']), "{}: {findings:?}", life.name);
        }
        assert!(run.mock.requests().is_empty(), "{}: {:?}", life.name, run.mock.requests());
    }
}

#[tokio::test(start_paused = true)]
async fn f85_a_name_cannot_widen_a_search() {
    let life = crate::lifecycle::life("intune_role_definition");
    let run = Run::new();
    for name in
        ["plain", "x' or displayName ne '", "it''s", "a' or 1 eq 1 or 'b' eq 'b", "%27 or 1 eq 1"]
    {
        let mut resource = run.resource(life.name);
        let config = with(&life.create, json!({"display_name": name}));
        assert_eq!(resource.apply(&config).await, "", "{name}");
        let (data, findings) = run.data(life.name, json!({"display_name": name})).await;
        assert_eq!(findings, "", "{name}");
        assert_eq!(data.get("id").as_str(), Some(resource.id().as_str()), "{name}");
        let mut imported = run.resource(life.name);
        assert_eq!(imported.import(&format!("name:{name}")).await, "", "{name}");
        assert_eq!(imported.id(), resource.id(), "{name}");
    }
    let (_, findings) = run.data(life.name, json!({"display_name": "x' or 'a' eq 'a"})).await;
    assert!(findings.contains("Error"), "{findings}");
}

proptest! {
    /// Source of the grammar: OData 4.01 ABNF, `string = SQUOTE *( SQUOTE-in-string / pchar-no-SQUOTE ) SQUOTE`.
    #[test]
    fn f85_a_quoted_text_is_one_literal_with_the_same_text(text in any::<String>(), rest in "( or 1 eq 1)?") {
        let filter = format!("{}{rest}", windows365::graph::quote(&text));
        let mut read = String::new();
        let mut characters = filter.chars().peekable();
        prop_assert_eq!(characters.next(), Some('\''));
        loop {
            match characters.next() {
                Some('\'') if characters.peek() == Some(&'\'') => {
                    characters.next();
                    read.push('\'');
                }
                Some('\'') => break,
                Some(character) => read.push(character),
                None => return Err(TestCaseError::fail("the literal does not end")),
            }
        }
        prop_assert_eq!(read, text);
        prop_assert_eq!(characters.collect::<String>(), rest);
    }
}

#[tokio::test(start_paused = true)]
async fn f86_nothing_that_is_echoed_can_dress_up_a_message() {
    let tricks = "\u{1b}[2J\u{1b}]0;title\u{7}\r\nError: all is lost\u{202e}\u{2028}\u{9b}31m";
    for life in named() {
        let run = Run::of(life.name);
        let message = format!("{tricks}{}", "long ".repeat(200_000));
        let body = json!({"error": {"code": format!("Bad{tricks}"), "message": message}});
        let reply = Scripted { status: 400, headers: Vec::new(), body };
        run.mock.fault(Fault::once("POST", life.path, Effect::Reply(reply)));
        let mut resource = run.resource(life.name);
        let config =
            with(&life.create, json!({"display_name": format!("\u{202e}{}", "n".repeat(50))}));
        let findings = resource.apply(&config).await;
        assert!(findings.contains("Error at"), "{}: {findings}", life.name);
        let odd = findings
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || "\u{202e}\u{2028}".contains(*c));
        assert_eq!(odd, None, "{}: {findings:?}", life.name);
        assert!(!findings.contains("\nError: all is lost"), "{}: {findings}", life.name);
        assert!(findings.len() < 8_192, "{}: {}", life.name, findings.len());
    }
}
