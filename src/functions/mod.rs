//! Functions for configurations, such as `provider::windows365::gallery_image_id`.
//!
//! Invariant: pure. A function asks neither the service nor the environment, and gives the same answer for the same arguments for ever;
//! it needs no credentials. Only rules that Microsoft documents are here: a mapping that would be a guess is not.
//! Start reading at [`all`].

mod gallery_image;
mod naming_template;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::framework::Function;
use crate::framework::provider::Parameter;
use crate::tf::{Type, Value};

/// Every function, by name.
pub fn all() -> BTreeMap<&'static str, Arc<dyn Function>> {
    let mut all: BTreeMap<&'static str, Arc<dyn Function>> = BTreeMap::new();
    all.insert("gallery_image_id", Arc::new(gallery_image::Join::default()));
    all.insert("parse_gallery_image_id", Arc::new(gallery_image::Parse::default()));
    all.insert("naming_template_valid", Arc::new(naming_template::Valid::default()));
    all
}

fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, r#type: Type::String, allow_null: false, description }
}

/// The texts that a function was given, in order.
fn texts(arguments: &[Value]) -> Vec<&str> {
    arguments.iter().map(|argument| argument.as_str().unwrap_or_default()).collect()
}
