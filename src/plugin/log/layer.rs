//! Receives events from `tracing` and writes them.

use std::io::{self, Write};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::Form;
use super::event::{self, Fields};

/// Writes the events of this package to stderr.
pub(super) struct Stderr<W = fn(&[u8]) -> io::Result<()>> {
    form: Form,
    level: LevelFilter,
    crates: Vec<&'static str>,
    broken: CancellationToken,
    write: W,
}

impl Stderr {
    pub(super) fn new(
        form: Form,
        level: LevelFilter,
        crates: &[&'static str],
        broken: CancellationToken,
    ) -> Self {
        // A line goes out in one piece, and the standard library keeps no buffer for stderr.
        Stderr::writing(form, level, crates, broken, |line| io::stderr().lock().write_all(line))
    }
}

impl<W: Fn(&[u8]) -> io::Result<()>> Stderr<W> {
    /// Writes with `write` instead.
    pub(super) fn writing(
        form: Form,
        level: LevelFilter,
        crates: &[&'static str],
        broken: CancellationToken,
        write: W,
    ) -> Self {
        let mut crates = crates.to_vec();
        crates.push(env!("CARGO_CRATE_NAME"));
        Stderr { form, level, crates, broken, write }
    }

    fn is_ours(&self, target: &str) -> bool {
        self.crates.contains(&target.split("::").next().unwrap_or_default())
    }
}

impl<S, W> Layer<S> for Stderr<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) -> io::Result<()> + 'static,
{
    fn enabled(&self, metadata: &Metadata<'_>, _cx: Context<'_, S>) -> bool {
        *metadata.level() <= self.level && self.is_ours(metadata.target())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        if let Some(span) = cx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        if let Some(span) = cx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in cx.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.add_missing(outer);
            }
        }
        let line = match self.form {
            Form::Records => event::record(Timestamp::now(), event.metadata(), fields),
            Form::Lines => event::line(Timestamp::now(), event.metadata(), fields),
        };
        if (self.write)(&line).is_err() {
            self.broken.cancel();
        }
    }
}

#[cfg(test)]
mod tests;
