//! The one crypto library of this process.

/// Makes aws-lc-rs the crypto library of rustls in this process. May be called any number of times; does nothing after the first.
///
/// rustls finds no library by itself when it is compiled with features for none, and an HTTP client built before this panics.
pub fn install() {
    // The error means that a library is installed already, by ourselves.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
