//! The token service: client credentials with a secret, as Microsoft Entra ID answers them (identity platform page "OAuth 2.0 client
//! credentials flow"; numbers from the page "Microsoft Entra authentication and authorization error codes").
//!
//! Other grants find their place in [`grant`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::address;
use super::answer::Answer;
use super::jwt;
use super::switches::LifetimeStyle;
use super::world::World;

/// An application that the tenant knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    #[serde(default)]
    pub secret_expired: bool,
    /// The application permissions that were consented to.
    pub roles: Vec<String>,
}

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
    /// Seconds since 1970 from which it is no longer valid.
    pub expires_at: i64,
    /// Whether its holder said that it can answer access challenges (`xms_cc` with `CP1`).
    pub can_be_challenged: bool,
    /// Whether it was asked for with the claims of an access challenge.
    pub answers_challenge: bool,
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
            expires_at: i64::MAX,
            can_be_challenged: false,
            answers_challenge: false,
        }
    }
}

/// Graph's address as an audience.
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
/// Graph's application id, which is an audience too.
pub(crate) const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";
/// The claims that a challenge asks for, before base64.
pub(crate) const CHALLENGE: &str =
    r#"{"access_token":{"nbf":{"essential":true,"value":"1767225600"}}}"#;

/// Who may ask for tokens, and the tokens that were given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) apps: Vec<App>,
    pub(crate) issued: BTreeMap<String, Claims>,
    /// How many tokens the token service gave.
    pub(crate) count: u64,
}

/// A refusal of the token service.
struct Refused {
    error: &'static str,
    number: u64,
    text: String,
}

impl Refused {
    fn new(error: &'static str, number: u64, text: impl Into<String>) -> Refused {
        Refused { error, number, text: text.into() }
    }

    fn answer(self, world: &mut World, correlation: &str) -> Answer {
        let trace = world.request_ids.guid();
        let at = world.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let status = if self.error == "invalid_client" { 401 } else { 400 };
        let body = json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}",
                self.number, self.text
            ),
            "error_codes": [self.number],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={}", world.origin, self.number),
        });
        Answer::json(status, body)
    }
}

/// The form of a token request with every secret replaced by its hash, for the ledger.
pub(crate) fn redacted(form: &str) -> Value {
    let fields = address::pairs(form).into_iter().map(|(name, value)| {
        let secret =
            ["client_secret", "client_assertion", "assertion", "refresh_token", "code", "password"];
        let value = if secret.contains(&name.as_str()) {
            format!("sha256:{}", jwt::sha256(value.as_bytes()))
        } else {
            value
        };
        (name, Value::String(value))
    });
    Value::Object(fields.collect())
}

/// Answers POST `/{tenant}/oauth2/v2.0/token`.
pub(crate) fn answer(
    world: &mut World,
    tenant: &str,
    content_type: &str,
    correlation: &str,
    form: &str,
) -> Answer {
    let is_form = content_type
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let fields = address::pairs(form);
    let answer = if is_form {
        grant(world, tenant, &fields)
    } else {
        Err(Refused::new(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'grant_type'.",
        ))
    };
    answer
        .unwrap_or_else(|refused| refused.answer(world, correlation))
        .with("Content-Type", "application/json; charset=utf-8")
        .with("Cache-Control", "no-store, no-cache")
        .with("Pragma", "no-cache")
}

fn grant(world: &mut World, tenant: &str, form: &[(String, String)]) -> Result<Answer, Refused> {
    let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in form {
        if fields.insert(name, value).is_some() {
            return Err(Refused::new(
                "invalid_request",
                9_000_411,
                format!(
                    "The request is not properly formatted. The parameter '{name}' is duplicated."
                ),
            ));
        }
    }
    match fields.get("grant_type").copied() {
        Some("client_credentials") => client_credentials(world, tenant, &fields),
        Some(other) => Err(Refused::new(
            "unsupported_grant_type",
            70_003,
            format!("The app requested an unsupported grant type '{other}'."),
        )),
        None => Err(Refused::new(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'grant_type'.",
        )),
    }
}

fn client_credentials(
    world: &mut World,
    tenant: &str,
    fields: &BTreeMap<&str, &str>,
) -> Result<Answer, Refused> {
    if ["common", "organizations", "consumers"].contains(&tenant) {
        return Err(Refused::new(
            "invalid_request",
            9_001_023,
            "The grant type 'client_credentials' isn't supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
        ));
    }
    let in_tenant = |app: &&App| {
        app.tenant_id.eq_ignore_ascii_case(tenant) || app.domain.eq_ignore_ascii_case(tenant)
    };
    if !world.tokens.apps.iter().any(|app| in_tenant(&app)) {
        return Err(Refused::new(
            "invalid_request",
            90_002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            ),
        ));
    }
    let required = |name: &str| {
        fields.get(name).copied().filter(|value| !value.is_empty()).ok_or_else(|| {
            Refused::new(
                "invalid_request",
                900_144,
                format!("The request body must contain the following parameter: '{name}'."),
            )
        })
    };
    let client_id = required("client_id")?;
    let app = world
        .tokens
        .apps
        .iter()
        .filter(in_tenant)
        .find(|app| app.client_id.eq_ignore_ascii_case(client_id))
        .cloned()
        .ok_or_else(|| {
            Refused::new(
                "unauthorized_client",
                700_016,
                format!("Application with identifier '{client_id}' was not found in the directory '{tenant}'."),
            )
        })?;
    let Some(secret) = fields.get("client_secret") else {
        return Err(Refused::new(
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        ));
    };
    if *secret != app.client_secret {
        return Err(Refused::new(
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client_id}'."
            ),
        ));
    }
    if app.secret_expired {
        return Err(Refused::new(
            "invalid_client",
            7_000_222,
            format!("The provided client secret keys for app '{client_id}' are expired."),
        ));
    }
    let known = ["grant_type", "client_id", "client_secret", "scope", "claims", "client_info"];
    if let Some(unknown) = fields.keys().find(|name| !known.contains(*name)) {
        return Err(Refused::new(
            "invalid_request",
            90_014,
            format!("The parameter '{unknown}' does not belong to this grant."),
        ));
    }
    let resource = resource(world, required("scope")?)?;
    let asked: Value = match fields.get("claims") {
        None => Value::Null,
        Some(claims) => serde_json::from_str(claims).map_err(|_| {
            Refused::new("invalid_request", 50_146, "The parameter 'claims' is no valid JSON.")
        })?,
    };
    let capabilities = asked.pointer("/access_token/xms_cc/values").and_then(Value::as_array);
    let can_be_challenged =
        capabilities.is_some_and(|values| values.iter().any(|value| value == "CP1"));
    let answers_challenge = asked.pointer("/access_token/nbf").is_some();
    let lifetime = world.switches.token_lifetime_seconds;
    let claims = Claims {
        audience: resource,
        tenant_id: app.tenant_id.clone(),
        client_id: app.client_id.clone(),
        roles: app.roles.clone(),
        scopes: Vec::new(),
        expires_at: world.now().as_second().saturating_add(lifetime),
        can_be_challenged,
        answers_challenge,
        ..Claims::default()
    };
    let token = issue(world, claims);
    world.tokens.count += 1;
    let mut reply = json!({ "token_type": "Bearer", "access_token": token });
    match world.switches.token_lifetime_style {
        LifetimeStyle::Missing => return Ok(Answer::json(200, reply)),
        LifetimeStyle::Text => reply["expires_in"] = json!(lifetime.to_string()),
        LifetimeStyle::Number => reply["expires_in"] = json!(lifetime),
        LifetimeStyle::WithRefresh => {
            reply["expires_in"] = json!(lifetime);
            reply["refresh_in"] = json!(lifetime / 2);
        }
    }
    reply["ext_expires_in"] = reply["expires_in"].clone();
    Ok(Answer::json(200, reply))
}

/// The resource of an app-only scope: exactly one, with `/.default`.
fn resource(world: &World, scope: &str) -> Result<String, Refused> {
    let mut resources = Vec::new();
    for one in scope.split_ascii_whitespace() {
        let resource = one.strip_suffix("/.default").ok_or_else(|| {
            Refused::new(
                "invalid_scope",
                1_002_012,
                format!("The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."),
            )
        })?;
        resources.push(resource.to_owned());
    }
    match resources.as_slice() {
        [one]
            if [world.origin.as_str(), GRAPH, GRAPH_APP, "https://management.azure.com"]
                .contains(&one.as_str()) =>
        {
            Ok(one.clone())
        }
        [one] => Err(Refused::new(
            "invalid_resource",
            500_011,
            format!("The resource principal named {one} was not found in the tenant."),
        )),
        _ => Err(Refused::new(
            "invalid_scope",
            700_022,
            "The provided value for the input parameter 'scope' is not valid because it contains more than one resource.",
        )),
    }
}

/// Makes a token that Graph will know. Its claims are those of version 1.0 tokens (identity platform page "Access token claims reference").
pub(crate) fn issue(world: &mut World, claims: Claims) -> String {
    let now = world.now().as_second();
    let mut body = json!({
        "aud": claims.audience,
        "iss": format!("https://sts.windows.net/{}/", claims.tenant_id),
        "tid": claims.tenant_id,
        "appid": claims.client_id,
        "appidacr": "1",
        "oid": claims.object_id,
        "sub": claims.object_id,
        "iat": now,
        "nbf": now,
        "exp": claims.expires_at,
        "uti": world.request_ids.guid(),
        "ver": "1.0",
    });
    if claims.scopes.is_empty() {
        body["idtyp"] = json!("app");
        if !claims.roles.is_empty() {
            body["roles"] = json!(claims.roles);
        }
    } else {
        body["idtyp"] = json!("user");
        body["scp"] = json!(claims.scopes.join(" "));
        body["upn"] = json!("operator@mock.example");
    }
    if claims.can_be_challenged {
        body["xms_cc"] = json!(["CP1"]);
    }
    let token = jwt::signed(&body, world.seed);
    world.tokens.issued.insert(token.clone(), claims);
    token
}
