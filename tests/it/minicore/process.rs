//! One plugin process, started, spoken to and ended as Terraform does it.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use serde_json::Value as Json;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint, Uri};
use windows365::plugin::proto::go_plugin;
use windows365::plugin::proto::provider_client::ProviderClient;

/// How long a start may take on a busy machine. Terraform itself grants a minute.
const START: Duration = Duration::from_secs(60);

/// How long Terraform lets a process end by itself. We grant more before we call it a hang, because tests share the machine.
const END: Duration = Duration::from_secs(20);

/// What to start, and with which environment.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub binary: PathBuf,
    /// Beside what Terraform sets. Nothing else is inherited but `PATH`.
    pub env: Vec<(String, String)>,
    /// Whether both sides prove themselves, as they do unless `TF_DISABLE_PLUGIN_TLS` is set.
    pub tls: bool,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A running plugin.
pub(crate) struct Plugin {
    /// The provider's calls. Clones share the one connection.
    pub rpc: ProviderClient<Channel>,
    channel: Channel,
    child: Child,
    socket: Option<PathBuf>,
    stdout: JoinHandle<String>,
    stderr: Arc<Mutex<Vec<String>>>,
    stderr_end: JoinHandle<()>,
    streams: Vec<JoinHandle<Option<String>>>,
}

/// The client certificate that Terraform makes for each process.
struct Identity {
    pem: String,
    der: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Identity {
    fn generate() -> Identity {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap();
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "localhost");
        parameters.distinguished_name.push(DnType::OrganizationName, "HashiCorp");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        parameters.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = parameters.self_signed(&key).unwrap();
        Identity {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
        }
    }
}

impl Launch {
    fn command(&self, identity: Option<&Identity>) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .env_clear()
            .env(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if let Some(identity) = identity {
            command.env("PLUGIN_CLIENT_CERT", &identity.pem);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts a process and connects to it.
    pub(crate) async fn start(&self) -> Result<Plugin, String> {
        let identity = self.tls.then(Identity::generate);
        let mut child = self
            .command(identity.as_ref())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", self.binary.display()))?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let stderr_end =
            collect_lines(child.stderr.take().ok_or("no stderr")?, Arc::clone(&stderr));
        let handshake = match timeout(START, read_handshake(&mut stdout)).await {
            Ok(handshake) => handshake,
            Err(_) => Err("no handshake line".to_owned()),
        };
        let handshake = handshake.map_err(|error| {
            format!("{error}; stderr: {:?}", stderr.lock().map(|it| it.clone()).unwrap_or_default())
        })?;
        let stream = handshake.connect(identity).await?;
        let channel = connect(stream).await?;
        let socket = (handshake.network == "unix").then(|| PathBuf::from(&handshake.address));
        let streams = open_streams(&channel);
        Ok(Plugin {
            rpc: ProviderClient::new(channel.clone()).max_decoding_message_size(64 << 20),
            channel,
            child,
            socket,
            stdout: tokio::spawn(read_to_end(stdout)),
            stderr,
            stderr_end,
            streams,
        })
    }
}

struct Handshake {
    network: String,
    address: String,
    certificate: Option<CertificateDer<'static>>,
}

async fn read_handshake(stdout: &mut BufReader<ChildStdout>) -> Result<Handshake, String> {
    let mut line = String::new();
    stdout.read_line(&mut line).await.map_err(|error| error.to_string())?;
    let line = line.strip_suffix('\n').ok_or(format!("no whole handshake line: {line:?}"))?;
    let fields: Vec<&str> = line.split('|').collect();
    let ["1", "6", network, address, "grpc", certificate] = fields.as_slice() else {
        return Err(format!("Unrecognized remote plugin message: {line}"));
    };
    let certificate = match *certificate {
        "" => None,
        text => Some(CertificateDer::from(
            STANDARD_NO_PAD
                .decode(text)
                .map_err(|error| format!("error parsing server cert: {error}"))?,
        )),
    };
    Ok(Handshake { network: (*network).to_owned(), address: (*address).to_owned(), certificate })
}

impl Handshake {
    async fn connect(&self, identity: Option<Identity>) -> Result<Box<dyn Stream>, String> {
        let stream = self.open().await.map_err(|error| format!("{}: {error}", self.address))?;
        match (&self.certificate, identity) {
            (None, None) => Ok(stream),
            (Some(certificate), Some(identity)) => {
                secure(stream, certificate.clone(), identity).await
            }
            (Some(_), None) => Err("a certificate was offered although TLS is off".into()),
            (None, Some(_)) => Err("no certificate was offered although TLS is on".into()),
        }
    }

    #[cfg(unix)]
    async fn open(&self) -> std::io::Result<Box<dyn Stream>> {
        Ok(match self.network.as_str() {
            "unix" => Box::new(tokio::net::UnixStream::connect(&self.address).await?),
            _ => Box::new(tokio::net::TcpStream::connect(&self.address).await?),
        })
    }

    #[cfg(not(unix))]
    async fn open(&self) -> std::io::Result<Box<dyn Stream>> {
        Ok(Box::new(tokio::net::TcpStream::connect(&self.address).await?))
    }
}

/// TLS that trusts nothing but the certificate from the handshake line, for the name `localhost`.
async fn secure(
    stream: Box<dyn Stream>,
    certificate: CertificateDer<'static>,
    identity: Identity,
) -> Result<Box<dyn Stream>, String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).map_err(|error| format!("the server certificate: {error}"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![identity.der], identity.key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    let secured = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| format!("TLS: {error}"))?;
    // Clients on grpc-go 1.67 and later refuse a server that chose nothing.
    match secured.get_ref().1.alpn_protocol() {
        Some(b"h2") => Ok(Box::new(secured)),
        other => Err(format!("the server negotiated {other:?} instead of h2")),
    }
}

/// HTTP/2 over the one stream there is: a second connection would be an error here as it would be a surprise there.
async fn connect(stream: Box<dyn Stream>) -> Result<Channel, String> {
    let mut stream = Some(TokioIo::new(stream));
    Endpoint::from_static("http://localhost")
        .connect_with_connector(tower::service_fn(move |_: Uri| {
            let stream =
                stream.take().ok_or_else(|| std::io::Error::other("the connection is gone"));
            async move { stream }
        }))
        .await
        .map_err(|error| format!("HTTP/2: {error}"))
}

/// The two streams that Terraform opens right after connecting. Each task ends with what was wrong, if anything.
fn open_streams(channel: &Channel) -> Vec<JoinHandle<Option<String>>> {
    let mut stdio = go_plugin::grpc_stdio_client::GrpcStdioClient::new(channel.clone());
    let mut broker = go_plugin::grpc_broker_client::GrpcBrokerClient::new(channel.clone());
    let stdio = tokio::spawn(async move {
        let data = stdio.stream_stdio(()).await.ok()?.into_inner().message().await.ok()??;
        Some(format!("unexpected data on the stdio stream: {data:?}"))
    });
    let broker = tokio::spawn(async move {
        let stream = broker.start_stream(tokio_stream::pending()).await.ok()?;
        let message = stream.into_inner().message().await.ok()??;
        Some(format!("unexpected message on the broker stream: {message:?}"))
    });
    vec![stdio, broker]
}

async fn read_to_end(mut stdout: BufReader<ChildStdout>) -> String {
    let mut rest = Vec::new();
    let _ = stdout.read_to_end(&mut rest).await;
    String::from_utf8_lossy(&rest).into_owned()
}

fn collect_lines(
    stderr: tokio::process::ChildStderr,
    lines: Arc<Mutex<Vec<String>>>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut reader = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = reader.next_line().await {
            if let Ok(mut lines) = lines.lock() {
                lines.push(line);
            }
        }
    })
}

impl Plugin {
    /// Ends the process as Terraform does, and tells everything about it that was not as it should be.
    pub(crate) async fn shut_down(mut self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut controller =
            go_plugin::grpc_controller_client::GrpcControllerClient::new(self.channel.clone());
        // Its answer may be cut by the end of the process; Terraform does not look at it.
        let _ = timeout(END, controller.shutdown(go_plugin::Empty {})).await;
        drop((controller, self.channel, self.rpc));
        for stream in self.streams {
            match timeout(END, stream).await {
                Ok(Ok(Some(fault))) => faults.push(fault),
                Ok(_) => {}
                Err(_) => faults.push("a stream outlived the shutdown".to_owned()),
            }
        }
        match timeout(END, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => {}
            Ok(Ok(status)) => faults.push(format!("the process ended with {status}")),
            Ok(Err(error)) => faults.push(format!("cannot wait for the process: {error}")),
            Err(_) => faults.push("plugin failed to exit gracefully".to_owned()),
        }
        match timeout(END, self.stdout).await {
            Ok(Ok(rest)) if rest.is_empty() => {}
            Ok(rest) => faults.push(format!("stdout carried more than the handshake: {rest:?}")),
            Err(_) => faults.push("stdout stays open after the process ended".to_owned()),
        }
        if timeout(END, self.stderr_end).await.is_err() {
            faults.push("stderr stays open after the process ended".to_owned());
        }
        if let Some(socket) = self.socket.filter(|socket| socket.exists()) {
            faults.push(format!("{} is still there", socket.display()));
        }
        let lines = self.stderr.lock().map(|lines| lines.clone()).unwrap_or_default();
        faults.extend(lines.iter().filter_map(|line| log_fault(line)));
        faults
    }
}

/// What would make Terraform stumble over a line of the log.
fn log_fault(line: &str) -> Option<String> {
    if line.starts_with("panic: ") || line.starts_with("fatal error: ") {
        return Some(format!("the plugin crashed: {line}"));
    }
    let Ok(Json::Object(record)) = serde_json::from_str(line) else { return None };
    for key in ["@level", "@message", "@timestamp"] {
        if record.get(key).is_some_and(|it| !it.is_string()) {
            return Some(format!("{key} is no string, which crashes Terraform: {line}"));
        }
    }
    let fraction = |stamp: &str| {
        let digits = stamp.split_once('.')?.1;
        Some(digits.chars().take_while(char::is_ascii_digit).count())
    };
    match record.get("@timestamp").and_then(Json::as_str) {
        Some(stamp) if fraction(stamp) != Some(6) => {
            Some(format!("the time of a log line has no six-digit fraction: {line}"))
        }
        _ => None,
    }
}
