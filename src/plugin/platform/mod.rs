//! What differs between operating systems: the socket, the signals, the end of stderr, and how a shell sets a variable.
//!
//! Both files offer the same four things, and nothing else in this room asks which system it runs on.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::{Signals, listen, set_variable, stderr_closed};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(super) use windows::{Signals, listen, set_variable, stderr_closed};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A person pressed Ctrl-C.
    Interrupt,
    /// The system, or whoever may, wants the process to end.
    End,
}
