//! The attributes of the provider block, each with the variables that stand in for it.
//!
//! The names are those that users of `azuread`, `azurerm` and the Azure SDKs know, so that their pipelines keep working. For every
//! attribute the configuration beats the environment, and the variables are read in the order given here: our own prefix, then
//! `ARM_`, `AZURE_` and `M365_`. An empty text counts as not set, in both places.

use crate::tf::{Attribute, Block, Kind, Mode, Schema, Type};

/// One attribute of the provider block.
#[derive(Debug)]
pub struct Input {
    /// Terraform name.
    pub name: &'static str,
    /// Variables that are read when the configuration does not set it, in order.
    pub variables: &'static [&'static str],
    /// Whether Terraform must not show it.
    pub sensitive: bool,
    /// What it is, without the variables.
    pub doc: &'static str,
}

/// The tenant.
pub static TENANT_ID: Input = Input {
    name: "tenant_id",
    variables: &["WINDOWS365_TENANT_ID", "ARM_TENANT_ID", "AZURE_TENANT_ID", "M365_TENANT_ID"],
    sensitive: false,
    doc: "Tenant to manage: its id, or one of its verified domain names. `common`, `organizations` and `consumers` name no tenant \
          and are refused. Optional with `access_token`; when it is set there, the token must be for this tenant.",
};

/// The app.
pub static CLIENT_ID: Input = Input {
    name: "client_id",
    variables: &["WINDOWS365_CLIENT_ID", "ARM_CLIENT_ID", "AZURE_CLIENT_ID", "M365_CLIENT_ID"],
    sensitive: false,
    doc: "Application (client) id of the app registration that signs in.",
};

/// The app's secret.
pub static CLIENT_SECRET: Input = Input {
    name: "client_secret",
    variables: &[
        "WINDOWS365_CLIENT_SECRET",
        "ARM_CLIENT_SECRET",
        "AZURE_CLIENT_SECRET",
        "M365_CLIENT_SECRET",
    ],
    sensitive: true,
    doc: "Secret of the app registration: its value, not its id. Better set in the environment or by an ephemeral value than \
          written down: saved plan files hold the provider block.",
};

/// The way to sign in.
pub static AUTH_METHOD: Input = Input {
    name: "auth_method",
    variables: &["WINDOWS365_AUTH_METHOD", "M365_AUTH_METHOD"],
    sensitive: false,
    doc: "How to sign in: `client_secret`, `access_token`, or `auto` (the default), which takes the first way whose values are all \
          there, `access_token` before `client_secret`, and logs which one. If that way fails, no other is tried.",
};

/// The cloud.
pub static ENVIRONMENT: Input = Input {
    name: "environment",
    variables: &["WINDOWS365_ENVIRONMENT", "ARM_ENVIRONMENT", "AZURE_CLOUD", "M365_CLOUD"],
    sensitive: false,
    doc: "Cloud of the tenant: `public` (the default; GCC tenants live there too), `usgovernment` (GCC High), `usgovernmentdod`, or \
          `china`. The spellings of other providers are understood: `global`, `gcc`, `gcchigh`, `usgovernmentl4`, `usgovernmentl5`, \
          `dod`.",
};

/// Where tokens come from.
pub static AUTHORITY_HOST: Input = Input {
    name: "authority_host",
    variables: &[
        "WINDOWS365_AUTHORITY_HOST",
        "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST",
        "AZURE_AUTHORITY_HOST",
    ],
    sensitive: false,
    doc: "Base address of the token service, instead of that of `environment`. Plain `http` is accepted for loopback addresses only.",
};

/// Where requests go.
pub static GRAPH_ENDPOINT: Input = Input {
    name: "graph_endpoint",
    variables: &["WINDOWS365_GRAPH_ENDPOINT", "ARM_MSGRAPH_ENDPOINT"],
    sensitive: false,
    doc: "Base address of Microsoft Graph without the version, instead of that of `environment`. Plain `http` is accepted for \
          loopback addresses only.",
};

/// A token from elsewhere.
pub static ACCESS_TOKEN: Input = Input {
    name: "access_token",
    variables: &["WINDOWS365_ACCESS_TOKEN"],
    sensitive: true,
    doc: "A token for Microsoft Graph that was got elsewhere. It is used as it is and never renewed, so it must outlive the run.",
};

/// All of them, by name.
pub static ALL: &[&Input] = &[
    &ACCESS_TOKEN,
    &AUTH_METHOD,
    &AUTHORITY_HOST,
    &CLIENT_ID,
    &CLIENT_SECRET,
    &ENVIRONMENT,
    &GRAPH_ENDPOINT,
    &TENANT_ID,
];

impl Input {
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
        let mut attribute = Attribute::new(input.name, Kind::Type(Type::String), Mode::Optional)
            .described(input.description());
        attribute.sensitive = input.sensitive;
        attribute
    };
    Schema {
        version: 0,
        block: Block {
            attributes: ALL.iter().map(attribute).collect(),
            blocks: Vec::new(),
            description: "Manages Windows 365 (Cloud PC) and Microsoft Intune through Microsoft Graph. Everything may be set in the \
                          environment instead; a value in the configuration wins. Nothing is sent before the first object is read \
                          or written."
                .into(),
            deprecated: None,
        },
    }
}
