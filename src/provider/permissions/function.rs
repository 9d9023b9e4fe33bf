//! `permissions(types)`: the least set for types, for configurations that register the app themselves. Needs no credentials.

use super::{Least, Need, Operation, find, least, types};
use crate::framework::Function;
use crate::framework::provider::{FunctionError, Parameter, Signature};
use crate::tf::{Type, Value};

/// The function.
pub struct Permissions {
    signature: Signature,
}

impl Default for Permissions {
    fn default() -> Self {
        let names = || Type::list(Type::String);
        let returns = Type::object([
            ("application", names()),
            ("delegated", names()),
            ("not_for_apps", names()),
            ("not_for_people", names()),
        ]);
        Permissions {
            signature: Signature {
                parameters: vec![Parameter {
                    name: "types",
                    r#type: names(),
                    allow_null: false,
                    description: "Terraform types, such as `windows365_provisioning_policy`. A resource counts with all that can be done \
                                  with it; write `data.` before the type of a data source, which is only read, and `action.` before an action.",
                }],
                variadic: None,
                returns,
                summary: "Least Microsoft Graph permissions for types.",
                description: "Gives the least permissions of Microsoft Graph that the types need: `application` for an app that signs in \
                              by itself, `delegated` for a signed-in person. `not_for_apps` and `not_for_people` list what Microsoft does \
                              not offer to that kind of sign-in, as `TYPE (operation)`. Needs no credentials.",
            },
        }
    }
}

impl Function for Permissions {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let wrong = |text: String| FunctionError { text, argument: Some(0) };
        let types = types();
        let mut needs: Vec<Need> = Vec::new();
        let names = arguments.first().and_then(Value::elements).unwrap_or_default();
        for name in names {
            let name = name.as_str().ok_or_else(|| wrong("A type must not be null.".to_owned()))?;
            let found = find(&types, name).ok_or_else(|| {
                wrong(format!("{name:?} is no type of this provider. Give types such as \"windows365_user_setting\"."))
            })?;
            needs.extend(found.needs(&Operation::ALL));
        }
        let (app, person) = (least(&needs, true), least(&needs, false));
        let texts = |texts: Vec<String>| Value::List(texts.into_iter().map(Value::from).collect());
        let names =
            |least: &Least| texts(least.permissions.iter().map(|it| (*it).to_owned()).collect());
        let refused = |least: &Least| {
            let line = |(address, operation): &(String, Operation)| {
                format!("{address} ({})", operation.name())
            };
            texts(least.not_offered.iter().map(line).collect())
        };
        Ok(Value::object([
            ("application", names(&app)),
            ("delegated", names(&person)),
            ("not_for_apps", refused(&app)),
            ("not_for_people", refused(&person)),
        ]))
    }
}
