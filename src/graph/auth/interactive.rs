//! Signing in a person: by a code on any device, or in the browser of this machine.
//!
//! For programs that can talk to a person. Nothing is printed here: what is to be shown goes to a function of the caller. Dropping the
//! future ends the sign-in. What comes of it is a [`SignedIn`], to be kept in a [`TokenCache`].
//! Start reading at [`SignIn`], then [`device_code`] and [`browser`].

mod browser;
mod device_code;
mod listener;
mod next_run;
mod prompt;

use std::sync::Arc;

pub use browser::{Browser, browser};
pub use device_code::{DevicePrompt, device_code};
pub(super) use next_run::{ShownCode, ask_about, begin};
pub use prompt::{Asking, Prompt};

use super::cache::{Account, Entry, TokenCache};
use super::claims::Claims;
use super::entra::{App, Service, named_scope};
use super::token::Issued;
use super::{Proof, session};
use crate::graph::{Endpoints, Filter, Granted, Runtime};

/// Who is to sign in where.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Where tokens come from and what they are for.
    pub endpoints: Endpoints,
    /// Tenant: GUID or domain name.
    pub tenant_id: String,
    /// The app, one of the user's own.
    pub client_id: String,
    /// How the app proves to be itself: not at all for a public client, by secret or certificate for a Web app.
    pub proof: Proof,
    /// Permissions to ask for, as Graph names them. Empty: all that were consented to.
    pub scopes: Vec<String>,
    /// The account, if it is known.
    pub login_hint: Option<String>,
    /// `User-Agent` of the requests.
    pub user_agent: String,
    /// Learns every secret of the sign-in.
    pub filter: Arc<Filter>,
}

/// A person who signed in. `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct SignedIn {
    entry: Entry,
    issued: Issued,
    granted: Option<Granted>,
}

impl SignedIn {
    /// Who, where.
    pub fn account(&self) -> &Account {
        &self.entry.account
    }

    /// What the token allows, if it tells.
    pub fn granted(&self) -> Option<&Granted> {
        self.granted.as_ref()
    }

    /// Keeps the sign-in for later runs.
    ///
    /// # Errors
    /// One sentence, as [`TokenCache::keep`].
    pub async fn keep(&self, cache: &TokenCache, runtime: &Runtime) -> Result<(), String> {
        cache.keep(self.entry.clone(), &*runtime.clock).await
    }
}

impl SignIn {
    fn app(&self) -> App {
        App {
            tenant_id: self.tenant_id.clone(),
            client_id: self.client_id.clone(),
            proof: self.proof.clone(),
        }
    }

    fn service(&self, runtime: &Runtime) -> Service {
        let filter = Arc::clone(&self.filter);
        if let Proof::Secret(secret) = &self.proof {
            filter.learn(secret.reveal());
        }
        Service {
            endpoints: self.endpoints.clone(),
            user_agent: self.user_agent.clone(),
            runtime: runtime.clone(),
            filter,
            waits_for_replication: false,
        }
    }

    /// Scopes of one resource, and those of the sign-in itself.
    fn scopes(&self) -> Vec<String> {
        let mut scopes: Vec<String> = if self.scopes.is_empty() {
            vec![format!("{}/.default", self.endpoints.audience)]
        } else {
            let audience = &self.endpoints.audience;
            self.scopes.iter().map(|scope| named_scope(audience, scope)).collect()
        };
        scopes.extend(["openid", "profile", "offline_access"].map(str::to_owned));
        scopes
    }

    /// The person behind a token service's answer.
    fn signed_in(&self, service: &Service, issued: Issued) -> Result<SignedIn, String> {
        let claims = Claims::decode(issued.secret.reveal());
        if let Some(tenant) = claims.as_ref().and_then(|claims| claims.tenant_id.as_deref())
            && session::is_guid(&self.tenant_id)
            && !tenant.eq_ignore_ascii_case(&self.tenant_id)
        {
            return Err(format!(
                "the person signed in to tenant {tenant}, but `tenant_id` is {}",
                self.tenant_id
            ));
        }
        let entry = Entry::of(&self.app(), service, &issued)?;
        Ok(SignedIn { entry, issued, granted: claims.map(|claims| claims.granted()) })
    }
}

#[cfg(test)]
mod tests;
