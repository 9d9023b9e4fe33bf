//! Functions.

use super::super::calls::Name;
use super::super::convert::{function, function_error, raw, value};
use super::{FunctionError, Service, call_function, get_functions};

/// GetFunctions.
pub(super) async fn all(service: &Service) -> get_functions::Response {
    service
        .read("GetFunctions", "", |server, _| async move {
            let functions = server.provider().functions().iter();
            let functions =
                functions.map(|(name, served)| ((*name).to_owned(), function(served.signature())));
            get_functions::Response { functions: functions.collect(), diagnostics: Vec::new() }
        })
        .await
}

/// CallFunction. Its answer has no room for diagnostics.
pub(super) async fn call(
    service: &Service,
    request: call_function::Request,
) -> call_function::Response {
    let server = service.server.clone();
    let name = request.name.clone();
    let outcome = service
        .calls
        .read(Name { rpc: "CallFunction", about: &name }, |_| async move {
            let arguments = request.arguments.into_iter().map(|argument| raw(Some(argument)));
            server.call_function(&request.name, arguments.collect())
        })
        .await;
    match outcome {
        Ok(Ok(result)) => call_function::Response { result: value(result), error: None },
        Ok(Err(error)) => {
            call_function::Response { result: None, error: Some(function_error(error)) }
        }
        Err(panic) => call_function::Response {
            result: None,
            error: Some(FunctionError { text: panic.detail, function_argument: None }),
        },
    }
}
