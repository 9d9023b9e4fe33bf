//! What several topics need: the programs under test, a Terraform to drive them, tenants for them, and things and lives of every shape.

pub(crate) mod canary;
pub(crate) mod life;
pub(crate) mod programs;
pub(crate) mod shapes;
pub(crate) mod tenant;
pub(crate) mod terraform;
pub(crate) mod walk;
