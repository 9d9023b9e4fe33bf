//! What differs between operating systems: the socket, the signals, the end of stderr, what a crash leaves, and
//! how a shell sets a variable.
//!
//! Both files offer the same five things, and nothing else in this room asks which system it runs on.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::{Signals, leave_no_core, listen, set_variable, stderr_closed};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(super) use windows::{Signals, leave_no_core, listen, set_variable, stderr_closed};

/// Where a signal comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A person at the terminal, who pressed Ctrl-C or left.
    Person,
    /// The system, or whoever may end processes.
    System,
}
