//! A tenant and a client that does what a test says and no more.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::mock::{Broken, Claims, Mock, Options, Switches, Time};

/// The address that the mock under test takes for its own.
pub(crate) const ORIGIN: &str = "http://localhost:1";

/// An answer as a test looks at it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The text of the error, with Intune's inner text unwrapped.
    pub(crate) fn message(&self) -> String {
        let message = self.body["error"]["message"].as_str().unwrap_or_default();
        match serde_json::from_str::<Value>(message) {
            Ok(inner) => inner["Message"].as_str().unwrap_or_default().to_owned(),
            Err(_) => message.to_owned(),
        }
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_default().to_owned()
    }

    /// The status, and for an error its text: what most tests compare.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.message().contains(part), "{:?} lacks {part:?}", self.message());
    }

    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

/// A mock, and a token of an application that may do everything.
pub(crate) struct Tenant {
    pub(crate) mock: Mock,
    pub(crate) token: String,
    /// Off where a switch makes replies that the metadata does not allow.
    pub(crate) check_shapes: bool,
}

impl Tenant {
    pub(crate) fn new() -> Tenant {
        Tenant::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Switches)) -> Tenant {
        let start = "2026-03-03T09:14:00Z".parse().expect("a moment");
        let mut options = Options { time: Time::Frozen(start), ..Options::default() };
        change(&mut options.switches);
        let roles = options.app.roles.clone();
        let mock = Mock::without_server(options, ORIGIN);
        let token = mock.token(Claims { roles, ..Claims::default() });
        Tenant { mock, token, check_shapes: true }
    }

    pub(crate) fn request(
        &self,
        method: &str,
        url: &str,
        body: Option<&Value>,
    ) -> http::Request<Bytes> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(if url.starts_with("http") { url.to_owned() } else { format!("{ORIGIN}{url}") })
            .header("authorization", format!("Bearer {}", self.token))
            .header("user-agent", "mock-tests")
            .header("prefer", "include-unknown-enum-members");
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        request.body(bytes).expect("a request")
    }

    /// Sends a request and holds every good reply against the metadata.
    pub(crate) fn send(&self, request: http::Request<Bytes>) -> Result<Reply, Broken> {
        let url = request.uri().to_string();
        let (parts, bytes) = self.mock.handle(request)?.into_parts();
        let body = match serde_json::from_slice(&bytes) {
            Ok(body) => body,
            Err(_) if bytes.is_empty() => Value::Null,
            Err(_) => Value::from(String::from_utf8_lossy(&bytes).into_owned()),
        };
        if self.check_shapes && parts.status.is_success() && body.is_object() {
            super::shape::check(&url, &body);
        }
        Ok(Reply { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    #[track_caller]
    fn call(&self, method: &str, url: &str, body: Option<&Value>) -> Reply {
        self.send(self.request(method, url, body)).expect("an answer")
    }

    #[track_caller]
    pub(crate) fn get(&self, url: &str) -> Reply {
        self.call("GET", url, None)
    }

    #[track_caller]
    pub(crate) fn post(&self, url: &str, body: &Value) -> Reply {
        self.call("POST", url, Some(body))
    }

    #[track_caller]
    pub(crate) fn patch(&self, url: &str, body: &Value) -> Reply {
        self.call("PATCH", url, Some(body))
    }

    #[track_caller]
    pub(crate) fn delete(&self, url: &str) -> Reply {
        self.call("DELETE", url, None)
    }
}

pub(crate) const POLICIES: &str = "/beta/deviceManagement/virtualEndpoint/provisioningPolicies";
pub(crate) const FINANCE: &str = "91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21";
pub(crate) const NIGHT_SHIFT: &str = "a47e0d53-2c98-4e16-b7f0-8c6d1a2b3f22";

/// A body that creates a policy.
pub(crate) fn policy(name: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.cloudPcProvisioningPolicy",
        "displayName": name,
        "description": "Cloud PCs for the finance team",
        "provisioningType": "dedicated",
        "imageType": "gallery",
        "imageId": "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365",
        "imageDisplayName": "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
        "domainJoinConfigurations": [
            { "domainJoinType": "azureADJoin", "regionName": "westeurope", "regionGroup": "europeUnion" }
        ],
        "enableSingleSignOn": true,
        "cloudPcNamingTemplate": "FIN-%USERNAME:4%-%RAND:5%",
        "windowsSetting": { "locale": "en-GB" },
    })
}

/// The same with one property changed.
pub(crate) fn policy_with(name: &str, value: Value) -> Value {
    let mut body = policy("Finance desktops");
    body[name] = value;
    body
}

/// The body of an `assign` to groups.
pub(crate) fn groups(ids: &[&str]) -> Value {
    let items: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({ "target": {
                "@odata.type": "#microsoft.graph.cloudPcManagementGroupAssignmentTarget",
                "groupId": id,
            } })
        })
        .collect();
    json!({ "assignments": items })
}
