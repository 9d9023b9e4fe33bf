//! What a destroy does to an object.

/// What takes an object away.
#[derive(Clone, Copy, Debug)]
pub enum Removal {
    /// `DELETE`.
    Deleted,
    /// The service deletes none: an update switches the object off, and there it stays, with a warning. The next create of the same
    /// takes it over.
    SwitchedOff(Off),
    /// `DELETE`, and where the service does not offer that, as above.
    DeletedOrSwitchedOff(Off),
}

/// What an object looks like that nobody wants and that cannot be deleted.
#[derive(Clone, Copy, Debug)]
pub struct Off {
    /// Boolean property that is false then.
    pub property: &'static str,
    /// What that means for people, a sentence.
    pub means: &'static str,
}

impl Removal {
    /// How an object is switched off, where that may happen.
    pub const fn off(&self) -> Option<&Off> {
        match self {
            Removal::Deleted => None,
            Removal::SwitchedOff(off) | Removal::DeletedOrSwitchedOff(off) => Some(off),
        }
    }
}
