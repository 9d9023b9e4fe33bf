//! What is written to stderr: everything this package says through `tracing`.
//!
//! Under a host each event is one line of JSON in the form of hclog, which the host sorts into its own log. For people it is a
//! line of text. Only events of this package are written: libraries log frames and headers, and those carry tokens.
//! Whoever logs keeps secrets out; nothing here could tell them apart. Whoever logs never waits either: see `sink`.

mod event;
mod layer;
mod panics;
mod sink;

use std::io::{self, Write as _};
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

pub(super) use panics::{caught, watch as watch_panics};
use sink::Sink;

/// How events look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One line of JSON for each, for a plugin host.
    Records,
    /// One line of text for each, for people.
    Lines,
}

/// How long the end of the process may be delayed by records that nobody has read yet.
const LAST_PATIENCE: Duration = Duration::from_millis(200);

/// The one way to stderr.
static SINK: OnceLock<Sink> = OnceLock::new();

/// Starts to write events to stderr. `fallback` is the level when the environment names none. `crates` are written beside this
/// package's library. Only the first call in a process has an effect. The token is cancelled when stderr breaks.
pub fn start(form: Form, fallback: LevelFilter, crates: &[&'static str]) -> CancellationToken {
    let sink = SINK.get_or_init(|| to_stderr(form));
    let level = level_of(|name| std::env::var(name).ok(), fallback);
    if level != LevelFilter::OFF {
        let layer = layer::Lines::new(form, level, crates, |line| sink.send(line));
        // It fails when somebody else was first, and then theirs stays.
        let _ = tracing::subscriber::set_global_default(Registry::default().with(layer));
    }
    sink.broken().clone()
}

fn to_stderr(form: Form) -> Sink {
    Sink::new(
        // A line goes out in one piece, and the standard library keeps no buffer for stderr.
        |line| io::stderr().lock().write_all(line),
        move |dropped| event::gap(form, Timestamp::now(), dropped),
        CancellationToken::new(),
    )
}

/// Waits a moment for what is not written yet. To be called before the process ends.
pub(super) fn flush() {
    if let Some(sink) = SINK.get() {
        sink.flush(LAST_PATIENCE);
    }
}

/// Writes what a process has to say at its end, after all else. When nobody hears it, that is not waited for.
pub(super) fn last_words(text: String) {
    match SINK.get() {
        Some(sink) => {
            sink.insist(text.into_bytes());
            sink.flush(LAST_PATIENCE);
        }
        None => drop(io::stderr().lock().write_all(text.as_bytes())),
    }
}

/// The level that a host would show. It filters by itself; asking here saves the work.
fn level_of(lookup: impl Fn(&str) -> Option<String>, fallback: LevelFilter) -> LevelFilter {
    let word = ["TF_LOG_PROVIDER", "TF_LOG"].into_iter().filter_map(lookup).find(|w| !w.is_empty());
    match word.map(|word| word.to_ascii_uppercase()).as_deref() {
        None => fallback,
        Some("OFF") => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        // JSON is a form of the host's own log, at this level; words that mean nothing mean this level too.
        Some(_) => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(provider: &str, all: &str) -> LevelFilter {
        level_of(
            |name| Some(if name == "TF_LOG" { all } else { provider }.to_owned()),
            LevelFilter::OFF,
        )
    }

    #[test]
    fn the_provider_s_variable_wins() {
        assert_eq!(level("warn", "trace"), LevelFilter::WARN);
        assert_eq!(level("off", "trace"), LevelFilter::OFF);
        assert_eq!(level("", "DEBUG"), LevelFilter::DEBUG);
        assert_eq!(level("", ""), LevelFilter::OFF);
    }

    #[test]
    fn json_and_unknown_words_mean_everything() {
        assert_eq!(level("", "json"), LevelFilter::TRACE);
        assert_eq!(level("", "loud"), LevelFilter::TRACE);
    }
}
