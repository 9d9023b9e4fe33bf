//! What becomes of a panic.
//!
//! Terraform takes a plain line that starts with `panic: ` for the last words of a dying plugin, and shows it and what follows to the
//! user as a crash. That is right for a panic that ends the process: one on the main thread. A panic in a call is caught and answered
//! with a diagnostic, so it becomes an ordinary record.
//!
//! A formatted message may hold values of the configuration, which may be secret. Only messages that stand literally in the source are
//! repeated; the place is always told, and it says as much to whoever has the source.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::pin;
use std::thread;

thread_local! {
    /// Where the latest panic of this thread stood, from the hook to whoever catches it.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Takes over what the standard library would print about a panic.
pub(in super::super) fn watch() {
    panic::set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = literal(panic.payload());
    // Only with RUST_BACKTRACE set.
    let backtrace = Backtrace::capture();
    if thread::current().name() == Some("main") {
        super::last_words(last_words(message, &place, &backtrace));
    } else if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(place, reason = message, %backtrace, "A call panicked");
    } else {
        tracing::error!(place, reason = message, "A call panicked");
    }
    PLACE.set(Some(place));
}

/// What a host recognizes as the end of a plugin.
fn last_words(message: &str, place: &str, backtrace: &Backtrace) -> String {
    let mut words = format!("panic: {message}\n\nat {place}\n");
    if backtrace.status() == BacktraceStatus::Captured {
        words.push_str(&backtrace.to_string());
    }
    words
}

/// The message, if it stands so in the source.
fn literal(payload: &(dyn Any + Send)) -> &'static str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("its message may hold values of the configuration and is withheld")
}

/// Runs `work` to its end. `Err` tells where and why it panicked.
pub(in super::super) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = pin!(work);
    std::future::poll_fn(move |cx| {
        // After a panic the future is dropped without being looked at again.
        match panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(payload) => {
                let place = PLACE.take().unwrap_or_else(|| "an unknown place".to_owned());
                std::task::Poll::Ready(Err(format!("{place}: {}", literal(payload.as_ref()))))
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message that would be told. The hook is the process's, so the place is not known here.
    async fn told(work: impl FnOnce() + Send) -> String {
        caught(async { work() }).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_literal_message_is_told() {
        assert!(told(|| panic!("the table is empty")).await.ends_with("the table is empty"));
    }

    #[tokio::test]
    async fn f94_a_formatted_message_is_withheld() {
        let secret = "hunter2";
        let told = told(move || panic!("bad password {}", secret)).await;
        assert!(!told.contains("hunter2") && !told.contains("password"), "{told}");
    }

    #[test]
    fn the_last_words_begin_as_a_host_expects() {
        let words = last_words("the table is empty", "src/a.rs:1:2", &Backtrace::disabled());
        assert_eq!(words, "panic: the table is empty\n\nat src/a.rs:1:2\n");
    }

    #[tokio::test]
    async fn work_that_ends_well_gives_its_result() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
    }
}
