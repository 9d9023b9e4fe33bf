//! Why a subcommand failed, as a person reads it.

use crate::tf::Diagnostics;

/// One or more sentences: what went wrong and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure(String);

impl Failure {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Failure(text.into())
    }
}

impl From<Diagnostics> for Failure {
    fn from(diags: Diagnostics) -> Self {
        let errors = diags.iter().filter(|diagnostic| diagnostic.is_error());
        let told = errors.map(|error| format!("{}. {}", error.summary, error.detail));
        Failure(told.collect::<Vec<_>>().join("\n\n"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
