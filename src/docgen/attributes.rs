//! Attributes of a schema as nested lists, in the manner of the registries' own generator.

use crate::tf::{Attribute, Block, Kind, Mode, Nesting, Type};

/// Renders the section `## Schema` of a block.
pub(super) fn schema(block: &Block) -> String {
    let mut text = String::from("## Schema\n");
    let mut nested = Vec::new();
    text.push_str(&level(&block.attributes, "", "###", &mut nested));
    // Objects inside objects follow after the objects that hold them.
    let mut at = 0;
    while let Some((path, attributes)) = nested.get(at).cloned() {
        at += 1;
        text.push_str(&format!(
            "\n<a id=\"nestedatt--{}\"></a>\n### Nested schema for `{path}`\n",
            anchor(&path)
        ));
        let mut deeper = Vec::new();
        text.push_str(&level(&attributes, &path, "", &mut deeper));
        for (offset, found) in deeper.into_iter().enumerate() {
            nested.insert(at + offset, found);
        }
    }
    text
}

/// One level: what is required, what is optional, what is only read.
fn level(
    attributes: &[Attribute],
    path: &str,
    heading: &str,
    nested: &mut Vec<(String, Vec<Attribute>)>,
) -> String {
    let title_of = |attribute: &Attribute| match attribute.mode {
        Mode::Required => "Required",
        Mode::Optional | Mode::OptionalComputed => "Optional",
        Mode::Computed => "Read-Only",
    };
    let mut text = String::new();
    for title in ["Required", "Optional", "Read-Only"] {
        let mut group: Vec<_> = attributes.iter().filter(|a| title_of(a) == title).collect();
        group.sort_by(|a, b| a.name.cmp(&b.name));
        if group.is_empty() {
            continue;
        }
        text.push_str(&match heading {
            "" => format!("\n{title}:\n\n"),
            heading => format!("\n{heading} {title}\n\n"),
        });
        for attribute in group {
            let here = match path {
                "" => attribute.name.to_string(),
                path => format!("{path}.{}", attribute.name),
            };
            text.push_str(&line(attribute, &here));
            if let Kind::Nested(_, children) = &attribute.kind {
                nested.push((here, children.clone()));
            }
        }
    }
    text
}

fn line(attribute: &Attribute, path: &str) -> String {
    let mut marks = vec![kind(&attribute.kind)];
    if attribute.sensitive {
        marks.push("Sensitive".to_owned());
    }
    if attribute.write_only {
        marks.push("[Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)".to_owned());
    }
    if attribute.deprecated.is_some() {
        marks.push("Deprecated".to_owned());
    }
    let mut parts = vec![attribute.description.split_whitespace().collect::<Vec<_>>().join(" ")];
    if let Some(why) = &attribute.deprecated {
        parts.push(format!("**Deprecated:** {why}"));
    }
    if matches!(attribute.kind, Kind::Nested(..)) {
        parts.push(format!("(see [below](#nestedatt--{}))", anchor(path)));
    }
    parts.retain(|part| !part.is_empty());
    let line = format!("- `{}` ({}) {}", attribute.name, marks.join(", "), parts.join(" "));
    format!("{}\n", line.trim_end())
}

fn anchor(path: &str) -> String {
    path.replace('.', "--")
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Type(r#type) => type_name(r#type),
        Kind::Nested(Nesting::Single | Nesting::Group, _) => "Attributes".to_owned(),
        Kind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        Kind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        Kind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    }
}

pub(super) fn type_name(r#type: &Type) -> String {
    match r#type {
        Type::String => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}
