//! What the programs share with the tests.

#[path = "../tests/it/support/life.rs"]
pub(crate) mod life;
#[path = "../tests/it/support/shapes/mod.rs"]
pub(crate) mod shapes;
#[path = "../tests/it/support/tenant.rs"]
pub(crate) mod tenant;
