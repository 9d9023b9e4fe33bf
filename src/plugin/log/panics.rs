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

use super::Form;

thread_local! {
    /// Where the latest panic of this thread stood, from the hook to whoever catches it.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Takes over what the standard library would print about a panic, in any thread: it would print the whole message.
pub(in super::super) fn watch(form: Form) {
    panic::set_hook(Box::new(move |panic| report(panic, form)));
}

fn report(panic: &PanicHookInfo<'_>, form: Form) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = literal(panic.payload());
    // Only with RUST_BACKTRACE set.
    let backtrace = Backtrace::capture();
    let ends_the_process = thread::current().name() == Some("main");
    // A person reads no log unless one is written.
    let unheard = form == Form::Lines && !tracing::enabled!(tracing::Level::ERROR);
    if ends_the_process || unheard {
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
    use std::process::Command;

    use tracing::level_filters::LevelFilter;

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

    /// Says in a process of its own where and how to panic, and beside which secret.
    const SCENE: &str = "PLUGIN_TEST_PANIC";

    /// All ways to panic beside a secret.
    const SCENES: [&str; 7] =
        ["thread", "main", "task", "blocking", "unwrap", "expect", "while_panicking"];

    fn bad(secret: &str) {
        panic!("bad password {secret}")
    }

    fn refused(secret: &str) -> Result<(), String> {
        Err(format!("{secret} is refused"))
    }

    fn nothing(secret: &str) -> Option<()> {
        refused(secret).ok()
    }

    /// Panics once more while a panic is under way.
    struct Worse(String);

    impl Drop for Worse {
        fn drop(&mut self) {
            let again = AssertUnwindSafe(|| bad(&self.0));
            assert!(panic::catch_unwind(again).is_err());
        }
    }

    /// Panics as it is told, in a process that is there for nothing else.
    fn play(scene: &str) {
        let (form, scene, secret) = match scene.splitn(3, ' ').collect::<Vec<_>>()[..] {
            ["records", scene, secret] => (Form::Records, scene, secret.to_owned()),
            [_, scene, secret] => (Form::Lines, scene, secret.to_owned()),
            _ => unreachable!("{scene}"),
        };
        watch(form);
        if form == Form::Records {
            super::super::start(form, LevelFilter::TRACE, &[]);
        }
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let ended_badly = match scene {
            "main" => thread::Builder::new()
                .name("main".to_owned())
                .spawn(move || bad(&secret))
                .unwrap()
                .join()
                .is_err(),
            "task" => runtime.block_on(runtime.spawn(async move { bad(&secret) })).is_err(),
            "blocking" => runtime.block_on(runtime.spawn_blocking(move || bad(&secret))).is_err(),
            "unwrap" => thread::spawn(move || refused(&secret).unwrap()).join().is_err(),
            "expect" => thread::spawn(move || nothing(&secret).expect(&secret)).join().is_err(),
            "while_panicking" => thread::spawn(move || {
                let _worse = Worse(secret.clone());
                bad(&secret)
            })
            .join()
            .is_err(),
            _ => thread::spawn(move || bad(&secret)).join().is_err(),
        };
        assert!(ended_badly);
        // What is told last is to arrive, however busy the machine.
        if let Some(sink) = super::super::SINK.get() {
            assert!(sink.flush(std::time::Duration::from_secs(60)));
        }
    }

    #[test]
    fn f94_no_panic_in_any_thread_tells_a_secret() {
        if let Ok(scene) = std::env::var(SCENE) {
            return play(&scene);
        }
        let secret = "planted canary/of=the+panic";
        for form in ["records", "lines"] {
            for scene in SCENES {
                let output = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "--nocapture"])
                    .arg("plugin::log::panics::tests::f94_no_panic_in_any_thread_tells_a_secret")
                    .env(SCENE, format!("{form} {scene} {secret}"))
                    .env("TF_LOG_PROVIDER", "TRACE")
                    .env("RUST_BACKTRACE", "1")
                    .output()
                    .unwrap();
                let said = String::from_utf8_lossy(&output.stderr).into_owned()
                    + &String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{form} {scene}: {said}");
                assert!(!said.contains("canary"), "{form} {scene}: {said}");
                assert!(said.contains("src/plugin/log/panics.rs:"), "{form} {scene}: {said}");
                assert!(said.contains("withheld"), "{form} {scene}: {said}");
            }
        }
    }
}
