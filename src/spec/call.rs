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
    /// When an attribute that only Terraform knows changes its value.
    Triggered(Trigger),
}

/// An attribute that is no property of the object: a map of texts. A change of it makes a call, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Terraform attribute.
    pub name: &'static str,
    /// What it is for: sentences of Markdown.
    pub doc: &'static str,
    /// Whether an update of the properties does by itself what the call does, so that the call is left out beside one.
    pub implied_by_update: bool,
}

/// Work on an object that goes on behind the scenes: the object is there at once, and a property tells when it is usable. Start with
/// [`Wait::until`].
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// Property that tells.
    pub property: &'static str,
    /// Its values while work goes on.
    pub pending: &'static [&'static str],
    /// Its values at a good end.
    pub done: &'static [&'static str],
    /// Those of them that are worth a warning.
    pub warned: &'static [&'static str],
    /// Its values at a bad end; every other value is waited on with a warning in the log.
    pub failed: &'static [&'static str],
    /// What tells why.
    pub reason: Reason,
    /// What becomes of a new object at a bad end.
    pub at_bad_end: BadEnd,
    /// First time between two looks, in seconds; grows to ten times as much.
    pub every_secs: u64,
    /// The attribute that asks for waiting. Without one every new object is waited for.
    pub asked: Option<Asked>,
    /// Updates start the work anew: the path of properties that leads to a value that is another one for each run.
    pub run: Option<&'static [&'static str]>,
}

/// A boolean attribute that is no property of the object: whether to wait. Left out, nothing is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Terraform attribute.
    pub name: &'static str,
    /// What is waited for: sentences of Markdown.
    pub doc: &'static str,
    /// Default time-out in minutes of a create and of an update that waits.
    pub minutes: u32,
}

/// What tells why work ended badly.
#[derive(Clone, Copy, Debug)]
pub enum Reason {
    /// Nothing does.
    Untold,
    /// A property with a code; to each code that is known, what it means and what to do, in sentences.
    Code(&'static str, &'static [(&'static str, &'static str)]),
    /// A collection of steps, each with a state of its own.
    Steps(Steps),
}

/// A collection of steps. All but `path` are properties of one step.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// Path of properties that leads to the collection.
    pub path: &'static [&'static str],
    /// What a step is called.
    pub name: &'static str,
    /// How it ended, in the words of [`Wait::property`].
    pub state: &'static str,
    /// What kind of error it met.
    pub error: &'static str,
    /// Further texts, each with a word for people that stands before it: what to do about it, details, ids.
    pub texts: &'static [(&'static str, &'static str)],
}

/// What becomes of a new object when the work on it ended badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadEnd {
    /// It is of no use and is deleted again.
    Undone,
    /// It stays, in the state beside the error. The text says why: it follows "was kept, for".
    Kept(&'static str),
}

impl Wait {
    /// Waits until a property has one of these values.
    pub const fn until(property: &'static str, done: &'static [&'static str]) -> Self {
        Wait {
            property,
            pending: &[],
            done,
            warned: &[],
            failed: &[],
            reason: Reason::Untold,
            at_bad_end: BadEnd::Undone,
            every_secs: 30,
            asked: None,
            run: None,
        }
    }

    /// Values while work goes on.
    pub const fn pending(mut self, pending: &'static [&'static str]) -> Self {
        self.pending = pending;
        self
    }

    /// Good ends that are worth a warning.
    pub const fn warned(mut self, warned: &'static [&'static str]) -> Self {
        self.warned = warned;
        self
    }

    /// Values at a bad end, and what tells why.
    pub const fn failed(mut self, failed: &'static [&'static str], reason: Reason) -> Self {
        self.failed = failed;
        self.reason = reason;
        self
    }

    /// A new object outlives a bad end; why follows "was kept, for".
    pub const fn kept(mut self, why: &'static str) -> Self {
        self.at_bad_end = BadEnd::Kept(why);
        self
    }

    /// First time between two looks, in seconds; grows to ten times as much.
    pub const fn every_secs(mut self, seconds: u64) -> Self {
        self.every_secs = seconds;
        self
    }

    /// Only objects are waited for whose configuration asks for it.
    pub const fn when_asked(mut self, asked: Asked) -> Self {
        self.asked = Some(asked);
        self
    }

    /// Updates start the work anew; `run` is the path of a value that is another one for each run.
    pub const fn anew_with_updates(mut self, run: &'static [&'static str]) -> Self {
        self.run = Some(run);
        self
    }
}
