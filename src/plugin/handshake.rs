//! The one line on stdout by which a plugin tells its host where it listens.

use std::fmt;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::listener::Address;

/// Version of the handshake itself.
const CORE_PROTOCOL: u32 = 1;

/// Major version of the provider protocol that is served.
pub(super) const PROTOCOL_VERSION: u32 = 6;

/// The handshake line, without its line end.
#[derive(Debug)]
pub(super) struct Handshake<'a> {
    /// Where the plugin listens.
    pub address: &'a Address,
    /// DER of the plugin's certificate, when both sides prove themselves.
    pub certificate: Option<&'a [u8]>,
    /// Whether to say that connections cannot be multiplexed. Hosts that did not ask would read the answer as part of the certificate.
    pub answers_multiplexing: bool,
}

impl fmt::Display for Handshake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Hosts decode without padding, and fail on it.
        let certificate = self.certificate.map(|der| STANDARD_NO_PAD.encode(der));
        write!(
            f,
            "{CORE_PROTOCOL}|{PROTOCOL_VERSION}|{}|{}|grpc|{}",
            self.address.network,
            self.address.text,
            certificate.unwrap_or_default()
        )?;
        if self.answers_multiplexing { f.write_str("|false") } else { Ok(()) }
    }
}

impl Handshake<'_> {
    /// Writes the line to stdout in one piece. Nothing else is ever written there.
    pub(super) fn send(&self) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(format!("{self}\n").as_bytes())?;
        stdout.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(certificate: Option<&[u8]>, answers_multiplexing: bool) -> String {
        let address = Address { network: "unix", text: "/tmp/p/s".to_owned() };
        Handshake { address: &address, certificate, answers_multiplexing }.to_string()
    }

    #[test]
    fn the_certificate_has_no_padding() {
        assert_eq!(line(Some(b"\xff\xfe\xfd\xfc"), false), "1|6|unix|/tmp/p/s|grpc|//79/A");
    }

    #[test]
    fn plaintext_leaves_the_last_field_empty() {
        assert_eq!(line(None, false), "1|6|unix|/tmp/p/s|grpc|");
    }

    #[test]
    fn a_seventh_field_comes_only_when_asked_for() {
        assert_eq!(line(None, true), "1|6|unix|/tmp/p/s|grpc||false");
    }
}
