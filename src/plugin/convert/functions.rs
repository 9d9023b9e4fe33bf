//! Functions.

use super::super::proto::{Function, FunctionError, StringKind, function};
use crate::framework::provider;

/// A signature to send.
pub(in super::super) fn function(signature: &provider::Signature) -> Function {
    Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(function::Return { r#type: signature.returns.to_json() }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: &provider::Parameter) -> function::Parameter {
    function::Parameter {
        name: parameter.name.to_owned(),
        r#type: parameter.r#type.to_json(),
        allow_null_value: parameter.allow_null,
        // The client answers calls with unknown arguments by itself.
        allow_unknown_values: false,
        description: parameter.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
    }
}

/// The reason why a call failed, to send.
pub(in super::super) fn error(error: provider::FunctionError) -> FunctionError {
    FunctionError { text: error.text, function_argument: error.argument }
}
