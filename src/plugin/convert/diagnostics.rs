//! Diagnostics and paths.

use super::super::proto::attribute_path::{Step, step::Selector};
use super::super::proto::diagnostic::Severity;
use super::super::proto::{self, AttributePath, Diagnostic};
use crate::tf;

/// A path to send.
pub(in super::super) fn path(path: tf::Path) -> AttributePath {
    let selector = |step| match step {
        tf::Step::Attribute(name) => Selector::AttributeName(name),
        tf::Step::Key(key) => Selector::ElementKeyString(key),
        tf::Step::Index(index) => Selector::ElementKeyInt(index),
    };
    let steps = path.0.into_iter().map(|step| Step { selector: Some(selector(step)) });
    AttributePath { steps: steps.collect() }
}

fn diagnostic(diagnostic: tf::Diagnostic) -> Diagnostic {
    let severity = match diagnostic.severity {
        tf::Severity::Error => Severity::Error,
        tf::Severity::Warning => Severity::Warning,
    };
    Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        // An absent path means the whole block.
        attribute: (!diagnostic.path.is_root()).then(|| path(diagnostic.path)),
    }
}

/// Diagnostics to send.
pub(in super::super) fn diagnostics(diagnostics: tf::Diagnostics) -> Vec<Diagnostic> {
    diagnostics.0.into_iter().map(diagnostic).collect()
}

/// A response whose only content can be diagnostics.
pub(in super::super) trait Findings: Default {
    /// The response that says `diagnostics` and nothing else.
    fn of(diagnostics: Vec<Diagnostic>) -> Self;
}

/// The response of a call, or in its place what to say when the call panicked.
pub(in super::super) fn answer<R: Findings>(outcome: Result<R, tf::Diagnostic>) -> R {
    outcome.unwrap_or_else(|panic| R::of(diagnostics(panic.into())))
}

macro_rules! findings {
    ($($response:ident),* $(,)?) => {
        $(impl Findings for proto::$response::Response {
            fn of(diagnostics: Vec<Diagnostic>) -> Self {
                Self { diagnostics, ..Self::default() }
            }
        })*
    };
}

#[expect(clippy::needless_update, reason = "some of the responses hold nothing but diagnostics")]
mod findings {
    use super::{Diagnostic, Findings, proto};

    findings!(
        apply_resource_change,
        close_ephemeral_resource,
        configure_provider,
        generate_resource_config,
        get_functions,
        get_metadata,
        get_provider_schema,
        get_resource_identity_schemas,
        import_resource_state,
        move_resource_state,
        open_ephemeral_resource,
        plan_action,
        plan_resource_change,
        read_data_source,
        read_resource,
        renew_ephemeral_resource,
        upgrade_resource_identity,
        upgrade_resource_state,
        validate_action_config,
        validate_data_resource_config,
        validate_ephemeral_resource_config,
        validate_list_resource_config,
        validate_provider_config,
        validate_resource_config,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_block_has_no_path() {
        assert_eq!(diagnostic(tf::Diagnostic::error("s", "d")).attribute, None);
    }

    #[test]
    fn every_step_of_a_path_arrives() {
        let steps = vec![
            tf::Step::Attribute("a".to_owned()),
            tf::Step::Key("k".to_owned()),
            tf::Step::Index(3),
        ];
        let sent = diagnostic(tf::Diagnostic::warning("s", "d").at(tf::Path(steps)));
        assert_eq!(sent.severity(), Severity::Warning);
        let selectors: Vec<_> =
            sent.attribute.unwrap().steps.into_iter().filter_map(|step| step.selector).collect();
        assert_eq!(
            selectors,
            [
                Selector::AttributeName("a".to_owned()),
                Selector::ElementKeyString("k".to_owned()),
                Selector::ElementKeyInt(3)
            ]
        );
    }
}
