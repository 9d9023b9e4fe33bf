//! Where the programs under test are.

use std::path::PathBuf;

/// The provider under its first name.
pub(crate) fn windows365() -> PathBuf {
    env!("CARGO_BIN_EXE_terraform-provider-windows365").into()
}

/// The provider under its second name.
pub(crate) fn intune() -> PathBuf {
    env!("CARGO_BIN_EXE_terraform-provider-intune").into()
}

/// The example provider, which cargo builds with all tests but not with a single one.
pub(crate) fn memory() -> PathBuf {
    let directory = windows365().parent().unwrap().join("examples");
    let program = directory.join(format!("memory_provider{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is not there. Run `cargo test`, which builds it, or `cargo build --example memory_provider` first.",
        program.display()
    );
    program
}
