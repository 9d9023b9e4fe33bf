//! Client assertions: a token that an app makes for itself, signed with the key of its certificate.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::certificate::Certificate;
use crate::graph::exchange::guid;
use crate::graph::{Random, Secret};

/// How long an assertion is good for, in seconds: twice the difference of clocks that Entra puts up with.
const LIFE: i64 = 600;

/// A fresh assertion: of the app `client_id`, for the token endpoint `audience`, from `now` (Unix seconds) on. Never used twice.
pub(super) fn sign(
    certificate: &Certificate,
    audience: &str,
    client_id: &str,
    now: i64,
    random: &dyn Random,
) -> Result<Secret, String> {
    let mut header = json!({"typ": "JWT"});
    let algorithm: &'static dyn RsaEncoding = if certificate.is_legacy() {
        header["alg"] = "RS256".into();
        header["x5t"] = URL_SAFE_NO_PAD.encode(certificate.sha1()).into();
        &RSA_PKCS1_SHA256
    } else {
        header["alg"] = "PS256".into();
        header["x5t#S256"] = URL_SAFE_NO_PAD.encode(certificate.sha256()).into();
        &RSA_PSS_SHA256
    };
    if let Some(chain) = certificate.sent_chain() {
        // RFC 7515, section 4.1.6: base64 of the usual alphabet, the leaf first.
        header["x5c"] = chain.iter().map(|der| STANDARD.encode(der)).collect::<Vec<_>>().into();
    }
    let claims = json!({
        "aud": audience,
        "iss": client_id,
        "sub": client_id,
        "jti": guid(random),
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(LIFE),
    });
    let mut token = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let key = certificate.key();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(algorithm, &SystemRandom::new(), token.as_bytes(), &mut signature)
        .map_err(|_| "the certificate's key cannot sign".to_owned())?;
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(Secret::new(token))
}
