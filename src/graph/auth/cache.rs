//! Sign-ins of people, kept between runs: refresh tokens and the access tokens that they gave, encrypted in one file.
//!
//! The key lies in the operating system's keyring; where there is none it lies in a file beside the data, but only if the user allows
//! that. Tokens of a keyring's size limit would not fit into the keyring itself. Several processes use the file at once (Terraform
//! starts one per provider block), so whoever renews a token locks the file and looks again before asking.

mod key;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Proof;
use super::claims;
use super::entra::{App, Failure, Service, Wanted};
use super::interactive::{Asking, Prompt, ask_about, begin};
use super::token::Issued;
use crate::graph::{Clock, Endpoints, Secret};
pub use key::KeyPlace;
use store::Locked;

/// How often a lock that another process holds is tried.
const LOCK_STEP: Duration = Duration::from_millis(100);
/// How long another process may hold it: a person may be signing in there, who has fifteen minutes for a code.
const LOCK_PATIENCE: Duration = Duration::from_secs(16 * 60);
/// A kept access token must live this much longer to be used, in seconds.
const LEAST_LIFE: i64 = 300;
/// Reasons for which a refresh token will never work again.
/// Source: <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.
const DEAD: [i64; 9] = [70008, 700_082, 70043, 50173, 50076, 50078, 50079, 50133, 700_084];
/// The same in words.
const DEAD_SUBERRORS: [&str; 4] =
    ["bad_token", "consent_required", "basic_action", "additional_action"];

/// Where sign-ins are kept.
#[derive(Clone, Debug)]
pub struct TokenCache {
    pub(super) folder: PathBuf,
    pub(super) key: KeyPlace,
}

/// Who signed in where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Origin of the token service, e.g. `https://login.microsoftonline.com`.
    pub authority: String,
    /// Tenant as it was named at the sign-in: GUID or domain name.
    pub tenant: String,
    /// Id of the tenant.
    pub tenant_id: String,
    /// The app.
    pub client_id: String,
    /// Id of the person in the tenant.
    pub object_id: String,
    /// What the person signs in as.
    pub username: String,
}

/// One sign-in. `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who signed in where.
    pub account: Account,
    /// When the refresh token was last renewed, in Unix seconds. It lives for 90 days from then on.
    pub renewed: i64,
    /// Whether the app proved itself at the sign-in, as Web apps do: then it must do so at every renewal.
    pub confidential: bool,
    pub(super) refresh_token: Secret,
    pub(super) access_tokens: Vec<AccessToken>,
}

/// An access token of a sign-in.
#[derive(Clone, Debug)]
pub(super) struct AccessToken {
    pub(super) audience: String,
    pub(super) secret: Secret,
    /// Unix seconds.
    pub(super) expires: i64,
}

/// Which sign-in is wanted, and how to say that there is none.
#[derive(Clone, Debug)]
pub struct Cached {
    /// Where sign-ins are kept.
    pub cache: TokenCache,
    /// Whose, if there are several: part of the name, or the object id.
    pub login_hint: Option<String>,
    /// The command that signs in.
    pub command: String,
    /// Who is asked when nobody is signed in. `None`: nobody, it is an error.
    pub prompt: Option<Prompt>,
}

impl Account {
    fn is_for(&self, authority: &str, app: &App) -> bool {
        self.authority == authority
            && self.client_id.eq_ignore_ascii_case(&app.client_id)
            && (self.tenant.eq_ignore_ascii_case(&app.tenant_id)
                || self.tenant_id.eq_ignore_ascii_case(&app.tenant_id))
    }

    fn is(&self, hint: &str) -> bool {
        self.object_id.eq_ignore_ascii_case(hint) || self.username.eq_ignore_ascii_case(hint)
    }
}

impl TokenCache {
    /// A cache in a folder of its own.
    pub fn new(folder: PathBuf, key: KeyPlace) -> Self {
        TokenCache { folder, key }
    }

    /// All sign-ins.
    ///
    /// # Errors
    /// One sentence, when the cache is there and cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, String> {
        store::read(self)
    }

    /// Whether there is a sign-in of this app in this tenant. Reads the file; asks nobody.
    pub fn holds(&self, endpoints: &Endpoints, tenant_id: &str, client_id: &str) -> bool {
        let app = App {
            tenant_id: tenant_id.to_owned(),
            client_id: client_id.to_owned(),
            proof: Proof::None,
        };
        let authority = endpoints.login.to_string();
        self.entries()
            .is_ok_and(|entries| entries.iter().any(|entry| entry.account.is_for(&authority, &app)))
    }

    /// Keeps a sign-in, in place of an earlier one of the same person, app and tenant.
    ///
    /// # Errors
    /// One sentence, when it cannot be kept: there is no keyring, or the folder cannot be written to.
    pub async fn keep(&self, entry: Entry, clock: &dyn Clock) -> Result<(), String> {
        let locked = self.lock(clock).await?;
        let mut entries = locked.read()?;
        entries.retain(|other| other.account != entry.account);
        entries.push(entry);
        locked.write(&entries)
    }

    /// Forgets the sign-ins for which `forget` says so; returns whose they were.
    ///
    /// # Errors
    /// One sentence, when the cache is there and cannot be read or written.
    pub async fn forget(
        &self,
        forget: impl Fn(&Account) -> bool,
        clock: &dyn Clock,
    ) -> Result<Vec<Account>, String> {
        let locked = self.lock(clock).await?;
        let (gone, stay): (Vec<Entry>, Vec<Entry>) =
            locked.read()?.into_iter().partition(|entry| forget(&entry.account));
        if !gone.is_empty() {
            locked.write(&stay)?;
        }
        Ok(gone.into_iter().map(|entry| entry.account).collect())
    }

    async fn lock(&self, clock: &dyn Clock) -> Result<Locked, String> {
        let began = clock.now();
        loop {
            if let Some(locked) = store::lock(self)? {
                return Ok(locked);
            }
            if clock.now().saturating_sub(began) > LOCK_PATIENCE {
                return Err(format!(
                    "another process holds the token cache in {} for more than a quarter of an hour",
                    self.folder.display()
                ));
            }
            clock.sleep(LOCK_STEP).await;
        }
    }
}

impl Cached {
    /// A token of the person who signed in earlier. `refused` is one that no longer serves.
    pub(super) async fn token(
        &self,
        app: &App,
        service: &Service,
        claims: Option<&str>,
        refused: Option<&Secret>,
    ) -> Result<Issued, Failure> {
        let clock = &*service.runtime.clock;
        let trouble = |why: String| Failure::new(format!("The token cache cannot be used: {why}"));
        let locked = self.cache.lock(clock).await.map_err(trouble)?;
        let mut entries = locked.read().map_err(trouble)?;
        if let Some(prompt) = &self.prompt
            && !self.has_candidate(&entries, app, service)
        {
            // While it lasts, other processes wait for this sign-in instead of asking as well.
            let (entry, issued) = match prompt.asking() {
                Asking::NextRun => self.by_next_run(&locked, app, service).await?,
                _ => prompt.ask(app, service, self.login_hint.as_deref()).await?,
            };
            entries.retain(|other| other.account != entry.account);
            entries.push(entry);
            if let Err(why) = locked.write(&entries) {
                tracing::warn!("the sign-in could not be kept for later runs: {why}");
            }
            return Ok(issued);
        }
        let entry = self.choose(&mut entries, app, service)?;
        let own = entry.access_tokens.iter().map(|token| &token.secret);
        own.chain([&entry.refresh_token]).for_each(|token| service.filter.learn(token.reveal()));
        let app = &app_of(entry, app)?;
        let audience = &service.purpose();
        let now = clock.wall().as_second();
        let kept = entry.access_tokens.iter().find(|token| {
            token.audience == *audience
                && token.expires.saturating_sub(now) > LEAST_LIFE
                && refused != Some(&token.secret)
        });
        if let (Some(kept), None) = (kept, claims) {
            return Ok(Issued {
                secret: kept.secret.clone(),
                expires_in: kept.expires.checked_sub(now),
                ..Issued::default()
            });
        }
        let mut scopes = service.scopes();
        if !service.endpoints.uses_v1 {
            scopes.extend(["openid", "profile", "offline_access"].map(str::to_owned));
        }
        let wanted = Wanted::Refresh(&entry.refresh_token);
        match app.ask(service, &wanted, &scopes, claims).await {
            Ok(issued) => {
                entry.take(&issued, audience, now);
                if let Err(why) = locked.write(&entries) {
                    // The old refresh token stays valid; the next run just asks again.
                    tracing::warn!("the renewed sign-in could not be kept: {why}");
                }
                Ok(issued)
            }
            Err(failure) if is_dead(&failure) => {
                let account = entry.account.clone();
                entries.retain(|entry| entry.account != account);
                if let Err(why) = locked.write(&entries) {
                    tracing::warn!("the ended sign-in could not be forgotten: {why}");
                }
                Err(Failure {
                    message: format!("{} Run: {}", full_stop(&failure.message), self.command),
                    ..failure
                })
            }
            Err(failure) => Err(failure),
        }
    }

    /// Asks about the code that an earlier run showed, or gets one and shows it in the error, so that the next run can ask.
    async fn by_next_run(
        &self,
        locked: &Locked,
        app: &App,
        service: &Service,
    ) -> Result<(Entry, Issued), Failure> {
        let trouble = |why: String| Failure::new(format!("The token cache cannot be used: {why}"));
        let now = service.runtime.clock.wall().as_second();
        let mut codes = locked.codes();
        codes.retain(|code| code.expires > now);
        let shown = codes.iter().position(|code| code.is_for(app, service));
        let shown = match shown.map(|at| codes.remove(at)) {
            None => begin(app, service).await?,
            Some(mut shown) => match ask_about(&mut shown, app, service).await {
                Ok(Some(issued)) => {
                    locked.keep_codes(&codes).map_err(trouble)?;
                    return Ok((Entry::of(app, service, &issued).map_err(Failure::new)?, issued));
                }
                Ok(None) => shown,
                Err(failure) => {
                    if failure.error.is_none() {
                        // The service did not say no.
                        codes.push(shown);
                    }
                    locked.keep_codes(&codes).map_err(trouble)?;
                    return Err(failure);
                }
            },
        };
        let words = format!("{} Instead, this can be run: {}", shown.words(now), self.command);
        codes.push(shown);
        locked.keep_codes(&codes).map_err(trouble)?;
        Err(Failure::new(words))
    }

    fn has_candidate(&self, entries: &[Entry], app: &App, service: &Service) -> bool {
        let authority = service.endpoints.login.to_string();
        entries.iter().any(|entry| {
            entry.account.is_for(&authority, app)
                && self.login_hint.as_deref().is_none_or(|hint| entry.account.is(hint))
        })
    }

    fn choose<'e>(
        &self,
        entries: &'e mut [Entry],
        app: &App,
        service: &Service,
    ) -> Result<&'e mut Entry, Failure> {
        let authority = service.endpoints.login.to_string();
        let mut fitting: Vec<_> = entries
            .iter_mut()
            .filter(|entry| entry.account.is_for(&authority, app))
            .filter(|entry| self.login_hint.as_deref().is_none_or(|hint| entry.account.is(hint)))
            .collect();
        let names: Vec<_> = fitting.iter().map(|entry| entry.account.username.clone()).collect();
        match (fitting.pop(), fitting.is_empty()) {
            (Some(entry), true) => Ok(entry),
            (None, _) => Err(Failure::new(format!(
                "Nobody is signed in to app {} in tenant {}{}. Run: {}",
                app.client_id,
                app.tenant_id,
                self.login_hint.as_deref().map(|hint| format!(" as {hint}")).unwrap_or_default(),
                self.command
            ))),
            (Some(_), false) => Err(Failure::new(format!(
                "Several people are signed in to app {} in tenant {}: {}. Set `login_hint` to one of them.",
                app.client_id,
                app.tenant_id,
                names.join(", ")
            ))),
        }
    }
}

/// The app as it was when the person signed in: a credential that is around for another purpose is refused from a public client.
fn app_of(entry: &Entry, app: &App) -> Result<App, Failure> {
    match (entry.confidential, &app.proof) {
        (true, Proof::None) => Err(Failure::new(format!(
            "{} signed in to app {} by its secret or certificate, as Web apps do, and renewing takes it too: set `client_secret` or \
             `client_certificate` beside auth_method = \"token_cache\"",
            entry.account.username, app.client_id
        ))),
        (true, _) => Ok(app.clone()),
        (false, _) => Ok(App { proof: Proof::None, ..app.clone() }),
    }
}

impl Entry {
    /// Until when the sign-in lasts if it is not used, in Unix seconds: 90 days after it was last renewed.
    /// Source: <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.
    pub fn lasts_until(&self) -> i64 {
        self.renewed.saturating_add(90 * 24 * 3600)
    }

    /// The sign-in that a token service's answer to `app` stands for.
    pub(super) fn of(app: &App, service: &Service, issued: &Issued) -> Result<Entry, String> {
        let refresh_token = issued
            .refresh_token
            .clone()
            .ok_or("the answer holds no refresh token; the app must be allowed `offline_access`")?;
        let id = issued.id_token.as_ref().and_then(|token| claims::of(token.reveal()));
        let access = claims::of(issued.secret.reveal());
        let text = |names: &[&str]| {
            [&id, &access]
                .into_iter()
                .flatten()
                .find_map(|claims| names.iter().find_map(|name| claims.get(*name)?.as_str()))
                .unwrap_or_default()
                .to_owned()
        };
        let now = service.runtime.clock.wall().as_second();
        let mut entry = Entry {
            account: Account {
                authority: service.endpoints.login.to_string(),
                tenant: app.tenant_id.clone(),
                tenant_id: text(&["tid"]),
                client_id: app.client_id.clone(),
                object_id: text(&["oid", "sub"]),
                username: text(&["preferred_username", "upn", "unique_name"]),
            },
            renewed: now,
            confidential: !matches!(app.proof, Proof::None),
            refresh_token,
            access_tokens: Vec::new(),
        };
        entry.take(issued, &service.purpose(), now);
        Ok(entry)
    }

    /// Keeps what a renewal brought.
    fn take(&mut self, issued: &Issued, audience: &str, now: i64) {
        if let Some(newest) = &issued.refresh_token {
            self.refresh_token = newest.clone();
            self.renewed = now;
        }
        self.access_tokens.retain(|token| token.audience != audience && token.expires > now);
        if let Some(life) = issued.expires_in {
            self.access_tokens.push(AccessToken {
                audience: audience.to_owned(),
                secret: issued.secret.clone(),
                expires: now.saturating_add(life),
            });
        }
    }
}

fn is_dead(failure: &Failure) -> bool {
    matches!(failure.error.as_deref(), Some("invalid_grant" | "interaction_required"))
        && (failure.numbers.iter().any(|number| DEAD.contains(number))
            || failure.suberror.as_deref().is_some_and(|text| DEAD_SUBERRORS.contains(&text)))
}

fn full_stop(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
