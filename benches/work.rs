//! What a process does with its time once it runs: values to and from the wire, schemas, the plan of one resource.
//!
//! Run with `cargo bench --bench work`. Numbers are the best of several rounds, which is what repeats from run to run.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement reports, and ends at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use windows365::framework::call::{Plan, Raw};
use windows365::framework::{Provider as _, Server};
use windows365::provider::Provider;
use windows365::tf::{Type, Value, msgpack};

/// Times `work`: rounds of about 50 ms each, the best of ten.
fn measure<T>(name: &str, mut work: impl FnMut() -> T) {
    const ROUND: Duration = Duration::from_millis(50);
    let start = Instant::now();
    black_box(work());
    let once = start.elapsed().max(Duration::from_nanos(20));
    let times = u32::try_from((ROUND.as_nanos() / once.as_nanos()).clamp(1, 1_000_000)).unwrap();
    let best = (0..10)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(work());
            }
            start.elapsed() / times
        })
        .min()
        .unwrap();
    println!("{name:<44} {:>10.1} us", best.as_secs_f64() * 1e6);
}

fn main() {
    codec();
    schemas();
    plan();
}

/// A list of a thousand small objects, as a large data source gives.
fn codec() {
    let element = Type::object([
        ("id", Type::String),
        ("enabled", Type::Bool),
        ("size", Type::Number),
        ("groups", Type::set(Type::String)),
    ]);
    let r#type = Type::list(element);
    let object = |n: i64| {
        Value::object([
            ("id", Value::from(format!("3f6a0c5e-0f3b-4c6f-9d0e-{n:012}"))),
            ("enabled", Value::from(n % 2 == 0)),
            ("size", Value::from(n)),
            ("groups", Value::Set((0..5).map(|m| Value::from(format!("group {m}"))).collect())),
        ])
    };
    let value = Value::List((0..1000).map(object).collect());
    let bytes = msgpack::encode(&value, &r#type);
    measure("encode 1000 objects", || msgpack::encode(&value, &r#type));
    measure("decode 1000 objects", || msgpack::decode(&bytes, &r#type).unwrap());
}

/// Every schema, built from its description as a fresh process does.
fn schemas() {
    measure("build all schemas", || {
        let provider = Provider::of_process();
        let resources = provider.resources().values().map(|r| r.schema().block.attributes.len());
        let sources = provider.data_sources().values().map(|s| s.schema().block.attributes.len());
        resources.sum::<usize>() + sources.sum::<usize>()
    });
}

/// A policy that is to be created.
fn plan() {
    const CONFIG: &str = r#"{
        "display_name": "Engineering",
        "description": "Windows 11 for engineers",
        "provisioning_type": "dedicated",
        "image_type": "gallery",
        "image_id": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "image_display_name": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "domain_join_configurations": [{ "domain_join_type": "azureADJoin", "region_name": "automatic" }],
        "windows_setting": { "locale": "en-US" },
        "assignments": [{ "group_id": "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11" }]
    }"#;
    let server = Server::new(Arc::new(Provider::of_process()));
    let config = Raw { json: CONFIG.as_bytes().to_vec(), ..Raw::default() };
    measure("plan the creation of a provisioning policy", || {
        let planned = server.plan(Plan {
            type_name: "windows365_provisioning_policy".to_owned(),
            proposed_new_state: config.clone(),
            config: config.clone(),
            ..Plan::default()
        });
        assert!(!planned.diagnostics.has_error(), "{:?}", planned.diagnostics);
        planned
    });
}
