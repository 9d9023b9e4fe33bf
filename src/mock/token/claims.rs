//! What tokens say (identity platform page "Access token claims reference").

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{GRAPH, keys};
use crate::mock::jwt;
use crate::mock::world::World;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Claims {
    /// The resource it is for.
    pub audience: String,
    /// The tenant.
    pub tenant_id: String,
    /// The application.
    pub client_id: String,
    /// Application permissions of an app-only token.
    pub roles: Vec<String>,
    /// Delegated permissions; a token with any is a delegated one.
    pub scopes: Vec<String>,
    /// The object id of the caller.
    pub object_id: String,
    /// The name of the person, in a delegated token.
    pub name: String,
    /// Ids of the person's directory roles (`wids`); none: the claim is left out.
    pub directory_roles: Vec<String>,
    /// Seconds since 1970 from which it is no longer valid.
    pub expires_at: i64,
    /// Whether its holder said that it can answer access challenges (`xms_cc` with `CP1`).
    pub can_be_challenged: bool,
    /// Whether it was asked for with the claims of an access challenge.
    pub answers_challenge: bool,
    /// How the application proved to be itself (`appidacr`): 0 not at all, 1 by a secret, 2 by a certificate or an assertion.
    pub proof: u8,
    /// The resource id of a managed identity (`xms_mirid`); empty for anything else.
    pub managed_identity: String,
    /// How it looks.
    pub form: TokenForm,
}

/// How a token looks. Clients must take all of them, since formally Graph's tokens are opaque.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenForm {
    /// Version 1.0, as Graph has them.
    #[default]
    V1,
    /// The same without `idtyp`, which is an optional claim.
    WithoutKind,
    /// Version 2.0: `azp` instead of `appid`.
    V2,
    /// No JSON web token.
    Opaque,
    /// A JSON web token of five parts, which is an encrypted one.
    Encrypted,
    /// Version 1.0 with 70 KB of groups.
    Huge,
}

impl Default for Claims {
    fn default() -> Claims {
        Claims {
            audience: GRAPH.to_owned(),
            tenant_id: String::new(),
            client_id: String::new(),
            roles: Vec::new(),
            scopes: Vec::new(),
            object_id: "6c1d0e7b-2f58-4a93-8c46-e0b5a7d9f171".to_owned(),
            name: "operator@mock.example".to_owned(),
            directory_roles: Vec::new(),
            expires_at: i64::MAX,
            can_be_challenged: false,
            answers_challenge: false,
            proof: 1,
            managed_identity: String::new(),
            form: TokenForm::V1,
        }
    }
}

/// Makes a token that Graph will know.
pub(crate) fn issue(world: &mut World, claims: Claims) -> String {
    let form = match claims.form {
        TokenForm::V1 => world.switches.token_form,
        form => form,
    };
    let body = body(world, &claims, form);
    let token = match form {
        TokenForm::Opaque => format!("EwB4{}", world.request_ids.guid().replace('-', "")),
        TokenForm::Encrypted => {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let header = part(r#"{"alg":"RSA-OAEP","enc":"A256GCM","typ":"JWT"}"#);
            let rest = [1, 2, 3, 4].map(|_| part(&world.request_ids.guid()));
            format!("{header}.{}", rest.join("."))
        }
        // What other apps are shown is signed so that they can check it.
        _ if claims.audience.starts_with("api://AzureADTokenExchange") => keys::signed(&body),
        _ => jwt::signed(&body, world.seed),
    };
    world.tokens.issued.insert(token.clone(), claims);
    token
}

fn body(world: &mut World, claims: &Claims, form: TokenForm) -> Value {
    let now = world.now().as_second();
    let exchange = claims.audience.starts_with("api://AzureADTokenExchange");
    let version_2 = form == TokenForm::V2 || exchange;
    let mut body = json!({
        "aud": claims.audience,
        "iss": if version_2 {
            format!("https://login.microsoftonline.com/{}/v2.0", claims.tenant_id)
        } else {
            format!("https://sts.windows.net/{}/", claims.tenant_id)
        },
        "tid": claims.tenant_id,
        "oid": claims.object_id,
        "sub": claims.object_id,
        "iat": now,
        "nbf": now,
        "exp": claims.expires_at,
        "uti": world.request_ids.guid(),
        "ver": if version_2 { "2.0" } else { "1.0" },
    });
    let (id, proof) = if version_2 { ("azp", "azpacr") } else { ("appid", "appidacr") };
    body[id] = json!(claims.client_id);
    body[proof] = json!(claims.proof.to_string());
    let kind = if claims.scopes.is_empty() {
        if !claims.roles.is_empty() {
            body["roles"] = json!(claims.roles);
        }
        "app"
    } else {
        body["scp"] = json!(claims.scopes.join(" "));
        body["upn"] = json!(claims.name);
        if !claims.directory_roles.is_empty() {
            body["wids"] = json!(claims.directory_roles);
        }
        "user"
    };
    if form != TokenForm::WithoutKind {
        body["idtyp"] = json!(kind);
    }
    if claims.can_be_challenged {
        body["xms_cc"] = json!(["CP1"]);
    }
    if !claims.managed_identity.is_empty() {
        body["xms_mirid"] = json!(claims.managed_identity);
    }
    if form == TokenForm::Huge {
        let groups: Vec<String> = (0..1_400).map(|_| world.request_ids.guid()).collect();
        body["groups"] = json!(groups);
    }
    body
}
