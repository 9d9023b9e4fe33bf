use super::*;

fn decode(status: u16, body: &str) -> Answer {
    Answer::decode(status, &HeaderMap::new(), body.as_bytes(), &Filter::default())
}

#[track_caller]
fn check(body: &str, codes: &[&str], message: &str) {
    let answer = decode(400, body);
    assert_eq!(
        (
            answer.codes.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            answer.message.as_str()
        ),
        (codes, message)
    );
}

#[test]
fn the_normal_shape_gives_the_chain_of_codes_and_the_ids() {
    let answer = decode(
        403,
        r#"{"error":{"code":"Forbidden","message":"No.","innerError":{"code":"Inner","date":"2026-01-01T00:00:00",
            "request-id":"r","client-request-id":"c","innererror":{"code":"Innermost"}}}}"#,
    );
    assert_eq!(answer.codes, ["Forbidden", "Inner", "Innermost"]);
    assert_eq!(answer.message, "No.");
    assert_eq!(answer.request_id.as_deref(), Some("r"));
    assert_eq!(answer.client_request_id.as_deref(), Some("c"));
    assert_eq!(answer.date.as_deref(), Some("2026-01-01T00:00:00"));
    assert!(answer.genuine);
}

#[test]
fn intunes_nested_message_becomes_a_sentence() {
    let nested = "{\r\n  \"_version\": 3,\r\n  \"Message\": \"Exactly one block action is needed. - Operation ID (for customer support): \
         00000000-0000-0000-0000-000000000000 - Activity ID: aa-bb - Url: https://fef.mock.invalid/FE/x?api-version=1\",\r\n  \
         \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": 9,\r\n  \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{}\"\r\n}";
    let answer = decode(
        400,
        &serde_json::json!({"error": {"code": "BadRequest", "message": nested}}).to_string(),
    );
    assert_eq!(answer.message, "Exactly one block action is needed.");
    assert_eq!(answer.operation_id.as_deref(), Some("00000000-0000-0000-0000-000000000000"));
    assert_eq!(answer.request_id.as_deref(), Some("aa-bb"));
    assert_eq!(answer.retry_after.as_deref(), Some("9"));
    assert!(!format!("{answer:?}").contains("fef.mock"), "the internal address is shown");
}

#[test]
fn odd_shapes_are_read_as_far_as_they_go() {
    check(r#"{"error":{"code":"","message":"m"}}"#, &[], "m");
    check(r#"{"error":{"message":{"lang":"en","value":"m"}}}"#, &[], "m");
    check(
        r#"{"error":{"code":"C","message":"m","details":{"target":"t","message":"d"}}}"#,
        &["C"],
        "m; t: d",
    );
    check(
        r#"{"error":{"code":"C","message":"m","details":[{"message":"m"},{"message":"e"}]}}"#,
        &["C"],
        "m; e",
    );
    check(
        r#"{"error":"invalid_client","error_description":"AADSTS1: no"}"#,
        &["invalid_client"],
        "AADSTS1: no",
    );
    check(r#"{"error":"teapot"}"#, &["teapot"], "teapot");
    check(r#"{"errorCode":"E","message":"m"}"#, &["E"], "m");
    check(r#"{"Message":"m"}"#, &[], "m");
    check(r#"{"odata.error":{"code":"Request_X","message":{"value":"m"}}}"#, &["Request_X"], "m");
    check(r#"{"error":{"code":5,"message":["x"],"innerError":[]}}"#, &["5"], "");
    check("\u{feff}{\"error\":{\"code\":\"C\",\"message\":\"m\"}}", &["C"], "m");
    check("\"just text\"", &[], "just text");
    check("plain text", &[], "plain text");
    check("{\"error\":{\"code\":\"C\",", &[], "{\"error\":{\"code\":\"C\",");
    check("", &[], "");
    check("[1]", &[], "[1]");
    check(
        "<html><head><TITLE>502 Bad Gateway</TITLE></head></html>",
        &[],
        "a web page named \"502 Bad Gateway\" instead of an answer of Graph",
    );
}

#[test]
fn f93_a_secret_that_the_service_repeats_is_not_shown() {
    let filter = Filter::default();
    filter.learn("correct-horse");
    let body = r#"{"error":{"code":"correct-horse","message":"{\"Message\":\"bad password correct-horse and eyJhbGci.eyJh.sig\"}"}}"#;
    let answer = Answer::decode(400, &HeaderMap::new(), body.as_bytes(), &filter);
    assert_eq!(answer.message, "bad password [redacted] and [redacted]");
    assert_eq!(answer.codes, ["[redacted]"]);
}

#[test]
fn f62_f86_huge_texts_are_clipped() {
    let body =
        serde_json::json!({"error": {"code": "C".repeat(5000), "message": "m".repeat(1_000_000)}})
            .to_string();
    let answer = decode(400, &body);
    assert!(answer.message.len() <= 4096 && answer.codes.iter().all(|code| code.len() <= 200));
}

#[test]
fn f50_every_prefix_of_an_error_is_decoded_without_a_panic() {
    let body = r#"{"error":{"code":"C","message":"{\"Message\":\"ä - Operation ID (for customer support): x - Url: y\"}","innerError":{}}}"#;
    for end in 0..body.len() {
        Answer::decode(500, &HeaderMap::new(), &body.as_bytes()[..end], &Filter::default());
    }
}

#[test]
fn an_entity_with_an_error_property_is_no_error() {
    assert!(Answer::is_disguised(&serde_json::json!({"error": {"code": "x"}})));
    assert!(!Answer::is_disguised(&serde_json::json!({"id": "1", "error": {"code": "x"}})));
    assert!(!Answer::is_disguised(&serde_json::json!({"error": null, "value": []})));
}
