//! What is written to stderr: everything this package says through `tracing`.
//!
//! Under a host each event is one line of JSON in the form of hclog, which the host sorts into its own log. For people it is a
//! line of text. Only events of this package are written: libraries log frames and headers, and those carry tokens.
//! Whoever logs keeps secrets out; nothing here could tell them apart.

mod event;
mod layer;
mod panics;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

pub(super) use panics::{caught, watch as watch_panics};

/// How events look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One line of JSON for each, for a plugin host.
    Records,
    /// One line of text for each, for people.
    Lines,
}

/// Starts to write events to stderr. `fallback` is the level when the environment names none. `crates` are written beside this
/// package's library. Only the first call in a process has an effect. The token is cancelled when stderr breaks.
pub fn start(form: Form, fallback: LevelFilter, crates: &[&'static str]) -> CancellationToken {
    let broken = CancellationToken::new();
    let level = level_of(|name| std::env::var(name).ok(), fallback);
    if level != LevelFilter::OFF {
        let layer = layer::Stderr::new(form, level, crates, broken.clone());
        // It fails when somebody else was first, and then theirs stays.
        let _ = tracing::subscriber::set_global_default(Registry::default().with(layer));
    }
    broken
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
