//! What several topics need: the programs under test, a Terraform to drive them, and tenants for them.

pub(crate) mod canary;
pub(crate) mod programs;
pub(crate) mod tenant;
pub(crate) mod terraform;
