//! `windows365_access_token`: a token for any audience, got the way the provider signs in, for as long as a run lasts.
//!
//! It serves what is not Graph (the data warehouse of Intune, partners of compliance, certificate connectors) and whatever else in a
//! configuration wants a token. It is an ephemeral value, so neither plan nor state holds it.
//! Source: <https://developer.hashicorp.com/terraform/plugin/framework/ephemeral-resources>.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use crate::framework::provider::{Opened, Renewed};
use crate::framework::{Context, Ephemeral};
use crate::graph::{Client, Endpoints, HandedOut};
use crate::tf::{Attribute, Block, Diagnostic, Diagnostics, Kind, Mode, Path, Schema, Type, Value};

#[cfg(test)]
mod tests;

/// How long getting a token may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a token should be good for when it is handed out, if such a one is to be had.
const LEAST: Duration = Duration::from_secs(45 * 60);
/// How long before the end of a token it is renewed.
const BEFORE_END: Duration = Duration::from_secs(5 * 60);

/// The ephemeral resource.
pub(super) struct AccessToken {
    schema: Schema,
    connection: Arc<Connection>,
    /// Clients of what is open, which keep their tokens.
    clients: Mutex<BTreeMap<Purpose, Client>>,
}

/// What a token is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Purpose {
    audience: Option<String>,
    scopes: Vec<String>,
}

/// What is remembered between opening and renewing. It holds no token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    purpose: Purpose,
    /// When the token that was handed out ends, in Unix seconds.
    ends: Option<i64>,
    /// Whether it was said that it has ended.
    told: bool,
}

impl AccessToken {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        AccessToken { schema: schema(), connection, clients: Mutex::default() }
    }

    fn client(&self, purpose: &Purpose) -> Result<Client, Diagnostics> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(purpose) {
            return Ok(client.clone());
        }
        let Purpose { audience, scopes } = purpose.clone();
        let change = |usual: Endpoints| {
            let endpoints = match &audience {
                Some(audience) => usual.for_audience(audience)?,
                None => usual,
            };
            Ok(endpoints.with_scopes(scopes))
        };
        let client = self.connection.client_for(change)?;
        clients.insert(purpose.clone(), client.clone());
        Ok(client)
    }

    async fn get(
        &self,
        cx: &Context,
        purpose: &Purpose,
        least: Duration,
    ) -> Result<(HandedOut, Client), Diagnostics> {
        let client = self.client(purpose)?;
        let cx = client.context(PATIENCE, cx.stop.clone());
        let handed = client.hand_out(&cx, least).await.map_err(|error| {
            let audience = purpose.audience.as_deref().unwrap_or("Microsoft Graph");
            Diagnostic::error(format!("Cannot get a token for {audience}"), error.to_string())
        })?;
        Ok((handed, client))
    }
}

fn schema() -> Schema {
    let given = |name: &'static str, kind: Type, doc: &'static str| {
        Attribute::new(name, Kind::Type(kind), Mode::Optional).described(doc)
    };
    let told = |name: &'static str, kind: Type, doc: &'static str| {
        Attribute::new(name, Kind::Type(kind), Mode::Computed).described(doc)
    };
    let mut token = told(
        "access_token",
        Type::String,
        "The token, for the header `Authorization: Bearer ...`.",
    );
    token.sensitive = true;
    let attributes = vec![
        token,
        told(
            "application",
            Type::Bool,
            "Whether the token is an app's rather than a signed-in person's. Null when the token cannot be read.",
        ),
        given(
            "audience",
            Type::String,
            "What the token is for: the address or id of an API, without `/.default`. An address that ends in a slash keeps it, as that of \
             Intune's own API does. Default: Microsoft Graph, as the provider uses it.",
        ),
        told(
            "client_id",
            Type::String,
            "App that the token was issued to. Null when the token cannot be read.",
        ),
        told("expires_at", Type::String, "When the token ends (RFC 3339), if that is known."),
        told(
            "permissions",
            Type::list(Type::String),
            "Permissions in the token: roles of an app, scopes of a person. Null when the token cannot be read.",
        ),
        given(
            "scopes",
            Type::list(Type::String),
            "Permissions to ask for, such as `Report.Read`, for a signed-in person only; an app always gets all that it was granted. \
             Default: all that were consented to.",
        ),
        told("tenant_id", Type::String, "Tenant of the token. Null when the token cannot be read."),
    ];
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: "A token for an API, got the way the provider signs in. It lives for one run: neither plan nor state holds it. \
                          While it is open, the provider renews its own copy, but Terraform hands out no new value within a run, so a \
                          token that ends before the run does is told of. Needs Terraform or OpenTofu with ephemeral resources \
                          (Terraform 1.10 and later)."
                .into(),
            deprecated: None,
        },
    }
}

fn purpose(config: &Value) -> Purpose {
    let audience = config.get("audience").as_str().filter(|text| !text.is_empty());
    let scopes = config.get("scopes").elements().unwrap_or_default();
    Purpose {
        audience: audience.map(str::to_owned),
        scopes: scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

#[async_trait]
impl Ephemeral for AccessToken {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if let Some(audience) = config.get("audience").as_str() {
            let path = Path::attribute("audience");
            if let Err(why) = Endpoints::default().for_audience(audience) {
                let text = format!("{audience:?} cannot be used: {why}.");
                diags.push(Diagnostic::error("Invalid audience", text).at(path));
            } else if audience.ends_with("/.default") {
                let text = "Leave out \"/.default\": it is added when the token is asked for.";
                diags.push(Diagnostic::error("Invalid audience", text).at(path));
            }
        }
        for (index, scope) in config.get("scopes").elements().unwrap_or_default().iter().enumerate()
        {
            let bad = |text: &str| text.is_empty() || text.chars().any(char::is_whitespace);
            if scope.is_null() || scope.as_str().is_some_and(bad) {
                let text = "Each element must be the name of one permission, without blanks.";
                let path = Path::attribute("scopes").index(index);
                diags.push(Diagnostic::error("Invalid scopes", text).at(path));
            }
        }
    }

    async fn open(&self, cx: &Context, config: Value) -> Result<Opened, Diagnostics> {
        let purpose = purpose(&config);
        let (token, client) = self.get(cx, &purpose, LEAST).await?;
        let claims = token.claims.as_ref();
        let text =
            |text: Option<&String>| text.map_or(Value::Null, |text| Value::from(text.as_str()));
        let permissions = claims.map(|claims| {
            Value::List(claims.permissions.iter().map(|name| Value::from(name.as_str())).collect())
        });
        let result = Value::object([
            ("access_token", Value::from(token.secret.reveal())),
            ("application", claims.map_or(Value::Null, |claims| Value::Bool(claims.application))),
            ("audience", config.get("audience").clone()),
            ("client_id", text(claims.and_then(|claims| claims.client_id.as_ref()))),
            ("expires_at", token.ends.map_or(Value::Null, |ends| Value::from(ends.to_string()))),
            ("permissions", permissions.unwrap_or(Value::Null)),
            ("scopes", config.get("scopes").clone()),
            ("tenant_id", text(claims.and_then(|claims| claims.tenant_id.as_ref()))),
        ]);
        let ends = token.ends.map(|ends| ends.as_second());
        Ok(Opened {
            result,
            renew_at: renew_at(&token, &client),
            private: remembered(&Memory { purpose, ends, told: false })?,
            diagnostics: Diagnostics::new(),
        })
    }

    async fn renew(&self, cx: &Context, private: Vec<u8>) -> Result<Renewed, Diagnostics> {
        let mut memory: Memory = serde_json::from_slice(&private).map_err(|error| {
            Diagnostic::bug(format!("What was remembered of a token cannot be read: {error}."))
        })?;
        let mut diagnostics = Diagnostics::new();
        // A little more than is left of the one in use, so that it is renewed.
        let (token, client) = self.get(cx, &memory.purpose, BEFORE_END.saturating_mul(2)).await?;
        let now = client.runtime().clock.wall();
        let soon = now.as_second().saturating_add(seconds(BEFORE_END));
        if memory.ends.is_some_and(|ends| ends <= soon)
            && !std::mem::replace(&mut memory.told, true)
        {
            let audience = memory.purpose.audience.as_deref().unwrap_or("Microsoft Graph");
            diagnostics.push(Diagnostic::warning(
                format!("The token for {audience} ends before the run does"),
                "Terraform hands out no new value of an ephemeral resource within a run. What uses the token from now on may be \
                 refused. Split the run, or let the tenant's policy issue tokens that live longer.",
            ));
        }
        Ok(Renewed {
            renew_at: renew_at(&token, &client),
            private: remembered(&memory)?,
            diagnostics,
        })
    }

    async fn close(&self, _: &Context, private: Vec<u8>) -> Diagnostics {
        if let Ok(memory) = serde_json::from_slice::<Memory>(&private) {
            let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            clients.remove(&memory.purpose);
        }
        Diagnostics::new()
    }
}

/// When the provider should look after a token again.
fn renew_at(token: &HandedOut, client: &Client) -> Option<SystemTime> {
    let now = client.runtime().clock.wall();
    let left = u64::try_from(token.ends?.as_second().saturating_sub(now.as_second())).ok()?;
    let left = Duration::from_secs(left);
    // One that is about to end cannot be renewed, or it would have been.
    let wait = left.checked_sub(BEFORE_END).filter(|wait| !wait.is_zero())?;
    SystemTime::from(now).checked_add(wait)
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

fn remembered(memory: &Memory) -> Result<Vec<u8>, Diagnostics> {
    serde_json::to_vec(memory)
        .map_err(|error| Diagnostic::bug(format!("A token cannot be remembered: {error}.")).into())
}
