//! Asking a person in the middle of a run, where the caller found a way to reach one.

use std::sync::Arc;

use super::{Browser, SignIn, browser, device_code};
use crate::graph::auth::cache::Entry;
use crate::graph::auth::entra::{App, Failure, Service};
use crate::graph::auth::token::Issued;

/// Shows a person something: the text of a code, or an address to open.
type Show = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// How the person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// By a code: a text is shown.
    DeviceCode,
    /// By a code that stands in the error of this run; the next run finds the person signed in. For where nobody can be reached.
    NextRun,
    /// In the browser: an address is opened.
    Browser {
        /// Redirect address of the app registration, as [`Browser::redirect`].
        redirect: Option<String>,
    },
}

/// A way to reach a person.
#[derive(Clone)]
pub struct Prompt {
    asking: Asking,
    show: Show,
}

impl Prompt {
    /// Asks so, and reaches the person by `show`, which says half a sentence when it cannot.
    pub fn new(
        asking: Asking,
        show: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Prompt { asking, show: Arc::new(show) }
    }

    /// Reaches nobody: the code stands in the error, and the next run asks about it.
    pub fn by_next_run() -> Self {
        Prompt::new(Asking::NextRun, |_| Ok(()))
    }

    pub(in crate::graph::auth) fn asking(&self) -> &Asking {
        &self.asking
    }

    pub(in crate::graph::auth) async fn ask(
        &self,
        app: &App,
        service: &Service,
        login_hint: Option<&str>,
    ) -> Result<(Entry, Issued), Failure> {
        let sign_in = SignIn {
            endpoints: service.for_people().endpoints,
            tenant_id: app.tenant_id.clone(),
            client_id: app.client_id.clone(),
            proof: app.proof.clone(),
            scopes: service.endpoints.scopes.clone(),
            login_hint: login_hint.map(str::to_owned),
            user_agent: service.user_agent.clone(),
            filter: Arc::clone(&service.filter),
        };
        let (sender, mut unreached) = tokio::sync::mpsc::unbounded_channel();
        let mut show = |text: &str| {
            if let Err(why) = (self.show)(text) {
                // Nobody listens any more only once the sign-in is over.
                let _ = sender.send(why);
            }
        };
        let signed_in = async {
            match &self.asking {
                Asking::Browser { redirect } => {
                    let browser_of = Browser { redirect: redirect.clone(), open: &mut show };
                    Box::pin(browser(&sign_in, &service.runtime, browser_of)).await
                }
                Asking::DeviceCode | Asking::NextRun => {
                    Box::pin(device_code(&sign_in, &service.runtime, &mut |prompt| {
                        show(&prompt.message);
                    }))
                    .await
                }
            }
        };
        let signed_in = tokio::select! {
            signed_in = signed_in => signed_in,
            // A person who was shown nothing will not come.
            Some(why) = unreached.recv() => Err(why),
        };
        let signed_in = signed_in.map_err(Failure::new)?;
        service.filter.learn(signed_in.issued.secret.reveal());
        Ok((signed_in.entry, signed_in.issued))
    }
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompt").field("asking", &self.asking).finish_non_exhaustive()
    }
}
