//! Both sides prove themselves with certificates made for this one process.
//!
//! The host hands over its certificate in the environment and trusts exactly the one that the handshake line carries. Its own is
//! self-signed, marked as a certificate authority and signed on P-521. rustls' stock client verifier rejects any authority that is
//! presented as an end entity, so it can never accept it; [`PinnedClient`] instead compares the certificate byte for byte, which is
//! also the stronger check, and leaves the proof of possession of the key to the crypto provider.

use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme, client::danger,
};

/// What goes wrong while the certificates are prepared.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// A server side that only the holder of one certificate can talk to.
#[derive(Clone, Debug)]
pub(super) struct MutualTls {
    /// DER of the server's own certificate, for the handshake line.
    pub certificate: CertificateDer<'static>,
    /// How to serve.
    pub config: Arc<ServerConfig>,
}

impl MutualTls {
    /// Makes a certificate for this process and pins the one in `client_pem`.
    ///
    /// # Errors
    /// When `client_pem` holds no certificate, or no key can be made.
    pub(super) fn pinned_to(client_pem: &str) -> Result<Self, Error> {
        let client = CertificateDer::from_pem_slice(client_pem.as_bytes())
            .map_err(|error| format!("PLUGIN_CLIENT_CERT holds no certificate: {error}"))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let (certificate, key) = own_certificate()?;
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(PinnedClient::new(client, &provider)))
            .with_single_cert(vec![certificate.clone()], key)?;
        // gRPC clients refuse a server that does not name the protocol.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // There is one connection in a process's life, so there is nothing to resume.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(MutualTls { certificate, config: Arc::new(config) })
    }
}

/// A self-signed certificate on P-256 for `localhost`, and its key. It is valid for all times, so that clocks do not matter.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), Error> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()])?;
    parameters.distinguished_name.push(DnType::CommonName, "localhost");
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = parameters.self_signed(&key)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((certificate.der().clone(), key.into()))
}

/// Accepts one certificate and no other.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinnedClient {
    fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        PinnedClient { certificate, algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(rustls::CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
