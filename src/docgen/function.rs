//! Pages of functions.

use super::about::{front_matter, usage};
use super::attributes::type_name;
use super::text::sentences;
use crate::framework::provider::{Parameter, Signature};
use crate::tf::Type;

/// The page of a function.
pub(super) fn page(name: &str, signature: &Signature, example: &str) -> String {
    let title = format!("{name} function - Windows 365 and Intune");
    let mut page = front_matter(&title, None, signature.summary);
    page.push_str(&format!(
        "# function: {name}\n\n{}\n\nIt needs no credentials. Terraform and OpenTofu know functions of providers from 1.8 and 1.7 on.\n",
        sentences(signature.description)
    ));
    page.push_str(&usage(example));
    let parameters = || signature.parameters.iter().chain(&signature.variadic);
    let given: Vec<String> =
        parameters().map(|it| format!("{} {}", it.name, short(&it.r#type))).collect();
    let repeats = if signature.variadic.is_some() { "..." } else { "" };
    page.push_str(&format!(
        "\n## Signature\n\n```text\n{name}({}{repeats}) {}\n```\n\n## Arguments\n\n",
        given.join(", "),
        short(&signature.returns)
    ));
    for (index, Parameter { name, r#type, allow_null, description }) in parameters().enumerate() {
        let nullable = if *allow_null { ", Nullable" } else { "" };
        let line =
            format!("{}. `{name}` ({}{nullable}) {description}", index + 1, type_name(r#type));
        page.push_str(&line.split_whitespace().collect::<Vec<_>>().join(" "));
        page.push('\n');
    }
    page
}

/// A type as Terraform writes it.
fn short(r#type: &Type) -> String {
    match r#type {
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Dynamic => "dynamic".to_owned(),
        Type::List(element) => format!("list of {}", short(element)),
        Type::Set(element) => format!("set of {}", short(element)),
        Type::Map(element) => format!("map of {}", short(element)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(attributes) => {
            let attributes: Vec<_> = attributes
                .iter()
                .map(|(name, r#type)| format!("{name} {}", short(r#type)))
                .collect();
            format!("object({})", attributes.join(", "))
        }
    }
}
