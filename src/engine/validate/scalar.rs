//! Plain values: syntax, limits, members.

use jiff::civil::{Date, Time};

use super::Whereabouts;
use crate::engine::equal;
use crate::spec::{Attribute, Check, Choice, Scalar};
use crate::tf::{Diagnostic, Diagnostics, Severity, Value};

/// Checks that a known value can be one of its kind.
pub(super) fn check(scalar: &Scalar, value: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    if let Some(control) = value.as_str().and_then(control) {
        // The text around it may be a secret.
        let code = u32::from(control);
        let detail = format!(
            "The text holds the control character U+{code:04X}, which no service of Microsoft Graph stores. Tabs and line breaks are fine."
        );
        diags.push(at.error("Invalid value", detail));
        return;
    }
    if let Scalar::Choice(choice) = scalar {
        return member(choice, value, at, diags);
    }
    let wanted = match (value, scalar) {
        (Value::Number(number), Scalar::Int32)
            if number.as_i64().is_none_or(|number| i32::try_from(number).is_err()) =>
        {
            "a whole number between -2147483648 and 2147483647"
        }
        (Value::Number(number), Scalar::Int64) if number.as_i64().is_none() => {
            "a whole number of at most 64 bits"
        }
        (Value::String(text), Scalar::Guid) if !is_guid(text) => {
            "a GUID such as \"3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11\""
        }
        (Value::String(text), Scalar::DateTime) if equal::instant(text).is_none() => {
            "a date and time with an offset, such as \"2026-03-01T08:30:00Z\""
        }
        (Value::String(text), Scalar::Date) if text.parse::<Date>().is_err() => {
            "a date such as \"2026-03-01\""
        }
        (Value::String(text), Scalar::TimeOfDay) if text.parse::<Time>().is_err() => {
            "a time of day such as \"08:30:00\""
        }
        (Value::String(text), Scalar::Duration) if equal::duration(text).is_none() => {
            "a length of time in ISO 8601, such as \"P7D\" or \"PT1H30M\""
        }
        (Value::String(text), Scalar::Binary) if equal::bytes(text).is_none() => {
            "standard base64 with padding; `filebase64()` gives it"
        }
        _ => return,
    };
    let given = match value {
        // What is no base64 may be a secret in plain text.
        Value::String(text) if !matches!(scalar, Scalar::Binary) => {
            format!("\"{text}\" was given.")
        }
        Value::Number(number) => format!("{number} was given."),
        _ => String::new(),
    };
    diags.push(at.error(
        "Invalid value",
        format!("The value must be {wanted}. {given}").trim_end().to_owned(),
    ));
}

/// A control character that XML 1.0, and with it OData, cannot hold.
/// Source: <https://www.w3.org/TR/xml/#charsets>.
fn control(text: &str) -> Option<char> {
    text.chars().find(|c| *c < ' ' && !matches!(c, '\t' | '\n' | '\r'))
}

/// Checks a member of an enumeration.
pub(super) fn member(choice: &Choice, value: &Value, at: &Whereabouts, diags: &mut Diagnostics) {
    let Some(text) = value.as_str() else { return };
    if equal::member(choice, text).is_some() {
        return;
    }
    let known = choice.members.join("\", \"");
    let refused = choice.closed || text.eq_ignore_ascii_case("unknownFutureValue");
    let (severity, what) = if refused {
        (Severity::Error, "is not one of the values that Microsoft Graph takes")
    } else {
        (
            Severity::Warning,
            "is no value that this version of the provider knows; Microsoft Graph may refuse it",
        )
    };
    let detail = format!("\"{text}\" {what}. Known values: \"{known}\".");
    diags.push(Diagnostic { severity, ..at.error("Unknown value", detail) });
}

/// Checks the declared limits of an attribute.
pub(super) fn limits(
    attribute: &Attribute,
    value: &Value,
    at: &Whereabouts,
    diags: &mut Diagnostics,
) {
    let text = value.as_str();
    let (length, what) = match (text, value.elements()) {
        (Some(text), _) => (Some(text.chars().count()), "characters"),
        (_, Some(elements)) => (Some(elements.len()), "elements"),
        _ => (None, ""),
    };
    let length = length.and_then(|length| u32::try_from(length).ok());
    for check in attribute.checks {
        let (severity, detail) = match (check, length, text, value.as_number()) {
            (Check::MinLength(least), Some(length), ..) if length < *least => (
                Severity::Error,
                match least {
                    1 => format!("At least one {} is needed.", one(what)),
                    least => format!("At least {least} {what} are needed; there are {length}."),
                },
            ),
            (Check::MaxLength(most), Some(length), ..) if length > *most => {
                let detail = match most {
                    1 => format!("At most one {} is allowed; there are {length}.", one(what)),
                    most => format!("At most {most} {what} are allowed; there are {length}."),
                };
                (Severity::Error, detail)
            }
            (Check::Between(least, most), _, _, Some(number))
                if number.as_i64().is_none_or(|number| !(*least..=*most).contains(&number)) =>
            {
                (
                    Severity::Error,
                    format!("The value must be between {least} and {most}; {number} was given."),
                )
            }
            (Check::Text(passes), _, Some(text), _) => match passes(text) {
                Ok(()) => continue,
                Err(problem) => (Severity::Error, problem),
            },
            (Check::Advice(passes), _, Some(text), _) => match passes(text) {
                Ok(()) => continue,
                Err(problem) => (Severity::Warning, problem),
            },
            _ => continue,
        };
        diags.push(Diagnostic { severity, ..at.error("Invalid value", detail) });
    }
}

/// One of what is counted.
fn one(what: &str) -> &str {
    what.strip_suffix('s').unwrap_or(what)
}

/// Eight, four, four, four and twelve hexadecimal digits with hyphens between.
fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
