//! The key of everybody who signs tokens that others check: one for all of them, made when it is first needed.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::mock::world::World;

fn key() -> Option<&'static KeyPair> {
    static KEY: OnceLock<Option<KeyPair>> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).ok()).as_ref()
}

/// A JSON web token that [`is_signed`] believes: RS256, as issuers of federated tokens must sign.
pub(super) fn signed(claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "mock-issuer" });
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let signature = key().and_then(|key| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
        Some(signature)
    });
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap_or_default()))
}

/// Whether an issuer signed it.
pub(super) fn is_signed(text: &str, signature: &[u8]) -> bool {
    let Some(public) = key().and_then(|key| key.public_key().as_der().ok()) else { return false };
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref())
        .verify(text.as_bytes(), signature)
        .is_ok()
}

/// A token of some issuer: of a cluster, of a pipeline.
pub(crate) fn foreign(
    world: &mut World,
    issuer: &str,
    subject: &str,
    audience: &str,
    seconds: i64,
) -> String {
    let now = world.now().as_second();
    signed(&json!({
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(seconds),
        "jti": world.request_ids.guid(),
    }))
}
