//! Unix: a socket in a directory of its own, signals, and the far end of stderr.

use std::fs::{self, Permissions};
use std::future::pending;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::net::UnixListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::super::environment::Environment;
use super::super::listener::{Accept, Address, Listener, Stream};
use super::Heard;

/// Longest path of a socket in bytes, without the NUL: `sun_path` holds 108 bytes on Linux and 104 on macOS and the BSDs.
const LONGEST_SOCKET_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Listens where a host can reach this process: on a socket in a directory that only this user may enter.
///
/// # Errors
/// When no directory for it can be made, or when its path would be too long for a socket.
pub(in super::super) async fn listen(environment: &Environment) -> io::Result<Listener> {
    let parents = match &environment.socket_directory {
        Some(told) => vec![told.clone()],
        // A long TMPDIR is no reason to fail.
        None => vec![std::env::temp_dir(), PathBuf::from("/tmp")],
    };
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for parent in parents {
        match listen_in(&parent, environment.socket_group.as_deref()) {
            Ok(listener) => return Ok(listener),
            Err(error) => {
                last = io::Error::new(
                    error.kind(),
                    format!("cannot listen on a socket in {}: {error}", parent.display()),
                );
            }
        }
    }
    Err(last)
}

fn listen_in(parent: &Path, group: Option<&str>) -> io::Result<Listener> {
    let parent = std::path::absolute(parent)?;
    let directory = tempfile::Builder::new()
        .prefix("plugin")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(parent)?;
    let path = directory.path().join("socket");
    let length = path.as_os_str().as_bytes().len();
    if length > LONGEST_SOCKET_PATH {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "the path of the socket would have {length} bytes; the system allows {LONGEST_SOCKET_PATH}"
            ),
        ));
    }
    let text = path.to_str().map(str::to_owned).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "the path of the socket is not valid UTF-8")
    })?;
    let listener = UnixListener::bind(&path)?;
    if let Some(group) = group {
        share(directory.path(), &path, group)?;
    }
    let address = Address { network: "unix", text };
    Ok(Listener { address, accept: Box::new(listener), directory: Some(directory) })
}

/// Lets a group use the socket.
fn share(directory: &Path, socket: &Path, group: &str) -> io::Result<()> {
    let id = group_id(group, &fs::read_to_string("/etc/group").unwrap_or_default()).ok_or_else(
        || io::Error::new(io::ErrorKind::NotFound, format!("there is no group \"{group}\"")),
    )?;
    chown(socket, None, Some(id))?;
    fs::set_permissions(socket, Permissions::from_mode(0o660))?;
    chown(directory, None, Some(id))?;
    fs::set_permissions(directory, Permissions::from_mode(0o710))
}

/// The number of a group that is given by number or by a name in the text of `/etc/group`.
fn group_id(group: &str, groups: &str) -> Option<u32> {
    group.parse().ok().or_else(|| {
        let mut lines = groups.lines().map(|line| line.split(':'));
        lines.find_map(|mut fields| {
            (fields.next() == Some(group)).then(|| fields.nth(1)?.parse().ok()).flatten()
        })
    })
}

#[async_trait]
impl Accept for UnixListener {
    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        let (stream, _) = UnixListener::accept(self).await?;
        Ok(Box::new(stream))
    }
}

/// The signals, caught from when this is made.
pub(in super::super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Catches the signals. SIGINT and SIGHUP no longer end the process: a terminal sends them to the host too, and the host decides,
    /// or dies and is missed. A handler, unlike ignoring a signal, is not inherited by programs that a provider starts.
    pub(in super::super) fn catch() -> io::Result<Self> {
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The next signal.
    pub(in super::super) async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::Person,
            _ = self.hang_up.recv() => Heard::Person,
            _ = self.terminate.recv() => Heard::System,
        }
    }
}

/// Waits until nobody reads stderr any more: a pipe tells its writer when the far end is closed. What is no pipe never tells.
pub(in super::super) async fn stderr_closed() {
    if watch_stderr().await.is_err() {
        pending::<()>().await;
    }
}

async fn watch_stderr() -> io::Result<()> {
    // A copy, because the registration closes what it is given. The blocking mode is shared with other processes and stays as it is.
    let stderr = io::stderr().as_fd().try_clone_to_owned()?;
    #[expect(
        deprecated,
        reason = "its successor is unsafe because a type may change its descriptor while registered; an owned descriptor does not"
    )]
    let stderr = AsyncFd::with_interest(stderr, Interest::WRITABLE)?;
    loop {
        let mut ready = stderr.ready(Interest::WRITABLE).await?;
        if ready.ready().is_write_closed() {
            return Ok(());
        }
        ready.clear_ready();
    }
}

/// Makes sure that a crash leaves no image of the memory behind, which holds tokens. Programs that are started from here leave none either.
pub(in super::super) fn leave_no_core() {
    // It fails nowhere that is known; if it did, that would be no reason to serve nobody.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// The words by which a shell sets a variable, alone or before a command.
pub(in super::super) fn set_variable(name: &str, value: &str) -> String {
    format!("{name}='{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_number_and_by_name() {
        let groups = "root:x:0:\nstaff:x:50:a,b\n";
        assert_eq!(group_id("1234", groups), Some(1234));
        assert_eq!(group_id("staff", groups), Some(50));
        assert_eq!(group_id("nobody", groups), None);
    }

    #[tokio::test]
    async fn the_directory_is_private_and_gone_afterwards() {
        let parent = tempfile::tempdir().unwrap();
        let listener = listen_in(parent.path(), None).unwrap();
        let directory = listener.directory.as_ref().unwrap().path().to_owned();
        assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(fs::exists(&listener.address.text).unwrap());
        drop(listener);
        assert!(!fs::exists(directory).unwrap());
    }

    #[tokio::test]
    async fn a_path_too_long_for_a_socket_is_refused_in_words_and_left_clean() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("d".repeat(LONGEST_SOCKET_PATH));
        fs::create_dir(&long).unwrap();
        let environment =
            Environment { socket_directory: Some(long.clone()), ..Default::default() };
        let refusal = listen(&environment).await.err().unwrap().to_string();
        assert!(refusal.contains("the system allows"), "{refusal}");
        assert_eq!(fs::read_dir(long).unwrap().count(), 0);
    }

    #[test]
    fn a_quote_survives_the_shell() {
        assert_eq!(set_variable("A", "it's"), r"A='it'\''s'");
    }
}
