//! Between the messages of the wire and the words of `tf` and `framework`.
//!
//! Dull on purpose: nothing is decided here, and every function is one field after another.

mod diagnostics;
mod functions;
mod schemas;
mod values;

pub(super) use diagnostics::{Findings, answer, diagnostics, path};
pub(super) use functions::{error as function_error, function};
pub(super) use schemas::{identity as identity_schema, schema};
pub(super) use values::{identity, identity_raw, raw, stored, timestamp, value};
