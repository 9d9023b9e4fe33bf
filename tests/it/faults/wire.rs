//! Servers on loopback that are played by hand, and a client that does not wait long between attempts.
//!
//! The limits of the wire are real time. What a client waits between attempts, and how long an operation may take, is counted by a clock
//! that is many times faster: attempts follow each other at once, and an operation ends by what it meets rather than by its deadline,
//! however busy the machine is.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use windows365::graph::scripted::Sequence;
use windows365::graph::system::SystemClock;
use windows365::graph::transport::Limits;
use windows365::graph::{
    Client, ClientConfig, Clock, Context, Credential, Endpoints, HttpOptions, HttpTransport,
    Request, Runtime, Secret, Version,
};

/// The token that must not be seen anywhere else.
pub(crate) const TOKEN: &str = "planted-token-of-the-run";

/// Limits that a test can wait for; those of the others never come to bear.
pub(crate) fn short() -> Limits {
    let short = Duration::from_secs(1);
    Limits { first_byte: short, idle: short, total: Duration::from_secs(10), ..Limits::default() }
}

/// How many times faster than real time waits pass.
const HURRY: u32 = 500;

struct Hurried(SystemClock);

impl Clock for Hurried {
    fn now(&self) -> Duration {
        self.0.now() * HURRY
    }

    fn wall(&self) -> jiff::Timestamp {
        self.0.wall()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.0.sleep(duration / HURRY)
    }
}

/// A client of a Graph at this address.
pub(crate) fn client(origin: &str, limits: Limits, options: HttpOptions) -> Client {
    let credential = Credential::StaticToken { token: Secret::new(TOKEN), tenant_id: None };
    let mut config = ClientConfig::new(credential);
    config.endpoints = Endpoints::default().with_graph_endpoint(origin).unwrap();
    let runtime = Runtime {
        clock: Arc::new(Hurried(SystemClock::start())),
        random: Arc::new(Sequence::new(1)),
        transport: Arc::new(HttpTransport::new(limits, options)),
    };
    Client::new(config, runtime)
}

/// The context of an operation that nothing but a hang ends: a minute and a half.
pub(crate) fn patient(client: &Client) -> Context {
    client.context(Duration::from_secs(90) * HURRY, Default::default())
}

pub(crate) fn read(path: &str) -> Request {
    Request::get(Version::Beta, path, &[])
}

/// What a server has seen.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<AtomicUsize>);

impl Counter {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn seen(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits for what must come, if it has not yet.
    pub(super) async fn reaches(&self, count: usize) {
        while self.seen() < count {
            tokio::task::yield_now().await;
        }
    }
}

/// Serves each connection by a function of the stream.
pub(crate) async fn accept<F, Fut>(respond: F) -> SocketAddr
where
    F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(respond(stream));
        }
    });
    address
}

/// The head of a request.
pub(crate) async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    let mut byte = [0; 1];
    while !text.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte).await {
            Ok(1) => text.push(byte[0]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Serves the first request of each connection by a function of its head, and closes.
pub(crate) async fn serve(respond: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    let respond = Arc::new(respond);
    accept(move |mut stream| {
        let respond = Arc::clone(&respond);
        async move {
            let answer = respond(&head(&mut stream).await);
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
            // What the other side still sends is taken, or closing would reset the connection under the answer.
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    })
    .await
}

/// A JSON answer.
pub(crate) fn json(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A listener that must never be connected to.
pub(crate) struct Trap {
    pub(crate) address: SocketAddr,
    connections: Counter,
}

impl Trap {
    pub(crate) async fn set() -> Trap {
        let connections = Counter::default();
        let counted = connections.clone();
        let address = accept(move |_| {
            counted.count();
            async {}
        })
        .await;
        Trap { address, connections }
    }

    /// Nobody came; and whoever comes is seen, so that this means something.
    pub(crate) async fn assert_untouched(self) {
        assert_eq!(self.connections.seen(), 0, "something was sent to the trap");
        drop(TcpStream::connect(self.address).await);
        while self.connections.seen() == 0 {
            tokio::task::yield_now().await;
        }
    }
}
