//! Canaries in every secret that a provider signs in with and in every token that it gets, while everything that is served is asked for.
//!
//! The calls come from a table of what is served, so what is added is walked at once. Resources with their changes have a walk of their
//! own in `secrets`, actions with secrets in `actions::canaries`, and ways to sign in in `sign_in::cases::canaries`.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use windows365::entities::ACTIONS;
use windows365::framework::Context;
use windows365::mock::TokenForm;

use crate::lifecycle::run::Run;
use crate::support::canary::{Echo, Log, Repeats, clean};
use crate::support::walk::{Call, ask, calls, full_tenant};

/// Who signs in.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// An app, by its secret.
    App,
    /// A person whose sign-in was kept, by a refresh token.
    Person,
}

/// In which ways the secrets are repeated, and to how many calls: all, or some of them, others each time.
const TROUBLES: [(Repeats, usize); 12] = [
    (Repeats::Nobody, 3),
    (Repeats::Refusal(400), 1),
    (Repeats::Answers, 1),
    (Repeats::Graph, 12),
    (Repeats::Ids, 12),
    (Repeats::Refusal(404), 12),
    // Each time there are two tokens more to repeat.
    (Repeats::Refusal(401), 40),
    (Repeats::Refusal(403), 12),
    (Repeats::Refusal(409), 12),
    (Repeats::Refusal(500), 12),
    (Repeats::Links, 6),
    (Repeats::Tokens, 12),
];

/// A process that signs in so, and the wire that hears its secrets.
async fn process(run: &Run, who: Who, folder: &Path) -> (Run, Echo) {
    let mut echo = None;
    let environment = match who {
        Who::App => run.mock.environment(),
        Who::Person => {
            let heard = std::cell::RefCell::new(Vec::new());
            // Too short to be kept, so that the next process asks for another one.
            run.mock.switch(|switches| switches.token_lifetime_seconds = 200);
            let environment = run
                .kept_sign_in_over(folder, |wire| {
                    let echo = Echo::over(wire);
                    heard.borrow_mut().push(echo.clone());
                    Arc::new(echo)
                })
                .await;
            run.mock.switch(|switches| switches.token_lifetime_seconds = 80_000);
            let heard = heard.into_inner();
            let process = run.process_with(&block(run, who), environment.clone(), |wire| {
                let own = Echo::over(wire);
                // Tokens are kept and so are known; a code that was used up is not.
                let kept = |secret: &String| secret.starts_with("0.") || secret.starts_with("EwB");
                let earlier = heard.iter().flat_map(Echo::secrets).filter(kept);
                earlier.for_each(|secret| own.learn(&secret));
                echo = Some(own.clone());
                Arc::new(own)
            });
            return (process, echo.unwrap());
        }
    };
    let process = run.process_with(&block(run, who), environment, |wire| {
        let own = Echo::over(wire);
        echo = Some(own.clone());
        Arc::new(own)
    });
    (process, echo.unwrap())
}

/// A provider block that serves everything. An app is not told before that Microsoft offers it less.
fn block(run: &Run, who: Who) -> Json {
    let endpoint = format!("{}/support/odata/v1/", run.mock.origin());
    json!({
        "managed_desktop": { "enabled": true, "endpoint": endpoint },
        "permission_check": if matches!(who, Who::App) { "off" } else { "warn" },
    })
}

#[tokio::test(start_paused = true)]
async fn f92_f93_f95_nothing_that_is_served_tells_a_secret_whoever_repeats_it() {
    let log = Log::default();
    let _listening = log.listen();
    let run = full_tenant().await;
    let device = json!({"name": "DESKTOP-1", "primaryUpdateRing": "Fast", "model": null});
    run.mock.offer_managed_desktop(vec![device]);
    // Short, and not what is taken for a token by its looks.
    run.mock.switch(|switches| {
        switches.token_form = TokenForm::Opaque;
        // Every renewal is one more secret to look for.
        switches.token_lifetime_seconds = 80_000;
    });
    let mut calls = calls(&run).await;
    for call in &mut calls {
        // What is said while an action is waited for has a test beside the actions, and takes hours of its clock.
        if let Call::Action(name, config) = call
            && ACTIONS.iter().any(|it| it.name == *name && it.watch.is_some())
        {
            config["wait"] = json!(false);
        }
    }
    log.take();
    for who in [Who::App, Who::Person] {
        for (nth, (trouble, step)) in TROUBLES.into_iter().enumerate() {
            // What the two differ in is what they sign in with.
            let step = if matches!(who, Who::Person) { 3 * step } else { step };
            let some: Vec<&Call> = calls.iter().skip(nth % step).step_by(step).collect();
            let folder = tempfile::tempdir().unwrap();
            let (process, echo) = process(&run, who, folder.path()).await;
            // What it signs in with has been heard before anything is repeated.
            if trouble != Repeats::Tokens {
                process.data("windows365_user_settings", json!({})).await;
            }
            let app = run.mock.environment();
            let secret = app.iter().find(|(name, _)| name.ends_with("_SECRET")).unwrap();
            if matches!(who, Who::App) {
                echo.learn(&secret.1);
            }
            echo.repeats(trouble);
            let mut redacted = 0;
            for call in &some {
                let told = ask(&process.server, &Context::unstoppable(), call).await;
                let whose = format!("{call:?} as {who:?} with {trouble:?}");
                let secrets = echo.secrets();
                assert!(!secrets.is_empty(), "{whose}");
                clean(&told.said, &secrets, &whose);
                clean(&told.kept, &secrets, &format!("kept of {whose}"));
                clean(&log.take(), &secrets, &format!("log of {whose}"));
                if matches!(call, Call::Ephemeral(_)) && trouble == Repeats::Nobody {
                    assert!(secrets.iter().any(|it| told.handed.contains(it)), "{whose}");
                }
                redacted += usize::from((told.said + &told.kept).contains("[redacted]"));
            }
            eprintln!("{who:?}, {trouble:?}: {redacted} of {} are told something", some.len());
            // All but functions, and what is refused before it is asked for.
            let most = matches!(trouble, Repeats::Graph | Repeats::Refusal(_) | Repeats::Tokens);
            assert!(
                !most || (redacted + 1) * 10 >= some.len() * 9,
                "{who:?}, {trouble:?}: {redacted}"
            );
            assert!(trouble != Repeats::Answers || redacted * 2 >= some.len(), "{redacted}");
        }
    }
}
