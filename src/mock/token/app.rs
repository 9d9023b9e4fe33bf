//! Who can ask for tokens: apps, people, and identities of machines.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An application that the tenant knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct App {
    /// The tenant, a GUID.
    pub tenant_id: String,
    /// A domain name of the tenant.
    pub domain: String,
    /// The application's client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Whether the secret has run out.
    pub secret_expired: bool,
    /// Whether the enterprise application is disabled.
    pub disabled: bool,
    /// Its certificates, PEM.
    pub certificates: Vec<String>,
    /// Whom it trusts.
    pub federated: Vec<Federated>,
    /// The application permissions for Graph that were consented to.
    pub roles: Vec<String>,
    /// The delegated permissions for Graph that were consented to.
    pub scopes: Vec<String>,
    /// Other resources, each with the permissions that were consented to, of either kind.
    pub resources: BTreeMap<String, Vec<String>>,
    /// "Allow public client flows".
    pub public_client: bool,
    /// Redirect addresses of the platform "Mobile and desktop applications".
    pub desktop_redirects: Vec<String>,
    /// Redirect addresses of the platform "Web".
    pub web_redirects: Vec<String>,
}

impl App {
    /// Whether the app is known in a tenant, by its id or domain.
    pub(crate) fn is_in(&self, tenant: &str) -> bool {
        self.tenant_id.eq_ignore_ascii_case(tenant) || self.domain.eq_ignore_ascii_case(tenant)
    }
}

/// A federated credential: whose tokens an app trusts. All three are compared exactly
/// (identity platform page "Workload identity federation").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Federated {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `aud`.
    pub audience: String,
}

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Person {
    /// The object id.
    pub object_id: String,
    /// The name that the person signs in with.
    pub name: String,
    /// The tenants that know the person; the first one is at home.
    pub tenants: Vec<String>,
    /// Ids of the directory roles (`wids`).
    pub directory_roles: Vec<String>,
}

impl Default for Person {
    fn default() -> Person {
        Person {
            object_id: "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171".to_owned(),
            name: "operator@mock.example".to_owned(),
            tenants: Vec::new(),
            // Intune Administrator, Windows 365 Administrator (page "Microsoft Entra built-in roles").
            directory_roles: vec![
                "3a2c62db-5318-420d-8d74-23affee5d9d5".to_owned(),
                "11451d60-acb2-45eb-a7d6-43d0f0125c13".to_owned(),
            ],
        }
    }
}

/// An identity that Azure gives to machines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// The tenant.
    pub tenant_id: String,
    /// Its client id.
    pub client_id: String,
    /// Its object id.
    pub object_id: String,
    /// Its id as an Azure resource; empty for the machine's own.
    pub resource_id: String,
    /// The application permissions for Graph that were assigned to it.
    pub roles: Vec<String>,
}

impl Identity {
    /// The machine's own identity, and one that was assigned to it, both with the permissions of an app.
    pub(crate) fn usual(app: &App) -> Vec<Identity> {
        let of = |client: &str, object: &str, resource: &str| Identity {
            tenant_id: app.tenant_id.clone(),
            client_id: client.to_owned(),
            object_id: object.to_owned(),
            resource_id: resource.to_owned(),
            roles: app.roles.clone(),
        };
        vec![
            of("5e0f2c1a-93b7-4d68-a2c4-7b1e9f3d6a41", "c7a4e9d2-18f5-4b36-9e07-2d8c6b5a4f42", ""),
            of(
                "8d3b6f7e-2a91-4c05-b4e8-6f0d1c2a3b43",
                "e19c5b8a-7d46-4f23-8a10-9b3c7e2d5f44",
                "/subscriptions/1b2c3d4e-0000-4000-8000-5f6a7b8c9d45/resourceGroups/ops/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer",
            ),
        ]
    }
}
