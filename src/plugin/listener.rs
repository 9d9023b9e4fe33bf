//! Where a plugin listens, and the connections that come in.

use std::io;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_trait::async_trait;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::transport::server::Connected;

/// Where a plugin listens, as the handshake line says it.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub network: &'static str,
    /// Path of the socket, or `host:port`.
    pub text: String,
}

/// How a plugin is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// What the system is best at: a unix socket where there are such, else TCP.
    #[default]
    System,
    /// TCP on the loopback interface.
    Tcp,
}

/// A byte stream of any kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Waits for connections.
#[async_trait]
pub(super) trait Accept: Send + Sync {
    /// The next connection.
    async fn accept(&self) -> io::Result<Box<dyn Stream>>;
}

/// A listener that is ready for its first connection.
pub(super) struct Listener {
    /// Where it listens.
    pub address: Address,
    /// The listener itself.
    pub accept: Box<dyn Accept>,
    /// The directory that holds the socket; removed when dropped.
    pub directory: Option<TempDir>,
}

/// Listens on the loopback interface, on the first free port of `ports`, or on any.
pub(super) async fn tcp(ports: Option<RangeInclusive<u16>>) -> io::Result<Listener> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for port in ports.unwrap_or(0..=0) {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => {
                let text = listener.local_addr()?.to_string();
                let address = Address { network: "tcp", text };
                return Ok(Listener { address, accept: Box::new(listener), directory: None });
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[async_trait]
impl Accept for TcpListener {
    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        let (stream, _) = TcpListener::accept(self).await?;
        stream.set_nodelay(true)?;
        Ok(Box::new(stream))
    }
}

/// How many hosts are connected.
#[derive(Clone, Debug)]
pub(super) struct Hosts(watch::Sender<Count>);

/// Both numbers together: a waiting task sees the latest value only, and would miss a host that came and went in between.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// Hosts that ever came.
    ever: usize,
    /// Hosts that are here.
    now: usize,
}

impl Hosts {
    pub(super) fn none() -> Self {
        Hosts(watch::Sender::new(Count::default()))
    }

    /// Waits until a host was there and none is any more.
    pub(super) async fn all_gone(&self) {
        let mut count = self.0.subscribe();
        // The sender lives in `self`, so the wait cannot fail.
        let _ = count.wait_for(|count| count.ever > 0 && count.now == 0).await;
    }

    fn arrived(&self) -> Present {
        self.0.send_modify(|count| {
            count.ever += 1;
            count.now += 1;
        });
        Present(self.clone())
    }
}

/// A host that is connected, for as long as this lives.
struct Present(Hosts);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| count.now -= 1);
    }
}

/// A connection, counted among the hosts from the first byte that it sends: something that only tries whether the door is open
/// must not end the process when it goes away.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    hosts: Hosts,
    present: Option<Present>,
}

impl Connection {
    pub(super) fn new(stream: Box<dyn Stream>, hosts: Hosts) -> Self {
        Connection { stream, hosts, present: None }
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if self.present.is_none() && buffer.filled().len() > before {
            self.present = Some(self.hosts.arrived());
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_that_came_and_went_before_anybody_looked_is_noticed() {
        let hosts = Hosts::none();
        let mut gone = std::pin::pin!(hosts.all_gone());
        let patience = std::time::Duration::from_secs(1);
        assert!(tokio::time::timeout(patience, &mut gone).await.is_err(), "nobody has come yet");
        drop(hosts.arrived());
        assert!(tokio::time::timeout(patience, &mut gone).await.is_ok());
    }
}
