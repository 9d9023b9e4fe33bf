//! Why bytes could not be read as a value of a type.

use super::Path;

/// A value that does not fit its type, or bytes that are no value at all. `Display` names the place and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The place. Stops at a set, whose elements have no address.
    pub path: Path,
    /// What is wrong there: a few words without a full stop.
    pub what: String,
}

impl Error {
    /// An error at a place.
    pub fn new(path: Path, what: impl Into<String>) -> Self {
        Error { path, what: what.into() }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_root() {
            f.write_str(&self.what)
        } else {
            write!(f, "{}: {}", self.path, self.what)
        }
    }
}

impl std::error::Error for Error {}
