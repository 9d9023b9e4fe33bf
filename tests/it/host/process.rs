//! One plugin process, started as a host starts it, or not quite.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Uri};

use crate::support::programs;

/// The cookie by which a plugin knows a host.
pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Nothing takes this long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends a wait that would have no end.
pub(crate) async fn patiently<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| panic!("{what} hangs"))
}

/// A host's certificate with its key.
pub(crate) struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Identity {
    /// As Terraform makes it: self-signed on P-521, and marked as an authority.
    pub(crate) fn of_host() -> Self {
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
        Identity { certificate, key }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }
}

/// A running plugin.
pub(crate) struct Plugin {
    pub child: Child,
    /// The handshake line without its line end.
    pub line: String,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
}

/// What is left of a plugin.
#[derive(Debug)]
pub(crate) struct Remains {
    pub status: ExitStatus,
    /// What came after the first line.
    pub stdout: String,
    pub stderr: String,
}

/// The program with nothing in its environment but what a process needs.
pub(crate) fn command() -> Command {
    bare(Command::new(programs::windows365()))
}

/// The same under a limit of the system, in the words of the shell's `ulimit`.
pub(crate) fn limited(limit: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit {limit} && exec \"$0\"")]).arg(programs::windows365());
    bare(command)
}

fn bare(mut command: Command) -> Command {
    command
        .env_clear()
        .envs(
            ["PATH", "TMPDIR", "LLVM_PROFILE_FILE"]
                .into_iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Plugin {
    /// Starts the program as a host does, with more variables.
    pub(crate) async fn start(identity: Option<&Identity>, variables: &[(&str, &str)]) -> Self {
        let mut command = command();
        if let Some(identity) = identity {
            command.env("PLUGIN_CLIENT_CERT", identity.pem());
        }
        Plugin::start_as(command, variables).await
    }

    /// Starts a command as a host does that asks for no certificate, with more variables.
    pub(crate) async fn start_as(mut command: Command, variables: &[(&str, &str)]) -> Self {
        command
            .envs([
                COOKIE,
                ("PLUGIN_PROTOCOL_VERSIONS", "5,6"),
                ("PLUGIN_MIN_PORT", "10000"),
                ("PLUGIN_MAX_PORT", "25000"),
            ])
            .envs(variables.iter().copied());
        Plugin::spawn(command).await
    }

    /// Starts a command and reads its first line, and whatever it writes to stderr.
    pub(crate) async fn spawn(command: Command) -> Self {
        let mut plugin = Plugin::spawn_unread(command).await;
        plugin.read_stderr();
        plugin
    }

    /// Starts a command and reads its first line. Nobody reads its stderr.
    pub(crate) async fn spawn_unread(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        patiently("the start", stdout.read_line(&mut line)).await.unwrap();
        assert_eq!(line.pop(), Some('\n'), "the line has an end");
        Plugin { child, line, stdout, stderr: None }
    }

    /// Begins to read what it writes to stderr.
    pub(crate) fn read_stderr(&mut self) {
        let mut pipe = self.child.stderr.take().unwrap();
        self.stderr = Some(tokio::spawn(async move {
            let mut text = String::new();
            pipe.read_to_string(&mut text).await.unwrap();
            text
        }));
    }

    /// Greatest resident memory so far, in MiB, where the system tells it.
    pub(crate) fn peak_mib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
    }

    /// Stops listening to the process's stderr, as a host does that dies.
    pub(crate) async fn close_stderr(&mut self) {
        let stderr = self.stderr.take().unwrap();
        stderr.abort();
        let _ = stderr.await;
    }

    /// The fields of the handshake line.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    /// The path of the socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.fields()[3].into()
    }

    /// The certificate of the process.
    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        STANDARD_NO_PAD.decode(self.fields()[5]).unwrap().into()
    }

    /// A connection. With TLS when the process offers it, then proving to be `identity`.
    pub(crate) async fn connect(
        &self,
        identity: Option<&Identity>,
    ) -> Result<Channel, tonic::transport::Error> {
        let tls = (!self.fields()[5].is_empty()).then(|| self.tls(identity));
        connect(self.socket(), tls).await
    }

    /// The protocol that both sides agree on.
    pub(crate) async fn protocol(&self, identity: &Identity) -> Option<Vec<u8>> {
        let stream = UnixStream::connect(self.socket()).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = self.tls(Some(identity)).connect(name, stream).await.unwrap();
        stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec)
    }

    /// Trusts the certificate of the handshake line and no other.
    fn tls(&self, identity: Option<&Identity>) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match identity {
            Some(Identity { certificate, key }) => {
                let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
                builder.with_client_auth_cert(vec![certificate.der().clone()], key).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        TlsConnector::from(Arc::new(config))
    }

    /// Sends a signal.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Waits for the end of the process and of both pipes.
    pub(crate) async fn ended(mut self) -> Remains {
        patiently("the end", async {
            let status = self.child.wait().await.unwrap();
            let mut stdout = String::new();
            self.stdout.read_to_string(&mut stdout).await.unwrap();
            let stderr = match self.stderr {
                Some(stderr) => stderr.await.unwrap(),
                None => String::new(),
            };
            Remains { status, stdout, stderr }
        })
        .await
    }
}

/// A connection to a socket.
pub(crate) async fn connect(
    socket: PathBuf,
    tls: Option<TlsConnector>,
) -> Result<Channel, tonic::transport::Error> {
    let connector = tower::service_fn(move |_: Uri| {
        let (socket, tls) = (socket.clone(), tls.clone());
        async move {
            let stream = UnixStream::connect(socket).await?;
            let stream: Box<dyn Stream> = match tls {
                None => Box::new(stream),
                Some(tls) => {
                    let name = ServerName::try_from("localhost").unwrap();
                    let stream = tls.connect(name, stream).await?;
                    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
                    Box::new(stream)
                }
            };
            Ok::<_, std::io::Error>(TokioIo::new(stream))
        }
    });
    let endpoint = Endpoint::from_static("http://localhost");
    patiently("the connection", endpoint.connect_with_connector(connector)).await
}

trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Stream for T {}
