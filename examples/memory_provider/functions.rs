//! Functions: `exact`, `join` and `type_of`.

use windows365::framework::Function;
use windows365::framework::provider::{FunctionError, Parameter, Signature};
use windows365::tf::{Type, Value};

fn parameter(name: &'static str, r#type: Type, description: &'static str) -> Parameter {
    Parameter { name, r#type, allow_null: false, description }
}

/// All digits of a number, as text.
pub(crate) struct Exact(Signature);

impl Exact {
    pub(crate) fn new() -> Self {
        Exact(Signature {
            parameters: vec![parameter("number", Type::Number, "Any number.")],
            variadic: None,
            returns: Type::String,
            summary: "Spells a number",
            description: "All digits of a number, as text.",
        })
    }
}

impl Function for Exact {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let digits = arguments.first().and_then(Value::as_number).map(ToString::to_string);
        Ok(digits.map_or(Value::Null, Value::from))
    }
}

/// Texts with something between them.
pub(crate) struct Join(Signature);

impl Join {
    pub(crate) fn new() -> Self {
        Join(Signature {
            parameters: vec![parameter("separator", Type::String, "What stands between.")],
            variadic: Some(parameter("parts", Type::String, "What is joined. None may be empty.")),
            returns: Type::String,
            summary: "Joins texts",
            description: "Texts with a separator between them.",
        })
    }
}

impl Function for Join {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let texts: Vec<&str> = arguments.iter().filter_map(Value::as_str).collect();
        let (separator, parts) = texts.split_first().unwrap_or((&"", &[]));
        if let Some(index) = parts.iter().position(|part| part.is_empty()) {
            return Err(FunctionError {
                text: "A part must not be empty.".to_owned(),
                argument: i64::try_from(index + 1).ok(),
            });
        }
        Ok(parts.join(separator).into())
    }
}

/// The type of a value, as Terraform writes types.
pub(crate) struct TypeOf(Signature);

impl TypeOf {
    pub(crate) fn new() -> Self {
        let value =
            Parameter { allow_null: true, ..parameter("value", Type::Dynamic, "Anything.") };
        TypeOf(Signature {
            parameters: vec![value],
            variadic: None,
            returns: Type::String,
            summary: "Names a type",
            description: "The type of a value, as JSON.",
        })
    }
}

impl Function for TypeOf {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        Ok(match arguments.first() {
            Some(Value::Dynamic(dynamic)) => {
                String::from_utf8_lossy(&dynamic.r#type.to_json()).into_owned().into()
            }
            _ => Value::Null,
        })
    }
}
