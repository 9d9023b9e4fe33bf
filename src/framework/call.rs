//! Requests and responses of the calls that Terraform makes, in Terraform's vocabulary.
//!
//! The plugin host fills a request from the wire and writes the response back; it decides nothing. Values arrive as raw bytes
//! ([`Raw`]) because only the schema tells how to read them, and finding the schema is a decision.

use std::time::SystemTime;

use crate::tf::{Diagnostics, Path};

/// A value as it came over the wire: msgpack, or JSON, or neither (which means null).
#[derive(Clone, Debug, Default)]
pub struct Raw {
    /// msgpack bytes; win when both are present.
    pub msgpack: Vec<u8>,
    /// JSON bytes.
    pub json: Vec<u8>,
}

/// What the client allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    /// Whether write-only attributes may be set (Terraform 1.11, OpenTofu 1.11 and later).
    pub write_only: bool,
}

/// Stored state or identity: JSON, or the flat map of Terraform before 0.12.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// JSON text, may be indented.
    pub json: Vec<u8>,
    /// Whether there is an old flat map instead.
    pub flatmap: bool,
}

/// ReadResource.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Resource type.
    pub type_name: String,
    /// State as stored.
    pub current_state: Raw,
    /// Private state as stored.
    pub private: Vec<u8>,
    /// Identity as stored.
    pub current_identity: Option<Raw>,
}

/// Answer to [`Read`] and [`Apply`].
#[derive(Clone, Debug, Default)]
pub struct NewState {
    /// The new state as msgpack; null as the single byte nil.
    pub state: Vec<u8>,
    /// Private state to store.
    pub private: Vec<u8>,
    /// Identity to store, msgpack.
    pub identity: Option<Vec<u8>>,
    /// Findings.
    pub diagnostics: Diagnostics,
}

/// PlanResourceChange.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Resource type.
    pub type_name: String,
    /// Null on create.
    pub prior_state: Raw,
    /// Terraform's merge of prior state and configuration; null on destroy.
    pub proposed_new_state: Raw,
    /// Null on destroy.
    pub config: Raw,
    /// Private state as stored; empty on create and for tainted objects.
    pub prior_private: Vec<u8>,
    /// Identity as stored.
    pub prior_identity: Option<Raw>,
}

/// Answer to [`Plan`].
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// msgpack.
    pub planned_state: Vec<u8>,
    /// Sorted, without duplicates.
    pub requires_replace: Vec<Path>,
    /// For the apply.
    pub planned_private: Vec<u8>,
    /// msgpack.
    pub planned_identity: Option<Vec<u8>>,
    /// Findings.
    pub diagnostics: Diagnostics,
}

/// ApplyResourceChange.
#[derive(Clone, Debug, Default)]
pub struct Apply {
    /// Resource type.
    pub type_name: String,
    /// Null on create.
    pub prior_state: Raw,
    /// Null on destroy.
    pub planned_state: Raw,
    /// Null on destroy.
    pub config: Raw,
    /// From the plan.
    pub planned_private: Vec<u8>,
    /// From the plan.
    pub planned_identity: Option<Raw>,
}

/// ImportResourceState.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Resource type.
    pub type_name: String,
    /// Import text; empty when an identity is given.
    pub id: String,
    /// Import identity.
    pub identity: Option<Raw>,
}

/// MoveResourceState.
#[derive(Clone, Debug, Default)]
pub struct Move {
    /// Provider that wrote the state.
    pub source_provider_address: String,
    /// Type there.
    pub source_type_name: String,
    /// Schema version there.
    pub source_schema_version: i64,
    /// State there.
    pub source_state: Stored,
    /// Private state there.
    pub source_private: Vec<u8>,
    /// Type here.
    pub target_type_name: String,
}

/// ListResource.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Type.
    pub type_name: String,
    /// The `config` block.
    pub config: Raw,
    /// Whether whole objects are wanted.
    pub include_resource: bool,
    /// Zero or less: no limit.
    pub limit: i64,
}

/// One event of a [`List`], encoded.
#[derive(Clone, Debug, Default)]
pub struct ListEvent {
    /// msgpack.
    pub identity: Option<Vec<u8>>,
    /// Name to show.
    pub display_name: String,
    /// msgpack.
    pub resource: Option<Vec<u8>>,
    /// Findings.
    pub diagnostics: Diagnostics,
}

/// One event of an action's invocation. Exactly one `Completed` comes, last.
#[derive(Clone, Debug)]
pub enum ActionEvent {
    /// Something to show.
    Progress(String),
    /// The end.
    Completed(Diagnostics),
}

/// Answer to OpenEphemeralResource.
#[derive(Clone, Debug, Default)]
pub struct OpenedEphemeral {
    /// msgpack.
    pub result: Vec<u8>,
    /// When to renew.
    pub renew_at: Option<SystemTime>,
    /// For renewing and closing.
    pub private: Vec<u8>,
    /// Findings.
    pub diagnostics: Diagnostics,
}
