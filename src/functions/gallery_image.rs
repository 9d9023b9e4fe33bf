//! Ids of gallery images: publisher, offer and SKU with underscores between.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/cloudpcprovisioningpolicy> (`imageId`): the id of a gallery image has the
//! format `publisherName_offerName_skuName`.

use super::{text, texts};
use crate::framework::Function;
use crate::framework::provider::{FunctionError, Signature};
use crate::tf::{Type, Value};

/// What stands between the parts.
const BETWEEN: char = '_';

/// The parts, in their order.
const PARTS: [&str; 3] = ["publisher", "offer", "sku"];

/// `gallery_image_id(publisher, offer, sku)`
pub(super) struct Join(Signature);

impl Default for Join {
    fn default() -> Self {
        Join(Signature {
            parameters: vec![
                text("publisher", "Publisher, such as `microsoftwindowsdesktop`."),
                text("offer", "Offer, such as `windows-ent-cpc`."),
                text("sku", "SKU, such as `win11-24h2-ent-cpc-m365`."),
            ],
            variadic: None,
            returns: Type::String,
            summary: "The id of a gallery image, from its parts.",
            description: "Joins publisher, offer and SKU to the id that `image_id` of a provisioning policy takes for a gallery image. \
                          Whether there is such an image is not looked up: the data source `windows365_gallery_image` does that.",
        })
    }
}

impl Function for Join {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let parts = texts(&arguments);
        for (index, (part, name)) in parts.iter().zip(PARTS).enumerate() {
            let fault = if part.is_empty() {
                format!("The {name} is empty.")
            } else if part.contains(BETWEEN) {
                format!(
                    "The {name} holds an underscore, which stands between the parts of an id: {part:?}."
                )
            } else if part.chars().any(char::is_whitespace) {
                format!("The {name} holds a blank: {part:?}.")
            } else {
                continue;
            };
            return Err(FunctionError { text: fault, argument: i64::try_from(index).ok() });
        }
        Ok(Value::from(parts.join(&BETWEEN.to_string())))
    }
}

/// `parse_gallery_image_id(id)`
pub(super) struct Parse(Signature);

impl Default for Parse {
    fn default() -> Self {
        Parse(Signature {
            parameters: vec![text(
                "id",
                "Id of a gallery image, such as `microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365`.",
            )],
            variadic: None,
            returns: Type::object(PARTS.map(|name| (name, Type::String))),
            summary: "The parts of the id of a gallery image.",
            description: "Takes the id of a gallery image apart: an object with `publisher`, `offer` and `sku`. An id of another form, \
                          such as that of a device image, is an error; `can(...)` asks for it without one.",
        })
    }
}

impl Function for Parse {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let id = texts(&arguments).join("");
        let parts: Vec<&str> = id.split(BETWEEN).collect();
        if parts.len() != PARTS.len() || parts.iter().any(|part| part.is_empty()) {
            let text = format!(
                "{id:?} is no id of a gallery image: publisher, offer and SKU with underscores between, such as \
                 \"microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365\"."
            );
            return Err(FunctionError { text, argument: Some(0) });
        }
        Ok(Value::object(PARTS.into_iter().zip(parts.into_iter().map(Value::from))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365";

    fn join(parts: [&str; 3]) -> Result<Value, FunctionError> {
        Join::default().call(parts.map(Value::from).to_vec())
    }

    fn parse(id: &str) -> Result<Value, FunctionError> {
        Parse::default().call(vec![Value::from(id)])
    }

    #[test]
    fn parts_are_joined_and_taken_apart_again() {
        let parts = ["microsoftwindowsdesktop", "windows-ent-cpc", "win11-24h2-ent-cpc-m365"];
        assert_eq!(join(parts), Ok(Value::from(ID)));
        let object = PARTS.into_iter().zip(parts.map(Value::from));
        assert_eq!(parse(ID), Ok(Value::object(object)));
    }

    #[test]
    fn a_part_that_would_make_another_id_is_named() {
        for (parts, argument, fault) in [
            (["", "o", "s"], 0, "The publisher is empty"),
            (["p", "o_o", "s"], 1, "The offer holds an underscore"),
            (["p", "o", "s s"], 2, "The sku holds a blank"),
        ] {
            let error = join(parts).unwrap_err();
            assert_eq!(error.argument, Some(argument), "{error:?}");
            assert!(error.text.contains(fault), "{error:?}");
        }
    }

    #[test]
    fn what_is_no_id_of_a_gallery_image_is_refused() {
        for id in ["", "p_o", "p_o_s_x", "p__s", "7a1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66"] {
            let error = parse(id).unwrap_err();
            assert!(error.text.contains("is no id of a gallery image"), "{error:?}");
        }
    }
}
