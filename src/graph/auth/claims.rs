//! What a token says about itself. Read for diagnosis, never trusted, and never needed: Microsoft calls tokens opaque to clients.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use crate::graph::{Granted, json};

/// Claims that say who may do what until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// What the token is for: an address, or an app's id.
    pub audience: Option<String>,
    /// Id of the tenant.
    pub tenant_id: Option<String>,
    /// Id of the app that it was issued to.
    pub client_id: Option<String>,
    /// Id of the person, or of the app's service principal, in the tenant.
    pub object_id: Option<String>,
    /// What the person signs in as; of an app its display name.
    pub name: Option<String>,
    /// Whether it is an app's rather than a person's.
    pub application: bool,
    /// Permissions: `roles` of an app, `scp` of a person.
    pub permissions: Vec<String>,
    /// Template ids of the person's directory roles, as far as the token tells. Entra leaves them out when there are many.
    pub directory_roles: Vec<String>,
    /// When it ends, in Unix seconds.
    pub expires: Option<i64>,
    /// When it was issued, in Unix seconds.
    pub issued: Option<i64>,
}

/// The Azure CLI's own app, which the Azure Developer CLI borrows.
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
/// Tokens longer than this are not looked into.
const LONGEST: usize = 256 * 1024;

impl Claims {
    /// Decodes a JSON web token without checking its signature; `None` when it is none, or encrypted.
    pub(super) fn decode(token: &str) -> Option<Claims> {
        let claims = of(token)?;
        let text = |name: &str| {
            claims
                .get(name)
                .and_then(Json::as_str)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let scopes = text("scp");
        let application = match text("idtyp").as_deref() {
            Some("app") => true,
            Some("user") => false,
            _ => scopes.is_none(),
        };
        let texts = |name: &str| -> Vec<String> {
            let listed = claims.get(name).and_then(Json::as_array).map(Vec::as_slice);
            listed.unwrap_or_default().iter().filter_map(Json::as_str).map(str::to_owned).collect()
        };
        let permissions = if application {
            texts("roles")
        } else {
            scopes.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
        };
        Some(Claims {
            audience: text("aud"),
            tenant_id: text("tid"),
            client_id: text("appid").or_else(|| text("azp")),
            object_id: text("oid"),
            name: match application {
                true => text("app_displayname"),
                false => {
                    ["upn", "preferred_username", "unique_name"].iter().find_map(|name| text(name))
                }
            },
            application,
            permissions,
            directory_roles: if application { Vec::new() } else { texts("wids") },
            expires: claims.get("exp").and_then(seconds),
            issued: claims.get("iat").and_then(seconds),
        })
    }

    /// Whether a person is signed in to the Azure CLI's own app, whose scopes are fixed and hold nothing of Intune or Windows 365.
    pub(super) fn is_azure_cli_user(&self) -> bool {
        !self.application
            && self.client_id.as_deref() == Some(AZURE_CLI)
            && !self
                .permissions
                .iter()
                .any(|scope| scope.starts_with("DeviceManagement") || scope.starts_with("CloudPC."))
    }

    pub(super) fn granted(&self) -> Granted {
        Granted {
            application: self.application,
            permissions: self.permissions.clone(),
            tenant_id: self.tenant_id.clone(),
            client_id: self.client_id.clone(),
            directory_roles: self.directory_roles.clone(),
        }
    }
}

/// All claims of a JSON web token; `None` when it is none, or encrypted.
pub(super) fn of(token: &str) -> Option<Json> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    json::parse(&payload).ok().filter(Json::is_object)
}

/// Whole seconds from a number, or from a text that is one.
pub(super) fn seconds(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Json::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and fractions of seconds do not matter"
)]
fn whole(seconds: f64) -> Option<i64> {
    (seconds.is_finite() && seconds.abs() < 1e15).then_some(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn an_app_has_roles_and_a_person_has_scopes() {
        let app = Claims::decode(&token(
            r#"{"roles":["A","B"],"tid":"t","appid":"c","exp":9,"aud":"x"}"#,
        ))
        .unwrap();
        assert!(app.application && app.permissions == ["A", "B"] && app.expires == Some(9));
        let person = Claims::decode(&token(r#"{"scp":"A B","roles":["C"],"azp":"c"}"#)).unwrap();
        assert!(
            !person.application
                && person.permissions == ["A", "B"]
                && person.client_id.as_deref() == Some("c")
        );
        let marked = Claims::decode(&token(r#"{"idtyp":"app","scp":"A","roles":["C"]}"#)).unwrap();
        assert!(marked.application && marked.permissions == ["C"]);
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        for text in
            ["", "opaque", "a.b", "a.b.c", "a.b.c.d.e", &token("[]"), &token("{"), &token("5")]
        {
            assert_eq!(Claims::decode(text), None, "{text}");
        }
        assert!(Claims::decode(&token(r#"{"roles":"x","exp":"soon","tid":5}"#)).is_some());
    }

    #[test]
    fn numbers_may_be_texts() {
        for (text, expected) in [
            ("5", Some(5)),
            ("\"5\"", Some(5)),
            ("-1", Some(-1)),
            ("5.9", Some(5)),
            ("\"x\"", None),
            ("1e99", None),
            ("null", None),
        ] {
            assert_eq!(seconds(&serde_json::from_str(text).unwrap()), expected, "{text}");
        }
    }
}
