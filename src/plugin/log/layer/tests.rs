//! The lines that stand on stderr.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

use super::*;

/// What `work` writes at trace level.
fn written(form: Form, work: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let write = move |line: Vec<u8>| sink.lock().unwrap().push(String::from_utf8(line).unwrap());
    let layer = Lines::new(form, LevelFilter::TRACE, &[], write);
    tracing::subscriber::with_default(Registry::default().with(layer), work);
    let lines = lines.lock().unwrap();
    lines.clone()
}

fn record(work: impl FnOnce()) -> Value {
    let lines = written(Form::Records, work);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].ends_with('\n') && lines[0].len() < 64 * 1024);
    serde_json::from_str(&lines[0]).unwrap()
}

#[test]
fn a_record_has_the_strings_that_terraform_insists_on() {
    let record = record(|| {
        tracing::info!(attempt = 2, slow = true, bytes = 7_u64, part = 0.5, "two\nlines")
    });
    assert_eq!(record["@level"], "info");
    assert_eq!(record["@message"], "two\nlines");
    assert_eq!(record["@module"], "plugin.log.layer.tests");
    assert_eq!(record["attempt"], 2);
    assert_eq!(record["slow"], true);
    assert_eq!((&record["bytes"], &record["part"]), (&7.into(), &0.5.into()));
    let at = record["@timestamp"].as_str().unwrap();
    let (_, fraction) = at.split_once('.').unwrap();
    assert_eq!(fraction.len(), 7, "{at}");
    assert!(fraction.ends_with('Z'), "{at}");
}

#[test]
fn a_message_that_is_a_number_is_still_a_string() {
    let record = record(|| tracing::info!(message = 7));
    assert_eq!(record["@message"], "7");
}

#[test]
fn no_field_can_pose_as_the_host_s() {
    let record = record(|| tracing::info!("@level" = 3, "x"));
    assert_eq!(record["@level"], "info");
    assert_eq!(record["level"], 3);
}

#[test]
fn a_number_that_is_none_does_not_spoil_the_record() {
    let record = record(|| tracing::info!(ratio = f64::NAN, "x"));
    assert_eq!(record["ratio"], Value::Null);
}

#[test]
fn long_texts_stay_under_the_limit_of_a_line() {
    let long = "\u{1}".repeat(100_000);
    let cut = record(|| tracing::info!("{long}"));
    assert!(cut["@message"].as_str().unwrap().ends_with("[cut]"));
    let many = record(|| tracing::info!(a = long, b = long, c = long, "x"));
    assert_eq!(many["fields_left_out"], true);
    assert_eq!(many["@message"], "x");
}

#[test]
fn a_text_of_eight_kibibytes_and_a_line_of_sixty_are_whole() {
    let text = |bytes: usize| {
        let text = "a".repeat(bytes);
        record(|| tracing::info!("{text}"))["@message"].as_str().unwrap().len()
    };
    assert_eq!(text(8 * 1024), 8 * 1024);
    assert_eq!(text(8 * 1024 + 1), 8 * 1024 + " [cut]".len());
    let line = |bytes: usize| {
        let (a, last) = ("a".repeat(7_500), "a".repeat(bytes));
        let lines = written(Form::Records, || {
            tracing::info!(a, b = a, c = a, d = a, e = a, f = a, g = a, h = a, last, "x");
        });
        lines[0].trim_end().to_owned()
    };
    let most = 60 * 1024 - line(0).len();
    let whole = line(most);
    assert_eq!(whole.len(), 60 * 1024);
    assert!(whole.contains("\"last\"") && !whole.contains("fields_left_out"));
    assert!(line(most + 1).contains("fields_left_out"));
}

#[test]
fn what_nobody_would_see_is_not_even_written_up() {
    for level in [LevelFilter::INFO, LevelFilter::TRACE] {
        let layer = Lines::new(Form::Records, level, &[], |_| ());
        assert_eq!(Layer::<Registry>::max_level_hint(&layer), Some(level));
    }
}

#[test]
fn events_carry_the_fields_of_their_spans() {
    let record = record(|| {
        let _span = tracing::info_span!("call", tf_rpc = "ReadResource", depth = 1).entered();
        tracing::info!(depth = 2, "x");
    });
    assert_eq!(record["tf_rpc"], "ReadResource");
    assert_eq!(record["depth"], 2);
}

#[test]
fn a_field_that_a_span_learns_later_is_in_the_events_that_follow() {
    let record = record(|| {
        let span = tracing::info_span!("call", answer = tracing::field::Empty).entered();
        span.record("answer", 42);
        tracing::info!("x");
    });
    assert_eq!(record["answer"], 42);
}

#[test]
fn libraries_are_not_heard() {
    let lines =
        written(Form::Records, || tracing::error!(target: "hyper::proto", "authorization: x"));
    assert_eq!(lines, Vec::<String>::new());
}

#[test]
fn a_gap_is_a_record_like_any_other_and_a_line_for_people() {
    let line = String::from_utf8(event::gap(Form::Records, Timestamp::UNIX_EPOCH, 7)).unwrap();
    assert!(line.ends_with('\n'), "{line}");
    let record: Value = serde_json::from_str(&line).unwrap();
    for key in ["@level", "@message", "@module", "@timestamp"] {
        assert!(record[key].is_string(), "{line}");
    }
    assert_eq!((&record["@level"], &record["dropped"]), (&"warn".into(), &7.into()));
    let line = String::from_utf8(event::gap(Form::Lines, Timestamp::UNIX_EPOCH, 7)).unwrap();
    assert!(line.contains(" WARN  plugin.log: ") && line.ends_with(" dropped=7\n"), "{line}");
}

#[test]
fn people_read_one_line_per_event() {
    let lines = written(Form::Lines, || tracing::warn!(status = 503, "two\nlines"));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with(" WARN  plugin.log.layer.tests: two\\nlines status=503\n"));
}
