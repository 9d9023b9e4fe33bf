//! The attributes of the provider block, each with the variables that stand in for it.
//!
//! The names are those that users of `azuread`, `azurerm` and the Azure SDKs know, so that their pipelines keep working. For every
//! attribute the configuration beats the environment, and the variables are read in the order given here: our own prefix, then
//! `ARM_`, `AZURE_` and `M365_`. An empty text counts as not set, in both places.

mod table;

use crate::tf::{Attribute, Block, Kind, Mode, Nesting, Schema, Type};
pub use table::*;

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// Yes or no.
    Flag,
}

/// One attribute of the provider block.
#[derive(Debug, PartialEq, Eq)]
pub struct Input {
    /// Terraform name.
    pub name: &'static str,
    /// Variables that are read when the configuration does not set it, in order.
    pub variables: &'static [&'static str],
    /// Whether Terraform must not show it.
    pub sensitive: bool,
    /// What it holds.
    pub shape: Shape,
    /// What it is, without the variables.
    pub doc: &'static str,
}

impl Input {
    const fn text(
        name: &'static str,
        variables: &'static [&'static str],
        doc: &'static str,
    ) -> Input {
        Input { name, variables, sensitive: false, shape: Shape::Text, doc }
    }

    const fn secret(
        name: &'static str,
        variables: &'static [&'static str],
        doc: &'static str,
    ) -> Input {
        Input { name, variables, sensitive: true, shape: Shape::Text, doc }
    }

    const fn flag(
        name: &'static str,
        variables: &'static [&'static str],
        doc: &'static str,
    ) -> Input {
        Input { name, variables, sensitive: false, shape: Shape::Flag, doc }
    }

    /// Its variables as a phrase: `A`, `A or B`, `A, B or C`.
    pub fn variables_phrase(&self) -> String {
        match self.variables {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    /// How it may be set, for a message: the attribute, or one of its variables.
    pub fn ways(&self) -> String {
        format!("attribute {}, or {}", self.name, self.variables_phrase())
    }

    /// The description that users read, variables included.
    pub fn description(&self) -> String {
        let variables: Vec<_> = self.variables.iter().map(|name| format!("`{name}`")).collect();
        format!("{} Environment: {}.", self.doc, variables.join(", "))
    }
}

/// The schema of the provider block. Nothing is required: every value may come from the environment.
pub fn schema() -> Schema {
    let attribute = |input: &&Input| {
        let kind = match input.shape {
            Shape::Text => Type::String,
            Shape::Flag => Type::Bool,
        };
        let mut attribute = Attribute::new(input.name, Kind::Type(kind), Mode::Optional)
            .described(input.description());
        attribute.sensitive = input.sensitive;
        attribute
    };
    let mut attributes: Vec<_> = ALL.iter().map(attribute).collect();
    attributes.push(managed_desktop());
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: "Manages Windows 365 (Cloud PC) and Microsoft Intune through Microsoft Graph. Everything may be set in the \
                          environment instead; a value in the configuration wins. Nothing is sent before the first object is read \
                          or written."
                .into(),
            deprecated: None,
        },
    }
}

/// `managed_desktop`: where a service stood that ended. Its host and audience are settings, because nobody promises either.
fn managed_desktop() -> Attribute {
    let attribute = |name: &'static str, kind: Type, doc: &'static str| {
        Attribute::new(name, Kind::Type(kind), Mode::Optional).described(doc)
    };
    let attributes = vec![
        attribute(
            "audience",
            Type::String,
            "What tokens are asked for. Default: `https://mwaas-services-customerapi-prod.azurewebsites.net`.",
        ),
        attribute(
            "enabled",
            Type::Bool,
            "Whether the service may be asked at all. Default: `false`.",
        ),
        attribute(
            "endpoint",
            Type::String,
            "Base address. Tokens go to this host only. Default: `https://mmdls.microsoft.com/support/odata/v1/`.",
        ),
        attribute(
            "use_v1_authority",
            Type::Bool,
            "Whether to sign in at the older (v1.0) addresses of Entra. Default: `false`.",
        ),
    ];
    Attribute::new("managed_desktop", Kind::Nested(Nesting::Single, attributes), Mode::Optional).described(
        "Microsoft Managed Desktop, a service that ended on 31 July 2024 and went on as Windows Autopatch. Whether its interface still \
         answers is not known; nothing is promised.",
    )
}
