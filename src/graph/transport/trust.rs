//! Who vouches for a service: the authorities of the operating system, and those of `ca_file`.
//!
//! A proxy that looks into connections shows certificates of its own. Its authority is the one thing that people need to know then, and
//! the one thing that the error of the TLS library does not tell, so it is noted here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Longest name of an authority that is shown, in characters.
const LONGEST: usize = 200;

/// Authorities whose certificates were refused, by the host that showed them.
#[derive(Clone, Debug, Default)]
pub(super) struct Refused(Arc<Mutex<BTreeMap<String, String>>>);

impl Refused {
    /// Who signed what this host showed last, if nobody here trusts them.
    pub(super) fn by(&self, host: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned()
    }
}

/// Settings of connections that trust these authorities besides those of the operating system.
pub(super) fn config(
    authorities: Vec<CertificateDer<'static>>,
    refused: Refused,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = match authorities.as_slice() {
        [] => Verifier::new(Arc::clone(&provider))?,
        _ => Verifier::new_with_extra_roots(authorities, Arc::clone(&provider))?,
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Noting { verifier, refused }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The operating system's verdict, with a note of whom it is about.
#[derive(Debug)]
struct Noting {
    verifier: Verifier,
    refused: Refused,
}

impl ServerCertVerifier for Noting {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if let Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) = &verdict
            && let Ok((_, certificate)) = X509Certificate::from_der(end_entity)
        {
            let issuer: String = certificate.issuer().to_string().chars().take(LONGEST).collect();
            let mut all = self.refused.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(server_name.to_str().into_owned(), issuer);
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
