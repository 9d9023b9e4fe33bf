//! Receives events from `tracing` and passes them on as lines.

use jiff::Timestamp;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::Form;
use super::event::{self, Fields};

/// Turns the events of this package into lines.
pub(super) struct Lines<W> {
    form: Form,
    level: LevelFilter,
    crates: Vec<&'static str>,
    write: W,
}

impl<W: Fn(Vec<u8>)> Lines<W> {
    /// Passes each line on to `write`, which must not wait: whoever logs waits with it.
    pub(super) fn new(form: Form, level: LevelFilter, crates: &[&'static str], write: W) -> Self {
        let mut crates = crates.to_vec();
        crates.push(env!("CARGO_CRATE_NAME"));
        Lines { form, level, crates, write }
    }

    fn is_ours(&self, target: &str) -> bool {
        self.crates.contains(&target.split("::").next().unwrap_or_default())
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(Vec<u8>) + 'static,
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
        let line = event::line(self.form, Timestamp::now(), event.metadata(), fields);
        (self.write)(line);
    }
}

#[cfg(test)]
mod tests;
