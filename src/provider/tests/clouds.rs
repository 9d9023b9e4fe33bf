//! Every way to sign in in every cloud, from the provider block to Graph: one wire, one set of hosts, one audience.

use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::graph::scripted::Seen;
use crate::graph::{CLOUDS, Cloud, Error, Request, Version};

const PEM: &str = include_str!("../../graph/auth/certificate/fixtures/chain-first.pem");
const CONNECTION: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
/// A federated token of no importance.
const FOREIGN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln";

/// What is expected of a cloud, and the attributes that lead there.
struct Place {
    attributes: Vec<(&'static str, String)>,
    login: String,
    graph: String,
    audience: String,
    exchange: String,
    /// Who is asked where the cloud is.
    metadata: Option<&'static str>,
}

fn places() -> Vec<Place> {
    let of = |cloud: &Cloud, name: &str| Place {
        attributes: vec![("environment", name.to_owned())],
        login: format!("https://{}/", cloud.login_host),
        graph: format!("https://{}/", cloud.graph_host),
        audience: format!("https://{}", cloud.graph_host),
        exchange: cloud.exchange_audience.to_owned(),
        metadata: None,
    };
    let mut places: Vec<Place> = CLOUDS
        .iter()
        .flat_map(|cloud| {
            std::iter::once(of(cloud, cloud.name))
                .chain(cloud.spellings.first().map(|name| of(cloud, name)))
        })
        .collect();
    let own = |attributes: &[(&'static str, &str)]| Place {
        attributes: attributes.iter().map(|(name, text)| (*name, (*text).to_owned())).collect(),
        login: "https://login.own.example/".to_owned(),
        graph: "https://graph.own.example/".to_owned(),
        audience: "https://graph.microsoft.com".to_owned(),
        exchange: "api://AzureADTokenExchange".to_owned(),
        metadata: None,
    };
    places.push(own(&[
        ("authority_host", "https://login.own.example"),
        ("graph_endpoint", "https://graph.own.example"),
    ]));
    places.push(Place {
        audience: "https://gateway.own.example".to_owned(),
        exchange: "api://OwnExchange".to_owned(),
        ..own(&[
            ("authority_host", "https://login.own.example"),
            ("graph_endpoint", "https://graph.own.example"),
            ("graph_audience", "https://gateway.own.example"),
            ("oidc_audience", "api://OwnExchange"),
        ])
    });
    places.push(Place {
        audience: "https://graph.own.example".to_owned(),
        metadata: Some("https://metadata.own.example/"),
        ..own(&[("metadata_host", "metadata.own.example")])
    });
    places
}

/// A way, the attributes besides tenant and app, and the host that it asks besides Entra and Graph.
type Way = (&'static str, &'static [(&'static str, &'static str)], Option<&'static str>);

const PIPELINE: (&str, &str) = ("oidc_request_token", "job-token");
const WAYS: &[Way] = &[
    ("client_secret", &[("client_secret", SECRET)], None),
    ("client_certificate", &[("client_certificate", PEM)], None),
    ("oidc", &[("oidc_token", FOREIGN)], None),
    ("workload_identity", &[("oidc_token_file_path", "FILE")], None),
    (
        "oidc_github",
        &[("oidc_request_url", "https://pipelines.example/t?x=1"), PIPELINE],
        Some("https://pipelines.example/"),
    ),
    (
        "oidc_azure_devops",
        &[
            ("oidc_request_url", "https://pipelines.example/t"),
            PIPELINE,
            ("ado_pipeline_service_connection_id", CONNECTION),
        ],
        Some("https://pipelines.example/"),
    ),
    (
        "oidc",
        &[("use_msi", "true"), ("use_oidc", "true"), ("managed_identity_id", CONNECTION)],
        Some("http://169.254.169.254/"),
    ),
    ("managed_identity", &[], Some("http://169.254.169.254/")),
    ("on_behalf_of", &[("client_secret", SECRET), ("user_assertion", FOREIGN)], None),
    ("device_code", &[], None),
    // The person who signed in by code above.
    ("token_cache", &[], None),
    ("access_token", &[("access_token", "opaque")], None),
    #[cfg(unix)]
    ("azure_cli", &[], None),
    #[cfg(unix)]
    ("azure_developer_cli", &[], None),
];

fn answer(request: &Seen) -> Answer {
    if request.path.ends_with("/oauth2/v2.0/token") {
        // Too short to be taken from the cache.
        return Answer::json(
            200,
            json!({"access_token": "token", "refresh_token": "r", "expires_in": 200, "token_type": "Bearer"}),
        );
    }
    if request.path.ends_with("/devicecode") {
        return Answer::json(
            200,
            json!({"device_code": "d", "user_code": "U", "verification_uri": "https://microsoft.com/devicelogin", "expires_in": 900}),
        );
    }
    if request.path.starts_with("/metadata/endpoints") {
        return Answer::json(
            200,
            json!({
                "authentication": {"loginEndpoint": "https://login.own.example"},
                "microsoftGraphResourceId": "https://graph.own.example/",
            }),
        );
    }
    if request.path.contains("/roleDefinitions") {
        return Answer::json(200, json!({"value": []}));
    }
    Answer::json(
        200,
        json!({"value": FOREIGN, "oidcToken": FOREIGN, "access_token": "token", "expires_in": 3600}),
    )
}

/// Stand-ins for the programs, which write their arguments down.
#[cfg(unix)]
fn programs(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for name in ["az", "azd"] {
        let script = format!(
            "#!/bin/sh\necho \"$*\" > '{}/arguments'\necho '{{\"accessToken\":\"token\",\"token\":\"token\"}}'\n",
            folder.display()
        );
        let draft = folder.join("draft");
        std::fs::write(&draft, script).unwrap();
        std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::rename(&draft, folder.join(name)).unwrap();
    }
}

/// Configures a provider and asks Graph for something; what went over its wire.
async fn asked(
    place: &Place,
    (way, more, _): &Way,
    home: &std::path::Path,
) -> (Result<(), Error>, Vec<Seen>) {
    let file = home.join("token");
    std::fs::write(&file, FOREIGN).unwrap();
    let mut attributes: Vec<(&str, String)> = vec![("auth_method", (*way).to_owned())];
    if *way != "managed_identity" && *way != "access_token" {
        attributes.push(("tenant_id", TENANT.to_owned()));
    }
    if !["managed_identity", "access_token", "azure_cli", "azure_developer_cli"].contains(way) {
        attributes.push(("client_id", CLIENT.to_owned()));
    }
    for (name, text) in *more {
        let text = if *text == "FILE" { file.display().to_string() } else { (*text).to_owned() };
        attributes.push((name, text));
    }
    for (name, text) in &place.attributes {
        // Refused with ways that have no use for it.
        if *name != "oidc_audience" || way.starts_with("oidc") {
            attributes.push((name, text.clone()));
        }
    }
    let config = block(
        &attributes
            .iter()
            .map(|(name, text)| {
                let value = match text.as_str() {
                    "true" => Value::Bool(true),
                    text => Value::from(text),
                };
                (*name, value)
            })
            .collect::<Vec<_>>(),
    );
    let home = home.to_str().unwrap().to_owned();
    let environment: BTreeMap<String, String> = [
        ("HOME", home.as_str()),
        ("PATH", home.as_str()),
        ("WINDOWS365_ALLOW_UNENCRYPTED_TOKEN_CACHE", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let script = Script::new(answer);
    let wire = Arc::clone(&script);
    let provider = Provider::new(environment, move || wire.runtime());
    let mut diags = Diagnostics::new();
    provider.configure(ConfigureRequest { config: &config, terraform_version: "" }, &mut diags);
    assert!(!diags.has_error(), "{way}: {}", shown(&diags));
    let client = provider.connection.client().unwrap_or_else(|why| panic!("{}", shown(&why)));
    let cx = client.context(Duration::from_secs(60), CancellationToken::new());
    let request = Request::get(Version::V1, "/deviceManagement/roleDefinitions", &[]);
    let outcome = client.send(&cx, &request).await.map(drop);
    (outcome, script.seen())
}

fn check(place: &Place, way: &Way, home: &std::path::Path, seen: &[Seen]) {
    let (name, _, near) = way;
    let about = format!("{name} in {:?}", place.attributes);
    let encoded = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
    let scope = encoded(&format!("{}/.default", place.audience));
    let graph = seen.iter().filter(|request| request.url.starts_with(&place.graph)).count();
    assert_eq!(graph, 1, "{about}");
    for request in seen {
        let Seen { url, text, .. } = request;
        if url.starts_with(&format!("{}{TENANT}/oauth2/v2.0/", place.login)) {
            let polls = text.contains("device_code=");
            assert!(polls || text.contains(&scope), "{about}: {text}");
        } else if near.is_some_and(|near| url.starts_with(near)) {
            let wanted =
                if *name == "managed_identity" { &place.audience } else { &place.exchange };
            // A service connection of Azure DevOps decides by itself, unless it is told.
            let decides = *name == "oidc_azure_devops"
                && !place.attributes.iter().any(|(name, _)| *name == "oidc_audience");
            assert!(decides || url.contains(&encoded(wanted)), "{about}: {url}");
        } else {
            let told = place.metadata.is_some_and(|metadata| url.starts_with(metadata));
            assert!(told || url.starts_with(&place.graph), "{about} asked {url}");
        }
    }
    let entra = seen.iter().any(|request| request.url.starts_with(&place.login));
    let by_itself = ["managed_identity", "access_token", "azure_cli", "azure_developer_cli"];
    assert_eq!(entra, !by_itself.contains(name), "{about}");
    if name.starts_with("azure") {
        let arguments = std::fs::read_to_string(home.join("arguments")).unwrap();
        let scope = format!("--scope {}/.default", place.audience);
        assert!(arguments.contains(&scope), "{about}: {arguments}");
    }
}

#[tokio::test]
async fn every_way_in_every_cloud_asks_its_hosts_and_no_others() {
    for place in places() {
        let home = tempfile::tempdir().unwrap();
        #[cfg(unix)]
        programs(home.path());
        for way in WAYS {
            if way.0 == "device_code" {
                // The code comes first, and the next run goes on.
                let (outcome, seen) = asked(&place, way, home.path()).await;
                assert!(outcome.is_err_and(|error| error.message().contains("the code U")));
                let begun = seen.iter().find(|request| request.path.ends_with("/devicecode"));
                let begun = begun.unwrap_or_else(|| panic!("no code: {:?}", place.attributes));
                assert!(begun.url.starts_with(&place.login), "{}", begun.url);
            }
            let (outcome, seen) = asked(&place, way, home.path()).await;
            if let Err(error) = outcome {
                panic!("{} in {:?}: {error}", way.0, place.attributes);
            }
            check(&place, way, home.path(), &seen);
        }
    }
}
