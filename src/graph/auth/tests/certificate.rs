use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::certificate::tests::{EXPIRED, PEM};
use super::*;
use crate::graph::auth::Certificate;

fn credential(certificate: Certificate) -> Credential {
    Credential::ClientCertificate {
        tenant_id: TENANT.to_owned(),
        client_id: APP.to_owned(),
        certificate,
    }
}

fn certificate() -> Certificate {
    Certificate::read(PEM, None).unwrap()
}

/// Whether an assertion is signed by the key of [`PEM`].
fn verifies(token: &str, algorithm: &'static RsaParameters) -> bool {
    use x509_parser::prelude::{FromDer as _, X509Certificate};
    let leaf = pem::parse(include_bytes!("../certificate/fixtures/leaf.crt")).unwrap();
    let (_, leaf) = X509Certificate::from_der(leaf.contents()).unwrap();
    let key = leaf.public_key().subject_public_key.data.as_ref();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(algorithm, key).verify(signed.as_bytes(), &signature).is_ok()
}

#[tokio::test(start_paused = true)]
async fn a_certificate_signs_a_fresh_assertion_for_each_token() {
    let script = script(issued("token"));
    let client = client_with(&script, credential(certificate()));
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    read(&client).await.unwrap();
    let seen: Vec<_> = script.seen().into_iter().filter(is_token_request).collect();
    assert_eq!(seen.len(), 2);
    let mut ids = Vec::new();
    for (request, now) in seen.iter().zip([START, START + 4000]) {
        let form = form(request);
        assert_eq!(form["grant_type"], "client_credentials");
        assert_eq!(form["scope"], "https://graph.microsoft.com/.default");
        assert_eq!(
            form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        assert!(!form.contains_key("client_secret"));
        let assertion = &form["client_assertion"];
        assert!(verifies(assertion, &RSA_PSS_2048_8192_SHA256));
        let (header, claims) = decoded(assertion);
        assert_eq!(
            header,
            json!({"alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(certificate().sha256())})
        );
        assert_eq!(claims["aud"], request.url.as_str());
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!(APP), &json!(APP)));
        assert_eq!((&claims["nbf"], &claims["exp"]), (&json!(now), &json!(now + 600)));
        ids.push(claims["jti"].as_str().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1], "no assertion is used twice");
}

#[tokio::test(start_paused = true)]
async fn the_chain_and_the_older_form_are_sent_when_wanted() {
    let script = script(issued("token"));
    let certificate = certificate().with_chain(true).with_legacy_assertions(true);
    read(&client_with(&script, credential(certificate.clone()))).await.unwrap();
    let assertion = form(&script.seen()[0])["client_assertion"].clone();
    assert!(verifies(&assertion, &RSA_PKCS1_2048_8192_SHA256));
    let (header, _) = decoded(&assertion);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["x5t"], URL_SAFE_NO_PAD.encode(certificate.sha1()));
    let chain = header["x5c"].as_array().unwrap();
    assert_eq!(chain.len(), 2);
    assert!(chain[0].as_str().unwrap().starts_with("MII"), "base64 of the usual alphabet");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_certificate_is_described_and_its_key_is_not() {
    let script = script(refused("invalid_client", 700_027, "The certificate is not registered."));
    let error = read(&client_with(&script, credential(certificate()))).await.unwrap_err();
    let text = error.to_string();
    for part in [
        "Upload the certificate",
        "CN=Terraform leaf",
        "86D04DC055CB71F4A009EEDF18C939BC81EEB561",
        "the-correlation",
        "the-trace",
    ] {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
    assert!(!text.contains("eyJ") && !text.contains("PRIVATE"), "{text}");
    assert_eq!(script.seen().len(), 1, "nothing is gained by another try");
}

#[tokio::test(start_paused = true)]
async fn an_expired_certificate_is_refused_before_anything_is_sent() {
    let script = script(issued("token"));
    let expired = Certificate::read(EXPIRED, None).unwrap();
    let error = read(&client_with(&script, credential(expired))).await.unwrap_err();
    assert!(error.to_string().contains("has expired"), "{error}");
    assert!(script.seen().is_empty());
}

/// An answer that says 700024 with the service's own time.
fn late(date: &str) -> Answer {
    refused("invalid_client", 700_024, "Client assertion is not within its valid time range.")
        .header("date", date)
}

#[tokio::test(start_paused = true)]
async fn a_wrong_clock_is_put_right_once_by_the_services_own() {
    // Twenty minutes ahead of the scripted clock.
    let answers = [late("Tue, 03 Mar 2026 09:20:00 GMT"), issued("token"), ok()];
    let script = Script::of(answers);
    read(&client_with(&script, credential(certificate()))).await.unwrap();
    let (_, claims) = decoded(&form(&script.seen()[1])["client_assertion"]);
    assert_eq!(claims["nbf"], START + 1200);

    let script = self::script(late("Tue, 03 Mar 2026 09:20:00 GMT"));
    let error = read(&client_with(&script, credential(certificate()))).await.unwrap_err();
    assert!(error.to_string().contains("about 1200 s"), "{error}");
    assert_eq!(script.seen().len(), 2, "only one assertion is made anew");
}
