//! Calls beside the main one, and waiting for work that goes on behind the scenes.

/// A declared extra call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// When it is made.
    pub when: When,
    /// Action of the item, called with an empty object.
    pub action: &'static str,
    /// Why, for the reader.
    pub why: &'static str,
}

/// When an extra call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After the object was created.
    AfterCreate,
    /// After the object was updated.
    AfterUpdate,
    /// Before the object is deleted.
    BeforeDelete,
}

/// An asynchronous create: the object is there at once, and a property tells when it is usable.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// Property that tells.
    pub property: &'static str,
    /// Its values while work goes on.
    pub pending: &'static [&'static str],
    /// Its values at a good end.
    pub done: &'static [&'static str],
    /// Its values at a bad end; every other value is waited on with a warning.
    pub failed: &'static [&'static str],
    /// Property with the reason of a bad end.
    pub reason: Option<&'static str>,
    /// First time between two looks, in seconds; grows to ten times as much.
    pub every_secs: u64,
}
