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
use crate::spec::{Entity, Place};
use crate::tf::{Diagnostic, Diagnostics};

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
        self.cloud(entity)?;
        if self.check == Check::Off {
            return Ok(Diagnostics::new());
        }
        // A sign-in that fails is the first request's to report.
        let Ok(granted) = operation.client.sign_in(&operation.cx).await else {
            return Ok(Diagnostics::new());
        };
        let Some(granted) = granted else { return Ok(Diagnostics::new()) };
        self.kind(entity, r#use, granted.application)?;
        let Some(lack) = permission::lack(entity, r#use, &granted) else {
            return Ok(Diagnostics::new());
        };
        let summary = format!("The token lacks a permission for {}", entity.name);
        if self.check == Check::Error {
            let more =
                "Set permission_check to \"warn\" in the provider block to try all the same.";
            return Err(Diagnostic::error(summary, format!("{lack}\n\n{more}")).into());
        }
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if !warned.insert(entity.name) {
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
        self.cloud(entity)?;
        match application {
            Some(application) if self.check != Check::Off => self.kind(entity, r#use, application),
            _ => Ok(()),
        }
    }

    fn cloud(&self, entity: &Entity) -> Result<(), Diagnostics> {
        let path = match entity.place {
            Place::Collection(path) | Place::Singleton(path) => path,
            Place::Child { path, .. } => path,
            Place::Function(function) => function.path,
        };
        match self.absent.iter().find(|absent| path.starts_with(absent.path)) {
            None => Ok(()),
            Some(absent) => Err(Diagnostic::error(
                format!("This cloud has no {}", entity.name),
                format!(
                    "{} Check environment in the provider block. If Microsoft offers it by now, set skip_cloud_check.",
                    absent.why
                ),
            )
            .into()),
        }
    }

    /// Refuses what Microsoft offers to people only, or to apps only.
    fn kind(&self, entity: &Entity, r#use: Use, application: bool) -> Result<(), Diagnostics> {
        let Some(why) = permission::wrong_kind(entity, r#use, application) else { return Ok(()) };
        let more = if application {
            "Ways to sign in a person are auth_method \"token_cache\" (after `terraform-provider-windows365 auth login`), \
             \"on_behalf_of\", or an access_token of a person. Should Microsoft offer it to apps by now, set permission_check to \"off\"."
        } else {
            "Should Microsoft offer it to people by now, set permission_check to \"off\"."
        };
        Err(Diagnostic::error(
            format!("{} cannot be done with this kind of sign-in", capitalized(r#use, entity)),
            format!("{why}\n\n{more}"),
        )
        .into())
    }
}

fn capitalized(r#use: Use, entity: &Entity) -> String {
    let verb = match r#use {
        Use::Read => "Reading",
        Use::Create => "Creating",
        Use::Update => "Updating",
        Use::Delete => "Deleting",
    };
    format!("{verb} {}", entity.name)
}

#[cfg(test)]
mod tests;
