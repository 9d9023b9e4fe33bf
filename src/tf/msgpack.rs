//! Values on the wire: the msgpack encoding of the plugin protocol, the same that Terraform's own type system writes.
//!
//! Source: `hashicorp/terraform:docs/plugin-protocol/object-wire-format.md`. Reading accepts every form that a client may send;
//! writing uses the one form that Terraform itself uses, with the elements of sets sorted, so that equal values are equal bytes.

mod decode;
mod encode;
mod reader;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::encode;

/// Code of the extension that carries refinements of an unknown value. Any other code is an unknown value without them.
const REFINED: i8 = 12;
