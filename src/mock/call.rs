//! A request to Graph, taken apart, and who makes it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::address::{self, Address};
use super::answer::{Problem, Trace};
use super::token::{CHALLENGE, Claims, GRAPH_APP, is_graph};
use super::world::World;

/// A request to Graph; an item of a batch is one too.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) address: Address,
    /// The query options, `$` included.
    pub(crate) options: BTreeMap<String, String>,
    /// The query as sent.
    pub(crate) query: String,
    /// Headers with names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    pub(crate) trace: Trace,
    pub(crate) claims: Claims,
}

impl Call {
    /// A header, empty when it was not sent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether members of enums that the caller may not know are to be shown (Graph guide "Handling future members in evolvable enumerations").
    pub(crate) fn wants_unknown_members(&self) -> bool {
        self.header("prefer").split(',').any(|preference| {
            preference.trim().eq_ignore_ascii_case("include-unknown-enum-members")
        })
    }

    /// The body as a JSON object.
    pub(crate) fn json_body(&self) -> Result<serde_json::Map<String, Value>, Problem> {
        let kind = self.header("content-type").split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(
                415,
                "UnsupportedMediaType",
                format!("The content type '{kind}' is not supported; send application/json."),
            )
            .by_graph());
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(body)) => Ok(body),
            Ok(_) => Err(Problem::bad_request("The body is not a JSON object.").by_graph()),
            Err(error) => Err(Problem::bad_request(format!(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format. {error}"
            ))
            .by_graph()),
        }
    }

    /// The same call for another address, as an item of a batch is.
    pub(crate) fn item(&self, method: &str, url: &str) -> Result<Call, Problem> {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let full = format!("/{}/{}", self.address.version.segment(), path.trim_start_matches('/'));
        let address = Address::parse(&full).map_err(|segment| Problem::no_segment(&segment))?;
        let mut call = Call {
            method: method.to_ascii_uppercase(),
            options: address::options(query),
            query: query.to_owned(),
            headers: BTreeMap::new(),
            body: Vec::new(),
            ..self.clone()
        };
        call.trace.path.clone_from(&address.path);
        call.address = address;
        Ok(call)
    }
}

/// Who calls (Graph pages "Resolve Microsoft Graph authorization errors", "Continuous access evaluation").
pub(crate) fn authenticate(world: &World, authorization: &str) -> Result<Claims, Problem> {
    let refused = |message: &str| {
        Err(Problem::new(401, "InvalidAuthenticationToken", message).by_graph().with(
            "WWW-Authenticate",
            format!(
                "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", client_id=\"{GRAPH_APP}\"",
                world.origin
            ),
        ))
    };
    if authorization.is_empty() {
        return refused("Access token is empty.");
    }
    let token = match authorization.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return refused("The Authorization header is not a bearer token."),
    };
    let Some(claims) = world.tokens.issued.get(token) else {
        return refused("IDX14100: JWT is not well formed or its signature is not known.");
    };
    if !is_graph(world, &claims.audience) {
        return refused("Access token validation failure. Invalid audience.");
    }
    if world.now().as_second() >= claims.expires_at {
        return refused("Lifetime validation failed, the token is expired.");
    }
    if world.switches.access_challenge && !claims.answers_challenge {
        use base64::Engine as _;
        let wanted = base64::engine::general_purpose::STANDARD.encode(CHALLENGE);
        return Err(Problem::new(
            401,
            "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
        )
        .by_graph()
        .with(
            "WWW-Authenticate",
            format!(
                "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", client_id=\"{GRAPH_APP}\", error=\"insufficient_claims\", claims=\"{wanted}\"",
                world.origin
            ),
        ));
    }
    Ok(claims.clone())
}
