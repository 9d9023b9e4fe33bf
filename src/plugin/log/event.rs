//! One event as one line.
//!
//! Terraform crashes on a record whose `@level`, `@message` or `@timestamp` is not a string, degrades it when the timestamp has other
//! than six digits of fraction, and splits lines of 64 KiB. Hence the care here.

use std::fmt::{self, Write};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Level, Metadata};

use super::Form;

/// Longest text of one field in bytes. JSON writes a byte as six at worst.
const LONGEST_TEXT: usize = 8 * 1024;

/// Longest line in bytes.
const LONGEST_LINE: usize = 60 * 1024;

/// The message and the other fields of an event or a span.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    /// Adds what `self` does not have.
    pub(super) fn add_missing(&mut self, outer: &Fields) {
        for (key, value) in &outer.others {
            self.others.entry(key).or_insert_with(|| value.clone());
        }
    }

    fn put(&mut self, field: &Field, value: Value) {
        if field.name() == "message" {
            self.message = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
        } else {
            // Keys with an @ are the host's.
            self.others.insert(field.name().trim_start_matches('@').to_owned(), value);
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::String(shortened(format!("{value:?}"))));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::String(shortened(value.to_owned())));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::from(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::from(value));
    }
}

/// Cuts a text that is too long for a log, and says so.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        text.truncate(text.floor_char_boundary(LONGEST_TEXT));
        text.push_str(" [cut]");
    }
    text
}

/// Where an event comes from: the module without the name of the package.
fn module(metadata: &Metadata<'_>) -> String {
    let target = metadata.target();
    target.split_once("::").map_or(target, |(_, inner)| inner).replace("::", ".")
}

/// A level as hclog names it.
fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Words for records that are missing at a place, with their line end.
pub(super) fn gap(form: Form, at: Timestamp, dropped: u64) -> Vec<u8> {
    let fields = Fields {
        message: "Log records were dropped here: nobody read them in time".to_owned(),
        others: Map::from_iter([("dropped".to_owned(), dropped.into())]),
    };
    written(form, at, Level::WARN, "plugin.log", fields)
}

/// An event as a line, with its line end.
pub(super) fn line(form: Form, at: Timestamp, metadata: &Metadata<'_>, fields: Fields) -> Vec<u8> {
    written(form, at, *metadata.level(), &module(metadata), fields)
}

fn written(form: Form, at: Timestamp, level: Level, module: &str, fields: Fields) -> Vec<u8> {
    let mut line = match form {
        Form::Records => record(at, level, module, fields),
        Form::Lines => text(at, level, module, fields),
    };
    line.push('\n');
    line.into_bytes()
}

/// A line of JSON in the form of hclog.
fn record(at: Timestamp, level: Level, module: &str, fields: Fields) -> String {
    let mut own = Map::new();
    own.insert("@level".to_owned(), word(level).into());
    own.insert("@message".to_owned(), fields.message.into());
    own.insert("@module".to_owned(), module.into());
    own.insert("@timestamp".to_owned(), format!("{at:.6}").into());
    let mut whole = own.clone();
    whole.extend(fields.others);
    let line = Value::Object(whole).to_string();
    if line.len() <= LONGEST_LINE {
        return line;
    }
    own.insert("fields_left_out".to_owned(), true.into());
    Value::Object(own).to_string()
}

/// A line of text for people.
fn text(at: Timestamp, level: Level, module: &str, fields: Fields) -> String {
    let mut line =
        format!("{at:.3} {:5} {module}: {}", level.as_str(), fields.message.escape_debug());
    for (key, value) in fields.others {
        // Writing to a string cannot fail.
        let _ = write!(line, " {key}={value}");
    }
    line
}
