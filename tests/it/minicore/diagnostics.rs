//! Diagnostics as a provider sends them, checked for being fit to show.

use std::fmt;

use windows365::plugin::proto;
use windows365::plugin::proto::diagnostic::Severity;

use super::path::AttributePath;
use super::types::Ty;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diag {
    pub is_error: bool,
    pub summary: String,
    pub detail: String,
    /// Empty for the whole block.
    pub path: String,
}

impl fmt::Display for Diag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_error { "Error" } else { "Warning" };
        let at = if self.path.is_empty() { String::new() } else { format!(" [{}]", self.path) };
        write!(f, "{kind}: {}{at}: {}", self.summary, self.detail)
    }
}

/// The findings of a call or a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Diags(pub Vec<Diag>);

impl Diags {
    /// Takes findings from the wire. Paths must exist in values of `ty`.
    pub(crate) fn read(
        diagnostics: &[proto::Diagnostic],
        ty: Option<&Ty>,
        call: &str,
        faults: &mut Vec<String>,
    ) -> Diags {
        let read = |it: &proto::Diagnostic| {
            let mut fault =
                |what: &str| faults.push(format!("{call}: diagnostic {:?} {what}", it.summary));
            if it.severity() == Severity::Invalid {
                fault("has no severity");
            }
            if it.summary.is_empty() {
                fault("has no summary");
            }
            let path = match it.attribute.as_ref().map(AttributePath::read) {
                Some(Ok(path)) => {
                    if ty.is_some_and(|ty| path.ty(ty).is_none()) {
                        fault(&format!("points at {path}, which does not exist"));
                    }
                    path.to_string()
                }
                Some(Err(error)) => {
                    fault(&error);
                    String::new()
                }
                None => String::new(),
            };
            Diag {
                is_error: it.severity() != Severity::Warning,
                summary: it.summary.clone(),
                detail: it.detail.clone(),
                path,
            }
        };
        Diags(diagnostics.iter().map(read).collect())
    }

    pub(crate) fn has_error(&self) -> bool {
        self.0.iter().any(|it| it.is_error)
    }

    /// One error of the test's own making.
    pub(crate) fn error(summary: impl Into<String>) -> Diags {
        Diags(vec![Diag {
            is_error: true,
            summary: summary.into(),
            detail: String::new(),
            path: String::new(),
        }])
    }

    pub(crate) fn extend(&mut self, other: Diags) {
        self.0.extend(other.0);
    }
}

impl fmt::Display for Diags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| writeln!(f, "{it}"))
    }
}
