//! Provider functions.

use super::Server;
use crate::framework::call::Raw;
use crate::framework::provider::{FunctionError, Parameter, Signature};
use crate::framework::values;
use crate::tf::{Value, msgpack};

impl Server {
    /// CallFunction. Needs no configuration.
    ///
    /// # Errors
    /// What is wrong with the call or with an argument, for the user.
    pub fn call_function(&self, name: &str, arguments: Vec<Raw>) -> Result<Vec<u8>, FunctionError> {
        let whole = |text: String| FunctionError { text, argument: None };
        let Some(function) = self.provider.functions().get(name) else {
            return Err(whole(format!("This provider has no function \"{name}\".")));
        };
        let signature = function.signature();
        let arguments = read_arguments(signature, &arguments)?;
        let result = function.call(arguments)?;
        if !result.is_wholly_known() {
            return Err(whole(format!(
                "The function {name} gave an unknown value. This is a fault in the provider; please report it to its developers."
            )));
        }
        if let Err(error) = result.conforms(&signature.returns) {
            return Err(whole(format!(
                "The function {name} gave a value of the wrong type: {error}. \
                 This is a fault in the provider; please report it to its developers."
            )));
        }
        Ok(msgpack::encode(&result, &signature.returns))
    }
}

fn read_arguments(signature: &Signature, arguments: &[Raw]) -> Result<Vec<Value>, FunctionError> {
    let fixed = signature.parameters.len();
    if arguments.len() < fixed || arguments.len() > fixed && signature.variadic.is_none() {
        return Err(FunctionError {
            text: format!("The function takes {fixed} arguments; {} were given.", arguments.len()),
            argument: None,
        });
    }
    let parameters =
        signature.parameters.iter().chain(std::iter::repeat(&signature.variadic).flatten());
    let read = arguments.iter().zip(parameters).enumerate();
    read.map(|(index, (raw, parameter))| {
        read_argument(raw, parameter)
            .map_err(|text| FunctionError { text, argument: i64::try_from(index).ok() })
    })
    .collect()
}

fn read_argument(raw: &Raw, parameter: &Parameter) -> Result<Value, String> {
    let name = parameter.name;
    let value = values::decode(raw, &parameter.r#type)
        .map_err(|error| format!("{name} cannot be read: {error}."))?;
    if value.is_null() && !parameter.allow_null {
        return Err(format!("{name} must not be null."));
    }
    if !value.is_wholly_known() {
        return Err(format!("{name} must be known."));
    }
    Ok(value)
}
