//! Terraform's own vocabulary: values, types, paths, schemas, diagnostics, and the two encodings of values.
//!
//! Invariant: this room knows nothing of gRPC, HTTP, async or any service. It uses no other room.
//! Start reading at [`value`].

pub mod diagnostic;
pub mod error;
pub mod json;
pub mod msgpack;
pub mod number;
pub mod path;
pub mod schema;
pub mod r#type;
pub mod value;

#[cfg(test)]
pub(crate) mod generate;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use error::Error;
pub use number::Number;
pub use path::{Path, Step};
pub use schema::{
    Attribute, Block, Identity, IdentityAttribute, Kind, Mode, NestedBlock, Nesting, Role, Schema,
};
pub use r#type::Type;
pub use value::{Dynamic, Refinement, Value};
