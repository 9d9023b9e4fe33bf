//! Whether a naming template gives names that a Cloud PC can have. The rules are those of the provisioning policy's attribute.

use super::{text, texts};
use crate::entities::windows365::provisioning_policy::{naming_template, short_random_part};
use crate::framework::Function;
use crate::framework::provider::{FunctionError, Signature};
use crate::tf::{Type, Value};

/// `naming_template_valid(template)`
pub(super) struct Valid(Signature);

impl Default for Valid {
    fn default() -> Self {
        Valid(Signature {
            parameters: vec![text(
                "template",
                "The template, such as `CPC-%USERNAME:5%-%RAND:5%`.",
            )],
            variadic: None,
            returns: Type::object([
                ("valid", Type::Bool),
                ("reason", Type::String),
                ("advice", Type::String),
            ]),
            summary: "Whether a naming template of Cloud PCs is valid, and if not, why.",
            description: "Checks a naming template by Microsoft's documented rules: letters, digits and hyphens, `%USERNAME:n%` and \
                          `%RAND:n%` as its only parts in percent signs, enough random characters, and names of at most 15 characters. \
                          The result is an object: `valid`; `reason`, a sentence, null where it is valid; and `advice`, a sentence where \
                          it is valid and the service may refuse it all the same, for Microsoft's pages disagree there.",
        })
    }
}

impl Function for Valid {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let template = texts(&arguments).join("");
        let said = |result: Result<(), String>| result.err().map_or(Value::Null, Value::from);
        let checked = naming_template(&template);
        let valid = checked.is_ok();
        let advice = if valid { said(short_random_part(&template)) } else { Value::Null };
        Ok(Value::object([
            ("valid", Value::from(valid)),
            ("reason", said(checked)),
            ("advice", advice),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(template: &str) -> (Option<bool>, Option<String>, Option<String>) {
        let answer = Valid::default().call(vec![Value::from(template)]).unwrap();
        answer.conforms(&Valid::default().0.returns).unwrap();
        let text = |name: &str| answer.get(name).as_str().map(str::to_owned);
        (answer.get("valid").as_bool(), text("reason"), text("advice"))
    }

    #[test]
    fn a_template_is_valid_or_there_is_a_reason() {
        assert_eq!(ask("CPC-%USERNAME:5%-%RAND:5%"), (Some(true), None, None));
        let (valid, reason, advice) = ask("CPC-%USERNAME:9%-%RAND:5%");
        assert_eq!((valid, advice), (Some(false), None));
        assert!(reason.is_some_and(|it| it.contains("this template gives 19")));
        let (valid, reason, advice) = ask("CPC-%RAND:4%");
        assert_eq!((valid, reason), (Some(true), None));
        assert!(advice.is_some_and(|it| it.contains("at least five")));
        // Nothing at all is no template.
        assert_eq!(ask("").0, Some(false));
    }
}
