use super::*;
use crate::graph::Secret;

pub(in crate::graph::auth) const PEM: &[u8] = include_bytes!("fixtures/chain-first.pem");
pub(in crate::graph::auth) const EXPIRED: &[u8] = include_bytes!("fixtures/expired.pem");
const MODERN: &[u8] = include_bytes!("fixtures/modern.pfx");
const THUMBPRINT: &str = "86D04DC055CB71F4A009EEDF18C939BC81EEB561";

fn password() -> Secret {
    Secret::new("opensesame")
}

#[test]
fn every_form_gives_the_same_certificate_with_its_leaf_first() {
    let forms: [(&str, &[u8], Option<Secret>); 6] = [
        ("authority first", PEM, None),
        ("PKCS#1 key", include_bytes!("fixtures/traditional.pem"), None),
        ("encrypted key", include_bytes!("fixtures/encrypted.pem"), Some(password())),
        ("AES archive", MODERN, Some(password())),
        ("RC2 and 3DES archive", include_bytes!("fixtures/legacy.pfx"), Some(password())),
        ("archive without password", include_bytes!("fixtures/open.pfx"), None),
    ];
    for (form, bytes, password) in forms {
        let certificate = Certificate::read(bytes, password.as_ref())
            .unwrap_or_else(|why| panic!("{form}: {why}"));
        let described = certificate.describe();
        assert!(described.contains(THUMBPRINT), "{form}: {described}");
        assert!(described.contains("CN=Terraform leaf"), "{form}: {described}");
        assert!(described.contains("to 2045-01-01"), "{form}");
    }
}

#[test]
fn base64_is_read_in_both_alphabets_with_line_breaks_and_without_padding() {
    let standard = STANDARD.encode(MODERN);
    let broken: String = standard
        .as_bytes()
        .chunks(64)
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    for text in [
        standard.trim_end_matches('=').to_owned(),
        broken,
        URL_SAFE.encode(MODERN),
        STANDARD.encode(PEM),
    ] {
        assert!(Certificate::read_text(&text, Some(&password())).is_ok(), "{}", text.len());
    }
    assert!(Certificate::read_text(&String::from_utf8_lossy(PEM), None).is_ok());
    let path = Certificate::read_text("/srv/app.pfx#", None).unwrap_err();
    assert!(path.contains("client_certificate_path"), "{path}");
}

#[test]
fn only_the_chain_of_the_leaf_is_sent_and_only_when_wanted() {
    let certificate = Certificate::read(PEM, None).unwrap();
    assert!(certificate.sent_chain().is_none());
    let certificate = certificate.with_chain(true);
    let subjects: Vec<_> = certificate
        .sent_chain()
        .unwrap()
        .iter()
        .map(|der| X509Certificate::from_der(der).unwrap().1.subject().to_string())
        .collect();
    assert_eq!(subjects, ["CN=Terraform leaf", "CN=Test Authority"]);
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason_and_no_password() {
    let right = password();
    let wrong = Secret::new("open-barley");
    let cases: [(&str, &[u8], Option<&Secret>, &str); 11] = [
        (
            "no password",
            include_bytes!("fixtures/encrypted.pem"),
            None,
            "`client_certificate_password` is not set",
        ),
        ("wrong password", include_bytes!("fixtures/encrypted.pem"), Some(&wrong), "is wrong"),
        ("archive, no password", MODERN, None, "`client_certificate_password` is not set"),
        ("archive, wrong password", MODERN, Some(&wrong), "is wrong"),
        (
            "old encryption",
            include_bytes!("fixtures/old-encrypted.pem"),
            Some(&right),
            "openssl pkcs8 -topk8",
        ),
        ("elliptic curve", include_bytes!("fixtures/elliptic.pem"), None, "only RSA keys"),
        (
            "other key",
            include_bytes!("fixtures/mismatch.pem"),
            None,
            "belongs to none of the certificates",
        ),
        ("no key", include_bytes!("fixtures/leaf.crt"), None, "no private key"),
        ("empty", b"", None, "empty"),
        ("something else", b"hello", None, "neither PEM nor PKCS#12"),
        ("damaged", &MODERN[..500], Some(&right), "damaged"),
    ];
    for (case, bytes, password, expected) in cases {
        let why = Certificate::read(bytes, password).unwrap_err();
        assert!(why.contains(expected), "{case}: {why}");
        assert!(!why.contains("barley") && !why.contains("sesame"), "{case}: {why}");
    }
}

#[test]
fn an_expired_certificate_and_one_of_the_future_are_told_apart() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let expired = Certificate::read(EXPIRED, None).unwrap();
    let why = expired.check_time(at("2026-03-03T09:00:00Z")).unwrap_err();
    assert!(why.contains("has expired") && why.contains("CN=Terraform expired"), "{why}");
    let why = expired.check_time(at("2023-12-31T00:00:00Z")).unwrap_err();
    assert!(why.contains("not valid yet"), "{why}");
    // A clock that is minutes late is not worth an error: Entra will say.
    assert!(expired.check_time(at("2023-12-31T23:57:00Z")).is_ok());
    assert!(expired.check_time(at("2024-06-01T00:00:00Z")).is_ok());
}

#[test]
fn debug_shows_the_thumbprint_and_nothing_of_the_key() {
    let shown = format!("{:?}", Certificate::read(PEM, None).unwrap());
    assert!(shown.contains(THUMBPRINT) && !shown.contains("MII"), "{shown}");
}
