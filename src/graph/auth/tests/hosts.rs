//! Every flow in every cloud asks the hosts of that cloud and no other, for the audience of that cloud.

use super::super::certificate::tests::PEM;
use super::*;
use crate::graph::auth::{
    Cached, Certificate, ForeignToken, IMDS, KeyPlace, Proof, TokenCache, UserAssertion,
};
use crate::graph::{CLOUDS, Cloud};

/// The flows that ask by HTTP, each with the host that it asks besides Entra.
fn flows(folder: &std::path::Path) -> Vec<(&'static str, Credential, Option<&'static str>)> {
    let (tenant_id, client_id) = (TENANT.to_owned(), APP.to_owned());
    let federated = |source| Credential::Federated {
        tenant_id: TENANT.to_owned(),
        client_id: APP.to_owned(),
        source,
    };
    let foreign = || Secret::new(token(&json!({"iss": "x"})));
    let imds = || ManagedIdentity { host: Host::Imds { endpoint: IMDS.to_owned() }, id: None };
    vec![
        (
            "client_secret",
            Credential::ClientSecret {
                tenant_id: tenant_id.clone(),
                client_id: client_id.clone(),
                secret: Secret::new("a-secret"),
            },
            None,
        ),
        (
            "client_certificate",
            Credential::ClientCertificate {
                tenant_id: tenant_id.clone(),
                client_id: client_id.clone(),
                certificate: Certificate::read(PEM, None).unwrap(),
            },
            None,
        ),
        ("oidc", federated(ForeignToken::Given(foreign())), None),
        (
            "oidc_github",
            federated(ForeignToken::GitHub {
                url: "https://pipelines.example/t".to_owned(),
                token: Secret::new("job-token"),
            }),
            Some("https://pipelines.example"),
        ),
        (
            "oidc_azure_devops",
            federated(ForeignToken::AzureDevOps {
                url: "https://pipelines.example/t".to_owned(),
                token: Secret::new("job-token"),
                connection: APP.to_owned(),
                names_audience: true,
            }),
            Some("https://pipelines.example"),
        ),
        (
            "oidc by managed identity",
            federated(ForeignToken::ManagedIdentity(Box::new(imds()))),
            Some(IMDS),
        ),
        (
            "on_behalf_of",
            Credential::OnBehalfOf {
                tenant_id: tenant_id.clone(),
                client_id: client_id.clone(),
                proof: Proof::Secret(Secret::new("a-secret")),
                user: UserAssertion::Given(foreign()),
            },
            None,
        ),
        (
            "token_cache",
            Credential::Cached {
                tenant_id,
                client_id,
                proof: Proof::None,
                cached: Cached {
                    cache: TokenCache::new(folder.to_owned(), KeyPlace::File),
                    login_hint: None,
                    command: "sign in".to_owned(),
                    prompt: None,
                },
            },
            None,
        ),
        (
            "managed_identity",
            Credential::ManagedIdentity { identity: imds(), tenant_id: None },
            Some(IMDS),
        ),
    ]
}

/// What a flow must ask, and for what.
struct Expected {
    login: String,
    graph: String,
    audience: String,
    exchange: &'static str,
}

async fn check(
    name: &str,
    credential: Credential,
    endpoints: Endpoints,
    near: Option<&str>,
    expected: &Expected,
) {
    let Expected { login, graph, audience, exchange } = expected;
    let script = Script::new(|request| match request.path.ends_with("/oauth2/v2.0/token") {
        true => issued("the-token"),
        false if request.path.contains("roleDefinitions") => ok(),
        false => Answer::json(
            200,
            json!({"value": "a.b.c", "oidcToken": "a.b.c", "access_token": "the-token", "expires_in": 3600}),
        ),
    });
    let config = ClientConfig { endpoints, ..ClientConfig::new(credential) };
    read(&Client::new(config, script.runtime()))
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let seen = script.seen();
    let graph_calls: Vec<_> =
        seen.iter().filter(|request| request.url.starts_with(graph.as_str())).collect();
    assert_eq!(graph_calls.len(), 1, "{name} at {graph}");
    for request in &seen {
        let entra = request.url.starts_with(&format!("{login}/{TENANT}/"));
        let other = near.is_some_and(|near| request.url.starts_with(near));
        assert!(
            entra || other || request.url.starts_with(graph.as_str()),
            "{name} asked {}",
            request.url
        );
        if entra {
            let scope = &form(request)["scope"];
            assert!(
                scope.split(' ').any(|scope| scope == format!("{audience}/.default")),
                "{name}: {scope}"
            );
        }
        if other && (name.starts_with("oidc")) {
            let encoded = exchange.replace(':', "%3A").replace('/', "%2F");
            assert!(request.path.contains(&encoded), "{name}: {}", request.path);
        } else if other {
            let encoded = audience.replace(':', "%3A").replace('/', "%2F");
            assert!(request.path.contains(&encoded), "{name}: {}", request.path);
        }
    }
    let entra = seen.iter().any(|request| request.url.starts_with(login.as_str()));
    assert_eq!(entra, name != "managed_identity", "{name}");
}

#[tokio::test(start_paused = true)]
async fn every_flow_asks_the_hosts_of_its_cloud_for_its_audience() {
    for cloud in CLOUDS {
        let Cloud { login_host, graph_host, exchange_audience, .. } = cloud;
        let endpoints = Endpoints::of(cloud);
        let folder = tempfile::tempdir().unwrap();
        cached::keep_sign_in(folder.path(), &endpoints, TENANT).await;
        let expected = Expected {
            login: format!("https://{login_host}"),
            graph: format!("https://{graph_host}"),
            audience: format!("https://{graph_host}"),
            exchange: exchange_audience,
        };
        for (name, credential, near) in flows(folder.path()) {
            check(name, credential, endpoints.clone(), near, &expected).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_flow_follows_overrides_of_host_and_audience() {
    let endpoints = Endpoints::default()
        .with_authority_host("https://login.example")
        .and_then(|endpoints| endpoints.with_graph_endpoint("http://127.0.0.1:9"))
        .and_then(|endpoints| endpoints.with_audience("https://gateway.example"))
        .unwrap()
        .with_exchange_audience("api://Own");
    let expected = Expected {
        login: "https://login.example".to_owned(),
        graph: "http://127.0.0.1:9".to_owned(),
        audience: "https://gateway.example".to_owned(),
        exchange: "api://Own",
    };
    let folder = tempfile::tempdir().unwrap();
    cached::keep_sign_in(folder.path(), &endpoints, TENANT).await;
    for (name, credential, near) in flows(folder.path()) {
        check(name, credential, endpoints.clone(), near, &expected).await;
    }
}
