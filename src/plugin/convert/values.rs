//! Values, stored states, identities and times.

use std::time::SystemTime;

use super::super::proto::{DynamicValue, RawState, ResourceIdentityData};
use crate::framework::call::{Raw, Stored};

/// A value that came in. An absent one is null, and so is one without bytes.
pub(in super::super) fn raw(value: Option<DynamicValue>) -> Raw {
    value.map(|value| Raw { msgpack: value.msgpack, json: value.json }).unwrap_or_default()
}

/// A value to send, from msgpack. No bytes: there is no value beside the errors.
pub(in super::super) fn value(msgpack: Vec<u8>) -> Option<DynamicValue> {
    (!msgpack.is_empty()).then(|| DynamicValue { msgpack, json: Vec::new() })
}

/// An identity that came in.
pub(in super::super) fn identity_raw(identity: Option<ResourceIdentityData>) -> Option<Raw> {
    Some(raw(Some(identity?.identity_data?)))
}

/// An identity to send, from msgpack.
pub(in super::super) fn identity(msgpack: Option<Vec<u8>>) -> Option<ResourceIdentityData> {
    Some(ResourceIdentityData { identity_data: Some(value(msgpack?)?) })
}

/// A stored state or identity that came in.
pub(in super::super) fn stored(state: Option<RawState>) -> Stored {
    state
        .map(|state| Stored { json: state.json, flatmap: !state.flatmap.is_empty() })
        .unwrap_or_default()
}

/// A time to send.
pub(in super::super) fn timestamp(time: Option<SystemTime>) -> Option<prost_types::Timestamp> {
    time.map(prost_types::Timestamp::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_empty_values_are_both_null() {
        for value in [None, Some(DynamicValue::default())] {
            let raw = raw(value);
            assert!(raw.msgpack.is_empty() && raw.json.is_empty());
        }
    }

    #[test]
    fn an_identity_without_data_is_none() {
        assert!(identity_raw(Some(ResourceIdentityData { identity_data: None })).is_none());
        assert_eq!(identity(Some(Vec::new())), None);
    }
}
