//! What several topics need: the programs under test, and a Terraform to drive them.

pub(crate) mod programs;
pub(crate) mod terraform;
