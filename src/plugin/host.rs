//! The life of a plugin process, from its first line to its end.
//!
//! A host starts the process, reads the handshake line, connects once, and asks for the end with Shutdown. It may also be killed, which
//! nobody tells; a closed connection or a broken stderr tells it. A person who debugs starts the process instead, connects as often as
//! wanted, and ends it with Ctrl-C.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server as Grpc;
use tracing::level_filters::LevelFilter;

use super::Options;
use super::auxiliary::Auxiliary;
use super::calls::Calls;
use super::environment::Environment;
use super::handshake::Handshake;
use super::listener::{self, Accept, Connection, Hosts, Listener, Stream, Transport};
use super::log::{self, Form};
use super::platform::{self, Heard, Signals};
use super::proto::go_plugin::grpc_broker_server::GrpcBrokerServer;
use super::proto::go_plugin::grpc_controller_server::GrpcControllerServer;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdioServer;
use super::proto::health::health_server::HealthServer;
use super::reattach;
use super::rpc::{LARGEST_MESSAGE, Service};
use super::tls::MutualTls;
use crate::framework::{Provider, Server};

/// How long the end may take once the host has asked for it or is gone. A host kills after two seconds. Whoever is in the middle of a
/// change has a second to learn what came of it.
const GRACE_WITHOUT_HOST: Duration = Duration::from_millis(1500);

/// How long threads may take to let go of what they do.
const GRACE_FOR_THREADS: Duration = Duration::from_millis(100);

/// How long a change may still take once a person or the system has asked for the end.
const GRACE_AFTER_SIGNAL: Duration = Duration::from_secs(10);

/// How long a connection may take to prove itself.
const GRACE_FOR_TLS: Duration = Duration::from_secs(30);

/// What goes wrong before there is anybody to tell but a person at stderr.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// Who started the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Starter {
    /// A plugin host.
    Host,
    /// A person who debugs.
    Person,
}

/// Why the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The host asked for it.
    Shutdown,
    /// The host is gone.
    HostGone,
    /// A signal asked for it.
    Signal,
}

/// Serves the host that started this process, until it has enough. The environment is a plugin host's.
pub(super) fn serve(
    provider: Arc<dyn Provider>,
    options: &Options,
    environment: &Environment,
) -> ExitCode {
    // Whoever debugs may want one.
    platform::leave_no_core();
    let stderr_broken = log::start(Form::Records, LevelFilter::OFF, options.log_crates);
    run(provider, options, environment, Starter::Host, stderr_broken)
}

/// Serves whoever connects, until a signal ends it.
pub(super) fn debug(
    provider: Arc<dyn Provider>,
    options: &Options,
    environment: &Environment,
) -> ExitCode {
    let stderr_broken = log::start(Form::Lines, LevelFilter::INFO, options.log_crates);
    // Debugging has no use for certificates: whoever can reach the socket is the same person.
    let environment = Environment { client_certificate: None, ..environment.clone() };
    run(provider, options, &environment, Starter::Person, stderr_broken)
}

fn run(
    provider: Arc<dyn Provider>,
    options: &Options,
    environment: &Environment,
    starter: Starter,
    stderr_broken: CancellationToken,
) -> ExitCode {
    log::watch_panics(match starter {
        Starter::Host => Form::Records,
        Starter::Person => Form::Lines,
    });
    let outcome = runtime().map_err(Error::from).and_then(|runtime| {
        let outcome =
            runtime.block_on(live(provider, options, environment, starter, stderr_broken));
        // Whatever still runs has had its time. Dropping it ends the programs that it has started.
        runtime.shutdown_timeout(GRACE_FOR_THREADS);
        outcome
    });
    match outcome {
        Ok(()) => {
            log::flush();
            ExitCode::SUCCESS
        }
        Err(error) => {
            log::last_words(format!("{}: {error}\n", options.program));
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    // Terraform makes ten calls at a time. A thread for each of many processors would only cost time at the start.
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get().clamp(2, 8));
    tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}

async fn live(
    provider: Arc<dyn Provider>,
    options: &Options,
    environment: &Environment,
    starter: Starter,
    stderr_broken: CancellationToken,
) -> Result<(), Error> {
    // Before the handshake: a Ctrl-C right after it must find the signals caught.
    let mut signals = Signals::catch()?;
    let pem = environment.client_certificate.as_deref();
    let tls = pem.map(MutualTls::pinned_to).transpose()?;
    let Listener { address, accept, directory } = match options.transport {
        Transport::System => platform::listen(environment).await?,
        Transport::Tcp => listener::tcp(environment.ports.clone()).await?,
    };
    match starter {
        Starter::Host => Handshake {
            address: &address,
            certificate: tls.as_ref().map(|tls| tls.certificate.as_ref()),
            answers_multiplexing: environment.asks_for_multiplexing,
        }
        .send()?,
        Starter::Person => reattach::announce(options, &address)?,
    }
    tracing::debug!(network = address.network, address = address.text, "Listening");

    let calls = Arc::new(Calls::default());
    let hosts = Hosts::none();
    let closing = CancellationToken::new();
    let acceptor = tls.map(|tls| TlsAcceptor::from(tls.config));
    let connections = connections(accept, acceptor, hosts.clone());
    let service = Service::new(Server::new(provider), Arc::clone(&calls));
    let server = answer(service, connections, closing.clone());

    let host_gone = async {
        if starter == Starter::Person {
            std::future::pending::<()>().await;
        }
        tokio::select! {
            () = hosts.all_gone() => (),
            () = platform::stderr_closed() => (),
            () = stderr_broken.cancelled() => (),
        }
    };
    let end = tokio::select! {
        () = closing.cancelled() => End::Shutdown,
        () = host_gone => End::HostGone,
        () = signalled(&mut signals, starter) => End::Signal,
    };
    tracing::debug!(reason = ?end, "Ending");
    // Nobody waits for long any more: running calls return what they know.
    calls.stop();
    // The answers that are due are still written: they say what was changed.
    closing.cancel();
    let finish = async { tokio::join!(server, calls.changes_done()) };
    match end {
        End::Shutdown => drop(tokio::time::timeout(GRACE_WITHOUT_HOST, finish).await),
        End::Signal => {
            tokio::select! {
                _ = finish => (),
                () = signalled(&mut signals, starter) => (),
                () = pause(GRACE_AFTER_SIGNAL) => (),
            }
        }
        // Nobody listens any more, so there are no answers to wait for, only changes.
        End::HostGone => drop(tokio::time::timeout(GRACE_WITHOUT_HOST, calls.changes_done()).await),
    }
    // The socket goes before the process does.
    drop(directory);
    Ok(())
}

/// A wait at the edge of the process, where there is no call that could be stopped.
#[expect(
    clippy::disallowed_methods,
    reason = "those who use it end it or have nobody to wait for them"
)]
fn pause(duration: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(duration)
}

/// Waits for a signal that ends the process. A Ctrl-C under a host does not: the terminal sends it to host and plugin alike, and the
/// host then asks for what it wants.
async fn signalled(signals: &mut Signals, starter: Starter) {
    while signals.next().await == Heard::Person && starter == Starter::Host {
        tracing::debug!("Interrupted; the host decides what follows");
    }
}

/// The connections that have proved themselves.
fn connections(
    accept: Box<dyn Accept>,
    tls: Option<TlsAcceptor>,
    hosts: Hosts,
) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        loop {
            let stream = match accept.accept().await {
                Ok(stream) => stream,
                Err(error) => {
                    // Most likely there are no descriptors left. Some will come back.
                    tracing::warn!(%error, "Cannot accept a connection");
                    pause(Duration::from_millis(100)).await;
                    continue;
                }
            };
            // On its own, so that one that says nothing keeps no other waiting.
            tokio::spawn(admit(stream, tls.clone(), hosts.clone(), sender.clone()));
        }
    });
    ReceiverStream::new(receiver)
}

async fn admit(
    stream: Box<dyn Stream>,
    tls: Option<TlsAcceptor>,
    hosts: Hosts,
    sender: mpsc::Sender<io::Result<Connection>>,
) {
    let proved = match tls {
        None => Ok(stream),
        Some(tls) => tokio::time::timeout(GRACE_FOR_TLS, tls.accept(stream))
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map(|stream| Box::new(stream) as Box<dyn Stream>),
    };
    match proved {
        // It fails when the server has ended, and then the connection ends too.
        Ok(stream) => drop(sender.send(Ok(Connection::new(stream, hosts))).await),
        Err(error) => tracing::warn!(%error, "Refused a connection"),
    }
}

/// Answers all calls until `closing`, and then those that are due.
fn answer(
    service: Service,
    connections: ReceiverStream<io::Result<Connection>>,
    closing: CancellationToken,
) -> JoinHandle<Result<(), tonic::transport::Error>> {
    /// The limits of the provider service, for a service beside it.
    macro_rules! limited {
        ($server:expr) => {
            $server
                .max_decoding_message_size(LARGEST_MESSAGE)
                .max_encoding_message_size(LARGEST_MESSAGE)
        };
    }

    let auxiliary = Auxiliary::new(closing.clone());
    let routes = service
        .routes()
        .add_service(limited!(GrpcControllerServer::new(auxiliary.clone())))
        .add_service(limited!(GrpcStdioServer::new(auxiliary.clone())))
        .add_service(limited!(GrpcBrokerServer::new(auxiliary.clone())))
        .add_service(limited!(HealthServer::new(auxiliary)));
    tokio::spawn(Grpc::builder().serve_with_incoming_shutdown(
        routes,
        connections,
        closing.cancelled_owned(),
    ))
}

#[cfg(test)]
mod tests;
