//! Windows: TCP on the loopback interface, console events for signals.

use std::future::pending;
use std::io;

use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

use super::super::environment::Environment;
use super::super::listener::{self, Listener};
use super::Heard;

/// Listens where a host can reach this process.
pub(in super::super) async fn listen(environment: &Environment) -> io::Result<Listener> {
    listener::tcp(environment.ports.clone()).await
}

/// The console events, caught from when this is made.
pub(in super::super) struct Signals {
    interrupt: CtrlC,
    terminate: CtrlBreak,
}

impl Signals {
    /// Catches the events. A Ctrl-C no longer ends the process: the host hears it too and decides.
    pub(in super::super) fn catch() -> io::Result<Self> {
        Ok(Signals { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    /// The next signal.
    pub(in super::super) async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::Person,
            _ = self.terminate.recv() => Heard::System,
        }
    }
}

/// Waits until nobody reads stderr any more. Here only a failed write tells, so this waits for ever.
pub(in super::super) async fn stderr_closed() {
    pending().await
}

/// Does nothing: what a crash leaves behind is decided by the system and by nobody else.
pub(in super::super) fn leave_no_core() {}

/// The line by which PowerShell sets a variable.
pub(in super::super) fn set_variable(name: &str, value: &str) -> String {
    format!("$env:{name} = '{}'", value.replace('\'', "''"))
}
