//! An app's certificate with its key: read from PEM or PKCS#12, checked, and described without anything secret.
//!
//! Only RSA keys sign: Entra takes PS256 and RS256.
//! Source: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

mod read;

use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use jiff::Timestamp;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::graph::Secret;

/// A certificate, its key, and the certificates of those who issued it. Cheap to clone; `Debug` shows nothing of the key.
#[derive(Clone)]
pub struct Certificate {
    shared: Arc<Shared>,
    sends_chain: bool,
    legacy: bool,
}

struct Shared {
    key: RsaKeyPair,
    /// DER, the leaf first.
    chain: Vec<Vec<u8>>,
    subject: String,
    sha1: Vec<u8>,
    sha256: Vec<u8>,
    /// Unix seconds.
    begins: i64,
    ends: i64,
}

impl Certificate {
    /// Reads PEM (certificates and a private key in any order), or PKCS#12 (PFX). `password` opens an encrypted key or archive.
    ///
    /// # Errors
    /// One sentence that says what is wrong and what to do; never anything of the key or the password.
    pub fn read(bytes: &[u8], password: Option<&Secret>) -> Result<Self, String> {
        let password = password.map(Secret::reveal).unwrap_or_default();
        let found = read::contents(bytes, password)?;
        let public = found.key.public_key().as_ref().to_vec();
        let mut chain = found.certificates;
        let leaf = chain
            .iter()
            .position(|der| {
                X509Certificate::from_der(der).is_ok_and(|(_, certificate)| {
                    certificate.public_key().subject_public_key.data.as_ref() == public
                })
            })
            .ok_or_else(|| match chain.len() {
                0 => "it holds a private key but no certificate".to_owned(),
                _ => "the private key belongs to none of the certificates in it".to_owned(),
            })?;
        let der = chain.swap_remove(leaf);
        let (_, certificate) = X509Certificate::from_der(&der)
            .map_err(|_| "the certificate in it cannot be read".to_owned())?;
        let subject = certificate.subject().to_string();
        let begins = certificate.validity().not_before.timestamp();
        let ends = certificate.validity().not_after.timestamp();
        let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, &der).as_ref().to_vec();
        let sha256 = digest(&SHA256, &der).as_ref().to_vec();
        let chain = read::ordered(der, chain);
        let shared = Shared { key: found.key, chain, subject, sha1, sha256, begins, ends };
        Ok(Certificate { shared: Arc::new(shared), sends_chain: false, legacy: false })
    }

    /// Reads the text of a setting: PEM, or the base64 of a PEM or PKCS#12 file, in either alphabet and with line breaks anywhere.
    ///
    /// # Errors
    /// As [`Certificate::read`].
    pub fn read_text(text: &str, password: Option<&Secret>) -> Result<Self, String> {
        if text.contains("-----BEGIN") {
            return Certificate::read(text.as_bytes(), password);
        }
        let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let padded = format!(
            "{0}{1}",
            packed.trim_end_matches('='),
            match packed.trim_end_matches('=').len() % 4 {
                2 => "==",
                3 => "=",
                _ => "",
            }
        );
        let bytes =
            STANDARD.decode(&padded).or_else(|_| URL_SAFE.decode(&padded)).map_err(|_| {
                "it is neither PEM nor base64; to name a file use `client_certificate_path`"
                    .to_owned()
            })?;
        Certificate::read(&bytes, password)
    }

    /// The same with the whole chain in every assertion (`x5c`), which trust by subject name and issuer needs.
    #[must_use]
    pub fn with_chain(mut self, sends: bool) -> Self {
        self.sends_chain = sends;
        self
    }

    /// The same with assertions of the older form: RS256 and the SHA-1 thumbprint.
    #[must_use]
    pub fn with_legacy_assertions(mut self, legacy: bool) -> Self {
        self.legacy = legacy;
        self
    }

    /// Whether it may be used at this time.
    ///
    /// # Errors
    /// One sentence when it has expired or is not valid yet.
    pub fn check_time(&self, now: Timestamp) -> Result<(), String> {
        let Shared { begins, ends, .. } = *self.shared;
        if now.as_second() > ends {
            return Err(format!(
                "The certificate has expired. Make a new one and add it to the app registration. {}",
                self.describe()
            ));
        }
        // A clock that is a little late is the service's to judge.
        if now.as_second() < begins - 300 {
            return Err(format!(
                "The certificate is not valid yet; the clock of this machine says {now}. {}",
                self.describe()
            ));
        }
        Ok(())
    }

    /// Subject, both thumbprints and validity; nothing secret.
    pub fn describe(&self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let time = |seconds| {
            Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.to_string())
        };
        let Shared { subject, sha1, sha256, begins, ends, .. } = &*self.shared;
        format!(
            "Certificate: {subject}, thumbprint {} (SHA-256 {}), valid from {} to {}",
            hex(sha1),
            hex(sha256),
            time(*begins),
            time(*ends)
        )
    }

    pub(super) fn key(&self) -> &RsaKeyPair {
        &self.shared.key
    }

    pub(super) fn sha1(&self) -> &[u8] {
        &self.shared.sha1
    }

    pub(super) fn sha256(&self) -> &[u8] {
        &self.shared.sha256
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.legacy
    }

    /// The chain, the leaf first, where it is to be sent.
    pub(super) fn sent_chain(&self) -> Option<&[Vec<u8>]> {
        self.sends_chain.then_some(self.shared.chain.as_slice())
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Certificate").field(&self.describe()).finish()
    }
}

#[cfg(test)]
pub(super) mod tests;
