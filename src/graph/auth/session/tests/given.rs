//! Tokens that came from outside.

use super::*;

/// The result of a call with a given token.
async fn given(claims: Json, tenant_id: Option<&str>) -> Result<(), Error> {
    let script = Script::new(|_| ok());
    let credential = Credential::StaticToken {
        token: Secret::new(token(&claims)),
        tenant_id: tenant_id.map(str::to_owned),
    };
    let client = Client::new(ClientConfig::new(credential), script.runtime());
    let result = client.send(&cx(&client), &read()).await.map(drop);
    assert_eq!(script.seen().len(), usize::from(result.is_ok()), "a bad token is never sent");
    result
}

#[tokio::test(start_paused = true)]
async fn a_given_token_is_checked_as_far_as_it_can_be_read() {
    let good = json!({"aud": "https://graph.microsoft.com/", "tid": TENANT, "exp": START + 3600});
    given(good.clone(), Some(TENANT)).await.unwrap();
    given(json!({"aud": "00000003-0000-0000-c000-000000000000"}), None).await.unwrap();
    given(json!({}), Some(TENANT)).await.unwrap();
    for (change, part) in [
        (json!({"aud": "https://management.azure.com/"}), "not for Microsoft Graph"),
        (
            json!({"tid": "00000000-0000-4000-8000-000000000001"}),
            "tenant 00000000-0000-4000-8000-000000000001",
        ),
        (json!({"exp": START - 1}), "has expired"),
        (json!({"exp": START + 200}), "within five minutes"),
    ] {
        let mut claims = good.clone();
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let error = given(claims, Some(TENANT)).await.unwrap_err();
        assert!(
            error.is_sign_in()
                && error.message().contains(part)
                && !error.message().contains("eyJ"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_given_token_is_used_as_it_is_and_never_renewed() {
    let made =
        token(&json!({"aud": "https://graph.microsoft.com", "scp": "A B", "exp": START + 3600}));
    let script = Script::new(|request| if request.at < SECOND { refused() } else { ok() });
    let client = script.client_with_token(&format!(" {made}\n"));
    let cx = cx(&client);
    let error = client.send(&cx, &read()).await.unwrap_err();
    assert_eq!((error.status(), script.seen().len()), (Some(401), 1));
    assert!(
        error.facts().iter().any(|fact| fact.contains("expires at 2026-03-03T10:00:00Z")),
        "{:?}",
        error.facts()
    );
    let granted = client.granted().unwrap();
    assert!(!granted.application && granted.permissions == ["A", "B"]);
    tokio::time::sleep(2 * SECOND).await;
    client.send(&cx, &read()).await.unwrap();
    assert_eq!(script.seen()[1].header("authorization"), format!("Bearer {made}"));
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let error = client.send(&cx, &read()).await.unwrap_err();
    assert!(error.is_sign_in() && error.message().contains("has expired"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_domain_name_is_looked_up_before_a_given_token_is_believed() {
    for (issuer, ok_expected) in [
        (TENANT, true),
        ("00000000-0000-4000-8000-000000000001", false),
        // Whatever comes instead of an id proves nothing.
        ("{tenantid}", true),
    ] {
        let document =
            json!({"issuer": format!("https://login.microsoftonline.com/{issuer}/v2.0")});
        let script = script(move |_, _| Answer::json(200, document.clone()), |_| ok());
        let credential = Credential::StaticToken {
            token: Secret::new(token(&json!({"tid": TENANT}))),
            tenant_id: Some("contoso.example".to_owned()),
        };
        let client = Client::new(ClientConfig::new(credential), script.runtime());
        let cx = cx(&client);
        for _ in 0..2 {
            let result = client.send(&cx, &read()).await;
            assert_eq!(result.is_ok(), ok_expected, "{issuer}: {result:?}");
            if let Err(error) = result {
                assert!(error.is_sign_in() && error.message().contains(TENANT), "{error}");
            }
        }
        let seen = script.seen();
        assert_eq!(seen[0].line(), "GET /contoso.example/v2.0/.well-known/openid-configuration");
        assert!(seen[0].header("authorization").is_empty());
        assert_eq!(logins(&script), 1, "looked up once");
    }
}
