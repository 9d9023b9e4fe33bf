//! One test for each fault that the provider must survive; the number in its name is the row of `docs/development/faults.md`.
//!
//! A fault that is proved beside the code has its test there, under the same kind of name.

mod ambiguity;
mod consistency;
mod identity;
mod life;
mod process;
mod throttling;
