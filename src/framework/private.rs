//! Private state: what a provider remembers beside the state of an object, unseen by the user.
//!
//! Terraform stores the bytes, unencrypted, and hands them back. They may be missing at any time (a tainted object is deleted with
//! none), so nothing may depend on them for being correct.

use std::collections::BTreeMap;

/// Private data by key. Encoded as one JSON object with sorted keys; no data encodes as no bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Private(pub BTreeMap<String, serde_json::Value>);

impl Private {
    /// Reads what [`Private::encode`] wrote. Bytes that are no JSON object count as no data: they can only come from another provider.
    pub fn decode(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).map(Private).unwrap_or_default()
    }

    /// The bytes that Terraform stores.
    pub fn encode(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}
