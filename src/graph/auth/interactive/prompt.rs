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

    pub(in crate::graph::auth) async fn ask(
        &self,
        app: &App,
        service: &Service,
        login_hint: Option<&str>,
    ) -> Result<(Entry, Issued), Failure> {
        let sign_in = SignIn {
            endpoints: service.endpoints.clone(),
            tenant_id: app.tenant_id.clone(),
            client_id: app.client_id.clone(),
            proof: app.proof.clone(),
            scopes: Vec::new(),
            login_hint: login_hint.map(str::to_owned),
            user_agent: service.user_agent.clone(),
        };
        let mut unreached = None;
        let mut show = |text: &str| {
            if let Err(why) = (self.show)(text) {
                unreached = Some(why);
            }
        };
        let signed_in = match &self.asking {
            Asking::DeviceCode => {
                Box::pin(device_code(&sign_in, &service.runtime, &mut |prompt| {
                    show(&prompt.message);
                }))
                .await
            }
            Asking::Browser { redirect } => {
                let browser_of = Browser { redirect: redirect.clone(), open: &mut show };
                Box::pin(browser(&sign_in, &service.runtime, browser_of)).await
            }
        };
        match (signed_in, unreached) {
            (Ok(signed_in), _) => {
                service.filter.learn(signed_in.issued.secret.reveal());
                Ok((signed_in.entry, signed_in.issued))
            }
            (Err(why), Some(unreached)) => Err(Failure::new(format!("{why} ({unreached})"))),
            (Err(why), None) => Err(Failure::new(why)),
        }
    }
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompt").field("asking", &self.asking).finish_non_exhaustive()
    }
}
