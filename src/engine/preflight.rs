//! What is checked before the service is asked: whether the cloud has the service at all, and whether the token holds a permission.
//!
//! A refusal of the service is slow and often vague, and the needed permissions are known. But nothing is ever concluded to be allowed,
//! and a lack is no proof either: directory roles can stand in for permissions, and permission names change. So a lack is a warning unless
//! the user wants more; only what Microsoft offers to no app (or to apps only) is an error by itself.
//! Source: <https://learn.microsoft.com/graph/permissions-overview>.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::operation::Operation;
use super::permission::{self, Use};
use crate::spec::{Access, Action, Entity, On, Place};
use crate::tf::{Diagnostic, Diagnostics, Severity};

/// What becomes of a lack of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// A warning, once for each type.
    #[default]
    Warn,
    /// An error.
    Error,
    /// Nothing; the service will say.
    Off,
}

/// A service that the cloud does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// Beginning of its paths, e.g. `/deviceManagement/virtualEndpoint`.
    pub path: &'static str,
    /// A sentence about it.
    pub why: String,
}

/// The rules of one configuration of the provider, and what was said already.
#[derive(Debug, Default)]
pub struct Preflight {
    check: Check,
    absent: Vec<Absent>,
    warned: Mutex<BTreeSet<&'static str>>,
}

/// What is about to be done, as far as it is checked.
#[derive(Clone, Copy)]
pub(super) struct Intent {
    /// Terraform type.
    name: &'static str,
    /// `Creating`, to go before the type's name.
    doing: &'static str,
    path: &'static str,
    access: &'static Access,
    /// Whether pages differ on who may do it, so that the service is asked all the same.
    doubtful: bool,
}

impl Intent {
    /// An operation on an object of an entity.
    pub(super) fn of(entity: &'static Entity, r#use: Use) -> Self {
        let doing = match r#use {
            Use::Read => "Reading",
            Use::Create => "Creating",
            Use::Update | Use::Action(_) | Use::Call => "Updating",
            Use::Delete => "Deleting",
        };
        let path = match entity.place {
            Place::Collection(path) | Place::Singleton(path) => path,
            Place::Child { path, .. } => path,
            Place::Function(function) => function.path,
        };
        let (access, doubtful) = (permission::access(entity, r#use), r#use == Use::Call);
        Intent { name: entity.name, doing, path, access, doubtful }
    }

    /// An action.
    pub(super) fn to_run(action: &'static Action) -> Self {
        let path = match action.on {
            On::Each { set, .. } => set,
            On::Together { path, .. } | On::Tenant { path } => path,
        };
        Intent {
            name: action.name,
            doing: "Running",
            path,
            access: &action.access,
            doubtful: false,
        }
    }
}

impl Preflight {
    /// Rules.
    pub fn new(check: Check, absent: Vec<Absent>) -> Self {
        Preflight { check, absent, warned: Mutex::default() }
    }

    /// Checks an operation that is about to begin; signs in if nobody has. Returns warnings.
    ///
    /// # Errors
    /// The operation cannot succeed.
    pub(super) async fn before(
        &self,
        entity: &'static Entity,
        r#use: Use,
        operation: &Operation,
    ) -> Result<Diagnostics, Diagnostics> {
        self.admit(Intent::of(entity, r#use), operation).await
    }

    /// The same for anything that can be done.
    pub(super) async fn admit(
        &self,
        intent: Intent,
        operation: &Operation,
    ) -> Result<Diagnostics, Diagnostics> {
        self.cloud(intent)?;
        if self.check == Check::Off {
            return Ok(Diagnostics::new());
        }
        // A sign-in that fails is the first request's to report.
        let Ok(granted) = operation.client.sign_in(&operation.cx).await else {
            return Ok(Diagnostics::new());
        };
        let Some(granted) = granted else { return Ok(Diagnostics::new()) };
        match self.kind(intent, granted.application) {
            Ok(()) => {}
            Err(finding) if intent.doubtful => {
                return Ok(Diagnostic { severity: Severity::Warning, ..finding }.into());
            }
            Err(finding) => return Err(finding.into()),
        }
        let Some(lack) = permission::lack(intent.access, &granted) else {
            return Ok(Diagnostics::new());
        };
        let summary = format!("The token lacks a permission for {}", intent.name);
        if self.check == Check::Error {
            let more =
                "Set permission_check to \"warn\" in the provider block to try all the same.";
            return Err(Diagnostic::error(summary, format!("{lack}\n\n{more}")).into());
        }
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if !warned.insert(intent.name) {
            return Ok(Diagnostics::new());
        }
        let more = "The service is asked all the same, since a directory role can stand in for a permission. Set permission_check to \
                    \"off\" in the provider block to hear no more of it.";
        Ok(Diagnostic::warning(summary, format!("{lack}\n\n{more}")).into())
    }

    /// What is known in a plan, without asking anybody. `application`: whether the sign-in is an app's, if that is known.
    pub(super) fn planned(
        &self,
        entity: &'static Entity,
        r#use: Use,
        application: Option<bool>,
    ) -> Result<(), Diagnostics> {
        self.foresee(Intent::of(entity, r#use), application)
    }

    /// The same for anything that can be done.
    pub(super) fn foresee(
        &self,
        intent: Intent,
        application: Option<bool>,
    ) -> Result<(), Diagnostics> {
        self.cloud(intent)?;
        match application {
            Some(application) if self.check != Check::Off && !intent.doubtful => {
                self.kind(intent, application).map_err(Diagnostics::from)
            }
            _ => Ok(()),
        }
    }

    fn cloud(&self, intent: Intent) -> Result<(), Diagnostics> {
        match self.absent.iter().find(|absent| intent.path.starts_with(absent.path)) {
            None => Ok(()),
            Some(absent) => Err(Diagnostic::error(
                format!("This cloud has no {}", intent.name),
                format!(
                    "{} Check environment in the provider block. If Microsoft offers it by now, set skip_cloud_check.",
                    absent.why
                ),
            )
            .into()),
        }
    }

    /// Refuses what Microsoft offers to people only, or to apps only.
    fn kind(&self, intent: Intent, application: bool) -> Result<(), Diagnostic> {
        let personal = intent.path.split('/').nth(1) == Some("me");
        let why = match permission::wrong_kind(intent.access, application) {
            Some(why) => why,
            // Whatever the permissions: an app is nobody.
            None if application && personal => {
                "The address is that of the signed-in person (/me), and nobody is signed in: an app is.".to_owned()
            }
            None => return Ok(()),
        };
        let more = if application {
            "Ways to sign in a person are auth_method \"token_cache\" (after `terraform-provider-windows365 auth login`), \
             \"on_behalf_of\", or an access_token of a person. Should Microsoft offer it to apps by now, set permission_check to \"off\"."
        } else {
            "Should Microsoft offer it to people by now, set permission_check to \"off\"."
        };
        Err(Diagnostic::error(
            format!("{} {} cannot be done with this kind of sign-in", intent.doing, intent.name),
            format!("{why}\n\n{more}"),
        ))
    }
}

#[cfg(test)]
mod tests;
