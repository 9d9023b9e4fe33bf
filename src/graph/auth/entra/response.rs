//! What the token endpoint answers, read more leniently than the standard and with what Entra adds to it.

use std::time::Duration;

use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::graph::auth::claims::seconds;

/// A token response.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::graph::auth) struct Grant {
    pub(in crate::graph::auth) access_token: AccessToken,
    #[serde(default)]
    pub(in crate::graph::auth) token_type: Kind,
    #[serde(default, deserialize_with = "lenient")]
    pub(in crate::graph::auth) expires_in: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(in crate::graph::auth) refresh_in: Option<i64>,
    #[serde(default)]
    pub(in crate::graph::auth) refresh_token: Option<RefreshToken>,
    #[serde(default, deserialize_with = "text")]
    pub(in crate::graph::auth) id_token: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(in crate::graph::auth) struct Kind(String);

impl oauth2::TokenType for Kind {}

fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(seconds(&Json::deserialize(deserializer)?))
}

impl TokenResponse for Grant {
    type TokenType = Kind;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &Kind {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// An error response. Members of the wrong type count as absent.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::graph::auth) struct Refusal {
    pub(in crate::graph::auth) error: String,
    #[serde(default, deserialize_with = "text")]
    pub(in crate::graph::auth) error_description: Option<String>,
    #[serde(default, deserialize_with = "numbers")]
    pub(in crate::graph::auth) error_codes: Vec<i64>,
    #[serde(default, deserialize_with = "text")]
    pub(in crate::graph::auth) suberror: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(in crate::graph::auth) timestamp: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(in crate::graph::auth) trace_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(in crate::graph::auth) correlation_id: Option<String>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Json::deserialize(deserializer)?.as_str().map(str::to_owned))
}

fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let value = Json::deserialize(deserializer)?;
    Ok(value.as_array().map(|items| items.iter().filter_map(seconds).collect()).unwrap_or_default())
}

impl Refusal {
    /// One that did not come as an answer of the token endpoint.
    pub(in crate::graph::auth) fn of(error: &str, description: &str) -> Refusal {
        Refusal {
            error: error.to_owned(),
            error_description: Some(description.to_owned()).filter(|text| !text.is_empty()),
            error_codes: Vec::new(),
            suberror: None,
            timestamp: None,
            trace_id: None,
            correlation_id: None,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.error_description.as_deref().unwrap_or(&self.error))
    }
}

impl oauth2::ErrorResponse for Refusal {}
