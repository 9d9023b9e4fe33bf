//! What lies in a certificate file: a private key and certificates.

use aws_lc_rs::signature::RsaKeyPair;
use p12_keystore::Pkcs12Archive;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// `id-ecPublicKey`, RFC 5480.
const EC: &str = "1.2.840.10045.2.1";
const ONLY_RSA: &str = "its key is an elliptic-curve key, and only RSA keys can sign in to Entra; make a certificate with an RSA key";
const OLD: &str = "its key is encrypted in the old OpenSSL way, which is not supported; convert it with `openssl pkcs8 -topk8 -in old.pem -out new.pem`";

pub(super) struct Contents {
    pub(super) key: RsaKeyPair,
    /// DER, in the order of the file.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// Tells PEM from PKCS#12 by the first bytes and reads either.
pub(super) fn contents(bytes: &[u8], password: &str) -> Result<Contents, String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.contains("-----BEGIN"));
    match (text, bytes.first()) {
        (Some(text), _) => from_pem(text, password),
        (None, Some(0x30)) => from_pfx(bytes, password),
        (None, None) => Err("it is empty".to_owned()),
        (None, _) => Err("it is neither PEM nor PKCS#12 (PFX)".to_owned()),
    }
}

fn from_pem(text: &str, password: &str) -> Result<Contents, String> {
    let sections = pem::parse_many(text).map_err(|_| "its PEM is damaged".to_owned())?;
    let mut key = None;
    let mut certificates = Vec::new();
    for section in &sections {
        if section.headers().get("Proc-Type").is_some() {
            return Err(OLD.to_owned());
        }
        let found = match section.tag() {
            "CERTIFICATE" => {
                certificates.push(section.contents().to_vec());
                continue;
            }
            "PRIVATE KEY" => from_pkcs8(section.contents())?,
            "RSA PRIVATE KEY" => {
                RsaKeyPair::from_der(section.contents()).map_err(|_| refused_key())?
            }
            "ENCRYPTED PRIVATE KEY" => decrypt(section.contents(), password)?,
            "EC PRIVATE KEY" => return Err(ONLY_RSA.to_owned()),
            _ => continue,
        };
        if key.replace(found).is_some() {
            return Err("it holds more than one private key".to_owned());
        }
    }
    let key = key.ok_or("it holds no private key, which must lie in the same file")?;
    Ok(Contents { key, certificates })
}

fn decrypt(der: &[u8], password: &str) -> Result<RsaKeyPair, String> {
    if password.is_empty() {
        return Err(
            "its private key is encrypted, and `client_certificate_password` is not set".to_owned()
        );
    }
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(der)
        .map_err(|_| "its encrypted private key cannot be read".to_owned())?;
    let plain = encrypted.decrypt(password).map_err(|_| {
        "its private key cannot be decrypted: `client_certificate_password` is wrong, or the encryption is not supported".to_owned()
    })?;
    from_pkcs8(plain.as_bytes())
}

fn from_pkcs8(der: &[u8]) -> Result<RsaKeyPair, String> {
    RsaKeyPair::from_pkcs8(der).map_err(|_| {
        let is_ec =
            PrivateKeyInfoRef::try_from(der).is_ok_and(|info| info.algorithm.oid.to_string() == EC);
        if is_ec { ONLY_RSA.to_owned() } else { refused_key() }
    })
}

fn refused_key() -> String {
    "its private key cannot be used; it must be an RSA key of 2048 to 8192 bits".to_owned()
}

fn from_pfx(bytes: &[u8], password: &str) -> Result<Contents, String> {
    let archive = Pkcs12Archive::from_pkcs12(bytes, password).map_err(|error| {
        // A wrong password shows as a wrong checksum, or as nonsense after decryption.
        match (&error, password.is_empty()) {
            (p12_keystore::error::Error::UnsupportedEncryptionScheme, _)
            | (p12_keystore::error::Error::UnsupportedMacAlgorithm, _) => {
                format!("it is PKCS#12 of a kind that is not supported ({error})")
            }
            (_, true) => {
                "it cannot be opened: it is damaged, or it has a password and `client_certificate_password` is not set".to_owned()
            }
            (_, false) => {
                "it cannot be opened: `client_certificate_password` is wrong, or the file is damaged".to_owned()
            }
        }
    })?;
    let mut keys = archive.keys.iter();
    let key = keys.next().ok_or("it holds no private key; export it together with the key")?;
    if keys.next().is_some() {
        return Err("it holds more than one private key".to_owned());
    }
    let certificates = archive.certs.iter().map(|entry| entry.cert.as_der().to_vec()).collect();
    Ok(Contents { key: from_pkcs8(key.key.as_der())?, certificates })
}

/// The leaf, who issued it, who issued that, and so on. Certificates that have no part in it are left out.
pub(super) fn ordered(leaf: Vec<u8>, mut others: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut chain = vec![leaf];
    while let Some(last) = chain.last()
        && let Ok((_, last)) = X509Certificate::from_der(last)
        && let Some(next) = others.iter().position(|der| {
            X509Certificate::from_der(der)
                .is_ok_and(|(_, other)| other.subject().as_raw() == last.issuer().as_raw())
        })
    {
        let next = others.swap_remove(next);
        chain.push(next);
    }
    chain
}
